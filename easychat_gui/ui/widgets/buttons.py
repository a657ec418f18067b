"""Buttons in the look of the house."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QToolButton, QWidget

from easychat_gui.ui import icons, theme
from easychat_gui.ui.theme import Size, Space


class IconButton(QToolButton):
    """A square button with an icon that follows the theme. Its words are its tooltip and its accessible name."""

    def __init__(
        self,
        icon_name: str,
        words: str,
        parent: QWidget | None = None,
        *,
        side: int = Size.CONTROL,
        icon_side: int = Size.ICON,
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self.setIconSize(QSize(icon_side, icon_side))
        self.setFixedSize(side, side)
        self.set_words(words)
        self.toggled.connect(self._recolour)
        theme.watcher().changed.connect(self._recolour)
        self._recolour()

    def set_words(self, words: str) -> None:
        self.setToolTip(words)
        self.setAccessibleName(words)

    def set_icon(self, icon_name: str) -> None:
        self._icon_name = icon_name
        self._recolour()

    def _recolour(self) -> None:
        colours = theme.current()
        colour = colours.accent if self.isChecked() else colours.text_muted
        self.setIcon(icons.icon(self._icon_name, colour, self.iconSize().width()))


def text_button(words: str, hint: str = "", *, name: str = "", look: str = "") -> QPushButton:
    """Return a button that Enter in another field does not press. ``hint`` is its tooltip, without one its words."""
    button = QPushButton(words)
    button.setObjectName(name)
    button.setAccessibleName(words)
    button.setToolTip(hint or words)
    button.setAutoDefault(False)
    if look:
        button.setProperty("look", look)
    return button


class RoundButton(QAbstractButton):
    """The filled circle that sends or stops."""

    DIAMETER = 34

    def __init__(self, icon_name: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._is_quiet = False
        self.set_words(words)
        self.setFixedSize(self.DIAMETER + 4, self.DIAMETER + 4)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.watcher().changed.connect(self.update)

    def set_words(self, words: str) -> None:
        self.setToolTip(words)
        self.setAccessibleName(words)

    def set_quiet(self, *, is_quiet: bool) -> None:
        """Stand back behind another button of this kind."""
        if is_quiet != self._is_quiet:
            self._is_quiet = is_quiet
            self.update()

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.current()
        fill, ink = colours.accent, colours.accent_text
        if self._is_quiet:
            fill, ink = colours.accent_soft, colours.accent
        if not self.isEnabled():
            fill, ink = colours.border, colours.text_faint
        elif self.isDown() or self.underMouse():
            fill = fill.lighter(112) if colours.is_dark else fill.darker(112)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        circle = QRectF(2, 2, self.DIAMETER, self.DIAMETER)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawEllipse(circle)
        if self.hasFocus():
            painter.setPen(colours.text)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(circle.adjusted(-1, -1, 1, 1))
        picture = icons.pixmap(self._icon_name, ink, Size.ICON)
        inset = 2 + (self.DIAMETER - Size.ICON) / 2
        painter.drawPixmap(int(inset), int(inset), picture)


class EntryButton(QPushButton):
    """A wide button: icon, words, and its keys at the far end."""

    def __init__(self, icon_name: str, words: str, keys: QKeySequence, parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self._keys = keys.toString(QKeySequence.SequenceFormat.NativeText)
        self._icon_name = icon_name
        self.setProperty("look", "entry")
        self.setToolTip(f"{words} ({self._keys})")
        self.setAccessibleName(words)
        self.setIconSize(QSize(Size.ICON, Size.ICON))
        theme.watcher().changed.connect(self._recolour)
        self._recolour()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        font = QFont(self.font())
        font.setWeight(QFont.Weight.Normal)
        font.setPointSizeF(font.pointSizeF() - 1.0)
        painter.setFont(font)
        painter.setPen(theme.current().text_faint)
        area = self.rect().adjusted(Space.M, 0, -Space.M, 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing, self._keys)

    def _recolour(self) -> None:
        self.setIcon(icons.icon(self._icon_name, theme.current().text))


class Dot(QWidget):
    """A small filled circle that tells a state by its colour. Never the only sign: words stand beside it."""

    DIAMETER = 8

    def __init__(self, role: str = "ok", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role
        self.setFixedSize(self.DIAMETER, self.DIAMETER)
        theme.watcher().changed.connect(self.update)

    def set_role(self, role: str) -> None:
        """``role`` names a colour of the theme: "ok", "warning", "danger", "text_faint", "accent"."""
        if role != self._role:
            self._role = role
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_dot(painter, QRectF(self.rect()), getattr(theme.current(), self._role))


def paint_dot(painter: QPainter, area: QRectF, colour: QColor) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(area)
