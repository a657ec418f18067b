from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from easychat_gui.domain.exports import Scope, Wanted
from easychat_gui.domain.messages import FinishReason, Role, Usage
from easychat_gui.domain.transfer import FoundConversation, NotRead, Source
from easychat_gui.storage.records import RecordReader
from easychat_gui.storage.store import Store
from easychat_gui.transfer.exporting import Progress, export
from easychat_gui.transfer.formats import Format, Job, Options
from easychat_gui.transfer.jsonl_export import write
from easychat_gui.transfer.words import Words
from tests.transfer.conftest import AddChat
from tests.transfer.exports import PNG, read_all, write_json

TURNS = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
URL = "data:image/png;base64," + base64.b64encode(PNG).decode()


def read_lines(tmp_path: Path, *values: Any) -> list[FoundConversation]:
    path = tmp_path / "chats.jsonl"
    path.write_text("\n".join(map(json.dumps, values)), encoding="utf-8")
    return read_all(path)[0]


def texts(found: FoundConversation) -> list[tuple[Role, str]]:
    return [(each.role, each.text) for each in found.messages]


HELLO = [(Role.USER, "Hi"), (Role.ASSISTANT, "Hello")]


@pytest.mark.parametrize(
    "value",
    [
        {"messages": TURNS},
        {
            "custom_id": "r-1",
            "method": "POST",
            "url": "/v1/chat/completions",
            "body": {"model": "m", "messages": TURNS},
        },
        {"prompt": "Hi", "completion": "Hello"},
        {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]},
    ],
)
def test_each_form_of_a_line_is_a_conversation(tmp_path: Path, value: Any) -> None:
    found = read_lines(tmp_path, value, {"messages": [*TURNS, *TURNS]})
    assert texts(found[0]) == HELLO
    assert found[0].source is Source.JSONL
    assert len(found) == 2
    assert len({each.key for each in found}) == 2
    (alone,) = read_lines(tmp_path, value)
    assert alone.key == found[0].key


def test_bare_messages_are_one_conversation(tmp_path: Path) -> None:
    (found,) = read_lines(tmp_path, {"role": "system", "content": "Be kind."}, *TURNS)
    assert texts(found) == HELLO
    assert (found.system_prompt, found.title) == ("Be kind.", "chats")


def test_a_list_of_messages_is_one_too(tmp_path: Path) -> None:
    (found,) = read_lines(tmp_path, TURNS)
    assert texts(found) == HELLO


def test_answers_of_a_batch_are_versions(tmp_path: Path) -> None:
    choices = [{"message": {"role": "assistant", "content": text}, "finish_reason": "length"} for text in ("A", "B")]
    body = {"model": "m-1", "choices": choices, "usage": {"prompt_tokens": 3, "completion_tokens": 4}, "created": 1.7e9}
    (found,) = read_lines(tmp_path, {"id": "b", "custom_id": "r-1", "response": {"status_code": 200, "body": body}})
    assert [(each.text, each.parent_key, each.model_id) for each in found.messages] == [
        ("A", None, "m-1"),
        ("B", None, "m-1"),
    ]
    assert (found.messages[0].usage, found.messages[0].finish_reason) == (Usage(3, 4), FinishReason.LENGTH)
    assert (found.key, found.created_at) == ("b", 1.7e9)


def test_preferences_are_branches(tmp_path: Path) -> None:
    outputs = {f"{name}_output": [{"role": "assistant", "content": name}] for name in ("preferred", "non_preferred")}
    (found,) = read_lines(tmp_path, {"input": {"messages": TURNS[:1]}, **outputs})
    assert [(each.text, each.parent_key) for each in found.messages] == [
        ("Hi", None),
        ("non_preferred", "0"),
        ("preferred", "0"),
    ]


def test_parts_calls_and_thinking(tmp_path: Path) -> None:
    parts = [{"type": "text", "text": "What?"}, {"type": "image_url", "image_url": {"url": URL}}]
    call = {"id": "1", "type": "function", "function": {"name": "look", "arguments": '{"at": 1}'}}
    turns = [
        {"role": "user", "content": parts},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "1", "content": "a boat"},
        {"role": "assistant", "content": "<think>Hm.</think>A boat."},
    ]
    (found,) = read_lines(tmp_path, {"messages": turns})
    assert [file.read() for file in found.messages[0].files] == [PNG]
    assert [(each.name, each.arguments) for each in found.messages[1].tool_calls] == [("look", '{"at": 1}')]
    assert (found.messages[3].text, found.messages[3].reasoning) == ("A boat.", "Hm.")


