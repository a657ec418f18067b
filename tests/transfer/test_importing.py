"""Imports into a real database: what is brought, what a second import does, and what never is touched."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.conversations import TitleFrom
from easychat_gui.domain.errors import DiskFull, TransferError
from easychat_gui.domain.ids import AttachmentId
from easychat_gui.domain.messages import Role, new_message
from easychat_gui.domain.transfer import FoundFile, NotRead, Omission, Source
from easychat_gui.storage.store import Store
from easychat_gui.transfer import importing
from easychat_gui.transfer.arriving import Receive
from easychat_gui.transfer.importing import ImportCancelled, Report, bring, survey
from tests.transfer.exports import PNG, gpt_chat, gpt_node, write_json, write_zip

T = TypeVar("T")


def nobody(_share: float, _count: int) -> None:
    """Hear nothing of the progress."""


class Importer:
    """Imports into a store without threads."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.jobs = 0

    def ask(self, job: Callable[[Store], T]) -> T:
        self.jobs += 1
        return job(self.store)

    def receiver(self, report: Report, title: str) -> Receive:
        def take(file: FoundFile, id_: AttachmentId) -> Attachment | None:
            try:
                incoming = self.store.files.receive_bytes(file.read())
            except TransferError as error:
                report.tell(Omission(NotRead.DAMAGED, title, str(error)))
                return None
            return Attachment(id_, file.name, file.media_type, incoming.size, incoming.sha256)

        return take

    def keep(self, content: bytes) -> None:
        self.store.files.receive_bytes(content)

    def bring(self, path: Path, *into: str) -> Report:
        return bring(path, into, self.ask, self, nobody)


@pytest.fixture
def importer(store: Store) -> Importer:
    return Importer(store)


def chats(count: int) -> list[dict[str, Any]]:
    return [
        gpt_chat(
            [
                gpt_node("q", "root", text=f"Question {number}", children=["a"]),
                gpt_node("a", "q", "assistant", f"Answer {number}", created=1_700_000_050.0),
            ],
            f"chat-{number}",
            f"Chat {number}",
        )
        for number in range(count)
    ]


def dump(store: Store) -> list[Any]:
    tables = ("conversations", "messages", "attachments", "folders", "tags", "conversation_tags")
    return [store.rows(f"SELECT * FROM {table} ORDER BY number") for table in tables]


def test_a_survey_tells_what_is_in_a_file_and_what_is_here(importer: Importer, tmp_path: Path) -> None:
    path = write_json(tmp_path / "a.json", [*chats(3), {"title": "Broken"}])
    found = survey(path, importer.ask, nobody)
    assert (found.source, found.conversations, found.messages, found.known) == (Source.CHATGPT, 3, 6, 0)
    assert (found.first, found.last, found.omissions) == (1_700_000_000.5, 1_700_000_100.5, 1)
    importer.bring(write_json(tmp_path / "b.json", chats(2)))
    assert survey(path, importer.ask, nobody).known == 2


def test_conversations_arrive_whole(importer: Importer, store: Store, tmp_path: Path) -> None:
    report = importer.bring(write_json(tmp_path / "a.json", chats(2)), "ChatGPT")
    assert (len(report.added), report.messages, report.known, report.omitted) == (2, 4, 0, 0)
    conversation = store.conversations.get(report.added[0])
    assert conversation is not None
    assert (conversation.title, conversation.title_from) == ("Chat 0", TitleFrom.IMPORT)
    assert (conversation.created_at, conversation.updated_at) == (1_700_000_000.5, 1_700_000_100.5)
    assert conversation.origin == "chatgpt:chat-0"
    assert store.rows("SELECT id, name FROM folders") == [(conversation.folder_id, "ChatGPT")]
    question, answer = store.messages.branch_of(conversation.id)
    assert (question.text, answer.text, answer.role) == ("Question 0", "Answer 0", Role.ASSISTANT)
    assert answer.id == conversation.leaf_id
    assert len(answer.id) == len(conversation.id) == 32


def test_a_second_import_adds_nothing(importer: Importer, store: Store, tmp_path: Path) -> None:
    path = write_json(tmp_path / "a.json", chats(30))
    importer.bring(path, "ChatGPT")
    before = dump(store)
    report = importer.bring(path, "Elsewhere")
    assert (report.added, report.extended, report.known) == ([], [], 30)
    assert dump(store) == before


def test_a_later_export_adds_what_is_new_and_touches_nothing_else(
    importer: Importer, store: Store, tmp_path: Path
) -> None:
    (id_,) = importer.bring(write_json(tmp_path / "a.json", chats(1))).added
    store.conversations.rename(id_, "My name for it")
    later = chats(2)
    nodes = later[0]["mapping"]
    nodes["a"]["children"] = ["q2"]
    nodes["q2"] = gpt_node("q2", "a", text="And then?", created=1_700_000_200.0)
    later[0] |= {"current_node": "q2", "title": "Another title", "update_time": 1_700_000_300.0}
    report = importer.bring(write_json(tmp_path / "b.json", later))
    assert (len(report.added), report.extended, report.messages) == (1, [id_], 3)
    conversation = store.conversations.get(id_)
    assert conversation is not None
    assert (conversation.title, conversation.updated_at) == ("My name for it", 1_700_000_300.0)
    assert [each.text for each in store.messages.branch_of(id_)] == ["Question 0", "Answer 0", "And then?"]


