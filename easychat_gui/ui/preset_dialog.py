"""All presets: their order, and each one's form. What is changed is saved as it is typed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.controllers.preset_files import PresetFiles
from easychat_gui.controllers.presets import PresetController
from easychat_gui.domain.ids import PresetId, new_preset_id
from easychat_gui.domain.presets import Preset
from easychat_gui.ui.count_words import counted
from easychat_gui.ui.preset_editor import PresetEditor
from easychat_gui.ui.preset_icons import preset_icon
from easychat_gui.ui.theme import Size, Space
from easychat_gui.ui.widgets.buttons import IconButton, text_button
from easychat_gui.ui.widgets.labels import heading, muted, rule
from easychat_gui.ui.widgets.overlay import COLUMN
from easychat_gui.ui.widgets.region import Region

WANTED_SIZE = QSize(820, 640)
LIST_WIDTH = 232
SAVE_DELAY_MS = 300


class PresetDialog(Region, QDialog):
    """A list at the left, to be put in order by dragging or with the arrows, and the chosen one's form at the right."""

    def __init__(
        self,
        presets: PresetController,
        endpoints: EndpointController,
        files: PresetFiles,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("presetDialog")
        self.setAccessibleName(self.tr("Presets"))
        self.setWindowTitle(self.tr("Presets"))
        self.setToolTip(self.tr("Presets"))
        self._presets = presets
        self._files = files
        self._unsaved: Preset | None = None
        self._is_closed = False
        self._save_timer = QTimer(self, singleShot=True, interval=SAVE_DELAY_MS)
        self._save_timer.timeout.connect(self._save)
        self._list = QListWidget()
        self._list.setProperty("look", "servers")
        self._list.setObjectName("presetList")
        self._list.setAccessibleName(self.tr("Presets"))
        self._list.setToolTip(self.tr("Choose one to change it; drag to put them in order"))
        self._list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self._list.setIconSize(QSize(Size.ICON, Size.ICON))
        self._editor = PresetEditor(endpoints, lambda preset: presets.defaults_of(preset).params)
        self._editor.edited.connect(self._on_edited)
        self._undo_row = QFrame()
        self._undo_words = muted("")
        self._words = muted("")
        self._words.setWordWrap(True)
        self._words.hide()
        self._lay_out()
        self._fill(None)
        self._list.currentItemChanged.connect(lambda _new, _old: self._show_chosen())
        self._list.model().rowsMoved.connect(self._on_moved)
        presets.deleted.connect(self._offer_undo)
        presets.changed.connect(self._on_changed)
        endpoints.changed.connect(self._editor.refresh_models)
        endpoints.refresh_unknown()

    def sizeHint(self) -> QSize:
        return WANTED_SIZE

    def accept(self) -> None:
        if self._editor.finish():
            super().accept()

    def done(self, result: int) -> None:
        self._save()
        self._is_closed = True
        super().done(result)

    # The list

    def _fill(self, chosen: PresetId | None) -> None:
        self._list.blockSignals(True)
        self._list.clear()
        for preset in self._presets.presets:
            item = QListWidgetItem(preset_icon(preset.icon), preset.name)
            item.setData(Qt.ItemDataRole.UserRole, str(preset.id))
            item.setSizeHint(QSize(0, Size.CONTROL))
            self._list.addItem(item)
            if preset.id == chosen:
                self._list.setCurrentItem(item)
        if self._list.currentRow() < 0 and self._list.count():
            self._list.setCurrentRow(0)
        self._list.blockSignals(False)
        self._show_chosen()

    def _chosen(self) -> PresetId | None:
        row = self._list.currentRow()
        return None if row < 0 else PresetId(self._list.item(row).data(Qt.ItemDataRole.UserRole))

    def _ids(self) -> list[PresetId]:
        return [PresetId(self._list.item(row).data(Qt.ItemDataRole.UserRole)) for row in range(self._list.count())]

    def _show_chosen(self) -> None:
        self._save()
        preset = self._presets.preset(self._chosen())
        self._editor.setVisible(preset is not None)
        for button in self._for_one:
            button.setEnabled(preset is not None)
        if preset is not None:
            self._editor.show_preset(preset)

    def _on_changed(self) -> None:
        if self._ids() != [each.id for each in self._presets.presets]:
            self._fill(self._chosen())

    def _on_moved(self) -> None:
        self._save()
        self._presets.arrange(self._ids())

    def _move(self, step: int) -> None:
        row = self._list.currentRow()
        if not 0 <= row + step < self._list.count():
            return
        self._save()
        ids, chosen = self._ids(), self._chosen()
        ids.insert(row + step, ids.pop(row))
        self._presets.arrange(ids)
        self._fill(chosen)

    # What is done to one

    def _on_edited(self, preset: Preset) -> None:
        self._unsaved = preset
        row = self._list.currentRow()
        if row >= 0:
            item = self._list.item(row)
            item.setText(preset.name)
            item.setIcon(preset_icon(preset.icon))
        self._save_timer.start()

    def _save(self) -> None:
        self._save_timer.stop()
        preset, self._unsaved = self._unsaved, None
        if preset is not None and self._presets.preset(preset.id) is not None:
            self._presets.save(preset)

    def _begin_new(self) -> None:
        self._save()
        preset = Preset(new_preset_id(), self._presets.free_name(self.tr("New preset")))
        self._presets.save(preset)
        self._fill(preset.id)
        self._editor.name.setFocus()
        self._editor.name.selectAll()

    def _duplicate(self) -> None:
        self._save()
        chosen = self._chosen()
        copy = self._presets.duplicate(chosen) if chosen is not None else None
        if copy is not None:
            self._fill(copy.id)

    def _delete(self) -> None:
        self._save()
        chosen, row = self._chosen(), self._list.currentRow()
        if chosen is not None:
            self._presets.delete(chosen)
            self._list.setCurrentRow(min(row, self._list.count() - 1))

    def _offer_undo(self, preset: Preset) -> None:
        self._undo_words.setText(self.tr("“{name}” is deleted; its chats answer as before.").format(name=preset.name))
        self._undo_row.show()

    def _undo(self) -> None:
        self._undo_row.hide()
        self._presets.undo_delete()
        self._list.setFocus()

    # Files

    def _import(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Import presets"), "", self.tr("JSON files (*.json)"))
        if name:
            path = Path(name)
            self._files.read(path, self._take_imported, lambda reason: self._on_refused(path, reason))

    def _take_imported(self, imported: list[Preset]) -> None:
        for preset in imported:
            self._presets.save(preset.with_(name=self._presets.free_name(preset.name)))
        if imported and not self._is_closed:
            self._fill(imported[-1].id)
        self._say(counted(len(imported), self.tr("1 preset imported."), self.tr("{count} presets imported.")))

    def _export(self) -> None:
        self._save()
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Export presets"), "presets.json", self.tr("JSON files (*.json)")
        )
        if name:
            path = Path(name)
            self._files.write(
                path,
                list(self._presets.presets),
                lambda: self._say(self.tr("Exported.")),
                lambda reason: self._on_refused(path, reason),
            )

    def _on_refused(self, path: Path, reason: str) -> None:
        sentences = {
            "no file": self.tr("{name} is no file."),
            "unreadable": self.tr("{name} cannot be read."),
            "too large": self.tr("{name} is too large to be a list of presets."),
            "empty": self.tr("{name} has no presets in it."),
            "not written": self.tr("{name} cannot be written."),
        }
        self._say(sentences.get(reason, reason).replace("{name}", path.name))

    def _say(self, words: str) -> None:
        if self._is_closed:  # a slow drive, and the person did not wait
            return
        self._words.setText(words)
        self._words.setVisible(bool(words))

    # Layout

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setContentsMargins(Space.L, Space.L, Space.S, Space.L)
        left.setSpacing(Space.S)
        left.addWidget(heading(self.tr("Presets"), 3.0))
        left.addWidget(self._list, 1)
        left.addLayout(self._list_buttons())
        left.addWidget(self._words)
        side = QWidget()
        side.setFixedWidth(LIST_WIDTH + Space.L)
        side.setLayout(left)
        side.setProperty(COLUMN, 0)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._editor)
        right = QVBoxLayout()
        right.setContentsMargins(Space.L, Space.L + Space.XS, Space.L, Space.L)
        right.setSpacing(Space.S)
        right.addWidget(scroll, 1)
        right.addWidget(rule())
        right.addLayout(self._bottom())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(side)
        form = QWidget()
        form.setLayout(right)
        form.setProperty(COLUMN, 1)
        row.addWidget(form, 1)

    def _list_buttons(self) -> QHBoxLayout:
        wishes = [
            ("plus", self.tr("New preset"), "newPresetButton", self._begin_new),
            ("copy", self.tr("Duplicate"), "duplicatePresetButton", self._duplicate),
            ("chevron-up", self.tr("Move up"), "presetUpButton", lambda: self._move(-1)),
            ("chevron-down", self.tr("Move down"), "presetDownButton", lambda: self._move(1)),
            ("trash", self.tr("Delete"), "deletePresetButton", self._delete),
            ("download", self.tr("Import from a file…"), "importPresetsButton", self._import),
            ("upload", self.tr("Export all to a file…"), "exportPresetsButton", self._export),
        ]
        row = QHBoxLayout()
        row.setSpacing(0)
        self._for_one: list[IconButton] = []
        for icon, words, name, act in wishes:
            button = IconButton(icon, words, side=28, icon_side=16)
            button.setObjectName(name)
            button.clicked.connect(act)
            row.addWidget(button)
            if icon in ("copy", "chevron-up", "chevron-down", "trash"):
                self._for_one.append(button)
        row.addStretch()
        return row

    def _bottom(self) -> QHBoxLayout:
        undo = text_button(self.tr("Undo"), self.tr("Bring the preset back"))
        undo.setObjectName("undoDeletePresetButton")
        undo.clicked.connect(self._undo)
        inner = QHBoxLayout(self._undo_row)
        inner.setContentsMargins(0, 0, 0, 0)
        self._undo_words.setWordWrap(True)
        inner.addWidget(self._undo_words, 1)
        inner.addWidget(undo)
        self._undo_row.hide()
        close = text_button(self.tr("Done"), self.tr("Close; everything is saved"), look="primary")
        close.setObjectName("presetsDoneButton")
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addWidget(self._undo_row, 1)
        row.addStretch()
        row.addWidget(close)
        return row
