from __future__ import annotations

from pathlib import Path
from typing import Any

from easychat_gui.domain.messages import Role
from easychat_gui.domain.transfer import FoundConversation, NotRead, Source
from tests.transfer.exports import PNG, read_all, write_json, write_zip

ROOT = "00000000-0000-4000-8000-000000000000"


def message(uuid: str, sender: str, text: str = "", **more: Any) -> dict[str, Any]:
    content = more.pop("content", [{"type": "text", "text": text}])
    return {
        "uuid": uuid,
        "text": text,
        "content": content,
        "sender": sender,
        "created_at": "2025-03-01T10:00:00.123456Z",
        "updated_at": "2025-03-01T10:00:00.123456Z",
        "attachments": [],
        "files": [],
        **more,
    }


def chat(*messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "uuid": "conv-1",
        "name": "Boats",
        "created_at": "2025-03-01T09:59:00+00:00",
        "updated_at": "2025-03-02T10:00:00Z",
        "account": {"uuid": "me"},
        "chat_messages": list(messages),
        **more,
    }


def read_one(tmp_path: Path, value: dict[str, Any]) -> FoundConversation:
    found, told = read_all(write_json(tmp_path / "conversations.json", [value]))
    assert len(found) == 1, told
    return found[0]


def test_an_old_export_is_one_chain(tmp_path: Path) -> None:
    found = read_one(tmp_path, chat(message("1", "human", "Hi"), message("2", "assistant", "Hello"), is_starred=True))
    assert (found.source, found.key, found.title, found.is_pinned) == (Source.CLAUDE, "conv-1", "Boats", True)
    assert (found.created_at, found.updated_at) == (1740823140.0, 1740909600.0)
    assert [(each.key, each.parent_key, each.role) for each in found.messages] == [
        ("1", None, Role.USER),
        ("2", "1", Role.ASSISTANT),
    ]
    assert found.messages[0].created_at == 1740823200.123456


def test_a_new_export_is_a_tree(tmp_path: Path) -> None:
    found = read_one(
        tmp_path,
        chat(
            message("1", "human", "Hi", parent_message_uuid=ROOT),
            message("2", "assistant", "One", parent_message_uuid="1"),
            message("3", "assistant", "Two", parent_message_uuid="1"),
            current_leaf_message_uuid="2",
        ),
    )
    assert [(each.text, each.parent_key) for each in found.messages] == [("Hi", None), ("One", "1"), ("Two", "1")]
    assert found.leaf_key == "2"


def test_blocks_become_text_and_thinking(tmp_path: Path) -> None:
    artifact = {"id": "a", "type": "application/vnd.ant.code", "title": "Sum", "language": "python", "content": "1+1"}
    blocks = [
        {"type": "thinking", "thinking": "Hm."},
        {"type": "text", "text": "Here:"},
        {"type": "tool_use", "name": "artifacts", "input": artifact},
        {"type": "tool_result", "name": "artifacts", "content": [{"type": "text", "text": "OK"}]},
        {"type": "tool_use", "name": "web_search", "input": {"query": "boats"}},
        {"type": "tool_result", "name": "web_search", "content": [{"type": "text", "text": "Boats float"}]},
        {"type": "token_budget"},
        {"type": "hologram"},
    ]
    value = chat(message("1", "human", "Add"), message("2", "assistant", "not used", content=blocks))
    found, told = read_all(write_json(tmp_path / "conversations.json", [value]))
    answer = found[0].messages[1]
    assert answer.text == "Here:\n\n**Sum**\n\n```python\n1+1\n```"
    assert answer.reasoning == 'Hm.\n\n`web_search` {"query": "boats"}\n\n```\nBoats float\n```'
    assert [(each.why, each.details) for each in told] == [(NotRead.UNKNOWN_CONTENT, "hologram")]


def test_old_artifacts_and_plain_texts_are_read(tmp_path: Path) -> None:
    tag = 'See <antArtifact identifier="x" type="text/markdown" title="Poem">Roses</antArtifact>!'
    found = read_one(tmp_path, chat(message("1", "human", "Write", content=[]), message("2", "assistant", tag)))
    assert [each.text for each in found.messages] == ["Write", "See **Poem**\n\nRoses!"]


def test_projects_attachments_and_pictures(tmp_path: Path) -> None:
    pasted = {"file_name": "", "file_type": "txt", "extracted_content": "pasted words"}
    report = {"file_name": "report.pdf", "file_type": "pdf", "extracted_content": "Page 1"}
    files = [{"file_uuid": "f-1", "file_name": "boat.png"}, {"file_uuid": "f-2", "file_name": "gone.png"}]
    value = chat(message("1", "human", "", attachments=[pasted, report], files=files), project={"uuid": "p"})
    path = write_zip(
        tmp_path / "data.zip",
        {
            "conversations.json": [value],
            "projects.json": [{"uuid": "p", "name": "Ships", "prompt_template": "Talk like a sailor.", "docs": []}],
            "users.json": [{"uuid": "me", "full_name": "Me"}],
            "files/f-1": PNG,
        },
    )
    found, told = read_all(path)
    assert (found[0].folder, found[0].system_prompt) == (("Ships",), "Talk like a sailor.")
    read = [(file.name, file.read()) for file in found[0].messages[0].files]
    assert read == [("pasted.txt", b"pasted words"), ("report.pdf", b"Page 1"), ("boat.png", PNG)]
    assert [(each.why, each.details) for each in told] == [(NotRead.FILE_MISSING, "gone.png")]


