"""The way to a server through a proxy, or without one."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from urllib.parse import SplitResult, unquote, urlsplit

from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.endpoints import Endpoint, ProxyChoice
from easychat_gui.settings.secrets import PROXY
from easychat_gui.ui.settings.servers.row import FoldingRow
from easychat_gui.ui.settings.servers.secret_edit import SecretEdit
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.combo_box import ComboBox
from easychat_gui.ui.widgets.labels import faint, plain

SCHEMES = ("http", "https", "socks5", "socks5h")


class ProxyRow(FoldingRow):
    """A choice, and where it is an own one its address, log-in and exceptions.

    An address that cannot be used is said and stays in its field, while the former one stays in force.
    """

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(endpoints, parent)
        self.introduce(self.tr("Proxy"), "serverProxy", self.tr("Through what this server is reached"))
        self._endpoint: Endpoint | None = None
        self.choice = ComboBox()
        self.choice.setObjectName("proxyChoice")
        self.choice.setAccessibleName(self.tr("Proxy"))
        self.choice.setToolTip(self.tr("Servers on this computer are never reached through a proxy"))
        self.choice.addItem(self.tr("As the system"), ProxyChoice.SYSTEM)
        self.choice.addItem(self.tr("None"), ProxyChoice.NONE)
        self.choice.addItem(self.tr("A proxy of its own"), ProxyChoice.OWN)
        self.choice.activated.connect(self._on_chosen)
        self.address = self._edit("proxyAddress", "socks5h://proxy.example.org:1080")
        self.address.setToolTip(self.tr("Begins with http://, https://, socks5:// or socks5h://"))
        self.user = self._edit("proxyUser", self.tr("none"))
        self.user.setToolTip(self.tr("The user for the proxy, if it asks for one"))
        self.password = SecretEdit("proxyPassword", self.tr("Password"))
        self.password.entered.connect(self._keep_password)
        self.exceptions = self._edit("proxyExceptions", ".example.org, 10.0.0.0/8")
        self.exceptions.setToolTip(self.tr("Hosts, domains and networks that are reached without it, with commas"))
        self._own = QWidget()
        self._lay_out()

    def show_endpoint(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        network = endpoint.network
        self.choice.setCurrentIndex(self.choice.findData(network.proxy))
        self.address.setText(network.proxy_url)
        self.user.setText(network.proxy_user)
        self.password.forget_typed()
        self.exceptions.setText(", ".join(network.proxy_exceptions))
        self._show()

    def applied(self, endpoint: Endpoint) -> Endpoint:
        network = endpoint.network
        choice = ProxyChoice(self.choice.currentData())
        if not self._address_problem() and self.address.text().strip():
            network = replace(network, proxy_url=_url(_split(self.address.text())), proxy_user=self.user.text().strip())
        if not self._exceptions_problem():
            network = replace(network, proxy_exceptions=self._exceptions())
        if choice is not ProxyChoice.OWN or network.proxy_url:
            network = replace(network, proxy=choice)
        return endpoint if network == endpoint.network else replace(endpoint, network=network)

    def focus_problem(self) -> None:
        self.button.setChecked(True)
        (self.address if self._address_problem() else self.exceptions).setFocus()

    # What is wrong

    def _address_problem(self) -> str:
        typed = self.address.text().strip()
        if not typed:
            is_needed = self.choice.currentData() == ProxyChoice.OWN
            return self.tr("Enter the address of the proxy, such as http://proxy:3128.") if is_needed else ""
        parts = _split(typed)
        if parts.scheme not in SCHEMES:
            return self.tr("The proxy's address must begin with http://, https://, socks5:// or socks5h://.")
        is_odd = any(each.isspace() or not each.isprintable() for each in typed) or parts.path not in ("", "/")
        if is_odd or not _has_host(parts):
            return self.tr("This is no address of a proxy; it looks like http://host:port.")
        return ""

    def _exceptions_problem(self) -> str:
        wrong = next((each for each in self._exceptions() if not _is_exception(each)), None)
        if wrong is None:
            return ""
        return self.tr("“{name}” is no host, domain or network.").format(name=wrong)

    def _exceptions(self) -> tuple[str, ...]:
        return tuple(each for each in self.exceptions.text().replace(";", ",").replace(",", " ").split())

    # What is done

    def _on_chosen(self) -> None:
        self._show()
        if self.choice.currentData() == ProxyChoice.OWN and not self.address.text().strip():
            self.show_problem("")
            self.address.setFocus()
            return
        self.edited.emit()

    def _on_finished(self) -> None:
        self._take_log_in()
        self._show()
        saved = self._saved()
        self.edited.emit()
        if saved is not None and saved.network.proxy_user and not self.user.text().strip():
            self.endpoints.keep_secret(saved, PROXY, "")  # a password that nobody needs any more

    def _saved(self) -> Endpoint | None:
        return None if self._endpoint is None else self.endpoints.endpoint(self._endpoint.id)

    def _take_log_in(self) -> None:
        """What was pasted with its user and password is taken apart: the settings' file holds no secret."""
        parts = _split(self.address.text())
        if self._address_problem() or "@" not in parts.netloc:
            return
        self.user.setText(unquote(parts.username or ""))
        self.address.setText(_url(parts))
        if parts.password:
            self._keep_password(unquote(parts.password))

    def _keep_password(self, password: str) -> None:
        self.edited.emit()
        if self._endpoint is not None:
            self.endpoints.keep_secret(self._endpoint, PROXY, password)

    def _show(self) -> None:
        is_own = self.choice.currentData() == ProxyChoice.OWN
        self._own.setVisible(is_own)
        self.show_problem((self._address_problem() or self._exceptions_problem()) if is_own else "")
        self.show_summary(self._words())

    def _words(self) -> str:
        match ProxyChoice(self.choice.currentData()):
            case ProxyChoice.NONE:
                return self.tr("None")
            case ProxyChoice.OWN:
                return _url(_split(self.address.text())) or self.tr("A proxy of its own")
        return self.tr("As the system")

    # Layout

    def _edit(self, name: str, example: str) -> QLineEdit:
        edit = QLineEdit()
        edit.setObjectName(name)
        edit.setPlaceholderText(example)
        edit.editingFinished.connect(self._on_finished)
        return edit

    def _lay_out(self) -> None:
        grid = QGridLayout(self._own)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.S)
        grid.setColumnStretch(1, 1)
        lines: list[tuple[str, QWidget]] = [
            (self.tr("Address"), self.address),
            (self.tr("User"), self.user),
            (self.tr("Password"), self.password),
            (self.tr("Not for"), self.exceptions),
        ]
        for row, (title, field) in enumerate(lines):
            field.setAccessibleName(self.tr("{title} of the proxy").format(title=title))
            grid.addWidget(plain(title), row, 0)
            grid.addWidget(field, row, 1)
        hint = faint(self.tr("With socks5h:// the proxy looks names up, with socks5:// this computer does."))
        hint.setWordWrap(True)
        grid.addWidget(hint, len(lines), 0, 1, 2)
        self.body_rows.addWidget(self.choice)
        self.body_rows.addWidget(self._own)


def _split(typed: str) -> SplitResult:
    """Take an address apart; one without a scheme is meant as HTTP, as everywhere."""
    typed = typed.strip()
    try:
        return urlsplit(typed if "://" in typed or not typed else f"http://{typed}")
    except ValueError:
        return SplitResult("", "", "", "", "")


def _has_host(parts: SplitResult) -> bool:
    try:
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _url(parts: SplitResult) -> str:
    """Return the address without user and password."""
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}" if host else ""


def _is_exception(text: str) -> bool:
    if "/" in text:
        try:
            ipaddress.ip_network(text, strict=False)
        except ValueError:
            return False
    return text.isprintable() and "://" not in text and "@" not in text
