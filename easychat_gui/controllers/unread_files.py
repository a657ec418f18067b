"""Documents that came with imported chats, read one by one when the program has nothing else to do with them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.errors import EasyChatError, StorageError
from easychat_gui.workers.background import Background
from easychat_gui.workers.store_executor import StoreExecutor

if TYPE_CHECKING:
    from easychat_gui.extraction.reading import Extracted, Reading
    from easychat_gui.storage.attachment_files import AttachmentFiles


class UnreadFiles(QObject):
    """Reads the text out of them, in a child process each. What cannot be read stays without a text."""

    def __init__(
        self,
        *,
        store: StoreExecutor,
        files: Callable[[], AttachmentFiles],
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._files = files
        self._background = background
        self._reading: Reading | None = None
        self._is_busy = False
        self._is_closed = False

    def read_all(self) -> None:
        """Begin, unless it has begun."""
        if not self._is_busy and not self._is_closed:
            self._is_busy = True
            self._ask_for_next()

    def close(self) -> None:
        """End it; what is unread then is read after the next start."""
        self._is_closed = True
        if self._reading is not None:
            self._reading.cancel()

    def _ask_for_next(self) -> None:
        if self._is_closed:
            return
        self._store.submit(lambda store: store.attachments.next_unread(), self._begin, self._rest)

    def _begin(self, attachment: Attachment | None) -> None:
        if attachment is None or self._is_closed:
            self._rest()
            return
        from easychat_gui.extraction.kinds import Kind
        from easychat_gui.extraction.reading import Reading

        try:
            kind = Kind(attachment.media_type)
        except ValueError:
            self._keep(attachment.with_(is_read=True))
            return
        self._reading = Reading(partial(self._files().readable, attachment.sha256), kind)
        self._background.run(
            self._reading.run, partial(self._on_read, attachment), partial(self._on_failed, attachment)
        )

    def _on_read(self, attachment: Attachment, extracted: Extracted | None) -> None:
        self._reading = None
        if extracted is None:  # it was ended
            self._rest()
        else:
            self._keep(attachment.with_(text=extracted.text, details=extracted.details, is_read=True))

    def _on_failed(self, attachment: Attachment, _error: EasyChatError) -> None:
        self._reading = None
        self._keep(attachment.with_(is_read=True))

    def _keep(self, attachment: Attachment) -> None:
        if not self._is_closed:
            self._store.submit(
                lambda store: store.attachments.set_read(attachment), lambda _: self._ask_for_next(), self._rest
            )

    def _rest(self, _error: StorageError | None = None) -> None:
        self._is_busy = False
