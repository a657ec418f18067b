"""The page that lists every request of the program since it was started."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QLocale, QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)

from easychat_gui.qtmodels.traffic import TrafficModel, TrafficRole
from easychat_gui.support.traffic import Ledger, Traffic, ledger
from easychat_gui.ui.clipboard import put_on_clipboard
from easychat_gui.ui.count_words import counted
from easychat_gui.ui.settings.page import Page
from easychat_gui.ui.settings.traffic_rows import TrafficDelegate, TrafficWords, size_words
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.buttons import text_button
from easychat_gui.ui.widgets.combo_box import ComboBox
from easychat_gui.ui.widgets.labels import muted

REFRESH_MS = 400
LEAST_HEIGHT = 160


class NetworkPage(Page):
    """A list that follows the ledger while it is in sight."""

    can_reset = False

    def __init__(self, ledger: Ledger = ledger, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.subtitle = self.tr(
            "Every request that this program has made since it was started. There is no other traffic: nothing is "
            "counted or reported, and nothing looks for updates."
        )
        self._ledger = ledger
        self._words = TrafficWords(self)
        self._model = TrafficModel(self._words.whole, self)
        self._filter = self._make_filter()
        self._where = self._make_where()
        self._list = _TrafficList(self._model, self._words, self)
        self._list.copy_wanted.connect(self._copy)
        self._totals = muted("", -0.5)
        self._totals.setObjectName("trafficTotals")
        self._totals.setWordWrap(True)
        self._timer = QTimer(self, interval=REFRESH_MS)
        self._timer.timeout.connect(self._refresh)
        self._lay_out()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _refresh(self) -> None:
        words = self._filter.text().casefold().split()
        shown = [each for each in reversed(self._ledger.traffic()) if self._is_wanted(each, words)]
        self._model.show_traffic(shown)
        self._list.show_as_empty(
            self.tr("Nothing has been sent yet.") if not words else self.tr("No request has these words in it."),
            is_empty=not shown,
        )
        self._show_totals()

    def _show_totals(self) -> None:
        totals = self._ledger.totals()
        parts = [counted(totals.requests, self.tr("1 request"), self.tr("{count} requests"))]
        amount = self.tr("{sent} sent, {received} received")
        parts.append(amount.format(sent=size_words(totals.bytes_out), received=size_words(totals.bytes_in)))
        if totals.forgotten:
            parts.append(self.tr("{count} no longer listed").format(count=QLocale().toString(totals.forgotten)))
        self._totals.setText(" · ".join(parts))

    def _is_wanted(self, traffic: Traffic, words: Sequence[str]) -> bool:
        is_local = self._where.currentData()
        if is_local is not None and traffic.is_local != is_local:
            return False
        text = self._words.whole(traffic).casefold() if words else ""
        return all(word in text for word in words)

    def _copy(self) -> None:
        """Put the marked requests, or all that are shown, on the clipboard: a line each, with tabs between."""
        indexes = sorted(self._list.selectionModel().selectedIndexes(), key=lambda index: index.row())
        indexes = indexes or [self._model.index(row, 0) for row in range(self._model.rowCount())]
        titles = [
            *(self.tr("Time"), self.tr("Host"), self.tr("For"), self.tr("Bytes sent")),
            *(self.tr("Bytes received"), self.tr("Result"), self.tr("Seconds")),
        ]
        lines = ["\t".join(titles)]
        for traffic in (index.data(TrafficRole.TRAFFIC) for index in indexes):
            moment = datetime.fromtimestamp(traffic.sent_at, UTC).isoformat(timespec="milliseconds")
            counts = str(traffic.bytes_out), str(traffic.bytes_in)
            took = "" if traffic.duration_s is None else f"{traffic.duration_s:.3f}"
            words = self._words.purpose(traffic), *counts, self._words.result(traffic)
            lines.append("\t".join((moment, self._words.host(traffic), *words, took)))
        data = QMimeData()
        data.setText("\n".join(lines) + "\n")
        put_on_clipboard(data)

    def _clear(self) -> None:
        self._ledger.clear()
        self._refresh()

    # -------------------- parts

    def _make_filter(self) -> QLineEdit:
        line = QLineEdit()
        line.setObjectName("trafficFilter")
        line.setPlaceholderText(self.tr("Filter by host, purpose or result"))
        line.setAccessibleName(self.tr("Filter"))
        line.setToolTip(self.tr("Show only what has these words in it"))
        line.setClearButtonEnabled(True)
        line.setMinimumWidth(0)
        line.textChanged.connect(lambda _text: self._refresh())
        return line

    def _make_where(self) -> ComboBox:
        box = ComboBox()
        box.setObjectName("trafficWhere")
        box.addItem(self.tr("All computers"), None)
        box.addItem(self.tr("Other computers"), False)
        box.addItem(self.tr("This computer"), True)
        box.setAccessibleName(self.tr("Where to"))
        box.setToolTip(self.tr("Servers that run on this computer can be left out"))
        box.currentIndexChanged.connect(lambda _index: self._refresh())
        return box

    def _lay_out(self) -> None:
        above = QHBoxLayout()
        above.setSpacing(Space.M)
        above.addWidget(self._filter, 1)
        above.addWidget(self._where)
        copy = text_button(self.tr("Copy"), self.tr("Copy the marked requests, or all, as a table"), name="trafficCopy")
        copy.clicked.connect(lambda: self._copy())
        clear = text_button(self.tr("Clear"), self.tr("Take from the list what has ended"), name="trafficClear")
        clear.clicked.connect(lambda: self._clear())
        below = QHBoxLayout()
        below.setSpacing(Space.S)
        below.addWidget(self._totals, 1)
        below.addWidget(copy)
        below.addWidget(clear)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(Space.M)
        rows.addLayout(above)
        rows.addWidget(self._list, 1)
        rows.addLayout(below)


class _TrafficList(QListView):
    """``copy_wanted``: the keys for copying were pressed."""

    copy_wanted = Signal()

    def __init__(self, model: TrafficModel, words: TrafficWords, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("trafficList")
        self.setProperty("look", "traffic")
        self.setAccessibleName(self.tr("Requests"))
        self.setToolTip(self.tr("Every request since the start, the newest first"))
        self.setModel(model)
        self.setItemDelegate(TrafficDelegate(words, self))
        self.setUniformItemSizes(True)
        self.setMinimumHeight(LEAST_HEIGHT)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._empty = muted("")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        rows = QVBoxLayout(self)
        rows.addWidget(self._empty)

    def show_as_empty(self, words: str, *, is_empty: bool) -> None:
        self._empty.setText(words)
        self._empty.setVisible(is_empty)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        else:
            super().keyPressEvent(event)
