"""What can be added: servers that were found on this computer, those that people know, and any other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.endpoints import Endpoint, FoundServer
from easychat_gui.domain.ids import EndpointId, new_endpoint_id
from easychat_gui.providers.known_servers import KNOWN_SERVERS, KnownServer, Place
from easychat_gui.ui.settings.servers.entries import Entry, models_words
from easychat_gui.ui.settings.servers.entry_delegate import ENTRY_ROLE, ROW_HEIGHT, EntryDelegate
from easychat_gui.ui.theme import Size, Space
from easychat_gui.ui.widgets.buttons import text_button
from easychat_gui.ui.widgets.labels import heading, muted
from easychat_gui.ui.widgets.list_search import ListSearch

START_ROLE = Qt.ItemDataRole.UserRole + 1
"""The `Endpoint` that the form is to begin with; none for a heading."""


class AddPanel(QWidget):
    """``chosen(Endpoint)``: what the form is to begin with, with an id of its own."""

    chosen = Signal(object)

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._endpoints = endpoints
        self._is_looking = False
        self._list = QListWidget()
        self._search = ListSearch(self._list)
        self._search.setObjectName("addServerSearch")
        self._search.setPlaceholderText(self.tr("Search"))
        self._search.setAccessibleName(self.tr("Search the servers that are known"))
        self._search.setToolTip(self.tr("Type a part of a name; Enter takes the first one"))
        self._search.textChanged.connect(lambda _text: self._fill())
        self._search.returnPressed.connect(self._take_current)
        self._list.setProperty("look", "servers")
        self._list.setObjectName("knownServers")
        self._list.setAccessibleName(self.tr("Servers that can be added"))
        self._list.setToolTip(self.tr("Choose one to begin with its address"))
        self._list.setItemDelegate(EntryDelegate(self._list))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemClicked.connect(self._take)
        self._list.itemActivated.connect(self._take)
        self._words = muted("", -0.5)
        self._words.setWordWrap(True)
        self._words.hide()
        self._lay_out()
        endpoints.found.connect(self._on_found)
        self._fill()

    def begin(self) -> None:
        """Show everything anew, ready to be searched."""
        self._search.clear()
        self._say("")
        self._fill()
        self._search.setFocus()

    # The list

    def _fill(self) -> None:
        wanted = self._search.text().casefold().split()
        self._list.clear()
        for title, rows in self._groups():
            fitting = [row for row in rows if all(word in f"{row[0]} {row[1]}".casefold() for word in wanted)]
            if fitting:
                self._add_heading(title)
            for name, details, start in fitting:
                self._add_row(name, details, start)
        self._search.step(1)

    def _groups(self) -> Iterator[tuple[str, list[tuple[str, str, Endpoint]]]]:
        yield self.tr("Running on this computer"), [self._found_row(each) for each in self._endpoints.found_servers]
        services = [self._known_row(each) for each in KNOWN_SERVERS if each.place is Place.SERVICE]
        yield self.tr("Services"), services
        own = [self._known_row(each) for each in KNOWN_SERVERS if each.place is Place.OWN]
        yield self.tr("On a computer of your own"), own

    def _found_row(self, found: FoundServer) -> tuple[str, str, Endpoint]:
        start = Endpoint(EndpointId(""), found.name, found.base_url, default_model=found.models[0])
        return found.name, f"{_place(found.base_url)} · {models_words(len(found.models))}", start

    def _known_row(self, known: KnownServer) -> tuple[str, str, Endpoint]:
        start = Endpoint(EndpointId(""), known.name, known.base_url, known.kind, api_version=known.api_version)
        parts = [_place(known.base_url or known.example)]
        if known.needs_key:
            parts.append(self.tr("needs a key"))
        return known.name, " · ".join(parts), start

    def _add_heading(self, words: str) -> None:
        item = QListWidgetItem(words)
        item.setData(ENTRY_ROLE, Entry(EndpointId(""), words, "", "", "", ""))
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setSizeHint(QSize(0, Size.CONTROL - Space.XS))
        self._list.addItem(item)

    def _add_row(self, name: str, details: str, start: Endpoint) -> None:
        item = QListWidgetItem(name)
        item.setData(ENTRY_ROLE, Entry(EndpointId(""), name, details, "", "", ""))
        item.setData(START_ROLE, start)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}, {details}")
        item.setToolTip(start.base_url)
        item.setSizeHint(QSize(0, ROW_HEIGHT))
        self._list.addItem(item)

    def _take_current(self) -> None:
        if self._list.currentRow() >= 0:
            self._take(self._list.currentItem())

    def _take(self, item: QListWidgetItem) -> None:
        start = item.data(START_ROLE)
        if isinstance(start, Endpoint):
            self.chosen.emit(replace(start, id=new_endpoint_id()))

    # This computer

    def _look_again(self) -> None:
        self._is_looking = True
        self._say(self.tr("Looking…"))
        self._endpoints.look_around()

    def _on_found(self, found: list[FoundServer]) -> None:
        if self._is_looking:
            some = self.tr("What was found stands first.")
            none = self.tr("No server was found that is not in the list already.")
            self._say(some if found else none)
        self._is_looking = False
        self._fill()

    def _say(self, words: str) -> None:
        self._words.setText(words)
        self._words.setVisible(bool(words))

    def _lay_out(self) -> None:
        look = text_button(
            self.tr("Look on this computer"),
            self.tr("Ask the ports that such servers use, once"),
            name="lookAroundButton",
        )
        look.clicked.connect(self._look_again)
        other = text_button(
            self.tr("Another server"), self.tr("Begin with an empty form, for any address"), name="addOtherServer"
        )
        other.clicked.connect(lambda: self.chosen.emit(Endpoint(new_endpoint_id(), "", "")))
        below = QHBoxLayout()
        below.setSpacing(Space.S)
        below.addWidget(other)
        below.addWidget(look)
        below.addStretch()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(Space.M)
        rows.addWidget(heading(self.tr("Add a server"), 1.5))
        rows.addWidget(self._search)
        rows.addWidget(self._list, 1)
        rows.addWidget(self._words)
        rows.addLayout(below)


def _place(address: str) -> str:
    """Return an address as it is read at a glance."""
    return urlsplit(address).netloc
