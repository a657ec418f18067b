"""Which messages are sent: never more than fits, never without the question, roles in their order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from easychat_gui.domain.context import Counted, Plan, estimated, plan, reserve_for
from easychat_gui.domain.conversations import ContextPolicy
from easychat_gui.domain.messages import Role

USER, ASSISTANT = Role.USER, Role.ASSISTANT
DROP, KEEP, SUM, ALL = (
    ContextPolicy.DROP_OLDEST,
    ContextPolicy.KEEP_FIRST,
    ContextPolicy.SUMMARISE,
    ContextPolicy.SEND_ALL,
)


def chat(*tokens: int) -> list[Counted]:
    """Questions and answers in turn, the first a question."""
    return [Counted(ASSISTANT if place % 2 else USER, each) for place, each in enumerate(tokens)]


def test_what_fits_is_sent_whole() -> None:
    assert plan(chat(10, 10, 10), 30, DROP) == Plan(range(0), 30, fits=True)
    assert plan(chat(10, 10, 10), None, DROP) == Plan(range(0), 30, fits=True)


def test_the_oldest_are_dropped_by_whole_exchanges() -> None:
    assert plan(chat(10, 10, 10, 10, 10), 49, DROP).dropped == range(2)
    assert plan(chat(10, 10, 10, 10, 10), 29, DROP).dropped == range(4)


def test_the_first_exchange_can_be_kept() -> None:
    assert plan(chat(10, 10, 10, 10, 10, 10, 10), 55, KEEP) == Plan(range(2, 4), 50, fits=True)
    assert plan(chat(90, 90, 10, 10, 10), 50, KEEP) == Plan(range(2), 30, fits=True), "where it is too long, it goes"


def test_a_summary_stands_for_what_is_dropped() -> None:
    assert plan(chat(10, 10, 10, 10, 10), 45, SUM, 12) == Plan(range(2), 30, fits=True, has_summary=True)
    assert plan(chat(10, 10, 10, 10, 10), 60, SUM, 12) == Plan(range(0), 50, fits=True)
    assert not plan(chat(10, 10, 10, 10, 10), 15, SUM, 12).has_summary


def test_everything_can_be_sent_all_the_same() -> None:
    assert plan(chat(10, 10, 10), 15, ALL) == Plan(range(0), 30, fits=False)


def test_a_question_that_is_too_long_by_itself_is_told() -> None:
    assert plan(chat(10, 10, 99), 50, DROP) == Plan(range(2), 99, fits=False)


def test_an_answer_that_goes_on_keeps_its_question() -> None:
    assert plan(chat(10, 10, 10, 10), 20, DROP).dropped == range(2)
    assert plan([Counted(ASSISTANT, 10)], 5, DROP) == Plan(range(0), 10, fits=False)


@given(
    st.lists(st.tuples(st.sampled_from([USER, ASSISTANT, Role.TOOL]), st.integers(0, 60)), min_size=1, max_size=25),
    st.integers(0, 400),
    st.sampled_from(list(ContextPolicy)),
    st.integers(0, 80),
)
def test_whatever_comes(pairs: list[tuple[Role, int]], room: int, policy: ContextPolicy, summary: int) -> None:
    messages = [Counted(role, tokens) for role, tokens in pairs]
    made = plan(messages, room, policy, summary)
    sent = [each for place, each in enumerate(messages) if place not in made.dropped]
    assert made.tokens == sum(each.tokens for each in sent)
    if made.fits:
        assert made.tokens + (summary if made.has_summary else 0) <= room, "never more than fits"
    questions = [place for place, each in enumerate(messages) if each.role is USER]
    last = questions[-1] if questions else len(messages) - 1
    assert all(place not in made.dropped for place in range(last, len(messages))), "never without the question"
    if made.dropped:
        assert messages[made.dropped.stop].role is USER or not questions, "what goes on begins with a question"
        if policy is not ContextPolicy.KEEP_FIRST:
            assert made.dropped.start == 0
    if sum(each.tokens for each in messages) <= room:
        assert not made.dropped


def test_the_answer_keeps_its_room() -> None:
    assert reserve_for(8192, None) == 1024
    assert reserve_for(1000, None) == 250
    assert reserve_for(8192, 300) == 300
    assert reserve_for(8192, 100_000) == 4096, "an answer as long as the window leaves no room to ask"
    assert reserve_for(None, None) == 0


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [("", 0, 0), ("word " * 100, 100, 150), ("привет мир " * 10, 40, 80), ("京都" * 50, 80, 120), ("🍲" * 10, 10, 30)],
)
def test_an_estimate_knows_scripts_apart(text: str, least: int, most: int) -> None:
    assert least <= estimated(text) <= most


def test_broken_text_is_counted_too() -> None:
    assert estimated("\ud800abc") > 0
