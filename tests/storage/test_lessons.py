"""What models do not take, kept for each server."""

from __future__ import annotations

from easychat_gui.domain.ids import EndpointId
from easychat_gui.domain.lessons import Lesson
from easychat_gui.storage.store import Store

A, B = EndpointId("a"), EndpointId("b")
LESSONS = [
    Lesson("m", "top_p"),
    Lesson("m", "max_tokens", renamed_to="max_completion_tokens"),
    Lesson("m", "max_tokens", limit=4096),
    Lesson("m", "temperature", values=(0.5,)),
    Lesson("m", "stop", values=(["a", "b"],)),
    Lesson("m\x00", "top_p", beside="temperature"),
]


def test_they_come_back_as_they_were(store: Store) -> None:
    for lesson in LESSONS:
        store.lessons.add(A, lesson)
        store.lessons.add(A, lesson)
    store.lessons.add(B, LESSONS[0])
    found = store.lessons.all()
    assert found[A][:-1] == LESSONS[:-1]
    assert found[A][-1].beside == "temperature"
    assert found[B] == [LESSONS[0]]


def test_one_or_all_of_a_server_can_be_removed(store: Store) -> None:
    for lesson in LESSONS:
        store.lessons.add(A, lesson)
    store.lessons.add(B, LESSONS[0])
    for lesson in LESSONS[1:]:
        store.lessons.remove(A, lesson)
    assert store.lessons.all() == {A: [LESSONS[0]], B: [LESSONS[0]]}
    store.lessons.remove_all(A)
    assert store.lessons.all() == {B: [LESSONS[0]]}


def test_one_of_a_later_version_is_passed_over(store: Store) -> None:
    store.lessons.add(A, LESSONS[0])
    for number, text in enumerate(('{"what": 1}', "5", '{"parameter": "n", "limit": "x", "values": 5}')):
        store.execute(
            "INSERT INTO lessons (id, endpoint_id, model_id, learned_at, lesson) VALUES (?, 'a', 'm', 0, ?)",
            (str(number), text),
        )
    assert store.lessons.all() == {A: [LESSONS[0], Lesson("m", "n")]}
