"""The fonts, lengths and text formats of the conversation, worked out once for each theme and zoom."""

from __future__ import annotations

from PySide6.QtGui import QColor, QFont, QFontInfo, QFontMetricsF, QGuiApplication, QTextBlockFormat, QTextCharFormat

from easychat_gui.rendering.highlight import TokenKind
from easychat_gui.rendering.markdown import Span
from easychat_gui.ui import theme
from easychat_gui.ui.conversation.formulas import Formulas
from easychat_gui.ui.conversation.picture_objects import PictureObjects
from easychat_gui.ui.conversation.text_objects import FormulaObjects

ITEM_INDENT = 26
QUOTE_INDENT = 18
QUOTE_BAR = 3
BLOCK_GAP = 12
TIGHT_GAP = 4
CARD_HEADER = 31
CARD_PADDING = 12
CELL_GAP = 16
CELL_PADDING = 6
BUBBLE_PADDING = (16, 10)
BUBBLE_WIDEST = 600
_HEADING_SCALE = (1.5, 1.3, 1.15, 1.05, 1.0, 1.0)


class Style:
    """What the theme in force means for the conversation. Make a new one when it changes.

    Without ``formulas`` every formula is shown as its source, without ``pictures`` every picture as its description.
    """

    def __init__(self, formulas: Formulas | None = None, pictures: PictureObjects | None = None) -> None:
        self.formulas = formulas
        self.picture_objects = pictures
        self.formula_objects = FormulaObjects(formulas) if formulas is not None else None
        self.theme = theme.current()
        self.zoom = theme.watcher().zoom
        self.message_font = theme.message_font()
        self.small_font = _resized(self.message_font, 10.0 / 11.0)
        self.name_font = QFont(self.small_font)
        self.name_font.setWeight(QFont.Weight.DemiBold)
        self.code_font = theme.code_font()
        self.inline_code_font = _resized(self.code_font, 1.0)
        self.message_line = round(pixel_size(self.message_font) * theme.LINE_HEIGHT_MESSAGE)
        self.small_line = round(pixel_size(self.small_font) * theme.LINE_HEIGHT_MESSAGE)
        self.code_line = round(pixel_size(self.code_font) * theme.LINE_HEIGHT_CODE)
        self.message_metrics = QFontMetricsF(self.message_font)
        self.small_metrics = QFontMetricsF(self.small_font)
        self.code_metrics = QFontMetricsF(self.code_font)
        self.character_width = max(1.0, self.message_metrics.averageCharWidth())
        self.header_height = max(24, round(pixel_size(self.small_font) * 1.8))
        self.chip_height = max(34, round(pixel_size(self.small_font) * 2.5))
        self.colours = {kind: _coloured(getattr(self.theme.syntax, kind.value)) for kind in TokenKind}

    def heading_font(self, level: int) -> QFont:
        font = _resized(self.message_font, _HEADING_SCALE[min(max(level, 1), 6) - 1])
        font.setWeight(QFont.Weight.DemiBold)
        return font

    def span_format(self, span: Span, base: QFont, colour: QColor) -> QTextCharFormat:
        """Return how a span is written where the text around it has this font and colour."""
        result = QTextCharFormat()
        font = QFont(base)
        if span.code:
            font = QFont(self.inline_code_font)
            result.setBackground(self.theme.code_bg)
        if span.bold:
            font.setWeight(QFont.Weight.DemiBold)
        font.setItalic(span.italic)
        font.setStrikeOut(span.strike)
        if span.raised:
            result.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSuperScript)
        result.setFont(font)
        result.setForeground(self.theme.text_muted if span.raised else colour)
        if span.link:
            result.setForeground(self.theme.link)
            result.setFontUnderline(True)
            result.setUnderlineColor(_faded(self.theme.link))
            result.setAnchor(True)
            result.setAnchorHref(span.link)
        return result


def line_format(line: int) -> QTextBlockFormat:
    """Return the format of lines that are at least ``line`` pixels high."""
    result = QTextBlockFormat()
    result.setLineHeight(line, QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
    return result


def pixel_size(font: QFont) -> float:
    """Return the size of a font in device-independent pixels."""
    size = font.pixelSize()
    return float(size) if size > 0 else font.pointSizeF() * _dots_per_point()


def _dots_per_point() -> float:
    return QGuiApplication.primaryScreen().logicalDotsPerInchY() / 72.0


def _resized(font: QFont, factor: float) -> QFont:
    result = QFont(font)
    result.setPointSizeF((font.pointSizeF() if font.pointSizeF() > 0 else QFontInfo(font).pointSizeF()) * factor)
    return result


def _coloured(colour: QColor) -> QTextCharFormat:
    result = QTextCharFormat()
    result.setForeground(colour)
    return result


def _faded(colour: QColor) -> QColor:
    result = QColor(colour)
    result.setAlphaF(0.4)
    return result
