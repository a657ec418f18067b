"""Opens the palette, asks for what is typed in it, and goes where its rows lead."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QDialog

from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.errors import StorageError
from easychat_gui.domain.ids import ConversationId, MessageId
from easychat_gui.domain.search import Excerpt, Found, FoundChat, Query
from easychat_gui.domain.search_words import tokens
from easychat_gui.ui.flows import Flows
from easychat_gui.ui.palette import words
from easychat_gui.ui.palette.entries import Entry, heading, note
from easychat_gui.ui.palette.offers import Offers
from easychat_gui.ui.palette.palette import Palette

if TYPE_CHECKING:
    from easychat_gui.ui.main_window import Controllers, MainWindow

REST_MS = 150
"""After so long without a key all that there is is asked for; before, only what fits the palette."""

CHATS = 100
"""So many chats are shown at once, and so many more to who scrolls to their end."""

WORTH_ASKING = 0.05
"""When so much of 1 of all messages has become searchable, what was asked is asked again."""

CHATS_FIRST = 5
"""So many chats stand before what else can be done: below a hundred nobody would find it."""


class PalettePart(QObject):
    """Serves Ctrl+K."""

    def __init__(self, window: MainWindow, controllers: Controllers, flows: Flows) -> None:
        super().__init__(window)
        self._window = window
        self._controllers = controllers
        self._flows = flows
        self._search = controllers.search()
        self._offers = Offers(window, controllers)
        self._palette: Palette | None = None
        self._query = Query()
        self._found: Found | None = None
        self._wanted = CHATS
        self._total: int | None = None
        self._problem = ""
        self._goal: tuple[FoundChat, str] | None = None
        self._marked: tuple[ConversationId, str] | None = None
        """In which chat the bar for finding was opened here, and with what."""
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._ask_for_all)
        self._search.found.connect(self._on_found)
        self._search.counted.connect(self._on_counted)
        self._search.failed.connect(self._on_failed)
        self._search.indexer.progressed.connect(self._on_progressed)
        controllers.conversations.opened.connect(self._on_opened)

    def open(self, text: str = "") -> None:
        """Show the palette with these words in it, unless another dialog is open."""

        def make() -> QDialog:
            palette = self._palette = Palette(text)
            self._offers = Offers(self._window, self._controllers)
            palette.typed.connect(self._on_typed)
            palette.taken.connect(self._on_taken)
            palette.end_neared.connect(self._ask_for_more)
            palette.finished.connect(self._on_closed)
            return palette

        self._flows.open_dialog(make)
        if self._palette is not None:
            self._palette.field.setFocus()
            self._palette.field.end(False)  # what was handed over is gone on with, not written over
            self._search.count()
            self._on_typed(text)

    # What is typed and found

    def _on_typed(self, text: str) -> None:
        self._found, self._problem, self._wanted = None, "", CHATS
        self._query = self._search.ask(text, words.filter_names())
        if self._query.is_empty and text.strip():
            self._show()
        else:
            # Old rows stay for the moment that the answer takes: a list that empties at each key would flicker.
            self._rest.start()
            if self._palette is not None:
                self._palette.expect()

    def _ask_for_all(self) -> None:
        if self._found is None:
            self._show()  # it takes long, or there is no database: all else can be done meanwhile
        elif self._found.is_more:
            self._search.ask_for(self._wanted)

    def _ask_for_more(self) -> None:
        found = self._found
        if found is not None and found.is_more and not self._query.is_empty and len(found.chats) == self._wanted:
            self._wanted += CHATS
            self._search.ask_for(self._wanted)

    def _on_found(self, found: Found) -> None:
        if self._palette is not None and found.query.typed == self._query.typed:
            self._found = found
            self._show()

    def _on_counted(self, total: int) -> None:
        self._total = total
        self._show_count()

    def _on_failed(self, error: StorageError) -> None:
        self._problem = str(error)
        self._show()

    def _on_progressed(self) -> None:
        if self._palette is None or self._found is None:
            return
        searchable = self._search.indexer.searchable
        known = self._found.searchable
        if known < searchable and (searchable == 1 or searchable - known >= WORTH_ASKING) and not self._query.is_empty:
            self._search.ask_for(self._wanted)  # among what has become searchable there may be what is looked for
        else:
            self._show()

    def _on_closed(self) -> None:
        self._palette = None
        self._rest.stop()
        self._search.forget()

    # Rows

    def _show(self) -> None:
        if self._palette is not None:
            chats, others = self._chats(), self._others()
            first, rest = chats[: CHATS_FIRST + 1], chats[CHATS_FIRST + 1 :]  # the heading is one more
            if others and len(rest) > 1:
                rest.insert(0, heading(self.tr("More chats")))
                self._palette.show_entries([*self._notes(), *first, *others, *rest])
            else:
                self._palette.show_entries([*self._notes(), *chats, *others])
            self._show_count()

    def _show_count(self) -> None:
        if self._palette is not None:
            found = self._found
            is_asked = found is not None and not self._query.is_empty
            self._palette.show_count(words.count_words(found, self._total) if found is not None and is_asked else "")

    def _notes(self) -> list[Entry]:
        notes = [note(words.hint_words(hint)) for hint in self._query.hints]
        if self._problem:
            notes.append(note(self.tr("The chats could not be searched: {error}").format(error=self._problem)))
        return notes

    def _chats(self) -> list[Entry]:
        found = self._found
        if self._query.is_empty and self._query.typed.strip():
            return []  # nothing was asked for, as the note above says
        if found is None:
            return [heading(self.tr("Chats")), note(self.tr("Searching…"))]
        title = self.tr("Recent chats") if self._query.is_empty else self.tr("Chats")
        searchable = self._search.indexer.searchable
        aside = ""
        if searchable < 1:
            aside = self.tr("{percent} % of your messages are searchable so far").format(percent=int(searchable * 100))
        chats = [self._chat_entry(chat) for chat in found.chats]
        if not chats and self._query.is_empty:
            return []
        if found.is_more and not self._query.is_empty and not self._rest.isActive():
            chats.append(
                note(self.tr("More follow below. Another word, or a filter such as in: or before:, leaves fewer."))
            )
        return [heading(title, aside), *(chats or [note(self.tr("No chat has this in it"))])]

    def _chat_entry(self, chat: FoundChat) -> Entry:
        title = chat.title if chat.title.text else Excerpt(self.tr("New chat"))
        detail = chat.excerpt
        if chat.file_name:
            before = self.tr("{file}: ").format(file=words.file_words(chat.file_name))
            shifted = tuple((begin + len(before), end + len(before)) for begin, end in detail.marks)
            detail = Excerpt(before + detail.text, shifted)
        aside = words.date_words(chat.updated_at)
        return Entry(
            f"chat {chat.id} {chat.message_id}",
            title,
            detail,
            aside,
            words.ending_words(chat),
            run=partial(self._go_to, chat),
            run_beside=partial(self._show_beside, chat),
        )

    def _others(self) -> list[Entry]:
        wanted = tokens(self._query.words)
        if self._query.typed.strip() and not wanted:
            return []
        actions, models = self._offers.actions(wanted), self._offers.models(wanted)
        shown = [heading(self.tr("Actions")), *actions] if actions else []
        return [*shown, heading(self.tr("Models")), *models] if models else shown

    # Where they lead

    def _on_taken(self, entry: Entry, is_beside: bool) -> None:  # noqa: FBT001 - a slot
        run = entry.run_beside if is_beside and entry.run_beside is not None else entry.run
        if run is not None:
            # When the palette has gone, and with it what keeps the keys of the window silent.
            QTimer.singleShot(0, self, run)

    def _show_beside(self, chat: FoundChat) -> None:
        """Show a hit in a window of its chat's own."""
        self._window.chat_windows.open(chat.id, chat.message_id, _hit_of(chat))

    def _go_to(self, chat: FoundChat) -> None:
        conversations = self._controllers.conversations
        if conversations.elsewhere(chat.id) is not None:
            self._show_beside(chat)  # where it is open already
            return
        self._goal = (chat, _hit_of(chat))
        if chat.id == conversations.current.id:
            self._on_opened(conversations.current)
        else:
            conversations.open(chat.id)

    def _on_opened(self, conversation: Conversation) -> None:
        self._withdraw_marks(conversation.id)
        if self._goal is None:
            return
        (chat, hit), self._goal = self._goal, None
        if conversation.id != chat.id or chat.message_id is None:
            return
        self._reveal(chat.message_id, hit)

    def _reveal(self, message_id: MessageId, hit: str) -> None:
        def note() -> None:
            self._marked = self._controllers.conversations.current.id, hit

        self._window.reveal(message_id, hit, note)

    def _withdraw_marks(self, shown: ConversationId) -> None:
        """Close the bar that came with a hit when another chat is shown, unless it finds something else by now."""
        if self._marked is None or self._marked[0] == shown:
            return
        (_chat, hit), self._marked = self._marked, None
        finding = self._window.conversation_view.finding
        if finding.is_open and finding.bar.field.text() == hit:
            finding.close()


def _hit_of(chat: FoundChat) -> str:
    """Return the words that were found, as they stand in the message."""
    begin, end = chat.excerpt.marks[0] if chat.excerpt.marks and not chat.file_name else (0, 0)
    return chat.excerpt.text[begin:end]
