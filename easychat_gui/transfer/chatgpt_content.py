"""What a node of ChatGPT's tree holds, as a person saw it."""

from __future__ import annotations

import json
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from easychat_gui.domain.messages import Role
from easychat_gui.domain.transfer import FoundFile, NotRead
from easychat_gui.transfer.bundles import Bundle, Entry
from easychat_gui.transfer.reader import fenced, listed, mapping, text_of

_FILE_ID = re.compile(r"file[-_][A-Za-z0-9]+")
_MARKS = re.compile(r"\ue200[^\ue201]{0,2000}\ue201|[\ue200-\ue206]|【\d+(?::\d+)*†[^】\n]{0,200}】")
"""Citations: "\\ue200cite\\ue202turn0search1\\ue201", before 2025 "【7†source】"."""

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
    "dalle",
    "t2uay3k",
    "image_gen",
    "user_settings",
)


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


class Assets:
    """Finds the files of an export by the ids by which messages name them."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle

    @cached_property
    def _by_id(self) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for entry in self._bundle.nearby:
            if match := _FILE_ID.match(entry.base_name):
                found.setdefault(match.group(), entry)
        return found

    def find(self, pointer: str, name: str = "", media_type: str = "") -> FoundFile | None:
        """Return the file of an id, "file-service://file-…" and "sediment://file_…" among them."""
        match = _FILE_ID.search(pointer.rpartition("//")[2])
        entry = self._by_id.get(match.group()) if match else None
        if entry is None:
            return None
        name = name or entry.base_name
        guessed = media_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
        return FoundFile(name, guessed, entry.read)


def piece_of(message: dict[str, Any], assets: Assets) -> Piece:
    """Return what is to be seen of a message of the tree; an empty one for what is not."""
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
        piece.text = _cleaned("\n\n".join(text for text in texts if text.strip()), about)
    elif text := text_of(content.get("text")) or text_of(content.get("result")):
        piece.text = _cleaned(text, about)
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
                continue  # its words stand beside it
            if found := assets.find(pointer):
                piece.files.append(found)
            else:
                piece.omitted.append((NotRead.FILE_MISSING, pointer.rpartition("/")[2]))
        elif kind and kind not in _SOUND:
            piece.omitted.append((NotRead.UNKNOWN_CONTENT, kind))


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
    if tool in _QUIET_TOOLS:
        return "", _queries(text) if tool in ("web", "browser") else ""
    return "", fenced(text, "json" if kind == "code" else "")


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
    told = []
    for each in listed(content.get("thoughts")):
        summary, text = text_of(mapping(each).get("summary")), text_of(mapping(each).get("content"))
        told.append("\n\n".join(part for part in (f"**{summary}**" if summary else "", text) if part))
    told += [each for each in listed(content.get("parts")) if isinstance(each, str)]
    return "\n\n".join(each for each in told if each.strip())


def _instructions(content: dict[str, Any]) -> str:
    """Return what the person had told about themselves and about the answers they want."""
    told = [text_of(content.get("user_profile")), text_of(content.get("user_instructions"))]
    return "\n\n".join(each.strip() for each in told if each.strip())


def _cleaned(text: str, about: dict[str, Any]) -> str:
    """Put links in the place of citations, and take out the marks that lead nowhere."""
    for reference in listed(about.get("content_references")):
        values = mapping(reference)
        mark = text_of(values.get("matched_text"))
        if len(mark.strip()) > 1:
            text = text.replace(mark, text_of(values.get("alt")) or text_of(values.get("name")))
    if "【" in text:
        text = _with_links(text, about)
    return _MARKS.sub("", text) if "【" in text or "\ue200" in text or "\ue206" in text else text


def _with_links(text: str, about: dict[str, Any]) -> str:
    cited = [mapping(each) for each in listed(about.get("citations"))]
    placed = [(each["start_ix"], each["end_ix"], mapping(each.get("metadata"))) for each in cited
              if type(each.get("start_ix")) is int and type(each.get("end_ix")) is int]  # fmt: skip
    for start, end, source in sorted(placed, key=lambda each: each[0], reverse=True):
        url, title = text_of(source.get("url")), text_of(source.get("title"))
        if url.startswith("http") and text[start : start + 1] == "【" and text[end - 1 : end] == "】":
            text = f"{text[:start]} ([{(title or url).replace(']', '')}]({url})){text[end:]}"
    return text
