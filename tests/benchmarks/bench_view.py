"""What the conversation view costs, as ratios. Run: python tests/benchmarks/bench_view.py

Goals: the last 1 % of a 100,000-token answer <= 1.5 x the first; CPU <= 2.5 x plain insertText; 10,000 messages
opened <= 3 x 10 messages; resize <= 2 x; a frame of scrolling p99 8 ms, a jump 33. Other absolute times are printed for
orientation only.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QTextBrowser

from easychat_gui.domain.ids import ConversationId
from easychat_gui.domain.messages import Message, MessageStatus, Role, new_message
from easychat_gui.qtmodels.messages import MessageListModel
from easychat_gui.rendering import highlight, markdown
from easychat_gui.ui.conversation.view import ConversationView

CONVERSATION = ConversationId("bench")
TOKENS_PER_FLUSH = 16
SECTION = """## Section {n}

The quick **brown** fox jumps over the `lazy` dog, and then it reads a [page](https://example.org/{n}) about *foxes*
that jump over dogs. It is a long page, so the fox needs a while, and the dog goes back to sleep in the meantime.

- first point with some words in it
- second point, with **bold** words
  - and a nested one

```python
def function_{n}(argument: int) -> str:
    # a comment about the number {n}
    value = argument * {n} + 3.14
    return f"the value is {{value}}"
```

| name | value |
|------|------:|
| a    | {n}   |
| b    | 2     |

"""


def answer(tokens: int) -> list[str]:
    """Return an answer in tokens of about four characters."""
    text = "".join(SECTION.format(n=number) for number in range(tokens * 4 // 560 + 1))
    return [text[start : start + 4] for start in range(0, tokens * 4, 4)]


def process(app: QApplication) -> None:
    app.sendPostedEvents()
    app.processEvents()


def grow(app: QApplication, tokens: list[str], show: Callable[[str], None]) -> list[float]:
    """Show the tokens in flushes of 16 and return what each cost, painted, in milliseconds of CPU."""
    costs: list[float] = []
    for start in range(0, len(tokens), TOKENS_PER_FLUSH):
        began = time.process_time()
        show("".join(tokens[start : start + TOKENS_PER_FLUSH]))
        process(app)
        costs.append((time.process_time() - began) * 1000)
    return costs


def view_with(messages: list[Message]) -> tuple[ConversationView, MessageListModel]:
    model = MessageListModel()
    model.set_messages(messages)
    view = ConversationView()
    view.resize(900, 800)
    view.set_model(model)
    view.show()
    return view, model


def running() -> Message:
    return new_message(CONVERSATION, Role.ASSISTANT, status=MessageStatus.STREAMING, model_id="bench")


def grow_in_view(app: QApplication, tokens: list[str]) -> list[float]:
    message = running()
    view, model = view_with([message])
    process(app)

    def show(text: str) -> None:
        model.append_text(message.id, text)
        view.flush()
        view.viewport().repaint()

    costs = grow(app, tokens, show)
    began = time.perf_counter()
    model.replace(model.message(0).with_(status=MessageStatus.COMPLETE))
    process(app)
    print(f"  end of the answer           {(time.perf_counter() - began) * 1000:8.1f} ms")
    view.close()
    return costs


def grow_plain(app: QApplication, tokens: list[str]) -> list[float]:
    edit = QPlainTextEdit()
    edit.setReadOnly(True)
    edit.resize(900, 800)
    edit.show()
    process(app)

    def show(text: str) -> None:
        cursor = edit.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(text)
        edit.verticalScrollBar().setValue(edit.verticalScrollBar().maximum())
        edit.viewport().repaint()

    costs = grow(app, tokens, show)
    edit.close()
    return costs


def grow_set_markdown(app: QApplication, tokens: list[str]) -> list[float]:
    browser = QTextBrowser()
    browser.resize(900, 800)
    browser.show()
    parts: list[str] = []

    def show(text: str) -> None:
        parts.append(text)
        browser.setMarkdown("".join(parts))
        browser.verticalScrollBar().setValue(browser.verticalScrollBar().maximum())
        browser.viewport().repaint()

    costs = grow(app, tokens, show)
    browser.close()
    return costs


def ends(costs: list[float]) -> tuple[float, float]:
    """Return the mean of the first and of the last 1 %. The very first flushes warm caches and are left out."""
    count = max(10, len(costs) // 100)
    return statistics.fmean(costs[10 : 10 + count]), statistics.fmean(costs[-count:])


def bench_growth(app: QApplication, tokens_wanted: int) -> None:
    print(f"A growing answer, {tokens_wanted:,} tokens")
    tokens = answer(tokens_wanted)
    floor = grow_plain(app, tokens)
    ours = grow_in_view(app, tokens)
    few = answer(min(8_000, tokens_wanted))
    naive = grow_set_markdown(app, few)
    for name, costs in (("plain insertText", floor), ("conversation view", ours), ("setMarkdown (8k)", naive)):
        first, last = ends(costs)
        print(f"  {name:20} first {first:7.2f} ms, last {last:7.2f} ms, ratio {last / first:5.2f}")
    slowest = sorted(ours)[-max(1, len(ours) // 100)]
    print(
        f"  CPU against plain insertText {sum(ours) / sum(floor):6.2f}   p99 {slowest:.1f} ms, max {max(ours):.1f} ms"
    )


def bench_shape(app: QApplication, name: str, text: str) -> None:
    """Let a text that is hard to lay out arrive, beside setMarkdown with its first 8,000 tokens."""
    tokens = [text[start : start + 4] for start in range(0, len(text), 4)]
    ours, naive = grow_in_view(app, tokens), grow_set_markdown(app, tokens[:8_000])
    busy = sum(ours) / (len(ours) * max(16.0, 4 * statistics.fmean(ours)))
    print(
        f"{name}: mean {statistics.fmean(ours):.2f} ms, max {max(ours):.1f} ms; "
        f"busy at 60 flushes/s {100 * busy:.0f} %; "
        f"setMarkdown (8k) max {max(naive):.1f} ms, mean of the last {ends(naive)[1] / ends(ours)[1]:.1f} times ours"
    )


def bench_shapes(app: QApplication) -> None:
    """One paragraph, one code, one table, one word: each grows as a single block would."""
    words = "The fox reads **one** page after the other, and it does not stop. " * 1300
    bench_shape(app, "A paragraph of 20,000 tokens without a newline", words[:80_000])
    code = "\n".join(f"    value_{number} = call({number}, 'text')" for number in range(20_000))
    bench_shape(app, "Code of 20,000 lines", f"```python\n{code}\n```\n")
    rows = "\n".join(f"| row {number} | some **words** | {number * 7} |" for number in range(2_000))
    table = f"| a | b | c |\n|---|---|--:|\n{rows}\n"
    bench_shape(app, "A table of 2,000 rows", table)
    for name, text in (("a table of 2,000 rows", table), ("a word of 1 MB", "x" * 1_000_000)):
        model = MessageListModel()
        model.set_messages([running().with_(text=text, status=MessageStatus.COMPLETE)])
        print(f"  open {name} {open_ms(app, model):8.1f} ms")


def conversation(count: int) -> list[Message]:
    text = SECTION.format(n=1)
    return [
        new_message(CONVERSATION, Role.ASSISTANT, f"{number}\n\n{text}", model_id="bench")
        if number % 2
        else new_message(CONVERSATION, Role.USER, f"Question {number}: how does the fox jump?")
        for number in range(count)
    ]


def open_ms(app: QApplication, model: MessageListModel) -> float:
    view = ConversationView()
    view.resize(900, 800)
    view.show()
    process(app)
    began = time.perf_counter()
    view.set_model(model)
    view.viewport().repaint()
    took = (time.perf_counter() - began) * 1000
    view.deleteLater()
    process(app)
    return took


def bench_many(app: QApplication) -> None:
    print("10,000 messages against 10")
    models = []
    for count in (10, 10_000):
        model = MessageListModel()
        model.set_messages(conversation(count))
        models.append(model)
    few = statistics.median(open_ms(app, models[0]) for _ in range(7))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    many = statistics.median(open_ms(app, models[1]) for _ in range(7))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"  open    {few:7.1f} ms against {many:7.1f} ms, ratio {many / few:5.2f}; memory + {grown:.0f} MB")
    resized = [resize_ms(app, model) for model in models]
    print(f"  resize  {resized[0]:7.1f} ms against {resized[1]:7.1f} ms, ratio {resized[1] / resized[0]:5.2f}")
    bench_scroll(app, models[1])


def resize_ms(app: QApplication, model: MessageListModel) -> float:
    view = ConversationView()
    view.resize(700, 800)
    view.set_model(model)
    view.show()
    process(app)
    times = []
    for step in range(20):
        began = time.perf_counter()
        view.resize(640 + 5 * step, 800)
        process(app)
        view.viewport().repaint()
        times.append((time.perf_counter() - began) * 1000)
    view.close()
    return statistics.median(times)


def frame_ms(app: QApplication, view: ConversationView, value: int) -> tuple[float, float]:
    """Return what it takes from a turn of the wheel to the painted frame, and how much of that this thread worked."""
    began, worked = time.perf_counter(), time.thread_time()
    view.verticalScrollBar().setValue(value)
    app.sendPostedEvents()  # the update request, with which Qt paints
    return (time.perf_counter() - began) * 1000, (time.thread_time() - worked) * 1000


def bench_scroll(app: QApplication, model: MessageListModel) -> None:
    view = ConversationView()
    view.resize(900, 800)
    view.set_model(model)
    view.show()
    process(app)
    bar = view.verticalScrollBar()
    frames, jumps = [], []
    bar.setValue(bar.maximum() // 2)
    process(app)
    for _ in range(300):
        frames.append(frame_ms(app, view, bar.value() - 60))
        process(app)
    for number in range(100):
        jumps.append(frame_ms(app, view, bar.maximum() * ((number * 37) % 100) // 100))
        process(app)
    for name, both in (("scroll", frames), ("jump", jumps)):
        for what, times in (("until it is painted", 0), ("own work in that", 1)):
            ordered = sorted(each[times] for each in both)
            median, p99 = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]
            print(f"  {name:7} {what:20} median {median:6.1f} ms, p99 {p99:6.1f} ms")
    view.close()


def main() -> None:
    app = QApplication(sys.argv[:1])
    markdown.load()
    highlight.load()
    tokens = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    bench_many(app)
    bench_shapes(app)
    bench_growth(app, tokens)


if __name__ == "__main__":
    main()
