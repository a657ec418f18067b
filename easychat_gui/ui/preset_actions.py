"""Joins the panel at the right and the presets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from easychat_gui.domain.ids import PresetId
from easychat_gui.ui.flows import Flows
from easychat_gui.ui.inspector import Inspector

if TYPE_CHECKING:
    from easychat_gui.ui.main_window import Controllers


class PresetActions(QObject):
    """Shows in the inspector, whose child it is, what holds for the conversation, and does what is changed there."""

    def __init__(self, inspector: Inspector, controllers: Controllers, flows: Flows) -> None:
        super().__init__(inspector)
        self._inspector = inspector
        self._conversations = controllers.conversations
        self._endpoints = controllers.endpoints
        self._presets = presets = controllers.presets()
        inspector.params_edited.connect(presets.set_params)
        inspector.system_prompt_edited.connect(presets.set_system_prompt)
        inspector.system_prompt_reset.connect(presets.reset_system_prompt)
        inspector.model_reset.connect(presets.reset_model)
        inspector.all_reset.connect(presets.reset_all)
        inspector.presets.chosen.connect(lambda chosen: presets.choose(PresetId(chosen) if chosen else None))
        inspector.presets.save_requested.connect(lambda: flows.save_as_preset(presets))
        inspector.presets.manage_requested.connect(lambda: flows.manage_presets(presets))
        presets.changed.connect(self._show)
        controllers.conversations.opened.connect(self._show)
        controllers.conversations.updated.connect(self._show)
        controllers.endpoints.changed.connect(self._show)  # the settings too
        self._show()

    def _show(self) -> None:
        presets, conversation = self._presets, self._conversations.current
        own_model = ""
        if presets.has_own_model(conversation):
            own_model = self._endpoints.model_name(self._endpoints.choice_for(conversation)[1])
        followed = presets.preset_of(conversation)
        self._inspector.presets.show_presets(presets.presets, followed.id if followed else None)
        self._inspector.show_guidance(
            presets.guidance_for(conversation),
            presets.base_for(conversation),
            has_preset=followed is not None,
            owner=conversation.id,
            own_model=own_model,
        )
