"""Export files of other programs, put together for tests."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from easychat_gui.domain.transfer import FoundConversation, Omission
from easychat_gui.transfer.bundles import open_bundle
from easychat_gui.transfer.readers import reader_of

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def read_all(path: Path) -> tuple[list[FoundConversation], list[Omission]]:
    """Read a file with the reader that recognises it."""
    told: list[Omission] = []
    with open_bundle(path) as bundle:
        reader = reader_of(bundle)
        assert reader is not None, "nobody recognises it"
        found = [_with_files(each) for each in reader.read(bundle, told.append)]
    for conversation in found:
        told += conversation.omissions
    return found, told


def _with_files(conversation: FoundConversation) -> FoundConversation:
    """Return it with files that can be read when the bundle is closed."""
    messages = []
    for message in conversation.messages:
        read = [(file, file.read()) for file in message.files]
        files = tuple(replace(file, read=partial(bytes, content)) for file, content in read)
        messages.append(replace(message, files=files))
    return replace(conversation, messages=tuple(messages))


def write_zip(path: Path, members: dict[str, Any]) -> Path:
    """Make a zip of texts, bytes, and what becomes JSON."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content if isinstance(content, str | bytes) else json.dumps(content))
    return path


def write_json(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path


def gpt_node(
    key: str,
    parent: str | None,
    role: str = "user",
    text: str | None = None,
    *,
    children: list[str] | None = None,
    content: dict[str, Any] | None = None,
    created: float | None = 1_700_000_000.0,
    about: dict[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Return a node of ChatGPT's tree."""
    message = {
        "id": key,
        "author": {"role": role, "name": more.pop("name", None), "metadata": {}},
        "create_time": created,
        "update_time": None,
        "content": content or {"content_type": "text", "parts": [text or ""]},
        "status": "finished_successfully",
        "weight": more.pop("weight", 1.0),
        "recipient": more.pop("recipient", "all"),
        "metadata": about or {},
    }
    return {"id": key, "message": message, "parent": parent, "children": children or []}


def gpt_chat(nodes: list[dict[str, Any]], key: str = "c1", title: str = "Boats", **more: Any) -> dict[str, Any]:
    """Return a conversation of ChatGPT's export. A root without a message stands above the nodes."""
    first = [node["id"] for node in nodes if node["parent"] == "root"]
    root = {"id": "root", "message": None, "parent": None, "children": first}
    return {
        "title": title,
        "create_time": 1_700_000_000.5,
        "update_time": 1_700_000_100.5,
        "mapping": {node["id"]: node for node in [root, *nodes]},
        "current_node": nodes[-1]["id"] if nodes else "root",
        "conversation_id": key,
        "id": key,
        "is_archived": False,
        "default_model_slug": "gpt-4o",
        **more,
    }
