"""Requests and answers as texts: whole, to be copied, and shortened where a view would choke on them.

All of it may be long: call it on a worker's thread.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from easychat_gui.domain.messages import Message, Usage
from easychat_gui.domain.sent_requests import Run, SentRequest
from easychat_gui.domain.streaming import AnswerReceived
from easychat_gui.providers import sent as records
from easychat_gui.providers.curl import curl_command
from easychat_gui.providers.wire import encode_body
from easychat_gui.rendering.sanitize import visible

PARAMETERS = ("temperature", "top_p", "presence_penalty", "frequency_penalty", "max_tokens", "seed", "stop")

_SAME = {
    "stop_sequences": "stop",
    "max_output_tokens": "max_tokens",
    "max_completion_tokens": "max_tokens",
    "num_predict": "max_tokens",
}
"""What other APIs call a parameter."""

_CONVERSATIONS = ("messages", "input")

LONGEST_STRING = 1500
LONGEST_LINE = 2000
MOST_MESSAGES = 100
MOST_LINES = 2000
"""What is shown of a long text; all of it is copied. A view takes seconds to lay out a line of a megabyte."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A text to be copied, and what is shown of it."""

    whole: str
    shown: str

    @property
    def is_shortened(self) -> bool:
        return self.shown != self.whole


@dataclass(frozen=True, slots=True)
class WireTexts:
    """What went over the wire for an answer.

    ``request`` None: it was not recorded. ``gone`` messages of it have been deleted since. ``is_exact``: the body is
    byte for byte what was sent. ``is_as_it_came``: the answer is what the server sent, and not put together again.
    """

    message: Message
    request: SentRequest | None
    body: Shown
    headers: Shown
    answer: Shown
    curl: str
    not_sent: tuple[str, ...]
    gone: int
    is_exact: bool
    is_as_it_came: bool
    is_answer_cut: bool


def wire_texts(
    message: Message,
    request: SentRequest | None,
    runs: Mapping[Run, Sequence[Message]],
    pictures: Mapping[str, bytes],
    received: AnswerReceived | None,
) -> WireTexts:
    """Put it together. ``runs`` are the messages that are left of each run, ``pictures`` the files that went along."""
    answer = _as_it_came(received) if received is not None else _assembled(message)
    is_cut = received is not None and received.is_cut
    if request is None:
        nothing = Shown("", "")
        return WireTexts(message, None, nothing, nothing, answer, "", (), 0, False, received is not None, is_cut)
    body = records.rebuilt_body(request, runs, pictures)
    encoded = encode_body(body)
    return WireTexts(
        message=message,
        request=request,
        body=Shown(_laid_out(body, _conversation(body)), visible(_laid_out(*_shortened_body(body)))),
        headers=_plain("\n".join(f"{name}: {value}" for name, value in request.headers)),
        answer=answer,
        curl=curl_command(request, encoded),
        not_sent=_not_sent(body),
        gone=sum(run.size - len(runs[run]) for run in runs),
        is_exact=records.is_what_was_sent(request, encoded),
        is_as_it_came=received is not None,
        is_answer_cut=is_cut,
    )


def _not_sent(body: Mapping[str, Any]) -> tuple[str, ...]:
    options = body.get("options")
    names = {_SAME.get(name, name) for name in (*body, *(options if isinstance(options, Mapping) else ()))}
    return tuple(name for name in PARAMETERS if name not in names)


def _conversation(body: Mapping[str, Any]) -> list[Any]:
    """Return the list of what was said, whatever the API calls it."""
    return next((body[name] for name in _CONVERSATIONS if name in body), [])


def _laid_out(body: Mapping[str, Any], messages: Sequence[Any]) -> str:
    """Return JSON with one line for each field and for each message."""
    lines: list[str] = []
    for name, value in body.items():
        if name in _CONVERSATIONS:
            inner = ",\n".join(f"    {each if isinstance(each, _Gap) else _json(each)}" for each in messages)
            lines.append(f'  "{name}": [\n{inner}\n  ]' if inner else f'  "{name}": []')
        else:
            lines.append(f"  {_json(name)}: {_json(value)}")
    return "{\n" + ",\n".join(lines) + "\n}"


class _Gap(str):
    """Stands for messages that are not shown."""

    __slots__ = ()


def _shortened_body(body: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[Any]]:
    messages = _conversation(body)
    left_out = len(messages) - MOST_MESSAGES
    if left_out <= 0:
        return body, [_shortened(each) for each in messages]
    half = MOST_MESSAGES // 2
    shown = [*messages[:half], _Gap(f"… [+{left_out}]"), *messages[-half:]]
    return body, [each if isinstance(each, _Gap) else _shortened(each) for each in shown]


def _shortened(value: Any) -> Any:
    if isinstance(value, str) and len(value) > LONGEST_STRING:
        return f"{value[:LONGEST_STRING]}… [+{len(value) - LONGEST_STRING}]"
    if isinstance(value, Mapping):
        return {name: _shortened(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_shortened(each) for each in value]
    return value


def _as_it_came(received: AnswerReceived) -> Shown:
    head = [f"HTTP {received.status}", *(f"{name}: {value}" for name, value in received.headers)]
    return _plain("\n".join(head) + "\n\n" + received.body.decode("utf-8", "replace"))


def _assembled(message: Message) -> Shown:
    usage = message.usage or Usage()
    values = {
        "model": message.model_id,
        "content": message.text,
        "reasoning": message.reasoning,
        "tool_calls": [{"id": each.id, "name": each.name, "arguments": each.arguments} for each in message.tool_calls],
        "finish_reason": message.finish_reason and message.finish_reason.value,
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
    }
    kept = {name: value for name, value in values.items() if value not in (None, "", [])}
    shown = {name: _shortened(value) for name, value in kept.items()}
    return Shown(_json(kept, indent=2), visible(_json(shown, indent=2)))


def _plain(text: str) -> Shown:
    lines = list(_broken_lines(visible(text)))
    if len(lines) > MOST_LINES:
        half = MOST_LINES // 2
        lines = [*lines[:half], f"… [+{len(lines) - MOST_LINES}]", *lines[-half:]]
    shown = "\n".join(lines)
    return Shown(text, shown)


def _broken_lines(text: str) -> Iterator[str]:
    for line in text.replace("\r\n", "\n").split("\n"):
        for start in range(0, len(line) or 1, LONGEST_LINE):
            yield line[start : start + LONGEST_LINE]


def _json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent, default=str)
