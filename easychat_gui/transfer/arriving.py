"""What a reader has found, made ready for the database: ids, dates, and a tree in which everything has its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.conversations import Conversation, TitleFrom
from easychat_gui.domain.ids import AttachmentId, ConversationId, MessageId
from easychat_gui.domain.messages import Message, MessageStatus, Role
from easychat_gui.domain.transfer import FoundConversation, FoundFile, FoundMessage, Source
from easychat_gui.storage.imports import Arriving, Present, rows_of
from easychat_gui.support.stable_ids import stable_id
from easychat_gui.transfer.arranging import with_unique_keys
from easychat_gui.transfer.reader import fenced
from easychat_gui.transfer.trees import walk

LONGEST_TITLE = 200
FIRST_WORDS = 48
"""Of a title that is made of the first question, in characters."""

_OWN_ID = re.compile(r"[0-9a-f]{32}")
_SOONER_S = 0.001
"""So long after what it follows a message without a date is said to be."""

Receive = Callable[[FoundFile, AttachmentId], Attachment | None]
"""Copies a file into the data folder; None where that cannot be, which it tells itself."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """``messages`` stand in the order in which they were made; ``files`` are those of each."""

    conversation: Conversation
    messages: tuple[Message, ...]
    files: Mapping[MessageId, tuple[FoundFile, ...]]
    folder: tuple[str, ...]
    tags: tuple[str, ...]

    @property
    def id(self) -> ConversationId:
        return self.conversation.id

    @property
    def title(self) -> str:
        return self.conversation.title

    @property
    def span(self) -> tuple[float | None, float | None]:
        """When it was begun, and when it was last changed."""
        return self.conversation.created_at, self.conversation.updated_at

    @property
    def size(self) -> int:
        """How many messages it has."""
        return len(self.messages)

    def rows(self, receive: Receive, into: Sequence[str] = ()) -> Arriving:
        """Return it as rows, its files copied. ``into``: the path of the folder that all goes into."""
        messages = [self._with_attachments(message, receive) for message in self.messages]
        return rows_of(self.conversation, messages, (*into, *self.folder), self.tags)

    def new_part(self, present: Present) -> Prepared | None:
        """Return what has come to it since it was brought, None for nothing.

        That is what is newer than all that is still here: what is not here and older, the person has deleted.
        """
        here = [each.created_at for each in self.messages if each.id in present.messages]
        since = max(here, default=None)
        new = [
            message
            for message in self.messages
            if message.id not in present.messages and since is not None and message.created_at > since
        ]
        if not new:
            return None
        there = {*present.messages, *(message.id for message in new)}
        above = {message.id: message.parent_id for message in self.messages}
        placed = []
        for message in new:
            parent = message.parent_id
            while parent is not None and parent not in there:
                parent = above.get(parent)
            placed.append(message.with_(parent_id=parent))
        leaf_id = self.conversation.leaf_id
        conversation = self.conversation.with_(leaf_id=leaf_id if leaf_id in there else placed[-1].id)
        return replace(self, conversation=conversation, messages=tuple(placed))

    def leaf_before(self, present: Present) -> MessageId | None:
        """Return the end of the branch that was shown when it was brought, None if the person has gone on elsewhere."""
        is_theirs = present.leaf_id is None or any(present.leaf_id == each.id for each in self.messages)
        return present.leaf_id if is_theirs else None

    def _with_attachments(self, message: Message, receive: Receive) -> Message:
        files = self.files.get(message.id, ())
        made = (receive(file, AttachmentId(stable_id(message.id, str(place)))) for place, file in enumerate(files))
        attachments = tuple(each for each in made if each is not None)
        return message.with_(attachments=attachments) if attachments else message


def conversation_id_of(found: FoundConversation) -> ConversationId:
    """Return the id that it has here, whenever it is brought."""
    return ConversationId(_id(found, found.key))


def _id(found: FoundConversation, key: str) -> str:
    """Return the id of a conversation or message: what this program has written has its own already."""
    if found.source is Source.EASYCHAT and _OWN_ID.fullmatch(key):
        return key
    return stable_id(found.source.value, *dict.fromkeys((found.key, key)))


def prepared(found: FoundConversation, now: float) -> Prepared | None:
    """Make a conversation ready; None if nothing is in it. ``now``: for what has no date at all."""
    id_ = conversation_id_of(found)
    nodes = _without_empty(_tidy(found.messages))
    instructions, nodes = _instructions(nodes)
    if not nodes:
        return None
    dates = _dates(nodes, found, now)
    ids = {node.key: MessageId(_id(found, node.key)) for node in nodes}
    messages = tuple(_message(node, id_, ids, dates[node.key]) for node in _in_order(nodes, dates))
    first, last = min(dates.values()), max(dates.values())
    title = _tidy_title(found.title)
    asked = next((each.text for each in nodes if each.role is Role.USER and each.text), nodes[0].text)
    updated_at = found.updated_at or last
    conversation = Conversation(
        id_,
        title or first_words(asked),
        created_at=found.created_at or first,
        updated_at=updated_at,
        is_pinned=found.is_pinned,
        system_prompt=found.system_prompt or instructions,
        leaf_id=_leaf(ids, messages, found.leaf_key),
        archived_at=updated_at if found.is_archived else None,
        title_from=TitleFrom.IMPORT if title else TitleFrom.QUESTION,
        origin=f"{found.source.value}:{found.key}",
    )
    files = {ids[node.key]: node.files for node in nodes if node.files}
    return Prepared(conversation, messages, files, found.folder, found.tags)


def first_words(text: str) -> str:
    """Return the beginning of a text as a title."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if len(line) <= FIRST_WORDS:
        return line
    return line[:FIRST_WORDS].rsplit(" ", 1)[0].rstrip(",;:.") + "…"


