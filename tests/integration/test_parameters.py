"""Parameters through the window: what goes over the wire, what a model refuses, and what is remembered of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QListView,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from easychat_gui.app import Program
from easychat_gui.domain.endpoints import Endpoint, EndpointKind, Pool
from easychat_gui.domain.generation import GenerationParams
from easychat_gui.domain.ids import EndpointId, new_preset_id
from easychat_gui.domain.lessons import Lesson
from easychat_gui.domain.messages import Adaptation, Message
from easychat_gui.domain.presets import Preset
from easychat_gui.ui.main_window import MainWindow
from easychat_gui.ui.settings.servers.parameters_row import ParametersRow
from tests.fakes.misbehaving_server import (
    DONE,
    Connection,
    MisbehavingServer,
    Script,
    event,
    good_stream,
    json_answer,
    stream,
)
from tests.integration.conftest import OpenWindow, part
from tests.integration.test_accessibility import lacking
from tests.integration.test_conversation_with_a_server import send, wait_for_end
from tests.integration.test_settings_dialog import click, open_dialog

MINE = EndpointId("mine")
TOP_P = {"top_p": "Unsupported parameter: 'top_p' is not supported with this model."}
OLD_NAME = {"max_tokens": "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."}


def picky(refusals: Mapping[str, str]) -> Script:
    """Answer, but for questions that carry one of these parameters."""

    def serve(connection: Connection) -> None:
        request = connection.server.requests[-1]
        if request.method == "GET":
            json_answer({"data": [{"id": "m"}]})(connection)
            return
        for name, sentence in refusals.items():
            if name in request.json:
                json_answer({"error": {"message": sentence, "param": name}}, "400 Bad Request")(connection)
                return
        good_stream("Good", " day.")(connection)

    return serve


def program_of(window: MainWindow) -> Program:
    program = window.findChild(Program)
    assert program is not None
    return program


def use(window: MainWindow, server: MisbehavingServer, model: str = "m", **fields: Any) -> Endpoint:
    """Add a server to the settings and ask it from now on."""
    endpoint = Endpoint(MINE, "Mine", server.url, **fields)
    program_of(window).endpoints.save(endpoint, None)
    window.header.picker.chosen.emit(endpoint.id, model)
    return endpoint


def set_own(window: MainWindow, **own: Any) -> None:
    """Set parameters in the conversation that is shown."""
    presets = program_of(window).presets
    presets.set_params(presets.defaults().params.with_own(own))


def bodies(server: MisbehavingServer) -> list[dict[str, Any]]:
    return [each.json for each in server.requests if each.method == "POST"]


def ask(qtbot: QtBot, window: MainWindow, text: str = "Hi") -> Message:
    """Send a question and return the answer."""
    count = window.conversation_view.message_count()
    send(qtbot, window, text)
    qtbot.waitUntil(lambda: window.conversation_view.message_count() > count, timeout=10_000)
    wait_for_end(qtbot, window)
    return program_of(window).conversations.branch()[-1]


def told(qtbot: QtBot, window: MainWindow) -> str:
    """Return what stands below the last answer."""
    window.show()
    view = window.conversation_view
    qtbot.waitUntil(lambda: view.rows.row(view.message_count() - 1).is_open, timeout=10_000)
    row = view.rows.row(view.message_count() - 1)
    return view.words.adapted(row.message) if row.places().adapted > 0 else ""


def lessons(window: MainWindow) -> list[Lesson]:
    return list(program_of(window).lessons.of(MINE))


def test_a_refused_parameter_is_left_out_told_and_remembered_over_a_restart(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    with MisbehavingServer(picky(TOP_P)) as server:
        window = open_window(tmp_path / "data")
        use(window, server)
        set_own(window, top_p=0.9)  # 1 is the same as nothing, and not missed
        answer = ask(qtbot, window)
        assert answer.text == "Good day."
        assert ["top_p" in body for body in bodies(server)] == [True, False]
        assert told(qtbot, window) == "m does not take top_p; asked without it."
        window.close()

        again = open_window(tmp_path / "data")
        qtbot.waitUntil(lambda: bool(lessons(again)), timeout=10_000)
        again.sidebar.conversation_chosen.emit(answer.conversation_id)
        qtbot.waitUntil(lambda: again.conversation_view.message_count() == 2, timeout=10_000)
        assert told(qtbot, again) == "m does not take top_p; asked without it."
        ask(qtbot, again, "And now?")
        assert len(bodies(server)) == 3, "asked once only"
        assert "top_p" not in bodies(server)[-1]
        assert told(qtbot, again) == "m does not take top_p; asked without it."


def test_what_was_learned_can_be_forgotten_for_good(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    with MisbehavingServer(picky(TOP_P)) as server:
        window = open_window(tmp_path / "data")
        use(window, server)
        ask(qtbot, window)
        program_of(window).lessons.forget(MINE, lessons(window)[0])
        window.close()
        again = open_window(tmp_path / "data")
        again.header.picker.chosen.emit(MINE, "m")
        ask(qtbot, again, "And now?")
        assert ["top_p" in body for body in bodies(server)] == [True, False, True, False]


def test_another_address_is_another_server(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(picky(TOP_P)) as server, MisbehavingServer(picky({})) as other:
        window = open_window()
        use(window, server)
        ask(qtbot, window)
        assert lessons(window) == [Lesson("m", "top_p")]
        use(window, other)
        assert lessons(window) == []
        ask(qtbot, window)
        assert "top_p" in bodies(other)[0]


def test_a_newer_name_is_told_once(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(picky(OLD_NAME)) as server:
        window = open_window()
        use(window, server)
        program_of(window).presets.set_params(program_of(window).presets.defaults().params.with_own({"max_tokens": 99}))
        answer = ask(qtbot, window)
        assert answer.adapted == (Adaptation("max_tokens", renamed_to="max_completion_tokens"),)
        assert told(qtbot, window) == "m wants max_completion_tokens in place of max_tokens."
        assert bodies(server)[-1]["max_completion_tokens"] == 99
        assert ask(qtbot, window, "And now?").adapted == ()
        assert bodies(server)[-1]["max_completion_tokens"] == 99


def test_an_api_without_a_parameter_says_so_in_the_message(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(picky({})) as server:
        window = open_window()
        use(window, server, kind=EndpointKind.RESPONSES)
        set_own(window, seed=7)
        ask(qtbot, window)
        assert "seed" not in bodies(server)[0]
        assert told(qtbot, window) == "m does not take seed; asked without it."


def test_each_level_holds_over_the_one_below_on_the_wire(qtbot: QtBot, open_window: OpenWindow) -> None:
    """Conversation, preset, model, server, settings: taken away one after the other."""
    with MisbehavingServer(picky({})) as server:
        window = open_window()
        program = program_of(window)
        own = {"m": {"temperature": 0.3, "top_p": 0.3, "seed": 3}}
        use(window, server, params={"temperature": 0.2, "top_p": 0.2, "seed": 2, "max_tokens": 2}, model_params=own)
        program.settings.apply(replace(program.settings.current, generation=GenerationParams(presence_penalty=0.1)))
        preset = Preset(new_preset_id(), "Mine", params={"temperature": 0.4, "top_p": 0.4})
        program.presets.save(preset)
        program.presets.choose(preset.id)
        program.presets.set_params(
            program.presets.base_for(program.conversations.current).params.with_own({"temperature": 0.5})
        )
        ask(qtbot, window)
        names = ("temperature", "top_p", "seed", "max_tokens", "presence_penalty")
        assert [bodies(server)[-1].get(name) for name in names] == [0.5, 0.4, 3, 2, 0.1]
        assert origins(window) == {
            "temperature": "",
            "top_p": "from the preset",
            "seed": "from the model",
            "max_tokens": "from the server",
        }

        program.presets.reset_all()
        program.presets.choose(None)
        ask(qtbot, window)
        assert [bodies(server)[-1].get(name) for name in names] == [0.3, 0.3, 3, 2, 0.1]
        assert origins(window)["top_p"] == "from the model"

        window.header.picker.chosen.emit(MINE, "other")
        ask(qtbot, window)
        assert [bodies(server)[-1].get(name) for name in names] == [0.2, 0.2, 2, 2, 0.1]
        assert bodies(server)[-1]["model"] == "other"
        assert origins(window)["top_p"] == "from the server"


def test_not_sent_on_a_higher_level_is_not_sent(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(picky({})) as server:
        window = open_window()
        use(window, server, params={"seed": 2, "logprobs": True, "reasoning_effort": "low", "extra": {"top_k": 4}})
        ask(qtbot, window)
        expected = {"seed": 2, "logprobs": True, "reasoning_effort": "low", "top_k": 4}
        assert bodies(server)[-1].items() >= expected.items()
        set_own(window, seed=None, logprobs=None, reasoning_effort=None, extra={})
        ask(qtbot, window)
        assert not expected.keys() & bodies(server)[-1].keys()


def test_every_parameter_can_be_set_in_the_panel_and_arrives(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(picky({})) as server:
        window = open_window()
        use(window, server)
        inspector = window.inspector
        QTest.mouseClick(part(window, "moreParametersButton"), Qt.MouseButton.LeftButton)
        for name, words in {
            "reasoningEffortCombo": "high",
            "logprobsCombo": "yes",
            "responseFormatCombo": "JSON",
        }.items():
            combo = inspector.findChild(QComboBox, name)
            assert combo is not None
            row = combo.findText(words)
            combo.setCurrentIndex(row)
            combo.activated.emit(row)
        other = inspector.findChild(QPlainTextEdit, "otherParametersEdit")
        assert other is not None
        other.setPlainText('{"top_k": 40, "nested": {"a": [1, null]}}')
        ask(qtbot, window)
        assert (
            bodies(server)[-1].items()
            >= {
                "reasoning_effort": "high",
                "logprobs": True,
                "response_format": {"type": "json_object"},
                "top_k": 40,
                "nested": {"a": [1, None]},
            }.items()
        )


def origins(window: MainWindow) -> dict[str, str]:
    """Return what the panel says of where values come from."""
    fields = window.inspector._fields
    labels = {name: fields.origin_label(name) for name in ("temperature", "top_p", "seed", "max_tokens")}
    return {name: "" if label.isHidden() else label.text() for name, label in labels.items()}


def test_values_of_a_server_and_of_a_model_are_set_on_its_page(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(picky({})) as server:
        window = open_window()
        use(window, server)
        ask(qtbot, window)
        dialog = open_dialog(window, "Servers")
        row = opened_row(dialog)
        row.findChild(QDoubleSpinBox, "temperatureSpin").setValue(0.9)  # type: ignore[union-attr]
        models = row.findChild(QComboBox, "parametersModel")
        assert models is not None
        models.setCurrentIndex(models.findData("m"))
        models.activated.emit(models.currentIndex())
        assert row.findChild(QDoubleSpinBox, "temperatureSpin").value() == 0.9, "follows the server"  # type: ignore[union-attr]
        row.findChild(QDoubleSpinBox, "topPSpin").setValue(0.4)  # type: ignore[union-attr]
        assert row.summary == "1 set · own ones for 1 model"
        click(dialog, "serversDoneButton")
        endpoint = program_of(window).settings.current.endpoints[0]
        assert (endpoint.params, endpoint.model_params) == ({"temperature": 0.9}, {"m": {"top_p": 0.4}})
        ask(qtbot, window)
        assert (bodies(server)[-1]["temperature"], bodies(server)[-1]["top_p"]) == (0.9, 0.4)


def test_what_was_learned_is_shown_with_its_server_and_can_be_forgotten(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(picky(TOP_P)) as server:
        window = open_window()
        use(window, server)
        ask(qtbot, window)
        dialog = open_dialog(window, "Servers")
        row = opened_row(dialog)
        window.show()
        assert lacking(dialog.findChildren(QWidget)) == ""
        assert row.summary == "1 not taken"
        assert "m: without top_p" in [label.text() for label in row.findChildren(QLabel)]
        forget = row.findChild(QPushButton, "forgetButton")
        assert forget is not None
        forget.click()
        assert row.summary == "as in the settings"
        click(dialog, "serversDoneButton")
        ask(qtbot, window)
        assert ["top_p" in body for body in bodies(server)] == [True, False, True, False]


def test_other_parameters_that_are_no_json_keep_the_page_open(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(picky({})) as server:
        window = open_window()
        use(window, server)
        dialog = open_dialog(window, "Servers")
        row = opened_row(dialog)
        other = row.findChild(QPlainTextEdit, "otherParametersEdit")
        assert other is not None
        other.setPlainText("{'top_k': 1}")
        click(dialog, "serversDoneButton")
        assert "double quotes" in row.problem
        assert program_of(window).settings.current.endpoints[0].params == {}
        other.setPlainText('{"top_k": 1}')
        click(dialog, "serversDoneButton")
        assert program_of(window).settings.current.endpoints[0].params == {"extra": {"top_k": 1}}


def opened_row(dialog: QWidget) -> ParametersRow:
    row = dialog.findChild(ParametersRow)
    assert row is not None
    row.button.setChecked(True)
    return row


def test_probabilities_are_kept_over_a_restart_and_shown(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    def serve(connection: Connection) -> None:
        if connection.server.requests[-1].method == "GET":
            json_answer({"data": [{"id": "m"}]})(connection)
            return
        told = [{"token": "Good", "logprob": -0.1, "top_logprobs": [{"token": "Bad", "logprob": -3}]}]
        choice = {"delta": {"content": "Good"}, "finish_reason": "stop", "logprobs": {"content": told}}
        stream(event({"choices": [choice]}), DONE)(connection)

    with MisbehavingServer(serve) as server:
        window = open_window(tmp_path / "data")
        use(window, server, params={"logprobs": True})
        answer = ask(qtbot, window)
        assert bodies(server)[0]["logprobs"] is True
        window.close()

        again = open_window(tmp_path / "data")
        again.sidebar.conversation_chosen.emit(answer.conversation_id)
        qtbot.waitUntil(lambda: again.conversation_view.message_count() == 2, timeout=10_000)
        menu = QMenu()
        again.conversation_view.fill_message_menu(menu, answer.id)
        next(each for each in menu.actions() if each.text() == "Word probabilities…").trigger()
        qtbot.waitUntil(lambda: again.findChild(QListView, "chancesList") is not None, timeout=10_000)
        shown = again.findChild(QListView, "chancesList")
        assert shown is not None
        assert shown.model().index(0, 0).data() == "Good: 90 %, else Bad 5.0 %"
        again.show()
        assert lacking(again.findChildren(QWidget)) == ""
        menu.deleteLater()


def test_in_a_pool_the_server_that_answers_has_its_own_values(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(picky({})) as server:
        window = open_window()
        use(window, server, params={"temperature": 0.9, "top_p": 0.9})
        pool = Pool(EndpointId("pool"), "Both", (MINE,))
        program_of(window).endpoints.save_pool(pool)
        window.header.picker.chosen.emit(pool.id, "m")
        set_own(window, top_p=0.3)
        ask(qtbot, window)
        assert (bodies(server)[-1]["temperature"], bodies(server)[-1]["top_p"]) == (0.9, 0.3)


def test_tab_reaches_every_field_of_a_preset_once(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    window.show()
    presets = program_of(window).presets
    qtbot.waitUntil(lambda: bool(presets.presets), timeout=10_000)
    window._flows.manage_presets(presets)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None, timeout=10_000)
    reached: list[str] = []
    while (name := focused().objectName()) not in reached:
        reached.append(name)
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
    assert name == reached[0], "it comes round"
    fields = ["seedSpin", "streamCheck", "stopEdit", "reasoningEffortCombo", "logprobsCombo", "responseFormatCombo"]
    assert reached[-8:] == [*fields, "otherParametersEdit", "presetsDoneButton"]


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget
