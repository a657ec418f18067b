"""All models of all servers, to be searched: for servers that offer more than a menu holds."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QListWidgetItem

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.ids import EndpointId
from easychat_gui.ui import status_words
from easychat_gui.ui.dialogs.chooser import Chooser
from easychat_gui.ui.settings.servers.entries import Entry
from easychat_gui.ui.settings.servers.entry_delegate import ENTRY_ROLE, ROW_HEIGHT, EntryDelegate
from easychat_gui.ui.widgets.buttons import text_button

WANTED_SIZE = QSize(560, 560)
CHOICE_ROLE = Qt.ItemDataRole.UserRole + 1
"""The server's id and the model's."""


class ChooseModel(Chooser):
    """A field and a list; Enter takes the row that is marked. ``choice`` is None until one was taken."""

    def __init__(self, endpoints: EndpointController, words: str = "") -> None:
        super().__init__("chooseModel", self.tr("Choose a model"), WANTED_SIZE)
        self._endpoints = endpoints
        self._known: list[tuple[EndpointId, str]] = []
        self.choice: tuple[EndpointId, str] | None = None
        self._search.setText(words)
        self._search.setPlaceholderText(self.tr("Search by parts of a name"))
        self._search.setAccessibleName(self.tr("Search the models"))
        self._search.setToolTip(self.tr("Type parts of the name of a model or of its server"))
        self._search.textChanged.connect(lambda _text: self._filter())
        self._search.returnPressed.connect(self._take)
        self._list.setProperty("look", "servers")
        self._list.setAccessibleName(self.tr("Models"))
        self._list.setToolTip(self.tr("Choose the model that answers"))
        self._list.setItemDelegate(EntryDelegate(self._list))
        self._list.itemClicked.connect(lambda _item: self._take())
        self._list.itemActivated.connect(lambda _item: self._take())
        cancel = text_button(self.tr("Cancel"), self.tr("Leave the model as it is"))
        cancel.clicked.connect(self.reject)
        self._lay_out(cancel)
        self._fill()
        endpoints.changed.connect(self._fill)

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
        in_sight = 0
        for row in range(self._list.count()):
            item = self._list.item(row)
            fits = self._fits(item.text())
            item.setHidden(not fits)
            in_sight += fits
        count = self.tr("{count} of {all} models").format(count=in_sight, all=self._list.count())
        self._words.setText(count if in_sight else self.tr("No model has such a name"))
        self._mark_first()

    def _take(self) -> None:
        row = self._list.currentRow()
        if row >= 0 and not self._list.item(row).isHidden():
            endpoint_id, model = self._list.item(row).data(CHOICE_ROLE)
            self.choice = (EndpointId(endpoint_id), str(model))
            self.accept()
