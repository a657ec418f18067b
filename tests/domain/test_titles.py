"""A title says what a chat is about, in few words and without what people and models write around it."""

from __future__ import annotations

import pytest

from easychat_gui.domain.titles import MOST_COLUMNS, cut, title_from_answer, title_from_question


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Hi there! Could you please explain how rainbows form?", "Explain how rainbows form?"),
        ("hello, can you write a regex for ISO dates please", "Write a regex for ISO dates"),
        (
            "Hallo! Kannst du mir bitte einen Brief an den Vermieter schreiben?",
            "Einen Brief an den Vermieter schreiben?",
        ),
        ("Bonjour, pourriez-vous traduire ce texte ? Merci", "Traduire ce texte ?"),
        ("¡Hola! Por favor, ¿me puedes dar una receta?", "Dar una receta?"),
        ("Привет! Подскажи, пожалуйста, рецепт борща", "Рецепт борща"),
        ("Здравствуйте. Не могли бы вы объяснить теорему Байеса?", "Объяснить теорему Байеса?"),
        ("你好，请问京都有什么好吃的？", "京都有什么好吃的？"),
        ("What does this do?\n```python\nprint('hello')\n```", "What does this do?"),
        ("```python\nfor x in range(3): pass\n```\nwhy is it slow", "Why is it slow"),
        ("```\nSELECT 1\n```", "SELECT 1"),
        ("# Release checklist\n- build\n- ship", "Release checklist"),
        ("**Softmax** in `NumPy`", "Softmax in NumPy"),
        ("x.py fails, why?", "x.py fails, why?"),
        ("iPhone battery", "iPhone battery"),
        ("Hi", "Hi"),
        ("Hello, how are you?", "How are you?"),
        ("Hidden figures", "Hidden figures"),
        ("Pleased to meet you", "Pleased to meet you"),
        ("see [the docs](https://example.org/x) about WAL", "See the docs about WAL"),
        ("", ""),
        ("   \n ", ""),
        ("?!", ""),
    ],
)
def test_what_a_question_is_about(question: str, title: str) -> None:
    assert title_from_question(question) == title


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        ('"Softmax in NumPy"', "Softmax in NumPy"),
        ("Title: Letter to the landlord.", "Letter to the landlord"),
        ("**Title:** *Trip to Kyoto*", "Trip to Kyoto"),
        ("# Names for a cat\n\nAnd some more words", "Names for a cat"),
        ("<think>The user wants a title.</think>\n\nTax questions", "Tax questions"),
        ("<think>It never ends", ""),
        ("Here is a title: “Poem about spring”", "Poem about spring"),
        ("Sure! Here's a short title for it:\nPoem about spring", "Poem about spring"),
        ("Заголовок: «Рецепт борща»", "Рецепт борща"),
        ("标题：《京都之旅》", "京都之旅"),
        ("`snake_case` in Python", "snake_case in Python"),
        ("Title\u202e of\x00 dusk", "Title of dusk"),
        ("\n\n", ""),
        ("word " * 100, ""),
        ("What is a monad?", "What is a monad?"),
    ],
)
def test_what_a_model_has_written(answer: str, title: str) -> None:
    assert title_from_answer(answer) == title


def test_a_long_one_is_cut_between_words_and_wide_characters_count_twice() -> None:
    assert cut("word " * 30) == "word " * 11 + "word…"
    assert len(cut("х" * 100)) == MOST_COLUMNS
    assert cut("京" * 100) == "京" * 29 + "…"


def test_a_huge_question_is_no_trouble() -> None:
    assert title_from_question("hello " * 100_000 + "world") == "he"  # no more than its beginning is read
    assert title_from_question("```" * 100_000) == ""
