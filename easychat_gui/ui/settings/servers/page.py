"""The page of the servers. What is changed is saved when its field is left; there is nothing to be confirmed."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.controllers.server_list import COMMAND_LINE_ENDPOINT_ID
from easychat_gui.domain.endpoints import LOCAL_ENDPOINT_ID, Endpoint, Pool
from easychat_gui.domain.ids import EndpointId, new_endpoint_id
from easychat_gui.providers.known_servers import known_by_address
from easychat_gui.ui.settings.page import Page
from easychat_gui.ui.settings.servers.add_panel import AddPanel
from easychat_gui.ui.settings.servers.entries import entry_of, free_name
from easychat_gui.ui.settings.servers.local_card import LocalCard
from easychat_gui.ui.settings.servers.pool_form import PoolForm
from easychat_gui.ui.settings.servers.server_form import ServerForm
from easychat_gui.ui.settings.servers.server_list import ServerList
from easychat_gui.ui.settings.servers.title import INSET
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.buttons import text_button
from easychat_gui.ui.widgets.labels import heading, rule
from easychat_gui.ui.widgets.overlay import COLUMN

LIST_WIDTH = 290
NEWS_DELAY_MS = 50
ANY_WIDTH = 16_777_215
"""What Qt means by no limit: QWIDGETSIZE_MAX, which PySide does not know."""
NARROW = 660
"""Below this width, in px, the list and a form do not go beside each other: one stands in the other's place."""