def test_damaged_lines_cost_themselves_only(tmp_path: Path) -> None:
    path = tmp_path / "chats.jsonl"
    lines = [
        json.dumps({"messages": TURNS}),
        '{"messages": [{"role": }',
        '{"weather": 1}',
        json.dumps({"messages": TURNS[:1]}),
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    found, told = read_all(path)
    assert len(found) == 2
    assert [each.why for each in told] == [NotRead.DAMAGED, NotRead.UNKNOWN_CONTENT]


def test_what_is_written_is_read_again(store: Store, add_chat: AddChat, tmp_path: Path) -> None:
    add_chat("c-1", "Boats", "Hi", "Hello", "And?", system_prompt="Be kind.")
    add_chat("c-2", "Waves", "What is a wave?", "Water.")
    job = Job(Wanted(Scope.ALL), Format.JSONL, Words(), Options(branches=True))
    with RecordReader(store.path, store.path.parent / "attachments") as reader:
        path = export(job, reader, tmp_path / "all.jsonl", write, Progress(lambda _share: None, lambda: False)).path
    first = json.loads(path.read_text(encoding="utf-8").split("\n")[0])
    assert first["messages"][0] == {"role": "system", "content": "Be kind."}
    found, told = read_all(path)
    assert told == []
    assert [texts(each) for each in found] == [
        [*HELLO, (Role.USER, "And?")],
        [(Role.USER, "What is a wave?"), (Role.ASSISTANT, "Water.")],
    ]
    assert found[0].system_prompt == "Be kind."


RESPONSE = {
    "id": "resp_1",
    "object": "response",
    "created_at": 1_741_476_542,
    "model": "gpt-5",
    "instructions": "Be brief.",
    "output": [
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Light things."}]},
        {"type": "function_call", "call_id": "c", "name": "look", "arguments": "{}"},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Wood."}]},
    ],
}


def test_the_newer_api_is_read_alone_and_in_batches(tmp_path: Path) -> None:
    asked = [{"role": "user", "content": [{"type": "input_text", "text": "What floats?"}]}]
    rows: list[dict[str, Any]] = [
        RESPONSE,
        {"custom_id": "r1", "url": "/v1/responses", "body": {"model": "m", "instructions": "Be kind.", "input": asked}},
        {"custom_id": "r2", "url": "/v1/responses", "body": {"input": "Hello?"}},
        {"id": "b1", "custom_id": "r1", "response": {"status_code": 200, "body": RESPONSE}},
    ]
    path = tmp_path / "batch.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found, told = read_all(path)
    assert told == []
    assert [(each.title, each.system_prompt, [message.text for message in each.messages]) for each in found] == [
        ("", "Be brief.", ["", "Wood."]),
        ("r1", "Be kind.", ["What floats?"]),
        ("r2", "", ["Hello?"]),
        ("r1", "Be brief.", ["", "Wood."]),
    ]
    assert (found[0].messages[0].reasoning, found[0].messages[1].model_id) == ("Light things.", "gpt-5")
    assert [call.name for call in found[0].messages[0].tool_calls] == ["look"]


def test_what_was_made_for_training_elsewhere_is_read(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"instruction": "Add", "input": "1 and 1", "output": "2"},
        {"prompt": [{"role": "user", "content": "Hi"}], "chosen": [{"role": "assistant", "content": "Hello"}],
         "rejected": [{"role": "assistant", "content": "Go away"}]},
        {"prompt": "Hi", "chosen": "Hello", "rejected": "Go away"},
    ]  # fmt: skip
    found, _ = read_all(write_json(tmp_path / "train.json", rows))
    assert [[(each.text, each.parent_key is None) for each in one.messages] for one in found] == [
        [("Add\n\n1 and 1", True), ("2", False)],
        [("Hi", True), ("Go away", False), ("Hello", False)],
        [("Hi", True), ("Go away", False), ("Hello", False)],
    ]


def test_a_recording_in_a_message_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    part = {"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}}
    row = {"messages": [{"role": "user", "content": [{"type": "text", "text": "Listen"}, part]}]}
    found, _ = read_all(write_json(tmp_path / "a.json", row))
    assert [(each.name, each.read()) for each in found[0].messages[0].files] == [("recording.wav", b"RIFF")]
