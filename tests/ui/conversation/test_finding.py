"""Finding in the conversation: what is found, what is shown, where the keyboard is afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from easychat_gui.domain.messages import MessageStatus
from easychat_gui.ui.conversation.message_row import Frame
from easychat_gui.ui.conversation.needle import Needle
from easychat_gui.ui.conversation.reading import message_text
from easychat_gui.ui.conversation.row_list import RowList
from easychat_gui.ui.conversation.searching import Searching
from easychat_gui.ui.conversation.style import Style
from tests.fakes.shown_conversation import Shown, answer, running, user
from tests.ui.conversation.test_view import LONG

Show = Callable[..., Shown]


def find(qtbot: QtBot, shown: Shown, text: str) -> None:
    """Type into the bar and wait until everything has been looked through."""
    shown.view.finding.open()
    shown.view.finding.bar.field.setText(text)
    qtbot.waitUntil(lambda: shown.view.finding.searching.is_finished)
    shown.paint()


def count(shown: Shown) -> str:
    return shown.view.finding.bar.count_label.text()


def test_hits_are_counted_and_walked_through_around_the_end(show: Show, qtbot: QtBot) -> None:
    shown = show([user("a fox"), answer(f"{LONG}\n\nThe **Fo**x and the\nfox."), user("no animal")])
    shown.view.scroll_to_message(0)
    shown.paint()
    find(qtbot, shown, "fox")
    assert count(shown) == "1 of 3"
    seen = []
    for _ in range(3):
        QTest.keyClick(shown.view.finding.bar.field, Qt.Key.Key_Return)
        seen.append(count(shown))
    assert seen == ["2 of 3", "3 of 3", "1 of 3"]
    QTest.keyClick(shown.view.finding.bar.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert count(shown) == "3 of 3"


def test_the_hit_comes_into_sight_from_far_away(show: Show, qtbot: QtBot) -> None:
    messages = [answer(f"number {number}\n\n{LONG}") for number in range(300)]
    messages[17] = answer(f"{LONG}\n\n```\nneedle in code\n```\n")
    shown = show(messages)
    find(qtbot, shown, "needle")
    assert count(shown) == "1 of 1"
    assert any(key.row == 17 and flow.boxes[key.box].is_card for key, flow, _x, _y in shown.view.boxes_in_sight())


def test_a_hit_in_folded_reasoning_unfolds_it(show: Show, qtbot: QtBot) -> None:
    shown = show([answer("Answer.", reasoning="Because of a secret reason."), user("q")])
    find(qtbot, shown, "secret")
    assert count(shown) == "1 of 1"
    assert shown.view.rows.row(0).is_unfolded


def test_a_hit_in_folded_code_unfolds_it(show: Show, qtbot: QtBot) -> None:
    code = "\n".join(f"line {number}" for number in range(150))
    shown = show([answer(f"```\n{code}\nneedle\n```"), answer(LONG)])
    find(qtbot, shown, "needle")
    assert count(shown) == "1 of 1"
    shown.view.finding.close()
    shown.paint()
    assert shown.view.selected_text() == "needle"
    place = shown.view.keyboard.caret.rect(shown.view.selection.head).top() - shown.view.scroll_top
    assert 0 < place < shown.view.viewport().height()


@pytest.mark.parametrize("head", ["a", "الاسم"])
def test_the_marked_cell_of_a_table_is_where_the_hit_is(show: Show, qtbot: QtBot, head: str) -> None:
    shown = show([answer(f"| {head} | b |\n|---|---|\n| one | two |\n| three | wanted |")])
    find(qtbot, shown, "wanted")
    shown.view.finding.close()
    assert shown.view.selected_text() == "wanted"


def test_a_hit_behind_a_formula_is_where_it_is_read(show: Show, qtbot: QtBot) -> None:
    shown = show([answer("With $x^2 + y^2$ comes a word.\n\n| a |\n|---|\n| $z_1$ other |")])
    for word in ("word", "other"):
        find(qtbot, shown, word)
        shown.view.finding.close()
        assert shown.view.selected_text() == word


def test_esc_goes_back_to_where_the_keyboard_was_with_the_hit_marked(show: Show, qtbot: QtBot) -> None:
    shown = show([answer("one two three")])
    shown.view.setFocus()
    QTest.qWaitForWindowActive(shown.view)
    find(qtbot, shown, "two")
    assert shown.view.finding.bar.field.hasFocus()
    QTest.keyClick(shown.view.finding.bar.field, Qt.Key.Key_Escape)
    assert shown.view.hasFocus()
    assert not shown.view.finding.bar.isVisible()
    assert shown.view.selected_text() == "two"


def test_esc_goes_back_in_this_window_when_it_was_opened_from_another(
    show: Show, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The palette of the main window opens a chat in a window of its own, which is not the active one yet."""
    shown = show([answer("one two three")])
    shown.view.setFocus()
    other = QLineEdit()
    qtbot.addWidget(other)
    other.show()
    monkeypatch.setattr(QApplication, "focusWidget", lambda: other)
    find(qtbot, shown, "two")
    QTest.keyClick(shown.view.finding.bar.field, Qt.Key.Key_Escape)
    assert shown.view.window().focusWidget() is shown.view


