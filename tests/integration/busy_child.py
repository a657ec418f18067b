"""A busy program without a window: several answers grow, chats come, go, move and are renamed, files are attached, and
backups are made. `test_kill_nine` ends it.

Says on standard output, for what the store has acknowledged and for what was on the screen:
``shown <chat> <number> <moment>``: the answer of this chat was on the screen up to this word; ``saved`` the same when
it is on disk. ``added <chat> <count>``, ``deleting <chat>`` and ``deleted <chat>``, ``file <chat>``,
``ended <chat> <count>`` and ``backup`` when that was acknowledged. Moments are those of the system's monotonic clock,
in seconds.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QTimer

from easychat_gui.domain.attachments import Attachment, Details
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import ConversationId, new_attachment_id
from easychat_gui.domain.messages import Message, MessageStatus, Role, new_message
from easychat_gui.storage.store import Store
from easychat_gui.workers.store_executor import StoreExecutor

SAVE_INTERVAL_MS = 400
WORD_INTERVAL_MS = 5
CHANGE_INTERVAL_MS = 30
BACKUP_INTERVAL_MS = 700
AT_ONCE = 3
WORDS_OF_AN_ANSWER = 260


class Answer:
    """One that grows."""

    def __init__(self, name: str) -> None:
        id_ = ConversationId(name)
        self.name = name
        self.question = new_message(id_, Role.USER, "Count for ever.")
        self.message = new_message(id_, Role.ASSISTANT, status=MessageStatus.STREAMING, parent_id=self.question.id)
        self.conversation = Conversation(id_, "Counting", leaf_id=self.message.id)
        self.count = 0
        self.has_begun = False

    def text(self) -> str:
        return "".join(f"{number} " for number in range(self.count))

    def ended(self) -> Message:
        return self.message.with_(text=self.text(), reasoning="thinking", status=MessageStatus.COMPLETE)


class Busy(QObject):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self.dice = random.Random()
        self.executor = StoreExecutor(path, upkeep_after_s=0.2)
        self.executor.backup_made.connect(lambda _path: say("backup"))
        self.made = 0
        self.others: list[str] = []
        self.answers: list[Answer] = []
        self.timers: list[QTimer] = []
        for interval, what in (
            (WORD_INTERVAL_MS, self.produce),
            (SAVE_INTERVAL_MS, self.save),
            (CHANGE_INTERVAL_MS, self.change),
            (BACKUP_INTERVAL_MS, lambda: self.executor.upkeep.back_up_now()),
        ):
            timer = QTimer(self, interval=interval)
            timer.timeout.connect(what)
            self.timers.append(timer)
        self.executor.opened.connect(self.begin)
        self.executor.start()

    def begin(self) -> None:
        for _ in range(AT_ONCE):
            self.begin_answer()
        for timer in self.timers:
            timer.start()

    def begin_answer(self) -> None:
        self.made += 1
        answer = Answer(f"answer{self.made}")
        self.answers.append(answer)

        def has_begun(_: None) -> None:
            answer.has_begun = True

        self.executor.submit(
            lambda store: store.begin_exchange(answer.conversation, [answer.question, answer.message]), has_begun
        )

    def produce(self) -> None:
        for answer in list(self.answers):
            if not answer.has_begun:
                continue
            answer.count += 1
            say("shown", answer.name, answer.count, time.monotonic())
            if answer.count >= WORDS_OF_AN_ANSWER:
                self.end(answer)

    def end(self, answer: Answer) -> None:
        self.answers.remove(answer)
        message = answer.ended()
        self.executor.submit(
            lambda store: store.finalise(message, answer.conversation),
            lambda _: say("ended", answer.name, answer.count),
        )
        self.begin_answer()

    def save(self) -> None:
        for answer in self.answers:
            if answer.has_begun:
                self.save_one(answer, answer.count, answer.text())

    def save_one(self, answer: Answer, count: int, text: str) -> None:
        self.executor.submit(
            lambda store: store.messages.save_partial(answer.message.id, text, "thinking"),
            lambda _: say("saved", answer.name, count, time.monotonic()),
        )

    # What else is done meanwhile

    def change(self) -> None:
        what = self.dice.choice((self.bring, self.bring, self.remove, self.rename, self.attach))
        what()

    def bring(self) -> None:
        """Add a whole chat at once, as an import does."""
        self.made += 1
        name = f"chat{self.made}"
        id_ = ConversationId(name)
        messages: list[Message] = []
        for number in range(self.dice.randrange(1, 30)):
            parent = messages[-1].id if messages else None
            messages.append(new_message(id_, Role.USER, f"{number} " + "word " * 80, parent_id=parent))
        conversation = Conversation(id_, name, leaf_id=messages[-1].id)

        def added(_: None) -> None:
            self.others.append(name)
            say("added", name, len(messages))

        self.executor.submit(lambda store: store.begin_exchange(conversation, messages), added)

    def remove(self) -> None:
        if len(self.others) > 3:
            name = self.others.pop(self.dice.randrange(len(self.others)))
            say("deleting", name)
            self.executor.submit(
                lambda store: store.conversations.delete(ConversationId(name)), lambda _: say("deleted", name)
            )

    def rename(self) -> None:
        if self.others:
            name = self.dice.choice(self.others)
            self.executor.submit(lambda store: store.conversations.rename(ConversationId(name), f"{name} renamed"))

    def attach(self) -> None:
        if not self.others:
            return
        name = self.dice.choice(self.others)
        content = self.dice.randbytes(3000)

        def keep(store: Store) -> bool:
            if store.conversations.get(ConversationId(name)) is None:
                return False
            incoming = store.files.receive_bytes(content)
            file = Attachment(new_attachment_id(), "f", "text/plain", incoming.size, incoming.sha256, "", Details())
            store.attachments.add_to_draft(ConversationId(name), file, 0)
            return True

        self.executor.submit(keep, lambda was_kept: say("file", name) if was_kept else None)


def say(*what: object) -> None:
    print(*what, flush=True)


def main() -> None:
    application = QCoreApplication([])
    busy = Busy(Path(sys.argv[1]))
    busy.executor.open_failed.connect(application.quit)
    application.exec()


if __name__ == "__main__":
    main()
