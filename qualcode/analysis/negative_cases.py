"""Negative cases: where a code was not found in a case, the words to look for there, and a note of what was looked for.

Words to look for are those that the code's quotes share and that are said in them more often than elsewhere; what everybody says
all the time falls out by that, so no list of stop words of any language is needed. Scripts without spaces between words are taken
in pieces of one to four signs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from math import log
from typing import Any, NamedTuple

from qualcode.analysis.filters import Filters, case_id, code_id
from qualcode.analysis.kwic import Line, Wanted, lines
from qualcode.analysis.people import People
from qualcode.analysis.segments import segments
from qualcode.core.how_many import how_many
from qualcode.core.text import fold, word_pattern
from qualcode.errors import BadOption
from qualcode.index.index import Index

LEAST_RATIO = 2.0  # times as frequent in the quotes as elsewhere
_LONGEST_PIECE = 4  # signs
_MOST_TEXT = 2_000_000  # code points weighed against; of more, documents spread evenly
_MOST_CANDIDATES = 200
_SEPARATORS = str.maketrans(dict.fromkeys("，、；;", ","))


class SharedWord(NamedTuple):
    """A word with the number of quotes that have it, how often it is said in them, and in all transcripts."""

    word: str
    quotes: int
    within: int
    everywhere: int


def shared_words(index: Index, code: str, limit: int = 8) -> list[SharedWord]:
    """The words that set a code's quotes apart (with its sub-codes'), those that tell most first.

    A word counts that at least two quotes share (where there is only one quote: any of its words), and that is at least
    LEAST_RATIO times as frequent in them as in the rest of the transcripts. Passages coded twice count once. Raises UnknownName.
    """
    quotes = list({(row["document"], row["start"], row["end"]): fold(row["text"]) for row in
                   segments(index, Filters(code=code_id(index, code)))}.values())  # fmt: skip
    inside, holding = Counter[str](), Counter[str]()
    for quote in quotes:
        tokens = list(_tokens(quote))
        inside.update(tokens)
        holding.update(set(tokens))
    least = 2 if len(quotes) > 1 else 1
    candidates = [word for word, number in holding.most_common() if number >= least][:_MOST_CANDIDATES]
    everywhere, size = _frequencies(_texts(index), candidates)
    said = sum(map(_size, quotes))
    found = {
        word: _weight(holding[word], inside[word], said, max(everywhere[word], inside[word]), max(size, said))
        for word in candidates
    }
    telling = _longest([word for word in candidates if found[word] > 0], holding)
    telling.sort(key=lambda word: (-found[word], word))
    return [SharedWord(word, holding[word], inside[word], everywhere[word]) for word in telling[:limit]]


def _tokens(folded: str) -> Iterator[str]:
    """Words; of runs of signs without spaces all pieces of up to four."""
    run: list[str] = []
    end = -1
    for match in word_pattern().finditer(folded):
        word = match[0]
        unspaced = _is_piece(word)
        if run and (not unspaced or match.start() != end):
            yield from _pieces(run)
            run = []
        if unspaced:
            run.append(word)
        else:
            yield word
        end = match.end()
    yield from _pieces(run)


def _pieces(run: Sequence[str]) -> Iterator[str]:
    for size in range(1, _LONGEST_PIECE + 1):
        for at in range(len(run) - size + 1):
            yield "".join(run[at : at + size])


@lru_cache(maxsize=1)
def _sign() -> Any:
    import regex

    return regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")


def _is_piece(word: str) -> bool:
    """Whether this is one sign, or several, of a script without spaces between words."""
    return word[0] > "\u02ff" and _sign().match(word) is not None


def _size(folded: str) -> int:
    """How many words there are, each sign of an unspaced script being one."""
    return len(word_pattern().findall(folded))


def _texts(index: Index) -> Iterator[str]:
    """The folded texts of all documents; where that is very much, of some that are spread evenly."""
    total = index.value("SELECT sum(characters) FROM document") or 0
    step = -(-total // _MOST_TEXT) or 1
    sql = (
        "SELECT t.folded FROM document d JOIN document_text t ON t.document = d.id WHERE d.rank % ? = 0 ORDER BY d.rank"
    )
    return (text for (text,) in index.db.execute(sql, [step]))


def _frequencies(texts: Iterable[str], words: Iterable[str]) -> tuple[Mapping[str, int], int]:
    """How often each word is said in the texts, and how many words they have.

    What stands between spaces is counted first, so that each word is taken apart once and not as often as it is said.
    """
    chunks = Counter[str]()
    for text in texts:
        chunks.update(text.split())
    wanted, counted, size = set(words), Counter[str](), 0
    for chunk, number in chunks.items():
        size += number * _size(chunk)
        for token in _tokens(chunk):
            if token in wanted:
                counted[token] += number
    return counted, size


def _weight(quotes: int, within: int, said: int, everywhere: int, size: int) -> float:
    """What a word tells: how many times as often it is said in the quotes as elsewhere, in how many of them, and how seldom at
    all, as the product of the logarithms; 0 where it is not LEAST_RATIO times as frequent. A word is taken to be said once more
    elsewhere than it is, so that what occurs once or twice does not come first."""
    elsewhere = (everywhere - within + 1) / max(size - said, 1)
    ratio = (within / said) / elsewhere
    if ratio < LEAST_RATIO:
        return 0.0
    return log(ratio) * log(1 + quotes) * log(1 + size / everywhere)


def _longest(words: Sequence[str], holding: Mapping[str, int]) -> list[str]:
    """The words without those pieces that stand in a longer one of as many quotes."""
    pieces = [word for word in words if _is_piece(word)]
    return [word for word in words if not _is_piece(word) or not any(
        word != longer and word in longer and holding[longer] >= holding[word] for longer in pieces)]  # fmt: skip


# ---------------------------------------------------------------- looking


def phrases(text: str) -> list[str]:
    """The words to look for in a line such as `miss*, phone call`: commas stand between them.

    >>> phrases("miss*, phone call")
    ['miss*', 'phone call']
    """
    parts = (" ".join(part.split()) for part in text.translate(_SEPARATORS).split(","))
    return list(dict.fromkeys(part for part in parts if part))


def hits_in_case(index: Index, case: str, words: Sequence[str], width: int = 60) -> list[Line]:
    """Every place in the case's transcripts where one of the words is said, as whole words, in document order.

    Words are phrases as `core.phrase` reads them (`miss*` finds missing). In documents without a case, such as focus groups,
    what its participants say counts. Of hits that overlap the longest is there. Raises UnknownName, BadOption.
    """
    if not words:
        raise BadOption("Give some words to look for.")
    found = {
        (line.document, line.start, line.end): line
        for word in words
        for line in lines(index, Wanted(word, whole=True, case=case), width)
        if line is not None
    }
    ranks = dict(index.rows("SELECT id, rank FROM document"))
    kept: list[Line] = []
    for line in sorted(
        found.values(), key=lambda line: (ranks.get(line.document, 0), line.document, line.start, -line.end)
    ):
        if not kept or kept[-1].document != line.document or line.start >= kept[-1].end:
            kept.append(line)
    return kept


def documents_of(index: Index, case: str) -> list[str]:
    """The documents in which a case can speak: its own, and those without a case in which its participants do."""
    ident, people = case_id(index, case), People(index)
    spoken = {document for document, label in index.rows(
        """SELECT DISTINCT t.document, t.label FROM turn t JOIN document d ON d.id = t.document WHERE d.kase = ''"""
    ) if people.case(document, label) == ident}  # fmt: skip
    documents = index.rows("SELECT id, kase FROM document ORDER BY rank")
    return [document for document, kase in documents if kase == ident or document in spoken]


# ---------------------------------------------------------------- noting


def not_found_title(index: Index, code: str, case: str) -> str:
    """What a memo on a negative case is called."""
    return f"Looked for and not found: {index.codebook.path(code).rpartition('/')[2]} × {_case_name(index, case)}"


def not_found_text(
    index: Index, code: str, case: str, words: Sequence[str], found: Sequence[Line], remark: str = ""
) -> str:
    """What was looked for, where, and with which result, as the text of a memo about the cell."""
    by_document = Counter(line.document for line in found)
    number = len(found)
    result = "nothing" if not number else f"{how_many(number, 'hit')}, read and not coded with it"
    places = [f"- [[{document}]]: {by_document[document] or 'no'} hit{'' if by_document[document] == 1 else 's'}"
              for document in documents_of(index, case)]  # fmt: skip
    parts = [
        f"[[code:{index.codebook.path(code)}]] was looked for in [[case:{case}]].",
        f"Words: {', '.join(words)}",
        f"Result: {result}.",
        "\n".join(["Documents:", *places]) if places else "The case has no documents.",
        remark.strip(),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _case_name(index: Index, case: str) -> str:
    return index.value("SELECT name FROM kase WHERE id = ?", [case]) or case
