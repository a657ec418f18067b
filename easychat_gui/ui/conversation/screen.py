"""Puts the rows on the screen: settles what is where, moves the pixels that stay, draws the rest."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPen

from easychat_gui.ui.conversation import painting
from easychat_gui.ui.conversation.colouring import Colouring
from easychat_gui.ui.conversation.looking_ahead import LookingAhead
from easychat_gui.ui.conversation.painting import Scene
from easychat_gui.ui.conversation.selection import BoxKey
from easychat_gui.ui.conversation.sight import Sight
from easychat_gui.ui.theme import Radius, Space

if TYPE_CHECKING:
    from easychat_gui.ui.conversation.view import ConversationView

WAITING_STEP_MS = 450
_MOST_ROUNDS = 12
"""Correcting heights brings other blocks into sight; after so many rounds the rest waits for the next frame."""
_MOST_STRIPS = 8


class Screen(QObject):
    """The picture of a view."""

    def __init__(self, view: ConversationView) -> None:
        super().__init__(view)
        self._view = view
        self._sight = Sight()
        self._waiting_step = 0
        self._waiting_timer = QTimer(self, singleShot=True, interval=WAITING_STEP_MS)
        self._waiting_timer.timeout.connect(self._on_waiting_step)
        self._colouring = Colouring(view.boxes_near, self)
        self._colouring.changed.connect(self._update_boxes)
        self._ahead = LookingAhead(self._look_ahead, self._settle_quietly, self)

    def bring_up_to_date(self) -> None:
        """Rows have grown or the bar was moved: scroll what stays as it was, and have the rest drawn."""
        view, viewport = self._view, self._view.viewport()
        if not view.is_ready or not viewport.isVisible():
            viewport.update()
            return
        self._lay_out()
        change = self._sight.renew(view.rows, view.scroll_top, view.scroll_top + viewport.height())
        has_frame = view.keyboard.focused_row >= 0  # which grows with its message
        if change is None or has_frame or not _is_whole(change.shift * viewport.devicePixelRatioF()):
            viewport.update()
        else:
            if change.shift:
                viewport.scroll(0, change.shift)
            for top, height in change.strips:
                viewport.update(0, top, viewport.width(), height)
        view.place_overlays()

    def paint(self, event: QPaintEvent) -> None:
        """Draw what the event asks for."""
        started = time.perf_counter()
        view, viewport = self._view, self._view.viewport()
        self._lay_out()
        change = self._sight.renew(view.rows, view.scroll_top, view.scroll_top + viewport.height())
        if event.rect() != viewport.rect() and (change is None or change.shift or change.strips):
            viewport.update()  # what was to be painted has moved
        view.place_overlays()
        painter = QPainter(viewport)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        region = event.region()
        strips = list(region) if region.rectCount() <= _MOST_STRIPS else [region.boundingRect()]  # type: ignore[call-overload]
        for strip in strips:
            painter.setClipRect(strip)
            self._paint_rows(painter, self._scene(strip))
            self._paint_keyboard(painter)
        painter.end()
        view.count_cost((time.perf_counter() - started) * 1000)
        self._colouring.look()
        self._ahead.look()

    def _lay_out(self) -> None:
        """Lay out what is in sight, and hold still what the reader looks at while heights are corrected."""
        view, height = self._view, self._view.viewport().height()
        view.place.hold(height)
        for _round in range(_MOST_ROUNDS):
            view.place_rows()
            if not view.rows.lay_out(view.scroll_top, view.scroll_top + height):
                break
        view.place_rows()
        view.place.refine(height)
        view.place.follow_again_at_end()

    def _look_ahead(self) -> bool:
        view, height = self._view, self._view.viewport().height()
        if not view.is_ready or not view.isVisible():
            return False
        view.place.hold(height)
        has_found = view.rows.look_ahead(view.scroll_top - height // 2, view.scroll_top + height + height // 2)
        if has_found:
            view.place_rows()
        return has_found

    def _settle_quietly(self) -> None:
        """Heights out of sight have changed; in sight everything should stand where it stood."""
        self.bring_up_to_date()
        self._colouring.look()

    def _scene(self, clip: QRect) -> Scene:
        """Return what the drawing depends on besides the rows."""
        view = self._view
        return Scene(
            frame=view.rows.frame,
            words=view.words,
            clip=clip,
            selection=view.selection,
            hovered_card=view.pointer.hovered_card,
            copied_card=view.pointer.copied_card,
            hovered_chip=view.pointer.hovered_chip,
            waiting_step=self._waiting_step,
            focus_ring=view.spots.ring(),
            active_row=view.active.row,
            thumbnails=view.thumbnails,
            hovered_attachment=view.pointer.hovered_attachment,
            actions_width=view.overlays.action_bar.width(),
            marks=view.finding.marks,
        )

    def _paint_rows(self, painter: QPainter, scene: Scene) -> None:
        view, left, top = self._view, self._view.column[0], self._view.scroll_top
        for number, y in view.rows.rows_between(top + scene.clip.top(), top + scene.clip.bottom() + 1):
            row = view.rows.row(number)
            painter.setOpacity(painting.UNREAD_OPACITY if number in view.unread else 1.0)
            painting.paint_row(painter, number, row, scene, left, y - top)
            painter.setOpacity(1.0)
            if view.unread and number == view.unread.stop:
                painting.paint_boundary(painter, scene, left, y - top)
            if row.is_waiting and not self._waiting_timer.isActive() and _is_motion_wanted():
                self._waiting_timer.start()

    def _paint_keyboard(self, painter: QPainter) -> None:
        """Draw the caret, and the frame around the message that the keyboard has gone to."""
        view, (left, width) = self._view, self._view.column
        colours, number = view.rows.frame.style.theme, view.keyboard.focused_row
        if 0 <= number < len(view.rows) and view.hasFocus():
            top = view.rows.heights.before(number) - view.scroll_top
            frame = QRectF(left, top, width, view.rows.heights[number]).adjusted(-Space.M, Space.S, Space.M, Space.S)
            painter.setPen(QPen(colours.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame, Radius.CARD, Radius.CARD)
        caret = view.keyboard.caret_rect()
        if not caret.isEmpty():
            painter.fillRect(caret.translated(left, -view.scroll_top), colours.accent)

    def _update_boxes(self, keys: Collection[BoxKey]) -> None:
        view, viewport = self._view, self._view.viewport()
        for key, flow, _x, y in view.boxes_in_sight():
            if key in keys:
                viewport.update(QRect(0, y - view.scroll_top, viewport.width(), flow.heights[key.box]))

    def _on_waiting_step(self) -> None:
        if self._view.isVisible():
            self._waiting_step += 1
            self._view.viewport().update()


def _is_whole(pixels: float) -> bool:
    """Only whole pixels of the screen can be moved."""
    return abs(pixels - round(pixels)) < 0.01


def _is_motion_wanted() -> bool:
    """Tell whether the desktop asks for no less motion than usual."""
    hints = QGuiApplication.styleHints().accessibility()
    preference = getattr(hints, "motionPreference", None)  # newer than the oldest Qt that we run on
    return preference is None or "Reduce" not in str(preference())
