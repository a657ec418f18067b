"""Joins the gauge, the composer and the view of the conversation with what fits the model's window."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from easychat_gui.domain.context import Gauge
from easychat_gui.domain.conversations import ContextPolicy, Draft
from easychat_gui.ui.flows import Flows
from easychat_gui.ui.gauge import ContextGauge
from easychat_gui.ui.talk_pane import TalkPane

if TYPE_CHECKING:
    from easychat_gui.ui.gauge_popup import GaugePopup
    from easychat_gui.ui.main_window import Controllers


class ContextActions(QObject):
    """Lives with the pane, once the first paint is over."""

    def __init__(self, talk: TalkPane, controllers: Controllers, flows: Flows) -> None:
        super().__init__(talk)
        self._talk = talk
        self._composer = talk.composer
        self._controllers = controllers
        self._context = context = controllers.context()
        self._flows = flows
        self._popup: GaugePopup | None = None
        self.gauge = ContextGauge(talk.composer)
        talk.composer.gauge.addWidget(self.gauge)
        names = ("attachButton", "promptsButton", "contextGauge", "sendButton", "stopButton")
        widgets = [talk.composer.findChild(QWidget, name) for name in names]
        in_order = [each for each in widgets if each is not None]
        for first, second in pairwise(in_order):  # as they stand in the row
            QWidget.setTabOrder(first, second)
        self.gauge.clicked.connect(self._open_popup)
        talk.composer.edit.textChanged.connect(self._on_draft_changed)
        talk.composer.edit_changed.connect(lambda _edit: self._on_draft_changed())
        talk.composer.may_send = self._may_send
        context.changed.connect(self._show)
        self._on_draft_changed()
        context.measure()

    def _show(self, gauge: Gauge) -> None:
        self.gauge.show_gauge(gauge)
        self._talk.view.set_unread(gauge.dropped)
        if self._popup is not None and self._popup.isVisible():
            self._fill_popup(self._popup)

    def _on_draft_changed(self) -> None:
        self._context.set_draft(self._composer.edit.toPlainText(), self._composer.edited_message)

    def _may_send(self, draft: Draft) -> bool:
        """Ask first, when a question is too long for the model by itself. Returns whether to send at once."""
        if not self._context.is_too_long(draft):
            return True
        self._flows.ask_to_send_too_long(self._composer.send_anyway)
        return False

    # The popup

    def _open_popup(self) -> None:
        from easychat_gui.ui.gauge_popup import GaugePopup

        if self._popup is None:
            self._popup = popup = GaugePopup(self.gauge)
            popup.policy_chosen.connect(lambda chosen: self._context.choose(ContextPolicy(chosen) if chosen else None))
            popup.window_typed.connect(self._context.set_window)
            popup.summary_requested.connect(self._on_summary_requested)
        self._controllers.endpoints.refresh_unknown()  # the list of models says how large their windows are
        self._context.measure()
        self._fill_popup(self._popup)
        self._popup.open()

    def _fill_popup(self, popup: GaugePopup) -> None:
        context = self._controllers.conversations.current.context
        default = self._controllers.settings.current.context.policy
        popup.show_gauge(self._context.gauge, context.policy, default, summed_up=bool(context.summary))

    def _on_summary_requested(self) -> None:
        if self._popup is not None:
            self._popup.close()
        self._flows.edit_summary(self._context)
