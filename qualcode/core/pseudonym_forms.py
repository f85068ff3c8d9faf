"""The forms in which a person's name may stand in a text, from the name as the key gives it.

From "Liang Guihua" follow its words ("Guihua"; "Mr Li" with a title where a word is short or an ordinary word; both halves of
"Müller-Wójcik", "van der Berg" as one) and the other order ("Guihua Liang"; "Liang, Guihua"); from a Chinese name the
given name (王小明: 小明) and the surname with a title (王老师, 老王).
Each word gets the pseudonym's word at the same place, where there are as many, else the whole pseudonym.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

SPACE = r"(?:[ \t]?\r?(?:\n|\\n)[ \t]*|[ \u00a0\u2009\u202f\u3000]{1,3})"  # a line may end within a name, a paragraph may not
APOSTROPHES, HYPHENS = "'’‘ʼ＇`´", "-‐‑‒–"
_HYPHEN = re.compile(f"[{re.escape(HYPHENS)}]")
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "IDEOGRAPHIC")
_TITLES = tuple(
    """
    Mr Mrs Ms Miss Dr Prof Mr. Mrs. Ms. Dr. Prof. Aunt Auntie Uncle Grandma Grandpa Granny Teacher
    Brother Sister Old Little Herr Frau Madame Monsieur Señor Señora
    """.split()
)
_BEHIND = tuple(
    """
    先生 女士 太太 小姐 老师 阿姨 叔叔 伯伯 大爷 大妈 大叔 大婶 奶奶 爷爷
    医生 护士 校长 主任 师傅 同学 书记 村长 队长 老板 姐 哥 嫂 婶
    家
    """.split()
)
SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_BEFORE = ("老", "小", "阿")
_TWO_SIGN_SURNAMES = frozenset("欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 夏侯 司徒 端木 南宫".split())
# Names that are words of everyday English too: alone they are taken for names only as written in the key or behind a title.
ORDINARY_WORDS = frozenset(
    """
    an april art ash august ball banks bay bell best bill bishop black bloom bond bow brook brown bush butler
    carter case cash chance chase church clay cliff close coin cole cook cross dale dawn day dean drew duke earl
    east faith fall fang field fields fisher flower ford forest fox frank gay gene glass gold good grace grant
    gray green grey guy hall hand hang hay heath hill holiday home hope hunter ivy jack jasmine jay joy june king
    knight lane law lee lily lin little long lord love low major man marina mark marsh mason may meadow melody
    miller moon moss must north oak olive page park parks patience pearl penny pepper pike pope power price prince
    queen ray read reed rice rich river rob robin rock rose ruby rush said sandy savage sea shade sharp she short sky
    small smart snow song south spring star stone storm strange street stretch summer sun sure swan swift tang
    tree true turn victor violet wall ward waters way wells west white will winter wise wolf wood woods worth
    wright yang you young
    """.split()
)


class Form(NamedTuple):
    """A form of a name and what stands for it; `derived` if the key does not give it itself."""

    text: str
    new: str
    derived: bool


def forms_of(name: str, pseudonym: str, variants: Mapping[str, str]) -> Iterator[Form]:
    """All forms of one person's name; those given in the key first."""
    given = {" ".join(text.split()): new or pseudonym for text, new in {name: pseudonym, **variants}.items()}
    for text, new in given.items():
        yield Form(text, new, False)
    for text, new in given.items():
        if text.endswith("*"):
            continue
        derived = _unspaced_forms(text, new) if is_unspaced(text[0]) else _spaced_forms(text, new)
        for form in derived:
            if form.text not in given:
                yield form
                if (bare := _without_accents(form.text)) != form.text:
                    yield Form(bare, form.new, True)
        if (bare := _without_accents(text)) not in (text, *given):
            yield Form(bare, new, True)


