"""For what comes back to a widget from work that is done aside."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import shiboken6
from PySide6.QtWidgets import QWidget

Widget = TypeVar("Widget", bound=QWidget)
Values = ParamSpec("Values")


def while_there(method: Callable[Concatenate[Widget, Values], None]) -> Callable[Concatenate[Widget, Values], None]:
    """Have a method do nothing when Qt has deleted its widget: a dialog may be closed before the work has ended."""

    @wraps(method)
    def call(widget: Widget, /, *args: Values.args, **kwargs: Values.kwargs) -> None:
        if shiboken6.isValid(widget):
            method(widget, *args, **kwargs)

    return call
