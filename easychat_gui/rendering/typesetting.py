"""Formulas to pictures, by ziamath.

The library draws an unknown command as if it were a word, and takes time that doubles with each level of nesting, so
it is given only what is known, and stopped after so many steps. It takes half a second to import: not before the
first formula, and never in the thread of the window.
"""

from __future__ import annotations

import inspect
import re
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import FrameType
from typing import Any, TypeVar
from xml.etree import ElementTree as ET

from easychat_gui.rendering.math_grammar import LONGEST_FORMULA

T = TypeVar("T")
UNITS = 24.0
"""Units of the picture to one em of its font."""
INK = "#010203"
"""The colour that stands for the text's, to be replaced by it."""
MOST_STEPS = 2_500_000
"""Calls of a Python function that one formula may take; an ordinary one takes 50,000, these take two seconds."""
_WIDEST_EM = 400.0
_HIGHEST_EM = 120.0
_MARGIN = 1.0
_MATRICES = ("matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix", "array", "cases")
_ALIGNED = ("split", "align", "align*", "aligned", "alignat", "gather", "gather*", "gathered", "equation", "equation*")
_ENVIRONMENTS = frozenset({*_MATRICES, *_ALIGNED, "substack"})
_FORBIDDEN = re.compile(r"\\(?:def|gdef|edef|let|newcommand|renewcommand|newenvironment|DeclareMathOperator|href)\b")
_SILENT = re.compile(r"\\(?:label\{[^{}]*\}|nonumber\b|notag\b)")
_TAG = re.compile(r"\\tag\*?\{([^{}]*)\}")
_ENVIRONMENT = re.compile(r"\\begin\{([^{}]*)\}")
_COMMAND = re.compile(r"\\[A-Za-z]+")
_MATRIX_EDGE = re.compile(r"\\(begin|end)\{(?:[pbBvV]|small)?matrix\}|\\(begin|end)\{array\}")
_SCRIPT = re.compile(r"\s*[\^_']")
_library = threading.Lock()
"""Held while the library works: all its formulas read one font file, each from where the one before left it."""
_profiling = threading.Lock()
"""Python refuses to set a profile function while another thread does, which can be if somebody audits."""


class CannotTypesetError(Exception):
    """The formula is wrong, or too much for the library: its source is shown."""


class _TooManyStepsError(BaseException):
    """Not an Exception, so that nothing on the way takes it for an error of its own."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A formula as SVG, in black that is called `INK`. Lengths are in em of the text's font.

    ``ascent`` is how far it reaches above the baseline, ``descent`` how far below.
    """

    svg: str
    width: float
    ascent: float
    descent: float


def typeset(tex: str, *, is_display: bool) -> Picture:
    """Draw a formula, one at a time in the whole process. May take seconds. Raises CannotTypesetError."""
    if len(tex) > LONGEST_FORMULA:
        raise CannotTypesetError("too long")
    source = _prepared(tex)
    with _library:
        return _within_limits(partial(_draw, source, is_display=is_display))


def mathml(tex: str, *, is_display: bool) -> str:
    """Return a formula as MathML, for programs that set it by themselves. Raises CannotTypesetError."""
    if len(tex) > LONGEST_FORMULA:
        raise CannotTypesetError("too long")
    source = _prepared(tex)
    with _library:
        return _within_limits(partial(_mathml, source, is_display=is_display))


def _within_limits(work: Callable[[], T]) -> T:
    _count_calls(_Counter())
    try:
        return work()
    except (_TooManyStepsError, RecursionError, MemoryError) as error:
        _count_calls(None)
        _forget_fonts()
        raise CannotTypesetError("too deep") from error
    except CannotTypesetError:
        raise
    except Exception as error:  # whatever the library makes of what is no formula
        raise CannotTypesetError(str(error)) from error
    finally:
        _count_calls(None)


def _forget_fonts() -> None:
    """Have the library read its fonts anew: one that was left in the middle of a glyph keeps half of it for good."""
    import ziamath.zmath as library
    from ziamath.mathfont import MathFont

    library.loadedtextfonts.clear()
    library.loadedfonts.clear()
    library.loadedfonts["default"] = MathFont(library.fontname)


def _count_calls(counter: _Counter | None) -> None:
    with _profiling:
        sys.setprofile(counter)


class _Counter:
    """Ends work that takes more calls than it should; a thread cannot be ended from outside."""

    def __init__(self) -> None:
        self._left = MOST_STEPS

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        del argument
        self._left -= 1
        # What is raised while a generator is being closed would be dropped, and the counting would end with it.
        if self._left < 0 and event == "call" and not frame.f_code.co_flags & inspect.CO_GENERATOR:
            raise _TooManyStepsError


def _prepared(tex: str) -> str:
    """Take out what only numbers equations, and refuse what could grow or what the library would draw wrongly."""
    if _FORBIDDEN.search(tex):
        raise CannotTypesetError("defines or links")
    for name in _ENVIRONMENT.findall(tex):
        if name not in _ENVIRONMENTS:
            raise CannotTypesetError(f"unknown environment {name}")
    tex = _TAG.sub(r"\\qquad\\text{(\1)}", _SILENT.sub("", tex))
    tex = re.sub(r"\\(begin|end)\{align(?:at)?\}(?:\{\d+\})?", r"\\\1{align*}", tex)  # the others are numbered
    tex = _braced(tex.replace("{gathered}", "{gather}"))
    return re.sub(r"\\dots\b", r"\\ldots", tex)


def _braced(tex: str) -> str:
    """Put braces around a matrix with an exponent or index: without them the library fails on what it closes with."""
    found: list[str] = []
    begun: list[int] = []
    at = 0
    for edge in _MATRIX_EDGE.finditer(tex):
        if "begin" in edge.groups():
            found.append(tex[at : edge.start()])
            begun.append(len(found))
            found.append(edge.group())
        else:
            found.append(tex[at : edge.end()])
            start = begun.pop() if begun else None
            if start is not None and _SCRIPT.match(tex, edge.end()):
                found[start] = "{" + found[start]
                found.append("}")
        at = edge.end()
    return "".join(found) + tex[at:]


def _mathml(tex: str, *, is_display: bool) -> str:
    from ziamath.tex import tex2mml

    return str(tex2mml(tex, inline=not is_display))


def _draw(tex: str, *, is_display: bool) -> Picture:
    import ziamath.zmath
    from ziamath.config import config

    config.svg2 = False  # Qt would clip the glyphs of the other kind to slivers
    root = ET.fromstring(_mathml(tex, is_display=is_display))  # noqa: S314  (made here, by the line's own call)
    for element in root.iter():
        if _COMMAND.search(element.text or ""):
            raise CannotTypesetError(f"unknown command {element.text}")
    root.set("mathcolor", INK)
    formula = ziamath.zmath.Math(root, size=UNITS, margin=_MARGIN)
    box = formula.node.bbox
    width, ascent, descent = (box.xmax - box.xmin) / UNITS, box.ymax / UNITS, -box.ymin / UNITS
    if not 0 < width <= _WIDEST_EM or not 0 < ascent + descent <= _HIGHEST_EM:
        raise CannotTypesetError("without a size that could be shown")
    edge = _MARGIN / UNITS
    return Picture(formula.svg(), width + 2 * edge, ascent + edge, descent + edge)
