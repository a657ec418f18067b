"""The words for everything that can go wrong: a title, a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from PySide6.QtCore import QCoreApplication

from easychat_gui.controllers.notifier import Notice, NoticeKind
from easychat_gui.domain.messages import Failure, FinishReason, Message


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:  # noqa: N802 - the name by which lupdate finds the text
    """Mark a text that is translated where it is used. Qt's own function of this name returns an ``object``."""
    return text


LONGEST_WAIT_S = 1e9
"""A server may ask for any wait, an endless one too."""


def failure_texts(failure: Failure, server_name: str, *, has_text: bool) -> tuple[str, str]:
    """Return title and sentence for a failed answer.

    ``server_name`` is what the person calls the server; where it has none, its address is said.
    """
    server = (
        server_name
        or _host(str(failure.values.get("server", "")))
        or QCoreApplication.translate("Errors", "The server")
    )
    title, sentence = (
        QCoreApplication.translate("Errors", text) for text in _FAILURES.get(failure.kind, _FAILURES["ProviderError"])
    )
    values: dict[str, Any] = {"server": server, "status": failure.values.get("status", "")}
    values["address"] = _host(str(failure.values.get("server", ""))) or server
    values["seconds"] = round(min(float(failure.values.get("retry_after_s") or 0), LONGEST_WAIT_S))
    values["servers"] = _each_server(failure)
    values["count"] = len(failure.values.get("servers") or ()) or ""
    words = sentence.format_map(_Forgiving(values))
    if values["seconds"]:
        words += " " + QCoreApplication.translate("Errors", "It asks to wait {seconds} s.").format_map(values)
    if has_text:
        words = QCoreApplication.translate("Errors", "What arrived is kept.") + " " + words
    return title.format_map(_Forgiving(values)), words


def _each_server(failure: Failure) -> str:
    """Return, for a pool, what became of each of its servers."""
    servers = failure.values.get("servers")
    told = []
    for values in servers if isinstance(servers, list | tuple) else ():
        title = _FAILURES.get(str(values.get("kind")), _FAILURES["ProviderError"])[0]
        words = QCoreApplication.translate("Errors", title).format_map(_Forgiving(values))
        name = str(values.get("name") or "") or _host(str(values.get("server", "")))
        told.append(f"{name}: {words}")
    return " ".join(told)


