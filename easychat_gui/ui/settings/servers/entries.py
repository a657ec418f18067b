"""What the list of servers says of each: a state, a second line, how quick it was."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlsplit

from PySide6.QtCore import QCoreApplication, QLocale

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.domain.endpoints import LOCAL_ENDPOINT_ID, Endpoint, Pool, PoolPolicy, ProxyChoice
from easychat_gui.domain.ids import EndpointId
from easychat_gui.ui import status_words
from easychat_gui.ui.count_words import counted
from easychat_gui.ui.error_texts import failure_texts

SLOW_S = 3.0
"""A server that takes longer than this to answer has a dot in the colour of a warning."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. ``role`` names the theme's colour of the dot, ``state`` says the same in words."""

    id: EndpointId
    name: str
    details: str
    latency: str
    role: str
    state: str
    can_move: bool = True
    is_on: bool = True


def entry_of(entry: Endpoint | Pool, endpoints: EndpointController) -> Entry:
    """Return the row of a server or a pool."""
    if isinstance(entry, Pool):
        return _pool_entry(entry, endpoints)
    if entry.id == LOCAL_ENDPOINT_ID:
        return _local_entry(entry, endpoints)
    error = endpoints.error(entry.id)
    latency = endpoints.latency_s(entry.id)
    role, state = "text_faint", _tr("not asked yet")
    if not entry.is_on:
        state = _tr("switched off")
    elif error is not None:
        role, state = "danger", failure_texts(error.as_failure(), entry.name, has_text=False)[0].rstrip(".")
        if endpoints.health(entry.id).is_aside:
            state = _tr("{state} · pools ask it last").format(state=state)
    elif latency is not None and latency > SLOW_S:
        role, state = "warning", _tr("answers slowly")
    elif latency is not None:
        role, state = "ok", _tr("answers")
    is_well = entry.is_on and error is None
    details = " · ".join((_host(entry.base_url), *_particulars(entry, endpoints))) if is_well else state
    shown = seconds(latency if is_well else None)
    return Entry(entry.id, entry.name, details, shown, role, state, is_on=entry.is_on)


def seconds(latency: float | None) -> str:
    """Return a time as a person reads it at a glance; a dash for one that is not known."""
    if latency is None:
        return "–"
    digits = 1 if latency < 100 else 0
    return _tr("{seconds} s").format(seconds=QLocale().toString(max(latency, 0.1), "f", digits))


def models_words(count: int) -> str:
    """Return how many models there are, in words."""
    return counted(count, _tr("1 model"), _tr("{count} models"))


def free_name(name: str, taken: Container[str]) -> str:
    """Return a name for a copy that none has yet: “OpenAI 2”."""
    stem = re.sub(r" \d+$", "", name)
    return next(each for number in count(2) if (each := f"{stem} {number}") not in taken)


def policy_words(policy: PoolPolicy) -> str:
    """Return what a pool does in a word or two."""
    return {
        PoolPolicy.RANDOM: _tr("random"),
        PoolPolicy.ORDER: _tr("in order"),
        PoolPolicy.LATENCY: _tr("quickest first"),
        PoolPolicy.ROTATION: _tr("in turn"),
    }[policy]


def _particulars(endpoint: Endpoint, endpoints: EndpointController) -> list[str]:
    """Return the one thing that is worth knowing of a server beside its host."""
    network = endpoint.network
    if network.fingerprint:
        return [_tr("one trusted certificate")]
    if network.ca_file:
        return [_tr("private CA")]
    if network.proxy is ProxyChoice.OWN:
        return [_tr("own proxy")]
    count = len(endpoints.models(endpoint.id))
    return [models_words(count)] if count else []


def _local_entry(endpoint: Endpoint, endpoints: EndpointController) -> Entry:
    role = status_words.state_role(endpoint, endpoints)
    state = {"ok": _tr("ready"), "danger": _tr("does not start")}.get(role, _tr("is starting"))
    details = " · ".join((endpoints.model_name(endpoint.default_model), "llama.cpp"))
    return Entry(
        endpoint.id,
        status_words.local_name(),
        details,
        seconds(endpoints.latency_s(endpoint.id)),
        role,
        state,
        can_move=False,
    )


def _pool_entry(pool: Pool, endpoints: EndpointController) -> Entry:
    members = endpoints.members(pool)
    answering = sum(endpoints.error(each.id) is None for each in members)
    is_known = any(_is_known(each, endpoints) for each in members)
    role = status_words.pool_role(pool, endpoints)
    if not pool.is_on:
        role, state = "text_faint", _tr("switched off")
    elif not is_known and members:
        role, state = "text_faint", _tr("not asked yet")
    else:
        state = {"danger": _tr("none answers"), "warning": _tr("some do not answer")}.get(role, _tr("all answer"))
    if is_known or not members:
        count = _tr("{answering} of {all} answer").format(answering=answering, all=len(members))
    else:
        count = QCoreApplication.translate("Servers", "%n server(s)", "", len(members))
    return Entry(pool.id, pool.name, f"{count} · {policy_words(pool.policy)}", "–", role, state, is_on=pool.is_on)


def _is_known(endpoint: Endpoint, endpoints: EndpointController) -> bool:
    return endpoints.error(endpoint.id) is not None or endpoints.latency_s(endpoint.id) is not None


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc.rpartition("@")[2] or address
    except ValueError:
        return address


def _tr(text: str) -> str:
    return QCoreApplication.translate("Servers", text)
