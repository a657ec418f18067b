"""The picture of the tree: scrolled, zoomed, walked through with the arrow keys; a click goes to a message."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QMenu, QToolTip, QWidget

from easychat_gui.domain.branch_graph import Card, Graph
from easychat_gui.domain.branches import Outline
from easychat_gui.domain.ids import MessageId
from easychat_gui.domain.messages import Role
from easychat_gui.ui import theme
from easychat_gui.ui.branches import accessibility, painting
from easychat_gui.ui.branches.geometry import LARGEST_ZOOM, LEVEL, SMALLEST_ZOOM, Geometry
from easychat_gui.ui.branches.painting import Look
from easychat_gui.ui.branches.words import BranchWords

ZOOM_STEP = 1.15
ENTER_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class BranchView(QAbstractScrollArea):
    """``chosen(MessageId)`` to go there; ``fold_changed(MessageId)`` to fold or unfold the stretch from there."""

    chosen = Signal(object)
    fold_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        accessibility.install()
        self.words = BranchWords(self)
        self.setObjectName("branchView")
        self.setAccessibleName(self.tr("Branches of this chat"))
        self.setToolTip(self.tr("Arrows move, Enter goes there, Space folds, + and − zoom"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self._graph = Graph()
        self._zoom = 1.0
        self._geometry = Geometry(self._graph, 1.0, 0, is_mirrored=False)
        self._shown_ids: frozenset[MessageId] = frozenset()
        self._shown: frozenset[int] = frozenset()
        self._leaf = -1
        self._leaf_id: MessageId | None = None
        self._current = -1
        self._hovered = -1
        self._drag: QPoint | None = None
        self._has_dragged = False
        theme.watcher().changed.connect(self.viewport().update)

    # -- what it is told

    @property
    def graph(self) -> Graph:
        return self._graph

    @property
    def current(self) -> int:
        """The card that the keyboard is on, -1 for none."""
        return self._current

    def show_graph(self, graph: Graph) -> None:
        """Show another state of the tree; what is looked at stays in sight."""
        card = self._card(self._current)
        kept = card.first.id if card is not None else None
        before = self.card_rect(self._current).topLeft() if card is not None else None
        was_empty = not self._graph.cards
        self._graph = graph
        self.words.has_several_authors = len({each.model_id for each in _answers(graph)}) > 1
        self._hovered = -1
        self._current = next((place for place, card in enumerate(graph.cards) if card.first.id == kept), -1)
        self._lay_out()
        if before is not None and self._current >= 0:  # what was folded or grew elsewhere moves nothing here
            step = self.card_rect(self._current).topLeft() - before
            self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + round(step.x()))
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + round(step.y()))
        self.show_branch(self._shown_ids)
        if was_empty:
            self.show_end()

    def show_branch(self, ids: frozenset[MessageId]) -> None:
        """Say which messages the conversation shows."""
        old_leaf = self._leaf_id
        self._shown_ids = ids
        places = [place for place, card in enumerate(self._graph.cards) if card.first.id in ids]
        self._shown = frozenset(places)
        self._leaf = max(places, key=lambda place: self._graph.cards[place].level, default=-1)
        if self._current < 0:
            self._current = self._leaf
        leaf = self._card(self._leaf)
        self._leaf_id = leaf.messages[-1].id if leaf is not None else None
        if self._leaf_id != old_leaf:
            self.show_end()
        self.viewport().update()

    def show_end(self) -> None:
        """Bring the end of the shown branch into sight."""
        if self._leaf >= 0:
            self._bring_into_sight(self._leaf)

    def is_shown(self, place: int) -> bool:
        return place in self._shown

    def card_rect(self, place: int) -> QRectF:
        """Return where a card is in the viewport."""
        return self._geometry.rect(place).translated(QPointF(-self._offset()))

    # -- layout

    def _lay_out(self) -> None:
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self._geometry = Geometry(self._graph, self._zoom, self.viewport().width(), is_mirrored=is_mirrored)
        size = self._geometry.size
        for bar, whole, room in (
            (self.horizontalScrollBar(), size.width(), self.viewport().width()),
            (self.verticalScrollBar(), size.height(), self.viewport().height()),
        ):
            bar.setRange(0, max(0, whole - room))
            bar.setPageStep(room)
            bar.setSingleStep(LEVEL // 2)
        self.viewport().update()

    def _offset(self) -> QPoint:
        return QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def _bring_into_sight(self, place: int) -> None:
        rect = self._geometry.rect(place)
        for bar, low, high, room in (
            (self.horizontalScrollBar(), rect.left(), rect.right(), self.viewport().width()),
            (self.verticalScrollBar(), rect.top(), rect.bottom(), self.viewport().height()),
        ):
            margin = min(LEVEL, max(0, (room - (high - low)) / 2))
            if low - margin < bar.value() or high + margin > bar.value() + room:
                bar.setValue(round((low + high - room) / 2))

    def zoom_by(self, factor: float, about: QPoint | None = None) -> None:
        """Make the picture larger or smaller; the given point of the viewport stays where it is."""
        about = about or self.viewport().rect().center()
        zoom = min(LARGEST_ZOOM, max(SMALLEST_ZOOM, self._zoom * factor))
        if zoom == self._zoom:
            return
        offset, ratio = self._offset() + about, zoom / self._zoom
        self._zoom = zoom
        self._lay_out()
        self.horizontalScrollBar().setValue(round(offset.x() * ratio) - about.x())
        self.verticalScrollBar().setValue(round(offset.y() * ratio) - about.y())

    # -- keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        steps: dict[Qt.Key, Callable[[], int]] = {
            Qt.Key.Key_Up: self._above,
            Qt.Key.Key_Down: self._below,
            Qt.Key.Key_Left: lambda: self._beside(1 if is_mirrored else -1),
            Qt.Key.Key_Right: lambda: self._beside(-1 if is_mirrored else 1),
            Qt.Key.Key_Home: lambda: 0 if self._graph.cards else -1,
            Qt.Key.Key_End: lambda: self._leaf,
        }
        step = steps.get(Qt.Key(key))
        if step is not None:
            self._go(step())
        elif key in ENTER_KEYS:
            self.choose(self._current)
        elif key == Qt.Key.Key_Space:
            self._toggle_fold(self._current)
        elif event.text() in ("+", "="):
            self.zoom_by(ZOOM_STEP)
        elif event.text() in ("-", "−"):
            self.zoom_by(1 / ZOOM_STEP)
        elif event.text() == "0":
            self.zoom_by(1 / self._zoom)
        else:
            super().keyPressEvent(event)

    def _card(self, place: int) -> Card | None:
        return self._graph.cards[place] if 0 <= place < len(self._graph.cards) else None

    def _above(self) -> int:
        card = self._card(self._current)
        return card.parent if card is not None else self._leaf

    def _below(self) -> int:
        card = self._card(self._current)
        if card is None or not card.children:
            return -1
        shown = [child for child in card.children if child in self._shown]
        return shown[0] if shown else min(card.children, key=lambda child: abs(self._distance(child, card)))

    def _distance(self, child: int, card: Card) -> float:
        return self._graph.cards[child].column - card.column

    def _beside(self, step: int) -> int:
        card = self._card(self._current)
        if card is None:
            return self._leaf
        level = self._graph.levels[card.level]
        place = level.index(self._current) + step
        return level[place] if 0 <= place < len(level) else -1

    def _go(self, place: int) -> None:
        if place < 0 or place == self._current:
            return
        self._current = place
        self._bring_into_sight(place)
        self.viewport().update()
        event = QAccessibleEvent(self, QAccessible.Event.Focus)
        event.setChild(place)
        QAccessible.updateAccessibility(event)

    def choose(self, place: int) -> None:
        """Go to the branch of a card, or unfold one that is folded."""
        card = self._card(place)
        if card is None:
            return
        if card.is_folded:
            self._toggle_fold(place)
        else:
            self.chosen.emit(card.first.id)

    def _toggle_fold(self, place: int) -> None:
        card = self._card(place)
        if card is not None and card.stretch is not None:
            self.fold_changed.emit(card.stretch)

    # -- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._drag = event.position().toPoint()
            self._has_dragged = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if self._drag is not None:
            step = place - self._drag
            if self._has_dragged or step.manhattanLength() > 6:
                self._has_dragged = True
                self._drag = place
                self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
                self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - step.x())
                self.verticalScrollBar().setValue(self.verticalScrollBar().value() - step.y())
            return
        self._hover(self._geometry.card_at(place + self._offset()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None and not self._has_dragged:
            place = self._geometry.card_at(event.position().toPoint() + self._offset())
            if place >= 0:
                self._current = place
                self.choose(place)
        self._drag = None
        self.viewport().unsetCursor()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            steps = event.angleDelta().y() / 120
            self.zoom_by(ZOOM_STEP**steps, event.position().toPoint())
            event.accept()
            return
        super().wheelEvent(event)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        is_by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        place = self._current if is_by_key else self._geometry.card_at(event.pos() + self._offset())
        card = self._card(place)
        if card is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Go there"), lambda: self.chosen.emit(card.first.id))
        if card.stretch is not None:
            words = self.tr("Unfold these messages") if card.is_folded else self.tr("Fold these messages")
            menu.addAction(words, lambda: self.fold_changed.emit(card.stretch))
        corner = self.viewport().mapToGlobal(self.card_rect(place).bottomLeft().toPoint())
        menu.popup(corner if is_by_key else event.globalPos())

    def _hover(self, place: int) -> None:
        if place != self._hovered:
            self._hovered = place
            shape = Qt.CursorShape.PointingHandCursor if place >= 0 else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
            self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            card = self._card(self._geometry.card_at(event.pos() + self._offset()))
            text = self.words.preview(card) if card is not None else ""
            QToolTip.showText(event.globalPos(), _plain(text), self.viewport())
            return True
        if event.type() is QEvent.Type.Leave:
            self._hover(-1)
        return super().viewportEvent(event)

    # -- Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._leaf < 0:
            self._lay_out()
            return
        seen = QRectF(QPointF(), event.oldSize().toSizeF())
        was_in_sight = not event.oldSize().isValid() or self.card_rect(self._leaf).intersects(seen)
        self._lay_out()
        if was_in_sight:  # also when it was drawn before it had a size
            self.show_end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            self._lay_out()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._graph.cards:
            return
        painter = QPainter(self.viewport())
        offset = self._offset()
        painter.translate(-offset)
        area = QRectF(event.rect().translated(offset))
        look = Look(self._geometry, self.words, self._shown, self._current, self._hovered, self.hasFocus())
        painting.paint(painter, area, look)


def _answers(graph: Graph) -> Iterator[Outline]:
    return (each for card in graph.cards for each in card.messages if each.role is Role.ASSISTANT)


def _plain(text: str) -> str:
    """Return a text that a tooltip takes for plain: it would show a local image that a message names."""
    from html import escape

    return f"<p style='white-space: pre-wrap'>{escape(text)}</p>" if text else ""
