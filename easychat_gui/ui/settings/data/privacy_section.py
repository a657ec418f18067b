"""What stays on this computer, and how to have it forgotten."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from easychat_gui.controllers.encryption import EncryptionController
from easychat_gui.controllers.forgetting import ForgettingController
from easychat_gui.domain.errors import EasyChatError
from easychat_gui.ui.dialogs.asking import ask_inside
from easychat_gui.ui.dialogs.chats_passphrase import ask_for_new_passphrase
from easychat_gui.ui.dialogs.forget import ForgetDialog
from easychat_gui.ui.settings.data.section import Section
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.buttons import text_button
from easychat_gui.ui.widgets.labels import plain
from easychat_gui.ui.widgets.overlay import Overlay
from easychat_gui.ui.widgets.while_there import while_there


class PrivacySection(Section):
    """Encryption, and the button that forgets everything."""

    def __init__(
        self, forgetting: ForgettingController, encryption: EncryptionController, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            self.tr("Privacy"),
            self.tr(
                "What you delete is overwritten in the database and its files are removed. Backups made before keep it "
                "until they are thinned out, databases that a restore or a repair put aside until you delete them; "
                "both can be forgotten here."
            ),
            parent,
        )
        self._forgetting = forgetting
        self._encryption = encryption
        self._state = plain("")
        self._state.setObjectName("encryptionState")
        self._state.setWordWrap(True)
        self._encrypt = text_button(self.tr("Encrypt with a passphrase…"), name="encryptButton")
        self._encrypt.clicked.connect(lambda: ask_for_new_passphrase(self.window(), encryption, is_first=True))
        self._change = text_button(self.tr("Change the passphrase…"), name="changePassphraseButton")
        self._change.clicked.connect(lambda: ask_for_new_passphrase(self.window(), encryption, is_first=False))
        self._decrypt = text_button(self.tr("Stop encrypting…"), name="decryptButton")
        self._decrypt.clicked.connect(self._ask_to_decrypt)
        row = QHBoxLayout()
        row.setSpacing(Space.S + 2)
        for each in (self._encrypt, self._change, self._decrypt):
            row.addWidget(each)
        row.addStretch()
        self.rows.addWidget(self._state)
        self.rows.addLayout(row)
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
        encryption.changed.connect(self._show_state)
        self._show_state()
        encryption.look()

    def _ask(self) -> None:
        dialog = ForgetDialog()
        dialog.accepted.connect(lambda: self._forgetting.forget(dialog.parts, self._tell))
        Overlay(dialog, self.window())

    @while_there
    def _show_state(self) -> None:
        is_on, is_busy = self._encryption.is_on, self._encryption.is_busy
        if is_busy:
            words = self.tr("Your chats are being written anew…")
        elif is_on:
            words = self.tr("Your chats are encrypted. Their passphrase is asked for at each start.")
        else:
            words = self.tr("Your chats can be read by whoever can read the files of this computer.")
        self._state.setText(words)
        self._encrypt.setVisible(not is_on)
        self._encrypt.setEnabled(not is_busy)
        for each in (self._change, self._decrypt):
            each.setVisible(is_on)
            each.setEnabled(not is_busy)

    def _ask_to_decrypt(self) -> None:
        ask_inside(
            self.window(),
            self.tr("Stop encrypting your chats?"),
            self.tr("They can be read then by whoever can read the files. Encrypted backups are removed."),
            self.tr("Stop encrypting"),
            lambda: self._encryption.turn_off(self._show_state, self._tell_encryption),
        )

    @while_there
    def _tell_encryption(self, error: EasyChatError) -> None:
        self._problem.setText(self.tr("Your chats stay as they were: {reason}").format(reason=error))
        self._problem.show()

    @while_there
    def _tell(self, error: EasyChatError) -> None:
        self._problem.setText(self.tr("Nothing was removed: {reason}").format(reason=error))
        self._problem.show()
