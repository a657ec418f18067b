"""Chats of GPT4All as each of its versions wrote them."""

from __future__ import annotations

import struct


def qt_text(text: str | None) -> bytes:
    """Return a `QString`."""
    content = b"" if text is None else text.encode("utf-16-be", "surrogatepass")
    return struct.pack(">I", 0xFFFFFFFF if text is None else len(content)) + content


def gpt4all_bytes(version: int, *, items: list[tuple[str, str]] | None = None, has_state: bool = True) -> bytes:
    """Return a chat of GPT4All as its version wrote it."""
    out = b"" if version == 0 else struct.pack(">Ii", 0xF5D553CC, version)
    out += (
        struct.pack(">q", 1_700_000_000)
        + qt_text("0f5-id")
        + qt_text("Boats ⛵")
        + qt_text(None)
        + qt_text("Llama 3 8B")
    )
    if version >= 3:
        out += struct.pack(">I", 1) + qt_text("localdocs")
    if version < 11:
        out += struct.pack(">?", has_state) if version >= 6 else b""
        out += struct.pack(">ii", 2, 0) if version >= 2 else b""
        out += qt_text("Wood.") + qt_text("Boats") + struct.pack(">I", 40)
        if has_state or version < 6:
            out += struct.pack(">i", 0) if version < 4 else b""
            out += struct.pack(">i", 40) + (struct.pack(">I", 2048) if version >= 7 else b"")
            out += struct.pack(">Q", 3) + bytes(12) if version < 9 else b""
            out += struct.pack(">Q", 2) + bytes(8) + struct.pack(">I", 5) + b"state"
    items = items or [
        ("Prompt: ", "What floats?"),
        ("Response: ", "Wood."),
        ("Prompt: ", "Why?"),
        ("Response: ", "Light."),
    ]
    out += struct.pack(">i", len(items))
    for number, (name, text) in enumerate(items):
        is_answer = name == "Response: "
        out += struct.pack(">i", number) if version < 12 else b""
        out += qt_text(name) + qt_text(text) + (qt_text("") if version < 10 else b"") + qt_text(None)
        out += struct.pack(">????", False, is_answer and number == 3, False, False)
        out += struct.pack(">?", False) if version >= 11 and is_answer else b""
        if version >= 8:
            out += struct.pack(">q", 1) + b"".join(map(qt_text, ("c", "/p", "f.txt", "t", "", "", "text")))
            out += struct.pack(">iii", -1, 1, 2)
        elif version >= 3:
            out += qt_text("1. In f.txt.") + struct.pack(">I", 1) + qt_text("text")
        if version >= 10:
            has_file = number == 0
            out += struct.pack(">q", has_file)
            if has_file:
                url = b"file:///home/me/sea%20log.txt"
                out += struct.pack(">I", len(url)) + url + struct.pack(">I", 4) + b"salt"
        if version >= 12:
            out += _gpt4all_parts(version) if number == 1 else struct.pack(">q", 0)
    return out


def _gpt4all_parts(version: int) -> bytes:
    call = qt_text("ToolCall: ") + qt_text("<javascript_interpret>\n1+1\n</javascript_interpret>")
    call += qt_text("javascript_interpret") + struct.pack(">q", 1) + qt_text("code") + struct.pack(">i", 0)
    call += struct.pack(">I?", 10, False) + qt_text("1+1") + qt_text("2") + struct.pack(">i", 0) + qt_text("")
    call += struct.pack(">q", 0)
    text = qt_text("Text: ") + qt_text("Let me count.") + struct.pack(">q", 0)
    parts = [qt_text("Response: ") + qt_text("") + struct.pack(">q", 2) + text + call]
    parts.append(qt_text("ToolResponse: ") + qt_text("2") + struct.pack(">q", 0))
    if version >= 13:
        thought = qt_text("Think: ") + qt_text("<think>Light things.</think>") + struct.pack(">i", 1500)
        parts.insert(0, thought + struct.pack(">q", 0))
    return struct.pack(">q", len(parts)) + b"".join(parts)
