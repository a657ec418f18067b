"""What is imported on a worker's thread before it is needed, so that the GUI thread does not wait for it."""

from __future__ import annotations


def import_parts() -> None:
    """Import on a worker's thread what the window is completed with: on its own that would be felt by who types."""
    import easychat_gui.controllers.backups
    import easychat_gui.controllers.branches
    import easychat_gui.controllers.content
    import easychat_gui.controllers.context
    import easychat_gui.controllers.imports
    import easychat_gui.controllers.presets
    import easychat_gui.controllers.queue
    import easychat_gui.controllers.speech
    import easychat_gui.controllers.token_counts
    import easychat_gui.ui.answer_card
    import easychat_gui.ui.attachments.desk
    import easychat_gui.ui.backup_part
    import easychat_gui.ui.chat_part
    import easychat_gui.ui.content_actions
    import easychat_gui.ui.context_actions
    import easychat_gui.ui.conversation.view
    import easychat_gui.ui.export.part
    import easychat_gui.ui.imports.part
    import easychat_gui.ui.inspector
    import easychat_gui.ui.message_actions
    import easychat_gui.ui.order_part
    import easychat_gui.ui.preset_actions
    import easychat_gui.ui.printing.part
    import easychat_gui.ui.statistics.part
    import easychat_gui.ui.temporary_part
    import easychat_gui.ui.window_part
    import easychat_gui.ui.writing  # noqa: F401


def import_what_comes_next() -> None:
    """Import on a worker's thread what the first question will need, so that the GUI thread does not wait for it."""
    import asyncio  # noqa: F401

    import qasync  # noqa: F401

    import easychat_gui.controllers.answering
    import easychat_gui.controllers.connections
    import easychat_gui.providers.openai_chat
    import easychat_gui.rendering.markdown  # noqa: F401


def import_settings() -> None:
    """Import, when all else has begun, the one dialog whose modules are so many that opening it would be felt."""
    import easychat_gui.ui.settings.dialog
    import easychat_gui.ui.settings.servers.page  # noqa: F401
