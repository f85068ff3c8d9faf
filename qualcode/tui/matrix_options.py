"""What the pickers of the matrix offer: dimensions with the project's own attributes, measures, relations."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from qualcode.analysis.attributes import number
from qualcode.index.index import Index
from qualcode.tui.matrix_choice import MatrixChoice
from qualcode.tui.picker import Choice

RANGES, QUESTIONS = "ranges:", "questions"
_DIMENSIONS = {
    "code": "Every code. The number of a theme has its sub-codes' codings in it.",
    "top-code": "The codes at the top of the codebook only.",
    "case": "The document's case; where it has none, as in a focus group, that of the participant who speaks.",
    "document": "Each document.",
    "participant": "People, as project.yaml declares them.",
    "speaker": "Whoever says it, declared or not.",
    "role": "What participants are to the study.",
    "kind": "Kinds of documents.",
    "coder": "Who coded it.",
    "month": "Months of the documents' dates.",
    "quarter": "Quarters of the documents' dates.",
    "year": "Years of the documents' dates.",
    "language": "Languages of the documents.",
    "case+role": "Both joined. Any others are typed with + between: role+year.",
    "case+kind": "Both joined.",
    "case+year": "Both joined.",
}
_MEASURES = {
    "segments": "codings, each coder's for itself",
    "documents": "documents in which it is coded, each once",
    "cases": "cases in which it is coded, each once",
    "turns": "turns in which it is coded, each once",
    "words": "words of the quotes; a Chinese or Japanese sign is one word",
    "chars": "characters of the quotes",
    "coverage": "per cent of the text that is coded, overlaps counted once",
    "present": "coded at all or not",
    "quotes": "the first words of the quotes",
    "summaries": "what was written of the cell (memos of the kind summary)",
    "first-date": "the earliest date on which it is coded",
}
_TOGETHER = {
    "segments": "pairs of codings that meet",
    "documents": "documents in which a pair meets",
    "cases": "cases in which a pair meets",
    "present": "meet at all or not",
    "jaccard": "share of the turns with either code that have both",
    "c-coefficient": "n12 / (n1 + n2 - n12), as in ATLAS.ti",
}
RELATIONS = (
    Choice("overlap", "overlap", detail="The passages share words."),
    Choice("same-turn", "same turn", detail="Somebody says both in one go."),
    Choice("near:1", "near:1", detail="At most one turn stands between them. Type near:3 for at most three."),
    Choice("contains", "contains", detail="The row's passage holds the column's."),
    Choice("follows", "follows", detail="The row's passage comes after the column's, with at most one turn between. Type "
           "follows:3 for at most three."),
)  # fmt: skip


def dimension_choices(index: Index) -> list[Choice]:
    """All dimensions: the fixed ones, attributes, attributes of numbers in ranges, questions."""
    fixed = [Choice(key, key, detail=told) for key, told in _DIMENSIONS.items()]
    found = attributes(index)
    plain = [Choice(f"attr:{name}", name, "attribute", _some(values)) for name, values in found.items()]
    ranges = [Choice(RANGES + name, f"{name} in ranges", "you say where they are cut") for name, values in found.items()
              if _numbers(values)]  # fmt: skip
    told = "By the question before. Questions are coded in the interviewer's turns, with sub-codes of a code that you choose."
    questions = Choice(QUESTIONS, "question", detail=told)
    return [*fixed, *plain, *ranges, questions]


def typed_dimension(text: str) -> list[Choice]:
    """A dimension typed as on the command line: several joined with +, or with a colon."""
    spec = "+".join(part.strip() for part in text.split("+"))
    typed = spec not in _DIMENSIONS and ("+" in spec or spec.startswith(("attr:", "turn-of:")))
    return (
        [Choice(spec, spec, "as typed", "Joined with +, or as attr:NAME:0,1000,4000 or turn-of:CODE.")]
        if typed and not spec.endswith(("+", ":"))
        else []
    )


def attributes(index: Index) -> dict[str, list[Any]]:
    """The attributes of cases and documents with their values, in the order in which they are met."""
    found: dict[str, list[Any]] = {}
    for (given,) in index.rows(
        "SELECT attributes FROM (SELECT 0 AS what, rank, attributes FROM kase UNION ALL SELECT 1, rank, attributes FROM document) "
        "WHERE attributes <> '{}' ORDER BY what, rank"
    ):
        for name, value in json.loads(given).items():
            if value not in (None, ""):
                found.setdefault(name, []).append(value)
    return found


def _numbers(values: Sequence[Any]) -> list[float]:
    """The values as numbers, where most of them are."""
    found = [as_number for value in values if (as_number := number(value)) is not None]
    return found if 2 * len(found) > len(values) and len(set(found)) > 2 else []


def _some(values: Sequence[Any]) -> str:
    different = list(dict.fromkeys(str(value) for value in values))
    return ", ".join(different[:4]) + (" ..." if len(different) > 4 else "")


def suggested_limits(index: Index, name: str) -> str:
    """Limits that cut an attribute's numbers into three parts of about the same size."""
    values = sorted(_numbers(attributes(index).get(name, [])))
    limits = dict.fromkeys(f"{values[len(values) * part // 3]:g}" for part in (1, 2)) if values else {}
    return ",".join(limits)


def measure_choices(choice: MatrixChoice) -> list[Choice]:
    """All measures, shares and rates that go with what is in rows and columns; keys are `cell:`, `percent:`, `per:`, `exact:`."""
    if choice.together:
        return [Choice(f"cell:{cell}", cell, aside) for cell, aside in _TOGETHER.items()]
    cells = [Choice(f"cell:{cell}", cell, aside) for cell, aside in _MEASURES.items()]
    return [
        *cells,
        Choice("per:1000words", "per 1000 words", "for so much text of the cell, coded or not"),
        Choice("percent:row", "percent of row", "the row's total is 100"),
        Choice("percent:col", "percent of column", "the column's total is 100"),
        Choice("percent:total", "percent of all", "the grand total is 100"),
        Choice("percent:", "plain numbers", "no shares, no rates"),
        Choice("exact:", "sub-codes' codings count in their theme", "now they do not" if choice.exact else "as now"),
        Choice(
            "exact:yes",
            "every code's own codings only",
            "as now" if choice.exact else "now themes count their sub-codes too",
        ),
    ]


def typed_relation(text: str) -> list[Choice]:
    """A relation with another number of turns."""
    name, _, turns = text.strip().partition(":")
    return [Choice(text.strip(), text.strip(), "as typed")] if name in ("near", "follows") and turns.isdecimal() else []
