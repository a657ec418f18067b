"""kill -9 in the middle of an import: whole conversations only, and a second import completes it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from easychat_gui.storage.store import open_store
from tests.transfer.exports import gpt_chat, gpt_node, write_json
from tests.transfer.test_importing import Importer

CHATS = 60
MESSAGES = 8

CHILD = """
import sys
from pathlib import Path
from easychat_gui.storage.store import open_store
from easychat_gui.transfer import importing
from tests.transfer.test_importing import Importer

importing.CHATS_AT_ONCE = 3
store, _ = open_store(Path(sys.argv[1]))
importer = Importer(store)
ask = importer.ask

def tell(job):
    result = ask(job)
    print("written", flush=True)
    return result

importer.ask = tell
importer.bring(Path(sys.argv[2]), "ChatGPT")
"""


def node(place: int) -> dict[str, Any]:
    above = f"n{place - 1}" if place else "root"
    below = [f"n{place + 1}"] if place + 1 < MESSAGES else []
    role = "assistant" if place % 2 else "user"
    return gpt_node(f"n{place}", above, role, f"T{place}", children=below, created=1_700_000_000.0 + place)


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
@pytest.mark.parametrize("after", [1, 9])
def test_only_whole_conversations_stay(tmp_path: Path, after: int) -> None:
    chats = [gpt_chat([node(place) for place in range(MESSAGES)], f"c{number}") for number in range(CHATS)]
    export, database = write_json(tmp_path / "conversations.json", chats), tmp_path / "data" / "easychat.db"
    child = subprocess.Popen([sys.executable, "-c", CHILD, database, export], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    for _ in range(after):
        child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    store, _ = open_store(database)
    try:
        counts = store.rows("SELECT count(*) FROM messages GROUP BY conversation_id")
        assert set(counts) <= {(MESSAGES,)}
        assert store.rows("SELECT count(*) FROM conversations") == [(len(counts),)]
        assert store.rows("PRAGMA integrity_check") == [("ok",)]
        report = Importer(store).bring(export, "ChatGPT")
        assert len(report.added) + report.known == CHATS
        assert len(report.added) == CHATS - len(counts)
        assert store.rows("SELECT count(*) FROM messages") == [(CHATS * MESSAGES,)]
        assert store.rows("SELECT count(*) FROM folders") == [(1,)]
    finally:
        store.close()