def test_damage_and_emptiness_cost_themselves_only(tmp_path: Path) -> None:
    values = [chat(message("1", "human", "Hi")), {"uuid": "x", "name": "Broken"}, chat(uuid="e", name="Empty")]
    found, told = read_all(write_json(tmp_path / "conversations.json", values))
    assert len(found) == 1
    assert [(each.why, each.where) for each in told] == [(NotRead.DAMAGED, "Broken"), (NotRead.NO_MESSAGES, "Empty")]


def test_sources_of_what_is_said_become_links(tmp_path: Path) -> None:
    said = "Boats float. Stones sink."
    cited = [
        {"end_index": 12, "details": {"type": "web_search_citation", "url": "https://www.boats.example/a(1)"}},
        {"end_index": 12, "details": {"type": "web_search_citation", "url": "https://www.boats.example/a(1)"}},
        {"end_index": 25, "details": {"type": "web_search_citation", "url": "https://stones.example"}},
        {"end_index": 25, "details": {"url": "javascript:alert(1)"}},
        {"end_index": 99, "details": {"url": "https://too.far"}},
        {"end_index": "no", "details": None},
    ]
    page = {"type": "knowledge", "title": "Boats", "url": "https://boats.example", "text": "x" * 9_000}
    blocks = [
        {"type": "thinking", "thinking": "", "summaries": [{"summary": "Looked it up."}]},
        {"type": "tool_use", "id": None, "name": "web_search", "input": {"query": "boats"}},
        {"type": "tool_result", "tool_use_id": None, "name": "web_search", "content": [page]},
        {"type": "text", "text": said, "citations": cited},
    ]
    found = read_one(tmp_path, chat(message("1", "human", "?"), message("2", "assistant", content=blocks)))
    assert found.messages[1].text == (
        "Boats float. ([boats.example](https://www.boats.example/a%281%29)) "
        "Stones sink. ([stones.example](https://stones.example))"
    )
    assert found.messages[1].reasoning == (
        f'Looked it up.\n\n`web_search` {{"query": "boats"}}\n\n```\nBoats – https://boats.example\n{"x" * 9_000}\n```'
    )


def test_the_zips_of_2026_are_read_together(tmp_path: Path) -> None:
    design = {
        "uuid": "d-1",
        "title": "Chat",
        "project": {"uuid": "canvas", "name": "Logo"},
        "created_at": "2026-08-01T10:00:00Z",
        "updated_at": "2026-08-01T11:00:00Z",
        "messages": [
            {
                "uuid": "m1",
                "role": "user",
                "created_at": "2026-08-01T10:00:00Z",
                "content": {
                    "content": "Draw a logo",
                    "attachments": [{"name": "brief.md", "content": "Blue"}, {"name": "sketch.png", "path": "x"}],
                },
            },
            {
                "uuid": "m2",
                "role": "assistant",
                "content": {
                    "timestamp": "2026-08-01T10:01:00Z",
                    "contentBlocks": [
                        {"type": "thinking", "text": "Circles."},
                        {"type": "tool_call", "toolCall": {"name": "write", "input": {"path": "logo.svg"}}},
                        {"type": "user_interjection", "message": {"content": "Bigger!"}},
                        {"type": "text", "text": "Done."},
                    ],
                },
            },
        ],
    }
    project = {"uuid": "p", "name": "Ships", "prompt_template": "Talk like a sailor.", "docs": []}
    talk = chat(message("1", "human", "Hi"), project_uuid="p")
    for name, members in (
        ("conversations-000", {"conversations.json": [talk]}),
        ("projects-000", {"projects/p.json": project}),
        ("design_chats-000", {"design_chats/d-1.json": design}),
        ("memories-000", {"memories.json": {"account_uuid": "me", "conversations_memory": "Likes boats"}}),
    ):
        write_zip(tmp_path / f"{name}.zip", members)
    write_json(tmp_path / "manifest-1.json", {"files": [{"url": "https://files.example/1"}]})
    found, told = read_all(tmp_path)
    assert [(each.title, each.folder) for each in found] == [("Boats", ("Ships",)), ("Logo", ())]
    assert found[0].system_prompt == "Talk like a sailor."
    question, answer = found[1].messages
    assert (question.role, question.text) == (Role.USER, "Draw a logo")
    assert [(file.name, file.read()) for file in question.files] == [("brief.md", b"Blue")]
    assert (answer.parent_key, answer.text) == ("m1", "> Bigger!\n\nDone.")
    assert answer.reasoning == 'Circles.\n\n`write` {"path": "logo.svg"}'
    assert answer.created_at == 1785578460.0
    assert [(each.why, each.details) for each in told] == [(NotRead.FILE_MISSING, "sketch.png")]
