"""Defaults for how a model answers."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from easychat_gui.domain.conversations import ContextPolicy
from easychat_gui.domain.generation import GenerationParams
from easychat_gui.settings.schema import Context, Settings
from easychat_gui.ui.gauge_popup import policy_words
from easychat_gui.ui.settings.page import Page
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.combo_box import ComboBox
from easychat_gui.ui.widgets.labels import faint, plain
from easychat_gui.ui.widgets.parameter_fields import DECIMALS, ParameterFields

TITLE_WIDTH = 192
SPIN_WIDTH = 74
FIELD_WIDTH = 140
TEXT_HEIGHT = 48

NARROW = 480
"""Below this width of the page a field stands under its words."""

QWIDGETSIZE_MAX = (1 << 24) - 1
"""Qt's limit, which PySide does not name."""


class _Row(NamedTuple):
    words: QWidget
    field: QWidget
    spin: QWidget | None


class GenerationPage(Page):
    """Sliders and numbers; what is set here holds for every conversation without values of its own."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.subtitle = self.tr(
            "Defaults for every new conversation. A conversation can override them in its side panel."
        )
        self._fields = ParameterFields(self, GenerationParams())
        self._fields.edited.connect(lambda _params: self.edited.emit())
        self._prompt = QPlainTextEdit()
        self._prompt.setObjectName("systemPromptEdit")
        self._prompt.setAccessibleName(self.tr("System prompt"))
        self._prompt.setToolTip(self.tr("What every model is told before a conversation begins"))
        self._prompt.setTabChangesFocus(True)
        self._prompt.textChanged.connect(self.edited)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Space.L)
        self._grid.setVerticalSpacing(Space.M)
        self._is_narrow = False
        self._grid.setColumnStretch(1, 1)
        self._rows: list[_Row] = []
        for name in DECIMALS:
            self._fields.spins[name].setFixedWidth(SPIN_WIDTH)
            self._add_row(name, self._fields.sliders[name], self._fields.spins[name])
        for name, field in (("max_tokens", self._fields.max_tokens), ("seed", self._fields.seed)):
            field.setFixedWidth(FIELD_WIDTH)
            self._add_row(name, field)
        self._add_row("stop", self._fields.stop)
        self._add_row("stream", self._fields.stream)
        for name, choice in (("reasoning_effort", self._fields.reasoning_effort), ("logprobs", self._fields.logprobs)):
            choice.setFixedWidth(FIELD_WIDTH)
            self._add_row(name, choice)
        self._add_row("response_format", self._fields.response_format)
        self._add_row("extra", self._fields.extra)
        self._add_words(self.tr("System prompt"), self.tr("what every model is told first"), self._prompt)
        self._policy = ComboBox()
        self._policy.setObjectName("defaultContextPolicyCombo")
        self._policy.setAccessibleName(self.tr("When a chat no longer fits"))
        self._policy.setToolTip(self.tr("What is done about messages that no longer fit what the model reads at once"))
        self._policy.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._policy.setMinimumContentsLength(8)
        for policy in ContextPolicy:
            self._policy.addItem(policy_words(policy), policy.value)
        self._policy.activated.connect(lambda _index: self.edited.emit())
        self._add_words(self.tr("When a chat no longer fits"), self.tr("the model's window"), self._policy)
        for edit in (self._fields.stop, self._prompt):
            edit.setFixedHeight(TEXT_HEIGHT)
        self._arrange()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(self._grid)
        rows.addStretch()

    def show_settings(self, settings: Settings) -> None:
        self._fields.forget_unfinished()
        self._fields.show_params(settings.generation)
        self._prompt.setPlainText(settings.system_prompt)
        self._policy.setCurrentIndex(self._policy.findData(settings.context.policy.value))

    def apply_to(self, settings: Settings) -> Settings:
        context = replace(settings.context, policy=ContextPolicy(self._policy.currentData()))
        prompt = self._prompt.toPlainText()
        return replace(settings, generation=self._fields.params, system_prompt=prompt, context=context)

    def reset(self, settings: Settings) -> Settings:
        context = replace(settings.context, policy=Context().policy)
        return replace(settings, generation=GenerationParams(), system_prompt="", context=context)

    def finish(self) -> bool:
        return self._fields.finish()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = event.size().width() < NARROW
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self._arrange()

    def _add_row(self, name: str, field: QWidget, spin: QWidget | None = None) -> None:
        explanation = faint(self._fields.words[name].explanation, -1.25)
        self._rows.append(_Row(_words(self._fields.titles[name], explanation), field, spin))

    def _add_words(self, title: str, explanation: str, field: QWidget) -> None:
        self._rows.append(_Row(_words(plain(title), faint(explanation, -1.25)), field, None))

    def _arrange(self) -> None:
        """Put what a row is about beside its field, or above it where there is little room."""
        grid, center = self._grid, Qt.AlignmentFlag.AlignVCenter
        grid.setColumnMinimumWidth(0, 0 if self._is_narrow else TITLE_WIDTH)
        for number, (words, field, spin) in enumerate(self._rows):
            for each in filter(None, (words, field, spin)):
                grid.removeWidget(each)
            is_small = field.maximumWidth() < QWIDGETSIZE_MAX
            align = center | Qt.AlignmentFlag.AlignLeft if is_small else center
            line = 2 * number
            if self._is_narrow:
                grid.addWidget(words, line, 0, 1, 3)
                line += 1
                grid.addWidget(field, line, 0, 1, 3 if spin is None else 2, align)
            else:
                grid.addWidget(words, line, 0, center)
                grid.addWidget(field, line, 1, align)
            if spin is not None:
                grid.addWidget(spin, line, 2)


def _words(title: QLabel, explanation: QLabel) -> QWidget:
    words = QWidget()
    column = QVBoxLayout(words)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for label in (title, explanation):
        label.setWordWrap(True)
        column.addWidget(label)
    return words
