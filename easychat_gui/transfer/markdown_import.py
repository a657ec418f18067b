"""Chats in Markdown: this program's own (docs/markdown.md), and those of others, whose turns begin with who speaks.

Of others: a heading or a line in bold ("## User", "**You:**", "### Human:", "##### You said:", "## 🤖 Response"), or a
line that begins with "User:". The first such line tells which of these forms the file has, and no other counts in
it; nor does anything inside of a fence. What stands before it is the title and the head of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from easychat_gui.domain.messages import FinishReason, Role, ToolCall, Usage
from easychat_gui.domain.transfer import FoundConversation, FoundFile, FoundMessage, NotRead, Omission, Source
from easychat_gui.transfer.arranging import chained, conversation_of
from easychat_gui.transfer.bundles import Bundle
from easychat_gui.transfer.contents import count_of, file_of, without_thinking
from easychat_gui.transfer.entries import Entry
from easychat_gui.transfer.json_stream import decoded
from easychat_gui.transfer.markdown_form import FRONT_KEY, Mark, Piece, pieces, read_front_matter
from easychat_gui.transfer.reader import Reader, Told, listed, made_key, mapping, marked_lines, seconds, text_of

SUFFIXES = (".md", ".markdown", ".txt")
LARGEST_BYTES = 64 * 1024 * 1024

_PERSON = (
    "user|human|you|me|prompt|question|person|ich|du|benutzer|nutzer|вы|пользователь|vous|utilisateur|usuario|"
    "usuário|utente|gebruiker|用户|用戶|我|ユーザー|あなた|사용자|나"
)
_MODEL = (
    r"assistant|ai|bot|model|answer|response|chatgpt|gpt[\w.\- ]{0,20}|claude[\w.\- ]{0,20}|gemini[\w.\- ]{0,20}|"
    r"copilot|llama[\w.\- ]{0,20}|mistral[\w.\- ]{0,20}|deepseek[\w.\- ]{0,20}|qwen[\w.\- ]{0,20}|grok[\w.\- ]{0,10}|"
    r"assistent|ассистент|assistante|asistente|assistente|助手|アシスタント|어시스턴트"
)
_NAME = rf"(?:(?P<person>{_PERSON})|(?P<model>{_MODEL})|(?P<system>system(?: prompt)?))"
_NO_MODELS = frozenset(
    ("", "agent", "assistant", "ai", "bot", "model", "answer", "response", "chatgpt", "assistent", "ассистент",
     "assistante", "asistente", "assistente", "助手", "アシスタント", "어시스턴트")
)  # fmt: skip
_WHO = rf"(?:[^\w\s#*>`]{{1,8}}\s*)?{_NAME}(?: said| asked)?"
_WHEN = r"(?P<when>\s*[(\[·|—–-][^\n]{0,60})?"
_FORMS = {
    "heading": re.compile(rf"^(?P<level>#{{1,6}})[ \t]+\**{_WHO}\**\s*:?\**{_WHEN}[ \t]*#*$", re.IGNORECASE),
    "bold": re.compile(rf"^(?:\*\*|__){_WHO}\s*:?(?:\*\*|__)\s*:?{_WHEN}[ \t]*(?P<rest>[^\n]*)$", re.IGNORECASE),
    "line": re.compile(rf"^{_WHO}:(?:[ \t]+(?P<rest>[^\n]*))?$", re.IGNORECASE),
    "callout": re.compile(
        r"^>[ \t]*\[!(?:nexus_)?(?:(?P<person>user|human|question)|(?P<model>agent|assistant|ai|answer)|"
        r"(?P<system>system))\][^\n]*$",
        re.IGNORECASE,
    ),
}
_MODEL_IN_BRACKETS = re.compile(r"\(([A-Za-z][\w.:/-]{2,60})\)\Z")
_QUOTE = re.compile(r"^>[ \t]?")
_MOST_FORMS = 8
_TITLE = re.compile(r"^#[ \t]+(.+?)[ \t]*#*$", re.MULTILINE)
_HEAD = re.compile(r"\A\ufeff?---\n(.*?)\n---\n", re.DOTALL)


def recognises(bundle: Bundle) -> bool:
    """Is there a text with turns in it? A single Markdown file is one even without: it is one message then."""
    if bundle.is_single and _is_note(next(iter(bundle))):
        return True
    return any(_has_turns(entry) for entry in _texts(bundle, 2_000))


def read(bundle: Bundle, told: Told) -> Iterator[FoundConversation]:
    """Yield a conversation for each file with turns. Raises `TransferError`."""
    for entry in _texts(bundle):
        raw = decoded(entry.read(LARGEST_BYTES))
        found = _own(entry, raw, bundle, told)  # with its own ends of lines
        text = raw.replace("\r\n", "\n").replace("\r", "\n")
        if found is None and (turns := _turns(text)):
            found = _of_turns(entry, text, turns, told)
        elif found is None and bundle.is_single:
            found = _note(entry, text, told)
        if found is not None:
            yield found
        elif not bundle.is_single and entry.suffix != ".txt":
            told(Omission(NotRead.UNKNOWN_CONTENT, entry.name, "no line says who speaks"))


READER = Reader(Source.MARKDOWN, recognises, read)


def _texts(bundle: Bundle, most: int | None = None) -> list[Entry]:
    named = [each for each in bundle if each.suffix in SUFFIXES or (bundle.is_single and not each.suffix)]
    return [each for each in sorted(named, key=lambda each: each.name)[:most] if _is_text(each)]


def _is_text(entry: Entry) -> bool:
    return bool(entry.head.strip()) and (b"\0" not in entry.head or entry.head.startswith((b"\xff\xfe", b"\xfe\xff")))


def _is_note(entry: Entry) -> bool:
    return entry.suffix in (".md", ".markdown") and _is_text(entry)


def _has_turns(entry: Entry) -> bool:
    head = decoded(entry.head).replace("\r\n", "\n")
    return FRONT_KEY in read_front_matter(head) or bool(_turns(head))


# Files of others


@dataclass(slots=True)
class _Turn:
    """``line`` is the one that says who speaks."""

    role: Role
    name: str
    line: str
    lines: list[str] = field(default_factory=list)


class _Form(NamedTuple):
    """How a file says who speaks. ``level``: of headings, "##"."""

    name: str
    level: str


def _turns(text: str) -> list[_Turn]:
    """Return who says what; nothing unless somebody asks or answers.

    The first line that says so may be a title ("# Gemini chat"): then it is the form of a later one that counts.
    """
    answered_first: list[_Turn] = []
    lines = list(marked_lines(text))
    forms = (form for line, is_code in lines if not is_code and (form := _form_of(line)) is not None)
    for form in islice(dict.fromkeys(forms), _MOST_FORMS):
        found = _turns_in(form, lines)
        has_answer = form.name == "heading" or any(turn.role is Role.ASSISTANT for turn in found)
        if has_answer and any(turn.role is Role.USER for turn in found):
            if found[0].role is not Role.ASSISTANT:
                return found
            answered_first = answered_first or found
    return answered_first


def _form_of(line: str) -> _Form | None:
    for name in _FORMS:
        if (speaker := _speaker(line, name)) is not None:
            return speaker[0]
    return None


def _turns_in(form: _Form, lines: Iterable[tuple[str, bool]]) -> list[_Turn]:
    found: list[_Turn] = []
    levels: dict[Role, str] = {Role.SYSTEM: form.level}
    for line, is_code in lines:
        speaker = None if is_code else _speaker(line, form.name)
        if speaker is not None:
            level, turn = speaker[0].level, speaker[1]
            # Who speaks second may have a heading of another level: ChatGPT's page has five and six.
            known = levels.get(turn.role)
            if level == known or (known is None and (level == form.level or (found and level == f"{form.level}#"))):
                levels[turn.role] = level
                found.append(turn)
                continue
        if found:
            is_quoted = form.name == "callout" and not is_code
            found[-1].lines.append(_QUOTE.sub("", line, count=1) if is_quoted else line)
    return found


def _speaker(line: str, name: str) -> tuple[_Form, _Turn] | None:
    """Return the form of a line that says who speaks, and the turn that begins with it."""
    match = _FORMS[name].match(line)
    if match is None:
        return None
    groups = match.groupdict()
    role = Role.USER if groups["person"] else Role.ASSISTANT if groups["model"] else Role.SYSTEM
    rest = (groups.get("rest") or "").strip()
    if name == "bold" and rest and ":" not in line[: match.start("rest")]:
        return None  # a sentence that begins with a word in bold
    told = _MODEL_IN_BRACKETS.match((groups.get("when") or "").strip())
    model = told.group(1) if told and role is Role.ASSISTANT else groups["model"] or ""
    return _Form(name, groups.get("level") or ""), _Turn(role, model, line, [rest] if rest else [])


def _of_turns(entry: Entry, text: str, turns: list[_Turn], told: Told) -> FoundConversation | None:
    messages = chained(_message(turn, place) for place, turn in enumerate(turns))
    front = _front(text)
    head = text[: text.find(turns[0].lines[0])] if turns[0].lines and turns[0].lines[0] else text[:4_000]
    named = _TITLE.search(_HEAD.sub("", head))
    is_speaker = named is not None and named.group().strip() == turns[0].line.strip()
    title = front.get("title") or (named.group(1) if named is not None and not is_speaker else "") or entry.stem
    return conversation_of(
        Source.MARKDOWN,
        front.get("id") or made_key(title, messages[0].text),
        title,
        messages,
        told,
        created_at=_date(front, "created", "created_at", "create_time", "date") or entry.modified_at,
        updated_at=_date(front, "updated", "updated_at", "update_time", "modified") or entry.modified_at,
        folder=entry.folders,
    )


def _message(turn: _Turn, place: int) -> FoundMessage:
    text = "\n".join(turn.lines).strip("\n")
    text = re.sub(r"\n+(?:-{3,}|\*{3,}|_{3,})\s*\Z", "", text).strip()  # the rule that some put between turns
    reasoning = ""
    if turn.role is Role.ASSISTANT:
        text, reasoning = without_thinking(text)
    is_model = turn.name.lower() not in _NO_MODELS
    return FoundMessage(str(place), turn.role, text, reasoning=reasoning, model_id=turn.name if is_model else "")


def _note(entry: Entry, text: str, told: Told) -> FoundConversation | None:
    message = FoundMessage("0", Role.USER, text.strip("\n"))
    key = made_key(entry.base_name, text)
    return conversation_of(Source.MARKDOWN, key, entry.stem, [message], told, created_at=entry.modified_at)


def _front(text: str) -> dict[str, str]:
    """Return the plain values in the head of a file."""
    match = _HEAD.match(text)
    found = {}
    for line in match.group(1).split("\n") if match else ():
        name, _, value = line.partition(":")
        found[name.strip().lower()] = value.strip().strip("\"'")
    return found


def _date(front: dict[str, Any], *names: str) -> float | None:
    return next((date for name in names if (date := seconds(front.get(name))) is not None), None)


# Our own


def _own(entry: Entry, text: str, bundle: Bundle, told: Told) -> FoundConversation | None:
    front = read_front_matter(text)
    key = text_of(front.get(FRONT_KEY))
    found = list(pieces(text, key)) if key else []
    if not any(piece.mark is Mark.MESSAGE for piece in found):
        return None
    prompt = next((piece.body for piece in found if piece.mark is Mark.SYSTEM), "")
    messages = _own_messages(entry, found, bundle, told)
    shown: list[FoundMessage] = []
    for piece in found:
        if piece.mark is Mark.BRANCH:
            break
        shown += [each for each in messages if piece.mark is Mark.MESSAGE and each.key == _key(piece)]
    id_ = text_of(front.get("id"))
    return conversation_of(
        Source.EASYCHAT if id_ else Source.MARKDOWN,
        id_ or made_key(front.get("title"), messages[0].text),
        text_of(front.get("title")),
        messages,
        told,
        leaf_key=shown[-1].key if shown else None,
        created_at=_date(front, "created") or entry.modified_at,
        updated_at=_date(front, "updated") or entry.modified_at,
        system_prompt=prompt,
        folder=tuple(map(str, listed(front.get("folder")))) or entry.folders,
        tags=tuple(map(str, listed(front.get("tags")))),
    )


def _key(piece: Piece) -> str:
    return str(piece.values.get("id", ""))


def _own_messages(entry: Entry, found: list[Piece], bundle: Bundle, told: Told) -> list[FoundMessage]:
    groups: list[list[Piece]] = []
    for piece in found:
        if piece.mark is Mark.MESSAGE:
            groups.append([piece])
        elif groups:
            groups[-1].append(piece)
    return [_own_message(entry, group[0], group[1:], bundle, told) for group in groups]


def _own_message(entry: Entry, piece: Piece, more: list[Piece], bundle: Bundle, told: Told) -> FoundMessage:
    values = mapping(piece.values)
    by_mark = {each.mark: each for each in more}
    thought = by_mark.get(Mark.REASONING)
    said = by_mark.get(Mark.TEXT)
    has_parts = any(mark in by_mark for mark in (Mark.REASONING, Mark.ATTACHMENTS, Mark.TEXT))
    parent = values.get("parent")
    counts = [count_of(values.get(name)) for name in ("prompt_tokens", "completion_tokens")]
    finish = text_of(values.get("finish"))
    duration = thought.values.get("seconds") if thought is not None else None
    return FoundMessage(
        _key(piece),
        Role(text_of(values.get("role"))) if values.get("role") in set(Role) else Role.USER,
        said.body if said is not None else "" if has_parts else piece.body,
        None if parent is None else str(parent),
        seconds(values.get("time")),
        reasoning=thought.body if thought is not None else "",
        reasoning_s=float(duration) if isinstance(duration, int | float) else None,
        model_id=text_of(values.get("model")),
        endpoint_name=text_of(values.get("server")),
        usage=Usage(*counts) if any(count is not None for count in counts) else None,
        finish_reason=FinishReason(finish) if finish in set(FinishReason) else None,
        tool_calls=tuple(
            ToolCall(text_of(each.get("id")), text_of(each.get("name")), text_of(each.get("arguments")))
            for each in map(mapping, listed(values.get("tool_calls")))
        ),
        files=tuple(_own_files(entry, by_mark.get(Mark.ATTACHMENTS), bundle, told)),
    )


def _own_files(entry: Entry, piece: Piece | None, bundle: Bundle, told: Told) -> Iterator[FoundFile]:
    for file in map(mapping, listed(piece.values.get("files")) if piece is not None else []):
        name, path = text_of(file.get("name")), text_of(file.get("path"))
        beside = "/".join([*entry.folders, *path.split("/")])
        found = bundle.nearby.get(beside) if path else None
        if found is not None:
            yield file_of(name, found.read, text_of(file.get("type")))
        else:
            told(Omission(NotRead.FILE_MISSING, entry.name, name))
