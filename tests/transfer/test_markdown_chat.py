"""A conversation in Markdown reads well, and holds every text as it is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from easychat_gui.domain.attachments import Attachment
from easychat_gui.domain.conversations import Conversation
from easychat_gui.domain.exports import Scope, Wanted
from easychat_gui.domain.ids import ConversationId, MessageId, new_attachment_id
from easychat_gui.domain.messages import Message, MessageStatus, Role, Usage
from easychat_gui.domain.transfer import ConversationRecord
from easychat_gui.transfer.exporting import FilesBeside
from easychat_gui.transfer.formats import Format, Job, Options
from easychat_gui.transfer.markdown_chat import parts
from easychat_gui.transfer.markdown_form import Mark, pieces, read_front_matter
from easychat_gui.transfer.telling import local_time
from easychat_gui.transfer.words import Words

C = ConversationId("c1")
NOON = 1_700_000_000.5
HARD_TEXTS = [
    "",
    "\n\nblank lines before and after\n\n\n",
    "# A heading\n## You\n\n---\n",
    "a fence\n```python\nprint('open to the end')",
    "```\nclosed\n```",
    "- item\n  ```\n  open inside a list",
    "> ```\n> open inside a quote",
    "~~~~\n```\n~~~\nlonger",
    "windows\r\nlines\rand a lone one",
    "<!-- easychat:000000:message {} -->\n## not ours\n",
    "<!-- never closed\n<details>\n</details>\n<script>",
    "---\ntitle: x\n---\n",
    "京都 😀 מחשב \u202e ␀ \u2028",
    "trailing  \n\n",
]


def message(id_: str, text: str, role: Role = Role.USER, parent: str | None = None, **more: object) -> Message:
    parent_id = MessageId(parent) if parent else None
    return Message(MessageId(id_), C, role, text, parent_id=parent_id, created_at=NOON, **more)  # type: ignore[arg-type]


def record(*messages: Message, **fields: object) -> ConversationRecord:
    leaf_id = messages[-1].id if messages else None
    conversation = Conversation(C, "A talk", NOON, NOON, leaf_id=leaf_id)
    return ConversationRecord(conversation.with_(**fields), messages)


@dataclass
class Written:
    text: str

    def pieces(self) -> list[tuple[Mark, str]]:
        key = read_front_matter(self.text)["easychat"]
        return [(piece.mark, piece.body) for piece in pieces(self.text, key)]

    def bodies(self) -> list[str]:
        """Return the texts of the messages."""
        found: list[str] = []
        for mark, body in self.pieces():
            if mark is Mark.MESSAGE:
                found.append(body)
            elif mark is Mark.TEXT:
                found[-1] = body
        return found


def written(it: ConversationRecord, options: Options | None = None, scope: Scope = Scope.CONVERSATION) -> Written:
    job = Job(Wanted(scope, (C,), messages=it.messages), Format.MARKDOWN, Words(), options or Options())
    text = "".join(parts(it, job, FilesBeside(Path("nowhere"), "files")))
    return Written(text.encode().decode())


def test_it_reads_like_a_conversation() -> None:
    answer = message(
        "b",
        "Subtract **the maximum**.",
        Role.ASSISTANT,
        "a",
        model_id="tiny_1b",
        reasoning="Let me see.",
        reasoning_s=4.25,
        usage=Usage(3, 5),
    )
    it = record(message("a", "How do I write *softmax*?"), answer, system_prompt="Be short.", model_id="tiny_1b")

    time = local_time(NOON)
    assert written(it).text == (
        "---\n"
        'easychat: "94bf5b"\n'
        'title: "A talk"\n'
        'id: "c1"\n'
        'created: "2023-11-14T22:13:20Z"\n'
        'updated: "2023-11-14T22:13:20Z"\n'
        'model: "tiny_1b"\n'
        "---\n"
        "\n# A talk\n\n"
        "<!-- easychat:94bf5b:system -->\n"
        "## System prompt\n\n"
        "Be short.\n\n"
        '<!-- easychat:94bf5b:message {"id": "a", "role": "user", "time": 1700000000.5} -->\n'
        f"## You · {time}\n\n"
        "How do I write *softmax*?\n\n"
        '<!-- easychat:94bf5b:message {"id": "b", "parent": "a", "role": "assistant", "time": 1700000000.5, '
        '"model": "tiny_1b", "prompt_tokens": 3, "completion_tokens": 5} -->\n'
        f"## tiny\\_1b · {time}\n\n"
        '<!-- easychat:94bf5b:reasoning {"seconds": 4.25} -->\n'
        "<details>\n<summary>Reasoning, 4.2 s</summary>\n\n"
        "Let me see.\n\n"
        "<!-- easychat:94bf5b:text -->\n"
        "</details>\n\n"
        "Subtract **the maximum**.\n\n"
        "<!-- easychat:94bf5b:end -->\n"
    )


def test_without_details_neither_model_nor_time_nor_id_is_told() -> None:
    it = record(
        message("secret-1", "Q"),
        message("secret-2", "A", Role.ASSISTANT, "secret-1", model_id="secret-model", endpoint_name="secret-server"),
        system_prompt="secret",
    )

    text = written(it, Options(details=False)).text

    assert "secret" not in text
    assert "2023" not in text
    assert "17000000" not in text
    assert '{"id": "2", "parent": "1", "role": "assistant"}' in text


@pytest.mark.parametrize("text", HARD_TEXTS)
def test_every_text_is_there_byte_for_byte(text: str) -> None:
    answer = message("b", text, Role.ASSISTANT, "a", reasoning=text or "r")
    it = record(message("a", text), answer, message("c", "after", parent="b"), system_prompt=f".{text}")

    result = written(it)

    assert result.bodies() == [text, text, "after"]
    assert (Mark.REASONING, text or "r") in result.pieces()
    assert (Mark.SYSTEM, f".{text}") in result.pieces()


@given(st.lists(st.text(alphabet="`~-<>!#\n\r ax:{}", max_size=60), max_size=5))
def test_whatever_is_written_is_read_again(texts: list[str]) -> None:
    messages = [message(str(number), text, reasoning=text) for number, text in enumerate(texts)]
    chained = [
        replace(each, parent_id=messages[number - 1].id if number else None) for number, each in enumerate(messages)
    ]

    assert written(record(*chained)).bodies() == texts


def test_a_chat_in_which_an_export_was_pasted_is_not_confused() -> None:
    inner = written(record(message("a", "hello"))).text
    outer = record(message("a", inner), message("b", "and then", Role.ASSISTANT, "a"))

    assert written(outer).bodies() == [inner, "and then"]


def headings(text: str) -> Iterator[str]:
    tokens = MarkdownIt("commonmark").parse(text)
    for number, token in enumerate(tokens):
        if token.type == "heading_open":
            yield tokens[number + 1].content


@pytest.mark.parametrize("text", ["a\n```python\nopen", "~~~~\n```\n~~~\nopen", "- x\n  ```\n  open", "> ```\n> open"])
def test_code_that_was_never_closed_does_not_swallow_what_follows(text: str) -> None:
    it = record(message("a", text, reasoning=text), message("b", "next", Role.ASSISTANT, "a"))

    found = [each.partition(" · ")[0] for each in headings(written(it).text)]

    assert [each for each in found if each in ("You", "Assistant")] == ["You", "Assistant"]


def test_other_branches_follow_if_wished() -> None:
    q, a, b = message("q", "Why?"), message("a", "One", Role.ASSISTANT, "q"), message("b", "Two", Role.ASSISTANT, "q")
    more = message("m", "And?", parent="b")
    it = record(q, a, b, more, leaf_id=MessageId("a"))

    assert written(it).bodies() == ["Why?", "One"]
    both = written(it, Options(branches=True))
    assert both.bodies() == ["Why?", "One", "Two", "And?"]
    assert "# Branch 1, after “Why?”" in both.text
    assert [mark for mark, _ in both.pieces()].count(Mark.BRANCH) == 1


def test_the_title_of_a_branch_has_words_and_no_marks_of_markdown() -> None:
    q, a = message("q", "Why?"), message("a", "## Plan\n\n> - one\n```py\n1. two", Role.ASSISTANT, "q")
    b, c = message("b", "And?", parent="a"), message("c", "Or?", parent="a")

    assert "# Branch 1, after “Plan one 1. two”" in written(record(q, a, b, c), Options(branches=True)).text


def test_a_message_alone_is_its_text_and_nothing_else() -> None:
    for text in HARD_TEXTS:
        assert written(record(message("a", text)), scope=Scope.MESSAGE).text == text


def test_an_answer_that_failed_says_so() -> None:
    it = record(message("a", "half an ans", Role.ASSISTANT, status=MessageStatus.INTERRUPTED))

    assert "## Assistant · " in written(it).text
    assert " · interrupted\n" in written(it).text


def test_files_are_listed_with_links_to_copies(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_bytes(b"content")
    files = tuple(
        Attachment(new_attachment_id(), name, kind, 7, sha256)
        for name, kind, sha256 in (
            ("Plot (1).png", "image/png", "1" * 64),
            ("Записки.txt", "text/plain", "1" * 64),
            ("gone.txt", "text/plain", "2" * 64),
        )
    )
    it = replace(record(message("a", "See", attachments=files)), files={"1" * 64: kept})
    job = Job(Wanted(Scope.CONVERSATION, (C,)), Format.MARKDOWN, Words())

    text = "".join(parts(it, job, FilesBeside(tmp_path / "A talk files", "A talk files")))

    assert "- ![Plot (1).png](A%20talk%20files/Plot%20%281%29.png)\n" in text
    assert "- [Записки.txt](A%20talk%20files/Записки.txt)\n" in text
    assert "- gone.txt (7 B): the file is missing\n" in text
    assert (tmp_path / "A talk files" / "Plot (1).png").read_bytes() == b"content"
    assert Written(text).bodies() == ["See"]


def test_a_title_or_a_name_cannot_forge_anything() -> None:
    it = record(
        message("a", "x", Role.ASSISTANT, model_id="-->\n# evil <script>"), title="a\n---\n# b <img src=x> [l](j:s)"
    )
    text = written(it).text

    assert "\n# a --- \\# b \\<img src=x\\> \\[l\\](j:s)\n" in text
    assert text.count("-->") == 2
    assert "<script" not in text.replace("\\<script", "")
    assert read_front_matter(text)["title"] == "a --- # b <img src=x> [l](j:s)"
