"""What stands beside the conversation: the sidebar at the left, the parameters or the branches at the right."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QToolButton, QWidget

from easychat_gui.ui.header import Header
from easychat_gui.ui.sidebar.sidebar import Sidebar
from easychat_gui.ui.theme import Size

if TYPE_CHECKING:
    from easychat_gui.ui.branches.panel import BranchesPanel

QWIDGETSIZE_MAX = 16_777_215
"""Qt's own "as wide as you like"; PySide has no name for it."""

LEAST_TO_READ = 360
"""In a narrower column, in px, a conversation could not be read."""

LEAST_BESIDE = 240
"""Nor does the bar above it shrink any more, in px: it would lie on what is beside it."""

WITHOUT_PANEL = Size.SIDEBAR + 480


class SidePanels(QObject):
    """Shows what is wished for and what fits: in a narrow window a panel takes the sidebar's place, in a very narrow
    one the conversation's too. The panels at the right are made when they are first wished for."""

    def __init__(
        self,
        window: QWidget,
        *,
        header: Header,
        sidebar: Sidebar,
        talk: QWidget,
        inspector: Callable[[], QWidget],
        branches: Callable[[], BranchesPanel],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._header = header
        self._sidebar = sidebar
        self._talk = talk
        self._branches = branches
        self._makers: dict[QToolButton, Callable[[], QWidget]] = {
            header.inspector_button: inspector,
            header.branches_button: branches,
        }
        self._made: dict[QToolButton, QWidget] = {}
        self._wants_sidebar = True
        for button in self._makers:
            button.toggled.connect(self.fit)

    def fit(self) -> None:
        """Show what fits the present width."""
        wished = next((button for button in self._makers if button.isChecked()), None)
        if wished is not None and wished not in self._made:
            self._made[wished] = self._makers[wished]()
        width = self._window.width()
        needed = self._needed_with(wished)
        is_roomy = width >= Size.SIDEBAR + needed if wished else width >= WITHOUT_PANEL
        self._show_sidebar(is_shown=is_roomy and self._wants_sidebar)
        is_alone = wished is not None and width < needed
        for button, panel in self._made.items():
            panel.setMaximumWidth(QWIDGETSIZE_MAX if is_alone else panel.minimumWidth())
            panel.setVisible(button is wished)
        self._talk.setVisible(not is_alone)

    def toggle_sidebar(self) -> None:
        is_shown = self._sidebar.isHidden()
        wished = next((button for button in self._makers if button.isChecked()), None)
        if is_shown and wished is not None and self._window.width() < Size.SIDEBAR + self._needed_with(wished):
            self.close_right()
        if self._window.width() >= WITHOUT_PANEL:
            self._wants_sidebar = is_shown
        self._show_sidebar(is_shown=is_shown)

    def toggle_branches(self) -> None:
        """Show the tree, with the keyboard in it, or hide it."""
        self._header.branches_button.toggle()
        if self._header.branches_button.isChecked():
            self._branches().view.setFocus()

    def close_right(self) -> None:
        for button in self._makers:
            button.setChecked(False)

    def make_room_to_read(self) -> None:
        """Where a panel covers the conversation, take it away: the person chose a message in it."""
        if self._talk.isHidden():
            self.close_right()

    def _needed_with(self, button: QToolButton | None) -> int:
        """Return how wide the panel of a button and a conversation beside it are at least, in px."""
        panel = self._made.get(button) if button is not None else None
        return LEAST_TO_READ + (panel.minimumWidth() if panel is not None else 0)

    def _show_sidebar(self, *, is_shown: bool) -> None:
        self._sidebar.setFixedWidth(min(Size.SIDEBAR, max(0, self._window.width() - LEAST_BESIDE)))
        self._sidebar.setVisible(is_shown)
        self._header.sidebar_button.setVisible(not is_shown)
