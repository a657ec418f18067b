"""A field for something secret, which never shows what is stored."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget


class SecretEdit(QLineEdit):
    """``entered(secret)`` when another was typed and the field is left; it is then empty again."""

    entered = Signal(str)

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setToolTip(self.tr("Kept where the keys are, never in a file of settings"))
        self.setPlaceholderText(self.tr("Kept apart; type to set it"))
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.editingFinished.connect(self._on_finished)

    def forget_typed(self) -> None:
        self.clear()

    def _on_finished(self) -> None:
        secret = self.text()
        if secret:
            self.clear()
            self.entered.emit(secret)
