"""Formulas become pictures; what is wrong, unknown or hostile is refused, and never takes for ever."""

from __future__ import annotations

import contextlib
import sys
import threading

import pytest

from easychat_gui.rendering import typesetting
from easychat_gui.rendering.typesetting import INK, CannotTypesetError, typeset


@pytest.mark.parametrize(
    "tex",
    [
        "x^2",
        r"\frac{e^{x_i-m}}{\sum_j e^{x_j-m}}",
        r"\begin{pmatrix}1&2\\3&4\end{pmatrix}",
        r"\begin{pmatrix}a&b\\c&d\end{pmatrix}^{-1} = \begin{bmatrix}\begin{matrix}1\end{matrix}_2&2\end{bmatrix}^T",
        r"\left[\begin{array}{c|c}1&2\end{array}\right]^T \begin{vmatrix}a\end{vmatrix}'",
        r"\begin{aligned}a&=b\\c&=d\end{aligned}",
        r"f(x) = \begin{cases}1 & x > 0\\0 & \text{else}\end{cases}",
        r"\text{Привет}",
        "a<b",
        r"\int_0^\infty e^{-x^2}\,dx \label{gauss} \nonumber",
    ],
)
def test_a_formula_has_a_picture_with_a_baseline(tex: str) -> None:
    picture = typeset(tex, is_display=True)
    assert picture.svg.startswith("<svg")
    assert INK in picture.svg
    assert picture.width > 0.3
    assert picture.ascent > 0.3


def test_equations_are_not_numbered() -> None:
    numbered = typeset(r"\begin{align}a&=b\end{align}", is_display=True)
    assert numbered.width == typeset(r"\begin{align*}a&=b\end{align*}", is_display=True).width


def test_a_tag_is_drawn() -> None:
    assert typeset(r"x \tag{7}", is_display=True).width > typeset("x", is_display=True).width + 2


@pytest.mark.parametrize(
    "tex",
    [
        "",
        r"\foo{x}",
        r"\begin{tikzpicture}x\end{tikzpicture}",
        r"\frac{",
        "a_b_c",
        r"\left( x",
        "a & b",
        r"\rule{100000em}{1em}",
        r"\input{/etc/passwd}",
        r"\href{file:///etc/passwd}{x}",
        r"\def\a{\a\a}\a",
        r"\newcommand{\x}{\x}\x",
        "x" * 6000,
        "{" * 2000 + "x" + "}" * 2000,
        r"\frac{1}{" * 14 + "x" + "}" * 14,
        r"\begin{pmatrix}" * 30 + "x" + r"\end{pmatrix}" * 30,
        r"\sqrt" * 900 + "x",
        "^",
    ],
)
def test_what_cannot_be_drawn_is_refused(tex: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "MOST_STEPS", 300_000)
    with pytest.raises(CannotTypesetError):
        typeset(tex, is_display=False)


FORMULAS = ("x", r"\frac{a}{b}+\sum_{i=0}^n x_i", r"\sqrt{x^2+y}", r"abcdefgh=\alpha\beta\text{hello}")


def forget_every_glyph() -> None:
    from ziamath import zmath
    from ziamath.mathfont import MathFont

    zmath.loadedfonts["default"] = MathFont(zmath.fontname)


def test_what_was_given_up_half_way_does_not_spoil_what_comes_after(monkeypatch: pytest.MonkeyPatch) -> None:
    right = [typeset(tex, is_display=True) for tex in FORMULAS]
    for steps in range(20_000, 40_000, 2_500):  # where the first of them is drawn
        forget_every_glyph()
        with monkeypatch.context() as hurried:
            hurried.setattr(typesetting, "MOST_STEPS", steps)
            for tex in FORMULAS:
                with contextlib.suppress(CannotTypesetError):
                    typeset(tex, is_display=True)
        assert [typeset(tex, is_display=True) for tex in FORMULAS] == right


def test_formulas_of_several_windows_do_not_spoil_each_other() -> None:
    right = [typeset(tex, is_display=True) for tex in FORMULAS]
    drawn = []

    def draw() -> None:
        drawn.append([typeset(tex, is_display=True) for tex in FORMULAS])

    turns = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(5):
            forget_every_glyph()
            threads = [threading.Thread(target=draw) for _ in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    finally:
        sys.setswitchinterval(turns)
    assert drawn == [right] * 10
