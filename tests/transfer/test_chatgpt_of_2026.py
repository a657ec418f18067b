"""ChatGPT's export as it has been since 2026: parts, files without a name of their own, marks, and zips in a zip."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from easychat_gui.domain.messages import Role
from easychat_gui.domain.transfer import NotRead, Omission
from easychat_gui.transfer.chatgpt_citations import cleaned
from tests.transfer.exports import PNG, gpt_chat, gpt_node, read_all, write_zip

WAV = b"RIFF$\0\0\0WAVEfmt "
NAMES = {"file_00aa.dat": "harbour.png", "file_00bb.dat": "Tides.md", "file_00cc.dat": "voice.wav"}


def lean(key: str, parent: str, role: str, content: dict[str, Any], **about: Any) -> dict[str, Any]:
    """Return a node with the fields that are left of it: without children, status, weight and recipient."""
    message = {"id": key, "author": {"role": role, "name": None}, "create_time": 1_780_000_000.25, "content": content,
               "metadata": about}  # fmt: skip
    return {"id": key, "message": message, "parent": parent}


def text(words: str) -> dict[str, Any]:
    return {"content_type": "text", "parts": [words]}


def export() -> dict[str, Any]:
    """Return the members of a whole export."""
    pointer = {"content_type": "image_asset_pointer", "asset_pointer": "sediment://file_00aa", "width": 1}
    sound = {"content_type": "audio_asset_pointer", "asset_pointer": "sediment://file_00cc", "format": "wav"}
    attached = [{"id": "file_00aa", "name": "harbour.png", "mime_type": "image/png", "library_file_id": "libfile_1"}]
    thoughts = [{"summary": "Looking", "content": "A pier.", "chunks": [], "finished": True}]
    nodes = [
        lean("q", "root", "user", {"content_type": "multimodal_text", "parts": [pointer, "What is this?"]},
             attachments=attached),
        lean("t", "q", "assistant", {"content_type": "thoughts", "thoughts": thoughts}, model_slug="gpt-5-thinking"),
        lean("r", "t", "assistant", {"content_type": "reasoning_recap", "content": "Thought for 3 seconds"}),
        lean("a", "r", "assistant", text("A harbour. I have written it down."), model_slug="gpt-5-thinking"),
        lean("v", "a", "user", {"content_type": "multimodal_text", "parts": [
            {"content_type": "audio_transcription", "text": "And at night?", "direction": "in"},
            {"content_type": "real_time_user_audio_video_asset_pointer", "frames_asset_pointers": [],
             "audio_asset_pointer": sound}]}),
    ]  # fmt: skip
    library = [
        {"id": {"id": "libfile_2"}, "file_id": "file_00bb", "file_name": "Tides.md", "origination_message_id": "a"},
        {"id": {"id": "libfile_1"}, "file_id": "file_00aa", "file_name": "harbour.png", "origination_message_id": "q"},
    ]
    shards = ["conversations-000.json", "conversations-001.json"]
    return {
        "export_manifest.json": {"version": 1, "logical_files": {"conversations.json": {"files": shards}}},
        "conversations-000.json": [gpt_chat(nodes, "c1", "The harbour")],
        "conversations-001.json": [gpt_chat([lean("q", "root", "user", text("Second file"))], "c2")],
        "conversation_asset_file_names.json": NAMES,
        "library_files.json": library,
        "file_00aa.dat": PNG,
        "file_00bb.dat": "# Tides",
        "file_00cc.dat": WAV,
        "shared_conversations.json": [{"id": "s", "conversation_id": "c1", "title": "The harbour"}],
        "user.json": {"id": "user-1", "email": "me@example.org"},
        "chat.html": "<html></html>",
    }


def test_files_without_names_of_their_own_get_them_back(tmp_path: Path) -> None:
    found, told = read_all(write_zip(tmp_path / "export.zip", export()))
    assert [each.key for each in found] == ["c1", "c2"]
    question, answer, spoken = found[0].messages
    assert [(each.name, each.media_type, each.read()) for each in question.files] == [("harbour.png", "image/png", PNG)]
    assert (answer.role, answer.text, answer.model_id) == (
        Role.ASSISTANT,
        "A harbour. I have written it down.",
        "gpt-5-thinking",
    )
    assert answer.reasoning == "**Looking**\n\nA pier."
    assert [(each.name, each.read()) for each in answer.files] == [("Tides.md", b"# Tides")]
    assert (spoken.text, spoken.files) == ("And at night?", ())
    assert told == [Omission(NotRead.RECORDING, "The harbour")]


def test_a_part_that_is_not_there_is_told(tmp_path: Path) -> None:
    members = export()
    del members["conversations-001.json"]
    found, told = read_all(write_zip(tmp_path / "export.zip", members))
    assert [each.key for each in found] == ["c1"]
    assert Omission(NotRead.FILE_MISSING, "conversations-001.json") in told


def test_the_zip_of_zips_of_the_privacy_page_is_read(tmp_path: Path) -> None:
    inner: dict[str, Any] = {}
    for name, members in (("Conversations__0f-part-0001", export()), ("Account__0f", {"user.json": {"id": "u"}})):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for path, content in members.items():
                archive.writestr(path, content if isinstance(content, str | bytes) else json.dumps(content))
        inner[f"OpenAI-export/User Online Activity/{name}.zip"] = buffer.getvalue()
    inner["OpenAI-export/report.html"] = "<html></html>"
    found, told = read_all(write_zip(tmp_path / "OpenAI-export.zip", inner))
    assert [each.key for each in found] == ["c1", "c2"]
    assert [each.name for each in found[0].messages[0].files] == ["harbour.png"]
    assert [each.why for each in told] == [NotRead.RECORDING]


CITED = "\ue200cite\ue202turn0search0\ue201"
WEB = {
    "type": "grouped_webpages",
    "alt": None,
    "items": [{"title": "Tide [tables]", "url": "https://tide.example/a(b)"}],
}
LINK = "[Tide tables](https://tide.example/a%28b%29)"


@pytest.mark.parametrize(
    ("said", "references", "shown"),
    [
        ('In \ue200entity\ue202["city","Bergen","harbour city"]\ue201 it rains.', [], "In Bergen it rains."),
        ("See \ue200url\ue202the port\ue202https://port.example\ue201.", [], "See [the port](https://port.example)."),
        ("See \ue200url\ue202the port\ue202turn0search0\ue201.", [], "See the port."),
        ('Map:\ue200image_group\ue202{"query": ["x"]}\ue201 done', [], "Map: done"),
        (f"High at six{CITED}.", [], "High at six."),
        ("High at six \ue202turn0search0.", [], "High at six ."),
        (f"High at six{CITED}.", [WEB], f"High at six ({LINK})."),
        ("High at six\ue202turn0search0.", [WEB], f"High at six ({LINK})."),
        (f"High{CITED} and low{CITED}.", [WEB], f"High and low.\n\n- {LINK}"),
        (f"High{CITED}.", [WEB | {"matched_text": CITED}], f"High ({LINK})."),
        (f"High{CITED}.", [WEB | {"matched_text": CITED, "alt": " ([T](https://t.example))"}],
         "High ([T](https://t.example))."),
        (f"High{CITED}.", [{"type": "webpage", "url": "javascript:alert(1)", "title": "x"}], "High."),
        ('High :chatgpt-content-reference{index="0"}', [WEB], f"High  ({LINK})"),
        ('High :chatgpt-content-reference{index="7"}', [], "High "),
        ("\ue203High\ue204 at six", [], "High at six"),
        ("Draft:\n\n:::writing{variant=\"email\" id=\"1\" subject=\"Boats\"}\nDear Ann\n:::\n\nGood?", [],
         "Draft:\n\n**Boats**\n\nDear Ann\n\nGood?"),
        ("```\n:::writing{a}\n:::\n```", [], "```\n:::writing{a}\n:::\n```"),
    ],
)  # fmt: skip
def test_marks_become_what_their_page_shows(said: str, references: list[dict[str, Any]], shown: str) -> None:
    assert cleaned(said, {"content_references": references}) == shown


def test_thoughts_that_are_one_text_are_kept(tmp_path: Path) -> None:
    nodes = [
        gpt_node("q", "root", text="Why?", children=["t"]),
        gpt_node("t", "q", "assistant", content={"content_type": "thoughts", "thoughts": "Because."}, children=["a"]),
        gpt_node("a", "t", "assistant", "So."),
    ]
    found, _ = read_all(write_zip(tmp_path / "export.zip", {"conversations.json": [gpt_chat(nodes)]}))
    assert [(each.text, each.reasoning) for each in found[0].messages] == [("Why?", ""), ("So.", "Because.")]
