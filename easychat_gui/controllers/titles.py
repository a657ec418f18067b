"""Titles of chats: the first one, and the one that the model which answered is asked for afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from easychat_gui.controllers.chat import ChatController, title_of
from easychat_gui.controllers.conversations import ConversationController
from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.conversations import Conversation, TitleFrom
from easychat_gui.domain.endpoints import LOCAL_ENDPOINT_ID, Endpoint
from easychat_gui.domain.generation import CompletionRequest, GenerationParams
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import Message, MessageStatus, Role, new_message
from easychat_gui.domain.titles import title_from_answer, title_from_question
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.settings.schema import TitleChoice
from easychat_gui.settings.store import SettingsStore
from easychat_gui.support.traffic import Purpose
from easychat_gui.workers.background import Background
from easychat_gui.workers.store_executor import StoreExecutor

if TYPE_CHECKING:
    from easychat_gui.providers.base import EventSource
    from easychat_gui.workers.completion import Connect

ORDER = (
    "Write a title for the conversation below: at most six words, in the language of the conversation, without "
    "quotation marks and without a full stop. Answer with the title and nothing else."
)
MOST_TOKENS = 24
MOST_TOKENS_OF_A_THINKER = 800
"""A model that reasons does so about a title, too."""

MOST_CHARACTERS = 1500
"""So much of the question and of the answer is sent: what a chat is about shows early."""

PATIENCE_MS = 60_000
"""A server that takes longer has other things to do."""


_Then = Callable[[Conversation, Sequence[Message]], None]
"""Gets a chat and the branch that it shows."""


@dataclass(slots=True, eq=False)
class _Wish:
    """A title that a model was asked for, in the place of ``former``."""

    conversation_id: ConversationId
    endpoint: Endpoint
    former: str
    cancellation: Cancellation


class TitleController(QObject):
    """Asks once, after the first answer, and only for a title that nobody has given; a failure leaves what there is.

    The request goes to the server that has just answered and to no other. The bundled model is not asked: what it
    writes says less than the question itself.
    """

    def __init__(
        self,
        *,
        conversations: ConversationController,
        chat: ChatController,
        endpoints: EndpointController,
        settings: SettingsStore,
        store: StoreExecutor,
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._chat = chat
        self._endpoints = endpoints
        self._settings = settings
        self._store = store
        self._background = background
        self._wishes: list[_Wish] = []
        self._postponed: set[ConversationId] = set()
        chat.title_for = self.first_title
        chat.answer_ended.connect(self._on_answer_ended)
        chat.running_changed.connect(self._on_running_changed)
        conversations.deleting.connect(self._forget)

    def first_title(self, question: str) -> str:
        """Return what a chat is called before a model has said anything."""
        is_off = self._settings.current.general.auto_titles is TitleChoice.OFF
        return title_of(question) if is_off else title_from_question(question) or title_of(question)

    def renew(self, conversation_id: ConversationId) -> None:
        """Find another title for a chat, whoever gave the one it has: the person wants it so."""
        self._read(conversation_id, lambda conversation, branch: self._begin(conversation, branch, is_wanted=True))

    def close(self) -> None:
        """Wait for no server any longer."""
        for wish in self._wishes:
            wish.cancellation.cancel()
        self._wishes = []

    # When

    def _on_answer_ended(self, message: Message) -> None:
        is_whole = message.status is MessageStatus.COMPLETE and bool(message.text.strip())
        is_passing = message.conversation_id in self._conversations.temporary
        if is_whole and not is_passing and self._settings.current.general.auto_titles is TitleChoice.MODEL:
            self._read(message.conversation_id, self._begin_if_new)

    def _begin_if_new(self, conversation: Conversation, branch: Sequence[Message]) -> None:
        is_first = len(branch) == 2 or conversation.id in self._postponed
        if is_first and branch and is_nobodys(conversation, branch[0].text):
            self._begin(conversation, branch)

    def _on_running_changed(self, conversation_id: ConversationId, is_running: bool) -> None:  # noqa: FBT001 - a slot
        """A question goes before titles: whoever serves one answer at a time shall not be kept from it."""
        answer = self._chat.running_answer(ConversationId(conversation_id)) if is_running else None
        if answer is None:
            return
        for wish in [each for each in self._wishes if each.endpoint.id == answer.endpoint.id]:
            self._end(wish)
            self._postponed.add(wish.conversation_id)

    def _forget(self, conversation_id: ConversationId) -> None:
        self._postponed.discard(conversation_id)
        for wish in [each for each in self._wishes if each.conversation_id == conversation_id]:
            self._end(wish)

    # How

    def _read(self, conversation_id: ConversationId, then: _Then) -> None:
        if (shown := self._conversations.showing(conversation_id)) is not None:
            then(shown.current, shown.branch())
            return

        def take(read: tuple[Conversation | None, list[Message]]) -> None:
            if read[0] is not None:
                then(read[0], read[1])

        self._store.submit(
            lambda store: (store.conversations.get(conversation_id), store.messages.branch_of(conversation_id)), take
        )

    def _begin(self, conversation: Conversation, branch: Sequence[Message], *, is_wanted: bool = False) -> None:
        question = next((each for each in branch if each.role is Role.USER), None)
        answer = next((each for each in branch if each.role is Role.ASSISTANT and each.text.strip()), None)
        if question is None:
            return
        self._forget(conversation.id)
        endpoint = self._server_of(answer) if answer is not None else None
        if answer is None or endpoint is None:
            if is_wanted and (title := title_from_question(question.text)):
                self._conversations.retitle(conversation.id, title, instead_of=conversation.title)
            return
        wish = _Wish(conversation.id, endpoint, conversation.title, Cancellation())
        self._wishes.append(wish)
        QTimer.singleShot(PATIENCE_MS, self, lambda: self._end(wish))
        connect = self._endpoints.connect_to(endpoint, answer.model_id)
        request = _request(question, answer)
        self._background.run(
            lambda: written(connect, request, wish.cancellation),
            lambda text: self._on_written(wish, text),
            lambda _error: self._end(wish),
        )

    def _server_of(self, answer: Message) -> Endpoint | None:
        """Return the server that has answered, of a pool its member; None for the bundled model and for one that is
        gone."""
        pool = self._endpoints.pool(answer.endpoint_id) if answer.endpoint_id else None
        if pool is not None:
            members = self._endpoints.members(pool)
            endpoint = next((each for each in members if each.name == answer.endpoint_name), None)
        else:
            endpoint = self._endpoints.endpoint(answer.endpoint_id) if answer.endpoint_id else None
        is_asked = endpoint is not None and endpoint.is_on and endpoint.id != LOCAL_ENDPOINT_ID
        return endpoint if is_asked else None

    def _on_written(self, wish: _Wish, text: str) -> None:
        if wish not in self._wishes:
            return
        self._end(wish)
        if title := title_from_answer(text):
            self._conversations.retitle(wish.conversation_id, title, instead_of=wish.former)

    def _end(self, wish: _Wish) -> None:
        if wish in self._wishes:
            self._wishes.remove(wish)
            wish.cancellation.cancel()


def is_nobodys(conversation: Conversation, question: str) -> bool:
    """Was the title of a chat made of its first question? Of an older one only the words themselves tell."""
    if conversation.title_from is TitleFrom.UNKNOWN:
        return conversation.title == title_of(question)
    return conversation.title_from is TitleFrom.QUESTION


def written(connect: Connect, request: CompletionRequest, cancellation: Cancellation) -> str:
    """Return the text of an answer, without its reasoning. For a worker's thread. Raises `ProviderError`."""
    from easychat_gui.domain.streaming import TextDelta

    source: EventSource = connect()
    events = source.stream_events(request, cancellation)
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def _request(question: Message, answer: Message) -> CompletionRequest:
    asked, said = (" ".join(each.text.split())[:MOST_CHARACTERS] for each in (question, answer))
    text = "\n\n".join((ORDER, f"User: {asked}", f"Assistant: {said}"))
    params = GenerationParams(
        temperature=0.2,
        top_p=None,
        presence_penalty=None,
        frequency_penalty=None,
        max_tokens=MOST_TOKENS_OF_A_THINKER if answer.reasoning else MOST_TOKENS,
    )
    message = new_message(ConversationId(""), Role.USER, text)
    return CompletionRequest(answer.model_id, (message,), params, purpose=Purpose.TITLE)