_FAILURES: Mapping[str, tuple[str, str]] = {
    "ProviderError": (
        QT_TRANSLATE_NOOP("Errors", "The answer failed."),
        QT_TRANSLATE_NOOP("Errors", "{server} could not answer."),
    ),
    "NoServerConfigured": (
        QT_TRANSLATE_NOOP("Errors", "No server is set up."),
        QT_TRANSLATE_NOOP("Errors", "Choose a model at the top, or add a server in the settings."),
    ),
    "InvalidAddress": (
        QT_TRANSLATE_NOOP("Errors", "The address is not right."),
        QT_TRANSLATE_NOOP(
            "Errors", "The address of {server} must begin with http:// or https://. Correct it in the settings."
        ),
    ),
    "ConnectionFailed": (
        QT_TRANSLATE_NOOP("Errors", "The server cannot be reached."),
        QT_TRANSLATE_NOOP(
            "Errors", "Nobody answers at {address}. See whether {server} is running, and whether its address is right."
        ),
    ),
    "CertificateRejected": (
        QT_TRANSLATE_NOOP("Errors", "The certificate is not trusted."),
        QT_TRANSLATE_NOOP(
            "Errors",
            "{address} shows a certificate that this computer does not trust. Nothing was sent. "
            "The test of {server} in the settings shows it.",
        ),
    ),
    "ProxyFailed": (
        QT_TRANSLATE_NOOP("Errors", "The proxy does not lead there."),
        QT_TRANSLATE_NOOP(
            "Errors", "The proxy on the way to {address} refuses or cannot be reached. The details say why."
        ),
    ),
    "CertificateUnusable": (
        QT_TRANSLATE_NOOP("Errors", "A certificate of the settings cannot be used."),
        QT_TRANSLATE_NOOP(
            "Errors", "The details say which file of {server} it is, and what is wrong. Nothing was sent."
        ),
    ),
    "TimedOut": (
        QT_TRANSLATE_NOOP("Errors", "The server took too long."),
        QT_TRANSLATE_NOOP("Errors", "{server} did not answer in time. Try again, or give it longer in the settings."),
    ),
    "NotAuthorized": (
        QT_TRANSLATE_NOOP("Errors", "The key was refused."),
        QT_TRANSLATE_NOOP("Errors", "{server} answered {status}. See whether its key is right and may use this model."),
    ),
    "NotFound": (
        QT_TRANSLATE_NOOP("Errors", "The model or the address was not found."),
        QT_TRANSLATE_NOOP(
            "Errors", "{server} answered {status}. Choose another model, or correct the address in the settings."
        ),
    ),
    "RateLimited": (
        QT_TRANSLATE_NOOP("Errors", "Too many requests."),
        QT_TRANSLATE_NOOP("Errors", "{server} wants a pause, or your quota is used up."),
    ),
    "RequestRefused": (
        QT_TRANSLATE_NOOP("Errors", "The request was refused."),
        QT_TRANSLATE_NOOP("Errors", "{server} answered {status}. The details say what it did not like."),
    ),
    "ServerFailed": (
        QT_TRANSLATE_NOOP("Errors", "The server has a problem."),
        QT_TRANSLATE_NOOP("Errors", "{server} answered {status}. Try again in a moment, or use another server."),
    ),
    "UnexpectedRedirect": (
        QT_TRANSLATE_NOOP("Errors", "The server has moved."),
        QT_TRANSLATE_NOOP(
            "Errors", "{server} points to another address, which was not followed. Correct the address in the settings."
        ),
    ),
    "MalformedAnswer": (
        QT_TRANSLATE_NOOP("Errors", "The answer cannot be read."),
        QT_TRANSLATE_NOOP("Errors", "{server} did not answer as a chat server does. See whether its address is right."),
    ),
    "EmptyAnswer": (
        QT_TRANSLATE_NOOP("Errors", "The answer is empty."),
        QT_TRANSLATE_NOOP("Errors", "{server} ended it before the first word. Try again, or use another model."),
    ),
    "AnswerTooLarge": (
        QT_TRANSLATE_NOOP("Errors", "The answer is too large."),
        QT_TRANSLATE_NOOP("Errors", "{server} sent more than can be shown."),
    ),
    "ErrorInStream": (
        QT_TRANSLATE_NOOP("Errors", "The server reported an error."),
        QT_TRANSLATE_NOOP("Errors", "{server} broke off its answer. The details say why."),
    ),
    "StreamInterrupted": (
        QT_TRANSLATE_NOOP("Errors", "The server closed the connection."),
        QT_TRANSLATE_NOOP("Errors", "{server} broke off before its answer was complete."),
    ),
    "AllServersFailed": (
        QT_TRANSLATE_NOOP("Errors", "No server could answer."),
        QT_TRANSLATE_NOOP("Errors", "{count} servers of {server} were asked. {servers}"),
    ),
    "LocalModelUnavailable": (
        QT_TRANSLATE_NOOP("Errors", "The model on this computer does not start."),
        QT_TRANSLATE_NOOP("Errors", "The details say why. Another server can be chosen at the top."),
    ),
    "KeyUnavailable": (
        QT_TRANSLATE_NOOP("Errors", "The key cannot be read."),
        QT_TRANSLATE_NOOP("Errors", "The keyring does not answer. Unlock it, then try again. Nothing was sent."),
    ),
    "PassphraseNeeded": (
        QT_TRANSLATE_NOOP("Errors", "The keys are locked."),
        QT_TRANSLATE_NOOP(
            "Errors",
            "The key of {server} is in the encrypted file. Try again and type its passphrase. Nothing was sent.",
        ),
    ),
    "KeyExposed": (
        QT_TRANSLATE_NOOP("Errors", "The key was not sent."),
        QT_TRANSLATE_NOOP(
            "Errors",
            "{address} is reached without encryption, so everyone on the way could read the key of {server}. "
            "Use an address with https://, or allow it in the settings.",
        ),
    ),
    "InternalFault": (
        QT_TRANSLATE_NOOP("Errors", "EasyChat GUI made a mistake."),
        QT_TRANSLATE_NOOP("Errors", "The log tells more; please report it."),
    ),
}


def interrupted_texts(*, has_text: bool) -> tuple[str, str]:
    """Return title and sentence for an answer that the end of the program cut short."""
    if has_text:
        return QCoreApplication.translate("Errors", "The answer was interrupted."), QCoreApplication.translate(
            "Errors", "EasyChat GUI ended while it arrived. What came is kept."
        )
    return QCoreApplication.translate("Errors", "The answer was interrupted."), QCoreApplication.translate(
        "Errors", "EasyChat GUI ended before it began."
    )


