"""The details of a failed answer, as text to read and to send to whoever runs the server."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from easychat_gui.domain.messages import Message


def failure_details(message: Message) -> str:
    """Return one line a fact. No key is among them: errors never hold one."""
    failure = message.failure
    if failure is None:
        return ""
    when = QLocale().toString(QDateTime.fromSecsSinceEpoch(int(message.created_at)), QLocale.FormatType.LongFormat)
    translate = QCoreApplication.translate
    facts = [
        (translate("FailureDetails", "Error"), f"{failure.kind}: {failure.message}"),
        (translate("FailureDetails", "Server"), failure.values.get("server")),
        (translate("FailureDetails", "Status"), failure.values.get("status")),
        (translate("FailureDetails", "Model"), message.model_id),
        (translate("FailureDetails", "Request"), failure.values.get("request_id")),
        (translate("FailureDetails", "Time"), when),
        (translate("FailureDetails", "The server said"), failure.values.get("detail")),
    ]
    return "\n".join(f"{name}: {value}" for name, value in facts if value)
