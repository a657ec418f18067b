"""Sliders, numbers and "not sent" always show the same thing, and tell it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.domain.generation import PARAMETER_RANGES, GenerationParams
from easychat_gui.ui.widgets.parameter_fields import DECIMALS, ParameterFields


@pytest.fixture
def fields(qtbot: QtBot) -> Iterator[ParameterFields]:
    holder = QWidget()
    qtbot.addWidget(holder)
    yield ParameterFields(holder, GenerationParams())
    assert holder.children(), "the widget must live as long as its fields"


@pytest.mark.parametrize("name", DECIMALS)
def test_slider_and_number_go_together(fields: ParameterFields, name: str) -> None:
    fields.sliders[name].setValue(round(PARAMETER_RANGES[name].maximum * 100))
    assert fields.spins[name].optional() == PARAMETER_RANGES[name].maximum
    fields.spins[name].setValue(0.3)
    assert fields.sliders[name].value() == 30
    assert getattr(fields.params, name) == 0.3


@pytest.mark.parametrize("name", DECIMALS)
def test_the_whole_range_can_be_reached_and_no_more(fields: ParameterFields, name: str) -> None:
    limits = PARAMETER_RANGES[name]
    for value in (limits.minimum, limits.maximum):
        fields.spins[name].setValue(value)
        assert getattr(fields.params, name) == value
    fields.spins[name].setValue(limits.maximum + 5)
    assert getattr(fields.params, name) == limits.maximum


@pytest.mark.parametrize("name", DECIMALS)
def test_one_step_below_the_smallest_is_not_sent_and_the_slider_brings_it_back(
    fields: ParameterFields, name: str
) -> None:
    spin = fields.spins[name]
    spin.setValue(PARAMETER_RANGES[name].minimum)
    QTest.keyClick(spin, Qt.Key.Key_Down)
    assert getattr(fields.params, name) is None
    assert spin.text() == "not sent"
    fields.sliders[name].setValue(50)
    assert getattr(fields.params, name) == 0.5


def test_an_emptied_number_is_not_sent(fields: ParameterFields) -> None:
    fields.max_tokens.setValue(100)
    fields.max_tokens.selectAll()
    QTest.keyClick(fields.max_tokens, Qt.Key.Key_Delete)
    QTest.keyClick(fields.max_tokens, Qt.Key.Key_Return)
    assert fields.params.max_tokens is None
    assert fields.max_tokens.text() == "auto"


def test_a_changed_value_shows_a_dot_until_it_is_reset(fields: ParameterFields) -> None:
    title = fields.titles["temperature"]
    assert "•" not in title.text()
    fields.spins["temperature"].setValue(1.5)
    assert "•" in title.text()
    title.reset_requested.emit()
    assert "•" not in title.text()
    assert fields.params == GenerationParams()


def test_showing_tells_nothing_and_editing_tells_once(fields: ParameterFields) -> None:
    told: list[GenerationParams] = []
    fields.edited.connect(told.append)
    fields.show_params(GenerationParams(temperature=None, stop=("a", "b"), seed=7, stream=False))
    assert not told
    fields.stop.setPlainText("a\n\nb\nc")
    assert told == [GenerationParams(temperature=None, stop=("a", "b", "c"), seed=7, stream=False)]


def test_what_was_not_touched_keeps_its_value(fields: ParameterFields) -> None:
    """A value finer than the fields can show must not be rounded by a change elsewhere."""
    fine = GenerationParams(temperature=0.123456)
    fields.show_params(fine)
    fields.stream.setChecked(False)
    assert fields.params == replace(fine, stream=False)


@pytest.mark.parametrize("name", DECIMALS)
def test_a_typed_number_below_the_smallest_is_never_sent_as_it_is(fields: ParameterFields, name: str) -> None:
    """The step below the smallest value means "not sent"; what lies between the two is no value at all."""
    spin = fields.spins[name]
    spin.setValue(0.3)
    spin.selectAll()
    QTest.keyClicks(spin, f"{PARAMETER_RANGES[name].minimum - 0.03:.2f}")
    QTest.keyClick(spin, Qt.Key.Key_Return)
    value = getattr(fields.params, name)
    assert value is None or value >= PARAMETER_RANGES[name].minimum
    assert (spin.text() == "not sent") == (value is None)
    spin.setValue(PARAMETER_RANGES[name].minimum + 0.02)
    QTest.keyClick(spin, Qt.Key.Key_Down)
    assert getattr(fields.params, name) == PARAMETER_RANGES[name].minimum
