"""Files of other programs as those write them, put together for tests.

Each maker takes a folder and returns what a person would choose there.
"""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from easychat_gui.domain.transfer import Source
from tests.transfer.exports import PNG, write_json, write_zip
from tests.transfer.gpt4all_bytes import gpt4all_bytes

SECRET = "sk-never-to-be-seen-0123456789"
"""Stands wherever a program keeps a key."""

PICTURE = "data:image/png;base64," + base64.b64encode(PNG).decode()

# Open WebUI


def owui_message(key: str, parent: str | None, role: str, content: Any, **more: Any) -> dict[str, Any]:
    """Return a message of Open WebUI's tree."""
    return {"id": key, "parentId": parent, "childrenIds": [], "role": role, "content": content,
            "timestamp": 1_700_000_000 + len(key), **more}  # fmt: skip


def owui_chat(messages: list[dict[str, Any]], current: str, **more: Any) -> dict[str, Any]:
    """Return an element of Open WebUI's export."""
    by_id = {each["id"]: {**each} for each in messages}
    for each in messages:
        if each["parentId"] in by_id:
            by_id[each["parentId"]]["childrenIds"] = [*by_id[each["parentId"]]["childrenIds"], each["id"]]
    chat = {"id": "", "title": "Boats", "models": ["llama3.1:8b"], "params": {"system": "Be brief."},
            "history": {"messages": by_id, "currentId": current}, "messages": [], "tags": [], "files": [],
            "timestamp": 1_700_000_000_000}  # fmt: skip
    return {"id": "owui-1", "user_id": "u1", "title": "Boats", "chat": chat, "created_at": 1_700_000_000,
            "updated_at": 1_700_000_500, "share_id": None, "archived": True, "pinned": True,
            "meta": {"tags": ["naval_history"]}, "folder_id": None, **more}  # fmt: skip


THINKING = (
    '<details type="reasoning" done="true" duration="4">\n<summary>Thought for 4 seconds</summary>\n'
    "&gt; Wood is light.\n&gt; So is &lt;cork&gt;.\n</details>\nWood floats."
)


def open_webui(folder: Path) -> Path:
    document = {"type": "file", "id": "f2", "name": "log.pdf",
                "file": {"id": "f2", "filename": "log.pdf", "data": {"content": "Ship's log"}}}  # fmt: skip
    chat = owui_chat(
        [
            owui_message("q", None, "user", "What floats?", models=["llama3.1:8b"],
                         files=[{"type": "image", "url": PICTURE}, document]),
            owui_message("a1", "q", "assistant", THINKING, model="llama3.1:8b", done=True,
                         usage={"prompt_tokens": 11, "completion_tokens": 7}),
            owui_message("a2", "q", "assistant", "Cork.", model="qwen3:4b"),
            owui_message("q2", "a1", "user", "Why?"),
        ],
        "q2",
    )  # fmt: skip
    return write_json(folder / "chat-export-1700000500000.json", [chat])


def open_webui_old(folder: Path) -> Path:
    messages = [{"id": "m1", "role": "user", "content": "Hi"}, {"id": "m2", "role": "assistant", "content": "Hello"}]
    return write_json(
        folder / "old.json", [{"id": "x", "title": "Old", "chat": {"title": "Old", "messages": messages}}]
    )


