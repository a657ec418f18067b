"""The dialog that imports chats."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from easychat_gui.controllers.imports import ImportController, Imported, LookedThrough
from easychat_gui.domain.transfer import Source
from easychat_gui.ui.attachments.drop import local_files
from easychat_gui.ui.count_words import chats_of
from easychat_gui.ui.imports import words
from easychat_gui.ui.imports.pages import ChoosePage, FoundPage, ProgressPage, ReportPage
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.buttons import text_button
from easychat_gui.ui.widgets.labels import heading
from easychat_gui.ui.widgets.region import Region
from easychat_gui.ui.widgets.while_there import while_there

SIZE = QSize(620, 540)
"""The same on every page, so that nothing moves when the next one comes."""


class ImportDialog(Region, QDialog):
    """Stays open while it imports, unless it is told to go on in the background.

    ``show_requested(str)`` with the id of a conversation that came; ``save_requested(Path, str)`` for the report.
    """

    show_requested = Signal(str)
    save_requested = Signal(object, str)

    def __init__(self, imports: ImportController) -> None:
        super().__init__()
        self.setObjectName("importDialog")
        self.setWindowTitle(self.tr("Import chats"))
        self.setAccessibleName(self.windowTitle())
        self.setToolTip(self.windowTitle())
        self.setAcceptDrops(True)
        self._imports = imports
        self._folders: list[tuple[str, ...]] = []
        self._paths: list[Path] = []
        self._found = LookedThrough(())
        self._imported = Imported()
        self._make_pages()
        self._lay_out()
        imports.read_folders(self._set_folders)
        imports.progressed.connect(self._on_progressed)
        imports.looked_through.connect(self._on_looked_through)
        imports.finished.connect(self._on_finished)
        self._go_to(self._choose)

    def sizeHint(self) -> QSize:
        return SIZE

    def look_through(self, paths: Sequence[Path]) -> None:
        """Show what is in these files."""
        if not paths or self._is_importing:
            return
        self._paths = list(paths)
        names = ", ".join(path.name for path in paths[:3]) + ("…" if len(paths) > 3 else "")
        self._progress.begin(self.tr("Looking through {names}…").format(names=names))
        self._go_to(self._progress)
        self._imports.look_through(paths)

    def show_running(self) -> None:
        """Show an import that has gone on in the background."""
        self._progress.begin(self.tr("Importing…"))
        self._is_importing = True
        self._go_to(self._progress)

    def reject(self) -> None:
        """Escape and Cancel end what runs; the dialog closes when nothing does."""
        page = self._pages.currentWidget()
        if page is self._progress and self._is_importing:
            self._imports.cancel()
            self._cancel.setEnabled(False)
        elif page is self._progress:
            self._imports.cancel()
            self._go_to(self._choose)
        else:
            super().reject()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._pages.currentWidget() is not self._progress and local_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.look_through(local_files(event.mimeData()))

    # Building

    def _make_pages(self) -> None:
        self._is_importing = False
        self._choose: ChoosePage = ChoosePage()
        self._choose.files_requested.connect(self._choose_files)
        self._choose.folder_requested.connect(self._choose_folder)
        self._progress: ProgressPage = ProgressPage()
        self._list = FoundPage()
        self._report = ReportPage()
        self._report.save_requested.connect(self._save_report)
        self._pages = QStackedWidget()
        for page in (self._choose, self._progress, self._list, self._report):
            self._pages.addWidget(page)
        self._show = text_button(self.tr("Show them"), self.tr("Open one of the chats"), name="importShowButton")
        self._show.clicked.connect(self._show_brought)
        self._back = text_button(self.tr("Choose others"), name="importBackButton")
        self._back.clicked.connect(lambda: self._go_to(self._choose))
        self._aside = text_button(
            self.tr("Go on in the background"),
            self.tr("Close this; the import goes on, and “Import chats” shows how far it is"),
            name="importAsideButton",
        )
        self._aside.clicked.connect(self.accept)
        self._cancel = text_button(self.tr("Cancel"), name="importCancelButton")
        self._cancel.clicked.connect(self.reject)
        self._import = text_button(self.tr("Import"), name="importButton", look="primary")
        self._import.clicked.connect(self._begin)
        self._close = text_button(self.tr("Close"), name="importCloseButton", look="primary")
        self._close.clicked.connect(self.accept)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S + 2)
        buttons.addWidget(self._show)
        buttons.addWidget(self._back)
        buttons.addStretch()
        for button in (self._aside, self._cancel, self._import, self._close):
            buttons.addWidget(button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        rows.setSpacing(Space.M)
        rows.addWidget(heading(self.windowTitle(), 2.0))
        rows.addWidget(self._pages, 1)
        rows.addLayout(buttons)

    def _go_to(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        shown: dict[QWidget, tuple[QPushButton, ...]] = {
            self._choose: (self._cancel,),
            self._progress: (self._aside, self._cancel) if self._is_importing else (self._cancel,),
            self._list: (self._back, self._cancel, self._import),
            self._report: (self._show, self._close),
        }
        for button in (self._show, self._back, self._aside, self._cancel, self._import, self._close):
            button.setVisible(button in shown[page])
        self._cancel.setEnabled(True)
        self._show.setVisible(page is self._report and self._imported.first is not None)
        first = {self._choose: self._choose.first, self._list: self._import, self._report: self._close}.get(page)
        if first is not None:
            first.setDefault(True)  # what Enter does
        (first or self._cancel).setFocus()

    # Doing

    def _choose_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, self.tr("Choose what to import"))
        self.look_through([Path(name) for name in names])

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Choose a folder to import"))
        self.look_through([Path(name)] if name else [])

    def _begin(self) -> None:
        path = self._list.folder.currentData()
        targets = []
        for survey in self._found.surveys:
            own = () if survey.source is Source.EASYCHAT else (words.name_of(survey.source),)
            targets.append((survey.path, own if path is None else tuple(path)))
        self._is_importing = True
        self._progress.begin(self.tr("Importing…"))
        self._go_to(self._progress)
        self._imports.begin(targets)

    def _save_report(self, text: str) -> None:
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Save the list"), self.tr("Import report") + ".txt")
        if name:
            self.save_requested.emit(Path(name), text)

    def _show_brought(self) -> None:
        first = self._imported.first
        self.accept()
        if first is not None:
            self.show_requested.emit(first)

    # Hearing

    @while_there
    def _set_folders(self, paths: list[tuple[str, ...]]) -> None:
        self._folders = paths

    def _on_progressed(self, share: float, count: int) -> None:
        total = sum(survey.conversations for survey in self._found.surveys)
        told = chats_of(count)
        if self._is_importing and total:
            told = self.tr("{count} of {total}").format(count=words.number(count), total=chats_of(total))
        self._progress.show_progress(share, told)

    def _on_looked_through(self, found: LookedThrough) -> None:
        if self._pages.currentWidget() is not self._progress:
            return
        self._found = found
        if not found.surveys:
            told = [words.refusal_words(path, error) for path, error in found.refused]
            told.append(self.tr("Below is what can be imported, and how to get it."))
            self._choose.show_problem("\n".join(told))
            self._go_to(self._choose)
            return
        self._choose.show_problem("")
        self._list.show_found(found)
        self._fill_folders([words.name_of(survey.source) for survey in found.surveys])
        self._go_to(self._list)

    def _fill_folders(self, programs: list[str]) -> None:
        combo = self._list.folder
        combo.clear()
        if all(survey.source is Source.EASYCHAT for survey in self._found.surveys):
            combo.addItem(self.tr("The folders that they were in"), None)
            return
        for told, path in words.folder_choices(programs, self._folders):
            combo.addItem(told, path)

    def _on_finished(self, imported: Imported) -> None:
        self._is_importing = False
        self._imported = imported
        self._report.show_report(imported)
        self._go_to(self._report)
