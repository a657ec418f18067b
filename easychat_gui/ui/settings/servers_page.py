"""The servers: add one, change one, take one away."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from easychat_gui.controllers.endpoints import COMMAND_LINE_ENDPOINT_ID, EndpointController
from easychat_gui.domain.endpoints import LOCAL_ENDPOINT_ID, Endpoint, EndpointKind
from easychat_gui.domain.ids import EndpointId, new_endpoint_id
from easychat_gui.domain.messages import Failure
from easychat_gui.ui.error_texts import failure_texts
from easychat_gui.ui.settings.page import Page
from easychat_gui.ui.theme import Size, Space
from easychat_gui.ui.widgets.labels import heading, muted, plain, rule

LIST_WIDTH = 240


class ServersPage(Page):
    """A list at the left, the chosen server's fields at the right. Each server is saved by its own button."""

    done = Signal()

    brings_own_frame = True

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = self.tr("Servers")
        self._endpoints = endpoints
        self._list = QListWidget()
        self._list.setProperty("look", "servers")
        self._list.setObjectName("serverList")
        self._list.setAccessibleName(self.title)
        self._list.setToolTip(self.tr("Choose a server to change it"))
        self._form = ServerForm()
        self._lay_out()
        self._list.currentItemChanged.connect(lambda _new, _old: self._show_chosen())
        self._form.saved.connect(self._save)
        self._form.removed.connect(self._remove)
        endpoints.changed.connect(self._on_changed)
        self._fill()

    def begin_new(self, base_url: str = "", name: str = "") -> None:
        """Show an empty form, or one for an address that was found."""
        self._list.clearSelection()
        self._list.setCurrentRow(-1)
        self._form.show_new(Endpoint(new_endpoint_id(), name, base_url))

    def finish(self) -> bool:
        """Save what stands in the form and was not saved yet; return whether nothing is left to be corrected."""
        return not self._form.is_edited or self._form.save()

    def _fill(self, chosen: EndpointId | None = None) -> None:
        self._list.blockSignals(True)
        self._list.clear()
        for endpoint in self._endpoints.endpoints():
            if endpoint.id in (LOCAL_ENDPOINT_ID, COMMAND_LINE_ENDPOINT_ID):
                continue
            item = QListWidgetItem(endpoint.name)
            item.setData(Qt.ItemDataRole.UserRole, endpoint.id)
            item.setToolTip(endpoint.base_url)
            item.setSizeHint(QSize(0, Size.CONTROL))
            self._list.addItem(item)
            if endpoint.id == chosen:
                self._list.setCurrentItem(item)
        self._list.blockSignals(False)
        if chosen is None and self._list.count():
            self._list.setCurrentRow(0)
        elif chosen is None:
            self.begin_new()

    def _chosen(self) -> EndpointId | None:
        row = self._list.currentRow()
        return None if row < 0 else EndpointId(self._list.item(row).data(Qt.ItemDataRole.UserRole))

    def _show_chosen(self) -> None:
        endpoint = self._endpoints.endpoint(self._chosen())
        if endpoint is not None:
            self._form.show_existing(endpoint)
            self._show_models(endpoint)
            self._endpoints.refresh_models(endpoint.id)

    def _on_changed(self) -> None:
        endpoint = self._endpoints.endpoint(self._chosen())
        if endpoint is not None:
            self._show_models(endpoint)

    def _show_models(self, endpoint: Endpoint) -> None:
        error = self._endpoints.error(endpoint.id)
        models = self._endpoints.models(endpoint.id)
        self._form.show_models(models, error.as_failure() if error else None, endpoint.name)

    def _save(self, endpoint: Endpoint, api_key: object) -> None:
        self._endpoints.save(endpoint, None if api_key is None else str(api_key))
        self._fill(endpoint.id)

    def _remove(self, endpoint_id: EndpointId) -> None:
        self._endpoints.remove(endpoint_id)
        self._fill()

    def _lay_out(self) -> None:
        add = QPushButton(self.tr("Add server…"))
        add.setObjectName("addServerButton")
        _name(add, self.tr("Begin with an empty form"))
        add.setAutoDefault(False)
        add.clicked.connect(lambda: self.begin_new())
        left = QVBoxLayout()
        left.setContentsMargins(Space.M, Space.L, Space.M, Space.L)
        left.addWidget(heading(self.title, 3.0))
        left.addWidget(self._list, 1)
        left.addWidget(add, 0, Qt.AlignmentFlag.AlignLeft)
        side = QFrame()
        side.setFixedWidth(LIST_WIDTH)
        side.setLayout(left)
        done = QPushButton(self.tr("Done"))
        done.setObjectName("serversDoneButton")
        _name(done, self.tr("Save everything and close"))
        done.setProperty("look", "primary")
        done.setAutoDefault(False)
        done.clicked.connect(self.done)
        right = QVBoxLayout()
        right.setContentsMargins(Space.L, Space.L, Space.XL, Space.L)
        right.addWidget(self._form, 1)
        right.addWidget(rule())
        right.addSpacing(Space.S)
        right.addWidget(done, 0, Qt.AlignmentFlag.AlignRight)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(side)
        row.addLayout(right, 1)


