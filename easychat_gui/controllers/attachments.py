"""The files that go with the message being written: copied, read, kept over everything, and handed over on sending."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from easychat_gui.controllers.conversations import ConversationController
from easychat_gui.controllers.draft_items import DraftItem, Holdings, ItemState
from easychat_gui.controllers.notifier import NoticeKind, Notifier
from easychat_gui.domain.attachments import Attachment, AttachmentFault
from easychat_gui.domain.conversations import Conversation, Draft
from easychat_gui.domain.errors import AttachmentRefused, EasyChatError
from easychat_gui.domain.ids import AttachmentId, ConversationId, MessageId, QueuedId, new_attachment_id
from easychat_gui.workers.background import Background
from easychat_gui.workers.store_executor import StoreExecutor

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QImage

    from easychat_gui.domain.queued import QueuedMessage
    from easychat_gui.extraction.reading import Extracted
    from easychat_gui.storage.attachment_files import AttachmentFiles
    from easychat_gui.storage.store import Store

AT_ONCE = 2
"""So many files are copied and read at the same time: the machine has other things to do."""


class AttachmentNotSaved(EasyChatError):
    """The reason is the system's."""


class AttachmentController(QObject):
    """Knows the attachments of every unsent message of this run; shows those of the conversation that is open.

    A file is copied into the data folder and noted in the database before it is read: what is in the box is there
    again after a crash. ``changed`` when `items` did. Those that stand ``beside`` each other, one for a window,
    know the same: a file goes on being read when its chat moves to another window.
    """

    changed = Signal()

    def __init__(
        self,
        *,
        folder: Path,
        conversations: ConversationController,
        store: StoreExecutor,
        background: Background,
        notifier: Notifier,
        beside: AttachmentController | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._folder = folder
        self._conversations = conversations
        self._store = store
        self._store_of = conversations.temporary.store_of
        self._background = background
        self._notifier = notifier
        self.all: Holdings = beside.all if beside is not None else Holdings(self)
        self.all.changed.connect(self.changed)
        self._is_closed = False
        conversations.opened.connect(self._on_opened)
        if beside is None:
            conversations.deleting.connect(self._forget)
        conversations.has_more_to_keep = self._has_something_unsent

    @cached_property
    def files(self) -> AttachmentFiles:
        from easychat_gui.storage.attachment_files import AttachmentFiles

        return AttachmentFiles(self._folder)

    @property
    def holder_of(self) -> Callable[[str], AttachmentFiles]:
        """What tells in which folder a kept file is, by its SHA-256, on any thread."""
        return self._conversations.temporary.holder_of(self.files)

    def _files_here(self) -> AttachmentFiles:
        return self._conversations.temporary.files_of(self._conversations.current.id, self.files)

    @property
    def items(self) -> tuple[DraftItem, ...]:
        """What goes with the message that is being written, in its order."""
        return tuple(self._list(self._conversations.current.id))

    # What the window asks for

    def add_files(self, paths: Iterable[Path]) -> None:
        """Attach copies of these files."""
        from easychat_gui.controllers.receiving import received_file

        files = self._files_here()
        for path in paths:
            self._start(_shown_name(path), partial(received_file, files, path))

    def add_image(self, image: QImage, name: str) -> None:
        """Attach a picture from the clipboard."""
        from easychat_gui.controllers.receiving import received_picture

        files = self._files_here()
        self._start(name, partial(received_picture, files, image))

    def add_text(self, text: str, name: str) -> None:
        """Attach a text that was to be pasted."""
        from easychat_gui.controllers.receiving import received_text

        files = self._files_here()
        self._start(name, partial(received_text, files, text))

    def remove(self, attachment_id: AttachmentId) -> None:
        """Take it out of the message; reading it ends."""
        current = self._list(self._conversations.current.id)
        current[:] = [item for item in current if item.id != attachment_id]
        self._drop(attachment_id)
        self.all.changed.emit()

    def set_edit(self, message_id: MessageId | None) -> None:
        """A question of before is written anew: its attachments are offered again. None: it is so no longer."""
        conversation_id = self._conversations.current.id
        edit = self.all.edits.get(conversation_id)
        if (edit and edit[0]) == message_id:
            return
        if edit is not None:
            self._retire(self.all.edits.pop(conversation_id)[1])
        if message_id is not None:
            self.all.edits[conversation_id] = (message_id, self._offered_again(message_id))
        self.all.changed.emit()

    def begin_queued_edit(self, message: QueuedMessage) -> None:
        """A message that waits is written anew: what goes with it is offered, what the draft has stands aside."""
        self.set_edit(None)
        items = [DraftItem.of(each) for each in self._known(message.attachments)]
        self.all.edits[message.conversation_id] = (message.id, items)
        self._look_for(message.conversation_id, items)
        self.all.changed.emit()

    def end_queued_edit(self, queued_id: QueuedId) -> None:
        """Offer what the draft has again."""
        conversation_id = self._edited_in(queued_id)
        if conversation_id is not None:
            self._retire(self.all.edits.pop(conversation_id)[1])
            self.all.changed.emit()

    def names_of(self, ids: Iterable[AttachmentId]) -> tuple[str, ...]:
        """Return what the files are called that a waiting message takes along."""
        return tuple(each.name for each in self._known(ids))

    def hand_over(self, draft: Draft) -> None:
        """The message is sent, or waits to be: what goes with it leaves the box, and so does what could not be read."""
        wanted = set(draft.attachments)
        # A waiting message may be put back just when another conversation is opened.
        conversation_id = self._edited_in(draft.queued) or self._conversations.current.id
        known = {**self.all.retired, **{item.id: item for item in self._list(conversation_id)}}
        for attachment_id in draft.attachments:
            if (item := known.get(attachment_id)) and item.attachment is not None:
                self.all.handed_over[attachment_id] = item.attachment
        self.all.retired = {key: item for key, item in self.all.retired.items() if key not in wanted}
        self.all.stored -= wanted
        if draft.edits is None and draft.queued is None:
            for item in self.all.drafts.pop(conversation_id, []):
                if item.id not in wanted:
                    self._drop(item.id)
            self.all.drafts[conversation_id] = []
        self.all.changed.emit()

    def resolve(self, ids: Iterable[AttachmentId]) -> tuple[Attachment, ...]:
        """Return what was handed over, for the message that is made of it."""
        return tuple(self.all.handed_over.pop(each) for each in ids if each in self.all.handed_over)

    def load(self) -> None:
        """Read what messages of the last run have that still wait to be sent."""

        def take(attachments: list[Attachment]) -> None:
            self.all.handed_over.update({each.id: each for each in attachments})

        self._store.submit(lambda store: store.attachments.of_all_queued(), take, self._conversations.on_store_failed)

    def show_picture(self, attachment: Attachment, longest_edge: int, then: Callable[[QImage | None], None]) -> None:
        """Call ``then`` with a kept picture in this size, in pixels; with None if its file is gone or damaged."""
        files = self.holder_of(attachment.sha256)

        def read() -> QImage | None:
            from easychat_gui.workers.pictures import read_scaled

            try:
                return read_scaled(files.read(attachment.sha256), longest_edge)
            except OSError:
                return None

        self._background.run(read, then)

    def save_copy(self, attachment: Attachment, target: Path) -> None:
        """Write a kept file to where the person wants it; say so if that fails."""
        files = self.holder_of(attachment.sha256)

        def copy() -> None:
            try:
                with target.open("wb") as file:
                    file.writelines(files.content(attachment.sha256))
            except OSError as error:
                raise AttachmentNotSaved(error.strerror or str(error)) from error

        self._background.write(
            copy,
            lambda _: None,
            lambda error: self._notifier.post(NoticeKind.FILE_NOT_SAVED, name=target.name, reason=str(error)),
        )

    def close(self) -> None:
        """End what is being read. It is read anew when the draft is next shown."""
        self._is_closed = True
        self.all.waiting.clear()
        for reading in list(self.all.readings.values()):
            reading.cancel()

    # Which list

    def _has_something_unsent(self) -> bool:
        items = self.all.drafts.get(self._conversations.current.id, [])
        return any(item.state is not ItemState.FAILED for item in items)

    def _known(self, ids: Iterable[AttachmentId]) -> list[Attachment]:
        return [self.all.handed_over[each] for each in ids if each in self.all.handed_over]

    def _edited_in(self, queued_id: QueuedId | None) -> ConversationId | None:
        found = (key for key, (edited, _) in self.all.edits.items() if edited == queued_id)
        return None if queued_id is None else next(found, None)

    def _list(self, conversation_id: ConversationId) -> list[DraftItem]:
        edit = self.all.edits.get(conversation_id)
        return edit[1] if edit is not None else self.all.drafts.setdefault(conversation_id, [])

    def _on_opened(self, conversation: Conversation) -> None:
        is_known = conversation.id in self.all.drafts
        self.all.drafts.setdefault(conversation.id, [])
        self.set_edit(conversation.edit.message_id if conversation.edit else None)
        self.all.changed.emit()
        if not is_known:
            self._store_of(conversation.id).submit(
                lambda store: store.attachments.of_draft(conversation.id),
                lambda attachments: self._on_draft_read(conversation.id, attachments),
                self._conversations.on_store_failed,
            )

    def _on_draft_read(self, conversation_id: ConversationId, attachments: Sequence[Attachment]) -> None:
        draft = self.all.drafts.setdefault(conversation_id, [])
        present = {item.id for item in draft}
        found = [DraftItem.of(each) for each in attachments if each.id not in present | self.all.removed]
        draft[:0] = found
        self.all.stored.update(item.id for item in found)
        self._look_for(conversation_id, found)
        for item in found:
            if item.attachment is not None and not item.attachment.is_read:
                self._read(conversation_id, item.attachment)
        if found:
            self.all.changed.emit()

    def _offered_again(self, message_id: MessageId) -> list[DraftItem]:
        message = self._conversations.messages.find(message_id)
        items = [DraftItem.of(each.copied()) for each in message.attachments] if message is not None else []
        self._look_for(self._conversations.current.id, items)
        return items

    def _look_for(self, conversation_id: ConversationId, items: list[DraftItem]) -> None:
        """See whether the pictures are still there: of a document the text is enough."""
        wanted = {item.id: item.attachment.sha256 for item in items if item.attachment and item.attachment.is_picture}
        if not wanted:
            return

        def show(missing: list[AttachmentId]) -> None:
            for attachment_id in missing:
                item = self._find(conversation_id, attachment_id)
                if item is not None:
                    gone = DraftItem(item.id, item.name, ItemState.FAILED, fault=AttachmentFault.MISSING)
                    self._replace(conversation_id, gone)

        holder_of = self.holder_of

        def missing() -> list[AttachmentId]:
            return [each for each, sha256 in wanted.items() if not holder_of(sha256).path(sha256).exists()]

        self._background.run(missing, show)

    def _forget(self, conversation_id: ConversationId) -> None:
        edit = self.all.edits.pop(conversation_id, None)
        for item in [*self.all.drafts.pop(conversation_id, []), *(edit[1] if edit else [])]:
            self.all.stored.discard(item.id)  # its row goes with the conversation
            self._drop(item.id)

    def _retire(self, items: list[DraftItem]) -> None:
        """What an edit had may be sent in this very moment; what is not goes."""
        self.all.retired.update({item.id: item for item in items})

        def drop_the_rest() -> None:
            rest, self.all.retired = self.all.retired, {}
            for attachment_id in rest:
                self._drop(attachment_id)

        QTimer.singleShot(0, self, drop_the_rest)

    def _drop(self, attachment_id: AttachmentId) -> None:
        self.all.removed.add(attachment_id)
        if reading := self.all.readings.pop(attachment_id, None):
            reading.cancel()
        if attachment_id in self.all.stored:
            self.all.stored.discard(attachment_id)
            # It is in one of them: a temporary chat is the one that is shown, or is gone as a whole.
            for store in {self._store, self._store_of(self._conversations.current.id)}:
                store.submit(
                    lambda store: store.attachments.remove(attachment_id), None, self._conversations.on_store_failed
                )

    # The way of one file

    def _start(self, name: str, receive: Callable[[AttachmentId, str], Attachment]) -> None:
        item = DraftItem(new_attachment_id(), name)
        conversation_id = self._conversations.current.id
        self._list(conversation_id).append(item)
        self.all.changed.emit()
        self._enqueue(
            item.id,
            lambda: self._background.run(
                lambda: receive(item.id, item.name),
                lambda attachment: self._on_received(conversation_id, attachment),
                lambda error: self._on_failed(conversation_id, item.id, error),
            ),
        )

    def _enqueue(self, attachment_id: AttachmentId, work: Callable[[], None]) -> None:
        self.all.waiting.append((attachment_id, work))
        if self.all.running < AT_ONCE:
            self.all.running += 1
            self._next()

    def _next(self) -> None:
        while self.all.waiting:
            attachment_id, work = self.all.waiting.popleft()
            if attachment_id not in self.all.removed:
                work()
                return
        self.all.running -= 1

    def _on_received(self, conversation_id: ConversationId, attachment: Attachment) -> None:
        if not self._is_closed and attachment.id not in self.all.removed:
            self._keep(conversation_id, attachment)
            self._replace(conversation_id, DraftItem.of(attachment))
            if not attachment.is_read:
                self._read(conversation_id, attachment)
        self._next()

    def _keep(self, conversation_id: ConversationId, attachment: Attachment) -> None:
        """Note it in the database, with the conversation, which may have been nothing but a greeting so far."""
        if (shown := self._conversations.showing(conversation_id)) is not None:
            shown.keep()
        lists = [[item.id for item in items] for items in self._lists(conversation_id)]
        # An edit may have begun or ended since it was taken in.
        position = next((ids.index(attachment.id) for ids in lists if attachment.id in ids), 0)
        self.all.stored.add(attachment.id)

        def note(store: Store) -> None:
            if store.conversations.get(conversation_id) is not None:
                store.attachments.add_to_draft(conversation_id, attachment, position)

        self._store_of(conversation_id).submit(note, None, self._conversations.on_store_failed)

    def _read(self, conversation_id: ConversationId, attachment: Attachment) -> None:
        """Read the text out of the kept file, in a child process."""
        from easychat_gui.extraction.kinds import Kind
        from easychat_gui.extraction.reading import Reading

        files = self.holder_of(attachment.sha256)
        reading = Reading(partial(files.readable, attachment.sha256), Kind(attachment.media_type))
        self.all.readings[attachment.id] = reading
        self._enqueue(
            attachment.id,
            lambda: self._background.run(
                reading.run,
                lambda extracted: self._on_read(conversation_id, attachment, extracted),
                lambda error: self._on_failed(conversation_id, attachment.id, error),
            ),
        )

    def _on_read(self, conversation_id: ConversationId, attachment: Attachment, extracted: Extracted | None) -> None:
        self.all.readings.pop(attachment.id, None)
        if extracted is not None and not self._is_closed:
            whole = attachment.with_(text=extracted.text, details=extracted.details, is_read=True)
            self._store_of(conversation_id).submit(
                lambda store: store.attachments.set_read(whole), None, self._conversations.on_store_failed
            )
            self._replace(conversation_id, DraftItem.of(whole))
        self._next()

    def _on_failed(self, conversation_id: ConversationId, attachment_id: AttachmentId, error: EasyChatError) -> None:
        fault = error.fault if isinstance(error, AttachmentRefused) else AttachmentFault.UNREADABLE
        self.all.readings.pop(attachment_id, None)
        is_wanted = attachment_id not in self.all.removed
        if is_wanted and not self._is_closed:
            item = self._find(conversation_id, attachment_id)
            if item is not None:
                self._replace(conversation_id, DraftItem(item.id, item.name, ItemState.FAILED, fault=fault))
            self._drop(attachment_id)
        self._next()

    def _find(self, conversation_id: ConversationId, attachment_id: AttachmentId) -> DraftItem | None:
        items = self._lists(conversation_id)
        return next((item for each in items for item in each if item.id == attachment_id), None)

    def _replace(self, conversation_id: ConversationId, item: DraftItem) -> None:
        for items in self._lists(conversation_id):
            items[:] = [item if each.id == item.id else each for each in items]
        if self._conversations.showing(conversation_id) is not None:
            self.all.changed.emit()

    def _lists(self, conversation_id: ConversationId) -> list[list[DraftItem]]:
        edit = self.all.edits.get(conversation_id)
        return [self.all.drafts.get(conversation_id, []), *([edit[1]] if edit else [])]


def _shown_name(path: Path) -> str:
    """Return a file's name on one line, with what would turn the direction of reading made visible."""
    from easychat_gui.rendering.sanitize import visible

    return visible(" ".join((path.name or str(path)).split()))
