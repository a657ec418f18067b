"""How a table stands on the pages of an OpenDocument text: its columns, their widths, and the size of its type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from easychat_gui.rendering.columns import are_whole, even_groups, fitted_widths, longest_word
from easychat_gui.rendering.markdown import Table, plain
from easychat_gui.transfer.odt_styles import mirrored

WIDEST_CM = 16.0
_ALIGNED = {"right": "Table_20_Right", "center": "Table_20_Centre"}
_CHARACTER_CM = {"": 0.175, "Small_20_": 0.145}
"""A wide character, by what stands before the name of a style of text in that size."""
_GAP_CM = 0.35
_LONGEST_CELL = 60


@dataclass(frozen=True, slots=True)
class Grid:
    """A table that is too wide is written as several ``groups``, one below the other, each with the first column.

    ``wished`` and ``words`` are in hundredths of a centimetre: how wide each column would be, and its longest word.
    """

    size: str
    wished: tuple[int, ...]
    words: tuple[int, ...]
    groups: tuple[tuple[int, ...], ...]
    is_right_to_left: bool

    @classmethod
    def of(cls, tables: Sequence[Table]) -> Grid:
        """Choose the type in which no word is broken, as far as there is one."""
        count = len(tables[0].alignments)
        longest, words = [4] * count, [""] * count
        for row in (row for table in tables for row in (table.header, *table.rows)):
            for column, spans in enumerate(row[:count]):
                text = plain(spans)
                longest[column] = max(longest[column], min(_LONGEST_CELL, len(text)))
                words[column] = longest_word(words[column], text)
        room = round(WIDEST_CM * 100)
        direction = tables[0].is_right_to_left
        for size, character in _CHARACTER_CM.items():
            wished, least = (
                tuple(round(100 * (length * character + _GAP_CM)) for length in lengths)
                for lengths in (longest, map(len, words))
            )
            if sum(wished) <= room or are_whole(least, room):
                return cls(size, wished, least, (tuple(range(count)),), direction)
        groups = tuple(map(tuple, even_groups(wished, least, room)))
        return cls(size, wished, least, groups, direction)

    def text_style(self, alignment: str, text: str) -> str:
        """Return the style of the text of a cell."""
        style = self.size + _ALIGNED.get(alignment, "Table_20_Contents")
        if self.is_right_to_left and alignment not in _ALIGNED:
            return mirrored(style, "\u05d0")
        return mirrored(style, text)

    def style(self, name: str, numbers: Sequence[int]) -> str:
        """Return the styles of a table of these columns, and of the columns."""
        words = [self.words[each] for each in numbers]
        widths = fitted_widths([self.wished[each] for each in numbers], round(WIDEST_CM * 100), 50, words)
        columns = "".join(
            f'<style:style style:name="{name}.{number}" style:family="table-column"><style:table-column-properties '
            f'style:column-width="{width / 100:.3f}cm"/></style:style>'
            for number, width in zip(numbers, widths, strict=True)
        )
        direction = 'table:align="right" style:writing-mode="rl-tb"' if self.is_right_to_left else 'table:align="left"'
        return (
            f'<style:style style:name="{name}" style:family="table"><style:table-properties '
            f'style:width="{sum(widths) / 100:.3f}cm" {direction} fo:margin-top="0.1cm" fo:margin-bottom="0.2cm"/>'
            f"</style:style>{columns}"
        )
