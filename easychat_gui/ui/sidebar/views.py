"""Which part of the chats the list shows, in which order, and what is chosen there."""

from __future__ import annotations

import json

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from easychat_gui.controllers.order import OrderController
from easychat_gui.domain.ids import FolderId
from easychat_gui.qtmodels.conversations import ConversationListModel
from easychat_gui.qtmodels.sections import View, ViewKind
from easychat_gui.qtmodels.shelves import SortOrder
from easychat_gui.ui.sidebar.choice_bar import ChoiceBar
from easychat_gui.ui.sidebar.sidebar import Sidebar
from easychat_gui.ui.sidebar.view_row import ViewRow

OPEN_FOLDERS = "open_folders"
ORDERS = "chat_orders"


class SidebarViews(QObject):
    """Keeps the open folders and the order of each kind of view in the window's state.

    ``choice_changed(int)``: so many chats are chosen.
    """

    choice_changed = Signal(int)

    def __init__(
        self, sidebar: Sidebar, order: OrderController, model: ConversationListModel, state: QSettings
    ) -> None:
        super().__init__(sidebar)
        self._sidebar = sidebar
        self._order = order
        self._model = model
        self._state = state
        self.row = ViewRow()
        self.row.hide()
        sidebar.above.addWidget(self.row)
        self.bar = ChoiceBar()
        self.bar.hide()
        sidebar.below.addWidget(self.bar)
        self._orders = _orders(state)
        table = sidebar.table
        table.view_requested.connect(self.show)
        table.back_requested.connect(self.go_back)
        table.choice_changed.connect(self._on_choice_changed)
        self.row.back_requested.connect(self.go_back)
        self.bar.closed.connect(table.mark_only_shown)
        model.view_changed.connect(self._show_title)
        order.changed.connect(self._show_title)
        model.set_open_folders(FolderId(each) for each in _texts(state.value(OPEN_FOLDERS)))
        model.show(View(), self._orders.get(ViewKind.ALL, SortOrder.USED))

    def show(self, view: View) -> None:
        """Show another part of the chats, in the order that was last chosen for its kind."""
        if view.kind is ViewKind.TRASH:
            self._order.read_trash()
        self._sidebar.table.clearSelection()
        self._model.show(view, self._orders.get(view.kind, SortOrder.USED))
        self._sidebar.table.scrollToTop()
        self._sidebar.table.mark_only_shown()
        self._sidebar.table.setFocus()

    def go_back(self) -> None:
        self.show(View())

    def sort_by(self, order: SortOrder) -> None:
        """Show the present view, and from now on all of its kind, in this order."""
        self._orders[self._model.view.kind] = order
        self._state.setValue(ORDERS, json.dumps({kind.value: each.value for kind, each in self._orders.items()}))
        self._model.show(self._model.view, order)

    def keep(self) -> None:
        """Note which folders are open. For closing."""
        self._state.setValue(OPEN_FOLDERS, sorted(self._model.open_folders & set(self._known())))

    def add_orders(self, menu: QMenu) -> None:
        """Add the orders to a menu, the present one marked."""
        group = QActionGroup(menu)
        for order, words in self.order_words().items():
            action = menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(self.is_sorted_by(order))
            action.triggered.connect(lambda _on=False, order=order: self.sort_by(order))
            group.addAction(action)

    def is_sorted_by(self, order: SortOrder) -> bool:
        return order is self._model.order

    def order_words(self) -> dict[SortOrder, str]:
        return {
            SortOrder.USED: self.tr("Sort by last use"),
            SortOrder.CREATED: self.tr("Sort by creation"),
            SortOrder.TITLE: self.tr("Sort by title"),
        }

    def _known(self) -> list[FolderId]:
        return [folder.id for folder, _depth in self._model.tree.walk()]

    def _show_title(self) -> None:
        view = self._model.view
        self.row.setVisible(view.kind is not ViewKind.ALL)
        match view.kind:
            case ViewKind.ARCHIVE:
                words = self.tr("Archive")
            case ViewKind.TRASH:
                words = self.tr("Trash")
            case ViewKind.TAG:
                words = next((each.name for each in self._order.tags.all if each.id == view.tag_id), "")
            case _:
                words = " › ".join(each.name for each in self._model.tree.path(view.folder_id))
        self.row.show_title(words)
        self._on_choice_changed()

    def _on_choice_changed(self) -> None:
        count = self._sidebar.table.chosen_count()
        kind = self._model.view.kind
        self.bar.setVisible(count > 1)
        if count > 1:
            is_trash = kind is ViewKind.TRASH
            self.bar.show_choice(count, is_put_away=is_trash or kind is ViewKind.ARCHIVE, is_trash=is_trash)
        self.choice_changed.emit(count)


def _orders(state: QSettings) -> dict[ViewKind, SortOrder]:
    """Read what was kept; what cannot be read counts for nothing."""
    try:
        kept = json.loads(str(state.value(ORDERS, "{}")))
        return {ViewKind(kind): SortOrder(order) for kind, order in kept.items()}
    except (ValueError, AttributeError):
        return {}


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value] if value else []
    return [each for each in value if isinstance(each, str)] if isinstance(value, list | tuple) else []
