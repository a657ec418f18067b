"""The dialog in which saved prompts are kept: a list at the left, the chosen one at the right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
)

from easychat_gui.controllers.prompts import ImportReport, PromptController
from easychat_gui.domain.ids import PromptId
from easychat_gui.domain.prompts import Prompt
from easychat_gui.ui.composer.matching import matching
from easychat_gui.ui.theme import Size, Space
from easychat_gui.ui.widgets.buttons import text_button
from easychat_gui.ui.widgets.labels import faint, heading, muted, plain, rule
from easychat_gui.ui.widgets.region import Region

WANTED_SIZE = QSize(860, 600)
LIST_WIDTH = 260
WIDE = 600
"""From this width on, in px, the list stands beside the fields, else above them."""
LOW_LIST = 120
QWIDGETSIZE_MAX = (1 << 24) - 1
SAVE_DELAY_MS = 400


class PromptsDialog(Region, QDialog):
    """What is typed is saved by itself; deleting can be undone while the dialog is open."""

    def __init__(self, prompts: PromptController, chosen: PromptId | None = None) -> None:
        super().__init__()
        self.setObjectName("promptsDialog")
        self.setWindowTitle(self.tr("Prompts"))
        self.setAccessibleName(self.tr("Prompts"))
        self.setToolTip(self.tr("Prompts"))
        self._prompts = prompts
        self._shown: PromptId | None = None
        self._deleted: Prompt | None = None
        self._is_edited = False
        self._save_timer = QTimer(self, singleShot=True, interval=SAVE_DELAY_MS)
        self._save_timer.timeout.connect(self._save)
        self._make_list()
        self._make_fields()
        self._words = muted("", -0.5)
        self._words.setWordWrap(True)
        self._words.setObjectName("promptsWords")
        self._undo = text_button(self.tr("Undo"), self.tr("Bring the deleted prompt back"), name="undoDeleteButton")
        self._undo.clicked.connect(self._restore)
        self._undo.hide()
        self._lay_out()
        prompts.imported.connect(self._on_imported)
        prompts.exported.connect(self._on_exported)
        prompts.refused.connect(self._on_refused)
        prompts.changed.connect(self._on_changed)
        self._fill()
        self._choose(chosen)

    def sizeHint(self) -> QSize:
        return WANTED_SIZE

    def done(self, result: int) -> None:
        self._save()
        super().done(result)

    # The list

    def _make_list(self) -> None:
        self._search = QLineEdit()
        self._search.setObjectName("promptSearch")
        self._search.setPlaceholderText(self.tr("Search"))
        _name(self._search, self.tr("Search prompts"))
        self._search.textChanged.connect(lambda _text: self._fill(keeps_shown=False))
        self._list = QListWidget()
        self._list.setProperty("look", "pages")
        self._list.setObjectName("promptList")
        _name(self._list, self.tr("Saved prompts"))
        self._list.currentItemChanged.connect(lambda _new, _old: self._show_chosen())

    def _on_changed(self) -> None:
        self._fill()

    def _fill(self, *, keeps_shown: bool = True) -> None:
        """List what fits the search, and what is just being written even if it no longer does."""
        prompts = matching(self._prompts.prompts(), self._search.text())
        shown = self._prompts.find(self._shown or "") if keeps_shown else None
        if shown is not None and shown not in prompts:
            prompts.append(shown)
        self._list.blockSignals(True)
        self._list.clear()
        for prompt in prompts:
            item = QListWidgetItem(prompt.name)
            item.setData(Qt.ItemDataRole.UserRole, prompt.id)
            item.setSizeHint(QSize(0, Size.CONTROL))
            self._list.addItem(item)
            if prompt.id == self._shown:
                self._list.setCurrentItem(item)
        self._list.blockSignals(False)
        if self._list.currentRow() < 0:
            self._list.setCurrentRow(0)
            self._show_chosen()

    def _choose(self, prompt_id: PromptId | None) -> None:
        for row in range(self._list.count()):
            if self._list.item(row).data(Qt.ItemDataRole.UserRole) == prompt_id:
                self._list.setCurrentRow(row)

    def _show_chosen(self) -> None:
        self._save()
        row = self._list.currentRow()
        prompt = None if row < 0 else self._prompts.find(self._list.item(row).data(Qt.ItemDataRole.UserRole))
        self._shown = prompt.id if prompt else None
        for field in (self._title, self._text):
            field.blockSignals(True)
        self._title.setText(prompt.name if prompt else "")
        self._text.setPlainText(prompt.text if prompt else "")
        for field in (self._title, self._text):
            field.blockSignals(False)
            field.setEnabled(prompt is not None)
        for button in (self._copy, self._delete):
            button.setEnabled(prompt is not None)

    # The chosen one

    def _make_fields(self) -> None:
        self._title = QLineEdit()
        self._title.setObjectName("promptName")
        _name(self._title, self.tr("What is typed after the slash"))
        self._text = QPlainTextEdit()
        self._text.setObjectName("promptText")
        self._text.setTabChangesFocus(True)
        _name(self._text, self.tr("Text of the prompt"))
        self._title.textChanged.connect(lambda _text: self._on_edited())
        self._text.textChanged.connect(self._on_edited)
        self._title.editingFinished.connect(self._save)
        self._copy = text_button(self.tr("Duplicate"), self.tr("Make a copy to change"), name="duplicatePromptButton")
        self._copy.clicked.connect(self._duplicate)
        self._delete = text_button(
            self.tr("Delete"), self.tr("Delete this prompt"), name="deletePromptButton", look="danger"
        )
        self._delete.clicked.connect(self._remove)

    def _on_edited(self) -> None:
        self._is_edited = True
        self._save_timer.start()

    def _save(self) -> None:
        if not self._is_edited or self._shown is None:
            return
        self._is_edited = False
        self._save_timer.stop()
        wished = self._title.text()
        saved = self._prompts.change(self._shown, wished, self._text.toPlainText())
        if saved is not None and saved.name != " ".join(wished.split()) and wished.strip():
            words = self.tr("There is a “{name}” already, so this one is called “{new}”.")
            self._say(words.format(name=" ".join(wished.split()), new=saved.name))
            if not self._title.hasFocus():
                self._title.setText(saved.name)

    def _new(self) -> None:
        self._save()
        self._search.clear()
        prompt = self._prompts.create(self.tr("New prompt"))
        self._choose(prompt.id)
        self._title.setFocus()
        self._title.selectAll()

    def _duplicate(self) -> None:
        self._save()
        prompt = self._prompts.find(self._shown or "")
        if prompt is not None:
            self._search.clear()
            self._choose(self._prompts.create(prompt.name, prompt.text).id)
            self._title.setFocus()

    def _remove(self) -> None:
        self._save()
        if self._shown is None:
            return
        row = self._list.currentRow()
        self._deleted = self._prompts.delete(self._shown)
        self._list.setCurrentRow(min(row, self._list.count() - 1))
        if self._deleted is not None:
            self._say(self.tr("“{name}” was deleted.").format(name=self._deleted.name), can_undo=True)

    def _restore(self) -> None:
        if self._deleted is not None:
            restored = self._prompts.restore(self._deleted)
            self._deleted = None
            self._say("")
            self._choose(restored.id)

    # Files

    def _import(self) -> None:
        kinds = self.tr("Prompts") + " (*.json *.csv *.md *.markdown)"
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Import prompts"), "", kinds)
        if name:
            self._prompts.read_file(Path(name))

    def _export(self) -> None:
        self._save()
        kinds = ["JSON (*.json)", "CSV (*.csv)", "Markdown (*.md)"]
        name, kind = QFileDialog.getSaveFileName(self, self.tr("Export prompts"), "prompts.json", ";;".join(kinds))
        if name:
            path = Path(name)
            if path.suffix.lower() not in (".json", ".csv", ".md", ".markdown"):
                path = path.with_name(path.name + (".csv" if "csv" in kind else ".md" if "md" in kind else ".json"))
            self._prompts.write_file(path)

    def _on_imported(self, report: ImportReport) -> None:
        parts = [self.tr("%n prompt(s) imported", "", report.added)]
        if report.known:
            parts.append(self.tr("%n there already", "", report.known))
        if report.renamed:
            parts.append(self.tr("%n numbered, since the name was taken", "", report.renamed))
        self._say(", ".join(parts) + ".")

    def _on_exported(self, count: int) -> None:
        self._say(self.tr("%n prompt(s) exported.", "", count))

    def _on_refused(self, reason: str) -> None:
        sentences = {
            "unreadable": self.tr("The file cannot be read."),
            "too large": self.tr("The file is too large for a list of prompts."),
            "not text": self.tr("The file is not text in UTF-8."),
            "empty": self.tr("There is no prompt in this file."),
            "damaged": self.tr("The file is not a list of prompts, or it is damaged; nothing was imported."),
            "unknown kind": self.tr("Only JSON, CSV and Markdown files can be used here."),
            "not written": self.tr("The file cannot be written."),
        }
        self._say(sentences.get(reason, reason))

    def _say(self, words: str, *, can_undo: bool = False) -> None:
        self._words.setText(words)
        self._words.setAccessibleName(words)
        self._undo.setVisible(can_undo)

    # Laying out

    def _lay_out(self) -> None:
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._sides.setContentsMargins(0, 0, 0, 0)
        self._sides.setSpacing(0)
        self._side = self._left_side()
        self._sides.addWidget(self._side)
        right = QVBoxLayout()
        right.setContentsMargins(Space.L, Space.L + Space.XS, Space.XL, Space.L)
        right.setSpacing(Space.S)
        right.addWidget(plain(self.tr("Name")))
        right.addWidget(self._title)
        right.addSpacing(Space.XS)
        right.addWidget(plain(self.tr("Text")))
        right.addWidget(self._text, 1)
        hint = faint(self.tr("{{language}} or {{language=English}} is asked for when the prompt is used."))
        hint.setWordWrap(True)
        right.addWidget(hint)
        actions = QHBoxLayout()
        actions.addWidget(self._copy)
        actions.addWidget(self._delete)
        actions.addStretch()
        right.addLayout(actions)
        right.addWidget(rule())
        right.addLayout(self._bottom())
        self._sides.addLayout(right, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.width() >= WIDE
        self._sides.setDirection(QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom)
        self._side.setFixedWidth(LIST_WIDTH if is_wide else self.width())
        self._list.setMaximumHeight(QWIDGETSIZE_MAX if is_wide else LOW_LIST)

    def _left_side(self) -> QFrame:
        new = text_button(self.tr("New"), self.tr("Begin a new prompt"), name="newPromptButton")
        new.clicked.connect(self._new)
        import_ = text_button(self.tr("Import…"), self.tr("Add prompts from a file"), name="importPromptsButton")
        import_.clicked.connect(self._import)
        export = text_button(self.tr("Export…"), self.tr("Write all prompts to a file"), name="exportPromptsButton")
        export.clicked.connect(self._export)
        left = QVBoxLayout()
        left.setContentsMargins(Space.M, Space.L, Space.M, Space.L)
        left.setSpacing(Space.S)
        left.addWidget(heading(self.tr("Prompts"), 3.0))
        left.addWidget(self._search)
        left.addWidget(self._list, 1)
        left.addWidget(new)
        files = QHBoxLayout()
        files.setSpacing(Space.S)
        files.addWidget(import_, 1)
        files.addWidget(export, 1)
        left.addLayout(files)
        side = QFrame()
        side.setLayout(left)
        return side

    def _bottom(self) -> QHBoxLayout:
        done = text_button(
            self.tr("Done"), self.tr("Close; everything is saved"), name="promptsDoneButton", look="primary"
        )
        done.clicked.connect(self.accept)
        bottom = QHBoxLayout()
        bottom.addWidget(self._words, 1)
        bottom.addWidget(self._undo)
        bottom.addWidget(done)
        return bottom


def _name(field: QLineEdit | QListWidget | QPlainTextEdit, words: str) -> None:
    field.setAccessibleName(words)
    field.setToolTip(words)