class ServersPage(Page):
    """The list at the left; at the right the form of what is chosen there, or what can be added."""

    done = Signal()

    brings_own_frame = True

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._endpoints = endpoints
        self._draft: Endpoint | Pool | None = None
        """What was begun and cannot be saved yet: a server without an address, a pool without members."""
        self._shown: EndpointId | None = None
        self._has_asked = False
        self._is_form_wanted = False
        """Where there is room for one only: the form, or else the list."""
        self._list = ServerList()
        self._form = ServerForm(endpoints)
        self._pool_form = PoolForm(endpoints)
        self._local = LocalCard(endpoints)
        self._add = AddPanel(endpoints)
        self._stack = QStackedWidget()
        for each in (self._form, self._pool_form, self._local, self._add):
            self._stack.addWidget(each)
            if each in (self._local, self._add):
                each.setContentsMargins(INSET, 0, Space.M, 0)
        self._lay_out()
        self._list.chosen.connect(self._on_chosen)
        self._list.itemClicked.connect(lambda _item: self._want_form(is_wanted=True))
        self._list.itemActivated.connect(lambda _item: self._want_form(is_wanted=True))
        self._list.arranged.connect(self._arrange)
        self._list.removal_requested.connect(self._ask_to_remove)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._show_menu)
        self._form.edited.connect(lambda: self._save_server())
        self._form.key_entered.connect(self._save_key)
        self._form.key_forgotten.connect(lambda: self._endpoints.set_key(self._form.endpoint, ""))
        self._pool_form.edited.connect(self._save_pool)
        self._add.chosen.connect(self._begin)
        self._news = QTimer(self, singleShot=True, interval=NEWS_DELAY_MS)
        self._news.timeout.connect(self._show_news)
        endpoints.changed.connect(self._on_changed)
        first = next((each.id for each in self._servers() if each.id != LOCAL_ENDPOINT_ID), None)
        if first is None:
            self.begin_new()
        else:
            self._show(first)

    # For the dialog

    def begin_new(self, base_url: str = "", name: str = "") -> None:
        """Show what can be added, or the form for an address that was found."""
        if base_url:
            self._begin(Endpoint(new_endpoint_id(), name, base_url))
        elif self.finish():
            self._draft = None
            self._shown = None
            self._refill()
            self._stack.setCurrentWidget(self._add)
            self._show_buttons()
            self._want_form(is_wanted=True)
            self._add.begin()

    def finish(self) -> bool:
        """Save what was not saved yet; return whether nothing is left to be corrected."""
        if self._shown is None:
            return True
        if isinstance(self._draft, Endpoint) and self._form.is_empty:
            self._draft = None
            return True
        if isinstance(self._draft, Pool) and not self._pool_form.pool.members:
            self._draft = None
            return True
        form = self._current_form()
        if form is self._form:
            self._save_server()
        elif form is self._pool_form:
            self._save_pool()
        if form is not None and form.problem:
            form.focus_problem()
            return False
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._has_asked:
            self._has_asked = True
            self._endpoints.refresh_unknown()

    # What is shown

    def _servers(self) -> list[Endpoint]:
        return [each for each in self._endpoints.endpoints() if each.id != COMMAND_LINE_ENDPOINT_ID]

    def _entries(self) -> list[Endpoint | Pool]:
        servers: list[Endpoint | Pool] = [*self._servers()]
        pools: list[Endpoint | Pool] = [*self._endpoints.pools()]
        if isinstance(self._draft, Endpoint):
            servers.append(self._draft)
        elif self._draft is not None:
            pools.append(self._draft)
        return servers + pools

    def _entry(self, entry_id: EndpointId | None) -> Endpoint | Pool | None:
        return next((each for each in self._entries() if each.id == entry_id), None)

    def _current_form(self) -> ServerForm | PoolForm | None:
        current = self._stack.currentWidget()
        return current if isinstance(current, ServerForm | PoolForm) else None

    def _refill(self) -> None:
        self._list.show_entries([entry_of(each, self._endpoints) for each in self._entries()], self._shown)

    def _show(self, entry_id: EndpointId) -> None:
        entry = self._entry(entry_id)
        self._shown = entry_id
        if isinstance(entry, Pool):
            self._pool_form.show_pool(entry)
            self._stack.setCurrentWidget(self._pool_form)
        elif entry is None or entry.id == LOCAL_ENDPOINT_ID:
            self._shown = LOCAL_ENDPOINT_ID
            self._stack.setCurrentWidget(self._local)
        else:
            self._form.show_endpoint(entry)
            self._stack.setCurrentWidget(self._form)
        self._refill()
        self._show_buttons()

    def _show_buttons(self) -> None:
        is_one = self._current_form() is not None
        self._remove.setVisible(is_one)
        self._duplicate.setVisible(is_one)

    def _want_form(self, *, is_wanted: bool) -> None:
        self._is_form_wanted = is_wanted
        self._fit()

    def _go_back(self) -> None:
        """Leave the form for the list, where there is room for one only."""
        if self.finish():
            self._want_form(is_wanted=False)
            self._list.setFocus()

    def _fit(self) -> None:
        is_narrow = self.width() < NARROW
        self._side.setMaximumWidth(ANY_WIDTH if is_narrow else LIST_WIDTH)
        self._side.setMinimumWidth(0 if is_narrow else LIST_WIDTH)
        self._side.setVisible(not (is_narrow and self._is_form_wanted))
        self._right.setVisible(not is_narrow or self._is_form_wanted)
        self._back.setVisible(is_narrow)
        self._close.setVisible(is_narrow)
        look = "" if is_narrow else "list-side"
        if self._side.property("look") != look:
            self._side.setProperty("look", look)
            self._side.style().unpolish(self._side)
            self._side.style().polish(self._side)

    def _on_chosen(self, entry_id: str) -> None:
        if entry_id == self._shown:
            return
        if not self.finish():
            self._list.choose(self._shown)
            return
        self._draft = None
        self._show(EndpointId(entry_id))

    def _on_changed(self) -> None:
        """Follow at once what may be saved again; show the rest soon, since fifty servers answer one by one."""
        entry = self._entry(self._shown)
        if isinstance(entry, Endpoint) and self._stack.currentWidget() is self._form:
            self._form.follow(entry)
        if not self._news.isActive():
            self._news.start()

    def _show_news(self) -> None:
        self._refill()
        self._local.refresh()
        form = self._current_form()
        if form is not None:
            form.refresh()

    # What is done

    def _begin(self, entry: Endpoint | Pool) -> None:
        if self._shown is not None and not self.finish():
            return
        self._draft = entry
        self._show(entry.id)
        self._want_form(is_wanted=True)
        if isinstance(entry, Pool):
            self._pool_form.name.setFocus()
        elif entry.base_url:
            known = known_by_address(entry.base_url)
            if known is None or not known.needs_key:  # else it could only refuse
                self._save_server()
            self._form.key.edit.setFocus()
        else:
            self._form.address.edit.setFocus()

    def _save_server(self, keys: str | None = None) -> None:
        if self._stack.currentWidget() is not self._form:
            return
        endpoint = self._form.endpoint
        is_new = self._draft is not None and endpoint.id == self._draft.id
        if not endpoint.base_url or (not is_new and not self._form.is_edited):
            return
        self._draft = None
        self._form.note_saved(endpoint)
        self._endpoints.save(endpoint, keys)
        self._refill()
        if is_new:
            self._form.offer_secrets()

    def _save_key(self, keys: str, is_more: bool) -> None:  # noqa: FBT001 - a slot
        """Without an address there is nothing yet to keep them for: they stay in their field until there is one."""
        if self._draft is not None and self._form.endpoint.base_url:
            self._form.key.note_taken()
            self._save_server(keys)  # at once, so that it is not asked without them first
            return
        self._save_server()
        if self._draft is None:
            self._form.key.note_taken()
            self._endpoints.set_key(self._form.endpoint, keys, is_more=is_more)

    def _save_pool(self) -> None:
        pool = self._pool_form.pool
        if self._pool_form.problem or (pool == self._entry(pool.id) and self._draft is None):
            return
        self._draft = None
        self._endpoints.save_pool(pool)
        self._refill()

    def _arrange(self, ids: list[EndpointId]) -> None:
        self._endpoints.arrange(ids)
        self._refill()

    def _begin_pool(self) -> None:
        members = tuple(each.id for each in self._servers() if each.id != LOCAL_ENDPOINT_ID)
        self._begin(Pool(new_endpoint_id(), self.tr("New pool"), members))

    def _duplicate_chosen(self) -> None:
        """Put a copy behind the one that is shown, and show it."""
        if not self.finish():
            return
        entry = self._entry(self._shown)
        if entry is None or entry is self._draft:
            return
        name = free_name(entry.name, {each.name for each in self._entries()})
        if isinstance(entry, Pool):
            pool = replace(entry, id=new_endpoint_id(), name=name)
            self._endpoints.save_pool(pool)
            self._show(pool.id)
        else:
            self._show(self._endpoints.duplicate(entry, name).id)

    def _ask_to_remove(self) -> None:
        entry = self._entry(self._shown)
        if entry is None or entry.id == LOCAL_ENDPOINT_ID:
            return
        if entry is self._draft:
            self._remove_entry(entry)
            return
        from easychat_gui.ui.dialogs.asking import ask_inside

        title = self.tr("Remove “{name}”?").format(name=entry.name)
        if isinstance(entry, Pool):
            sentence = self.tr("Its servers stay. Chats that used the pool are answered by whatever is chosen then.")
        else:
            sentence = self.tr("Its key is deleted too. Chats that used it stay, and are answered by another.")
        ask_inside(self.window(), title, sentence, self.tr("Remove"), lambda: self._remove_entry(entry))

    def _remove_entry(self, entry: Endpoint | Pool) -> None:
        ids = self._list.ids()
        place = ids.index(entry.id)
        is_draft = entry is self._draft
        self._draft = None
        if not is_draft and isinstance(entry, Pool):
            self._endpoints.remove_pool(entry.id)
        elif not is_draft:
            self._endpoints.remove(entry.id)
        left = [each for each in ids if each != entry.id]
        self._show(left[min(place, len(left) - 1)])
        self._want_form(is_wanted=False)
        self._list.setFocus()

    def _switch(self, entry_id: EndpointId) -> None:
        """Switch on what is off, and off what is on."""
        if not self.finish():
            return
        entry = self._entry(entry_id)
        if isinstance(entry, Pool):
            self._endpoints.save_pool(replace(entry, is_on=not entry.is_on))
        elif entry is not None:
            self._endpoints.save(replace(entry, is_on=not entry.is_on), None)
        self._show(entry_id)

    def _show_menu(self, place: QPoint) -> None:
        entry = self._entry(self._list.current())
        if entry is None or entry.id == LOCAL_ENDPOINT_ID or entry is self._draft:
            return
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction(self.tr("Switch off") if entry.is_on else self.tr("Switch on"), lambda: self._switch(entry.id))
        menu.addAction(self.tr("Duplicate"), self._duplicate_chosen)
        menu.addSeparator()
        menu.addAction(self.tr("Move up"), lambda: self._list.move_current(-1))
        menu.addAction(self.tr("Move down"), lambda: self._list.move_current(1))
        menu.addSeparator()
        menu.addAction(self.tr("Remove…"), self._ask_to_remove)
        menu.popup(self._list.viewport().mapToGlobal(place))

    # Layout

    def _lay_out(self) -> None:
        self._side = self._left_side()
        self._right = self._right_side()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._side)
        row.addWidget(self._right, 1)

    def _left_side(self) -> QFrame:
        """Return the list, with what can be added below it."""
        add = text_button(
            self.tr("Add server…"), self.tr("Choose from the servers that are known"), name="addServerButton"
        )
        add.clicked.connect(lambda: self.begin_new())
        pool = text_button(
            self.tr("New pool…"), self.tr("Let several servers stand in for each other"), name="newPoolButton"
        )
        pool.clicked.connect(self._begin_pool)
        below = QHBoxLayout()
        below.setSpacing(Space.S)
        below.addWidget(add)
        below.addWidget(pool)
        below.addStretch()
        self._close = text_button(
            self.tr("Done"), self.tr("Close; everything is saved"), name="serversCloseButton", look="primary"
        )
        self._close.clicked.connect(self.done)
        below.addWidget(self._close)
        left = QVBoxLayout()
        left.setContentsMargins(Space.S + 2, Space.L, Space.S + 2, Space.L)
        left.setSpacing(Space.M)
        title = heading(self.tr("Servers"), 3.0)
        title.setContentsMargins(Space.M, 0, 0, 0)
        left.addWidget(title)
        left.addWidget(self._list, 1)
        left.addLayout(below)
        side = QFrame()
        side.setProperty("look", "list-side")
        side.setLayout(left)
        side.setProperty(COLUMN, 1)
        return side

    def _right_side(self) -> QWidget:
        """Return what is shown of the chosen one, with what can be done with it below."""
        self._back = text_button(
            self.tr("‹ All servers"), self.tr("Back to the list"), name="allServersButton", look="flat"
        )
        self._back.setAccessibleName(self.tr("All servers"))
        self._back.clicked.connect(self._go_back)
        right = QVBoxLayout()
        # What is wanting in the margins, the pages have themselves: for the frame of the name, and for the bar.
        right.setContentsMargins(Space.XL - INSET, Space.L + Space.XS, Space.XL - Space.M, Space.L)
        right.setSpacing(Space.M)
        right.addWidget(self._back, 0, Qt.AlignmentFlag.AlignLeft)
        right.addWidget(self._stack, 1)
        below_form = QVBoxLayout()
        below_form.setContentsMargins(INSET, 0, Space.M, 0)
        below_form.setSpacing(Space.M)
        below_form.addWidget(rule())
        below_form.addLayout(self._bottom())
        right.addLayout(below_form)
        side = QWidget()
        side.setLayout(right)
        side.setProperty(COLUMN, 2)
        return side

    def _bottom(self) -> QHBoxLayout:
        self._remove = text_button(
            self.tr("Remove…"), self.tr("Take it away, and its key"), name="removeServerButton", look="danger"
        )
        self._remove.clicked.connect(self._ask_to_remove)
        self._duplicate = text_button(
            self.tr("Duplicate"), self.tr("Make another one like it"), name="duplicateServerButton"
        )
        self._duplicate.clicked.connect(self._duplicate_chosen)
        done = text_button(
            self.tr("Done"), self.tr("Close; everything is saved"), name="serversDoneButton", look="primary"
        )
        done.clicked.connect(self.done)
        row = QHBoxLayout()
        row.setSpacing(Space.S + 2)
        row.addWidget(self._remove)
        row.addWidget(self._duplicate)
        row.addStretch()
        row.addWidget(done)
        return row
