"""The time-outs: three numbers, each of which may be never."""

from __future__ import annotations

from easychat_gui.domain.endpoints import Timeouts
from easychat_gui.ui.widgets.spin_boxes import OptionalSpin
from tests.ui.settings.servers.conftest import OpenPage, server


def test_time_outs_are_set_and_may_be_never(open_page: OpenPage) -> None:
    opened = open_page(server("One"))
    opened.part(OptionalSpin, "timeout-connect_s").setValue(7)
    first = opened.part(OptionalSpin, "timeout-first_byte_s")
    first.setValue(first.minimum())
    timeouts = opened.servers[0].timeouts
    assert (timeouts.connect_s, timeouts.first_byte_s, timeouts.silence_s) == (7.0, None, 300.0)
    assert opened.words("serverTimeouts") == "connect 7 s · first token never · silence 300 s"


def test_what_is_not_touched_stays_as_precise_as_it_was(open_page: OpenPage) -> None:
    opened = open_page(server("One", timeouts=Timeouts(0.4, None, 12.5)))
    opened.type_into("serverName", "Uno")
    assert opened.servers[0].timeouts == Timeouts(0.4, None, 12.5)
    assert opened.words("serverTimeouts") == "connect 0.4 s · first token never · silence 12.5 s"
