"""What the report's script counts and shows, as one JSON value: columns of numbers, each text once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from qualcode.analysis.attributes import Attribute, shown
from qualcode.analysis.periods import period_of
from qualcode.analysis.report_data import ReportData
from qualcode.analysis.table import Row
from qualcode.exchange.report.texts import closer, name, prose

_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029\u202a\u202b\u202c\u202d\u202e"}
_FEWEST, _MOST = 2, 40  # values of an attribute that are worth comparing

Keys = Mapping[str, str]


def embedded(data: ReportData) -> str:
    """The value as JSON that can stand in a <script> element whatever the texts say."""
    return json.dumps(payload(data), ensure_ascii=False, separators=(",", ":"), sort_keys=True).translate(_ESCAPES)


def payload(data: ReportData) -> dict[str, Any]:
    """The study's codings as columns.

    `codings.code`, `.passage` and `.coder` number into `codes`, `passages` and a dimension's keys; a passage's columns number
    into documents, speakers, roles and cases. `dimensions` says what can be compared: `of` tells what `values` are listed by.
    """
    passages, numbers = _passages(data)
    codes = {code.id: number for number, code in enumerate(data.book.codes)}
    dimensions = _Dimensions(data, passages)
    return {
        "codes": {
            "key": [code.id for code in data.book.codes],
            "name": [name(code.name) for code in data.book.codes],
            "parent": [codes.get(code.parent, -1) for code in data.book.codes],
            "color": [data.colors[code.id] for code in data.book.codes],
        },
        "codings": {
            "code": [codes[row["code_id"]] for row in data.codings],
            "passage": [numbers[_place(row)] for row in data.codings],
            "coder": dimensions.numbers("coder", data.codings),
            "exemplary": [at for at, row in enumerate(data.codings) if row["exemplary"]],
            "note": {str(at): prose(row["note"]) for at, row in enumerate(data.codings) if row["note"]},
        },
        "passages": _columns(data, passages, dimensions),
        "documents": {
            "title": [name(row["title"]) for row in data.documents],
            "kind": [name(row["kind"]) for row in data.documents],
            "date": [row["date"] for row in data.documents],
        },
        "dimensions": dimensions.listed(),
        "words": [text.words for text in data.texts],
        "first": {"rows": "code", "cols": "case" if len(data.cases) else "document", "hide": bool(data.part)},
    }


def _place(row: Row) -> tuple[Any, ...]:
    return tuple(row[column] for column in ("document", "start", "end", "text", "speaker", "role", "case"))


def _passages(data: ReportData) -> tuple[list[Row], dict[tuple[Any, ...], int]]:
    """One coding for each passage, and the number of each passage."""
    rows: list[Row] = []
    numbers: dict[tuple[Any, ...], int] = {}
    for row in data.codings:
        if numbers.setdefault(_place(row), len(rows)) == len(rows):
            rows.append(row)
    return rows, numbers


def _columns(data: ReportData, passages: Sequence[Row], dimensions: _Dimensions) -> dict[str, Any]:
    contexts = [data.contexts.get((row["document"], row["start"], row["end"]), ("", "")) for row in passages]
    turns = [data.turns.get((row["document"], row["start"], row["end"]), (-1, -2)) for row in passages]
    return {
        "text": [prose(row["text"]) for row in passages],
        "before": [closer(before) for before, _ in contexts],
        "after": [closer(after) for _, after in contexts],
        "line": [row["line"] for row in passages],
        "time": {str(at): row["time_start"] for at, row in enumerate(passages) if row["time_start"]},
        "anchor": {str(at): row["anchor"] for at, row in enumerate(passages) if row["anchor"] != "exact"},
        "words": [row["words"] for row in passages],
        "chars": [row["end"] - row["start"] for row in passages],
        "turn": [first for first, _ in turns],
        "turns": [last - first + 1 for first, last in turns],
        **{dimension: dimensions.numbers(dimension, passages) for dimension in ("document", "speaker", "role", "case")},
    }


class _Dimensions:
    """What rows and columns can be, each with its keys in natural order; those found in use only come last."""

    def __init__(self, data: ReportData, passages: Sequence[Row]) -> None:
        self.data, self._passages = data, passages
        natural: dict[str, Iterable[str]] = {
            "case": (row["case"] for row in data.cases),
            "document": (row["document"] for row in data.documents),
            "speaker": (row["name"] for row in data.participants),
            "role": (row["role"] for row in data.participants),
            "coder": (row["coder"] for row in data.coders),
        }
        rows = {"coder": data.codings}
        self.keys = {
            dimension: _in_order(keys, {row[dimension] for row in rows.get(dimension, passages)}, self._said(dimension))
            for dimension, keys in natural.items()
        }
        self._at = {
            dimension: {key: number for number, key in enumerate(keys)} for dimension, keys in self.keys.items()
        }

    def _said(self, dimension: str) -> set[str]:
        return {getattr(text, dimension) for text in self.data.texts} if dimension != "coder" else set()

    def numbers(self, dimension: str, rows: Iterable[Row]) -> list[int]:
        at = self._at[dimension]
        return [at[row[dimension]] for row in rows]

    def listed(self) -> list[dict[str, Any]]:
        cases = {row["case"]: name(row["name"]) for row in self.data.cases}
        titles = {row["document"]: name(row["title"]) for row in self.data.documents}
        found = [
            self._own("case", "Case", "passage", cases),
            self._own("role", "Role", "passage"),
            self._own("speaker", "Speaker", "passage"),
            self._by_document("kind", "Kind of document", lambda row: row["kind"]),
            *(
                self._by_document(by, by.title(), lambda row, by=by: period_of(row["date"], by))  # type: ignore[misc]
                for by in ("month", "quarter", "year")
            ),
            self._by_document("language", "Language", lambda row: row["language"]),
            self._own("document", "Document", "passage", titles),
            self._own("coder", "Coder", "coding"),
            *filter(None, map(self._attribute, self.data.attributes)),
        ]
        return [dimension for dimension in found if any(dimension["key"])]

    def _own(self, key: str, label: str, of: str, names: Keys | None = None) -> dict[str, Any]:
        keys = self.keys[key]
        labels = [(names or {}).get(one, "") or _shown(one, key) for one in keys]
        texts = [self._at[key][getattr(text, key)] for text in self.data.texts] if key != "coder" else None
        return {"id": key, "label": label, "of": of, "key": keys, "name": labels, "texts": texts}

    def _by_document(self, key: str, label: str, value: Callable[[Row], str]) -> dict[str, Any]:
        by_document = {row["document"]: value(row) for row in self.data.documents}
        return self._spread(key, label, "document", lambda document, _: by_document.get(document, ""),
                            sorted(set(by_document.values())))  # fmt: skip

    def _attribute(self, attribute: Attribute) -> dict[str, Any] | None:
        """By an attribute of cases, or of documents where these have it too; None where it has too few values or too many."""
        cases, documents = ({key: shown(value) for key, value in given.items()}
                            for given in (attribute.cases, attribute.documents))  # fmt: skip
        here = {cases.get(case, "") for case in self.keys["case"]} | {
            documents.get(document, "") for document in self.keys["document"]
        }
        if not _FEWEST <= len(here - {""}) <= _MOST:
            return None
        return self._spread(
            f"attr:{attribute.name}", name(attribute.name.replace("_", " ")), "listed" if documents else "case",
            lambda document, case: documents.get(document) or cases.get(case, ""), sorted(here, key=_numbers_first),
        )  # fmt: skip

    def _spread(
        self, key: str, label: str, of: str, value: Callable[[str, str], str], natural: Sequence[str]
    ) -> dict[str, Any]:
        """A dimension that a passage has through its document, its case, or both (listed for each passage): `values` numbers
        the keys, one for each of those; `texts` likewise for each piece of text."""
        values = {
            "document": lambda: [value(document, "") for document in self.keys["document"]],
            "case": lambda: [value("", case) for case in self.keys["case"]],
            "listed": lambda: [value(row["document"], row["case"]) for row in self._passages],
        }[of]()
        texts = [value(text.document, text.case) for text in self.data.texts]
        keys = _in_order(natural, {*values, *texts})
        at = {one: number for number, one in enumerate(keys)}
        return {
            "id": key, "label": label, "of": of, "key": keys, "name": [_shown(one, label.lower()) for one in keys],
            "values": [at[one] for one in values], "texts": [at[one] for one in texts],
        }  # fmt: skip


def _in_order(natural: Iterable[str], used: set[str], said: Iterable[str] = ()) -> list[str]:
    """The natural keys, then the others that occur, sorted; "" (none) last, if any coding has none."""
    keys = [key for key in dict.fromkeys(natural) if key]
    more = sorted({*used, *said} - set(keys) - {""})
    return [*keys, *more, *([""] if "" in used or "" in said else [])]


def _shown(key: str, dimension: str) -> str:
    return name(key) if key else f"(no {dimension})"


def _numbers_first(value: str) -> tuple[int, float, str]:
    try:
        return 0, float(value), value
    except ValueError:
        return 1, 0.0, value
