"""Every key of the program, in one place; the shortcuts page of the settings lists them from here."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

Slot = Callable[[], object]
Binding = tuple[QKeySequence, Slot]


class Keys:
    """Key sequences. On macOS Qt reads Ctrl as Command."""

    NEW_CHAT = QKeySequence("Ctrl+N")
    NEW_TEMPORARY_CHAT = QKeySequence("Ctrl+Shift+T")
    SEARCH = QKeySequence("Ctrl+K")
    FOCUS_COMPOSER = QKeySequence("Ctrl+L")
    PROMPTS = QKeySequence("Ctrl+Shift+P")
    SETTINGS = QKeySequence("Ctrl+,")
    TOGGLE_SIDEBAR = QKeySequence("Ctrl+B")
    TOGGLE_INSPECTOR = QKeySequence("Ctrl+I")
    TOGGLE_BRANCHES = QKeySequence("Ctrl+T")
    CHOOSE_MODEL = QKeySequence("Ctrl+M")
    REGENERATE = QKeySequence("Ctrl+R")
    FIND = QKeySequence("Ctrl+F")
    FIND_NEXT = QKeySequence("F3")
    FIND_PREVIOUS = QKeySequence("Shift+F3")
    EXPORT = QKeySequence("Ctrl+E")
    PRINT = QKeySequence("Ctrl+P")
    QUOTE = QKeySequence("Ctrl+Shift+.")
    ASK_ABOUT = QKeySequence("Ctrl+Shift+A")
    MOVE_TO_FOLDER = QKeySequence("Ctrl+Shift+M")
    TAG = QKeySequence("Ctrl+Shift+L")
    ARCHIVE = QKeySequence("Ctrl+Shift+D")
    ZOOM_IN = QKeySequence("Ctrl++")
    ZOOM_OUT = QKeySequence("Ctrl+-")
    ZOOM_RESET = QKeySequence("Ctrl+0")
    CLOSE_WINDOW = QKeySequence("Ctrl+W")
    QUIT = QKeySequence("Ctrl+Q")
    STOP = QKeySequence("Esc")
    EARLIER_PROMPT = QKeySequence("Up")
    """This and the next one are the composer's own."""
    USE_PROMPT = QKeySequence("/")


def install(window: QWidget, bindings: Iterable[Binding]) -> None:
    """Have keys do something wherever in the window the focus is."""
    for keys, slot in bindings:
        action = QAction(window)
        # Many keyboards reach the plus sign only with Shift, and its key alone is the equals sign.
        action.setShortcuts([keys, QKeySequence("Ctrl+=")] if keys == Keys.ZOOM_IN else [keys])
        action.triggered.connect(lambda _checked=False, slot=slot: slot())
        window.addAction(action)


def described() -> list[tuple[str, str]]:
    """Return what can be done with the keyboard, as (words, keys) in the words of the interface."""

    translate = QCoreApplication.translate
    rows = [
        (translate("Shortcuts", "New chat"), Keys.NEW_CHAT),
        (translate("Shortcuts", "New temporary chat"), Keys.NEW_TEMPORARY_CHAT),
        (translate("Shortcuts", "Search chats, actions and models"), Keys.SEARCH),
        (translate("Shortcuts", "Go to the message box"), Keys.FOCUS_COMPOSER),
        (translate("Shortcuts", "Earlier prompts, in an empty box"), Keys.EARLIER_PROMPT),
        (translate("Shortcuts", "Use a saved prompt, in an empty box"), Keys.USE_PROMPT),
        (translate("Shortcuts", "Saved prompts"), Keys.PROMPTS),
        (translate("Shortcuts", "Stop the answer"), Keys.STOP),
        (translate("Shortcuts", "Answer again"), Keys.REGENERATE),
        (translate("Shortcuts", "Choose the model"), Keys.CHOOSE_MODEL),
        (translate("Shortcuts", "Find in this chat"), Keys.FIND),
        (translate("Shortcuts", "Next hit"), Keys.FIND_NEXT),
        (translate("Shortcuts", "Previous hit"), Keys.FIND_PREVIOUS),
        (translate("Shortcuts", "Export this chat"), Keys.EXPORT),
        (translate("Shortcuts", "Print this chat"), Keys.PRINT),
        (translate("Shortcuts", "Quote what is marked"), Keys.QUOTE),
        (translate("Shortcuts", "Ask about what is marked"), Keys.ASK_ABOUT),
        (translate("Shortcuts", "In the chat: next message"), QKeySequence("Alt+Down")),
        (translate("Shortcuts", "In the chat: previous message"), QKeySequence("Alt+Up")),
        (translate("Shortcuts", "In the chat: mark text"), QKeySequence("Shift+Right")),
        (translate("Shortcuts", "In the chat: move a caret instead of scrolling"), QKeySequence("F7")),
        (translate("Shortcuts", "Show or hide the sidebar"), Keys.TOGGLE_SIDEBAR),
        (translate("Shortcuts", "Show or hide the conversation panel"), Keys.TOGGLE_INSPECTOR),
        (translate("Shortcuts", "Show or hide the branches"), Keys.TOGGLE_BRANCHES),
        (translate("Shortcuts", "Move chats to a folder"), Keys.MOVE_TO_FOLDER),
        (translate("Shortcuts", "Tag chats"), Keys.TAG),
        (translate("Shortcuts", "Archive chats, or bring them back"), Keys.ARCHIVE),
        (translate("Shortcuts", "In the list: put chats into the trash"), QKeySequence("Del")),
        (translate("Shortcuts", "In the list: take back what was done last"), QKeySequence("Ctrl+Z")),
        (translate("Shortcuts", "In the list: move a folder up or down"), QKeySequence("Alt+Up")),
        (translate("Shortcuts", "Larger text"), Keys.ZOOM_IN),
        (translate("Shortcuts", "Smaller text"), Keys.ZOOM_OUT),
        (translate("Shortcuts", "Normal text"), Keys.ZOOM_RESET),
        (translate("Shortcuts", "Settings"), Keys.SETTINGS),
        (translate("Shortcuts", "In a search: open in a new window"), QKeySequence("Ctrl+Return")),
        (translate("Shortcuts", "Close the window of a chat"), Keys.CLOSE_WINDOW),
        (translate("Shortcuts", "Quit"), Keys.QUIT),
    ]
    return [(name, keys.toString(QKeySequence.SequenceFormat.NativeText)) for name, keys in rows]
