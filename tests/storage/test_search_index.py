"""The index says of every word where it is, whatever was done and wherever the program ended; and forgets what went."""

from __future__ import annotations

import random
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import AttachmentId, ConversationId
from easychat_gui.domain.messages import Message, MessageStatus, Role, new_message
from easychat_gui.domain.search_words import indexable
from easychat_gui.storage import search_index
from easychat_gui.storage.search_index import SearchIndex, index_path
from easychat_gui.storage.store import Store

CHAT = ConversationId("c1")
WORDS = "apple борщ ёлка kyoto 京都 naïve straße tea nut fig".split()  # noqa: SIM905


@pytest.fixture
def open_index(store: Store) -> Iterator[Callable[[], SearchIndex]]:
    store.conversations.save(Conversation(CHAT, "A talk"))
    opened: list[SearchIndex] = []

    def open_it() -> SearchIndex:
        opened.append(SearchIndex(store.path))
        return opened[-1]

    yield open_it
    for index in opened:
        index.close()


def settle(index: SearchIndex) -> int:
    """Let it do all there is to do; return how many steps it took."""
    steps = 1
    while not index.step().is_idle:
        steps += 1
    return steps


def numbers(path: Path, word: str, table: str = "texts") -> list[int]:
    with closing(sqlite3.connect(index_path(path))) as connection:
        sql = f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rowid"
        return [row[0] for row in connection.execute(sql, (f'"{indexable(word)}"',))]


def in_texts(store: Store, word: str) -> list[int]:
    rows = store.rows("SELECT number, text FROM messages WHERE status NOT IN ('pending', 'streaming') ORDER BY number")
    return [number for number, text in rows if word in text.split()]


def say(store: Store, text: str, status: MessageStatus = MessageStatus.COMPLETE) -> Message:
    message = new_message(CHAT, Role.USER, text, status=status)
    store.messages.add(message)
    return message


