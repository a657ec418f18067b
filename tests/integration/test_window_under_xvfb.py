"""The real window on a real (virtual) display: typed into with the keyboard, answered by the bundled model."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

SMOKE = Path(__file__).resolve().parents[2] / "packaging" / "smoke.py"


@pytest.fixture
def smoke() -> ModuleType:
    spec = importlib.util.spec_from_file_location("smoke", SMOKE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    missing = [tool for tool in module.TOOLS if not shutil.which(tool)]
    if missing and "CI" not in os.environ:  # there it is installed, and a skip would hide that it was not
        pytest.skip(f"needs {', '.join(missing)}")
    return module


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_question_typed_into_the_window_is_answered_and_the_window_closes(smoke: ModuleType, tmp_path: Path) -> None:
    assert smoke.check_window([sys.executable, "-m", "easychat_gui"], tmp_path, smoke.converse)
