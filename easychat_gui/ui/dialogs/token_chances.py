"""How likely the model thought each piece of an answer to be, and what else it thought of."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QLocale, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from easychat_gui.domain.token_chances import Candidate, TokenChance, mean_probability
from easychat_gui.qtmodels.token_chances import ChanceRole, TokenChanceModel
from easychat_gui.rendering.sanitize import visible
from easychat_gui.ui import theme
from easychat_gui.ui.theme import Radius, Space
from easychat_gui.ui.widgets.buttons import text_button
from easychat_gui.ui.widgets.labels import heading, muted

SIZE = QSize(640, 600)
ROW_HEIGHT = 30
BAR_WIDTH = 96
BAR_HEIGHT = 6
PERCENT_WIDTH = 64
TOKEN_SHARE = 0.32
SMALLEST_PERCENT, LARGEST_PERCENT = 0.01, 99.9
UNLIKELY, DOUBTFUL = 0.1, 0.5
"""Below these probabilities the bar is red and amber."""

_VISIBLE = {"\n": "↵", "\r": "↵", "\t": "⇥"}


class TokenChances(QDialog):
    """A list of the tokens; nothing can be changed here."""

    def __init__(self, chances: Sequence[TokenChance], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = self.tr("Word probabilities")
        self.setObjectName("tokenChances")
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self._model = TokenChanceModel(chances, chance_words, self)
        words = muted(self._summary(chances), -0.5)
        words.setObjectName("chancesSummary")
        words.setWordWrap(True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(Space.XL + 2, Space.L + 4, Space.XL + 2, Space.L + 4)
        rows.setSpacing(Space.XS)
        rows.addWidget(heading(title, 3.0))
        rows.addWidget(words)
        rows.addSpacing(Space.M)
        if chances:
            rows.addWidget(self._list(), 1)
        else:
            rows.addStretch()
        rows.addSpacing(Space.M)
        rows.addLayout(self._buttons(has_tokens=bool(chances)))

    def sizeHint(self) -> QSize:
        return SIZE if self._model.rowCount() else QSize(SIZE.width(), 0)

    def _summary(self, chances: Sequence[TokenChance]) -> str:
        mean = mean_probability(chances)
        if mean is None:
            return self.tr("The server told none for this answer.")
        one, several = self.tr("{count} token, {mean} likely"), self.tr("{count} tokens, {mean} likely on average")
        pattern = one if len(chances) == 1 else several
        words = pattern.format(count=QLocale().toString(len(chances)), mean=percent(mean))
        if any(each.others for each in chances):
            return words
        hint = self.tr("To see what else the model thought of, set top_logprobs in “Other parameters”.")
        return f"{words}. {hint}"

    def _list(self) -> QListView:
        view = QListView(self)
        view.setObjectName("chancesList")
        view.setProperty("look", "traffic")
        view.setAccessibleName(self.tr("Pieces of the answer"))
        view.setToolTip(self.tr("Each piece of the answer, how likely it was, and what else could have stood there"))
        view.setModel(self._model)
        view.setItemDelegate(_ChanceDelegate(view))
        view.setUniformItemSizes(True)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return view

    def _buttons(self, *, has_tokens: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        if has_tokens:
            least = text_button(self.tr("Least likely first"), self.tr("Or in the order of the answer"), look="tab")
            least.setObjectName("leastLikelyButton")
            least.setCheckable(True)
            least.toggled.connect(self._model.sort_by_chance)
            row.addWidget(least)
        row.addStretch()
        close = text_button(self.tr("Close"), look="primary")
        close.setDefault(True)
        close.clicked.connect(self.reject)
        row.addWidget(close)
        return row


class _ChanceDelegate(QStyledItemDelegate):
    """Draws the token, a bar with its probability, and the others."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(SIZE.width() // 2, max(ROW_HEIGHT, option.fontMetrics.height() + Space.S))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        chance: TokenChance = index.data(ChanceRole.CHANCE)
        colours = theme.current()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setBrush(colours.accent_soft)
            painter.drawRoundedRect(QRectF(option.rect).adjusted(2, 1, -2, -1), Radius.CONTROL, Radius.CONTROL)
        area = option.rect.adjusted(Space.M, 0, -Space.M, 0)
        token, bar, number, rest = _columns(area)
        probability = chance.chosen.probability
        self._paint_bar(painter, _placed(bar, option), probability)
        texts = [
            (_placed(token, option), token_words(chance.chosen.text), colours.text, theme.code_font()),
            (_placed(number, option), percent(probability), colours.text_muted, option.font),
            (_placed(rest, option), _others_words(chance.others), colours.text_muted, option.font),
        ]
        for rect, text, colour, font in texts:
            painter.setFont(font)
            painter.setPen(colour)
            text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, text)
        painter.restore()

    def _paint_bar(self, painter: QPainter, rect: QRect, probability: float) -> None:
        colours = theme.current()
        track = QRectF(rect.left(), rect.center().y() - BAR_HEIGHT / 2, rect.width(), BAR_HEIGHT)
        painter.setBrush(colours.border)
        painter.drawRoundedRect(track, BAR_HEIGHT / 2, BAR_HEIGHT / 2)
        filled = max(BAR_HEIGHT, track.width() * probability)
        painter.setBrush(_bar_colour(probability))
        painter.drawRoundedRect(QRectF(track.left(), track.top(), filled, BAR_HEIGHT), BAR_HEIGHT / 2, BAR_HEIGHT / 2)


