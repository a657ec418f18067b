"""The style sheet: what Fusion and the palette leave open. Built from the tokens, one for each theme.

Widgets choose a look by their dynamic property ``look`` ("primary", "flat", "danger", …) or by their class; names of
objects belong to tests and screen readers and carry no style.
"""

from __future__ import annotations

from string import Template

from PySide6.QtGui import QColor

from easychat_gui.ui.theme import Radius, Size, Space, Theme

_SHEET = Template("""
QToolTip { background: $raised; color: $text; border: 1px solid $border_strong; padding: 4px 6px; }

QPushButton {
    background: $raised; color: $text; border: 1px solid $border_strong; border-radius: ${control}px;
    padding: 0 16px; min-height: ${control_height}px; outline: none;
}
QPushButton:hover { background: $surface; }
QPushButton:pressed { background: $border; }
QPushButton:disabled { color: $text_faint; border-color: $border; }
QPushButton:focus { border-color: $accent; }
QPushButton[look="primary"] { background: $accent; color: $accent_text; border-color: $accent; font-weight: 600; }
QPushButton[look="primary"]:hover { background: $accent_hover; }
QPushButton[look="primary"]:disabled { background: $border; border-color: $border; color: $text_faint; }
QPushButton[look="primary"]:focus { border-color: $text; }
QPushButton[look="flat"] {
    background: transparent; border-color: transparent; color: $text_muted; padding: 0 6px; min-height: 24px;
}
QPushButton[look="flat"]:hover { color: $text; }
QPushButton[look="flat"]:focus { border-color: $accent; }
QPushButton[look="inline"] {
    background: transparent; border: none; border-radius: 4px; color: $link; padding: 0 4px; min-height: 0;
}
QPushButton[look="inline"]:hover { text-decoration: underline; }
QPushButton[look="inline"]:focus { background: $accent_soft; text-decoration: underline; }
QPushButton[look="quiet"] {
    background: transparent; border: 1px solid transparent; border-radius: 4px; color: $text_faint; padding: 0 4px;
    min-height: 18px;
}
QPushButton[look="quiet"]:hover { color: $text; }
QPushButton[look="quiet"]:focus { border-color: $accent; color: $text; }
QPushButton[look="link"] {
    background: transparent; border-color: transparent; color: $link; padding: 0 4px; min-height: 20px;
}
QPushButton[look="link"]:hover { text-decoration: underline; }
QPushButton[look="link"]:focus { border-color: $accent; }
QPushButton[look="tab"]:checked { background: $accent_soft; border-color: $accent; }
QPushButton[look="danger"] { color: $danger; }
QPushButton[look="fold"] { border-color: $border_field; min-height: 30px; }
QPushButton[look="fold"]:focus { border-color: $accent; }
QPushButton[look="entry"] {
    background: $raised; border: 1px solid $border; text-align: left; padding: 0 12px; font-weight: 600;
}
QPushButton[look="entry"]:hover { border-color: $border_strong; }
QPushButton[look="picker"] { border-color: $border; padding: 0 12px; min-height: 30px; }
QPushButton[look="picker"]:hover { border-color: $border_strong; }
QPushButton[look="picker"]::menu-indicator { image: none; width: 0; }
QPushButton[look="card"] {
    background: $surface; border: 1px solid $border; border-radius: ${card}px; text-align: left; padding: 0;
    min-height: 73px;
}
QPushButton[look="card"]:hover { border-color: $border_strong; background: $raised; }
QPushButton[look="card"]:focus { border-color: $accent; }

QToolButton {
    background: transparent; border: 1px solid transparent; border-radius: ${control}px; padding: 0;
    min-width: ${hit}px; min-height: ${hit}px; color: $text_muted;
}
QToolButton[look="small"] { min-width: 20px; min-height: 20px; border-radius: 6px; }
QToolButton:hover { background: $hover; }
QToolButton:checked { background: $accent_soft; }
QToolButton:focus { border-color: $accent; }
QToolButton::menu-indicator { image: none; width: 0; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox {
    background: $raised; color: $text; border: 1px solid $border_field; border-radius: ${control}px;
    padding: 4px 10px; selection-background-color: $selection; selection-color: $text;
}
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox { min-height: 22px; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit { border: none; padding: 0; min-height: 0; background: transparent; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {
    border-color: $accent;
}
QSpinBox[look="pill"], QDoubleSpinBox[look="pill"] { padding: 0 7px; min-height: 18px; border-radius: 6px; }
QLineEdit[look="stored"] { placeholder-text-color: $text; }
QPushButton[look="place"] {
    background: transparent; border: 1px solid transparent; color: $text_faint; padding: 0 9px; min-height: 20px;
}
QPushButton[look="place"]:hover { color: $text; }
QPushButton[look="place"]:focus { border-color: $accent; color: $text; }
QPushButton[look="place"]::menu-indicator { image: none; width: 0; }
QLineEdit[look="search"] { background: transparent; border-color: transparent; padding-left: 34px; }
QLineEdit[look="search"]:focus { background: $raised; border-color: $accent; }
QLineEdit[look="title"] { background: transparent; border-color: transparent; padding: 4px 6px; }
QLineEdit[look="title"]:hover { border-color: $border; }
QLineEdit[look="title"]:focus { background: $raised; border-color: $accent; }
QLineEdit[look="palette"], QLineEdit[look="palette"]:focus {
    background: transparent; border: none; border-radius: 0; padding: 0;
}
QPlainTextEdit[look="bare"] { background: transparent; border: none; padding: 0; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox QAbstractItemView {
    background: $raised; border: 1px solid $border; selection-background-color: $accent_soft;
}

QCheckBox { spacing: 8px; }

QProgressBar { background: $border; border: none; border-radius: 3px; min-height: 6px; max-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QLabel[look="muted"] { color: $text_muted; }
QLabel[look="faint"] { color: $text_faint; }
QLabel[look="danger"] { color: $danger; }
QLabel { background: transparent; }

QFrame[look="sidebar"] { background: $sidebar; border: none; border-right: 1px solid $border; }
QFrame[look="inspector"] { background: $surface; border: none; border-left: 1px solid $border; }
QFrame[look="header"] { background: $window; border: none; border-bottom: 1px solid $border; }
QFrame[look="list-side"] { border: none; border-right: 1px solid $border; }
QFrame[look="rule"] { background: $border; border: none; max-height: 1px; min-height: 1px; }
QFrame[look="notice"] { background: $warning_soft; border: none; border-bottom: 1px solid $warning; }
QFrame[look="notice"] QLabel { color: $text; }
QFrame[look="error"] { background: $danger_soft; border: 1px solid $danger; border-radius: ${card}px; }
QFrame[look="code"] { background: $code_bg; border: 1px solid $code_border; border-radius: ${card}px; }
QFrame[look="mark"] { background: $accent_soft; border: none; border-radius: ${control}px; }
QFrame[look="note"] { background: $surface; border: 1px solid $border; border-radius: ${card}px; }
QListWidget[look="choices"] {
    background: $raised; border: 1px solid $border; border-radius: ${control}px; padding: 4px; outline: none;
}
QListWidget[look="choices"]:focus { border-color: $accent; }
QListWidget[look="choices"]::indicator {
    width: 14px; height: 14px; border: 1px solid $border_strong; border-radius: 4px; background: $raised;
}
QListWidget[look="choices"]::indicator:checked { background: $accent; border-color: $accent; }
QListWidget[look="completer"] {
    background: $raised; border: 1px solid $border_strong; border-radius: ${card}px; padding: 4px; outline: none;
}
QFrame[look="queued"] { background: $surface; border: 1px solid $border; border-radius: ${control}px; }
QFrame[look="error"] QLabel#errorTitle { color: $danger; font-weight: 600; }
QFrame[look="note"] QLabel#errorTitle { color: $text; font-weight: 600; }

QFrame[look="popup"] { background: $raised; border: 1px solid $border_strong; }

QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar::handle:vertical { background: $border_strong; border-radius: 4px; min-height: 32px; margin: 1px 2px; }
QScrollBar::handle:vertical:hover { background: $text_faint; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle:horizontal { background: $border_strong; border-radius: 4px; min-width: 32px; margin: 2px 1px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QMenu { background: $raised; color: $text; border: 1px solid $border; border-radius: ${control}px; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 6px; }
QMenu::item:selected { background: $accent_soft; }
QMenu::item:disabled { color: $text_faint; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }

QTableView[look="conversations"] {
    background: transparent; border: none; outline: none; selection-background-color: transparent;
}
QListView[look="traffic"] {
    background: $raised; border: 1px solid $border; border-radius: ${control}px; outline: none; padding: 2px;
}
QListView[look="traffic"]:focus { border-color: $accent; }
QListWidget[look="pages"], QListWidget[look="servers"] { background: transparent; border: none; outline: none; }
QListWidget[look="pages"]::item, QListWidget[look="servers"]::item {
    min-height: 32px; padding: 0 12px; border-radius: ${control}px; color: $text;
}
QListWidget[look="pages"]::item:hover, QListWidget[look="servers"]::item:hover { background: $hover; }
QListWidget[look="pages"]::item:selected, QListWidget[look="servers"]::item:selected {
    background: $accent_soft; color: $text;
}
""")


def style_sheet(theme: Theme) -> str:
    """Return the sheet for a theme."""
    colours = {
        name: getattr(theme, name).name() for name in theme.__slots__ if isinstance(getattr(theme, name, None), QColor)
    }
    return _SHEET.substitute(
        colours,
        accent_hover=(theme.accent.lighter(112) if theme.is_dark else theme.accent.darker(112)).name(),
        hover=_mixed(theme.window, theme.text, 0.07).name(),
        border_field=theme.border_strong.name() if theme.is_dark else theme.border.name(),
        control=Radius.CONTROL,
        card=Radius.CARD,
        control_height=Size.CONTROL,
        hit=Size.HIT_TARGET_MIN,
        space=Space.S,
    )


def _mixed(ground: QColor, colour: QColor, share: float) -> QColor:
    return QColor(
        round(ground.red() + (colour.red() - ground.red()) * share),
        round(ground.green() + (colour.green() - ground.green()) * share),
        round(ground.blue() + (colour.blue() - ground.blue()) * share),
    )
