"""Where a server is, and which API it speaks."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from PySide6.QtWidgets import QLineEdit, QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.endpoints import Endpoint, EndpointKind
from easychat_gui.ui.settings.servers.row import FormRow
from easychat_gui.ui.widgets.combo_box import ComboBox


class AddressRow(FormRow):
    """The base address. One that is none is said, and the former one stays in force."""

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(endpoints, parent)
        self.title.setText(self.tr("Address"))
        self.edit = QLineEdit()
        self.edit.setObjectName("serverAddress")
        self.edit.setAccessibleName(self.tr("Address"))
        self.edit.setToolTip(self.tr("The base address of the server, such as https://api.openai.com/v1"))
        self.edit.setPlaceholderText("https://api.openai.com/v1")
        self.edit.editingFinished.connect(self._on_finished)
        self.rows.addWidget(self.edit)

    def show_endpoint(self, endpoint: Endpoint) -> None:
        self.edit.setText(endpoint.base_url)
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
        }


class KindRow(FormRow):
    """Which API the server speaks."""

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
        self.combo.activated.connect(lambda _index: self.edited.emit())
        self.rows.addWidget(self.combo)

    def show_endpoint(self, endpoint: Endpoint) -> None:
        self.combo.setCurrentIndex(self.combo.findData(endpoint.kind))

    def applied(self, endpoint: Endpoint) -> Endpoint:
        return replace(endpoint, kind=EndpointKind(self.combo.currentData()))  # Qt hands out a plain string


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
    is_odd = any(each.isspace() or not each.isprintable() for each in address) or "\\" in address
    return "host" if is_odd or not host else ""