def test_what_was_there_before_is_taken_up_the_newest_first(
    store: Store, open_index: Callable[[], SearchIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "BLOCK_ROWS", 10)
    for number in range(35):
        say(store, f"apple n{number}")
    index = open_index()
    shares = [index.step().searchable for _ in range(3)]
    assert shares == sorted(shares)
    assert 0 < shares[-1] < 1
    assert numbers(store.path, "n34")
    assert not numbers(store.path, "n0")
    settle(index)
    assert index.step().searchable == 1
    assert numbers(store.path, "apple") == in_texts(store, "apple")


def test_what_was_taken_up_bit_by_bit_is_put_together(
    store: Store, open_index: Callable[[], SearchIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "BLOCK_ROWS", 2)
    for number in range(40):
        say(store, f"apple n{number}")
    settle(open_index())
    with closing(sqlite3.connect(index_path(store.path))) as connection:
        assert connection.execute("SELECT count(DISTINCT segid) FROM texts_idx").fetchone() == (1,)
    assert numbers(store.path, "apple") == in_texts(store, "apple")


def test_an_answer_is_taken_up_once_when_it_has_ended(store: Store, open_index: Callable[[], SearchIndex]) -> None:
    index = open_index()
    settle(index)
    answer = new_message(CHAT, Role.ASSISTANT, status=MessageStatus.STREAMING)
    store.messages.add(answer)
    for text in ("app", "apple and", "apple and fig"):
        store.messages.save_partial(answer.id, text)
        settle(index)
    assert not numbers(store.path, "apple")
    store.finalise(answer.with_(text="apple and fig tea", status=MessageStatus.COMPLETE))
    entries = store.rows("SELECT kind, removed FROM search_journal ORDER BY number DESC LIMIT 1")
    assert entries == [(1, None)]
    settle(index)
    assert numbers(store.path, "tea") == in_texts(store, "tea")


def test_titles_and_files_are_found_and_renamed_ones_only_by_their_new_name(
    store: Store, open_index: Callable[[], SearchIndex]
) -> None:
    file = Attachment(AttachmentId("a1"), "soup.txt", "text/plain", 4, "0" * 64, "beetroot")
    store.messages.add(new_message(CHAT, Role.USER, "look", attachments=(file,)))
    index = open_index()
    settle(index)
    assert numbers(store.path, "talk", "titles")
    assert numbers(store.path, "beetroot", "files") == numbers(store.path, "soup", "files") == [1]
    store.conversations.rename(CHAT, "A walk")
    settle(index)
    assert not numbers(store.path, "talk", "titles")
    assert numbers(store.path, "walk", "titles")
    store.conversations.delete(CHAT)
    settle(index)
    assert not numbers(store.path, "walk", "titles")
    assert not numbers(store.path, "beetroot", "files")
    assert not numbers(store.path, "look")


@pytest.mark.parametrize("seed", range(12))
def test_after_any_changes_and_any_ends_it_says_what_is_so(
    store: Store, open_index: Callable[[], SearchIndex], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr(search_index, "BLOCK_ROWS", chance.choice([1, 2, 3, 7]))
    said = [say(store, " ".join(chance.choices(WORDS, k=4))) for _ in range(chance.randrange(20))]
    index = open_index()

    def change() -> None:
        what = chance.randrange(6)
        text = " ".join(chance.choices(WORDS, k=3))
        if what < 2 or not said:
            said.append(say(store, text, chance.choice([MessageStatus.COMPLETE, MessageStatus.STREAMING])))
        elif what == 2:
            gone = said.pop(chance.randrange(len(said)))
            store.execute("DELETE FROM messages WHERE id = ?", (gone.id,))
        else:
            message = chance.choice(said)
            store.messages.save(message.with_(text=text, status=chance.choice(list(MessageStatus))))

    for _ in range(80):
        change()
        step = None
        if chance.random() < 0.4:
            step = index.step()
        if step is not None and chance.random() < 0.5:
            store.search_journal.settle(step.journal)
        if chance.random() < 0.1:  # as if killed: nothing is said goodbye to
            index = open_index()
    settle(index)
    for word in WORDS:
        assert numbers(store.path, word) == in_texts(store, word), word
    with closing(sqlite3.connect(index_path(store.path))) as connection:
        connection.execute("INSERT INTO texts(texts) VALUES ('integrity-check')")


def test_of_what_was_deleted_no_word_stays_in_the_file(store: Store, open_index: Callable[[], SearchIndex]) -> None:
    kept = say(store, "apple")
    gone = say(store, "my secret is xyzzyplugh")
    index = open_index()
    settle(index)
    store.execute("DELETE FROM messages WHERE id = ?", (gone.id,))
    settle(index)
    store.search_journal.settle(index.step().journal)
    index.close()
    assert b"xyzzyplugh" not in index_path(store.path).read_bytes()
    assert not index_path(store.path).with_name("search.db-wal").exists()
    assert numbers(store.path, "apple") == in_texts(store, "apple")
    assert kept.text == "apple"
    assert store.rows("SELECT removed FROM search_journal") == [(None,)]


def test_a_database_that_was_put_back_is_taken_up_anew(
    store: Store, open_index: Callable[[], SearchIndex], tmp_path: Path
) -> None:
    say(store, "apple")
    index = open_index()
    settle(index)
    store.search_journal.settle(index.step().journal)
    backup = sqlite3.connect(tmp_path / "backup.db")
    store.connection.backup(backup)
    say(store, "fig")
    settle(index)
    store.search_journal.settle(index.step().journal)
    assert numbers(store.path, "fig") == [2]
    index.close()
    backup.backup(store.connection)
    backup.close()
    say(store, "tea")  # takes the number that another text had, and the number of an entry
    settle(open_index())
    assert numbers(store.path, "fig") == []
    assert numbers(store.path, "tea") == [2]


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 300, None])
def test_a_damaged_or_missing_index_costs_nothing(
    store: Store, open_index: Callable[[], SearchIndex], damage: bytes | None
) -> None:
    say(store, "apple")
    index = open_index()
    settle(index)
    index.close()
    if damage is None:
        index_path(store.path).unlink()
    else:
        index_path(store.path).write_bytes(damage)
    settle(open_index())
    assert numbers(store.path, "apple") == [1]


def test_damage_in_the_middle_is_noticed_and_mended(store: Store, open_index: Callable[[], SearchIndex]) -> None:
    for number in range(300):
        say(store, " ".join(f"w{number}x{each}" for each in range(40)))
    index = open_index()
    settle(index)
    index.close()
    file = index_path(store.path)
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    file.write_bytes(content)
    index = open_index()
    say(store, "apple")
    settle(index)
    assert numbers(store.path, "w299x39") == [300]
    assert numbers(store.path, "apple") == [301]


def test_it_is_for_its_owner_only(store: Store, open_index: Callable[[], SearchIndex]) -> None:
    settle(open_index())
    assert stat.S_IMODE(index_path(store.path).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Ёлка", "елка"),
        ("елка", "Ёлка"),
        ("naïve", "NAIVE"),
        ("Straße", "strasse"),
        ("ＡＢＣ", "abc"),
        ("ISPARTA ısı", "ısı"),
        ("ISPARTA ısı", "isi"),
        ("去東京都旅行", "京都"),
        ("e\u0301tude", "étude"),
        ("한국어를", "국어"),
        ("ภาษาไทย", "ไทย"),
        ("a 🍲 soup", "🍲"),
        ("हिन्दी में", "हिन्दी"),
        ("snake_case_name", "case_name"),
        ("numpy.exp(x)", "exp"),
    ],
)
def test_it_is_found_however_it_is_written(
    store: Store, open_index: Callable[[], SearchIndex], text: str, typed: str
) -> None:
    say(store, f"before {text} after")
    settle(open_index())
    assert numbers(store.path, typed) == [1]


def test_other_letters_are_other_letters(store: Store, open_index: Callable[[], SearchIndex]) -> None:
    say(store, "мои")
    settle(open_index())
    assert numbers(store.path, "мой") == []


def test_a_folder_in_the_place_of_the_index_is_renamed(store: Store, open_index: Callable[[], SearchIndex]) -> None:
    say(store, "apple")
    index_path(store.path).mkdir()
    settle(open_index())
    assert numbers(store.path, "apple") == in_texts(store, "apple")
    assert list(store.path.parent.glob("search.db.unused-*"))
