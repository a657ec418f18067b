"""What takes a question or a dialog: one at a time, awaited while the window goes on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from easychat_gui.controllers.attachments import AttachmentController
from easychat_gui.controllers.conversations import ConversationController
from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.domain.ids import EndpointId
from easychat_gui.domain.messages import Message
from easychat_gui.settings.schema import Settings
from easychat_gui.settings.store import SettingsStore
from easychat_gui.workers.background import Background

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDialog

    from easychat_gui.controllers.context import ContextController
    from easychat_gui.controllers.presets import PresetController
    from easychat_gui.controllers.wire_texts import WireTexts
    from easychat_gui.domain.folders import Folder
    from easychat_gui.domain.token_chances import TokenChance
    from easychat_gui.ui.settings.data.section import Section
    from easychat_gui.workers.async_bridge import AsyncBridge

Ask = Callable[[QWidget], Awaitable[None]]
"""Opens a dialog over a window and does what its answer says."""


class Flows(QObject):
    """Opens dialogs over a window and does what the answers say.

    Dialogs, and asyncio which awaits them, are imported when the first one opens.
    """

    def __init__(
        self,
        *,
        conversations: ConversationController,
        endpoints: EndpointController,
        settings: SettingsStore,
        background: Background,
        bridge: Callable[[], AsyncBridge],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._conversations = conversations
        self._endpoints = endpoints
        self._settings = settings
        self._background = background
        self._bridge = bridge
        self._window: QWidget | None = None
        self._waiting: Ask | None = None
        self.data_sections: Callable[[], Sequence[Section]] = lambda: ()
        """Makes what stands on the settings' page about data. The library sets it."""
        self.export_message: Callable[[Message], None] = lambda _message: None
        self.export_selection: Callable[[], None] = lambda: None
        self.export_folder: Callable[[Folder], None] = lambda _folder: None
        """Ask how to write these to a file. The library sets them, too."""
        self.is_asking = False

    def beside(self, conversations: ConversationController, parent: QObject) -> Flows:
        """Return the same for another window."""
        return Flows(
            conversations=conversations,
            endpoints=self._endpoints,
            settings=self._settings,
            background=self._background,
            bridge=self._bridge,
            parent=parent,
        )

    def attach(self, window: QWidget) -> None:
        """Say over which window the dialogs open."""
        self._window = window

    def rename(self, summary: ConversationSummary) -> None:
        async def ask(window: QWidget) -> None:
            from easychat_gui.ui.dialogs.asking import ask_text

            title = await ask_text(window, self.tr("Rename this chat"), summary.title, self.tr("Rename"))
            if title is not None:
                self._conversations.rename(summary.id, title)

        self._begin(ask)

    def confirm(self, title: str, sentence: str, yes: str, then: Callable[[], object]) -> None:
        """Ask before something that nothing brings back."""

        async def ask(window: QWidget) -> None:
            from easychat_gui.ui.dialogs.asking import ask_yes_no

            if await ask_yes_no(window, title, sentence, yes, "danger"):
                then()

        self._begin(ask)

    def choose_way(self, title: str, sentence: str, ways: Mapping[str, Callable[[], object]]) -> None:
        """Ask which way to go; the first is the one that Enter takes."""

        async def ask(window: QWidget) -> None:
            from easychat_gui.ui.dialogs.asking import choose

            chosen = await choose(window, title, sentence, list(ways))
            if chosen in ways:
                ways[chosen]()

        self._begin(ask)

    def show_details(self, message: Message) -> None:
        """Show where an answer came from, its figures, and what went wrong if anything did."""

        async def ask(window: QWidget) -> None:
            from easychat_gui.ui.dialogs.asking import show_text
            from easychat_gui.ui.message_details import message_details

            title = self.tr("What happened") if message.failure else self.tr("About this answer")
            await show_text(window, title, message_details(message))

        self._begin(ask)

    def show_report(self, title: str, text: str) -> None:
        """Show a text that somebody must not miss: if another dialog is open, after it."""

        async def ask(window: QWidget) -> None:
            from easychat_gui.ui.dialogs.asking import show_text

            await show_text(window, title, text)

        if self.is_asking:
            self._waiting = self._waiting or ask
        else:
            self._begin(ask)

    def show_sent(self, send_again: Callable[[Message, str], None], texts: WireTexts) -> None:
        """Show what went over the wire for an answer. ``send_again`` gets the answer and the system prompt of then."""

        def make() -> QDialog:
            from easychat_gui.ui.dialogs.what_was_sent import WhatWasSent

            dialog = WhatWasSent(texts)
            prompt = texts.request.system_prompt if texts.request is not None else ""
            dialog.again_requested.connect(lambda: send_again(texts.message, prompt))
            return dialog

        self.open_dialog(make)

    def show_chances(self, chances: Sequence[TokenChance]) -> None:
        """Show how likely the pieces of an answer were."""

        def make() -> QDialog:
            from easychat_gui.ui.dialogs.token_chances import TokenChances

            return TokenChances(chances)

        self.open_dialog(make)

    def ask_to_attach(self, count: int, attach: Callable[[], None]) -> None:
        """Attach many files only if that is meant."""

        async def ask(window: QWidget) -> None:
            from easychat_gui.ui.dialogs.asking import ask_yes_no

            title = self.tr("Attach {count} files?").format(count=count)
            sentence = self.tr("Each of them is copied to your chats and sent with this message.")
            if await ask_yes_no(window, title, sentence, self.tr("Attach")):
                attach()

        self._begin(ask)

    def show_attachment(self, attachment: Attachment, attachments: AttachmentController) -> None:
        """Show what is in a file, as a model gets it."""

        def make() -> QDialog:
            from easychat_gui.ui.attachments.preview import AttachmentPreview

            return AttachmentPreview(attachment, attachments)

        self.open_dialog(make)

    def open_link(self, url: str) -> None:
        """Open a link of a message in the browser. The view passes on only http, https and mailto."""
        QDesktopServices.openUrl(QUrl(url, QUrl.ParsingMode.StrictMode))

    def open_settings(
        self, data_folder: Path, *, on_servers: bool = False, is_new: bool = False, address: str = "", name: str = ""
    ) -> None:
        """Show the settings; with ``is_new`` an empty form for a server, or one for an address that was found."""

        def make() -> QDialog:
            from easychat_gui.ui.settings.dialog import SettingsDialog

            dialog = SettingsDialog(
                lambda: self._settings.current,
                self._endpoints,
                data_folder,
                find_languages=lambda then: self._background.run(_dictionaries, then),
                data_sections=self.data_sections,
                on_servers=on_servers or is_new,
            )
            dialog.saved.connect(self._save_settings)
            if is_new:
                dialog.servers_page.begin_new(address, name)
            return dialog

        self.open_dialog(make)

    def search_models(self, choose: Callable[[EndpointId, str], None], words: str = "") -> None:
        """Show the models of all servers, to be searched; ``choose`` gets the one that was taken.

        ``words`` are those that the search begins with.
        """
        from easychat_gui.ui.dialogs.choose_model import ChooseModel

        def take(dialog: QDialog) -> None:
            if isinstance(dialog, ChooseModel) and dialog.choice is not None:
                choose(*dialog.choice)

        self.open_dialog(lambda: ChooseModel(self._endpoints, words), take)

    def manage_presets(self, presets: PresetController) -> None:
        """Show all presets, to be changed and put in order."""

        def make() -> QDialog:
            from easychat_gui.controllers.preset_files import PresetFiles
            from easychat_gui.ui.preset_dialog import PresetDialog

            return PresetDialog(presets, self._endpoints, PresetFiles(self._background))

        self.open_dialog(make)

    def save_as_preset(self, presets: PresetController) -> None:
        """Ask for a name, and let the conversation that is shown follow a preset that answers as it does."""
        preset = presets.from_conversation()

        async def ask(window: QWidget) -> None:
            from easychat_gui.ui.dialogs.asking import ask_text

            name = await ask_text(window, self.tr("Save as preset"), presets.free_name(preset.name), self.tr("Save"))
            if name is not None and name.strip():
                presets.add_and_follow(preset.with_(name=presets.free_name(" ".join(name.split())[:80])))

        self._begin(ask)

    def open_dialog(self, make: Callable[[], QDialog], then: Callable[[QDialog], None] | None = None) -> None:
        """Show a dialog over the window; ``then`` gets it when it was accepted. Does nothing while one is open."""
        if self.is_asking or self._window is None:
            return
        from PySide6.QtWidgets import QDialog

        from easychat_gui.ui.widgets.overlay import Overlay

        dialog = make()
        self.is_asking = True
        overlay = Overlay(dialog, self._window)

        def close() -> None:
            self._on_closed()
            if then is not None and dialog.result() == QDialog.DialogCode.Accepted:
                then(dialog)

        overlay.closed.connect(close)

    def ask_to_send_too_long(self, send: Callable[[], None]) -> None:
        """Say that a question is too long for the model, and send it if the person wants that."""

        async def ask(window: QWidget) -> None:
            from easychat_gui.ui.dialogs.asking import ask_yes_no

            sentence = self.tr("It is longer than what this model reads at once, so the server may cut or refuse it.")
            if await ask_yes_no(window, self.tr("This message is too long"), sentence, self.tr("Send anyway"), ""):
                send()

        self._begin(ask)

    def edit_summary(self, context: ContextController) -> None:
        """Show the summary of what no longer fits, and let the model write it where there is none."""

        def make() -> QDialog:
            from easychat_gui.ui.dialogs.summary_dialog import SummaryDialog

            conversation = self._conversations.current
            endpoint, model = self._endpoints.choice_for(conversation)
            name = endpoint.name or self._endpoints.model_name(model)
            return SummaryDialog(context, conversation.context.summary, name)

        self.open_dialog(make)

    def _save_settings(self, settings: Settings) -> None:
        self._endpoints.save_settings(lambda: self._settings.apply(settings))

    def ask(self, ask: Ask) -> None:
        """Let a part of the window ask something of its own. Does nothing while another dialog is open."""
        self._begin(ask)

    def ask_in_turn(self, ask: Ask) -> None:
        """As `ask`, but after what is being asked: nothing can be kept until it is answered."""
        if self.is_asking:
            self._waiting = ask
        else:
            self._begin(ask)

    def _begin(self, ask: Ask) -> None:
        window = self._window
        if self.is_asking or window is None:
            return

        async def run() -> None:
            try:
                await ask(window)
            finally:
                self.is_asking = False
            self._ask_what_waits()

        self.is_asking = True
        self._bridge().spawn(run())

    def _on_closed(self) -> None:
        self.is_asking = False
        self._ask_what_waits()

    def _ask_what_waits(self) -> None:
        ask, self._waiting = self._waiting, None
        if ask is not None:
            self._begin(ask)


def _dictionaries() -> list[str]:
    from easychat_gui.spelling.dictionaries import find_all

    return list(find_all())
