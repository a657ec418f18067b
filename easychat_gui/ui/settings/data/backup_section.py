"""Backups on the page about data: whether they are made, how many are kept, and what there is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLabel, QWidget

from easychat_gui.controllers.backups import BackupController
from easychat_gui.domain.backups import BackupKind, BackupsReport
from easychat_gui.domain.errors import EasyChatError
from easychat_gui.settings.schema import SETTING_OF, Backups, Settings
from easychat_gui.ui.backup_words import date_of, problem_of, size_of
from easychat_gui.ui.dialogs.backups import BackupsDialog
from easychat_gui.ui.settings.data.section import Section
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.buttons import text_button
from easychat_gui.ui.widgets.check_box import CheckBox
from easychat_gui.ui.widgets.labels import muted, plain
from easychat_gui.ui.widgets.overlay import Overlay
from easychat_gui.ui.widgets.spin_boxes import CountSpin
from easychat_gui.ui.widgets.while_there import while_there

FIELD_WIDTH = 56


class BackupSection(Section):
    """What is chosen is saved with the dialog; what the buttons do happens at once."""

    def __init__(self, backups: BackupController, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Backups"),
            self.tr(
                "Once a day, when something has changed, a checked copy of all chats with their files is put into the "
                "folder “backups”. Each takes only the space of what is new."
            ),
            parent,
        )
        self._backups = backups
        self._is_on = CheckBox()
        self._is_on.setObjectName("backupsCheck")
        self._is_on.setAccessibleName(self.tr("Make backups by themselves"))
        self._is_on.setToolTip(self.tr("One a day, while EasyChat GUI runs"))
        words = plain(self.tr("Make backups by themselves"))
        words.setBuddy(self._is_on)
        first = QHBoxLayout()
        first.setSpacing(Space.S)
        first.addWidget(self._is_on)
        first.addWidget(words, 1)
        self.rows.addLayout(first)
        self._days = self._field("days", self.tr("Days of which the newest backup is kept"))
        self._weeks = self._field("weeks", self.tr("Weeks of which the newest backup is kept"))
        self._months = self._field("months", self.tr("Months of which the newest backup is kept"))
        kept = QHBoxLayout()
        kept.setSpacing(Space.S)
        self.rows.addWidget(plain(self.tr("Keep one of each of the last")))
        for field, unit in (
            (self._days, self.tr("days,")),
            (self._weeks, self.tr("weeks,")),
            (self._months, self.tr("months")),
        ):
            kept.addWidget(field)
            kept.addWidget(plain(unit))
        kept.addStretch()
        self.rows.addLayout(kept)
        self._state = self._line("backupState")
        self._check = self._line("checkState")
        self.rows.addLayout(self._buttons())
        self._problem = plain("", points=-0.5, look="danger")
        self._problem.setObjectName("backupProblem")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self.rows.addWidget(self._problem)
        backups.changed.connect(self._refresh)
        self._refresh()

    def show_settings(self, settings: Settings) -> None:
        values = settings.backups
        self._is_on.setChecked(values.is_on)
        for field, value in ((self._days, values.days), (self._weeks, values.weeks), (self._months, values.months)):
            field.setValue(value)

    def apply_to(self, settings: Settings) -> Settings:
        values = Backups(
            is_on=self._is_on.isChecked(),
            days=int(self._days.value()),
            weeks=int(self._weeks.value()),
            months=int(self._months.value()),
        )
        return replace(settings, backups=values)

    def _field(self, name: str, words: str) -> CountSpin:
        rule = SETTING_OF[f"backups.{name}"].rule
        field = CountSpin(int(getattr(rule, "minimum", 0)), int(getattr(rule, "maximum", 0)))
        field.setObjectName(f"{name}Spin")
        field.setFixedWidth(FIELD_WIDTH)
        field.setAccessibleName(words)
        field.setToolTip(words)
        return field

    def _line(self, name: str) -> QLabel:
        line = muted("", -0.5)
        line.setObjectName(name)
        line.setWordWrap(True)
        self.rows.addWidget(line)
        return line

    def _buttons(self) -> QGridLayout:
        self._now = text_button(self.tr("Back up now"), name="backUpNowButton")
        self._now.clicked.connect(self._backups.back_up_now)
        restore = text_button(
            self.tr("Restore…"), self.tr("Look into backups and bring chats back"), name="restoreButton"
        )
        restore.clicked.connect(lambda: Overlay(BackupsDialog(self._backups), self.window()))
        copy = text_button(
            self.tr("Save a copy…"), self.tr("Save a copy of everything as one file"), name="saveCopyButton"
        )
        copy.clicked.connect(self._save_copy)
        self._check_now = text_button(
            self.tr("Check now"), self.tr("Look at the whole database, as is done once a week"), name="checkNowButton"
        )
        self._check_now.clicked.connect(self._backups.check_now)
        grid = QGridLayout()  # two rows: four beside each other do not fit a small window
        grid.setSpacing(Space.S + 2)
        for number, each in enumerate((self._now, restore, copy, self._check_now)):
            grid.addWidget(each, number // 2, number % 2)
        grid.setColumnStretch(2, 1)
        return grid

    def _save_copy(self) -> None:
        kinds = self.tr("Databases") + " (*.db)"
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Save a copy of everything"), "easychat-copy.db", kinds)
        if name:
            self._backups.save_as_file(Path(name), lambda: None, self._tell)

    def _refresh(self) -> None:
        self._now.setEnabled(not self._backups.is_busy)
        self._check_now.setEnabled(not self._backups.is_checking)
        if self._backups.is_busy:
            self._state.setText(self.tr("A backup is being made…"))
        if self._backups.problem is not None:
            self._tell(self._backups.problem)
        else:
            self._problem.hide()
        self._backups.read_list(self._show, self._tell)

    @while_there
    def _show(self, report: BackupsReport) -> None:
        if not self._backups.is_busy:
            self._state.setText(self._words_of(report))
        self._check.setText(self._words_of_checkup())

    def _words_of(self, report: BackupsReport) -> str:
        good = [each for each in report.backups if each.fault is None and each.kind is not BackupKind.BEFORE_MIGRATION]
        if not good:
            return self.tr("There is no backup yet.")
        values = {"date": date_of(good[0].made_at), "count": len(report.backups), "size": size_of(report.folder_size)}
        if len(report.backups) == 1:
            return self.tr("There is one of {date}, which takes {size}.").format(**values)
        return self.tr("The last one is of {date}. {count} are kept, which take {size}.").format(**values)

    def _words_of_checkup(self) -> str:
        checkup = self._backups.checkup
        if self._backups.is_checking:
            return self.tr("The database is being checked…")
        if checkup is None:
            return self.tr("The database is checked as a whole once a week.")
        if checkup.findings:
            words = self.tr("The check of {date} found damage: {finding}")
            return words.format(date=date_of(checkup.at), finding=checkup.findings[0])
        return self.tr("The database was checked as a whole on {date}, and is sound.").format(date=date_of(checkup.at))

    @while_there
    def _tell(self, error: EasyChatError) -> None:
        self._problem.setText(self.tr("That could not be done: {reason}").format(reason=problem_of(error)))
        self._problem.show()
