"""The way of a message: from the composer to the store and the server, and back into the view."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from easychat_gui.controllers.attachments import AttachmentController
from easychat_gui.controllers.conversations import ConversationController
from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.conversations import OWN_EMPTY_PROMPT, Conversation, Draft, TitleFrom
from easychat_gui.domain.errors import ProviderError, StorageError
from easychat_gui.domain.generation import CompletionRequest, GenerationParams
from easychat_gui.domain.ids import ConversationId, EndpointId, MessageId, QueuedId, RequestId, new_request_id
from easychat_gui.domain.messages import FinishReason, Message, MessageStatus, Role, new_message

if TYPE_CHECKING:  # nothing of an answer is imported before the first question
    from easychat_gui.controllers.answers import RunningAnswer
    from easychat_gui.controllers.context import ContextController
    from easychat_gui.controllers.presets import PresetController
    from easychat_gui.domain.endpoints import Endpoint
    from easychat_gui.domain.streaming import Finished, Heard
    from easychat_gui.providers.base import EventSource
    from easychat_gui.storage.store import Store
    from easychat_gui.workers.completion import Completion, Connect

SAVE_INTERVAL_MS = 400
"""What arrives is on disk within half a second."""


class ChatController(QObject):
    """Sends, stops, retries and continues; keeps every running answer, whichever conversation is shown.

    ``running_changed(ConversationId, bool)`` when an answer begins or ends; ``progressed(ConversationId)`` whenever
    the words of the status line may have changed, ``answer_repaired(str)`` when a server sent something that could
    not be read, with what it is called, ``answer_ended(Message)`` with the answer as it stays, after all that belongs
    to its end. ``transmitted(RunningAnswer, Transmission)`` for what went over the wire, also after the answer was
    stopped.
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
        presets: Callable[[], PresetController],
        context: Callable[[], ContextController],
        attachments: AttachmentController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._endpoints = endpoints
        self._store_of = conversations.temporary.store_of
        self._presets = presets
        self._context = context
        self._attachments = attachments
        self._answers: dict[RequestId, RunningAnswer] = {}
        self._completions: dict[RequestId, Completion] = {}
        self._is_closing = False
        self._asked: dict[RequestId, RunningAnswer] = {}
        self._unwritten: dict[MessageId, Message] = {}
        self._save_timer = QTimer(self, interval=SAVE_INTERVAL_MS)
        self._save_timer.timeout.connect(self._save_growing)
        self.title_for: Callable[[str], str] = title_of
        """Makes the first title of a chat of its first question."""
        conversations.overlay = self._with_what_arrived

    # What the window asks for

    def submit(self, draft: Draft) -> None:
        """Send what was typed, in the conversation that is shown or in a new one."""
        edits = draft.edits
        if edits and self._conversations.messages.row_of(edits) is None and edits in self._conversations.tree:
            # Another branch is shown by now: the new version belongs beside the old one all the same.
            self._conversations.show_branch(edits, lambda: self.submit(draft))
            return
        self._submit(self._conversations.current, self._conversations.branch(), draft)

    def submit_in(self, conversation_id: ConversationId, draft: Draft, on_refused: Callable[[], None]) -> None:
        """Send something in a conversation, shown or not; ``on_refused`` if that cannot be done now."""

        def send(read: tuple[Conversation | None, list[Message]]) -> None:
            conversation, branch = read
            if conversation_id == self._conversations.current.id:  # it was opened meanwhile
                conversation, branch = self._conversations.current, self._conversations.branch()
            if conversation is None or self.is_running(conversation_id) or self._is_closing:
                on_refused()
            else:
                self._submit(conversation, [self._with_what_arrived(message) for message in branch], draft)

        def fail(error: StorageError) -> None:
            self._conversations.on_store_failed(error)
            on_refused()

        if conversation_id == self._conversations.current.id:
            send((None, []))
            return
        self._store_of(conversation_id).submit(
            lambda store: (store.conversations.get(conversation_id), store.messages.branch_of(conversation_id)),
            send,
            fail,
        )

    def _submit(self, conversation: Conversation, before: list[Message], draft: Draft) -> None:
        text = draft.text.strip()
        if self.is_running(conversation.id) or conversation.trashed_at is not None:
            return
        attachments = self._attachments.resolve(draft.attachments)
        if not (text or attachments):
            return
        if not conversation.title:
            title = self.title_for(text or attachments[0].name)
            conversation = conversation.with_(title=title, title_from=TitleFrom.QUESTION)
        parent_id = conversation.leaf_id
        row = next((row for row, message in enumerate(before) if message.id == draft.edits), None)
        if row is not None and before[row].role is Role.ASSISTANT:
            self._keep_version(before[row], text)
            return
        if row is not None:
            parent_id = before[row].parent_id
            before = before[:row]
        question = new_message(conversation.id, Role.USER, text, parent_id=parent_id, attachments=attachments)
        if not draft.edits and not draft.queued:  # those leave the draft that stands in the box
            conversation = conversation.with_(draft="")
        self._ask(conversation, [*before, question], question, draft.queued)

    def stop(self) -> None:
        """Stop the answer of the conversation that is shown. The window is ready when this returns."""
        answer = self.running_answer(self._conversations.current.id)
        if answer is not None:
            self._cancel(answer)

    def stop_all(self) -> None:
        """Stop every answer; what has arrived of each is kept."""
        for answer in list(self._answers.values()):
            self._cancel(answer)

    def hurry(self) -> None:
        """Let the answer of the conversation that is shown ask again now, where it pauses before that."""
        answer = self.running_answer(self._conversations.current.id)
        if answer is not None and (completion := self._completions.get(answer.request_id)):
            completion.hurry()
            answer.progress.hurry(time.monotonic())
            self.progressed.emit(answer.conversation_id)

    def regenerate(self, message_id: MessageId | None = None, as_if: Conversation | None = None) -> None:
        """Ask for another answer in the place of this one (None: the last). The old one stays, as a branch.

        ``as_if``: with the model, the parameters and the system prompt that this one has, for once.
        """
        conversation = self._conversations.current
        branch = self._conversations.branch()
        if self.is_running(conversation.id) or not branch or conversation.trashed_at is not None:
            return
        ids = [message.id for message in branch]
        last = ids.index(message_id) if message_id in ids else len(ids) - 1
        if branch[last].role is Role.ASSISTANT:
            last -= 1
        if last >= 0:
            self._ask(conversation, branch[: last + 1], None, as_if=as_if)

    def send_again(self, answer: Message, system_prompt: str) -> None:
        """Ask for another answer in the place of this one, of the model and with the parameters that this one had."""
        current = self._conversations.current
        self.regenerate(
            answer.id,
            current.with_(
                endpoint_id=answer.endpoint_id,
                model_id=answer.model_id,
                params=dict(answer.params) if answer.params is not None else current.params,
                system_prompt=system_prompt or OWN_EMPTY_PROMPT,
            ),
        )

    def resume(self) -> None:
        """Let the model go on with the last answer, which broke off or was stopped."""
        conversation = self._conversations.current
        branch = self._conversations.branch()
        can_go_on = bool(branch) and branch[-1].role is Role.ASSISTANT and conversation.trashed_at is None
        if self.is_running(conversation.id) or not can_go_on:
            return
        if not branch[-1].text:
            self.regenerate()
            return
        endpoint, model = self._endpoints.choice_for(conversation)
        message = branch[-1].with_(
            status=MessageStatus.STREAMING,
            failure=None,
            finish_reason=None,
            model_id=model,
            endpoint_id=endpoint.id,
            endpoint_name=endpoint.name,
            params=self.params_for(conversation).as_dict(),
        )
        request = self._request(conversation, branch, model)
        answer = _new_answer(message, endpoint, request, conversation)
        self._conversations.show_changed(message)
        self._begin(answer)
        self._store_of(message.conversation_id).submit(
            lambda store: store.messages.save(message),
            lambda _: self._start(answer),
            lambda error: self._start_unsaved(answer, error),
        )

    def abandon(self, conversation_id: ConversationId) -> None:
        """Stop the answer of a conversation that is about to be deleted."""
        answer = self.running_answer(conversation_id)
        if answer is not None:
            self._cancel(answer)

    def is_running(self, conversation_id: ConversationId) -> bool:
        return self.running_answer(conversation_id) is not None

    def running_answer(self, conversation_id: ConversationId) -> RunningAnswer | None:
        return next((each for each in self._answers.values() if each.conversation_id == conversation_id), None)

    def params_for(self, conversation: Conversation) -> GenerationParams:
        """Return the parameters that the next request of a conversation will carry."""
        return self._presets().guidance_for(conversation).params

    def close(self, timeout_s: float = 1.5) -> None:
        """Stop everything and hand what arrived to the store. For quitting."""
        self._is_closing = True  # what waits in a queue goes on waiting
        for answer in list(self._answers.values()):
            self._cancel(answer)
        deadline = time.monotonic() + timeout_s
        for completion in list(self._completions.values()):
            completion.wait(max(0.05, deadline - time.monotonic()))
        self._asked.clear()  # what still comes has nowhere to go

    # Asking

    def _ask(
        self,
        conversation: Conversation,
        branch: list[Message],
        question: Message | None,
        queued: QueuedId | None = None,
        as_if: Conversation | None = None,
    ) -> None:
        asked = as_if or conversation
        endpoint, model = self._endpoints.choice_for(asked)
        params = self.params_for(asked)
        message = new_message(
            conversation.id,
            Role.ASSISTANT,
            status=MessageStatus.STREAMING,
            parent_id=branch[-1].id,
            model_id=model,
            endpoint_id=endpoint.id,
            endpoint_name=endpoint.name,
            params=params.as_dict(),
        )
        conversation = conversation.with_(leaf_id=message.id, updated_at=message.created_at)
        answer = _new_answer(message, endpoint, self._request(asked, branch, model), asked)
        self._conversations.show_branch_end(conversation, question, message)
        self._begin(answer)
        new = [message] if question is None else [question, message]
        self._store_of(conversation.id).submit(
            lambda store: store.begin_exchange(conversation, new, queued),
            lambda _: self._start(answer),
            lambda error: self._start_unsaved(answer, error),
        )

    def _keep_version(self, answer: Message, text: str) -> None:
        """Put an answer as the person wrote it anew beside the one that the model gave. Nothing is sent."""
        version = new_message(
            answer.conversation_id,
            Role.ASSISTANT,
            text,
            parent_id=answer.parent_id,
            model_id=answer.model_id,
            endpoint_id=answer.endpoint_id,
            endpoint_name=answer.endpoint_name,
            finish_reason=FinishReason.STOP,
        )
        conversation = self._conversations.current.with_(leaf_id=version.id, updated_at=version.created_at)
        self._conversations.show_branch_end(conversation, None, version)
        self._store_of(conversation.id).submit(
            lambda store: store.begin_exchange(conversation, [version]), None, self._conversations.on_store_failed
        )

    def _request(self, conversation: Conversation, branch: list[Message], model: str) -> CompletionRequest:
        messages = [message for message in branch if message.text or message.attachments]
        guidance = self._presets().guidance_for(conversation)
        messages, prompt = self._context().fitting(conversation, messages, guidance.system_prompt.strip())
        if prompt:
            messages.insert(0, new_message(conversation.id, Role.SYSTEM, prompt))
        return CompletionRequest(model=model, messages=tuple(messages), params=guidance.params, is_recorded=True)

    def _begin(self, answer: RunningAnswer) -> None:
        if (pool := self._endpoints.pool(answer.endpoint.id)) is not None:
            answer.progress.total = len(self._endpoints.members(pool))
        self._answers[answer.request_id] = answer
        if not self._save_timer.isActive():
            self._save_timer.start()
        self.running_changed.emit(answer.conversation_id, True)

    def _start(self, answer: RunningAnswer) -> None:
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
            asked = answer.asked or self._conversations.current
            return self.params_for(asked.with_(endpoint_id=server_id, model_id=model_id))

        connect = self._endpoints.connect_to(answer.endpoint, answer.request.model, params_of)
        has_pictures = any(each.is_picture for message in answer.request.messages for each in message.attachments)
        if not has_pictures or self._endpoints.takes_pictures(answer.endpoint.id, answer.request.model) is False:
            return connect
        holder_of = self._attachments.holder_of

        def connect_with_pictures() -> EventSource:
            from easychat_gui.providers.attached import WithPictures

            return WithPictures(connect(), lambda sha256: holder_of(sha256).read(sha256))

        return connect_with_pictures

    def _start_unsaved(self, answer: RunningAnswer, error: StorageError) -> None:
        self._conversations.on_store_failed(error)
        self._start(answer)

    def _cancel(self, answer: RunningAnswer) -> None:
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
        shown = self._conversations.messages
        shown.append_reasoning(answer.message_id, growth.reasoning)
        shown.append_text(answer.message_id, growth.text)
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
            self._context().learn(answer.endpoint.id, answer.request, message.usage)
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

    def _with_what_arrived(self, message: Message) -> Message:
        """Return a message that was read from the database as it is by now, running or just ended."""
        for answer in self._answers.values():
            if answer.message_id == message.id:
                return answer.snapshot()
        return self._unwritten.get(message.id, message)


def _new_answer(message: Message, endpoint: Endpoint, request: CompletionRequest, asked: Conversation) -> RunningAnswer:
    from easychat_gui.controllers.answers import RunningAnswer

    return RunningAnswer(new_request_id(), message, endpoint, request, asked)


def _save_partial(store: Store, message: Message) -> bool:
    return store.messages.save_partial(message.id, message.text, message.reasoning)


def title_of(text: str) -> str:
    """Make a title of the first line of a question, cut at a word."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if len(line) <= 48:
        return line
    return line[:48].rsplit(" ", 1)[0].rstrip(",;:.") + "…"
