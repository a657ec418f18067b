"""What an import writes is there as a whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.errors import DiskFull
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import Role, new_message
from easychat_gui.storage.imports import rows_of
from easychat_gui.storage.store import Store

ID = ConversationId("c1")


def test_a_full_disk_is_said_to_be_one_and_nothing_was_written(path: Path) -> None:
    store = Store.open(path)
    pages = store.connection.execute("PRAGMA page_count").fetchone()[0]
    store.connection.execute(f"PRAGMA max_page_count = {pages + 20}")
    texts = ["a" * 1000, *("b" * 20_000 for _ in range(20))]
    arriving = rows_of(Conversation(ID, "Boats"), [new_message(ID, Role.USER, text) for text in texts], None, ())
    with pytest.raises(DiskFull):
        store.imports.add([arriving])
    assert store.imports.known() == {}
    store.close()
