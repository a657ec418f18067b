"""Conversations laid aside on the disk, so that pages can be counted before they are painted."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from easychat_gui.domain.transfer import ConversationRecord


class RecordSpool:
    """Takes conversations one by one and gives them back in any order. The file has no name, and goes with this."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is one on a disk with room for them. Raises OSError."""
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  (closed by `close`)
        self._starts: list[int] = []
        self.titles: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._starts)

    def take(self, records: Iterable[ConversationRecord]) -> None:
        """Lay all of them aside. Raises OSError."""
        for record in records:
            self._starts.append(self._file.seek(0, 2))
            self.titles.append(record.conversation.title)
            pickle.dump(record, self._file, pickle.HIGHEST_PROTOCOL)

    def __getitem__(self, number: int) -> ConversationRecord:
        self._file.seek(self._starts[number])
        record = pickle.load(self._file)  # noqa: S301  (written above, into a file that nobody else can open)
        if not isinstance(record, ConversationRecord):
            raise TypeError
        return record
