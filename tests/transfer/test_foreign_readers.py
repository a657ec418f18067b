"""What each program's files hold is brought: dates, branches, thinking, models, files, folders, marks."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from easychat_gui.domain.messages import FinishReason, Role, Usage
from easychat_gui.domain.transfer import FoundConversation, FoundMessage, NotRead
from tests.transfer.exports import PNG, read_all, write_json, write_zip
from tests.transfer.foreign_exports import (
    JAN_THREAD,
    MAKERS,
    NO_PARENT,
    PICTURE,
    SECRET,
    chatbox_message,
    chatbox_session,
    cherry_data,
    gpt4all,
    jan_message,
    libre_chat,
    libre_message,
    lm_conversation,
    lm_version,
    owui_chat,
    owui_message,
)
from tests.transfer.gpt4all_bytes import gpt4all_bytes, qt_text


def read(name: str, folder: Path) -> FoundConversation:
    """Read a file of a program; return its first conversation."""
    found, _ = read_all(MAKERS[name][1](folder))
    return found[0]


def tree(found: FoundConversation) -> list[tuple[str | None, str, str]]:
    return [(each.parent_key, each.key, each.text) for each in found.messages]


def at(found: FoundConversation, key: str) -> FoundMessage:
    return next(each for each in found.messages if each.key == key)


def files(message: FoundMessage) -> list[tuple[str, bytes]]:
    return [(each.name, each.read()) for each in message.files]


@pytest.mark.parametrize("name", [name for name in MAKERS if "old" not in name and "GPT4All" not in name])
def test_what_a_person_would_look_for(tmp_path: Path, name: str) -> None:
    found = read(name, tmp_path)
    assert found.title == "Boats"
    assert found.messages[0].role is Role.USER
    assert found.created_at is not None
    assert found.updated_at is not None
    assert found.model_id or name.startswith("Chatbox")
    if "VividNode" not in name and "database" not in name:
        assert found.system_prompt == "Be brief."
    if "LM Studio" not in name:
        assert all(each.created_at is not None for each in found.messages)


@pytest.mark.parametrize("name", MAKERS)
def test_no_key_comes_along(tmp_path: Path, name: str) -> None:
    found, told = read_all(MAKERS[name][1](tmp_path))
    assert SECRET not in repr(found)
    assert SECRET not in repr(told)


@pytest.mark.parametrize("name", MAKERS)
def test_a_second_reading_finds_the_same_keys(tmp_path: Path, name: str) -> None:
    path = MAKERS[name][1](tmp_path)
    first, second = read_all(path)[0], read_all(path)[0]
    assert [(each.key, [message.key for message in each.messages]) for each in first] == [
        (each.key, [message.key for message in each.messages]) for each in second
    ]
    assert len({each.key for each in first}) == len(first)


# Open WebUI


def test_open_webui_brings_branches_thinking_and_marks(tmp_path: Path) -> None:
    found = read("Open WebUI", tmp_path)
    assert (found.is_pinned, found.is_archived, found.tags, found.leaf_key) == (True, True, ("naval history",), "q2")
    assert {(each.parent_key, each.key) for each in found.messages} == {
        (None, "q"),
        ("q", "a1"),
        ("q", "a2"),
        ("a1", "q2"),
    }
    answer = at(found, "a1")
    assert (answer.text, answer.reasoning, answer.reasoning_s) == ("Wood floats.", "Wood is light.\nSo is <cork>.", 4.0)
    assert (answer.model_id, answer.usage) == ("llama3.1:8b", Usage(11, 7))
    assert at(found, "a2").model_id == "qwen3:4b"
    assert files(at(found, "q")) == [("picture.png", PNG), ("log.pdf.txt", b"Ship's log")]


def test_open_webui_keeps_what_tools_did_beside_the_answer(tmp_path: Path) -> None:
    call = (
        '<details type="tool_calls" done="true" id="c" name="get_weather" arguments="&quot;{\\&quot;city\\&quot;: '
        '\\&quot;Paris\\&quot;}&quot;" result="&quot;18 °C&quot;">\n<summary>Tool Executed</summary>\n</details>\nWarm.'
    )
    chat = owui_chat([owui_message("q", None, "user", "?"), owui_message("a", "q", "assistant", call)], "a")
    found, _ = read_all(write_json(tmp_path / "x.json", [chat]))
    assert found[0].messages[1].text == "Warm."
    assert found[0].messages[1].reasoning == '`get_weather` {"city": "Paris"}\n\n> 18 °C'


def test_open_webui_database_has_folders_tags_files_and_rows(tmp_path: Path) -> None:
    path = MAKERS["Open WebUI, database"][1](tmp_path)
    before = sorted(each.name for each in tmp_path.iterdir())
    content = path.read_bytes()
    found, told = read_all(path)
    assert [each.title for each in found] == ["Boats"]
    assert (found[0].folder, found[0].tags) == (("Work", "Ships"), ("Naval History",))
    assert files(at(found[0], "q")) == [("sea.txt", b"salt")]
    answer = at(found[0], "a")
    assert (answer.text, answer.reasoning, answer.reasoning_s, answer.usage) == ("Wood.", "Hm.", 2.0, Usage(3, 5))
    assert [(each.why, each.where) for each in told] == [(NotRead.DAMAGED, "Broken")]
    assert path.read_bytes() == content
    assert sorted(each.name for each in tmp_path.iterdir()) == before


def test_open_webui_database_of_several_people_has_a_folder_for_each(tmp_path: Path) -> None:
    path = MAKERS["Open WebUI, database"][1](tmp_path)
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE user (id TEXT, name TEXT, email TEXT, api_key TEXT)")
    database.executemany("INSERT INTO user VALUES (?, ?, '', ?)", [("u", "Ann", SECRET), ("v", "Bob", SECRET)])
    database.execute(
        "INSERT INTO chat SELECT 'c3', 'v', title, chat, 1, 1, NULL, 0, 0, meta, NULL FROM chat WHERE id = 'c1'"
    )
    database.commit()
    database.close()
    found, _ = read_all(path)
    assert [each.folder for each in found] == [("Ann", "Work", "Ships"), ("Bob",)]
    assert SECRET not in repr(found)


def test_open_webui_database_whose_messages_are_rows_only(tmp_path: Path) -> None:
    path = MAKERS["Open WebUI, database"][1](tmp_path)
    database = sqlite3.connect(path)
    database.execute("UPDATE chat SET chat = NULL WHERE id = 'c1'")
    database.execute("INSERT INTO chat_message (id, chat_id, role, content) VALUES ('c1-q', 'c1', 'user', '\"Hi\"')")
    database.commit()
    database.close()
    found, _ = read_all(path)
    assert tree(found[0]) == [(None, "q", "Hi"), ("q", "a", "Wood.")]


def test_what_is_only_in_the_log_of_a_database_is_read_and_the_log_stays(tmp_path: Path) -> None:
    path = MAKERS["Open WebUI, database"][1](tmp_path)
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("UPDATE chat SET title = 'Newest' WHERE id = 'c1'")
    database.commit()
    log = tmp_path / "webui.db-wal"
    before = log.read_bytes()
    found, _ = read_all(path)
    assert found[0].title == "Newest"
    assert log.read_bytes() == before
    database.close()


# LibreChat


def test_librechat_brings_parts_branches_and_names_what_lies_on_the_server(tmp_path: Path) -> None:
    found, told = read_all(MAKERS["LibreChat"][1](tmp_path))
    assert tree(found[0]) == [(None, "q", "What floats?"), ("q", "a1", "Wood."), ("q", "a2", "Cork")]
    answer = at(found[0], "a1")
    assert answer.reasoning == 'Light things.\n\n`search` {"q":"wood"}\n\n> oak'
    assert (answer.model_id, answer.endpoint_name, answer.usage) == ("gpt-4o", "openAI", Usage(None, 9))
    assert at(found[0], "a2").finish_reason is FinishReason.CANCELLED
    assert [(each.why, each.where, each.details) for each in told] == [(NotRead.FILE_MISSING, "Boats", "sea.png")]


def test_librechat_as_deep_as_a_long_chat(tmp_path: Path) -> None:
    text = ""
    for number in reversed(range(5000)):
        message = json.dumps(libre_message(f"m{number}", NO_PARENT, f"text {number}", is_user=number % 2 == 0))
        text = f'{message[:-1]}, "children": [{text}]}}'
    whole = json.dumps(libre_chat(recursive=True))
    (tmp_path / "deep.json").write_text(f'{whole[:-1]}, "messagesTree": [{text}]}}', encoding="utf-8")
    found, told = read_all(tmp_path / "deep.json")
    assert told == []
    assert len(found[0].messages) == 5000
    assert found[0].messages[-1].parent_key == "m4998"


def test_librechat_thinking_of_old_versions(tmp_path: Path) -> None:
    answer = libre_message("a", "q", ":::thinking\nHm.\n:::\nWood.", is_user=False)
    chat = libre_chat(messages=[libre_message("q", NO_PARENT, "?", is_user=True), answer])
    found, _ = read_all(write_json(tmp_path / "x.json", chat))
    assert (found[0].messages[1].text, found[0].messages[1].reasoning) == ("Wood.", "Hm.")


# Chatbox


def test_chatbox_brings_forks_topics_and_thinking(tmp_path: Path) -> None:
    found, told = read_all(MAKERS["Chatbox"][1](tmp_path))
    assert told == []
    assert [each.title for each in found] == ["Boats", "Boats – Fish"]
    assert tree(found[0]) == [(None, "q", "What floats?"), ("q", "a1", "Wood."), ("q", "a2", "Cork.")]
    assert (found[0].leaf_key, found[0].is_pinned, found[1].is_pinned) == ("a1", True, False)
    answer = at(found[0], "a1")
    assert (answer.reasoning, answer.reasoning_s, answer.usage) == ("Light things.", 2.5, Usage(5, 2))
    assert [each.text for each in found[1].messages] == ["What swims?", "Fish."]
    assert found[1].created_at == 1_690_000_000.0


def test_chatbox_forks_inside_of_forks_and_of_topics(tmp_path: Path) -> None:
    def fork(*lists: list[dict[str, Any]]) -> dict[str, Any]:
        return {"position": 0, "lists": [{"id": str(number), "messages": each} for number, each in enumerate(lists)]}

    session = chatbox_session(
        messageForksHash={
            "a2": fork([], [chatbox_message("x", "user", "deep")]),
            "q": fork([], [chatbox_message("a2", "assistant", "Cork.")]),
            "tq": fork([], [chatbox_message("ta2", "assistant", "Whales.")]),
            "gone": fork([], [chatbox_message("lost", "assistant", "lost")]),
        }
    )
    found, _ = read_all(write_json(tmp_path / "x.json", {"chat-sessions-list": [], "session:s1": session}))
    assert (at(found[0], "x").parent_key, at(found[0], "a2").parent_key) == ("a2", "q")
    assert at(found[1], "ta2").parent_key == "tq"
    assert "lost" in [each.text for each in found[1].messages]


def test_chatbox_backup_brings_pictures_and_files(tmp_path: Path) -> None:
    found, told = read_all(MAKERS["Chatbox, backup"][1](tmp_path))
    assert told == []
    assert files(at(found[0], "q")) == [("r1.png", PNG), ("log.pdf", b"%PDF-1.4")]


def test_chatbox_json_tells_which_pictures_it_has_not(tmp_path: Path) -> None:
    session = chatbox_session(threads=[])
    session["messages"][1]["contentParts"].append({"type": "image", "storageKey": "picture:1"})
    found, told = read_all(write_json(tmp_path / "x.json", {"session:s1": session}))
    assert len(found) == 1
    assert [(each.why, each.where) for each in told] == [(NotRead.FILE_MISSING, "Boats")]


# Cherry Studio


def test_cherry_studio_brings_answers_of_several_models_as_branches(tmp_path: Path) -> None:
    found = read("Cherry Studio", tmp_path)
    assert tree(found) == [
        (None, "q", "What floats?"),
        ("q", "a1", "Wood."),
        ("q", "a2", "Cork."),
        ("a2", "q2", "Why?"),
    ]
    assert (found.folder, found.is_pinned, found.leaf_key) == (("Sailor",), True, "q2")
    answer = at(found, "a1")
    assert (answer.reasoning, answer.reasoning_s, answer.usage) == ("Light things.", 1.5, Usage(4, 6))
    assert (at(found, "a2").model_id, at(found, "a2").endpoint_name) == ("qwen-max", "qwen")
    assert files(at(found, "q")) == [("sea.png", PNG)]


def test_cherry_studio_before_there_were_blocks(tmp_path: Path) -> None:
    found = read("Cherry Studio, old", tmp_path)
    assert tree(found) == [(None, "q", "Hi"), ("q", "a", "Hello")]
    assert found.messages[1].reasoning == "Greet."
    assert files(found.messages[0]) == [("picture.png", PNG)]


def test_cherry_studio_topics_that_no_assistant_knows(tmp_path: Path) -> None:
    data = cherry_data()
    data["localStorage"]["persist:cherry-studio"] = "{broken"
    found, told = read_all(write_zip(tmp_path / "x.zip", {"data.json": data}))
    assert [len(each.messages) for each in found] == [4]
    assert {each.why for each in told} == {NotRead.DAMAGED, NotRead.FILE_MISSING}


def test_cherry_studios_database_is_read(tmp_path: Path) -> None:
    found, told = read_all(MAKERS["Cherry Studio, 7"][1](tmp_path))
    boats, knots = found
    assert tree(boats) == [
        (None, "q", "What floats?"),
        ("q", "a1", "Wood."),
        ("q", "a2", "Cork.\n\n```py\n1+1\n```\n\n---\n\nKork."),
        ("a2", "q2", "Why?"),
    ]
    assert (boats.folder, boats.is_pinned, boats.leaf_key, boats.tags) == (("Sailor",), True, "q2", ("sea",))
    assert (boats.system_prompt, boats.created_at) == ("Be brief.", 1_786_000_000.0)
    answer = at(boats, "a1")
    assert (answer.model_id, answer.endpoint_name, answer.usage) == ("qwen-max", "qwen", Usage(4, 6))
    assert answer.reasoning == 'Light things.\n\n`search` {"q": "cork"}\n\n> It floats'
    assert (answer.reasoning_s, at(boats, "a2").endpoint_name) == (1.5, "openai")
    assert files(at(boats, "q")) == [("sea.png", PNG)]
    assert (knots.title, knots.folder, knots.system_prompt) == ("Knots", ("Bosun",), "Keep order.")
    assert tree(knots) == [(None, "m0", "A bowline?"), ("m0", "m1", "Like so.")]
    assert told == []


def test_cherry_studios_database_with_a_ring_and_damaged_rows(tmp_path: Path) -> None:
    path = MAKERS["Cherry Studio, 7"][1](tmp_path).with_name("cherrystudio.sqlite")
    with sqlite3.connect(path) as database:
        database.execute("UPDATE message SET parent_id = 'a1' WHERE id = 'q'")
        database.execute("UPDATE message SET data = '{no json' WHERE id = 'a2'")
    database.close()
    found, told = read_all(path)
    assert {each.text for each in found[0].messages} == {"What floats?", "Wood.", "Why?"}
    assert {(each.why, each.where) for each in told} == {(NotRead.DAMAGED, "Boats"), (NotRead.FILE_MISSING, "Boats")}


# Jan


def test_jan_brings_project_star_picture_and_thinking(tmp_path: Path) -> None:
    found = read("Jan", tmp_path)
    assert (found.folder, found.is_pinned, found.key) == (("Ships",), True, "jan-1")
    assert files(found.messages[0]) == [("picture.png", PNG)]
    answer = found.messages[1]
    assert (answer.text, answer.reasoning, answer.parent_key, answer.usage) == (
        "Wood.",
        "Light things.",
        "q",
        Usage(3, 4),
    )


def test_jan_with_a_line_that_was_cut_off(tmp_path: Path) -> None:
    write_json(tmp_path / "thread.json", JAN_THREAD)
    lines = [
        json.dumps(jan_message("q", "user", "What floats?")),
        '{"id": "x", "thread',
        json.dumps(jan_message("b", "user", "?")),
    ]
    (tmp_path / "messages.jsonl").write_text("\n".join(lines), encoding="utf-8")
    found, told = read_all(tmp_path)
    assert [each.text for each in found[0].messages] == ["What floats?", "?"]
    assert [(each.why, each.where) for each in told] == [(NotRead.DAMAGED, "Boats")]


def test_jan_keeps_what_tools_did_and_documents(tmp_path: Path) -> None:
    call = {"tool": {"function": {"name": "search", "arguments": '{"q": "wood"}'}}, "response": {"content": "oak"}}
    document = {"name": "log.pdf", "content": "Ship's log"}
    lines = [jan_message("q", "user", "?", metadata={"inline_file_contents": [document]}),
             jan_message("a", "assistant", "Oak.", metadata={"tool_calls": [call]})]  # fmt: skip
    (tmp_path / "messages.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    found, _ = read_all(tmp_path)
    assert files(found[0].messages[0]) == [("log.pdf.txt", b"Ship's log")]
    assert found[0].messages[1].reasoning == '`search` {"q": "wood"}\n\n> {"content": "oak"}'


def test_jan_without_what_tells_of_the_thread(tmp_path: Path) -> None:
    (tmp_path / "messages.jsonl").write_text(json.dumps(jan_message("q", "user", "What floats?")), encoding="utf-8")
    found, _ = read_all(tmp_path)
    assert (found[0].key, found[0].messages[0].text) == ("jan-1", "What floats?")


# LM Studio


@pytest.mark.parametrize("name", ["LM Studio", "LM Studio, one file"])
def test_lm_studio_brings_versions_as_branches(tmp_path: Path, name: str) -> None:
    found = read(name, tmp_path)
    assert tree(found) == [
        (None, "0.0", "What floats?"),
        ("0.0", "1.0", "Cork."),
        ("0.0", "1.1", "Wood."),
        ("1.1", "2.0", "Why?"),
    ]
    assert (found.leaf_key, found.is_pinned, found.folder) == ("2.0", True, ("Work",))
    answer = at(found, "1.1")
    assert (answer.reasoning, answer.reasoning_s) == ("Light things.", 19.35)
    assert (answer.model_id, answer.usage, answer.finish_reason) == ("qwen/qwen3-4b", Usage(12, 8), FinishReason.STOP)
    assert files(at(found, "0.0")) == [("sea.png", PNG)]


def test_lm_studio_without_a_name_or_messages(tmp_path: Path) -> None:
    write_json(tmp_path / "1.conversation.json", lm_conversation(name="", messages=[]))
    one = {"versions": [lm_version("user", "Hi")], "currentlySelected": 7}
    write_json(tmp_path / "2.conversation.json", lm_conversation(name="", messages=[one]))
    (tmp_path / "3.conversation.json").write_bytes(b"\0" * 100)
    found, told = read_all(tmp_path)
    assert [each.messages[0].text for each in found] == ["Hi"]
    assert sorted(each.why for each in told) == [NotRead.DAMAGED, NotRead.NO_MESSAGES]


# GPT4All


@pytest.mark.parametrize("version", range(14))
def test_gpt4all_of_every_version(tmp_path: Path, version: int) -> None:
    found, told = read_all(gpt4all(tmp_path, version))
    assert told == []
    assert (found[0].title, found[0].key, found[0].created_at) == ("Boats ⛵", "0f5-id", 1_700_000_000.0)
    texts = [each.text for each in found[0].messages]
    assert texts == ["What floats?", "Let me count.\n\nWood." if version >= 12 else "Wood.", "Why?", "Light."]
    assert found[0].messages[1].model_id == "Llama 3 8B"
    assert found[0].messages[3].finish_reason is FinishReason.CANCELLED
    assert files(found[0].messages[0]) == ([("sea log.txt", b"salt")] if version >= 10 else [])
    if version == 13:
        assert found[0].messages[1].reasoning == "Light things.\n\n`javascript_interpret` 1+1\n\n> 2"
        assert found[0].messages[1].reasoning_s == 1.5


@pytest.mark.parametrize("version", range(6, 11))
def test_gpt4all_without_the_state_of_the_model(tmp_path: Path, version: int) -> None:
    path = tmp_path / "a.chat"
    path.write_bytes(gpt4all_bytes(version, has_state=False))
    found, told = read_all(path)
    assert (len(found[0].messages), told) == (4, [])


def test_gpt4all_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    whole = gpt4all_bytes(11)
    (tmp_path / "a.chat").write_bytes(whole[: whole.index(qt_text("Why?"))])
    found, told = read_all(tmp_path / "a.chat")
    assert [each.text for each in found[0].messages] == ["What floats?", "Wood."]
    assert [(each.why, each.where) for each in told] == [(NotRead.DAMAGED, "Boats ⛵")]


def test_gpt4all_names_of_roles_in_other_languages(tmp_path: Path) -> None:
    (tmp_path / "a.chat").write_bytes(gpt4all_bytes(5, items=[("Запрос: ", "Да?"), ("Ответ: ", "Да.")]))
    found, _ = read_all(tmp_path / "a.chat")
    assert [each.role for each in found[0].messages] == [Role.USER, Role.ASSISTANT]


def test_gpt4all_from_the_future_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.chat").write_bytes(gpt4all_bytes(13).replace(b"\x00\x00\x00\x0d", b"\x00\x00\x00\x63", 1))
    found, told = read_all(tmp_path / "a.chat")
    assert (found, [each.why for each in told]) == ([], [NotRead.DAMAGED])


# VividNode


@pytest.mark.parametrize("name", ["VividNode", "VividNode, database", "VividNode, old"])
def test_vividnode_of_every_form(tmp_path: Path, name: str) -> None:
    found = read(name, tmp_path)
    assert [(each.role, each.text) for each in found.messages] == [
        (Role.USER, "What floats?"),
        (Role.ASSISTANT, "Wood."),
    ]
    assert found.messages[1].parent_key == found.messages[0].key
    if "old" not in name:
        assert (found.messages[1].model_id, found.messages[1].usage) == ("gpt-4o", Usage(3, 2))
        assert found.created_at == 1_727_776_740.0


# All of them


def test_hard_texts_and_trees(tmp_path: Path) -> None:
    messages = [
        owui_message("a", "b", "user", "a\0b \ud83d"),
        owui_message("b", "a", "assistant", "京都 😀"),
        owui_message("c", "nobody", "user", "orphan"),
        owui_message("c2", "c", "assistant", ""),
        owui_message("d", "c2", "user", "after nothing", timestamp=-5),
        owui_message("e", "e", "user", "its own parent", timestamp="2024-01-02T03:04:05+02:00"),
    ]
    chat = owui_chat(messages, "c2", created_at=0, updated_at="x")
    (tmp_path / "x.json").write_text(json.dumps([chat, {**chat, "id": "2", "chat": {"history": {"messages": {}}}}]))
    found, told = read_all(tmp_path / "x.json")
    assert len(found[0].messages) == 5
    assert (at(found[0], "d").parent_key, at(found[0], "d").created_at) == ("c", None)
    assert (at(found[0], "e").parent_key, at(found[0], "e").created_at) == (None, 1_704_157_445.0)
    assert found[0].leaf_key == "c"
    assert [each.why for each in told] == [NotRead.NO_MESSAGES]


def test_files_have_names_without_folders(tmp_path: Path) -> None:
    picture = {"type": "image", "url": PICTURE, "name": "../../etc/passwd.png"}
    chat = owui_chat([owui_message("q", None, "user", "", files=[picture])], "q")
    found, _ = read_all(write_json(tmp_path / "x.json", [chat]))
    assert files(found[0].messages[0]) == [("passwd.png", PNG)]


def test_a_damaged_session_of_chatbox_costs_itself(tmp_path: Path) -> None:
    sessions = [json.dumps(chatbox_session(id=f"s{number}", threads=[])) for number in range(3)]
    sessions[1] = sessions[1].replace('"role": "user"', '"role" "user"')
    parts = [f'"session:s{number}": {session}' for number, session in enumerate(sessions)]
    names = json.dumps([{"id": f"s{number}", "name": f"Chat {number}"} for number in range(3)])
    (tmp_path / "x.json").write_text(f'{{{", ".join(parts)}, "chat-sessions-list": {names}}}', encoding="utf-8")
    found, told = read_all(tmp_path / "x.json")
    assert [each.key for each in found] == ["s0", "s2"]
    assert [(each.why, each.where) for each in told] == [(NotRead.DAMAGED, "Chat 1")]
