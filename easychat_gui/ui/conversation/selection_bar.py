"""The small bar over text that was marked with the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from easychat_gui.ui import icons, theme
from easychat_gui.ui.theme import Radius, Space

if TYPE_CHECKING:
    from easychat_gui.ui.conversation.view import ConversationView


class SelectionBar(QWidget):
    """Copy, Quote and Ask. The keyboard has the same in the menu and as shortcuts, so it does not take the focus."""

    def __init__(self, view: ConversationView) -> None:
        super().__init__(view.viewport())
        self._view = view
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(2)
        self.copy_button = self._add("copy", self.tr("Copy"), self.tr("Copy what is marked"))
        self.quote_button = self._add("quote", self.tr("Quote"), self.tr("Quote in reply"))
        self.ask_button = self._add("search", self.tr("Ask"), self.tr("Ask about this"))
        for button, slot in (
            (self.copy_button, view.copy),
            (self.quote_button, view.quote_selection),
            (self.ask_button, view.ask_about_selection),
        ):
            row.addWidget(button)
            button.clicked.connect(slot)
            button.clicked.connect(self.hide)
        self.retheme()
        self.hide()

    def _add(self, icon_name: str, words: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(words)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setProperty("icon_name", icon_name)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button

    def retheme(self) -> None:
        for button in (self.copy_button, self.quote_button, self.ask_button):
            button.setIcon(icons.icon(button.property("icon_name"), theme.current().text_muted, 16))

    def show_for_selection(self) -> None:
        """Come up for what has just been marked."""
        self.adjustSize()
        self.show()
        self.raise_()
        self.place()

    def place(self) -> None:
        """Stand above the beginning of what is marked, or below its end where there is no room above."""
        view = self._view
        if self.isHidden():
            return
        selection = view.selection
        if selection.is_empty or selection.end.row >= len(view.rows):
            self.hide()
            return
        corner = QPoint(view.column[0], -view.scroll_top)
        first = view.keyboard.caret.rect(selection.start).translated(corner)
        last = view.keyboard.caret.rect(selection.end).translated(corner)
        room = view.viewport().rect()
        top = first.top() - self.height() - Space.XS
        if top < 0 < last.bottom():
            top = min(last.bottom() + Space.XS, room.height() - self.height() - Space.XS)
        left = min(max(first.left(), Space.XS), room.width() - self.width() - Space.XS)
        self.move(left, top)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.border_strong, 1))
        painter.setBrush(colours.raised)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(area, Radius.CONTROL, Radius.CONTROL)
