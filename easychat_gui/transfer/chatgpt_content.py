"""What a node of ChatGPT's tree holds, as a person saw it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from easychat_gui.domain.messages import Role
from easychat_gui.domain.transfer import FoundFile, NotRead
from easychat_gui.transfer.chatgpt_assets import Assets
from easychat_gui.transfer.chatgpt_citations import cleaned
from easychat_gui.transfer.reader import fenced, listed, mapping, text_of

_NOT_SHOWN = (
    "app_pairing_content",
    "citable_code_output",
    "computer_output",
    "model_editable_context",
    "sonic_webpage",
    "super_widget",
    "system_error",
    "tether_browsing_display",
    "tether_quote",
)
_SOUND = ("audio_asset_pointer", "real_time_user_audio_video_asset_pointer", "video_container_asset_pointer")
_QUIET_TOOLS = (
    "bio",
    "web",
    "browser",
    "file_search",
    "myfiles_browser",
    "user_settings",
)
_PAINTERS = ("dalle", "t2uay3k", "image_gen")


@dataclass(slots=True)
class Piece:
    """``role`` None: nothing of it was to be seen."""

    role: Role | None = None
    text: str = ""
    reasoning: str = ""
    reasoning_s: float | None = None
    instructions: str = ""
    files: list[FoundFile] = field(default_factory=list)
    omitted: list[tuple[NotRead, str]] = field(default_factory=list)


def piece_of(message: dict[str, Any], assets: Assets) -> Piece:
    """Return what is to be seen of a message of the tree; an empty one for what is not."""
    piece = _piece_of(message, assets)
    named = [each.read for each in piece.files]
    if made := [each for each in assets.made_in(text_of(message.get("id"))) if each.read not in named]:
        piece.role = piece.role or Role.ASSISTANT
        piece.files += made
    return piece


def _piece_of(message: dict[str, Any], assets: Assets) -> Piece:
    author, content = mapping(message.get("author")), mapping(message.get("content"))
    about = mapping(message.get("metadata"))
    kind = text_of(content.get("content_type"))
    role = text_of(author.get("role"))
    if kind == "user_editable_context":
        return Piece(instructions=_instructions(content))
    is_hidden = about.get("is_visually_hidden_from_conversation") is True
    if not content or is_hidden or kind in _NOT_SHOWN or role not in ("user", "assistant", "tool"):
        return Piece()
    if role != "user" and message.get("weight") == 0:
        return Piece()
    if role == "user":
        piece = Piece(Role.USER)
        _fill(piece, kind, content, about, assets)
        return piece
    return _of_answer(message, kind, content, about, assets)


def _of_answer(
    message: dict[str, Any], kind: str, content: dict[str, Any], about: dict[str, Any], assets: Assets
) -> Piece:
    piece = Piece(Role.ASSISTANT)
    is_tool = mapping(message.get("author")).get("role") == "tool"
    recipient = text_of(message.get("recipient")) or "all"
    if kind == "thoughts":
        piece.reasoning = _thoughts(content)
    elif kind == "reasoning_recap":
        duration = about.get("finished_duration_sec")
        piece.reasoning_s = float(duration) if isinstance(duration, int | float) else None
    elif kind == "execution_output":
        piece.text = fenced(text_of(content.get("text")))
        _add_made_pictures(piece, about, assets)
    elif recipient != "all":
        piece.text, piece.reasoning = _call(recipient, kind, content)
    elif is_tool and kind != "multimodal_text":
        return Piece()  # what a tool returned: the answer says what of it matters
    else:
        _fill(piece, kind, content, about, assets)
    is_empty = not (piece.text or piece.reasoning or piece.files or piece.omitted or piece.reasoning_s)
    return Piece() if is_empty and is_tool else piece


def _fill(piece: Piece, kind: str, content: dict[str, Any], about: dict[str, Any], assets: Assets) -> None:
    """Put texts and files of a message that is addressed to the person, or from them, into a piece."""
    if kind == "code":
        language = text_of(content.get("language"))
        piece.text = fenced(text_of(content.get("text")), "" if language == "unknown" else language)
    elif "parts" in content:
        texts = list(_parts(piece, listed(content["parts"]), assets))
        piece.text = cleaned("\n\n".join(text for text in texts if text.strip()), about)
    elif text := text_of(content.get("text")) or text_of(content.get("result")):
        piece.text = cleaned(text, about)
    elif kind:
        piece.omitted.append((NotRead.UNKNOWN_CONTENT, kind))
    names = {each.name for each in piece.files}
    for file in listed(about.get("attachments")):
        _attach(piece, mapping(file), names, assets)


def _parts(piece: Piece, parts: list[Any], assets: Assets) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
            continue
        values = mapping(part)
        kind = text_of(values.get("content_type"))
        if kind == "audio_transcription" or (not kind and isinstance(values.get("text"), str)):
            yield text_of(values.get("text"))
        elif pointer := text_of(values.get("asset_pointer")):
            if kind in _SOUND:
                _tell_sound(piece, pointer, assets)
            elif found := assets.find(pointer):
                piece.files.append(found)
            else:
                piece.omitted.append((NotRead.FILE_MISSING, pointer.rpartition("/")[2]))
        elif kind in _SOUND:
            for each in ("audio_asset_pointer", "video_container_asset_pointer"):
                _tell_sound(piece, text_of(mapping(values.get(each)).get("asset_pointer")), assets)
        elif kind:
            piece.omitted.append((NotRead.UNKNOWN_CONTENT, kind))


def _tell_sound(piece: Piece, pointer: str, assets: Assets) -> None:
    """Say that a recording stays behind if there is one: nothing here can play it, and its words stand beside it."""
    if pointer and assets.has(pointer):
        piece.omitted.append((NotRead.RECORDING, ""))


def _attach(piece: Piece, file: dict[str, Any], names: set[str], assets: Assets) -> None:
    """Add a file of the question, unless it is the picture that stands in its text already."""
    name, id_ = text_of(file.get("name")), text_of(file.get("id"))
    media_type = text_of(file.get("mime_type")) or text_of(file.get("mimeType"))
    found = assets.find(id_, name, media_type)
    if found is None:
        if (NotRead.FILE_MISSING, id_) not in piece.omitted:
            piece.omitted.append((NotRead.FILE_MISSING, name or id_))
        return
    shown = assets.find(id_)
    if shown is not None and shown.name in names:
        piece.files[:] = [found if each.name == shown.name else each for each in piece.files]
    else:
        piece.files.append(found)


def _add_made_pictures(piece: Piece, about: dict[str, Any], assets: Assets) -> None:
    """Add the charts that code has drawn."""
    for each in listed(mapping(about.get("aggregate_result")).get("messages")):
        pointer = text_of(mapping(each).get("image_url"))
        if pointer and (found := assets.find(pointer)):
            piece.files.append(found)


def _call(recipient: str, kind: str, content: dict[str, Any]) -> tuple[str, str]:
    """Return text and reasoning for what was addressed to a tool."""
    text = text_of(content.get("text")) or "\n".join(
        each for each in listed(content.get("parts")) if isinstance(each, str)
    )
    tool = recipient.partition(".")[0]
    if not text.strip():
        return "", ""
    if tool == "python":
        return fenced(text, "python"), ""
    if tool == "canmore":
        return _canvas(text), ""
    if tool in _PAINTERS:
        return "", _wish(text)
    if tool in _QUIET_TOOLS:
        return "", _queries(text) if tool in ("web", "browser") else ""
    return "", fenced(text, "json" if kind == "code" else "")


def _wish(text: str) -> str:
    """Return what a picture was to show: where it is not in the export, that is all there is of it."""
    try:
        values = mapping(json.loads(text))
    except (ValueError, RecursionError):
        return text.strip()
    told = [values.get("prompt"), *listed(values.get("prompts"))]
    return "\n\n".join(each.strip() for each in told if isinstance(each, str) and each.strip())


def _queries(text: str) -> str:
    """Return what was searched for, where that can be told."""
    try:
        values = mapping(json.loads(text))
    except (ValueError, RecursionError):
        match = re.match(r'\s*search\("(.*)"', text)
        return f"- {match.group(1)}" if match else ""
    asked = [mapping(each).get("q") for each in listed(values.get("search_query")) + listed(values.get("queries"))]
    return "\n".join(f"- {each}" for each in asked if isinstance(each, str))


def _canvas(text: str) -> str:
    """Return the document that was written beside the chat, and of one that was changed in places, what came in."""
    try:
        values = mapping(json.loads(text))
    except (ValueError, RecursionError):
        return ""
    body, kind = text_of(values.get("content")), text_of(values.get("type"))
    if not body:
        updates = [text_of(mapping(each).get("replacement")).strip("\n") for each in listed(values.get("updates"))]
        body = "\n\n".join(each for each in updates if each.strip())
    if kind.startswith("code/"):
        body = fenced(body, kind.removeprefix("code/"))
    name = text_of(values.get("name"))
    return f"**{name}**\n\n{body}" if name and body else body


def _thoughts(content: dict[str, Any]) -> str:
    told = [text_of(content.get("thoughts"))]
    for each in listed(content.get("thoughts")):
        summary, text = text_of(mapping(each).get("summary")), text_of(mapping(each).get("content"))
        told.append("\n\n".join(part for part in (f"**{summary}**" if summary else "", text) if part))
    told += [each for each in listed(content.get("parts")) if isinstance(each, str)]
    return "\n\n".join(each for each in told if each.strip())


def _instructions(content: dict[str, Any]) -> str:
    """Return what the person had told about themselves and about the answers they want."""
    told = [text_of(content.get("user_profile")), text_of(content.get("user_instructions"))]
    return "\n\n".join(each.strip() for each in told if each.strip())
