"""Whatever goes wrong, the window has words for it."""

from __future__ import annotations

import json

import pytest

from easychat_gui.controllers.notifier import Notice, NoticeKind
from easychat_gui.domain import errors
from easychat_gui.domain.errors import AllServersFailed, NotAuthorized, ProviderError, RateLimited, ServerFailed
from easychat_gui.domain.messages import Failure
from easychat_gui.ui import error_texts


def every_provider_error() -> list[type[ProviderError]]:
    found = [ProviderError]
    for kind in found:
        found += kind.__subclasses__()
    return sorted({kind for kind in found if kind.__module__ == errors.__name__}, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", [kind.__name__ for kind in every_provider_error()])
def test_every_error_has_words_of_its_own(kind: str) -> None:
    failure = Failure(kind, "x", {"status": 418, "server": "http://host.example/v1"})
    title, sentence = error_texts.failure_texts(failure, "", has_text=False)
    assert title.endswith(".")
    assert "{" not in title + sentence
    if kind != "ProviderError":
        assert title != error_texts.failure_texts(Failure("ProviderError", "x"), "", has_text=False)[0]


def test_the_sentence_names_the_server_as_the_person_does() -> None:
    failure = ServerFailed("down", status=502, server="https://llm.example/v1").as_failure()
    assert "Company" in error_texts.failure_texts(failure, "Company", has_text=False)[1]
    assert "llm.example" in error_texts.failure_texts(failure, "", has_text=False)[1]
    assert "502" in error_texts.failure_texts(failure, "Company", has_text=False)[1]


def test_text_that_arrived_is_said_to_be_kept() -> None:
    failure = ServerFailed("down", status=502).as_failure()
    assert "kept" in error_texts.failure_texts(failure, "S", has_text=True)[1]
    assert "kept" not in error_texts.failure_texts(failure, "S", has_text=False)[1]


def test_a_rate_limit_says_how_long_to_wait() -> None:
    failure = RateLimited("slow down", retry_after_s=90).as_failure()
    assert "90 s" in error_texts.failure_texts(failure, "S", has_text=False)[1]


def test_a_dead_pool_is_one_sentence_that_names_each_server() -> None:
    each = [
        ServerFailed("down", status=502, server="https://a.example/v1"),
        NotAuthorized("no", server="http://b:1/v1"),
    ]
    failure = AllServersFailed("none", each, ["", "Basement"]).as_failure()
    stored = Failure(failure.kind, failure.message, json.loads(json.dumps(failure.values)))
    sentence = error_texts.failure_texts(stored, "Office", has_text=False)[1]
    assert sentence == (
        "2 servers of Office were asked. a.example: The server has a problem. Basement: The key was refused."
    )


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_every_notice_has_a_sentence(kind: NoticeKind) -> None:
    values = {"error": "DiskFull", "path": "/x", "message": "m", "server": "s", "name": "n", "reason": "too large"}
    values |= {"list": "l", "chats": "1 chat", "messages": "2 messages", "kept": "k", "count": "3", "words": "w"}
    values |= {"date": "d"}
    values |= {"action": "moved"}
    words = error_texts.notice_text(Notice(kind, values))
    assert words
    assert "{" not in words


def test_a_notice_of_one_thing_does_not_speak_of_several() -> None:
    told = [error_texts.notice_text(Notice(NoticeKind.MESSAGES_DELETED, {"count": count})) for count in (1, 2)]
    assert told == ["The message was deleted.", "2 messages were deleted."]
