"""The settings dialog: pages at the left, the chosen one at the right, Save or Cancel below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.settings.schema import Settings
from easychat_gui.ui import theme
from easychat_gui.ui.settings.generation_page import GenerationPage
from easychat_gui.ui.settings.page import Page
from easychat_gui.ui.settings.simple_pages import AboutPage, AppearancePage, GeneralPage, ShortcutsPage
from easychat_gui.ui.settings.writing_page import FindLanguages, WritingPage
from easychat_gui.ui.theme import Radius, Size, Space
from easychat_gui.ui.widgets.buttons import text_button
from easychat_gui.ui.widgets.combo_box import ComboBox
from easychat_gui.ui.widgets.labels import heading, muted, rule
from easychat_gui.ui.widgets.region import Region

if TYPE_CHECKING:
    from easychat_gui.ui.settings.data.section import Section
    from easychat_gui.ui.settings.servers.page import ServersPage

WANTED_SIZE = QSize(1020, 700)
NAVIGATION_WIDTH = 208
SERVERS = 3
GENERATION = 4
"""Places in the list of pages."""

NARROW = 720
"""Below this width, in px, the pages do not go beside what they show."""


class SettingsDialog(Region, QDialog):
    """``saved(Settings)`` with the pages' values put into the current settings. Servers save by themselves, at the
    latest with the rest."""

    saved = Signal(object)

    def __init__(
        self,
        current: Callable[[], Settings],
        endpoints: EndpointController,
        data_folder: Path,
        find_languages: FindLanguages | None = None,
        *,
        data_sections: Callable[[], Sequence[Section]] = lambda: (),
        on_servers: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("settingsDialog")
        self.setAccessibleName(self.tr("Settings"))
        self.setWindowTitle(self.tr("Settings"))
        self.setToolTip(self.tr("Settings"))
        self._current = current
        self._endpoints = endpoints
        self._data_folder = data_folder
        self._data_sections = data_sections
        self._makers: list[tuple[str, Callable[[], Page]]] = [
            (self.tr("General"), GeneralPage),
            (self.tr("Appearance"), AppearancePage),
            (self.tr("Writing"), lambda: WritingPage(find_languages)),
            (self.tr("Servers"), self._make_servers_page),
            (self.tr("Generation"), GenerationPage),
            (self.tr("Network"), _make_network_page),
            (self.tr("Data & privacy"), self._make_data_page),
            (self.tr("Shortcuts"), ShortcutsPage),
            (self.tr("About"), AboutPage),
        ]
        self._pages: dict[int, Page] = {}
        """The pages that were looked at: each is made when it is first shown, since all of them take half a second."""
        self._stack = QStackedWidget()
        self._frames: dict[int, QWidget] = {}
        self._make_choices()
        self._lay_out()
        self._list.setCurrentRow(SERVERS if on_servers else GENERATION)

    def _make_choices(self) -> None:
        """Make the list of the pages, and the field that stands for it where there is no room."""
        self._list = QListWidget()
        self._list.setProperty("look", "pages")
        self._list.setObjectName("settingsPages")
        self._list.setAccessibleName(self.tr("Pages"))
        self._list.setToolTip(self.tr("Choose a page"))
        self._list.setFixedWidth(NAVIGATION_WIDTH - 2 * Space.S)
        for title, _make in self._makers:
            self._add_to_list(title)
        self._combo = ComboBox()
        self._combo.setObjectName("settingsPagesCombo")
        self._combo.setAccessibleName(self.tr("Pages"))
        self._combo.setToolTip(self.tr("Choose a page"))
        self._combo.addItems([title for title, _make in self._makers])
        self._list.currentRowChanged.connect(self._show_page)
        self._list.currentRowChanged.connect(self._combo.setCurrentIndex)
        self._combo.activated.connect(self._list.setCurrentRow)

    @property
    def servers_page(self) -> ServersPage:
        """The page of the servers, which must be open."""
        return cast("ServersPage", self._pages[SERVERS])

    def sizeHint(self) -> QSize:
        return WANTED_SIZE

    def accept(self) -> None:
        self._save()

    def done(self, result: int) -> None:
        """Servers are saved as their fields are left, and this leaves the last one, on Escape too."""
        if SERVERS in self._pages:
            self.servers_page.finish()
        super().done(result)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room for the pages beside, they are chosen above."""
        super().resizeEvent(event)
        self._side.setVisible(event.size().width() >= NARROW)
        self._top.setVisible(event.size().width() < NARROW)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Only the ground of the navigation: the overlay below draws the panel itself."""
        if self._side.isHidden():
            return
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        panel = QPainterPath()
        panel.addRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), Radius.CARD, Radius.CARD)
        left = 0 if self.layoutDirection() == Qt.LayoutDirection.LeftToRight else self.width() - NAVIGATION_WIDTH
        painter.setClipPath(panel)
        painter.fillRect(left, 0, NAVIGATION_WIDTH, self.height(), colours.sidebar)
        edge = left + NAVIGATION_WIDTH if left == 0 else left
        painter.fillRect(edge, 0, 1, self.height(), colours.border)

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setContentsMargins(Space.S + 2, Space.L, Space.S, Space.L)
        side.addWidget(self._list)
        self._side = QWidget()
        self._side.setLayout(side)
        top = QVBoxLayout()
        top.setContentsMargins(Space.XL, Space.L, Space.XL, 0)
        top.addWidget(self._combo)
        self._top = QWidget()
        self._top.setLayout(top)
        self._top.hide()
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._top)
        right.addWidget(self._stack, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._side)
        row.addLayout(right, 1)

    def _show_page(self, row: int) -> None:
        """Show a page, and make it when it is looked at for the first time."""
        if row not in self._pages:
            title, make = self._makers[row]
            page = self._pages[row] = make()
            self._frames[row] = page if page.brings_own_frame else self._framed(page, title)
            self._stack.addWidget(self._frames[row])
            page.show_settings(self._current())
        self._stack.setCurrentWidget(self._frames[row])

    def _make_servers_page(self) -> Page:
        from easychat_gui.ui.settings.servers.page import ServersPage

        page = ServersPage(self._endpoints)
        page.done.connect(self._save)
        return page

    def _make_data_page(self) -> Page:
        from easychat_gui.ui.settings.data.page import DataPage

        return DataPage(self._data_folder, self._data_sections())

    def _add_to_list(self, title: str) -> None:
        item = QListWidgetItem(title)
        item.setSizeHint(QSize(0, Size.CONTROL))
        self._list.addItem(item)

    def _framed(self, page: Page, title: str) -> QWidget:
        frame = QWidget()
        rows = QVBoxLayout(frame)
        rows.setContentsMargins(Space.XL + Space.XS, Space.L + Space.XS, Space.XL + Space.XS, Space.L + Space.XS)
        rows.setSpacing(Space.S)
        rows.addWidget(heading(title, 3.0))
        if page.subtitle:
            words = muted(page.subtitle, -0.5)
            words.setWordWrap(True)
            rows.addWidget(words)
        rows.addSpacing(Space.M)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        scroll.setWidget(page)
        bar = scroll.verticalScrollBar()
        bar.rangeChanged.connect(lambda _least, most: page.setContentsMargins(0, 0, Space.M if most else 0, 0))
        rows.addWidget(scroll, 1)
        rows.addWidget(rule())
        rows.addSpacing(Space.S)
        rows.addLayout(self._buttons(page))
        return frame

    def _buttons(self, page: Page) -> QHBoxLayout:
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S + 2)
        if page.can_reset:
            reset = text_button(self.tr("Reset to defaults"))
            reset.clicked.connect(lambda: page.show_settings(page.reset(self._current())))
            buttons.addWidget(reset)
        buttons.addStretch()
        cancel = text_button(self.tr("Cancel"))
        cancel.setObjectName("settingsCancelButton")
        cancel.clicked.connect(self.reject)
        save = text_button(self.tr("Save"), look="primary")
        save.setObjectName("settingsSaveButton")
        save.clicked.connect(self._save)
        buttons.addWidget(cancel)
        buttons.addWidget(save)
        return buttons

    def _save(self) -> None:
        for row, page in self._pages.items():
            if not page.finish():
                self._list.setCurrentRow(row)
                return
        settings = self._current()  # the servers page may have changed them meanwhile
        for page in self._pages.values():
            settings = page.apply_to(settings)
        self.saved.emit(settings)
        super().accept()


def _make_network_page() -> Page:
    from easychat_gui.ui.settings.network_page import NetworkPage

    return NetworkPage()
