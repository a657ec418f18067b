"""Where the bundled model is in its life. A module of its own: the window shows it before the engine is imported."""

from __future__ import annotations

from enum import StrEnum


class LocalModelState(StrEnum):
    """STARTING covers a restart too. FAILED keeps its reason in `LocalModelServer.error`."""

    STOPPED = "stopped"
    STARTING = "starting"
    READY = "ready"
    FAILED = "failed"
