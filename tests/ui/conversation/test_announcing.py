"""What a screen reader is told of an answer while it runs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QAccessible

from easychat_gui.domain.messages import Failure, MessageStatus
from easychat_gui.ui.conversation import announcing
from tests.fakes.shown_conversation import Shown, running, user

Show = Callable[..., Shown]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was said, one announcement after the other, as by a screen reader that listens."""
    said: list[str] = []
    monkeypatch.setattr(announcing, "announce", lambda _view, text: said.append(text) if text.strip() else None)
    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    return said


def grow(shown: Shown, text: str) -> None:
    shown.model.append_text(shown.model.message(1).id, text)
    shown.view.flush()
    shown.view._announcing._timer.stop()
    shown.view._announcing._on_timeout()


def end(shown: Shown, status: MessageStatus, failure: Failure | None = None) -> None:
    shown.model.replace(shown.model.message(1).with_(status=status, failure=failure))


def test_an_answer_is_told_by_the_sentence_and_each_only_once(show: Show, told: list[str]) -> None:
    shown = show([user("q"), running()])
    for piece in ("Foxes **ru", "n**. They", " eat mice! And", " sleep.\n\nThe en", "d"):
        grow(shown, piece)
    end(shown, MessageStatus.COMPLETE)
    assert told == ["Foxes run.", "They eat mice!", "And sleep.", "The end"]


def test_code_and_tables_are_named_instead_of_read_out(show: Show, told: list[str]) -> None:
    shown = show([user("q"), running()])
    grow(shown, "Look:\n\n```python\na = 1\n")
    grow(shown, "b = 2\n```\n\nDone. ")
    grow(shown, "\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
    end(shown, MessageStatus.COMPLETE)
    assert told == ["Look:", "code block, python, 2 lines", "Done.", "table with 1 row"]


def test_a_sentence_in_another_script_ends_too(show: Show, told: list[str]) -> None:
    shown = show([user("q"), running()])
    grow(shown, "狐狸跑。它们")
    assert told == ["狐狸跑。"]


@pytest.mark.parametrize(
    ("status", "failure", "words"),
    [
        (MessageStatus.CANCELLED, None, "half a. Stopped"),
        (MessageStatus.FAILED, Failure("Refused", "The server refused."), "half a. Failed. The server refused."),
    ],
)
def test_how_it_ended_is_told(
    show: Show, told: list[str], status: MessageStatus, failure: Failure | None, words: str
) -> None:
    shown = show([user("q"), running()])
    grow(shown, "half a")
    end(shown, status, failure)
    assert told == [words]


def test_a_flood_is_cut_and_the_end_still_told(show: Show, told: list[str]) -> None:
    shown = show([user("q"), running()])
    grow(shown, "One sentence after the other. " * 500)
    grow(shown, "The last words")
    end(shown, MessageStatus.COMPLETE)
    assert len(told[0]) < announcing.LONGEST + 10
    assert told[-1] == "The last words"


def test_thinking_is_told_once(show: Show, told: list[str]) -> None:
    shown = show([user("q"), running()])
    for piece in ("Let me think. ", "About it. "):
        shown.model.append_reasoning(shown.model.message(1).id, piece)
        grow(shown, "")
    assert told == ["Thinking…"]


def test_an_announcement_reaches_qt(show: Show) -> None:
    shown = show([user("q"), running()])
    announcing.announce(shown.view, "A sentence.")
    announcing.announce(shown.view, "  ")


def test_the_message_with_the_frame_has_the_focus_of_the_tree(show: Show) -> None:
    shown = show([user("q"), running()])
    shown.view.setFocus()
    shown.view.keyboard.focus_message(1)
    root = QAccessible.queryAccessibleInterface(shown.view)
    child = root.focusChild()
    assert child is not None
    assert child.text(QAccessible.Text.Description) == "message 2 of 2"
