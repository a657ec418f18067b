"""The quick dataclass: whatever can be done with the standard one can be done with it."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from easychat_gui.support import quick_dataclass

Decorator = Callable[..., Any]


def _made_with(decorator: Decorator, **options: bool) -> Any:
    @decorator(slots=True, **options)
    class Chat:
        """A chat."""

        title: str
        words: int = 3
        tags: list[str] = dataclasses.field(default_factory=list)
        secret: str = dataclasses.field(default="", repr=False)
        origin: str = dataclasses.field(default="", compare=False)

    return Chat


@quick_dataclass.dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: tuple[int, ...] = ()


@pytest.fixture(params=[{"frozen": True}, {"frozen": False}, {"frozen": True, "eq": False}], ids=str)
def both(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    """The same class, made quickly and made by the standard library."""
    return _made_with(quick_dataclass.dataclass, **request.param), _made_with(dataclasses.dataclass, **request.param)


def _tell(act: Callable[[Any], object], made: Any) -> object:
    try:
        return act(made)
    except Exception as error:
        return type(error), str(error)


@pytest.mark.parametrize(
    "act",
    [
        lambda chat: repr(chat("a")),
        lambda chat: repr(chat("a", 4, ["x"], "key", "file")),
        lambda chat: chat("a") == chat("a"),
        lambda chat: chat("a") == chat("b"),
        lambda chat: chat("a", origin="x") == chat("a", origin="y"),
        lambda chat: chat("a") == "a",
        lambda chat: chat("a").tags is chat("a").tags,
        lambda chat: hash(chat("a")),
        lambda chat: len({*map(hash, [chat("a", tags=()), chat("a", tags=(), origin="y")])}) == 1,  # both are alive
        lambda chat: setattr(chat("a"), "title", "b"),
        lambda chat: delattr(chat("a"), "title"),
        lambda chat: dataclasses.asdict(chat("a")),
        lambda chat: repr(dataclasses.replace(chat("a"), words=9)),
        lambda chat: repr(copy.deepcopy(chat("a", tags=["x"]))),
        lambda chat: [(field.name, field.type) for field in dataclasses.fields(chat)],
        lambda chat: str(inspect.signature(chat)).replace("_unset", "<factory>").split("tags")[0],
        lambda chat: (chat.__doc__, chat.__slots__, chat.__match_args__, chat.__name__, chat.__init__.__qualname__),
        lambda chat: chat(),
        lambda chat: chat("a", nothing=1),
    ],
)
def test_it_does_what_the_standard_one_does(both: tuple[Any, Any], act: Callable[[Any], object]) -> None:
    quick, standard = both
    expected = _tell(act, standard)
    if isinstance(expected, int) and not isinstance(expected, bool):
        assert isinstance(_tell(act, quick), int)
    else:
        assert _tell(act, quick) == expected


def test_a_frozen_one_can_be_pickled_and_is_the_same_in_a_set() -> None:
    point = Point(1, (2,))
    assert pickle.loads(pickle.dumps(point)) == point
    assert {point, Point(1, (2,))} == {point}
    with pytest.raises(dataclasses.FrozenInstanceError):
        point.x = 2  # type: ignore[misc]


def _late() -> None:
    @quick_dataclass.dataclass(slots=True)
    class Late:
        first: int
        second: int = dataclasses.field(init=False)


def _with_argument() -> None:
    @quick_dataclass.dataclass(slots=True)
    class Opened:
        first: int
        path: dataclasses.InitVar[str] = ""


def _hashed_otherwise() -> None:
    @quick_dataclass.dataclass(frozen=True, slots=True)
    class Hashed:
        first: int
        tags: list[str] = dataclasses.field(default_factory=list, hash=False)


def _derived() -> None:
    @quick_dataclass.dataclass(slots=True)  # which would be one that can be changed of one that cannot
    class Derived(Point):  # type: ignore[misc]
        third: int = 0


def _made_further() -> None:
    @quick_dataclass.dataclass(slots=True)
    class Further:
        first: int

        def __post_init__(self) -> None:
            self.first += 1


@pytest.mark.parametrize("make", [_late, _with_argument, _hashed_otherwise, _derived, _made_further])
def test_what_it_cannot_make_is_refused_and_not_made_wrongly(make: Callable[[], None]) -> None:
    with pytest.raises(TypeError, match="standard dataclass"):
        make()


def test_an_option_that_it_does_not_have_is_refused() -> None:
    with pytest.raises(TypeError, match="order"):
        quick_dataclass.dataclass(slots=True, order=True)
