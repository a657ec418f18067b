"""Azure OpenAI. Source of all names: Microsoft's API reference.

It is the chat completions, but the model is a deployment, which stands in the address; the key goes into a header of
its own, and every request names a version of the API. The newer addresses (``…/openai/v1``, and ``…/models`` of Azure
AI Foundry) take the model in the body as everybody does.
"""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from easychat_gui.domain.endpoints import ModelInfo
from easychat_gui.domain.errors import NotFound, RequestRefused
from easychat_gui.providers.addresses import ServerAddress
from easychat_gui.providers.http_provider import ListAt
from easychat_gui.providers.openai_chat import OpenAIChat

DEFAULT_VERSION = "2024-10-21"
"""The newest version that is no preview."""

LISTING_VERSION = "2023-03-15-preview"
"""The last version that lists the deployments of a resource; later ones tell only what could be deployed."""

_COMPLETIONS = "/chat/completions"


class AzureOpenAI(OpenAIChat):
    """One resource of Azure OpenAI; the ids of its models are the names of its deployments."""

    sends_bearer: ClassVar[bool] = False

    def _own_headers(self) -> dict[str, str]:
        return {"api-key": self._api_key} if self._api_key else {}

    def _question_url(self, address: ServerAddress, model: str) -> str:
        base, deployment = _base_and_deployment(address)
        if _takes_the_model_in_the_body(base):
            return self._versioned(f"{base}{_COMPLETIONS}", address)
        return self._versioned(f"{base}/deployments/{quote(deployment or model, safe='')}{_COMPLETIONS}", address)

    def _listed(self, address: ServerAddress, list_at: ListAt) -> list[ModelInfo]:
        base, deployment = _base_and_deployment(address)
        if _takes_the_model_in_the_body(base):
            return list_at(self._versioned(address.models, address))
        try:
            models = list_at(f"{base}/deployments?api-version={LISTING_VERSION}")
        except (NotFound, RequestRefused):
            models = list_at(self._versioned(f"{base}/models", address))
        return [ModelInfo(deployment)] if deployment else models

    def _versioned(self, url: str, address: ServerAddress) -> str:
        """Return an address with a version of the API: the server's own, else that of its address, else the default.

        The newer addresses need none.
        """
        url = url.partition("?")[0]
        asked = dict(parse_qsl(urlsplit(address.completions).query))
        version = self.endpoint.api_version.strip() or asked.get("api-version", "")
        if not version and not _takes_the_model_in_the_body(url):
            version = DEFAULT_VERSION
        query = urlencode({**asked, **({"api-version": version} if version else {})})
        return f"{url}?{query}" if query else url


def _base_and_deployment(address: ServerAddress) -> tuple[str, str]:
    """Return the address below which everything is, and the deployment that a pasted one names."""
    base = address.completions.partition("?")[0].removesuffix(_COMPLETIONS)
    base, _, deployment = base.partition("/deployments/")
    return base.removesuffix("/deployments"), deployment.partition("/")[0]


def _takes_the_model_in_the_body(url: str) -> bool:
    path = urlsplit(url).path.removesuffix(_COMPLETIONS)
    return path.endswith(("/openai/v1", "/openai/v1/models", "/models")) and not path.endswith("/openai/models")
