"""The form of one pool."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.endpoints import Pool
from easychat_gui.domain.ids import EndpointId
from easychat_gui.ui.settings.servers.title import TitleEdit


class PoolForm(QWidget):
    """``edited`` when the person has finished setting something; the page then saves what `pool` is."""

    edited = Signal()

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.endpoints = endpoints
        self._pool = Pool(EndpointId(""), "", ())
        self.name = TitleEdit()
        self.name.setObjectName("poolName")
        self.name.setAccessibleName(self.tr("Name"))
        self.name.setToolTip(self.tr("What you call this pool"))
        self.name.editingFinished.connect(self.edited)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.name)
        rows.addStretch()

    @property
    def pool(self) -> Pool:
        """What the person set so far."""
        return replace(self._pool, name=self.name.text().strip() or self._pool.name)

    @property
    def problem(self) -> str:
        """What is wrong with what was set; empty when nothing is."""
        return ""

    def show_pool(self, pool: Pool) -> None:
        """Show a pool, without telling it as a change."""
        self._pool = pool
        self.name.setText(pool.name)

    def refresh(self) -> None:
        """The state of a server is known by now, or another one was added."""

    def focus_problem(self) -> None:
        """Take the person to what is wrong."""
