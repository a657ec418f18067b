"""Parameters that a model turned out not to take, learned from its refusals, so that it is not asked twice.

A server refuses a whole question because of one parameter, names it, and has no list of what it takes. So the question
is asked again without it, and what was learned is kept for that model.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from easychat_gui.domain.errors import ProviderError, RequestRefused
from easychat_gui.domain.ids import EndpointId
from easychat_gui.domain.lessons import Lesson, value_in

RENAMED: Mapping[str, str] = {"max_tokens": "max_completion_tokens"}
"""What newer models want instead of an older name."""

MOST_LESSONS = 12
MOST_OF_ONE = 2
"""In one question: of all parameters, and of one, which may be renamed and cut."""

_NEVER_LEFT_OUT = frozenset({"model", "messages", "input", "system", "instructions", "stream"})
"""Without these it would be another question."""

_READ_CHARACTERS = 600
"""Of a refusal. Some quote the question behind their own words, and a name in it proves nothing."""

_ABOUT_PARAMETERS = re.compile(
    r"param|argument|field|option|support|unknown|unrecogni|unexpected|allowed|permitted|extra|invalid|deprecat|accept"
    r"|specified|must be|set to",
    re.IGNORECASE,
)
_ABOUT_THE_VALUE = re.compile(
    r"value|must be|range|at (?:most|least)|too (?:large|small|high|low|long|big)|maxim|minim|between|(?:less|greater)"
    r" than|[<>]|\bexpected",
    re.IGNORECASE,
)
_ABOUT_THE_CONTEXT = re.compile(r"context (?:length|window|size)|exceeds? (?:the )?(?:\w+ )?context", re.IGNORECASE)
_ONLY_ONE = re.compile(r"cannot both|not both|only one|mutually exclusive|at the same time", re.IGNORECASE)
_LIMIT = re.compile(r"(\d+)\s*>\s*(\d+)")


class Lessons:
    """What the models of one server have taught. For several threads at once.

    :param known: lessons of earlier days.
    :param on_learned: called with each new one, in the thread of the answer; for keeping it.
    """

    def __init__(self, known: Iterable[Lesson] = (), on_learned: Callable[[Lesson], None] = lambda _: None) -> None:
        self._lock = threading.Lock()
        self._lessons = list(known)
        self._on_learned = on_learned

    @property
    def all(self) -> tuple[Lesson, ...]:
        with self._lock:
            return tuple(self._lessons)

    def add_known(self, known: Iterable[Lesson]) -> None:
        """Add lessons of earlier days that have been read only now."""
        with self._lock:
            self._lessons += [each for each in known if each not in self._lessons]

    def forget(self, lesson: Lesson | None = None) -> None:
        """Forget one of them, or (None) all; a question that needs it again teaches it again."""
        with self._lock:
            self._lessons = [each for each in self._lessons if lesson is not None and each != lesson]

    def applied(self, model: str, body: Mapping[str, Any]) -> tuple[dict[str, Any], list[Lesson]]:
        """Return the body as this model takes it, and the lessons that had to be applied."""
        changed, used = dict(body), []
        for lesson in self.all:
            if lesson.model == model and lesson.holds_for(changed):
                changed = lesson.applied(changed)
                used.append(lesson)
        return changed, used

    def learn(
        self,
        error: ProviderError,
        model: str,
        body: Mapping[str, Any],
        *,
        needed: frozenset[str] = frozenset(),
        aliases: Mapping[str, str] | None = None,
    ) -> Lesson | None:
        """Return what a refusal of this body, as it was sent, teaches, and keep it; None when there is nothing to try.

        ``needed`` are fields that this API wants in every question, ``aliases`` what it calls fields in its errors.
        """
        if not isinstance(error, RequestRefused) or error.status not in (400, 422):
            return None
        lesson = _lesson(error.parameter, error.detail, model, body, needed, aliases or {})
        if lesson is None or not lesson.holds_for(body):
            return None
        with self._lock:
            is_new = lesson not in self._lessons  # another answer may have learned it meanwhile
            if is_new:
                self._lessons.append(lesson)
        if is_new:
            self._on_learned(lesson)
        return lesson


class Trial:
    """What is learned while one question is asked, until it is answered or refused for good."""

    def __init__(
        self, lessons: Lessons, model: str, *, needed: frozenset[str] = frozenset(), aliases: Mapping[str, str]
    ) -> None:
        self._lessons = lessons
        self._model = model
        self._needed = needed
        self._aliases = aliases
        self._learned: list[Lesson] = []

    @property
    def parameters(self) -> frozenset[str]:
        """Return the parameters of which something was learned."""
        return frozenset(each.parameter for each in self._learned)

    def learn(self, error: ProviderError, body: Mapping[str, Any]) -> Lesson | None:
        """See `Lessons.learn`. A server that always finds something else is not followed for ever."""
        if len(self._learned) >= MOST_LESSONS:
            return None
        lesson = self._lessons.learn(error, self._model, body, needed=self._needed, aliases=self._aliases)
        if lesson is None:
            return None
        is_stuck = sum(each.parameter == lesson.parameter for each in self._learned) >= MOST_OF_ONE
        self._learned.append(lesson)
        return None if is_stuck else lesson

    def take_back(self, error: ProviderError) -> None:
        """The question was refused all the same: what it named was not what was wrong."""
        if isinstance(error, RequestRefused):
            for lesson in self._learned:
                self._lessons.forget(lesson)


class LessonBook:
    """The `Lessons` of each server. For several threads at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lessons: dict[EndpointId, Lessons] = {}

    def of(self, endpoint_id: EndpointId) -> Lessons:
        with self._lock:
            return self._lessons.setdefault(endpoint_id, Lessons())

    def all(self) -> list[tuple[EndpointId, Lessons]]:
        with self._lock:
            return list(self._lessons.items())


