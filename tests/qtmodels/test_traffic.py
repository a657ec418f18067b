"""The requests of the ledger as an item model: what stays keeps its row."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from easychat_gui.qtmodels.traffic import TrafficModel, TrafficRole
from easychat_gui.support.traffic import Purpose, Traffic


def traffic(number: int) -> Traffic:
    return Traffic(number, 0.0, Purpose.ANSWER, "POST", f"host{number}", False, 1, 2, 200, "", 0.5)


def rows(*numbers: int) -> list[Traffic]:
    return [traffic(number) for number in numbers]


def model_of(*numbers: int) -> TrafficModel:
    model = TrafficModel(lambda each: each.host)
    model.show_traffic(rows(*numbers))
    return model


def numbers_of(model: TrafficModel) -> list[int]:
    return [model.index(row, 0).data(TrafficRole.TRAFFIC).number for row in range(model.rowCount())]


def test_it_keeps_to_the_rules_of_item_models(qtmodeltester: ModelTester) -> None:
    model = model_of(3, 2, 1)
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    for numbers in ([5, 4, 3, 2], [6, 5], [], [9, 1], [9, 8, 1]):
        model.show_traffic(rows(*numbers))
        assert numbers_of(model) == numbers


def test_new_requests_come_above_and_marks_stay(qtbot: QtBot) -> None:
    model = model_of(2, 1)
    marked = QPersistentModelIndex(model.index(0, 0))
    with qtbot.assertNotEmitted(model.modelReset):
        model.show_traffic(rows(4, 3, 2))
    assert marked.row() == 2
    assert marked.data(Qt.ItemDataRole.DisplayRole) == "host2"


def test_a_request_that_goes_on_is_drawn_again(qtbot: QtBot) -> None:
    model = model_of(2, 1)
    changed = [traffic(2), replace(traffic(1), bytes_in=99)]
    with qtbot.waitSignal(model.dataChanged) as told:
        model.show_traffic(changed)
    assert told.args is not None
    assert told.args[0].row() == told.args[1].row() == 1
    with qtbot.assertNotEmitted(model.dataChanged):
        model.show_traffic(list(changed))
