"""The fields for generation parameters, which the inspector and the settings dialog lay out each in their way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QLabel, QMenu, QPlainTextEdit, QWidget

from easychat_gui.domain.generation import PARAMETER_RANGES, GenerationParams
from easychat_gui.domain.presets import Origin
from easychat_gui.domain.typed_json import read_free_parameters
from easychat_gui.ui.widgets.buttons import IconButton
from easychat_gui.ui.widgets.check_box import CheckBox
from easychat_gui.ui.widgets.choice_fields import EFFORTS, ChoiceField, ResponseFormatField
from easychat_gui.ui.widgets.json_edit import JsonEdit
from easychat_gui.ui.widgets.labels import faint
from easychat_gui.ui.widgets.sliders import DecimalSlider
from easychat_gui.ui.widgets.spin_boxes import OptionalDoubleSpin, OptionalSpin

DECIMALS = ("temperature", "top_p", "presence_penalty", "frequency_penalty")
_OBJECT_NAMES = {
    "temperature": "temperature",
    "top_p": "topP",
    "presence_penalty": "presencePenalty",
    "frequency_penalty": "frequencyPenalty",
}
_UNSET: Mapping[str, Any] = {"stop": (), "extra": {}}
"""What stands for "not sent" where that is not None."""

LARGEST_SEED = 2**31 - 1
LARGEST_MAX_TOKENS = 10_000_000


@dataclass(frozen=True, slots=True)
class FieldWords:
    title: str
    explanation: str


class TitleLabel(QLabel):
    """The title of a field. A dot behind it says that the value is not the default; its menu resets or unsets it."""

    reset_requested = Signal()
    unset_requested = Signal()

    def __init__(self, words: FieldWords, *, can_be_unset: bool, parent: QWidget | None = None) -> None:
        super().__init__(words.title, parent)
        self._title = words.title
        self._can_be_unset = can_be_unset
        self._explanation = words.explanation
        self.setToolTip(words.explanation)

    def show_origin(self, sentence: str) -> None:
        """Say, besides the explanation, where the value comes from."""
        self.setToolTip("\n".join(filter(None, (self._explanation, sentence))))

    def set_changed(self, *, is_changed: bool) -> None:
        self.setText(f"{self._title} •" if is_changed else self._title)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction(self.tr("Reset to the default"), self.reset_requested.emit)
        if self._can_be_unset:
            menu.addAction(self.tr("Do not send"), self.unset_requested.emit)
        menu.exec(event.globalPos())


class ResetButton(IconButton):
    """Takes a changed value back, beside its title; for the keyboard, and for whoever does not think of the menu."""

    SIDE = 22

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__("history", "", parent, side=self.SIDE, icon_side=14)
        self.setProperty("look", "small")
        self.set_words(self.tr("Reset {name}").format(name=title))
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self.hide()


class ParameterFields(QObject):
    """All fields and the `GenerationParams` that they show. ``edited`` when the person changed one.

    ``defaults`` is what "reset" goes back to and what a changed value is measured against.
    """

    edited = Signal(object)

    def __init__(self, parent: QWidget, defaults: GenerationParams, *, look: str = "") -> None:
        super().__init__(parent)
        self._defaults = defaults
        self._params = defaults
        self._owner = ""
        self._resets: dict[str, ResetButton] = {}
        self.words = self._make_words()
        self.titles = {
            name: TitleLabel(words, can_be_unset=name != "stream", parent=parent) for name, words in self.words.items()
        }
        self._origins: dict[str, QLabel] = {}
        self.sliders: dict[str, DecimalSlider] = {}
        self.spins: dict[str, OptionalDoubleSpin] = {}
        for name in DECIMALS:
            self._make_decimal(name, parent)
        self.max_tokens = OptionalSpin(1, LARGEST_MAX_TOKENS, self.tr("auto"), parent)
        self.seed = OptionalSpin(0, LARGEST_SEED, self.tr("random"), parent)
        self.stop = QPlainTextEdit(parent)
        self.stream = CheckBox(parent)
        not_sent = self.tr("not sent")
        self.reasoning_effort = ChoiceField([(not_sent, None), *((each, each) for each in EFFORTS)], parent)
        self.logprobs = ChoiceField([(not_sent, None), (self.tr("yes"), True), (self.tr("no"), False)], parent)
        self.response_format = ResponseFormatField(parent)
        self.extra = JsonEdit(read_free_parameters, parent=parent)
        self._finish(look)
        self.show_params(defaults)

    @property
    def params(self) -> GenerationParams:
        return self._params

    def reset_button(self, name: str) -> ResetButton:
        """Return a button that resets this field and is seen only while it is changed, to be laid out by the caller."""
        button = self._resets.get(name)
        if button is None:
            button = self._resets[name] = ResetButton(self.words[name].title, self.titles[name].parentWidget())
            button.setObjectName(f"{name}Reset")
            button.clicked.connect(self.titles[name].reset_requested)
        return button

    @property
    def problem(self) -> str:
        """What is wrong with what was typed; empty when nothing is."""
        wrong = self._unusable()
        return wrong.problem if wrong is not None else ""

    def finish(self) -> bool:
        """Return whether all that was typed can be used; if not, put the cursor where it cannot."""
        wrong = self._unusable()
        if wrong is not None:
            wrong.edit.setFocus()
        return wrong is None

    def forget_unfinished(self) -> None:
        """Drop what was typed and cannot be used."""
        self.response_format.forget_unfinished()
        self.extra.forget_unfinished()

    def _unusable(self) -> JsonEdit | None:
        boxes = (self.response_format.schema, self.extra)
        return next((box for box in boxes if box.problem and not box.isHidden()), None)

    def origin_label(self, name: str) -> QLabel:
        """Return a label, seen only while a value is neither set here nor from the settings, that says where from; to
        be laid out by the caller below the title."""
        label = self._origins.get(name)
        if label is None:
            label = self._origins[name] = faint("", -1.25)
            label.setParent(self.titles[name].parentWidget())
            label.hide()
        return label

    def show_params(
        self,
        params: GenerationParams,
        defaults: GenerationParams | None = None,
        origins: Mapping[str, Origin] | None = None,
        *,
        owner: str | None = None,
    ) -> None:
        """Show these values without telling them as a change.

        ``origins`` say where they come from, ``owner`` whose they are: to that belongs what is typed and not finished.
        """
        self._defaults = defaults or self._defaults
        self._params = params
        self._owner = self._owner if owner is None else owner
        if origins is not None:
            self._show_origins(origins)
        self.reasoning_effort.show_value(params.reasoning_effort)
        self.logprobs.show_value(params.logprobs)
        self.response_format.show_value(params.response_format, self._owner)
        self.extra.show_value(params.extra, self._owner)
        for name in DECIMALS:
            value = getattr(params, name)
            self.sliders[name].set_decimal(value)
            self.spins[name].set_optional(value)
        self.max_tokens.set_optional(params.max_tokens)
        self.seed.set_optional(params.seed)
        if _stop_sequences(self.stop.toPlainText()) != params.stop:
            was_blocked = self.stop.blockSignals(True)
            self.stop.setPlainText("\n".join(params.stop))
            self.stop.blockSignals(was_blocked)
        was_blocked = self.stream.blockSignals(True)
        self.stream.setChecked(params.stream)
        self.stream.blockSignals(was_blocked)
        self._mark_changed()

    def _make_words(self) -> dict[str, FieldWords]:
        return {
            "temperature": FieldWords(self.tr("Temperature"), self.tr("0 = always the likeliest word, 2 = wild")),
            "top_p": FieldWords(
                self.tr("Top p"), self.tr("sample from the likeliest words whose chances add up to this")
            ),
            "presence_penalty": FieldWords(self.tr("Presence penalty"), self.tr("above 0: talk about new things")),
            "frequency_penalty": FieldWords(self.tr("Frequency penalty"), self.tr("above 0: repeat words less")),
            "max_tokens": FieldWords(self.tr("Max tokens"), self.tr("longest answer; empty = the server decides")),
            "seed": FieldWords(self.tr("Seed"), self.tr("the same number gives the same answer, where supported")),
            "stop": FieldWords(self.tr("Stop sequences"), self.tr("one a line")),
            "stream": FieldWords(self.tr("Stream the answer"), self.tr("off = show it when it is complete")),
            "reasoning_effort": FieldWords(self.tr("Reasoning effort"), self.tr("how long a model may think")),
            "logprobs": FieldWords(
                self.tr("Word probabilities"), self.tr("logprobs: tell how likely each piece of the answer was")
            ),
            "response_format": FieldWords(self.tr("Response format"), self.tr("the form in which the answer comes")),
            "extra": FieldWords(self.tr("Other parameters"), self.tr("JSON that goes into the request as it stands")),
        }

    def _make_decimal(self, name: str, parent: QWidget) -> None:
        limits = PARAMETER_RANGES[name]
        slider = DecimalSlider(limits.minimum, limits.maximum, parent)
        spin = OptionalDoubleSpin(name, self.tr("not sent"), parent)
        slider.setObjectName(f"{_OBJECT_NAMES[name]}Slider")
        spin.setObjectName(f"{_OBJECT_NAMES[name]}Spin")
        slider.decimal_changed.connect(lambda value: self._set(name, round(value, 2)))
        spin.edited.connect(lambda value: self._set(name, value))
        self.sliders[name] = slider
        self.spins[name] = spin

    def _finish(self, look: str) -> None:
        names = {
            "max_tokens": "maxTokensSpin",
            "seed": "seedSpin",
            "stop": "stopEdit",
            "stream": "streamCheck",
            "reasoning_effort": "reasoningEffortCombo",
            "logprobs": "logprobsCombo",
            "response_format": "responseFormatCombo",
            "extra": "otherParametersEdit",
        }
        fields: dict[str, list[QWidget]] = {name: [self.sliders[name], self.spins[name]] for name in DECIMALS}
        fields |= {"max_tokens": [self.max_tokens], "seed": [self.seed], "stop": [self.stop], "stream": [self.stream]}
        fields |= {"reasoning_effort": [self.reasoning_effort], "logprobs": [self.logprobs]}
        fields |= {"response_format": [self.response_format.choice], "extra": [self.extra.edit]}
        for name, widgets in fields.items():
            for widget in widgets:
                widget.setAccessibleName(self.words[name].title)
                widget.setAccessibleDescription(self.words[name].explanation)
                widget.setToolTip(self._hint(name))
                if name in names:
                    widget.setObjectName(names[name])
                if look and isinstance(widget, OptionalDoubleSpin | OptionalSpin):
                    widget.setProperty("look", look)
            title = self.titles[name]
            title.setBuddy(widgets[-1])
            title.reset_requested.connect(lambda name=name: self._reset(name, getattr(self._defaults, name)))
            title.unset_requested.connect(lambda name=name: self._reset(name, _UNSET.get(name)))
        self.stop.setTabChangesFocus(True)
        self.max_tokens.edited.connect(lambda value: self._set("max_tokens", value))
        self.seed.edited.connect(lambda value: self._set("seed", value))
        self.stop.textChanged.connect(lambda: self._set("stop", _stop_sequences(self.stop.toPlainText())))
        self.stream.toggled.connect(lambda value: self._set("stream", value))
        self.reasoning_effort.edited.connect(lambda value: self._set("reasoning_effort", value))
        self.logprobs.edited.connect(lambda value: self._set("logprobs", value))
        self.response_format.edited.connect(lambda value: self._set("response_format", value))
        self.extra.edited.connect(lambda value: self._set("extra", value))
        self.response_format.schema.introduce(
            self.tr("JSON schema"),
            "responseSchemaEdit",
            self.tr("The JSON schema that an answer follows"),
            '{"type": "object", "properties": {…}}',
        )
        self.extra.edit.setPlaceholderText('{"top_k": 40}')

    def _hint(self, name: str) -> str:
        words = self.words[name].explanation
        if name in ("stream", "reasoning_effort", "logprobs", "response_format"):
            return words
        return self.tr("{explanation}. Clear the field to leave it out of the request.").format(explanation=words)

    def _set(self, name: str, value: Any) -> None:
        params = replace(self._params, **{name: value})
        if params != self._params:
            self.show_params(params)
            self.edited.emit(params)

    def _reset(self, name: str, value: Any) -> None:
        for field, its_name in ((self.response_format, "response_format"), (self.extra, "extra")):
            if name == its_name:
                field.forget_unfinished()
        self.show_params(self._params)
        self._set(name, value)

    def _show_origins(self, origins: Mapping[str, Origin]) -> None:
        words = {
            Origin.PRESET: self.tr("from the preset"),
            Origin.MODEL: self.tr("from the model"),
            Origin.SERVER: self.tr("from the server"),
        }
        for name, title in self.titles.items():
            origin = origins.get(name, Origin.SETTINGS)
            title.show_origin(self._origin_sentence(origin))
            if name in self._origins:
                self._origins[name].setText(words.get(origin, ""))
                self._origins[name].setVisible(origin in words)

    def _origin_sentence(self, origin: Origin) -> str:
        match origin:
            case Origin.CONVERSATION:
                return self.tr("Set in this conversation.")
            case Origin.PRESET:
                return self.tr("Set by the preset.")
            case Origin.MODEL:
                return self.tr("Set for this model, with its server.")
            case Origin.SERVER:
                return self.tr("Set for all models of this server.")
            case Origin.SETTINGS:
                return self.tr("From the settings.")

    def _mark_changed(self) -> None:
        for name, title in self.titles.items():
            is_changed = getattr(self._params, name) != getattr(self._defaults, name)
            title.set_changed(is_changed=is_changed)
            if name in self._resets:
                self._resets[name].setVisible(is_changed)


def _stop_sequences(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.split("\n") if line)
