"""What keys do with the conversation that is shown: finding in it, quoting from it, and how large it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from easychat_gui.ui.shortcuts import Binding, Keys
from easychat_gui.ui.talk_pane import TalkPane

if TYPE_CHECKING:
    from easychat_gui.ui.conversation.view import ConversationView
    from easychat_gui.ui.main_window import Controllers

ZOOM_STEP = 1.1


def reading_keys(talk: TalkPane, to: Controllers) -> list[Binding]:
    """Return the keys and what they do."""

    def with_view(do: Callable[[ConversationView], object]) -> Callable[[], None]:
        def run() -> None:
            if talk.last_message() is not None:
                do(talk.view)

        return run

    return [
        (Keys.FIND, with_view(lambda view: view.finding.open())),
        (Keys.FIND_NEXT, with_view(lambda view: view.finding.go(1))),
        (Keys.FIND_PREVIOUS, with_view(lambda view: view.finding.go(-1))),
        (Keys.QUOTE, with_view(lambda view: view.quote_selection())),
        (Keys.ASK_ABOUT, with_view(lambda view: view.ask_about_selection())),
        (Keys.ZOOM_IN, lambda: _zoom(to, ZOOM_STEP)),
        (Keys.ZOOM_OUT, lambda: _zoom(to, 1 / ZOOM_STEP)),
        (Keys.ZOOM_RESET, lambda: _zoom(to, None)),
    ]


def _zoom(to: Controllers, factor: float | None) -> None:
    settings = to.settings.current
    zoom = 1.0 if factor is None else min(3.0, max(0.5, round(settings.appearance.zoom * factor, 2)))
    changed = replace(settings, appearance=replace(settings.appearance, zoom=zoom))
    to.endpoints.save_settings(lambda: to.settings.apply(changed))
