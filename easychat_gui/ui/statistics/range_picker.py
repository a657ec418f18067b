"""Which time the figures are of."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import QDate, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QDateEdit, QDialog, QFormLayout, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from easychat_gui.domain.statistics import Period
from easychat_gui.support import clock
from easychat_gui.ui.header import ARROW
from easychat_gui.ui.statistics import words
from easychat_gui.ui.theme import Size, Space
from easychat_gui.ui.widgets.buttons import text_button
from easychat_gui.ui.widgets.labels import heading, plain

LENGTHS = (7, 30, 90, 365)
USUAL = 30


class RangePicker(QPushButton):
    """``changed`` when another time was chosen, ``own_requested`` for days that are to be asked for."""

    changed = Signal()
    own_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statisticsRange")
        self.setProperty("look", "picker")
        self.setFixedHeight(Size.CONTROL)
        self._length: int | None = USUAL
        self._own: Period | None = None
        self._menu = QMenu(self)
        self._group = QActionGroup(self._menu)
        for length in (*LENGTHS, None):
            action = self._menu.addAction(self._words(length), partial(self._choose, length))
            action.setCheckable(True)
            action.setChecked(length == USUAL)
            action.setData(length or 0)
            self._group.addAction(action)
        self._menu.addSeparator()
        self._menu.addAction(self.tr("Own range…"), self.own_requested.emit)
        self.setMenu(self._menu)
        self._show()

    def period(self) -> Period | None:
        """Return the days that are meant, None for all time."""
        if self._own is not None or self._length is None:
            return self._own
        today = clock.today()
        return Period(today - timedelta(days=self._length - 1), today)

    def choose_own(self, period: Period) -> None:
        self._own = period
        for action in self._group.actions():
            action.setChecked(False)
        self._show()
        self.changed.emit()

    def _choose(self, length: int | None) -> None:
        self._length, self._own = length, None
        for action in self._group.actions():
            action.setChecked(action.data() == (length or 0))
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        said = self._words(self._length) if self._own is None else words.days(self._own.first, self._own.last)
        self.setText(said + ARROW)
        self.setAccessibleName(self.tr("Time: {time}").format(time=said))
        self.setToolTip(self.tr("Which time the figures are of"))

    def _words(self, length: int | None) -> str:
        if length is None:
            return self.tr("All time")
        return self.tr("Last year") if length == 365 else self.tr("Last {count} days").format(count=length)


class RangeDialog(QDialog):
    """Asks for the first and the last day; `period` is what was chosen."""

    def __init__(self, period: Period, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rangeDialog")
        self.setWindowTitle(self.tr("Own range"))
        self.setAccessibleName(self.tr("Own range"))
        self._first = self._field(self.tr("First day"), period.first)
        self._last = self._field(self.tr("Last day"), period.last)
        form = QFormLayout()
        form.addRow(plain(self.tr("First day")), self._first)
        form.addRow(plain(self.tr("Last day")), self._last)
        buttons = QHBoxLayout()
        buttons.addStretch()
        cancel = text_button(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        show = text_button(self.tr("Show"), look="primary", name="showRange")
        show.setDefault(True)
        show.clicked.connect(self.accept)
        buttons.addWidget(cancel)
        buttons.addWidget(show)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        rows.setSpacing(Space.M)
        rows.addWidget(heading(self.tr("Own range"), 2.0))
        rows.addLayout(form)
        rows.addLayout(buttons)

    def period(self) -> Period:
        """Return the days in their order, however they were typed."""
        first, last = sorted((_day_of(self._first), _day_of(self._last)))
        return Period(first, last)

    def _field(self, name: str, value: date) -> QDateEdit:
        field = QDateEdit(QDate(value.year, value.month, value.day))
        field.setCalendarPopup(True)
        field.setDateRange(QDate(2000, 1, 1), QDate.currentDate())
        field.setAccessibleName(name)
        field.setToolTip(name)
        return field


def _day_of(field: QDateEdit) -> date:
    shown = field.date()
    return date(shown.year(), shown.month(), shown.day())
