"""Saved prompts as JSON, CSV and Markdown, out and in. The ending of the file's name says which.

JSON::

    {"format": "easychat-prompts", "version": 1, "prompts": [{"name": "Translate", "text": "Translate into …"}]}

A bare list of such objects is read too, and "title" or "act" for "name", "prompt" or "content" for "text".

CSV: UTF-8 with a byte-order mark (for spreadsheets), a first row ``name,text`` (or ``act,prompt``), a row a prompt,
texts of several lines in quotes.

Markdown: a heading of the second level is a name; the text follows in a fence longer than any inside it::

    ## Translate

    ```text
    Translate into {{language=English}}:
    ```

Without a fence the text is what stands between the headings.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from easychat_gui.domain.errors import EasyChatError
from easychat_gui.domain.prompts import Prompt, tidy_name
from easychat_gui.support.atomic_files import write_atomically

LARGEST_BYTES = 10 * 1024 * 1024
MOST_PROMPTS = 10_000
FORMAT = "easychat-prompts"
NAME_WORDS = ("name", "title", "act")
TEXT_WORDS = ("text", "prompt", "content")

_HEADING = re.compile(r"^##[ \t]+(.*\S)[ \t]*$")
_FENCE = re.compile(r"^(`{3,}|~{3,})[^`]*$")


class PromptFileRefused(EasyChatError):
    """The reason is one of "unreadable", "too large", "not text", "damaged", "empty", "unknown kind", "not written"."""


class PromptText(NamedTuple):
    """What a file has of a prompt."""

    name: str
    text: str


def read(path: Path) -> list[PromptText]:
    """Return the prompts of a file. Raises `PromptFileRefused`; then none of them can be used."""
    reader = _format_of(path)[0]
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise PromptFileRefused("unreadable") from error
    if len(data) > LARGEST_BYTES:
        raise PromptFileRefused("too large")
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise PromptFileRefused("not text") from error
    found = [
        PromptText(tidy_name(name), _tidy_text(text))
        for name, text in reader(text.replace("\r\n", "\n"))
        if name.strip() and text.strip()
    ]
    if not found:
        raise PromptFileRefused("empty")
    return found[:MOST_PROMPTS]


def write(path: Path, prompts: Iterable[Prompt]) -> None:
    """Write prompts to a file, whole or not at all. Raises `PromptFileRefused`."""
    text = _format_of(path)[1]([PromptText(each.name, each.text) for each in prompts])
    try:
        write_atomically(path, text.encode("utf-8", "replace"))
    except OSError as error:
        raise PromptFileRefused("not written") from error


def _tidy_text(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\u2400")


# JSON


def _from_json(text: str) -> list[PromptText]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PromptFileRefused("damaged") from error
    rows = document.get("prompts") if isinstance(document, dict) else document
    if not isinstance(rows, list):
        raise PromptFileRefused("damaged")
    return [_from_mapping(row) for row in rows if isinstance(row, dict)]


def _to_json(prompts: list[PromptText]) -> str:
    document = {"format": FORMAT, "version": 1, "prompts": [each._asdict() for each in prompts]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _from_mapping(row: Mapping[Any, Any]) -> PromptText:
    lowered = {str(key).strip().lower(): value for key, value in row.items()}
    name, text = (
        next((lowered[word] for word in words if isinstance(lowered.get(word), str)), "")
        for words in (NAME_WORDS, TEXT_WORDS)
    )
    return PromptText(name.encode("utf-8", "replace").decode(), text.encode("utf-8", "replace").decode())


# CSV


def _from_csv(text: str) -> list[PromptText]:
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    former_limit = csv.field_size_limit(LARGEST_BYTES)
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
        header = {str(name).strip().lower() for name in reader.fieldnames or ()}
        if not header & set(NAME_WORDS) or not header & set(TEXT_WORDS):
            raise PromptFileRefused("damaged")
        return [_from_mapping({key: value for key, value in row.items() if key is not None}) for row in reader]
    except csv.Error as error:
        raise PromptFileRefused("damaged") from error
    finally:
        csv.field_size_limit(former_limit)


def _to_csv(prompts: list[PromptText]) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(PromptText._fields)
    writer.writerows(prompts)
    return "\ufeff" + file.getvalue()


# Markdown


def _from_markdown(text: str) -> list[PromptText]:
    found: list[PromptText] = []
    name, lines = "", [""][:0]
    fence = ""
    for line in text.split("\n"):
        heading = None if fence else _HEADING.match(line)
        if heading:
            found.append(PromptText(name, _body(lines)))
            name, lines = heading.group(1), []
            continue
        if fence:
            if line.strip() and set(line.strip()) == {fence[0]} and len(line.strip()) >= len(fence):
                fence = ""
        elif opening := _FENCE.match(line):
            fence = opening.group(1)
        lines.append(line)
    found.append(PromptText(name, _body(lines)))
    return [each for each in found if each.name]


def _body(lines: list[str]) -> str:
    """Return what the fence holds if there is nothing but a fence, else all of it."""
    while lines and not lines[0].strip():
        lines = lines[1:]
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    opening = _FENCE.match(lines[0]) if len(lines) >= 2 else None
    if opening and lines[-1].startswith(opening.group(1)):
        return "\n".join(lines[1:-1])
    return "\n".join(lines)


def _to_markdown(prompts: list[PromptText]) -> str:
    parts = ["# Prompts\n"]
    for name, text in prompts:
        longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
        fence = "`" * max(3, longest + 1)
        parts.append(f"## {name}\n\n{fence}text\n{text}\n{fence}\n")
    return "\n".join(parts)


_Format = tuple[Callable[[str], list[PromptText]], Callable[[list[PromptText]], str]]

_FORMATS: dict[str, _Format] = {
    ".json": (_from_json, _to_json),
    ".csv": (_from_csv, _to_csv),
    ".md": (_from_markdown, _to_markdown),
    ".markdown": (_from_markdown, _to_markdown),
}

SUFFIXES = tuple(_FORMATS)


def _format_of(path: Path) -> _Format:
    try:
        return _FORMATS[path.suffix.lower()]
    except KeyError:
        raise PromptFileRefused("unknown kind") from None
