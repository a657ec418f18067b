"""Refusals that name a parameter, in the words of real servers, and what is learned from them."""

from __future__ import annotations

from typing import Any

import pytest

from easychat_gui.domain.endpoints import EndpointKind
from easychat_gui.domain.errors import RequestRefused
from easychat_gui.domain.generation import GenerationParams
from easychat_gui.domain.lessons import Lesson
from easychat_gui.domain.messages import FinishReason
from easychat_gui.domain.streaming import Finished, NoticeKind, Started, StreamNotice
from easychat_gui.providers.lessons import Lessons
from tests.fakes.asking import Serve, Source, events_and_error, events_of, notices_of, question, text_of
from tests.fakes.misbehaving_server import Connection, good_stream, json_answer

BODY = {
    "model": "m",
    "messages": [{"role": "user", "content": "What temperature is it?"}],
    "temperature": 0.5,
    "top_p": 0.9,
    "max_tokens": 5000,
    "stop": ["x"],
    "reasoning": {"effort": "high", "summary": "auto"},
}


def learned(text: str, parameter: str = "", status: int = 400, **more: Any) -> Lesson | None:
    error = RequestRefused("no", status=status, detail=text)
    error.parameter = parameter
    return Lessons().learn(error, "m", BODY, **more)


@pytest.mark.parametrize(
    ("text", "parameter", "expected"),
    [
        (
            "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.",
            "max_tokens",
            Lesson("m", "max_tokens", renamed_to="max_completion_tokens"),
        ),
        ("max_tokens is not supported", "", Lesson("m", "max_tokens", renamed_to="max_completion_tokens")),
        (
            "max_tokens is too large: 5000. This model supports at most 4096 completion tokens.",
            "max_tokens",
            Lesson("m", "max_tokens", values=(5000,)),
        ),
        (
            "Unsupported value: 'temperature' does not support 0.5. Only the default (1) value is supported.",
            "temperature",
            Lesson("m", "temperature", values=(0.5,)),
        ),
        ("`temperature` is deprecated for this model.", "", Lesson("m", "temperature")),
        (
            "`temperature` and `top_p` cannot both be specified for this model. Please use only one.",
            "",
            Lesson("m", "top_p", beside="temperature"),
        ),
        ("Unknown parameter: 'reasoning.summary'.", "reasoning.summary", Lesson("m", "reasoning.summary")),
        ("reasoning.effort: Extra inputs are not permitted", "", Lesson("m", "reasoning.effort")),
        ("Unrecognized request argument supplied: stop", "", Lesson("m", "stop")),
        (
            '[{"type": "extra_forbidden", "loc": ["body", "top_p"], "msg": "Extra inputs are not permitted"}]',
            "",
            Lesson("m", "top_p"),
        ),
        ("", "top_p", Lesson("m", "top_p")),
        ("Argument not supported on this model: topP", "", Lesson("m", "top_p")),
        ("Stop sequences are not supported by this model", "", Lesson("m", "stop")),
        (
            'Provider returned error: {"error": {"message": "Unsupported parameter: \'top_p\'."}}',
            "",
            Lesson("m", "top_p"),
        ),
        (
            "Requested 9000 tokens exceeds context of 4096. Reduce the length of messages or max_tokens.",
            "",
            Lesson("m", "max_tokens", values=(5000,)),
        ),
    ],
)
def test_the_named_parameter_is_found(text: str, parameter: str, expected: Lesson) -> None:
    assert learned(text, parameter) == expected


@pytest.mark.parametrize(
    ("text", "parameter"),
    [
        ("Please stop sending so many words.", ""),
        ("This model's maximum context length is 8192 tokens; reduce the length of the messages.", "messages"),
        ("The model `m` does not exist", "model"),
        ("top_ps is not supported", ""),
        ("seed is not supported", ""),
        ("", ""),
        ("Your prompt was refused. " + "It was about nothing. " * 40 + "top_p is not supported", ""),
    ],
)
def test_a_refusal_for_another_reason_teaches_nothing(text: str, parameter: str) -> None:
    assert learned(text, parameter) is None


def test_only_a_bad_request_teaches() -> None:
    assert learned("top_p is not supported", status=422) is not None
    assert learned("top_p is not supported", status=413) is None


def test_a_parameter_that_must_be_there_is_cut_to_its_limit() -> None:
    text = "max_tokens: 5000 > 4096, which is the maximum allowed number of output tokens for m"
    lesson = learned(text, needed=frozenset({"max_tokens"}))
    assert lesson == Lesson("m", "max_tokens", limit=4096)
    assert lesson.applied(BODY)["max_tokens"] == 4096
    assert not lesson.holds_for({"max_tokens": 4096})
    assert learned("max_tokens: not today", needed=frozenset({"max_tokens"})) is None


def test_what_an_api_calls_it_is_found_too() -> None:
    assert learned("this model has no effort support", aliases={"effort": "reasoning.effort"}) == Lesson(
        "m", "reasoning.effort"
    )


def test_lessons_are_applied_to_their_model_and_value_only() -> None:
    lessons = Lessons(
        [
            Lesson("m", "max_tokens", renamed_to="max_completion_tokens"),
            Lesson("m", "temperature", values=(1.5,)),
            Lesson("m", "top_p", beside="seed"),
            Lesson("m", "reasoning.effort"),
            Lesson("other", "stop"),
        ]
    )
    body, used = lessons.applied("m", BODY)
    assert body == {
        **{name: value for name, value in BODY.items() if name not in ("max_tokens", "reasoning")},
        "max_completion_tokens": 5000,
        "reasoning": {"summary": "auto"},
    }
    assert [lesson.parameter for lesson in used] == ["max_tokens", "reasoning.effort"]
    assert BODY["max_tokens"] == 5000, "the body of the request was changed"