def test_who_has_gone_elsewhere_stays_there_when_the_bar_goes(show: Show, qtbot: QtBot) -> None:
    shown = show([answer("one two three")])
    shown.view.finding.bar.show()
    QTest.qWaitForWindowActive(shown.view)
    find(qtbot, shown, "two")
    shown.view.setFocus()
    shown.view.finding._focus_before = shown.view.finding.bar.field
    shown.view.finding.close()
    assert shown.view.hasFocus()


def test_what_is_read_does_not_move_when_the_bar_comes_and_goes(show: Show) -> None:
    shown = show([answer(LONG), answer(LONG)])
    shown.view.verticalScrollBar().setValue(500)
    shown.paint()

    key = next(iter(shown.view.boxes_in_sight()))[0]
    before = shown.view.rows.top_of(key)
    assert before is not None
    before += shown.view.viewport().y() - shown.view.scroll_top
    for change in (shown.view.finding.open, shown.view.finding.close):
        change()
        shown.paint()
        after = shown.view.rows.top_of(key)
        assert after is not None
        assert after + shown.view.viewport().y() - shown.view.scroll_top == before


def test_what_arrives_is_found_too_and_the_shown_hit_stays(show: Show, qtbot: QtBot) -> None:
    message = running()
    shown = show([user("a word"), message])
    find(qtbot, shown, "word")
    assert count(shown) == "1 of 1"
    shown.model.append_text(message.id, "One word.\n\nAnother wo")
    shown.view.flush()
    qtbot.waitUntil(lambda: count(shown) == "1 of 2")
    shown.model.append_text(message.id, "rd.")
    shown.view.flush()
    qtbot.waitUntil(lambda: count(shown) == "1 of 3")
    shown.model.replace(shown.model.message(1).with_(status=MessageStatus.COMPLETE))
    shown.model.append(user("the last word"))
    qtbot.waitUntil(lambda: count(shown) == "1 of 4")
    shown.model.truncate(1)
    assert count(shown) == "1 of 1"


def test_the_switches(show: Show, qtbot: QtBot) -> None:
    shown = show([answer("Fox foxes FOX café Café")])
    find(qtbot, shown, "fox")
    assert count(shown).endswith("of 3")
    shown.view.finding.bar.word_button.click()
    qtbot.waitUntil(lambda: count(shown).endswith("of 2"))
    shown.view.finding.bar.case_button.click()
    qtbot.waitUntil(lambda: count(shown) == "No hits")
    shown.view.finding.bar.field.setText("Fox")
    qtbot.waitUntil(lambda: count(shown) == "1 of 1")


