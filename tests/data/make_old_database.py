"""Makes easychat-v<N>.db, the file that `tests/storage/test_migrations.py` opens for ever after.

Run once at the release of a new schema version, with that version of the program; never for an older one again.
"""

from __future__ import annotations

from pathlib import Path

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.generation import GenerationParams
from easychat_gui.domain.ids import ConversationId, EndpointId, MessageId
from easychat_gui.domain.lessons import Lesson
from easychat_gui.domain.messages import (
    Adaptation,
    Failure,
    FinishReason,
    Message,
    MessageStatus,
    Role,
    ToolCall,
    Usage,
)
from easychat_gui.domain.token_chances import Candidate, TokenChance
from easychat_gui.storage.migrations import CURRENT_VERSION
from easychat_gui.storage.store import Store

FIRST, SECOND = ConversationId("c1"), ConversationId("c2")


def message(name: str, role: Role, text: str, parent: str | None, **more: object) -> Message:
    plain = Message(MessageId(name), FIRST, role, text, created_at=1_760_000_000.0)
    return plain.with_(parent_id=None if parent is None else MessageId(parent), **more)


def main() -> None:
    path = Path(__file__).with_name(f"easychat-v{CURRENT_VERSION}.db")
    if path.exists():
        raise SystemExit(f"{path} is there already")
    store = Store.open(path)
    params = GenerationParams(temperature=None, stop=("END",))
    conversation = Conversation(
        FIRST,
        "Recipe for borscht — рецепт",
        1.76e9,
        1.76e9,
        True,
        EndpointId("e1"),
        "qwen",
        "Be brief.",
        params.as_dict(),
    )
    store.begin_exchange(
        conversation.with_(leaf_id=MessageId("m4")),
        [
            message("m1", Role.USER, "How is borscht made?", None),
            message(
                "m2",
                Role.ASSISTANT,
                "Beetroot, cabbage, 京都 🍲.",
                "m1",
                reasoning="A soup.",
                reasoning_s=1.5,
                tool_calls=(ToolCall("call_1", "search", '{"q": "soup"}'),),
                model_id="qwen",
                endpoint_id=EndpointId("e1"),
                endpoint_name="Mine",
                params=params.as_dict(),
                finish_reason=FinishReason.STOP,
                usage=Usage(12, 7),
                first_token_s=0.2,
                duration_s=3.5,
                adapted=(Adaptation("top_p"),),
            ),
            message(
                "m2b",
                Role.ASSISTANT,
                "",
                "m1",
                status=MessageStatus.FAILED,
                failure=Failure("RateLimited", "Too many requests.", {"status": 429}),
            ),
            message("m3", Role.USER, "How long?", "m2"),
            message("m4", Role.ASSISTANT, "Simmer for", "m3", status=MessageStatus.STREAMING),
        ],
    )
    store.messages.save_chances(MessageId("m2"), [TokenChance(Candidate("Beetroot", -0.5))])
    store.lessons.add(EndpointId("e1"), Lesson("qwen", "top_p"))
    store.conversations.save(Conversation(SECOND, "Second", 1.7e9, 1.7e9, draft="not sent yet"))
    store.close()


if __name__ == "__main__":
    main()