# -------------------- on the wire


def refusal(message: str, param: str | None = None) -> Any:
    error = {"message": message, "type": "invalid_request_error", "param": param, "code": None}
    return json_answer({"error": error}, "400 Bad Request")


def test_a_model_that_wants_max_completion_tokens_gets_them(serve: Serve, source: Source) -> None:
    server = serve(refusal("Unsupported parameter: 'max_tokens' is not supported.", "max_tokens"), good_stream("a"))
    chat = source(server)
    events = events_of(chat, question(max_tokens=50))
    notice, started = events[:2]
    assert isinstance(notice, StreamNotice)
    assert (notice.kind, notice.parameters) == (NoticeKind.ADAPTED, ("max_tokens", "max_completion_tokens"))
    assert "max_completion_tokens" in notice.message
    assert isinstance(started, Started)
    assert text_of(events) == "a"
    events_of(chat, question(max_tokens=60))
    sent = [(each.json.get("max_tokens"), each.json.get("max_completion_tokens")) for each in server.requests]
    assert sent == [(50, None), (None, 50), (None, 60)]


def test_each_parameter_is_given_up_once_and_every_answer_says_so(serve: Serve, source: Source) -> None:
    server = serve(
        refusal("Unsupported parameter: 'temperature'", "temperature"),
        refusal("Unsupported parameter: 'top_p'", "top_p"),
        good_stream("a"),
    )
    chat = source(server)
    first = events_of(chat, question(top_p=0.5))
    assert notices_of(first) == [NoticeKind.ADAPTED] * 2
    second = events_of(chat, question(top_p=0.5))
    (notice,) = (event for event in second if isinstance(event, StreamNotice))
    assert (notice.kind, notice.parameters) == (NoticeKind.ADAPTED, ("temperature", "top_p"))
    assert [{"temperature", "top_p"} & each.json.keys() for each in server.requests] == [
        {"temperature", "top_p"},
        {"top_p"},
        set(),
        set(),
    ]
    assert notices_of(events_of(chat, question(temperature=None, top_p=1.0))) == [], "nobody set anything"


def test_another_model_is_asked_with_everything(serve: Serve, source: Source) -> None:
    server = serve(refusal("Unsupported parameter: 'temperature'", "temperature"), good_stream("a"))
    chat = source(server)
    events_of(chat, question(model="old"))
    events_of(chat, question(model="new"))
    assert ["temperature" in each.json for each in server.requests] == [True, False, True]


def test_a_server_that_refuses_whatever_is_left_out_gets_an_end(serve: Serve, source: Source) -> None:
    server = serve(refusal("temperature is not supported, and that is that"))
    error = events_and_error(source(server))[1]
    assert isinstance(error, RequestRefused)
    assert len(server.requests) == 2


def test_lessons_of_earlier_days_are_used_and_new_ones_are_told(serve: Serve, source: Source) -> None:
    told: list[Lesson] = []
    known = Lessons([Lesson("m", "temperature")], told.append)
    server = serve(refusal("top_p?", "top_p"), good_stream("a"))
    events_of(source(server, lessons=known))
    assert told == [Lesson("m", "top_p")]
    assert known.all == (Lesson("m", "temperature"), Lesson("m", "top_p"))
    assert [{"temperature", "top_p"} & each.json.keys() for each in server.requests] == [{"top_p"}, set()]


def test_free_json_and_the_new_parameters_go_out(serve: Serve, source: Source) -> None:
    server = serve(good_stream("a"))
    request = question(
        response_format={"type": "json_object"},
        logprobs=True,
        reasoning_effort="low",
        extra={"top_k": 40, "temperature": 0.1},
    )
    assert events_of(source(server), request)[-1] == Finished(FinishReason.STOP)
    assert (
        server.requests[0].json.items()
        >= {
            "response_format": {"type": "json_object"},
            "logprobs": True,
            "reasoning_effort": "low",
            "top_k": 40,
            "temperature": 0.1,
        }.items()
    )
    events_of(source(server))
    assert not {"response_format", "logprobs", "reasoning_effort", "extra"} & server.requests[1].json.keys()


def test_the_new_parameters_survive_their_stored_form() -> None:
    params = GenerationParams(response_format={"type": "text"}, logprobs=True, reasoning_effort="low", extra={"a": [1]})
    assert GenerationParams.from_dict(params.as_dict()) == params
    assert GenerationParams.from_dict({"extra": None}) == GenerationParams()


def test_a_server_that_is_never_content_is_not_followed_for_ever(serve: Serve, source: Source) -> None:
    """Each time the limit that it names is one less."""

    def ever_less(connection: Connection) -> None:
        asked = connection.server.requests[-1].json["max_tokens"]
        sentence = f"max_tokens: {asked} > {asked - 1}, which is the maximum"
        json_answer({"error": {"message": sentence}}, "400 Bad Request")(connection)

    server = serve(ever_less)
    chat = source(server, kind=EndpointKind.ANTHROPIC)
    _, error = events_and_error(chat, question(max_tokens=5000))
    assert isinstance(error, RequestRefused)
    assert len(server.requests) == 3


def test_what_was_learned_in_vain_is_not_remembered(serve: Serve, source: Source) -> None:
    refusal = json_answer({"error": {"message": "top_p is not supported", "param": "top_p"}}, "400 Bad Request")
    server = serve(refusal)
    chat = source(server)
    _, error = events_and_error(chat, question(top_p=0.5))
    assert isinstance(error, RequestRefused)
    assert ["top_p" in each.json for each in server.requests] == [True, False]
    assert chat.lessons.all == ()
