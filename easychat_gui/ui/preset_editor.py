"""The form of one preset."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
    QWidgetAction,
)

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.generation import GenerationParams
from easychat_gui.domain.presets import Preset
from easychat_gui.ui import status_words
from easychat_gui.ui.preset_icons import CHOICES, DEFAULT, OWN, preset_icon
from easychat_gui.ui.theme import Size, Space
from easychat_gui.ui.widgets.buttons import IconButton
from easychat_gui.ui.widgets.combo_box import ComboBox
from easychat_gui.ui.widgets.labels import muted
from easychat_gui.ui.widgets.parameter_fields import ParameterFields
from easychat_gui.ui.widgets.parameter_grid import ParameterGrid

PROMPT_HEIGHT = 88
ICON_COLUMNS = 8
LONGEST_NAME = 80


class PresetEditor(QWidget):
    """``edited(Preset)`` whenever the person changed something; one without a name is not told.

    ``defaults_of`` says what a preset follows where it sets nothing itself.
    """

    edited = Signal(object)

    def __init__(
        self,
        endpoints: EndpointController,
        defaults_of: Callable[[Preset], GenerationParams],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._endpoints = endpoints
        self._defaults_of = defaults_of
        self._preset: Preset | None = None
        self._defaults = GenerationParams()
        self._icon = IconButton("person", self.tr("Choose an icon"))
        self._icon.setObjectName("presetIconButton")
        self._icon.clicked.connect(self._choose_icon)
        self.name = QLineEdit()
        self.name.setObjectName("presetNameEdit")
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setAccessibleName(self.tr("Name"))
        self.name.setToolTip(self.tr("What the preset is called"))
        self.name.textEdited.connect(lambda text: self._change(name=" ".join(text.split())))
        self._prompt = QPlainTextEdit()
        self._prompt.setObjectName("presetPromptEdit")
        self._prompt.setFixedHeight(PROMPT_HEIGHT)
        self._prompt.setTabChangesFocus(True)
        self._prompt.setAccessibleName(self.tr("System prompt"))
        self._prompt.setToolTip(self.tr("What the model is told before the conversation begins"))
        self._prompt.setPlaceholderText(self.tr("That of the settings"))
        self._prompt.textChanged.connect(lambda: self._change(system_prompt=self._prompt.toPlainText()))
        self._model = ComboBox()
        self._model.setObjectName("presetModelCombo")
        self._model.setAccessibleName(self.tr("Model"))
        self._model.setToolTip(self.tr("The model that answers; a chat can still choose another"))
        self._model.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._model.activated.connect(lambda _index: self._on_model_chosen())
        self._fields = ParameterFields(self, self._defaults)
        self._fields.edited.connect(lambda params: self._change(params=params.own_beside(self._defaults)))
        self._lay_out()

    def show_preset(self, preset: Preset) -> None:
        """Show one, without telling it as a change."""
        self._preset = None  # so that nothing is told
        self.name.setText(preset.name)
        self._prompt.setPlainText(preset.system_prompt)
        self._show_params(preset)
        self._fill_models(preset)
        self._preset = preset
        self._show_icon()

    def _show_params(self, preset: Preset) -> None:
        self._defaults = self._defaults_of(preset)
        self._fields.show_params(self._defaults.with_own(preset.params), self._defaults, owner=preset.id)

    def finish(self) -> bool:
        """Return whether all that was typed can be used; if not, put the cursor where it cannot."""
        return self._fields.finish()

    def refresh_models(self) -> None:
        """The models of a server are known by now."""
        if self._preset is not None and not self._model.view().isVisible():
            self._fill_models(self._preset)

    def _change(self, **changes: object) -> None:
        if self._preset is None or not changes.get("name", True):
            return
        changed = self._preset.with_(**changes)
        if changed != self._preset:
            self._preset = changed
            self.edited.emit(changed)

    def _fill_models(self, preset: Preset) -> None:
        self._model.clear()
        self._model.addItem(self.tr("Whichever is chosen"), ("", ""))
        chosen = 0
        for endpoint in self._endpoints.choices():
            server = status_words.name_of(endpoint)
            for model in self._endpoints.models(endpoint.id):
                if (endpoint.id, model) == (preset.endpoint_id, preset.model_id):
                    chosen = self._model.count()
                self._model.addItem(f"{self._endpoints.model_name(model)} · {server}", (str(endpoint.id), model))
        if preset.model_id and not chosen:
            chosen = self._model.count()
            self._model.addItem(self._endpoints.model_name(preset.model_id), (preset.endpoint_id, preset.model_id))
        self._model.setCurrentIndex(chosen)

    def _on_model_chosen(self) -> None:
        endpoint_id, model_id = self._model.currentData()
        self._change(endpoint_id=endpoint_id or None, model_id=model_id)
        if self._preset is not None:
            self._show_params(self._preset)

    # The icon

    def _show_icon(self) -> None:
        if self._preset is not None:
            self._icon.setIcon(preset_icon(self._preset.icon))

    def _set_icon(self, icon: str) -> None:
        self._change(icon=icon)
        self._show_icon()

    def _choose_icon(self) -> None:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        panel = QWidget(menu)
        grid = QGridLayout(panel)
        grid.setContentsMargins(Space.S, Space.S, Space.S, Space.S)
        grid.setSpacing(Space.XS)
        for place, name in enumerate(CHOICES):
            button = IconButton(name, self.tr("Icon: {name}").format(name=name), panel)
            button.clicked.connect(lambda _on=False, name=name: self._set_icon(OWN + name))
            button.clicked.connect(menu.close)
            grid.addWidget(button, place // ICON_COLUMNS, place % ICON_COLUMNS)
        emoji = QLineEdit(panel)
        emoji.setObjectName("presetEmojiEdit")
        emoji.setMaxLength(8)
        emoji.setPlaceholderText(self.tr("or an emoji"))
        emoji.setAccessibleName(self.tr("Emoji"))
        emoji.setToolTip(self.tr("An emoji in place of an icon"))
        if self._preset is not None and not self._preset.icon.startswith(OWN):
            emoji.setText(self._preset.icon)
        emoji.textEdited.connect(lambda text: self._set_icon(text.strip() or DEFAULT))
        emoji.returnPressed.connect(menu.close)
        grid.addWidget(emoji, len(CHOICES) // ICON_COLUMNS, 0, 1, ICON_COLUMNS)
        action = QWidgetAction(menu)
        action.setDefaultWidget(panel)
        menu.addAction(action)
        menu.popup(self._icon.mapToGlobal(QPoint(0, self._icon.height())))
        panel.findChildren(IconButton)[0].setFocus()

    # Layout

    def _lay_out(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, Space.S, 0)
        rows.setSpacing(Space.S)
        top = QHBoxLayout()
        top.addWidget(self._icon)
        top.addWidget(self.name, 1)
        rows.addLayout(top)
        rows.addWidget(muted(self.tr("System prompt")))
        rows.addWidget(self._prompt)
        rows.addWidget(muted(self.tr("Model")))
        rows.addWidget(self._model)
        rows.addSpacing(Space.XS)
        rows.addLayout(ParameterGrid(self._fields))
        rows.addStretch()

    def minimumSizeHint(self) -> QSize:
        return QSize(Size.INSPECTOR, super().minimumSizeHint().height())  # what does not fit is scrolled to
