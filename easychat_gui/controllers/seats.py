"""What decides for a window that stands beside the first one. All of it is made when such a window is first wished."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from easychat_gui.controllers.attachments import AttachmentController
from easychat_gui.controllers.branches import BranchController
from easychat_gui.controllers.chat import ChatController
from easychat_gui.controllers.content import ContentController
from easychat_gui.controllers.context import ContextController
from easychat_gui.controllers.conversations import ConversationController
from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.controllers.notifier import Notifier
from easychat_gui.controllers.presets import PresetController
from easychat_gui.domain.ids import ConversationId
from easychat_gui.settings.store import SettingsStore
from easychat_gui.workers.background import Background
from easychat_gui.workers.store_executor import StoreExecutor


class SeatedConversation(ConversationController):
    """Shows one conversation for as long as its window is open. ``another_wanted`` when some other is to be shown."""

    another_wanted = Signal(str)

    def take(self, conversation_id: ConversationId) -> None:
        """Show this one from now on."""
        super().open(conversation_id)

    def open(self, conversation_id: ConversationId) -> None:
        if conversation_id == self.current.id:
            super().open(conversation_id)
        else:
            self.another_wanted.emit(conversation_id)


class Seat(QObject):
    """What knows of the conversation of one window. The rest of the program is common to all.

    It outlives the window: what was begun in it, a file that is read or a branch that is copied, comes back to it.
    """

    def __init__(
        self,
        *,
        first: ChatController,
        first_branches: BranchController,
        first_context: ContextController,
        first_attachments: AttachmentController,
        attachments_folder: Path,
        endpoints: EndpointController,
        presets: PresetController,
        settings: SettingsStore,
        store: StoreExecutor,
        background: Background,
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.notifier = Notifier(self)
        """For what concerns this window alone; what could not be written or read is said by the first, too."""
        self.conversations = SeatedConversation(store=store, notifier=notifier, beside=first.conversations, parent=self)
        self.conversations.opened.connect(presets.let_follow)
        self.attachments = AttachmentController(
            folder=attachments_folder,
            conversations=self.conversations,
            store=store,
            background=background,
            notifier=self.notifier,
            beside=first_attachments,
            parent=self,
        )
        self.context = ContextController(
            conversations=self.conversations,
            endpoints=endpoints,
            presets=presets,
            settings=settings,
            counts=first_context.counts,
            background=background,
            parent=self,
        )
        self.chat = ChatController(
            conversations=self.conversations,
            endpoints=endpoints,
            presets=lambda: presets,
            context=lambda: self.context,
            attachments=self.attachments,
            beside=first,
            parent=self,
        )
        self.branches = BranchController(
            conversations=self.conversations,
            chat=self.chat,
            store=store,
            notifier=self.notifier,
            background=background,
            beside=first_branches,
            parent=self,
        )
        self.content = ContentController(background=background, notifier=self.notifier, parent=self)

    def close(self) -> None:
        """Begin nothing new. For quitting."""
        self.branches.close()
        self.attachments.close()
        self.context.close()
        self.content.close()


class Seats(QObject):
    """Makes them, and ends them all."""

    def __init__(self, make: Callable[[], Seat], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self._made: list[Seat] = []

    def add(self) -> Seat:
        seat = self._make()
        self._made.append(seat)
        return seat

    def close(self) -> None:
        """End them all. For quitting."""
        for seat in self._made:
            seat.close()
