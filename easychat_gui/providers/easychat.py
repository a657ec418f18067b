"""The EasyChat provider of old, on servers of one's own."""

from __future__ import annotations

from easychat_gui.providers.base import AbstractProvider


class EasyChat(AbstractProvider):
    """To come with the rest of the provider layer."""
