"""How long a server is waited for."""

from __future__ import annotations

from dataclasses import fields, replace

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.endpoints import Endpoint, Timeouts
from easychat_gui.ui.settings.servers.row import FoldingRow
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.labels import faint, plain
from easychat_gui.ui.widgets.spin_boxes import OptionalSpin

LONGEST_S = 86_400
SPIN_WIDTH = 96


class TimeoutsRow(FoldingRow):
    """Three numbers of seconds, each of which may be "never". What was not touched stays as precise as it was."""

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(endpoints, parent)
        self.introduce(self.tr("Time-outs"), "serverTimeouts", self.tr("How long this server is waited for"))
        self._timeouts = Timeouts()
        self.spins = {each.name: OptionalSpin(1, LONGEST_S, self.tr("never")) for each in fields(Timeouts)}
        words = {
            "connect_s": (self.tr("To connect"), self.tr("name, network and encryption")),
            "first_byte_s": (self.tr("For the first token"), self.tr("large models take minutes")),
            "silence_s": (self.tr("For the next token"), self.tr("while an answer runs")),
        }
        grid = QGridLayout()
        grid.setContentsMargins(0, Space.XS, 0, 0)
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.S)
        grid.setColumnStretch(0, 1)
        for row, (name, (title, explanation)) in enumerate(words.items()):
            spin = self.spins[name]
            spin.setObjectName(f"timeout-{name}")
            spin.setSuffix(self.tr(" s"))
            spin.setFixedWidth(SPIN_WIDTH)
            spin.setAccessibleName(title)
            spin.setToolTip(self.tr("In seconds; empty: it is waited for ever"))
            spin.edited.connect(lambda seconds, name=name: self._set(name, seconds))
            about = QVBoxLayout()
            about.setSpacing(0)
            about.addWidget(plain(title))
            hint = faint(explanation)
            hint.setWordWrap(True)
            about.addWidget(hint)
            grid.addLayout(about, row, 0)
            grid.addWidget(spin, row, 1)
        self.body_rows.addLayout(grid)

    def show_endpoint(self, endpoint: Endpoint) -> None:
        self._timeouts = endpoint.timeouts
        for name, spin in self.spins.items():
            seconds = getattr(self._timeouts, name)
            spin.set_optional(None if seconds is None else max(1, round(seconds)))
        self._show()

    def applied(self, endpoint: Endpoint) -> Endpoint:
        return replace(endpoint, timeouts=self._timeouts)

    def _set(self, name: str, seconds: int | None) -> None:
        self._timeouts = replace(self._timeouts, **{name: None if seconds is None else float(seconds)})
        self._show()
        self.edited.emit()

    def _show(self) -> None:
        self.show_summary(
            self.tr("connect {connect} · first token {first} · silence {silence}").format(
                connect=self._seconds(self._timeouts.connect_s),
                first=self._seconds(self._timeouts.first_byte_s),
                silence=self._seconds(self._timeouts.silence_s),
            )
        )

    def _seconds(self, seconds: float | None) -> str:
        return self.tr("never") if seconds is None else self.tr("{seconds} s").format(seconds=f"{seconds:g}")
