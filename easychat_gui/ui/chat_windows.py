"""The windows of chats beside the main one: opened, found again, and opened anew at the next start."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, QPoint, QRect, Qt

from easychat_gui.domain.ids import ConversationId, MessageId
from easychat_gui.ui.chat_window import ChatWindow
from easychat_gui.ui.flows import Flows
from easychat_gui.ui.main_window import OPEN_WINDOWS, noted_windows

if TYPE_CHECKING:
    from easychat_gui.ui.main_window import Controllers, MainWindow

GEOMETRY = "windows/geometry"
"""Under this, and the id of its chat, it is noted where a window stands; without one, how large the last one was."""

CASCADE = QPoint(32, 32)


class ChatWindows(QObject):
    """A chat has one window at most. Who asks for it again, here or in the main window's list, sees that window."""

    def __init__(self, main: MainWindow, controllers: Controllers, flows: Flows) -> None:
        super().__init__(main)
        self._main = main
        self._to = controllers
        self._flows = flows
        self._state = main.state
        self._made: list[ChatWindow] = []
        self._typed: dict[ConversationId, str] = {}
        self._is_noting = True
        main.closing.connect(self._end)

    @property
    def windows(self) -> list[ChatWindow]:
        """Those in which a chat is shown."""
        return [each for each in self._made if each.conversation_id is not None]

    def open(self, conversation_id: ConversationId, message_id: MessageId | None = None, hit: str = "") -> None:
        """Show a chat in a window of its own; at this message if one is named, with what was found in it marked."""

        def show() -> None:
            window.raise_window()
            if message_id is not None:
                window.reveal(message_id, hit)

        known = next((each for each in self.windows if each.conversation_id == conversation_id), None)
        if known is not None:
            window = known
            if window.isVisible():
                show()
            else:  # it is being read
                window.begin(conversation_id, show)
        elif conversation_id not in self._to.conversations.temporary:
            window = self._window_for(conversation_id)
            window.begin(conversation_id, show)

    def restore(self) -> None:
        """Open the windows that were open when the program last ended. The keyboard stays where it is."""
        shown = [each.conversation_id for each in self.windows]
        for each in noted_windows(self._state):
            if each in shown:
                continue
            window = self._window_for(each)
            window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
            typed = self._typed.pop(each, "")
            window.begin(each, partial(window.add_to_draft, typed), partial(self._main.add_to_draft, typed))

    def put_aside(self) -> None:
        """Close them for as long as nothing can be kept; `restore` opens them anew.

        What was typed and not sent stays in sight also if a backup that does not have it takes the chats' place: in the
        main window, if that has not even the chat.
        """
        self._typed = {each.conversation_id: each.draft for each in self.windows if each.conversation_id and each.draft}
        self._note_geometry()
        self._is_noting = False
        for window in self.windows:
            window.close()
        self._is_noting = True

    def _window_for(self, conversation_id: ConversationId) -> ChatWindow:
        window = next((each for each in self._made if each.conversation_id is None), None) or self._make()
        self._place(window, conversation_id)
        self._to.conversations.give_up(conversation_id)
        return window

    def _make(self) -> ChatWindow:
        seat = self._to.seats().add()
        flows = self._flows.beside(seat.conversations, seat)
        window = ChatWindow(self._main, self._to, seat, flows)
        seat.conversations.another_wanted.connect(self._open_another)
        seat.conversations.opened.connect(self._note)
        window.closing.connect(lambda: self._on_closing(window))
        window.moved_back.connect(lambda conversation_id: self._move_back(window, conversation_id))
        self._made.append(window)
        return window

    def _open_another(self, conversation_id: str) -> None:
        self.open(ConversationId(conversation_id))

    def _move_back(self, window: ChatWindow, conversation_id: str) -> None:
        window.close()
        self._to.conversations.open(ConversationId(conversation_id))
        self._main.raise_window()

    # What is noted

    def _place(self, window: ChatWindow, conversation_id: ConversationId) -> None:
        """Put a window where the chat's stood, else beside the last one, as large as that was."""
        own = self._state.value(f"{GEOMETRY}/{conversation_id}")
        if isinstance(own, QByteArray) and window.restoreGeometry(own):
            return
        last = self._state.value(f"{GEOMETRY}/last")
        if isinstance(last, QByteArray):
            window.restoreGeometry(last)
        shown = [each for each in self.windows if each.isVisible()]
        before = shown[-1].pos() if shown else self._main.pos()
        room = window.screen().availableGeometry()
        place = before + CASCADE
        frame = self._main.frameGeometry().size() - self._main.size()  # its own is not known before it is shown
        if not room.contains(QRect(place, window.size() + frame)):
            place = room.topLeft() + CASCADE
        window.move(place)

    def _note(self, _shown: object = None) -> None:
        if self._is_noting:
            self._state.setValue(OPEN_WINDOWS, [each.conversation_id for each in self.windows])

    def _on_closing(self, window: ChatWindow) -> None:
        self._state.setValue(f"{GEOMETRY}/last", window.saveGeometry())
        self._note()

    def _end(self) -> None:
        """The program ends: note where the windows stand, and take them down."""
        self._is_noting = False
        if self._main.keeps_place:
            self._note_geometry()
        for window in self._made:
            window.hide()
            window.deleteLater()

    def _note_geometry(self) -> None:
        last = self._state.value(f"{GEOMETRY}/last")
        self._state.remove(GEOMETRY)
        for window in self.windows:
            last = window.saveGeometry()
            self._state.setValue(f"{GEOMETRY}/{window.conversation_id}", last)
        self._state.setValue(f"{GEOMETRY}/last", last)
