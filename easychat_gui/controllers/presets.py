"""The presets, and what of them and of the settings holds for a conversation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from easychat_gui.controllers.conversations import ConversationController
from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.controllers.shown_chat import ShownChat
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.generation import GenerationParams
from easychat_gui.domain.ids import EndpointId, PresetId, new_preset_id
from easychat_gui.domain.presets import (
    Guidance,
    Preset,
    base_for,
    detached,
    free_name,
    guidance_for,
    own_prompt_of,
    with_server,
)
from easychat_gui.settings.store import SettingsStore
from easychat_gui.workers.store_executor import StoreExecutor

DEFAULT_ICON = "icon:person"


class PresetController(QObject):
    """Keeps the list, in the person's order, and resolves: a conversation's own value, else its preset's, else that
    of the model, of the server, of the settings.

    ``changed`` when the list or one of them changed, ``deleted(Preset)`` when one is gone and can be brought back.
    """

    changed = Signal()
    deleted = Signal(object)

    def __init__(
        self,
        *,
        conversations: ConversationController,
        endpoints: EndpointController,
        settings: SettingsStore,
        store: StoreExecutor,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._settings = settings
        self._store = store
        self._writes = 0
        self._undo: tuple[Any, list[Conversation]] | None = None
        self.presets: list[Preset] = []
        endpoints.preset_choice = self._model_of
        conversations.opened.connect(self.let_follow)
        self._endpoints = endpoints
        self.changed.connect(endpoints.changed)  # one of them may name another model now

    def load(self, first: Sequence[Preset] = ()) -> None:
        """Read the list; where there was no database before, these are put into it first."""
        if first:
            self._write(lambda store: None if store.presets.all() else store.presets.save(*first))
        self._read()

    # What holds

    def preset(self, preset_id: PresetId | None) -> Preset | None:
        return next((each for each in self.presets if each.id == preset_id), None)

    def preset_of(self, conversation: Conversation) -> Preset | None:
        return self.preset(conversation.preset_id) if conversation.preset_id else None

    def base_for(self, conversation: Conversation) -> Guidance:
        """Return what a conversation follows where it sets nothing itself."""
        return base_for(self.preset_of(conversation), self._defaults_for(conversation))

    def guidance_for(self, conversation: Conversation) -> Guidance:
        """Return what the next request of a conversation carries."""
        return guidance_for(conversation, self.base_for(conversation))

    def defaults(self) -> Guidance:
        settings = self._settings.current
        return Guidance(settings.system_prompt, settings.generation)

    def defaults_of(self, preset: Preset) -> Guidance:
        """Return what a preset follows where it sets nothing itself: what holds for its model, if it names one."""
        endpoint_id, model_id = self._model_named_by(preset)
        return with_server(self.defaults(), self._endpoints.endpoint(endpoint_id), model_id)

    def has_own_model(self, conversation: Conversation) -> bool:
        """Does it ask another model than its preset says?"""
        preset = self.preset_of(conversation)
        if preset is None or not preset.model_id or not conversation.endpoint_id:
            return False
        return (conversation.endpoint_id, conversation.model_id) != (preset.endpoint_id, preset.model_id)

    # What the conversation that is shown shall follow

    def choose(self, preset_id: PresetId | None) -> None:
        """Let it follow a preset, or the settings alone. What it sets itself stays, where the preset says otherwise.

        A preset that names a model is asked for its sake: that replaces the model chosen before.
        """
        former = self._conversations.current
        changes: dict[str, Any] = {"preset_id": preset_id}
        preset = self.preset(preset_id)
        if preset is not None and preset.model_id:
            changes |= {"endpoint_id": None, "model_id": ""}
        base = base_for(preset, self._defaults_for(former.with_(**changes)))
        own = base.params.with_own(former.params).own_beside(base.params)
        changes["params"] = {name: value for name, value in own.items() if name in former.params}
        if former.system_prompt == base.system_prompt:
            changes["system_prompt"] = ""
        self._conversations.set_guidance(**changes)

    def set_params(self, params: GenerationParams) -> None:
        """Take what differs from what it follows as its own."""
        base = self.base_for(self._conversations.current)
        self._conversations.set_guidance(params=params.own_beside(base.params))

    def set_system_prompt(self, text: str) -> None:
        base = self.base_for(self._conversations.current)
        self._conversations.set_guidance(system_prompt=own_prompt_of(text, base.system_prompt))

    def reset_system_prompt(self) -> None:
        self._conversations.set_guidance(system_prompt="")

    def reset_model(self) -> None:
        """Ask the model of the preset again."""
        if self.has_own_model(self._conversations.current):
            self._conversations.set_guidance(endpoint_id=None, model_id="")

    def reset_all(self) -> None:
        """Let it follow its preset, or the settings, in everything."""
        self.reset_model()
        self._conversations.set_guidance(params={}, system_prompt="")

    def from_conversation(self) -> Preset:
        """Return a new preset that answers as the conversation that is shown; it is not saved yet."""
        conversation = self._conversations.current
        guidance = self.guidance_for(conversation)
        endpoint, model = self._endpoints.choice_for(conversation)
        preset = self.preset_of(conversation)
        return Preset(
            new_preset_id(),
            preset.name if preset else conversation.title,
            preset.icon if preset else DEFAULT_ICON,
            guidance.system_prompt,
            endpoint.id,
            model,
            guidance.params.own_beside(self._defaults_for(conversation).params),
        )

    # The list

    def save(self, *presets: Preset) -> None:
        """Add them behind the others, or replace those that are there."""
        for preset in presets:
            place = next((i for i, each in enumerate(self.presets) if each.id == preset.id), len(self.presets))
            self.presets[place : place + 1] = [preset]
        self._write(lambda store: store.presets.save(*presets))
        self.changed.emit()

    def add_and_follow(self, preset: Preset) -> None:
        """Save a preset that answers as the conversation that is shown, and let that follow it."""
        self.save(preset)
        self._conversations.set_guidance(
            preset_id=preset.id, params={}, system_prompt="", endpoint_id=None, model_id=""
        )

    def duplicate(self, preset_id: PresetId) -> Preset | None:
        """Put a copy at the end, and return it."""
        preset = self.preset(preset_id)
        if preset is None:
            return None
        copy = preset.with_(id=new_preset_id(), name=self.free_name(preset.name))
        self.save(copy)
        return copy

    def free_name(self, name: str) -> str:
        return free_name(name, [each.name for each in self.presets])

    def arrange(self, ids: Sequence[PresetId]) -> None:
        """Put all of them into this order."""
        order = list(ids)
        self.presets.sort(key=lambda each: order.index(each.id) if each.id in order else len(order))
        self._write(lambda store: store.presets.arrange(order))
        self.changed.emit()

    def delete(self, preset_id: PresetId) -> None:
        """Remove one. The chats that follow it keep what they used, as their own."""
        preset = self.preset(preset_id)
        if preset is None:
            return
        self._conversations.flush()
        shown = [each for each in self._conversations.all.shown if each.current.preset_id == preset_id]
        former = [each.current for each in shown]
        self.presets.remove(preset)
        for each in shown:
            _take_guidance_of(each, detached(each.current, preset))

        def keep(deleted: Any) -> None:
            self._undo = (deleted, former)
            self.deleted.emit(preset)

        self._write(lambda store: store.presets.delete(preset_id), keep)
        self.changed.emit()

    def undo_delete(self) -> None:
        """Bring the one that was deleted last back, with its chats."""
        undo, self._undo = self._undo, None
        if undo is None or undo[0] is None:
            return
        deleted, former = undo
        self._conversations.flush()
        self._write(lambda store: store.presets.bring_back(deleted))

        def follow() -> None:
            for conversation in former:
                if (shown := self._conversations.showing(conversation.id)) is not None:
                    _take_guidance_of(shown, conversation)

        self._read(follow)

    # Inside

    def _read(self, then: Callable[[], None] = lambda: None) -> None:
        writes = self._writes

        def show(presets: list[Preset]) -> None:
            if writes != self._writes:  # what was written meanwhile is not in it
                self._read(then)
                return
            self.presets = presets
            self.changed.emit()
            then()

        self._store.submit(lambda store: store.presets.all(), show, self._conversations.on_store_failed)

    def _write(self, job: Callable[[Any], Any], then: Callable[[Any], None] | None = None) -> None:
        self._writes += 1
        self._store.submit(job, then, self._conversations.on_store_failed)

    def _defaults_for(self, conversation: Conversation) -> Guidance:
        endpoint, model_id = self._endpoints.choice_for(conversation)
        return with_server(self.defaults(), endpoint, model_id)

    def _model_of(self, conversation: Conversation) -> tuple[EndpointId | None, str]:
        preset = self.preset_of(conversation)
        return (None, "") if preset is None else self._model_named_by(preset)

    def _model_named_by(self, preset: Preset) -> tuple[EndpointId | None, str]:
        if not preset.model_id:
            return None, ""
        if preset.endpoint_id is not None:
            return preset.endpoint_id, preset.model_id
        # From a file: whichever server has it.
        endpoints = self._endpoints.choices()
        return next((each.id for each in endpoints if preset.model_id in self._endpoints.models(each.id)), None), (
            preset.model_id
        )

    def let_follow(self, conversation: Conversation) -> None:
        """Version 1 kept either nothing or all parameters of a chat: of all, those count that differ from the
        settings."""
        if conversation.preset_id is None and len(conversation.params) == len(GenerationParams().as_dict()):
            base = self._settings.current.generation
            own = base.with_own(conversation.params).own_beside(base)
            shown = self._conversations.showing(conversation.id)
            if shown is not None and shown.current is conversation:
                shown.current = conversation.with_(params=own)


def _take_guidance_of(shown: ShownChat, other: Conversation) -> None:
    shown.set_guidance(
        preset_id=other.preset_id,
        system_prompt=other.system_prompt,
        params=other.params,
        endpoint_id=other.endpoint_id,
        model_id=other.model_id,
    )
