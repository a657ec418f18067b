"""Mouse and keyboard in the conversation: marking text, links, chips, the header of code cards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QToolTip

from easychat_gui.ui.conversation.code_card import CardPart
from easychat_gui.ui.conversation.hits import Hit, hit
from easychat_gui.ui.conversation.message_row import FlowKind
from easychat_gui.ui.conversation.selection import BoxKey, Position

if TYPE_CHECKING:
    from easychat_gui.ui.conversation.view import ConversationView

ACKNOWLEDGED_MS = 1500
AUTO_SCROLL_MS = 30
_EXTENSIONS = {"python": ".py", "py": ".py", "javascript": ".js", "typescript": ".ts", "bash": ".sh", "sh": ".sh",
               "rust": ".rs", "go": ".go", "c": ".c", "cpp": ".cpp", "java": ".java", "html": ".html", "css": ".css",
               "json": ".json", "yaml": ".yaml", "toml": ".toml", "sql": ".sql", "markdown": ".md"}  # fmt: skip


class Pointer(QObject):
    """Follows the pointer over the viewport of a view."""

    def __init__(self, view: ConversationView) -> None:
        super().__init__(view)
        self._view = view
        self.hovered_card: tuple[BoxKey, CardPart] | None = None
        self.copied_card: BoxKey | None = None
        self.hovered_chip = -1
        self.hovered_attachment = ""
        self._pressed: Hit | None = None
        self._is_marking = False
        self._last_place = QPoint()
        self._acknowledged = QTimer(self, singleShot=True, interval=ACKNOWLEDGED_MS)
        self._acknowledged.timeout.connect(self._on_acknowledged)
        self._auto_scroll = QTimer(self, interval=AUTO_SCROLL_MS)
        self._auto_scroll.timeout.connect(self._on_auto_scroll)

    def forget(self) -> None:
        """The messages have changed: what was under the pointer is not there any more."""
        self.hovered_card = self.copied_card = self._pressed = None
        self.hovered_chip = -1
        self._is_marking = False
        self._auto_scroll.stop()

    def hit(self, place: QPoint) -> Hit:
        """Return what is at a place of the viewport."""
        view = self._view
        point = place - QPoint(view.column[0], -view.scroll_top)
        return hit(view.rows, view.words, view.rows.frame, point)

    def take_event(self, event: QEvent) -> bool:
        """Use an event of the viewport. Return False for one that is not ours."""
        kind = event.type()
        if isinstance(event, QMouseEvent):
            return self._take_mouse(event)
        if kind is QEvent.Type.Leave:
            self._leave()
        elif isinstance(event, QHelpEvent) and kind is QEvent.Type.ToolTip:
            found = self.hit(event.pos())
            words = found.attachment.name if found.attachment is not None else found.link
            QToolTip.showText(event.globalPos(), words, self._view.viewport())
            return True
        elif isinstance(event, QContextMenuEvent):
            self._show_menu(event.pos(), event.globalPos())
            return True
        return False

    # -- mouse

    def _take_mouse(self, event: QMouseEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.MouseMove:
            self._move(event)
        elif event.button() is not Qt.MouseButton.LeftButton:
            return False
        elif kind is QEvent.Type.MouseButtonPress:
            self._press(event)
        elif kind is QEvent.Type.MouseButtonRelease:
            self._release(event)
        elif kind is QEvent.Type.MouseButtonDblClick:
            self._select_word(self.hit(event.position().toPoint()))
        event.accept()
        return True

    def _press(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        found = self.hit(place)
        self._pressed = found
        if found.position is None:
            return
        selection = self._view.selection
        if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier or selection.is_empty:
            selection.anchor = found.position
        selection.head = found.position
        self._is_marking = True
        self._last_place = place
        self._view.viewport().update()

    def _move(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        self._last_place = place
        found = self.hit(place)
        if self._is_marking:
            self._mark(found)
            height = self._view.viewport().height()
            if place.y() < 0 or place.y() > height:
                self._auto_scroll.start()
            else:
                self._auto_scroll.stop()
            return
        self._hover(found)

    def _mark(self, found: Hit) -> None:
        if found.position is not None and found.position != self._view.selection.head:
            self._view.selection.head = found.position
            self._view.viewport().update()

    def _hover(self, found: Hit) -> None:
        card = (found.key, found.card) if found.key is not None and found.card is not None else None
        chip = found.row if found.is_on_chip else -1
        attachment = found.attachment.id if found.attachment is not None else ""
        hovered = (card, chip, attachment)
        if hovered != (self.hovered_card, self.hovered_chip, self.hovered_attachment):
            self.hovered_card, self.hovered_chip, self.hovered_attachment = hovered
            self._view.viewport().update()
        if found.link or card or found.is_on_chip or attachment:
            shape = Qt.CursorShape.PointingHandCursor
        elif found.is_on_text:
            shape = Qt.CursorShape.IBeamCursor
        else:
            shape = Qt.CursorShape.ArrowCursor
        self._view.viewport().setCursor(shape)
        self._view.set_hovered_row(found.row)

    def _leave(self) -> None:
        self.hovered_card = None
        self.hovered_chip = -1
        self.hovered_attachment = ""
        if not self._view.overlays.action_bar.underMouse():
            self._view.set_hovered_row(-1)
        self._view.viewport().update()

    def _release(self, event: QMouseEvent) -> None:
        self._auto_scroll.stop()
        self._is_marking = False
        pressed, self._pressed = self._pressed, None
        found = self.hit(event.position().toPoint())
        if pressed is None or not self._view.selection.is_empty:
            return
        if found.link and found.link == pressed.link:
            self._view.link_activated.emit(found.link)
        elif found.attachment is not None and found.attachment is pressed.attachment:
            self._view.attachment_activated.emit(found.attachment)
        elif found.is_on_chip and pressed.is_on_chip and found.row == pressed.row:
            self.toggle_reasoning(found.row)
        elif found.card is not None and (found.key, found.card) == (pressed.key, pressed.card) and found.key:
            self.use_card(found.key, found.card)

    def _select_word(self, found: Hit) -> None:
        box = None if found.key is None else self._box_document(found.key)
        if found.position is None or found.key is None or box is None:
            return
        cursor = QTextCursor(box)
        cursor.setPosition(min(found.position.offset, box.characterCount() - 1))
        cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        self._view.selection.anchor = Position(*found.key, cursor.selectionStart())
        self._view.selection.head = Position(*found.key, cursor.selectionEnd())
        self._view.viewport().update()

    def _box_document(self, key: BoxKey) -> QTextDocument | None:
        flow = self._view.rows.row(key.row).flow(FlowKind(key.flow))
        return flow.boxes[key.box].document if flow is not None else None

    def _on_auto_scroll(self) -> None:
        """The pointer is held above or below the view: the farther away, the faster."""
        height = self._view.viewport().height()
        y = self._last_place.y()
        step = y if y < 0 else max(0, y - height)
        if not step:
            self._auto_scroll.stop()
            return
        bar = self._view.verticalScrollBar()
        bar.setValue(bar.value() + step // 2)
        self._mark(self.hit(QPoint(self._last_place.x(), min(max(y, 0), height - 1))))

    # -- what is clicked

    def toggle_reasoning(self, number: int) -> None:
        """Fold or unfold the reasoning of a message."""
        row = self._view.rows.row(number)
        row.fold_choice = not row.is_unfolded
        self._view.rows.measure(number)
        self._view.hold_row(number)

    def use_card(self, key: BoxKey, part: CardPart) -> None:
        """Copy or save the code of a card."""
        flow = self._view.rows.open(key.row).flow(FlowKind(key.flow))
        if flow is None:
            return
        if part is CardPart.SAVE:
            self._save(flow.code(key.box), flow.boxes[key.box].block.language)
            return
        QGuiApplication.clipboard().setText(flow.code(key.box))
        self.copied_card = key
        self._acknowledged.start()
        self._view.viewport().update()

    def _save(self, code: str, language: str) -> None:
        view = self._view
        name = self.tr("code") + _EXTENSIONS.get(language.lower(), ".txt")
        path, _ = QFileDialog.getSaveFileName(view, self.tr("Save code"), name)
        if not path:
            return
        try:
            Path(path).write_text(code + "\n", encoding="utf-8")
        except OSError as error:
            box = QMessageBox(QMessageBox.Icon.Warning, self.tr("Save code"), "", parent=view)
            box.setTextFormat(Qt.TextFormat.PlainText)
            reason = error.strerror or str(error)
            box.setText(self.tr("{path} could not be written: {reason}").format(path=path, reason=reason))
            box.open()

    def _on_acknowledged(self) -> None:
        self.copied_card = None
        self._view.viewport().update()

    # -- keyboard and menu

    def take_key(self, event: QKeyEvent) -> bool:
        """Use a key. Return False for one that is not ours."""
        view, bar = self._view, self._view.verticalScrollBar()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            view.select_all()
        elif event.key() == Qt.Key.Key_Home:
            bar.setValue(bar.minimum())
        elif event.key() == Qt.Key.Key_End:
            view.scroll_to_end()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._can_fold(view.active_row):
            self.toggle_reasoning(view.active_row)
        else:
            return False
        return True

    def _can_fold(self, number: int) -> bool:
        return 0 <= number < len(self._view.rows) and self._view.rows.row(number).has_reasoning

    def copy(self) -> None:
        """Put the selected text on the clipboard; without a selection the clipboard stays as it is."""
        if text := self._view.selected_text():
            QGuiApplication.clipboard().setText(text)

    def _show_menu(self, place: QPoint, where: QPoint) -> None:
        view, found = self._view, self.hit(place)
        menu = QMenu(view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copy = menu.addAction(self.tr("Copy"), self.copy)
        copy.setEnabled(not view.selection.is_empty)
        if found.link:
            menu.addAction(self.tr("Copy link address"), lambda: QGuiApplication.clipboard().setText(found.link))
        if 0 <= found.row < len(view.rows):
            message_id = view.rows.row(found.row).message.id
            menu.addSeparator()
            view.fill_message_menu(menu, message_id)
        menu.addSeparator()
        menu.addAction(self.tr("Select all"), view.select_all)
        menu.popup(where)
