"""The form of one server: its name, a row for each thing that can be set, and the card of its test."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.domain.ids import new_endpoint_id
from easychat_gui.ui.dialogs import key_questions
from easychat_gui.ui.settings.servers.address_row import AddressRow, KindRow
from easychat_gui.ui.settings.servers.certificates_row import CertificatesRow
from easychat_gui.ui.settings.servers.headers_row import HeadersRow
from easychat_gui.ui.settings.servers.key_row import KeyRow
from easychat_gui.ui.settings.servers.key_source_row import KeySourceRow
from easychat_gui.ui.settings.servers.models_row import ModelsRow
from easychat_gui.ui.settings.servers.parameters_row import ParametersRow
from easychat_gui.ui.settings.servers.proxy_row import ProxyRow
from easychat_gui.ui.settings.servers.row import FoldingRow, FormRow
from easychat_gui.ui.settings.servers.scrolling import ScrolledColumn
from easychat_gui.ui.settings.servers.test_card import TestCard
from easychat_gui.ui.settings.servers.timeouts_row import TimeoutsRow
from easychat_gui.ui.settings.servers.title import TitleEdit
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.check_box import CheckBox
from easychat_gui.ui.widgets.labels import muted

GROWTH_MS = 250
"""So long after the card of the test grew, what can be scrolled may grow after it."""

TITLE_WIDTH = 120
NARROW = 420
"""Below this width, in px, the titles take no more than they need."""


class ServerForm(QWidget):
    """``edited`` when the person has finished setting something: the page then saves what `endpoint` is.
    ``key_entered(keys, is_more)`` when others were typed, in the place of those that there are or besides them;
    ``key_forgotten`` when there shall be none."""

    edited = Signal()
    key_entered = Signal(str, bool)
    key_forgotten = Signal()

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._endpoint = Endpoint(new_endpoint_id(), "", "")
        self.name = TitleEdit()
        self.name.setObjectName("serverName")
        self.name.setAccessibleName(self.tr("Name"))
        self.name.setToolTip(self.tr("What you call this server; press to change it"))
        self.name.setPlaceholderText(self.tr("Name"))
        self.name.editingFinished.connect(self._on_edited)
        self.is_on = CheckBox()
        self.is_on.setObjectName("serverOn")
        self.is_on.setAccessibleName(self.tr("On"))
        self.is_on.setToolTip(self.tr("A server that is switched off is not asked and not offered"))
        self.is_on.toggled.connect(lambda _on: self._on_edited())
        self.address = AddressRow(endpoints)
        self.key = KeyRow(endpoints)
        self.key.entered.connect(self.key_entered)
        self.key.forgotten.connect(self.key_forgotten)
        self.rows: list[FormRow] = [
            self.address,
            KindRow(endpoints),
            self.key,
            KeySourceRow(endpoints),
            ModelsRow(endpoints),
            ParametersRow(endpoints),
            ProxyRow(endpoints),
            CertificatesRow(endpoints),
            TimeoutsRow(endpoints),
            HeadersRow(endpoints),
        ]
        self.test = TestCard(endpoints)
        self.test.edited.connect(self._on_edited)
        self.test.locked.connect(self._unlock_and_test)
        for changed in (self.key.entered, self.key.forgotten):
            changed.connect(self.test.hide)  # it was about another key
        self._test_growth = QTimer(self, singleShot=True, interval=GROWTH_MS)
        self._lay_out()
        self.test.grown.connect(self._on_test_grown)

    @property
    def endpoint(self) -> Endpoint:
        """The server with all that the person set so far, what cannot be used left out."""
        endpoint = self._endpoint
        for row in self.rows:
            endpoint = row.applied(endpoint)
        name = self.name.text().strip() or endpoint.name or urlsplit(endpoint.base_url).netloc
        return self.test.applied(replace(endpoint, name=name, is_on=self.is_on.isChecked()))

    @property
    def is_edited(self) -> bool:
        """Does something stand in the form that was not saved?"""
        return self.endpoint != self._endpoint

    @property
    def is_empty(self) -> bool:
        """Was nothing typed that would be lost?"""
        return not any(edit.text().strip() for edit in (self.name, self.address.edit, self.key.edit))

    @property
    def problem(self) -> str:
        """What is wrong with what was typed; empty when nothing is."""
        self.address.check()
        return next((row.problem for row in self.rows if row.problem), "")

    def show_endpoint(self, endpoint: Endpoint) -> None:
        """Show a server, without telling it as a change."""
        if endpoint.id != self._endpoint.id:
            for row in self.rows:
                if isinstance(row, FoldingRow):
                    row.fold()
            self._scroll.verticalScrollBar().setValue(0)
        self._endpoint = endpoint
        self.name.setText(endpoint.name)
        self._show_on(is_on=endpoint.is_on)
        for row in self.rows:
            row.show_endpoint(endpoint)
        self.test.show_endpoint(endpoint)

    def note_saved(self, endpoint: Endpoint) -> None:
        """Take what was saved for what stands there: the fields are left alone, in one of them somebody types.

        But a row that would undo what another has set, as the card of the test does, shows it.
        """
        former, self._endpoint = self._endpoint, endpoint
        for row in self.rows:
            if row.applied(former) == former and row.applied(endpoint) != endpoint:
                row.show_endpoint(endpoint)
        self.refresh()
        if not self.name.text().strip():
            self.name.setText(endpoint.name)
        self.test.show_endpoint(endpoint)

    def follow(self, endpoint: Endpoint) -> None:
        """Take in what was changed elsewhere, in the rows in which nothing is being changed here."""
        former = self._endpoint
        if endpoint == former:
            return
        self._endpoint = endpoint
        if self.name.text().strip() == former.name:
            self.name.setText(endpoint.name)
        if self.is_on.isChecked() is former.is_on:
            self._show_on(is_on=endpoint.is_on)
        for row in self.rows:
            if row.applied(former) == former:
                row.show_endpoint(endpoint)
        self.test.show_endpoint(endpoint)

    def offer_secrets(self) -> None:
        """Hand on the keys that were typed before there was a server to keep them for."""
        self.key.offer()
        for row in self.rows:
            if isinstance(row, HeadersRow):
                row.offer()

    def refresh(self) -> None:
        """Something is known by now that was not."""
        for row in self.rows:
            row.refresh()
        self.test.refresh()

    def focus_problem(self) -> None:
        """Take the person to what is wrong."""
        for row in self.rows:
            if row.problem:
                row.focus_problem()
                return

    def begin_test(self) -> None:
        """Try the server; where its key is locked, ask for the passphrase first."""
        state = self.key.endpoints.keys.state(self._endpoint.id)
        if state is not None and state.is_locked:
            self._unlock_and_test()
        else:
            self._begin_test()

    def _unlock_and_test(self) -> None:
        key_questions.unlock(self.window(), self.key.endpoints.keys, self._begin_test)

    def _begin_test(self) -> None:
        self.test.begin()
        self._on_test_grown()

    def _show_on(self, *, is_on: bool) -> None:
        was_blocked = self.is_on.blockSignals(True)
        self.is_on.setChecked(is_on)
        self.is_on.blockSignals(was_blocked)

    def _on_edited(self) -> None:
        if self.is_edited:
            self.edited.emit()

    # Layout

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        needed = max(row.title.sizeHint().width() for row in self.rows)
        for row in self.rows:
            row.title.setFixedWidth(needed if self.width() < NARROW else max(TITLE_WIDTH, needed))

    def _lay_out(self) -> None:
        self._scroll = ScrolledColumn()
        rows = self._scroll.rows
        rows.setSpacing(Space.M)
        for row in self.rows:
            row.edited.connect(self._on_edited)
            if isinstance(row, FoldingRow):
                row.opened.connect(lambda row=row: self._show_whole(row))
            rows.addWidget(row)
        rows.addWidget(self.test)
        rows.addStretch()
        self._scroll.verticalScrollBar().rangeChanged.connect(lambda *_: self._on_range_changed())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(Space.M)
        whole.addLayout(self._top())
        whole.addWidget(self._scroll, 1)

    def _top(self) -> QHBoxLayout:
        test = QPushButton(self.tr("Test"))
        test.setObjectName("testServerButton")
        test.setAccessibleName(test.text())
        test.setToolTip(self.tr("Try, step by step, whether this server can be reached and answers"))
        test.setAutoDefault(False)
        test.clicked.connect(self.begin_test)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, Space.M, 0)
        row.setSpacing(Space.S)
        row.addWidget(self.name, 1)
        row.addWidget(self.is_on)
        row.addWidget(muted(self.is_on.accessibleName()))
        row.addSpacing(Space.S)
        row.addWidget(test)
        return row

    def _on_test_grown(self) -> None:
        """Show it whole now and when there is more to be scrolled: it grows first, and that follows when it likes."""
        self._test_growth.start()
        QTimer.singleShot(0, self, self._show_test)

    def _on_range_changed(self) -> None:
        if self._test_growth.isActive() and self.test.isVisible():
            self._show_test()

    def _show_test(self) -> None:
        self._scroll.ensureWidgetVisible(self.test, 0, 0)

    def _show_whole(self, row: FoldingRow) -> None:
        QTimer.singleShot(0, self, lambda: self._scroll.ensureWidgetVisible(row, 0, Space.M))
