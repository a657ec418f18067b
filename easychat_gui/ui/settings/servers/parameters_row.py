"""Default parameters of a server and of its models, and what those have turned out not to take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.domain.generation import GenerationParams, OwnParams
from easychat_gui.domain.ids import EndpointId
from easychat_gui.domain.lessons import Lesson
from easychat_gui.ui.count_words import counted
from easychat_gui.ui.settings.servers.learned_list import LearnedList
from easychat_gui.ui.settings.servers.row import FoldingRow
from easychat_gui.ui.widgets.combo_box import ComboBox
from easychat_gui.ui.widgets.labels import faint
from easychat_gui.ui.widgets.parameter_column import ParameterColumn
from easychat_gui.ui.widgets.parameter_fields import ParameterFields

SAVE_DELAY_MS = 400
"""A slider that is moved tells many values."""

MOST_MODELS = 500


class ParametersRow(FoldingRow):
    """Tells what is set; opens to the fields of all models, or of one that is chosen above them."""

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(endpoints, parent)
        self.introduce(self.tr("Parameters"), "serverParameters", self.tr("Defaults for the models of this server"))
        self._endpoint = Endpoint(EndpointId(""), "", "")
        self._params: OwnParams = {}
        self._model_params: dict[str, OwnParams] = {}
        self._model = ""
        """The one whose parameters are shown; empty: those of all."""

        self._models = ComboBox(self.body)
        self._models.setObjectName("parametersModel")
        self._models.setAccessibleName(self.tr("For which models"))
        self._models.setToolTip(self.tr("Values for one model hold over those for all of them"))
        self._models.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._models.setMinimumContentsLength(8)
        self._models.activated.connect(lambda _index: self._choose_model())
        self._fields: ParameterFields | None = None
        self._base = GenerationParams()
        self._shown: tuple[GenerationParams, GenerationParams, str] | None = None
        self._save_timer = QTimer(self, singleShot=True, interval=SAVE_DELAY_MS)
        self._save_timer.timeout.connect(self.edited)
        self._learned = LearnedList(self.body)
        self._learned.forget_requested.connect(self._forget)
        if endpoints.lessons is not None:
            endpoints.lessons().changed.connect(self._show_learned)
        self.opened.connect(self._make_fields)

    def show_endpoint(self, endpoint: Endpoint) -> None:
        self._save_timer.stop()
        if endpoint.id != self._endpoint.id:
            self._model = ""
        self._endpoint = endpoint
        self._params, self._model_params = dict(endpoint.params), dict(endpoint.model_params)
        self.refresh()

    def applied(self, endpoint: Endpoint) -> Endpoint:
        kept = {model: own for model, own in self._model_params.items() if own}
        return replace(endpoint, params=self._params, model_params=kept)

    def refresh(self) -> None:
        self._show_learned()
        if self._fields is not None and not self._models.view().isVisible():
            self._fill_models()
            self._show_fields()

    @property
    def problem(self) -> str:
        return super().problem or (self._fields.problem if self._fields is not None else "")

    def focus_problem(self) -> None:
        super().focus_problem()
        if self._fields is not None:
            self._column.unfold()
            self._fields.finish()

    # What it says

    def _show_words(self) -> None:
        parts = []
        if self._params:
            parts.append(counted(len(self._params), self.tr("1 set"), self.tr("{count} set")))
        if models := sum(bool(own) for own in self._model_params.values()):
            parts.append(counted(models, self.tr("own ones for 1 model"), self.tr("own ones for {count} models")))
        if lessons := len(self._lessons()):
            parts.append(counted(lessons, self.tr("1 not taken"), self.tr("{count} not taken")))
        self.show_summary(" · ".join(parts) or self.tr("as in the settings"))

    def _lessons(self) -> tuple[Lesson, ...]:
        return self.endpoints.lessons().of(self._endpoint.id) if self.endpoints.lessons is not None else ()

    def _show_learned(self) -> None:
        self._learned.show_lessons(self._lessons())
        self._show_words()

    def _forget(self, lesson: Lesson | None) -> None:
        if self.endpoints.lessons is not None:
            self.endpoints.lessons().forget(self._endpoint.id, lesson)

    # The fields

    def _make_fields(self) -> None:
        """Make them when the row is first opened: a dozen fields that few ever see."""
        if self._fields is not None:
            return
        self._fields = ParameterFields(self.body, GenerationParams(), look="pill")
        self._fields.edited.connect(self._on_edited)
        note = faint(self.tr("A chat or a preset that says otherwise has the last word."))
        note.setWordWrap(True)
        self.body_rows.addWidget(self._models)
        self._column = ParameterColumn(self._fields)
        self.body_rows.addWidget(self._column)
        self.body_rows.addWidget(note)
        self.body_rows.addWidget(self._learned)
        self.refresh()

    def _fill_models(self) -> None:
        known = dict.fromkeys([*self._model_params, *self.endpoints.models(self._endpoint.id)])
        wanted = ["", *list(known)[:MOST_MODELS]]
        if self._model not in wanted:
            wanted.append(self._model)
        if wanted != [self._models.itemData(row) for row in range(self._models.count())]:
            self._models.clear()
            for model in wanted:
                self._models.addItem(model or self.tr("All models of this server"), model)
        self._models.setCurrentIndex(self._models.findData(self._model))

    def _choose_model(self) -> None:
        self._model = str(self._models.currentData())
        self._show_fields()

    def _show_fields(self) -> None:
        if self._fields is None:
            return
        defaults = self.endpoints.generation_defaults()
        self._base = defaults.with_own(self._params) if self._model else defaults
        own: Mapping[str, object] = self._model_params.get(self._model, {}) if self._model else self._params
        shown = self._base.with_own(own), self._base, self._owner()
        if shown != self._shown:  # else a number that is being typed would be put back
            self._shown = shown
            self._fields.show_params(shown[0], shown[1], owner=shown[2])
            self._column.unfold_for(shown[2])

    def _owner(self) -> str:
        return f"{self._endpoint.id}/{self._model}"

    def _on_edited(self, params: GenerationParams) -> None:
        self._shown = params, self._base, self._owner()
        own = params.own_beside(self._base)
        if self._model:
            self._model_params[self._model] = own
        else:
            self._params = own
        self._show_words()
        self._save_timer.start()
