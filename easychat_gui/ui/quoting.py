"""What was marked in the conversation, put before the reply as a quotation."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QTextCursor

from easychat_gui.ui.composer import Composer
from easychat_gui.ui.conversation.view import ConversationView


class Quoting(QObject):
    """Serves "Quote in reply" and "Ask about this" of a conversation's view, whose child it is."""

    def __init__(self, view: ConversationView, composer: Composer) -> None:
        super().__init__(view)
        self._composer = composer
        view.quote_requested.connect(self._quote)
        view.ask_requested.connect(self._ask)

    def _quote(self, text: str) -> None:
        """Put it where the cursor is, on lines of its own."""
        cursor = self._composer.edit.textCursor()
        line = cursor.block().text()[: cursor.positionInBlock()]
        self._composer.insert_text(f"{'' if not line else _LINE_BREAKS}{quoted(text)}{_LINE_BREAKS}")

    def _ask(self, text: str) -> None:
        """Put it after whatever is written already, with an empty line for the question."""
        self._composer.edit.moveCursor(QTextCursor.MoveOperation.End)
        self._quote(text)


_LINE_BREAKS = "\n\n"


def quoted(text: str) -> str:
    """Return the text as a quotation in Markdown."""
    return "\n".join(f"> {line}".rstrip() for line in text.strip("\n").split("\n"))
