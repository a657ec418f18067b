"""The words for who answers, and for where a server or the bundled model is."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from easychat_gui.controllers.endpoints import EndpointController
from easychat_gui.controllers.local_model import LocalModelController
from easychat_gui.domain.endpoints import LOCAL_ENDPOINT_ID, Endpoint, Pool
from easychat_gui.local_model.state import LocalModelState


def welcome_words(endpoint: Endpoint, local_model: LocalModelController) -> str:
    """Return the sentence below the greeting: who will answer, and what that means for privacy."""
    if endpoint.id != LOCAL_ENDPOINT_ID and not endpoint.base_url:
        return QCoreApplication.translate("Status", "Your messages go to servers of {pool}, and nowhere else.").format(
            pool=endpoint.name
        )
    if endpoint.id != LOCAL_ENDPOINT_ID:
        return QCoreApplication.translate("Status", "Your messages go to {server}, and nowhere else.").format(
            server=endpoint.name
        )
    if local_model.state is LocalModelState.READY:
        return QCoreApplication.translate(
            "Status", "A small model is already running on this computer. Nothing leaves it."
        )
    if local_model.state is LocalModelState.FAILED:
        return QCoreApplication.translate(
            "Status", "The small model of this computer does not start. Connect a server."
        )
    return QCoreApplication.translate("Status", "A small model is starting on this computer. Nothing leaves it.")


def local_name() -> str:
    """Return what the bundled model's server is called."""
    return QCoreApplication.translate("Status", "On this computer")


def name_of(endpoint: Endpoint) -> str:
    """Return what people call a server or a pool."""
    return local_name() if endpoint.id == LOCAL_ENDPOINT_ID else endpoint.name


def state_role(endpoint: Endpoint, endpoints: EndpointController) -> str:
    """Return the theme's colour for the state of a server."""
    if endpoint.id == LOCAL_ENDPOINT_ID:
        states = {LocalModelState.READY: "ok", LocalModelState.FAILED: "danger"}
        return states.get(endpoints.local_model.state, "warning")
    if (pool := endpoints.pool(endpoint.id)) is not None:
        return pool_role(pool, endpoints)
    return "danger" if endpoints.error(endpoint.id) is not None else "ok"


def pool_role(pool: Pool, endpoints: EndpointController) -> str:
    """Return the theme's colour for a pool: whether all, some or none of its servers answer."""
    failed = [endpoints.error(each.id) is not None for each in endpoints.members(pool)]
    if all(failed):  # also where there is none
        return "danger"
    return "warning" if any(failed) else "ok"
