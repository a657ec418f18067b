"""Takes files in from everywhere, and keeps the chips in step with what is attached."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from easychat_gui.controllers.draft_items import DraftItem, ItemState
from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.conversations import Edit
from easychat_gui.domain.ids import AttachmentId
from easychat_gui.ui.attachments.drop import DropZone, image_of, local_files
from easychat_gui.ui.attachments.strip import ChipStrip
from easychat_gui.ui.attachments.words import fault_words
from easychat_gui.ui.composer import Composer
from easychat_gui.ui.count_words import counted
from easychat_gui.ui.flows import Flows

if TYPE_CHECKING:
    from easychat_gui.ui.conversation.view import ConversationView
    from easychat_gui.ui.main_window import Controllers

SLOW_REFRESH_MS = 250

MANY = 20
"""Whoever attaches more files than this at once is asked whether that is meant."""


class AttachmentDesk(QObject):
    """Stands between the composer and `AttachmentController`; made after the first paint."""

    def __init__(self, window: QWidget, composer: Composer, controllers: Controllers, flows: Flows) -> None:
        super().__init__(window)
        self._window = window
        self._composer = composer
        self._attachments = controllers.attachments
        self._conversations = controllers.conversations
        self._endpoints = controllers.endpoints
        self._context = controllers.context()
        self._flows = flows
        self._view: ConversationView | None = None
        self._asked_about: AttachmentId | None = None
        self.strip = ChipStrip(composer.edit)
        composer.chips.addWidget(self.strip)
        self.zone = DropZone(window, [composer.edit.viewport()], lambda: not flows.is_asking)
        self._refresh = QTimer(self, singleShot=True)
        self._refresh.timeout.connect(self._show)
        self._connect()
        self._show()

    def _connect(self) -> None:
        edit = self._composer.edit
        edit.files_dropped.connect(self.add)
        edit.image_pasted.connect(self._add_image)
        edit.long_text_pasted.connect(self._add_text)
        self._composer.attach_requested.connect(self.choose)
        self._composer.edit_changed.connect(self._on_edit_changed)
        self.zone.dropped.connect(self._on_dropped)
        self.strip.opened.connect(self._open)
        self.strip.removed.connect(self._attachments.remove)
        self.strip.inserted.connect(self._insert)
        self.strip.left.connect(edit.setFocus)
        self._attachments.changed.connect(self._show_soon)
        self._endpoints.changed.connect(self._show_soon)
        self._conversations.updated.connect(self._show_soon)

    def serve(self, view: ConversationView) -> None:
        """Let the conversation show what was sent. May be called again."""
        if self._view is None:
            self._view = view
            view.thumbnails.changed.connect(self._show_soon)
            view.thumbnails.read = self._attachments.show_picture
            view.attachment_activated.connect(self.show_preview)

    # Taking in

    def choose(self) -> None:
        """Let the person choose files."""
        names, _ = QFileDialog.getOpenFileNames(self._window, self.tr("Attach files"))
        self.add([Path(name) for name in names])

    def add(self, paths: Sequence[Path]) -> None:
        """Attach these files; many only after asking."""
        if len(paths) <= MANY:
            self._attachments.add_files(paths)
        else:
            self._flows.ask_to_attach(len(paths), lambda: self._attachments.add_files(paths))

    def _add_image(self, image: QImage) -> None:
        self._attachments.add_image(image, self.tr("Pasted picture.png"))

    def _add_text(self, text: str) -> None:
        self._attachments.add_text(text, self.tr("Pasted text.txt"))

    def _on_dropped(self, data: QMimeData) -> None:
        if paths := local_files(data):
            self.add(paths)
        elif image := image_of(data):
            self._add_image(image)
        self._window.activateWindow()
        self._composer.edit.setFocus()

    # Showing

    def _on_edit_changed(self, edit: Edit | None) -> None:
        self._attachments.set_edit(edit.message_id if edit is not None else None)

    def _show_soon(self) -> None:
        """Many changes are one redrawing, and a thousand files not one for each."""
        if not self._refresh.isActive():
            self._refresh.start(0 if len(self.strip.chips) < MANY else SLOW_REFRESH_MS)

    def _show(self) -> None:
        items = self._attachments.items
        blind_model = self._blind_model()
        self.strip.show_items(items, lambda attachment: self._warning(attachment, blind_model))
        self.strip.show_note(self._note(items, blind_model))
        ready = [item.attachment for item in items if item.state is ItemState.READY and item.attachment is not None]
        self._composer.set_attachments(tuple(each.id for each in ready))
        self._context.set_attachments(ready)
        waiting = next((item.name for item in items if item.state is ItemState.READING), "")
        self._composer.set_obstacle(self.tr("{name} is still being read").format(name=waiting) if waiting else "")

    def _warning(self, attachment: Attachment, blind_model: str) -> str:
        if not attachment.is_picture or not blind_model:
            return ""
        return self.tr("{model} does not see pictures.").format(model=blind_model)

    def _blind_model(self) -> str:
        """Return what the chosen model is called if it is known to see no pictures."""
        endpoint, model = self._endpoints.choice_for(self._conversations.current)
        if self._endpoints.takes_pictures(endpoint.id, model) is not False:
            return ""
        return self._endpoints.model_name(model)

    def _note(self, items: Sequence[DraftItem], blind_model: str) -> str:
        """Say what is not attached, and what the model will not see of this message or of those before it."""
        return " ".join(
            each for each in (self._note_on_failed(items), self._note_on_pictures(items, blind_model)) if each
        )

    def _note_on_failed(self, items: Sequence[DraftItem]) -> str:
        """Say why: of the one that was asked about, else of the first."""
        failed = [item for item in items if item.fault is not None]
        if not failed:
            return ""
        item = next((each for each in failed if each.id == self._asked_about), failed[0])
        sentence = f"{item.name}: {fault_words(item.fault)}" if item.fault is not None else ""
        if len(failed) == 1:
            return sentence
        one, more = self.tr("1 more is not attached."), self.tr("{count} more are not attached.")
        return f"{sentence} {counted(len(failed) - 1, one, more)}"

    def _note_on_pictures(self, items: Sequence[DraftItem], blind_model: str) -> str:
        attached = [item.attachment for item in items if item.attachment is not None]
        has_pictures = any(each.is_picture for each in attached)
        if has_pictures and blind_model:
            sentence = self.tr("{model} does not see pictures: it will be told their names only.")
            return sentence.format(model=blind_model)
        if sentence := self._note_on_earlier(blind_model):
            return sentence
        endpoint, model = self._endpoints.choice_for(self._conversations.current)
        if has_pictures and self._endpoints.takes_pictures(endpoint.id, model) is None:
            return self.tr("It is not known whether {model} sees pictures.").format(
                model=self._endpoints.model_name(model)
            )
        return ""

    def _note_on_earlier(self, blind_model: str) -> str:
        sent = [each for message in self._conversations.branch() for each in message.attachments if each.is_picture]
        if sent and blind_model:
            return self.tr("{model} does not see the pictures of this chat.").format(model=blind_model)
        is_missing = self._view.thumbnails.is_missing if self._view is not None else None
        gone = next((each.name for each in sent if is_missing is not None and is_missing(each)), "")
        return self.tr("The file of {name} is gone; the model is told its name only.").format(name=gone) if gone else ""

    # What is done with one

    def _open(self, item: DraftItem) -> None:
        if item.attachment is not None and item.state is ItemState.READY:
            self.show_preview(item.attachment)
        elif item.state is ItemState.FAILED:
            self._asked_about = item.id
            self._show_soon()

    def show_preview(self, attachment: Attachment) -> None:
        """Show what is in an attachment, of a draft or of a message."""
        self._flows.show_attachment(attachment, self._attachments)

    def _insert(self, item: DraftItem) -> None:
        if item.attachment is not None and item.attachment.text:
            self._attachments.remove(item.id)
            self._composer.insert_text(item.attachment.text)