def open_webui_database(folder: Path) -> Path:
    path = folder / "webui.db"
    database = sqlite3.connect(path)
    database.executescript(
        """
        CREATE TABLE chat (id VARCHAR PRIMARY KEY, user_id VARCHAR, title TEXT, chat JSON, created_at BIGINT,
            updated_at BIGINT, share_id TEXT, archived BOOLEAN, pinned BOOLEAN, meta JSON, folder_id TEXT);
        CREATE TABLE folder (id TEXT, parent_id TEXT, user_id TEXT, name TEXT);
        CREATE TABLE tag (id VARCHAR, name VARCHAR, user_id VARCHAR, meta JSON);
        CREATE TABLE file (id TEXT, user_id TEXT, filename TEXT, path TEXT, meta JSON);
        CREATE TABLE config (id INTEGER, data JSON);
        CREATE TABLE chat_message (id TEXT, chat_id TEXT, role TEXT, parent_id TEXT, content JSON, output JSON,
            model_id TEXT, files JSON, usage JSON, created_at BIGINT);
        """
    )
    chat = owui_chat(
        [owui_message("q", None, "user", "What floats?", files=[{"type": "file", "id": "f9", "name": "sea.txt"}])], "q"
    )
    output = [{"type": "reasoning", "content": [{"type": "output_text", "text": "Hm."}], "duration": 2},
              {"type": "message", "content": [{"type": "output_text", "text": "Wood."}]}]  # fmt: skip
    database.execute(
        "INSERT INTO chat VALUES ('c1','u','Boats',?,1700000000,1700000500,NULL,0,1,?,'f-in')",
        (json.dumps(chat["chat"]), json.dumps(chat["meta"])),
    )
    database.execute("INSERT INTO chat VALUES ('c2','u','Broken','{oops',1700000000,1700000500,NULL,0,0,'{}',NULL)")
    database.execute(
        "INSERT INTO chat_message VALUES ('c1-a','c1','assistant','q','\"\"',?,'gpt-oss:20b','null',?,1700000009)",
        (json.dumps(output), json.dumps({"input_tokens": 3, "output_tokens": 5})),
    )
    database.executemany("INSERT INTO folder VALUES (?,?,'u',?)", [("f-out", None, "Work"), ("f-in", "f-out", "Ships")])
    database.execute("INSERT INTO tag VALUES ('naval_history','Naval History','u',NULL)")
    database.execute("INSERT INTO file VALUES ('f9','u','sea.txt','/app/backend/data/uploads/f9_sea.txt',NULL)")
    database.execute("INSERT INTO config VALUES (1,?)", (json.dumps({"openai": {"api_keys": [SECRET]}}),))
    database.commit()
    database.close()
    (folder / "uploads").mkdir(exist_ok=True)
    (folder / "uploads" / "f9_sea.txt").write_text("salt", encoding="utf-8")
    return path


# LibreChat


def libre_message(key: str, parent: str, text: str, *, is_user: bool, **more: Any) -> dict[str, Any]:
    """Return a message of LibreChat."""
    return {"messageId": key, "conversationId": "lc-1", "parentMessageId": parent, "isCreatedByUser": is_user,
            "sender": "User" if is_user else "GPT-4o", "text": text, "createdAt": "2024-05-28T18:08:55.014Z",
            "error": False, "unfinished": False, "model": None if is_user else "gpt-4o", **more}  # fmt: skip


NO_PARENT = "00000000-0000-0000-0000-000000000000"


def libre_chat(**more: Any) -> dict[str, Any]:
    """Return LibreChat's export without its messages."""
    return {"conversationId": "lc-1", "endpoint": "openAI", "title": "Boats",
            "exportAt": "08:12:16 GMT-0400 (Eastern Daylight Time)", "branches": True, "recursive": False,
            "options": {"model": "gpt-4o", "promptPrefix": "Be brief.", "temperature": 1}, **more}  # fmt: skip


def librechat(folder: Path) -> Path:
    parts = [{"type": "think", "think": "Light things."}, {"type": "text", "text": {"value": "Wood."}},
             {"type": "tool_call", "tool_call": {"name": "search", "args": '{"q":"wood"}',
              "output": "oak"}}]  # fmt: skip
    messages = [
        libre_message("q", NO_PARENT, "What floats?", is_user=True, files=[{"filename": "sea.png", "file_id": "f"}]),
        libre_message("a1", "q", "", is_user=False, content=parts, tokenCount=9),
        libre_message("a2", "q", "Cork", is_user=False, unfinished=True),
    ]
    return write_json(folder / "Boats.json", libre_chat(messages=messages))


def librechat_recursive(folder: Path) -> Path:
    answer = libre_message("a1", "q", "Wood.", is_user=False, children=[])
    question = libre_message("q", NO_PARENT, "What floats?", is_user=True, children=[answer])
    return write_json(folder / "Boats.json", libre_chat(recursive=True, messagesTree=[question]))


# Chatbox


