"""Labels in the sizes of the house. All are plain text: Qt would show a local image from a model's name otherwise."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QLabel, QWidget


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
