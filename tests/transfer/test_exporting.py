"""An export is whole or was never there."""

from __future__ import annotations

import errno
import os
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from easychat_gui.domain.exports import Scope, Wanted
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.transfer import ConversationRecord
from easychat_gui.storage.records import RecordReader
from easychat_gui.storage.store import Store
from easychat_gui.transfer.exporting import Exported, Progress, export
from easychat_gui.transfer.formats import (
    Beside,
    ExportCancelled,
    ExportFailed,
    ExportFault,
    Format,
    Job,
    Layout,
    Told,
    Writer,
)
from easychat_gui.transfer.words import Words
from tests.transfer.conftest import AddChat

ALL = Wanted(Scope.ALL)


def write_texts(records: Iterable[ConversationRecord], path: Path, job: Job, told: Told, beside: Beside) -> None:
    del job, beside
    with path.open("w", encoding="utf-8") as file:
        for record in records:
            for message in record.messages:
                file.write(message.text + "\n")
                told.message()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out"


def names_in(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def run(reader: RecordReader, target: Path, layout: Layout, write: Writer = write_texts, **more: object) -> Exported:
    format_ = Format.JSONL if layout is Layout.FILE else Format.MARKDOWN
    progress = Progress(lambda _share: None, lambda: False)
    return export(Job(ALL, format_, Words(), layout=layout, **more), reader, target, write, progress)  # type: ignore[arg-type]


def test_all_in_one_file(reader: RecordReader, add_chat: AddChat, folder: Path) -> None:
    add_chat("c1", "One", "a", "b")
    add_chat("c2", "Two", "c")

    exported = run(reader, folder / "all.jsonl", Layout.FILE)

    assert exported == Exported(folder / "all.jsonl", 2)
    assert (folder / "all.jsonl").read_text() == "a\nb\nc\n"
    assert names_in(folder) == ["all.jsonl"]


def test_a_file_each_in_folders_like_the_persons_own(
    reader: RecordReader, add_chat: AddChat, store: Store, folder: Path
) -> None:
    store.execute("INSERT INTO folders (id, name) VALUES ('f', 'Work: 2023/24')")
    add_chat("c1", "Same", "a")
    add_chat("c2", "same", "b")
    add_chat("c3", "Other", "c", folder_id="f")
    add_chat("c4", "Only a draft", draft="never sent")

    exported = run(reader, folder / "Chats", Layout.FOLDER)

    assert exported.conversations == 3
    found = {each.relative_to(folder).as_posix(): each.read_text() for each in folder.rglob("*.md")}
    assert found == {
        "Chats/2023-11-14 Same.md": "a\n",
        "Chats/2023-11-14 same (2).md": "b\n",
        "Chats/Work- 2023-24/2023-11-14 Other.md": "c\n",
    }


def test_folders_that_differ_only_in_case_do_not_overwrite_each_other(
    reader: RecordReader, add_chat: AddChat, store: Store, folder: Path
) -> None:
    for number, name in enumerate(("Work", "work")):
        store.execute("INSERT INTO folders (id, name) VALUES (?, ?)", (name, name))
        add_chat(f"c{number}", "Boats", name)
        store.execute("UPDATE conversations SET folder_id = ? WHERE id = ?", (name, f"c{number}"))

    run(reader, folder / "chats", Layout.FOLDER)

    written = [each.relative_to(folder).as_posix() for each in folder.rglob("*.md")]
    assert len({each.casefold() for each in written}) == 2


def test_a_folder_that_is_there_is_left_alone(reader: RecordReader, add_chat: AddChat, folder: Path) -> None:
    add_chat("c1", "One", "a")
    (folder / "Chats").mkdir()
    (folder / "Chats" / "mine.txt").write_text("mine")

    exported = run(reader, folder / "Chats", Layout.FOLDER)

    assert exported.path == folder / "Chats-2"
    assert names_in(folder / "Chats") == ["mine.txt"]


def test_a_zip_holds_the_same(reader: RecordReader, add_chat: AddChat, folder: Path) -> None:
    add_chat("c1", "Один", "a")
    add_chat("c2", "Two", "b")

    run(reader, folder / "all.zip", Layout.ZIP)

    with zipfile.ZipFile(folder / "all.zip") as archive:
        assert archive.namelist() == ["2023-11-14 Один.md", "2023-11-14 Two.md"]
        assert archive.read("2023-11-14 Two.md") == b"b\n"


def test_what_cannot_be_finished_leaves_nothing(reader: RecordReader, add_chat: AddChat, folder: Path) -> None:
    add_chat("c1", "One", "a")
    (folder / "all").write_text("old")

    def fill_the_disk(records: Iterable[ConversationRecord], path: Path, *_: object) -> None:
        path.write_text(next(iter(records)).messages[0].text)
        raise OSError(errno.ENOSPC, "No space left on device")

    for layout in Layout:
        with pytest.raises(ExportFailed) as caught:
            run(reader, folder / "all", layout, fill_the_disk)
        assert caught.value.fault is ExportFault.DISK_FULL
        assert names_in(folder) == ["all"]
        assert (folder / "all").read_text() == "old"


def test_cancelling_leaves_nothing(reader: RecordReader, add_chat: AddChat, folder: Path) -> None:
    add_chat("c1", "One", *"abcdef")
    shares: list[float] = []
    progress = Progress(shares.append, lambda: len(shares) >= 3)

    with pytest.raises(ExportCancelled):
        export(Job(ALL, Format.JSONL, Words()), reader, folder / "all.jsonl", write_texts, progress)

    assert shares == pytest.approx([1 / 6, 2 / 6, 3 / 6])
    assert names_in(folder) == []


@pytest.mark.skipif(os.name == "nt", reason="rights are another matter there")
def test_a_folder_that_is_read_only_or_gone_is_said(reader: RecordReader, add_chat: AddChat, folder: Path) -> None:
    add_chat("c1", "One", "a")
    with pytest.raises(ExportFailed) as caught:
        run(reader, folder / "gone" / "all.jsonl", Layout.FILE)
    assert caught.value.fault is ExportFault.FOLDER_GONE

    folder.chmod(0o500)
    try:
        if os.access(folder, os.W_OK):
            pytest.skip("this user may write everywhere")
        with pytest.raises(ExportFailed) as caught:
            run(reader, folder / "all.jsonl", Layout.FILE)
        assert caught.value.fault is ExportFault.NO_RIGHT
    finally:
        folder.chmod(0o700)


def test_an_export_of_nothing_says_so(reader: RecordReader, folder: Path) -> None:
    with pytest.raises(ExportFailed) as caught:
        run(reader, folder / "Chats", Layout.FOLDER)
    assert caught.value.fault is ExportFault.NOTHING


def test_files_lie_beside_and_have_names_of_their_own(reader: RecordReader, add_chat: AddChat, folder: Path) -> None:
    add_chat("c1", "One", "a")
    source = folder / "source"
    source.write_bytes(b"picture")
    links: list[str | None] = []

    def write(records: Iterable[ConversationRecord], path: Path, job: Job, told: Told, beside: Beside) -> None:
        for name in ("a.png", "../a.png", "con"):
            links.append(beside.add(source, name))
        links.append(beside.add(source, "a.png"))
        links.append(beside.add(folder / "missing", "b.png"))
        write_texts(records, path, job, told, beside)

    run(reader, folder / "one.md", Layout.FILE, write)

    assert links == ["one files/a.png", "one files/-a.png", "one files/_con", "one files/a.png", None]
    assert names_in(folder / "one files") == ["-a.png", "_con", "a.png"]


def test_what_was_deleted_meanwhile_is_left_out(
    reader: RecordReader, add_chat: AddChat, folder: Path, store: Store
) -> None:
    add_chat("c1", "One", "a")
    add_chat("c2", "Two", "b")

    def write(records: Iterable[ConversationRecord], path: Path, job: Job, told: Told, beside: Beside) -> None:
        store.conversations.delete(ConversationId("c2"))
        write_texts(records, path, job, told, beside)

    assert run(reader, folder / "all.jsonl", Layout.FILE, write).conversations == 1


def test_a_writer_may_count_by_itself() -> None:
    told: list[float] = []
    progress = Progress(told.append, lambda: False)
    progress.begin(2, is_one_file=True)
    progress.share(0.0)
    for _ in range(2):  # read ahead, to be counted
        progress.chat(1)
        progress.message()
    assert told == []
    progress.share(0.5)
    progress.share(1.0)
    assert told == [0.5, 1.0]


def test_of_several_files_each_is_a_part_of_the_whole() -> None:
    told: list[float] = []
    progress = Progress(told.append, lambda: False)
    progress.begin(2)
    for _ in range(2):
        progress.chat(1)
        for share in (0.0, 0.5, 1.0):
            progress.share(share)
    assert told == [0.25, 0.5, 0.75, 1.0]
