"""The words for keys: where they are, and what went wrong with them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from easychat_gui.domain.errors import EasyChatError, KeyFileDamaged, KeyFileTooNew, WrongPassphrase
from easychat_gui.settings.secrets import Where
from easychat_gui.ui.count_words import counted


def place_words(where: Where | None, count: int) -> str:
    """Return where the keys of a server are, for the end of its field; how many where there are several."""
    one, several = {
        Where.KEYRING: (
            QCoreApplication.translate("Keys", "in the system keyring"),
            QCoreApplication.translate("Keys", "{count} keys in the keyring"),
        ),
        Where.FILE: (
            QCoreApplication.translate("Keys", "in the encrypted file"),
            QCoreApplication.translate("Keys", "{count} keys in the file"),
        ),
    }.get(
        where or Where.UNDECIDED,
        (
            QCoreApplication.translate("Keys", "until the program ends"),
            QCoreApplication.translate("Keys", "{count} keys, not stored"),
        ),
    )
    return counted(max(count, 1), one, several)


def key_error_text(error: EasyChatError) -> str:
    """Return one sentence for what went wrong with the file of keys or the keyring."""
    if isinstance(error, WrongPassphrase):
        return QCoreApplication.translate("Keys", "That is not the passphrase.")
    if isinstance(error, KeyFileDamaged):
        return QCoreApplication.translate(
            "Keys", "The file of keys is damaged. It can be set aside, and the keys be entered anew."
        )
    if isinstance(error, KeyFileTooNew):
        return QCoreApplication.translate(
            "Keys", "A newer version of EasyChat GUI wrote the file of keys; this one cannot open it."
        )
    return str(error)
