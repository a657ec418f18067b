"""The text box of the composer."""

from __future__ import annotations

import math
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import SIGNAL, QMimeData, Qt, Signal
from PySide6.QtGui import QImage, QInputMethodEvent, QKeyEvent, QTextBlock, QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

if TYPE_CHECKING:  # the first paint shows an empty box
    from easychat_gui.ui.composer.recall import Recall

LARGEST_SHARE = 1 / 3
"""The box grows with its text up to this share of the window's height."""

LONG_TEXT = 8_000
LONG_TEXT_LINES = 200
"""What is pasted and has more characters or lines becomes an attachment."""

LONGEST_PARAGRAPH = 5_000
"""In characters. Qt lays out a paragraph as a whole: a key typed into one of this length costs 4 ms. Longer ones are
folded."""

PILL = "\ufffc"
"""The character that stands for a folded text."""

ENTER_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PromptEdit(QPlainTextEdit):
    """A text box as high as its text. Plain text only, whatever is pasted.

    ``recall_begun`` when earlier prompts are wished for and `recall` may be filled. What is pasted or dropped and is
    no short text is told by ``files_dropped(list[Path])``, ``image_pasted(QImage)`` and ``long_text_pasted(str)``,
    if anybody listens; else it goes into the text as far as it can.
    """

    send_requested = Signal()
    height_changed = Signal()
    recall_begun = Signal()
    files_dropped = Signal(object)
    image_pasted = Signal(QImage)
    long_text_pasted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sends_with_control = False
        self._is_showing_recalled = False
        self._awaits_earlier = False
        self._is_composing = False
        self._placeholder = ""
        self.setProperty("look", "bare")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(self.fit)
        self.textChanged.connect(self._on_text_changed)
        self.textChanged.connect(self.fit)

    @cached_property
    def recall(self) -> Recall:
        """The earlier prompts, and where the person is among them."""
        from easychat_gui.ui.composer.recall import Recall

        return Recall()

    @property
    def is_recalling(self) -> bool:
        return "recall" in self.__dict__ and self.recall.is_on

    @property
    def is_blank(self) -> bool:
        """Is there nothing but white space? Told without copying a long text."""
        return self.document().characterCount() < 10_000 and not super().toPlainText().strip()

    def toPlainText(self) -> str:  # noqa: N802 - Qt's name
        text = super().toPlainText()
        if PILL not in text:
            return text
        from easychat_gui.ui.composer.folding import unfolded

        return unfolded(self.document(), text)

    def show_text(self, text: str) -> None:
        """Show this instead of what there was; Undo does not go behind it."""
        self.clear()
        if text:
            self.setUndoRedoEnabled(False)
            self._insert(QTextCursor(self.document()), text)
            self.setUndoRedoEnabled(True)
        self.moveCursor(QTextCursor.MoveOperation.End)

    def insert_text(self, text: str) -> None:
        """Put text at the cursor; Undo takes it out again."""
        self._insert(self.textCursor(), text, is_paste=True)
        self.ensureCursorVisible()

    def replace_text(self, text: str) -> None:
        """Show this instead of what there was; Undo brings that back."""
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.removeSelectedText()
        self._insert(cursor, text)
        cursor.endEditBlock()
        self.setTextCursor(cursor)

    def _insert(self, cursor: QTextCursor, text: str, *, is_paste: bool = False) -> None:
        from easychat_gui.ui.composer import folding

        folding.install(self.document(), self)
        folding.insert(cursor, text, is_paste=is_paste)

    def fit(self) -> None:
        """Take the height of the text, within bounds."""
        largest = max(60, int(self.window().height() * LARGEST_SHARE))
        height = min(self._height_of_text(largest), largest)
        if height != self.height():
            self.setFixedHeight(height)
            self.height_changed.emit()

    def _height_of_text(self, enough: int) -> int:
        """Return the height of all paragraphs, or of as many as there is room for.

        A line in another script, whose letters come from another font, is higher than the others.
        """
        height = 4.0
        block = self.document().firstBlock()
        while block.isValid() and height < enough:
            height += max(self.blockBoundingRect(block).height(), self.fontMetrics().lineSpacing())
            block = block.next()
        return math.ceil(height)

    def shown_blocks(self) -> list[QTextBlock]:
        """Return the paragraphs that are on the screen."""
        found = []
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top <= self.viewport().height():
            found.append(block)
            top += self.blockBoundingRect(block).height()
            block = block.next()
        return found

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._awaits_earlier = False
        if event.key() in ENTER_KEYS and self._sends(event.modifiers()):
            if not self._is_composing:  # some input methods let the key that ends a word through
                self.send_requested.emit()
            return
        if event.key() == Qt.Key.Key_Up and self._recalls_older(event) and self._recall_older():
            return
        if event.key() == Qt.Key.Key_Down and self._recalls_newer(event):
            self._show_recalled(self.recall.newer())
            return
        super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._is_composing = bool(event.preeditString())
        super().inputMethodEvent(event)
        self.setPlaceholderText(self._placeholder)
        self.fit()

    def setPlaceholderText(self, words: str) -> None:  # noqa: N802 - Qt's name
        """Show these words in the empty box, but not below what is being composed in it: Qt does not see that.

        Nor does it paint the box anew when one text takes the place of another.
        """
        self._placeholder = words
        shown = "" if self._is_composing else words
        if shown != self.placeholderText():
            super().setPlaceholderText(shown)
            if self.isVisible():
                self.viewport().update()

    def _sends(self, modifiers: Qt.KeyboardModifier) -> bool:
        modifiers &= ~Qt.KeyboardModifier.KeypadModifier
        if self.sends_with_control:
            return modifiers == Qt.KeyboardModifier.ControlModifier
        return modifiers in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier)

    # Earlier prompts

    def _recalls_older(self, event: QKeyEvent) -> bool:
        if not _is_bare(event) or self._is_composing:
            return False
        return self.document().isEmpty() or (self.is_recalling and self._is_at_edge(QTextCursor.MoveOperation.Up))

    def _recalls_newer(self, event: QKeyEvent) -> bool:
        return _is_bare(event) and self.is_recalling and self._is_at_edge(QTextCursor.MoveOperation.Down)

    def _recall_older(self) -> bool:
        if not self.is_recalling:
            self.recall_begun.emit()
        older = self.recall.older()
        self._awaits_earlier = older is None
        self._show_recalled(older)
        return older is not None

    def offer_earlier(self, prompts: list[str]) -> None:
        """Have more prompts to recall; in a new chat these are the first, and the up key has been waiting for them."""
        self.recall.extend(prompts)
        if self._awaits_earlier and not self.is_recalling and self.document().isEmpty() and not self._is_composing:
            self._awaits_earlier = False
            self._show_recalled(self.recall.older())

    def _show_recalled(self, text: str | None) -> None:
        if text is not None:
            self._is_showing_recalled = True
            self.replace_text(text)
            self._is_showing_recalled = False

    def _is_at_edge(self, direction: QTextCursor.MoveOperation) -> bool:
        cursor = self.textCursor()
        return not cursor.hasSelection() and not cursor.movePosition(direction)

    def _on_text_changed(self) -> None:
        if self.is_recalling and not self._is_showing_recalled:
            self.recall.leave()

    # What is copied, pasted and dropped

    def createMimeDataFromSelection(self) -> QMimeData:
        cursor = self.textCursor()
        text = cursor.selection().toPlainText()
        if PILL in text:
            from easychat_gui.ui.composer.folding import unfolded

            text = unfolded(self.document(), text, cursor.selectionStart())
        data = QMimeData()
        data.setText(text)
        return data

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText() or source.hasImage() or source.hasUrls()

    def insertFromMimeData(self, source: QMimeData) -> None:
        paths = [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]
        if paths and len(paths) == len(source.urls()) and self._is_heard("files_dropped(PyObject)"):
            self.files_dropped.emit(paths)
            return
        text = source.text()
        if not text and source.hasImage() and self._is_heard("image_pasted(QImage)"):
            image = source.imageData()
            if isinstance(image, QImage) and not image.isNull():
                self.image_pasted.emit(image)
        elif is_long(text) and self._is_heard("long_text_pasted(QString)"):
            self.long_text_pasted.emit(text)
        elif text:
            self.insert_text(text)

    def _is_heard(self, signal: str) -> bool:
        return self.receivers(SIGNAL(signal)) > 0


def is_long(text: str) -> bool:
    """Is it so long that it had better be an attachment?"""
    return len(text) > LONG_TEXT or text.count("\n") >= LONG_TEXT_LINES


def _is_bare(event: QKeyEvent) -> bool:
    return not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
