"""The organisation and the extra headers that a server is sent."""

from __future__ import annotations

import re
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.settings.secrets import header_secret
from easychat_gui.support.log import is_secret_header
from easychat_gui.ui.settings.servers.key_row import DOTS
from easychat_gui.ui.settings.servers.row import FoldingRow
from easychat_gui.ui.theme import Size, Space
from easychat_gui.ui.widgets.buttons import IconButton
from easychat_gui.ui.widgets.labels import faint, plain

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A token of RFC 9110, which a header's name has to be."""

_OUR_OWN = frozenset({"host", "content-length", "transfer-encoding", "connection", "content-type", "accept-encoding"})
"""What the program has to say itself, or no answer could be read."""

_OF_THE_KEY = frozenset({"authorization", "proxy-authorization", "x-api-key", "api-key"})
"""What the key of a server and the log-in of a proxy are sent as."""


class HeadersRow(FoldingRow):
    """A line for the organisation, and two fields for each header. A header that cannot be sent is said at once."""

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(endpoints, parent)
        self.introduce(self.tr("Headers"), "serverHeaders", self.tr("What is sent with every request besides the key"))
        self.organization = QLineEdit()
        self.organization.setObjectName("serverOrganization")
        self.organization.setAccessibleName(self.tr("Organisation"))
        self.organization.setToolTip(self.tr("Sent as OpenAI-Organization; for accounts that belong to several"))
        self.organization.setPlaceholderText(self.tr("none"))
        self.organization.editingFinished.connect(self._on_edited)
        self._endpoint: Endpoint | None = None
        self._lines: list[_HeaderLine] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(Space.S)
        self._lay_out()

    def show_endpoint(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self.organization.setText(endpoint.organization)
        while self._lines:
            self._drop(self._lines[-1])
        for name, value in endpoint.headers.items():
            self._add(name, value)
        for name in endpoint.secret_headers:
            self._add(name).show_kept()
        self._check()
        self._show()

    def applied(self, endpoint: Endpoint) -> Endpoint:
        headers = {line.name: line.value for line in self._whole_lines() if not line.is_secret}
        secret = tuple(line.name for line in self._whole_lines() if line.is_secret)
        organization = self.organization.text().strip()
        if not _can_be_sent(organization):
            organization = endpoint.organization
        now = headers, secret, organization
        if now == (endpoint.headers, endpoint.secret_headers, endpoint.organization):
            return endpoint
        return replace(endpoint, headers=headers, secret_headers=secret, organization=organization)

    def focus_problem(self) -> None:
        self.button.setChecked(True)
        wrong = next((line.name_edit for line in self._lines if self._fault(line)), self.organization)
        wrong.setFocus()

    # What is wrong

    def _fault(self, line: _HeaderLine) -> str:
        """Return the sentence for a header that cannot be sent, an empty one for one that can."""
        name, value = line.name, line.value
        if not name:
            return self.tr("A header needs a name before its value.") if value else ""
        if name.lower() in _OF_THE_KEY:
            return self.tr("“{name}” carries a key. Enter it as the key above: it is then kept in the keyring.").format(
                name=name
            )
        if not _NAME.fullmatch(name):
            return self.tr("“{name}” is no name of a header: only letters, digits and hyphens.").format(name=name)
        if name.lower() in _OUR_OWN:
            return self.tr("“{name}” is set by the program itself.").format(name=name)
        names = [each.name.lower() for each in self._lines[: self._lines.index(line)]]
        if name.lower() in names:
            return self.tr("“{name}” is there twice.").format(name=name)
        if not _can_be_sent(value):
            return self.tr("The value of “{name}” has characters that no header can carry.").format(name=name)
        return ""

    def _check(self) -> None:
        faults = [fault for line in self._lines if (fault := self._fault(line))]
        if not _can_be_sent(self.organization.text().strip()):
            faults.append(self.tr("The organisation has characters that no header can carry."))
        self.show_problem(faults[0] if faults else "")

    def _show(self) -> None:
        names = [line.name for line in self._whole_lines()]
        if self.organization.text().strip():
            names.insert(0, self.tr("Organisation"))
        self.show_summary(", ".join(names) or self.tr("none"))

    def _whole_lines(self) -> list[_HeaderLine]:
        """Return those that can be sent: a name without a value yet is being typed."""
        return [line for line in self._lines if line.name and line.has_value and not self._fault(line)]

    # What is done

    def _on_edited(self) -> None:
        for line in self._lines:
            line.look_at_name()
        self._check()
        self._show()
        former = set(self._endpoint.secret_headers) if self._endpoint is not None else set()
        self.edited.emit()
        self.offer()
        self._forget(former - {line.name for line in self._lines if line.is_secret})

    def offer(self) -> None:
        """Hand on the values that are keys, as soon as there is a server to keep them for."""
        saved = self.endpoints.endpoint(self._endpoint.id) if self._endpoint is not None else None
        if saved is None:
            return
        self._endpoint = saved
        for line in self._whole_lines():
            if line.is_secret and line.value:
                self.endpoints.keep_secret(saved, header_secret(line.name), line.value)
                line.show_kept()

    def _forget(self, names: set[str]) -> None:
        if self._endpoint is not None:
            for name in sorted(names):
                self.endpoints.keep_secret(self._endpoint, header_secret(name), "")

    def _add(self, name: str = "", value: str = "") -> _HeaderLine:
        line = _HeaderLine(name, value, self.body)
        line.edited.connect(self._on_edited)
        line.removed.connect(lambda: self._remove(line))
        self._lines.append(line)
        self._rows.addWidget(line)
        return line

    def _begin(self) -> None:
        empty = next((line for line in self._lines if not line.name and not line.value), None)
        (empty or self._add()).name_edit.setFocus()

    def _remove(self, line: _HeaderLine) -> None:
        self._drop(line)
        self._add_button.setFocus()
        self._on_edited()

    def _drop(self, line: _HeaderLine) -> None:
        self._lines.remove(line)
        self._rows.removeWidget(line)
        line.hide()
        line.deleteLater()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, Space.XS, 0, 0)
        grid.setHorizontalSpacing(Space.M)
        grid.addWidget(plain(self.tr("Organisation")), 0, 0)
        grid.addWidget(self.organization, 0, 1)
        grid.setColumnStretch(1, 1)
        self._add_button = QPushButton(self.tr("Add a header"))
        self._add_button.setObjectName("addHeaderButton")
        self._add_button.setAccessibleName(self._add_button.text())
        self._add_button.setToolTip(self.tr("A name and a value that are sent with every request"))
        self._add_button.setAutoDefault(False)
        self._add_button.clicked.connect(self._begin)
        words = faint(self.tr("What carries a key is kept where keys are."))
        words.setWordWrap(True)
        below = QHBoxLayout()
        below.addWidget(self._add_button)
        below.addWidget(words, 1)
        self.body_rows.addLayout(grid)
        self.body_rows.addLayout(self._rows)
        self.body_rows.addLayout(below)


