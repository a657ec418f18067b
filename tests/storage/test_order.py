"""Chats are put in order many at once, and nothing but that changes where they stand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.conversations import Conversation, placement_of
from easychat_gui.domain.folders import Folder, Tag
from easychat_gui.domain.ids import AttachmentId, ConversationId, FolderId, PresetId, TagId
from easychat_gui.domain.messages import Role, new_message
from easychat_gui.domain.presets import Preset
from easychat_gui.storage.store import Store

IDS = [ConversationId(f"c{number}") for number in range(5)]
WORK = FolderId("work")
TODAY = date(2026, 11, 22)


@pytest.fixture
def filled(store: Store) -> Store:
    store.folders.save(Folder(WORK, "Work"))
    for number, each in enumerate(IDS):
        store.begin_exchange(
            Conversation(each, f"Chat {number}", 1.0, float(number)), [new_message(each, Role.USER, "q")]
        )
    return store


def listed(store: Store) -> list[str]:
    return [each.title for each in store.conversations.summaries()]


def test_what_is_in_the_trash_is_not_in_the_list(filled: Store) -> None:
    filled.order.trash(IDS[:2], 7.0)
    assert listed(filled) == ["Chat 4", "Chat 3", "Chat 2"]
    assert {each.id for each in filled.order.trashed()} == set(IDS[:2])
    assert filled.order.trash_count() == 2
    filled.order.trash(IDS[:1], None)
    assert listed(filled) == ["Chat 4", "Chat 3", "Chat 2", "Chat 0"]


def test_the_first_page_has_nothing_of_the_archive(filled: Store) -> None:
    filled.order.archive([IDS[4]], 9.0)
    assert [each.title for each in filled.conversations.summaries(2)] == ["Chat 3", "Chat 2"]
    assert listed(filled)[0] == "Chat 4"


@pytest.mark.parametrize("limit", [None, 100])
def test_the_list_is_read_from_its_index_alone(filled: Store, limit: int | None) -> None:
    asked: list[str] = []
    filled.connection.set_trace_callback(asked.append)
    filled.conversations.summaries(limit)
    filled.connection.set_trace_callback(None)
    plan = " ".join(str(row[-1]) for row in filled.rows(f"EXPLAIN QUERY PLAN {asked[0]}"))
    assert "COVERING INDEX conversations_in_order" in plan
    assert "TEMP B-TREE" not in plan


def test_everything_can_be_put_back(filled: Store) -> None:
    filled.order.put_into(IDS[:3], WORK)
    filled.order.set_pinned(IDS[1:2], is_pinned=True)
    before = [placement_of(each) for each in filled.conversations.summaries()]
    filled.order.put_into(IDS, None)
    filled.order.set_pinned(IDS, is_pinned=True)
    filled.order.archive(IDS, 3.0)
    filled.order.trash(IDS, 4.0)
    filled.order.put_back(before)
    assert sorted(placement_of(each) for each in filled.conversations.summaries()) == sorted(before)


def test_an_answer_that_ends_does_not_bring_a_chat_back_from_the_trash(filled: Store) -> None:
    as_it_was = filled.conversations.get(IDS[0])
    assert as_it_was is not None
    filled.order.trash(IDS[:1], 5.0)
    filled.order.put_into(IDS[:1], WORK)
    filled.conversations.save(as_it_was.with_(draft="typed since"))
    filled.conversations.update(as_it_was.with_(title="Renamed"))
    found = filled.conversations.get(IDS[0])
    assert found is not None
    assert (found.title, found.trashed_at, found.folder_id) == ("Renamed", 5.0, WORK)


def test_a_folder_that_is_gone_takes_nobody_along(filled: Store) -> None:
    filled.order.put_into(IDS, WORK)
    filled.folders.remove([WORK])
    assert listed(filled) == [f"Chat {number}" for number in (4, 3, 2, 1, 0)]
    filled.order.put_into(IDS, WORK)
    assert all(each.folder_id is None for each in filled.conversations.summaries())


def test_deleting_many_takes_messages_and_files_along(filled: Store) -> None:
    incoming = filled.files.receive_bytes(b"a picture")
    picture = Attachment(AttachmentId("a"), "p.png", "image/png", incoming.size, incoming.sha256)
    filled.attachments.add_to_draft(IDS[0], picture, 0)
    assert filled.files.path(incoming.sha256).exists()
    assert filled.order.delete(IDS[:4]) == 4
    assert listed(filled) == ["Chat 4"]
    assert filled.rows("SELECT DISTINCT conversation_id FROM messages") == [(IDS[4],)]
    assert not filled.files.path(incoming.sha256).exists()


def test_the_trash_is_emptied_after_so_many_days_of_use(filled: Store) -> None:
    filled.order.trash(IDS[:1], 5.0)
    for day in range(29):
        assert filled.order.note_day(TODAY + timedelta(days=day), 30) == 0
        assert filled.order.note_day(TODAY + timedelta(days=day), 30) == 0  # the same day again
    filled.order.trash(IDS[1:2], 6.0)
    assert filled.order.note_day(TODAY + timedelta(days=29), 30) == 1
    assert [each.id for each in filled.order.trashed()] == IDS[1:2]


@pytest.mark.parametrize("jump", [400, -400, 40_000])
def test_a_clock_that_jumps_empties_nothing(filled: Store, jump: int) -> None:
    filled.order.trash(IDS, 5.0)
    for day in (TODAY, TODAY + timedelta(days=jump), TODAY, TODAY + timedelta(days=jump)):
        assert filled.order.note_day(day, 30) == 0
    assert filled.order.trash_count() == 5


def test_what_is_kept_for_ever_stays_and_what_was_restored_begins_anew(filled: Store) -> None:
    filled.order.trash(IDS[:1], 5.0)
    for day in range(50):
        assert filled.order.note_day(TODAY + timedelta(days=day), None) == 0
    filled.order.trash(IDS[:1], None)
    filled.order.trash(IDS[:1], 6.0)
    assert filled.order.note_day(TODAY + timedelta(days=60), 30) == 0


def test_folders_keep_their_order_and_their_preset(store: Store) -> None:
    store.presets.save(Preset(PresetId("p"), "Coder"))
    inner = Folder(FolderId("in"), "Inner", WORK, 0, PresetId("p"), "🏠")
    first = Folder(FolderId("first"), "First", None, 0)
    store.folders.save(inner, Folder(WORK, "Work", None, 1), first)  # whichever comes first
    assert sorted(each.name for each in store.folders.all()) == ["First", "Inner", "Work"]
    assert inner in store.folders.all()


def test_a_folder_in_itself_is_refused(store: Store) -> None:
    store.folders.save(Folder(WORK, "Work"), Folder(FolderId("in"), "Inner", WORK))
    with pytest.raises(ValueError, match="itself"):
        store.folders.save(Folder(WORK, "Work", FolderId("in")))
    assert next(each for each in store.folders.all() if each.id == WORK).parent_id is None


def test_tags_are_put_on_and_taken_off(filled: Store) -> None:
    urgent, idea = Tag(TagId("t1"), "Urgent", "red"), Tag(TagId("t2"), "Idea")
    filled.tags.save(urgent, idea)
    assert filled.tags.named("URGENT") == urgent
    assert filled.tags.put_on(IDS[:2], urgent.id) == 2
    assert filled.tags.put_on(IDS[:3], urgent.id) == 1
    filled.tags.put_on(IDS[:1], idea.id)
    assert filled.tags.links()[IDS[0]] == (urgent.id, idea.id)
    filled.tags.take_off(IDS[:1], urgent.id)
    filled.tags.remove(idea.id)
    assert filled.tags.links() == {IDS[1]: (urgent.id,), IDS[2]: (urgent.id,)}
    filled.order.delete(IDS)
    assert filled.tags.links() == {}
