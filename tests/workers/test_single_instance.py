"""A second start on the same data folder reaches the first; nothing that was left behind blocks anybody."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from easychat_gui.workers import single_instance
from easychat_gui.workers.single_instance import SingleInstance

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="speaks to the socket directly"),
    pytest.mark.usefixtures("qapp"),
]


@pytest.fixture(autouse=True)
def runtime_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A short path: a socket's name has room for some hundred bytes."""
    folder = Path(tempfile.mkdtemp(prefix="ec"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def first(qtbot: QtBot, tmp_path: Path) -> Iterator[SingleInstance]:
    instance = SingleInstance(tmp_path)
    assert instance.claim()
    instance.listen()
    yield instance
    instance.close()


SECOND = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from easychat_gui.workers.single_instance import SingleInstance
application = QCoreApplication([])
instance = SingleInstance(Path(sys.argv[1]))
print("first" if instance.claim() else instance.send(sys.argv[2:]), flush=True)
"""


def second_start(data_dir: Path, *wish: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", SECOND, str(data_dir), *wish], stdout=subprocess.PIPE, text=True)


def said(process: subprocess.Popen[str]) -> str:
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return output.strip()


def test_a_second_start_reaches_the_first_and_is_acknowledged(
    first: SingleInstance, tmp_path: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(first.another_started, timeout=20_000) as wish:
        process = second_start(tmp_path, "raise", "Grüße 京都")
    assert wish.args == [["raise", "Grüße 京都"]]
    assert said(process) == "True"


def test_the_way_to_the_same_folder_does_not_matter(first: SingleInstance, tmp_path: Path, qtbot: QtBot) -> None:
    link = tmp_path.parent / "link"
    link.symlink_to(tmp_path)
    with qtbot.waitSignal(first.another_started, timeout=20_000):
        process = second_start(link, "toggle")
    assert said(process) == "True"


def test_another_data_folder_is_another_program(first: SingleInstance, tmp_path: Path) -> None:
    assert said(second_start(tmp_path / "other", "raise")) == "first"


def test_another_runtime_folder_is_still_the_same_program(
    first: SingleInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "")
    assert not SingleInstance(tmp_path).claim()


def test_a_start_in_the_moment_of_the_first_waits_until_it_listens(tmp_path: Path, qtbot: QtBot) -> None:
    first = SingleInstance(tmp_path)
    assert first.claim()
    process = second_start(tmp_path, "raise")
    with qtbot.waitSignal(first.another_started, timeout=20_000):
        pass  # the timer of `claim` begins to listen
    assert said(process) == "True"
    first.close()


def test_what_a_killed_program_left_blocks_nobody(tmp_path: Path, runtime_folder: Path) -> None:
    script = SECOND + "instance.listen(); print(instance.address, flush=True); sys.stdin.read()"
    killed = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert killed.stdout is not None
    assert killed.stdout.readline() == "first\n"
    address = Path(killed.stdout.readline().strip())
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate()
    assert address.exists()
    assert (tmp_path / single_instance.LOCK_NAME).exists()

    instance = SingleInstance(tmp_path)
    assert instance.claim()
    instance.listen()
    instance.close()


def test_a_first_that_has_ended_lets_the_next_be_first(first: SingleInstance, tmp_path: Path) -> None:
    first.close()
    first.close()
    after = SingleInstance(tmp_path)
    assert after.claim()
    after.close()


def test_the_socket_is_for_this_user_only(first: SingleInstance) -> None:
    assert stat.S_IMODE(Path(first.address).stat().st_mode) & 0o077 == 0


def test_a_folder_that_cannot_be_written_to_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert SingleInstance(tmp_path / "file" / "data").claim()


def test_nobody_to_talk_to_is_noticed_in_time(tmp_path: Path, qtbot: QtBot) -> None:
    assert not SingleInstance(tmp_path).send(["raise"], timeout_s=0.05)


def test_a_first_that_hangs_does_not_hang_the_second(tmp_path: Path, qtbot: QtBot) -> None:
    instance = SingleInstance(tmp_path)
    with socket.socket(socket.AF_UNIX) as hanging:
        hanging.bind(instance.address)
        hanging.listen()
        assert not instance.send(["raise"], timeout_s=0.2)


def speak(address: str, *parts: bytes) -> bytes:
    """Send these bytes, each by itself, and return all that comes until the other side closes."""
    with socket.socket(socket.AF_UNIX) as talker:
        talker.settimeout(20)
        talker.connect(address)
        answer = b""
        try:
            for part in parts:
                talker.sendall(part)
            while received := talker.recv(100):
                answer += received
        except ConnectionError:
            pass
        return answer


def answered(qtbot: QtBot, address: str, *parts: bytes) -> bytes:
    answers: list[bytes] = []
    thread = threading.Thread(target=lambda: answers.append(speak(address, *parts)))
    thread.start()
    qtbot.waitUntil(lambda: bool(answers), timeout=20_000)
    thread.join()
    return answers[0]


def test_a_wish_may_come_in_pieces(first: SingleInstance, qtbot: QtBot) -> None:
    with qtbot.waitSignal(first.another_started) as wish:
        assert answered(qtbot, first.address, b'["ra', b'ise"]', b"\n") == b"ok\n"
    assert wish.args == [["raise"]]


@pytest.mark.parametrize(
    "nonsense", [b"raise\n", b'{"a": 1}\n', b"[1]\n", b"\xff\n", b"\n", b"[" * 5000 + b"\n", b"x" * 200_000]
)
def test_nonsense_is_hung_up_on(first: SingleInstance, qtbot: QtBot, nonsense: bytes) -> None:
    with qtbot.assertNotEmitted(first.another_started):
        assert answered(qtbot, first.address, nonsense) == b""
    with qtbot.waitSignal(first.another_started):
        assert answered(qtbot, first.address, b'["raise"]\n') == b"ok\n"


def test_half_a_line_is_not_waited_for_for_ever(
    first: SingleInstance, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(single_instance, "SENDER_TIME_MS", 50)
    assert answered(qtbot, first.address, b'["raise"') == b""


def test_one_who_hangs_up_at_once_does_no_harm(first: SingleInstance, qtbot: QtBot) -> None:
    for _ in range(20):
        with socket.socket(socket.AF_UNIX) as talker:
            talker.connect(first.address)
    with qtbot.waitSignal(first.another_started):
        assert answered(qtbot, first.address, b'["raise"]\n') == b"ok\n"
