"""The questions about keys: where to keep them, the passphrase of their file, whether one may go out readable.

Each opens over the window, also over the settings, and calls back when it was answered.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialog, QWidget

from easychat_gui.controllers.keys import KeyController
from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.domain.errors import EasyChatError
from easychat_gui.settings.secrets import Where
from easychat_gui.ui.dialogs.asking import Question
from easychat_gui.ui.dialogs.passphrase import PassphraseDialog
from easychat_gui.ui.key_words import key_error_text
from easychat_gui.ui.widgets.overlay import Overlay


def ask_where_to_keep(ground: QWidget, keys: KeyController, problem: str, on_undecided: Callable[[], None]) -> QDialog:
    """Ask where keys shall be kept on a computer without a keyring, or with one that refuses."""
    file = QCoreApplication.translate("Keys", "In an encrypted file…")
    session = QCoreApplication.translate("Keys", "Only until the program ends")
    again = QCoreApplication.translate("Keys", "Try the keyring again")
    sentence = QCoreApplication.translate(
        "Keys",
        "This computer has no keyring that keeps keys safe. They can be kept in a file that only your passphrase "
        "opens, or be forgotten when EasyChat GUI ends.",
    )
    if problem:
        sentence = QCoreApplication.translate(
            "Keys",
            "The system's keyring is locked, or refuses. Unlock it and try again, or keep the keys in a file that only "
            "your passphrase opens, or until EasyChat GUI ends.",
        )

    def answered(chosen: str) -> None:
        if chosen == file:
            choose_file(ground, keys, on_undecided)
        elif chosen == session:
            keys.move(Where.SESSION, _nothing, partial(_tell, ground))
        elif chosen == again:
            keys.move(Where.KEYRING, _nothing, ask_again)
        else:
            on_undecided()

    def ask_again(error: EasyChatError) -> None:
        ask_where_to_keep(ground, keys, key_error_text(error), on_undecided)

    title = QCoreApplication.translate("Keys", "Where shall the keys be kept?")
    answers = [(file, "primary"), (session, ""), *([(again, "")] if problem else [])]
    return _ask(ground, Question(title, sentence, answers), answered)


def choose_file(ground: QWidget, keys: KeyController, on_undecided: Callable[[], None] | None = None) -> None:
    """Take all keys into an encrypted file, with a passphrase that is chosen now."""
    dialog = PassphraseDialog(
        QCoreApplication.translate("Keys", "An encrypted file for the keys"),
        QCoreApplication.translate(
            "Keys",
            "Choose a passphrase. Without it nobody can read the file, and nobody can restore it: EasyChat GUI keeps "
            "it nowhere and asks for it after each start, when a key is first needed.",
        ),
        QCoreApplication.translate("Keys", "Keep the keys there"),
        lambda passphrase, then, on_error: keys.move(Where.FILE, then, on_error, passphrase),
        is_new=True,
    )
    if on_undecided is not None:
        dialog.rejected.connect(on_undecided)
    Overlay(dialog, ground)


def move(ground: QWidget, keys: KeyController, to: Where) -> None:
    """Take all keys to another place; ask for what that needs."""
    if to is Where.FILE:
        choose_file(ground, keys)
    else:
        keys.move(to, _nothing, partial(_tell, ground))


def replace_passphrase(ground: QWidget, keys: KeyController) -> None:
    """Choose another passphrase for the file, which is open."""
    dialog = PassphraseDialog(
        QCoreApplication.translate("Keys", "Another passphrase"),
        QCoreApplication.translate(
            "Keys", "The file of keys is encrypted anew; the old passphrase no longer opens it."
        ),
        QCoreApplication.translate("Keys", "Change it"),
        keys.replace_passphrase,
        is_new=True,
    )
    Overlay(dialog, ground)


def unlock(ground: QWidget, keys: KeyController, then: Callable[[], None]) -> QDialog:
    """Ask for the passphrase of the file; ``then`` when it is open."""
    dialog = PassphraseDialog(
        QCoreApplication.translate("Keys", "Unlock the keys"),
        QCoreApplication.translate(
            "Keys", "The keys of your servers are in an encrypted file. Its passphrase opens it until the program ends."
        ),
        QCoreApplication.translate("Keys", "Unlock"),
        keys.unlock,
        is_new=False,
    )
    dialog.accepted.connect(then)
    dialog.lost.connect(dialog.reject)
    dialog.lost.connect(lambda: _ask_to_go_on_without(ground, keys))
    Overlay(dialog, ground)
    return dialog


def ask_to_send_readable(
    ground: QWidget, host: str, then: Callable[[], None], otherwise: Callable[[], None]
) -> QDialog:
    """Ask whether the key may go to this host over plain http."""
    title = QCoreApplication.translate("Keys", "Send the key to {host} without encryption?").format(host=host)
    sentence = QCoreApplication.translate(
        "Keys",
        "{host} is reached over plain http. Everyone on the way, in the same network for instance, can read the key "
        "and the chats. Nothing was sent yet.",
    ).format(host=host)
    yes = QCoreApplication.translate("Keys", "Send it anyway")
    cancel = QCoreApplication.translate("Keys", "Do not send it")
    question = Question(title, sentence, [(cancel, "primary"), (yes, "danger")])
    return _ask(ground, question, lambda chosen: then() if chosen == yes else otherwise())


def host_of(endpoint: Endpoint) -> str:
    """Return what a question calls the computer that a server runs on."""
    return urlsplit(endpoint.base_url).netloc.rpartition("@")[2]


def _ask_to_go_on_without(ground: QWidget, keys: KeyController) -> None:
    title = QCoreApplication.translate("Keys", "Go on without these keys?")
    sentence = QCoreApplication.translate(
        "Keys", "The file is renamed and stays beside the chats. The keys must then be entered anew for each server."
    )
    yes = QCoreApplication.translate("Keys", "Go on without them")
    cancel = QCoreApplication.translate("Keys", "Cancel")

    def answered(chosen: str) -> None:
        if chosen == yes:
            keys.set_file_aside(partial(_tell, ground))

    _ask(ground, Question(title, sentence, [(yes, "danger"), (cancel, "")]), answered)


def _tell(ground: QWidget, error: EasyChatError) -> None:
    close = QCoreApplication.translate("Keys", "Close")
    title = QCoreApplication.translate("Keys", "The keys stay where they are")
    _ask(ground, Question(title, key_error_text(error), [(close, "primary")]), lambda _chosen: None)


def _ask(ground: QWidget, question: Question, answered: Callable[[str], None]) -> QDialog:
    Overlay(question, ground).closed.connect(lambda: answered(question.chosen))
    if question.first is not None:
        question.first.setFocus()
    return question


def _nothing() -> None:
    """There is nothing more to be done."""
