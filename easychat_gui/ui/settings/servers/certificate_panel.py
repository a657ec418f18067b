"""A certificate that nobody vouches for, shown so that it can be compared and trusted."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from easychat_gui.domain.checkups import ServerCertificate
from easychat_gui.ui.settings.servers.checkup_words import certificate_rows
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.labels import muted, plain, show_copyable


class CertificatePanel(QWidget):
    """``trusted(fingerprint)`` when the person decided to trust it."""

    trusted = Signal(str)

    def __init__(self, certificate: ServerCertificate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.XS)
        grid.setColumnStretch(1, 1)
        for row, (title, value) in enumerate(certificate_rows(certificate)):
            label = plain("", points=-0.5)
            show_copyable(label, value)
            label.setWordWrap(row > 0)
            if row == 0:
                label.setObjectName("certificateFingerprint")
                font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
                font.setPointSizeF(label.font().pointSizeF() - 1.0)
                label.setFont(font)
            grid.addWidget(muted(title, -0.5), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label, row, 1)
        trust = QPushButton(self.tr("Trust this certificate"))
        trust.setObjectName("trustCertificateButton")
        trust.setAccessibleName(trust.text())
        trust.setToolTip(self.tr("From now on this server has to show exactly this certificate; any other is refused"))
        trust.setAutoDefault(False)
        trust.clicked.connect(lambda: self.trusted.emit(certificate.fingerprint))
        below = QHBoxLayout()
        below.addWidget(trust)
        below.addStretch()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, Space.XS, 0, 0)
        rows.setSpacing(Space.S)
        rows.addLayout(grid)
        rows.addLayout(below)
