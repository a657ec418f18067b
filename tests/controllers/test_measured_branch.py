"""Sizes of a branch: each worked out once, and of a long chat only those of the newest messages."""

from __future__ import annotations

from typing import cast

from easychat_gui.controllers.measured_branch import MeasuredBranch
from easychat_gui.controllers.token_counts import Count, Model, TokenCounts
from easychat_gui.domain.attachments import Attachment, Details
from easychat_gui.domain.context import TOKENS_AROUND_MESSAGE
from easychat_gui.domain.ids import AttachmentId, ConversationId, EndpointId
from easychat_gui.domain.messages import Message, Role, new_message

MODEL = Model(EndpointId("e"), "m")


class Counts:
    """One token a letter, and a note of what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def count(self, _model: Model, text: str) -> Count:
        self.asked.append(text)
        return Count(len(text), is_exact=True)


def branch_of(*texts: str) -> list[Message]:
    return [
        new_message(ConversationId("c"), Role.ASSISTANT if place % 2 else Role.USER, text)
        for place, text in enumerate(texts)
    ]


def measured(messages: list[Message]) -> tuple[MeasuredBranch, Counts]:
    counts = Counts()
    return MeasuredBranch(messages, cast("TokenCounts", counts), MODEL), counts


def test_only_the_newest_are_looked_at() -> None:
    branch, counts = measured(branch_of(*["x" * 95] * 10_000))
    before, counted = branch.newest(500)
    assert (before, len(counted), len(counts.asked)) == (9_994, 6, 6)
    branch.newest(500)
    assert len(counts.asked) == 6, "and each once"
    assert branch.newest(None)[0] == 0


def test_what_cannot_be_sent_is_passed_over_and_dimmed_with_its_neighbours() -> None:
    branch, _ = measured(branch_of("a", "", "b", "c", "d", ""))
    assert [message.text for message in branch.messages] == ["a", "b", "c", "d"]
    assert branch.shown_places(range(2)) == range(3)
    assert branch.shown_places(range(1, 3)) == range(2, 4)
    assert branch.shown_places(range(4)) == range(6)
    assert branch.shown_places(range(0)) == range(0)


def test_files_count_with_their_message() -> None:
    text = Attachment(AttachmentId("1"), "a.txt", "text/plain", 3, "0" * 64, "abc")
    picture = Attachment(AttachmentId("2"), "p.png", "image/png", 9, "1" * 64, details=Details(width=512, height=512))
    (message,) = branch_of("hello")
    branch, _ = measured([message.with_(attachments=(text, picture))])
    size = branch.size(0)
    assert (size.text, size.attached, size.is_exact) == (5, 3 + 255, False)
    assert size.total == 263 + TOKENS_AROUND_MESSAGE
    assert list(branch.texts()) == ["hello", "abc"]
