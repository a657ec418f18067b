"""Nothing that hides or lures gets past."""

from __future__ import annotations

import pytest

from easychat_gui.rendering.sanitize import safe_link, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("\x1b[31mred", "␛[31mred"),
        ("user\u202egnp.exe", "user⟨RLO⟩gnp.exe"),
        ("a\u2066b\u2069", "a⟨LRI⟩b⟨PDI⟩"),
        ("\x00\x07\x7f", "␀␇␡"),
        ("\x9b31m", "⟨U+009B⟩31m"),
        ("שלום עולם", "שלום עולם"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
    ],
)
def test_controls_become_visible_marks(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("HTTP://Example.ORG", "http://example.org"),
        ("https://bank.example@evil.example/x", "https://evil.example/x"),
        ("https://аррӏе.com/", "https://xn--80ak6aa92e.com/"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
        ("mailto:a@b.org", "mailto:a@b.org"),
        ("mailto:a@b.org?subject=Hi%20you&attach=/etc/passwd", "mailto:a@b.org?subject=Hi%20you"),
    ],
)
def test_an_allowed_link_is_shown_as_what_it_opens(href: str, target: str) -> None:
    link = safe_link(href)
    assert link is not None
    assert link.target == target


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "file:///etc/passwd",
        "/etc/passwd",
        "//evil.example/x",
        "smb://host/share",
        "ms-msdt:/id",
        "vscode://x",
        "calculator://",
        "data:text/html,x",
        "https://",
        "http://exa mple.org",
        "https://example.org\\@evil.example",
        "https://example.org/\u202egnp",
        "http://host:port/",
        "mailto:nobody",
        "",
        "#",
    ],
)
def test_all_other_links_are_none(href: str) -> None:
    assert safe_link(href) is None