def _columns(area: QRect) -> tuple[QRect, QRect, QRect, QRect]:
    width = int(area.width() * TOKEN_SHARE)
    token = QRect(area.left(), area.top(), width, area.height())
    bar = QRect(token.right() + Space.M, area.top(), BAR_WIDTH, area.height())
    number = QRect(bar.right() + Space.S, area.top(), PERCENT_WIDTH, area.height())
    left = number.right() + Space.S
    return token, bar, number, QRect(left, area.top(), max(0, area.right() - left), area.height())


def _placed(rect: QRect, option: QStyleOptionViewItem) -> QRect:
    return QStyle.visualRect(option.direction, option.rect, rect)


def _bar_colour(probability: float) -> QColor:
    colours = theme.current()
    return colours.danger if probability < UNLIKELY else colours.warning if probability < DOUBTFUL else colours.accent


def token_words(text: str) -> str:
    """Return a token with its blanks and breaks made visible."""
    for blank, mark in _VISIBLE.items():
        text = text.replace(blank, mark)
    inner = text.strip(" ")
    before = len(text) - len(text.lstrip(" "))
    after = len(text) - len(inner) - before
    return visible("␣" * before + inner + "␣" * after)


def percent(probability: float) -> str:
    """Return a probability as people write it; never 0 % or 100 % for what is neither."""
    value = float(probability * 100)
    if 0 < value < SMALLEST_PERCENT:
        return QCoreApplication.translate("Chances", "below {number} %").format(
            number=QLocale().toString(SMALLEST_PERCENT, "f", 2)
        )
    value = value if value == 100 else min(value, LARGEST_PERCENT)
    text = QLocale().toString(value, "f", 0 if 10 <= value < 99.5 or value == 100 else 1 if value >= 1 else 2)
    return QCoreApplication.translate("Chances", "{number} %").format(number=text)


def chance_words(chance: TokenChance) -> str:
    """Say all about a token in a line."""
    words = f"{token_words(chance.chosen.text)}: {percent(chance.chosen.probability)}"
    others = _others_words(chance.others)
    if not others:
        return words
    return QCoreApplication.translate("Chances", "{token}, else {others}").format(token=words, others=others)


def _others_words(others: Sequence[Candidate]) -> str:
    return " · ".join(f"{token_words(each.text)} {percent(each.probability)}" for each in others)
