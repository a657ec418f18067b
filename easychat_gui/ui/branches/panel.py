"""The column at the right that shows the branches of the conversation."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from easychat_gui.controllers.branches import BranchController
from easychat_gui.controllers.conversations import ConversationController
from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.branch_graph import Graph
from easychat_gui.domain.ids import MessageId
from easychat_gui.ui.branches.view import BranchView
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.labels import faint, heading, muted
from easychat_gui.ui.widgets.region import Region

WIDTH = 362
DRAWN_AFTER_MS = 30
GROWN_AFTER_MS = 400


class BranchesPanel(Region, QFrame):
    """Draws the tree while it is in sight, and follows it: new messages, running answers, deletions, another chat."""

    fold_changed = Signal()

    def __init__(
        self,
        *,
        branches: BranchController,
        conversations: ConversationController,
        endpoints: EndpointController,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._branches = branches
        self._messages = conversations.messages
        self._unfolded: set[MessageId] = set()
        self._is_stale = True
        self.setObjectName("branches")
        self.setAccessibleName(self.tr("Branches"))
        self.setToolTip(self.tr("All branches of this chat"))
        self.setProperty("look", "inspector")
        self.setFixedWidth(WIDTH)
        self.view = BranchView()
        self.view.words.name_of_model = endpoints.model_name
        self.view.words.present = lambda outline: self._messages.find(outline.id)
        self._count = muted("", -0.5)
        self._nothing = faint(self.tr("There are no messages yet."))
        self._hint = faint(self.tr("Click to go there"), -0.5)
        self._lay_out()
        self._drawing = QTimer(self, singleShot=True, interval=DRAWN_AFTER_MS)
        self._drawing.timeout.connect(self._draw)
        self._growing = QTimer(self, singleShot=True, interval=GROWN_AFTER_MS)
        self._growing.timeout.connect(self.view.viewport().update)
        self.view.chosen.connect(branches.go_to)
        self.view.fold_changed.connect(self._toggle_fold)
        branches.drawn.connect(self._show)
        conversations.opened.connect(self._on_opened)
        self._messages.places_changed.connect(self._on_changed)
        self._messages.dataChanged.connect(self._on_changed)
        self._messages.text_appended.connect(self._on_grown)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(heading(self.tr("Branches")))
        head.addStretch()
        head.addWidget(self._count)
        self._stack = QStackedLayout()
        empty = QWidget()
        inside = QVBoxLayout(empty)
        inside.setContentsMargins(0, Space.S, 0, 0)
        inside.addWidget(self._nothing)
        inside.addStretch()
        self._stack.addWidget(empty)
        self._stack.addWidget(self.view)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(Space.L, Space.M + 2, Space.XS, Space.M)
        rows.setSpacing(Space.XS)
        head.setContentsMargins(0, 0, Space.M, 0)
        rows.addLayout(head)
        rows.addLayout(self._stack, 1)
        rows.addWidget(self._hint)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._draw()

    def _on_opened(self) -> None:
        self._unfolded.clear()
        self.view.show_graph(Graph())
        self._on_changed()

    def _on_changed(self) -> None:
        self._is_stale = True
        if self.isVisible():
            self.view.show_branch(self._shown_ids())
            self._drawing.start()

    def _on_grown(self) -> None:
        if self.isVisible() and not self._growing.isActive():
            self._growing.start()

    def _draw(self) -> None:
        self._is_stale = False
        self._branches.draw(frozenset(self._unfolded))

    def _show(self, graph: Graph) -> None:
        self.view.show_branch(self._shown_ids())
        self.view.show_graph(graph)
        self._count.setText(self.view.words.count(graph) if graph.cards else "")
        self._stack.setCurrentIndex(1 if graph.cards else 0)
        self._hint.setVisible(bool(graph.cards))

    def _toggle_fold(self, stretch: MessageId) -> None:
        self._unfolded ^= {stretch}
        self._draw()

    def _shown_ids(self) -> frozenset[MessageId]:
        return frozenset(self._messages.ids())
