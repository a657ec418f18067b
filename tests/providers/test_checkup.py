"""The trial of a server: which steps it takes, at which it stops, and what it says there."""

from __future__ import annotations

import socket
import ssl
import threading
from pathlib import Path

import pytest
import trustme

from easychat_gui.domain.checkups import Checkup, Step, Trust
from easychat_gui.domain.endpoints import EndpointKind, Network, ProxyChoice, Timeouts
from easychat_gui.domain.errors import (
    CertificateRejected,
    CertificateUnusable,
    ConnectionFailed,
    KeyExposed,
    NotAuthorized,
    NotFound,
    ProxyFailed,
    RequestRefused,
    ServerFailed,
    StreamInterrupted,
    TimedOut,
)
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.checkup import check_up
from easychat_gui.support.traffic import Purpose, ledger
from tests.fakes.asking import Serve, Source
from tests.fakes.misbehaving_server import (
    STREAM_HEAD,
    WAIT_S,
    Connection,
    answer,
    delta,
    good_stream,
    json_answer,
    stream,
)
from tests.fakes.other_apis import completed, lines, message, output_text, text_block
from tests.fakes.proxies import SocksProxy, http_proxy
from tests.fakes.tls import context_of, fingerprint_of, server_tls

KEY = "sk-marker-1234567890"
HOST = "chat.example.test"
models = json_answer({"data": [{"id": "text-embedding-3"}, {"id": "gpt-9"}]})
well = good_stream("One", ", two", ", three")


def steps(checkup: Checkup) -> list[Step]:
    return [each.step for each in checkup.results]


def tried(source: Source, server: object, key: str = KEY, **options: object) -> Checkup:
    return check_up(source(server, key, **options), Cancellation(), models=options.pop("models", ()))  # type: ignore[arg-type]


def failure_of(checkup: Checkup) -> tuple[Step, type]:
    assert checkup.failure is not None
    assert checkup.failure is checkup.results[-1]
    return checkup.failure.step, type(checkup.failure.error)


def test_all_is_well(serve: Serve, source: Source) -> None:
    server = serve(models, well)
    heard: list[Checkup] = []
    checkup = check_up(source(server, KEY), Cancellation(), heard.append)
    assert steps(checkup) == [Step.NAME, Step.CONNECTION, Step.KEY, Step.FIRST_WORD, Step.STREAMING]
    assert checkup.failure is None
    assert all(each.seconds is not None for each in checkup.results)
    assert [checkup.results[2].model_count, checkup.results[2].has_key] == [2, True]
    assert checkup.results[-1].is_in_pieces
    assert server.requests[-1].json["model"] == "gpt-9"  # no model for vectors
    assert server.requests[-1].json["max_tokens"] <= 16
    assert [each.running for each in heard if each.running][:2] == [Step.NAME, Step.CONNECTION]
    assert heard[-1] == checkup


@pytest.mark.parametrize("kind", [EndpointKind.ANTHROPIC, EndpointKind.OLLAMA, EndpointKind.RESPONSES])
def test_in_every_api(serve: Serve, source: Source, kind: EndpointKind) -> None:
    scripts = {
        EndpointKind.ANTHROPIC: message(text_block(0, "One", " two")),
        EndpointKind.OLLAMA: lines("One", " two"),
        EndpointKind.RESPONSES: stream(*output_text("One", " two"), completed()),
    }
    listed = json_answer({"models": [{"name": "m"}]} if kind is EndpointKind.OLLAMA else {"data": [{"id": "m"}]})
    checkup = tried(source, serve(listed, scripts[kind]), kind=kind)
    assert checkup.failure is None
    assert steps(checkup)[-1] is Step.STREAMING


def test_nothing_is_kept_of_an_earlier_connection(serve: Serve, source: Source) -> None:
    chat = source(serve(models, well, models, well))
    first = check_up(chat, Cancellation())
    chat.close()
    assert steps(check_up(chat, Cancellation())) == steps(first)


def test_through_a_proxy_and_tls(serve: Serve, source: Source, tmp_path: Path) -> None:
    ca = trustme.CA()
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    server = serve(models, well, tls=server_tls(ca, HOST))
    network = Network(ProxyChoice.OWN, serve(http_proxy(server)).url, ca_file=str(tmp_path / "ca.pem"))
    checkup = tried(source, f"https://{HOST}", network=network)
    assert checkup.failure is None
    assert steps(checkup)[:4] == [Step.NAME, Step.CONNECTION, Step.PROXY, Step.CERTIFICATE]
    assert checkup.results[3].trust is Trust.OWN_AUTHORITY


def test_a_name_that_nobody_knows(source: Source) -> None:
    checkup = tried(source, "https://a.name.invalid")
    assert failure_of(checkup) == (Step.NAME, ConnectionFailed)
    assert "a.name.invalid" in str(checkup.results[-1].error)


def test_a_server_that_is_not_running(source: Source) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert failure_of(tried(source, f"http://127.0.0.1:{port}")) == (Step.CONNECTION, ConnectionFailed)


def test_a_proxy_that_refuses(serve: Serve, source: Source) -> None:
    proxy = serve(answer("500 never"), at_accept=SocksProxy(reply=2))
    network = Network(ProxyChoice.OWN, f"socks5h://127.0.0.1:{proxy.port}")
    assert failure_of(tried(source, f"https://{HOST}", network=network)) == (Step.PROXY, ProxyFailed)


