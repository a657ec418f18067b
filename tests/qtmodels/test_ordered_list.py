"""The sidebar with folders, archive, trash and tags, in every order."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.domain.folder_tree import FolderTree
from easychat_gui.domain.folders import Folder, Tag
from easychat_gui.domain.ids import ConversationId, FolderId, TagId
from easychat_gui.qtmodels.conversations import ConversationListModel, Heading
from easychat_gui.qtmodels.sections import FolderRow, ShelfRow, TagRow, View, ViewKind, sort_key
from easychat_gui.qtmodels.shelves import SortOrder
from easychat_gui.support.clock import start_of

TODAY = date(2026, 11, 22)
NOON = start_of(TODAY) + 43_200
A, B, INNER = FolderId("A"), FolderId("B"), FolderId("Inner")
FOLDERS = [Folder(A, "A", None, 0), Folder(B, "B", None, 1), Folder(INNER, "Inner", A, 0)]


def chat(title: str, age: float = 0.0, folder: FolderId | None = None, **more: Any) -> ConversationSummary:
    plain = ConversationSummary(ConversationId(title), title, NOON - age * 60, 0, NOON - age * 60, folder)
    return plain._replace(**more)


@pytest.fixture
def model(qtbot: QtBot, qtmodeltester: ModelTester) -> ConversationListModel:
    model = ConversationListModel(today=lambda: TODAY)
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]  # goes on watching every later signal
    model.set_folders(FolderTree(FOLDERS))
    return model


def fill(model: ConversationListModel, *chats: ConversationSummary) -> None:
    model.set_summaries(sorted(chats, key=sort_key))


def shown(model: ConversationListModel) -> list[str]:
    """Return what a person would read: headings in brackets, folders with a mark and their count."""
    lines = []
    for row in range(model.rowCount()):
        match model.entry(row):
            case Heading(kind=kind):
                lines.append(f"[{kind.name}]")
            case FolderRow(folder=folder, depth=depth, is_open=is_open, count=count):
                lines.append(f"{'  ' * depth}{'v' if is_open else '>'} {folder.name} {count}")
            case ShelfRow(kind=kind, count=count):
                lines.append(f"({kind.value} {count})")
            case TagRow(tag=tag, count=count):
                lines.append(f"#{tag.name} {count}")
            case ConversationSummary(title=title):
                lines.append(title)
    return lines


def test_chats_of_a_closed_folder_are_counted_and_not_shown(model: ConversationListModel) -> None:
    fill(model, chat("loose"), chat("one", 1, A), chat("deep", 2, INNER), chat("pin", 3, B, is_pinned=1))
    assert shown(model) == ["[PINNED]", "pin", "[FOLDERS]", "> A 2", "> B 1", "[TODAY]", "loose"]


def test_opening_and_closing(model: ConversationListModel) -> None:
    fill(model, chat("loose"), chat("one", 1, A), chat("deep", 2, INNER))
    kept = QPersistentModelIndex(model.index(model.row_of(ConversationId("loose")) or 0))
    model.set_open(A, is_open=True)
    assert shown(model) == ["[FOLDERS]", "v A 2", "  > Inner 1", "one", "> B 0", "[TODAY]", "loose"]
    model.set_open(INNER, is_open=True)
    assert shown(model)[2:5] == ["  v Inner 1", "deep", "one"]
    assert kept.data() == "loose"
    model.set_open(A, is_open=False)
    assert shown(model) == ["[FOLDERS]", "> A 2", "> B 0", "[TODAY]", "loose"]
    assert kept.data() == "loose"


def test_a_chat_moves_with_its_selection_from_the_days_into_an_open_folder(model: ConversationListModel) -> None:
    fill(model, chat("loose"), chat("one", 1, A))
    model.set_open(A, is_open=True)
    kept = QPersistentModelIndex(model.index(model.row_of(ConversationId("loose")) or 0))
    model.upsert(chat("loose", 0, A))
    assert shown(model) == ["[FOLDERS]", "v A 2", "  > Inner 0", "loose", "one", "> B 0"]
    assert kept.data() == "loose"
    model.upsert(chat("loose", 0, B))
    assert shown(model) == ["[FOLDERS]", "v A 1", "  > Inner 0", "one", "> B 1"]
    model.upsert(chat("loose"))
    assert shown(model)[-2:] == ["[TODAY]", "loose"]


def test_a_search_finds_in_closed_folders_and_in_the_archive(model: ConversationListModel) -> None:
    fill(
        model,
        chat("cat loose"),
        chat("cat deep", 2, INNER),
        chat("cat put away", 3, archived_at=1.0),
        chat("dog", 1, B),
    )
    model.filter("CAT")
    assert shown(model) == [
        *("[FOLDERS]", "v A 1", "  v Inner 1", "cat deep", "[TODAY]", "cat loose", "[ARCHIVED]", "cat put away")
    ]
    model.upsert(chat("cat in B", 0, B))
    assert "v B 1" in shown(model)
    model.filter("")
    assert shown(model) == ["[FOLDERS]", "> A 1", "> B 2", "[TODAY]", "cat loose", "(archive 1)"]


def test_archive_and_trash_stand_at_the_end_and_have_views_of_their_own(model: ConversationListModel) -> None:
    model.set_folders(FolderTree())
    fill(model, chat("one"), chat("two", 1), chat("three", 2))
    model.upsert(chat("two", 1, archived_at=5.0))
    model.upsert(chat("three", 2, trashed_at=NOON))
    assert shown(model) == ["[TODAY]", "one", "(archive 1)", "(trash 1)"]
    model.show(View(ViewKind.ARCHIVE))
    assert shown(model) == ["[TODAY]", "two"]
    model.show(View(ViewKind.TRASH))
    assert shown(model) == ["[TODAY]", "three"]
    model.upsert(chat("three", 2))
    assert shown(model) == []
    model.show(View())
    assert shown(model) == ["[TODAY]", "one", "three", "(archive 1)"]


def test_what_is_known_of_the_trash_outlives_a_new_reading(model: ConversationListModel) -> None:
    model.set_folders(FolderTree())
    fill(model, chat("one"))
    model.set_trash([chat("gone", 1, trashed_at=NOON)])
    fill(model, chat("one"), chat("new", 2))
    assert shown(model) == ["[TODAY]", "one", "new", "(trash 1)"]
    model.remove(ConversationId("gone"))
    assert shown(model) == ["[TODAY]", "one", "new"]


def test_what_changes_while_the_list_is_read_counts(model: ConversationListModel) -> None:
    fill(model, chat("one"), chat("two", 1))
    model.begin_reading()
    model.upsert(chat("one", 0, A))
    model.remove(ConversationId("two"))
    fill(model, chat("one"), chat("two", 1))  # read before
    assert shown(model) == ["[FOLDERS]", "> A 1", "> B 0"]


def test_one_folder_alone(model: ConversationListModel) -> None:
    fill(model, chat("one", 1, A), chat("deep", 2, INNER), chat("loose"), chat("pin", 9, A, is_pinned=1))
    model.show(View(ViewKind.FOLDER, A))
    assert shown(model) == ["[PINNED]", "pin", "> Inner 1", "[TODAY]", "one"]
    model.upsert(chat("loose", 0, A))
    assert shown(model)[-2:] == ["loose", "one"]
    model.set_folders(FolderTree([FOLDERS[1]]))
    assert model.view == View(), "the folder is gone, and so is its view"
    assert "one" in shown(model), "a folder that nobody knows hides no chat"
    model.set_folders(FolderTree(FOLDERS))
    assert shown(model)[2:] == ["[FOLDERS]", "> A 4", "> B 0"]


def test_tags(model: ConversationListModel) -> None:
    fill(model, chat("one", 1, A), chat("two"), chat("three", 3, archived_at=1.0))
    tag = Tag(TagId("t"), "urgent")
    model.set_tags([tag], {ConversationId("one"): (tag.id,), ConversationId("three"): (tag.id,)})
    assert shown(model)[-2:] == ["(tags 1)", "(archive 1)"]
    model.toggle_tags()
    assert shown(model)[-3:] == ["(tags 1)", "#urgent 2", "(archive 1)"]
    model.show(View(ViewKind.TAG, tag_id=tag.id))
    assert shown(model) == ["[FOLDERS]", "v A 1", "one", "[ARCHIVED]", "three"]
    model.set_tags([], {})
    assert model.view == View()


@pytest.mark.parametrize(
    ("order", "titles"),
    [
        (SortOrder.USED, ["Zebra", "äpfel", "chat 10", "chat 9"]),
        (SortOrder.CREATED, ["chat 9", "chat 10", "äpfel", "Zebra"]),
        (SortOrder.TITLE, ["äpfel", "chat 9", "chat 10", "Zebra"]),
    ],
)
def test_orders(model: ConversationListModel, order: SortOrder, titles: list[str]) -> None:
    names = ["Zebra", "äpfel", "chat 10", "chat 9"]
    fill(model, *(chat(name, at, created_at=NOON + at) for at, name in enumerate(names)))
    model.set_folders(FolderTree())
    model.show(View(), order)
    assert shown(model)[1:] == titles
    late = chat("mole", 2.5, created_at=NOON + 2.5)
    model.upsert(late)
    assert [each for each in shown(model)[1:] if each != "mole"] == titles
    assert model.row_of(late.id) is not None
    model.remove(late.id)
    assert shown(model)[1:] == titles


@pytest.mark.parametrize("order", list(SortOrder))
def test_many_changes_give_what_setting_the_result_would(model: ConversationListModel, order: SortOrder) -> None:
    dice = random.Random(11)
    kept: dict[str, ConversationSummary] = {}
    model.show(View(), order)

    def some() -> ConversationSummary:
        return chat(
            f"chat {dice.randrange(60)}",
            dice.choice([0, 5, 2_000, 20_000, 90_000]) + dice.randrange(60),
            dice.choice([None, None, A, B, INNER]),
            is_pinned=int(dice.random() < 0.2),
            archived_at=1.0 if dice.random() < 0.2 else None,
        )

    for step in range(120):
        if dice.random() < 0.2:
            model.set_open(dice.choice([A, B, INNER]), is_open=dice.random() < 0.6)
        if dice.random() < 0.15:
            gone = list(kept)[: dice.choice([1, 70])]
            model.remove(*map(ConversationId, gone))
            for each in gone:
                del kept[each]
        changed = [some() for _ in range(dice.choice([1, 1, 1, 90]))]
        model.apply(list({each.id: each for each in changed}.values()))
        kept |= {each.id: each for each in changed}
        if step % 20 == 0:
            fresh = ConversationListModel(today=lambda: TODAY)
            fresh.set_folders(FolderTree(FOLDERS))
            fresh.set_open_folders(model.open_folders)
            fresh.show(View(), order)
            fresh.set_summaries(sorted(kept.values(), key=sort_key))
            assert shown(model) == shown(fresh)
    for row in range(model.rowCount()):
        summary = model.summary(row)
        if summary is not None:
            assert model.row_of(summary.id) == row


def test_a_large_library_is_searched_without_keeping_the_window(qtbot: QtBot) -> None:
    model = ConversationListModel(today=lambda: TODAY)  # the tester of models would go through all rows each time
    model.set_folders(FolderTree(FOLDERS))
    fill(model, *(chat(f"chat {number}", number, [None, A, B][number % 3]) for number in range(12_000)))
    with qtbot.waitSignal(model.modelReset):
        model.filter("chat 11999")
        model.filter("chat 119")
        model.upsert(chat("chat 119 is new"))
    qtbot.waitUntil(lambda: not model.is_arranging)
    assert "chat 119 is new" in shown(model)
    assert all("chat 119" in line for line in shown(model) if line.startswith("chat"))


def test_rows_speak(model: ConversationListModel) -> None:
    fill(model, chat("one", 1, A))
    model.describe = lambda entry, _is_running: type(entry).__name__
    assert model.index(1).data(Qt.ItemDataRole.AccessibleTextRole) == "FolderRow"
