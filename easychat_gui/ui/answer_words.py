"""The status line of a running answer."""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication

from easychat_gui.controllers.answers import RunningAnswer
from easychat_gui.domain.streaming import NoticeKind

SILENT_AFTER_S = 3.0
"""So long a wait is ordinary; after it the seconds are counted before the person's eyes."""


def answer_words(answer: RunningAnswer, model: str) -> str:
    """Return the status line of a running answer. ``model`` is what people call who answers."""
    return QCoreApplication.translate("Status", "{state} · Esc to stop").format(state=_state(answer, model))


def _state(answer: RunningAnswer, model: str) -> str:
    waited_s = int(time.monotonic() - answer.started_at)
    if answer.first_token_at is not None:
        speed = answer.deltas_per_second()
        if speed is None:
            return QCoreApplication.translate("Status", "Answering")
        return QCoreApplication.translate("Status", "Answering · {speed} tok/s").format(speed=speed)
    notice = answer.notice
    if notice is not None and notice.kind is NoticeKind.RETRY:
        return QCoreApplication.translate("Status", "{server} is busy; asking again in {seconds} s").format(
            server=answer.endpoint.name or model, seconds=answer.wait_left_s()
        )
    if notice is not None and notice.kind is NoticeKind.FAILOVER:
        return QCoreApplication.translate("Status", "Trying the next server")
    if waited_s < SILENT_AFTER_S:
        return QCoreApplication.translate("Status", "Waiting for {model}").format(model=model)
    return QCoreApplication.translate("Status", "Waiting for {model} · {seconds} s").format(
        model=model, seconds=waited_s
    )
