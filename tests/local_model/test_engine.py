"""The two lines that parent and child exchange, and a child that cannot do what it is told."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from easychat_gui.local_model.engine import EngineOrder, EngineReport
from easychat_gui.local_model.server import child_command


def _run_child(order: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(child_command(), input=order, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("line", ["", "{", "[]", '{"address": ', '{"unknown": 1}', "null"])
def test_a_broken_report_is_an_error(line: str) -> None:
    assert EngineReport.from_line(line).error


def test_a_report_survives_its_line() -> None:
    report = EngineReport(address="http://127.0.0.1:4711")
    assert EngineReport.from_line(report.to_line()) == report


def test_a_child_without_an_order_leaves_at_once() -> None:
    assert _run_child("").returncode == 2


def test_a_file_that_is_no_model_is_reported_in_words(tmp_path: Path) -> None:
    not_a_model = tmp_path / "model.gguf"
    not_a_model.write_text("no model")
    process = subprocess.Popen(
        child_command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdin
    assert process.stdout
    with process:
        process.stdin.write(EngineOrder(str(not_a_model), "m", "key", "nonce").to_line())
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["error"]
        assert process.wait(60) == 1  # before its standard input ends, which would end it too
