"""Red waves below misspelt words in the box, and the menu that mends them.

The marks are extra selections: no part of the document, so that Undo knows nothing of them, and they move with the
text until the next look. Only the paragraphs on the screen are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import shiboken6
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QAction, QContextMenuEvent, QTextBlock, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QMenu, QTextEdit

from easychat_gui.controllers.spelling import SpellingController
from easychat_gui.spelling.words import Word, opens_or_closes_code, words_of
from easychat_gui.ui import theme
from easychat_gui.ui.composer.prompt_edit import PromptEdit

LOOK_DELAY_MS = 150
LANGUAGE_WORDS = 4
"""A paragraph with more wrong words than this, and more wrong than right ones, is in a language that no chosen
dictionary has: it is left alone."""

MOST_BLOCKS_ABOVE = 2_000
"""So far back is looked for the fence that a paragraph may stand in."""


class SpellMarks(QObject):
    """A child of the box."""

    def __init__(self, edit: PromptEdit, spelling: SpellingController) -> None:
        super().__init__(edit)
        self._edit = edit
        self._spelling = spelling
        self._wanted: tuple[QAction, QTextCursor, str] | None = None
        self._timer = QTimer(self, singleShot=True, interval=LOOK_DELAY_MS)
        self._timer.timeout.connect(self.look)
        edit.textChanged.connect(self._timer.start)
        edit.cursorPositionChanged.connect(self._timer.start)
        edit.verticalScrollBar().valueChanged.connect(lambda _value: self._timer.start())
        edit.height_changed.connect(self._timer.start)
        spelling.changed.connect(self.look)
        theme.watcher().changed.connect(self.look)
        edit.installEventFilter(self)

    def look(self) -> None:
        """Mark what is wrong on the screen."""
        if not self._spelling.is_on or self._edit.document().isEmpty():
            if self._edit.extraSelections():
                self._edit.setExtraSelections([])
            return
        paragraphs = [(block, words_of(block.text())) for block in self._prose_blocks()]
        typed_at = self._edit.textCursor().position() if self._edit.hasFocus() else -1
        wrong = self._spelling.wrong({word.text for _, words in paragraphs for word in words})
        marks = []
        for block, words in paragraphs:
            misspelt = [word for word in words if word.text in wrong]
            if len(misspelt) > max(LANGUAGE_WORDS, len(words) / 2):
                continue
            cursors = (self._cursor_over(block, word) for word in misspelt)
            # The word that ends at the cursor may not be finished.
            marks += [self._mark(cursor) for cursor in cursors if cursor.selectionEnd() != typed_at]
        self._edit.setExtraSelections(marks)

    def misspelt(self) -> list[str]:
        """Return the words that are marked."""
        return [mark.cursor.selectedText() for mark in self._edit.extraSelections()]

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QContextMenuEvent):
            return self._show_menu(event)
        return False

    # Marks

    def _prose_blocks(self) -> Iterator[QTextBlock]:
        shown = self._edit.shown_blocks()
        if not shown:
            return
        is_code = False
        block = self._edit.document().findBlockByNumber(max(0, shown[0].blockNumber() - MOST_BLOCKS_ABOVE))
        while block.isValid() and block.blockNumber() <= shown[-1].blockNumber():
            if opens_or_closes_code(block.text()):
                is_code = not is_code
            elif not is_code and block.blockNumber() >= shown[0].blockNumber():
                yield block
            block = block.next()

    def _cursor_over(self, block: QTextBlock, word: Word) -> QTextCursor:
        start, length = _in_utf16(block.text(), word)
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + start)
        cursor.setPosition(block.position() + start + length, QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def _mark(self, cursor: QTextCursor) -> QTextEdit.ExtraSelection:
        wave = QTextCharFormat()
        wave.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SpellCheckUnderline)
        wave.setUnderlineColor(theme.current().danger)
        mark = QTextEdit.ExtraSelection()
        mark.cursor = cursor
        mark.format = wave
        return mark

    # The menu

    def _show_menu(self, event: QContextMenuEvent) -> bool:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            position = self._edit.textCursor().position()
        else:
            position = self._edit.cursorForPosition(event.pos()).position()
        cursor = self._marked_at(position)
        if cursor is None:
            return False
        menu = self._menu(cursor)
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            place = self._edit.viewport().mapToGlobal(self._edit.cursorRect(cursor).bottomLeft())
        menu.popup(place)
        return True

    def _marked_at(self, position: int) -> QTextCursor | None:
        for mark in self._edit.extraSelections():
            cursor = mark.cursor
            if cursor.selectionStart() <= position <= cursor.selectionEnd() and cursor.hasSelection():
                return QTextCursor(cursor)
        return None

    def _menu(self, cursor: QTextCursor) -> QMenu:
        word = cursor.selectedText()
        menu = self._edit.createStandardContextMenu()
        menu.aboutToHide.connect(menu.deleteLater)
        first = menu.actions()[0] if menu.actions() else None
        searching = QAction(self.tr("Looking for suggestions…"), menu)
        searching.setEnabled(False)
        add = QAction(self.tr("Add to dictionary"), menu)
        add.triggered.connect(lambda: self._spelling.add(word))
        ignore = QAction(self.tr("Ignore"), menu)
        ignore.triggered.connect(lambda: self._spelling.ignore(word))
        separator = QAction(menu)
        separator.setSeparator(True)
        for action in (searching, add, ignore, separator):
            menu.insertAction(first, action) if first else menu.addAction(action)
        self._wanted = (searching, cursor, word)
        self._spelling.suggest(word, partial(self._offer, word))
        return menu

    def _offer(self, word: str, suggestions: list[str]) -> None:
        if self._wanted is None or self._wanted[2] != word:
            return
        searching, cursor, _ = self._wanted
        self._wanted = None
        menu = searching.parent() if shiboken6.isValid(searching) else None
        if not isinstance(menu, QMenu):
            return  # it was closed meanwhile
        for suggestion in suggestions:
            action = QAction(suggestion, menu)
            action.triggered.connect(lambda _on=False, text=suggestion: cursor.insertText(text))
            menu.insertAction(searching, action)
        if suggestions:
            menu.removeAction(searching)
        else:
            searching.setText(self.tr("No suggestions"))
        _keep_on_screen(menu)


def _keep_on_screen(menu: QMenu) -> None:
    """Move a menu that has grown up again."""
    size = menu.sizeHint()
    room = menu.screen().availableGeometry()
    if menu.isVisible() and menu.y() + size.height() > room.bottom():
        menu.move(menu.x(), max(room.top(), room.bottom() - size.height()))


def _in_utf16(line: str, word: Word) -> tuple[int, int]:
    if line.isascii():
        return word.start, word.length
    before = len(line[: word.start].encode("utf-16-le", "surrogatepass")) // 2
    inside = len(line[word.start : word.start + word.length].encode("utf-16-le", "surrogatepass")) // 2
    return before, inside
