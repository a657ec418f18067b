"""The details of an answer, as text to read and, after a failure, to send to whoever runs the server."""

from __future__ import annotations

import json

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from easychat_gui.domain.messages import Message
from easychat_gui.ui.adaptation_words import adaptation_words


def message_details(message: Message) -> str:
    """Return one line a fact. No key is among them: neither messages nor errors ever hold one."""
    return "\n".join(f"{name}: {value}" for name, value in [*_failure(message), *_origin(message)] if value)


def _failure(message: Message) -> list[tuple[str, object]]:
    failure = message.failure
    if failure is None:
        return []
    return [
        (QCoreApplication.translate("Details", "Error"), f"{failure.kind}: {failure.message}"),
        (QCoreApplication.translate("Details", "Address"), failure.values.get("server")),
        (QCoreApplication.translate("Details", "Status"), failure.values.get("status")),
        (QCoreApplication.translate("Details", "Request"), failure.values.get("request_id")),
        (QCoreApplication.translate("Details", "The server said"), failure.values.get("detail")),
    ]


def _origin(message: Message) -> list[tuple[str, object]]:
    when = QLocale().toString(QDateTime.fromSecsSinceEpoch(int(message.created_at)), QLocale.FormatType.LongFormat)
    usage = message.usage
    sent = {name: value for name, value in (message.params or {}).items() if value not in (None, [], (), {})}
    return [
        (QCoreApplication.translate("Details", "Model"), message.model_id),
        (QCoreApplication.translate("Details", "Server"), message.endpoint_name),
        (QCoreApplication.translate("Details", "Time"), when),
        (QCoreApplication.translate("Details", "Ended because"), message.finish_reason),
        (QCoreApplication.translate("Details", "Tokens of the question"), usage.prompt_tokens if usage else None),
        (QCoreApplication.translate("Details", "Tokens of the answer"), usage.completion_tokens if usage else None),
        (QCoreApplication.translate("Details", "Speed"), _speed(message)),
        (QCoreApplication.translate("Details", "First token after"), _seconds(message.first_token_s)),
        (QCoreApplication.translate("Details", "Whole answer after"), _seconds(message.duration_s)),
        (QCoreApplication.translate("Details", "Adapted"), adaptation_words(message.adapted, message.model_id)),
        (QCoreApplication.translate("Details", "Parameters set"), json.dumps(sent, ensure_ascii=False)),
    ]


def _speed(message: Message) -> str:
    tokens = message.usage.completion_tokens if message.usage else None
    writing_s = (message.duration_s or 0.0) - (message.first_token_s or 0.0)
    if not tokens or writing_s <= 0.05:
        return ""
    return QCoreApplication.translate("Details", "{speed} tokens a second").format(speed=round(tokens / writing_s))


def _seconds(value: float | None) -> str:
    if value is None:
        return ""
    return QCoreApplication.translate("Details", "{seconds} s").format(seconds=f"{value:.2f}")
