"""Connections to encrypted database files, by SQLCipher (www.zetetic.net/sqlcipher/design).

Every page is encrypted with AES-256 and carries a checksum that nobody can forge without the key. The library is a
build of SQLite of its own with the interface of `sqlite3`, but not its classes: here its errors become those of
`sqlite3`, so that nobody else needs to know which of the two a connection is of. It is imported when an encrypted file
is opened, and not before: the memory that it takes is for those alone who want it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

T = TypeVar("T")

KEY_BYTES = 32


def connect(uri: str, key: bytes, timeout_s: float) -> sqlite3.Connection:
    """Return a connection in autocommit mode. Raises `sqlite3.Error`.

    ``key`` is the key itself (`KEY_BYTES`), not a passphrase: nothing is derived from it, which would take a tenth of
    a second for each connection. Whether it is right shows at the first statement that reads: SQLITE_NOTADB if not.
    """
    from sqlcipher3 import dbapi2 as sqlcipher

    class Cursor(sqlcipher.Cursor):  # type: ignore[misc]
        def execute(self, *values: Any) -> Any:
            return _as_sqlite3(lambda: super(Cursor, self).execute(*values), sqlcipher.Error)

        def executemany(self, *values: Any) -> Any:
            return _as_sqlite3(lambda: super(Cursor, self).executemany(*values), sqlcipher.Error)

        def fetchone(self) -> Any:
            return _as_sqlite3(super().fetchone, sqlcipher.Error)

        def fetchmany(self, *values: Any) -> Any:
            return _as_sqlite3(lambda: super(Cursor, self).fetchmany(*values), sqlcipher.Error)

        def fetchall(self) -> Any:
            return _as_sqlite3(super().fetchall, sqlcipher.Error)

        def __next__(self) -> Any:
            return _as_sqlite3(super().__next__, sqlcipher.Error)

    class Connection(sqlcipher.Connection):  # type: ignore[misc]
        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

        def executescript(self, script: str) -> Any:
            return _as_sqlite3(lambda: super(Connection, self).executescript(script), sqlcipher.Error)

        def backup(self, *values: Any, **options: Any) -> None:
            _as_sqlite3(lambda: super(Connection, self).backup(*values, **options), sqlcipher.Error)

    def opened() -> Any:
        connection = sqlcipher.connect(uri, uri=True, timeout=timeout_s, isolation_level=None, factory=Connection)
        try:
            connection.execute("PRAGMA cipher_log_level = NONE")  # else it prints to standard error
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            # The other build has it off, and what triggers do must not depend on the build.
            connection.execute("PRAGMA recursive_triggers = OFF")
        except BaseException:
            connection.close()
            raise
        return connection

    return cast("sqlite3.Connection", _as_sqlite3(opened, sqlcipher.Error))


def export(source: Path, target: Path, *, key: bytes, is_target_encrypted: bool) -> None:
    """Write the database ``source`` into the empty file ``target``, encrypting or decrypting it on the way.

    Tables, rows with their numbers, indexes, triggers and versions are those of the source. Raises `sqlite3.Error`.
    """
    from sqlcipher3 import dbapi2 as sqlcipher

    def copy() -> None:
        secret = f"x'{key.hex()}'"
        connection = sqlcipher.connect(f"{source.as_uri()}?mode=rw", uri=True, isolation_level=None)
        try:
            connection.execute("PRAGMA cipher_log_level = NONE")
            if not is_target_encrypted:
                connection.execute(f'PRAGMA key = "{secret}"')
            connection.execute("ATTACH ? AS target KEY ?", (str(target), secret if is_target_encrypted else ""))
            connection.execute("SELECT sqlcipher_export('target')").fetchall()
            for name in ("user_version", "application_id"):
                number = connection.execute(f"PRAGMA main.{name}").fetchone()[0]
                connection.execute(f"PRAGMA target.{name} = {number}")
            connection.execute("DETACH target")
        finally:
            connection.close()

    _as_sqlite3(copy, sqlcipher.Error)


def _as_sqlite3(call: Callable[[], T], kind: type[Exception]) -> T:
    """Call, and raise an error of this kind as the one of `sqlite3` that has the same name and code."""
    try:
        return call()
    except kind as error:
        same: type[sqlite3.Error] = getattr(sqlite3, type(error).__name__, sqlite3.DatabaseError)
        told = same(*error.args)
        told.sqlite_errorcode = getattr(error, "sqlite_errorcode", 0)
        told.sqlite_errorname = getattr(error, "sqlite_errorname", "")
        raise told from error