def chatbox_message(key: str, role: str, text: str, **more: Any) -> dict[str, Any]:
    """Return a message of Chatbox."""
    return {"id": key, "role": role, "contentParts": [{"type": "text", "text": text}],
            "timestamp": 1_700_000_000_000, **more}  # fmt: skip


def chatbox_session(**more: Any) -> dict[str, Any]:
    """Return a session of Chatbox: a question, an answer and another answer beside it, and an earlier topic."""
    answer = chatbox_message("a1", "assistant", "Wood.", model="gpt-4o", aiProvider="openai",
                             usage={"inputTokens": 5, "outputTokens": 2})  # fmt: skip
    answer["contentParts"].insert(0, {"type": "reasoning", "text": "Light things.", "duration": 2500})
    other = chatbox_message("a2", "assistant", "Cork.", model="gpt-4o-mini")
    fork = {"position": 0, "createdAt": 1, "lists": [{"id": "l0", "messages": []}, {"id": "l1", "messages": [other]}]}
    thread = {"id": "t1", "name": "Fish", "createdAt": 1_690_000_000_000, "messages": [
        chatbox_message("tq", "user", "What swims?"), chatbox_message("ta", "assistant", "Fish.")]}  # fmt: skip
    return {"id": "s1", "name": "Boats", "type": "chat", "starred": True, "threads": [thread],
            "messages": [chatbox_message("sys", "system", "Be brief."), chatbox_message("q", "user", "What floats?"),
                         answer],
            "messageForksHash": {"q": fork}, "settings": {"provider": "openai",
             "modelId": "gpt-4o"}, **more}  # fmt: skip


def chatbox(folder: Path) -> Path:
    settings = {"providers": {"openai": {"apiKey": SECRET}}, "licenseKey": SECRET}
    store = {"__exported_items": ["setting", "key", "conversations"], "__exported_at": "2025-11-01T10:00:00.000Z",
             "settings": settings, "session:s1": chatbox_session(),
             "chat-sessions-list": [{"id": "s1", "name": "Boats", "starred": True, "type": "chat"}]}  # fmt: skip
    return write_json(folder / "chatbox-exported-data-2025-11-1.json", store)


def chatbox_old(folder: Path) -> Path:
    messages = [{"id": "1", "role": "system", "content": "Be brief."}, {"id": "2", "role": "user", "content": "Hi"},
                {"id": "3", "role": "assistant", "content": "Hello",
                 "model": "OpenAI API (GPT-3.5-Turbo)"}]  # fmt: skip
    store = {"settings": {"openaiKey": SECRET}, "configVersion": 3,
             "chat-sessions": [{"id": "o1", "name": "Old", "messages": messages}]}  # fmt: skip
    return write_json(folder / "chatbox-exported-data-2024-1-1.json", store)


def chatbox_backup(folder: Path) -> Path:
    session = chatbox_session(threads=[])
    session["messages"][1]["contentParts"].append({"type": "image", "storageKey": "picture:1"})
    session["messages"][1]["files"] = [{"id": "f", "name": "log.pdf", "fileType": "application/pdf",
                                        "storageKey": "file:text", "rawStorageKey": "file:raw"}]  # fmt: skip
    resources = [
        {"id": "r1", "path": "resources/r1.png", "originalStorageKeys": ["picture:1"], "encoding": "data-url-base64",
         "mimeType": "image/png", "kind": "image"},
        {"id": "r2", "path": "resources/r2.pdf", "originalStorageKeys": ["file:raw"], "encoding": "data-url-base64",
         "mimeType": "application/pdf", "kind": "raw-attachment", "filename": "log.pdf"},
    ]  # fmt: skip
    manifest = {"format": "chatbox-backup", "formatVersion": 2, "exportedAt": "2026-08-01T00:00:00.000Z",
                "application": {"name": "Chatbox", "version": "1.20.0", "platform": "darwin"},
                "sessions": [{"id": "s1", "path": "sessions/s1/session.json",
                              "meta": {"id": "s1", "name": "Boats", "createdAt": 1_700_000_000_000, "sortOrder": 1}}],
                "resources": resources}  # fmt: skip
    return write_zip(
        folder / "chatbox-backup.zip",
        {"manifest.json": manifest, "settings.json": {"apiKey": SECRET}, "sessions/s1/session.json": session,
         "resources/r1.png": PNG, "resources/r2.pdf": b"%PDF-1.4"},
    )  # fmt: skip


