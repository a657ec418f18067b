"""The question what shall be forgotten for good."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout

from easychat_gui.domain.forgetting import Part
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.buttons import text_button
from easychat_gui.ui.widgets.check_box import CheckBox
from easychat_gui.ui.widgets.labels import heading, muted, plain
from easychat_gui.ui.widgets.region import Region

WIDTH = 520


class ForgetDialog(Region, QDialog):
    """A box for each part; ``parts`` are those that are ticked. Accepted by the red button alone."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("forgetDialog")
        self.setWindowTitle(self.tr("Forget everything?"))
        self.setAccessibleName(self.windowTitle())
        self.setToolTip(self.windowTitle())
        self._boxes: dict[Part, CheckBox] = {}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Space.S)
        self._grid.setVerticalSpacing(Space.M)
        self._grid.setColumnStretch(1, 1)
        self._add(
            Part.CHATS,
            self.tr("Chats"),
            self.tr("All messages, drafts, attached files, folders and tags, the trash, all backups, and the logs."),
        )
        self._add(
            Part.WRITING_AIDS,
            self.tr("Presets and saved prompts"),
            self.tr("With the words that you added to the dictionary. Backups hold them too, and go as well."),
        )
        self._add(
            Part.SETTINGS,
            self.tr("Settings and servers"),
            self.tr("With all keys, also those in the system's keyring."),
        )
        self._forget = text_button(self.tr("Forget and close"), name="forgetButton", look="danger")
        self._forget.clicked.connect(self.accept)
        self._lay_out()

    @property
    def parts(self) -> frozenset[Part]:
        return frozenset(part for part, box in self._boxes.items() if box.isChecked())

    def sizeHint(self) -> QSize:
        layout = self.layout()
        height = layout.heightForWidth(WIDTH) if layout is not None and layout.hasHeightForWidth() else 0
        return QSize(WIDTH, max(height, super().sizeHint().height()))

    def _add(self, part: Part, words: str, more: str) -> None:
        box = CheckBox()
        box.setObjectName(f"forget-{part}")
        box.setChecked(True)
        box.setAccessibleName(words)
        box.setAccessibleDescription(more)
        box.setToolTip(more)
        box.toggled.connect(lambda _on: self._forget.setEnabled(bool(self.parts)))
        label = plain(words)
        label.setBuddy(box)
        explained = muted(more, -0.5)
        explained.setWordWrap(True)
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(label)
        text.addWidget(explained)
        row = self._grid.rowCount()
        self._grid.addWidget(box, row, 0)
        self._grid.addLayout(text, row, 1)
        self._boxes[part] = box

    def _lay_out(self) -> None:
        words = muted(
            self.tr(
                "What is ticked is removed from this computer for good. Files that you exported or mirrored to other "
                "folders stay. EasyChat GUI closes for it."
            )
        )
        words.setWordWrap(True)
        cancel = text_button(self.tr("Cancel"), name="forgetCancelButton")
        cancel.clicked.connect(self.reject)
        cancel.setDefault(True)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S + 2)
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(self._forget)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        rows.setSpacing(Space.M)
        rows.addWidget(heading(self.windowTitle(), 2.0))
        rows.addWidget(words)
        rows.addLayout(self._grid)
        rows.addStretch()
        rows.addLayout(buttons)
