"""JSON is checked while it is typed; what cannot be used is said, counts for nothing and is not lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from easychat_gui.domain.generation import GenerationParams
from easychat_gui.domain.typed_json import JsonFault, UnusableJson, read_free_parameters
from easychat_gui.ui.widgets.json_edit import JsonEdit
from easychat_gui.ui.widgets.json_words import json_words
from easychat_gui.ui.widgets.parameter_fields import ParameterFields


@pytest.fixture
def box(qtbot: QtBot) -> JsonEdit:
    made = JsonEdit(read_free_parameters)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def fields(qtbot: QtBot) -> Iterator[ParameterFields]:
    holder = QWidget()
    qtbot.addWidget(holder)
    yield ParameterFields(holder, GenerationParams())
    assert holder.children(), "the widget must live as long as its fields"


def test_only_what_can_be_used_is_told(box: JsonEdit) -> None:
    told: list[Any] = []
    box.edited.connect(told.append)
    QTest.keyClicks(box.edit, '{"a": 1}')
    assert told == [{"a": 1}]
    assert not box.problem
    QTest.keyClicks(box.edit, ",")
    assert told == [{"a": 1}]
    assert "no JSON" in box.problem


def test_what_is_not_finished_comes_back_with_its_owner(box: JsonEdit) -> None:
    box.show_value({}, "first")
    QTest.keyClicks(box.edit, '{"a": ')
    box.show_value({"b": 2}, "second")
    assert not box.problem
    assert '"b": 2' in box.edit.toPlainText()
    box.show_value({}, "first")
    assert box.edit.toPlainText() == '{"a": '
    assert box.problem


def test_what_somebody_else_sets_takes_the_place_of_what_was_begun(box: JsonEdit) -> None:
    box.show_value({"a": 1}, "first")
    box.edit.setPlainText("{")
    box.show_value({"a": 2}, "first")
    assert '"a": 2' in box.edit.toPlainText()


def test_the_text_stays_as_it_was_typed(box: JsonEdit) -> None:
    box.edited.connect(lambda value: box.show_value(value))
    box.edit.setPlainText('{"a":1,\n\n"b":2}')
    assert box.edit.toPlainText() == '{"a":1,\n\n"b":2}'


@pytest.mark.parametrize("fault", JsonFault)
def test_every_fault_has_a_sentence(fault: JsonFault) -> None:
    words = json_words(UnusableJson(fault, 1, 2, "name"))
    assert words.endswith(".")
    assert "{" not in words


def test_a_response_format_is_chosen_and_its_schema_checked(fields: ParameterFields) -> None:
    field = fields.response_format
    told: list[GenerationParams] = []
    fields.edited.connect(told.append)
    field.choice.edited.emit("json_object")
    assert told[-1].response_format == {"type": "json_object"}
    field.choice.edited.emit("json_schema")
    assert len(told) == 1, "a schema that is not written yet changes nothing"
    assert not fields.finish()
    field.schema.edit.setPlainText('{"type": "string"}')
    schema = {"name": "answer", "schema": {"type": "string"}}
    assert told[-1].response_format == {"type": "json_schema", "json_schema": schema}
    field.choice.edited.emit(None)
    assert told[-1].response_format is None
    assert fields.finish()


def test_resetting_takes_back_what_was_begun(fields: ParameterFields) -> None:
    fields.extra.edit.setPlainText("{")
    fields.titles["extra"].reset_requested.emit()
    assert fields.extra.edit.toPlainText() == ""
    assert fields.finish()


def test_a_value_from_the_file_that_is_no_choice_is_shown_and_kept(fields: ParameterFields) -> None:
    params = GenerationParams(reasoning_effort="max", response_format={"type": "grammar", "grammar": "…"})
    fields.show_params(params)
    assert fields.reasoning_effort.currentText() == "max"
    assert fields.response_format.choice.currentText() == "grammar"
    assert fields.params == params


def test_a_format_from_the_file_can_be_chosen_again(fields: ParameterFields) -> None:
    grammar = {"type": "grammar", "grammar": "…"}
    fields.show_params(GenerationParams(response_format=grammar))
    fields.response_format.choice.edited.emit(None)
    fields.response_format.choice.edited.emit("grammar")
    assert fields.params.response_format == grammar


def test_what_would_take_seconds_to_be_laid_out_is_not_put_in(box: JsonEdit) -> None:
    box.edit.setPlainText('{"a": 1}')
    data = QMimeData()
    data.setText("x" * 5_000_000)
    box.edit.insertFromMimeData(data)
    assert box.edit.toPlainText() == '{"a": 1}'
    assert "longer" in box.edit.accessibleDescription()
    assert not box.problem, "what stands there can be used"
