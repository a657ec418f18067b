"""How likely the tokens of an answer were, as each API tells it: nothing twice, nothing lost, the text unchanged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from easychat_gui.domain.endpoints import EndpointKind
from easychat_gui.domain.streaming import LikelihoodReport
from tests.fakes.asking import Serve, Source, events_of, question, text_of
from tests.fakes.misbehaving_server import DONE, Script, close_delimited, delta, event, json_answer, stream
from tests.fakes.other_apis import completed, last_line, line, named

TOP = [{"token": "Good", "logprob": -0.5}, {"token": "Bad", "logprob": -1}]
GOOD: dict[str, Any] = {"token": "Good", "logprob": -0.5, "top_logprobs": TOP}
WIRE = Path(__file__).parents[1] / "data" / "wire"
LINES = ["Content-Type: application/x-ndjson"]
DAY: dict[str, Any] = {"token": " day", "logprob": -0.25, "top_logprobs": []}
WHOLE_RESPONSE: dict[str, Any] = {
    "object": "response",
    "status": "completed",
    "output": [
        {"type": "message", "content": [{"type": "output_text", "text": "Good day", "logprobs": [GOOD, DAY]}]},
    ],
}


def chat_chunk(text: str, token: dict[str, Any]) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": None, "logprobs": {"content": [token]}}
    return event({"choices": [choice]})


def piece(text: str, token: dict[str, Any]) -> bytes:
    return named("response.output_text.delta", item_id="m1", delta=text, logprobs=[token])


@pytest.mark.parametrize(
    ("kind", "script"),
    [
        (EndpointKind.OPENAI, stream(chat_chunk("Good", GOOD), chat_chunk(" day", DAY), delta(None, "stop"), DONE)),
        (
            EndpointKind.OPENAI,
            json_answer(
                {
                    "choices": [
                        {
                            "message": {"content": "Good day"},
                            "finish_reason": "stop",
                            "logprobs": {"content": [GOOD, DAY], "refusal": None},
                        }
                    ]
                }
            ),
        ),
        (
            EndpointKind.RESPONSES,
            stream(
                piece("Good", GOOD),
                piece(" day", DAY),
                named("response.output_text.done", item_id="m1", text="Good day", logprobs=[GOOD, DAY]),
                completed(output=WHOLE_RESPONSE["output"]),
            ),
        ),
        (EndpointKind.RESPONSES, json_answer(WHOLE_RESPONSE)),
        (
            EndpointKind.OLLAMA,
            close_delimited(line("Good", logprobs=[GOOD]), line(" day", logprobs=[DAY]), last_line(), headers=LINES),
        ),
    ],
)
def test_they_are_told(serve: Serve, source: Source, kind: EndpointKind, script: Script) -> None:
    events = events_of(source(serve(script), kind=kind), question(logprobs=True))
    chances = [each for report in events if isinstance(report, LikelihoodReport) for each in report.chances]
    assert [each.chosen for each in chances] == [("Good", -0.5), (" day", -0.25)]
    assert [each.others for each in chances] == [(("Bad", -1.0),), ()]
    assert text_of(events) == "Good day"


@pytest.mark.parametrize("name", ["chat-text-chances.sse", "chat-text-chances.json"])
def test_those_that_llama_cpp_really_tells_are_of_the_whole_text(serve: Serve, source: Source, name: str) -> None:
    body = (WIRE / name).read_bytes()
    events = events_of(source(serve(close_delimited(body))), question(logprobs=True, stream=name.endswith("sse")))
    chances = [each for report in events if isinstance(report, LikelihoodReport) for each in report.chances]
    assert "".join(each.chosen.text for each in chances).startswith(text_of(events))
    assert text_of(events)
    assert all(0 < each.chosen.probability <= 1 for each in chances)
    assert any(each.others for each in chances)
