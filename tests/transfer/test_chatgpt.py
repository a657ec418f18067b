from __future__ import annotations

from pathlib import Path
from typing import Any

from easychat_gui.domain.messages import FinishReason, Role
from easychat_gui.domain.transfer import FoundConversation, NotRead, Source
from tests.transfer.exports import PNG, gpt_chat, gpt_node, read_all, write_json, write_zip


def read_one(tmp_path: Path, chat: dict[str, Any]) -> FoundConversation:
    found, told = read_all(write_json(tmp_path / "conversations.json", [chat]))
    assert len(found) == 1, told
    return found[0]


def test_a_tree_keeps_branches_dates_and_model(tmp_path: Path) -> None:
    nodes = [
        gpt_node("q", "root", text="What floats?", children=["a1", "a2"]),
        gpt_node("a1", "q", "assistant", "Wood.", created=1_700_000_001.0, about={"model_slug": "gpt-4"}),
        gpt_node("a2", "q", "assistant", "Boats.", created=None, children=["q2"],
                 about={"model_slug": "gpt-4o", "finish_details": {"type": "max_tokens"}}),
        gpt_node("q2", "a2", text="Why?"),
    ]  # fmt: skip
    chat = gpt_chat(nodes, is_archived=True, is_starred=True) | {"current_node": "a1"}
    found = read_one(tmp_path, chat)
    assert (found.source, found.key, found.title, found.model_id) == (Source.CHATGPT, "c1", "Boats", "gpt-4o")
    assert (found.created_at, found.updated_at) == (1_700_000_000.5, 1_700_000_100.5)
    assert (found.is_archived, found.is_pinned, found.leaf_key) == (True, True, "a1")
    told = [(each.key, each.parent_key, each.role, each.text, each.model_id) for each in found.messages]
    assert told == [
        ("q", None, Role.USER, "What floats?", ""),
        ("a1", "q", Role.ASSISTANT, "Wood.", "gpt-4"),
        ("a2", "q", Role.ASSISTANT, "Boats.", "gpt-4o"),
        ("q2", "a2", Role.USER, "Why?", ""),
    ]
    assert found.messages[2].finish_reason is FinishReason.LENGTH
    assert found.messages[2].created_at is None


def test_what_a_model_did_before_its_answer_is_part_of_it(tmp_path: Path) -> None:
    thoughts = [{"summary": "Plan", "content": "Count."}]
    code = {"content_type": "code", "language": "python", "text": "print(1)"}
    steps: list[tuple[str, dict[str, Any]]] = [
        ("assistant", {"content": {"content_type": "thoughts", "thoughts": thoughts}}),
        ("assistant", {"content": code, "recipient": "python"}),
        ("tool", {"content": {"content_type": "execution_output", "text": "1"}, "name": "python"}),
        ("assistant", {"content": {"content_type": "code", "text": 'search("boats")'}, "recipient": "browser"}),
        ("tool", {"content": {"content_type": "tether_quote", "text": "a page"}, "name": "browser"}),
        ("assistant", {"content": {"content_type": "reasoning_recap", "content": "Thought for 6s"},
                       "about": {"finished_duration_sec": 6}}),
        ("assistant", {"text": "One.", "about": {"model_slug": "o3"}}),
    ]  # fmt: skip
    names = ["q", *(f"s{number}" for number in range(len(steps)))]
    nodes = [gpt_node("q", "root", text="How many?", children=["s0"])]
    for number, (role, more) in enumerate(steps):
        nodes.append(gpt_node(names[number + 1], names[number], role, children=names[number + 2 : number + 3], **more))
    found = read_one(tmp_path, gpt_chat(nodes))
    assert [each.role for each in found.messages] == [Role.USER, Role.ASSISTANT]
    answer = found.messages[1]
    assert answer.text == "```python\nprint(1)\n```\n\n```\n1\n```\n\nOne."
    assert answer.reasoning == "**Plan**\n\nCount.\n\n- boats"
    assert (answer.reasoning_s, answer.model_id, found.leaf_key) == (6, "o3", answer.key)


def test_hidden_and_empty_nodes_are_passed_over(tmp_path: Path) -> None:
    profile = {"content_type": "user_editable_context", "user_profile": "I sail.", "user_instructions": "Be short."}
    nodes = [
        gpt_node("s", "root", "system", "", weight=0.0, children=["u"]),
        gpt_node(
            "u", "s", "user", content=profile, about={"is_visually_hidden_from_conversation": True}, children=["q"]
        ),
        gpt_node("q", "u", text="Hi", children=["e"]),
        gpt_node("e", "q", "assistant", "", children=["h"]),
        gpt_node(
            "h", "e", "assistant", "secret", about={"is_visually_hidden_from_conversation": True}, children=["q2"]
        ),
        gpt_node("q2", "h", text="There?"),
    ]
    found = read_one(tmp_path, gpt_chat(nodes))
    assert [(each.key, each.parent_key) for each in found.messages] == [("q", None), ("q2", "q")]
    assert found.system_prompt == "I sail.\n\nBe short."


