"""What stands where the conversation will be: the first sight of the program, and of each new chat."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from easychat_gui.domain.endpoints import FoundServer
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.labels import heading, plain

CARD_SIZE = QSize(315, 75)
LEAST_WIDTH = CARD_SIZE.width() - 60
NARROW = 2 * LEAST_WIDTH + 3 * Space.XL
"""Below this width, in px, two cards do not go beside each other."""
TOO_NARROW = LEAST_WIDTH + 2 * Space.XL
"""And below this not even one is whole."""
ABOVE_CARDS = 150
"""What the greeting takes above the cards, in px."""
MOST_CARDS = 4


class Card(QPushButton):
    """A button with a bold line and an explanation."""

    def __init__(self, title: str, explanation: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.setAccessibleName(title)
        self.setAccessibleDescription(explanation)
        self.setToolTip(explanation)
        self.setMinimumSize(LEAST_WIDTH, CARD_SIZE.height())
        self.setMaximumWidth(CARD_SIZE.width())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(Space.L - 1, Space.M, Space.L - 1, Space.M)
        rows.setSpacing(0)
        rows.addWidget(heading(title))
        words = plain(explanation, points=-0.75, look="muted")
        words.setWordWrap(True)
        rows.addWidget(words)
        rows.addStretch()
        for label in self.findChildren(QLabel):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)


class Welcome(QWidget):
    """``connect_requested`` for a server of one's own, ``found_server_chosen(FoundServer)`` to use one that was
    found, ``prompt_chosen(str)`` puts a beginning into the composer."""

    connect_requested = Signal()
    found_server_chosen = Signal(object)
    prompt_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = heading(self.tr("What shall we talk about?"), 9.0)
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title.setWordWrap(True)
        self._subtitle = plain("", look="muted")
        self._subtitle.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._subtitle.setWordWrap(True)
        self._subtitle.setObjectName("welcomeState")
        self._shape = (2, 2)
        self._found: list[FoundServer] = []
        self._grid = QGridLayout()
        self._grid.setSpacing(Space.S + 2)
        holder = QWidget()
        holder.setLayout(self._grid)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(Space.XL, 0, Space.XL, 0)
        rows.setSpacing(Space.L)
        rows.addStretch(1)
        rows.addWidget(self._title)
        rows.addWidget(self._subtitle)
        rows.addWidget(holder, 0, Qt.AlignmentFlag.AlignHCenter)
        rows.addStretch(1)
        self._fill()

    def show_state(self, sentence: str) -> None:
        """Say where the answers will come from."""
        self._subtitle.setText(sentence)

    def offer_found(self, found: list[FoundServer]) -> None:
        """Offer servers that run on this computer."""
        self._found = found
        self._fill()

    def _fill(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        cards = [self._connect_card(), *self._found_cards(), *self._prompt_cards()]
        columns, rows = self._shape = self._shape_wanted()
        for place, card in enumerate(cards[: min(MOST_CARDS, columns * rows)]):
            self._grid.addWidget(card, place // columns, place % columns)

    def _shape_wanted(self) -> tuple[int, int]:
        """Return how many cards go beside and below each other."""
        if self.width() < TOO_NARROW:
            return 1, 0
        columns = 1 if self.width() < NARROW else 2
        rows = (self.height() - ABOVE_CARDS) // (CARD_SIZE.height() + self._grid.spacing())
        return columns, min(3 if columns == 1 else 2, max(0, rows))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._shape != self._shape_wanted():
            self._fill()

    def _connect_card(self) -> Card:
        card = Card(self.tr("Connect a server"), self.tr("OpenAI, OpenRouter, or any compatible address"))
        card.setObjectName("connectServerCard")
        card.clicked.connect(self.connect_requested)
        return card

    def _found_cards(self) -> list[Card]:
        cards = []
        for found in self._found[:2]:
            port = found.base_url.rsplit(":", 1)[-1].split("/", 1)[0]
            card = Card(
                self.tr("Found: {server} on port {port}").format(server=found.name, port=port),
                self.tr("%n model(s) · use it", "", len(found.models)),
            )
            card.clicked.connect(lambda _on, found=found: self.found_server_chosen.emit(found))
            cards.append(card)
        return cards

    def _prompt_cards(self) -> list[Card]:
        prompts = [
            (self.tr("Explain something"), self.tr("Explain in simple words how ")),
            (self.tr("Write a letter"), self.tr("Write a short, polite letter about ")),
            (self.tr("Find ideas"), self.tr("Give me five ideas for ")),
        ]
        cards = []
        for title, beginning in prompts:
            card = Card(title, self.tr("“{beginning}…”").format(beginning=beginning.strip()))
            card.clicked.connect(lambda _on, text=beginning: self.prompt_chosen.emit(text))
            cards.append(card)
        return cards
