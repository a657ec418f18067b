"""Presets in the database: their order, and what becomes of the chats of one that is deleted."""

from __future__ import annotations

from easychat_gui.domain.conversations import ContextChoice, ContextPolicy, Conversation
from easychat_gui.domain.ids import ConversationId, EndpointId, MessageId, PresetId
from easychat_gui.domain.presets import Preset
from easychat_gui.storage.store import Store

CODER = Preset(PresetId("1"), "Coder", "🧑‍💻", "Be exact.", EndpointId("e"), "m", {"temperature": 0.2, "stop": ["END"]})
WRITER = Preset(PresetId("2"), "Писатель", "icon:edit")
CHAT = Conversation(ConversationId("c"), "A chat", preset_id=CODER.id, params={"top_p": 0.5})


def test_every_field_is_kept_in_the_order_of_the_person(store: Store) -> None:
    store.presets.save(CODER, WRITER)
    assert store.presets.all() == [CODER, WRITER]
    store.presets.arrange([WRITER.id, CODER.id])
    changed = CODER.with_(name="Exact", params={})
    store.presets.save(changed)
    assert store.presets.all() == [WRITER, changed]


def test_the_chats_of_a_deleted_preset_keep_what_they_used(store: Store) -> None:
    store.presets.save(CODER, WRITER)
    store.conversations.save(CHAT)
    deleted = store.presets.delete(CODER.id)
    assert deleted is not None
    assert store.presets.all() == [WRITER]
    chat = store.conversations.get(CHAT.id)
    assert chat is not None
    assert (chat.preset_id, chat.system_prompt, chat.model_id) == (None, "Be exact.", "m")
    assert chat.params == {"temperature": 0.2, "stop": ["END"], "top_p": 0.5}
    assert store.presets.delete(CODER.id) is None

    store.presets.bring_back(deleted)
    assert store.presets.all() == [CODER, WRITER]
    assert store.conversations.get(CHAT.id) == CHAT


def test_bringing_back_does_not_undo_what_was_set_meanwhile(store: Store) -> None:
    store.presets.save(CODER)
    store.conversations.save(CHAT)
    deleted = store.presets.delete(CODER.id)
    changed = store.conversations.get(CHAT.id)
    assert deleted is not None
    assert changed is not None
    changed = changed.with_(system_prompt="Mine now.", title="Renamed")
    store.conversations.save(changed)
    store.presets.bring_back(deleted)
    assert store.conversations.get(CHAT.id) == changed


def test_a_chat_whose_preset_went_meanwhile_is_written_all_the_same(store: Store) -> None:
    store.conversations.save(CHAT)
    assert store.conversations.get(CHAT.id) == CHAT.with_(preset_id=None)
    assert store.conversations.update(CHAT.with_(title="Again"))


def test_what_is_chosen_about_the_window_is_kept(store: Store) -> None:
    context = ContextChoice(ContextPolicy.SUMMARISE, "They spoke of soup 🍲.", MessageId("m"))
    store.conversations.save(CHAT.with_(preset_id=None, context=context))
    chat = store.conversations.get(CHAT.id)
    assert chat is not None
    assert chat.context == context


def test_values_of_a_later_version_do_no_harm(store: Store) -> None:
    store.conversations.save(CHAT.with_(preset_id=None))
    store.execute(
        """UPDATE conversations SET params = '{"warmth": 3, "top_p": 0.5}', context = '{"policy": "magic"}'"""
    )
    chat = store.conversations.get(CHAT.id)
    assert chat is not None
    assert chat.params == {"top_p": 0.5}
    assert chat.context == ContextChoice()
