"""Pages that stand in the place of the conversation and its header for a while."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget


class Instead:
    """Shows one of them, or what is usual. ``rows`` holds that; pages are put beside it when first shown."""

    def __init__(self, rows: QVBoxLayout, usual_head: QWidget, usual_body: QWidget) -> None:
        self._rows = rows
        self._usual = usual_head, usual_body
        self._shown: tuple[QWidget, ...] = ()
        self._leave: Callable[[], None] = self.end

    def show(self, head: QWidget, body: QWidget, leave: Callable[[], None]) -> None:
        """Show a page with its header. ``leave`` is what Esc does there."""
        self.end()
        self._leave = leave
        for stretch, (each, usual) in enumerate(zip((head, body), self._usual, strict=True)):
            if self._rows.indexOf(each) < 0:
                self._rows.insertWidget(self._rows.indexOf(usual) + 1, each, stretch)
            usual.hide()
            each.show()
        self._shown = head, body

    def leave(self) -> bool:
        """Leave the page that is shown, as the person wishes; return whether there is one."""
        is_shown = bool(self._shown)
        if is_shown:
            self._leave()
        return is_shown

    def end(self) -> None:
        """Show the conversation again."""
        for each in self._shown:
            each.hide()
        self._shown = ()
        for usual in self._usual:
            usual.show()
