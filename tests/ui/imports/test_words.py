"""What is said about files that cannot be read, and about what was left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from easychat_gui.domain.transfer import NotRead, Omission
from easychat_gui.transfer.bundles import PasswordProtected
from easychat_gui.ui.imports.words import omission_words, refusal_words


def test_a_zip_with_a_password_is_told_from_one_that_holds_nothing() -> None:
    told = refusal_words(Path("export.zip"), PasswordProtected("export.zip cannot be read: …"))
    assert told == "export.zip is protected by a password. Unpack it first, and choose the folder."


@pytest.mark.parametrize("why", list(NotRead))
def test_every_reason_has_words(why: NotRead) -> None:
    assert omission_words(Omission(why, "Boats")).startswith("Boats: ")
