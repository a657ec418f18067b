"""The sidebar: new chat, search, the conversations, and where the model runs."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.domain.ids import ConversationId
from easychat_gui.qtmodels.conversations import ConversationListModel, ConversationRole
from easychat_gui.ui import icons, theme
from easychat_gui.ui.shortcuts import Keys
from easychat_gui.ui.sidebar.delegate import ROW_HEIGHT, ConversationDelegate
from easychat_gui.ui.theme import Size, Space
from easychat_gui.ui.widgets.buttons import Dot, EntryButton, IconButton
from easychat_gui.ui.widgets.labels import muted, rule
from easychat_gui.ui.widgets.region import Region


class ConversationTable(QTableView):
    """The list. A table of one column, since a list view asks the model 200,000 times for 100,000 rows."""

    chosen = Signal(str)
    menu_requested = Signal(object, QPoint)
    delete_requested = Signal(object)
    rename_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("conversationList")
        self.setProperty("look", "conversations")
        self.setAccessibleName(self.tr("Conversations"))
        self.setToolTip(self.tr("Enter or a click opens a chat, F2 renames it, Del deletes it"))
        self.setItemDelegate(ConversationDelegate(self))
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.horizontalHeader().setStretchLastSection(True)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu_requested)
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)
        self.verticalScrollBar().setSingleStep(ROW_HEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.RightButton:
            event.accept()  # its menu is for the row below it; the chat that is shown stays marked
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        summary = self._summary(self.currentIndex())
        if summary is not None and event.key() == Qt.Key.Key_Delete:
            self.delete_requested.emit(summary)
        elif summary is not None and event.key() == Qt.Key.Key_F2:
            self.rename_requested.emit(summary)
        else:
            super().keyPressEvent(event)

    def show_current(self, row: int | None) -> None:
        """Mark the row of the conversation that is shown."""
        if row is None:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        elif self.currentIndex().row() != row or not self.selectionModel().hasSelection():
            self.setCurrentIndex(self.model().index(row, 0))

    def _choose(self, index: QModelIndex) -> None:
        if summary := self._summary(index):
            self.chosen.emit(summary.id)

    def _on_menu_requested(self, point: QPoint) -> None:
        if summary := self._summary(self.indexAt(point)):
            self.menu_requested.emit(summary, self.viewport().mapToGlobal(point))

    def _summary(self, index: QModelIndex) -> ConversationSummary | None:
        return index.data(ConversationRole.SUMMARY) if index.isValid() else None


class _SearchField(QLineEdit):
    """Filters the list by title. The keys that lead here stand at its end while it is empty."""

    def __init__(self, keys: QKeySequence, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = keys.toString(QKeySequence.SequenceFormat.NativeText)
        self.setObjectName("chatSearch")
        self.setProperty("look", "search")
        self.setPlaceholderText(self.tr("Search chats"))
        self.setAccessibleName(self.tr("Search chats"))
        self.setToolTip(self.tr("Show the chats whose title contains this; Esc clears it"))
        self._align()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._align()

    def _align(self) -> None:
        """Begin where the interface begins: by itself Qt puts a hint in Latin letters at the left, over the keys."""
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if is_mirrored else Qt.AlignmentFlag.AlignLeft
        self.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
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
    """``conversation_chosen(ConversationId)`` and the wishes for new chat, settings, rename, pin and delete.

    ``library_requested(QWidget)``: the menu about all chats, at that button. ``menu_opening(QMenu,
    [ConversationSummary])``: more may be added to the menu of these.
    """

    new_requested = Signal()
    settings_requested = Signal()
    library_requested = Signal(object)
    menu_opening = Signal(object, object)
    conversation_chosen = Signal(str)
    rename_requested = Signal(object)
    pin_requested = Signal(object)
    delete_requested = Signal(object)

    def __init__(self, model: ConversationListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self.setAccessibleName(self.tr("Sidebar"))
        self.setToolTip(self.tr("Your chats"))
        self.setProperty("look", "sidebar")
        self.setFixedWidth(Size.SIDEBAR)
        self._model = model
        self._current: ConversationId | None = None
        self.new_button = EntryButton("plus", self.tr("New chat"), Keys.NEW_CHAT)
        self.new_button.setObjectName("newChatButton")
        self.new_button.clicked.connect(self.new_requested)
        self.new_button.setFixedHeight(36)
        self.search = _SearchField(Keys.SEARCH)
        self.table = ConversationTable()
        self.table.setModel(model)
        self._state_dot = Dot("text_faint")
        self._state = muted("")
        self._lay_out()
        self.search.textChanged.connect(model.filter)
        self.table.chosen.connect(self.conversation_chosen)
        self.table.menu_requested.connect(self._show_menu)
        self.table.rename_requested.connect(self.rename_requested)
        self.table.delete_requested.connect(self.delete_requested)
        for signal in (model.modelReset, model.rowsInserted, model.rowsRemoved, model.rowsMoved, model.layoutChanged):
            signal.connect(self._mark_current)

    def show_current(self, conversation_id: ConversationId) -> None:
        self._current = conversation_id
        self._mark_current()

    def show_state(self, role: str, words: str) -> None:
        """Say at the foot where the next answer comes from; ``role`` is the colour of the dot."""
        self._state_dot.set_role(role)
        self._state.setText(self._state.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, 180))
        self._state.setToolTip(words)

    def _mark_current(self) -> None:
        self.table.show_current(None if self._current is None else self._model.row_of(self._current))

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
        column.addWidget(self.table, 1)
        column.addWidget(rule())
        column.addLayout(foot)

    def _show_menu(self, summary: ConversationSummary, point: QPoint) -> None:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction(self.tr("Rename…"), lambda: self.rename_requested.emit(summary))
        words = self.tr("Unpin") if summary.is_pinned else self.tr("Pin")
        menu.addAction(words, lambda: self.pin_requested.emit(summary))
        self.menu_opening.emit(menu, [summary])
        menu.addSeparator()
        menu.addAction(self.tr("Delete…"), lambda: self.delete_requested.emit(summary))
        menu.exec(point)

    def sizeHint(self) -> QSize:
        return QSize(Size.SIDEBAR, 600)
