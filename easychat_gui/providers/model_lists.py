"""Answers of ``/models``, in all their dialects.

OpenAI and most others put them under ``data``, Ollama and Gemini's own API under ``models``, Cloudflare under
``result``, Together sends the list alone, llama.cpp sends two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from easychat_gui.domain.endpoints import EndpointKind, ModelInfo
from easychat_gui.domain.errors import ErrorInStream, MalformedAnswer
from easychat_gui.providers.http_errors import ended, server_name
from easychat_gui.providers.json_values import count, mapping, string
from easychat_gui.providers.model_sight import with_sight
from easychat_gui.providers.text_repair import repaired
from easychat_gui.providers.wire import BrokenJson, parse_json, reported_error

_LISTS = ("data", "models", "result")
_NAMES = ("id", "model", "key", "name")
_LENGTHS = (
    *("context_length", "context_window", "max_model_len", "max_context_length", "max_input_tokens"),
    *("inputTokenLimit", "n_ctx", "n_ctx_train"),
)
_GOOGLES_PREFIX = "models/"
_MOST_PAGES = 20
_MAX_QUOTED_CHARACTERS = 300


class ModelPage(NamedTuple):
    """``models`` is None for an answer that is no list; ``last`` is what the next page is asked for by, if there is
    one."""

    models: list[ModelInfo] | None
    last: str = ""


def all_models(
    url: str, kind: EndpointKind, fetch: Callable[[str], str], *, server: str, clean: Callable[[str], str]
) -> list[ModelInfo]:
    """Return the models that are listed at an address, and on the pages that it goes on with.

    :param fetch: returns what an address answers.
    :param clean: makes what a server said fit to be shown.

    Raises `MalformedAnswer` for what is no list, `ErrorInStream` for an error in its place, and what ``fetch`` does.
    """
    models: dict[str, ModelInfo] = {}
    at = url
    for _ in range(_MOST_PAGES):
        page = _page(fetch(at), server, clean)
        known = len(models)
        for model in page.models or ():
            models.setdefault(model.id, model)
        at = next_address(url, kind, page)
        if not at or len(models) == known:  # a page that brings nothing new would come for ever
            break
    return list(models.values())


def _page(text: str, server: str, clean: Callable[[str], str]) -> ModelPage:
    try:
        value = parse_json(text.lstrip("\N{BYTE ORDER MARK}"))
        page, error = read_page(value), reported_error(value)
    except (BrokenJson, RecursionError):
        page, error = ModelPage(None), None
    if page.models is not None:
        return page
    name = server_name(server)
    if error is not None:
        detail = clean(error.message)
        sentence = f"{name} reported an error instead of its models: {ended(detail[:_MAX_QUOTED_CHARACTERS])}"
        raise ErrorInStream(sentence, status=error.status, server=server, detail=detail)
    sentence = f"{name} answered with something else than a list of models; is the address right?"
    raise MalformedAnswer(sentence, server=server, detail=clean(text))


def read_models(value: Any) -> list[ModelInfo] | None:
    """Read an answer of ``/models``. None when it is none."""
    return read_page(value).models


def read_page(value: Any) -> ModelPage:
    """Read one page of a list of models."""
    entries = value
    if isinstance(value, dict):
        key = next((key for key in _LISTS if value.get(key) is not None), None)
        if key is None:
            has_none = any(key in value for key in _LISTS) and not value.get("error")
            return ModelPage([] if has_none else None)
        entries = value[key]
        if key == "result" and isinstance(entries, list):  # where an id is only a number
            entries = [{**each, "id": each.get("name")} if isinstance(each, dict) else each for each in entries]
    if isinstance(entries, dict):
        entries = [{"id": name, **mapping(each)} for name, each in entries.items()]
    if not isinstance(entries, list):
        return ModelPage(None)
    models: dict[str, ModelInfo] = {}
    for entry in entries:
        model = _model(entry)
        if model is not None:
            models.setdefault(model.id, model)
    last = string(value.get("last_id")) if isinstance(value, dict) and value.get("has_more") is True else ""
    return ModelPage(with_sight(list(models.values()), value), last)


def next_address(address: str, kind: EndpointKind, page: ModelPage) -> str:
    """Return where the next page of a list is, empty when there is none."""
    if not page.last:
        return ""
    name = "after_id" if kind is EndpointKind.ANTHROPIC else "after"
    return f"{address}{'&' if '?' in address else '?'}{name}={quote(page.last, safe='')}"


def _model(entry: Any) -> ModelInfo | None:
    if isinstance(entry, str):
        entry = {"id": entry}
    if not isinstance(entry, dict):
        return None
    name = next((entry[key] for key in _NAMES if isinstance(entry.get(key), str) and entry[key]), "")
    if not name:
        return None
    lengths = (count(holder.get(key)) for holder in (entry, mapping(entry.get("meta"))) for key in _LENGTHS)
    length = next((length for length in lengths if length), None)
    return ModelInfo(repaired(_without_prefix(name, entry)), length, string(entry.get("owned_by")))


def _without_prefix(name: str, entry: Mapping[str, Any]) -> str:
    """Return a name of Google's as it is known: its lists say ``models/…`` before each, its chat takes both.

    Elsewhere the prefix is a folder, and a part of the name.
    """
    is_googles = entry.get("owned_by") == "google" or "supportedGenerationMethods" in entry
    return name.removeprefix(_GOOGLES_PREFIX) or name if is_googles else name