def test_who_went_on_here_stays_on_their_branch(importer: Importer, store: Store, tmp_path: Path) -> None:
    (id_,) = importer.bring(write_json(tmp_path / "a.json", chats(1))).added
    end = store.messages.branch_of(id_)[-1]
    mine = new_message(id_, Role.USER, "Mine", parent_id=end.id)
    conversation = store.conversations.get(id_)
    assert conversation is not None
    store.begin_exchange(conversation.with_(leaf_id=mine.id, updated_at=mine.created_at), [mine])
    later = chats(1)
    later[0]["mapping"]["q2"] = gpt_node("q2", "a", text="Theirs", created=1_700_000_200.0)
    later[0]["current_node"] = "q2"
    importer.bring(write_json(tmp_path / "b.json", later))
    assert [each.text for each in store.messages.branch_of(id_)] == ["Question 0", "Answer 0", "Mine"]
    assert "Theirs" in [each.text for each in store.messages.of_conversation(id_)]
    kept = store.conversations.get(id_)
    assert kept is not None
    assert kept.updated_at == mine.created_at


def test_what_was_deleted_of_a_chat_stays_deleted(importer: Importer, store: Store, tmp_path: Path) -> None:
    later = chats(1)
    (id_,) = importer.bring(write_json(tmp_path / "a.json", later)).added
    store.execute("DELETE FROM messages WHERE text = 'Question 0'")
    store.execute("UPDATE messages SET parent_id = NULL")
    later[0]["mapping"]["q2"] = gpt_node("q2", "q", text="New below it", created=1_700_000_200.0)
    report = importer.bring(write_json(tmp_path / "b.json", later))
    found = [(each.text, each.parent_id) for each in store.messages.of_conversation(id_)]
    if report.extended:
        assert found == [("Answer 0", None), ("New below it", None)]
    assert "Question 0" not in [text for text, _ in found]


def test_the_trash_keeps_what_is_in_it(importer: Importer, store: Store, tmp_path: Path) -> None:
    path = write_json(tmp_path / "a.json", chats(2))
    first, second = importer.bring(path).added
    store.execute("UPDATE conversations SET trashed_at = 1.0 WHERE id = ?", (first,))
    store.conversations.delete(second)
    report = importer.bring(path)
    assert (report.in_trash, report.added) == (["Chat 0"], [second])
    assert store.rows("SELECT trashed_at FROM conversations WHERE id = ?", (first,)) == [(1.0,)]


def test_pictures_are_kept_and_files_that_are_damaged_are_told(
    importer: Importer, store: Store, tmp_path: Path
) -> None:
    parts = [{"content_type": "image_asset_pointer", "asset_pointer": f"sediment://file_{n}"} for n in ("0a", "0b")]
    chat = gpt_chat([gpt_node("q", "root", content={"content_type": "multimodal_text", "parts": parts})])
    path = write_zip(tmp_path / "a.zip", {"conversations.json": [chat], "file_0a.png": PNG, "file_0b.png": b"B" * 999})
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("file_0b.png").header_offset + 30 + len("file_0b.png")
    content = bytearray(path.read_bytes())
    content[at : at + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    report = importer.bring(path)
    (message,) = store.messages.of_conversation(report.added[0])
    assert [each.name for each in message.attachments] == ["file_0a.png"]
    assert [(each.why, each.where) for each in report.omissions] == [(NotRead.DAMAGED, "Boats")]
    assert store.files.path(message.attachments[0].sha256).read_bytes() == PNG
    assert importer.bring(path).known == 1


def test_cancelling_keeps_whole_conversations(
    importer: Importer, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHATS_AT_ONCE", 5)
    path = write_json(tmp_path / "a.json", chats(20))

    def progress(_share: float, count: int) -> None:
        if count > 10:
            raise ImportCancelled

    report = bring(path, (), importer.ask, importer, progress)
    assert report.is_cancelled
    assert len(report.added) == 10
    assert store.rows("SELECT count(*) FROM messages") == [(20,)]
    again = importer.bring(path)
    assert (len(again.added), again.known) == (10, 10)


def test_a_full_disk_ends_it_with_what_was_written(
    importer: Importer, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHATS_AT_ONCE", 5)
    path = write_json(tmp_path / "a.json", chats(20))

    def ask(job: Callable[[Store], T]) -> T:
        if importer.jobs >= 3:
            raise DiskFull("The disk is full.", store.path)
        return importer.ask(job)

    report = bring(path, (), ask, importer, nobody)
    assert isinstance(report.failure, DiskFull)
    assert len(report.added) == 10


def test_what_nobody_recognises_is_refused(importer: Importer, tmp_path: Path) -> None:
    path = write_json(tmp_path / "a.json", {"weather": "fine"})
    with pytest.raises(importing.NotRecognised):
        survey(path, importer.ask, nobody)
    assert isinstance(importer.bring(path).failure, importing.NotRecognised)


def test_broken_trees_are_mended_on_their_way(importer: Importer, store: Store, tmp_path: Path) -> None:
    nodes = [
        gpt_node("a", "b", text="One"),
        gpt_node("b", "a", "assistant", "Two"),
        gpt_node("c", "gone", text="Three", created=None),
    ]
    report = importer.bring(write_json(tmp_path / "a.json", [gpt_chat(nodes)]))
    messages = store.messages.of_conversation(report.added[0])
    assert sorted(each.text for each in messages) == ["One", "Three", "Two"]
    assert all(each.created_at > 1_600_000_000 for each in messages)
    assert store.rows("PRAGMA foreign_key_check") == []


def test_names_that_no_database_takes_are_mended(importer: Importer, store: Store, tmp_path: Path) -> None:
    chat = gpt_chat([gpt_node("q", "root", text="a\0b \ud83d c")], "key\ud800", "Ti\0tle\n two")
    report = importer.bring(write_text(tmp_path / "a.json", json.dumps([chat])), "Fol\0der")
    (message,) = store.messages.of_conversation(report.added[0])
    assert message.text == "a␀b � c"
    assert store.conversations.summaries()[0].title == "Ti␀tle two"


def write_text(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path
