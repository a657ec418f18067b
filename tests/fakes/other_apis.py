"""Honest answers of the other APIs, as their references describe them, for the servers of `misbehaving_server`."""

from __future__ import annotations

import json
from typing import Any

from tests.fakes.misbehaving_server import Script, close_delimited, stream

# -------------------- named events


def named(kind: str, **fields: Any) -> bytes:
    """Return an event as OpenAI's Responses and Anthropic's Messages send them: its type stands in it twice."""
    data = json.dumps({"type": kind, **fields}, ensure_ascii=False)
    return f"event: {kind}\ndata: {data}\n\n".encode()


PING = named("ping")
MESSAGE_START = named(
    "message_start", message={"type": "message", "content": [], "usage": {"input_tokens": 5, "output_tokens": 1}}
)
MESSAGE_STOP = named("message_stop")


def block(index: int, *deltas: dict[str, Any], **begin: Any) -> bytes:
    """Return a content block of a message, from its beginning to its end."""
    pieces = [named("content_block_delta", index=index, delta=delta) for delta in deltas]
    start = named("content_block_start", index=index, content_block=begin)
    return b"".join((start, *pieces, named("content_block_stop", index=index)))


def text_block(index: int, *texts: str) -> bytes:
    return block(index, *({"type": "text_delta", "text": text} for text in texts), type="text", text="")


def message_delta(reason: str | None, tokens: int = 7) -> bytes:
    return named("message_delta", delta={"stop_reason": reason}, usage={"output_tokens": tokens})


def message(*blocks: bytes, reason: str = "end_turn") -> Script:
    return stream(MESSAGE_START, PING, *blocks, message_delta(reason), MESSAGE_STOP)


def output_text(*texts: str) -> list[bytes]:
    return [named("response.output_text.delta", item_id="m1", output_index=0, delta=text) for text in texts]


def completed(status: str = "completed", **fields: Any) -> bytes:
    usage = {"input_tokens": 5, "output_tokens": 7}
    response = {"object": "response", "status": status, "incomplete_details": None, "usage": usage, **fields}
    return named(f"response.{status}", response=response)


# -------------------- a line each


def line(text: str = "", *, done: bool = False, **more: Any) -> bytes:
    """Return one line of an answer of Ollama's."""
    value = {
        "model": "m",
        "created_at": "2026-01-01T00:00:00Z",
        "message": {"role": "assistant", "content": text, **more.pop("message", {})},
        "done": done,
        **more,
    }
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def last_line(reason: str = "stop", **more: Any) -> bytes:
    counts: dict[str, Any] = {"total_duration": 1, "prompt_eval_count": 5, "eval_count": 7}
    return line(done=True, done_reason=reason, **counts, **more)


def lines(*texts: str) -> Script:
    return close_delimited(*(line(text) for text in texts), last_line(), headers=["Content-Type: application/x-ndjson"])
