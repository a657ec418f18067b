"""The questions about the passphrase of encrypted chats."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialog, QWidget

from easychat_gui.controllers.encryption import EncryptionController
from easychat_gui.ui.dialogs.asking import Question
from easychat_gui.ui.dialogs.passphrase import PassphraseDialog
from easychat_gui.ui.widgets.overlay import Overlay

Do = Callable[[], None]


def ask_for_passphrase(
    ground: QWidget, encryption: EncryptionController, *, opened: Do, begin_anew: Do, give_up: Do
) -> PassphraseDialog:
    """Ask for the passphrase until it is right; then ``opened``. Without it there is nothing to be done here."""
    dialog = PassphraseDialog(
        QCoreApplication.translate("Encryption", "Your chats are encrypted"),
        QCoreApplication.translate("Encryption", "Type their passphrase to open them."),
        QCoreApplication.translate("Encryption", "Open"),
        encryption.unlock,
        is_new=False,
        lost_hint=QCoreApplication.translate("Encryption", "What can be done without the passphrase"),
    )

    def say_what_is_lost() -> None:
        _ask_about_lost(ground, dialog, begin_anew)

    overlay = Overlay(dialog, ground)
    dialog.lost.connect(say_what_is_lost)
    dialog.rejected.connect(give_up)
    overlay.closed.connect(lambda: opened() if dialog.result() == QDialog.DialogCode.Accepted else None)
    return dialog


def _ask_about_lost(ground: QWidget, dialog: PassphraseDialog, begin_anew: Do) -> None:
    anew = QCoreApplication.translate("Encryption", "Begin anew")
    back = QCoreApplication.translate("Encryption", "Back")
    question = Question(
        QCoreApplication.translate("Encryption", "Begin without your chats?"),
        QCoreApplication.translate(
            "Encryption",
            "Nobody can open them without the passphrase, nor their backups. They are kept beside the new, empty "
            "database, in case that it comes back to you.",
        ),
        [(back, "primary"), (anew, "danger")],
    )

    def answered() -> None:
        if question.chosen == anew:
            dialog.blockSignals(True)  # it has been given up, but the program has not
            dialog.reject()
            begin_anew()

    Overlay(question, ground).closed.connect(answered)


def ask_for_new_passphrase(ground: QWidget, encryption: EncryptionController, *, is_first: bool) -> None:
    """Have a passphrase chosen: the first one, with which chats are encrypted, or another in its place."""
    if is_first:
        title = QCoreApplication.translate("Encryption", "Encrypt your chats")
        sentence = QCoreApplication.translate(
            "Encryption",
            "Choose a passphrase. It is asked for at each start, and kept nowhere: without it nobody can read or "
            "restore your chats. Backups made so far, and files that repairs put aside, are readable, and are removed; "
            "the next backup is encrypted. A mirror, and what you have exported, stays readable.",
        )
        done = QCoreApplication.translate("Encryption", "Encrypt")
    else:
        title = QCoreApplication.translate("Encryption", "Another passphrase")
        sentence = QCoreApplication.translate("Encryption", "It takes the place of the one that you have now.")
        done = QCoreApplication.translate("Encryption", "Change it")
    try_it = encryption.turn_on if is_first else encryption.replace_passphrase
    Overlay(PassphraseDialog(title, sentence, done, try_it, is_new=True), ground)
