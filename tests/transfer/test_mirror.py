"""The mirror is as the chats are, and touches nothing that is not its own."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.ids import ConversationId, new_attachment_id
from easychat_gui.domain.messages import MessageStatus, Role, new_message
from easychat_gui.storage.changes import ALL, watch
from easychat_gui.storage.mirror_state import MirrorState
from easychat_gui.storage.records import RecordReader
from easychat_gui.storage.store import Store
from easychat_gui.transfer import mirror as mirror_module
from easychat_gui.transfer.formats import ExportFailed, ExportFault
from easychat_gui.transfer.mirror import Mirror, MirrorReport
from easychat_gui.transfer.words import Words
from tests.transfer.conftest import NOON, AddChat

Update = Callable[..., MirrorReport]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mirror").mkdir()
    return tmp_path / "mirror"


@pytest.fixture
def update(store: Store, reader: RecordReader, folder: Path) -> Update:
    """Bring the mirror up to date, with a state that is opened anew each time, as after a start."""

    def run(
        *ids: str, place: Path = folder, is_cancelled: Callable[[], bool] = lambda: False, **more: bool
    ) -> MirrorReport:
        state = MirrorState.open(store.path.with_suffix(".mirror.db"), place)
        try:
            changed = {ConversationId(each) for each in ids} or None
            return Mirror(reader, state, place, Words()).update(
                changed, lambda _done, _total: None, is_cancelled, **more
            )
        finally:
            state.close()

    return run


def tree(folder: Path) -> list[str]:
    return sorted(each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file())


def rename(store: Store, id_: str, title: str) -> None:
    store.conversations.rename(ConversationId(id_), title)


def test_each_chat_is_a_file(store: Store, add_chat: AddChat, update: Update, folder: Path) -> None:
    store.execute("INSERT INTO folders (id, name) VALUES ('w', 'Work')")
    store.execute("INSERT INTO folders (id, name, parent_id) VALUES ('p', 'Python', 'w')")
    add_chat("c1", "Softmax", "How?", "So.")
    add_chat("c2", "Inner", "a", folder_id="p")
    add_chat("c3", "Softmax", "another")
    add_chat("c4", "Draft", draft="x")
    add_chat("c5", "Trash", "t", trashed_at=NOON)

    report = update()

    assert (report.written, report.removed) == (3, 0)
    assert tree(folder) == ["2023-11-14 Softmax (2).md", "2023-11-14 Softmax.md", "Work/Python/2023-11-14 Inner.md"]
    assert "So." in (folder / "2023-11-14 Softmax.md").read_text()


def test_only_what_has_changed_is_written(store: Store, add_chat: AddChat, update: Update, folder: Path) -> None:
    for number in range(5):
        add_chat(f"c{number}", f"Chat {number}", "q", "a")
    update()
    kept = {each: each.stat().st_mtime_ns for each in folder.iterdir()}
    assert update().written == 0

    store.conversations.touch(ConversationId("c3"), NOON + 50)
    report = update()

    assert report.written == 1
    changed = [each.name for each in folder.iterdir() if each.stat().st_mtime_ns != kept[each]]
    assert changed == ["2023-11-14 Chat 3.md"]


def test_a_new_title_and_a_new_folder_move_the_file(
    store: Store, add_chat: AddChat, update: Update, folder: Path
) -> None:
    add_chat("c1", "Old", "q")
    update()
    rename(store, "c1", "New: name")
    update("c1")
    assert tree(folder) == ["2023-11-14 New- name.md"]

    store.execute("INSERT INTO folders (id, name) VALUES ('w', 'Work')")
    store.execute("UPDATE conversations SET folder_id = 'w'")
    update()
    assert tree(folder) == ["Work/2023-11-14 New- name.md"]

    store.execute("UPDATE folders SET name = 'Play'")
    update()
    assert tree(folder) == ["Play/2023-11-14 New- name.md"]
    assert not (folder / "Work").exists()


def test_what_is_deleted_goes_and_comes_back_from_the_trash(
    store: Store, add_chat: AddChat, update: Update, folder: Path
) -> None:
    add_chat("c1", "One", "q")
    add_chat("c2", "Two", "q")
    update()

    store.conversations.delete(ConversationId("c1"))
    store.execute("UPDATE conversations SET trashed_at = 5 WHERE id = 'c2'")
    assert update().removed == 2
    assert tree(folder) == []

    (folder / "keep").write_text("so that it is no drive that is away")
    store.execute("UPDATE conversations SET trashed_at = NULL")
    update("c2")
    assert tree(folder) == ["2023-11-14 Two.md", "keep"]


def test_a_file_that_the_person_changed_is_left_alone(
    store: Store, add_chat: AddChat, update: Update, folder: Path
) -> None:
    (question,) = add_chat("c1", "One", "q")
    update()
    own = folder / "2023-11-14 One.md"
    own.write_text("my own words")
    store.messages.save(question.with_(text="changed"))

    report = update("c1")
    apart = folder / "2023-11-14 One (from EasyChat).md"
    assert report.set_apart == [apart]
    assert own.read_text() == "my own words"
    assert "changed" in apart.read_text()

    store.messages.save(question.with_(text="again"))
    assert update("c1").set_apart == []
    assert "again" in apart.read_text()

    store.conversations.delete(ConversationId("c1"))
    update("c1")
    assert tree(folder) == ["2023-11-14 One.md"]
    assert own.read_text() == "my own words"


@pytest.mark.parametrize("how", ["rename", "delete"])
def test_a_changed_file_is_neither_moved_nor_removed(
    store: Store, add_chat: AddChat, update: Update, folder: Path, how: str
) -> None:
    add_chat("c1", "One", "q")
    update()
    own = folder / "2023-11-14 One.md"
    own.write_text("mine")
    if how == "rename":
        rename(store, "c1", "Two")
    else:
        store.conversations.delete(ConversationId("c1"))

    update("c1")

    assert own.read_text() == "mine"


def test_a_file_that_the_person_removed_is_written_with_the_next_change(
    store: Store, add_chat: AddChat, update: Update, folder: Path
) -> None:
    add_chat("c1", "One", "q")
    add_chat("c2", "Two", "q")
    update()
    (folder / "2023-11-14 One.md").unlink()

    update("c1")

    assert tree(folder) == ["2023-11-14 One.md", "2023-11-14 Two.md"]


def test_files_of_others_are_not_touched(add_chat: AddChat, update: Update, folder: Path) -> None:
    for name in ("2023-11-14 One.md", "notes.txt", "2023-11-14 One (2).MD"):
        (folder / name).write_text(f"of somebody: {name}")
    (folder / "attachments").mkdir()
    before = {each: (folder / each).read_text() for each in tree(folder)}
    add_chat("c1", "One", "q")

    update()
    update()

    assert {each: (folder / each).read_text() for each in before} == before
    assert set(tree(folder)) - set(before) <= {"2023-11-14 One (2).md", "2023-11-14 One (3).md"}
    assert len(tree(folder)) == 4


def test_two_programs_may_use_one_folder(
    store: Store, reader: RecordReader, add_chat: AddChat, update: Update, folder: Path, tmp_path: Path
) -> None:
    add_chat("c1", "Same", "first")
    update()
    other = Store.open(tmp_path / "other" / "easychat.db")
    try:
        question = new_message(ConversationId("d1"), Role.USER, "second").with_(created_at=NOON)
        conversation = store.conversations.get(ConversationId("c1"))
        assert conversation is not None
        other.begin_exchange(conversation.with_(id=ConversationId("d1"), leaf_id=question.id), [question])
        with RecordReader(other.path, other.path.parent / "attachments") as others:
            for _ in range(2):
                state = MirrorState.open(other.path.with_suffix(".mirror.db"), folder)
                report = Mirror(others, state, folder, Words()).update(None)
                state.close()
                assert report.set_apart == []
                assert update().set_apart == []
    finally:
        other.close()

    assert tree(folder) == ["2023-11-14 Same (2).md", "2023-11-14 Same.md"]
    assert "first" in (folder / "2023-11-14 Same.md").read_text()
    assert "second" in (folder / "2023-11-14 Same (2).md").read_text()


def test_a_lost_state_does_not_double_the_files(store: Store, add_chat: AddChat, update: Update, folder: Path) -> None:
    add_chat("c1", "One", "q")
    add_chat("c2", "One", "other")
    update()
    store.path.with_suffix(".mirror.db").write_bytes(b"no database at all" * 100)

    report = update()

    assert report.set_apart == []
    assert tree(folder) == ["2023-11-14 One (2).md", "2023-11-14 One.md"]


def test_an_end_between_writing_and_noting_is_no_change_by_the_person(
    store: Store, add_chat: AddChat, update: Update, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (question,) = add_chat("c1", "One", "q")
    update()
    put = MirrorState.put
    puts = iter([True, False])

    def put_once(self: MirrorState, file: object) -> None:
        if not next(puts):
            raise KeyboardInterrupt
        put(self, file)  # type: ignore[arg-type]

    store.messages.save(question.with_(text="second"))
    monkeypatch.setattr(MirrorState, "put", put_once)
    with pytest.raises(KeyboardInterrupt):
        update("c1")
    monkeypatch.setattr(MirrorState, "put", put)
    store.messages.save(question.with_(text="third"))

    assert update("c1").set_apart == []
    assert tree(folder) == ["2023-11-14 One.md"]
    assert "third" in (folder / "2023-11-14 One.md").read_text()


@pytest.mark.parametrize("then", ["renamed", "trashed", "nothing"])
def test_an_end_while_a_file_moves_leaves_no_second_file(
    store: Store, add_chat: AddChat, update: Update, folder: Path, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    add_chat("c1", "One", "How?")
    update()
    put, puts = MirrorState.put, 0

    def put_once(self: MirrorState, file: object) -> None:
        nonlocal puts
        puts += 1
        if puts == 2:
            raise KeyboardInterrupt
        put(self, file)  # type: ignore[arg-type]

    rename(store, "c1", "Two")
    monkeypatch.setattr(MirrorState, "put", put_once)
    with pytest.raises(KeyboardInterrupt):
        update("c1")
    monkeypatch.setattr(MirrorState, "put", put)
    if then == "renamed":
        rename(store, "c1", "Three")
    elif then == "trashed":
        store.execute("UPDATE conversations SET trashed_at = 1.0")
    update()

    left = {"renamed": ["2023-11-14 Three.md"], "trashed": [], "nothing": ["2023-11-14 Two.md"]}
    assert tree(folder) == left[then]


def attach(store: Store, name: str, content: bytes) -> Attachment:
    kept = store.files.receive_bytes(content)
    return Attachment(new_attachment_id(), name, "text/plain", kept.size, kept.sha256)


def test_what_a_killed_program_was_writing_is_removed(
    store: Store, add_chat: AddChat, update: Update, folder: Path
) -> None:
    store.execute("INSERT INTO folders (id, name) VALUES ('w', 'Work')")
    add_chat("c1", "Softmax", "How?", folder_id="w")
    update()
    old = folder / "Work" / ".2023-11-14 Softmax.md.00c0ffee.new"
    young = folder / "Work" / ".2023-11-14 Softmax.md.00c0ffef.new"
    foreign = folder / "Work" / "2023-11-14 Softmax.md.00c0ffee.new"
    for each in (old, young, foreign):
        each.write_text("half a cha")
    for each in (old, foreign):
        os.utime(each, (NOON, NOON))

    update("c1")
    assert old.exists()  # only at the start is it looked for
    update()

    assert (old.exists(), young.exists(), foreign.exists()) == (False, True, True)


def test_attached_files_lie_beside_and_go_with_the_chat(
    store: Store, add_chat: AddChat, update: Update, folder: Path
) -> None:
    add_chat("c1", "One", "q")
    chat = ConversationId("c1")
    files = (attach(store, "a.txt", b"first"), attach(store, "a.txt", b"second"))
    store.messages.add(new_message(chat, Role.USER, "see", attachments=files).with_(created_at=NOON))
    update()

    assert tree(folder) == [
        "2023-11-14 One.md",
        "attachments/2023-11-14 One/a (2).txt",
        "attachments/2023-11-14 One/a.txt",
    ]
    assert (folder / "attachments/2023-11-14 One/a (2).txt").read_bytes() == b"second"
    rename(store, "c1", "Two")
    update("c1")
    assert tree(folder) == [
        "2023-11-14 Two.md",
        "attachments/2023-11-14 Two/a (2).txt",
        "attachments/2023-11-14 Two/a.txt",
    ]
    store.conversations.delete(chat)
    update("c1")
    assert list(folder.iterdir()) == []


def test_an_answer_that_is_being_written_waits(store: Store, add_chat: AddChat, update: Update, folder: Path) -> None:
    add_chat("c1", "One", "q")
    answer = new_message(ConversationId("c1"), Role.ASSISTANT, "so f", status=MessageStatus.STREAMING)
    store.messages.add(answer)
    assert update("c1").written == 0

    store.messages.save(answer.with_(text="so far", status=MessageStatus.COMPLETE))
    assert update("c1").written == 1
    assert "so far" in (folder / "2023-11-14 One.md").read_text()


def test_a_folder_that_is_gone_or_empty_by_mistake_is_said(add_chat: AddChat, update: Update, folder: Path) -> None:
    add_chat("c1", "One", "q")
    with pytest.raises(ExportFailed) as caught:
        update(place=folder / "not there")
    assert caught.value.fault is ExportFault.FOLDER_GONE

    update()
    (folder / "2023-11-14 One.md").unlink()  # as when the drive is away and its empty place is left
    for left in ("", ".Trash-1000", "lost+found"):
        if left:
            (folder / left).mkdir()
        with pytest.raises(ExportFailed) as caught:
            update("c1")
        assert caught.value.fault is ExportFault.FOLDER_GONE

    update(may_be_empty=True)
    assert tree(folder) == ["2023-11-14 One.md"]


@pytest.mark.parametrize(
    ("code", "fault"), [(errno.ENOSPC, ExportFault.DISK_FULL), (errno.EROFS, ExportFault.NO_RIGHT)]
)
def test_a_full_or_read_only_folder_is_said_and_made_up_for(
    add_chat: AddChat,
    update: Update,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    fault: ExportFault,
) -> None:
    add_chat("c1", "One", "q")

    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, "refused")

    with monkeypatch.context() as patched:
        patched.setattr(mirror_module, "write_atomically", refuse)
        with pytest.raises(ExportFailed) as caught:
            update()
    assert caught.value.fault is fault

    update()
    assert tree(folder) == ["2023-11-14 One.md"]


def test_one_file_that_cannot_be_written_does_not_stop_the_others(
    add_chat: AddChat, update: Update, folder: Path
) -> None:
    add_chat("c1", "One", "q")
    add_chat("c2", "Two", "q")
    (folder / "2023-11-14 One.md").symlink_to(folder / "2023-11-14 One.md")  # leads to itself

    report = update()

    assert [each.name for each in report.failed] == ["c1"]
    assert tree(folder) == ["2023-11-14 Two.md"]


def test_it_can_be_ended_and_goes_on_later(add_chat: AddChat, update: Update, folder: Path) -> None:
    for number in range(4):
        add_chat(f"c{number}", f"Chat {number}", "q")
    answers = iter([False, False, True])

    assert not update(is_cancelled=lambda: next(answers)).is_whole
    assert len(tree(folder)) == 2
    assert update().written == 2


@pytest.fixture
def noted(store: Store) -> Iterator[set[str]]:
    found: set[str] = set()
    watch(store, found.add)
    yield found
    watch(store, found.add)  # again, as when the mirror is switched on a second time


def test_the_database_tells_which_chats_change(store: Store, add_chat: AddChat, noted: set[str]) -> None:
    (question,) = add_chat("c1", "One", "q")
    assert noted == {"c1"}
    for change in (
        lambda: store.messages.save(question.with_(text="new")),
        lambda: rename(store, "c1", "Two"),
        lambda: store.execute("UPDATE conversations SET trashed_at = 5"),
        lambda: store.conversations.delete(ConversationId("c1")),
    ):
        noted.clear()
        change()
        assert noted == {"c1"}
    store.execute("INSERT INTO folders (id, name) VALUES ('f', 'F')")
    noted.clear()
    store.execute("UPDATE folders SET name = 'G'")
    assert noted == {ALL}


def test_a_draft_is_no_change(store: Store, add_chat: AddChat, noted: set[str]) -> None:
    add_chat("c1", "One", "q")
    noted.clear()

    store.conversations.set_draft(ConversationId("c1"), "typing…")

    assert noted == set()
