"""Every error of the tree has an exit code of its own choosing."""

from __future__ import annotations

import pytest

from easychat_gui.cli.exit_codes import ExitCode, exit_code_of, exit_code_of_finish
from easychat_gui.domain import errors
from easychat_gui.domain.messages import FinishReason


@pytest.mark.parametrize(
    ("kinds", "code"),
    [
        ((errors.TimedOut, errors.TimedOut), ExitCode.UNREACHABLE),
        ((errors.NotAuthorized, errors.NotAuthorized), ExitCode.NOT_AUTHORIZED),
        ((errors.NotAuthorized, errors.TimedOut), ExitCode.UNREACHABLE),
        ((), ExitCode.UNREACHABLE),
    ],
)
def test_a_pool_ends_as_its_servers_did(kinds: tuple[type[errors.ProviderError], ...], code: ExitCode) -> None:
    assert exit_code_of(errors.AllServersFailed("all failed", [kind("x") for kind in kinds])) is code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.NoServerConfigured("x"), 2),
        (errors.InvalidAddress("x"), 2),
        (errors.UnexpectedRedirect("x"), 3),
        (errors.CertificateRejected("x"), 6),
        (errors.AnswerTooLarge("x"), 7),
        (errors.LocalModelError("x"), 6),
        (errors.StorageError("x"), 1),
    ],
)
def test_rare_errors_have_codes_too(error: errors.EasyChatError, code: int) -> None:
    assert exit_code_of(error) == code


def test_reasons_that_are_no_fault_end_well() -> None:
    assert exit_code_of_finish(FinishReason.STOP) == 0
    assert exit_code_of_finish(FinishReason.TOOL_CALLS) == 0
    assert exit_code_of_finish(FinishReason.UNKNOWN) == 0
    assert exit_code_of_finish(FinishReason.CANCELLED) == 130
