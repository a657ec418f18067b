"""Everything that can go wrong while the program runs.

::

    EasyChatError
    ├── ProviderError                a server, or the way to it
    │   ├── NoServerConfigured       the pool is empty
    │   ├── InvalidAddress           the base address is no http(s) URL
    │   ├── ConnectionFailed         nobody answers: refused, name unknown, proxy, network down
    │   │   ├── CertificateRejected  TLS said no
    │   │   ├── ProxyFailed          the proxy on the way does not answer, or does not let this through
    │   │   └── TimedOut             no connection, no first byte, or silence for too long
    │   ├── CertificateUnusable      a certificate, key or list of authorities of the settings cannot be used
    │   ├── KeyUnavailable           the keyring is locked or silent; nothing was sent
    │   │   └── PassphraseNeeded     the key is in the encrypted file, which was not opened yet
    │   ├── KeyExposed               the key would go over plain http to another computer; nothing was sent
    │   ├── NotAuthorized            401, 403
    │   ├── NotFound                 404: address or model
    │   ├── RateLimited              429, after the retries
    │   ├── RequestRefused           any other 4xx
    │   ├── ServerFailed             5xx
    │   ├── UnexpectedRedirect       3xx: not followed, it would carry the chat to another host
    │   ├── MalformedAnswer          an answer that is not the protocol's (an HTML page, broken JSON, nothing at all)
    │   │   └── EmptyAnswer          in the right form, and without a word in it
    │   ├── AnswerTooLarge           more than this program is willing to hold
    │   ├── ErrorInStream            an error object inside a 200 answer
    │   ├── StreamInterrupted        the answer broke off after it had begun
    │   ├── AllServersFailed         every server of a pool, with the error of each
    │   ├── LocalModelUnavailable    the bundled model does not start
    │   └── InternalFault            ours after all: a bug on the way of an answer, with a trace in the log
    ├── LocalModelError              the bundled model does not start, or is not there
    ├── StorageError                 the database
    │   ├── DatabaseDamaged          it is no database, or its check failed
    │   ├── DatabaseEncrypted        its passphrase was not given yet
    │   ├── DatabaseTooNew           written by a later version of this program
    │   ├── DatabaseUnavailable      no right to read or write, folder missing
    │   ├── DatabaseLocked           another program holds it
    │   ├── BackupUnusable           a backup of which a part is missing or damaged
    │   └── DiskFull
    ├── AttachmentRefused            a file that cannot be attached, or not be read
    ├── TransferError                a file that chats are read from or written to
    └── SettingsError                settings.toml, or a key that cannot be stored
        ├── KeysLocked               they are in an encrypted file whose passphrase was not given yet
        ├── WrongPassphrase
        ├── KeyFileDamaged           it is no longer what was written
        └── KeyFileTooNew            written by a later version of this program

Each has a sentence (``str(error)``) that a person understands, in English, for the command line and logs; the window
makes its own, translated, of the error's class and values (`ui.error_texts`). No message ever holds a key.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from easychat_gui.domain.attachments import AttachmentFault
from easychat_gui.domain.messages import Failure

if TYPE_CHECKING:
    from easychat_gui.domain.backups import BackupFault


class EasyChatError(Exception):
    """The root. ``str()`` of any of them is one sentence for a person."""


class ProviderError(EasyChatError):
    """A server could not or would not answer.

    :param message: the sentence.
    :param status: the HTTP status, None where there was none.
    :param server: the base address that was asked.
    :param detail: what the server said, at most 1,000 characters, plain text, no key.
    :param request_id: the server's name for the request, to quote to its operators.
    """

    is_retryable = False
    """May the same request be sent again, unchanged, with a chance?"""

    retry_after_s: float | None = None
    """How long the server asks to wait, in seconds, where it does."""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        server: str = "",
        detail: str = "",
        request_id: str = "",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.server = server
        self.detail = detail
        self.request_id = request_id

    @property
    def kind(self) -> str:
        return type(self).__name__

    def as_failure(self) -> Failure:
        """Return the form that is stored with the message."""
        values = {
            "status": self.status,
            "server": self.server,
            "detail": self.detail,
            "request_id": self.request_id,
            "retry_after_s": self.retry_after_s,
        }
        return Failure(self.kind, str(self), {name: value for name, value in values.items() if value})


class NoServerConfigured(ProviderError):
    pass


class InvalidAddress(ProviderError):
    pass


class ConnectionFailed(ProviderError):
    is_retryable = True


class CertificateRejected(ConnectionFailed):
    is_retryable = False


class ProxyFailed(ConnectionFailed):
    pass


class TimedOut(ConnectionFailed):
    pass


class CertificateUnusable(ProviderError):
    pass


class KeyUnavailable(ProviderError):
    pass


class PassphraseNeeded(KeyUnavailable):
    pass


class KeyExposed(ProviderError):
    pass


class NotAuthorized(ProviderError):
    pass


class NotFound(ProviderError):
    pass


class RateLimited(ProviderError):
    is_retryable = True

    def __init__(
        self,
        message: str,
        *,
        retry_after_s: float | None = None,
        status: int | None = None,
        server: str = "",
        detail: str = "",
        request_id: str = "",
    ) -> None:
        super().__init__(message, status=status, server=server, detail=detail, request_id=request_id)
        self.retry_after_s = retry_after_s


class RequestRefused(ProviderError):
    """``parameter``: the field of the request that the server names as the reason, empty if it names none."""

    parameter = ""


class ServerFailed(ProviderError):
    is_retryable = True


class UnexpectedRedirect(ProviderError):
    pass


class MalformedAnswer(ProviderError):
    pass


class EmptyAnswer(MalformedAnswer):
    pass


class AnswerTooLarge(ProviderError):
    pass


class ErrorInStream(ProviderError):
    pass


class StreamInterrupted(ProviderError):
    pass


class AllServersFailed(ProviderError):
    """``errors``: one for each server that was asked, in the order of asking; ``names`` what the person calls them."""

    def __init__(self, message: str, errors: Sequence[ProviderError], names: Sequence[str] = ()) -> None:
        super().__init__(
            message,
            status=errors[-1].status if errors else None,
            server=", ".join(error.server for error in errors),
            detail="\n".join(shortened_together(errors)),
        )
        self.errors = tuple(errors)
        self.names = tuple(names) or tuple("" for _ in errors)

    def as_failure(self) -> Failure:
        failure = super().as_failure()
        servers = [
            {"kind": each.kind, "name": name, **each.as_failure().values}
            for each, name in zip(self.errors, self.names, strict=True)
        ]
        return Failure(failure.kind, failure.message, {**failure.values, "servers": servers})


def shortened_together(errors: Sequence[ProviderError], limit: int = 900) -> list[str]:
    """Return the sentence of each error, cut so that all together are no longer than about so many characters."""
    room = max(60, limit // max(1, len(errors)))
    return [text if len(text := str(error)) <= room else text[: room - 1] + "…" for error in errors]


class LocalModelUnavailable(ProviderError):
    pass


class InternalFault(ProviderError):
    pass


class LocalModelError(EasyChatError):
    pass


class StorageError(EasyChatError):
    """``path``: the file that it is about."""

    def __init__(self, message: str, path: Path | None = None) -> None:
        super().__init__(message)
        self.path = path


class DatabaseDamaged(StorageError):
    pass


class DatabaseEncrypted(StorageError):
    """The database is encrypted, and its passphrase was not given yet."""


class DatabaseTooNew(StorageError):
    """``found`` is the schema version of the file, ``known`` the newest that this program can read."""

    def __init__(self, message: str, path: Path | None = None, *, found: int = 0, known: int = 0) -> None:
        super().__init__(message, path)
        self.found = found
        self.known = known


class DatabaseUnavailable(StorageError):
    pass


class DatabaseLocked(StorageError):
    pass


class BackupUnusable(StorageError):
    def __init__(self, message: str, path: Path | None, fault: BackupFault) -> None:
        super().__init__(message, path)
        self.fault = fault


class DiskFull(StorageError):
    pass


class AttachmentRefused(EasyChatError):
    def __init__(self, fault: AttachmentFault) -> None:
        super().__init__(f"The file cannot be attached: {fault.value}.")
        self.fault = fault


class TransferError(EasyChatError):
    """A file cannot be imported from, or exported to. ``path`` is that file."""

    def __init__(self, message: str, path: Path | None = None) -> None:
        super().__init__(message)
        self.path = path


class SettingsError(EasyChatError):
    pass


class KeysLocked(SettingsError):
    pass


class WrongPassphrase(SettingsError):
    pass


class KeyFileDamaged(SettingsError):
    pass


class KeyFileTooNew(SettingsError):
    pass
