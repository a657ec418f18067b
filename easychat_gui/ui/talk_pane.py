"""The middle of the window: the greeting or the conversation, and the composer below it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from easychat_gui.domain.messages import Message
from easychat_gui.qtmodels.messages import MessageListModel
from easychat_gui.ui.composer import Composer
from easychat_gui.ui.theme import Size, Space
from easychat_gui.ui.welcome import Welcome

if TYPE_CHECKING:
    from easychat_gui.ui.answer_card import AnswerCard
    from easychat_gui.ui.conversation.view import ConversationView
    from easychat_gui.ui.trash_bar import TrashBar


class TalkPane(QWidget):
    """Shows one of the two, by whether there are messages.

    The conversation's view is made when it is first asked for: the greeting is what is painted first, and the view's
    thirty modules would make it wait. ``view_made(ConversationView)`` and ``card_made(AnswerCard)``, once each, let
    others connect.
    """

    view_made = Signal(object)
    card_made = Signal(object)

    def __init__(self, messages: MessageListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self.welcome = Welcome()
        self.composer = Composer()
        self.welcome.prompt_chosen.connect(self._begin_with)
        self._stack = _Yielding()
        self._stack.addWidget(self.welcome)
        column = QHBoxLayout()
        column.setContentsMargins(Space.XL, 0, Space.XL, 0)
        column.addStretch(1)
        self.composer.setMaximumWidth(Size.READING_COLUMN)
        column.addWidget(self.composer, 1000)
        column.addStretch(1)
        self._column = column
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._stack, 1)
        rows.addLayout(column)

    @cached_property
    def view(self) -> ConversationView:
        from easychat_gui.ui.conversation.view import ConversationView

        view = ConversationView()
        view.set_model(self._messages)
        self._stack.addWidget(view)
        self.view_made.emit(view)
        return view

    @cached_property
    def card(self) -> AnswerCard:
        from easychat_gui.ui.answer_card import AnswerCard

        card = AnswerCard(self)
        card.hide()
        self.card_made.emit(card)
        return card

    def show_messages(self) -> None:
        """Show the conversation if it has messages, else the greeting."""
        self._stack.setCurrentWidget(self.view if self._messages.rowCount() else self.welcome)

    @cached_property
    def trash_bar(self) -> TrashBar:
        from easychat_gui.ui.trash_bar import TrashBar

        bar = TrashBar()
        bar.setMaximumWidth(Size.READING_COLUMN)
        self._column.insertWidget(2, bar, 1000)
        return bar

    def show_in_trash(self, is_in_trash: bool, restore: Callable[[], None]) -> None:  # noqa: FBT001 - a state
        """Show in the place of the message box that the chat is in the trash, or the box again."""
        if is_in_trash and "trash_bar" not in self.__dict__:
            self.trash_bar.restore_requested.connect(restore)
        if "trash_bar" in self.__dict__:
            self.trash_bar.setVisible(is_in_trash)
            self.composer.setVisible(not is_in_trash)

    def show_card(self, message: Message | None, server_name: str) -> None:
        """Show below the last answer what became of it; None: all is well."""
        if message is not None:
            self.card.show_message(message, server_name)
            self.view.set_trailing_widget(self.card)
        elif "card" in self.__dict__ and not self.card.isHidden():
            focus = QApplication.focusWidget()
            if focus is not None and self.card.isAncestorOf(focus):
                self.composer.edit.setFocus()
            self.view.set_trailing_widget(None)
            self.card.setParent(self)  # so that it can be found, and goes with the window

    def last_message(self) -> Message | None:
        count = self._messages.rowCount()
        return self._messages.message(count - 1) if count else None

    def _begin_with(self, text: str) -> None:
        self.composer.edit.clear()
        self.composer.insert_text(text)


class _Yielding(QStackedWidget):
    """Where it is tight, the greeting and the conversation give way to what is being written."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumHeight(1)

    def hasHeightForWidth(self) -> bool:
        return False  # the greeting's wrapped texts would insist on theirs