# Cherry Studio


def cherry_data(**more: Any) -> dict[str, Any]:
    """Return ``data.json`` of a backup of Cherry Studio."""
    topic = {"id": "t1", "assistantId": "as1", "name": "Boats", "createdAt": "2025-06-01T10:00:00.000Z",
             "updatedAt": "2025-06-02T10:00:00.000Z", "messages": [], "pinned": True}  # fmt: skip
    assistant = {"id": "as1", "name": "Sailor", "prompt": "Be brief.", "topics": [topic],
                 "model": {"id": "gpt-4o", "provider": "openai"}}  # fmt: skip
    persisted = {"assistants": json.dumps({"assistants": [assistant]}),
                 "llm": json.dumps({"providers": [{"id": "openai", "apiKey": SECRET}]})}  # fmt: skip

    def message(key: str, role: str, *blocks: str, **fields: Any) -> dict[str, Any]:
        return {"id": key, "role": role, "assistantId": "as1", "topicId": "t1", "status": "success",
                "createdAt": "2025-06-01T10:00:00.000Z", "blocks": list(blocks), **fields}  # fmt: skip

    def block(key: str, owner: str, kind: str, **fields: Any) -> dict[str, Any]:
        return {"id": key, "messageId": owner, "type": kind, "status": "success", **fields}

    messages = [
        message("q", "user", "b1", "b2"),
        message("a1", "assistant", "b3", "b4", askId="q", model={"id": "gpt-4o", "provider": "openai"},
                usage={"prompt_tokens": 4, "completion_tokens": 6}),
        message("a2", "assistant", "b5", askId="q", foldSelected=True, model={"id": "qwen-max", "provider": "qwen"}),
        message("q2", "user", "b6"),
    ]  # fmt: skip
    file = {
        "id": "f1",
        "name": "f1.png",
        "origin_name": "sea.png",
        "ext": ".png",
        "type": "image",
        "path": "C:\\f1.png",
    }
    blocks = [
        block("b1", "q", "main_text", content="What floats?"),
        block("b2", "q", "image", file=file),
        block("b3", "a1", "thinking", content="Light things.", thinking_millsec=1500),
        block("b4", "a1", "main_text", content="Wood."),
        block("b5", "a2", "main_text", content="Cork."),
        block("b6", "q2", "main_text", content="Why?"),
    ]
    return {"time": 1_750_000_000_000, "version": 5, "localStorage": {"persist:cherry-studio": json.dumps(persisted)},
            "indexedDB": {"topics": [{"id": "t1", "messages": messages}], "message_blocks": blocks, "files": [file],
                          "settings": []}, **more}  # fmt: skip


def cherry_studio(folder: Path) -> Path:
    return write_zip(folder / "cherry-studio.202506021000.zip", {"data.json": cherry_data(), "Data/Files/f1.png": PNG})


def cherry_studio_old(folder: Path) -> Path:
    data = cherry_data(version=1)
    messages = [
        {"id": "q", "role": "user", "content": "Hi", "topicId": "t1", "createdAt": "2024-08-01T10:00:00.000Z",
         "type": "text", "images": [PICTURE]},
        {"id": "a", "role": "assistant", "content": "Hello", "reasoning_content": "Greet.", "topicId": "t1",
         "createdAt": "2024-08-01T10:00:09.000Z", "modelId": "gpt-4o", "type": "text"},
        {"id": "c", "role": "assistant", "content": "", "type": "clear", "topicId": "t1"},
    ]  # fmt: skip
    data["indexedDB"] = [{"key": "topic:t1", "value": {"id": "t1", "messages": messages}},
                         {"key": "image://avatar", "value": PICTURE}]  # fmt: skip
    return write_zip(folder / "cherry-studio.20240801.zip", {"data.json": data})