def stopped_texts(*, has_text: bool) -> tuple[str, str]:
    """Return title and sentence for an answer that the person stopped."""
    if has_text:
        return QCoreApplication.translate("Errors", "Stopped."), QCoreApplication.translate(
            "Errors", "What arrived is kept."
        )
    return QCoreApplication.translate("Errors", "Stopped."), QCoreApplication.translate(
        "Errors", "Nothing had arrived yet."
    )


def shortened_texts(message: Message) -> tuple[str, str]:
    """Return title and sentence for an answer that ended by itself and yet is not whole, or has no words at all."""
    if message.finish_reason is FinishReason.LENGTH:
        return QCoreApplication.translate("Errors", "The answer reached its length limit."), QCoreApplication.translate(
            "Errors", "The model can go on where it ended."
        )
    if message.finish_reason is FinishReason.CONTENT_FILTER:
        return QCoreApplication.translate("Errors", "A content filter cut the answer."), QCoreApplication.translate(
            "Errors", "The server lets no more of it through. Ask in other words, or use another model."
        )
    if message.tool_calls:
        return QCoreApplication.translate("Errors", "The model asked for a tool."), QCoreApplication.translate(
            "Errors", "It wants {tools}, which is not there. Ask in other words, or use another model."
        ).format(tools=", ".join(call.name for call in message.tool_calls))
    return QCoreApplication.translate("Errors", "The model gave no answer."), QCoreApplication.translate(
        "Errors", "It thought, and then ended without a word. Try again, or use another model."
    )


def notice_text(notice: Notice) -> str:
    """Return the sentence of a notice."""
    if notice.kind is NoticeKind.SAVE_FAILED:
        return _save_failed_text(notice.values)
    if notice.kind is NoticeKind.MESSAGES_DELETED and notice.values.get("count") == 1:
        return QCoreApplication.translate("Errors", "The message was deleted.")
    if notice.kind is NoticeKind.CHATS_COPIED and notice.values.get("count") == 1:
        return QCoreApplication.translate("Errors", "The chat was duplicated.")
    if notice.kind in (NoticeKind.CHATS_ARRANGED, NoticeKind.ORDER_TOLD):
        from easychat_gui.ui.order_words import arranged_text

        return arranged_text(notice.values)
    values = dict(notice.values)
    if reason := _FILE_REASONS.get(str(values.get("reason"))):
        values["reason"] = QCoreApplication.translate("Errors", reason)
    pattern = _NOTICES[notice.kind]
    if values.get("count") == 1:
        pattern = _NOTICES_OF_ONE.get(notice.kind, pattern)
    return QCoreApplication.translate("Errors", pattern).format_map(_Forgiving(values))


_STORAGE_REASONS: Mapping[str, str] = {
    "DiskFull": QT_TRANSLATE_NOOP(
        "Errors", "The disk is full, so the chat cannot be saved. It stays on the screen; make room."
    ),
    "DatabaseLocked": QT_TRANSLATE_NOOP(
        "Errors", "Another program holds the database {path}. The chat is not saved yet."
    ),
    "DatabaseUnavailable": QT_TRANSLATE_NOOP(
        "Errors", "The database {path} cannot be written. The chat is not saved yet."
    ),
    "DatabaseDamaged": QT_TRANSLATE_NOOP("Errors", "The database {path} is damaged. The chat is not saved yet."),
}

_FILE_REASONS: Mapping[str, str] = {
    "missing": QT_TRANSLATE_NOOP("Errors", "it is not there, or is no file."),
    "unreadable": QT_TRANSLATE_NOOP("Errors", "it cannot be read."),
    "too large": QT_TRANSLATE_NOOP("Errors", "it is larger than 256 kB."),
    "disk full": QT_TRANSLATE_NOOP("Errors", "there is no space left on that disk."),
    "no right": QT_TRANSLATE_NOOP("Errors", "nothing may be written there."),
    "folder gone": QT_TRANSLATE_NOOP("Errors", "the folder is not there; perhaps its drive is away."),
    "not text": QT_TRANSLATE_NOOP("Errors", "it is not a text in UTF-8."),
}