def test_pictures_and_files_are_found_by_their_ids(tmp_path: Path) -> None:
    parts = [
        {"content_type": "image_asset_pointer", "asset_pointer": "file-service://file-AbC1", "width": 1},
        {"content_type": "image_asset_pointer", "asset_pointer": "sediment://file_00ff"},
        {"content_type": "image_asset_pointer", "asset_pointer": "sediment://file_gone"},
        {"content_type": "audio_transcription", "text": "spoken words", "direction": "in"},
        {"content_type": "audio_asset_pointer", "asset_pointer": "sediment://file_sound"},
        "See these",
    ]
    about = {"attachments": [
        {"id": "file-AbC1", "name": "my boat.png", "mime_type": "image/png"},
        {"id": "file-Doc2", "name": "notes.txt", "mimeType": "text/plain"},
    ]}  # fmt: skip
    node = gpt_node("q", "root", content={"content_type": "multimodal_text", "parts": parts}, about=about)
    path = write_zip(
        tmp_path / "export.zip",
        {
            "conversations-000.json": [gpt_chat([node])],
            "conversations-001.json": [gpt_chat([gpt_node("q", "root", text="Hi")], "c2")],
            "user.json": {"id": "user-1", "email": "me@example.org"},
            "message_feedback.json": [],
            "file-AbC1-8e1f.png": PNG,
            "user-1/file_00ff-sanitized.png": PNG,
            "file-Doc2-notes.txt": "Some notes",
        },
    )
    found, told = read_all(path)
    assert [each.key for each in found] == ["c1", "c2"]
    message = found[0].messages[0]
    assert message.text == "spoken words\n\nSee these"
    assert [(each.name, each.media_type) for each in message.files] == [
        ("my boat.png", "image/png"),
        ("file_00ff-sanitized.png", "image/png"),
        ("notes.txt", "text/plain"),
    ]
    assert message.files[2].read() == b"Some notes"
    assert [(each.why, each.where, each.details) for each in told] == [(NotRead.FILE_MISSING, "Boats", "file_gone")]


def test_citations_become_links_and_marks_vanish(tmp_path: Path) -> None:
    new = "Wood floats\ue200cite\ue202turn0search1\ue201, says \ue200entity\ue202x\ue201."
    old = "Stone sinks【7†source】, and lead【8†L1-L2】."
    references = [{"matched_text": "\ue200cite\ue202turn0search1\ue201", "alt": " ([wood.org](https://wood.org))"}]
    start = old.index("【7")
    cited = [{"start_ix": start, "end_ix": old.index("】") + 1, "metadata": {"title": "Stone", "url": "https://s.org"}}]
    nodes = [
        gpt_node("q", "root", text="?", children=["a", "b"]),
        gpt_node("a", "q", "assistant", new, about={"content_references": references}),
        gpt_node("b", "q", "assistant", old, about={"citations": cited}),
    ]
    found = read_one(tmp_path, gpt_chat(nodes))
    assert found.messages[1].text == "Wood floats ([wood.org](https://wood.org)), says x."
    assert found.messages[2].text == "Stone sinks ([Stone](https://s.org)), and lead."


def test_the_wish_for_a_picture_is_kept_with_it(tmp_path: Path) -> None:
    wish = {"content_type": "code", "text": '{"prompt": "A boat at dawn", "size": "1024x1024"}'}
    drawn = {"content_type": "multimodal_text", "parts": [
        {"content_type": "image_asset_pointer", "asset_pointer": "sediment://file_gone", "width": 1024}]}  # fmt: skip
    nodes = [
        gpt_node("q", "root", text="Draw", children=["c"]),
        gpt_node("c", "q", "assistant", content=wish, recipient="dalle.text2im", children=["t"]),
        gpt_node("t", "c", "tool", content=drawn, name="dalle.text2im", children=["a"]),
        gpt_node("a", "t", "assistant", "Here it is."),
    ]
    found = read_one(tmp_path, gpt_chat(nodes))
    assert [(each.text, each.reasoning) for each in found.messages] == [("Draw", ""), ("Here it is.", "A boat at dawn")]
    assert [(each.why, each.details) for each in found.omissions] == [(NotRead.FILE_MISSING, "file_gone")]


