"""Which certificates are trusted for a server, and which one it is shown."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.endpoints import Endpoint, Network
from easychat_gui.settings.secrets import CLIENT_KEY
from easychat_gui.ui.settings.servers.file_edit import FileEdit
from easychat_gui.ui.settings.servers.row import FoldingRow
from easychat_gui.ui.settings.servers.secret_edit import SecretEdit
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.labels import faint, plain

_LONGEST_PATH = 4096
_DIGITS = 64


class CertificatesRow(FoldingRow):
    """The file of an authority, the certificate that is shown, and the fingerprint of the only one that is trusted.

    Whether a file can be used is found out in the background, and said; it is saved all the same, since a stick or a
    network drive may just not be there.
    """

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(endpoints, parent)
        self.introduce(
            self.tr("Certificates"), "serverCertificates", self.tr("What this server has to show, and is shown")
        )
        self._endpoint: Endpoint | None = None
        self._is_listening = False
        self.authority = FileEdit(
            "certificateAuthority",
            self.tr("File of an authority"),
            self.tr("Certificates in PEM form that are trusted besides those of the system"),
        )
        self.certificate = FileEdit(
            "clientCertificate",
            self.tr("Client certificate"),
            self.tr("What is shown to a server that wants to know who asks, in PEM form"),
        )
        self.key = FileEdit(
            "clientKey",
            self.tr("Key of the client certificate"),
            self.tr("In PEM form; not needed where it stands in the certificate's file"),
        )
        self.passphrase = SecretEdit("clientKeyPassphrase", self.tr("Passphrase of the key"))
        self.passphrase.entered.connect(self._keep_passphrase)
        self.fingerprint = QLineEdit()
        self.fingerprint.setObjectName("trustedFingerprint")
        self.fingerprint.setAccessibleName(self.tr("Trust only this certificate"))
        self.fingerprint.setPlaceholderText(self.tr("none"))
        self.fingerprint.setToolTip(
            self.tr("Its fingerprint: SHA-256, 64 hexadecimal digits. With one, no other certificate is trusted.")
        )
        self.fingerprint.editingFinished.connect(self._on_finished)
        for field in (self.authority, self.certificate, self.key):
            field.edited.connect(self._on_finished)
        self._lay_out()

    def show_endpoint(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        network = endpoint.network
        self.authority.show_path(network.ca_file)
        self.certificate.show_path(network.client_certificate)
        self.key.show_path(network.client_key)
        self.passphrase.forget_typed()
        self._show_fingerprint(network.fingerprint)
        self._show()
        self._look()

    def applied(self, endpoint: Endpoint) -> Endpoint:
        network = replace(
            endpoint.network,
            ca_file=_usable(self.authority.path, endpoint.network.ca_file),
            client_certificate=_usable(self.certificate.path, endpoint.network.client_certificate),
            client_key=_usable(self.key.path, endpoint.network.client_key),
        )
        fingerprint = read_fingerprint(self.fingerprint.text())
        if fingerprint is not None:
            network = replace(network, fingerprint=fingerprint)
        return endpoint if network == endpoint.network else replace(endpoint, network=network)

    def focus_problem(self) -> None:
        self.button.setChecked(True)
        (self.fingerprint if self._fingerprint_problem() else self.authority).setFocus()

    # What is wrong

    def _fingerprint_problem(self) -> str:
        if read_fingerprint(self.fingerprint.text()) is None:
            return self.tr("A fingerprint is 64 hexadecimal digits (SHA-256); this is none.")
        return ""

    def _look(self) -> None:
        """Find out whether the files can be used. Nothing is said of those that are there and right."""
        endpoint = self._endpoint
        if endpoint is None:
            return
        network = self.applied(endpoint).network
        if network.ca_file or network.client_certificate:
            if not self._is_listening:
                self._is_listening = True
                self.endpoints.checkups.files_looked_at.connect(self._on_looked)
            self.endpoints.checkups.look_at_files(replace(endpoint, network=network))

    def _on_looked(self, network: Network, problem: str) -> None:
        if self._endpoint is not None and self.applied(self._endpoint).network == network:
            self.show_problem(self._fingerprint_problem() or problem)

    # What is done

    def _on_finished(self) -> None:
        self._show()
        saved = None if self._endpoint is None else self.endpoints.endpoint(self._endpoint.id)
        self.edited.emit()
        if saved is not None and saved.network.client_certificate and not self.certificate.path:
            self.endpoints.keep_secret(saved, CLIENT_KEY, "")  # a passphrase that nobody needs any more
        self._look()

    def _keep_passphrase(self, passphrase: str) -> None:
        self.edited.emit()
        if self._endpoint is not None:
            self.endpoints.keep_secret(self._endpoint, CLIENT_KEY, passphrase)
            self._look()

    def _show_fingerprint(self, fingerprint: str) -> None:
        self.fingerprint.setText(":".join(fingerprint[i : i + 2].upper() for i in range(0, len(fingerprint), 2)))
        self.fingerprint.setCursorPosition(0)

    def _show(self) -> None:
        self.show_problem(self._fingerprint_problem())
        self.show_summary(self._words())

    def _words(self) -> str:
        if read_fingerprint(self.fingerprint.text()):
            words = self.tr("One certificate, by its fingerprint")
        elif self.authority.path:
            words = self.tr("System store and {file}").format(file=Path(self.authority.path).name)
        else:
            words = self.tr("System store")
        return self.tr("{trusted} · shows one").format(trusted=words) if self.certificate.path else words

    # Layout

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, Space.XS, 0, 0)
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.S)
        grid.setColumnStretch(1, 1)
        lines: list[tuple[str, QWidget]] = [
            (self.tr("Authority"), self.authority),
            (self.tr("Trust only"), self.fingerprint),
            (self.tr("Show"), self.certificate),
            (self.tr("Its key"), self.key),
            (self.tr("Passphrase"), self.passphrase),
        ]
        for row, (title, field) in enumerate(lines):
            grid.addWidget(plain(title), row, 0)
            grid.addWidget(field, row, 1)
        hint = faint(self.tr("The authorities of the system are trusted in any case, unless one certificate is named."))
        hint.setWordWrap(True)
        grid.addWidget(hint, len(lines), 0, 1, 2)
        self.body_rows.addLayout(grid)


def read_fingerprint(typed: str) -> str | None:
    """Return a fingerprint as it is kept, however it was written; None for what is none."""
    text = re.sub(r"^sha-?256( fingerprint)?\s*[=:]?\s*", "", typed.strip(), flags=re.IGNORECASE)
    digits = re.sub(r"[\s:]", "", text).lower()
    return digits if not digits or re.fullmatch(rf"[0-9a-f]{{{_DIGITS}}}", digits) else None


def _usable(path: str, former: str) -> str:
    return path if len(path) <= _LONGEST_PATH and path.isprintable() else former
