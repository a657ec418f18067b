"""The model and one running server for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from easychat_gui.local_model.catalog import ModelFile, bundled_model
from easychat_gui.local_model.server import LocalModelServer


@pytest.fixture(scope="session")
def model() -> ModelFile:
    return bundled_model()


@pytest.fixture(scope="session")
def running(model: ModelFile) -> Iterator[LocalModelServer]:
    """One server for all tests that leave it as they found it."""
    with LocalModelServer(model) as server:
        server.wait_until_ready()
        yield server