def _spaced_forms(name: str, pseudonym: str) -> Iterator[Form]:
    words, news = name.split(), pseudonym.split()
    if len(words) == 1:
        return
    parts = _parts(words, news, pseudonym)
    if len(words) == 2:
        other = " ".join(reversed(news)) if len(news) == 2 else pseudonym
        yield Form(f"{words[1]} {words[0]}", other, True)
        yield Form(f"{words[0]}, {words[1]}", ", ".join(news) if len(news) == 2 else pseudonym, True)
    for joined in ("-", ""):
        glued = words[0] + "".join(joined + (word if joined else word.lower()) for word in words[1:])
        yield Form(glued, joined.join(news) if len(news) == len(words) and joined else pseudonym, True)
    yield Form("-".join(words).lower(), "-".join(news).lower(), True)  # as in ids
    particles: list[str] = []
    for word, new in zip(words, parts, strict=True):
        if word.islower() and not name.islower():
            particles.append(word)
            continue
        yield from _forms_of_word(word.strip(".,"), new)
        if particles:
            with_them = " ".join([*particles, word])
            yield Form(with_them, new, True)
            yield Form(with_them[0].upper() + with_them[1:], new, True)
        particles = []


def _parts(words: Sequence[str], news: Sequence[str], pseudonym: str) -> list[str]:
    """What stands for each word of the name; "van" and "der" are none of their own."""
    names = [word for word in words if not word.islower()]
    if len(news) == len(words):
        return list(news)
    if len(news) == len(names):
        left = iter(news)
        return [pseudonym if word.islower() else next(left) for word in words]
    return [pseudonym] * len(words)


def _forms_of_word(word: str, new: str) -> Iterator[Form]:
    if len(word) > 2 and word.casefold() not in ORDINARY_WORDS:
        yield Form(word, new, True)
        yield Form(f"-{word.lower()}", f"-{new.lower()}", True)
        yield Form(f"{word.lower()}-", f"{new.lower()}-", True)
    elif len(word) > 1:
        for title in _TITLES:
            yield Form(f"{title} {word}", f"{title} {new}", True)
    halves, new_halves = _HYPHEN.split(word), _HYPHEN.split(new)
    if len(halves) > 1:
        for at, half in enumerate(halves):
            if len(half) > 3 and half.casefold() not in ORDINARY_WORDS and half[0].isupper():
                yield Form(half, new_halves[at] if len(new_halves) == len(halves) else new, True)


def _unspaced_forms(name: str, pseudonym: str) -> Iterator[Form]:
    if not _is_han(name) or not 2 <= len(name) <= 4:
        return
    cut = 2 if name[:2] in _TWO_SIGN_SURNAMES or len(name) == 4 else 1
    surname, own = name[:cut], name[cut:]
    new_surname, new_own = pseudonym, pseudonym
    if _is_han(pseudonym) and 2 <= len(pseudonym) <= 4:
        at = 2 if pseudonym[:2] in _TWO_SIGN_SURNAMES or len(pseudonym) == 4 else 1
        new_surname, new_own = pseudonym[:at], pseudonym[at:]
    if name[0] not in SURNAMES and cut == 1:
        return
    if len(own) > 1:
        yield Form(own, new_own, True)
    for title in _BEHIND:
        yield Form(surname + title, new_surname + title, True)
    if cut == 1:
        for title in _BEFORE:
            yield Form(title + surname, title + new_surname, True)


def _without_accents(text: str) -> str:
    """As it is typed where no accents are at hand, in scripts of letters with accents."""
    if text.isascii() or not unicodedata.name(text.strip("-")[0], "").startswith("LATIN"):
        return text
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


def _is_han(text: str) -> bool:
    return all(unicodedata.name(char, "").startswith("CJK UNIFIED") for char in text)


@lru_cache(maxsize=8192)
def is_unspaced(char: str) -> bool:
    """Whether the sign is of a script that writes words without spaces between them."""
    return unicodedata.name(char, "").split(" ", 1)[0].split("-", 1)[0] in _UNSPACED
