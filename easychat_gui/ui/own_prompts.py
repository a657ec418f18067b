"""The prompts that come with the program, in the language of the interface."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from easychat_gui.domain.ids import PromptId
from easychat_gui.domain.prompts import Prompt


def own_prompts() -> list[Prompt]:
    translate = QCoreApplication.translate
    rows = [
        (
            "translate",
            translate("Prompts", "Translate"),
            translate("Prompts", "Translate the following into {{language=English}}. Keep its tone and its format."),
        ),
        (
            "summarise",
            translate("Prompts", "Summarise"),
            translate("Prompts", "Summarise the following in {{sentences=three}} sentences, the most important first."),
        ),
        (
            "improve",
            translate("Prompts", "Improve writing"),
            translate(
                "Prompts",
                "Correct spelling and grammar of the following and make it clearer, without changing what it says or "
                "its language. Then list what you changed.",
            ),
        ),
        (
            "explain-code",
            translate("Prompts", "Explain code"),
            translate("Prompts", "Explain step by step what this code does, and point out mistakes and risks."),
        ),
        (
            "review-code",
            translate("Prompts", "Write tests"),
            translate("Prompts", "Write tests in {{framework=pytest}} for this code. Begin with the borderline cases."),
        ),
        (
            "explain",
            translate("Prompts", "Explain simply"),
            translate("Prompts", "Explain {{subject}} to somebody who {{reader=has never heard of it}}."),
        ),
        (
            "reply",
            translate("Prompts", "Answer a message"),
            translate("Prompts", "Write a {{tone=friendly}} answer to this message. It should say: {{content}}."),
        ),
    ]
    return [Prompt(PromptId(f"own-{name}"), title, text + "\n\n") for name, title, text in rows]
