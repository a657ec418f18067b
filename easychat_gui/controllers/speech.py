"""Reading one message aloud, and being silent again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, Signal

from easychat_gui.domain.ids import MessageId
from easychat_gui.domain.messages import Message
from easychat_gui.workers.background import Background

if TYPE_CHECKING:
    from easychat_gui.workers.speech import Speech, Voice


class SpeechController(QObject):
    """``changed`` when a message begins or ends being read aloud, or when it is known whether the system can."""

    changed = Signal()

    def __init__(self, *, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._voice: Voice | None = None
        self._speech: Speech | None = None
        self._wanted: MessageId | None = None

    @property
    def can_speak(self) -> bool:
        return self._voice is not None

    @property
    def message_id(self) -> MessageId | None:
        """Which message is read aloud, None for silence."""
        return self._wanted

    def prepare(self) -> None:
        """Find out whether the system can speak."""
        # Here and not on the worker's thread: it makes a class of Qt's.
        from easychat_gui.workers.speech import find_voice

        def take(voice: Voice | None) -> None:
            self._voice = voice
            self.changed.emit()

        self._background.run(find_voice, take)

    def read(self, message: Message, code_word: str) -> None:
        """Read a message aloud, in the place of what is being read. ``code_word`` stands for a block of code."""
        self.stop()
        if self._voice is None:
            return
        self._wanted = message.id
        self.changed.emit()
        own = QLocale().name().partition("_")[0]
        self._background.run(partial(_words_of, message, code_word, own), partial(self._speak, message.id))

    def stop(self) -> None:
        """Be silent."""
        self._wanted = None
        speech, self._speech = self._speech, None
        if speech is not None:
            speech.ended.disconnect(self._on_ended)
            speech.stop()
            speech.deleteLater()
        self.changed.emit()

    def _speak(self, message_id: MessageId, words: tuple[str, str]) -> None:
        if message_id != self._wanted or self._voice is None:
            return
        from easychat_gui.workers.speech import Speech

        text, language = words
        self._speech = Speech(self._voice, text, language, self)
        self._speech.ended.connect(self._on_ended)
        self._speech.start()

    def _on_ended(self) -> None:
        speech, self._speech = self._speech, None
        if speech is not None:
            speech.deleteLater()
        self._wanted = None
        self.changed.emit()


def _words_of(message: Message, code_word: str, own_language: str) -> tuple[str, str]:
    from easychat_gui.rendering.spoken import language_of, spoken_text

    text = spoken_text(message, code_word)
    return text, language_of(text, own_language)
