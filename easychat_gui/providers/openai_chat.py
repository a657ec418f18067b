"""Any server that speaks ``POST …/v1/chat/completions`` and ``GET …/v1/models``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from easychat_gui.domain.endpoints import EndpointKind
from easychat_gui.domain.errors import NotAuthorized, ProviderError
from easychat_gui.domain.streaming import Phase
from easychat_gui.providers.addresses import ServerAddress
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.http_provider import HttpProvider
from easychat_gui.support.traffic import Purpose

if TYPE_CHECKING:
    from easychat_gui.providers.transport import Exchange, Transport

_GREETING_BYTES = 65536
_GREETING_S = 5.0


class OpenAIChat(HttpProvider):
    """One endpoint of the chat completions, OpenAI's own or one of the many that took them over."""

    supports_gpt_35_turbo: ClassVar[bool] = True
    aliases: ClassVar[Mapping[str, str]] = {"include_usage": "stream_options"}

    _has_greeted = False

    def _prepare(self, transport: Transport, address: ServerAddress, cancellation: Cancellation) -> None:
        """Fetch the front page of an EasyChat server once: it hands out the cookies that it wants to see later.

        One that hands out nothing, or keeps it back, is asked all the same.
        """
        if self.endpoint.kind is not EndpointKind.EASYCHAT or self._has_greeted:
            return
        phases: list[Phase] = []
        with cancellation.part() as part:
            part.on_phase = phases.append
            try:
                self._greet(transport, address, part)
            except ProviderError:
                if not phases:  # no way to the server: the question would wait for it as long once more
                    raise
        self._has_greeted = True

    def _greet(self, transport: Transport, address: ServerAddress, cancellation: Cancellation) -> None:
        headers = {"Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
        url = f"{address.origin}/"
        with transport.exchange(
            "GET", url, cancellation, purpose=Purpose.GREETING, headers=headers, patience_s=_GREETING_S
        ) as exchange:
            exchange.read_capped(_GREETING_BYTES, _GREETING_S)

    def _raise_for_status(self, exchange: Exchange) -> None:
        try:
            super()._raise_for_status(exchange)
        except NotAuthorized:
            self._has_greeted = False  # the cookie may have run out
            raise
