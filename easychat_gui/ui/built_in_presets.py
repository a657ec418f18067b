"""The presets that a new database begins with. They are the person's own from then on, to change or to delete."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from easychat_gui.domain.ids import new_preset_id
from easychat_gui.domain.presets import Preset


def built_in_presets() -> list[Preset]:
    """Return them in the language of the interface."""
    translate = QCoreApplication.translate
    return [
        Preset(
            new_preset_id(),
            translate("BuiltInPresets", "Precise coder"),
            "icon:code",
            translate(
                "BuiltInPresets",
                "You are a careful programmer. Prefer short answers with code that runs as it stands. "
                "Name what you assume, and say so when you do not know.",
            ),
            params={"temperature": 0.2},
        ),
        Preset(
            new_preset_id(),
            translate("BuiltInPresets", "Writer"),
            "icon:edit",
            translate(
                "BuiltInPresets",
                "You are a writer with a clear, warm style. Use plain words and vary your sentences. "
                "Keep to the tone and the language of what you are given.",
            ),
            params={"temperature": 0.9, "frequency_penalty": 0.3},
        ),
        Preset(
            new_preset_id(),
            translate("BuiltInPresets", "Translator"),
            "icon:globe",
            translate(
                "BuiltInPresets",
                "You translate. Answer with the translation alone, and keep meaning, tone and formatting. "
                "Translate into English unless told otherwise; what is English already, into the language asked for.",
            ),
            params={"temperature": 0.3},
        ),
        Preset(
            new_preset_id(),
            translate("BuiltInPresets", "Tutor"),
            "icon:book",
            translate(
                "BuiltInPresets",
                "You are a patient tutor. Explain step by step with small examples, ask one question at a time to see "
                "what was understood, and let the learner find the last step.",
            ),
            params={"temperature": 0.5},
        ),
    ]
