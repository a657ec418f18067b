"""Any server that speaks ``POST …/v1/chat/completions`` and ``GET …/v1/models``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from easychat_gui.domain.endpoints import Endpoint, EndpointKind
from easychat_gui.domain.errors import NotAuthorized
from easychat_gui.providers.addresses import ServerAddress
from easychat_gui.providers.cancellation import Cancellation
from easychat_gui.providers.http_provider import HttpProvider
from easychat_gui.providers.lessons import Lessons
from easychat_gui.providers.ways import NetworkSecrets
from easychat_gui.support.traffic import Purpose

if TYPE_CHECKING:
    from easychat_gui.providers.transport import Exchange, Transport

_GREETING_BYTES = 65536
_GREETING_S = 5.0


class OpenAIChat(HttpProvider):
    """One endpoint of the chat completions, OpenAI's own or one of the many that took them over."""

    supports_gpt_35_turbo: ClassVar[bool] = True
    aliases: ClassVar[Mapping[str, str]] = {"include_usage": "stream_options"}

    def __init__(
        self,
        endpoint: Endpoint,
        api_key: str = "",
        *,
        lessons: Lessons | None = None,
        secrets: NetworkSecrets | None = None,
    ) -> None:
        super().__init__(endpoint, api_key, lessons=lessons, secrets=secrets)
        self._has_greeted = False

    def _prepare(self, transport: Transport, address: ServerAddress, cancellation: Cancellation) -> None:
        """Fetch the front page of an EasyChat server once: it hands out the cookies that it wants to see later."""
        if self.endpoint.kind is not EndpointKind.EASYCHAT or self._has_greeted:
            return
        headers = {"Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
        with transport.exchange(
            "GET", f"{address.origin}/", cancellation, purpose=Purpose.GREETING, headers=headers
        ) as exchange:
            exchange.read_capped(_GREETING_BYTES, _GREETING_S)
        self._has_greeted = True

    def _raise_for_status(self, exchange: Exchange) -> None:
        try:
            super()._raise_for_status(exchange)
        except NotAuthorized:
            self._has_greeted = False  # the cookie may have run out
            raise
