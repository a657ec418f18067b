"""Attachments on the wire, byte for byte."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.endpoints import Endpoint, EndpointKind
from easychat_gui.domain.generation import CompletionRequest, GenerationParams
from easychat_gui.domain.ids import AttachmentId, ConversationId, EndpointId
from easychat_gui.domain.messages import Role, new_message
from easychat_gui.providers.attached import WithPictures
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.openai_chat import OpenAIChat
from easychat_gui.providers.wire import encode_body, request_body
from tests.fakes.misbehaving_server import MisbehavingServer, good_stream

PICTURE = b"\x89PNG not really"
SHA = hashlib.sha256(PICTURE).hexdigest()
DATA = base64.b64encode(PICTURE).decode()


def request(**message: object) -> CompletionRequest:
    note = Attachment(AttachmentId("1"), "note.txt", "text/plain", 2, "0" * 64, "hi")
    plot = Attachment(AttachmentId("2"), "plot.png", "image/png", 9, SHA)
    question = new_message(ConversationId("c"), Role.USER, "What?", attachments=(note, plot))
    return CompletionRequest("m", (question,), GenerationParams(None, None, None, None))


TEXT = '<document name=\\"note.txt\\">\\nhi\\n</document>\\n\\n'


def test_what_the_server_gets(tmp_path: Path) -> None:
    (tmp_path / SHA).write_bytes(PICTURE)
    with MisbehavingServer(good_stream("Nice.")) as server:
        chat = OpenAIChat(Endpoint(EndpointId("e"), "S", server.url))
        source = WithPictures(chat, lambda sha256: (tmp_path / sha256).read_bytes())
        list(source.stream_events(request(), Cancellation()))
        chat.close()
        body = server.requests[0].body.decode()
    parts = f'[{{"type":"text","text":"{TEXT}What?"}},'
    parts += f'{{"type":"image_url","image_url":{{"url":"data:image/png;base64,{DATA}"}}}}]'
    assert f'"messages":[{{"role":"user","content":{parts}}}]' in body


def test_without_its_picture_a_message_is_plain_text() -> None:
    body = encode_body(request_body(request(), kind=EndpointKind.OPENAI)).decode()
    absent = '[The picture \\"plot.png\\" is not shown to this model.]\\n\\n'
    assert f'"messages":[{{"role":"user","content":"{TEXT}{absent}What?"}}]' in body


def test_a_picture_that_is_gone_or_not_the_same_is_left_out(tmp_path: Path) -> None:
    seen: list[CompletionRequest] = []

    class Source:
        def stream_events(self, request: CompletionRequest, cancellation: Cancellation):  # type: ignore[no-untyped-def]
            seen.append(request)
            return iter(())

    for content in (None, b"another"):
        if content is not None:
            (tmp_path / SHA).write_bytes(content)
        list(
            WithPictures(Source(), lambda sha256: (tmp_path / sha256).read_bytes()).stream_events(
                request(), Cancellation()
            )
        )
    assert [each.pictures for each in seen] == [{}, {}]


def test_a_picture_of_an_answer_is_named_and_not_sent() -> None:
    plot = Attachment(AttachmentId("2"), "plot.png", "image/png", 9, SHA)
    drawn = new_message(ConversationId("c"), Role.ASSISTANT, "Here.", attachments=(plot,))
    asked = CompletionRequest("m", (drawn,), GenerationParams(None, None, None, None), pictures={SHA: PICTURE})
    body = encode_body(request_body(asked, kind=EndpointKind.OPENAI)).decode()
    assert "image_url" not in body
    assert '[The picture \\"plot.png\\" is not shown to this model.]' in body