def cherry_studio_7(folder: Path) -> Path:
    """Return a backup of Cherry Studio 2: a database in it, and the files that were sent."""
    path = folder / "cherrystudio.sqlite"
    database = sqlite3.connect(path)
    database.executescript(
        """
        CREATE TABLE user_provider (provider_id text PRIMARY KEY, api_keys text);
        CREATE TABLE assistant (id text PRIMARY KEY NOT NULL, name text NOT NULL, prompt text DEFAULT '', emoji text,
            order_key text, created_at integer NOT NULL, updated_at integer NOT NULL, deleted_at integer);
        CREATE TABLE topic (id text PRIMARY KEY NOT NULL, name text DEFAULT '' NOT NULL,
            is_name_manually_edited integer DEFAULT false NOT NULL, assistant_id text, active_node_id text,
            trace_id text, order_key text NOT NULL, last_activity_at integer NOT NULL, created_at integer NOT NULL,
            updated_at integer NOT NULL, deleted_at integer);
        CREATE TABLE message (id text PRIMARY KEY NOT NULL, parent_id text, topic_id text NOT NULL, role text NOT NULL,
            data text NOT NULL, searchable_text text DEFAULT '' NOT NULL, status text NOT NULL,
            siblings_group_id integer DEFAULT 0 NOT NULL, model_id text, message_snapshot text, stats text,
            fts_rowid integer, created_at integer NOT NULL, updated_at integer NOT NULL, deleted_at integer,
            CONSTRAINT message_role_check CHECK(role IN ('user', 'assistant', 'system', 'root')));
        CREATE TABLE pin (id text PRIMARY KEY, entity_type text NOT NULL, entity_id text NOT NULL);
        CREATE TABLE tag (id text PRIMARY KEY, name text NOT NULL);
        CREATE TABLE entity_tag (entity_type text, entity_id text, tag_id text);
        CREATE TABLE agent (id text PRIMARY KEY, name text NOT NULL, instructions text);
        CREATE TABLE agent_session (id text PRIMARY KEY, agent_id text, name text NOT NULL,
            created_at integer NOT NULL, updated_at integer NOT NULL);
        CREATE TABLE agent_session_message (id text PRIMARY KEY, session_id text NOT NULL, role text NOT NULL,
            data text NOT NULL, status text NOT NULL, model_id text, stats text, created_at integer NOT NULL);
        INSERT INTO assistant VALUES ('as1', 'Sailor', 'Be brief.', NULL, 'a', 1, 1, NULL);
        INSERT INTO topic VALUES ('t1', 'Boats', 0, 'as1', 'q2', NULL, 'a0', 1786000000000, 1786000000000,
            1786000009000, NULL);
        INSERT INTO topic VALUES ('t2', 'In the trash', 0, 'as1', 'x', NULL, 'a1', 1, 1, 1, 1786000000000);
        INSERT INTO pin VALUES ('p', 'topic', 't1');
        INSERT INTO tag VALUES ('g', 'sea');
        INSERT INTO entity_tag VALUES ('topic', 't1', 'g');
        INSERT INTO agent VALUES ('ag', 'Bosun', 'Keep order.');
        INSERT INTO agent_session VALUES ('s1', 'ag', 'Knots', 1786000000000, 1786000001000);
        """
    )
    database.execute("INSERT INTO user_provider VALUES ('openai', ?)", (SECRET,))

    def part(kind: str, text: str = "", **more: Any) -> dict[str, Any]:
        return {"type": kind, **({"text": text} if text else {}), **more}

    cherry: dict[str, Any] = {"providerMetadata": {"cherry": {"thinkingMs": 1500, "fileEntryId": "f1"}}}
    picture = part("file", mediaType="image/png", url="file:///home/me/Data/Files/f1.png", filename="sea.png", **cherry)
    called = part("tool-search", toolName="search", input={"q": "cork"}, output={"content": [{"text": "It floats"}]})
    rows: list[tuple[Any, ...]] = [
        ("root", None, "root", [], None, None),
        ("q", "root", "user", [part("text", "What floats?"), picture], None, None),
        ("a1", "q", "assistant", [part("step-start"), part("reasoning", "Light things.", **cherry), called,
                                  part("text", "Wood.")], "qwen::qwen-max", {"promptTokens": 4, "completionTokens": 6}),
        ("a2", "q", "assistant", [part("text", "Cork."), part("data-code", data={"content": "1+1", "language": "py"}),
                                  part("data-translation", data={"content": "Kork."})], "openai::gpt-4o", None),
        ("q2", "a2", "user", [part("text", "Why?")], None, None),
    ]  # fmt: skip
    for number, (key, parent, role, parts, model, stats) in enumerate(rows):
        snapshot = json.dumps({"model": {"id": model, "name": "Qwen", "provider": "qwen"}}) if key == "a1" else None
        database.execute(
            "INSERT INTO message VALUES (?, ?, 't1', ?, ?, '', 'success', 0, ?, ?, ?, NULL, ?, 0, NULL)",
            (key, parent, role, json.dumps({"parts": parts}), model, snapshot, stats and json.dumps(stats),
             1_786_000_000_000 + number),
        )  # fmt: skip
    for number, (role, said) in enumerate((("user", "A bowline?"), ("assistant", "Like so."))):
        database.execute(
            "INSERT INTO agent_session_message VALUES (?, 's1', ?, ?, 'success', 'openai::gpt-4o', NULL, ?)",
            (f"m{number}", role, json.dumps({"parts": [part("text", said)]}), 1_786_000_000_000 + number),
        )
    database.commit()
    database.close()
    about = {"version": 7, "timestamp": 1_786_000_000_000, "appName": "Cherry Studio", "appVersion": "2.0.1"}
    members = {"metadata.json": about, "cache.json": {}, "IndexedDB/file__0.indexeddb.leveldb/000003.log": b"\0",
               "Local Storage/leveldb/000003.log": b"\0", "Data/cherrystudio.sqlite": path.read_bytes(),
               "Data/Files/f1.png": PNG}  # fmt: skip
    return write_zip(folder / "cherry-studio.20260801.zip", members)


