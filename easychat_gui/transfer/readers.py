"""All readers, in the order in which they are asked: those first that know their files by the most."""

from __future__ import annotations

from easychat_gui.transfer import (
    chatbox,
    chatgpt,
    cherry_studio,
    claude,
    gpt4all,
    jan,
    json_import,
    jsonl,
    librechat,
    lm_studio,
    markdown_import,
    open_webui,
    vividnode,
)
from easychat_gui.transfer.bundles import Bundle
from easychat_gui.transfer.reader import Reader

READERS: tuple[Reader, ...] = (
    json_import.READER,
    chatgpt.READER,
    claude.READER,
    gpt4all.READER,
    chatbox.READER,
    cherry_studio.READER,
    open_webui.READER,
    librechat.READER,
    lm_studio.READER,
    jan.READER,
    vividnode.READER,
    jsonl.READER,
    markdown_import.READER,
)


def reader_of(bundle: Bundle) -> Reader | None:
    """Return the reader that recognises what was chosen, None if nobody does; if so, zips in it are opened first."""
    found = next((each for each in READERS if each.recognises(bundle)), None)
    if found is None and bundle.open_zips():
        found = next((each for each in READERS if each.recognises(bundle)), None)
    return found
