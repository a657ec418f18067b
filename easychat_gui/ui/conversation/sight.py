"""What was painted last, so that pixels that only move are moved and not drawn again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from easychat_gui.ui.conversation.row_list import RowList

_Key = tuple[int, ...]


class _Item(NamedTuple):
    """A part of the picture: how far below the top of the view it is, its height, and what its looks depend on."""

    y: int
    height: int
    looks: object


@dataclass(frozen=True, slots=True)
class Change:
    """The picture moves down by ``shift`` pixels (up where negative); ``strips`` (top, height) are drawn anew."""

    shift: int
    strips: tuple[tuple[int, int], ...]


class Sight:
    """The rows and blocks on the screen. What depends on anything else (hovering, marking) is for others to repaint."""

    def __init__(self) -> None:
        self._items: dict[_Key, _Item] = {}

    def forget(self) -> None:
        """Everything is to be drawn anew."""
        self._items = {}

    def renew(self, rows: RowList, top: int, bottom: int) -> Change | None:
        """Note what stands between two heights. Return what differs from before; None when that is everything."""
        old, new = self._items, _items(rows, top, bottom)
        self._items = new
        same = {key for key, item in new.items() if key in old and old[key].looks == item.looks}
        shifts = {new[key].y - old[key].y for key in same}
        if len(shifts) != 1:
            return None
        shift = shifts.pop()
        strips = [(item.y, item.height) for key, item in new.items() if key not in same]
        strips += [(item.y + shift, item.height) for key, item in old.items() if key not in same]
        return Change(shift, tuple(strip for strip in strips if strip[0] < bottom - top and sum(strip) > 0))


def _items(rows: RowList, top: int, bottom: int) -> dict[_Key, _Item]:
    items: dict[_Key, _Item] = {}
    for number, y in rows.rows_between(top, bottom):
        row, height = rows.row(number), rows.heights[number]
        places = row.places()
        ends = places.adapted, places.note, places.actions
        looks = places.header, places.chip, places.reasoning, places.text, places.waiting, *ends
        # What a running answer draws besides its blocks stands above them, so it may grow without being drawn anew.
        items[number,] = _Item(y - top, height, (looks, row.is_thinking, -1 if row.is_running else height))
    for key, flow, _x, y in rows.boxes_between(top, bottom):
        box, height = flow.boxes[key.box], flow.heights[key.box]
        items[tuple(key)] = _Item(
            y - top, height, (box.block, box.document, height, box.look.state if box.look else None)
        )
    return items
