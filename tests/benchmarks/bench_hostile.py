"""What hostile text costs, as ratios. Run: python tests/benchmarks/bench_hostile.py

Each shape is shown at a size and at four times that size; in proportion is 4. Beside it, the naive way: QTextBrowser's
`setMarkdown` of the same text at the small size, as a multiple of ours. Goal: no ratio above 6.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QTextBrowser

from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import MessageStatus, Role, new_message
from easychat_gui.qtmodels.messages import MessageListModel
from easychat_gui.rendering import highlight, markdown
from easychat_gui.ui.conversation.view import ConversationView

GOAL = 6.0
SMALL, LARGE = 2_000, 8_000
SHAPES: dict[str, Callable[[int], str]] = {
    "a word without end": lambda n: "x" * (20 * n),
    "quotes in quotes": lambda n: ">" * n + "x",
    "open brackets": lambda n: "[" * n,
    "pictures of pictures": lambda n: "![" * n,
    "emphasis in emphasis": lambda n: "*a **b " * n,
    "rows of a table": lambda n: "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * n,
    "code": lambda n: "```py\n" + "x = f(1)\n" * n + "```",
    "headings": lambda n: "# x\n" * n,
    "dollars": lambda n: "$a " * n,
    "formulas": lambda n: "$x$ and words " * (n // 4),
    "footnotes": lambda n: "".join(f"[^{number}]: text\n" for number in range(n)),
    "link definitions": lambda n: "".join(f"[{number}]: http://e.org/{number}\n" for number in range(n)),
    "addresses": lambda n: "http://e.org/x " * n,
    "blanks": lambda n: "a" + " " * (20 * n) + "b",
    "tags": lambda n: "<a href='x'>" * n,
    "marks of direction": lambda n: "\u202e\u2066" * n,
    "combining characters": lambda n: "a" + "\u0301" * n,
}
NAIVE_LIMIT_S = 20.0


def shown(app: QApplication, text: str) -> float:
    """Return the seconds that an answer takes from the model to both ends of it on the screen."""
    model = MessageListModel()
    message = new_message(ConversationId("b"), Role.ASSISTANT, text, status=MessageStatus.COMPLETE, model_id="m")
    view = ConversationView()
    view.resize(800, 600)
    view.show()
    app.processEvents()
    started = time.perf_counter()
    model.set_messages([message])
    view.set_model(model)
    view.grab()
    view.scroll_to_message(0)
    view.grab()
    taken = time.perf_counter() - started
    view.deleteLater()
    app.processEvents()
    return taken


def naive(app: QApplication, text: str) -> float:
    browser = QTextBrowser()
    browser.resize(800, 600)
    browser.show()
    app.processEvents()
    started = time.perf_counter()
    browser.setMarkdown(text)
    browser.grab()
    taken = time.perf_counter() - started
    browser.deleteLater()
    app.processEvents()
    return taken


def main() -> None:
    app = QApplication.instance() or QApplication(sys.argv)
    assert isinstance(app, QApplication)
    markdown.load()
    highlight.load()
    shown(app, "to warm up")
    print(f"{'shape':24} {'small ms':>9} {'× for 4 ×':>10} {'naive / ours':>13}")
    naive_left_s = NAIVE_LIMIT_S
    for name, make in SHAPES.items():
        small = min(shown(app, make(SMALL)) for _ in range(3))
        large = min(shown(app, make(LARGE)) for _ in range(3))
        beside = "-"
        if naive_left_s > 0:
            taken = naive(app, make(SMALL))
            naive_left_s -= taken
            beside = f"{taken / small:.1f}"
        mark = "" if large / small <= GOAL else "  over the goal"
        print(f"{name:24} {small * 1000:9.1f} {large / small:10.1f} {beside:>13}{mark}")


if __name__ == "__main__":
    main()
