"""Saved prompts: what there is, and every change to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from easychat_gui.domain.errors import EasyChatError, StorageError
from easychat_gui.domain.ids import PromptId, new_prompt_id
from easychat_gui.domain.prompts import Prompt, folded, free_name, tidy_name
from easychat_gui.workers.background import Background
from easychat_gui.workers.store_executor import StoreExecutor

if TYPE_CHECKING:
    from easychat_gui.transfer.prompts import PromptText

TAKEN_AWAY = 0.0
"""The ``updated_at`` of the row that says that one of the program's own prompts is not wanted."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of the prompts of a file."""

    added: int
    known: int
    renamed: int


class PromptController(QObject):
    """All saved prompts in memory: there are tens of them.

    The program's own prompts, which are in the language of the interface, stand beside those of the database until
    they are changed or deleted. ``changed`` after every change; ``refused(str)`` with the reason why a file was not
    read or written; ``imported(ImportReport)``, ``exported(int)``.
    """

    changed = Signal()
    refused = Signal(str)
    imported = Signal(object)
    exported = Signal(int)

    def __init__(
        self,
        own: Iterable[Prompt],
        *,
        store: StoreExecutor,
        background: Background,
        on_error: Callable[[StorageError], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._own = {each.id: each for each in own}
        self._kept: dict[PromptId, Prompt] = {}
        self._store = store
        self._background = background
        self._on_error = on_error
        store.opened.connect(self._on_store_opened)  # it may be another database then: a backup that was restored
        self._read()

    def _on_store_opened(self, _report: object) -> None:
        self._kept = {}
        self._read()

    def _read(self) -> None:
        self._store.submit(lambda store: store.prompts.all(), self._on_read, self._on_error)

    def prompts(self) -> list[Prompt]:
        """Return them in the order of their names."""
        kept = [each for each in self._kept.values() if each.updated_at != TAKEN_AWAY]
        names = {folded(each.name) for each in kept}
        own = [each for each in self._own.values() if each.id not in self._kept and folded(each.name) not in names]
        return sorted([*kept, *own], key=lambda each: folded(each.name))

    def find(self, prompt_id: str) -> Prompt | None:
        return next((each for each in self.prompts() if each.id == prompt_id), None)

    def create(self, name: str, text: str = "") -> Prompt:
        """Make one, under this name or a numbered form of it."""
        return self._keep(Prompt(new_prompt_id(), name, text))

    def change(self, prompt_id: PromptId, name: str, text: str) -> Prompt | None:
        """Give one another name and text; return it as it is now, None if it is gone.

        Without a name it keeps the old one; a name that is taken is numbered.
        """
        old = self.find(prompt_id)
        if old is None:
            return None
        name = tidy_name(name) or old.name
        return old if (name, text) == (old.name, old.text) else self._keep(old.with_(name=name, text=text))

    def delete(self, prompt_id: PromptId) -> Prompt | None:
        """Take one away; return it, for `restore`."""
        prompt = self.find(prompt_id)
        if prompt is None:
            return None
        if prompt_id in self._own:
            gone = Prompt(prompt_id, f"- {prompt_id}", "", TAKEN_AWAY)
            self._kept[prompt_id] = gone
            self._write(lambda store: store.prompts.save(gone))
        else:
            del self._kept[prompt_id]
            self._write(lambda store: store.prompts.delete(prompt_id))
        self.changed.emit()
        return prompt

    def restore(self, prompt: Prompt) -> Prompt:
        """Bring back one that was deleted."""
        return self._keep(prompt)

    def read_file(self, path: Path) -> None:
        """Add the prompts of a file. ``imported`` or ``refused`` follows."""

        def work() -> list[PromptText]:
            from easychat_gui.transfer.prompts import read

            return read(path)

        self._background.run(work, self._add_all, self._refuse)

    def write_file(self, path: Path) -> None:
        """Write all prompts to a file. ``exported`` or ``refused`` follows."""
        prompts = self.prompts()

        def work() -> int:
            from easychat_gui.transfer.prompts import write

            write(path, prompts)
            return len(prompts)

        self._background.run(work, self.exported.emit, self._refuse)

    # Inside

    def _keep(self, prompt: Prompt) -> Prompt:
        name = free_name(tidy_name(prompt.name) or "?", self._taken(except_for=prompt.id))
        kept = prompt.with_(name=name, updated_at=time.time())
        self._kept[kept.id] = kept
        self._write(lambda store: store.prompts.save(kept))
        self.changed.emit()
        return kept

    def _add_all(self, found: list[PromptText]) -> None:
        there = {(folded(each.name), each.text) for each in self.prompts()}
        taken = self._taken()
        new: list[Prompt] = []
        renamed = known = 0
        for each in found:
            if (folded(each.name), each.text) in there:
                known += 1
                continue
            there.add((folded(each.name), each.text))
            name = free_name(each.name, taken)
            renamed += name != each.name
            taken.add(folded(name))
            new.append(Prompt(new_prompt_id(), name, each.text, time.time()))
        self._kept.update((each.id, each) for each in new)
        if new:
            self._write(lambda store: store.prompts.save(*new))
            self.changed.emit()
        self.imported.emit(ImportReport(len(new), known, renamed))

    def _taken(self, except_for: PromptId | None = None) -> set[str]:
        return {folded(each.name) for each in self.prompts() if each.id != except_for}

    def _on_read(self, found: list[Prompt]) -> None:
        self._kept = {**{each.id: each for each in found}, **self._kept}
        self.changed.emit()

    def _refuse(self, error: EasyChatError) -> None:
        self.refused.emit(str(error))

    def _write(self, job: Callable[..., object]) -> None:
        self._store.submit(job, None, self._on_error)
