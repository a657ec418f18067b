"""A field for the path of a file, with a button that opens the system's dialog."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QWidget

from easychat_gui.ui.theme import Size, Space
from easychat_gui.ui.widgets.buttons import IconButton


class FileEdit(QWidget):
    """``edited`` when a path was chosen, or typed and its field left."""

    edited = Signal()

    def __init__(self, name: str, title: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._kinds = self.tr("Certificates (*.pem *.crt *.cer *.key);;All files (*)")
        self.edit = QLineEdit()
        self.edit.setObjectName(name)
        self.edit.setAccessibleName(title)
        self.edit.setToolTip(hint)
        self.edit.setPlaceholderText(self.tr("none"))
        self.edit.editingFinished.connect(self.edited)
        self.setFocusProxy(self.edit)
        choose = IconButton("folder", self.tr("Choose the file: {title}").format(title=title), icon_side=16)
        choose.setObjectName(f"{name}Choose")
        choose.clicked.connect(self._choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        row.addWidget(self.edit, 1)
        row.addWidget(choose, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setMinimumHeight(Size.CONTROL)

    @property
    def path(self) -> str:
        """The path that was chosen or typed. Quotes around it, as file managers put them, are taken off."""
        typed = self.edit.text().strip()
        return typed[1:-1] if len(typed) > 1 and typed[0] == typed[-1] and typed[0] in "\"'" else typed

    def show_path(self, path: str) -> None:
        self.edit.setText(path)

    def _choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self.window(), self._title, self.path, self._kinds)
        if path:
            self.show_path(path)
            self.edited.emit()