def test_the_bar_begins_with_what_is_marked(show: Show, qtbot: QtBot) -> None:
    shown = show([answer("alpha")])
    shown.view.select_all()
    shown.view.finding.open()
    assert shown.view.finding.bar.field.text() == "alpha"
    assert shown.view.finding.bar.field.selectedText() == "alpha"


def test_other_messages_are_looked_through_anew(show: Show, qtbot: QtBot) -> None:
    shown = show([answer("fox")])
    find(qtbot, shown, "fox")
    shown.model.set_messages([answer("fox fox"), answer("fox")])
    qtbot.waitUntil(lambda: count(shown) == "1 of 3")


@pytest.mark.parametrize(
    ("needle", "text", "found"),
    [
        ("елка", "Ёлка и ЕЛКА", ["Ёлка", "ЕЛКА"]),
        ("ёлка", "елка", ["елка"]),
        ("мои", "мой мои", ["мои"]),
        ("cafe", "Café CAFE cafe\u0301", ["Café", "CAFE", "cafe\u0301"]),
        ("straße", "STRASSE Straße", ["STRASSE", "Straße"]),
        ("好", "你好好", ["好", "好"]),
        ("か", "がか", ["か"]),
        ("a b", "a\u2028b a\u00a0b", ["a\u2028b", "a\u00a0b"]),
        ("ﬁ", "fi ﬁ", ["fi", "ﬁ"]),
        ("aa", "aaaa", ["aa", "aa"]),
    ],
)
def test_case_and_accents_make_no_difference_but_letters_do(needle: str, text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in Needle(needle).hits(text)] == found


def test_whole_words_in_texts_without_blanks() -> None:
    assert Needle("好", is_whole_word=True).hits("你好吗")
    assert not Needle("fox", is_whole_word=True).hits("foxes, x_fox")
    assert Needle("fox", is_whole_word=True).hits("(fox)")


PIECES = (
    "fo",
    "x",
    "Fox",
    " ",
    "\n",
    "\n\n",
    "**",
    "*",
    "`",
    "- ",
    "> ",
    "```\n",
    "&amp;",
    "ф",
    "ё",
    "# ",
    "1. ",
    "\\*",
    "~~",
)
LONGER = (
    "[a](http://e.org/fox)",
    "| a | fox |\n|---|---|\n| fox | b |\n",
    "<b>",
    "https://fox.org ",
    "$fox$",
    "[^fox]",
)
MARKDOWN = st.lists(st.sampled_from(PIECES + LONGER), max_size=40).map("".join)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(MARKDOWN, min_size=1, max_size=6), needle=st.sampled_from(["fox", "fo", "a", "ф", "x fo", "amp"]))
def test_the_hits_are_those_in_what_a_person_reads(qtbot: QtBot, texts: list[str], needle: str) -> None:
    messages = [answer(text) for text in texts]
    found = []
    for is_open in (False, True):
        rows = RowList(Frame(Style(), 700, 0), messages.__getitem__)
        rows.reset(messages)
        for number in range(len(texts) if is_open else 0):
            rows.open(number)
        owner = QObject()
        searching = Searching(rows, owner)
        with qtbot.waitSignal(searching.finished):
            searching.start(Needle(needle), len(texts) // 2)
        found.append([searching.hits(number) for number in range(len(texts))])
        owner.deleteLater()
    assert found[0] == found[1]
    read = [message_text(message).replace("\n", " ").casefold() for message in messages]
    assert [len(hits) for hits in found[0]] == [text.count(needle) for text in read]


def test_a_hit_in_a_formula_marks_the_formula(show: Show, qtbot: QtBot) -> None:
    shown = show([answer(r"Here $\alpha + \beta$ is.")])
    shown.paint()
    find(qtbot, shown, "beta")
    key, flow, _x, _y = next(shown.view.boxes_in_sight())
    assert [each[:2] for each in shown.view.finding.marks(key, flow.boxes[key.box])] == [(5, 6)]
