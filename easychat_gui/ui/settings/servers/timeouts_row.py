"""How long a server is waited for."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.ui.settings.servers.row import FoldingRow


class TimeoutsRow(FoldingRow):
    """Tells the three of them."""

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(endpoints, parent)
        self.introduce(self.tr("Time-outs"), "serverTimeouts", self.tr("How long this server is waited for"))

    def show_endpoint(self, endpoint: Endpoint) -> None:
        timeouts = endpoint.timeouts
        self.show_summary(
            self.tr("connect {connect} · first token {first} · silence {silence}").format(
                connect=self._seconds(timeouts.connect_s),
                first=self._seconds(timeouts.first_byte_s),
                silence=self._seconds(timeouts.silence_s),
            )
        )

    def _seconds(self, seconds: float | None) -> str:
        return self.tr("never") if seconds is None else self.tr("{seconds} s").format(seconds=f"{seconds:g}")
