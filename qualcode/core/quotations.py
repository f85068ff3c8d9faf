"""The quotations of a manuscript, with the coding that each cites and the words near it that may say whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qualcode.core.wording import amount, without_gaps


class Paragraph(NamedTuple):
    """A paragraph of a manuscript, the line (from 1) that it begins at, and whether it is a block quotation.

    In a word processor's file, where there are no lines, `line` is the number of the paragraph.
    """

    text: str
    line: int
    block: bool = False
    numbered_lines: bool = True


class Quotation(NamedTuple):
    """A quotation: its words, its line, the coding it links to, and what stands near it.

    `credits` are words set off to name the source: in brackets, after a dash, before a colon at a line's beginning.
    `lead` and `tail` are the words just before and after it in its sentence.
    """

    text: str
    line: int
    block: bool = False
    document: str = ""
    coding: str = ""
    credits: tuple[str, ...] = ()
    lead: str = ""
    tail: str = ""


_CLOSING = {
    "“": "”", "„": "“”", "«": "»", "»": "«", "‹": "›", "›": "‹", "「": "」", "『": "』", "〝": "〞〟", "＂": "＂", '"': '"',
    "”": "”", "‘": "’",
}  # fmt: skip
_OPENS_WITHOUT_SPACE = frozenset("“„«‹「『〝＂")
_LINK = re.compile(
    r"\[\[\s*(?P<document>[^\[\]|#\n]{1,200}?)\s*#\s*(?P<coding>[^\[\]|\n]{1,60}?)\s*(?:\|[^\[\]\n]*)?\]\]"
)
_BRACKETS = re.compile(r"[(（]([^()（）]{2,160})[)）]")
_AFTER = re.compile(r"[\s.,;:!?。，、；：！？]*")
_DASHED = re.compile(r"[—–―]+\s*(?=\S)|--+\s*(?=\S)|-\s+(?=\S)")
_SOURCE_LIKE = re.compile(r"[,，;；、\d]|^[^\W\d_a-zß-öø-ÿ]{2}|^[A-ZÀ-ÖØ-Þ]")
_CLAUSE = re.compile(r"[.。!！?？;；,，()（）\[\]—–\n\"“”„«»]")
_DEEPEST = 20  # quotations within quotations of the same kind
_LONGEST_TAIL = 120  # signs after a quotation in which a link to a coding still belongs to it


def quotations(paragraphs: Sequence[Paragraph]) -> list[Quotation]:
    """The quotations worth checking, in order: block quotations and text in quotation marks.

    Left out are single words and terms without a link: under 3 words, or under 5 signs of a script without spaces.
    """
    found: list[Quotation] = []
    for number, paragraph in enumerate(paragraphs):
        following = paragraphs[number + 1].text if number + 1 < len(paragraphs) else ""
        following = following if _only_source(following) else ""
        if paragraph.block:
            before = paragraphs[number - 1].text if number and not paragraphs[number - 1].block else ""
            found.extend(_block(paragraph, before, following))
        else:
            found.extend(_marked(paragraph, following))
    return [quotation for quotation in found if _worth_checking(quotation)]


def _worth_checking(quotation: Quotation) -> bool:
    words, signs = amount(without_gaps(quotation.text))
    return bool(words) and (bool(quotation.coding) or words >= (5 if signs else 3))


def _only_source(text: str) -> bool:
    """Whether the paragraph only says where the words before it are from: a link, a name after a dash or in brackets."""
    rest = _LINK.sub("", text).strip()
    if not rest:
        return bool(text.strip())
    if "\n" in rest or len(rest) > 160:
        return False
    return bool(_BRACKETS.fullmatch(rest.rstrip(".。 ")) or (_DASHED.match(rest) and len(rest.split()) <= 12))


# ---------------------------------------------------------------- block quotations


def _block(paragraph: Paragraph, before: str, following: str) -> Iterator[Quotation]:
    if _only_source(paragraph.text) or paragraph.text.lstrip().startswith("[!"):
        return
    link = _LINK.search(f"{paragraph.text}\n{following}")
    text, sources = _without_source(_LINK.sub("", paragraph.text).rstrip())
    sources += _credits(_LINK.sub("", following))
    lead = before.rstrip() if before.rstrip().endswith((":", "：")) else ""
    skipped = len(paragraph.text) - len(paragraph.text.lstrip())
    line = paragraph.line + (paragraph.text[:skipped].count("\n") if paragraph.numbered_lines else 0)
    yield Quotation(text.strip(), line, True, *_named(link), tuple(sources), _last_clause(lead))


def _without_source(text: str) -> tuple[str, list[str]]:
    """A block's words, and the source given at its end: a line after a dash, brackets, or both."""
    sources: list[str] = []
    for _ in range(3):
        above, _, last = text.rstrip().rpartition("\n")
        dash = _DASHED.match(last.strip())
        inline = re.search(r"(?<=[\"”“»’」』])\s*[—–―-]+\s*(?P<source>[^\n—–―]{2,80})$", text)
        brackets = re.search(r"[(（](?P<source>[^()（）]{2,160})[)）]\s*[.。]?\s*$", text)
        if above.strip() and dash:
            sources.append(last.strip()[dash.end() :])
            text = above
        elif inline:
            sources.append(inline["source"])
            text = text[: inline.start()]
        elif brackets and brackets.start() and _SOURCE_LIKE.search(brackets["source"]):
            sources.append(brackets["source"])
            text = text[: brackets.start()]
        else:
            break
    return text, sources


