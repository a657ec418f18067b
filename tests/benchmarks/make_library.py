"""Makes a library of a size that nobody has yet.

    python tests/benchmarks/make_library.py DIR CONVERSATIONS MESSAGES

The same arguments make the same words, dates and order. Words follow Zipf's law, in English, Russian, French, German
and Chinese; most are invented. 2,000,000 messages (some 750 MB of text) take about two minutes.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from easychat_gui.storage.store import Store

END = 1_790_000_000.0
"""The newest message, in seconds since 1970; the oldest is `SPAN_S` before it."""
SPAN_S = 3 * 365 * 86_400.0

WORDS = 60_000
PIECES = 40_000
"""Stretches of some ten words, of which messages are put together: so 120 million words need not be drawn."""

FOLDERS = 300
ROOTS = 30
"""So many of the folders are in no other."""

KNOWN = """
the of and to a in is for that with as on it be this are by from or an at not you your can will if which we has numpy
softmax python function server model café naïve straße ёлка ещё рецепт борща всё привет как что это 京都 旅行 日本語
数据库 模型 Zürich garçon déjà vu
"""
SYLLABLES = """
ba be bi bo bu da de do ka ke ko la le li lo ma me mi mo na ne no pa per pi po ra re ri ro sa se si so ta te ti to va
ve vi vo
"""
CYRILLIC = "ба бе бо ва ве во да де до ка ке ко ла ле ло ма ме мо на не но па пе по ра ре ро са се со та те то ёл жи ши"
MODELS = ("qwen3-4b", "gpt-4.1-mini", "claude-haiku", "SmolLM2")


def vocabulary(chance: random.Random) -> list[str]:
    latin, cyrillic = SYLLABLES.split(), CYRILLIC.split()
    words = list(dict.fromkeys(KNOWN.split()))
    while len(words) < WORDS:
        kind = chance.random()
        if kind < 0.75:
            words.append("".join(chance.choices(latin, k=chance.randint(2, 5))))
        elif kind < 0.95:
            words.append("".join(chance.choices(cyrillic, k=chance.randint(2, 4))))
        else:
            words.append("".join(chr(chance.randint(0x4E00, 0x57FF)) for _ in range(chance.randint(2, 6))))
    return words


def pieces(chance: random.Random) -> list[str]:
    words = vocabulary(chance)
    weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
    made = []
    for number in range(PIECES):
        words_of_it = chance.choices(words, cum_weights=weights, k=chance.randint(6, 14))
        words_of_it[0] = words_of_it[0].capitalize()
        end = "\n```python\nprint(1)\n```\n" if number % 200 == 0 else ". "
        made.append(" ".join(words_of_it) + end)
    return made


def messages(chance: random.Random, conversations: int, count: int) -> Iterator[tuple[Any, ...]]:
    parts = pieces(chance)
    each = count // conversations
    for conversation in range(conversations):
        begun = END - SPAN_S * (1 - conversation / conversations)
        parent = None
        for place in range(each + (conversation < count % conversations)):
            is_answer = place % 2
            id_ = f"{conversation:016x}{place:016x}"
            text = "".join(chance.choices(parts, k=6 if is_answer else 3)) + f"r{chance.randrange(10**7)}"
            yield (
                id_,
                f"{conversation:032x}",
                parent,
                "assistant" if is_answer else "user",
                "complete",
                begun + place * 20,
                MODELS[conversation % len(MODELS)] if is_answer else "",
                text,
                *(_figures(chance, len(text)) if is_answer else (None,) * 5),
            )
            parent = id_


def _figures(chance: random.Random, length: int) -> tuple[Any, ...]:
    """Return server, tokens asked and answered, and the seconds to the first word and to the last."""
    tokens, first_s = length // 4, 0.1 + chance.random()
    return f"server{chance.randrange(3)}", tokens * 3, tokens, first_s, first_s + tokens / (20 + 40 * chance.random())


def conversations(chance: random.Random, count: int) -> Iterator[tuple[Any, ...]]:
    names = [piece.split(". ")[0].split("\n")[0] for piece in pieces(chance)[:2000]]
    for number in range(count):
        begun = END - SPAN_S * (1 - number / count)
        yield (
            f"{number:032x}",
            f"{chance.choice(names)[:40]} {number}",
            begun,
            begun + 3600,
            int(number % 5000 == 7),
            f"folder{number % FOLDERS}" if number % 2 else None,
            begun + 7200 if number % 17 == 0 else None,
            END if number % 101 == 0 else None,
        )


def folders() -> Iterator[tuple[Any, ...]]:
    for number in range(FOLDERS):
        yield f"folder{number}", f"Folder {number}", f"folder{number % ROOTS}" if number >= ROOTS else None, number


def fill(connection: sqlite3.Connection, count: int, message_count: int) -> None:
    chance = random.Random(5)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -200000")
    connection.execute("BEGIN")
    _insert(connection, "folders", "id, name, parent_id, position", folders())
    names = "id, title, created_at, updated_at, is_pinned, folder_id, archived_at, trashed_at"
    _insert(connection, "conversations", names, conversations(chance, count))
    names = "id, conversation_id, parent_id, role, status, created_at, model_id, text"
    names += ", endpoint_id, prompt_tokens, completion_tokens, first_token_s, duration_s"
    _insert(connection, "messages", names, messages(chance, count, message_count))
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _insert(connection: sqlite3.Connection, table: str, names: str, rows: Iterator[Sequence[Any]]) -> None:
    places = ", ".join("?" * len(names.split(",")))
    connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)


def make(folder: Path, count: int, message_count: int) -> Path:
    """Make the library in a folder that has none, and return its database."""
    path = folder / "easychat.db"
    if path.exists():
        raise SystemExit(f"{path} is there already")
    store = Store.open(path)
    fill(store.connection, count, message_count)
    store.close()
    return path


def main() -> None:
    folder, count, message_count = sys.argv[1:]
    start = time.perf_counter()
    path = make(Path(folder), int(count), int(message_count))
    print(f"{path}: {path.stat().st_size / 1e6:.0f} MB in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
