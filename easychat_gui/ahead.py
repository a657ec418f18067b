"""What is imported before it is needed, so that nobody who types waits for it.

A worker's thread imports only what knows nothing of Qt. Everything else is imported on the GUI thread, a module a turn:
under a Python before 3.12, PySide keeps what it knows of all classes in one table (``PepType_SOTP`` in Shiboken), in
which Qt looks up the class of an object without the interpreter's lock. While another thread makes a class, and the
table grows, it finds nothing there, and the program ends with a segmentation fault.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module

from PySide6.QtCore import QObject, QTimer

OF_THE_STORE = ("easychat_gui.workers.upkeep",)
"""What opens the database."""

OF_THE_CHATS = (
    "easychat_gui.controllers.search",
    "easychat_gui.controllers.lessons",
    "easychat_gui.controllers.presets",
    "easychat_gui.controllers.order",
    "easychat_gui.ui.sidebar.delegate",
)
"""What shows the chats, imported while the database is opened."""

OF_THE_WINDOW = (
    "easychat_gui.controllers.backups",
    "easychat_gui.controllers.branches",
    "easychat_gui.controllers.content",
    "easychat_gui.controllers.context",
    "easychat_gui.controllers.imports",
    "easychat_gui.controllers.queue",
    "easychat_gui.controllers.prompts",
    "easychat_gui.controllers.speech",
    "easychat_gui.controllers.titles",
    "easychat_gui.workers.speech",
    "easychat_gui.ui.answer_card",
    "easychat_gui.ui.attachments.desk",
    "easychat_gui.ui.backup_part",
    "easychat_gui.ui.chat_part",
    "easychat_gui.ui.conversation.style",
    "easychat_gui.ui.conversation.block_documents",
    "easychat_gui.ui.conversation.message_row",
    "easychat_gui.ui.conversation.accessibility",
    "easychat_gui.ui.conversation.screen",
    "easychat_gui.ui.conversation.view",
    "easychat_gui.ui.content_actions",
    "easychat_gui.ui.context_actions",
    "easychat_gui.ui.export.part",
    "easychat_gui.ui.imports.part",
    "easychat_gui.ui.inspector",
    "easychat_gui.ui.message_actions",
    "easychat_gui.ui.order_part",
    "easychat_gui.ui.preset_actions",
    "easychat_gui.ui.printing.part",
    "easychat_gui.ui.statistics.part",
    "easychat_gui.ui.temporary_part",
    "easychat_gui.ui.window_part",
    "easychat_gui.ui.dialogs.asking",
    "easychat_gui.ui.dialogs.key_questions",
    "easychat_gui.ui.key_flows",
    "easychat_gui.ui.library",
    "easychat_gui.controllers.spelling",
    "easychat_gui.ui.writing",
)
"""What completes the window."""

OF_A_QUESTION = ("qasync", "easychat_gui.controllers.answering", "easychat_gui.controllers.connections")
"""What the bundled model and the first question need."""

OF_THE_DIALOGS = (
    "easychat_gui.ui.palette.palette",
    "easychat_gui.ui.palette.part",
    "easychat_gui.ui.settings.page",
    "easychat_gui.ui.settings.dialog",
    "easychat_gui.ui.settings.servers.server_list",
    "easychat_gui.ui.settings.servers.key_row",
    "easychat_gui.ui.settings.servers.models_row",
    "easychat_gui.ui.settings.servers.server_form",
    "easychat_gui.ui.settings.servers.page",
    "easychat_gui.controllers.seats",
    "easychat_gui.ui.chat_window",
    "easychat_gui.ui.chat_windows",
)
"""The dialogs whose modules are so many that opening them would be felt, and the window of a chat."""


def import_foundations() -> None:
    """Import on a worker's thread what the other modules stand on: the largest part by far."""
    import asyncio  # noqa: F401

    import easychat_gui.domain.titles
    import easychat_gui.providers.openai_chat
    import easychat_gui.providers.pictures
    import easychat_gui.providers.pool
    import easychat_gui.rendering.excerpt_html
    import easychat_gui.rendering.excerpt_markdown
    import easychat_gui.rendering.excerpts
    import easychat_gui.rendering.highlight
    import easychat_gui.rendering.markdown
    import easychat_gui.rendering.streaming_document
    import easychat_gui.rendering.typesetting
    import easychat_gui.spelling.words
    import easychat_gui.storage.search
    import easychat_gui.transfer.importing  # noqa: F401


def import_in_turns(names: Sequence[str], context: QObject, then: Callable[[], None]) -> None:
    """Import modules on the GUI thread, between which it paints and takes keys; then call ``then``."""
    do_in_turns(imports(names), context, then)


def imports(names: Sequence[str]) -> list[Callable[[], object]]:
    """Return what imports those of these modules that are not there yet, one each."""
    return [partial(import_module, name) for name in names if name not in sys.modules]


def do_in_turns(steps: Sequence[Callable[[], object]], context: QObject, then: Callable[[], None]) -> None:
    """Do one after the other in the GUI thread, between which it paints and takes keys; then call ``then``.

    Nothing more happens when ``context`` is gone.
    """
    if not steps:
        then()
        return
    steps[0]()
    # A moment and not none: what follows at once comes before keys and paints.
    QTimer.singleShot(1, context, lambda: do_in_turns(steps[1:], context, then))
