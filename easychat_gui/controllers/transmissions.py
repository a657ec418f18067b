"""What went over the wire for an answer: noted as it happens, made whole again when somebody wants to see it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject

from easychat_gui.domain.ids import ConversationId, MessageId, RequestId
from easychat_gui.domain.messages import Message
from easychat_gui.domain.sent_requests import Run, SentRequest
from easychat_gui.workers.background import Background
from easychat_gui.workers.store_executor import StoreExecutor

if TYPE_CHECKING:
    from easychat_gui.controllers.answers import RunningAnswer
    from easychat_gui.controllers.wire_texts import WireTexts
    from easychat_gui.domain.streaming import AnswerReceived, Transmission
    from easychat_gui.domain.token_chances import TokenChance
    from easychat_gui.storage.attachment_files import AttachmentFiles
    from easychat_gui.storage.sent_requests import SentFor
    from easychat_gui.storage.store import Store

T = TypeVar("T")

ANSWERS_KEPT = 8
"""The bytes of so many answers are kept, in memory only."""

_REQUESTS_REMEMBERED = 64


class TransmissionController(QObject):
    """Keeps every request in the database, and the last answers as they came in memory."""

    def __init__(
        self,
        *,
        store_of: Callable[[ConversationId], StoreExecutor],
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store_of = store_of
        self._background = background
        self._received: OrderedDict[MessageId, AnswerReceived] = OrderedDict()
        self._noted: OrderedDict[MessageId, RequestId] = OrderedDict()

    def note(self, answer: RunningAnswer, event: Transmission) -> None:
        """Keep what went out or came in for an answer."""
        from easychat_gui.domain.streaming import RequestSent

        if isinstance(event, RequestSent):
            self._note_request(answer, event.request)
        else:
            _keep(self._received, answer.message_id, event, ANSWERS_KEPT)

    def read(self, message: Message, then: Callable[[WireTexts], None]) -> None:
        """Call ``then`` with what was sent for an answer and what came, as texts to be shown."""
        received = self._received.get(message.id)

        def read(store: Store) -> tuple[SentFor | None, AttachmentFiles]:
            return store.sent_requests.last_of(message.id), store.files

        def put_together(found: tuple[SentFor | None, AttachmentFiles]) -> None:
            sent, files = found
            self._background.run(partial(_wire_texts, message, sent, files, received), then)

        self._store_of(message.conversation_id).submit(read, put_together)

    def read_chances(self, message: Message, then: Callable[[Sequence[TokenChance]], None]) -> None:
        """Call ``then`` with how likely the tokens of an answer were; with none where that was not told."""
        store = self._store_of(message.conversation_id)
        store.submit(lambda store: store.messages.chances_of(message.id), then)

    def _note_request(self, answer: RunningAnswer, request: SentRequest) -> None:
        message_id = answer.message_id
        is_again = self._noted.get(message_id) == answer.request_id
        _keep(self._noted, message_id, answer.request_id, _REQUESTS_REMEMBERED)
        if answer.message.text:
            request = replace(request, continues_at=len(answer.message.text))
        store = self._store_of(answer.conversation_id)
        store.submit(lambda store: store.sent_requests.note(message_id, request, is_again=is_again))


def _keep(kept: OrderedDict[MessageId, T], message_id: MessageId, value: T, most: int) -> None:
    kept[message_id] = value
    kept.move_to_end(message_id)
    while len(kept) > most:
        kept.popitem(last=False)


def _wire_texts(
    message: Message, sent: SentFor | None, files: AttachmentFiles, received: AnswerReceived | None
) -> WireTexts:
    from easychat_gui.controllers.wire_texts import wire_texts

    if sent is None:
        return wire_texts(message, None, {}, {}, received)
    pictures: dict[str, bytes] = {}
    for sha256 in sent.request.pictures:
        with suppress(OSError):  # gone with the message that had it
            pictures[sha256] = files.read(sha256)
    runs = {part: _of_run(part, sent.branch) for part in sent.request.messages if isinstance(part, Run)}
    return wire_texts(message, sent.request, runs, pictures, received)


def _of_run(run: Run, branch: Sequence[Message]) -> list[Message]:
    """Return what is left of a run in the branch that it was part of. Ids are in the order of time."""
    places = {message.id: place for place, message in enumerate(branch)}
    first = places.get(run.first)
    last = places.get(run.last)
    if first is None:
        first = next((place for place, message in enumerate(branch) if message.id > run.first), len(branch))
    if last is None:
        last = max((place for place, message in enumerate(branch) if message.id < run.last), default=-1)
    return list(branch[first : last + 1])
