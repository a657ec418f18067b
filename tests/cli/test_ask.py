"""``ask``: what is sent, what is printed, and how it ends, seen from outside."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from easychat_gui.cli.arguments import parse
from tests.cli.conftest import Run, Serve
from tests.fakes.misbehaving_server import (
    DONE,
    STREAM_HEAD,
    Connection,
    Script,
    answer,
    close_delimited,
    delta,
    event,
    good_stream,
    json_answer,
    stream,
)

ASK_IN_A_PROCESS = [sys.executable, "-m", "easychat_gui", "ask", "--model", "m"]


def _error(status: str, *headers: str) -> Script:
    return json_answer({"error": {"message": "because"}}, status, *headers)


def test_the_answer_alone_is_on_standard_output(run: Run, serve: Serve) -> None:
    outcome = run("ask", "--server", serve(good_stream("Hel", "lo ☃")).url, "--model", "m", "Hi")
    assert (outcome.code, outcome.out, outcome.err) == (0, "Hello ☃\n", "")


def test_every_option_reaches_the_wire(run: Run, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve(good_stream("ok"))
    monkeypatch.setenv("SOME_KEY", "sk-1")
    numbers = ["--temperature", "1.5", "--top-p", "0.25", "--presence-penalty", "-1", "--frequency-penalty", "0.5"]
    others = ["--max-tokens", "7", "--seed", "42", "--stop", "END", "--stop", "###", "--system", "Be brief."]
    outcome = run("ask", "--server", server.url, "--model", "m", "--api-key-env", "SOME_KEY", *numbers, *others, "Hi")
    assert outcome.code == 0
    request = server.requests[-1]
    assert request.headers["authorization"] == "Bearer sk-1"
    assert request.target == "/v1/chat/completions"
    expected = {
        "model": "m",
        "stream": True,
        "temperature": 1.5,
        "top_p": 0.25,
        "presence_penalty": -1,
        "frequency_penalty": 0.5,
        "max_tokens": 7,
        "seed": 42,
        "stop": ["END", "###"],
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}],
    }
    assert {name: request.json.get(name) for name in expected} == expected


def test_no_stream_asks_for_the_whole_answer(run: Run, serve: Serve) -> None:
    message = {"role": "assistant", "content": "whole"}
    server = serve(json_answer({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}))
    outcome = run("ask", "--server", server.url, "--model", "m", "--no-stream", "Hi")
    assert (outcome.code, outcome.out) == (0, "whole\n")
    assert server.requests[-1].json["stream"] is False


def test_a_dash_reads_the_question_from_standard_input(run: Run, serve: Serve) -> None:
    server = serve(good_stream("ok"))
    assert run("ask", "--server", server.url, "--model", "m", "-", stdin="Größe?\nJa".encode()).code == 0
    assert server.requests[-1].json["messages"] == [{"role": "user", "content": "Größe?\nJa"}]


def test_an_empty_question_is_bad_usage(run: Run, serve: Serve) -> None:
    server = serve(good_stream("ok"))
    outcome = run("ask", "--server", server.url, "--json", "-", stdin=b" \n")
    assert outcome.code == 2
    assert outcome.events[-1]["type"] == "end"
    assert server.requests == []


def test_without_a_model_the_first_that_the_server_offers_is_asked_and_named(run: Run, serve: Serve) -> None:
    server = serve(json_answer({"data": [{"id": "first"}, {"id": "second"}]}), good_stream("ok"))
    outcome = run("ask", "--server", server.url, "Hi")
    assert outcome.code == 0
    assert server.requests[-1].json["model"] == "first"
    assert "'first'" in outcome.err


@pytest.mark.parametrize(
    ("script", "code"),
    [
        (_error("400 Bad Request"), 3),
        (_error("404 Not Found"), 3),
        (_error("422 Unprocessable Entity"), 3),
        (_error("401 Unauthorized"), 4),
        (_error("403 Forbidden"), 4),
        (_error("429 Too Many Requests", "Retry-After: 0"), 5),
        (_error("503 Service Unavailable", "Retry-After: 0"), 6),
        (answer("200 OK", b"<html>Log in</html>", "Content-Type: text/html"), 7),
        (close_delimited(delta("cut")), 7),
        (stream(delta("some"), event({"error": {"message": "overloaded"}})), 7),
        (stream(delta("long"), delta(finish_reason="length"), DONE), 8),
        (stream(delta("bad"), delta(finish_reason="content_filter"), DONE), 8),
    ],
)
def test_the_exit_code_tells_how_it_ended(run: Run, serve: Serve, script: Script, code: int) -> None:
    outcome = run("ask", "--json", "--server", serve(script).url, "--model", "m", "Hi")
    assert outcome.code == code
    assert outcome.err.strip() or code == 8
    end = outcome.events[-1]
    assert (end["type"], end["ok"]) == ("end", False)
    if code != 8:
        error = outcome.events[-2]
        assert error["type"] == "error"
        assert set(error) == {"type", "kind", "status", "message"}


def test_what_arrived_before_the_end_is_printed(run: Run, serve: Serve) -> None:
    outcome = run("ask", "--server", serve(close_delimited(delta("so far"))).url, "--model", "m", "Hi")
    assert outcome.code == 7
    assert outcome.out == "so far\n"
    assert "127.0.0.1" in outcome.err


def test_a_server_that_is_not_there(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    outcome = run("ask", "--server", f"http://127.0.0.1:{port}", "--model", "m", "Hi")
    assert outcome.code == 6
    assert str(port) in outcome.err


def test_a_server_that_says_nothing_times_out(run: Run, serve: Serve) -> None:
    server = serve(lambda connection: connection.wait_for_hang_up())
    assert run("ask", "--server", server.url, "--model", "m", "--timeout", "0.2", "Hi").code == 6


def test_a_pool_goes_on_to_the_next_server(run: Run, serve: Serve) -> None:
    broken, good = serve(_error("500 Internal Server Error")), serve(good_stream("from the second"))
    outcome = run("ask", "--server", broken.url, "--server", good.url, "--model", "m", "Hi")
    assert (outcome.code, outcome.out) == (0, "from the second\n")
    assert outcome.err.strip()


def test_json_tells_every_event_in_order(run: Run, serve: Serve) -> None:
    calls = [{"index": 0, "id": "call-1", "function": {"name": "clock", "arguments": '{"zone":'}}]
    rest = [{"index": 0, "function": {"arguments": '"UTC"}'}}]
    usage = {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 5}}
    script = stream(
        delta(reasoning_content="hm"),
        delta("Let me see"),
        delta(tool_calls=calls),
        delta(tool_calls=rest),
        delta(finish_reason="tool_calls"),
        event(usage),
        DONE,
    )
    server = serve(script)
    events = run("ask", "--json", "--server", server.url, "--model", "m", "Hi").events
    assert events[0]["type"] == "start"
    assert events[0]["model"] == "m"
    assert str(server.port) in events[0]["server"]
    assert {"type": "reasoning", "text": "hm"} in events
    assert {"type": "text", "text": "Let me see"} in events
    assert {"type": "tool_call", "id": "call-1", "name": "clock", "arguments": '{"zone":"UTC"}'} in events
    assert {"type": "usage", "prompt_tokens": 3, "completion_tokens": 5} in events
    assert events[-2] == {"type": "finish", "reason": "tool_calls"}
    end = events[-1]
    assert set(end) == {"type", "ok", "seconds", "first_token_seconds"}
    assert end["ok"] is True
    assert 0 <= end["first_token_seconds"] <= end["seconds"]


def test_reasoning_is_shown_on_standard_error_when_asked_for(run: Run, serve: Serve) -> None:
    script = stream(delta(reasoning_content="I think"), delta("so"), delta(finish_reason="stop"), DONE)
    server = serve(script)
    asked = run("ask", "--reasoning", "--server", server.url, "--model", "m", "Hi")
    assert (asked.out, asked.err) == ("so\n", "I think\n")
    assert run("ask", "--server", server.url, "--model", "m", "Hi").err == ""


@contextmanager
def _in_a_process(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [*ASK_IN_A_PROCESS, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "NO_PROXY": "127.0.0.1", **environment},
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("has_begun", [True, False], ids=["in the middle", "before the first byte"])
def test_ctrl_c_ends_it_at_once_and_keeps_what_came(serve: Serve, has_begun: bool) -> None:
    def stall(connection: Connection) -> None:
        if has_begun:
            connection.head("200 OK", *STREAM_HEAD)
            connection.chunk(delta("half an ans"))
        connection.wait_for_hang_up()

    server = serve(stall)
    with _in_a_process("--server", server.url, "Hi") as process:
        assert process.stdout
        assert process.stderr
        server.wait_for_request()
        arrived = process.stdout.read(11) if has_begun else b""
        process.send_signal(signal.SIGINT)
        server.wait_for_hang_up()
        assert process.wait(60) == 130
        assert (arrived + process.stdout.read()).strip() == (b"half an ans" if has_begun else b"")
        assert b"Traceback" not in process.stderr.read()


@pytest.mark.skipif(os.name != "posix", reason="pipes")
def test_a_reader_that_has_read_enough_ends_it_quietly(serve: Serve) -> None:
    go_on = threading.Event()

    def script(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.chunk(delta("first\n"))
        connection.wait_for(go_on)
        for _ in range(50):
            connection.chunk(delta("more\n"))
        connection.wait_for_hang_up()

    server = serve(script)
    with _in_a_process("--server", server.url, "Hi") as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == b"first\n"
        process.stdout.close()
        go_on.set()
        assert process.wait(60) == 0
        assert process.stderr.read() == b""


def test_utf_8_comes_out_whatever_the_locale(serve: Serve) -> None:
    with _in_a_process("--server", serve(good_stream("Привет ☃")).url, "Hi", LC_ALL="C", PYTHONUTF8="0") as process:
        assert process.communicate(timeout=60)[0].decode("utf-8") == "Привет ☃\n"


@pytest.mark.model
def test_without_a_server_the_bundled_model_answers(run: Run, tmp_path: object) -> None:
    outcome = run("--data-dir", str(tmp_path), "ask", "--json", "--max-tokens", "8", "Say hello.")
    assert outcome.code in (0, 8)
    assert "".join(event["text"] for event in outcome.events if event["type"] == "text")


def test_it_imports_nothing_of_qt(serve: Serve) -> None:
    code = (
        "import sys; from easychat_gui.__main__ import main;"
        "main(sys.argv[1:]); print('PySide6' in sys.modules, 'sqlite3' in sys.modules)"
    )
    command = [sys.executable, "-c", code, "ask", "--model", "m", "--server", serve(good_stream("ok")).url, "Hi"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["ok", "False False"]


def test_a_control_sequence_does_not_reach_a_terminal(serve: Serve) -> None:
    if sys.platform == "win32":
        pytest.skip("no pseudo-terminals")
    import pty

    try:
        ours, theirs = pty.openpty()
    except OSError as error:
        pytest.skip(f"no pseudo-terminal to be had: {error}")
    command = [*ASK_IN_A_PROCESS, "--server", serve(good_stream("a\x1b[2Jb")).url, "Hi"]
    subprocess.run(command, stdout=theirs, stderr=subprocess.DEVNULL, check=True)
    shown = os.read(ours, 4096).decode()
    os.close(ours)
    os.close(theirs)
    assert shown.strip() == "a␛[2Jb"


def test_json_lines_are_json_even_for_strange_text(run: Run, serve: Serve) -> None:
    outcome = run("ask", "--json", "--server", serve(good_stream('"\n\u2028\x1b')).url, "--model", "m", "Hi")
    lines = outcome.out.split("\n")
    assert "".join(json.loads(line).get("text", "") for line in lines if line) == '"\n\u2028\x1b'


def test_an_answer_of_nothing_but_reasoning_is_explained(run: Run, serve: Serve) -> None:
    server = serve(stream(delta(reasoning_content="Hm."), delta(finish_reason="stop"), DONE))
    outcome = run("ask", "--server", server.url, "--model", "m", "Hi")
    assert (outcome.code, outcome.out) == (0, "")
    assert "no answer" in outcome.err


def test_the_sentences_of_a_retry_stand_apart(run: Run, serve: Serve) -> None:
    server = serve(_error("429 Too Many Requests", "Retry-After: 0"), good_stream("ok"))
    assert "It said: because. Asking again" in run("ask", "--server", server.url, "--model", "m", "Hi").err


@pytest.mark.parametrize("is_after", [False, True])
def test_the_data_folder_may_be_named_before_or_after_the_command(is_after: bool, tmp_path: Path) -> None:
    where = ["--data-dir", str(tmp_path)]
    options = parse(["ask", "Hi", *where] if is_after else [*where, "ask", "Hi"])
    assert (options.command, options.prompt, options.data_dir) == ("ask", "Hi", tmp_path)


def test_a_key_that_everyone_could_read_is_not_sent_unless_that_is_said(
    run: Run, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = serve(good_stream("a"))
    monkeypatch.setenv("SOME_KEY", "sk-marker-1234567890")
    command = ("ask", "--server", "http://llm.example.test/v1", "--model", "m", "--api-key-env", "SOME_KEY")
    monkeypatch.setenv("http_proxy", way.url)
    outcome = run(*command, "Hello?")
    assert outcome.code == 2
    assert "llm.example.test" in outcome.err
    assert "sk-marker" not in outcome.err
    assert way.connection_count == 0
    assert run(*command, "--send-key-unencrypted", "Hello?").out.strip() == "a"


def test_a_notice_amid_the_answer_adds_nothing_to_it(run: Run, serve: Serve) -> None:
    broken = b'data: {"choices": [{"ind\n\n'
    server = serve(stream(delta("one"), broken, delta(" two", "stop"), DONE))
    outcome = run("ask", "--server", server.url, "--model", "m", "Hi")
    assert (outcome.code, outcome.out) == (0, "one two\n")
    assert "skipped" in outcome.err


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_while_the_question_is_typed() -> None:
    code = (  # a test run in the background bequeaths that Ctrl+C is ignored
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "from easychat_gui.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, "ask", "--json", "--model", "m", "-"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(b"x" * 200_000)  # more than a pipe holds: when it is gone, the program reads
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert json.loads(process.stdout.read())["ok"] is False
        assert process.stderr.read() == b""


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_an_answer_that_nobody_reads_waits_at_the_server_and_ctrl_c_ends_it(serve: Serve) -> None:
    sent = threading.Semaphore(0)

    def flood(connection: Connection) -> None:
        connection.head("200 OK", *STREAM_HEAD)
        connection.sock.settimeout(0.5)
        while True:
            try:
                connection.chunk(delta("word " * 10) * 100)
            except TimeoutError:
                sent.release()
                connection.sock.settimeout(None)
                connection.wait_for_hang_up()
                return

    server = serve(flood)
    with _in_a_process("--server", server.url, "Hi") as process:
        assert process.stderr
        assert sent.acquire(timeout=60)
        process.send_signal(signal.SIGINT)
        server.wait_for_hang_up()
        assert process.wait(60) == 130
        assert process.stderr.read() == b""


def test_a_pool_that_is_dead_tells_each_reason_once_at_the_end(run: Run, serve: Serve) -> None:
    servers = [serve(_error("404 Not Found")), serve(_error("403 Forbidden"))]
    addresses = [part for server in servers for part in ("--server", server.url)]
    outcome = run("ask", *addresses, "--model", "m", "Hi")
    assert outcome.code == 6
    last = outcome.err.splitlines()[-1]
    assert last.startswith("easychat-gui: None of the 2 servers answered.")
    assert all(str(server.port) in last for server in servers)
