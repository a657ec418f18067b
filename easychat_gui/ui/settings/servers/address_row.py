"""Where a server is, and which API it speaks."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from PySide6.QtWidgets import QLineEdit, QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.endpoints import Endpoint, EndpointKind
from easychat_gui.support.log import has_secret_query
from easychat_gui.ui.settings.servers.row import FormRow
from easychat_gui.ui.widgets.combo_box import ComboBox

EXAMPLES = {
    EndpointKind.OPENAI: "https://api.openai.com/v1",
    EndpointKind.ANTHROPIC: "https://api.anthropic.com/v1",
    EndpointKind.OLLAMA: "http://127.0.0.1:11434",
    EndpointKind.AZURE: "https://my-resource.openai.azure.com",
    EndpointKind.EASYCHAT: "http://host:port",
}


class AddressRow(FormRow):
    """The base address. One that is none is said, and the former one stays in force."""

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(endpoints, parent)
        self.title.setText(self.tr("Address"))
        self.edit = QLineEdit()
        self.edit.setObjectName("serverAddress")
        self.edit.setAccessibleName(self.tr("Address"))
        self.edit.setToolTip(self.tr("The base address of the server, such as https://api.openai.com/v1"))
        self.edit.editingFinished.connect(self._on_finished)
        self.rows.addWidget(self.edit)

    def show_endpoint(self, endpoint: Endpoint) -> None:
        self.edit.setText(endpoint.base_url)
        self.edit.setPlaceholderText(EXAMPLES.get(endpoint.kind, EXAMPLES[EndpointKind.OPENAI]))
        self.show_problem("")

    def applied(self, endpoint: Endpoint) -> Endpoint:
        typed = self.edit.text().strip()
        return endpoint if _problem_of(typed) else replace(endpoint, base_url=typed)

    def check(self) -> None:
        """Say what is wrong with the address, if anything is."""
        kind = _problem_of(self.edit.text().strip())
        self.show_problem(self._sentences()[kind] if kind else "")

    def focus_problem(self) -> None:
        self.edit.setFocus()

    def _on_finished(self) -> None:
        self.check()
        if not self.problem:
            self.edited.emit()

    def _sentences(self) -> dict[str, str]:
        return {
            "empty": self.tr("A server needs an address that begins with http:// or https://."),
            "scheme": self.tr("The address must begin with http:// or https://."),
            "host": self.tr("This is no address: the host's name is missing or has characters that none can have."),
            "user": self.tr("Leave user name and password out of the address: keys go into the field below."),
            "key": self.tr("Leave the key out of the address: it goes into the field below."),
        }


class KindRow(FormRow):
    """Which API the server speaks, and of Azure's which version."""

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(endpoints, parent)
        self.title.setText(self.tr("API"))
        self.combo = ComboBox()
        self.combo.addItem(self.tr("OpenAI-compatible"), EndpointKind.OPENAI)
        self.combo.addItem(self.tr("OpenAI Responses"), EndpointKind.RESPONSES)
        self.combo.addItem(self.tr("Anthropic Messages"), EndpointKind.ANTHROPIC)
        self.combo.addItem(self.tr("Ollama"), EndpointKind.OLLAMA)
        self.combo.addItem(self.tr("Azure OpenAI"), EndpointKind.AZURE)
        self.combo.addItem(self.tr("EasyChat host"), EndpointKind.EASYCHAT)
        self.combo.setObjectName("serverKind")
        self.combo.setAccessibleName(self.tr("API"))
        self.combo.setToolTip(self.tr("How the server is spoken to"))
        self.combo.activated.connect(lambda _index: self._on_chosen())
        self.version = QLineEdit()
        self.version.setObjectName("serverApiVersion")
        self.version.setMaxLength(50)
        self.version.setPlaceholderText(self.tr("API version, such as 2024-10-21"))
        self.version.setAccessibleName(self.tr("API version"))
        self.version.setToolTip(self.tr("Azure's date of the API; empty: the newest that is no preview"))
        self.version.editingFinished.connect(self._on_version)
        self.rows.addWidget(self.combo)
        self.rows.addWidget(self.version)

    def show_endpoint(self, endpoint: Endpoint) -> None:
        self.combo.setCurrentIndex(self.combo.findData(endpoint.kind))
        self.version.setText(endpoint.api_version)
        self.version.setVisible(endpoint.kind is EndpointKind.AZURE)
        self._check()

    def applied(self, endpoint: Endpoint) -> Endpoint:
        kind = EndpointKind(self.combo.currentData())  # Qt hands out a plain string
        version = endpoint.api_version if self.problem else self.version.text().strip()
        return replace(endpoint, kind=kind, api_version=version)

    def focus_problem(self) -> None:
        self.version.setFocus()

    def _on_chosen(self) -> None:
        self.version.setVisible(EndpointKind(self.combo.currentData()) is EndpointKind.AZURE)
        self.edited.emit()

    def _on_version(self) -> None:
        self._check()
        self.edited.emit()

    def _check(self) -> None:
        is_one = re.fullmatch(r"(\d{4}-\d{2}-\d{2}(-[a-z]+)?|preview|latest|v1)?", self.version.text().strip())
        words = self.tr("A version of Azure's API is a date, such as 2024-10-21 or 2025-04-01-preview.")
        self.show_problem("" if is_one else words)


def _problem_of(address: str) -> str:
    if not address:
        return "empty"
    if not address.lower().startswith(("http://", "https://")):
        return "scheme"
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "host"
    if "@" in parts.netloc:
        return "user"
    if has_secret_query(address):
        return "key"
    is_odd = any(each.isspace() or not each.isprintable() for each in address) or "\\" in address
    return "host" if is_odd or not host else ""
