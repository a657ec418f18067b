"""The buttons that float over the conversation."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal, SignalInstance
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from easychat_gui.domain.branches import Place
from easychat_gui.domain.messages import Message, Role
from easychat_gui.ui import icons, theme
from easychat_gui.ui.theme import Size
from easychat_gui.ui.widgets.buttons import IconButton
from easychat_gui.ui.widgets.labels import muted


class ActionBar(QWidget):
    """What can be done with one message. There is one bar, which moves to the message it is for."""

    copy_clicked = Signal()
    edit_clicked = Signal()
    regenerate_clicked = Signal()
    branch_clicked = Signal()
    more_clicked = Signal(QPoint)
    sibling_clicked = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2)
        self.copy_button = self._add("copy", self.tr("Copy message"), self.copy_clicked)
        self.edit_button = self._add("edit", self.tr("Edit message"), self.edit_clicked)
        self.regenerate_button = self._add("regenerate", self.tr("Regenerate answer"), self.regenerate_clicked)
        self.branch_button = self._add("branch", self.tr("Branch to a new chat"), self.branch_clicked)
        self.more_button = self._add("more", self.tr("More actions"), None)
        self.more_button.clicked.connect(self._on_more_clicked)
        self.previous_button = self._add("chevron-left", self.tr("Previous branch"), None)
        self.place_label = muted("")
        self._row.addWidget(self.place_label)
        self.next_button = self._add("chevron-right", self.tr("Next branch"), None)
        self.previous_button.clicked.connect(lambda: self.sibling_clicked.emit(-1))
        self.next_button.clicked.connect(lambda: self.sibling_clicked.emit(1))
        self.hide()

    def _add(self, icon_name: str, text: str, wish: SignalInstance | None) -> IconButton:
        button = IconButton(icon_name, text, self, side=Size.HIT_TARGET_MIN, icon_side=16)
        if wish is not None:
            button.clicked.connect(wish)
        self._row.addWidget(button)
        return button

    def show_for(self, message: Message, place: Place) -> None:
        """Offer what makes sense for this message. ``place`` is where it stands among its branches."""
        is_user = message.role is Role.USER
        self.regenerate_button.setVisible(not is_user)
        self.branch_button.setVisible(not is_user)
        for part in (self.previous_button, self.place_label, self.next_button):
            part.setVisible(place.total > 1)
        self.previous_button.setEnabled(place.number > 1)
        self.next_button.setEnabled(place.number < place.total)
        self.place_label.setText(f"{place.number} / {place.total}")
        self.adjustSize()

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
