"""What stays on this computer, and how to have it forgotten."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from easychat_gui.controllers.forgetting import ForgettingController
from easychat_gui.domain.errors import EasyChatError
from easychat_gui.ui.dialogs.forget import ForgetDialog
from easychat_gui.ui.settings.data.section import Section
from easychat_gui.ui.widgets.buttons import text_button
from easychat_gui.ui.widgets.labels import plain
from easychat_gui.ui.widgets.overlay import Overlay


class PrivacySection(Section):
    """The button that forgets everything."""

    def __init__(self, forgetting: ForgettingController, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Privacy"),
            self.tr(
                "What you delete is overwritten in the database and its files are removed. Backups made before keep it "
                "until they are thinned out, or forgotten here."
            ),
            parent,
        )
        self._forgetting = forgetting
        button = text_button(
            self.tr("Forget everything…"),
            self.tr("Choose what to remove from this computer for good"),
            name="forgetEverythingButton",
            look="danger",
        )
        button.clicked.connect(self._ask)
        self._problem = plain("", points=-0.5, look="danger")
        self._problem.setWordWrap(True)
        self._problem.hide()
        self.rows.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.rows.addWidget(self._problem)

    def _ask(self) -> None:
        dialog = ForgetDialog()
        dialog.accepted.connect(lambda: self._forgetting.forget(dialog.parts, self._tell))
        Overlay(dialog, self.window())

    def _tell(self, error: EasyChatError) -> None:
        self._problem.setText(self.tr("Nothing was removed: {reason}").format(reason=error))
        self._problem.show()
