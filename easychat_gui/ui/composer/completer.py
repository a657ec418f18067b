"""The list of saved prompts that opens over the box at a slash."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from easychat_gui.domain.prompts import Prompt
from easychat_gui.ui import theme
from easychat_gui.ui.composer.matching import matching
from easychat_gui.ui.composer.prompt_edit import PromptEdit
from easychat_gui.ui.theme import Radius, Space

MOST_ROWS = 8
ROW_HEIGHT = 34
LONGEST_QUERY = 40
_Index = QModelIndex | QPersistentModelIndex
_PROMPT = Qt.ItemDataRole.UserRole
_HANDLED = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Escape)


class PromptCompleter(QObject):
    """``chosen(Prompt)`` and ``manage_requested``; either leaves the box empty.

    It opens while the text is a slash and some letters that a name may have, and goes when nothing fits: "/etc is
    full" is just typed. After Escape it stays away until the box was empty.
    """

    chosen = Signal(object)
    manage_requested = Signal()

    def __init__(self, edit: PromptEdit, prompts: Callable[[], Sequence[Prompt]]) -> None:
        super().__init__(edit)
        self._edit = edit
        self._prompts = prompts
        self._is_refused = False
        self.list = _PromptList(edit.window())
        self.list.itemClicked.connect(self._choose)
        edit.installEventFilter(self)
        edit.textChanged.connect(self._on_text_changed)
        edit.height_changed.connect(self._place)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._edit or self.list.isHidden():
            return False
        if event.type() == QEvent.Type.FocusOut:
            self.list.hide()
        elif isinstance(event, QKeyEvent) and event.key() in _HANDLED and not event.modifiers():
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()  # Escape is the window's otherwise, and stops the answer
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._press(Qt.Key(event.key()))
                return True
        return False

    def _press(self, key: Qt.Key) -> None:
        if key == Qt.Key.Key_Escape:
            self._is_refused = True
            self.list.hide()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = 1 if key == Qt.Key.Key_Down else -1
            self.list.setCurrentRow((self.list.currentRow() + step) % self.list.count())
        else:
            self._choose(self.list.currentItem())

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        prompt = item.data(_PROMPT)
        self.list.hide()
        self._edit.replace_text("")
        if isinstance(prompt, Prompt):
            self.chosen.emit(prompt)
        else:
            self.manage_requested.emit()

    def _on_text_changed(self) -> None:
        # A prompt of 1 MB is not copied for its first letter.
        first = self._edit.document().characterAt(0)
        if self._edit.document().isEmpty():
            self._is_refused = False
        if first != "/" or self._is_refused or self._edit.document().characterCount() > LONGEST_QUERY:
            self.list.hide()
            return
        text = self._edit.toPlainText()
        is_typed = self._edit.hasFocus() and not self._edit.is_recalling and self._edit.textCursor().atEnd()
        found = matching(self._prompts(), text[1:]) if is_typed and "\n" not in text else []
        if not found and text != "/":
            self.list.hide()
            return
        self.list.fill(found, self.tr("Manage prompts…"))
        self._place()
        self.list.show()
        self.list.raise_()

    def _place(self) -> None:
        """Stand over the composer's frame, as wide as it."""
        frame = self._edit.parentWidget()
        window = self._edit.window()
        if frame is None:
            return
        corner = frame.mapTo(window, QPoint(0, 0))
        wanted = min(MOST_ROWS, self.list.count()) * ROW_HEIGHT + 2 * self.list.frame
        height = max(ROW_HEIGHT, min(wanted, corner.y() - 2 * Space.XS))
        self.list.setGeometry(corner.x(), corner.y() - height - Space.XS, frame.width(), height)


class _PromptList(QListWidget):
    """Never has the focus: the keys stay with the box."""

    frame = Space.XS + 1

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("promptCompleter")
        self.setProperty("look", "completer")
        self.setAccessibleName(self.tr("Saved prompts"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_Row(self))
        self.itemEntered.connect(self.setCurrentItem)
        self.hide()

    def fill(self, prompts: Sequence[Prompt], last: str) -> None:
        self.clear()
        for prompt in prompts:
            item = QListWidgetItem(prompt.name)
            item.setData(_PROMPT, prompt)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, prompt.first_line)
            self.addItem(item)
        self.addItem(last)
        self.setCurrentRow(0)


class _Row(QStyledItemDelegate):
    """The name, and behind it the first line."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(100, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        colours = theme.current()
        prompt = index.data(_PROMPT)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.accent_soft)
            painter.drawRoundedRect(option.rect.adjusted(0, 1, 0, -1), Radius.CONTROL - 2, Radius.CONTROL - 2)
        area = option.rect.adjusted(Space.M, 0, -Space.M, 0)
        font = QFont(option.font)
        font.setWeight(QFont.Weight.DemiBold if prompt else QFont.Weight.Normal)
        used = _draw(painter, area, font, colours.text if prompt else colours.text_muted, index.data()) + Space.M
        if prompt:
            is_mirrored = option.direction == Qt.LayoutDirection.RightToLeft
            area.adjust(0 if is_mirrored else used, 0, -used if is_mirrored else 0, 0)
            _draw(painter, area, option.font, colours.text_faint, prompt.first_line)
        painter.restore()


def _draw(painter: QPainter, area: QRect, font: QFont, colour: QColor, words: str) -> int:
    """Draw words on one line, cut where there is no more room; return how wide they are."""
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, area.width())
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, shown)
    return metrics.horizontalAdvance(shown)
