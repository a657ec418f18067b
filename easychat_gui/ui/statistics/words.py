"""Figures in words: short enough for a card, in the language of the interface."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import QCoreApplication, QDate, QLocale

_EXACT_BELOW = 10_000


def whole(value: float) -> str:
    return QLocale().toString(round(value))


def compact(value: float) -> str:
    """Return "1,284", "817 k", "1.2 M"."""
    if value < _EXACT_BELOW:
        return whole(value)
    if value < 999_500:
        return QCoreApplication.translate("Statistics", "{count} k").format(count=whole(value / 1000))
    words = QLocale().toString(value / 1_000_000, "f", 1 if value < 99_950_000 else 0)
    return QCoreApplication.translate("Statistics", "{count} M").format(count=words)


def speed(value: float) -> str:
    words = QLocale().toString(float(value), "f", 0 if value >= 10 else 1)
    return QCoreApplication.translate("Statistics", "{speed} tok/s").format(speed=words)


def seconds(value: float) -> str:
    words = QLocale().toString(float(value), "f", 1 if value >= 0.1 else 2)
    return QCoreApplication.translate("Statistics", "{seconds} s").format(seconds=words)


def money(currency: str, amount: float) -> str:
    """Return "$ 1.92"; of less than a cent as many digits as tell something."""
    digits = 2 if amount >= 0.01 or not amount else 4
    return f"{currency} {QLocale().toString(float(amount), 'f', digits)}".strip()


def sums(costs: Mapping[str, float]) -> str:
    return " + ".join(money(currency, amount) for currency, amount in sorted(costs.items(), key=lambda each: -each[1]))


def day(value: date) -> str:
    """Return a day without its year where that is the present one."""
    shown = QDate(value.year, value.month, value.day)
    is_this_year = shown.year() == QDate.currentDate().year()
    return QLocale().toString(shown, "d MMM" if is_this_year else "d MMM yyyy")


def days(first: date, last: date) -> str:
    return day(first) if first == last else f"{day(first)} – {day(last)}"
