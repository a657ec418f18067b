"""The buttons that float over the conversation."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QToolButton, QWidget

from easychat_gui.domain.messages import Message, Role
from easychat_gui.ui import icons, theme
from easychat_gui.ui.theme import Radius, Size


class IconButton(QToolButton):
    """A flat button of the smallest size that is still easy to hit."""

    def __init__(self, icon_name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self.setFixedSize(Size.HIT_TARGET_MIN, Size.HIT_TARGET_MIN)
        self.setIconSize(QSize(16, 16))
        self.setAutoRaise(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.retheme()

    def retheme(self) -> None:
        self.setIcon(icons.icon(self._icon_name, theme.current().text_muted, 16))

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.border if self.isDown() else colours.surface)
            painter.drawRoundedRect(area, Radius.CONTROL, Radius.CONTROL)
        if self.hasFocus():
            painter.setPen(QPen(colours.accent, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area, Radius.CONTROL, Radius.CONTROL)
        corner = QPoint((self.width() - 16) // 2, (self.height() - 16) // 2)
        painter.drawPixmap(corner, icons.pixmap(self._icon_name, colours.text_muted, 16))


class ActionBar(QWidget):
    """What can be done with one message. There is one bar, which moves to the message it is for."""

    copy_clicked = Signal()
    edit_clicked = Signal()
    regenerate_clicked = Signal()
    more_clicked = Signal(QPoint)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2)
        self.copy_button = self._add("copy", self.tr("Copy message"), self.copy_clicked)
        self.edit_button = self._add("edit", self.tr("Edit message"), self.edit_clicked)
        self.regenerate_button = self._add("regenerate", self.tr("Regenerate answer"), self.regenerate_clicked)
        self.more_button = self._add("more", self.tr("More actions"), None)
        self.more_button.clicked.connect(self._on_more_clicked)
        self.hide()

    def _add(self, icon_name: str, text: str, wish: SignalInstance | None) -> IconButton:
        button = IconButton(icon_name, self)
        button.setToolTip(text)
        button.setAccessibleName(text)
        if wish is not None:
            button.clicked.connect(wish)
        self._row.addWidget(button)
        return button

    def show_for(self, message: Message) -> None:
        """Offer what makes sense for this message."""
        is_user = message.role is Role.USER
        self.regenerate_button.setVisible(not is_user)
        self.more_button.setVisible(not is_user)
        self.adjustSize()

    def retheme(self) -> None:
        for button in (self.copy_button, self.edit_button, self.regenerate_button, self.more_button):
            button.retheme()

    def _on_more_clicked(self) -> None:
        self.more_clicked.emit(self.more_button.mapToGlobal(QPoint(0, self.more_button.height())))


class JumpButton(QAbstractButton):
    """A round button with an arrow down: to the newest message."""

    EXTENT = 36

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        text = self.tr("Jump to latest")
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.setFixedSize(self.EXTENT, self.EXTENT)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_marked = self.underMouse() or self.hasFocus()
        painter.setPen(QPen(colours.accent if self.hasFocus() else colours.border_strong, 1))
        painter.setBrush(colours.surface if is_marked else colours.raised)
        painter.drawEllipse(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5))
        corner = QPoint((self.width() - Size.ICON) // 2, (self.height() - Size.ICON) // 2)
        painter.drawPixmap(corner, icons.pixmap("arrow-down", colours.text, Size.ICON))
