"""The ledger keeps the newest requests and counts all of them."""

from __future__ import annotations

from easychat_gui.support.traffic import Ledger, Purpose, Totals


def test_a_request_is_listed_while_it_runs_and_after_it() -> None:
    ledger = Ledger()
    meter = ledger.begin(Purpose.ANSWER, "POST", "host:80")
    meter.bytes_out = 7
    (running,) = ledger.traffic()
    assert (running.host, running.bytes_out, running.status, running.duration_s) == ("host:80", 7, None, None)
    meter.status, meter.bytes_in = 200, 9
    meter.end()
    (ended,) = ledger.traffic()
    assert (ended.number, ended.status, ended.bytes_in) == (1, 200, 9)
    assert ended.duration_s is not None
    duration_s = ended.duration_s
    meter.end()
    assert ledger.traffic()[0].duration_s == duration_s
    assert ledger.totals() == Totals(1, 7, 9, 0)


def test_only_the_newest_are_kept_and_all_are_counted() -> None:
    ledger = Ledger(most=3)
    for number in range(5):
        meter = ledger.begin(Purpose.MODELS, "GET", f"host{number}")
        meter.bytes_out = 10
        meter.end()
    assert [each.host for each in ledger.traffic()] == ["host2", "host3", "host4"]
    assert ledger.totals() == Totals(5, 50, 0, 2)


def test_clearing_leaves_what_runs_and_the_totals() -> None:
    ledger = Ledger()
    ledger.begin(Purpose.MODELS, "GET", "ended").end()
    running = ledger.begin(Purpose.ANSWER, "POST", "running")
    ledger.clear()
    assert [each.host for each in ledger.traffic()] == ["running"]
    running.bytes_in = 3
    running.end()
    assert ledger.totals() == Totals(2, 0, 3, 1)
