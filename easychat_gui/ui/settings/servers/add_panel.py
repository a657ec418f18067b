"""What can be added: the servers that people know, those that run on this computer, and any other."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.domain.ids import new_endpoint_id
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.labels import heading


class AddPanel(QWidget):
    """``chosen(Endpoint)``: what the form is to begin with, with an id of its own."""

    chosen = Signal(object)

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._endpoints = endpoints
        other = QPushButton(self.tr("Another server"))
        other.setObjectName("addOtherServer")
        other.setAccessibleName(other.text())
        other.setToolTip(self.tr("Begin with an empty form"))
        other.setAutoDefault(False)
        other.clicked.connect(lambda: self.chosen.emit(Endpoint(new_endpoint_id(), "", "")))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(Space.M)
        rows.addWidget(heading(self.tr("Add a server"), 1.5))
        rows.addWidget(other)
        rows.addStretch()

    def begin(self) -> None:
        """Show everything anew, ready to be searched."""
