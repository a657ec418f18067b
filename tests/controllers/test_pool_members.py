"""Which servers of a pool are asked for what, and how."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from easychat_gui.controllers.pool_members import LONGEST_CONNECT_S, Asked, asked_for, hastily
from easychat_gui.domain.endpoints import Endpoint, Timeouts
from easychat_gui.domain.generation import GenerationParams
from easychat_gui.domain.ids import EndpointId
from tests.fakes.asking import question


def server(name: str, default: str = "", **options: object) -> Endpoint:
    return Endpoint(EndpointId(name), name, f"http://{name}/v1", default_model=default, **options)  # type: ignore[arg-type]


def models_for(model_id: str, servers: Sequence[tuple[Endpoint, Sequence[str]]]) -> list[tuple[Endpoint, str]]:
    return [(each.endpoint, each.model) for each in asked_for(model_id, servers, lambda *_: None)]


def test_each_server_is_asked_with_the_parameters_that_hold_for_it() -> None:
    told: list[tuple[str, str]] = []

    def params_of(server_id: EndpointId, model_id: str) -> GenerationParams:
        told.append((server_id, model_id))
        return GenerationParams(temperature=0.1 * len(told))

    has, other = server("has"), server("other", "its-own")
    first, second = asked_for("m", [(has, ["m"]), (other, ["its-own"])], params_of)
    assert told == [("has", "m"), ("other", "its-own")]
    request = question("Hello?", model="m", temperature=1.5)
    assert [(each.request_like(request).model, each.request_like(request).params) for each in (first, second)] == [
        ("m", GenerationParams(temperature=0.1)),
        ("its-own", GenerationParams(temperature=0.2)),
    ]
    assert Asked(has, "").request_like(request) == request


def test_who_offers_the_model_or_never_told_is_asked_for_it() -> None:
    has, silent = server("has", "other"), server("silent")
    assert models_for("m", [(has, ["x", "m"]), (silent, [])]) == [(has, ""), (silent, "")]


def test_who_does_not_offer_it_is_asked_for_its_own_default() -> None:
    other = server("other", "its-own")
    assert models_for("m", [(other, ["its-own", "x"])]) == [(other, "its-own")]


def test_who_offers_neither_is_left_out_unless_none_remains() -> None:
    has, other = server("has"), server("other")
    assert models_for("m", [(other, ["x"]), (has, ["m"])]) == [(has, "")]
    assert models_for("m", [(other, ["x"])]) == [(other, "")]


def test_a_model_that_was_typed_for_a_server_is_offered_by_it() -> None:
    typed = server("typed", "other", own_models=("m",))
    assert models_for("m", [(typed, ["other"])]) == [(typed, "")]


def test_without_a_choice_each_is_asked_for_its_own() -> None:
    first, second = server("first"), server("second", "its-own")
    assert models_for("", [(first, ["a", "b"]), (second, [])]) == [(first, "a"), (second, "its-own")]


@pytest.mark.parametrize(("own_s", "pooled_s"), [(3.0, 3.0), (60.0, LONGEST_CONNECT_S), (None, LONGEST_CONNECT_S)])
def test_no_server_of_a_pool_is_waited_for_long(own_s: float | None, pooled_s: float) -> None:
    endpoint = server("slow", timeouts=Timeouts(own_s, None, 7.0))
    assert hastily(endpoint).timeouts == Timeouts(pooled_s, None, 7.0)