class ServerForm(QWidget):
    """``saved(Endpoint, key or None)``: None leaves the stored key as it is. ``removed(EndpointId)``."""

    saved = Signal(object, object)
    removed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._endpoint = Endpoint(new_endpoint_id(), "", "")
        self._title = heading("", 1.5)
        self._name = self._line(self.tr("Name"), "serverName", self.tr("What you call it"))
        self._address = self._line(self.tr("Address"), "serverAddress", "https://api.openai.com/v1")
        self._key = self._line(self.tr("Key"), "serverKey", self.tr("None"))
        self._key.setEchoMode(QLineEdit.EchoMode.Password)
        self._kind = QComboBox()
        self._kind.addItem(self.tr("OpenAI-compatible"), EndpointKind.OPENAI)
        self._kind.addItem(self.tr("OpenAI Responses"), EndpointKind.RESPONSES)
        self._kind.addItem(self.tr("Anthropic Messages"), EndpointKind.ANTHROPIC)
        self._kind.addItem(self.tr("Ollama"), EndpointKind.OLLAMA)
        self._kind.addItem(self.tr("Azure OpenAI"), EndpointKind.AZURE)
        self._kind.addItem(self.tr("EasyChat host"), EndpointKind.EASYCHAT)
        self._kind.setObjectName("serverKind")
        self._kind.setAccessibleName(self.tr("Kind"))
        self._kind.setToolTip(self.tr("How the server is spoken to"))
        self._model = QComboBox()
        self._model.setEditable(True)
        self._model.setObjectName("serverModel")
        self._model.setAccessibleName(self.tr("Model"))
        self._model.setToolTip(self.tr("The model that is asked when none is chosen; any name can be typed"))
        self._status = muted("", -0.5)
        self._status.setWordWrap(True)
        self._status.setObjectName("serverStatus")
        self._save = QPushButton(self.tr("Save server"))
        self._save.setObjectName("saveServerButton")
        _name(self._save, self.tr("Keep this server and ask it for its models"))
        self._save.setAutoDefault(False)
        self._save.clicked.connect(lambda: self.save())
        self._remove = QPushButton(self.tr("Remove"))
        self._remove.setObjectName("removeServerButton")
        _name(self._remove, self.tr("Take this server and its key away"))
        self._remove.setProperty("look", "danger")
        self._remove.setAutoDefault(False)
        self._remove.clicked.connect(lambda: self.removed.emit(self._endpoint.id))
        self._lay_out()

    def show_new(self, endpoint: Endpoint) -> None:
        self._show(endpoint)
        self._title.setText(self.tr("New server"))
        self._key.setPlaceholderText(self.tr("None"))
        self._remove.hide()
        self._status.setText(self.tr("The key goes into the system's keyring."))
        self._name.setFocus()

    def show_existing(self, endpoint: Endpoint) -> None:
        self._show(endpoint)
        self._title.setText(endpoint.name)
        self._key.setPlaceholderText(self.tr("As stored; type to replace it"))
        self._remove.show()
        self._status.setText(self.tr("Asking for its models…"))

    def show_models(self, models: list[str], failure: Failure | None, server: str) -> None:
        """Show what the server said when it was asked for its models."""
        typed = self._model.currentText()
        self._model.clear()
        self._model.addItems(models)
        self._model.setEditText(typed)
        if failure is not None:
            title, sentence = failure_texts(failure, server, has_text=False)
            self._status.setText(f"{title} {sentence}")
        elif models:
            self._status.setText(self.tr("It answers and offers %n model(s).", "", len(models)))

    def _show(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._name.setText(endpoint.name)
        self._address.setText(endpoint.base_url)
        self._key.clear()
        self._kind.setCurrentIndex(self._kind.findData(endpoint.kind))
        self._model.clear()
        self._model.setEditText(endpoint.default_model)

    @property
    def is_edited(self) -> bool:
        """Does something stand in the form that is not saved?"""
        return bool(self._key.text().strip()) or self._typed() != self._endpoint

    def _typed(self) -> Endpoint:
        return replace(
            self._endpoint,
            name=self._name.text().strip(),
            base_url=self._address.text().strip(),
            kind=EndpointKind(self._kind.currentData()),  # Qt hands out a plain string
            default_model=self._model.currentText().strip(),
        )

    def save(self) -> bool:
        """Save the server; return False, and say why, if its address is none."""
        address = self._address.text().strip()
        if not address.lower().startswith(("http://", "https://")):
            self._status.setText(self.tr("The address must begin with http:// or https://."))
            self._address.setFocus()
            return False
        endpoint = self._typed()
        if not endpoint.name:
            endpoint = replace(endpoint, name=address.split("//", 1)[1].split("/", 1)[0])
        self.saved.emit(endpoint, self._key.text().strip() or None)
        self.show_existing(endpoint)
        return True

    def _line(self, words: str, name: str, placeholder: str) -> QLineEdit:
        line = QLineEdit()
        line.setObjectName(name)
        line.setAccessibleName(words)
        line.setToolTip(words)
        line.setPlaceholderText(placeholder)
        return line

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(Space.M)
        grid.addWidget(self._title, 0, 0, 1, 2)
        fields = [
            (self.tr("Name"), self._name),
            (self.tr("Address"), self._address),
            (self.tr("Key"), self._key),
            (self.tr("Kind"), self._kind),
            (self.tr("Model"), self._model),
        ]
        for row, (words, field) in enumerate(fields, 1):
            grid.addWidget(plain(words, look="muted"), row, 0)
            grid.addWidget(field, row, 1)
        grid.addWidget(self._status, len(fields) + 1, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self._save)
        buttons.addWidget(self._remove)
        buttons.addStretch()
        grid.addLayout(buttons, len(fields) + 2, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(len(fields) + 3, 1)


def _name(button: QPushButton, tooltip: str) -> None:
    button.setAccessibleName(button.text())
    button.setToolTip(tooltip)
