"""Labels in the sizes of the house. All are plain text: Qt would show a local image from a model's name otherwise."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from easychat_gui.ui import icons, theme
from easychat_gui.ui.theme import Space


def plain(text: str, *, points: float = 0.0, weight: QFont.Weight = QFont.Weight.Normal, look: str = "") -> QLabel:
    """Return a label. ``points`` is added to the size of the interface font."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    font = QFont(label.font())
    font.setPointSizeF(font.pointSizeF() + points)
    font.setWeight(weight)
    label.setFont(font)
    if look:
        label.setProperty("look", look)
    return label


def heading(text: str, points: float = 0.0) -> QLabel:
    return plain(text, points=points, weight=QFont.Weight.DemiBold)


def muted(text: str, points: float = 0.0) -> QLabel:
    return plain(text, points=points, look="muted")


def faint(text: str, points: float = -1.0) -> QLabel:
    return plain(text, points=points, look="faint")


def leading(widget: QWidget) -> Qt.AlignmentFlag:
    """Return how a text stands where the interface begins, whichever letters it has."""
    is_mirrored = widget.layoutDirection() == Qt.LayoutDirection.RightToLeft
    side = Qt.AlignmentFlag.AlignRight if is_mirrored else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter


class Mark(QFrame):
    """A small sign in a bar: an icon and a word on a coloured ground. Its hint is told as its description, too."""

    def __init__(self, icon_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "mark")
        self._icon_name = icon_name
        self._icon = QLabel()
        self._words = plain("", points=-1.0, weight=QFont.Weight.Medium)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.S, 2, Space.S, 2)
        row.setSpacing(Space.XS)
        row.addWidget(self._icon)
        row.addWidget(self._words)
        theme.watcher().changed.connect(self._recolour)
        self._recolour()

    def show_words(self, words: str, hint: str) -> None:
        self._words.setText(words)
        self.setAccessibleName(words)
        self.setAccessibleDescription(hint)
        self.setToolTip(hint)

    def _recolour(self) -> None:
        self._icon.setPixmap(icons.pixmap(self._icon_name, theme.current().accent, 14))


def show_copyable(label: QLabel, text: str) -> None:
    """Show a text that can be marked and copied. The label can then have the focus, and so must say what it is."""
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setText(text)
    label.setAccessibleName(text)
    label.setToolTip(QCoreApplication.translate("Labels", "Can be marked and copied"))


def rule(parent: QWidget | None = None) -> QFrame:
    """Return a thin horizontal line."""
    line = QFrame(parent)
    line.setProperty("look", "rule")
    return line
