"""Streams an endless answer into the store, as the program does; `test_kill_nine` ends it.

Says on standard output ``handed <number> <moment>`` when the answer up to this word has gone to the store and
``saved <number> <moment>`` when the store has acknowledged it; moments are those of the system's monotonic clock, in
seconds.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QTimer

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import MessageStatus, Role, new_message
from easychat_gui.workers.store_executor import StoreExecutor

SAVE_INTERVAL_MS = 400
WORD_INTERVAL_MS = 4


class Streaming(QObject):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self.executor = StoreExecutor(path, upkeep_after_s=0.2)
        id_ = ConversationId("c1")
        question = new_message(id_, Role.USER, "Count for ever.")
        self.answer = new_message(id_, Role.ASSISTANT, status=MessageStatus.STREAMING, parent_id=question.id)
        conversation = Conversation(id_, "Counting", leaf_id=self.answer.id)
        self.words: list[str] = []
        self.timers = [QTimer(self, interval=WORD_INTERVAL_MS), QTimer(self, interval=SAVE_INTERVAL_MS)]
        self.timers[0].timeout.connect(self.produce)
        self.timers[1].timeout.connect(self.save)
        self.executor.start()
        self.executor.submit(lambda store: store.begin_exchange(conversation, [question, self.answer]), self.begin)

    def begin(self, _: None) -> None:
        for timer in self.timers:
            timer.start()

    def produce(self) -> None:
        self.words.append(str(len(self.words)))

    def save(self) -> None:
        last, text = len(self.words) - 1, " ".join(self.words) + " "
        self.executor.submit(
            lambda store: store.messages.save_partial(self.answer.id, text, "thinking"),
            lambda is_there: self.say("saved", last),
        )
        self.say("handed", last)

    @staticmethod
    def say(what: str, number: int) -> None:
        print(what, number, time.monotonic(), flush=True)


def main() -> None:
    application = QCoreApplication([])
    streaming = Streaming(Path(sys.argv[1]))
    streaming.executor.open_failed.connect(application.quit)
    application.exec()


if __name__ == "__main__":
    main()
