"""What the import dialog shows, one after the other: what can be chosen, how far it is, what was found, what became."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from easychat_gui.controllers.imports import Imported, LookedThrough
from easychat_gui.ui.imports import words
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.buttons import text_button
from easychat_gui.ui.widgets.combo_box import ComboBox
from easychat_gui.ui.widgets.labels import heading, muted, plain, rule, show_copyable

FINEST = 1000
"""Steps of the progress bar."""


class ChoosePage(QWidget):
    """Which files; and how to get one out of each program."""

    files_requested = Signal()
    folder_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        files = text_button(self.tr("Choose files…"), name="importFilesButton", look="primary")
        files.clicked.connect(self.files_requested)
        folder = text_button(self.tr("Choose a folder…"), name="importFolderButton")
        folder.clicked.connect(self.folder_requested)
        self.first = files
        self._problem = plain("", look="danger")
        self._problem.setObjectName("importProblem")
        self._problem.setWordWrap(True)
        self._problem.hide()
        intro = muted(
            self.tr("Choose what another program has exported, or drop it here. Nothing leaves this computer."), -0.5
        )
        intro.setWordWrap(True)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S + 2)
        buttons.addWidget(files)
        buttons.addWidget(folder)
        buttons.addStretch()
        rows = _rows(self)
        rows.addWidget(intro)
        rows.addLayout(buttons)
        rows.addWidget(self._problem)
        rows.addWidget(rule())
        rows.addWidget(_programs(), 1)

    def show_problem(self, text: str) -> None:
        """Say why nothing could be used of what was chosen."""
        show_copyable(self._problem, text)
        self._problem.setVisible(bool(text))


class ProgressPage(QWidget):
    """A bar, and a line of what is being done."""

    def __init__(self) -> None:
        super().__init__()
        self._words = plain("")
        self._words.setWordWrap(True)
        self._words.setObjectName("importStatus")
        self._count = muted("", -0.5)
        self.bar = QProgressBar()
        self.bar.setObjectName("importProgress")
        self.bar.setRange(0, FINEST)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the import"))
        self.bar.setToolTip(self.bar.accessibleName())
        rows = _rows(self)
        rows.addWidget(self._words)
        rows.addWidget(self.bar)
        rows.addWidget(self._count)
        rows.addStretch()

    def begin(self, text: str) -> None:
        self._words.setText(text)
        self.show_progress(0.0, "")

    def show_progress(self, share: float, text: str) -> None:
        self.bar.setValue(round(share * FINEST))
        self._count.setText(text)


class FoundPage(QWidget):
    """What is in the files, and where it shall go."""

    def __init__(self) -> None:
        super().__init__()
        self._list = QVBoxLayout()
        self._list.setSpacing(Space.M)
        self.folder = ComboBox()
        self.folder.setObjectName("importFolderCombo")
        self.folder.setAccessibleName(self.tr("Folder for the chats"))
        self.folder.setToolTip(self.tr("The folder of the sidebar that the chats are put into"))
        label = plain(self.tr("Put them into"))
        label.setBuddy(self.folder)
        where = QHBoxLayout()
        where.setSpacing(Space.M)
        where.addWidget(label)
        where.addWidget(self.folder, 1)
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addLayout(self._list)
        inner.addStretch()
        rows = _rows(self)
        rows.addWidget(_scrolled(content), 1)
        rows.addLayout(where)

    def show_found(self, found: LookedThrough) -> None:
        while (item := self._list.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for survey in found.surveys:
            self._list.addWidget(_found(*words.survey_words(survey), survey.path.name))
        for path, error in found.refused:
            label = plain("", look="danger")
            label.setWordWrap(True)
            show_copyable(label, words.refusal_words(path, error))
            self._list.addWidget(label)


class ReportPage(QWidget):
    """What became of it; what could not be brought can be copied and saved."""

    save_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[str] = []
        self._summary = QVBoxLayout()
        self._summary.setSpacing(Space.XS)
        self._list = QPlainTextEdit()
        self._list.setObjectName("importOmissions")
        self._list.setReadOnly(True)
        self._list.setTabChangesFocus(True)
        self._list.setAccessibleName(self.tr("What could not be brought"))
        self._list.setToolTip(self._list.accessibleName())
        self._copy = text_button(self.tr("Copy"), self.tr("Copy the list"), name="importCopyButton")
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text()))
        self._save = text_button(self.tr("Save…"), self.tr("Save the list as a file"), name="importSaveButton")
        self._save.clicked.connect(lambda: self.save_requested.emit(self.text()))
        self._tools = QWidget()
        tools = QHBoxLayout(self._tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(Space.S + 2)
        tools.addWidget(self._copy)
        tools.addWidget(self._save)
        tools.addStretch()
        rows = _rows(self)
        rows.addLayout(self._summary)
        rows.addWidget(self._list, 1)
        rows.addWidget(self._tools)
        rows.addStretch()

    def text(self) -> str:
        """Return all that it says."""
        return "\n".join([*self._lines, "", self._list.toPlainText()]).strip() + "\n"

    def show_report(self, imported: Imported) -> None:
        self._lines = words.summary_lines(imported)
        failures = [report.failure for _, report in imported.reports if report.failure is not None]
        looks = ["", *["muted"] * (len(self._lines) - 1)]
        for text, look in [
            *zip(self._lines, looks, strict=True),
            *((words.failure_words(e), "danger") for e in failures),
        ]:
            label = plain("", look=look)
            label.setWordWrap(True)
            show_copyable(label, text)
            self._summary.addWidget(label)
        self._lines += map(words.failure_words, failures)
        omitted = words.omission_lines(imported.reports)
        self._list.setPlainText("\n".join(omitted))
        for part in (self._list, self._tools):
            part.setVisible(bool(omitted))


def _rows(page: QWidget) -> QVBoxLayout:
    rows = QVBoxLayout(page)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(Space.M)
    return rows


def _found(line: str, more: str, name: str) -> QWidget:
    card = QFrame()
    card.setProperty("look", "note")
    rows = QVBoxLayout(card)
    rows.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
    rows.setSpacing(Space.XS)
    for label in (heading(line), muted(more, -0.5), muted(name, -0.5)):
        label.setWordWrap(True)
        rows.addWidget(label)
    card.setAccessibleName(f"{line}. {more}. {name}")
    return card


def _programs() -> QScrollArea:
    content = QWidget()
    grid = QGridLayout(content)
    grid.setContentsMargins(0, 0, Space.M, 0)
    grid.setHorizontalSpacing(Space.L)
    grid.setVerticalSpacing(Space.S)
    grid.setColumnStretch(1, 1)
    for row, (name, how) in enumerate(words.how_to_export()):
        explained = muted(how, -0.5)
        explained.setWordWrap(True)
        grid.addWidget(heading(name, -0.5), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(explained, row, 1)
    return _scrolled(content)


def _scrolled(content: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    names = [label.text() for label in content.findChildren(QLabel)]
    area.setAccessibleName(names[0] if names else content.tr("What was found"))
    area.setToolTip("")
    area.setWidget(content)
    return area
