"""The fields that the dialogs for exporting and for printing have in common."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from easychat_gui.transfer.formats import Option
from easychat_gui.ui.export.words import option_words
from easychat_gui.ui.widgets.check_box import CheckBox
from easychat_gui.ui.widgets.combo_box import ComboBox
from easychat_gui.ui.widgets.labels import plain


def named_combo(name: str, words: str) -> ComboBox:
    combo = ComboBox()
    combo.setObjectName(name)
    combo.setAccessibleName(words)
    combo.setToolTip(words)
    return combo


def option_box(dialog: str, option: Option) -> CheckBox:
    """Return the box of an option, without its words: those stand beside it, and break into lines."""
    words, tip = option_words(option)
    box = CheckBox()
    box.setObjectName(f"{dialog}-{option}")
    box.setAccessibleName(words)
    box.setAccessibleDescription(tip)
    box.setToolTip(tip)
    return box


def label_of(words: str, field: QWidget) -> QLabel:
    label = plain(words)
    label.setBuddy(field)
    return label
