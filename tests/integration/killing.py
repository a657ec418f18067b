"""Kills `busy_child` at a random moment, and judges what is left."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import MessageStatus
from easychat_gui.storage import backups
from easychat_gui.storage.opened_backup import put_together
from easychat_gui.storage.store import Store, open_store

CHILD = Path(__file__).with_name("busy_child.py")


@dataclass(slots=True)
class Said:
    """What a child said before it was killed: by chat, how many words were on the screen and when, what was
    acknowledged as saved, as ended, added (with how many messages), deleted, and to have files."""

    shown: dict[str, list[tuple[float, int]]] = field(default_factory=dict)
    saved: dict[str, int] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)
    added: dict[str, int] = field(default_factory=dict)
    deleting: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    files: Counter[str] = field(default_factory=Counter)
    backups: int = 0


@dataclass(slots=True)
class Verdict:
    """What was counted of one kill, to be told."""

    answers: int = 0
    late_s: float = 0.0
    chats: int = 0
    files: int = 0
    backups: int = 0


def run_and_kill(path: Path, after_s: float) -> tuple[float, Said]:
    """Run a child until its first word is saved and so much longer; kill it; return the moment and what it said."""
    child = subprocess.Popen([sys.executable, str(CHILD), str(path)], stdout=subprocess.PIPE, text=True)
    lines: list[str] = []
    has_begun = threading.Event()

    def listen() -> None:  # all the time, or the child would wait for somebody who does
        assert child.stdout is not None
        for line in child.stdout:
            lines.append(line)
            if line.startswith("shown"):
                has_begun.set()
        has_begun.set()

    listener = threading.Thread(target=listen)
    listener.start()
    has_begun.wait()
    time.sleep(after_s)  # the moment is what is varied here
    moment = time.monotonic()
    os.kill(child.pid, signal.SIGKILL)
    listener.join()
    with child:
        return moment, understood(line.split() for line in lines if line.endswith("\n"))


def understood(lines: Iterable[list[str]]) -> Said:
    said = Said()
    for line in lines:
        match line:
            case ["shown", name, count, moment]:
                said.shown.setdefault(name, []).append((float(moment), int(count)))
            case ["saved", name, count, _]:
                said.saved[name] = max(said.saved.get(name, 0), int(count))
            case ["ended", name, count]:
                said.ended[name] = int(count)
            case ["added", name, count]:
                said.added[name] = int(count)
            case ["deleting", name]:
                said.deleting.add(name)
            case ["deleted", name]:
                said.deleted.add(name)
            case ["file", name]:
                said.files[name] += 1
            case ["backup"]:
                said.backups += 1
    return said


def judge(path: Path, killed_at: float, said: Said, *, kept_after_s: float) -> Verdict:
    """Assert that nothing is lost that was on the screen for so long, and nothing half written."""
    verdict = Verdict()
    store, _ = open_store(path)
    try:
        assert store.row("PRAGMA integrity_check") == ("ok",)
        assert store.rows("PRAGMA foreign_key_check") == []
        for name, shown in said.shown.items():
            verdict.answers += 1
            verdict.late_s = max(verdict.late_s, judge_answer(store, name, shown, said, killed_at))
            assert verdict.late_s < kept_after_s
        for name, count in said.added.items():
            messages = store.messages.of_conversation(ConversationId(name))
            if name in said.deleted:
                assert not messages
            elif name not in said.deleting:
                assert len(messages) == count, "an import is whole"
                verdict.chats += 1
        used = [row[0] for row in store.rows("SELECT sha256 FROM attachments")]
        for sha256 in used:
            assert store.files.path(sha256).exists()
        verdict.files = len(used)
        for name, count in said.files.items():
            if name not in said.deleting:
                assert len(store.attachments.of_draft(ConversationId(name))) >= count
    finally:
        store.close()
    verdict.backups = judge_backups(path)
    assert verdict.backups >= min(1, said.backups)
    return verdict


def judge_answer(store: Store, name: str, shown: list[tuple[float, int]], said: Said, killed_at: float) -> float:
    """Return how long before the kill the first word was shown that is missing, in seconds."""
    _question, answer = store.messages.branch_of(ConversationId(name))
    kept = [int(word) for word in answer.text.split()]
    assert kept == list(range(len(kept))), "the text is a beginning of the answer, without holes"
    assert answer.text == "" or answer.text.endswith(" "), "no half word"
    assert answer.status in (MessageStatus.COMPLETE, MessageStatus.INTERRUPTED)
    if name in said.ended:
        assert answer.status is MessageStatus.COMPLETE
        assert len(kept) == said.ended[name]
    assert len(kept) >= said.saved.get(name, 0)
    missing = [moment for moment, count in shown if count > len(kept)]
    return killed_at - min(missing) if missing else 0.0


def judge_backups(path: Path) -> int:
    """Put every backup together; return how many there are."""
    found = backups.find(path.parent / "backups")
    for backup in found:
        assert backup.fault is None
        target = path.with_name("restored.db")
        put_together(backup, target)
        target.unlink()
    # The next one removes what the killed one has left.
    assert backups.back_up(path, path.parent / "backups", time.time()) is not None
    assert not list((path.parent / "backups").glob("*.unfinished"))
    return len(found)


def random_delay() -> float:
    """Return how long a child lives, in seconds: mostly short, since its beginning is when most is in the air."""
    return random.choice((random.uniform(0.0, 0.5), random.uniform(0.3, 2.0), random.uniform(1.0, 4.0)))
