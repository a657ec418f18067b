"""One program for one data folder: the second start hands its wish to the first."""

from __future__ import annotations

import logging
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCryptographicHash, QObject, QTimer, Signal

from easychat_gui.support.atomic_files import make_private_folder
from easychat_gui.support.process_lock import ProcessLock

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

_log = logging.getLogger(__name__)

LISTEN_AFTER_MS = 150
"""QtNetwork takes 6 ms to import: not before the first paint. A second start waits for it."""

LOCK_NAME = ".lock"
LINE_LIMIT = 65_536
SENDER_TIME_MS = 2_000
_ACKNOWLEDGEMENT = b"ok\n"
_LONGEST_SOCKET_PATH = 100
"""Unix allows 108 bytes on Linux, 104 on macOS, the closing NUL included."""


class SingleInstance(QObject):
    """Decides who is first, and listens for those who are not.

    Who is first is decided by a lock that the system gives back when its holder dies: a socket that a killed program
    left behind blocks nobody, and two that start in the same moment cannot both win.
    ``another_started(list[str])``: what another start asked for, e.g. ``["raise"]``.
    """

    another_started = Signal(list)

    def __init__(self, data_dir: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        folder = os.fsencode(os.path.realpath(data_dir))
        # Qt's own: hashlib takes 3 ms to import.
        digest = QCryptographicHash.hash(folder, QCryptographicHash.Algorithm.Sha256).toHex().toStdString()[:16]
        name = f"easychat-gui-{digest}"
        self._data_dir = data_dir
        # In the data folder itself: the lock must hold for those too who come with another runtime folder.
        self._lock = ProcessLock(data_dir / LOCK_NAME)
        self._folder = _folder(data_dir, name)
        # On Windows this is the name of a pipe, which lies in no folder.
        self.address = name if os.name == "nt" else str(self._folder / name)
        self._listen_timer = QTimer(self, interval=LISTEN_AFTER_MS, singleShot=True)
        self._listen_timer.timeout.connect(self.listen)
        self._server: QLocalServer | None = None
        self._callers: set[_Caller] = set()

    def claim(self) -> bool:
        """Return whether this is the first program on the data folder. It then listens as soon as events are handled.

        A folder that cannot be written to makes everyone the first: better two windows than none.
        """
        try:
            make_private_folder(self._data_dir)
            if not self._lock.acquire():
                return False
        except OSError as error:
            _log.warning("cannot tell whether another one is running: %s", error)
            return True
        self._listen_timer.start()
        return True

    def listen(self) -> None:
        """Begin to listen, for the one who claimed the folder. May be called again."""
        if self._server is not None:
            return
        from PySide6.QtNetwork import QLocalServer

        if not _is_ours(self._folder):
            _log.warning("cannot listen for other starts: %s belongs to somebody else", self._folder)
            return
        QLocalServer.removeServer(self.address)  # left by one that was killed: the lock is ours
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connected)
        if not self._server.listen(self.address):
            _log.warning("cannot listen for other starts: %s", self._server.errorString())

    def send(self, wish: Sequence[str], timeout_s: float = 3.0) -> bool:
        """Hand a wish to the first program; return whether it has acknowledged. Blocks; needs no event loop.

        Waits for one that has only just started and does not listen yet.
        """
        import json

        from PySide6.QtNetwork import QLocalSocket

        if not _is_ours(self._folder):
            return False
        deadline = time.monotonic() + timeout_s
        line = json.dumps(list(wish)).encode() + b"\n"
        while (left_ms := int((deadline - time.monotonic()) * 1000)) > 0:
            socket = QLocalSocket()
            socket.connectToServer(self.address)
            if socket.waitForConnected(left_ms):
                return self._converse(socket, line, deadline)
            time.sleep(0.02)
        return False

    def close(self) -> None:
        """Stop listening and let another program be the first. May be called again."""
        self._listen_timer.stop()
        for caller in list(self._callers):
            caller.hang_up()
        if self._server is not None:
            self._server.close()
            self._server = None
        self._lock.release()

    def _converse(self, socket: QLocalSocket, line: bytes, deadline: float) -> bool:
        socket.write(line)
        answer = b""
        while (left_ms := int((deadline - time.monotonic()) * 1000)) > 0:
            if not socket.waitForReadyRead(left_ms):
                return False
            answer += bytes(socket.readAll().data())
            if _ACKNOWLEDGEMENT.startswith(answer) and len(answer) == len(_ACKNOWLEDGEMENT):
                return True
        return False

    # The first program's side

    def _on_connected(self) -> None:
        while self._server is not None and self._server.hasPendingConnections():
            caller = _Caller(self._server.nextPendingConnection(), self)
            caller.said.connect(self.another_started)
            self._callers.add(caller)
            caller.ended.connect(self._on_ended)
            caller.listen()

    def _on_ended(self, caller: _Caller) -> None:
        self._callers.discard(caller)
        caller.deleteLater()


class _Caller(QObject):
    """One other start, at the other end of a socket. ``ended(_Caller)`` comes once, whatever it does."""

    said = Signal(list)
    ended = Signal(object)

    def __init__(self, socket: QLocalSocket, parent: QObject) -> None:
        super().__init__(parent)
        self._buffer = bytearray()
        self._is_over = False
        self._has_ended = False
        self._socket = socket
        socket.setParent(self)
        socket.readyRead.connect(self._on_ready_read)
        socket.disconnected.connect(self._on_disconnected)
        # One who connects and says nothing, or half a line, does not stay for ever.
        self._patience = QTimer(self, interval=SENDER_TIME_MS, singleShot=True)
        self._patience.timeout.connect(self.hang_up)

    def listen(self) -> None:
        """Take up what may have come, or gone, before anybody listened."""
        self._patience.start()
        self._on_ready_read()
        if self._socket.state() == self._socket.LocalSocketState.UnconnectedState:
            self._on_disconnected()

    def hang_up(self) -> None:
        self._socket.abort()

    def _on_ready_read(self) -> None:
        if self._is_over:
            return
        self._buffer += self._socket.readAll().data()
        line, newline, _rest = bytes(self._buffer).partition(b"\n")
        if not newline:
            if len(self._buffer) > LINE_LIMIT:
                self.hang_up()
            return
        wish = _wish(line)
        if wish is None:
            self.hang_up()
            return
        self._is_over = True
        self._socket.write(_ACKNOWLEDGEMENT)
        self._socket.flush()  # now: what the wish sets off may keep the event loop busy
        self._socket.disconnectFromServer()
        self.said.emit(wish)

    def _on_disconnected(self) -> None:
        self._is_over = True
        if not self._has_ended:
            self._has_ended = True
            self._patience.stop()
            self.ended.emit(self)


def _wish(line: bytes) -> list[str] | None:
    import json  # for the second start; the first paint of the first can do without

    try:
        wish = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return wish if isinstance(wish, list) and all(isinstance(word, str) for word in wish) else None


def _folder(data_dir: Path, name: str) -> Path:
    """Return where lock and socket lie: a folder of this user only, as /tmp is not."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime and Path(runtime).is_dir():
        return Path(runtime)
    if os.name == "nt" or len(os.fsencode(data_dir / name)) < _LONGEST_SOCKET_PATH:
        return data_dir
    user = os.getuid() if hasattr(os, "getuid") else ""
    return Path(tempfile.gettempdir()) / f"easychat-gui-{user}"


def _is_ours(folder: Path) -> bool:
    """Tell whether this user alone decides what lies in a folder; make it if it is missing."""
    try:
        make_private_folder(folder)
        return os.name == "nt" or folder.stat().st_uid == os.getuid()
    except OSError:
        return False
