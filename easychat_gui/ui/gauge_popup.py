"""Where the numbers of the gauge come from, and what is done when a chat no longer fits."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from easychat_gui.domain.context import Gauge
from easychat_gui.domain.conversations import ContextPolicy
from easychat_gui.settings.schema import LARGEST_WINDOW
from easychat_gui.ui.count_words import counted
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.combo_box import ComboBox
from easychat_gui.ui.widgets.labels import faint, heading, muted, plain, rule
from easychat_gui.ui.widgets.spin_boxes import OptionalSpin

WIDTH = 320
FIELD_WIDTH = 110
LARGEST_SHOWN = min(LARGEST_WINDOW, 2**31 - 1)


def policy_words(policy: ContextPolicy) -> str:
    """Return what the person chooses between."""
    translate = QCoreApplication.translate
    return {
        ContextPolicy.DROP_OLDEST: translate("ContextPolicy", "Drop the oldest"),
        ContextPolicy.KEEP_FIRST: translate("ContextPolicy", "Keep the first, drop the middle"),
        ContextPolicy.SUMMARISE: translate("ContextPolicy", "Summarise on request"),
        ContextPolicy.SEND_ALL: translate("ContextPolicy", "Send everything"),
    }[policy]


class GaugePopup(QFrame):
    """``policy_chosen(str)`` (empty: as the settings), ``window_typed(int | None)``, ``summary_requested``."""

    policy_chosen = Signal(str)
    window_typed = Signal(object)
    summary_requested = Signal()

    def __init__(self, button: QWidget) -> None:
        super().__init__(button, Qt.WindowType.Popup)
        self._button = button
        self.setObjectName("gaugePopup")
        self.setProperty("look", "popup")
        self.setAccessibleName(self.tr("What the next request sends"))
        self.setToolTip(self.tr("What the next request sends"))
        self.setFixedWidth(WIDTH)
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(Space.XS)
        self._grid.setColumnStretch(0, 1)
        self._numbers: dict[str, tuple[QLabel, QLabel]] = {}
        self._window = OptionalSpin(1, LARGEST_SHOWN, self.tr("not known"), self)
        self._window.setObjectName("windowSpin")
        self._window.setFixedWidth(FIELD_WIDTH)
        self._window.setAccessibleName(self.tr("What the model reads at once, in tokens"))
        self._window.setToolTip(self.tr("As the server says; type another number where it is wrong or not known"))
        self._window.edited.connect(self.window_typed)
        self._policy = ComboBox()
        self._policy.setObjectName("contextPolicyCombo")
        self._policy.setAccessibleName(self.tr("When the chat no longer fits"))
        self._policy.setToolTip(self.tr("What is done about messages that no longer fit, in this chat"))
        self._policy.activated.connect(lambda _index: self.policy_chosen.emit(str(self._policy.currentData())))
        self._note = faint("", -0.5)
        self._note.setWordWrap(True)
        self._summarise = QPushButton()
        self._summarise.setObjectName("summariseButton")
        self._summarise.setAutoDefault(False)
        self._summarise.clicked.connect(self.summary_requested)
        self._lay_out()

    def show_gauge(
        self, gauge: Gauge, chosen: ContextPolicy | None, default: ContextPolicy, *, summed_up: bool
    ) -> None:
        """Show these numbers, and the choice of the conversation (None: it follows the settings)."""
        values = {
            "system": gauge.system_prompt,
            "summary": gauge.summary,
            "messages": gauge.messages,
            "attachments": gauge.attachments,
            "draft": gauge.draft,
            "reserve": gauge.reserve,
        }
        approximately = "" if gauge.is_exact else "≈ "
        for name, (title, number) in self._numbers.items():
            prefix = "" if name == "reserve" else approximately
            number.setText(f"{prefix}{QLocale().toString(values[name])}")
            is_needed = name in ("messages", "draft", "reserve") or values[name] > 0
            title.setVisible(is_needed)
            number.setVisible(is_needed)
        if not self._window.hasFocus():
            self._window.set_optional(gauge.window)
        self._fill_policies(chosen, default)
        policy = chosen or default
        self._note.setText(self._note_for(gauge, policy))
        self._note.setVisible(bool(self._note.text()))
        words = self.tr("Edit the summary…") if summed_up else self.tr("Summarise them…")
        self._summarise.setText(words)
        self._summarise.setAccessibleName(words)
        self._summarise.setToolTip(self.tr("The model sums up what no longer fits; you read it before it is sent"))
        self._summarise.setVisible(summed_up or (bool(gauge.dropped) and policy is ContextPolicy.SUMMARISE))
        self.adjustSize()
        if self.isVisible():
            self._place()

    def open(self) -> None:
        """Open with the lower edge at the button."""
        self._place()
        self.show()
        self._policy.setFocus()

    def _place(self) -> None:
        button = self._button
        self.adjustSize()
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = 0 if is_mirrored else button.width() - self.width()
        corner = button.mapToGlobal(QPoint(left, -self.height() - Space.XS))
        area = button.screen().availableGeometry()
        x = min(max(corner.x(), area.left()), area.right() - self.width())
        self.move(x, max(area.top(), corner.y()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _note_for(self, gauge: Gauge, policy: ContextPolicy) -> str:
        if policy is ContextPolicy.SEND_ALL:
            return "" if gauge.fits else self.tr("It does not fit; the server decides what it does about it.")
        if not gauge.fits:
            return self.tr("Even the last question does not fit by itself.")
        if gauge.dropped:
            one, more = self.tr("1 message no longer fits."), self.tr("{count} messages no longer fit.")
            return counted(len(gauge.dropped), one, more)
        return ""

    def _fill_policies(self, chosen: ContextPolicy | None, default: ContextPolicy) -> None:
        if self._policy.view().isVisible():
            return
        self._policy.clear()
        self._policy.addItem(self.tr("As the settings: {choice}").format(choice=policy_words(default)), "")
        for policy in ContextPolicy:
            self._policy.addItem(policy_words(policy), policy.value)
        self._policy.setCurrentIndex(self._policy.findData(chosen.value if chosen else ""))

    def _lay_out(self) -> None:
        titles = {
            "system": self.tr("System prompt"),
            "summary": self.tr("Summary"),
            "messages": self.tr("Messages"),
            "attachments": self.tr("Attachments"),
            "draft": self.tr("What you are writing"),
            "reserve": self.tr("Room for the answer"),
        }
        for row, (name, words) in enumerate(titles.items()):
            title, number = muted(words), plain("")
            self._numbers[name] = (title, number)
            self._grid.addWidget(title, row, 0)
            self._grid.addWidget(number, row, 1, Qt.AlignmentFlag.AlignRight)
        self._grid.addWidget(rule(), len(titles), 0, 1, 2)
        title = muted(self.tr("The model's window"))
        title.setBuddy(self._window)
        self._grid.addWidget(title, len(titles) + 1, 0)
        self._grid.addWidget(self._window, len(titles) + 1, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(Space.L, Space.M, Space.L, Space.L)
        rows.setSpacing(Space.S)
        rows.addWidget(heading(self.tr("What the next request sends")))
        rows.addLayout(self._grid)
        rows.addWidget(muted(self.tr("When the chat no longer fits")))
        rows.addWidget(self._policy)
        rows.addWidget(self._note)
        rows.addWidget(self._summarise)
