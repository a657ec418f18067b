"""Words find the conversations in which they are, the newest first, with the hit in its surroundings."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

import pytest

from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.ids import AttachmentId, ConversationId, FolderId, MessageId
from easychat_gui.domain.messages import Message, Role
from easychat_gui.domain.search import Found, FoundChat, parse
from easychat_gui.storage import search_hits
from easychat_gui.storage.reading import Reader
from easychat_gui.storage.search import AT_FIRST, WordFinder, excerpt
from easychat_gui.storage.search_index import SearchIndex
from easychat_gui.storage.store import Store

Find = Callable[..., Found]


def message(chat: str, name: str, text: str, role: Role = Role.USER, **more: object) -> Message:
    return Message(MessageId(name), ConversationId(chat), role, text).with_(**more)


@pytest.fixture
def find(store: Store) -> Iterator[Find]:
    index = SearchIndex(store.path)
    reader = Reader(store.path)

    def find(typed: str, limit: int = 30) -> Found:
        while not index.step().is_idle:
            pass
        return WordFinder().find(reader, parse(typed), limit)

    yield find
    reader.close()
    index.close()


@pytest.fixture
def library(store: Store) -> Store:
    store.execute("INSERT INTO folders (id, name) VALUES ('f1', 'Work'), ('f3', 'Homework')")
    store.execute("INSERT INTO folders (id, name, parent_id) VALUES ('f2', 'Year 2026', 'f1')")
    store.execute("INSERT INTO tags (id, name) VALUES ('t1', 'Maths')")
    old = Conversation(ConversationId("old"), "Physics", updated_at=100.0, folder_id=FolderId("f2"))
    new = Conversation(ConversationId("new"), "Softmax in NumPy", updated_at=200.0, is_pinned=True)
    picture = Attachment(AttachmentId("a1"), "plot.png", "image/png", 4, "0" * 64)
    notes = Attachment(AttachmentId("a2"), "notes.pdf", "application/pdf", 4, "1" * 64, "the numpy gradient")
    store.begin_exchange(
        old.with_(leaf_id=MessageId("o2")),
        [
            message("old", "o1", "plot it with numpy please", created_at=100.0, attachments=(picture,)),
            message(
                "old", "o2", "A plain answer", Role.ASSISTANT, parent_id="o1", model_id="qwen3-4b", created_at=101.0
            ),
            message("old", "o2b", "Use numpy.linspace", Role.ASSISTANT, parent_id="o1", model_id="gpt", created_at=1e9),
        ],
    )
    store.begin_exchange(
        new.with_(leaf_id=MessageId("n2")),
        [
            message("new", "n1", "How is softmax made?", created_at=2e8, attachments=(notes,)),
            message(
                "new", "n2", "Subtract the maximum, then numpy.exp(shifted)\n```python\nx\n```", Role.ASSISTANT,
                parent_id="n1", model_id="qwen3-4b", created_at=1e9,
            ),
        ],
    )  # fmt: skip
    store.execute("INSERT INTO conversation_tags (conversation_id, tag_id) VALUES ('new', 't1')")
    return store


def names(found: Found) -> list[str]:
    return [chat.id for chat in found.chats]


def one(found: Found) -> FoundChat:
    assert len(found.chats) == 1
    return found.chats[0]


def marked(chat: FoundChat) -> list[str]:
    return [chat.excerpt.text[begin:end] for begin, end in chat.excerpt.marks]


def test_hits_are_grouped_by_conversation_the_newest_first(library: Store, find: Find) -> None:
    found = find("numpy")
    assert names(found) == ["new", "old"]
    assert not found.is_more
    first, second = found.chats
    assert first.title.text[first.title.marks[0][0] : first.title.marks[0][1]] == "NumPy"
    assert first.message_id == "n2"
    assert marked(first) == ["numpy"]
    assert marked(second) == ["numpy"]


def test_a_hit_in_a_branch_that_is_not_shown_says_which(library: Store, find: Find) -> None:
    assert one(find("linspace")).branch == 2
    assert one(find("linspace")).message_id == "o2b"
    assert one(find("please")).branch == 0


def test_the_beginning_of_the_last_word_is_enough_and_only_of_that(library: Store, find: Find) -> None:
    assert names(find("nump")) == ["new", "old"]
    assert names(find("nump ")) == []
    assert names(find("nump* max")) == ["new"]
    assert names(find('"then nump')) == ["new"]
    assert names(find('"nump"')) == []


def test_phrases_and_exclusions(library: Store, find: Find) -> None:
    assert names(find('"plot it"')) == ["old"]
    assert names(find('"it plot"')) == []
    assert names(find("numpy -maximum -softmax -gradient")) == ["old"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("numpy from:me", ["new", "old"]),
        ("please from:me", ["old"]),
        ("please from:model", []),
        ("numpy model:QWEN", ["new"]),
        ("please model:qwen", []),
        ("numpy before:1975-01-01", ["old"]),
        ("numpy before:1971", ["old"]),
        ("linspace before:1971", []),
        ("numpy after:2001 before:2002", ["new", "old"]),
        ("numpy in:work", ["old"]),
        ('numpy in:"year 2026"', ["old"]),
        ("numpy in:home", []),
        ("numpy tag:maths", ["new"]),
        ("numpy has:code", ["new"]),
        ("has:code", ["new"]),
        ("has:image", ["old"]),
        ("has:file", ["new"]),
        ("has:image numpy", ["old"]),
        ("is:pinned", ["new"]),
        ("in:work", ["old"]),
        ("from:me", ["new", "old"]),
        ("from:me -please", ["new"]),
        ("before:1971", ["old"]),
    ],
)
def test_filters(library: Store, find: Find, typed: str, expected: list[str]) -> None:
    assert names(find(typed)) == expected


def test_the_text_of_files_is_found_with_the_files_name(library: Store, find: Find) -> None:
    chat = one(find("gradient"))
    assert (chat.id, chat.file_name, chat.message_id) == ("new", "notes.pdf", "n1")
    assert marked(chat) == ["gradient"]


def test_archived_chats_are_found_and_say_so_those_in_the_trash_are_not(library: Store, find: Find) -> None:
    library.execute("UPDATE conversations SET archived_at = 5 WHERE id = 'old'")
    assert one(find("please")).is_archived
    assert names(find("is:archived")) == ["old"]
    library.execute("UPDATE conversations SET trashed_at = 5 WHERE id = 'old'")
    assert names(find("please")) == []
    assert names(find("in:work")) == []


def test_a_chat_with_the_words_in_its_title_shows_how_it_begins(library: Store, find: Find) -> None:
    chat = one(find("physics"))
    assert chat.message_id is None
    assert chat.excerpt.text == "plot it with numpy please"


@pytest.mark.parametrize(
    "typed", ['"', "*", "a AND", "NEAR(", "^x", "a:b:c", "{t} : x", "-", "(((", "\x00", "\ud800", "'", "from:", "%"]
)
def test_nothing_that_can_be_typed_raises(library: Store, find: Find, typed: str) -> None:
    find(typed)
    find(f"numpy {typed}")
    find(f"{typed}numpy")


def test_what_is_shown_at_once_is_the_newest_of_the_very_word(store: Store, find: Find) -> None:
    for number in range(AT_FIRST + 4):
        chat = Conversation(ConversationId(f"c{number}"), "", updated_at=number)
        store.begin_exchange(chat, [message(f"c{number}", f"m{number}", "number" if number % 2 else "numbers")])
    whole = find("number")
    assert len(whole.chats) == AT_FIRST + 4
    first = find("number", 2)
    assert first.is_more
    assert names(first) == [f"c{AT_FIRST + 3}", f"c{AT_FIRST + 1}"]


def test_a_long_chat_does_not_hide_the_others(store: Store, find: Find) -> None:
    for name, count in (("a", 1), ("long", 500), ("b", 1), ("longer", 700)):
        messages = [message(name, f"{name}{number}", f"numpy {number}") for number in range(count)]
        store.begin_exchange(Conversation(ConversationId(name)), messages)
    found = find("numpy")
    assert sorted(names(found)) == ["a", "b", "long", "longer"]
    assert not found.is_more
    assert sorted(names(find("from:me"))) == ["a", "b", "long", "longer"]


@pytest.mark.parametrize(("few", "wide", "newer"), [(3, 2, 2), (3, 2, 100), (20, 500, 100), (1000, 500, 100)])
def test_chats_come_in_the_order_of_their_use_whenever_their_messages_were_stored(
    store: Store, find: Find, monkeypatch: pytest.MonkeyPatch, few: int, wide: int, newer: int
) -> None:
    for name, value in {"FEW": few, "_FIRST": 1, "_BATCH": 2, "_LAST_BATCH": 30, "_BLOCK": 2, "_WIDE": wide}.items():
        monkeypatch.setattr(search_hits, name, value)
    monkeypatch.setattr(search_hits, "_MOST_OPEN", newer)
    chance = random.Random(3)
    chats = [
        Conversation(
            ConversationId(f"c{number}"),
            chance.choice(["", "rare title", "numpy title"]),
            updated_at=float(chance.randrange(10_000)),
            is_pinned=number % 9 == 1,
            archived_at=5.0 if number % 7 == 1 else None,
        )
        for number in range(60)
    ]
    texts: dict[ConversationId, list[str]] = {each.id: [each.title] for each in chats}
    for chat in chats:
        store.conversations.save(chat)
    for number in range(400):  # of one chat now and of another then, as when many are gone on with
        chat = chance.choice(chats)
        text = chance.choice(
            ["numpy", "numpy array", "arrays", "nothing", "nothing", "rare" if number % 50 == 3 else ""]
        )
        texts[chat.id].append(text)
        store.messages.add(message(chat.id, f"m{number}", text, created_at=float(number)))

    for word in ("numpy", "arr", "array ", "rare", "title", "no", "missing"):
        pattern = re.compile(rf"\b{word.strip()}\b" if word.endswith(" ") else rf"\b{word}")
        having = [each for each in chats if any(pattern.search(text) for text in texts[each.id])]
        expected = [each.id for each in sorted(having, key=lambda each: (-each.updated_at, each.id))]
        for limit in (9, 30, 100):
            found = find(word, limit)
            assert names(found) == expected[:limit]
            assert found.is_more is (len(expected) > limit)
    mine = [each for each in chats if len(texts[each.id]) > 1]
    assert names(find("from:me", 9)) == [each.id for each in sorted(mine, key=lambda each: -each.updated_at)][:9]


def test_a_chat_that_was_imported_today_stands_where_it_was_used(store: Store, find: Find) -> None:
    store.begin_exchange(Conversation(ConversationId("mine"), updated_at=2e9), [message("mine", "a", "softmax")])
    for number in range(20):
        chat = Conversation(ConversationId(f"brought{number}"), updated_at=1e9 + number)
        store.begin_exchange(chat, [message(chat.id, f"b{number}", "softmax")])
    assert names(find("softmax", 3)) == ["mine", "brought19", "brought18"]


def test_nothing_typed_finds_the_latest_chats_that_are_in_the_list(library: Store, find: Find) -> None:
    assert names(find("")) == ["new", "old"]
    library.execute("UPDATE conversations SET archived_at = 5 WHERE id = 'old'")
    assert names(find("")) == ["new"]


def test_without_an_index_nothing_is_found_and_nothing_fails(store: Store) -> None:
    reader = Reader(store.path)
    assert WordFinder().find(reader, parse("numpy from:me"), 8).chats == ()
    assert WordFinder().find(reader, parse("from:me before:2030-01-01"), 8).chats == ()
    reader.close()


def test_an_excerpt_begins_shortly_before_the_hit(store: Store, find: Find) -> None:
    text = "Bread and butter. " * 3000 + "Then a **Ёлка** came in.\n\nAnd left." + " More." * 100
    store.begin_exchange(Conversation(ConversationId("c")), [message("c", "m", text)])
    shown = one(find("елка")).excerpt
    [(begin, end)] = shown.marks
    assert shown.text[begin:end] == "Ёлка"
    assert begin <= 36
    assert shown.text.startswith("…")
    assert "came in. And left." in shown.text
    assert shown.text.endswith(" …")


def test_an_excerpt_of_short_text_is_the_text() -> None:
    assert excerpt("short", None).text == "short"
