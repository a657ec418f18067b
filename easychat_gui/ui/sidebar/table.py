"""The list of the sidebar: what the mouse and the keyboard do in it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.domain.ids import ConversationId, FolderId
from easychat_gui.qtmodels.conversations import ConversationListModel, ConversationRole
from easychat_gui.qtmodels.sections import FolderRow, ShelfKind, ShelfRow, TagRow, View, ViewKind
from easychat_gui.ui import theme

if TYPE_CHECKING:
    from easychat_gui.ui.sidebar.delegate import ConversationDelegate
    from easychat_gui.ui.sidebar.dragging import Dragging

ROW_HEIGHT = 32

MOST_KEPT = 300
"""A choice of more than so many is given up when the rows are put together anew."""

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_Flag = QItemSelectionModel.SelectionFlag


class ConversationTable(QTableView):
    """A table of one column, since a list view asks the model 200,000 times for 100,000 rows.

    ``chosen(ConversationId)`` when one is to be opened; ``choice_changed()`` when others are marked. What was marked
    stays so when the rows are put together anew, and the list where it was scrolled to.
    """

    chosen = Signal(str)
    window_requested = Signal(str)
    choice_changed = Signal()
    menu_requested = Signal(object, QPoint)
    head_menu_requested = Signal(object, QPoint)
    delete_requested = Signal(object)
    rename_requested = Signal(object)
    folder_edit_requested = Signal(object)
    folder_delete_requested = Signal(object)
    folder_shift_requested = Signal(object, int)
    view_requested = Signal(object)
    back_requested = Signal()
    undo_requested = Signal()
    typed = Signal(str)
    chats_dropped = Signal(object, object)
    folder_dropped = Signal(object, object, object)
    put_away = Signal(object, object)
    tag_dropped = Signal(object, object)

    def __init__(self, model: ConversationListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = model
        self._shown_id: ConversationId | None = None
        self._pressed_with = Qt.KeyboardModifier.NoModifier
        self._kept: list[object] = []
        self._kept_current: object = None
        self._kept_scroll = 0
        self.setObjectName("conversationList")
        self.setProperty("look", "conversations")
        self.setAccessibleName(self.tr("Chats"))
        self.setToolTip(self.tr("Enter or a click opens a chat, F2 renames it, Del puts it into the trash"))
        self.horizontalHeader().hide()
        self.verticalHeader().hide()
        self.horizontalHeader().setStretchLastSection(True)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDropIndicatorShown(False)
        model.modelAboutToBeReset.connect(self._keep)
        self.setModel(model)
        self.clicked.connect(self._on_clicked)
        self.doubleClicked.connect(self._on_double_clicked)
        self.verticalScrollBar().setSingleStep(ROW_HEIGHT)
        model.modelReset.connect(self._dress)
        model.rowsInserted.connect(self._dress)
        model.modelReset.connect(self._restore)
        for signal in (model.rowsInserted, model.rowsRemoved, model.rowsMoved, model.layoutChanged):
            signal.connect(self._mark_shown_if_nothing_is)

    @cached_property
    def delegate(self) -> ConversationDelegate:
        """What draws the rows: imported with the first of them, after the first paint."""
        from easychat_gui.ui.sidebar.delegate import ConversationDelegate

        return ConversationDelegate(self)

    @cached_property
    def dragging(self) -> Dragging:
        from easychat_gui.ui.sidebar.dragging import Dragging

        return Dragging(self)

    # What is marked

    def entry(self, index: QModelIndex | QPersistentModelIndex) -> object:
        """Return what a row is: a conversation, a folder, …; None for none."""
        return index.data(ConversationRole.ENTRY) if index.isValid() else None

    def chosen_chats(self) -> list[ConversationSummary]:
        """Return the conversations that are marked."""
        return [summary for first, last in sorted(self._ranges()) for summary in self.list.summaries(first, last)]

    def chosen_count(self) -> int:
        """Return how many these are: of 100,000 it takes long to list them."""
        return sum(self.list.count(first, last) for first, last in self._ranges())

    def _ranges(self) -> list[tuple[int, int]]:
        selection = self.selectionModel().selection()
        return [(selection.at(each).top(), selection.at(each).bottom()) for each in range(selection.count())]

    def show_current(self, conversation_id: ConversationId | None) -> None:
        """Mark the conversation that is shown, and no other unless several are marked for something else."""
        self._shown_id = conversation_id
        if "delegate" in self.__dict__:
            self.delegate.shown_id = conversation_id
            self.viewport().update()
        if self.chosen_count() < 2:
            self._mark_shown()

    def choose_current(self) -> None:
        """Mark the row that the keyboard is at, if nothing is."""
        if not self.selectionModel().hasSelection() and self.entry(self.currentIndex()) is not None:
            self.selectionModel().select(self.currentIndex(), _Flag.ClearAndSelect | _Flag.Rows)

    def _go_to(self, index: QModelIndex) -> None:
        """Go to a row and mark it alone. Qt's own way adds it to what is marked while Ctrl is held, as for Ctrl+Z."""
        self.selectionModel().setCurrentIndex(index, _Flag.ClearAndSelect | _Flag.Rows)

    def mark_only_shown(self) -> None:
        """Give up the choice of several."""
        self.clearSelection()
        self._mark_shown()

    def _mark_shown(self) -> None:
        row = None if self._shown_id is None else self.list.row_of(self._shown_id)
        if row is None:
            self.clearSelection()
        elif self.currentIndex().row() != row or not self.selectionModel().isSelected(self.currentIndex()):
            self._go_to(self.list.index(row, 0))

    def _mark_shown_if_nothing_is(self) -> None:
        if not self.selectionModel().hasSelection() and not self.list.is_arranging:
            self._without_scrolling(self._mark_shown)

    def _keep(self) -> None:
        ranges = self._ranges()
        is_many = sum(last + 1 - first for first, last in ranges) > MOST_KEPT
        rows = [] if is_many else [row for first, last in ranges for row in range(first, last + 1)]
        self._kept = [_key(self.list.entry(row)) for row in rows]
        self._kept_current = _key(self.entry(self.currentIndex()))
        self._kept_scroll = self.verticalScrollBar().value()

    def _dress(self) -> None:
        """Have the rows drawn in the look of the house, when there are some: loaded at the start, or the first chat."""
        if "delegate" not in self.__dict__ and self.list.rowCount():
            self.delegate.shown_id = self._shown_id
            self.setItemDelegate(self.delegate)

    def _restore(self) -> None:
        selection = QItemSelection()
        for row in [row for row in map(self._row_of, self._kept) if row is not None]:
            index = self.list.index(row, 0)
            selection.select(index, index)
        current = self._row_of(self._kept_current)

        def mark() -> None:
            if current is not None:
                self.selectionModel().setCurrentIndex(self.list.index(current, 0), _Flag.NoUpdate)
            if selection.isEmpty():
                self._mark_shown()
            else:
                self.selectionModel().select(selection, _Flag.ClearAndSelect | _Flag.Rows)

        self._without_scrolling(mark)
        self.verticalScrollBar().setValue(self._kept_scroll)

    def _without_scrolling(self, mark: Callable[[], None]) -> None:
        self.setAutoScroll(False)
        try:
            mark()
        finally:
            self.setAutoScroll(True)

    def _row_of(self, key: object) -> int | None:
        match key:
            case ("chat", str(conversation_id)):
                return self.list.row_of(ConversationId(conversation_id))
            case ("folder", str(folder_id)):
                return self.list.row_of_folder(FolderId(folder_id))
        return None

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:  # noqa: N802 - Qt
        super().selectionChanged(selected, deselected)
        self.choice_changed.emit()

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_with = event.modifiers()
        if event.button() == Qt.MouseButton.RightButton:
            event.accept()  # its menu is for the row below it; the chat that is shown stays marked
        elif event.button() == Qt.MouseButton.MiddleButton:
            event.accept()
            self._open_beside(self.indexAt(event.position().toPoint()))
        else:
            super().mousePressEvent(event)

    def _open_beside(self, index: QModelIndex) -> bool:
        """Ask for a window for the chat in this row; return whether there is one."""
        entry = self.entry(index)
        if isinstance(entry, ConversationSummary):
            self.window_requested.emit(entry.id)
        return isinstance(entry, ConversationSummary)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_keys = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_keys else self.indexAt(event.pos())
        point = self.visualRect(index).center() if by_keys else event.pos()
        entry = self.entry(index)
        place = self.viewport().mapToGlobal(point)
        if isinstance(entry, ConversationSummary):
            chats = self.chosen_chats()
            self.menu_requested.emit(chats if entry in chats and len(chats) > 1 else [entry], place)
        elif isinstance(entry, FolderRow | ShelfRow | TagRow):
            self.head_menu_requested.emit(entry, place)
        event.accept()

    def _on_clicked(self, index: QModelIndex) -> None:
        extending = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if not self._pressed_with & extending:
            self._open(index)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        entry = self.entry(index)
        if isinstance(entry, FolderRow):
            self.list.set_open(entry.folder.id, is_open=not entry.is_open)  # as it was before the first click
            self.view_requested.emit(View(ViewKind.FOLDER, entry.folder.id))

    def _open(self, index: QModelIndex) -> None:
        match self.entry(index):
            case ConversationSummary(id=conversation_id):
                self.chosen.emit(conversation_id)
            case FolderRow(folder=folder, is_open=is_open):
                self.list.set_open(folder.id, is_open=not is_open)
            case ShelfRow(kind=ShelfKind.TAGS):
                self.list.toggle_tags()
            case ShelfRow(kind=kind):
                self.view_requested.emit(View(ViewKind.ARCHIVE if kind is ShelfKind.ARCHIVE else ViewKind.TRASH))
            case TagRow(tag=tag):
                self.view_requested.emit(View(ViewKind.TAG, tag_id=tag.id))

    # Dragging

    def startDrag(self, _actions: Qt.DropAction) -> None:  # noqa: N802 - Qt
        self.dragging.run()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.source() is self:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self.dragging.move(event)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self.dragging.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        self.dragging.drop(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        target = self.dragging.target if "dragging" in self.__dict__ else None
        if target is not None and target.line is not None:
            painter = QPainter(self.viewport())
            painter.setPen(QPen(theme.current().accent, 2))
            painter.drawLine(0, target.line, self.viewport().width(), target.line)

    # The keyboard

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        is_by_tab = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if is_by_tab and not self.currentIndex().isValid():
            self._go_to_first()

    def _go_to_first(self) -> None:
        """Go to the first row that is no heading. From nowhere the arrows would lead to the heading, and so nowhere."""
        for row in range(self.list.rowCount()):
            index = self.list.index(row, 0)
            if index.flags() & Qt.ItemFlag.ItemIsSelectable:
                self._go_to(index)
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo_requested.emit()
        elif not self._do_with_row(event):
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Type into the search field: looking through 100,000 rows at each key would be felt."""
        if search.strip():
            self.typed.emit(search)

    def event(self, event: QEvent) -> bool:
        # Undo is the window's key too, and would go to the message box.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._wants(event):
            event.accept()
            return True
        return super().event(event)

    def _wants(self, event: QKeyEvent) -> bool:
        can_step_back = self.list.view.kind is not ViewKind.ALL or self.chosen_count() > 1
        is_escape = event.key() == Qt.Key.Key_Escape and can_step_back
        return is_escape or event.matches(QKeySequence.StandardKey.Undo)

    def _do_with_row(self, event: QKeyEvent) -> bool:
        entry, key = self.entry(self.currentIndex()), event.key()
        chats = self.chosen_count()
        if key == Qt.Key.Key_Escape:
            return self._step_back(chats)
        if key in _ENTER and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return self._open_beside(self.currentIndex())
        if key in _ENTER:
            self._open(self.currentIndex())
        elif isinstance(entry, FolderRow) and not chats:
            return self._do_with_folder(entry, event)
        elif key == Qt.Key.Key_Delete and chats:
            self.delete_requested.emit(self.chosen_chats())
        elif key == Qt.Key.Key_F2 and isinstance(entry, ConversationSummary):
            self.rename_requested.emit(entry)
        elif key == self._key_out and isinstance(entry, ConversationSummary) and not event.modifiers():
            return self._go_to_folder_of(entry)
        else:
            return False
        return True

    def _do_with_folder(self, row: FolderRow, event: QKeyEvent) -> bool:
        folder, key = row.folder, event.key()
        if key == Qt.Key.Key_Delete:
            self.folder_delete_requested.emit(folder)
        elif key == Qt.Key.Key_F2:
            self.folder_edit_requested.emit(folder)
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.folder_shift_requested.emit(folder, -1 if key == Qt.Key.Key_Up else 1)
        elif key == self._key_in and not row.is_open:
            self.list.set_open(folder.id, is_open=True)
        elif key == self._key_out and row.is_open:
            self.list.set_open(folder.id, is_open=False)
        elif key == self._key_out:
            parent_id = self.list.tree.parent_of(folder.id)
            parent_row = None if parent_id is None else self.list.row_of_folder(parent_id)
            if parent_row is not None:
                self._go_to(self.list.index(parent_row, 0))
        else:
            return key == self._key_in
        return True

    @property
    def _key_in(self) -> Qt.Key:
        return Qt.Key.Key_Left if self.isRightToLeft() else Qt.Key.Key_Right

    @property
    def _key_out(self) -> Qt.Key:
        return Qt.Key.Key_Right if self.isRightToLeft() else Qt.Key.Key_Left

    def _step_back(self, chosen: int) -> bool:
        if chosen > 1:
            self.mark_only_shown()
        elif self.list.view.kind is not ViewKind.ALL:
            self.back_requested.emit()
        else:
            return False
        return True

    def _go_to_folder_of(self, summary: ConversationSummary) -> bool:
        row = None if summary.folder_id is None else self.list.row_of_folder(summary.folder_id)
        if row is None:
            return False
        self._go_to(self.list.index(row, 0))
        return True


def _key(entry: object) -> object:
    """Return by what a row is known again."""
    match entry:
        case ConversationSummary(id=conversation_id):
            return ("chat", conversation_id)
        case FolderRow(folder=folder):
            return ("folder", folder.id)
    return None
