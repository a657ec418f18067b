"""The sidebar: new chat, search, the conversations, and where the model runs."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.domain.ids import ConversationId
from easychat_gui.qtmodels.conversations import ConversationListModel
from easychat_gui.ui import icons, theme
from easychat_gui.ui.shortcuts import Keys
from easychat_gui.ui.sidebar.table import ConversationTable
from easychat_gui.ui.theme import Size, Space
from easychat_gui.ui.widgets.buttons import Dot, EntryButton, IconButton
from easychat_gui.ui.widgets.labels import leading, muted, rule
from easychat_gui.ui.widgets.region import Region


class _SearchField(QLineEdit):
    """Filters the list by title. The keys that lead here stand at its end while it is empty."""

    def __init__(self, keys: QKeySequence, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = keys.toString(QKeySequence.SequenceFormat.NativeText)
        self.setObjectName("chatSearch")
        self.setProperty("look", "search")
        self.setPlaceholderText(self.tr("Search chats"))
        self.setAccessibleName(self.tr("Search chats"))
        self.setToolTip(self.tr("Show the chats whose title contains this; Enter searches all messages, Esc clears it"))
        self._align()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._align()

    def _align(self) -> None:
        """Begin where the interface begins: by itself Qt puts a hint in Latin letters at the left, over the keys."""
        self.setAlignment(leading(self))

    def event(self, event: QEvent) -> bool:
        # Else the window would take Esc, to stop an answer.
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._clears(event):
            event.accept()
            return True
        return super().event(event)

    def _clears(self, event: QKeyEvent) -> bool:
        return event.key() == Qt.Key.Key_Escape and bool(self.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._clears(event):
            self.clear()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        colours = theme.current()
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = self.width() - Space.M - Size.ICON if is_mirrored else Space.M
        painter.drawPixmap(
            left, (self.height() - Size.ICON) // 2, icons.pixmap("search", colours.text_muted, Size.ICON)
        )
        if self.text():
            return
        font = self.font()
        font.setPointSizeF(font.pointSizeF() - 1.0)
        painter.setFont(font)
        painter.setPen(colours.text_faint)
        area = self.rect().adjusted(Space.M, 0, -Space.M, 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing, self._keys)


class Sidebar(Region, QFrame):
    """``conversation_chosen(ConversationId)``, ``window_requested(ConversationId)`` for one in a window of its own, and
    the wishes for new chat, settings and rename.

    ``trash_requested([ConversationSummary])``. ``library_requested(QWidget)``: the menu about all chats, at that
    button. ``menu_opening(QMenu, [ConversationSummary])``: more may be added to the menu of these. What else the list
    asks for, its ``table`` tells; ``above`` and ``below`` it is room for what a view or a choice needs.
    """

    new_requested = Signal()
    settings_requested = Signal()
    library_requested = Signal(object)
    menu_opening = Signal(object, object)
    conversation_chosen = Signal(str)
    window_requested = Signal(str)
    rename_requested = Signal(object)
    trash_requested = Signal(object)

    def __init__(self, model: ConversationListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setAccessibleName(self.tr("Sidebar"))
        self.setToolTip(self.tr("Your chats"))
        self.setProperty("look", "sidebar")
        self.setFixedWidth(Size.SIDEBAR)
        self._model = model
        self.new_button = EntryButton("plus", self.tr("New chat"), Keys.NEW_CHAT)
        self.new_button.setObjectName("newChatButton")
        self.new_button.clicked.connect(self.new_requested)
        self.new_button.setFixedHeight(36)
        self.search = _SearchField(Keys.SEARCH)
        self.table = ConversationTable(model)
        self.above = QVBoxLayout()
        self.below = QVBoxLayout()
        self._state_dot = Dot("text_faint")
        self._state = muted("")
        self._lay_out()
        self.search.textChanged.connect(model.filter)
        self.table.chosen.connect(self.conversation_chosen)
        self.table.window_requested.connect(self.window_requested)
        self.table.menu_requested.connect(self._show_menu)
        self.table.rename_requested.connect(self.rename_requested)
        self.table.delete_requested.connect(self.trash_requested)
        self.table.typed.connect(self._type)

    def show_current(self, conversation_id: ConversationId) -> None:
        self.table.show_current(conversation_id)

    def show_state(self, role: str, words: str) -> None:
        """Say at the foot where the next answer comes from; ``role`` is the colour of the dot."""
        self._state_dot.set_role(role)
        self._state.setText(self._state.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, 180))
        self._state.setToolTip(words)

    def _type(self, text: str) -> None:
        self.search.setFocus()
        self.search.insert(text)

    def _lay_out(self) -> None:
        settings_button = IconButton("settings", self.tr("Settings"))
        settings_button.setObjectName("settingsButton")
        settings_button.clicked.connect(lambda: self.settings_requested.emit())
        library_button = IconButton("more", self.tr("More about your chats"))
        library_button.setObjectName("libraryButton")
        library_button.clicked.connect(lambda: self.library_requested.emit(library_button))
        foot = QHBoxLayout()
        foot.setContentsMargins(Space.M, 0, 0, 0)
        foot.setSpacing(Space.S + 2)
        foot.addWidget(self._state_dot)
        foot.addWidget(self._state, 1)
        foot.addWidget(library_button)
        foot.addWidget(settings_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.M, Space.M, Space.XS)
        column.setSpacing(Space.S)
        column.addWidget(self.new_button)
        column.addWidget(self.search)
        column.addLayout(self.above)
        column.addWidget(self.table, 1)
        column.addLayout(self.below)
        column.addWidget(rule())
        column.addLayout(foot)

    def _show_menu(self, chosen: list[ConversationSummary], point: QPoint) -> None:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        if len(chosen) == 1:
            menu.addAction(self.tr("Rename…"), lambda: self.rename_requested.emit(chosen[0]))
        self.menu_opening.emit(menu, chosen)
        menu.exec(point)

    def sizeHint(self) -> QSize:
        return QSize(Size.SIDEBAR, 600)
