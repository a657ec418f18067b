"""Every setting, declared once: its type, its default, what it may be.

The reading and writing of the file and the rows of the settings dialog are made of this. The words are in `ui`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, fields, replace
from enum import StrEnum
from typing import Any

from easychat_gui.domain.conversations import ContextPolicy
from easychat_gui.domain.endpoints import Endpoint, Pool
from easychat_gui.domain.generation import GenerationParams
from easychat_gui.settings.generation_rules import GENERATION_RULES
from easychat_gui.settings.rules import Choice, Counts, Flag, Number, Rule, Text, Texts
from easychat_gui.support.quick_dataclass import dataclass

LARGEST_WINDOW = 100_000_000


class SendKey(StrEnum):
    """What sends; the other one breaks the line."""

    ENTER = "enter"
    CTRL_ENTER = "ctrl+enter"


class ThemeChoice(StrEnum):
    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class TitleChoice(StrEnum):
    """What a new chat is called. MODEL: as the model that answers it writes. QUESTION: as its first question is about.
    OFF: the first words of that."""

    MODEL = "model"
    QUESTION = "question"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class General:
    """``default_endpoint_id`` and ``default_model`` are what a new conversation asks; empty: the last one used.
    ``keys_for_session``: keys end with the program, because the person wants it so.
    ``trash_days``: on so many days of use a chat stays in the trash before it is removed for good; 0: for ever."""

    send_key: SendKey = field(default=SendKey.ENTER, metadata={"rule": Choice(SendKey)})
    default_endpoint_id: str = field(default="", metadata={"rule": Text(200)})
    default_model: str = field(default="", metadata={"rule": Text(500)})
    keys_for_session: bool = field(default=False, metadata={"rule": Flag()})
    auto_titles: TitleChoice = field(default=TitleChoice.MODEL, metadata={"rule": Choice(TitleChoice)})
    trash_days: int = field(default=30, metadata={"rule": Number(0, 3650, is_whole=True)})


@dataclass(frozen=True, slots=True)
class Appearance:
    """``zoom`` is a factor on the size of all text."""

    theme: ThemeChoice = field(default=ThemeChoice.SYSTEM, metadata={"rule": Choice(ThemeChoice)})
    zoom: float = field(default=1.0, metadata={"rule": Number(0.5, 3.0)})


@dataclass(frozen=True, slots=True)
class Context:
    """``policy`` holds for conversations that choose nothing themselves. ``windows`` are the sizes, in tokens, that the
    person typed for models whose server does not tell, by `window_key`."""

    policy: ContextPolicy = field(default=ContextPolicy.DROP_OLDEST, metadata={"rule": Choice(ContextPolicy)})
    windows: Mapping[str, int] = field(default_factory=dict, metadata={"rule": Counts(LARGEST_WINDOW)})


def window_key(endpoint_id: str, model_id: str) -> str:
    """Return the name under which the window of a model is kept: two servers may run it with different ones."""
    return f"{endpoint_id}/{model_id}"


@dataclass(frozen=True, slots=True)
class Spelling:
    """``languages`` are codes like "en_US"; none: that of the system, and what comes with the program."""

    is_on: bool = field(default=True, metadata={"rule": Flag()})
    languages: tuple[str, ...] = field(default=(), metadata={"rule": Texts(20)})


@dataclass(frozen=True, slots=True)
class Backups:
    """Of how many days, weeks and months the newest backup is kept; ``is_on``: they are made by themselves."""

    is_on: bool = field(default=True, metadata={"rule": Flag()})
    days: int = field(default=7, metadata={"rule": Number(1, 60, is_whole=True)})
    weeks: int = field(default=4, metadata={"rule": Number(0, 52, is_whole=True)})
    months: int = field(default=12, metadata={"rule": Number(0, 120, is_whole=True)})


@dataclass(frozen=True, slots=True)
class Mirror:
    """``folder`` is where each chat is kept as a file, too; ``is_on`` without a folder means nothing."""

    is_on: bool = field(default=False, metadata={"rule": Flag()})
    folder: str = field(default="", metadata={"rule": Text(4096)})


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. ``system_prompt`` and ``generation`` hold for conversations that set nothing of their own."""

    general: General = field(default_factory=General)
    appearance: Appearance = field(default_factory=Appearance)
    spelling: Spelling = field(default_factory=Spelling)
    backups: Backups = field(default_factory=Backups)
    mirror: Mirror = field(default_factory=Mirror)
    generation: GenerationParams = field(default_factory=GenerationParams)
    system_prompt: str = field(default="", metadata={"rule": Text()})
    context: Context = field(default_factory=Context)
    endpoints: tuple[Endpoint, ...] = ()
    pools: tuple[Pool, ...] = ()

    def with_(self, **changes: Any) -> Settings:
        """Return a copy with these fields changed."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Setting:
    """One declared setting. ``key`` is its place: "appearance.zoom"."""

    key: str
    default: Any
    rule: Rule

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(self.key.split("."))

    def value_in(self, settings: Settings) -> Any:
        value: Any = settings
        for name in self.path:
            value = getattr(value, name)
        return value


def _declared() -> tuple[Setting, ...]:
    found = []
    for section, kind in (
        ("general", General),
        ("appearance", Appearance),
        ("spelling", Spelling),
        ("backups", Backups),
        ("mirror", Mirror),
    ):
        found += [Setting(f"{section}.{each.name}", each.default, each.metadata["rule"]) for each in fields(kind)]
    context = Context()
    found += [
        Setting(f"context.{each.name}", getattr(context, each.name), each.metadata["rule"]) for each in fields(Context)
    ]
    defaults = GenerationParams()
    found += [Setting(f"generation.{name}", getattr(defaults, name), rule) for name, rule in GENERATION_RULES.items()]
    found += [Setting(each.name, each.default, each.metadata["rule"]) for each in fields(Settings) if each.metadata]
    return tuple(found)


SETTINGS: tuple[Setting, ...] = _declared()
"""All of them but the lists of servers and pools, in the order of the dialog's pages."""

SETTING_OF: Mapping[str, Setting] = {each.key: each for each in SETTINGS}
"""By key."""
