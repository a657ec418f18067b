"""The answers that run, whichever chat is shown where: what servers say of each, and how it is kept."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from easychat_gui.controllers.answers import RunningAnswer
from easychat_gui.controllers.attachments import AttachmentController
from easychat_gui.controllers.conversations import ConversationController
from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.errors import ProviderError, StorageError
from easychat_gui.domain.generation import CompletionRequest, GenerationParams
from easychat_gui.domain.ids import ConversationId, EndpointId, MessageId, RequestId
from easychat_gui.domain.messages import Message, Usage

if TYPE_CHECKING:
    from collections.abc import Callable

    from easychat_gui.domain.conversations import Conversation
    from easychat_gui.domain.streaming import Finished, Heard
    from easychat_gui.providers.base import EventSource
    from easychat_gui.storage.store import Store
    from easychat_gui.workers.completion import Completion, Connect

SAVE_INTERVAL_MS = 400
"""What arrives is on disk within half a second."""


class AnswerController(QObject):
    """There is one for all windows, made with the first question. Its signals are those of `ChatController`.

    ``params_for`` says what a request of a conversation carries, ``learn`` hears what a server counted of one.
    """

    running_changed = Signal(str, bool)
    answer_ended = Signal(object)
    progressed = Signal(str)
    answer_repaired = Signal(str)
    transmitted = Signal(object, object)

    def __init__(
        self,
        *,
        conversations: ConversationController,
        endpoints: EndpointController,
        attachments: AttachmentController,
        params_for: Callable[[Conversation], GenerationParams],
        learn: Callable[[EndpointId, CompletionRequest, Usage], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._endpoints = endpoints
        self._attachments = attachments
        self._params_for = params_for
        self._learn = learn
        self._store_of = conversations.temporary.store_of
        self._answers: dict[RequestId, RunningAnswer] = {}
        self._completions: dict[RequestId, Completion] = {}
        self._asked: dict[RequestId, RunningAnswer] = {}
        self._unwritten: dict[MessageId, Message] = {}
        self._save_timer = QTimer(self, interval=SAVE_INTERVAL_MS)
        self._save_timer.timeout.connect(self._save_growing)

    def of(self, conversation_id: ConversationId) -> RunningAnswer | None:
        """Return the answer that runs in a conversation."""
        return next((each for each in self._answers.values() if each.conversation_id == conversation_id), None)

    def hurry(self, answer: RunningAnswer) -> None:
        """Let it ask again now, where it pauses before that."""
        if completion := self._completions.get(answer.request_id):
            completion.hurry()
            answer.progress.hurry(time.monotonic())
            self.progressed.emit(answer.conversation_id)

    def stop_all(self) -> None:
        """Stop every answer; what has arrived of each is kept."""
        for answer in list(self._answers.values()):
            self.stop(answer)

    def close(self, timeout_s: float) -> None:
        """Stop everything and hand what arrived to the store. For quitting."""
        self.stop_all()
        deadline = time.monotonic() + timeout_s
        for completion in list(self._completions.values()):
            completion.wait(max(0.05, deadline - time.monotonic()))
        self._asked.clear()  # what still comes has nowhere to go

    def begin(self, answer: RunningAnswer) -> None:
        """Show that it runs; `start` follows when the question is on disk."""
        if (pool := self._endpoints.pool(answer.endpoint.id)) is not None:
            answer.progress.total = len(self._endpoints.members(pool))
        self._answers[answer.request_id] = answer
        if not self._save_timer.isActive():
            self._save_timer.start()
        self.running_changed.emit(answer.conversation_id, True)

    def start(self, answer: RunningAnswer) -> None:
        """Send the request."""
        if answer.request_id not in self._answers:
            return  # stopped before it was on disk
        from easychat_gui.workers.completion import Completion

        completion = Completion(answer.request_id, self._connect_to(answer), answer.request, self)
        completion.events_ready.connect(self._on_events_ready)
        completion.finished.connect(self._on_finished)
        completion.failed.connect(self._on_failed)
        completion.ended.connect(self._on_ended)
        self._completions[answer.request_id] = completion
        self._asked[answer.request_id] = answer
        completion.start()
        self.progressed.emit(answer.conversation_id)

    def _connect_to(self, answer: RunningAnswer) -> Connect:
        """Return what makes the connection; for a model that may see pictures it fetches them first."""

        def params_of(server_id: EndpointId, model_id: str) -> GenerationParams:
            return self._params_for(answer.asked.with_(endpoint_id=server_id, model_id=model_id))

        connect = self._endpoints.connect_to(answer.endpoint, answer.request.model, params_of)
        has_pictures = any(each.is_picture for message in answer.request.messages for each in message.attachments)
        if not has_pictures or self._endpoints.takes_pictures(answer.endpoint.id, answer.request.model) is False:
            return connect
        holder_of = self._attachments.holder_of

        def connect_with_pictures() -> EventSource:
            from easychat_gui.providers.attached import WithPictures

            return WithPictures(connect(), lambda sha256: holder_of(sha256).read(sha256))

        return connect_with_pictures

    def start_unsaved(self, answer: RunningAnswer, error: StorageError) -> None:
        """Send it all the same: the disk may be full, and the question is on the screen."""
        self._conversations.on_store_failed(error)
        self.start(answer)

    def stop(self, answer: RunningAnswer) -> None:
        """Stop it. What has arrived is kept, and the window is ready when this returns."""
        if completion := self._completions.get(answer.request_id):
            completion.cancel()  # tells what it still has, which may be the end
        if answer.request_id in self._answers:
            self._conclude(answer, answer.cancelled())

    # What the server says

    def _on_events_ready(self, request_id: RequestId, events: list[Heard]) -> None:
        from easychat_gui.domain.streaming import NoticeKind, Transmission

        if request_id in self._asked:
            for event in events:
                if isinstance(event, Transmission):
                    self.transmitted.emit(self._asked[request_id], event)
        answer = self._answers.get(request_id)
        if answer is None:
            return
        growth = answer.take(events)
        if growth.server_id is not None and (server := self._endpoints.endpoint(growth.server_id)):
            answer.message = answer.message.with_(endpoint_name=server.name)
        if (shown := self._conversations.showing(answer.conversation_id)) is not None:
            shown.messages.append_reasoning(answer.message_id, growth.reasoning)
            shown.messages.append_text(answer.message_id, growth.text)
        if growth.notice is not None and growth.notice.kind is NoticeKind.REPAIRED and answer.has_connected:
            self.answer_repaired.emit(answer.endpoint.name or answer.message.model_id)
        self.progressed.emit(answer.conversation_id)

    def _on_finished(self, request_id: RequestId, finished: Finished) -> None:
        if answer := self._answers.get(request_id):
            message = answer.ended(finished)
            self._conclude(answer, message)
            self._endpoints.note_outcome(answer.endpoint.id, None, first_word_s=message.first_token_s)

    def _on_failed(self, request_id: RequestId, error: ProviderError) -> None:
        if answer := self._answers.get(request_id):
            self._conclude(answer, answer.failed(error))
            self._endpoints.note_outcome(answer.endpoint.id, error)

    def _on_ended(self, request_id: RequestId) -> None:
        completion = self._completions.pop(request_id, None)
        self._asked.pop(request_id, None)
        if completion is not None:
            completion.deleteLater()

    def _conclude(self, answer: RunningAnswer, message: Message) -> None:
        del self._answers[answer.request_id]
        if message.usage is not None and message.usage is not answer.message.usage:
            self._learn(answer.endpoint.id, answer.request, message.usage)
        if not self._answers:
            self._save_timer.stop()
        self._unwritten[message.id] = message
        self._conversations.show_changed(message)
        chances, is_continued = tuple(answer.chances), bool(answer.message.text)
        self._store_of(message.conversation_id).submit(
            lambda store: store.finalise(message, chances=chances, is_continued=is_continued),
            lambda _: self._on_written(message),
            self._conversations.on_store_failed,
        )
        self.running_changed.emit(answer.conversation_id, False)
        self.answer_ended.emit(message)

    # Keeping

    def _on_written(self, message: Message) -> None:
        if self._unwritten.get(message.id) is message:
            del self._unwritten[message.id]

    def _save_growing(self) -> None:
        for answer in self._answers.values():
            if not answer.is_dirty:
                self.progressed.emit(answer.conversation_id)  # the seconds of waiting
                continue
            answer.is_dirty = False
            message = answer.snapshot()
            self._store_of(message.conversation_id).submit(
                partial(_save_partial, message=message),
                None,
                self._conversations.on_store_failed,
                replaces=f"partial {message.id}",
            )

    def with_what_arrived(self, message: Message) -> Message:
        """Return a message that was read from the database as it is by now, running or just ended."""
        for answer in self._answers.values():
            if answer.message_id == message.id:
                return answer.snapshot()
        return self._unwritten.get(message.id, message)


def _save_partial(store: Store, message: Message) -> bool:
    return store.messages.save_partial(message.id, message.text, message.reasoning)