_NOTICES: Mapping[NoticeKind, str] = {
    NoticeKind.DATABASE_RECOVERED: QT_TRANSLATE_NOOP(
        "Errors",
        "The database was damaged. {chats} with {messages} were saved; "
        "the damaged file is kept as {kept}, until you delete it in Settings → Data & privacy.",
    ),
    NoticeKind.DATABASE_PUT_BACK: QT_TRANSLATE_NOOP(
        "Errors",
        "The file of your chats was removed or replaced while EasyChat GUI ran. It has been put back, and nothing is "
        "missing.",
    ),
    NoticeKind.BACKUP_RESTORED: QT_TRANSLATE_NOOP(
        "Errors",
        "The backup of {date} is in place: {chats} with {messages}. "
        "What was there before is kept as {kept}, until you delete it in Settings → Data & privacy.",
    ),
    NoticeKind.BACKUP_NOT_RESTORED: QT_TRANSLATE_NOOP(
        "Errors", "The backup could not be restored, and your chats are as they were: {message}"
    ),
    NoticeKind.NO_BACKUP: QT_TRANSLATE_NOOP("Errors", "No backup could be made for days: {message}"),
    NoticeKind.ANSWERS_INTERRUPTED: QT_TRANSLATE_NOOP(
        "Errors", "{count} unfinished answers of the last run were kept."
    ),
    NoticeKind.SETTINGS_REPAIRED: QT_TRANSLATE_NOOP(
        "Errors", "Some settings could not be read and were set to their defaults: {list}"
    ),
    NoticeKind.SETTINGS_NOT_SAVED: QT_TRANSLATE_NOOP("Errors", "The settings could not be saved: {message}"),
    NoticeKind.KEY_KEPT_FOR_SESSION: QT_TRANSLATE_NOOP(
        "Errors", "The key that you typed is not stored anywhere: it is kept until EasyChat GUI ends."
    ),
    NoticeKind.KEY_NOT_KEPT: QT_TRANSLATE_NOOP(
        "Errors", "The keyring did not take or give up the key of {server}: {message}"
    ),
    NoticeKind.ANSWER_REPAIRED: QT_TRANSLATE_NOOP(
        "Errors", "{server} sent something amid its answer that could not be read; it was left out or marked."
    ),
    NoticeKind.LOCAL_MODEL_FAILED: QT_TRANSLATE_NOOP("Errors", "The model on this computer does not start: {message}"),
    NoticeKind.MESSAGES_DELETED: QT_TRANSLATE_NOOP("Errors", "{count} messages were deleted."),
    NoticeKind.CHATS_COPIED: QT_TRANSLATE_NOOP("Errors", "{count} chats were duplicated."),
    NoticeKind.CHATS_MERGED: QT_TRANSLATE_NOOP("Errors", "{count} chats were merged into this one."),
    NoticeKind.CHATS_IMPORTED: QT_TRANSLATE_NOOP("Errors", "The import has ended. {words}"),
    NoticeKind.MIRROR_FAILED: QT_TRANSLATE_NOOP(
        "Errors", "The mirror in {name} cannot be kept up to date: {reason} It is tried again, and nothing is lost."
    ),
    NoticeKind.MIRROR_SET_APART: QT_TRANSLATE_NOOP(
        "Errors", "You have changed files of the mirror. They stay as they are; the chats go on in files like {name}."
    ),
    NoticeKind.FILE_NOT_SAVED: QT_TRANSLATE_NOOP("Errors", "{name} could not be saved: {reason}"),
    NoticeKind.UNEXPECTED_ERROR: QT_TRANSLATE_NOOP(
        "Errors", "Something went wrong in EasyChat GUI itself; {path} says what."
    ),
}

_NOTICES_OF_ONE: Mapping[NoticeKind, str] = {
    NoticeKind.ANSWERS_INTERRUPTED: QT_TRANSLATE_NOOP("Errors", "An unfinished answer of the last run was kept."),
    NoticeKind.MESSAGES_DELETED: QT_TRANSLATE_NOOP("Errors", "The message was deleted."),
    NoticeKind.CHATS_COPIED: QT_TRANSLATE_NOOP("Errors", "The chat was duplicated."),
}


def _save_failed_text(values: Mapping[str, Any]) -> str:
    reason = _STORAGE_REASONS.get(str(values.get("error")))
    if reason is None:
        return QCoreApplication.translate("Errors", "The chat cannot be saved: {message}").format_map(
            _Forgiving(values)
        )
    return QCoreApplication.translate("Errors", reason).format_map(_Forgiving(values))


def _host(address: str) -> str:
    return urlsplit(address).netloc or address


class _Forgiving(dict[str, Any]):
    """Leaves a gap that nothing fills as it stands, rather than fail while a failure is told."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