# Jan


def jan_message(key: str, role: str, text: str, **more: Any) -> dict[str, Any]:
    """Return a line of Jan's messages."""
    return {"id": key, "object": "thread.message", "thread_id": "jan-1", "role": role, "status": "ready",
            "content": [{"type": "text", "text": {"value": text, "annotations": []}}],
            "created_at": 1_700_000_000_000, "completed_at": 1_700_000_000_000, **more}  # fmt: skip


JAN_THREAD = {
    "id": "jan-1", "object": "thread", "title": "Boats", "created": 1_700_000_000, "updated": 1_700_000_500,
    "assistants": [{"assistant_id": "jan", "assistant_name": "Jan", "instructions": "Be brief.",
                    "model": {"id": "qwen3:4b", "engine": "llamacpp"}}],
    "metadata": {"is_favorite": True, "project": {"id": "p", "name": "Ships"}},
}  # fmt: skip


def jan(folder: Path) -> Path:
    thread = folder / "jan" / "threads" / "jan-1"
    thread.mkdir(parents=True)
    question = jan_message("q", "user", "What floats?")
    question["content"].append({"type": "image_url", "image_url": {"url": PICTURE}})
    answer = jan_message("a", "assistant", "<think>Light things.</think>Wood.",
                         metadata={"usage": {"inputTokens": 3, "outputTokens": 4}})  # fmt: skip
    write_json(thread / "thread.json", JAN_THREAD)
    (thread / "messages.jsonl").write_text(f"{json.dumps(question)}\n{json.dumps(answer)}\n", encoding="utf-8")
    return folder / "jan"


def jan_single(folder: Path) -> Path:
    return jan(folder) / "threads" / "jan-1" / "messages.jsonl"


def jan_database(folder: Path) -> Path:
    path = folder / "jan.db"
    database = sqlite3.connect(path)
    database.executescript(
        "CREATE TABLE threads (id TEXT PRIMARY KEY, data TEXT NOT NULL, created_at INTEGER, updated_at INTEGER);"
        "CREATE TABLE messages (id TEXT PRIMARY KEY, thread_id TEXT, data TEXT NOT NULL, created_at INTEGER);"
    )
    database.execute("INSERT INTO threads VALUES ('jan-1', ?, 1, 1)", (json.dumps(JAN_THREAD),))
    for number, message in enumerate((jan_message("q", "user", "Hi"), jan_message("a", "assistant", "Hello"))):
        database.execute("INSERT INTO messages VALUES (?, 'jan-1', ?, ?)", (message["id"], json.dumps(message), number))
    database.commit()
    database.close()
    return path


