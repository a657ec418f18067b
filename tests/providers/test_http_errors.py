"""An error page, whatever is in it, becomes one sentence that is fit to be shown."""

from __future__ import annotations

import json
import math

import pytest

from easychat_gui.domain.errors import (
    MalformedAnswer,
    NotAuthorized,
    NotFound,
    ProviderError,
    RateLimited,
    RequestRefused,
    ServerFailed,
    UnexpectedRedirect,
)
from easychat_gui.providers.http_errors import (
    MAX_DETAIL_CHARACTERS,
    error_detail,
    error_for_status,
    plain_text,
    request_id,
    retry_after_s,
    server_name,
)

KEY = "sk-marker/1234567890"


def error_of(status: int, body: bytes = b"", **headers: str) -> ProviderError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return error_for_status(status, named, body, server="http://host:8080", keys=(KEY,))


@pytest.mark.parametrize(
    ("status", "kind", "may_retry"),
    [
        (400, RequestRefused, False),
        (401, NotAuthorized, False),
        (402, RequestRefused, False),
        (403, NotAuthorized, False),
        (404, NotFound, False),
        (413, RequestRefused, False),
        (418, RequestRefused, False),
        (422, RequestRefused, False),
        (429, RateLimited, True),
        (500, ServerFailed, True),
        (503, ServerFailed, True),
        (529, ServerFailed, True),
        (999, ServerFailed, True),
        (301, UnexpectedRedirect, False),
        (307, UnexpectedRedirect, False),
        (304, UnexpectedRedirect, False),
        (101, MalformedAnswer, False),
    ],
)
def test_each_status_has_its_error_which_names_the_server(
    status: int, kind: type[ProviderError], may_retry: bool
) -> None:
    error = error_of(status, b'{"error": {"message": "because"}}', x_request_id="r-1")
    assert type(error) is kind
    assert (error.status, error.server, error.request_id) == (status, "http://host:8080", "r-1")
    assert "host:8080" in str(error)
    assert str(status) in str(error)
    assert error.is_retryable is may_retry
    assert ("because" in str(error)) is not (kind is UnexpectedRedirect)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"error": {"message": "boom"}}, "boom"),
        ({"error": "boom"}, "boom"),
        ({"message": "boom"}, "boom"),
        ({"detail": "boom"}, "boom"),
        ({"object": "error", "message": "boom"}, "boom"),
        ([{"error": {"message": "boom"}}], "boom"),
        ({"detail": [{"loc": ["body"], "msg": "bad"}]}, '[{"loc": ["body"], "msg": "bad"}]'),
    ],
)
def test_what_the_server_said_is_found_in_json(body: object, detail: str) -> None:
    assert error_detail(json.dumps(body).encode()) == detail


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"plain words", "plain words"),
        (b"", ""),
        (b"{}", ""),
        (b"\xff\xfe broken", "\ufffd\ufffd broken"),
        (
            b"<html><head><title>502 Bad Gateway</title><style>b{}</style></head><h1>Oh&nbsp;no</h1></html>",
            "502 Bad Gateway Oh no",
        ),
        (b"<script>alert(1)</script>x<script>unclosed", "x"),
        (b"a<<b>script>b", "a< script>b"),
        (b"a &lt;b&gt; <i>c</i> <img src=x onerror=y", "a c"),
        (b'{"error": {"message": "<b>bold</b> \\u001b[31mred\\u0007 \\u202eback"}}', "bold red back"),
        (b"[" * 100_000, "[" * 999 + "…"),
    ],
)
def test_no_markup_no_controls_no_flood(body: bytes, detail: str) -> None:
    assert error_detail(body) == detail


def test_a_page_of_ten_megabytes_is_cut() -> None:
    assert len(error_detail(b"x " * 5_000_000)) == MAX_DETAIL_CHARACTERS
    assert len(plain_text("<script" * 1_000_000)) <= MAX_DETAIL_CHARACTERS
    assert len(str(error_of(500, b"x" * 100_000))) < 1000


@pytest.mark.parametrize(
    "body",
    [
        f"bad key {KEY}",
        json.dumps({"error": {"message": f"Incorrect API key: {KEY}"}}),
        f"<p>bad key {KEY}</p>",
        "Authorization: Bearer " + KEY,
        "x" * 990 + KEY,
        "y" * 65_530 + KEY + "z",
        "  " * 33_000 + KEY,
        " " * 65_530 + KEY,
        KEY.replace("/", "%2F"),
    ],
)
def test_the_key_is_never_quoted_not_even_a_part_of_it(body: str) -> None:
    error = error_of(401, body.encode(), x_request_id=KEY)
    shown = f"{error} {error.detail} {error.request_id} {error.as_failure()}"
    assert "sk-m" not in shown
    assert "1234567890" not in shown


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": " 7 "}, 7.0),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Thu, 01 Jan 1970 00:01:40 GMT"}, 90.0),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0.0),
        ({"retry-after": "-5"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, math.inf),
        ({"retry-after": "9" * 400}, math.inf),
        ({"retry-after": ""}, None),
        ({}, None),
    ],
)
def test_retry_after_in_all_its_forms(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(headers, now=10.0) == seconds


def test_a_rate_limit_says_how_long() -> None:
    error = error_of(429, retry_after="20")
    assert isinstance(error, RateLimited)
    assert error.retry_after_s == 20
    assert "20 s" in str(error)
    assert error.as_failure().values["retry_after_s"] == 20


def test_a_redirect_names_the_host_it_leads_to() -> None:
    error = error_of(307, location="https://user:pw@evil.example/v1?x=1")
    assert "evil.example" in str(error)
    assert "user:pw" not in str(error)


def test_request_ids_are_text_of_a_sane_length() -> None:
    assert request_id({"x-request-id": "a\x1b[1mb" + "c" * 1000}) == "ab" + "c" * 197 + "…"
    assert request_id({"request-id": "r"}) == "r"
    assert request_id({}) == ""


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://host:1/v1", "host:1"),
        ("https://u:p@host/v1", "host"),
        ("http://[::1]:80", "[::1]:80"),
        ("http://[", "the server"),
        ("", "the server"),
    ],
)
def test_the_name_of_a_server(url: str, name: str) -> None:
    assert server_name(url) == name


def test_what_the_server_behind_a_gateway_said_is_told() -> None:
    raw = '{"error": {"message": "top_p is not supported"}}'
    body = json.dumps({"error": {"message": "Provider returned error", "code": 400, "metadata": {"raw": raw}}})
    error = error_for_status(400, {}, body.encode(), server="http://h/v1")
    assert error.detail == f"Provider returned error: {raw}"
