"""The words for what was asked otherwise than it was set."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from easychat_gui.domain.messages import Adaptation


def adaptation_words(adapted: Sequence[Adaptation], model: str) -> str:
    """Return a sentence for each kind of change, empty for none. ``model`` is what people call who answered."""
    left_out = [each.parameter for each in adapted if not (each.renamed_to or each.value)]
    sentences = []
    if left_out:
        one = QCoreApplication.translate("Adaptations", "{model} does not take {names}; asked without it.")
        more = QCoreApplication.translate("Adaptations", "{model} does not take {names}; asked without them.")
        pattern = one if len(left_out) == 1 else more
        sentences.append(pattern.format(model=model, names=", ".join(left_out)))
    for each in adapted:
        if each.renamed_to:
            pattern = QCoreApplication.translate("Adaptations", "{model} wants {newer} in place of {older}.")
            sentences.append(pattern.format(model=model, newer=each.renamed_to, older=each.parameter))
        elif each.value:
            pattern = QCoreApplication.translate(
                "Adaptations", "{model} does not take this {name}; asked with {value}."
            )
            sentences.append(pattern.format(model=model, name=each.parameter, value=each.value))
    return " ".join(sentences)
