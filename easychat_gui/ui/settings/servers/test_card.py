"""The card that tells, step by step, whether a server can be reached."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QHideEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.checkups import Step, StepResult
from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.domain.errors import PassphraseNeeded, ProviderError
from easychat_gui.ui import icons, theme
from easychat_gui.ui.error_texts import failure_texts
from easychat_gui.ui.settings.servers import checkup_words
from easychat_gui.ui.settings.servers.certificate_panel import CertificatePanel
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.labels import faint, heading, muted, plain, show_copyable

_MARK = 14


class TestCard(QFrame):
    """Hidden until the test of the server that is shown begins.

    ``edited`` when the person took what it offered, as with the rows of the form.
    """

    __test__ = False  # for pytest, to which the name looks like a test

    edited = Signal()
    grown = Signal()
    """There is more to be seen of it."""

    locked = Signal()
    """It could not begin, since what the server needs is in the encrypted file."""

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.endpoints = endpoints
        self.setProperty("look", "note")
        self.setObjectName("serverTest")
        self.setAccessibleName(self.tr("Test"))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._endpoint: Endpoint | None = None
        self._agreed = ""
        """The fingerprint that the person decided to trust, until the form has taken it."""
        self._stop = QPushButton(self.tr("Stop"))
        self._stop.setObjectName("stopTestButton")
        self._stop.setAccessibleName(self._stop.text())
        self._stop.setToolTip(self.tr("Stop the test"))
        self._stop.setProperty("look", "flat")
        self._stop.setAutoDefault(False)
        self._stop.clicked.connect(lambda: self.endpoints.checkups.stop())
        top = QHBoxLayout()
        top.addWidget(heading(self.tr("Test")))
        top.addStretch()
        top.addWidget(self._stop)
        self._lines = QWidget(self)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        self._rows.setSpacing(Space.XS)
        self._rows.addLayout(top)
        self._rows.addWidget(self._lines)
        self._is_connected = False
        self.hide()

    def show_endpoint(self, endpoint: Endpoint) -> None:
        """Forget the test of another server, and of this one if the way to it has changed."""
        former, self._endpoint = self._endpoint, endpoint
        if former is None or endpoint.id != former.id:
            self._agreed = ""
        if former is None or _way(endpoint) != _way(former):
            self.hide()

    def applied(self, endpoint: Endpoint) -> Endpoint:
        """Return the server with what the person agreed to."""
        if not self._agreed:
            return endpoint
        return replace(endpoint, network=replace(endpoint.network, fingerprint=self._agreed))

    def begin(self) -> None:
        """Test the server that is shown."""
        if self._endpoint is None or not self._endpoint.base_url:
            return
        checkups = self.endpoints.checkups
        if not self._is_connected:
            self._is_connected = True
            checkups.changed.connect(self._show)
        self.show()
        checkups.begin(self._endpoint)

    def refresh(self) -> None:
        """Nothing else than the test itself is told here."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().height() > event.oldSize().height() >= 0:
            self.grown.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous() and self._is_connected:  # nobody looks any more
            self.endpoints.checkups.stop()

    # What is shown

    def _show(self) -> None:
        checkups = self.endpoints.checkups
        if self._endpoint is None or checkups.endpoint_id != self._endpoint.id or self.isHidden():
            return
        self._stop.setVisible(checkups.is_running)
        lines = QWidget(self)
        rows = QVBoxLayout(lines)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(Space.XS)
        for result in checkups.checkup.results:
            if checkup_words.is_worth_a_line(result):
                rows.addWidget(_result_line(result))
            if result.error is not None:
                rows.addWidget(self._explanation(result))
        if checkups.checkup.running is not None:
            rows.addWidget(_running_line(checkups.checkup.running))
        elif checkups.is_running and not checkups.checkup.results:
            rows.addWidget(muted(self.tr("Beginning…")))
        elif checkups.error is not None:
            rows.addWidget(self._refusal(checkups.error))
        elif not checkups.is_running and not checkups.checkup.is_complete:
            rows.addWidget(muted(self.tr("Stopped.")))
        self._rows.replaceWidget(self._lines, lines)
        self._lines.hide()
        self._lines.deleteLater()
        self._lines = lines
        if isinstance(checkups.error, PassphraseNeeded):
            self.locked.emit()
        self.setAccessibleDescription(". ".join(checkup_words.result_words(each) for each in checkups.checkup.results))

    def _refusal(self, error: Exception) -> QLabel:
        """It could not even begin."""
        words = str(error)
        if isinstance(error, ProviderError) and self._endpoint is not None:
            words = " ".join(failure_texts(error.as_failure(), self._endpoint.name, has_text=False))
        label = plain(words, look="danger")
        label.setWordWrap(True)
        return label

    def _explanation(self, result: StepResult) -> QWidget:
        """What went wrong, what to do, and the certificate where it is that."""
        whole = QWidget()
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(_MARK + Space.S, 0, 0, Space.XS)
        rows.setSpacing(Space.XS)
        said = plain("", points=-0.5)
        said.setObjectName("testError")
        said.setWordWrap(True)
        show_copyable(said, str(result.error))
        todo = muted(checkup_words.advice(result), -0.5)
        todo.setObjectName("testAdvice")
        todo.setWordWrap(True)
        rows.addWidget(said)
        rows.addWidget(todo)
        if result.certificate is not None:
            panel = CertificatePanel(result.certificate)
            panel.trusted.connect(self._on_trusted)
            rows.addWidget(panel)
        return whole

    def _on_trusted(self, fingerprint: str) -> None:
        """Have it saved, and try the server again with it."""
        self._agreed = fingerprint
        self.edited.emit()
        self._agreed = ""
        self.setFocus()  # the button that was pressed goes
        self.begin()


def _way(endpoint: Endpoint) -> tuple[object, ...]:
    """Return what a test is about."""
    return endpoint.id, endpoint.base_url, endpoint.kind, endpoint.headers, endpoint.network, endpoint.timeouts


def _result_line(result: StepResult) -> QWidget:
    is_well = result.error is None
    colours = theme.current()
    is_odd = is_well and result.step is Step.STREAMING and not result.is_in_pieces
    colour = colours.warning if is_odd else colours.ok if is_well else colours.danger
    name = "warning" if is_odd else "check" if is_well else "close"
    words = plain(checkup_words.result_words(result), look="" if is_well else "danger")
    words.setToolTip(result.model or result.address)
    return _line(name, colour, words, checkup_words.time_words(result.seconds))


def _running_line(step: Step) -> QWidget:
    return _line("more", theme.current().text_faint, muted(checkup_words.running_words(step)), "")


def _line(icon: str, colour: QColor, words: QLabel, time: str) -> QWidget:
    line = QWidget()
    mark = QLabel()
    mark.setPixmap(icons.pixmap(icon, colour, _MARK))
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(Space.S)
    row.addWidget(mark)
    row.addWidget(words)
    row.addStretch()  # beside its mark also where the interface is read from the right
    row.addWidget(faint(time, -0.5))
    line.setAccessibleName(" ".join(filter(None, (words.text(), time))))
    return line
