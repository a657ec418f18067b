"""Where each message of a conversation stands in the picture of its tree.

The longest branch below a message goes straight down, the others stand beside it in the order of age, as close as they
fit. So a chat with a hundred answers regenerated is two columns wide and not a hundred, and going from one branch to
another moves nothing. Each branch is compared with its neighbour only as deep as the shorter of the two, which makes
the whole linear in the number of messages.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from easychat_gui.domain.branches import Outline
from easychat_gui.domain.ids import MessageId

UNFOLDED_UP_TO = 60
"""So many messages are all shown; of more, long stretches without a branch are folded into one card each."""

SHORTEST_FOLD = 4


@dataclass(frozen=True, slots=True)
class Card:
    """A message, or a stretch of them without a branch, in the picture.

    ``column`` is where its middle stands, in widths of a card from the left; ``level`` counts from the top.
    ``parent`` and ``children`` are places in `Graph.cards`, -1 for none. ``stretch`` is the first message of the
    stretch that can be folded and that it belongs to.
    """

    messages: tuple[Outline, ...]
    parent: int
    children: tuple[int, ...]
    column: float
    level: int
    is_version: bool
    stretch: MessageId | None = None

    @property
    def first(self) -> Outline:
        return self.messages[0]

    @property
    def is_folded(self) -> bool:
        return len(self.messages) > 1


@dataclass(frozen=True, slots=True)
class Graph:
    """The picture of a tree. ``levels`` are the places of the cards of each level, from left to right."""

    cards: tuple[Card, ...] = ()
    levels: tuple[tuple[int, ...], ...] = ()
    columns: float = 0.0
    message_count: int = 0
    end_count: int = 0


def draw(outlines: Sequence[Outline], unfolded: Collection[MessageId] = ()) -> Graph:
    """Return the picture. ``unfolded`` are stretches, by their first message, that the person wants to see whole."""
    if not outlines:
        return Graph()
    by_id = {each.id: each for each in outlines}
    children: dict[MessageId | None, list[Outline]] = {}
    for each in outlines:
        children.setdefault(each.parent_id if each.parent_id in by_id else None, []).append(each)
    draft = _Draft(outlines, children, unfolded)
    draft.place()
    return Graph(
        cards=draft.cards(),
        levels=draft.levels(),
        columns=draft.width,
        message_count=len(outlines),
        end_count=sum(each.id not in children for each in outlines),
    )


class _Draft:
    """The cards while their places are found, as lists with an entry for each."""

    def __init__(
        self,
        outlines: Sequence[Outline],
        children: dict[MessageId | None, list[Outline]],
        unfolded: Collection[MessageId],
    ) -> None:
        self._below = children
        self._unfolded = unfolded
        self._is_large = len(outlines) > UNFOLDED_UP_TO
        self._messages: list[tuple[Outline, ...]] = []
        self._parents: list[int] = []
        self._children: list[list[int]] = []
        self._stretches: list[MessageId | None] = []
        self._versions: list[bool] = []
        self._roots: list[int] = []
        self._columns: list[float] = []
        self._levels: list[int] = []
        self.width = 0.0
        self._gather()

    def cards(self) -> tuple[Card, ...]:
        rows = zip(
            self._messages,
            self._parents,
            map(tuple, self._children),
            self._columns,
            self._levels,
            self._versions,
            self._stretches,
            strict=True,
        )
        return tuple(Card(*row) for row in rows)

    def levels(self) -> tuple[tuple[int, ...], ...]:
        levels: list[list[int]] = [[] for _ in range(max(self._levels) + 1)]
        for card, level in enumerate(self._levels):
            levels[level].append(card)
        return tuple(tuple(sorted(level, key=self._columns.__getitem__)) for level in levels)

    # -- which cards there are

    def _gather(self) -> None:
        """Make the cards, each before its children."""
        waiting = [(each, -1) for each in reversed(self._below[None])]
        while waiting:
            message, parent = waiting.pop()
            stretch = self._stretch_from(message)
            if len(stretch) >= SHORTEST_FOLD and stretch[0].id not in self._unfolded:
                card = self._add(tuple(stretch), parent, stretch[0].id)
            else:
                for each in stretch[:-1]:
                    parent = self._add((each,), parent, stretch[0].id)
                fold = stretch[0].id if len(stretch) >= SHORTEST_FOLD else None
                card = self._add((stretch[-1],), parent, fold)
            waiting += [(each, card) for each in reversed(self._below.get(stretch[-1].id, ()))]

    def _stretch_from(self, message: Outline) -> list[Outline]:
        """Return the message and those after it that could be one card: it begins no branch, none begins at it."""
        stretch = [message]
        if not self._is_large or not self._is_plain(message):
            return stretch
        while True:
            following = self._below[stretch[-1].id][0]
            if not self._is_plain(following):
                return stretch
            stretch.append(following)

    def _is_plain(self, message: Outline) -> bool:
        is_only_child = message.parent_id is not None and len(self._below.get(message.parent_id, ())) == 1
        return is_only_child and len(self._below.get(message.id, ())) == 1

    def _add(self, messages: tuple[Outline, ...], parent: int, stretch: MessageId | None) -> int:
        card = len(self._messages)
        siblings = self._children[parent] if parent >= 0 else self._roots
        self._versions.append(bool(siblings))
        siblings.append(card)
        self._messages.append(messages)
        self._parents.append(parent)
        self._children.append([])
        self._stretches.append(stretch)
        return card

    # -- where they stand

    def place(self) -> None:
        count = len(self._messages)
        offsets = [0.0] * count
        contours: list[tuple[list[float], list[float]]] = [([], [])] * count
        for card in range(count - 1, -1, -1):  # children before parents
            left, right = _side_by_side(self._children[card], contours, offsets)
            left.append(-0.5)
            right.append(0.5)
            contours[card] = left, right
        _side_by_side(self._roots, contours, offsets)
        self._columns, self._levels = [0.0] * count, [0] * count
        for card in range(count):  # parents before children
            parent = self._parents[card]
            self._columns[card] = offsets[card] + (self._columns[parent] if parent >= 0 else 0.0)
            self._levels[card] = self._levels[parent] + 1 if parent >= 0 else 0
        leftmost = min(self._columns)
        self._columns = [column - leftmost + 0.5 for column in self._columns]
        self.width = max(self._columns) + 0.5


def _side_by_side(
    children: list[int], contours: list[tuple[list[float], list[float]]], offsets: list[float]
) -> tuple[list[float], list[float]]:
    """Put branches beside each other, the longest straight below their parent.

    Returns the outline of all of them: how far they reach to the left and to the right at each level, the deepest
    first. It is that of the longest, with the others added to it, so that nothing is copied.
    """
    if not children:
        return [], []
    main = max(range(len(children)), key=lambda place: (len(contours[children[place]][0]), place))
    left, right = contours[children[main]]
    offsets[children[main]] = 0.0
    for child in children[main + 1 :]:
        others, edge = contours[child]
        depth = len(edge)
        shift = max(right[-each] - others[-each] for each in range(1, depth + 1))
        offsets[child] = shift
        for each in range(1, depth + 1):
            right[-each] = edge[-each] + shift
    for child in reversed(children[:main]):
        edge, others = contours[child]
        depth = len(edge)
        shift = min(left[-each] - others[-each] for each in range(1, depth + 1))
        offsets[child] = shift
        for each in range(1, depth + 1):
            left[-each] = edge[-each] + shift
    return left, right
