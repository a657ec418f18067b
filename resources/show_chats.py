"""Chats for the pictures of the README: some folders, two months of answers, nothing of anybody."""

from __future__ import annotations

import random
import time
from pathlib import Path

from easychat_gui.domain.conversations import Conversation, TitleFrom
from easychat_gui.domain.folders import Folder
from easychat_gui.domain.ids import EndpointId, FolderId, new_conversation_id, new_folder_id
from easychat_gui.domain.messages import FinishReason, Role, Usage, new_message
from easychat_gui.storage.store import Store
from easychat_gui.support.clock import DAY_S

MODELS = (("qwen3:4b", "workshop", 34.0), ("SmolLM2-135M-Instruct", "local", 92.0), ("gpt-4o-mini", "openai", 58.0))

CHATS: tuple[tuple[str, str, str, str], ...] = (
    ("Softmax in NumPy", "Work", "How do I keep softmax from overflowing?", "Subtract the maximum, then `numpy.exp`."),
    ("Bash or Python", "Work", "When is Bash enough?", "Until you need pandas or numpy, roughly."),
    (
        "Regex for ISO dates",
        "Work",
        "A regex for ISO dates?",
        r"`\d{4}-\d{2}-\d{2}`; `datetime` checks them.",
    ),
    ("SQL window functions", "Work", "What is a window function?", "It looks at rows around the one it stands in."),
    ("Physics homework", "School", "How do I plot a sine?", "With `numpy.linspace(0, 2 * pi)` and a line."),
    ("Explain attention", "School", "What is attention?", "A weighted mean whose weights come from the input."),
    ("Letter to the landlord", "", "Write to my landlord about the heating.", "Dear Ms Hall, since Monday …"),
    ("Рецепт борща", "", "Как сварить борщ?", "Свёкла, капуста, картофель, и терпение."),
    ("Trip to Kyoto 京都", "", "Three days in 京都?", "Begin at Fushimi Inari, before the crowds."),
    ("Names for a cat", "", "Names for a grey cat?", "Ash, Pewter, Smoke, Earl."),
    ("Tax questions", "", "What can I deduct?", "It depends on the country; here is how to find out."),
    ("Poem about spring", "", "A short poem about spring.", "The thaw speaks softly to the stones."),
)


def fill(data_dir: Path) -> None:
    """Write the chats into the database of a data folder."""
    chance = random.Random(7)  # for pictures
    store = Store.open(data_dir / "easychat.db")
    folders = {name: Folder(new_folder_id(), name, position=place) for place, name in enumerate(("Work", "School"))}
    with store.transaction():
        for folder in folders.values():
            store.folders.save(folder)
        for place, (title, folder_name, question, answer) in enumerate(CHATS):
            asked_at = time.time() - place * 0.8 * DAY_S - 3600
            folder_id = folders[folder_name].id if folder_name else None
            _add(store, title, folder_id, question, answer, asked_at, chance, is_pinned=place in (4, 6))
        for day in range(60):
            for _ in range(chance.randrange(6)):
                _add_answer_of_day(store, time.time() - day * DAY_S, chance)
    store.close()


def _add(
    store: Store,
    title: str,
    folder_id: FolderId | None,
    question: str,
    answer: str,
    asked_at: float,
    chance: random.Random,
    *,
    is_pinned: bool,
) -> None:
    conversation = Conversation(new_conversation_id(), title, asked_at, asked_at, is_pinned=is_pinned)
    first = new_message(conversation.id, Role.USER, question).with_(created_at=asked_at)
    second = new_message(conversation.id, Role.ASSISTANT, answer, parent_id=first.id)
    second = second.with_(created_at=asked_at + 1, **_figures(chance))
    store.conversations.save(conversation.with_(folder_id=folder_id, leaf_id=second.id, title_from=TitleFrom.PERSON))
    store.messages.add(first, second)


def _add_answer_of_day(store: Store, at: float, chance: random.Random) -> None:
    """Add an answer to the oldest chat: it tells the page of statistics something, and the list nothing."""
    (row,) = store.rows("SELECT id FROM conversations ORDER BY updated_at LIMIT 1")
    answer = new_message(row[0], Role.ASSISTANT, "…").with_(created_at=at, **_figures(chance))
    store.messages.add(answer)


def _figures(chance: random.Random) -> dict[str, object]:
    model, server, speed = chance.choices(MODELS, (5, 3, 2))[0]
    tokens = int(chance.lognormvariate(6, 0.7))
    return {
        "model_id": model,
        "endpoint_id": EndpointId(server),
        "endpoint_name": server.capitalize(),
        "usage": Usage(int(tokens * chance.uniform(0.2, 0.6)), tokens),
        "finish_reason": FinishReason.STOP,
        "first_token_s": chance.uniform(0.2, 0.7),
        "duration_s": tokens / (speed * chance.uniform(0.8, 1.2)),
    }
