"""How a request of the ledger is told: in words, and as a row."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QDateTime, QLocale, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from easychat_gui.domain.messages import Failure
from easychat_gui.qtmodels.traffic import TrafficRole
from easychat_gui.support.traffic import CANCELLED, Purpose, Traffic
from easychat_gui.ui import theme
from easychat_gui.ui.error_texts import failure_texts
from easychat_gui.ui.theme import Radius, Space

ROW_HEIGHT = 52


class TrafficWords(QObject):
    """The words for one request."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._purposes: Mapping[Purpose, str] = {
            Purpose.ANSWER: self.tr("Answer"),
            Purpose.TITLE: self.tr("Title of a chat"),
            Purpose.MODELS: self.tr("List of models"),
            Purpose.TOKENS: self.tr("Counting tokens"),
            Purpose.PICTURE: self.tr("A picture that you clicked"),
            Purpose.GREETING: self.tr("Front page, for its cookies"),
            Purpose.CHECKUP: self.tr("Test of a server"),
            Purpose.DISCOVERY: self.tr("Looking for servers on this computer"),
            Purpose.LOCAL_MODEL: self.tr("Start of the bundled model"),
        }

    def whole(self, traffic: Traffic) -> str:
        """Return all that there is to say."""
        return " · ".join(
            filter(None, (self.host(traffic), self.result(traffic), self.took(traffic), self.details(traffic)))
        )

    def host(self, traffic: Traffic) -> str:
        if not traffic.proxy:
            return traffic.host
        return self.tr("{host} through {proxy}").format(host=traffic.host, proxy=traffic.proxy)

    def details(self, traffic: Traffic) -> str:
        moment = QDateTime.fromMSecsSinceEpoch(int(traffic.sent_at * 1000)).time()
        amount = self.tr("{sent} sent, {received} received").format(
            sent=size_words(traffic.bytes_out), received=size_words(traffic.bytes_in)
        )
        if not traffic.bytes_out:
            amount = self.tr("nothing sent")
        return " · ".join((moment.toString("HH:mm:ss"), self.purpose(traffic), amount))

    def purpose(self, traffic: Traffic) -> str:
        return self._purposes[traffic.purpose]

    def result(self, traffic: Traffic) -> str:
        if traffic.duration_s is None:
            return self.tr("Running")
        if traffic.fault == CANCELLED:
            return self.tr("Stopped")
        if not traffic.fault and traffic.status is None:
            return self.tr("Connected")
        if not traffic.fault:
            return self.tr("HTTP {status}").format(status=traffic.status)
        if is_nobody_there(traffic):
            return self.tr("Nobody there")
        title, _ = failure_texts(Failure(traffic.fault, ""), traffic.host, has_text=False)
        if traffic.status in (None, 200):
            return title
        return self.tr("HTTP {status}: {error}").format(status=traffic.status, error=title)

    def took(self, traffic: Traffic) -> str:
        if traffic.duration_s is None:
            return ""
        return self.tr("{seconds} s").format(seconds=QLocale().toString(traffic.duration_s, "f", 2))


class TrafficDelegate(QStyledItemDelegate):
    """Draws a request in two lines: to whom and how it ended, and below it when, what for, how much, how long."""

    def __init__(self, words: TrafficWords, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        traffic = index.data(TrafficRole.TRAFFIC)
        colours = theme.current()
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.accent_soft)
            painter.drawRoundedRect(QRectF(option.rect).adjusted(2, 1, -2, -1), Radius.CONTROL, Radius.CONTROL)
        area = option.rect.adjusted(Space.M, Space.S, -Space.M, -Space.S)
        half = area.height() // 2
        above, below = QRect(area), QRect(area)
        above.setHeight(half)
        below.setTop(above.bottom() + 1)
        small = QFont(option.font)
        small.setPointSizeF(small.pointSizeF() - 1.0)
        strong = QFont(option.font)
        strong.setWeight(QFont.Weight.Medium)
        is_mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        self._paint_line(
            painter,
            above,
            is_mirrored,
            (self._words.host(traffic), strong, colours.text),
            self._ending(option, traffic),
        )
        took = self._words.took(traffic), small, colours.text_muted
        self._paint_line(painter, below, is_mirrored, (self._words.details(traffic), small, colours.text_muted), took)
        painter.restore()

    def _ending(self, option: QStyleOptionViewItem, traffic: Traffic) -> tuple[str, QFont, QColor]:
        colours = theme.current()
        is_bad = bool(traffic.fault) and traffic.fault != CANCELLED and not is_nobody_there(traffic)
        colour = colours.danger if is_bad else colours.accent if traffic.duration_s is None else colours.text_muted
        return self._words.result(traffic), option.font, colour

    def _paint_line(
        self,
        painter: QPainter,
        area: QRect,
        is_mirrored: bool,  # noqa: FBT001 - private, and named where it is called
        first: tuple[str, QFont, QColor],
        last: tuple[str, QFont, QColor],
    ) -> None:
        """Draw two texts at the two ends of a line; the first gives way to the last."""
        text, font, colour = last
        painter.setFont(font)
        painter.setPen(colour)
        width = min(painter.fontMetrics().horizontalAdvance(text) + 2, area.width() * 2 // 3)
        text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width)
        painter.drawText(area, Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter, text)
        left = QRect(area)
        taken = width + Space.M if text else 0
        if is_mirrored:
            left.setLeft(left.left() + taken)
        else:
            left.setRight(left.right() - taken)
        text, font, colour = first
        painter.setFont(font)
        painter.setPen(colour)
        text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, left.width())
        painter.drawText(left, Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter, text)


def is_nobody_there(traffic: Traffic) -> bool:
    """Was it a look for a server, where there is none? That is no fault."""
    return traffic.purpose is Purpose.DISCOVERY and traffic.status is None and traffic.fault != CANCELLED


def size_words(count: int) -> str:
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
