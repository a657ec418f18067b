"""Every file is taken by the reader of the program that wrote it, and by no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from easychat_gui.domain.errors import TransferError
from easychat_gui.domain.transfer import Source
from easychat_gui.transfer.bundles import open_bundle
from easychat_gui.transfer.readers import READERS, reader_of
from easychat_gui.transfer.recognition import has_keys
from tests.transfer.exports import gpt_chat, gpt_node, read_all, write_json, write_zip
from tests.transfer.foreign_exports import MAKERS

FOREIGN = {source for source, _ in MAKERS.values()}


def recognising(path: Path) -> list[Source]:
    with open_bundle(path) as bundle:
        return [reader.source for reader in READERS if reader.recognises(bundle)]


@pytest.mark.parametrize("name", MAKERS)
def test_only_its_own_reader_takes_a_file(tmp_path: Path, name: str) -> None:
    source, make = MAKERS[name]
    path = make(tmp_path)
    assert recognising(path) == [source]


@pytest.mark.parametrize("name", [name for name in MAKERS if "one file" not in name and "first" not in name])
def test_names_do_not_matter(tmp_path: Path, name: str) -> None:
    source, make = MAKERS[name]
    path = make(tmp_path)
    renamed = path.rename(tmp_path / ("something else" if path.is_dir() else "something else.json"))
    assert recognising(renamed) == [source]


@pytest.mark.parametrize(
    "value",
    [
        [gpt_chat([gpt_node("q", "root", text="Hi")])],
        [{"uuid": "1", "name": "Claude's", "chat_messages": [{"uuid": "2", "sender": "human", "text": "Hi"}]}],
        {"messages": [{"role": "user", "content": "Hi"}]},
        [{"role": "user", "content": "Hi"}],
        {"name": "a-package", "version": "1.0.0", "dependencies": {}},
        [],
        {},
        [[[]]],
        "text",
        {"chat": 3, "history": [], "messages": {}, "conversationId": None},
        {"session": {}, "settings": {"apiKey": "x"}},
        {"indexedDB": {}, "localStorage": {}},
        [{"id": 1, "name": "x", "messages": 3, "insert_dt": None}],
    ],
)
def test_what_is_no_file_of_theirs_is_left_alone(tmp_path: Path, value: Any) -> None:
    assert FOREIGN.isdisjoint(recognising(write_json(tmp_path / "conversations.json", value)))


def test_json_that_is_quoted_in_a_chat_does_not_count(tmp_path: Path) -> None:
    quoted = '{"__exported_items": [], "session:a": {}, "conversationId": "x", "messagesTree": [], "childrenIds": []}'
    path = write_json(tmp_path / "conversations.json", [gpt_chat([gpt_node("q", "root", text=quoted)])])
    assert recognising(path) == [Source.CHATGPT]
    assert not has_keys(path.read_bytes(), "__exported_items", "session:a", "conversationId", "childrenIds")


def test_a_file_too_large_to_be_looked_at_whole_is_known_by_its_beginning(tmp_path: Path) -> None:
    ballast = "x" * (9 * 1024 * 1024)
    for name in ("Open WebUI", "LibreChat", "Chatbox", "LM Studio, one file", "VividNode"):
        folder = tmp_path / name
        folder.mkdir()
        source, make = MAKERS[name]
        path = make(folder)
        text = path.read_text(encoding="utf-8")
        at = text.rindex("}")
        path.write_text(f'{text[:at]}, "ballast": "{ballast}"{text[at:]}', encoding="utf-8")
        with open_bundle(path) as bundle:
            reader = reader_of(bundle)
        assert reader is not None, name
        assert reader.source is source


def test_the_copy_of_a_browsers_files_is_refused_with_a_reason(tmp_path: Path) -> None:
    members = {"metadata.json": {"appName": "Cherry Studio", "version": 6}, "IndexedDB/file__0/000003.log": b"\0",
               "Local Storage/leveldb/000003.log": b"\0"}  # fmt: skip
    path = write_zip(tmp_path / "cherry.zip", members)
    assert recognising(path) == [Source.CHERRY_STUDIO]
    with pytest.raises(TransferError, match="only Cherry Studio reads"):
        read_all(path)
