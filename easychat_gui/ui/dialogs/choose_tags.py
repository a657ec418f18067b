"""The tags of some chats: put on, taken off, made, named, coloured."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QListWidgetItem, QMenu

from easychat_gui.controllers.order import OrderController
from easychat_gui.domain.conversations import ConversationSummary
from easychat_gui.domain.folders import Tag
from easychat_gui.domain.ids import TagId
from easychat_gui.ui import theme
from easychat_gui.ui.dialogs.chooser import Chooser
from easychat_gui.ui.tag_colours import NAMES, colour_of, colour_words, next_colour
from easychat_gui.ui.widgets.buttons import paint_dot, text_button

WANTED_SIZE = QSize(440, 460)
ROW_HEIGHT = 34
DOT = 10
LONGEST_NAME = 40
_TAG_ROLE = Qt.ItemDataRole.UserRole + 1


class ChooseTags(Chooser):
    """Everything happens at once; Enter puts on the tag that is marked or typed, or takes it off."""

    def __init__(self, order: OrderController, chosen: Sequence[ConversationSummary]) -> None:
        super().__init__("chooseTags", self.tr("Tags"), WANTED_SIZE)
        self._order = order
        self._ids = [each.id for each in chosen]
        self._list.setProperty("look", "choices")
        self._list.setAccessibleName(self.tr("Tags"))
        self._list.setToolTip(self.tr("A click puts a tag on, or takes it off"))
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(lambda point: self._show_menu(self._list.mapToGlobal(point)))
        self._list.itemClicked.connect(self._toggle)
        self._list.itemActivated.connect(self._toggle)
        self._search.setMaxLength(LONGEST_NAME)
        self._search.setPlaceholderText(self.tr("Search, or type the name of a new tag"))
        self._search.setAccessibleName(self.tr("Tag"))
        self._search.setToolTip(self._search.placeholderText())
        self._search.textChanged.connect(lambda _text: self._fill())
        self._search.returnPressed.connect(self._take)
        self._words.setWordWrap(True)
        self._change = text_button(self.tr("Change…"), self.tr("Colour, name, or delete the tag that is marked"))
        self._change.clicked.connect(lambda: self._show_menu(self._change.mapToGlobal(self._change.rect().topLeft())))
        done = text_button(self.tr("Done"), look="primary")
        done.clicked.connect(self.accept)
        self._lay_out(done, self._change)
        self._fill()
        order.changed.connect(self._fill)

    def _fill(self) -> None:
        marked = self._marked()
        self._list.clear()
        for tag in self._order.tags.all:
            if not self._fits(tag.name):
                continue
            item = QListWidgetItem(_dot(tag), tag.name)
            item.setData(_TAG_ROLE, tag.id)
            item.setCheckState(self._state_of(tag.id))
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsUserCheckable)
            item.setToolTip(tag.name)
            item.setSizeHint(QSize(0, ROW_HEIGHT))
            self._list.addItem(item)
            if marked is not None and tag.id == marked.id:
                self._list.setCurrentItem(item)
        if self._list.currentRow() < 0:
            self._search.step(1)
        self._change.setEnabled(self._list.count() > 0)
        typed = self._typed()
        is_new = bool(typed) and typed.casefold() not in {each.name.casefold() for each in self._order.tags.all}
        self._words.setText(self.tr("Enter makes the tag “{name}” and puts it on").format(name=typed) if is_new else "")

    def _state_of(self, tag_id: TagId) -> Qt.CheckState:
        count = sum(tag_id in self._order.tags.of(each) for each in self._ids)
        if count == 0:
            return Qt.CheckState.Unchecked
        return Qt.CheckState.Checked if count == len(self._ids) else Qt.CheckState.PartiallyChecked

    def _marked(self) -> Tag | None:
        item = self._list.currentItem()
        tags = self._order.tags.all if self._list.currentRow() >= 0 else []
        return next((each for each in tags if each.id == item.data(_TAG_ROLE)), None)

    def _toggle(self, item: QListWidgetItem) -> None:
        tag_id = TagId(item.data(_TAG_ROLE))
        self._order.tags.put(self._ids, tag_id, is_on=self._state_of(tag_id) is not Qt.CheckState.Checked)

    def _take(self) -> None:
        typed = self._typed()
        known = next((each for each in self._order.tags.all if each.name.casefold() == typed.casefold()), None)
        if typed and known is None:
            colour = next_colour([each.colour for each in self._order.tags.all])
            known = self._order.tags.save(Tag(TagId(""), typed, colour))
            if known is not None:
                self._order.tags.put(self._ids, known.id, is_on=True)
            self._search.clear()
        elif self._list.currentItem() is not None:
            self._toggle(self._list.currentItem())

    def _show_menu(self, place: QPoint) -> None:
        tag = self._marked()
        if tag is None:
            return
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        for name in NAMES:
            coloured = tag.with_(colour=name)
            action = menu.addAction(_dot(coloured), colour_words(name))
            action.triggered.connect(lambda _on=False, coloured=coloured: self._order.tags.save(coloured))
        menu.addSeparator()
        typed = self._typed()
        rename = menu.addAction(self.tr("Rename to what is typed above"))
        rename.setEnabled(bool(typed) and typed != tag.name)
        rename.triggered.connect(lambda: self._rename(tag, typed))
        menu.addAction(self.tr("Delete this tag"), lambda: self._order.tags.delete(tag.id))
        menu.exec(place)

    def _rename(self, tag: Tag, name: str) -> None:
        if self._order.tags.save(tag.with_(name=name)) is None:
            self._words.setText(self.tr("There is a tag of that name already"))
        else:
            self._search.clear()


def _dot(tag: Tag) -> QIcon:
    picture = QPixmap(DOT * 2, DOT * 2)
    picture.setDevicePixelRatio(2.0)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint_dot(painter, QRectF(0.5, 0.5, DOT - 1, DOT - 1), colour_of(tag.colour, theme.current()))
    painter.end()
    return QIcon(picture)
