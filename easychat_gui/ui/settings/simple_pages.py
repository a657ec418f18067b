"""The short pages of the settings dialog."""

from __future__ import annotations

import platform
from dataclasses import replace

import PySide6
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFormLayout, QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from easychat_gui import __version__
from easychat_gui.settings.schema import Appearance, General, Settings, TitleChoice
from easychat_gui.ui.settings.page import Page
from easychat_gui.ui.shortcuts import described
from easychat_gui.ui.theme import Space
from easychat_gui.ui.widgets.combo_box import ComboBox
from easychat_gui.ui.widgets.labels import faint, muted, plain, show_copyable
from easychat_gui.ui.widgets.spin_boxes import CountSpin

FIELD_WIDTH = 220

NARROW = 480
"""Below this width of a page a field stands under its title."""


class FormPage(Page):
    """Fields beside their titles, or below them where there is little room."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        policies = QFormLayout.RowWrapPolicy
        is_narrow = event.size().width() < NARROW
        for form in self.findChildren(QFormLayout):
            form.setRowWrapPolicy(policies.WrapAllRows if is_narrow else policies.DontWrapRows)


class GeneralPage(FormPage):
    """How sending works, and what chats are called."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._send_key = _choices([(self.tr("Enter"), "enter"), (self.tr("Ctrl+Enter"), "ctrl+enter")])
        self._send_key.setObjectName("sendKeyCombo")
        self._send_key.setAccessibleName(self.tr("Send with"))
        self._send_key.setToolTip(self.tr("The other key makes a new line"))
        self._send_key.activated.connect(lambda _index: self.edited.emit())
        self._titles = _choices(
            [
                (self.tr("By the model that answers"), "model"),
                (self.tr("From the question"), "question"),
                (self.tr("First words of the question"), "off"),
            ]
        )
        self._titles.setObjectName("titlesCombo")
        self._titles.setAccessibleName(self.tr("Titles of new chats"))
        self._titles.setToolTip(self.tr("What you have called a chat yourself always stays"))
        self._titles.activated.connect(lambda _index: self.edited.emit())
        note = faint(
            self.tr(
                "For a title, the beginning of the first question and answer goes once more to the same server, and to "
                "no other. The bundled model is not asked; there the question says more."
            )
        )
        note.setWordWrap(True)
        form = _form(self)
        form.addRow(plain(self.tr("Send with")), self._send_key)
        form.addRow(plain(self.tr("Titles of new chats")), self._titles)
        form.addRow(note)

    def show_settings(self, settings: Settings) -> None:
        self._send_key.setCurrentIndex(self._send_key.findData(settings.general.send_key))
        self._titles.setCurrentIndex(self._titles.findData(settings.general.auto_titles))

    def apply_to(self, settings: Settings) -> Settings:
        titles = TitleChoice(self._titles.currentData())
        general = replace(settings.general, send_key=self._send_key.currentData(), auto_titles=titles)
        return replace(settings, general=general)

    def reset(self, settings: Settings) -> Settings:
        usual = General()
        general = replace(settings.general, send_key=usual.send_key, auto_titles=usual.auto_titles)
        return replace(settings, general=general)


class AppearancePage(FormPage):
    """Colours and the size of the text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = _choices(
            [(self.tr("As the system"), "system"), (self.tr("Light"), "light"), (self.tr("Dark"), "dark")]
        )
        self._theme.setObjectName("themeCombo")
        self._theme.setAccessibleName(self.tr("Colours"))
        self._theme.setToolTip(self.tr("“As the system” follows it live"))
        self._theme.activated.connect(lambda _index: self.edited.emit())
        self._zoom = CountSpin(50, 300)
        self._zoom.setObjectName("zoomSpin")
        self._zoom.setSingleStep(10)
        self._zoom.setSuffix(self.tr(" %"))
        self._zoom.setFixedWidth(FIELD_WIDTH)
        self._zoom.setAccessibleName(self.tr("Size of the conversation's text"))
        self._zoom.setToolTip(self.tr("Also Ctrl and + or −"))
        self._zoom.valueChanged.connect(lambda _value: self.edited.emit())
        form = _form(self)
        form.addRow(plain(self.tr("Colours")), self._theme)
        form.addRow(plain(self.tr("Text size")), self._zoom)

    def show_settings(self, settings: Settings) -> None:
        self._theme.setCurrentIndex(self._theme.findData(settings.appearance.theme))
        self._zoom.setValue(round(settings.appearance.zoom * 100))

    def apply_to(self, settings: Settings) -> Settings:
        appearance = replace(settings.appearance, theme=self._theme.currentData(), zoom=self._zoom.value() / 100)
        return replace(settings, appearance=appearance)

    def reset(self, settings: Settings) -> Settings:
        return replace(settings, appearance=Appearance())


class ShortcutsPage(Page):
    """Every key."""

    can_reset = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(Space.S)
        rows = described()
        for row, (words, keys) in enumerate(rows):
            label = plain(words)
            label.setWordWrap(True)
            grid.addWidget(label, row, 0)
            grid.addWidget(muted(keys), row, 1)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(len(rows), 1)


class AboutPage(Page):
    """What this is and what it is made of."""

    can_reset = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        lines = [
            self.tr("EasyChat GUI {version}").format(version=__version__),
            self.tr("A native chat client for language models. MIT licence."),
            self.tr("Model on this computer: SmolLM2-135M-Instruct, Apache-2.0, run by llama.cpp."),
            self.tr("Python {python}, Qt for Python {qt}.").format(
                python=platform.python_version(), qt=PySide6.__version__
            ),
        ]
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        for line in lines:
            label = plain("")
            label.setWordWrap(True)
            show_copyable(label, line)
            rows.addWidget(label)
        rows.addStretch()


def _choices(rows: list[tuple[str, str]]) -> ComboBox:
    box = ComboBox()
    for words, value in rows:
        box.addItem(words, value)
    box.setMinimumWidth(FIELD_WIDTH)
    box.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)  # as wide as the longest words
    return box


def _form(page: QWidget) -> QFormLayout:
    form = QFormLayout(page)
    form.setContentsMargins(0, 0, 0, 0)
    form.setHorizontalSpacing(Space.XXL)
    form.setVerticalSpacing(Space.M)
    form.setFormAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    return form
