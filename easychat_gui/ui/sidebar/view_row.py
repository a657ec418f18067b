"""The row below the search field while the list shows only a part: which, and the way back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.buttons import IconButton
from easychat_gui.ui.widgets.labels import heading, leading


class ViewRow(QWidget):
    """``back_requested``, and ``menu_requested(QWidget)`` for what can be done with all of it."""

    back_requested = Signal()
    menu_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self._back = IconButton("chevron-left", self.tr("Back to all chats (Esc)"), self, side=24, icon_side=14)
        self._back.setProperty("look", "small")
        self._back.setObjectName("viewBackButton")
        self._back.clicked.connect(self.back_requested)
        self._title = heading("")
        self._menu = IconButton("more", self.tr("More about these chats"), self, side=24, icon_side=14)
        self._menu.setProperty("look", "small")
        self._menu.setObjectName("viewMenuButton")
        self._menu.clicked.connect(lambda: self.menu_requested.emit(self._menu))
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.XS, 0, 0, 0)
        row.setSpacing(Space.XS)
        row.addWidget(self._back)
        row.addWidget(self._title, 1)
        row.addWidget(self._menu)
        self._align()

    def show_title(self, words: str) -> None:
        self._words = words
        self._title.setToolTip(words)
        self.setAccessibleName(words)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._align()

    def _align(self) -> None:
        """Begin where the interface begins: by itself Qt puts a name in Latin letters at the left."""
        self._back.set_icon("chevron-right" if self.isRightToLeft() else "chevron-left")
        self._title.setAlignment(leading(self))

    def _fit(self) -> None:
        room = self.width() - 2 * 24 - 3 * Space.XS - Space.XS
        elided = self._title.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideMiddle, max(room, 0))
        self._title.setText(elided)