class _HeaderLine(QWidget):
    """The name and the value of one header."""

    edited = Signal()
    removed = Signal()

    def __init__(self, name: str, value: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.name_edit = self._edit(name, self.tr("Name"), self.tr("The header's name"), "headerName")
        self.value_edit = self._edit(value, self.tr("Value"), self.tr("What it says"), "headerValue")
        remove = IconButton("trash", self.tr("Remove this header"), side=Size.CONTROL - 4, icon_side=16)
        remove.setObjectName("removeHeader")
        remove.clicked.connect(self.removed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self.name_edit, 2)
        row.addWidget(self.value_edit, 3)
        row.addWidget(remove, 0, Qt.AlignmentFlag.AlignVCenter)

        self._is_kept = False
        self.look_at_name()

    @property
    def is_secret(self) -> bool:
        """Is the value a key, by the header's name?"""
        return is_secret_header(self.name)

    @property
    def has_value(self) -> bool:
        """Is there a value, here or where keys are kept?"""
        return bool(self.value) or (self._is_kept and self.is_secret)

    def show_kept(self) -> None:
        """The value is where keys are kept; it is shown no more."""
        self._is_kept = True
        self.value_edit.setText("")  # and not `clear`, after which Undo would bring it back
        self.value_edit.setPlaceholderText(DOTS)

    def look_at_name(self) -> None:
        mode = QLineEdit.EchoMode.Password if self.is_secret else QLineEdit.EchoMode.Normal
        if self.value_edit.echoMode() is not mode:
            self.value_edit.setEchoMode(mode)

    @property
    def name(self) -> str:
        return self.name_edit.text().strip()

    @property
    def value(self) -> str:
        return self.value_edit.text().strip()

    def _edit(self, text: str, words: str, hint: str, name: str) -> QLineEdit:
        edit = QLineEdit(text)
        edit.setObjectName(name)
        edit.setPlaceholderText(words)
        edit.setAccessibleName(words)
        edit.setToolTip(hint)
        edit.editingFinished.connect(self.edited)
        return edit


def _can_be_sent(value: str) -> bool:
    """HTTP has Latin-1 in its headers, and one line."""
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return value.isprintable()
