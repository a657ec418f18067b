"""The status line of an answer: how far it has come, and how it was ended."""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication

from easychat_gui.controllers.answers import RunningAnswer
from easychat_gui.controllers.progress import Progress, Stage
from easychat_gui.domain.endpoints import LOCAL_ENDPOINT_ID
from easychat_gui.domain.messages import Message, MessageStatus

SILENT_AFTER_S = 3.0
"""So long a wait is ordinary; after it the seconds are counted before the person's eyes."""

LONG_AFTER_S = 60.0
"""After so long a silence many think that nothing will come any more; it is said that it still may."""


def answer_words(answer: RunningAnswer, model: str) -> str:
    """Return the status line of a running answer. ``model`` is what people call who answers."""
    return QCoreApplication.translate("Status", "{state} · Esc to stop").format(
        state=_state(answer, model, time.monotonic())
    )


def hurry_words(answer: RunningAnswer) -> str:
    """Return what the person may do about a wait: end a pause, or go on to another server; empty: nothing."""
    progress = answer.progress
    if progress.stage is Stage.PAUSING:
        return QCoreApplication.translate("Status", "Try now")
    if progress.has_next and time.monotonic() - progress.since >= SILENT_AFTER_S:
        return QCoreApplication.translate("Status", "Try the next server")
    return ""


def outcome_words(message: Message) -> str:
    """Return what stays in the status line of an answer that has ended; nothing for one that ended by itself."""
    if message.status is not MessageStatus.CANCELLED:
        return ""
    if message.text or message.reasoning:
        return QCoreApplication.translate("Status", "Stopped by you, kept")
    return QCoreApplication.translate("Status", "Stopped by you")


def _state(answer: RunningAnswer, model: str, now: float) -> str:
    progress = answer.progress
    server = answer.endpoint.name or model
    if progress.stage is Stage.PAUSING and progress.pause is not None:
        return _pause(progress, server, now)
    if progress.stage is Stage.CONNECTING:
        return _counted(_way(progress, server, is_local=answer.endpoint.id == LOCAL_ENDPOINT_ID), progress, now)
    if progress.stage is Stage.WAITING:
        return _waiting(progress, now)
    return _arriving(answer, now)


def _pause(progress: Progress, server: str, now: float) -> str:
    if progress.pause is not None and progress.pause.is_asked_for:
        words = QCoreApplication.translate("Status", "Waiting {seconds} s as {server} asks")
    else:
        words = QCoreApplication.translate("Status", "{server} did not answer; asking again in {seconds} s")
    return words.format(seconds=progress.pause_left_s(now), server=server)


def _way(progress: Progress, server: str, *, is_local: bool) -> str:
    if progress.position:
        return QCoreApplication.translate("Status", "Trying the next server ({position} of {total})").format(
            position=progress.position, total=progress.total
        )
    if progress.is_other_key:
        return QCoreApplication.translate("Status", "Trying another key of {server}").format(server=server)
    if is_local:
        return QCoreApplication.translate("Status", "Waiting for {model} to start").format(model=server)
    return QCoreApplication.translate("Status", "Connecting to {server}").format(server=server)


def _waiting(progress: Progress, now: float) -> str:
    words = QCoreApplication.translate("Status", "Waiting for the first token")
    if now - progress.since >= LONG_AFTER_S:
        words = QCoreApplication.translate("Status", "Still waiting for the first token")
    words = _counted(words, progress, now)
    if progress.position:
        return QCoreApplication.translate("Status", "{state} (server {position} of {total})").format(
            state=words, position=progress.position, total=progress.total
        )
    return words


def _arriving(answer: RunningAnswer, now: float) -> str:
    progress, speed = answer.progress, answer.deltas_per_second()
    is_thinking = progress.stage is Stage.THINKING
    words = (
        QCoreApplication.translate("Status", "Thinking")
        if is_thinking
        else QCoreApplication.translate("Status", "Answering")
    )
    silent_s = int(now - progress.since)
    if silent_s >= LONG_AFTER_S:
        return QCoreApplication.translate("Status", "{state} · still waiting, nothing new for {seconds} s").format(
            state=words, seconds=silent_s
        )
    if silent_s >= SILENT_AFTER_S:
        return QCoreApplication.translate("Status", "{state} · nothing new for {seconds} s").format(
            state=words, seconds=silent_s
        )
    if speed is None:
        return words
    return QCoreApplication.translate("Status", "{state} · {speed} tok/s").format(state=words, speed=speed)


def _counted(words: str, progress: Progress, now: float) -> str:
    seconds = int(now - progress.since)
    if seconds < SILENT_AFTER_S:
        return words
    return QCoreApplication.translate("Status", "{state} · {seconds} s").format(state=words, seconds=seconds)
