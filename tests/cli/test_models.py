"""``models``: what a server offers, one a line or as JSON."""

from __future__ import annotations

import json

from easychat_gui.local_model.catalog import BUNDLED_MODEL_ID
from tests.cli.conftest import Run, Serve
from tests.fakes.misbehaving_server import json_answer

OFFER = json_answer({"object": "list", "data": [{"id": "b"}, {"id": "a"}]})


def test_one_a_line_in_the_order_of_the_server(run: Run, serve: Serve) -> None:
    outcome = run("models", "--server", serve(OFFER).url)
    assert (outcome.code, outcome.out) == (0, "b\na\n")


def test_json_is_one_array_of_strings(run: Run, serve: Serve) -> None:
    assert json.loads(run("models", "--json", "--server", serve(OFFER).url).out) == ["b", "a"]


def test_without_a_server_it_is_the_bundled_model(run: Run) -> None:
    assert run("models").out == f"{BUNDLED_MODEL_ID}\n"


def test_a_refused_key_ends_with_4(run: Run, serve: Serve) -> None:
    outcome = run("models", "--server", serve(json_answer({"error": "no"}, "401 Unauthorized")).url)
    assert outcome.code == 4
    assert outcome.out == ""
    assert outcome.err.strip()


def test_nothing_is_an_empty_list(run: Run, serve: Serve) -> None:
    server = serve(json_answer({"data": []}))
    assert run("models", "--server", server.url).out == ""
    assert run("models", "--json", "--server", server.url).out == "[]\n"


def test_an_id_stays_on_its_line_and_drives_no_terminal(run: Run, serve: Serve) -> None:
    server = serve(json_answer({"data": [{"id": "a\n\x1b[31mb"}]}))
    assert run("models", "--server", server.url).out == "a␊␛[31mb\n"
    assert json.loads(run("models", "--json", "--server", server.url).out) == ["a\n\x1b[31mb"]
