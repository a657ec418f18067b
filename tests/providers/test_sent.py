"""No key gets into the record of a request, and the record makes the request whole again."""

from __future__ import annotations

import pytest

from easychat_gui.domain.endpoints import EndpointKind
from easychat_gui.domain.generation import CompletionRequest, GenerationParams
from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import Message, Role, new_message
from easychat_gui.domain.sent_requests import HIDDEN, Run, SentRequest
from easychat_gui.domain.streaming import AnswerReceived, RequestSent, Started
from easychat_gui.providers import sent
from easychat_gui.providers.curl import curl_command
from easychat_gui.providers.wire import encode_body, request_body
from tests.fakes.asking import Serve, Source, events_and_error
from tests.fakes.misbehaving_server import answer, good_stream

KEY = "sk-marker-1234567890"


def chain(*texts: str) -> list[Message]:
    messages: list[Message] = []
    for number, text in enumerate(texts):
        role = Role.ASSISTANT if number % 2 else Role.USER
        parent = messages[-1].id if messages else None
        messages.append(new_message(ConversationId("c"), role, text, parent_id=parent))
    return messages


def recorded(request: CompletionRequest, **changes: object) -> tuple[SentRequest, bytes]:
    body = request_body(request, kind=EndpointKind.OPENAI)
    encoded = encode_body(body)
    values = {"url": "http://x/v1/chat/completions", "headers": {}, "secrets": (KEY,), **changes}
    return sent.record(request, method="POST", body=body, encoded=encoded, **values), encoded  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", f"Bearer {KEY}", f"Bearer {HIDDEN}"),
        ("authorization", "Basic dXNlcjpwYXNz", f"Basic {HIDDEN}"),
        ("api-key", "abc", HIDDEN),
        ("X-Api-Key", "abc", HIDDEN),
        ("Cookie", "a=b; c=d", HIDDEN),
        ("X-Gateway", f"prefix {KEY} suffix", HIDDEN),
        ("X-Client-Secret", "abc", HIDDEN),
        ("Content-Type", "application/json", "application/json"),
        ("User-Agent", "EasyChat-GUI/1", "EasyChat-GUI/1"),
    ],
)
def test_what_could_be_a_key_is_hidden(name: str, value: str, shown: str) -> None:
    request, _ = recorded(CompletionRequest("m", tuple(chain("Hi"))), headers={name: value})
    assert request.headers == ((name, shown),)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"https://x/v1?key={KEY}&v=2", f"https://x/v1?key={HIDDEN}&v=2"),
        ("https://x/v1?api-version=2024-01", "https://x/v1?api-version=2024-01"),
        ("https://joe:pass@x/v1", "https://x/v1"),
        (f"https://x/{KEY}/v1", f"https://x/{HIDDEN}/v1"),
    ],
)
def test_no_key_is_in_the_address(url: str, shown: str) -> None:
    assert recorded(CompletionRequest("m", tuple(chain("Hi"))), url=url)[0].url == shown


def test_messages_are_kept_as_runs_and_come_back_byte_for_byte() -> None:
    system = new_message(ConversationId("c"), Role.SYSTEM, "Be “brief”.")
    told = chain("one", "two", "three\n\u2028", "four", "five 😀")
    kept = [told[0], *told[3:]]  # what a full window has dropped is not in the request
    params = GenerationParams(temperature=0.25, top_p=None, stop=("END",), stream=False)
    request, encoded = recorded(CompletionRequest("m", (system, *kept), params))
    first, second = Run(told[0].id, told[0].id, 1), Run(told[3].id, told[4].id, 2)
    assert request.messages == ({"role": "system", "content": "Be “brief”."}, first, second)
    assert request.system_prompt == "Be “brief”."
    assert request.message_count == 4
    again = SentRequest.from_dict(request.as_dict())
    assert again == request
    body = encode_body(sent.rebuilt_body(again, {first: [told[0]], second: told[3:]}, {}))
    assert body == encoded
    assert sent.is_what_was_sent(again, body)
    assert not sent.is_what_was_sent(again, encode_body(sent.rebuilt_body(again, {first: [], second: told[3:]}, {})))


def test_a_request_is_told_before_it_goes_out_and_its_answer_before_the_end(serve: Serve, source: Source) -> None:
    request = CompletionRequest("m", tuple(chain("Hi")), is_recorded=True)
    events, error = events_and_error(source(serve(good_stream("a")), KEY), request)
    assert error is None
    assert [type(each) for each in events[:2]] == [RequestSent, Started]
    received = events[-2]
    assert isinstance(received, AnswerReceived)
    assert received.status == 200
    assert received.body.startswith(b"data: ")
    assert received.body.endswith(b"[DONE]\n\n")
    assert KEY not in repr(events)


def test_a_refusal_is_told_too(serve: Serve, source: Source) -> None:
    request = CompletionRequest("m", tuple(chain("Hi")), is_recorded=True)
    events, error = events_and_error(source(serve(answer("400 Bad Request", b'{"error": "no"}')), KEY), request)
    assert error is not None
    assert [type(each) for each in events] == [RequestSent, AnswerReceived]
    assert isinstance(events[1], AnswerReceived)
    assert (events[1].status, events[1].body) == (400, b'{"error": "no"}')


def test_only_the_beginning_of_a_long_answer_is_kept(serve: Serve, source: Source) -> None:
    request = CompletionRequest("m", tuple(chain("Hi")), is_recorded=True)
    events, _ = events_and_error(source(serve(good_stream(*["x" * 50_000] * 10))), request)
    received = next(each for each in events if isinstance(each, AnswerReceived))
    assert len(received.body) == 256 * 1024
    assert received.is_cut


def test_a_header_with_a_key_becomes_a_variable_of_the_shell() -> None:
    request, encoded = recorded(
        CompletionRequest("m", tuple(chain("it's"))),
        url=f"https://x/v1?key={KEY}",
        headers={"Authorization": f"Bearer {KEY}", "X-Client-Secret": "s", "Host": "x"},
    )
    command = curl_command(request, encoded)
    assert "-H 'Authorization: Bearer '\"$API_KEY\"" in command
    assert "-H 'X-Client-Secret: '\"$X_CLIENT_SECRET\"" in command
    assert "'https://x/v1?key='\"$API_KEY\"" in command
    assert "Host" not in command
