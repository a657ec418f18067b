"""No socket is ever opened that the ledger does not tell of; and the page in the real window tells of it."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QListView
from pytestqt.qtbot import QtBot

import easychat_gui
from tests.fakes.misbehaving_server import MisbehavingServer, good_stream
from tests.integration.conftest import OpenWindow
from tests.integration.test_conversation_with_a_server import last_text, send, wait_for_end
from tests.integration.test_settings_dialog import open_dialog

PACKAGE = Path(easychat_gui.__file__).parent
MAY_OPEN_SOCKETS = {
    "providers/connections.py",  # all requests
    "providers/dialling.py",  # the way of those to their host
    "providers/proxies.py",  # reads only which proxies the system has set
    "providers/cancellation.py",  # a second handle of such a socket
    "local_model/server.py",  # sees by a request whether the bundled model's process is ours
    "workers/signals.py",  # a pair that a signal wakes the program by
    "workers/single_instance.py",  # hands a second start over to the first, by a local socket
}
OPENERS = {"socket", "create_connection", "socketpair", "create_server", "fromfd", "HTTPConnection", "HTTPSConnection"}
NETWORKS = {"asyncio.open_connection", "urllib.request", "ftplib", "smtplib", "xmlrpc", "QtNetwork", "QtWebSockets"}


@pytest.mark.model
def test_a_whole_run_connects_only_where_the_ledger_says_and_makes_classes_of_qt_on_one_thread(tmp_path: Path) -> None:
    child = Path(__file__).with_name("network_child.py")
    with MisbehavingServer(good_stream("Hello")) as server:
        ran = subprocess.run(
            [sys.executable, str(child), str(tmp_path / "data"), server.url],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            cwd=Path(__file__).parents[2],
        )
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    hosts = {entry["host"] for entry in told["ledger"]}
    assert {where for what, where in told["seen"] if what == "socket.connect"} <= hosts
    assert f"127.0.0.1:{server.port}" in hosts
    looked_up = {where for what, where in told["seen"] if what.startswith("socket.get")}
    assert looked_up <= {host.rpartition(":")[0] for host in hosts}
    others = [each for each in told["seen"] if each[0] in ("socket.bind", "socket.sendto", "socket.sendmsg")]
    assert others in ([], [["socket.bind", "::1:0"]])  # urllib3 sees by that whether there is IPv6
    assert {entry["purpose"] for entry in told["ledger"]} >= {"answer", "local_model", "discovery"}
    assert all(entry["is_local"] for entry in told["ledger"])
    assert told["imported_elsewhere"] == [], "with these, the program crashes now and then: see easychat_gui/ahead.py"


def test_no_other_module_opens_sockets() -> None:
    found = set()
    for file in PACKAGE.rglob("*.py"):
        text = file.read_text()
        name = file.relative_to(PACKAGE).as_posix()
        may_open = any(f".{opener}(" in text for opener in OPENERS)  # most need no closer look
        for node in ast.walk(ast.parse(text)) if may_open else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                is_module = isinstance(owner, ast.Name) and owner.id == "socket"
                if node.func.attr in OPENERS and (is_module or node.func.attr.startswith("HTTP")):
                    found.add(name)
        if any(f"import {network}" in text or f"from {network}" in text for network in NETWORKS) or "QtNetwork" in text:
            found.add(name)
    assert found - MAY_OPEN_SOCKETS == set()


def test_the_page_lists_a_question_that_was_asked(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MisbehavingServer(good_stream("Hello")) as server:
        window = open_window(server=server.url, model="m")
        window.show()
        send(qtbot, window, "Hi?")
        qtbot.waitUntil(lambda: "Hello" in last_text(window), timeout=10_000)
        wait_for_end(qtbot, window)
        dialog = open_dialog(window, "Network")
        view = dialog.findChild(QListView, "trafficList")
        assert view is not None
        wanted = f"127.0.0.1:{server.port} · HTTP 200"

        def rows() -> list[str]:
            return [str(view.model().index(row, 0).data()) for row in range(view.model().rowCount())]

        qtbot.waitUntil(lambda: any(wanted in row and "Answer" in row for row in rows()))
        dialog.reject()
