"""What the person wrote stays, whichever conversation is shown and however slow the disk is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from easychat_gui.controllers.conversations import ConversationController
from easychat_gui.controllers.notifier import Notifier
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import ConversationId, new_conversation_id
from easychat_gui.domain.messages import MessageStatus, Role, new_message
from easychat_gui.workers.store_executor import StoreExecutor


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StoreExecutor]:
    executor = StoreExecutor(tmp_path / "easychat.db")
    executor.start()
    yield executor
    executor.close()


@pytest.fixture
def conversations(store: StoreExecutor) -> ConversationController:
    return ConversationController(store=store, notifier=Notifier())


@contextmanager
def slow_disk(store: StoreExecutor) -> Iterator[None]:
    """Let the store's thread do nothing until the block ends."""
    may_go_on = threading.Event()
    store.submit(lambda _store: may_go_on.wait(60))
    try:
        yield
    finally:
        may_go_on.set()


def add(qtbot: QtBot, store: StoreExecutor, title: str) -> ConversationId:
    """Put a conversation with one question into the database."""
    conversation = Conversation(id=new_conversation_id(), title=title)
    question = new_message(conversation.id, Role.USER, f"What is {title}?")
    is_there: list[object] = []
    store.submit(
        lambda store: store.begin_exchange(conversation.with_(leaf_id=question.id), [question]), is_there.append
    )
    qtbot.waitUntil(lambda: bool(is_there))
    return conversation.id


def settle(qtbot: QtBot, store: StoreExecutor) -> None:
    """Wait until the store has done what it was given, and has told it."""
    is_done: list[object] = []
    store.submit(lambda _store: None, is_done.append)
    qtbot.waitUntil(lambda: bool(is_done))


def show(qtbot: QtBot, conversations: ConversationController, conversation_id: ConversationId) -> None:
    conversations.open(conversation_id)
    qtbot.waitUntil(lambda: conversations.current.id == conversation_id)


def titles(conversations: ConversationController) -> list[str]:
    rows = (conversations.list.summary(row) for row in range(conversations.list.rowCount()))
    return [summary.title for summary in rows if summary is not None]


def test_what_is_typed_while_another_chat_is_read_stays_with_its_chat(
    qtbot: QtBot, store: StoreExecutor, conversations: ConversationController
) -> None:
    first, second = add(qtbot, store, "first"), add(qtbot, store, "second")
    show(qtbot, conversations, first)
    with slow_disk(store):
        conversations.open(second)
        conversations.set_draft("half a thought")
    qtbot.waitUntil(lambda: conversations.current.id == second)
    assert conversations.current.draft == ""
    show(qtbot, conversations, first)
    assert conversations.current.draft == "half a thought"


def test_going_back_at_once_stays_there(
    qtbot: QtBot, store: StoreExecutor, conversations: ConversationController
) -> None:
    first, second = add(qtbot, store, "first"), add(qtbot, store, "second")
    show(qtbot, conversations, first)
    with slow_disk(store):
        conversations.open(second)
        conversations.open(first)
    settle(qtbot, store)
    assert conversations.current.id == first


def test_what_was_typed_into_a_new_chat_is_found_again(
    qtbot: QtBot, store: StoreExecutor, conversations: ConversationController
) -> None:
    other = add(qtbot, store, "other")
    new = conversations.current.id
    conversations.set_draft("a long letter")
    show(qtbot, conversations, other)
    show(qtbot, conversations, new)
    assert conversations.current.draft == "a long letter"
    assert conversations.list.row_of(new) is not None


def test_a_new_chat_in_which_nothing_was_left_leaves_no_trace(
    qtbot: QtBot, store: StoreExecutor, conversations: ConversationController
) -> None:
    other = add(qtbot, store, "other")
    conversations.load()
    new = conversations.current.id
    conversations.set_draft("a long letter")
    show(qtbot, conversations, other)
    show(qtbot, conversations, new)
    conversations.set_draft("")
    show(qtbot, conversations, other)
    assert titles(conversations) == ["other"]
    conversations.load()
    settle(qtbot, store)
    assert titles(conversations) == ["other"]


def test_a_chat_that_is_deleted_while_it_is_read_is_not_shown(
    qtbot: QtBot, store: StoreExecutor, conversations: ConversationController
) -> None:
    first, second = add(qtbot, store, "first"), add(qtbot, store, "second")
    show(qtbot, conversations, first)
    with slow_disk(store):
        conversations.open(second)
        conversations.delete(second)
    settle(qtbot, store)
    assert conversations.current.id == first


def test_a_chat_that_is_renamed_and_deleted_does_not_come_back(
    qtbot: QtBot, store: StoreExecutor, conversations: ConversationController
) -> None:
    first = add(qtbot, store, "first")
    conversations.load()
    settle(qtbot, store)
    with slow_disk(store):
        conversations.rename(first, "renamed")
        conversations.delete(first)
    settle(qtbot, store)
    assert titles(conversations) == []


def test_a_chat_begun_while_the_list_is_read_stays_in_it(
    qtbot: QtBot, store: StoreExecutor, conversations: ConversationController
) -> None:
    add(qtbot, store, "first")
    conversations.load()
    question = new_message(conversations.current.id, Role.USER, "Hi")
    answer = new_message(conversations.current.id, Role.ASSISTANT, "Hello", parent_id=question.id)
    # The list is read, but its rows are still on their way.
    conversations.show_branch_end(conversations.current.with_(title="begun", leaf_id=answer.id), question, answer)
    settle(qtbot, store)
    assert sorted(titles(conversations)) == ["begun", "first"]


def add_interrupted(qtbot: QtBot, store: StoreExecutor) -> ConversationId:
    """Put in a conversation whose answer the last run left unfinished."""
    found = add(qtbot, store, "interrupted")
    half = new_message(found, Role.ASSISTANT, "So far", status=MessageStatus.INTERRUPTED)
    store.submit(lambda store: store.messages.add(half))
    add(qtbot, store, "later")
    return found


def test_after_a_crash_the_interrupted_chat_is_on_the_screen(
    qtbot: QtBot, store: StoreExecutor, conversations: ConversationController
) -> None:
    interrupted = add_interrupted(qtbot, store)
    conversations.open_interrupted()
    qtbot.waitUntil(lambda: conversations.current.id == interrupted)


def test_after_a_crash_whoever_writes_already_is_not_disturbed(
    qtbot: QtBot, store: StoreExecutor, conversations: ConversationController
) -> None:
    add_interrupted(qtbot, store)
    new = conversations.current.id
    conversations.open_interrupted()
    conversations.set_draft("a long letter")
    settle(qtbot, store)
    assert (conversations.current.id, conversations.current.draft) == (new, "a long letter")
