"""The servers that a command asks: those that were named, or the bundled model, started for the purpose."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from easychat_gui.cli.arguments import Options
from easychat_gui.domain.endpoints import LOCAL_ENDPOINT_ID, Endpoint, Network, Timeouts
from easychat_gui.domain.errors import ProviderError
from easychat_gui.domain.ids import EndpointId
from easychat_gui.local_model.catalog import bundled_model
from easychat_gui.local_model.server import LocalModelServer
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.openai_chat import OpenAIChat
from easychat_gui.support import paths

LOCAL_MODEL_START_S = 60.0


@contextmanager
def open_sources(options: Options, cancellation: Cancellation) -> Iterator[list[OpenAIChat]]:
    """Give the servers of the command, and close them (and end the bundled model) afterwards.

    :raises LocalModelError: no server was named, and the bundled model does not start.
    """
    timeouts = _timeouts(options.timeout_s)
    if options.servers:
        network = Network(may_send_key_unencrypted=options.may_send_key_unencrypted)
        ids = [EndpointId(f"argument-{number}") for number in range(len(options.servers))]
        sources = [
            OpenAIChat(Endpoint(name, address, address, timeouts=timeouts, network=network), options.api_key)
            for name, address in zip(ids, options.servers, strict=True)
        ]
        try:
            yield sources
        finally:
            for source in sources:
                source.close()
        return
    log_path = paths.resolve(options.data_dir).logs / "local-model.log"
    with LocalModelServer(bundled_model(), log_path=log_path) as server:
        registration = cancellation.on_cancel(server.give_up)
        server.wait_until_ready(LOCAL_MODEL_START_S)
        registration.release()
        endpoint = Endpoint(LOCAL_ENDPOINT_ID, server.model.name, server.base_url, timeouts=timeouts)
        yield [OpenAIChat(endpoint, server.api_key)]


def first_model(sources: list[OpenAIChat], cancellation: Cancellation) -> str:
    """Return the first model of the first server that tells any; "" where a server has no such list.

    :raises ProviderError: the last server's reason, when none tells.
    """
    for source in sources:
        try:
            models = source.list_models(cancellation)
        except ProviderError:
            if source is sources[-1]:
                raise
            continue
        if models:
            return models[0].id
    return ""


def _timeouts(timeout_s: float | None) -> Timeouts:
    usual = Timeouts()
    if timeout_s is None:
        return usual
    return Timeouts(min(timeout_s, usual.connect_s or timeout_s), timeout_s, timeout_s)
