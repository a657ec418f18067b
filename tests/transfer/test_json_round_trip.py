"""The lossless JSON: what is written and imported into an empty program is the same database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from easychat_gui.domain.attachments import Attachment, Details
from easychat_gui.domain.conversations import ContextChoice, ContextPolicy, Conversation, Edit, TitleFrom
from easychat_gui.domain.exports import Scope, Wanted
from easychat_gui.domain.generation import GenerationParams
from easychat_gui.domain.ids import AttachmentId, ConversationId, EndpointId, MessageId, PresetId, PromptId, QueuedId
from easychat_gui.domain.messages import (
    Adaptation,
    Failure,
    FinishReason,
    Message,
    MessageStatus,
    Role,
    ToolCall,
    Usage,
)
from easychat_gui.domain.presets import Preset
from easychat_gui.domain.prompts import Prompt
from easychat_gui.domain.transfer import NotRead
from easychat_gui.storage.records import RecordReader
from easychat_gui.storage.store import Store
from easychat_gui.storage.whole import BELONGINGS, NOT_WRITTEN
from easychat_gui.transfer.exporting import Progress, export
from easychat_gui.transfer.formats import Format, Job, Layout
from easychat_gui.transfer.json_export import write
from easychat_gui.transfer.words import Words
from tests.transfer.exports import PNG
from tests.transfer.test_importing import Importer

C, Q, A, B, F = (ConversationId("c-1"), *(MessageId(f"m-{n}") for n in range(4)))


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "other" / "easychat.db")
    yield store
    store.close()


def fill(store: Store) -> None:
    """Put something of every feature into a database, with texts that are hard to write."""
    store.presets.save(Preset(PresetId("p-1"), "Tutor", "🎓", "Teach.", EndpointId("e"), "m", {"temperature": 0.1}))
    store.prompts.save(
        Prompt(PromptId("s-1"), "Translate", "Into {{language}}:\n…", 5.5), Prompt(PromptId("own"), "- own", "", 0)
    )
    store.execute("INSERT INTO folders (id, name, position, icon) VALUES ('f-2', 'Inner', 3, '📁')")
    store.execute("INSERT INTO folders (id, name, preset_id) VALUES ('f-1', 'Work', 'p-1')")
    store.execute("UPDATE folders SET parent_id = 'f-1' WHERE id = 'f-2'")
    store.execute("INSERT INTO tags (id, name, colour) VALUES ('t-1', 'Wichtig', 'red'), ('t-2', 'unused', '')")
    store.execute(
        "INSERT INTO lessons (id, endpoint_id, model_id, learned_at, lesson) VALUES ('l', 'e', 'm', 1.5, '{\"a\":1}')"
    )
    picture, text = store.files.receive_bytes(PNG), store.files.receive_bytes(b"notes")
    shot = Attachment(
        AttachmentId("a-1"),
        "boat ⛵.png",
        "image/png",
        picture.size,
        picture.sha256,
        details=Details(width=1, height=1),
    )
    notes = Attachment(AttachmentId("a-2"), "notes.txt", "text/plain", text.size, text.sha256, "notes", is_read=False)
    messages = [
        Message(Q, C, Role.USER, "Line\u2028one\r\n\ttwo \\ \" ✓ 🦔", created_at=1.1, attachments=(shot, notes)),
        Message(A, C, Role.ASSISTANT, "Answer", MessageStatus.CANCELLED, Q, 2.2000000000000006, "thought", 1.5,
                (ToolCall("1", "f", "{}"),), "m", EndpointId("e"), "Server", {"top_p": 0.5, "stop": ["x"]},
                FinishReason.LENGTH, Usage(3, None), 0.25, 9.75, adapted=(Adaptation("top_k"),)),
        Message(B, C, Role.ASSISTANT, "", MessageStatus.FAILED, Q, 3.0, failure=Failure("Timeout", "late", {"s": 5})),
        Message(F, C, Role.USER, "ё" * 3000, parent_id=A, created_at=4.0),
    ]  # fmt: skip
    params = GenerationParams(temperature=0.3).as_dict()
    conversation = Conversation(
        C, "Boats\u200b & waves", 1.0, 4.5, True, EndpointId("e"), "m", "Be kind.", params, F, "draft…",
        Edit(Q, "new"), PresetId("p-1"), ContextChoice(ContextPolicy.SUMMARISE, "sum", A), None, 8.0, None, True,
        TitleFrom.PERSON, "x:y",
    )  # fmt: skip
    store.begin_exchange(conversation, messages)
    store.execute("UPDATE conversations SET folder_id = 'f-2'")
    store.execute("INSERT INTO conversation_tags (conversation_id, tag_id) VALUES (?, 't-1')", (C,))
    store.execute(
        "UPDATE messages SET request = '[{\"sent_at\":1.5}]', logprobs = '[[\"A\",-0.1,[]]]' WHERE id = ?", (A,)
    )
    store.execute("UPDATE messages SET params = '{ \"odd\" : 1e2 }' WHERE id = ?", (F,))
    store.execute(
        "INSERT INTO queued_messages (id, conversation_id, created_at, text) VALUES (?, ?, 9.5, 'later')",
        (QueuedId("q"), C),
    )
    store.attachments.add_to_draft(C, shot.copied(), 0)
    store.begin_exchange(Conversation(ConversationId("c-2"), "Trash", 1.0, 1.0, trashed_at=7.0), [])
    store.begin_exchange(Conversation(ConversationId("c-3"), "", 1.0, 1.0, draft="Only typed"), [])


def write_all(store: Store, path: Path, layout: Layout = Layout.FILE) -> Path:
    job = Job(Wanted(Scope.ALL), Format.JSON, Words(), layout=layout, now=1.0)
    with RecordReader(store.path, store.path.parent / "attachments") as reader:
        return export(job, reader, path, write, Progress(lambda _share: None, lambda: False)).path


def dump(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of all tables that hold what somebody wrote, without numbers."""
    names = [row[0] for row in store.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    found = {}
    for table in names:
        columns = [row[1] for row in store.rows(f"PRAGMA table_info({table})")]
        if "number" in columns and table not in NOT_WRITTEN:
            kept = [name for name in columns if name != "number"]
            rows = store.rows(f"SELECT {', '.join(kept)} FROM {table} ORDER BY {kept[0]}, {kept[1]}")
            found[table] = [dict(zip(kept, row, strict=True)) for row in rows]
    return found


def dump_files(store: Store) -> dict[str, bytes]:
    folder = store.path.parent / "attachments"
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("layout", [Layout.FILE, Layout.ZIP, Layout.FOLDER])
def test_an_import_into_an_empty_program_gives_the_same_database(
    store: Store, other: Store, tmp_path: Path, layout: Layout
) -> None:
    fill(store)
    assert all(dump(store).values()), "the test must hold something of every table"
    path = write_all(
        store, tmp_path / f"all{'.json' if layout is Layout.FILE else '.zip' if layout is Layout.ZIP else ''}", layout
    )
    report = Importer(other).bring(path)
    assert (report.failure, report.omissions, len(report.added)) == (None, [], 3)
    assert dump(other) == dump(store)
    assert dump_files(other) == dump_files(store)
    assert other.rows("PRAGMA foreign_key_check") == []


def test_an_import_over_itself_adds_nothing(store: Store, tmp_path: Path) -> None:
    fill(store)
    path = write_all(store, tmp_path / "all.json")
    before = dump(store)
    report = Importer(store).bring(path)
    assert (report.added, report.extended, report.known, len(report.in_trash)) == ([], [], 2, 1)
    assert dump(store) == before


def test_what_was_written_since_is_added(store: Store, other: Store, tmp_path: Path) -> None:
    fill(store)
    Importer(other).bring(write_all(store, tmp_path / "one.json"))
    later = Message(MessageId("m-9"), C, Role.ASSISTANT, "Later", parent_id=F, created_at=99.0)
    conversation = store.conversations.get(C)
    assert conversation is not None
    store.begin_exchange(conversation.with_(leaf_id=later.id), [later])
    report = Importer(other).bring(write_all(store, tmp_path / "two.json"))
    assert (report.extended, report.messages) == ([C], 1)
    assert dump(other)["messages"] == dump(store)["messages"]
    assert [each.text for each in other.messages.branch_of(C)][-1] == "Later"


def test_every_line_is_one_thing_and_the_last_says_how_many(store: Store, tmp_path: Path) -> None:
    fill(store)
    text = write_all(store, tmp_path / "all.json").read_text(encoding="utf-8")
    things = json.loads(text)
    assert [json.loads(line.rstrip(",")) for line in text.split("\n")[1:-2]] == things
    assert [each["type"] for each in things].count("conversation") == things[-1]["conversations"] == 3
    assert things[0]["format"] == "easychat"
    assert things[0]["version"] == 1


def test_a_later_version_is_read_as_far_as_possible_and_the_rest_told(
    store: Store, other: Store, tmp_path: Path
) -> None:
    fill(store)
    path = write_all(store, tmp_path / "all.json")
    things = json.loads(path.read_text(encoding="utf-8"))
    things[0]["version"] = 7
    things.insert(1, {"type": "hologram", "id": "h"})
    for thing in things:
        if thing["type"] == "conversation":
            thing["mood"] = "good"
    path.write_text(json.dumps(things), encoding="utf-8")
    report = Importer(other).bring(path)
    assert [(each.why, each.details) for each in report.omissions] == [
        (NotRead.UNKNOWN_CONTENT, "it was written by a later version (7)"),
        (NotRead.UNKNOWN_CONTENT, "hologram"),
        (NotRead.UNKNOWN_CONTENT, "conversations: mood"),
    ]
    assert dump(other) == dump(store)


def test_damage_costs_what_it_is_in(store: Store, other: Store, tmp_path: Path) -> None:
    fill(store)
    lines = write_all(store, tmp_path / "all.json").read_text(encoding="utf-8").split("\n")
    place = next(number for number, line in enumerate(lines) if '"Trash"' in line)
    lines[place] = lines[place].replace('"Trash"', '"Tra\\x"')
    lines[2:2] = [
        '{"type":"conversation","id":"bad-1"},',
        '{"type":"conversation","id":"bad-2","title":"Bad","created_at":1,"updated_at":1,'
        '"messages":[{"id":"x","created_at":1,"role":"king","status":"complete"}]},',
        '{"type":"file","sha256":"' + "0" * 64 + '","data":"eA=="},',
    ]
    path = tmp_path / "damaged.json"
    path.write_text("\n".join(lines[:-3]), encoding="utf-8")
    report = Importer(other).bring(path)
    assert report.failure is None
    assert sorted(report.added) == ["c-1", "c-3"]
    told = {(each.why, each.where) for each in report.omissions}
    assert {(NotRead.DAMAGED, "Bad"), (NotRead.DAMAGED, "damaged.json"), (NotRead.DAMAGED, "0" * 64)} <= told


def test_every_table_has_its_place_in_the_format(store: Store) -> None:
    placed = {*BELONGINGS.values(), *NOT_WRITTEN, "conversations", "messages", "attachments", "queued_messages"}
    assert set(dump(store)) - placed - {"conversation_tags"} == set()
