"""How the next request fills the model's window, and which messages go into it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from easychat_gui.controllers.conversations import ConversationController
from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.controllers.measured_branch import MeasuredBranch, Size, size_of
from easychat_gui.controllers.presets import PresetController
from easychat_gui.controllers.token_counts import Model, TokenCounts
from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.context import TOKENS_AROUND_MESSAGE, Counted, Gauge, Plan, plan, reserve_for
from easychat_gui.domain.conversations import ContextChoice, ContextPolicy, Conversation, Draft
from easychat_gui.domain.errors import EasyChatError
from easychat_gui.domain.generation import CompletionRequest
from easychat_gui.domain.ids import EndpointId, MessageId
from easychat_gui.domain.messages import Message, Role, Usage
from easychat_gui.settings.schema import window_key
from easychat_gui.settings.store import SettingsStore
from easychat_gui.workers.background import Background

UNKNOWN_WINDOW = 8192
"""So much is counted exactly, in tokens, where nobody knows how much the model reads."""

MEASURE_DELAY_MS = 150
"""So long after the last key the draft is counted."""

SUMMARY_HEADING = "Summary of the earlier part of this conversation:"
"""Said to the model, above the summary."""


class Situation(NamedTuple):
    """What the plan of one request depends on, all in tokens."""

    model: Model
    window: int | None
    system_prompt: int
    summary: int
    reserve: int
    extra: int


class ContextController(QObject):
    """``changed(Gauge)`` some moments after anything changed that the next request depends on. ``summary_grew(str)``
    while a model writes one."""

    changed = Signal(object)
    summary_grew = Signal(object)

    def __init__(
        self,
        *,
        conversations: ConversationController,
        endpoints: EndpointController,
        presets: PresetController,
        settings: SettingsStore,
        counts: TokenCounts,
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._endpoints = endpoints
        self._presets = presets
        self._settings = settings
        self.counts = counts
        self._background = background
        self._cancel_summary: Callable[[], None] = lambda: None
        self._branch: MeasuredBranch | None = None
        self._draft = ""
        self._draft_attachments: tuple[Attachment, ...] = ()
        self._edits: MessageId | None = None
        self.gauge = Gauge()
        self._timer = QTimer(self, singleShot=True, interval=MEASURE_DELAY_MS)
        self._timer.timeout.connect(self.measure)
        for signal in (
            conversations.opened,
            conversations.updated,
            presets.changed,
            endpoints.changed,
            counts.changed,
            conversations.messages.rowsInserted,
            conversations.messages.modelReset,
            conversations.messages.dataChanged,
            conversations.messages.rowsRemoved,
        ):
            signal.connect(self._forget_branch)

    # What is told

    def set_draft(self, text: str, edits: MessageId | None = None) -> None:
        """Note what stands in the composer: a new question, or another version of one of before."""
        if edits != self._edits:
            self._edits = edits
            self._forget_branch()
        if text != self._draft:
            self._draft = text
            self._timer.start()

    def set_attachments(self, attachments: Sequence[Attachment]) -> None:
        """Note what goes with the draft."""
        if tuple(attachments) != self._draft_attachments:
            self._draft_attachments = tuple(attachments)
            self._timer.start()

    def choose(self, policy: ContextPolicy | None) -> None:
        """Say what the conversation that is shown does about messages that no longer fit; None: as the settings."""
        self._conversations.set_context(replace(self._conversations.current.context, policy=policy))

    def set_window(self, tokens: int | None) -> None:
        """Note how much the present model reads at once, as the person typed it; None: what its server says."""
        model = self.model_for(self._conversations.current)
        settings = self._settings.current
        windows = {**settings.context.windows}
        windows.pop(window_key(*model), None)
        if tokens:
            windows[window_key(*model)] = tokens
        changed = replace(settings, context=replace(settings.context, windows=windows))
        self._endpoints.save_settings(lambda: self._settings.apply(changed))

    # What is asked

    def policy_for(self, conversation: Conversation) -> ContextPolicy:
        return conversation.context.policy or self._settings.current.context.policy

    def model_for(self, conversation: Conversation) -> Model:
        endpoint, model_id = self._endpoints.choice_for(conversation)
        return Model(endpoint.id, model_id)

    def fitting(
        self, conversation: Conversation, messages: Sequence[Message], prompt: str
    ) -> tuple[list[Message], str]:
        """Return the messages that are sent, and the system prompt, with the summary where one stands for the rest."""
        branch = MeasuredBranch(messages, self.counts, self.model_for(conversation))
        made = self._plan(conversation, branch, self._situation(conversation, messages))
        dropped = branch.shown_places(made.dropped)
        if made.has_summary:
            parts = (prompt, f"{SUMMARY_HEADING}\n{conversation.context.summary.strip()}")
            prompt = "\n\n".join(part for part in parts if part)
        return [*messages[: dropped.start], *messages[dropped.stop :]], prompt

    def is_too_long(self, draft: Draft, attachments: Sequence[Attachment] = ()) -> bool:
        """Is this question too long for the model's window, whatever else is left out? The person is then asked."""
        conversation = self._conversations.current
        if self.policy_for(conversation) is ContextPolicy.SEND_ALL:
            return False
        situation = self._situation(conversation, ())
        if situation.window is None:
            return False
        size = size_of(self.counts, situation.model, draft.text, attachments or self._draft_attachments)
        return size.total > self._room(situation)

    def learn(self, endpoint_id: EndpointId, request: CompletionRequest, usage: Usage) -> None:
        """Take over what the server counted of a request."""
        if usage.prompt_tokens:
            self.counts.learn(Model(endpoint_id, request.model), request, usage.prompt_tokens)

    def measure(self) -> None:
        """Work out the gauge anew, and have counted what is not yet."""
        self._timer.stop()
        conversation, branch = self._conversations.current, self._present_branch()
        situation = self._situation(conversation, branch.whole)
        model = situation.model
        draft = self._size_of_draft(model)
        made = self._plan(conversation, branch, situation, draft)
        sent = list(branch.sent(made.dropped))
        of_messages = sum(each.text for each in sent) + len(sent) * TOKENS_AROUND_MESSAGE
        all_sent = [*sent, draft] if draft else sent
        prompt = self._presets.guidance_for(conversation).system_prompt.strip()
        self.gauge = Gauge(
            window=situation.window,
            system_prompt=situation.system_prompt,
            summary=situation.summary if made.has_summary else 0,
            messages=of_messages + (situation.extra if all_sent else 0),
            attachments=sum(each.attached for each in all_sent),
            draft=draft.text + TOKENS_AROUND_MESSAGE if draft else 0,
            reserve=situation.reserve,
            is_reserve_set=self._presets.guidance_for(conversation).params.max_tokens is not None,
            is_exact=all(each.is_exact for each in all_sent) and self.counts.count(model, prompt).is_exact,
            fits=made.fits,
            dropped=branch.shown_places(made.dropped),
            has_messages=bool(all_sent),
        )
        self._ask_for_counts(conversation, situation, branch)
        self.changed.emit(self.gauge)

    def dropped_messages(self) -> list[Message]:
        """Return those of the branch that no longer fit, oldest first."""
        branch = self._conversations.branch()
        return [branch[place] for place in self.gauge.dropped if place < len(branch)]

    # The summary

    def summarise(self, then: Callable[[str], None], on_error: Callable[[EasyChatError], None]) -> None:
        """Ask the model that answers next for a summary of what no longer fits; it goes nowhere else.

        ``then`` gets the text; neither is called after `cancel_summary`. It counts only when `keep_summary` is called.
        """
        from easychat_gui.controllers.summary import Summariser
        from easychat_gui.providers.cancellation import Cancellation

        conversation = self._conversations.current
        endpoint, model_id = self._endpoints.choice_for(conversation)
        cancellation = Cancellation()
        self._cancel_summary()
        self._cancel_summary = cancellation.cancel
        window = self._situation(conversation, ()).window
        summariser = Summariser(
            self._endpoints.connect_to(endpoint, model_id), model_id, window, cancellation, self.summary_grew.emit
        )
        context, messages = conversation.context, self.dropped_messages()
        known = next((n + 1 for n, each in enumerate(messages) if each.id == context.summary_until), 0)
        before = context.summary if known else ""

        def finish(text: str) -> None:
            if not cancellation.is_cancelled:  # who asked may be gone
                then(text)

        def fail(error: EasyChatError) -> None:
            if not cancellation.is_cancelled:
                on_error(error)

        self._background.run(lambda: summariser.summary_of(messages[known:], before), finish, fail)

    def cancel_summary(self) -> None:
        self._cancel_summary()

    def keep_summary(self, text: str) -> None:
        """Send this in the place of what no longer fits; an empty one is none."""
        dropped = self.dropped_messages()
        former = self._conversations.current.context
        until = dropped[-1].id if dropped else former.summary_until
        self._conversations.set_context(
            ContextChoice(ContextPolicy.SUMMARISE, text.strip(), until)
            if text.strip()
            else ContextChoice(former.policy)
        )

    def close(self) -> None:
        """Wait for no server any longer."""
        self._timer.stop()
        self._cancel_summary()
        self.counts.close()

    # Inside

    def _forget_branch(self) -> None:
        self._branch = None
        self._timer.start()

    def _present_branch(self) -> MeasuredBranch:
        """Return what comes before the draft. Read once, not at every key: a chat may have 10,000 messages."""
        if self._branch is None:
            whole = self._conversations.branch()
            place = next((place for place, each in enumerate(whole) if each.id == self._edits), len(whole))
            self._branch = MeasuredBranch(whole[:place], self.counts, self.model_for(self._conversations.current))
        return self._branch

    def _summary_of(self, conversation: Conversation, messages: Sequence[Message]) -> str:
        """Return the summary if it is one of this branch."""
        until = conversation.context.summary_until
        is_of_branch = until is None or any(each.id == until for each in messages)
        return conversation.context.summary.strip() if is_of_branch else ""

    def _situation(self, conversation: Conversation, messages: Sequence[Message]) -> Situation:
        model = self.model_for(conversation)
        guidance = self._presets.guidance_for(conversation)
        typed = self._settings.current.context.windows.get(window_key(*model))
        window = typed or self._endpoints.window_of(*model)
        prompt = guidance.system_prompt.strip()
        prompt_tokens = self.counts.count(model, prompt).tokens + TOKENS_AROUND_MESSAGE if prompt else 0
        summary = self._summary_of(conversation, messages)
        return Situation(
            model,
            window,
            prompt_tokens,
            self.counts.count(model, f"{SUMMARY_HEADING}\n{summary}").tokens + 2 if summary else 0,
            reserve_for(window, guidance.params.max_tokens),
            self.counts.of_template(model, has_system_prompt=bool(prompt)),
        )

    def _room(self, situation: Situation) -> int:
        window = situation.window or 0
        return window - situation.reserve - situation.system_prompt - situation.extra

    def _plan(
        self, conversation: Conversation, branch: MeasuredBranch, situation: Situation, draft: Size | None = None
    ) -> Plan:
        policy = self.policy_for(conversation)
        room = None if situation.window is None else self._room(situation)
        is_of_the_newest = policy in (ContextPolicy.DROP_OLDEST, ContextPolicy.SUMMARISE)
        before, counted = branch.newest(room if is_of_the_newest else None)
        if draft is not None:
            counted.append(Counted(Role.USER, draft.total))
        made = plan(counted, room, policy, situation.summary)
        return replace(made, dropped=range(before + made.dropped.stop)) if before else made

    def _size_of_draft(self, model: Model) -> Size | None:
        if not self._draft.strip() and not self._draft_attachments:
            return None
        return size_of(self.counts, model, self._draft, self._draft_attachments)

    def _ask_for_counts(self, conversation: Conversation, situation: Situation, branch: MeasuredBranch) -> None:
        """The newest first: of a long chat the oldest are not sent."""
        texts = [self._presets.guidance_for(conversation).system_prompt.strip(), self._draft]
        texts += [each.text for each in self._draft_attachments if not each.is_picture]
        if summary := conversation.context.summary.strip():
            texts.append(f"{SUMMARY_HEADING}\n{summary}")
        tokens = 0
        for text in branch.texts():
            texts.append(text)
            tokens += self.counts.count(situation.model, text).tokens
            if tokens > 2 * (situation.window or UNKNOWN_WINDOW):
                break
        self.counts.ask_for(situation.model, texts)
