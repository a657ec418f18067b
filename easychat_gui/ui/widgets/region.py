"""Parts of the window that hold others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    _AnyWidget = QWidget  # for the checker; in truth whichever widget stands behind the mixin
else:
    _AnyWidget = object


class Region(_AnyWidget):
    """Has a tooltip for those who ask for it, and does not show it: it would stand over all that has none inside."""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            event.ignore()
            return True
        return super().event(event)
