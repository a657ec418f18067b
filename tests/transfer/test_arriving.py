from __future__ import annotations

from typing import Any

from easychat_gui.domain.messages import Message, Role, ToolCall
from easychat_gui.domain.transfer import FoundConversation, FoundMessage, Source
from easychat_gui.transfer.arriving import Prepared, prepared

NOW = 1_800_000_000.0


def made(*messages: FoundMessage, **more: Any) -> Prepared:
    found = prepared(FoundConversation(Source.JSONL, "k", more.pop("title", "Title"), messages, **more), NOW)
    assert found is not None
    return found


def user(key: str, text: str, parent: str | None = None, **more: Any) -> FoundMessage:
    return FoundMessage(key, Role.USER, text, parent, **more)


def model(key: str, text: str, parent: str | None = None, **more: Any) -> FoundMessage:
    return FoundMessage(key, Role.ASSISTANT, text, parent, **more)


def told(prepared_: Prepared) -> list[tuple[str, str | None]]:
    texts = {message.id: message.text for message in prepared_.messages}
    return [(each.text, texts[each.parent_id] if each.parent_id else None) for each in prepared_.messages]


def test_ids_depend_on_the_keys_alone() -> None:
    one, two = made(user("a", "Hi"), title="One"), made(user("a", "Changed"), title="Two", created_at=5e8)
    assert one.id == two.id
    assert one.messages[0].id == two.messages[0].id


def test_keys_that_repeat_lose_nothing() -> None:
    assert told(made(user("a", "One"), user("a", "Two"), model("b", "Three", "a"))) == [
        ("One", None),
        ("Two", None),
        ("Three", "One"),
    ]


def test_empty_messages_are_closed_up() -> None:
    found = made(user("a", "One"), model("b", " ", "a"), user("c", "Two", "b"), leaf_key="b")
    assert told(found) == [("One", None), ("Two", "One")]
    assert found.conversation.leaf_id == found.messages[-1].id
    assert prepared(FoundConversation(Source.JSONL, "k", "", (user("a", ""),)), NOW) is None


def test_missing_dates_are_made_of_their_neighbours() -> None:
    found = made(user("a", "One", created_at=100.0), model("b", "Two", "a"), user("c", "Three", "b", created_at=200.0))
    assert [each.created_at for each in found.messages] == [100.0, 100.001, 200.0]
    assert (found.conversation.created_at, found.conversation.updated_at) == (100.0, 200.0)
    assert made(user("a", "One"), created_at=7.0).messages[0].created_at == 7.0
    assert made(user("a", "One")).messages[0].created_at == NOW


def test_messages_stand_in_the_order_of_their_dates_parents_first() -> None:
    found = made(
        user("a", "One", created_at=100.0),
        model("b", "Later version", "a", created_at=300.0),
        model("c", "First version", "a", created_at=200.0),
        user("d", "Clock went back", "b", created_at=50.0),
    )
    assert [each.text for each in found.messages] == ["One", "First version", "Later version", "Clock went back"]


def test_exchanges_with_tools_become_what_the_model_thought() -> None:
    found = made(
        user("a", "Weather?"),
        model("b", "", "a", tool_calls=(ToolCall("1", "weather", '{"in": "Oslo"}'),), reasoning="Look."),
        FoundMessage("c", Role.TOOL, "Snow", "b"),
        model("d", "It snows.", "c"),
    )
    assert [(each.role, each.text) for each in found.messages] == [
        (Role.USER, "Weather?"),
        (Role.ASSISTANT, "It snows."),
    ]
    answer: Message = found.messages[1]
    assert answer.reasoning == 'Look.\n\n**weather**\n\n```json\n{"in": "Oslo"}\n```\n\n```\nSnow\n```'
    assert not answer.tool_calls


def test_what_the_model_was_told_first_becomes_the_prompt() -> None:
    found = made(FoundMessage("s", Role.SYSTEM, "Be kind."), user("a", "Hi", "s"))
    assert (found.conversation.system_prompt, told(found)) == ("Be kind.", [("Hi", None)])


def test_a_chat_without_a_title_gets_its_first_words() -> None:
    found = made(user("a", "\n  " + "long words " * 20), title="")
    assert found.conversation.title == "long words long words long words long words…"
    assert len(made(user("a", "x"), title="t" * 999).conversation.title) == 200
