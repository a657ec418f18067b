"""The settings in force, and their file."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from easychat_gui.domain.errors import SettingsError
from easychat_gui.settings.problems import SettingProblem
from easychat_gui.settings.schema import Settings
from easychat_gui.support.atomic_files import (
    make_private,
    make_private_folder,
    name_aside,
    set_aside,
    write_atomically,
)

_log = logging.getLogger(__name__)

Subscriber = Callable[[Settings], None]


class SettingsStore:
    """Holds the settings and tells those who listen when they change.

    `load`, `apply`, `change` and `subscribe` belong to one thread (the GUI's). `save` may run on any: it only writes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.current = Settings()
        self._document: dict[str, Any] = {}
        self._flawed = b""  # the file as it was read, if some of its values could not be used
        self._subscribers: list[Subscriber] = []
        self._writing = threading.Lock()

    def load(self) -> list[SettingProblem]:
        """Read the file and return what was wrong with it. Whatever that is, there are settings afterwards.

        A file that is no TOML is renamed to ``settings.toml.broken-<time>``, so that nothing overwrites it. Where only
        some values cannot be used, `save` leaves such a copy before it writes others in their place.
        """
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            return [SettingProblem("", allowed=error.strerror or str(error))]
        import tomllib  # a first start does not wait for these two

        from easychat_gui.settings import document

        try:
            self._document = tomllib.loads(data.decode())
        except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
            return [SettingProblem("", allowed=str(error).rstrip("."), kept=self._set_aside())]
        make_private(self.path)
        self.current, problems = document.read(self._document)
        if problems:
            self._flawed = data
        for problem in problems:
            _log.warning("%s", problem)
        return problems

    def apply(self, new: Settings) -> None:
        """Put these in force and tell all who listen; nothing is written.

        Raises `SettingsError`, and changes nothing, if a header carries a key.
        """
        from easychat_gui.settings.endpoint_tables import refuse_keys

        refuse_keys(new.endpoints)
        if new == self.current:
            return
        self.current = new
        for subscriber in list(self._subscribers):
            subscriber(new)

    def save(self) -> None:
        """Write what is in force. Raises `SettingsError`; the old file is then as it was."""
        with self._writing:
            import tomli_w

            from easychat_gui.settings import document

            new = document.write(self.current, self._document)

            try:
                make_private_folder(self.path.parent)
                self._keep_flawed()
                write_atomically(self.path, tomli_w.dumps(new, multiline_strings=False).encode())
            except OSError as error:
                raise SettingsError(f"{self.path} cannot be written: {error.strerror or error}.") from error
            self._document = new

    def change(self, new: Settings) -> None:
        """Put these in force and write them. Raises `SettingsError` when writing fails; they are in force even so."""
        self.apply(new)
        self.save()

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Call this with the new settings after every change. Return what ends it."""
        self._subscribers.append(subscriber)

        def unsubscribe() -> None:
            with suppress(ValueError):
                self._subscribers.remove(subscriber)

        return unsubscribe

    def _keep_flawed(self) -> None:
        if self._flawed:
            write_atomically(name_aside(self.path, "broken", time.time()), self._flawed)
            self._flawed = b""

    def _set_aside(self) -> Path | None:
        try:
            return set_aside(self.path, "broken", time.time())
        except OSError:
            _log.exception("the broken settings file cannot be renamed")
            return None
