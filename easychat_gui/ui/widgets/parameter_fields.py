"""The fields for generation parameters, which the inspector and the settings dialog lay out each in their way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QLabel, QMenu, QPlainTextEdit, QWidget

from easychat_gui.domain.generation import PARAMETER_RANGES, GenerationParams
from easychat_gui.ui.widgets.buttons import IconButton
from easychat_gui.ui.widgets.check_box import CheckBox
from easychat_gui.ui.widgets.sliders import DecimalSlider
from easychat_gui.ui.widgets.spin_boxes import OptionalDoubleSpin, OptionalSpin

DECIMALS = ("temperature", "top_p", "presence_penalty", "frequency_penalty")
_OBJECT_NAMES = {
    "temperature": "temperature",
    "top_p": "topP",
    "presence_penalty": "presencePenalty",
    "frequency_penalty": "frequencyPenalty",
}
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
        self.setToolTip(words.explanation)

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
        self._resets: dict[str, ResetButton] = {}
        self.words = self._make_words()
        self.titles = {
            name: TitleLabel(words, can_be_unset=name != "stream", parent=parent) for name, words in self.words.items()
        }
        self.sliders: dict[str, DecimalSlider] = {}
        self.spins: dict[str, OptionalDoubleSpin] = {}
        for name in DECIMALS:
            self._make_decimal(name, parent)
        self.max_tokens = OptionalSpin(1, LARGEST_MAX_TOKENS, self.tr("auto"), parent)
        self.seed = OptionalSpin(0, LARGEST_SEED, self.tr("random"), parent)
        self.stop = QPlainTextEdit(parent)
        self.stream = CheckBox(parent)
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

    def show_params(self, params: GenerationParams, defaults: GenerationParams | None = None) -> None:
        """Show these values without telling them as a change."""
        self._defaults = defaults or self._defaults
        self._params = params
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
        names = {"max_tokens": "maxTokensSpin", "seed": "seedSpin", "stop": "stopEdit", "stream": "streamCheck"}
        fields: dict[str, list[QWidget]] = {name: [self.sliders[name], self.spins[name]] for name in DECIMALS}
        fields |= {"max_tokens": [self.max_tokens], "seed": [self.seed], "stop": [self.stop], "stream": [self.stream]}
        for name, widgets in fields.items():
            for widget in widgets:
                widget.setAccessibleName(self.words[name].title)
                widget.setAccessibleDescription(self.words[name].explanation)
                widget.setToolTip(self._hint(name))
                if name in names:
                    widget.setObjectName(names[name])
                if look and not isinstance(widget, QPlainTextEdit | CheckBox | DecimalSlider):
                    widget.setProperty("look", look)
            title = self.titles[name]
            title.setBuddy(widgets[-1])
            title.reset_requested.connect(lambda name=name: self._set(name, getattr(self._defaults, name)))
            title.unset_requested.connect(lambda name=name: self._set(name, () if name == "stop" else None))
        self.stop.setTabChangesFocus(True)
        self.max_tokens.edited.connect(lambda value: self._set("max_tokens", value))
        self.seed.edited.connect(lambda value: self._set("seed", value))
        self.stop.textChanged.connect(lambda: self._set("stop", _stop_sequences(self.stop.toPlainText())))
        self.stream.toggled.connect(lambda value: self._set("stream", value))

    def _hint(self, name: str) -> str:
        words = self.words[name].explanation
        if name == "stream":
            return words
        return self.tr("{explanation}. Clear the field to leave it out of the request.").format(explanation=words)

    def _set(self, name: str, value: Any) -> None:
        params = replace(self._params, **{name: value})
        if params != self._params:
            self.show_params(params)
            self.edited.emit(params)

    def _mark_changed(self) -> None:
        for name, title in self.titles.items():
            is_changed = getattr(self._params, name) != getattr(self._defaults, name)
            title.set_changed(is_changed=is_changed)
            if name in self._resets:
                self._resets[name].setVisible(is_changed)


def _stop_sequences(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.split("\n") if line)
