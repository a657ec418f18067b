"""The bar above the conversation: its title, the model that answers, the panel's switch."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QLocale, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QActionGroup, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.ui import status_words, theme
from easychat_gui.ui.theme import Size, Space
from easychat_gui.ui.widgets.buttons import Dot, IconButton, paint_dot
from easychat_gui.ui.widgets.labels import Mark, heading

ARROW = " ▾"

MOST_MODELS_IN_MENU = 8
"""A server may offer hundreds; so many are listed at once, the rest are searched in a dialog."""


class ModelPicker(QPushButton):
    """The button that says who answers, with a menu of all servers and their models.

    ``chosen(EndpointId, model id)``; ``add_requested`` for a new server, ``search_requested(server's
    name, or none)`` for a model that the menu does not hold; ``opened`` before the menu shows.
    """

    chosen = Signal(str, str)
    add_requested = Signal()
    search_requested = Signal(str)
    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("modelPicker")
        self.setProperty("look", "picker")
        self._role = "text_faint"
        self._words = ""
        self._menu = QMenu(self)
        self._group = QActionGroup(self._menu)
        self._menu.aboutToShow.connect(self.opened)
        self.setMenu(self._menu)
        theme.watcher().changed.connect(self.update)

    def show_choice(self, role: str, words: str) -> None:
        """``role`` is the colour of the dot, ``words`` "model · server"."""
        self._role = role
        self._words = words
        self.setAccessibleName(self.tr("Model: {model}").format(model=words))
        self.setToolTip(self.tr("Choose the model that answers ({choice})").format(choice=words))
        self.updateGeometry()
        self.update()

    def fill(self, endpoints: EndpointController, current: Endpoint, model_id: str) -> None:
        """List every server with its models."""
        self._menu.clear()
        self._group.deleteLater()
        group = self._group = QActionGroup(self._menu)
        for endpoint in endpoints.choices():
            # A heading that cannot be chosen: the text of a section is not drawn under a style sheet.
            name = status_words.name_of(endpoint)
            self._menu.addAction(name.replace("&", "&&")).setEnabled(False)
            models = endpoints.models(endpoint.id)
            is_beyond = endpoint.id == current.id and model_id in models[MOST_MODELS_IN_MENU:]
            for model in models[:MOST_MODELS_IN_MENU] + ([model_id] if is_beyond else []):
                action = self._menu.addAction(endpoints.model_name(model).replace("&", "&&"))
                action.setCheckable(True)
                action.setChecked(endpoint.id == current.id and model == model_id)
                group.addAction(action)
                action.triggered.connect(lambda _on, e=endpoint.id, m=model: self.chosen.emit(e, m))
            if not models:
                self._menu.addAction(self._why_empty(endpoints, endpoint)).setEnabled(False)
            if len(models) > MOST_MODELS_IN_MENU:
                words = self.tr("All {count} models…").format(count=QLocale().toString(len(models)))
                self._menu.addAction(words, partial(self.search_requested.emit, name))
        self._menu.addSeparator()
        self._menu.addAction(self.tr("Search the models…"), lambda: self.search_requested.emit(""))
        self._menu.addAction(self.tr("Add a server…"), self.add_requested.emit)

    def _why_empty(self, endpoints: EndpointController, endpoint: Endpoint) -> str:
        if endpoints.error(endpoint.id) is not None:
            return self.tr("Its models could not be listed")
        return self.tr("Asking for its models…")

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self._words + ARROW)
        return QSize(min(360, width + Dot.DIAMETER + Space.S + 2 * Space.M + 2), Size.CONTROL)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, Size.CONTROL)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        colours = theme.current()
        painter = QPainter(self)
        area = self.rect().adjusted(Space.M, 0, -Space.M, 0)
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = area.right() - Dot.DIAMETER if is_mirrored else area.left()
        top = (self.height() - Dot.DIAMETER) / 2
        paint_dot(painter, QRectF(left, top, Dot.DIAMETER, Dot.DIAMETER), getattr(colours, self._role))
        inset = Dot.DIAMETER + Space.S
        area = area.adjusted(0, 0, -inset, 0) if is_mirrored else area.adjusted(inset, 0, 0, 0)
        painter.setPen(colours.text)
        metrics = painter.fontMetrics()
        room = area.width() - metrics.horizontalAdvance(ARROW)
        words = metrics.elidedText(self._words, Qt.TextElideMode.ElideMiddle, room) + ARROW
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, words)


class Header(QFrame):
    """Lays out title, model picker and the buttons of the panels."""

    sidebar_toggled = Signal()
    rename_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "header")
        self.setFixedHeight(Size.HEADER)
        self._words = ""
        self.title = heading("")
        self.title.setObjectName("conversationTitle")
        self.title.setMinimumWidth(40)
        self.mark = Mark("eye-off")
        self.mark.setObjectName("conversationMark")
        self.mark.hide()
        self.picker = ModelPicker()
        self.sidebar_button = IconButton("sidebar", self.tr("Show or hide the sidebar"))
        self.sidebar_button.clicked.connect(self.sidebar_toggled)
        self.inspector_button = IconButton("sliders", self.tr("Show or hide this conversation's parameters"))
        self.inspector_button.setObjectName("inspectorButton")
        self.inspector_button.setCheckable(True)
        self.branches_button = IconButton("branch", self.tr("Show or hide the branches of this chat"))
        self.branches_button.setObjectName("branchesButton")
        self.branches_button.setCheckable(True)
        # Both panels stand in the same place.
        self.inspector_button.toggled.connect(lambda on: self.branches_button.setChecked(False) if on else None)
        self.branches_button.toggled.connect(lambda on: self.inspector_button.setChecked(False) if on else None)
        self.menu_button = IconButton("more", self.tr("More about this chat"))
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.L, 0, Space.L, 0)
        row.setSpacing(Space.S)
        row.addWidget(self.sidebar_button)
        row.addWidget(self.title, 1)
        row.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.picker)
        row.addWidget(self.branches_button)
        row.addWidget(self.menu_button)
        row.addWidget(self.inspector_button)
        self.sidebar_button.hide()

    def show_title(self, title: str) -> None:
        self._words = title
        self._fit_title()
        self.title.setToolTip(title or self.tr("A new chat"))
        self.title.setAccessibleName(title or self.tr("A new chat"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_title()

    def _fit_title(self) -> None:
        metrics = self.title.fontMetrics()
        self.title.setText(metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, max(40, self.title.width())))
