"""Where the reader is: held at what is read, or following the end."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QScrollBar

from easychat_gui.ui.conversation.message_row import FlowKind
from easychat_gui.ui.conversation.row_list import Anchor, RowList


class ReadingPlace(QObject):
    """Sets the scroll bar, so that what the reader sees stays where it is whatever becomes higher or lower.

    ``margin`` is the space above the first row. ``following_changed`` tells whether the end is followed.
    """

    following_changed = Signal(bool)

    def __init__(self, bar: QScrollBar, rows: RowList, margin: int, parent: QObject) -> None:
        super().__init__(parent)
        self._bar = bar
        self._rows = rows
        self._margin = margin
        self._anchor: Anchor | None = None
        self._is_gripped = False
        self.is_following = True
        self.is_adjusting = False

    @property
    def scroll_top(self) -> int:
        """The height, from the first row, that is at the top edge of the view."""
        return self._bar.value() - self._margin

    @property
    def _is_bar_at_end(self) -> bool:
        return self._bar.value() >= self._bar.maximum() - 2

    def follow(self) -> None:
        """Go to the end, and stay there whatever comes."""
        self._anchor = None
        self._set_following(is_following=True)

    def go_to(self, anchor: Anchor) -> None:
        """Bring something to its place, and hold it there."""
        self._set_following(is_following=False)
        self._anchor = anchor

    def take_scrolling(self) -> None:
        """The reader has moved the scroll bar."""
        self._anchor = None
        self._set_following(is_following=self._is_bar_at_end)

    def grip(self) -> None:
        """The mouse marks text: nothing is to move under it, not even to follow the end."""
        self._is_gripped = True

    def let_go(self) -> None:
        """The mouse is done. The end is followed as before, if it is still in sight."""
        self._is_gripped = False
        if self.is_following:
            self._set_following(is_following=self._is_bar_at_end)
            self._anchor = None

    def hold(self, height: int) -> None:
        """Note what is read, unless that is noted already or the end is followed. ``height`` is that of the view."""
        if self._anchor is None and (self._is_gripped or not self.is_following):
            self._anchor = self._rows.anchor_at(self.scroll_top, self.scroll_top + height)

    def refine(self, height: int) -> None:
        """What is in sight is laid out now: hold a line of it, not a message that begins above."""
        if self._anchor is not None and self._anchor.box < 0:
            self._anchor = None
            self.hold(height)

    def move_anchor(self, down: int) -> None:
        """The view begins so many pixels farther up on the screen: what is read is to stay there."""
        if self._anchor is not None:
            self._anchor = self._anchor._replace(below=self._anchor.below + down)

    def take_out(self, number: int) -> None:
        """A row is gone from among the others: the one that follows takes its place."""
        anchor = self._anchor
        if anchor is not None and anchor.row == number:
            self._anchor = Anchor(number, 0, -1, 0)
        elif anchor is not None and anchor.row > number:
            self._anchor = anchor._replace(row=anchor.row - 1)

    def keep_unfolded(self) -> None:
        """Reasoning that is being read is not folded away under the reader's eyes when the answer begins."""
        anchor = self._anchor
        if anchor is None or anchor.box < 0 or anchor.flow != FlowKind.REASONING or anchor.row >= len(self._rows):
            return
        row = self._rows.row(anchor.row)
        if row.is_thinking and row.fold_choice is None:
            row.fold_choice = True

    def place(self, content: int, height: int, line: int) -> None:
        """Set the bar for a content and a view of these heights; ``line`` is that of a line of text."""
        bar = self._bar
        self.is_adjusting = True
        bar.setRange(0, max(0, content - height))
        bar.setPageStep(max(1, height - line))
        bar.setSingleStep(3 * line // 2)
        if self.is_following and not self._is_gripped:
            bar.setValue(bar.maximum())
        elif self._anchor is not None and len(self._rows):
            bar.setValue(self._rows.top_for(self._anchor) + self._margin)
        self.is_adjusting = False

    def follow_again_at_end(self) -> None:
        """Who has come to the end follows it."""
        if not self.is_following and not self._is_gripped and self._is_bar_at_end:
            self.follow()

    def _set_following(self, *, is_following: bool) -> None:
        if is_following is not self.is_following:
            self.is_following = is_following
            self.following_changed.emit(is_following)
