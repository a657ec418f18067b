"""What a person may have forgotten for good."""

from __future__ import annotations

from enum import StrEnum


class Part(StrEnum):
    """What may be forgotten by itself.

    CHATS: all conversations, drafts, files, folders and tags, with every backup, damaged file and index, and the logs.
    WRITING_AIDS: presets, saved prompts and the words of the person's own dictionary. SETTINGS: all of them, with the
    servers and their keys, what was learned of models and the places of windows.
    """

    CHATS = "chats"
    WRITING_AIDS = "writing aids"
    SETTINGS = "settings"
