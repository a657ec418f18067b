"""A key is known in whatever form somebody quotes it."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest

from easychat_gui.support.log import Redactor
from easychat_gui.support.spellings import spellings

KEY = 'sk-Ma"rk&er+/ 0123\\ü'


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        quote(KEY),
        quote(KEY, safe=""),
        quote_plus(KEY),
        json.dumps(KEY),
        json.dumps(KEY, ensure_ascii=False),
        html.escape(KEY),
        repr(KEY),
        KEY.encode().hex(),
        base64.b64encode(KEY.encode()).decode(),
        base64.urlsafe_b64encode(KEY.encode()).decode(),
        *(base64.b64encode(f"{user}:{KEY}".encode()).decode() for user in ("a", "ab", "abc", "")),
        base64.b64encode(f"{KEY} and more".encode()).decode(),
    ],
)
def test_it_is_masked(text: str) -> None:
    redactor = Redactor()
    redactor.register(KEY)
    cleaned = redactor(f"before {text} after")
    assert cleaned.startswith("before ")
    assert cleaned.endswith(" after")
    assert not any(each in cleaned for each in ("Ma", base64.b64encode(b"rk&er+").decode()[1:7]))


def test_a_short_one_is_not_looked_for() -> None:
    assert spellings("abc") == ()
