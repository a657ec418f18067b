"""The form of one pool: its name, whom it asks first, for which model, and which servers it has."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.controllers.server_list import COMMAND_LINE_ENDPOINT_ID
from easychat_gui.domain.endpoints import LOCAL_ENDPOINT_ID, Pool, PoolPolicy
from easychat_gui.domain.ids import EndpointId
from easychat_gui.ui.settings.servers.entries import Entry, entry_of
from easychat_gui.ui.settings.servers.member_list import MemberList
from easychat_gui.ui.settings.servers.scrolling import ScrolledColumn
from easychat_gui.ui.settings.servers.title import TitleEdit
from easychat_gui.ui.theme import Size, Space
from easychat_gui.ui.widgets.check_box import CheckBox
from easychat_gui.ui.widgets.combo_box import ComboBox
from easychat_gui.ui.widgets.labels import faint, muted, plain

TITLE_WIDTH = 120


class PoolForm(QWidget):
    """``edited`` when the person has finished setting something; the page then saves what `pool` is."""

    edited = Signal()

    def __init__(self, endpoints: EndpointController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.endpoints = endpoints
        self._pool = Pool(EndpointId(""), "", ())
        self.name = TitleEdit()
        self.name.setObjectName("poolName")
        self.name.setAccessibleName(self.tr("Name"))
        self.name.setToolTip(self.tr("What you call this pool"))
        self.name.editingFinished.connect(self._on_edited)
        self.is_on = CheckBox()
        self.is_on.setObjectName("poolOn")
        self.is_on.setAccessibleName(self.tr("On"))
        self.is_on.setToolTip(self.tr("A pool that is switched off is not offered"))
        self.is_on.toggled.connect(lambda _on: self._on_edited())
        self._make_policy()
        self.model = ComboBox()
        self.model.setObjectName("poolModel")
        self.model.setAccessibleName(self.tr("Model"))
        self.model.setToolTip(self.tr("The model that a new chat asks this pool for"))
        self.model.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.model.activated.connect(lambda _index: self._on_edited())
        self.members = MemberList()
        self.members.setObjectName("poolMembers")
        self.members.edited.connect(self._on_members_edited)
        self._problem = plain("", points=-0.5, look="danger")
        self._problem.setObjectName("poolProblem")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self._lay_out()

    @property
    def pool(self) -> Pool:
        """What the person set so far."""
        return replace(
            self._pool,
            name=self.name.text().strip() or self._pool.name,
            policy=PoolPolicy(self.policy.currentData()),  # Qt hands out a plain string
            default_model=self.model.currentData() or "",
            members=self.members.members,
            is_on=self.is_on.isChecked(),
        )

    @property
    def problem(self) -> str:
        """What is wrong with what was set; empty when nothing is."""
        self._check()
        return self._problem.text()

    def show_pool(self, pool: Pool) -> None:
        """Show a pool, without telling it as a change."""
        self._pool = pool
        self.name.setText(pool.name)
        was_blocked = self.is_on.blockSignals(True)
        self.is_on.setChecked(pool.is_on)
        self.is_on.blockSignals(was_blocked)
        self.policy.setCurrentIndex(self.policy.findData(pool.policy))
        self._explain_policy()
        self.members.show_entries(self._entries(), pool.members)
        self._fill_models(pool.default_model)
        self._problem.setText("")
        self._problem.hide()

    def refresh(self) -> None:
        """The state of a server is known by now, or another one was added."""
        self.members.refresh(self._entries())
        if not self.model.view().isVisible():
            self._fill_models(self.model.currentData() or "")

    def focus_problem(self) -> None:
        """Take the person to what is wrong."""
        self.members.setFocus()

    def _entries(self) -> list[Entry]:
        servers = [each for each in self.endpoints.endpoints() if each.id != COMMAND_LINE_ENDPOINT_ID]
        own = [each for each in servers if each.id != LOCAL_ENDPOINT_ID]
        local = [each for each in servers if each.id == LOCAL_ENDPOINT_ID]  # last: for when no other answers
        return [entry_of(each, self.endpoints) for each in own + local]

    def _fill_models(self, chosen: str) -> None:
        self.model.clear()
        self.model.addItem(self.tr("The first that is offered"), "")
        offered = [model for each in self.members.members for model in self.endpoints.models(each)]
        for model in dict.fromkeys([*offered, chosen]):
            if model:
                self.model.addItem(self.endpoints.model_name(model), model)
        self.model.setCurrentIndex(self.model.findData(chosen))

    def _on_members_edited(self) -> None:
        self._fill_models(self.model.currentData() or "")
        self._on_edited()

    def _on_edited(self) -> None:
        self._explain_policy()
        self._check()
        self.edited.emit()

    def _check(self) -> None:
        is_empty = not self.members.members
        self._problem.setText(self.tr("A pool needs at least one server. Tick one.") if is_empty else "")
        self._problem.setVisible(is_empty)

    # The policy

    def _make_policy(self) -> None:
        self.policy = ComboBox()
        self.policy.addItem(self.tr("Random"), PoolPolicy.RANDOM)
        self.policy.addItem(self.tr("In order"), PoolPolicy.ORDER)
        self.policy.addItem(self.tr("Quickest first"), PoolPolicy.LATENCY)
        self.policy.addItem(self.tr("In turn"), PoolPolicy.ROTATION)
        self.policy.setObjectName("poolPolicy")
        self.policy.setAccessibleName(self.tr("Asked first"))
        self.policy.setToolTip(self.tr("Which server a question goes to"))
        self.policy.activated.connect(lambda _index: self._on_edited())
        self._about_policy = _note("")

    def _explain_policy(self) -> None:
        words = {
            PoolPolicy.RANDOM: self.tr("Each question goes to a server that is drawn at random."),
            PoolPolicy.ORDER: self.tr("Each question goes to the first server below that answers."),
            PoolPolicy.LATENCY: self.tr("Each question goes to the server whose first word has come soonest lately."),
            PoolPolicy.ROTATION: self.tr("The servers take turns, one question each."),
        }
        self._about_policy.setText(words[PoolPolicy(self.policy.currentData())])

    # Layout

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, Space.M, 0)
        top.setSpacing(Space.S)
        top.addWidget(self.name, 1)
        top.addWidget(self.is_on)
        top.addWidget(muted(self.is_on.accessibleName()))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(Space.M)
        rows.addLayout(top)
        scrolled = ScrolledColumn()
        scrolled.rows.addLayout(self._fields())
        scrolled.rows.addStretch()
        rows.addWidget(scrolled, 1)

    def _fields(self) -> QGridLayout:
        about = _note(
            self.tr(
                "When a server fails before its first word, the next one is tried. One that does not offer the chosen "
                "model is asked for its own default."
            )
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.S)
        grid.setColumnStretch(1, 1)
        for row, (words, field) in enumerate(
            (
                (self.policy.accessibleName(), self.policy),
                ("", self._about_policy),
                (self.model.accessibleName(), self.model),
                (self.tr("Servers"), self.members),
            )
        ):
            title = muted(words)
            title.setFixedWidth(TITLE_WIDTH)
            if words:
                title.setFixedHeight(Size.CONTROL)
            grid.addWidget(title, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(field, row, 1)
        below = QVBoxLayout()
        below.setSpacing(Space.S)
        below.addWidget(self._problem)
        below.addWidget(about)
        grid.addLayout(below, grid.rowCount(), 1)
        return grid


def _note(words: str) -> QLabel:
    label = faint(words)
    label.setWordWrap(True)
    return label
