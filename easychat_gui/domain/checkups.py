"""What the trial of a server finds out, step by step."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from easychat_gui.domain.errors import ProviderError


class Step(StrEnum):
    """The steps of a trial, in their order. PROXY and CERTIFICATE are only taken where there is one on the way."""

    NAME = "name"
    CONNECTION = "connection"
    PROXY = "proxy"
    CERTIFICATE = "certificate"
    KEY = "key"
    FIRST_WORD = "first_word"
    STREAMING = "streaming"


class Trust(StrEnum):
    """By what a certificate is trusted."""

    SYSTEM = "system"
    OWN_AUTHORITY = "own_authority"
    FINGERPRINT = "fingerprint"


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """A certificate as a person compares it. ``fingerprint`` is its SHA-256 as 64 hexadecimal digits in lower case.

    ``names`` are the hosts that it is for. What cannot be read of it is empty or None.
    """

    fingerprint: str
    subject: str = ""
    issuer: str = ""
    names: tuple[str, ...] = ()
    valid_from: dt.datetime | None = None
    valid_until: dt.datetime | None = None

    @property
    def is_self_signed(self) -> bool:
        return bool(self.subject) and self.subject == self.issuer


@dataclass(frozen=True, slots=True)
class StepResult:
    """How one step went. ``error`` is None where it went well.

    ``seconds`` is how long it took, None where nothing was measured. The others are what is worth saying of it: the
    address that answered, whether a key went along, how many models there are (None: no list of them), by what the
    certificate is trusted, which model was asked and whether its answer came piece by piece. ``certificate`` is what a
    server showed whose certificate is not trusted.
    """

    step: Step
    seconds: float | None = None
    error: ProviderError | None = None
    address: str = ""
    model_count: int | None = None
    has_key: bool = True
    model: str = ""
    trust: Trust = Trust.SYSTEM
    is_in_pieces: bool = True
    certificate: ServerCertificate | None = None


@dataclass(frozen=True, slots=True)
class Checkup:
    """A trial as far as it has come. ``running`` is the step that is being taken, None at the end."""

    results: tuple[StepResult, ...] = field(default=())
    running: Step | None = None

    @property
    def failure(self) -> StepResult | None:
        return next((each for each in self.results if each.error is not None), None)

    @property
    def is_complete(self) -> bool:
        """Did it come to its end, the good one or a bad one?"""
        return self.failure is not None or any(each.step is Step.STREAMING for each in self.results)
