"""The bar at the foot of the list while several chats are chosen: how many, and what can be done with them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from easychat_gui.ui.count_words import chats_of
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.buttons import IconButton
from easychat_gui.ui.widgets.labels import muted


class ChoiceBar(QWidget):
    """The first four are for chats of the list, ``restore_requested`` for those of the trash or the archive."""

    move_requested = Signal()
    tag_requested = Signal()
    archive_requested = Signal()
    trash_requested = Signal()
    restore_requested = Signal()
    menu_requested = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("choiceBar")
        self._count = muted("", -0.5)
        self._restore = self._button("history", self.tr("Restore"), "choiceRestoreButton")
        self._move = self._button("folder", self.tr("Move to a folder"), "choiceMoveButton")
        self._tag = self._button("tag", self.tr("Tag"), "choiceTagButton")
        self._archive = self._button("archive", self.tr("Archive"), "choiceArchiveButton")
        self._trash = self._button("trash", self.tr("Put into the trash"), "choiceTrashButton")
        more = self._button("more", self.tr("More that can be done with these"), "choiceMenuButton")
        close = self._button("close", self.tr("Choose none (Esc)"), "choiceCloseButton")
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._count, 1)
        for button, signal in (
            (self._restore, self.restore_requested),
            (self._move, self.move_requested),
            (self._tag, self.tag_requested),
            (self._archive, self.archive_requested),
            (self._trash, self.trash_requested),
        ):
            row.addWidget(button)
            button.clicked.connect(signal)
        row.addWidget(more)
        row.addWidget(close)
        more.clicked.connect(lambda: self.menu_requested.emit(more))
        close.clicked.connect(self.closed)

    def show_choice(self, count: int, *, is_put_away: bool, is_trash: bool) -> None:
        """Say how many are chosen, and offer what can be done with them where they are."""
        words = chats_of(count)
        self._count.setText(words)
        self._count.setToolTip(words)
        self.setAccessibleName(self.tr("{chats} chosen").format(chats=words))
        self._restore.setVisible(is_put_away)
        self._archive.setVisible(not is_put_away)
        self._move.setVisible(not is_trash)
        self._tag.setVisible(not is_trash)
        trash = self.tr("Delete for good…") if is_trash else self.tr("Put into the trash")
        self._trash.set_words(trash)

    def _button(self, icon: str, words: str, name: str) -> IconButton:
        button = IconButton(icon, words, self, side=26, icon_side=14)
        button.setProperty("look", "small")
        button.setObjectName(name)
        return button
