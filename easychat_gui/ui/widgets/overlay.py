"""A dialog inside the window, above a dimmed ground.

A window of its own would get a frame from the desktop, could fall behind the main window, and on desktops without
a compositor has no rounded corners.
"""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QRegion
from PySide6.QtWidgets import QApplication, QDialog, QScrollArea, QWidget

from easychat_gui.ui import theme
from easychat_gui.ui.theme import Radius, Space, Theme

SHADOW_STEPS = 36

TOP = "top"
"""The property by which a panel says how far below the upper edge it wants to be; else it stands in the middle."""


class Overlay(QWidget):
    """Covers its parent while a panel is open. ``closed`` when it went.

    The panel is a `QDialog` turned child: screen readers find a dialog, Escape rejects it.
    """

    closed = Signal()

    def __init__(self, panel: QDialog, parent: QWidget) -> None:
        super().__init__(parent)
        self._panel = panel
        self._ground = parent
        self._picture = QPixmap()
        self._pictured: tuple[object, ...] = ()
        """What the picture shows: sizes, colours, density."""
        self._focus_before = QApplication.focusWidget()
        panel.setParent(self)
        panel.setWindowFlags(Qt.WindowType.Widget)
        panel.setAutoFillBackground(False)
        panel.finished.connect(self._close)
        # The keys of the window below would otherwise be taken before the panel sees them, Escape among them.
        self._silenced = [action for action in parent.window().actions() if action.isEnabled()]
        for action in self._silenced:
            action.setEnabled(False)
        parent.installEventFilter(self)
        self._fit()
        self.show()
        self.raise_()
        panel.show()
        panel.setFocus()
        self.focusNextPrevChild(True)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._hold_focus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._ground and event.type() == QEvent.Type.Resize:
            self._fit()
        elif watched is self._ground and event.type() == QEvent.Type.Close:
            focus = QApplication.focusWidget()
            if focus is not None and self._panel.isAncestorOf(focus):
                focus.clearFocus()  # what is typed is kept when its field is left
        return False

    def focusNextPrevChild(self, is_next: bool) -> bool:  # noqa: FBT001 - Qt's signature
        """Keep Tab inside the panel."""
        chain = [
            widget
            for widget in self._panel.findChildren(QWidget)
            if widget.isVisible()
            and widget.isEnabled()
            and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and widget.focusProxy() is None  # the line inside a number field hands the focus back to it
        ]
        if not chain:
            return True
        ordered = _in_reading_order(self._panel, chain)
        current = QApplication.focusWidget()
        place = ordered.index(current) if current in ordered else (-1 if is_next else 0)
        reason = Qt.FocusReason.TabFocusReason if is_next else Qt.FocusReason.BacktabFocusReason
        ordered[(place + (1 if is_next else -1)) % len(ordered)].setFocus(reason)
        return True

    def _hold_focus(self, before: QWidget | None, now: QWidget | None) -> None:
        """Take the focus back from what lies below: a chat that opens there must not get what is typed here."""
        if now is None or now.window() is not self.window() or self.isAncestorOf(now) or not self._is_on_top():
            return
        if before is not None and shiboken6.isValid(before) and self._panel.isAncestorOf(before):
            before.setFocus()
        else:
            self.focusNextPrevChild(True)

    def _is_on_top(self) -> bool:
        return self.isVisible() and self._shown_beside()[-1] is self

    def _shown_beside(self) -> list[Overlay]:
        """Return all dialogs that are open over the same ground, the uppermost last."""
        beside = self._ground.findChildren(Overlay, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return [each for each in beside if each.isVisible()]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._panel.reject()
        event.accept()  # what the panel does not take must not reach the window below

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if self._panel.property(TOP) is not None:  # what only floats above goes with a click beside it
            self._panel.reject()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the shadow from a picture of it: an answer that arrives below has all this painted at each word."""
        colours = theme.current()
        kind = (self.size(), self._panel.geometry(), colours, self.devicePixelRatioF())
        if kind != self._pictured:
            self._pictured, self._picture = kind, self._draw(colours)
        QPainter(self).drawPixmap(0, 0, self._picture)

    def _draw(self, colours: Theme) -> QPixmap:
        """Draw the dimmed ground, and on it the empty panel with its shadow."""
        picture = QPixmap(self.size() * self.devicePixelRatioF())
        picture.setDevicePixelRatio(self.devicePixelRatioF())
        picture.fill(QColor(0, 0, 0, 110 if colours.is_dark else 50))
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self._panel.geometry())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 1))
        # What the panel covers need not be darkened first: that was most of what all this took.
        inner = self._panel.geometry().adjusted(Radius.CARD, Radius.CARD, -Radius.CARD, -Radius.CARD)
        painter.setClipRegion(QRegion(self.rect()).subtracted(QRegion(inner)))
        for step in range(SHADOW_STEPS):
            grown = area.adjusted(-step, -step + 4, step, step + 8)
            painter.drawRoundedRect(grown, Radius.CARD + step, Radius.CARD + step)
        painter.setClipping(False)
        painter.setPen(colours.border_strong)
        painter.setBrush(colours.window)
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), Radius.CARD, Radius.CARD)
        painter.end()
        return picture

    def _fit(self) -> None:
        self.setGeometry(self._ground.rect())
        wanted = self._panel.sizeHint()
        width = min(wanted.width(), self.width() - 2 * Space.L)
        height = wanted.height()
        if width < wanted.width():  # its words need more lines then
            height = max(height, self._panel.heightForWidth(width))
        height = min(height, self.height() - 2 * Space.L)
        middle = (self.height() - height) // 2
        wanted_top = self._panel.property(TOP)
        top = middle if wanted_top is None else min(int(wanted_top), middle)
        self._panel.setGeometry((self.width() - width) // 2, top, width, height)

    def _close(self) -> None:
        self._ground.removeEventFilter(self)
        self.hide()
        for action in self._silenced:
            action.setEnabled(True)
        before = self._focus_before
        if before is not None and shiboken6.isValid(before) and before.isVisible() and before.isEnabled():
            before.setFocus()
        elif below := self._shown_beside():  # what opened this dialog is gone, or busy
            below[-1].focusNextPrevChild(True)
        else:
            self._ground.setFocus()
        self.closed.emit()
        self.deleteLater()


ROW_SLACK = 10
"""Widgets whose tops differ by no more than this, in px, stand in one row: those of unlike height are centred."""

COLUMN = "column"
"""The property by which a part of a panel says which column it is, counted from the reader's side."""


def _in_reading_order(panel: QWidget, widgets: list[QWidget]) -> list[QWidget]:
    """Sort by where they stand, column by column and row by row.

    Not by `QWidget.nextInFocusChain`: PySide takes what that returns for a child of the widget it was asked of, and
    with the panel it would declare half of the window deleted, which ends in a crash at the next paint.
    """

    is_mirrored = panel.layoutDirection() == Qt.LayoutDirection.RightToLeft
    found = []
    for widget in widgets:
        corner, inner = _place(panel, widget)
        left = -corner.x() if is_mirrored else corner.x()
        found.append((_column(panel, widget), corner.y(), inner, left, widget))
    found.sort(key=lambda each: each[:4])
    ordered: list[tuple[int, int, int, int, QWidget]] = []
    column, row, inner_row = -1, 0, 0
    for each in found:
        if each[0] != column or each[1] - row > ROW_SLACK or each[2] - inner_row > ROW_SLACK:
            column, row, inner_row = each[:3]
        ordered.append((column, row, inner_row, each[3], each[4]))
    return [each[4] for each in sorted(ordered, key=lambda each: each[:4])]


def _place(panel: QWidget, widget: QWidget) -> tuple[QPoint, int]:
    """Return where a widget stands; of one that can be scrolled, where what it is scrolled in stands, and how far down
    it is in there: where it was scrolled to must not change the order."""
    corner = widget.mapTo(panel, QPoint(0, 0))
    around: QWidget | None = widget.parentWidget()
    while around is not None and around is not panel:
        content = around.widget() if isinstance(around, QScrollArea) else None
        if content is not None and content.isAncestorOf(widget):
            inner = widget.mapTo(content, QPoint(0, 0)).y()
            return QPoint(corner.x(), around.mapTo(panel, QPoint(0, 0)).y()), inner
        around = around.parentWidget()
    return corner, 0


def _column(panel: QWidget, widget: QWidget) -> int:
    """Return the column that a widget stands in: the last one of those around it that say so."""
    around: QWidget | None = widget
    while around is not None and around is not panel:
        if (column := around.property(COLUMN)) is not None:
            return int(column)
        around = around.parentWidget()
    return 0
