"""Saturation: how many new codes each further interview brings, and when the runs of interviews bring next to none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from qualcode.analysis.choosing import chosen
from qualcode.analysis.filters import Filters, document_id
from qualcode.analysis.frame import frame, unique
from qualcode.analysis.material import material
from qualcode.analysis.table import Table
from qualcode.core.how_many import how_many
from qualcode.core.saturation import Run, new_codes, reached, runs
from qualcode.errors import BadFile, BadOption, UnknownName
from qualcode.files.text_files import read_text
from qualcode.index.index import Index

COLUMNS = (
    "number", "document", "title", "date", "codings", "new_codes", "codes_so_far", "run_new", "base_codes", "percent",
    "saturated", "which", "also",
)  # fmt: skip


class SaturationTable(Table):
    """A row an interview. `sentence` says whether and where saturation is reached, `remarks` what was left out and how the
    order came about; `answered` is False where there are too few interviews or codes to tell."""

    def __init__(self, rows: Sequence[Sequence[Any]], sentence: str, remarks: Sequence[str], answered: bool) -> None:
        super().__init__(COLUMNS, rows)
        self.sentence, self.remarks, self.answered = sentence, tuple(remarks), answered


class _Interview(NamedTuple):
    """A document, with its translations, as one."""

    document: str
    title: str
    date: str
    also: tuple[str, ...]
    codings: int
    codes: tuple[str, ...]


def saturation(
    index: Index, filters: Filters | None = None, *, base: int = 4, run: int = 2, threshold: float = 5,
    order: str | Sequence[str] = "date", top: bool = False, all_documents: bool = False,
) -> SaturationTable:  # fmt: skip
    """New codes an interview, in the order given, and the share of new ones in each run (see `core.saturation`).

    Every code counts as it was applied; with `top` the themes above do. Filters on cases, documents and people say which
    interviews there are, those on codes only which codes count. `order` is date (undated last), import, or ids of documents:
    then only those count. An original and its translation are one interview, where the earlier of them stands. Documents in
    which nothing is coded are left out unless `all_documents`. `run_new` and `percent` stand at a run's last interview,
    `which` names the new codes, `also` the document's translations. Raises UnknownName, BadOption, BadQuery.
    """
    filters = filters or Filters()
    scope = list(dict.fromkeys(part.document for part in material(index, replace(filters, coder=""))))
    coded = _coded(index, filters.coder)
    counting = [document for document in scope if all_documents or document in coded]
    documents, remarks = _in_order(index, counting, order)
    interviews = _units(index, documents, _counted(index, filters, top))
    new = new_codes(interview.codes for interview in interviews)
    found = runs([len(codes) for codes in new], base, run)
    first = reached(found, threshold)
    base_codes = sum(map(len, new[:base]))
    rows = _rows(interviews, new, found, first, base_codes, _names(index))
    uncoded = sum(document not in coded and (isinstance(order, str) or document in order) for document in scope)
    remarks = [*_uncoded(uncoded, all_documents), *remarks, *_joined(interviews)]
    sentence = _sentence(found, first, len(interviews), base, run, threshold, base_codes)
    return SaturationTable(rows, sentence, remarks, bool(found) and base_codes > 0)


def read_order(index: Index, path: str | Path) -> list[str]:
    """The ids of the documents that a file names, by id or title, one a line. Raises BadFile, UnknownName, BadOption."""
    text, problems = read_text(Path(path), str(path))
    if problems:
        raise BadFile(problems)
    found: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            document = document_id(index, line.strip())
        except UnknownName as error:
            raise UnknownName(f"{path}:{number}: {error}") from error
        if document in found:
            raise BadOption(f"{path}:{number}: {document!r} stands in line {found[document]} already.")
        found[document] = number
    if not found:
        raise BadOption(f"{path} names no document: write one id or title a line (`qualcode documents` lists them).")
    return list(found)


def _coded(index: Index, coder: str) -> set[str]:
    """The documents in which anything is coded, whatever the code; by this coder, where one is asked for."""
    found = frame(index)
    texts = found.names["document"].texts
    return {texts[number] for number in unique(found.document[chosen(index, Filters(coder=coder))])}


def _counted(index: Index, filters: Filters, top: bool) -> Mapping[str, list[tuple[str, int]]]:
    """Codes with their number of codings for each document, in codebook order; with `top` the themes in their place."""
    found, book = frame(index), index.codebook
    mask = chosen(index, filters)
    documents, codes = found.names["document"].texts, found.names["code"].texts
    pairs, counts = np.unique(found.document[mask] * np.int64(len(codes)) + found.code[mask], return_counts=True)
    ranks = {code.id: rank for rank, code in enumerate(book.codes)}
    rows: dict[str, list[tuple[int, str, int]]] = {}
    for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
        document, code = divmod(pair, len(codes))
        rows.setdefault(documents[document], []).append((ranks.get(codes[code], len(ranks)), codes[code], count))
    themes = {code: book.with_ancestors(code)[-1] if top else code for code in codes}
    return {
        document: [(themes[code], count) for _, code, count in sorted(several)] for document, several in rows.items()
    }


def _in_order(index: Index, documents: list[str], order: str | Sequence[str]) -> tuple[list[str], list[str]]:
    """The documents in the order asked for, and what is to be said about it."""
    if not isinstance(order, str):
        there = set(documents)
        unlisted = len(there - set(order))
        said = [f"{_documents(unlisted)} not in the list, so left out."] if unlisted else []
        return [document for document in order if document in there], said
    if order == "date":
        dates = dict(index.rows("SELECT id, date FROM document"))
        undated = sum(not dates[document] for document in documents)
        ordered = sorted(documents, key=lambda document: (not dates[document], dates[document]))
        return ordered, [f"{_documents(undated)} without a date, so last in order."] if undated else []
    if order == "import":
        came = dict(
            index.rows(
                """SELECT "key", min(id) FROM event WHERE op = 'change' AND what = 'document' AND "before" = '' AND standing = 1
                GROUP BY "key" """
            )
        )
        return sorted(documents, key=lambda document: (came.get(document, ""), document)), []
    raise BadOption(f"There is no order {order!r}: date, import, or a file with a document a line.")


def _units(index: Index, documents: Sequence[str], counted: Mapping[str, list[tuple[str, int]]]) -> list[_Interview]:
    """The documents as interviews: an original and its translations are one, where the first of them stands."""
    facts = {row[0]: row for row in index.rows("SELECT id, title, date, translation_of FROM document")}
    originals = {document: facts[document][3] for document in facts if facts[document][3] in facts}
    groups: dict[str, list[str]] = {}
    for document in documents:
        groups.setdefault(_original(document, originals), []).append(document)
    found = []
    for original, members in groups.items():
        shown = original if original in members else members[0]
        codes = [pair for member in members for pair in counted.get(member, [])]
        date = facts[shown][2] or next((facts[member][2] for member in members if facts[member][2]), "")
        also = tuple(member for member in members if member != shown)
        found.append(
            _Interview(shown, facts[shown][1], date, also, sum(n for _, n in codes), tuple(code for code, _ in codes))
        )
    return found


def _original(document: str, originals: Mapping[str, str]) -> str:
    seen = {document}
    while above := originals.get(document):
        if above in seen:
            return min(seen)
        document = above
        seen.add(above)
    return document


def _names(index: Index) -> Mapping[str, str]:
    return dict(index.rows("SELECT id, name FROM code"))


def _rows(
    interviews: Sequence[_Interview], new: Sequence[Sequence[str]], found: Sequence[Run], first: Run | None,
    base_codes: int, names: Mapping[str, str],
) -> list[tuple[Any, ...]]:  # fmt: skip
    ending = {run.last: run for run in found}
    rows, so_far = [], 0
    for number, (interview, codes) in enumerate(zip(interviews, new, strict=True), 1):
        so_far += len(codes)
        run = ending.get(number)
        percent = None if run is None or run.percent is None else round(run.percent, 1)
        rows.append(
            (number, interview.document, interview.title, interview.date, interview.codings, len(codes), so_far,
             run.new if run else None, base_codes if run else None, percent, "yes" if run and run == first else "",
             "; ".join(names.get(code, code) for code in codes), "; ".join(interview.also))
        )  # fmt: skip
    return rows


def _uncoded(number: int, all_documents: bool) -> list[str]:
    """What is to be said of documents in which nothing is coded."""
    if not number:
        return []
    if all_documents:
        return [f"{_documents(number)} without codings, counted as bringing no new code."]
    return [f"{_documents(number)} without codings, so left out (--all-documents counts them)."]


def _joined(interviews: Iterable[_Interview]) -> list[str]:
    also = sum(len(interview.also) for interview in interviews)
    return (
        [f"{how_many(also, 'translation counts', 'translations count')} as one interview with the original."]
        if also
        else []
    )


def _documents(number: int) -> str:
    return how_many(number, "document is", "documents are")


def _sentence(
    found: Sequence[Run], first: Run | None, interviews: int, base: int, run: int, threshold: float, base_codes: int
) -> str:
    if not found:
        return (
            f"Too few interviews to tell: there {'is' if interviews == 1 else 'are'} {interviews}, and a base of {base} with a "
            f"run of {run} needs {base + run} (--base, --run)."
        )
    if not base_codes:
        return f"Nothing is coded in the base, the first {how_many(base, 'interview')}, so new codes cannot be measured against it."
    told = first or found[-1]
    which = f"interviews {told.last - run + 1} to {told.last}" if run > 1 else f"interview {told.last}"
    share = (
        f"{which} brought {how_many(told.new, 'new code')}, {_percent(told)} of the {how_many(base_codes, 'code')} "
        f"in the base of {base} (threshold {threshold:g}%)."
    )
    if first is None:
        return f"Saturation is not reached: the last run, {share}"
    later = max((other for other in found if other.last > first.last), key=lambda other: other.new, default=first)
    more = f" A later run brought more again: {_percent(later)}, up to interview {later.last}."
    above = later.percent is not None and later.percent > threshold
    return f"Saturation at {first.last - run}+{run}: {share}" + (more if above else "")


def _percent(run: Run) -> str:
    return f"{run.percent:.1f}%" if run.percent is not None else "no share"