# LM Studio


def lm_version(role: str, text: str, **more: Any) -> dict[str, Any]:
    """Return a version of one step."""
    return {"type": "singleStep", "role": role, "content": [{"type": "text", "text": text}], **more}


def lm_conversation(**more: Any) -> dict[str, Any]:
    """Return a conversation of LM Studio: a question with a picture, and two answers of which the second is shown."""
    question = lm_version("user", "What floats?")
    question["content"].append({"type": "file", "fileIdentifier": "1784921393420 - 431.png", "fileType": "image",
                                "sizeBytes": len(PNG)})  # fmt: skip
    stats = {"stopReason": "eosFound", "promptTokensCount": 12, "predictedTokensCount": 8}
    steps = [
        {"type": "contentBlock", "stepIdentifier": "s1", "content": [
            {"type": "text", "text": "<think>", "isStructural": True},
            {"type": "text", "text": "Light things."}],
         "style": {"type": "thinking", "ended": True, "title": "Thought for 19.35 seconds"}},
        {"type": "contentBlock", "stepIdentifier": "s2", "content": [{"type": "text", "text": "Wood."}],
         "genInfo": {"identifier": "qwen/qwen3-4b", "stats": stats}},
        {"type": "debugInfoBlock", "debugInfo": "x"},
    ]  # fmt: skip
    answers = [lm_version("assistant", "Cork."), {"type": "multiStep", "role": "assistant", "steps": steps}]
    return {
        "name": "Boats", "pinned": True, "createdAt": 1_784_921_389_195, "tokenCount": 20, "systemPrompt": "",
        "messages": [{"versions": [question], "currentlySelected": 0}, {"versions": answers, "currentlySelected": 1},
                     {"versions": [lm_version("user", "Why?")], "currentlySelected": 0}],
        "usePerChatPredictionConfig": True,
        "perChatPredictionConfig": {"fields": [{"key": "llm.prediction.systemPrompt", "value": "Be brief."}]},
        "lastUsedModel": {"identifier": "qwen/qwen3-4b"}, **more,
    }  # fmt: skip


def lm_studio(folder: Path) -> Path:
    base = folder / ".lmstudio"
    (base / "conversations" / "Work").mkdir(parents=True)
    (base / "user-files").mkdir()
    write_json(base / "conversations" / "Work" / "1784921389195.conversation.json", lm_conversation())
    (base / "user-files" / "1784921393420 - 431.png").write_bytes(PNG)
    about = {"type": "image", "originalName": "sea.png"}
    write_json(base / "user-files" / "1784921393420 - 431.png.metadata.json", about)
    return base


def lm_studio_single(folder: Path) -> Path:
    return lm_studio(folder) / "conversations" / "Work" / "1784921389195.conversation.json"


# GPT4All


def gpt4all(folder: Path, version: int = 13) -> Path:
    path = folder / "gpt4all-0f5-id.chat"
    path.write_bytes(gpt4all_bytes(version))
    return path


def gpt4all_first(folder: Path) -> Path:
    return gpt4all(folder, 0)


# VividNode


def vividnode(folder: Path) -> Path:
    message = {"id": 1, "thread_id": 1, "role": "user", "content": "What floats?", "insert_dt": "2024-10-01 10:00:00",
               "update_dt": "2024-10-01 10:00:00", "finish_reason": "", "model": "", "favorite": 0}  # fmt: skip
    answer = {**message, "id": 2, "role": "assistant", "content": "Wood.", "model": "gpt-4o", "finish_reason": "stop",
              "prompt_tokens": 3, "completion_tokens": 2, "provider": "OpenAI"}  # fmt: skip
    thread = {"id": 1, "name": "Boats", "insert_dt": "2024-10-01 09:59:00", "update_dt": "2024-10-01 10:00:00"}
    return write_json(folder / "export.json", [{**thread, "messages": [message, answer]}])


