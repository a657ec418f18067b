"""Databases that were put aside by repairs and restores: what each is, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from easychat_gui.controllers.backups import BackupController
from easychat_gui.domain.backups import Backup, BackupKind, BackupsReport
from easychat_gui.domain.errors import EasyChatError
from easychat_gui.ui.backup_words import date_of, problem_of, size_of
from easychat_gui.ui.dialogs.asking import ask_inside
from easychat_gui.ui.dialogs.backups import BackupsDialog
from easychat_gui.ui.settings.data.section import Section
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.buttons import text_button
from easychat_gui.ui.widgets.labels import plain
from easychat_gui.ui.widgets.overlay import Overlay
from easychat_gui.ui.widgets.while_there import while_there


class PutAsideSection(Section):
    """A row for each; the section is there only while there is one."""

    def __init__(self, backups: BackupController, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Put aside"),
            self.tr(
                "Files of your chats in whose place another was put. What you have deleted since may still be in them, "
                "and so may what could not be saved. They stay until you delete them."
            ),
            parent,
        )
        self._backups = backups
        self._listed: list[Backup] = []
        self._list: QWidget | None = None
        self._problem = plain("", points=-0.5, look="danger")
        self._problem.setObjectName("putAsideProblem")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self.rows.addWidget(self._problem)
        self.hide()
        backups.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        self._backups.read_list(self._show)

    @while_there
    def _show(self, report: BackupsReport) -> None:
        if report.put_aside == self._listed:
            return
        self._listed = report.put_aside
        if self._list is not None:
            self._list.deleteLater()
        self._list = QWidget()
        rows = QVBoxLayout(self._list)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(Space.S)
        for kept in self._listed:
            self._add_row(rows, kept)
        self.rows.addWidget(self._list)
        self.setVisible(bool(self._listed))

    def _add_row(self, rows: QVBoxLayout, kept: Backup) -> None:
        words = self._words_of(kept)
        label = plain(words)
        label.setWordWrap(True)
        label.setToolTip(str(kept.path))
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S + 2)
        look = text_button(
            self.tr("Look into…"), self.tr("See its chats and bring some back"), name="lookIntoPutAsideButton"
        )
        look.clicked.connect(lambda: self._look_into(kept))
        folder = text_button(self.tr("Open folder"), str(kept.path), name="showPutAsideButton")
        folder.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(kept.path.parent))))
        delete = text_button(self.tr("Delete…"), self.tr("Delete it for good"), name="deletePutAsideButton")
        delete.clicked.connect(lambda: self._ask_to_delete(kept))
        for each in (look, folder, delete):  # short words: they stand beside each other in a small window, too
            each.setAccessibleName(f"{each.text()} {words}")
            buttons.addWidget(each)
        buttons.addStretch()
        rows.addWidget(label)
        rows.addLayout(buttons)

    def _words_of(self, kept: Backup) -> str:
        words = self.tr("Replaced on {date} · {size}")
        if kept.kind is BackupKind.DAMAGED:
            words = self.tr("Damaged, replaced on {date} · {size}")
        return words.format(date=date_of(kept.made_at), size=size_of(kept.size))

    def _look_into(self, kept: Backup) -> None:
        Overlay(BackupsDialog(self._backups, shown_first=kept.path), self.window())

    def _ask_to_delete(self, kept: Backup) -> None:
        self._problem.hide()
        sentence = self.tr("What stands nowhere else is gone then.")
        if kept.kind is BackupKind.DAMAGED:
            sentence = self.tr(
                "What the repair could not save may still be in it, for somebody who knows how to get it out."
            )
        ask_inside(
            self.window(),
            self.tr("Delete this file for good?"),
            f"{self._words_of(kept)}\n{sentence}",
            self.tr("Delete"),
            lambda: self._backups.delete_put_aside(kept, self._tell),
        )

    @while_there
    def _tell(self, error: EasyChatError) -> None:
        self._problem.setText(self.tr("It could not be deleted: {reason}").format(reason=problem_of(error)))
        self._problem.show()
