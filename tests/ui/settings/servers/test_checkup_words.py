"""Every outcome of a server's test has its words, and each failure something that can be done."""

from __future__ import annotations

import datetime as dt
import inspect

import pytest

from easychat_gui.domain import errors
from easychat_gui.domain.checkups import ServerCertificate, Step, StepResult, Trust
from easychat_gui.ui.settings.servers import checkup_words as words
from easychat_gui.ui.settings.servers.certificates_row import read_fingerprint

FINGERPRINT = "ab" * 32


def all_errors() -> list[errors.ProviderError]:
    kinds = [each for _, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, errors.ProviderError)]
    return [kind("x", []) if kind is errors.AllServersFailed else kind("x") for kind in kinds]


@pytest.mark.parametrize("step", Step)
def test_every_step_has_words_for_every_outcome(step: Step) -> None:
    assert words.running_words(step).endswith("…")
    well = words.result_words(StepResult(step, model_count=3))
    assert well
    for error in all_errors():
        failed = StepResult(step, error=error)
        assert words.result_words(failed) not in ("", well)
        assert words.advice(failed).endswith(".")


def test_what_is_worth_knowing_is_said() -> None:
    said = [
        words.result_words(each)
        for each in (
            StepResult(Step.CERTIFICATE, trust=Trust.FINGERPRINT),
            StepResult(Step.KEY, model_count=42),
            StepResult(Step.KEY, model_count=1),
            StepResult(Step.KEY, model_count=42, has_key=False),
            StepResult(Step.KEY),
            StepResult(Step.STREAMING, is_in_pieces=False),
            StepResult(Step.KEY, error=errors.KeyExposed("x")),
        )
    ]
    assert said == [
        "Certificate trusted (this one only)",
        "Key accepted, 42 models",
        "Key accepted, 1 model",
        "Answers without a key, 42 models",
        "Key accepted, no list of models",
        "Answers, but all at once",
        "Key not sent",
    ]


def test_a_number_that_was_found_needs_no_line() -> None:
    assert not words.is_worth_a_line(StepResult(Step.NAME, address="127.0.0.1"))
    assert not words.is_worth_a_line(StepResult(Step.NAME, address="fe80::1%eth0"))
    assert words.is_worth_a_line(StepResult(Step.NAME, address="example.org"))
    assert words.is_worth_a_line(StepResult(Step.NAME, address="127.0.0.1", error=errors.InvalidAddress("x")))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, ""), (0.0001, "1 ms"), (0.21, "210 ms"), (0.9999, "1.0 s"), (1.14, "1.1 s"), (120, "120 s")],
)
def test_times(seconds: float | None, said: str) -> None:
    assert words.time_words(seconds) == said


def test_a_certificate() -> None:
    day = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
    rows = dict(words.certificate_rows(ServerCertificate(FINGERPRINT, "box", "box", ("a.test", "b.test"), day, day)))
    assert rows["Fingerprint (SHA-256)"].replace("\n", ":") == ":".join(["AB"] * 32)
    assert rows["Issued by"] == "itself"
    assert rows["For"] == "a.test, b.test"
    assert rows["Valid"] == "2 Jan 2026 to 2 Jan 2026"
    assert list(dict(words.certificate_rows(ServerCertificate(FINGERPRINT)))) == ["Fingerprint (SHA-256)"]


@pytest.mark.parametrize(
    "typed",
    [
        FINGERPRINT,
        FINGERPRINT.upper(),
        ":".join(["AB"] * 32),
        "SHA256 Fingerprint=" + ":".join(["ab"] * 32),
        f"sha-256: {FINGERPRINT}\n",
    ],
)
def test_a_fingerprint_however_it_is_written(typed: str) -> None:
    assert read_fingerprint(typed) == FINGERPRINT


@pytest.mark.parametrize("typed", ["ab", FINGERPRINT + "0", "xy" * 32])
def test_what_is_no_fingerprint(typed: str) -> None:
    assert read_fingerprint(typed) is None
    assert read_fingerprint("  ") == ""
