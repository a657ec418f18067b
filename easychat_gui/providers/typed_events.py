"""What the APIs have in common of which each JSON object says in ``type`` what it is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from easychat_gui.providers.json_values import mapping, string
from easychat_gui.providers.wire import BrokenJson, Chunk, ReportedError, parse_json, read_chunk, reported_error


class TypedEventParser(ABC):
    """Reads the objects of one answer. An object without a type is what the name of its event says."""

    statuses: ClassVar[Mapping[str, int]]
    """Which HTTP status goes with an error, by what the API calls it."""

    def __call__(self, text: str, event: str = "") -> Chunk:
        value = parse_json(text)
        if not isinstance(value, dict):
            return read_chunk(value)
        try:
            return self.read(string(value.get("type")) or event, value)
        except RecursionError as error:
            raise BrokenJson(str(error)) from error

    @abstractmethod
    def read(self, kind: str, value: dict[str, Any]) -> Chunk:
        """Read an object of this type."""

    def error_of(self, value: dict[str, Any]) -> ReportedError:
        """Return the error that an object reports, with its status."""
        error = reported_error(value) or ReportedError("The server reports an error.")
        inner = mapping(value.get("error")) or value
        statuses = (self.statuses.get(string(inner.get(name))) for name in ("code", "type"))
        return ReportedError(error.message, error.status or next(filter(None, statuses), None), error.parameter)
