"""The words that stand in written files. The window gives them in the language of the interface."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Names in braces are filled in by the writer, with `str.format`. The defaults are for the command line and tests.

    ``language`` is the tag of the language that they are in, such as "en-GB".
    """

    language: str = "en-GB"
    untitled: str = "Untitled chat"
    you: str = "You"
    assistant: str = "Assistant"
    system: str = "System"
    tool: str = "Tool"
    system_prompt: str = "System prompt"
    reasoning: str = "Reasoning"
    reasoning_time: str = "Reasoning, {seconds} s"
    attachments: str = "Attachments"
    missing: str = "the file is missing"
    contents: str = "Contents"
    other_branches: str = "Other branches"
    branch: str = "Branch {number}"
    branch_after: str = "Branch {number}, after “{words}”"
    tokens: str = "{count} tokens"
    seconds: str = "{count} s"
    tool_call: str = "Calls {name}"
    status_failed: str = "failed"
    status_cancelled: str = "stopped"
    status_interrupted: str = "interrupted"
    chats: str = "{count} chats"
    exported: str = "Exported from EasyChat GUI on {date}"
    page: str = "{number} / {count}"
    picture: str = "Picture: {name}"
    code: str = "code"
    continued: str = "{name}, continued"