def test_a_certificate_that_nobody_vouches_for_is_shown_and_can_be_trusted(serve: Serve, source: Source) -> None:
    certificate = trustme.CA().issue_cert(HOST, common_name="The box in the cellar")
    server = serve(models, well, tls=context_of(certificate))
    checkup = tried(source, server)
    assert failure_of(checkup) == (Step.CERTIFICATE, CertificateRejected)
    shown = checkup.results[-1].certificate
    assert shown is not None
    assert (shown.fingerprint, shown.subject) == (fingerprint_of(certificate), "The box in the cellar")
    assert shown.names == (HOST,)
    assert shown.valid_until is not None
    assert not shown.is_self_signed
    assert server.requests == []  # looking at it sent nothing
    checkup = tried(source, server, network=Network(fingerprint=shown.fingerprint))
    assert checkup.failure is None
    assert checkup.results[2].trust is Trust.FINGERPRINT


def test_the_ledger_tells_all_of_it(serve: Serve, source: Source) -> None:
    server = serve(models, well, tls=context_of(trustme.CA().issue_cert(HOST)))
    first = ledger.totals().requests
    fingerprint = tried(source, server).results[-1].certificate
    assert fingerprint is not None
    tried(source, server, network=Network(fingerprint=fingerprint.fingerprint))
    listed = [each for each in ledger.traffic() if each.number > first]
    assert [each.method for each in listed] == ["GET", "TLS", "GET", "POST"]
    assert {(each.purpose, each.host) for each in listed} == {(Purpose.CHECKUP, f"127.0.0.1:{server.port}")}
    assert len(listed) == 4
    assert server.connection_count == 3


def test_a_server_without_tls(serve: Serve, source: Source) -> None:
    def speaks_plainly(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        connection.wait_for_hang_up()

    server = serve(well, at_accept=speaks_plainly)
    checkup = tried(source, f"https://127.0.0.1:{server.port}")
    assert failure_of(checkup) == (Step.CERTIFICATE, ConnectionFailed)
    assert checkup.results[-1].certificate is None


def test_a_file_that_is_no_certificate(serve: Serve, source: Source, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    server = serve(well, tls=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    network = Network(ca_file=str(tmp_path / "ca.pem"))
    assert failure_of(tried(source, server, network=network)) == (Step.CERTIFICATE, CertificateUnusable)


@pytest.mark.parametrize(
    ("script", "kind"),
    [(answer("401 No"), NotAuthorized), (answer("503 Busy"), ServerFailed), (answer("404 No"), NotFound)],
)
def test_a_key_that_is_refused_or_no_list(serve: Serve, source: Source, script: object, kind: type) -> None:
    assert failure_of(tried(source, serve(script))) == (Step.KEY, kind)


def test_a_key_that_only_the_question_shows_to_be_wrong(serve: Serve, source: Source) -> None:
    checkup = tried(source, serve(models, answer("401 No")))
    assert failure_of(checkup) == (Step.KEY, NotAuthorized)
    assert steps(checkup).count(Step.KEY) == 1


def test_a_key_that_anybody_could_read_is_not_sent(source: Source) -> None:
    assert failure_of(tried(source, f"http://{HOST}")) == (Step.KEY, KeyExposed)


def test_a_model_that_is_refused(serve: Serve, source: Source) -> None:
    checkup = tried(source, serve(models, answer("422 No")))
    assert failure_of(checkup) == (Step.FIRST_WORD, RequestRefused)
    assert checkup.results[-1].model == "gpt-9"


def test_an_answer_that_breaks_off(serve: Serve, source: Source) -> None:
    def script(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(delta("One"))
        connection.reset()

    assert failure_of(tried(source, serve(models, script))) == (Step.STREAMING, StreamInterrupted)


def test_an_answer_in_one_piece(serve: Serve, source: Source) -> None:
    checkup = tried(source, serve(models, good_stream("One, two, three, four, five")))
    assert checkup.failure is None
    assert not checkup.results[-1].is_in_pieces


def test_an_endless_answer_is_left_after_a_few_words(serve: Serve, source: Source) -> None:
    def script(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        while True:
            connection.chunk(delta("word "))

    assert tried(source, serve(models, script)).failure is None


def test_no_list_of_models_matters_little_where_one_was_typed(serve: Serve, source: Source) -> None:
    from dataclasses import replace

    chat = source(serve(answer("404 No"), well))
    chat.endpoint = replace(chat.endpoint, own_models=("mine",))
    checkup = check_up(chat, Cancellation())
    assert checkup.failure is None
    assert checkup.results[2].model_count is None


def test_the_limit_for_the_first_token(serve: Serve, source: Source) -> None:
    def script(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.wait_for_hang_up()

    checkup = tried(source, serve(models, script), timeouts=Timeouts(20, 0.1, 20))
    assert failure_of(checkup) == (Step.FIRST_WORD, TimedOut)


@pytest.mark.parametrize("at", ["models", "answer"])
def test_a_trial_that_is_stopped_has_no_error(serve: Serve, source: Source, at: str) -> None:
    def stalls(connection: Connection) -> None:
        connection.wait_for_hang_up()

    server = serve(*([stalls] if at == "models" else [models, stalls]))
    cancellation = Cancellation()

    def stop() -> None:
        for _ in range(1 if at == "models" else 2):
            server.arrivals.acquire(timeout=WAIT_S)
        cancellation.cancel()

    threading.Thread(target=stop).start()
    checkup = check_up(source(server), cancellation)
    assert checkup.failure is None
    assert Step.STREAMING not in steps(checkup)
    server.wait_for_hang_up()