def test_a_canvas_is_in_the_answer(tmp_path: Path) -> None:
    made = {"content_type": "code", "text": '{"name": "Poem", "type": "document", "content": "Roses"}'}
    tool = "canmore.create_textdoc"
    nodes = [
        gpt_node("q", "root", text="Write", children=["c"]),
        gpt_node("c", "q", "assistant", content=made, recipient=tool, children=["t"]),
        gpt_node("t", "c", "tool", "Created", name=tool, children=["a"]),
        gpt_node("a", "t", "assistant", "Done."),
    ]
    assert read_one(tmp_path, gpt_chat(nodes)).messages[1].text == "**Poem**\n\nRoses\n\nDone."


def test_what_was_changed_in_a_canvas_is_in_the_answer(tmp_path: Path) -> None:
    changed = (
        '{"updates": [{"pattern": "R.ses", "replacement": "Violets"}, {"pattern": "x", "replacement": "Blue\\n"}]}'
    )
    nodes = [
        gpt_node("q", "root", text="Change", children=["c"]),
        gpt_node("c", "q", "assistant", content={"content_type": "code", "text": changed},
                 recipient="canmore.update_textdoc"),
    ]  # fmt: skip
    assert read_one(tmp_path, gpt_chat(nodes)).messages[1].text == "Violets\n\nBlue"


def test_long_output_of_code_is_whole(tmp_path: Path) -> None:
    output = "\n".join(map(str, range(10_000)))
    content = {"content_type": "execution_output", "text": output}
    nodes = [
        gpt_node("q", "root", text="Count", children=["t"]),
        gpt_node("t", "q", "tool", content=content, name="python"),
    ]
    assert output in read_one(tmp_path, gpt_chat(nodes)).messages[1].text


def test_damaged_messages_are_told(tmp_path: Path) -> None:
    nodes = [gpt_node(key, "root", text=key) for key in ("sound", "no author", "no content", "text")]
    nodes[1]["message"]["author"] = None
    nodes[2]["message"]["content"] = None
    nodes[3]["message"] = "text"
    found = read_one(tmp_path, gpt_chat(nodes))
    assert [each.text for each in found.messages] == ["sound"]
    assert [(each.why, each.where, each.details) for each in found.omissions] == [
        (NotRead.DAMAGED, "Boats", "no author"),
        (NotRead.DAMAGED, "Boats", "no content"),
        (NotRead.DAMAGED, "Boats", "text"),
    ]


def test_a_file_whose_first_conversation_is_damaged_is_recognised(tmp_path: Path) -> None:
    sound = gpt_chat([gpt_node("q", "root", text="Hi")])
    for first in (None, 7, {}, {"title": "Bad", "mapping": "no tree"}, {"title": "Bad", "mapping": {"node": 5}}):
        found, told = read_all(write_json(tmp_path / "export.json", [first, sound]))
        assert [each.key for each in found] == ["c1"]
        assert [each.why for each in told] == [NotRead.DAMAGED]


def test_a_damaged_conversation_costs_itself_only(tmp_path: Path) -> None:
    sound = [gpt_chat([gpt_node("q", "root", text="Hi")], f"c{number}") for number in range(4)]
    bad: list[Any] = [{"title": "No tree"}, 7, gpt_chat([], "empty", "Empty")]
    found, told = read_all(write_json(tmp_path / "conversations.json", [*sound[:2], *bad, *sound[2:]]))
    assert [each.key for each in found] == ["c0", "c1", "c2", "c3"]
    assert [(each.why, each.where) for each in told] == [
        (NotRead.DAMAGED, "No tree"),
        (NotRead.DAMAGED, "conversations.json, 4"),
        (NotRead.NO_MESSAGES, "Empty"),
    ]


def test_a_ring_of_nodes_is_opened(tmp_path: Path) -> None:
    nodes = [
        gpt_node("a", "b", text="One", children=["b"]),
        gpt_node("b", "a", "assistant", "Two", children=["a"]),
        gpt_node("c", "missing", text="Three"),
    ]
    found = read_one(tmp_path, gpt_chat(nodes))
    assert sorted(each.text for each in found.messages) == ["One", "Three", "Two"]


def test_other_json_is_not_taken_for_it(tmp_path: Path) -> None:
    from easychat_gui.transfer import chatgpt
    from easychat_gui.transfer.bundles import open_bundle

    values: list[Any] = [[], {}, [{"mapping": 3}], {"conversations": []}, [1, 2], {"mapping": [1]}]
    for value in values:
        with open_bundle(write_json(tmp_path / "conversations.json", value)) as bundle:
            assert not chatgpt.READER.recognises(bundle)
