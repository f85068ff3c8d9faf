"""Dimensions that a study makes itself: attributes of cases and documents, and the questions that answers belong to."""

from __future__ import annotations

import numpy as np

from qualcode.analysis.attributes import Ranges, attribute, name_and_limits, number, shown
from qualcode.analysis.axes import Axis, from_names
from qualcode.analysis.frame import Frame, Ints, Longs, Names, Turns
from qualcode.index.index import Index


def attribute_axis(index: Index, frame: Frame, spec: str) -> Axis:
    wanted, limits = name_and_limits(index, spec.removeprefix("attr:"))
    found = attribute(index, wanted)
    ranges = Ranges.of(limits) if limits else None

    def name(value: object) -> str:
        if ranges is None:
            return shown(value)
        as_number = number(value)
        return "(not a number)" if as_number is None else ranges.name(as_number)

    names = Names()

    def of_cases() -> Ints:
        cases = frame.names["case"].texts  # reading turns adds those that speak but in which nothing is coded
        return names.numbers((name(found.cases[c]) if c in found.cases else "" for c in cases), len(cases))

    documents = frame.names["document"].texts
    of_document = names.numbers(
        (name(found.documents[d]) if d in found.documents else "" for d in documents), len(documents)
    )
    natural = ranges.names if ranges else [shown(value) for value in sorted(set(found.values), key=_order)]

    def of(rows: Frame | Turns) -> Ints:
        result: Ints = np.where(of_document[rows.document] > 0, of_document[rows.document], of_cases()[rows.case])
        return result

    return from_names(f"attr:{found.name}", of(frame), names.texts, list(dict.fromkeys(natural)),
                       lambda: of(frame.turns), lambda key: key)  # fmt: skip


def _order(value: object) -> tuple[int, float, str]:
    as_number = number(value)
    return (1, 0.0, shown(value)) if as_number is None else (0, as_number, "")


def question_axis(index: Index, frame: Frame, spec: str) -> Axis:
    """By the question that an answer belongs to: questions are marked by coding the interviewer's turn with a sub-code of QUESTION
    (or with it); what follows in the document, up to the next marked question, belongs to it."""
    from qualcode.analysis.filters import code_id

    book, wanted = index.codebook, spec.removeprefix("turn-of:")
    top = code_id(index, wanted)
    codes = [code.id for code in book.live if code.id in set(book.with_descendants(top))] if top in book else [top]
    names = frame.names["code"]
    marks = frame.in_turns(
        np.flatnonzero(np.isin(frame.code, [names.known(code) for code in codes if names.known(code) >= 0]))
    )
    marked = frame.turn_first[marks]
    in_book = np.array([codes.index(text) if text in codes else -1 for text in names.texts])[frame.code[marks]]
    order = np.lexsort((in_book, frame.start[marks], marked))
    marks, marked = marks[order], marked[order]
    found = Names()
    questions = found.numbers((names.texts[number] for number in frame.code[marks].tolist()), len(marks))
    turns = frame.turns

    def of(turn: Longs, document: Ints) -> Ints:
        if not len(marks):
            return np.zeros(len(turn), np.int32)
        at = np.searchsorted(marked, turn, "right") - 1
        same = (at >= 0) & (frame.document[marks[np.maximum(at, 0)]] == document)
        result: Ints = np.where(same, questions[np.maximum(at, 0)], 0).astype(np.int32)
        return result

    here = of(frame.turn_first, frame.document)
    here[frame.lost] = 0
    made = from_names("question", here, found.texts, codes, lambda: of(np.arange(len(turns.start)), turns.document),
                       lambda key: book.path(key) if key in book else key)  # fmt: skip
    return made._replace(name=spec)
