"""What is done in turns after the first paint: all of it, in its order, and with turns of others between."""

from __future__ import annotations

from importlib.util import find_spec

import pytest
from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from easychat_gui import ahead


@pytest.mark.parametrize("names", [each for each in dir(ahead) if each.startswith("OF_")])
def test_each_module_that_is_imported_ahead_is_there(names: str) -> None:
    assert [name for name in getattr(ahead, names) if find_spec(name) is None] == []


def test_steps_come_in_their_order_with_what_waits_between_them(qtbot: QtBot) -> None:
    done: list[str] = []
    context = QObject()
    other = QTimer(context, interval=0)
    other.timeout.connect(lambda: done.append("key"))
    other.start()
    ahead.do_in_turns([lambda: done.append("one"), lambda: done.append("two")], context, lambda: done.append("end"))
    qtbot.waitUntil(lambda: "end" in done)
    other.stop()
    assert [each for each in done if each != "key"] == ["one", "two", "end"]
    assert "key" in done[done.index("one") : done.index("two")], "two steps came in one turn"


def test_nothing_more_is_done_for_what_is_gone(qtbot: QtBot) -> None:
    done: list[str] = []
    context = QObject()
    ahead.do_in_turns([lambda: done.append("one"), lambda: done.append("two")], context, lambda: done.append("end"))
    later = QObject()
    with qtbot.waitSignal(context.destroyed):
        context.deleteLater()
    ahead.do_in_turns([lambda: None] * 5, later, lambda: done.append("others"))
    qtbot.waitUntil(lambda: "others" in done)
    assert done == ["one", "others"]
