"""The panel at the right: how the model answers in this conversation."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from easychat_gui.domain.generation import GenerationParams
from easychat_gui.domain.presets import Guidance
from easychat_gui.ui.preset_picker import PresetPicker
from easychat_gui.ui.theme import Size, Space
from easychat_gui.ui.widgets.buttons import IconButton
from easychat_gui.ui.widgets.labels import faint, heading, muted
from easychat_gui.ui.widgets.parameter_column import ParameterColumn
from easychat_gui.ui.widgets.parameter_fields import FieldWords, ParameterFields, ResetButton, TitleLabel
from easychat_gui.ui.widgets.region import Region

SYSTEM_PROMPT_HEIGHT = 84


class Inspector(Region, QFrame):
    """``params_edited(GenerationParams)`` and ``system_prompt_edited(str)`` when the person changed something;
    ``system_prompt_reset``, ``model_reset`` and ``all_reset`` to follow the preset or the settings again.

    ``presets`` is the field at the top, with signals of its own.
    """

    params_edited = Signal(object)
    system_prompt_edited = Signal(str)
    system_prompt_reset = Signal()
    model_reset = Signal()
    all_reset = Signal()

    def __init__(self, defaults: GenerationParams, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setAccessibleName(self.tr("This conversation"))
        self.setToolTip(self.tr("How the model answers in this conversation"))
        self.setProperty("look", "inspector")
        self.setFixedWidth(Size.INSPECTOR)
        self.presets = PresetPicker()
        self._fields = ParameterFields(self, defaults, look="pill")
        self._fields.edited.connect(self.params_edited)
        self._model_title, self._model_reset = self._row_of(
            self.tr("Model"), self.tr("this chat asks another model than its preset says"), self.model_reset
        )
        self._model_reset.setObjectName("modelReset")
        self._model_row = QWidget(self)
        self._model_row.hide()
        self._prompt_title, self._prompt_reset = self._row_of(
            self.tr("System prompt"), self.tr("what the model is told first"), self.system_prompt_reset
        )
        self._prompt_reset.setObjectName("systemPromptReset")
        self._system_prompt = QPlainTextEdit()
        self._system_prompt.setObjectName("systemPromptEdit")
        self._system_prompt.setFixedHeight(SYSTEM_PROMPT_HEIGHT)
        self._system_prompt.setTabChangesFocus(True)
        self._system_prompt.setAccessibleName(self.tr("System prompt"))
        self._system_prompt.setToolTip(self.tr("What the model is told before the conversation begins"))
        self._system_prompt.setPlaceholderText(self.tr("None"))
        self._system_prompt.textChanged.connect(
            lambda: self.system_prompt_edited.emit(self._system_prompt.toPlainText())
        )
        self._column = ParameterColumn(self._fields)
        self._reset_all = QPushButton()
        self._reset_all.setObjectName("resetAllButton")
        self._reset_all.setAutoDefault(False)
        self._reset_all.clicked.connect(self._fields.forget_unfinished)
        self._reset_all.clicked.connect(self.all_reset)
        self._lay_out()

    def show_guidance(
        self, guidance: Guidance, base: Guidance, *, has_preset: bool, own_model: str, owner: str = ""
    ) -> None:
        """Show what holds for the conversation ``owner``, with a dot at what differs from what it could follow.

        ``own_model`` names the model where it is another than the preset's; empty otherwise.
        """
        self._fields.show_params(guidance.params, base.params, guidance.origins, owner=owner)
        self._column.unfold_for(owner)
        shown, prompt = self._system_prompt.toPlainText(), guidance.system_prompt
        if prompt != shown and (prompt or shown.strip()):
            with QSignalBlocker(self._system_prompt):
                self._system_prompt.setPlainText(prompt)
        has_own_prompt = prompt != base.system_prompt
        self._prompt_title.set_changed(is_changed=has_own_prompt)
        self._prompt_reset.setVisible(has_own_prompt)
        self._model_title.set_changed(is_changed=bool(own_model))
        self._model_title.setToolTip(own_model)
        self._model_row.setVisible(bool(own_model))
        self._model_reset.show()
        words = self.tr("Reset to preset") if has_preset else self.tr("Follow the settings")
        self._reset_all.setText(words)
        self._reset_all.setAccessibleName(words)
        self._reset_all.setToolTip(self.tr("Take back everything that shows a dot"))
        self._reset_all.setVisible(guidance != base or bool(own_model))

    def _row_of(self, title: str, explanation: str, reset: SignalInstance) -> tuple[TitleLabel, ResetButton]:
        label = TitleLabel(FieldWords(title, explanation), can_be_unset=False, parent=self)
        label.setProperty("look", "muted")
        label.reset_requested.connect(reset)
        button = ResetButton(title, self)
        button.clicked.connect(reset)
        return label, button

    def _lay_out(self) -> None:
        content = QWidget()
        rows = QVBoxLayout(content)
        rows.setContentsMargins(Space.L, Space.M + 2, Space.L, Space.L)
        rows.setSpacing(Space.XS + 2)
        rows.addWidget(heading(self.tr("This conversation")))
        rows.addLayout(_side_by_side(muted(self.tr("Preset")), self.presets.menu_button))
        rows.addWidget(self.presets)
        self._model_row.setLayout(_side_by_side(self._model_title, self._model_reset))
        rows.addWidget(self._model_row)
        rows.addSpacing(Space.XS)
        rows.addLayout(_side_by_side(self._prompt_title, self._prompt_reset))
        self._prompt_title.setBuddy(self._system_prompt)
        rows.addWidget(self._system_prompt)
        rows.addSpacing(Space.XS)
        rows.addWidget(self._column)
        rows.addWidget(self._reset_all)
        note = faint(self.tr("Changed values show a dot; right-click one to reset it."), -0.5)
        note.setWordWrap(True)
        # A wrapped label asks for the height it would need when narrow, and the panel would scroll for nothing.
        note.setFixedHeight(note.heightForWidth(Size.INSPECTOR - 2 * Space.L - 1))
        rows.addWidget(note)
        rows.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)


def _side_by_side(title: QWidget, button: IconButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(Space.XS)
    row.addWidget(title, 1)
    row.addWidget(button)
    return row
