"""The few documents in which a quotation is worth looking for word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from math import log
from operator import add

from qualcode.core.quotations import Quotation
from qualcode.core.text import fold
from qualcode.core.wording import Piece
from qualcode.index.index import Index

_MOST = 12  # documents in which all the words of one quotation are looked at
_MOST_NEAR = 6  # and those that only come near it
_SHARE = 0.35  # of a quotation's rarer words, below which a document is passed over
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def candidates(
    index: Index,
    asked: Sequence[tuple[Quotation, tuple[Piece, ...]]],
    cited: Sequence[Set[str]],
    preferred: Sequence[Set[str]],
) -> dict[str, list[int]]:
    """For each document, in project order, the numbers of the quotations to look for in it.

    These are the documents that hold all words of a quotation in a row, the `preferred` ones first where there are many;
    where there is none, those that share most of its rarer words. The `cited` ones are always among them.
    """
    runs = [_runs(quotation.text, pieces) for quotation, pieces in asked]
    features = [_features(words) for words in runs]
    wanted = frozenset().union(*features)
    needles = [sorted(("".join(words) for words in several), key=len, reverse=True) for several in runs]
    holding: list[list[str]] = [[] for _ in asked]
    shared: dict[str, frozenset[str]] = {}
    order = []
    query = "SELECT d.id, t.folded FROM document d JOIN document_text t ON t.document = d.id ORDER BY d.rank"
    for document, folded in index.db.execute(query):
        order.append(document)
        words = _WORD.findall(folded)
        text = "".join(words)
        shared[document] = wanted.intersection(words).union(_pairs(words, wanted), _pairs(text, wanted))
        for number, several in enumerate(needles):
            if several and all(needle in text for needle in several):
                holding[number].append(document)
    weights = _weights(wanted, shared)
    chosen: dict[str, list[int]] = {document: [] for document in order}
    for number, documents in enumerate(holding):
        if needles[number]:
            picked = _first(documents, preferred[number]) or _nearest(
                features[number], shared, weights, preferred[number]
            )
            for document in {*picked, *cited[number]} & chosen.keys():
                chosen[document].append(number)
    return {document: numbers for document, numbers in chosen.items() if numbers}


def _runs(text: str, pieces: Iterable[Piece]) -> list[list[str]]:
    """The words of a quotation, folded, in runs that stand unbroken in a text: between gaps, lines and cut words."""
    runs: list[list[str]] = []
    for piece in pieces:
        runs.append([])
        end = piece.tokens[0].start
        for token in piece.tokens:
            if "\n" in text[end : token.start] or token.part:
                runs.append([])
            if not token.part:
                runs[-1].extend(_WORD.findall(fold(token.key)))
            end = token.end
    return [run for run in runs if run]


def _features(runs: Iterable[list[str]]) -> frozenset[str]:
    """What to know a quotation by: its words and pairs of them; pairs of signs in scripts without spaces."""
    found: set[str] = set()
    for run in runs:
        spaced = [word for word in run if not _UNSPACED.search(word)]
        found.update(spaced, map(add, spaced, spaced[1:]))
        text = "".join(run)
        found.update(pair for pair in map(add, text, text[1:]) if _UNSPACED.search(pair))
    return frozenset(found)


def _pairs(words: Sequence[str], wanted: frozenset[str]) -> frozenset[str]:
    """The wanted pairs of neighbouring words, or of signs where a text without spaces is given."""
    if isinstance(words, str) and (words.isascii() or not _UNSPACED.search(words)):
        return frozenset()
    return wanted.intersection(map(add, words, words[1:]))


def _weights(wanted: frozenset[str], shared: Mapping[str, frozenset[str]]) -> dict[str, float]:
    counts = dict.fromkeys(wanted, 0)
    for found in shared.values():
        for feature in found:
            counts[feature] += 1
    return {feature: log(1 + (1 + len(shared)) / (1 + count)) for feature, count in counts.items()}


def _first(documents: Sequence[str], preferred: Set[str]) -> list[str]:
    return sorted(documents, key=lambda document: document not in preferred)[:_MOST]


def _nearest(
    features: frozenset[str], shared: Mapping[str, frozenset[str]], weights: Mapping[str, float], preferred: Set[str]
) -> list[str]:
    total = sum(weights[feature] for feature in features)
    scores = []
    for document, found in shared.items():
        score = sum(weights[feature] for feature in features & found)
        if score > _SHARE * total:
            scores.append((score * (1.1 if document in preferred else 1.0), document))
    return [document for _, document in sorted(scores, key=lambda pair: -pair[0])[:_MOST_NEAR]]
