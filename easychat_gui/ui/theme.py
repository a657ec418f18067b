"""Colours, lengths and fonts: the one place that reads the design tokens.

Widgets ask the `Theme` that is in force (`current`) and listen to `watcher().changed`; none writes a colour or a
length of its own.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette

from easychat_gui.support.quick_dataclass import dataclass
from easychat_gui.ui.compiled_resources import METRICS, PALETTES


@dataclass(frozen=True, slots=True)
class SyntaxColours:
    keyword: QColor
    string: QColor
    function: QColor
    number: QColor
    comment: QColor
    type: QColor
    operator: QColor


@dataclass(frozen=True, slots=True)
class Theme:
    """One palette. The names are those of resources/themes."""

    name: str
    window: QColor
    sidebar: QColor
    surface: QColor
    raised: QColor
    border: QColor
    border_strong: QColor
    text: QColor
    text_muted: QColor
    text_faint: QColor
    accent: QColor
    accent_text: QColor
    accent_soft: QColor
    selection: QColor
    user_bubble: QColor
    code_bg: QColor
    code_border: QColor
    quote_bar: QColor
    link: QColor
    danger: QColor
    danger_soft: QColor
    warning: QColor
    warning_soft: QColor
    ok: QColor
    syntax: SyntaxColours

    @property
    def is_dark(self) -> bool:
        return self.name == "dark"


class Space:
    """Distances in device-independent pixels."""

    XS: int = METRICS["space"]["xs"]
    S: int = METRICS["space"]["s"]
    M: int = METRICS["space"]["m"]
    L: int = METRICS["space"]["l"]
    XL: int = METRICS["space"]["xl"]
    XXL: int = METRICS["space"]["xxl"]


class Radius:
    """Corner radii in device-independent pixels."""

    CONTROL: int = METRICS["radius"]["control"]
    BUBBLE: int = METRICS["radius"]["bubble"]
    CARD: int = METRICS["radius"]["card"]
    COMPOSER: int = METRICS["radius"]["composer"]


class Size:
    """Fixed sizes in device-independent pixels."""

    SIDEBAR: int = METRICS["size"]["sidebar"]
    READING_COLUMN: int = METRICS["size"]["reading_column"]
    HEADER: int = METRICS["size"]["header"]
    CONTROL: int = METRICS["size"]["control"]
    ICON: int = METRICS["size"]["icon"]
    HIT_TARGET_MIN: int = METRICS["size"]["hit_target_min"]
    INSPECTOR: int = METRICS["size"]["inspector"]


LINE_HEIGHT_MESSAGE: float = METRICS["font"]["line_height_message"]
LINE_HEIGHT_CODE: float = METRICS["font"]["line_height_code"]


def _theme(name: str) -> Theme:
    values: dict[str, Any] = dict(PALETTES[name])
    syntax = SyntaxColours(**{kind: QColor(value) for kind, value in values.pop("syntax").items()})
    return Theme(name=name, syntax=syntax, **{key: QColor(value) for key, value in values.items()})


@cache
def light() -> Theme:
    return _theme("light")


@cache
def dark() -> Theme:
    return _theme("dark")


def interface_font() -> QFont:
    """The desktop's font, at the size of the design."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setPointSizeF(METRICS["font"]["ui_pt"])
    return font


def message_font() -> QFont:
    """The font of the conversation, at the size that is in force."""
    font = QFont(QGuiApplication.font())
    font.setPointSizeF(METRICS["font"]["message_pt"] * watcher().zoom)
    return font


def code_font() -> QFont:
    """A fixed-width font, at the size that is in force."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    installed = set(_font_families())
    family = next((each for each in METRICS["font"]["code_families"] if each in installed), "")
    if family:
        font.setFamily(family)
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPointSizeF((METRICS["font"]["message_pt"] - 1.0) * watcher().zoom)
    return font


@cache
def _font_families() -> tuple[str, ...]:
    return tuple(QFontDatabase.families())


def palette(theme: Theme) -> QPalette:
    """Return the QPalette that makes Fusion draw in these colours."""
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.raised,
        role.AlternateBase: theme.surface,
        role.Text: theme.text,
        role.PlaceholderText: theme.text_faint,
        role.Button: theme.raised,
        role.ButtonText: theme.text,
        role.BrightText: theme.accent_text,
        role.Highlight: theme.selection,
        role.HighlightedText: theme.text,
        role.Link: theme.link,
        role.LinkVisited: theme.link,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.Light: theme.raised,
        role.Midlight: theme.surface,
        role.Mid: theme.border,
        role.Dark: theme.border_strong,
        role.Shadow: theme.border_strong,
        role.Accent: theme.accent,
    }
    result = QPalette()
    for each, colour in colours.items():
        result.setColor(each, colour)
    for each in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, each, theme.text_faint)
    return result


class ThemeWatcher(QObject):
    """Knows which theme is in force and tells when that changes.

    ``choice`` is "system", "light" or "dark". With "system" the colour scheme of the desktop is followed live.
    ``zoom`` scales the fonts of the conversation (1.0 = 100 %).
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._choice = "system"
        self._zoom = 1.0
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_colour_scheme_changed)

    @property
    def choice(self) -> str:
        return self._choice

    @property
    def zoom(self) -> float:
        return self._zoom

    @property
    def theme(self) -> Theme:
        if self._choice == "system":
            is_dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
            return dark() if is_dark else light()
        return dark() if self._choice == "dark" else light()

    def choose(self, choice: str) -> None:
        if choice != self._choice:
            self._choice = choice
            self.changed.emit()

    def set_zoom(self, zoom: float) -> None:
        zoom = min(3.0, max(0.5, zoom))
        if zoom != self._zoom:
            self._zoom = zoom
            self.changed.emit()

    def _on_colour_scheme_changed(self) -> None:
        if self._choice == "system":
            self.changed.emit()


@cache
def watcher() -> ThemeWatcher:
    """Return the one watcher. There is one, as there is one desktop; it needs a QGuiApplication."""
    return ThemeWatcher()


def current() -> Theme:
    return watcher().theme
