"""All models of all servers, to be searched: for servers that offer more than a menu holds."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.ids import EndpointId
from easychat_gui.ui import status_words
from easychat_gui.ui.settings.servers.entries import Entry
from easychat_gui.ui.settings.servers.entry_delegate import ENTRY_ROLE, ROW_HEIGHT, EntryDelegate
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.labels import faint, heading
from easychat_gui.ui.widgets.list_search import ListSearch
from easychat_gui.ui.widgets.region import Region

WANTED_SIZE = QSize(560, 560)
CHOICE_ROLE = Qt.ItemDataRole.UserRole + 1
"""The server's id and the model's."""


class ChooseModel(Region, QDialog):
    """A field and a list; Enter takes the row that is marked. ``choice`` is None until one was taken."""

    def __init__(self, endpoints: EndpointController, words: str = "") -> None:
        super().__init__()
        self.setObjectName("chooseModelDialog")
        self.setWindowTitle(self.tr("Choose a model"))
        self.setAccessibleName(self.windowTitle())
        self.setToolTip(self.windowTitle())
        self._endpoints = endpoints
        self._known: list[tuple[EndpointId, str]] = []
        self.choice: tuple[EndpointId, str] | None = None
        self._list = QListWidget()
        self._search = ListSearch(self._list, words)
        self._search.setObjectName("chooseModelSearch")
        self._search.setPlaceholderText(self.tr("Search by parts of a name"))
        self._search.setAccessibleName(self.tr("Search the models"))
        self._search.setToolTip(self.tr("Type parts of the name of a model or of its server"))
        self._search.textChanged.connect(lambda _text: self._filter())
        self._search.returnPressed.connect(self._take)
        self._list.setProperty("look", "servers")
        self._list.setObjectName("chooseModelList")
        self._list.setAccessibleName(self.tr("Models"))
        self._list.setToolTip(self.tr("Choose the model that answers"))
        self._list.setItemDelegate(EntryDelegate(self._list))
        self._list.setUniformItemSizes(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemClicked.connect(lambda _item: self._take())
        self._list.itemActivated.connect(lambda _item: self._take())
        self._count = faint("")
        self._lay_out()
        self._fill()
        endpoints.changed.connect(self._fill)

    def sizeHint(self) -> QSize:
        return WANTED_SIZE

    def _fill(self) -> None:
        choices = self._endpoints.choices()
        known = [(each.id, model) for each in choices for model in self._endpoints.models(each.id)]
        if known == self._known:
            return
        self._known = known
        self._list.clear()
        for endpoint in choices:
            server = status_words.name_of(endpoint)
            role = status_words.state_role(endpoint, self._endpoints)
            for model in self._endpoints.models(endpoint.id):
                name = self._endpoints.model_name(model)
                item = QListWidgetItem(f"{name} {server}")
                item.setData(ENTRY_ROLE, Entry(endpoint.id, name, server, "", role, ""))
                item.setData(CHOICE_ROLE, (endpoint.id, model))
                item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}, {server}")
                item.setToolTip(name)
                item.setSizeHint(QSize(0, ROW_HEIGHT))
                self._list.addItem(item)
        self._filter()

    def _filter(self) -> None:
        wanted = self._search.text().casefold().split()
        in_sight = 0
        for row in range(self._list.count()):
            item = self._list.item(row)
            fits = all(word in item.text().casefold() for word in wanted)
            item.setHidden(not fits)
            in_sight += fits
        count = self.tr("{count} of {all} models").format(count=in_sight, all=self._list.count())
        self._count.setText(count if in_sight else self.tr("No model has such a name"))
        self._list.setCurrentRow(-1)
        self._search.step(1)

    def _take(self) -> None:
        row = self._list.currentRow()
        if row >= 0 and not self._list.item(row).isHidden():
            endpoint_id, model = self._list.item(row).data(CHOICE_ROLE)
            self.choice = (EndpointId(endpoint_id), str(model))
            self.accept()

    def _lay_out(self) -> None:
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setAccessibleName(cancel.text())
        cancel.setToolTip(self.tr("Leave the model as it is"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        below = QHBoxLayout()
        below.addWidget(self._count, 1)
        below.addWidget(cancel)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        rows.setSpacing(Space.M)
        rows.addWidget(heading(self.windowTitle(), 2.0))
        rows.addWidget(self._search)
        rows.addWidget(self._list, 1)
        rows.addLayout(below)
