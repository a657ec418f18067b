"""Titles of chats: made from a question without a model, and taken out of what a model has written for one.

Both are pure. What a question begins with in politeness is known for the languages that most people write in; in any
other the title simply begins with it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

MOST_COLUMNS = 60
"""How wide a title may be; characters of Chinese, Japanese and Korean take two columns."""

_MOST_READ = 5000
"""So many characters of a text are looked at."""

_LONGEST_ANSWER = 200
"""A first line that is longer is no title: the model has begun to answer instead."""

_FENCE = re.compile(r"^[ \t]*(```|~~~).*?(?:^[ \t]*\1[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_THINKING = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_MARKS = re.compile(r"^(?:[#>*+\-•–—|]+\s+)+|(?<!\w)[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}(?!\w)")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_QUOTES = "\"'“”„‟‘’‚«»‹›「」『』《》〈〉`"
_END_MARKS = " \t.。．،,;:：；、…-–—"
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])|[\r\n]+")
_PAUSE = r"[\s,;:.!?¡¿…。，、！？؟،\-–—]"

_GREETINGS = (
    # English, German, Dutch, the Nordic languages
    r"hi|hello|hey|hiya|good (?:morning|afternoon|evening|day)|greetings|hallo|guten (?:tag|morgen|abend)|servus|moin|"
    r"grüß gott|hoi|goede(?:morgen|middag|navond|ndag)|hej(?: hej)?|hei|god (?:dag|morgen|kväll)|"
    # the Romance languages
    r"bonjour|bonsoir|salut|coucou|hola|buen(?:os|as) (?:días|dias|tardes|noches)|ciao|buongiorno|buonasera|salve|"
    r"olá|ola|oi|bo[am] (?:dia|tarde|noite)|bună(?: ziua)?|"
    # the Slavic languages, Turkish, Greek
    r"привет(?:ствую)?|здравствуй(?:те)?|добр(?:ый|ое|ого) (?:день|утро|вечер|времени суток)|привіт|"
    r"добр(?:ий|ого) день|вітаю|cześć|dzień dobry|hej|ahoj|dobrý den|merhaba|selam|γεια(?: σου| σας)?|καλημέρα|"
    # Arabic, Hebrew, Hindi, Chinese, Japanese, Korean
    r"مرحبا|السلام عليكم|أهلا|שלום|היי|नमस्ते|你好|您好|嗨|こんにちは|こんばんは|おはようございます|안녕하세요|안녕"
)
_ADDRESSED = r"there|all|everyone|team|chatgpt|gpt|claude|assistant|zusammen|leute|à tous|tout le monde|a todos|всем"
_POLITENESS = (
    r"(?:please|kindly|(?:can|could|would|will) (?:you|u)(?: (?:please|kindly))?|i(?:'d| would) like (?:you )?to|"
    r"i (?:want|need) you to|i (?:just )?have a (?:quick )?question|quick question|would you mind|"
    r"bitte|(?:kannst|könntest) du(?: mir)?(?: bitte)?|(?:können|könnten) sie(?: mir)?(?: bitte)?|ich habe eine frage|"
    r"s['’]il (?:te|vous) pla[iî]t|(?:peux|pourrais)-tu|(?:pouvez|pourriez)-vous|est-ce que (?:tu peux|vous pouvez)|"
    r"por favor|(?:me )?(?:puedes|podrías|puede|podría)|per favore|(?:mi )?(?:puoi|potresti|può|potrebbe)|"
    r"(?:você )?(?:pode|poderia)(?: me)?|alsjeblieft|(?:kun|zou) (?:je|u)|proszę|(?:czy )?(?:możesz|mógłbyś|mogłabyś)|"
    r"пожалуйста|(?:не )?мог(?:ла|ли)? бы (?:ты|вы)|(?:ты )?можешь(?: ли ты)?|(?:вы )?можете(?: ли вы)?|"
    r"подскажи(?:те)?|будь ласка|чи можеш|lütfen)(?!['’\w])"
)
_POLITE_EAST = r"请问|請問|请你|請你|请帮我|請幫我|请|請|麻烦你?|你能不能|你能|你可以|能不能|可以"
_THANKS = (
    r"(?:please|pls|thanks(?: (?:a lot|in advance|so much))?|thank you(?: (?:very much|so much|in advance))?|thx|"
    r"bitte|danke(?: (?:schön|im voraus))?|vielen dank|merci(?: d'avance| beaucoup)?|s['’]il (?:te|vous) pla[iî]t|"
    r"(?:muchas )?gracias|por favor|grazie(?: mille)?|per favore|obrigad[oa]|dank je|bedankt|dziękuję|proszę|"
    r"(?:большое )?спасибо|пожалуйста|заранее спасибо|дякую|будь ласка|teşekkürler|谢谢|謝謝|お願いします|감사합니다)"
)
_OPENING = re.compile(
    rf"{_PAUSE}*(?:(?:{_GREETINGS})(?:[\s,]+(?:{_ADDRESSED}))?(?:{_PAUSE}+|$)|{_POLITENESS}{_PAUSE}*|(?:{_POLITE_EAST})"
    rf"{_PAUSE}*)",
    re.IGNORECASE,
)
_CLOSING = re.compile(rf"{_PAUSE}+{_THANKS}{_PAUSE}*$", re.IGNORECASE)
_ONLY_THANKS = re.compile(rf"{_PAUSE}*{_THANKS}{_PAUSE}*", re.IGNORECASE)
_LABEL = re.compile(
    r"^(?:(?:here(?:'s| is)|sure|certainly|of course)\b[^:\n]{0,60}:\s*)?"
    r"(?:(?:(?:the |chat |conversation |possible |suggested )*title|titel|titre|título|titolo|tytuł|název|başlık|"
    r"заголовок|название(?: чата)?|назва|тема|subject|topic|"
    r"标题|標題|题目|タイトル|제목|العنوان|כותרת)\s*[:：\-–]\s*)?",
    re.IGNORECASE,
)


def title_from_question(text: str) -> str:
    """Return what a question is about, as far as its words show: without greeting, politeness and code.

    Empty only if there is nothing to be read in it.
    """
    text = text[:_MOST_READ]
    prose = _LINK.sub(r"\1", _FENCE.sub("\n", text))
    bare = next(_gists(prose), "") or next(_gists(text.replace("```", "\n").replace("~~~", "\n")), "")
    if not bare:  # nothing but a greeting: that is then what it is about
        bare = next((" ".join(line.split()) for line in text.splitlines() if _has_word(line)), "")
    bare = bare.strip(_END_MARKS)
    return cut(bare if text.lstrip().startswith(bare) else _capitalised(bare))


def title_from_answer(text: str) -> str:
    """Return the title that a model has written, without all that models write around one; empty if it is none."""
    lines = (_plain(line) for line in _THINKING.sub("\n", text[:_MOST_READ]).splitlines())
    named = (_LABEL.sub("", line, count=1) for line in lines)
    for line in (each.strip(_QUOTES + _END_MARKS) for each in named):
        if _has_word(line):
            return cut(line) if len(line) <= _LONGEST_ANSWER else ""
    return ""


def cut(text: str, most: int = MOST_COLUMNS) -> str:
    """Return a text in one line, cut between two words where it is too wide; an ellipsis shows it."""
    text = " ".join(_visible(text).split())
    if _width(text) <= most:
        return text
    end, width = 0, 1
    while end < len(text) and width + _width(text[end]) <= most:
        width += _width(text[end])
        end += 1
    shown = text[:end]
    if not text[end].isspace() and " " in shown[end // 2 :]:
        shown = shown.rsplit(" ", 1)[0]
    return shown.rstrip(_END_MARKS + "!?") + "…"


def _gists(text: str) -> Iterator[str]:
    """Yield what is left of each sentence that says more than that somebody is polite."""
    for sentence in _SENTENCE_END.split(text):
        left = _plain(sentence)
        while left and (opening := _OPENING.match(left)) and opening.end():
            left = left[opening.end() :]
        left = _CLOSING.sub("", left)
        if _has_word(left) and not _ONLY_THANKS.fullmatch(left):
            yield left


def _plain(line: str) -> str:
    return " ".join(_MARKS.sub("", _LINK.sub(r"\1", line.strip())).split())


def _has_word(text: str) -> bool:
    return any(each.isalnum() for each in text)


def _capitalised(text: str) -> str:
    """Begin with a capital letter, unless the first word has one inside or is a name like "x.py"."""
    first = text.split(" ", 1)[0]
    is_word = first.isalpha() and first.islower()
    return text[:1].upper() + text[1:] if is_word else text


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def _visible(text: str) -> str:
    """Leave out what cannot be seen and may turn the direction of reading."""
    return "".join(each for each in text if each.isspace() or unicodedata.category(each) not in ("Cc", "Cf", "Cs"))
