"""What the conversation says in its own voice, translated."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QLocale, QObject

from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.messages import Message, MessageStatus, Role
from easychat_gui.ui.conversation.pictures import PictureState
from easychat_gui.ui.count_words import counted


class Words(QObject):
    """All sentences of the conversation view. Values are put in after translation.

    ``name_of_model`` turns the id of a model into what people call it.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.name_of_model: Callable[[str], str] = lambda model_id: model_id

    def author(self, message: Message) -> str:
        if message.role is Role.USER:
            return self.tr("You")
        if message.role is Role.SYSTEM:
            return self.tr("System")
        return self.name_of_model(message.model_id) or self.tr("Assistant")

    def time_of(self, message: Message) -> str:
        return time.strftime("%H:%M", time.localtime(message.created_at)) if message.created_at else ""

    def reasoning(self, message: Message, *, is_running: bool) -> str:
        if is_running:
            return self.tr("Thinking…")
        if message.reasoning_s is None:
            return self.tr("Thought")
        return self.tr("Thought for {seconds} s").format(seconds=max(1, round(message.reasoning_s)))

    def status(self, message: Message) -> str:
        if message.status is MessageStatus.CANCELLED:
            return self.tr("Stopped")
        if message.status is MessageStatus.INTERRUPTED:
            return self.tr("Interrupted")
        if message.status is MessageStatus.FAILED:
            return self.tr("Failed")
        return ""

    def adapted(self, message: Message) -> str:
        """What was asked otherwise than it was set, since the model does not take that."""
        from easychat_gui.ui.adaptation_words import adaptation_words

        return adaptation_words(message.adapted, self.author(message)) if message.adapted else ""

    def figures(self, message: Message) -> str:
        """The measurements of an answer: tokens, speed, duration, as far as they are known."""
        parts: list[str] = []
        tokens = message.usage.completion_tokens if message.usage else None
        if tokens is not None:
            parts.append(counted(tokens, self.tr("{count} token"), self.tr("{count} tokens")))
        if message.duration_s:
            writing_s = message.duration_s - (message.first_token_s or 0.0)
            if tokens and writing_s > 0.05:
                parts.append(self.tr("{speed} tok/s").format(speed=round(tokens / writing_s)))
            parts.append(self.tr("{seconds} s").format(seconds=f"{message.duration_s:.1f}"))
        return " · ".join(parts)

    def boundary(self) -> str:
        return self.tr("The model no longer sees what is above")

    def unread(self) -> str:
        """For screen readers, what the dimmed look says."""
        return self.tr("no longer seen by the model")

    def attached(self, message: Message) -> str:
        """What was sent with a message, for screen readers."""
        from easychat_gui.ui.attachments.words import spoken_attachment

        return "; ".join(spoken_attachment(each) for each in message.attachments)

    def attachment(self, attachment: Attachment) -> str:
        """One file that was sent, for screen readers."""
        from easychat_gui.ui.attachments.words import spoken_attachment

        return spoken_attachment(attachment)

    def picture_state(self, state: PictureState) -> str:
        """What pressing a picture does, or that it is there."""
        if state is PictureState.LOADING:
            return self.loading()
        if state is PictureState.FAILED:
            return self.try_again()
        return self.picture() if state is PictureState.THERE else self.load()

    def position(self, number: int, count: int) -> str:
        """Where a message stands, for screen readers. ``number`` counts from 1."""
        return self.tr("message {number} of {count}").format(number=number, count=count)

    def copy(self) -> str:
        return self.tr("Copy")

    def copied(self) -> str:
        return self.tr("Copied")

    def save_as(self) -> str:
        return self.tr("Save as…")

    def load(self) -> str:
        return self.tr("Load")

    def loading(self) -> str:
        return self.tr("Loading…")

    def try_again(self) -> str:
        return self.tr("Try again")

    def picture(self) -> str:
        return self.tr("Picture")

    def wrap(self) -> str:
        return self.tr("Wrap")

    def unwrap(self) -> str:
        return self.tr("Don't wrap")

    def lines(self, count: int) -> str:
        return counted(count, self.tr("{count} line"), self.tr("{count} lines"))

    def show_lines(self, count: int) -> str:
        return self.tr("Show all {count} lines").format(count=QLocale().toString(count))

    def show_less(self) -> str:
        return self.tr("Show less")

    def code(self) -> str:
        return self.tr("code")

    def code_block(self, language: str, lines: int) -> str:
        """What is said of code instead of reading it out."""
        pattern = self.tr("code block, {language}, {lines}")
        return pattern.format(language=language or self.tr("no language"), lines=self.lines(lines))

    def table(self, rows: int) -> str:
        """What is said of a table instead of reading it out."""
        return counted(rows, self.tr("table with {count} row"), self.tr("table with {count} rows"))