# ---------------------------------------------------------------- quotation marks


def _marked(paragraph: Paragraph, following: str) -> Iterator[Quotation]:
    text = paragraph.text
    spans = list(marked_spans(text))
    for number, (begin, end) in enumerate(spans):
        words = text[begin + 1 : end]
        if text[begin] == "‘" and amount(words)[0] <= 3:
            continue
        stop = spans[number + 1][0] if number + 1 < len(spans) else len(text)
        start = spans[number - 1][1] + 1 if number else 0
        after = text[end + 1 : stop]
        if stop == len(text) and len(after.strip()) < 3:
            after = f"{after}\n{following}"
        said_after = _LINK.sub("", after)
        line = paragraph.line + (text.count("\n", 0, begin) if paragraph.numbered_lines else 0)
        credits, lead, tail = _credits(said_after), _last_clause(text[start:begin]), _first_clause(words, said_after)
        yield Quotation(words.strip(), line, False, *_named(_link_after(after)), tuple(credits), lead, tail)


def marked_spans(text: str) -> Iterator[tuple[int, int]]:
    """Positions of the outermost opening and closing quotation marks. An opening mark that is never closed reaches to the
    end of the paragraph, as where a quotation goes on in the next one; a straight or single one does not count then."""
    at = 0
    while at < len(text):
        if text[at] in _CLOSING and _may_open(text, at):
            end = _closing(text, at)
            if end is not None:
                yield at, end
                at = end
        at += 1


def _may_open(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if text[at] in _OPENS_WITHOUT_SPACE:
        return True
    if not after or after.isspace():
        return False
    return not (before.isdigit() or (before.isalpha() and before.lower() != before.upper()))


def _closing(text: str, at: int) -> int | None:
    opener = text[at]
    if opener == "‘":
        return _closing_single(text, at)
    closers, depth, deepest = _CLOSING[opener], 0, 0
    for index in range(at + 1, len(text)):
        if text[index] == opener and opener not in closers:
            depth += 1
            deepest = max(deepest, depth)
        elif text[index] in closers:
            if depth == 0:
                return index
            depth -= 1
        if depth > _DEEPEST:
            return None
    return len(text) if opener in "“„「『" and not deepest and amount(text[at:])[0] >= 5 else None


def _closing_single(text: str, at: int) -> int | None:
    """The ’ that closes, not an apostrophe: not before a letter; after a mark rather than after a word, as in `boys’`."""
    limit = text.find("‘", at + 1)
    ends = [
        match.start()
        for match in re.finditer(r"’(?!\w)", text[: limit if limit > 0 else len(text)])
        if match.start() > at
    ]
    return next((end for end in ends if text[end - 1] in ".,!?…—–;:。！？，"), ends[0] if ends else None)


def _link_after(after: str) -> re.Match[str] | None:
    match = _LINK.search(after)
    if (
        match is None
        or match.start() > _LONGEST_TAIL
        or re.search(r"[.。!?！？]\s+\S", after[: match.start()].rstrip())
    ):
        return None
    return match


def _named(link: re.Match[str] | None) -> tuple[str, str]:
    """The document and the coding of a link."""
    return (link["document"], link["coding"]) if link else ("", "")


def _credits(after: str) -> list[str]:
    """Sources given directly after a quotation: in brackets or after a dash."""
    found: list[str] = []
    at = 0
    while True:
        skipped = _AFTER.match(after, at)
        at = skipped.end() if skipped else at
        brackets, dash = _BRACKETS.match(after, at), _DASHED.match(after, at)
        if brackets:
            found.append(brackets[1])
            at = brackets.end()
        elif dash:
            line = after[dash.end() :].split("\n")[0]
            whole = len(line.split()) <= 12 and not after[dash.end() :].strip()[len(line) :].strip()
            found.append(line if whole else "")
            break
        else:
            break
    return [source for source in found if source.strip()]


def _last_clause(text: str) -> str:
    """The clause that leads to the quotation: `Long says:` of `He is tired. Long says:`."""
    lead = text.rstrip(" \t\n:：,，*_")
    return _CLAUSE.split(lead)[-1].strip() if lead != text.rstrip() or text[-1:].isspace() else ""


def _first_clause(words: str, after: str) -> str:
    """The clause after the quotation, where the sentence goes on: `says Long` of `, says Long. He is tired.`"""
    if after[:1] in ".。!！?？":
        return ""
    ended = words.rstrip()[-1:] in ".。!！?？"
    tail = _CLAUSE.split(after.lstrip(" ,，\n"))[0].strip()
    return "" if ended and tail[:1].isupper() else tail
