"""What a message of Cherry Studio is made of: blocks of their own, or until backup version 3 fields of the message."""

from __future__ import annotations

from typing import Any

from easychat_gui.domain.messages import FinishReason, Role
from easychat_gui.domain.transfer import FoundFile, FoundMessage, NotRead, Omission
from easychat_gui.transfer.bundles import Bundle
from easychat_gui.transfer.contents import (
    base64_file,
    data_url_file,
    file_of,
    joined,
    key_of,
    tool_note,
    usage_of,
    without_thinking,
)
from easychat_gui.transfer.reader import fenced, listed, mapping, seconds, text_of

_NOT_SHOWN = ("unknown", "citation", "error", "")
_PROMPT_TOKENS = ("prompt_tokens", "input_tokens")
_COMPLETION_TOKENS = ("completion_tokens", "output_tokens")


class Blocks:
    """Makes messages of the blocks of a backup. ``omitted`` is of the topic that was begun last."""

    def __init__(self, blocks: list[Any], bundle: Bundle) -> None:
        self._by_id: dict[str, dict[str, Any]] = {}
        self._of_message: dict[str, list[dict[str, Any]]] = {}
        for block in map(mapping, blocks):
            self._by_id[key_of(block.get("id"))] = block
            self._of_message.setdefault(key_of(block.get("messageId")), []).append(block)
        self._bundle = bundle
        self._title = ""
        self.omitted: list[Omission] = []

    def begin(self, title: str) -> None:
        """Begin a topic: what is missing from now on is missing in it."""
        self._title, self.omitted = title, []

    def message(self, held: dict[str, Any], key: str, role: Role, parent_key: str | None) -> FoundMessage:
        """Return a message, with whatever of its blocks can be found."""
        made = _Made()
        ids = [key_of(each) for each in listed(held.get("blocks"))]
        blocks = [self._by_id[each] for each in ids if each in self._by_id]
        if len(blocks) < len(ids):
            blocks = self._of_message.get(key, blocks)
        if len(blocks) < len(ids):
            self.omitted.append(Omission(NotRead.DAMAGED, self._title, "a part of a message is missing"))
        for block in blocks:
            self._take(block, made)
        if not blocks:
            self._take_old(held, made)
        is_answer = role is Role.ASSISTANT
        said, thought = without_thinking(joined(made.texts)) if is_answer else (joined(made.texts), "")
        model = mapping(held.get("model"))
        return FoundMessage(
            key,
            role,
            said,
            parent_key,
            seconds(held.get("createdAt")),
            reasoning=joined([*made.thoughts, thought]),
            reasoning_s=made.thinking_ms / 1000 or None,
            model_id=(text_of(model.get("id")) or text_of(held.get("modelId"))) if is_answer else "",
            endpoint_name=text_of(model.get("provider")) if is_answer else "",
            usage=usage_of(held.get("usage"), _PROMPT_TOKENS, _COMPLETION_TOKENS) if is_answer else None,
            finish_reason=FinishReason.CANCELLED if is_answer and held.get("status") == "paused" else None,
            files=tuple(made.files),
        )

    def _take(self, block: dict[str, Any], made: _Made) -> None:
        kind, content = text_of(block.get("type")), text_of(block.get("content"))
        if kind == "main_text":
            made.texts.append(content)
        elif kind == "thinking":
            made.thoughts.append(content)
            took = block.get("thinking_millsec")
            made.thinking_ms += float(took) if isinstance(took, int | float) and 0 < took < 1e9 else 0.0
        elif kind == "code":
            made.texts.append(fenced(content, text_of(block.get("language"))))
        elif kind == "translation":
            made.texts.append(f"---\n\n{content}" if content.strip() else "")
        elif kind == "tool":
            made.thoughts.append(_called(block))
        elif kind in ("image", "file", "video"):
            self._take_picture(block, made)
        elif kind not in _NOT_SHOWN:
            self.omitted.append(Omission(NotRead.UNKNOWN_CONTENT, self._title, kind))

    def _take_old(self, held: dict[str, Any], made: _Made) -> None:
        """Take what stood in the message itself before there were blocks."""
        about = mapping(held.get("metadata"))
        made.thoughts.append(text_of(held.get("reasoning_content")))
        took = mapping(held.get("metrics")).get("time_thinking_millsec")
        made.thinking_ms += float(took) if isinstance(took, int | float) and 0 < took < 1e9 else 0.0
        made.thoughts += [_called({"metadata": {"rawMcpToolResponse": each}}) for each in listed(about.get("mcpTools"))]
        made.texts.append(text_of(held.get("content")))
        if translated := text_of(held.get("translatedContent")).strip():
            made.texts.append(f"---\n\n{translated}")
        for each in map(mapping, listed(held.get("files"))):
            self._add_file(each, made)
        made.files += [found for each in listed(held.get("images")) if (found := data_url_file(each)) is not None]
        self._add_pictures(mapping(about.get("generateImage")), made)

    def _take_picture(self, block: dict[str, Any], made: _Made) -> None:
        file, url = mapping(block.get("file")), text_of(block.get("url"))
        generated = mapping(mapping(block.get("metadata")).get("generateImageResponse"))
        if file:
            self._add_file(file, made)
        elif (found := data_url_file(url)) is not None:
            made.files.append(found)
        elif generated.get("images"):
            self._add_pictures(generated, made)
        elif name := url or text_of(block.get("filePath")):
            self._add_file({"name": name.replace("\\", "/").rpartition("/")[2]}, made)

    def _add_pictures(self, generated: dict[str, Any], made: _Made) -> None:
        for each in listed(generated.get("images")):
            if (found := data_url_file(each)) is not None:
                made.files.append(found)
            elif generated.get("type") == "base64" and isinstance(each, str):
                made.files.append(base64_file("picture.png", each, "image/png"))
            elif isinstance(each, str):
                self.omitted.append(Omission(NotRead.FILE_MISSING, self._title, each[:200]))

    def _add_file(self, file: dict[str, Any], made: _Made) -> None:
        stored = text_of(file.get("name")) or f"{key_of(file.get('id'))}{text_of(file.get('ext'))}"
        shown = text_of(file.get("origin_name")) or stored
        for name in (stored, f"{key_of(file.get('id'))}{text_of(file.get('ext'))}"):
            entry = next((each for each in self._bundle.nearby.called(name) if "Files" in each.folders), None)
            if name and entry is not None:
                made.files.append(file_of(shown, entry.read))
                return
        self.omitted.append(Omission(NotRead.FILE_MISSING, self._title, shown))


class _Made:
    """A message that is being put together."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.thoughts: list[str] = []
        self.thinking_ms = 0.0
        self.files: list[FoundFile] = []


def _called(block: dict[str, Any]) -> str:
    raw = mapping(mapping(block.get("metadata")).get("rawMcpToolResponse"))
    tool = mapping(raw.get("tool"))
    name = text_of(block.get("toolName")) or text_of(tool.get("name")) or text_of(block.get("toolId"))
    response = block.get("content") or raw.get("response")
    parts = [text_of(mapping(each).get("text")) for each in listed(mapping(response).get("content"))]
    return tool_note(name, block.get("arguments") or raw.get("arguments"), joined(parts) or response)