def _tidy_title(title: str) -> str:
    title = re.sub(r"\s+", " ", title).strip()
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"


def _tidy(messages: Iterable[FoundMessage]) -> list[FoundMessage]:
    """Return them with keys that are unique, parents that are there and no ring, parents before their children."""
    by_key = {message.key: _without_tools(message) for message in with_unique_keys(messages)}
    visits = walk({key: message.parent_key for key, message in by_key.items()})
    return [_following(by_key[visit.key], visit.parent) for visit in visits]


def _following(message: FoundMessage, parent_key: str | None) -> FoundMessage:
    """Return a message that follows another one. Copies take time, and few are needed."""
    return message if message.parent_key == parent_key else replace(message, parent_key=parent_key)


def _without_tools(message: FoundMessage) -> FoundMessage:
    """Put what was asked of tools, and what they returned, where it can be read: no server takes half of an exchange
    with tools that it knows nothing of."""
    told = [message.reasoning] if message.reasoning else []
    if message.role is Role.TOOL:
        return replace(message, role=Role.ASSISTANT, text="", reasoning=fenced(message.text), tool_calls=())
    if not message.tool_calls:
        return message
    told += [f"**{call.name}**\n\n{fenced(call.arguments, 'json')}".rstrip() for call in message.tool_calls]
    return replace(message, reasoning="\n\n".join(told), tool_calls=())


def _without_empty(nodes: list[FoundMessage]) -> list[FoundMessage]:
    """Leave out what says nothing, and put an answer that only thought before the next one together with it."""
    children: dict[str | None, list[FoundMessage]] = {}
    for node in nodes:
        children.setdefault(node.parent_key, []).append(node)
    above: dict[str, str | None] = {}
    thought: dict[str, FoundMessage] = {}
    kept = []
    for node in nodes:
        parent = node.parent_key
        before = thought.get(parent) if parent is not None else None
        if before is not None:
            node = _joined(before, node)
        while parent is not None and parent in above:
            parent = above[parent]
        node = replace(node, parent_key=parent)
        following = children.get(node.key, [])
        is_step = node.role is Role.ASSISTANT and not node.text.strip()
        if is_step and len(following) == 1 and following[0].role is Role.ASSISTANT:
            thought[node.key] = node
            above[node.key] = parent
        elif node.text.strip() or node.reasoning.strip() or node.files:
            kept.append(node)
        else:
            above[node.key] = parent
    return kept


def _joined(before: FoundMessage, node: FoundMessage) -> FoundMessage:
    return replace(
        node,
        reasoning="\n\n".join(each for each in (before.reasoning, node.reasoning) if each.strip()),
        reasoning_s=node.reasoning_s or before.reasoning_s,
        files=before.files + node.files,
        model_id=node.model_id or before.model_id,
        created_at=before.created_at or node.created_at,
    )


def _instructions(nodes: list[FoundMessage]) -> tuple[str, list[FoundMessage]]:
    """Take out what the model was told at the very beginning, if nothing else begins there."""
    roots = [node for node in nodes if node.parent_key is None]
    if len(roots) != 1 or roots[0].role is not Role.SYSTEM:
        return "", nodes
    root = roots[0]
    rest = [
        replace(each, parent_key=None) if each.parent_key == root.key else each for each in nodes if each is not root
    ]
    return root.text, rest


def _dates(nodes: list[FoundMessage], found: FoundConversation, now: float) -> dict[str, float]:
    """Return a date for each: its own, else just after what it follows, else that of the conversation."""
    known = [node.created_at for node in nodes if node.created_at is not None]
    start = found.created_at or min(known, default=None) or found.updated_at or now
    dates: dict[str, float] = {}
    for node in nodes:
        before = dates[node.parent_key] + _SOONER_S if node.parent_key is not None else start
        dates[node.key] = before if node.created_at is None else node.created_at
    return dates


def _in_order(nodes: list[FoundMessage], dates: Mapping[str, float]) -> list[FoundMessage]:
    """Sort by date, but never a message before the one that it follows."""
    ranks: dict[str, float] = {}
    for node in nodes:
        above = ranks[node.parent_key] if node.parent_key is not None else dates[node.key]
        ranks[node.key] = max(above, dates[node.key])
    return [node for _, _, node in sorted(((ranks[node.key], place, node) for place, node in enumerate(nodes)),
                                          key=itemgetter(0, 1))]  # fmt: skip


def _message(node: FoundMessage, conversation: ConversationId, ids: Mapping[str, MessageId], date: float) -> Message:
    return Message(
        ids[node.key],
        conversation,
        node.role,
        node.text,
        MessageStatus.COMPLETE,
        None if node.parent_key is None else ids[node.parent_key],
        date,
        reasoning=node.reasoning,
        reasoning_s=node.reasoning_s,
        model_id=node.model_id,
        endpoint_name=node.endpoint_name,
        finish_reason=node.finish_reason,
        usage=node.usage,
    )


def _leaf(ids: Mapping[str, MessageId], messages: Sequence[Message], wanted: str | None) -> MessageId:
    """Return the end of the branch that was shown; where that is not told, or in the middle, the newest end of it."""
    at = ids.get(wanted) if wanted is not None else None
    if at is None:
        return messages[-1].id
    newest_child = {message.parent_id: message.id for message in messages if message.parent_id is not None}
    seen = set()
    while at in newest_child and at not in seen:
        seen.add(at)
        at = newest_child[at]
    return at
