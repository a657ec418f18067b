"""The sizes of a branch's messages, each worked out once and only when it is needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from easychat_gui.controllers.token_counts import Model, TokenCounts
from easychat_gui.domain.attachments import Attachment, estimated_tokens
from easychat_gui.domain.context import TOKENS_AROUND_MESSAGE, Counted
from easychat_gui.domain.messages import Message


class Size(NamedTuple):
    """In tokens: the text, what goes with it, and whether all of it was counted and nothing estimated."""

    text: int
    attached: int
    is_exact: bool

    @property
    def total(self) -> int:
        return self.text + self.attached + TOKENS_AROUND_MESSAGE


class MeasuredBranch:
    """Of a chat of 10,000 messages only the newest are looked at: the rest does not fit anyway.

    ``whole`` is the branch as it is shown, ``messages`` what of it can be sent: an answer without a word cannot.
    """

    def __init__(self, whole: Sequence[Message], counts: TokenCounts, model: Model) -> None:
        self.whole = whole
        self.messages = [message for message in whole if message.text or message.attachments]
        self._counts = counts
        self._model = model
        self._sizes: dict[int, Size] = {}

    def size(self, place: int) -> Size:
        size = self._sizes.get(place)
        if size is None:
            message = self.messages[place]
            size = self._sizes[place] = size_of(self._counts, self._model, message.text, message.attachments)
        return size

    def newest(self, enough: int | None) -> tuple[int, list[Counted]]:
        """Return the newest messages that together are more than enough (None: all), and where they begin."""
        counted: list[Counted] = []
        total = 0
        place = len(self.messages)
        while place and (enough is None or total <= enough):
            place -= 1
            tokens = self.size(place).total
            counted.append(Counted(self.messages[place].role, tokens))
            total += tokens
        counted.reverse()
        return place, counted

    def sent(self, dropped: range) -> Iterator[Size]:
        """Yield the sizes of those that are sent."""
        for part in (range(dropped.start), range(dropped.stop, len(self.messages))):
            for place in part:
                yield self.size(place)

    def texts(self) -> Iterator[str]:
        """Yield what there is to be counted, the newest first."""
        for message in reversed(self.messages):
            yield message.text
            for each in message.attachments:
                if not each.is_picture:
                    yield each.text

    def shown_places(self, dropped: range) -> range:
        """Return the places in the whole branch of those dropped among what can be sent."""
        if not dropped or len(self.whole) == len(self.messages):
            return dropped
        place_of = {id(message): place for place, message in enumerate(self.whole)}
        is_last = dropped.stop >= len(self.messages)
        stop = len(self.whole) if is_last else place_of[id(self.messages[dropped.stop])]
        return range(place_of[id(self.messages[dropped.start])] if dropped.start else 0, stop)


def size_of(counts: TokenCounts, model: Model, text: str, attachments: Sequence[Attachment]) -> Size:
    """Return how large a message with this text and these files is."""
    of_text = counts.count(model, text)
    attached, is_exact = 0, of_text.is_exact
    for each in attachments:
        if each.is_picture:
            attached += estimated_tokens(each)
            is_exact = False
        else:
            count = counts.count(model, each.text)
            attached += count.tokens
            is_exact &= count.is_exact
    return Size(of_text.tokens, attached, is_exact)
