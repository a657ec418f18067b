"""The bundled model: where it lies, and the process that runs it as one more endpoint.

The names are loaded on first use (PEP 562): ``easychat-gui --version`` looks into `engine` and needs nothing else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from easychat_gui.local_model.catalog import ModelFile, bundled_model
    from easychat_gui.local_model.server import LocalModelServer, LocalModelState

__all__ = ["LocalModelServer", "LocalModelState", "ModelFile", "bundled_model"]

_HOMES = {
    "LocalModelServer": "server",
    "LocalModelState": "server",
    "ModelFile": "catalog",
    "bundled_model": "catalog",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
