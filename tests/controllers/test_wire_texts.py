"""Long requests and answers: all of them to be copied, a part that a view can take to be shown."""

from __future__ import annotations

import json

from easychat_gui.controllers.wire_texts import LONGEST_LINE, WireTexts, wire_texts
from easychat_gui.domain.ids import ConversationId, MessageId
from easychat_gui.domain.messages import Message, Role, new_message
from easychat_gui.domain.sent_requests import Run, SentRequest
from easychat_gui.domain.streaming import AnswerReceived

ANSWER = new_message(ConversationId("c"), Role.ASSISTANT, "It is so.", model_id="m")


def texts_of(messages: list[Message], received: AnswerReceived | None = None) -> WireTexts:
    run = Run(messages[0].id, messages[-1].id, len(messages))
    request = SentRequest("POST", "http://x", (), {"model": "m", "messages": [], "seed": 5}, (run,), "", 1.0)
    return wire_texts(ANSWER, request, {run: messages}, {}, received)


def questions(*texts: str) -> list[Message]:
    return [new_message(ConversationId("c"), Role.USER, text) for text in texts]


def test_each_message_has_a_line_of_its_own() -> None:
    texts = texts_of(questions("one", "two"))
    assert texts.body.shown.splitlines() == [
        "{",
        '  "model": "m",',
        '  "messages": [',
        '    {"role": "user", "content": "one"},',
        '    {"role": "user", "content": "two"}',
        "  ],",
        '  "seed": 5',
        "}",
    ]
    assert texts.not_sent == (
        *("temperature", "top_p", "presence_penalty", "frequency_penalty", "max_tokens"),
        "stop",
    )
    assert not texts.body.is_shortened


def test_a_long_text_is_shown_in_part_and_copied_whole() -> None:
    texts = texts_of(questions("x" * 1_000_000))
    assert len(texts.body.shown) < 3000
    assert json.loads(texts.body.whole)["messages"][0]["content"] == "x" * 1_000_000


def test_of_many_messages_the_first_and_the_last_are_shown() -> None:
    texts = texts_of(questions(*(f"number {number}" for number in range(10_000))))
    assert "… [+9900]" in texts.body.shown
    assert '"number 9999"' in texts.body.shown
    assert len(texts.body.shown.splitlines()) < 120
    assert len(json.loads(texts.body.whole)["messages"]) == 10_000


def test_no_line_of_an_answer_is_longer_than_a_view_can_take() -> None:
    received = AnswerReceived(200, (("Content-Type", "text/plain"),), b"y" * 200_000 + b"\x00\x1b[31m", is_cut=True)
    texts = texts_of(questions("q"), received)
    assert max(map(len, texts.answer.shown.splitlines())) <= LONGEST_LINE
    assert "\x1b" not in texts.answer.shown
    assert texts.answer.whole.startswith("HTTP 200\nContent-Type: text/plain\n\nyyy")
    assert texts.is_answer_cut


def test_an_answer_that_is_no_longer_kept_is_put_together() -> None:
    texts = wire_texts(ANSWER, None, {}, {}, None)
    assert json.loads(texts.answer.whole) == {"model": "m", "content": "It is so."}
    assert texts.request is None
    assert texts.curl == ""


def test_direction_overrides_are_marks_and_not_obeyed() -> None:
    texts = texts_of([new_message(ConversationId("c"), Role.USER, "a\u202eb", parent_id=MessageId("p"))])
    assert "\u202e" not in texts.body.shown
    assert "\u202e" in texts.body.whole
