"""Saved prompts are kept."""

from __future__ import annotations

from easychat_gui.domain.ids import PromptId
from easychat_gui.domain.prompts import Prompt
from easychat_gui.storage.store import Store


def test_they_are_kept_and_changed_and_removed(store: Store) -> None:
    one, two = (Prompt(PromptId(id_), name, "текст", 1.5) for id_, name in (("1", "One"), ("2", "Two")))
    store.prompts.save(one, two)
    store.prompts.save(one.with_(name="Eins", text="a\x00b"))
    assert store.prompts.all() == [one.with_(name="Eins", text="a␀b"), two]
    assert store.prompts.delete(two.id)
    assert not store.prompts.delete(two.id)
    assert len(store.prompts.all()) == 1
