"""The parts of the program that are made when they are first needed, most of them after the first paint."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from easychat_gui.controllers.attachments import AttachmentController
    from easychat_gui.controllers.backups import BackupController
    from easychat_gui.controllers.branches import BranchController
    from easychat_gui.controllers.chat import ChatController
    from easychat_gui.controllers.content import ContentController
    from easychat_gui.controllers.context import ContextController
    from easychat_gui.controllers.conversations import ConversationController
    from easychat_gui.controllers.copies import CopyController
    from easychat_gui.controllers.encryption import EncryptionController
    from easychat_gui.controllers.endpoints import EndpointController
    from easychat_gui.controllers.export import ExportController
    from easychat_gui.controllers.forgetting import ForgettingController
    from easychat_gui.controllers.imports import ImportController
    from easychat_gui.controllers.lessons import LessonController
    from easychat_gui.controllers.mirror import MirrorController
    from easychat_gui.controllers.notifier import Notifier
    from easychat_gui.controllers.order import OrderController
    from easychat_gui.controllers.presets import PresetController
    from easychat_gui.controllers.prompts import PromptController
    from easychat_gui.controllers.queue import QueueController
    from easychat_gui.controllers.search import SearchController
    from easychat_gui.controllers.seats import Seats
    from easychat_gui.controllers.speech import SpeechController
    from easychat_gui.controllers.spelling import SpellingController
    from easychat_gui.controllers.statistics import StatisticsController
    from easychat_gui.controllers.titles import TitleController
    from easychat_gui.controllers.transmissions import TransmissionController
    from easychat_gui.controllers.unread import UnreadController
    from easychat_gui.settings.store import SettingsStore
    from easychat_gui.support.paths import DataPaths
    from easychat_gui.ui.database_flows import DatabaseFlows
    from easychat_gui.ui.flows import Flows
    from easychat_gui.ui.main_window import MainWindow
    from easychat_gui.workers.async_bridge import AsyncBridge
    from easychat_gui.workers.background import Background
    from easychat_gui.workers.store_executor import StoreExecutor


class LaterParts(QObject):
    """What `Program` is besides what the window begins with. Its modules are imported with the part, not before.

    A part that was never asked for is not made to be taken down: `has_made` tells.
    """

    paths: DataPaths
    notifier: Notifier
    settings: SettingsStore
    background: Background
    store: StoreExecutor
    endpoints: EndpointController
    conversations: ConversationController
    attachments: AttachmentController
    chat: ChatController
    flows: Flows
    window: MainWindow

    def has_made(self, name: str) -> bool:
        """Has anybody asked for this part?"""
        return name in self.__dict__

    def close_made(self, *names: str) -> None:
        """Close those of these parts that were made, in this order."""
        for name in filter(self.has_made, names):
            getattr(self, name).close()

    @cached_property
    def bridge(self) -> AsyncBridge:
        """asyncio on Qt's loop, made when it is first needed: its import takes longer than the first paint."""
        from easychat_gui.workers.async_bridge import AsyncBridge

        return AsyncBridge(self)

    @cached_property
    def branches(self) -> BranchController:
        """Made after the first paint, with the conversation's view."""
        from easychat_gui.controllers.branches import BranchController

        return BranchController(
            conversations=self.conversations,
            chat=self.chat,
            store=self.store,
            notifier=self.notifier,
            background=self.background,
            parent=self,
        )

    @cached_property
    def queue(self) -> QueueController:
        """What waits to be sent; made when the database is open, or with the composer's helpers."""
        from easychat_gui.controllers.queue import QueueController

        return QueueController(chat=self.chat, conversations=self.conversations, store=self.store, parent=self)

    @cached_property
    def seats(self) -> Seats:
        """What decides for windows beside the first; made when there is one."""
        from easychat_gui.controllers.seats import Seat, Seats

        def make() -> Seat:
            return Seat(
                first=self.chat,
                first_branches=self.branches,
                first_context=self.context,
                first_attachments=self.attachments,
                attachments_folder=self.paths.attachments,
                endpoints=self.endpoints,
                presets=self.presets,
                settings=self.settings,
                store=self.store,
                background=self.background,
                notifier=self.notifier,
                parent=self,
            )

        return Seats(make, self)

    @cached_property
    def database_flows(self) -> DatabaseFlows:
        """Made when the database is written anew, or something is wrong with it."""
        from easychat_gui.ui.database_flows import DatabaseFlows

        return DatabaseFlows(
            self.window,
            self.flows,
            store=self.store,
            encryption=lambda: self.encryption,
            forgetting=lambda: self.forgetting,
            background=self.background,
            parent=self,
        )

    @cached_property
    def encryption(self) -> EncryptionController:
        """Made when the chats turn out to be encrypted, or somebody looks at the settings."""
        from easychat_gui.controllers.encryption import EncryptionController

        return EncryptionController(
            paths=self.paths,
            store=self.store,
            background=self.background,
            stop_answers=self.chat.stop_all,
            parent=self,
        )

    @cached_property
    def forgetting(self) -> ForgettingController:
        """Made when somebody wishes to forget."""
        from easychat_gui.controllers.forgetting import ForgettingController

        forgetting = ForgettingController(
            paths=self.paths, endpoints=self.endpoints, background=self.background, parent=self
        )
        forgetting.noted.connect(lambda: self.window.close_without_trace())
        return forgetting

    @cached_property
    def imports(self) -> ImportController:
        """Made after the first paint, with what is offered for chats as a whole."""
        from easychat_gui.controllers.imports import ImportController

        return ImportController(
            conversations=self.conversations,
            store=self.store,
            files=lambda: self.attachments.files,
            background=self.background,
            parent=self,
        )

    @cached_property
    def transmissions(self) -> TransmissionController:
        """What went over the wire; made with the first request."""
        from easychat_gui.controllers.transmissions import TransmissionController

        store_of = self.conversations.temporary.store_of
        return TransmissionController(store_of=store_of, background=self.background, parent=self)

    @cached_property
    def titles(self) -> TitleController:
        """Made after the first paint, with what is offered for chats as a whole."""
        from easychat_gui.controllers.titles import TitleController

        return TitleController(
            conversations=self.conversations,
            chat=self.chat,
            endpoints=self.endpoints,
            settings=self.settings,
            store=self.store,
            background=self.background,
            parent=self,
        )

    @cached_property
    def backups(self) -> BackupController:
        """Made after the first paint, with what is offered for chats as a whole."""
        from easychat_gui.controllers.backups import BackupController

        return BackupController(
            store=self.store,
            conversations=self.conversations,
            attachments=self.attachments,
            chat=self.chat,
            settings=self.settings,
            notifier=self.notifier,
            background=self.background,
            parent=self,
        )

    @cached_property
    def order(self) -> OrderController:
        """Folders, tags, archive and trash; made when the database is open."""
        from easychat_gui.controllers.order import OrderController

        return OrderController(
            conversations=self.conversations,
            chat=self.chat,
            presets=lambda: self.presets,
            settings=self.settings,
            store=self.store,
            notifier=self.notifier,
            parent=self,
        )

    @cached_property
    def copies(self) -> CopyController:
        """Made when a chat is first copied."""
        from easychat_gui.controllers.copies import CopyController

        return CopyController(conversations=self.conversations, store=self.store, notifier=self.notifier, parent=self)

    @cached_property
    def statistics(self) -> StatisticsController:
        """Made when somebody first looks at the figures."""
        from easychat_gui.controllers.statistics import StatisticsController

        return StatisticsController(store=self.store, endpoints=self.endpoints, background=self.background, parent=self)

    @cached_property
    def unread(self) -> UnreadController:
        """Made after the first paint, with what is offered for chats as a whole."""
        from easychat_gui.controllers.unread import UnreadController

        return UnreadController(conversations=self.conversations, chat=self.chat, parent=self)

    @cached_property
    def speech(self) -> SpeechController:
        """Made after the first paint, with the conversation's view."""
        from easychat_gui.controllers.speech import SpeechController

        return SpeechController(background=self.background, parent=self)

    @cached_property
    def presets(self) -> PresetController:
        """Made after the first paint, with the panel that shows them."""
        from easychat_gui.controllers.presets import PresetController

        return PresetController(
            conversations=self.conversations,
            endpoints=self.endpoints,
            settings=self.settings,
            store=self.store,
            parent=self,
        )

    @cached_property
    def lessons(self) -> LessonController:
        """What models have turned out not to take; read when the database is open."""
        from easychat_gui.controllers.lessons import LessonController

        return LessonController(
            self.endpoints.lesson_book,
            settings=self.settings,
            store=self.store,
            on_error=self.conversations.on_store_failed,
            parent=self,
        )

    @cached_property
    def content(self) -> ContentController:
        from easychat_gui.controllers.content import ContentController

        return ContentController(background=self.background, notifier=self.notifier, parent=self)

    @cached_property
    def prompts(self) -> PromptController:
        """The saved prompts, read when the composer first has to do with them."""
        from easychat_gui.controllers.prompts import PromptController
        from easychat_gui.ui.own_prompts import own_prompts

        return PromptController(
            own_prompts(),
            store=self.store,
            background=self.background,
            on_error=self.conversations.on_store_failed,
            parent=self,
        )

    @cached_property
    def context(self) -> ContextController:
        """Made after the first paint, with the gauge in the composer."""
        from easychat_gui.controllers.context import ContextController
        from easychat_gui.controllers.token_counts import TokenCounts

        return ContextController(
            conversations=self.conversations,
            endpoints=self.endpoints,
            presets=self.presets,
            settings=self.settings,
            counts=TokenCounts(self.endpoints, self.background, self),
            background=self.background,
            parent=self,
        )

    @cached_property
    def search(self) -> SearchController:
        """Made when the database is open: from then on the index of all words follows it."""
        from easychat_gui.controllers.search import SearchController
        from easychat_gui.workers.indexer import Indexer

        return SearchController(store=self.store, indexer=Indexer(self.store, self), parent=self)

    @cached_property
    def spelling(self) -> SpellingController:
        """What is known about words; made with the composer's other helpers."""
        from easychat_gui.controllers.spelling import SpellingController

        return SpellingController(
            settings=self.settings, background=self.background, own_words=self.paths.own_words, parent=self
        )

    @cached_property
    def mirror(self) -> MirrorController:
        """What keeps chats as files, too; made when that is first wished."""
        from easychat_gui.controllers.mirror import MirrorController
        from easychat_gui.ui.export.words import file_words

        return MirrorController(
            file_words(),
            settings=self.settings,
            store=self.store,
            attachments_folder=self.paths.attachments,
            background=self.background,
            notifier=self.notifier,
            parent=self,
        )

    @cached_property
    def exports(self) -> ExportController:
        """What writes chats to files; made when somebody asks for it."""
        from easychat_gui.controllers.export import ExportController

        return ExportController(
            conversations=self.conversations,
            store=self.store,
            attachments_folder=self.paths.attachments,
            background=self.background,
            parent=self,
        )