def vividnode_database(folder: Path) -> Path:
    path = folder / "conv.db"
    database = sqlite3.connect(path)
    database.executescript(
        """
        CREATE TABLE thread_tb (id INTEGER PRIMARY KEY, name TEXT, update_dt DATETIME, insert_dt DATETIME);
        CREATE TABLE message_tb (id INTEGER PRIMARY KEY, thread_id INTEGER, role VARCHAR(255), content TEXT,
            finish_reason VARCHAR(255), model VARCHAR(255), prompt_tokens INTEGER, completion_tokens INTEGER,
            total_tokens INTEGER, favorite INTEGER DEFAULT 0, update_dt DATETIME, insert_dt DATETIME);
        CREATE TRIGGER thread_message_inserted_tr AFTER INSERT ON message_tb BEGIN
            UPDATE thread_tb SET update_dt = CURRENT_TIMESTAMP WHERE id = NEW.thread_id; END;
        INSERT INTO thread_tb VALUES (1, 'Boats', '2024-10-01 10:00:00', '2024-10-01 09:59:00');
        INSERT INTO message_tb VALUES (1, 1, 'user', 'What floats?', '', '', 0, 0, 0, 0, NULL, '2024-10-01 10:00:00');
        INSERT INTO message_tb VALUES (2, 1, 'assistant', 'Wood.', 'stop', 'gpt-4o', 3, 2, 5, 0, NULL,
            '2024-10-01 10:00:01');
        """
    )
    database.close()
    return path


def vividnode_old(folder: Path) -> Path:
    path = folder / "conv.db"
    database = sqlite3.connect(path)
    database.executescript(
        """
        CREATE TABLE conv_tb (id INTEGER PRIMARY KEY, name TEXT, update_dt DATETIME, insert_dt DATETIME);
        CREATE TABLE conv_unit_tb1 (id INTEGER PRIMARY KEY, id_fk INTEGER, is_user INTEGER, conv TEXT,
            update_dt DATETIME, insert_dt DATETIME);
        INSERT INTO conv_tb VALUES (1, 'Boats', '2023-06-01 10:00:00', '2023-06-01 09:59:00');
        INSERT INTO conv_unit_tb1 VALUES (1, 1, 1, 'What floats?', NULL, '2023-06-01 10:00:00');
        INSERT INTO conv_unit_tb1 VALUES (2, 1, 0, 'Wood.', NULL, '2023-06-01 10:00:01');
        """
    )
    database.close()
    return path


MAKERS: dict[str, tuple[Source, Callable[[Path], Path]]] = {
    "Open WebUI": (Source.OPEN_WEBUI, open_webui),
    "Open WebUI, old": (Source.OPEN_WEBUI, open_webui_old),
    "Open WebUI, database": (Source.OPEN_WEBUI, open_webui_database),
    "LibreChat": (Source.LIBRECHAT, librechat),
    "LibreChat, recursive": (Source.LIBRECHAT, librechat_recursive),
    "Chatbox": (Source.CHATBOX, chatbox),
    "Chatbox, old": (Source.CHATBOX, chatbox_old),
    "Chatbox, backup": (Source.CHATBOX, chatbox_backup),
    "Cherry Studio": (Source.CHERRY_STUDIO, cherry_studio),
    "Cherry Studio, old": (Source.CHERRY_STUDIO, cherry_studio_old),
    "Cherry Studio, 7": (Source.CHERRY_STUDIO, cherry_studio_7),
    "Jan": (Source.JAN, jan),
    "Jan, one file": (Source.JAN, jan_single),
    "Jan, database": (Source.JAN, jan_database),
    "LM Studio": (Source.LM_STUDIO, lm_studio),
    "LM Studio, one file": (Source.LM_STUDIO, lm_studio_single),
    "GPT4All": (Source.GPT4ALL, gpt4all),
    "GPT4All, first": (Source.GPT4ALL, gpt4all_first),
    "VividNode": (Source.VIVIDNODE, vividnode),
    "VividNode, database": (Source.VIVIDNODE, vividnode_database),
    "VividNode, old": (Source.VIVIDNODE, vividnode_old),
}