def _lesson(
    parameter: str,
    text: str,
    model: str,
    body: Mapping[str, Any],
    needed: frozenset[str],
    aliases: Mapping[str, str],
) -> Lesson | None:
    text = text[:_READ_CHARACTERS]
    names = _names_in(parameter, text, body, aliases)
    if not names:
        return None
    if len(names) > 1 and _ONLY_ONE.search(text):
        return Lesson(model, names[-1], beside=names[0])
    name = names[0]
    if name in needed:
        limit = _LIMIT.search(text)
        return Lesson(model, name, limit=int(limit[2])) if limit and int(limit[2]) > 0 else None
    newer = RENAMED.get(name)
    is_value = bool(_ABOUT_THE_VALUE.search(text)) and not (newer and newer in text and "too" not in text)
    is_value = is_value or bool(_ABOUT_THE_CONTEXT.search(text))  # another name would not make it fit
    if newer and newer not in body and not is_value:
        return Lesson(model, name, renamed_to=newer)
    value = value_in(body, name)
    return Lesson(model, name, values=(value,)) if is_value else Lesson(model, name)


def _names_in(parameter: str, text: str, body: Mapping[str, Any], aliases: Mapping[str, str]) -> list[str]:
    """Return the fields of the body that a refusal names, in the order of naming."""
    parameter = aliases.get(parameter, parameter).removeprefix("body.")
    outer = re.split(r"[.\[]", parameter, maxsplit=1)[0]
    if outer in body:
        if outer in _NEVER_LEFT_OUT:
            return []
        named = [parameter if value_in(body, parameter) is not None else outer]
        return named + [name for name in _names_in("", text, body, aliases) if name not in (outer, parameter)]
    places: dict[str, int] = {}
    words = [(word, name) for name in _fields(body) for word in _spellings(name)] + list(aliases.items())
    for word, name in words:
        found = re.search(rf"(?<![\w.]){re.escape(word)}(?!\w)", text)
        if found and value_in(body, name) is not None and ("_" in word or _ABOUT_PARAMETERS.search(text)):
            places.setdefault(name, found.start())
    inside = {name for name in places if any(other.startswith(f"{name}.") for other in places)}
    return sorted(places.keys() - inside, key=lambda name: places[name])


def _spellings(name: str) -> list[str]:
    """Return how errors call a field: some in the names of the server's own language, some in words."""
    if name == "stop":
        return [name, "stop sequences", "Stop sequences"]
    first, *others = name.split("_")
    if not others:
        return [name]
    words = " ".join((first, *others))
    return [name, first + "".join(each.capitalize() for each in others), words, words.capitalize()]


def _fields(body: Mapping[str, Any]) -> list[str]:
    names = [name for name in body if name not in _NEVER_LEFT_OUT]
    inner = [f"{name}.{each}" for name in names if isinstance(body[name], dict) for each in body[name]]
    return names + inner
