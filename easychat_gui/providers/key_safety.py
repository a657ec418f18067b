"""A key goes where nobody on the way can read it, or nowhere."""

from __future__ import annotations

from easychat_gui.domain.endpoints import Endpoint
from easychat_gui.domain.errors import InvalidAddress, KeyExposed
from easychat_gui.providers.addresses import ServerAddress, resolve_address
from easychat_gui.providers.http_errors import server_name
from easychat_gui.support.log import is_secret_header


def refuse_exposed_key(endpoint: Endpoint, address: ServerAddress, api_key: str) -> None:
    """Raise `KeyExposed` if a key would go over plain http to another computer and nobody has agreed to it.

    The password of an address is a key, and so is a header by whose name keys are sent.
    """
    has_key = bool(api_key or address.password or endpoint.secret_headers)
    has_key = has_key or any(is_secret_header(name) for name in endpoint.headers)
    if _is_readable(address) and has_key and not endpoint.network.may_send_key_unencrypted:
        name = server_name(address.shown)
        sentence = (
            f"{name} is reached over plain http, where everyone on the way could read the key. Nothing was sent. "
            f"Use https, or allow it for this server."
        )
        raise KeyExposed(sentence, server=address.shown)


def is_readable_on_the_way(endpoint: Endpoint) -> bool:
    """Is this server reached over plain http, and not on this computer?"""
    try:
        return _is_readable(resolve_address(endpoint))
    except InvalidAddress:
        return False


def _is_readable(address: ServerAddress) -> bool:
    return address.origin.startswith("http://") and not address.is_loopback
