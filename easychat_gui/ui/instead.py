"""Pages that stand in the place of the conversation and its header for a while."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget


class Instead:
    """Shows one of them, or what is usual. ``rows`` holds that; pages are put beside it when first shown."""

    def __init__(self, rows: QVBoxLayout, usual_head: QWidget, usual_body: QWidget) -> None:
        self._rows = rows
        self._usual = usual_head, usual_body
        self._shown: tuple[QWidget, ...] = ()

    def show(self, head: QWidget, body: QWidget) -> None:
        """Show a page with its header."""
        self.end()
        for stretch, (each, usual) in enumerate(zip((head, body), self._usual, strict=True)):
            if self._rows.indexOf(each) < 0:
                self._rows.insertWidget(self._rows.indexOf(usual) + 1, each, stretch)
            usual.hide()
            each.show()
        self._shown = head, body

    def end(self) -> None:
        """Show the conversation again."""
        for each in self._shown:
            each.hide()
        self._shown = ()
        for usual in self._usual:
            usual.show()
