"""The page of figures: four cards, and below them the charts, in as many columns as there is room for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from easychat_gui.controllers.statistics import StatisticsController
from easychat_gui.domain.statistics import MOST_MEASURED, Figures, Share, Table, cost_of, total_cost
from easychat_gui.ui.count_words import counted
from easychat_gui.ui.statistics import words
from easychat_gui.ui.statistics.chart_card import ChartCard
from easychat_gui.ui.statistics.charts import MOST_LINES, DayBars, Lines, RankBars
from easychat_gui.ui.statistics.figure_card import FigureCard
from easychat_gui.ui.statistics.spans import Step, spans, step_for
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.labels import faint, muted

GAP = 14
WIDE = 800
MEDIUM = 460
DAYS_HEIGHT = 216
CHART_HEIGHT = 231


def _tokens(share: Share) -> float:
    return share.tokens


def _answers(share: Share) -> float:
    return share.answers


class StatisticsPage(QScrollArea):
    """``prices_requested``; ``export_requested(ChartCard, "csv" | "png")``."""

    prices_requested = Signal()
    export_requested = Signal(object, str)

    def __init__(self, statistics: StatisticsController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statisticsPage")
        self.setAccessibleName(self.tr("Statistics"))
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._statistics = statistics
        self._figures: Figures | None = None
        self._shows_answers = False
        self._columns = 0
        self._make_cards()
        self._make_charts()
        self._sentence = muted("")
        self._sentence.setObjectName("statisticsSentence")
        self._sentence.setWordWrap(True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._note = faint("")
        self._note.setObjectName("statisticsNote")
        self._note.setWordWrap(True)
        inner = QWidget()
        self._grid = QGridLayout()
        self._grid.setSpacing(GAP)
        rows = QVBoxLayout(inner)
        rows.setContentsMargins(Space.XL, 20, Space.XL, Space.XL)
        rows.setSpacing(GAP)
        rows.addWidget(self._sentence)
        rows.addLayout(self._grid)
        rows.addWidget(self._note)
        rows.addStretch(1)
        self.setWidget(inner)
        self._arrange(4)
        self.show_sentence(self.tr("Adding up…"))

    # What it is told

    def show_sentence(self, sentence: str) -> None:
        """Show nothing but why there is nothing to be shown."""
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
        self._note.setVisible(not sentence)
        for card in (*self._cards(), *self._charts()):
            card.setVisible(not sentence)

    def show_figures(self, figures: Figures) -> None:
        self._figures = figures
        if not figures.shares:
            self.show_sentence(self.tr("No answers in this time. What models answer from now on is counted here."))
            return
        self.show_sentence("")
        self._show_cards(figures)
        self._show_days(figures)
        self._show_lines(figures)
        self._show_ranks(figures)
        self._show_costs(figures)
        self._show_note(figures)

    def figures(self) -> Figures | None:
        return self._figures

    # The parts

    def _make_cards(self) -> None:
        self.answers = FigureCard("answersCard", self.tr("Answers"))
        self.tokens = FigureCard("tokensCard", self.tr("Tokens"))
        self.speed = FigureCard("speedCard", self.tr("Median speed"))
        self.spent = FigureCard("spentCard", self.tr("Spent"), self.tr("Click to set prices"))
        self.spent.pressed.connect(self.prices_requested)

    def _make_charts(self) -> None:
        others = self.tr("Others")
        self.days, self.speeds, self.waits = DayBars("daysChart"), Lines("speedChart"), Lines("waitChart")
        self.models, self.servers = RankBars("modelsChart", others), RankBars("serversChart", others)
        self.costs, self.cost_ranks = DayBars("costsChart"), RankBars("costRanksChart", others)
        self.days_card = ChartCard("daysCard", self.tr("Tokens a day"), self.days)
        self._switch = self.days_card.add_switch(self.tr("Answers"), self._toggle_days)
        self.speeds_card = ChartCard("speedsCard", self.tr("Speed, tokens a second"), self.speeds)
        self.models_card = ChartCard("modelsCard", self.tr("By model"), self.models)
        self.waits_card = ChartCard("waitsCard", self.tr("Time to the first token"), self.waits)
        self.servers_card = ChartCard("serversCard", self.tr("By server"), self.servers)
        self.costs_card = ChartCard("costsCard", self.tr("Cost a day"), self.costs)
        self.cost_ranks_card = ChartCard("costRanksCard", self.tr("Cost by model"), self.cost_ranks)
        for card in self._charts():
            card.csv_requested.connect(lambda card=card: self.export_requested.emit(card, "csv"))
            card.png_requested.connect(lambda card=card: self.export_requested.emit(card, "png"))
            card.setFixedHeight(DAYS_HEIGHT if card is self.days_card else CHART_HEIGHT)

    def _cards(self) -> tuple[FigureCard, ...]:
        return self.answers, self.tokens, self.speed, self.spent

    def _charts(self) -> tuple[ChartCard, ...]:
        return (
            self.days_card,
            self.speeds_card,
            self.models_card,
            self.waits_card,
            self.servers_card,
            self.costs_card,
            self.cost_ranks_card,
        )

    def _arrange(self, columns: int) -> None:
        """Put cards and charts into so many columns: 4, 2 or 1 of cards, half as many of charts."""
        if columns == self._columns:
            return
        self._columns = columns
        for column in range(4):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        for place, card in enumerate(self._cards()):
            self._grid.addWidget(card, place // columns, place % columns)
        row = 4
        self._grid.addWidget(self.days_card, row, 0, 1, columns)
        span = max(1, columns // 2) if columns == 4 else columns
        for place, chart in enumerate(self._charts()[1:]):
            at, column = divmod(place, columns // span)
            self._grid.addWidget(chart, row + 1 + at, column * span, 1, span)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = event.size().width()
        self._arrange(4 if width >= WIDE else 2 if width >= MEDIUM else 1)

    # What they show

    def _show_cards(self, figures: Figures) -> None:
        a_day = figures.answers / figures.period.days
        digits = words.whole(a_day) if a_day >= 10 or a_day == int(a_day) else f"{a_day:.1f}"
        self.answers.show_figure(words.whole(figures.answers), self.tr("{count} a day").format(count=digits))
        into, out = words.compact(figures.prompt_tokens), words.compact(figures.completion_tokens)
        self.tokens.show_figure(
            words.compact(figures.prompt_tokens + figures.completion_tokens),
            self.tr("in {into} · out {out}").format(into=into, out=out),
            self._uncounted_words(figures),
        )
        first = figures.median_first_token_s
        self.speed.show_figure(
            "–" if figures.median_speed is None else words.speed(figures.median_speed),
            "" if first is None else self.tr("first token {seconds}").format(seconds=words.seconds(first)),
            self.tr("Of the newest {count} answers.").format(count=words.whole(MOST_MEASURED))
            if figures.answers > MOST_MEASURED
            else "",
        )
        self._show_spent(figures)

    def _show_spent(self, figures: Figures) -> None:
        costs = self._costs(figures)
        unpriced = [
            each
            for each in figures.shares
            if not self._statistics.is_local(each.endpoint_id) and self._statistics.price_of(each) is None
        ]
        if not unpriced:
            detail = self.tr("local models: nothing")
        elif costs:
            detail = self.tr("some models have no price")
        else:
            detail = self.tr("no prices set")
        total = words.sums(costs) if costs else "–" if unpriced else words.money("", 0)
        self.spent.show_figure(total, detail, self.tr("At today's prices."))

    def _show_days(self, figures: Figures) -> None:
        step = step_for(figures.period.days)
        tokens = {
            Step.DAY: self.tr("Tokens a day"),
            Step.WEEK: self.tr("Tokens a week"),
            Step.MONTH: self.tr("Tokens a month"),
        }
        answers = {
            Step.DAY: self.tr("Answers a day"),
            Step.WEEK: self.tr("Answers a week"),
            Step.MONTH: self.tr("Answers a month"),
        }
        self.days_card.show_title((answers if self._shows_answers else tokens)[step])
        self._switch.setText(self.tr("Tokens") if self._shows_answers else self.tr("Answers"))
        self._switch.setAccessibleName(self._switch.text())
        self._switch.setToolTip((tokens if self._shows_answers else answers)[step])
        by_day = figures.by_day(_answers if self._shows_answers else _tokens)
        unit = self.tr("{value} answers") if self._shows_answers else self.tr("{value} tokens")
        self.days.show_spans(spans(by_day), unit)
        into, out = figures.by_day(lambda each: each.prompt_tokens), figures.by_day(lambda each: each.completion_tokens)
        counts = figures.by_day(_answers)
        columns = (self.tr("Day"), self.tr("Answers"), self.tr("Tokens in"), self.tr("Tokens out"))
        self.days_card.make_table = lambda: Table(columns, [(day, counts[day], into[day], out[day]) for day in counts])

    def _show_lines(self, figures: Figures) -> None:
        name = self._statistics.model_name
        period = figures.period
        speeds = figures.over_time(lambda each: each.timed_tokens, lambda each: each.timed_s, MOST_LINES)
        waits = figures.over_time(lambda each: each.first_token_s, lambda each: each.first_tokens, MOST_LINES)
        for card, chart, lines, said, column in (
            (self.speeds_card, self.speeds, speeds, words.speed, self.tr("Tokens a second")),
            (self.waits_card, self.waits, waits, words.seconds, self.tr("Seconds to the first token")),
        ):
            named = [(name(model), points) for model, points in lines]
            chart.show_lines(named, period.first, period.last, said)
            rows = [(day, model, round(value, 3)) for model, points in named for day, value in points]
            card.make_table = _table((self.tr("Day"), self.tr("Model"), column), rows)

    def _show_ranks(self, figures: Figures) -> None:
        models = [(self._statistics.model_name(model), value) for model, value in figures.by_model(_tokens)]
        self.models.show_rows(models)
        self.models_card.make_table = _table((self.tr("Model"), self.tr("Tokens")), models)
        names = figures.names or {}
        servers: dict[str, float] = {}
        for each, value in figures.by_server(_tokens):
            name = self._statistics.server_name(each, names.get(each, "")) or self.tr("On this computer")
            servers[name] = servers.get(name, 0) + value
        self.servers.show_rows(list(servers.items()))
        self.servers_card.make_table = _table((self.tr("Server"), self.tr("Tokens")), list(servers.items()))

    def _show_costs(self, figures: Figures) -> None:
        """Show them in the currency in which most was spent; sums of several cannot be added."""
        costs = self._costs(figures)
        self.costs_card.setVisible(bool(costs))
        self.cost_ranks_card.setVisible(bool(costs))
        if not costs:
            return
        currency = max(costs, key=lambda each: costs[each])

        def amount(share: Share) -> float:
            cost = cost_of(share, self._statistics.price_of(share))
            return cost.amount if cost is not None and cost.currency == currency else 0.0

        def said(value: float) -> str:
            return words.money(currency, value)

        by_day: Mapping[date, float] = figures.by_day(amount)
        self.costs.show_spans(spans(by_day), "{value}", said)
        column = self.tr("Cost ({currency})").format(currency=currency)
        days = [(day, round(value, 6)) for day, value in by_day.items()]
        self.costs_card.make_table = _table((self.tr("Day"), column), days)
        models = [(self._statistics.model_name(model), value) for model, value in figures.by_model(amount)]
        self.cost_ranks.show_rows(models, said)
        rounded = [(model, round(value, 6)) for model, value in models]
        self.cost_ranks_card.make_table = _table((self.tr("Model"), column), rounded)

    def _show_note(self, figures: Figures) -> None:
        said = [
            self._uncounted_words(figures),
            self.tr("Chats in the trash are not counted, temporary ones never; those of deleted chats are gone."),
        ]
        self._note.setText(" ".join(filter(None, said)))

    def _uncounted_words(self, figures: Figures) -> str:
        if not figures.uncounted:
            return ""
        return counted(
            figures.uncounted,
            self.tr("The tokens of one answer are not among them: its server did not tell."),
            self.tr("The tokens of {count} answers are not among them: their server did not tell."),
        )

    def _costs(self, figures: Figures) -> dict[str, float]:
        return total_cost(figures.shares, self._statistics.price_of)

    def _toggle_days(self) -> None:
        self._shows_answers = not self._shows_answers
        if self._figures is not None:
            self._show_days(self._figures)


def _table(columns: tuple[str, ...], rows: Sequence[tuple[str | float | date, ...]]) -> Callable[[], Table]:
    return lambda: Table(columns, rows)
