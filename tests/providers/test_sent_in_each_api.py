"""What was sent can be made whole again byte for byte, in the words of each API, and holds no key."""

from __future__ import annotations

from dataclasses import replace

import pytest

from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.endpoints import EndpointKind
from easychat_gui.domain.generation import GenerationParams
from easychat_gui.domain.ids import ConversationId, new_attachment_id
from easychat_gui.domain.messages import Message, Role, new_message
from easychat_gui.domain.sent_requests import Run, SentRequest
from easychat_gui.domain.streaming import RequestSent
from easychat_gui.providers.sent import is_what_was_sent, rebuilt_body
from easychat_gui.providers.wire import encode_body
from tests.fakes.asking import Serve, Source, events_and_error, question
from tests.fakes.misbehaving_server import answer, good_stream, json_answer

KEY = "sk-marker-1234567890"
CONVERSATION = ConversationId("c")


def chain(*messages: Message) -> tuple[Message, ...]:
    linked: list[Message] = []
    for message in messages:
        linked.append(message.with_(parent_id=linked[-1].id if linked else None))
    return tuple(linked)


SYSTEM = new_message(CONVERSATION, Role.SYSTEM, "Be brief.")
SAID = chain(
    new_message(CONVERSATION, Role.USER, "Grüße"),
    new_message(CONVERSATION, Role.ASSISTANT, "Hello."),
    new_message(CONVERSATION, Role.USER, "Again?"),
)


@pytest.mark.parametrize("kind", EndpointKind)
def test_a_record_is_made_whole_again(serve: Serve, source: Source, kind: EndpointKind) -> None:
    server = serve(*([answer("200 OK")] if kind is EndpointKind.EASYCHAT else []), good_stream("a"))
    params = GenerationParams(max_tokens=9, stop=("END",), seed=3, extra={"top_k": 4})
    request = replace(question(), messages=(SYSTEM, *SAID), params=params, is_recorded=True)
    events, error = events_and_error(source(server, KEY, kind=kind), request)
    assert error is None
    (sent,) = (event.request for event in events if isinstance(event, RequestSent))
    assert SentRequest.from_dict(sent.as_dict()) == sent
    assert KEY not in repr(sent)
    assert "Grüße" not in repr(sent)
    assert "Be brief." in repr(sent)
    run = Run(SAID[0].id, SAID[-1].id, 3)
    body = rebuilt_body(sent, {run: SAID}, {})
    assert encode_body(body) == server.requests[-1].body
    assert is_what_was_sent(sent, encode_body(body))


def test_each_request_that_goes_out_is_told_also_the_refused_one(serve: Serve, source: Source) -> None:
    refusal = json_answer({"error": {"message": "?", "param": "temperature"}}, "400 Bad Request")
    server = serve(refusal, good_stream("a"))
    events, _ = events_and_error(source(server), replace(question(), is_recorded=True))
    sent = [event.request.body for event in events if isinstance(event, RequestSent)]
    assert ["temperature" in body for body in sent] == [True, False]


PICTURE = Attachment(new_attachment_id(), "a.png", "image/png", 3, "f" * 64)
WHERE = {
    EndpointKind.RESPONSES: lambda body: body["input"][0]["content"][1]["image_url"],
    EndpointKind.ANTHROPIC: lambda body: body["messages"][0]["content"][1]["source"]["data"],
    EndpointKind.OLLAMA: lambda body: body["messages"][0]["images"][0],
}


@pytest.mark.parametrize("kind", WHERE)
def test_an_attached_picture_goes_along(serve: Serve, source: Source, kind: EndpointKind) -> None:
    server = serve(good_stream("a"))
    message = SAID[0].with_(attachments=(PICTURE,))
    request = replace(question(), messages=(message,), pictures={PICTURE.sha256: b"ABC"}, is_recorded=True)
    events, _ = events_and_error(source(server, kind=kind), request)
    assert WHERE[kind](server.requests[0].json).endswith("QUJD")
    (sent,) = (event.request for event in events if isinstance(event, RequestSent))
    assert "QUJD" not in repr(sent)
    run = Run(message.id, message.id, 1)
    assert encode_body(rebuilt_body(sent, {run: (message,)}, request.pictures)) == server.requests[0].body
