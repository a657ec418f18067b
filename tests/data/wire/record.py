"""Records what llama.cpp's server sends, byte for byte: the bodies in this folder, which the tests replay.

Run by hand (``PYTHONPATH=. python tests/data/wire/record.py``) when a new version of it may speak differently. It
starts the bundled model thrice: as it is, and with templates by which it thinks and calls tools, which its own does
not. The model is small and talks nonsense; the form of its answers is what counts.
"""

from __future__ import annotations

import http.client
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import xllamacpp

from easychat_gui.local_model.catalog import bundled_model

HERE = Path(__file__).parent
KEY = "recording"
MODEL = "SmolLM2-135M-Instruct"
HELLO = {"role": "user", "content": "Say hello."}
TIME = {"role": "user", "content": "What time is it in Paris?"}
PLACE = {"type": "object", "properties": {"city": {"type": "string", "enum": ["Paris"]}}, "required": ["city"]}
FUNCTION = {"name": "get_time", "description": "Tells the time.", "parameters": PLACE}
STOP = [".", "!"]
"""Keeps the recordings short."""

EXAMPLE = (
    "<|im_start|>user\\nWhat time is it in Paris?<|im_end|>\\n<|im_start|>assistant\\n<tool_call>\\n"
    '{"name": "get_time", "arguments": {"city": "Paris"}}\\n</tool_call><|im_end|>\\n'
)
"""The model calls a tool when it has just seen it done."""

TOOLS = (
    """
{%- if tools %}{{- '<|im_start|>system\\n<tools>' }}
{%- for tool in tools %}{{- '\\n' }}{{- tool | tojson }}{%- endfor %}
{{- '\\n</tools>\\n<tool_call>\\n{"name": <name>, "arguments": <object>}\\n</tool_call><|im_end|>\\n' }}
{{- '"""
    + 3 * EXAMPLE
    + """' }}{%- endif %}
{%- for message in messages %}
{%- if message.role == 'assistant' %}{{- '<|im_start|>assistant\\n' }}
{{- message.content if message.content else '' }}
{%- for call in message.tool_calls or [] %}{%- set call = call.function %}
{{- '\\n<tool_call>\\n{"name": "' }}{{- call.name }}{{- '", "arguments": ' }}
{%- if call.arguments is string %}{{- call.arguments }}{%- else %}{{- call.arguments | tojson }}{%- endif %}
{{- '}\\n</tool_call>' }}{%- endfor %}{{- '<|im_end|>\\n' }}
{%- elif message.role == 'tool' %}
{{- '<|im_start|>user\\n<tool_response>\\n' + message.content + '\\n</tool_response><|im_end|>\\n' }}
{%- else %}{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}
"""
)

THOUGHT = """
{%- for message in messages %}
{{- '<|im_start|>' + message.role + '\\n' }}
{%- if message.reasoning_content %}{{- '<think>\\n' + message.reasoning_content + '\\n</think>\\n\\n' }}{%- endif %}
{{- message.content + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}
{%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\\n\\n</think>\\n\\n' }}
{%- else %}{{- '<think>\\n' }}{%- endif %}{%- endif %}
"""


def start(template: str = "") -> Any:
    params = xllamacpp.CommonParams()
    params.model.path = str(bundled_model().path)
    params.model_alias = {MODEL}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [KEY]
    params.n_ctx = 1024
    params.warmup = False
    params.cpuparams.n_threads = 1
    params.use_jinja = bool(template)
    if template:
        params.chat_template = template
    return xllamacpp.Server(params)


class Recorder:
    def __init__(self, server: Any) -> None:
        self._server = server
        self._parts = urlsplit(server.listening_address)

    def record(self, name: str, path: str, body: dict[str, Any] | None, *, status: int = 200, key: str = KEY) -> None:
        connection = http.client.HTTPConnection(self._parts.hostname or "", self._parts.port, timeout=60)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
        if body is not None:
            body = {"model": MODEL, "temperature": 0, **body}
        connection.request("GET" if body is None else "POST", path, json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        data = answer.read()
        assert answer.status == status, (name, answer.status, data)
        (HERE / name).write_bytes(data)
        connection.close()


def plain(recorder: Recorder) -> None:
    record = recorder.record
    for kind, stream in (("sse", True), ("json", False)):
        record(f"responses-text.{kind}", "/v1/responses", {"input": [HELLO], "stream": stream, "stop": STOP})
        messages = {"messages": [HELLO], "stream": stream, "max_tokens": 99, "stop_sequences": STOP}
        record(f"messages-text.{kind}", "/v1/messages", messages)
        chat = {"messages": [HELLO], "stream": stream, "stream_options": {"include_usage": True}, "stop": STOP}
        record(f"chat-text.{kind}", "/v1/chat/completions", chat)
        record(f"chat-text-chances.{kind}", "/v1/chat/completions", {**chat, "logprobs": True, "top_logprobs": 2})
    record("responses-cut.sse", "/v1/responses", {"input": [HELLO], "stream": True, "max_output_tokens": 3})
    record("messages-cut.sse", "/v1/messages", {"messages": [HELLO], "stream": True, "max_tokens": 3})
    record("models.json", "/v1/models", None)
    record("responses-400.json", "/v1/responses", {"input": [{"role": "assistant", "content": "?"}]}, status=400)
    record("messages-400.json", "/v1/messages", {"messages": [HELLO], "max_tokens": "?"}, status=400)
    for name, path in (("responses", "/v1/responses"), ("messages", "/v1/messages")):
        record(f"{name}-401.json", path, {"input": [HELLO], "messages": [HELLO]}, status=401, key="wrong")


def thinking(recorder: Recorder) -> None:
    record = recorder.record
    brief = {"messages": [TIME], "stream": True, "max_tokens": 6}
    record("responses-reasoning.sse", "/v1/responses", {"input": [TIME], "stream": True, "max_output_tokens": 6})
    record("messages-reasoning.sse", "/v1/messages", brief)
    record("chat-reasoning.sse", "/v1/chat/completions", brief)


def calling(recorder: Recorder) -> None:
    record = recorder.record
    tools = [{"type": "function", "function": FUNCTION}]
    flat = [{"type": "function", **FUNCTION}]
    named = [{"name": "get_time", "description": "Tells the time.", "input_schema": PLACE}]
    for kind, stream in (("sse", True), ("json", False)):
        form = {"stream": stream, "max_tokens": 60}
        record(f"chat-tool.{kind}", "/v1/chat/completions", {"messages": [TIME], "tools": tools, **form})
        record(f"messages-tool.{kind}", "/v1/messages", {"messages": [TIME], "tools": named, **form})
        form = {"stream": stream, "max_output_tokens": 60}
        record(f"responses-tool.{kind}", "/v1/responses", {"input": [TIME], "tools": flat, **form})


def main() -> None:
    plain(Recorder(start()))
    thinking(Recorder(start(THOUGHT)))
    calling(Recorder(start(TOOLS)))


if __name__ == "__main__":
    main()
