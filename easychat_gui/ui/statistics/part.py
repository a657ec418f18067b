"""The way to the page of figures and back, and what is done there."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QFileDialog, QFrame, QHBoxLayout, QMenu

from easychat_gui.controllers.notifier import NoticeKind
from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.domain.errors import EasyChatError, StorageError
from easychat_gui.domain.statistics import Figures, Period, Share
from easychat_gui.support import clock
from easychat_gui.ui.commands import Command, Place
from easychat_gui.ui.flows import Flows
from easychat_gui.ui.theme import Size, Space
from easychat_gui.ui.widgets.buttons import IconButton
from easychat_gui.ui.widgets.labels import heading

if TYPE_CHECKING:
    from easychat_gui.ui.main_window import Controllers, MainWindow
    from easychat_gui.ui.statistics.chart_card import ChartCard
    from easychat_gui.ui.statistics.page import StatisticsPage
    from easychat_gui.ui.statistics.price_dialog import Place as ModelPlace
    from easychat_gui.ui.statistics.range_picker import RangePicker


class StatisticsPart(QObject):
    """A `LibraryPart`. The page stands where the conversation is, which stays as it was behind it."""

    def __init__(self, window: MainWindow, controllers: Controllers, flows: Flows) -> None:
        super().__init__(window)
        self._window = window
        self._to = controllers
        self._flows = flows
        self._is_shown = False
        controllers.conversations.opened.connect(lambda _conversation: self.leave())
        controllers.conversations.updated.connect(lambda _conversation: self._name_window())
        window.sidebar.conversation_chosen.connect(lambda _id: self.leave())
        window.sidebar.new_requested.connect(self.leave)

    def commands(self) -> Iterable[Command]:
        return [Command("statistics", self.tr("Statistics"), self.show, place=Place.LIBRARY, group=5)]

    def fill_menu(self, menu: QMenu, chosen: list[ConversationSummary]) -> None:
        """It has nothing to do with single chats."""

    def show(self) -> None:
        """Show the page, with figures as they are now."""
        page, head = self.page, self.head
        self._is_shown = True
        self._window.instead.show(head, page, self._go_back)
        self._name_window()
        self.refresh()
        self.picker.setFocus()

    def _name_window(self) -> None:
        """Say what is shown, also when the chat behind it has changed."""
        if self._is_shown:
            self._window.setWindowTitle(self.tr("Statistics"))

    def leave(self) -> None:
        """Show the conversation again."""
        if self._is_shown:
            self._is_shown = False
            self._window.instead.end()
            self._window.setWindowTitle(self._to.conversations.current.title or self._window.accessibleName())

    def refresh(self) -> None:
        """Add up anew."""
        self._to.statistics().ask(self.picker.period(), self.page.show_figures, self._on_failed)

    @cached_property
    def page(self) -> StatisticsPage:
        from easychat_gui.ui.statistics.page import StatisticsPage

        page = StatisticsPage(self._to.statistics())
        page.prices_requested.connect(self._ask_for_prices)
        page.export_requested.connect(self._export)
        self._to.statistics().prices_changed.connect(self.refresh)
        return page

    @cached_property
    def head(self) -> QFrame:
        """What stands in the place of the conversation's header."""
        head = QFrame()
        head.setProperty("look", "header")
        head.setFixedHeight(Size.HEADER)
        title = heading(self.tr("Statistics"))
        title.setObjectName("statisticsTitle")
        close = IconButton("close", self.tr("Back to the chat (Esc)"))
        close.setObjectName("statisticsClose")
        close.clicked.connect(self._go_back)
        row = QHBoxLayout(head)
        row.setContentsMargins(Space.L, 0, Space.L, 0)
        row.setSpacing(Space.S)
        row.addWidget(title, 1)
        row.addWidget(self.picker)
        row.addWidget(close)
        return head

    @cached_property
    def picker(self) -> RangePicker:
        from easychat_gui.ui.statistics.range_picker import RangePicker

        picker = RangePicker()
        picker.changed.connect(self.refresh)
        picker.own_requested.connect(self._ask_for_days)
        return picker

    def _go_back(self) -> None:
        self.leave()
        self._window.composer.edit.setFocus()

    def _on_failed(self, error: StorageError) -> None:
        self.page.show_sentence(self.tr("The figures cannot be read: {reason}").format(reason=error))

    # Dialogs

    def _ask_for_days(self) -> None:
        from easychat_gui.ui.statistics.range_picker import RangeDialog

        figures = self.page.figures()
        today = clock.today()
        shown = figures.period if figures is not None else Period(today, today)

        def take(dialog: QDialog) -> None:
            if isinstance(dialog, RangeDialog):
                self.picker.choose_own(dialog.period())

        self._flows.open_dialog(lambda: RangeDialog(shown), take)

    def _ask_for_prices(self) -> None:
        from easychat_gui.ui.statistics.price_dialog import PriceDialog

        figures = self.page.figures()
        if figures is None:
            return
        statistics = self._to.statistics()
        found: dict[ModelPlace, Share] = {(each.endpoint_id, each.model_id): each for each in figures.shares}
        rows = [
            (place, self._words_of(figures, place), statistics.price_of(share))
            for place, share in sorted(found.items())
            if statistics.may_have_price(place[0])
        ]

        def take(dialog: QDialog) -> None:
            if isinstance(dialog, PriceDialog):
                statistics.set_prices(dialog.prices())

        self._flows.open_dialog(lambda: PriceDialog(rows), take)

    def _words_of(self, figures: Figures, place: ModelPlace) -> str:
        endpoint_id, model_id = place
        statistics = self._to.statistics()
        server = statistics.server_name(endpoint_id, (figures.names or {}).get(endpoint_id, ""))
        return f"{statistics.model_name(model_id)} · {server}"

    # Files

    def _export(self, card: ChartCard, kind: str) -> None:
        """Ask where to, and write the figures or the picture there."""
        is_table = kind == "csv"
        kinds = self.tr("Table (*.csv)") if is_table else self.tr("Picture (*.png)")
        name, _ = QFileDialog.getSaveFileName(self._window, self.tr("Save as"), f"{card.title}.{kind}", kinds)
        if name:
            self.write(card, kind, Path(name))

    def write(self, card: ChartCard, kind: str, path: Path) -> None:
        """Write the figures of a chart ("csv") or its picture ("png") to a file; say so if that fails."""
        table = card.make_table()
        picture = card.picture() if kind == "png" else b""
        self._to.statistics().write_file(
            path,
            picture if kind == "png" else table,
            partial(self._on_not_written, path),
        )

    def _on_not_written(self, path: Path, error: EasyChatError) -> None:
        self._to.notifier.post(NoticeKind.FILE_NOT_SAVED, name=path.name, reason=str(error))
