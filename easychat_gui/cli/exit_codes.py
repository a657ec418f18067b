"""What the command line's exit codes mean, and which error ends with which."""

from __future__ import annotations

from enum import IntEnum

from easychat_gui.domain import errors
from easychat_gui.domain.messages import FinishReason


class ExitCode(IntEnum):
    ANSWERED = 0
    FAULT = 1
    BAD_USAGE = 2
    REFUSED = 3
    NOT_AUTHORIZED = 4
    RATE_LIMITED = 5
    UNREACHABLE = 6
    BROKEN_OFF = 7
    CUT = 8
    INTERRUPTED = 130


_OF_ERROR: tuple[tuple[type[errors.EasyChatError], ExitCode], ...] = (
    (errors.NoServerConfigured, ExitCode.BAD_USAGE),
    (errors.InvalidAddress, ExitCode.BAD_USAGE),
    (errors.KeyExposed, ExitCode.BAD_USAGE),
    (errors.CertificateUnusable, ExitCode.BAD_USAGE),
    (errors.NotAuthorized, ExitCode.NOT_AUTHORIZED),
    (errors.RateLimited, ExitCode.RATE_LIMITED),
    (errors.NotFound, ExitCode.REFUSED),
    (errors.RequestRefused, ExitCode.REFUSED),
    (errors.UnexpectedRedirect, ExitCode.REFUSED),
    (errors.ConnectionFailed, ExitCode.UNREACHABLE),
    (errors.ServerFailed, ExitCode.UNREACHABLE),
    (errors.LocalModelError, ExitCode.UNREACHABLE),
    (errors.ProviderError, ExitCode.BROKEN_OFF),
)
"""The first that fits holds; what is left of the provider's errors is an answer that broke off or was malformed."""


def exit_code_of(error: errors.EasyChatError) -> ExitCode:
    """Return the code for an error. A pool whose servers all failed alike ends as one of them would."""
    if isinstance(error, errors.AllServersFailed):
        codes = {exit_code_of(each) for each in error.errors}
        return codes.pop() if len(codes) == 1 else ExitCode.UNREACHABLE
    return next((code for kind, code in _OF_ERROR if isinstance(error, kind)), ExitCode.FAULT)


def exit_code_of_finish(reason: FinishReason) -> ExitCode:
    if reason in (FinishReason.LENGTH, FinishReason.CONTENT_FILTER):
        return ExitCode.CUT
    if reason is FinishReason.CANCELLED:
        return ExitCode.INTERRUPTED
    return ExitCode.ANSWERED
