"""ChatGPT's export: a zip with `conversations.json`, or, since early 2026, `conversations-000.json` and so on.

Source of the format: exports of 2023 to 2026; it is not documented. Each file is a list of conversations; one has
``mapping``, a tree of nodes by id, and ``current_node``, the end of the branch that is shown. What a model does before
it answers (thinks, searches, runs code) are nodes of their own between question and answer: here they are one message.
Since 2026 nodes have no ``children``, messages no ``weight`` and ``recipient``, and `export_manifest.json` says which
files of conversations there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from easychat_gui.domain.messages import FinishReason, Role
from easychat_gui.domain.transfer import FoundConversation, FoundFile, FoundMessage, NotRead, Omission, Source
from easychat_gui.transfer.bundles import Bundle
from easychat_gui.transfer.chatgpt_assets import Assets
from easychat_gui.transfer.chatgpt_content import Piece, piece_of
from easychat_gui.transfer.entries import Entry
from easychat_gui.transfer.json_stream import Damaged, items
from easychat_gui.transfer.reader import Reader, Told, damaged_item, listed, made_key, mapping, seconds, text_of
from easychat_gui.transfer.trees import walk

_ENDINGS = {
    "stop": FinishReason.STOP,
    "max_tokens": FinishReason.LENGTH,
    "interrupted": FinishReason.CANCELLED,
}


def recognises(bundle: Bundle) -> bool:
    """Is there a list of trees in it?"""
    return any(map(_is_of_conversations, bundle.of_json(most=200)))


def read(bundle: Bundle, told: Told) -> Iterator[FoundConversation]:
    """Yield the conversations in the order of the files. Raises `TransferError`."""
    assets = Assets(bundle)
    for name in _missing(bundle):
        told(Omission(NotRead.FILE_MISSING, name))
    for entry in bundle.of_json():
        if not _is_of_conversations(entry):
            continue
        for number, item in enumerate(_conversations(entry), 1):
            if isinstance(item, Damaged):
                told(damaged_item(entry, item))
                continue
            found = _conversation(mapping(item), assets, f"{entry.base_name}, {number}", told)
            if found is not None:
                yield found


READER = Reader(Source.CHATGPT, recognises, read)


def _missing(bundle: Bundle) -> list[str]:
    """Return the files of conversations that the export says it has and that are not there."""
    parts: list[Any] = []
    for entry in bundle.called("export_manifest.json"):
        held = mapping(entry.first_item)
        parts += listed(mapping(mapping(held.get("logical_files")).get("conversations.json")).get("files"))
        for each in map(mapping, listed(held.get("files"))):
            parts += listed(each.get("shards")) if each.get("name") == "conversations.json" else []
    names = [text_of(each) or text_of(mapping(each).get("name")) for each in parts]
    return [name for name in dict.fromkeys(names) if name and not bundle.called(name.rpartition("/")[2])]


def _is_of_conversations(entry: Entry) -> bool:
    return any(map(_has_tree, entry.first_items))


def _has_tree(item: Any) -> bool:
    held = mapping(item)
    if isinstance(held.get("conversations"), list) and held["conversations"]:
        held = mapping(held["conversations"][0])
    nodes = held.get("mapping")
    return isinstance(nodes, dict) and all(isinstance(each, dict) for each in nodes.values())


def _conversations(entry: Entry) -> Iterator[Any]:
    for item in items(entry):
        if isinstance(item, dict) and isinstance(item.get("conversations"), list):
            yield from item["conversations"]
        else:
            yield item


def _conversation(item: dict[str, Any], assets: Assets, place: str, told: Told) -> FoundConversation | None:
    title = text_of(item.get("title")).strip()
    nodes = item.get("mapping")
    if not isinstance(nodes, dict):
        told(Omission(NotRead.DAMAGED, title or place, "no messages can be found in it"))
        return None
    tree = _Tree(nodes, assets)
    messages = tree.messages()
    if not messages:
        is_damaged = any(why is NotRead.DAMAGED for why, _details in tree.omitted)
        told(Omission(NotRead.DAMAGED if is_damaged else NotRead.NO_MESSAGES, title or place))
        return None
    key = text_of(item.get("conversation_id")) or text_of(item.get("id"))
    return FoundConversation(
        Source.CHATGPT,
        key or made_key(title, messages[0].text, item.get("create_time")),
        title,
        messages,
        created_at=seconds(item.get("create_time")),
        updated_at=seconds(item.get("update_time")),
        leaf_key=tree.end_of(text_of(item.get("current_node"))),
        system_prompt=tree.instructions,
        model_id=text_of(item.get("default_model_slug")),
        is_pinned=bool(item.get("is_starred") or item.get("pinned_time")),
        is_archived=item.get("is_archived") is True,
        omissions=tuple(Omission(why, title or place, details) for why, details in tree.omitted),
    )


@dataclass(slots=True)
class _Made:
    """A message that is being put together of one node or more. ``above`` is the one it follows."""

    key: str
    role: Role
    above: _Made | None
    created_at: float | None
    texts: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    reasoning_s: float | None = None
    model_id: str = ""
    ending: FinishReason | None = None
    files: list[FoundFile] = field(default_factory=list)

    @property
    def has_content(self) -> bool:
        return bool(self.texts or self.reasoning or self.files)

    @property
    def sound(self) -> _Made | None:
        """This, or the nearest above that has something in it."""
        at: _Made | None = self
        while at is not None and not at.has_content:
            at = at.above
        return at

    def take(self, piece: Piece) -> None:
        """Add what one node holds."""
        self.texts += [piece.text] if piece.text else []
        self.reasoning += [piece.reasoning] if piece.reasoning else []
        self.reasoning_s = piece.reasoning_s or self.reasoning_s
        self.files += piece.files

    def message(self) -> FoundMessage:
        above = self.above.sound if self.above is not None else None
        return FoundMessage(
            self.key,
            self.role,
            "\n\n".join(self.texts),
            above.key if above is not None else None,
            self.created_at,
            reasoning="\n\n".join(self.reasoning),
            reasoning_s=self.reasoning_s,
            model_id=self.model_id,
            endpoint_name="ChatGPT" if self.role is Role.ASSISTANT else "",
            finish_reason=self.ending,
            files=tuple(self.files),
        )


class _Tree:
    """The nodes of one conversation on their way to messages."""

    def __init__(self, nodes: dict[str, Any], assets: Assets) -> None:
        self._nodes = {key: mapping(node) for key, node in nodes.items()}
        self._assets = assets
        self._made: list[_Made] = []
        self._at: dict[str, _Made | None] = {}
        self.instructions = ""
        self.omitted: dict[tuple[NotRead, str], None] = {
            (NotRead.DAMAGED, key): None for key, node in nodes.items() if not isinstance(node, dict)
        }

    def messages(self) -> tuple[FoundMessage, ...]:
        """Return what a person saw, parents before their children."""
        open_turns: dict[str, _Made | None] = {}
        visits = walk(
            {key: text_of(node.get("parent")) or None for key, node in self._nodes.items()},
            {key: [each for each in listed(node.get("children")) if isinstance(each, str)]
             for key, node in self._nodes.items()},
        )  # fmt: skip
        for visit in visits:
            above = self._at[visit.parent] if visit.parent is not None else None
            turn = open_turns.get(visit.parent) if visit.parent is not None else None
            made = self._place(visit.key, above, turn)
            self._at[visit.key] = made or above
            is_open = made is None or made.role is Role.ASSISTANT
            # Where versions part, each is a message of its own.
            open_turns[visit.key] = (made or turn) if is_open and visit.children == 1 else None
        return tuple(made.message() for made in self._made if made.has_content)

    def end_of(self, node: str) -> str | None:
        """Return the key of the message that a node has become a part of, or stands below."""
        made = self._at.get(node)
        sound = made.sound if made is not None else None
        return None if sound is None else sound.key

    def _message(self, key: str) -> dict[str, Any]:
        found = self._nodes[key].get("message")
        message = mapping(found)
        is_sound = text_of(mapping(message.get("author")).get("role")) and isinstance(message.get("content"), dict)
        if found is not None and not is_sound:
            self.omitted[(NotRead.DAMAGED, key)] = None
        return message

    def _place(self, key: str, above: _Made | None, turn: _Made | None) -> _Made | None:
        message = self._message(key)
        piece = piece_of(message, self._assets)
        self.omitted.update((each, None) for each in piece.omitted)
        self.instructions = piece.instructions or self.instructions
        if piece.role is None:
            return None
        if piece.role is Role.ASSISTANT and turn is not None:
            made = turn
        else:
            made = _Made(key, piece.role, above, seconds(message.get("create_time")))
            self._made.append(made)
        made.take(piece)
        about = mapping(message.get("metadata"))
        if made.role is Role.ASSISTANT:
            made.model_id = text_of(about.get("model_slug")) or made.model_id
            made.ending = _ENDINGS.get(text_of(mapping(about.get("finish_details")).get("type"))) or made.ending
        return made
