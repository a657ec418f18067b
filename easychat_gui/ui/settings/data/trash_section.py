"""How long what is in the trash stays there."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from easychat_gui.settings.schema import Settings
from easychat_gui.ui.settings.data.section import Section
from easychat_gui.ui.widgets.spin_boxes import CountSpin

FIELD_WIDTH = 220
LONGEST = 3650


class TrashSection(Section):
    """One number: days; 0 stands for ever."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Trash"),
            self.tr(
                "Chats in the trash are removed for good after so many days. Only days on which EasyChat GUI was open "
                "count, so that a clock that is wrong removes nothing."
            ),
            parent,
        )
        self._days = CountSpin(0, LONGEST)
        self._days.setObjectName("trashDaysSpin")
        self._days.setSuffix(self.tr(" days"))
        self._days.setSpecialValueText(self.tr("Never"))
        self._days.setFixedWidth(FIELD_WIDTH)
        self._days.setAccessibleName(self.tr("Days in the trash"))
        self._days.setToolTip(self.tr("After so many days chats in the trash are removed for good; 0: never"))
        self._days.valueChanged.connect(lambda _value: self.edited.emit())
        self.rows.addWidget(self._days, 0, Qt.AlignmentFlag.AlignLeft)

    def show_settings(self, settings: Settings) -> None:
        self._days.setValue(settings.general.trash_days)

    def apply_to(self, settings: Settings) -> Settings:
        return replace(settings, general=replace(settings.general, trash_days=int(self._days.value())))
