"""`dataclasses.dataclass`, made in a third of the time: sixty of them stand before the first paint.

The standard one writes each method of a class as text and compiles it, six of them for a frozen class. Here that is
done for ``__init__`` alone; the others are closures over the names of the fields. What the standard one knows of a
class (its fields and slots, ``replace``, ``asdict``, patterns) is left to it, and for type checkers this *is* it.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["dataclass"]

T = TypeVar("T")
Field = dataclasses.Field[Any]
Methods = Mapping[str, Any]


def _quick(*, frozen: bool = False, slots: bool, eq: bool = True) -> Callable[[type[T]], type[T]]:
    """As `dataclasses.dataclass`, with these options; others are a TypeError."""

    def decorate(cls: type[T]) -> type[T]:
        cls.__doc__ = cls.__doc__ or cls.__name__  # without words the standard one takes a signature apart for some
        own = vars(cls)
        made = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
        fields = dataclasses.fields(made)  # type: ignore[arg-type]
        if _is_special(made, fields):
            raise TypeError(f"{cls.__name__} needs the standard dataclass")
        methods = {"__init__": _init(made, fields, is_frozen=frozen), "__repr__": _repr(fields)}
        if eq:
            methods |= _comparison(fields, is_frozen=frozen)
        if frozen:
            methods |= _refusals(made, fields)
        for name, method in methods.items():
            if own.get(name) is None:  # Python itself puts a None there for the hash of what has its own __eq__
                setattr(made, name, method)
        return made

    return decorate


if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    dataclass = _quick


def _is_special(made: type, fields: Sequence[Field]) -> bool:
    """Has a class what is not made here: a base that is one itself, constants, what only ``__init__`` takes, …?"""
    has_others = len(vars(made)["__dataclass_fields__"]) > len(fields)
    is_derived = any(map(dataclasses.is_dataclass, made.__mro__[1:]))
    are_usual = all(field.init and not field.kw_only and field.hash is None for field in fields)
    return has_others or is_derived or not are_usual or hasattr(made, "__post_init__")


def _init(made: type, fields: Sequence[Field], *, is_frozen: bool) -> Any:
    """Compile the one method that is called so often that it must be as quick as one that was written by hand."""
    parameters, lines = ["self"], []
    known: dict[str, Any] = {"_set": object.__setattr__, "_unset": dataclasses.MISSING}
    for number, field in enumerate(fields):
        parameter = value = field.name
        if field.default is not dataclasses.MISSING:
            known[f"_default{number}"] = field.default
            parameter = f"{field.name}=_default{number}"
        elif field.default_factory is not dataclasses.MISSING:
            known[f"_make{number}"] = field.default_factory
            parameter = f"{field.name}=_unset"
            value = f"_make{number}() if {value} is _unset else {value}"
        parameters.append(parameter)
        lines.append(f"_set(self, {field.name!r}, {value})" if is_frozen else f"self.{field.name} = {value}")
    text = (
        f"def make({', '.join(known)}):\n"
        f" def __init__({', '.join(parameters)}):\n"
        f"  {'; '.join(lines) or 'pass'}\n"
        " return __init__\n"
    )
    found: dict[str, Any] = {}
    exec(text, sys.modules[made.__module__].__dict__, found)  # noqa: S102 - nothing but names of fields
    init = found["make"](**known)
    init.__qualname__ = f"{made.__qualname__}.__init__"
    init.__annotations__ = {field.name: field.type for field in fields} | {"return": None}
    return init


def _repr(fields: Sequence[Field]) -> Any:
    names = [field.name for field in fields if field.repr]

    @recursive_repr()
    def __repr__(self: Any) -> str:  # noqa: N807 - it becomes that
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({values})"

    return __repr__


def _comparison(fields: Sequence[Field], *, is_frozen: bool) -> Methods:
    values_of = _values(*(field.name for field in fields if field.compare))

    def __eq__(self: Any, other: object) -> bool:  # noqa: N807
        return values_of(self) == values_of(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: Any) -> int:  # noqa: N807
        return hash(values_of(self))

    return {"__eq__": __eq__, "__hash__": __hash__ if is_frozen else None}


def _values(*names: str) -> Callable[[object], tuple[Any, ...]]:
    """Return what takes these attributes of an object."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda each: tuple(getattr(each, name) for name in names)


def _refusals(made: type, fields: Sequence[Field]) -> Methods:
    """Let nobody change an object but `copy` and `pickle`, which make one."""
    names = [field.name for field in fields]

    def __setattr__(self: Any, name: str, value: object) -> None:  # noqa: N807
        if type(self) is made or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        object.__setattr__(self, name, value)

    def __delattr__(self: Any, name: str) -> None:  # noqa: N807
        if type(self) is made or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
        object.__delattr__(self, name)

    def __getstate__(self: Any) -> list[Any]:  # noqa: N807
        return [getattr(self, name) for name in names]

    def __setstate__(self: Any, state: Sequence[Any]) -> None:  # noqa: N807
        for name, value in zip(names, state, strict=True):
            object.__setattr__(self, name, value)

    return {
        "__setattr__": __setattr__,
        "__delattr__": __delattr__,
        "__getstate__": __getstate__,
        "__setstate__": __setstate__,
    }
