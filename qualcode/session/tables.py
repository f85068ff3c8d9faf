"""Tables of texts, made ready to become documents: a row a document, its other cells facts and attributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from qualcode.core.codebook import slug
from qualcode.core.how_many import how_many
from qualcode.core.visible import shorten
from qualcode.errors import BadFile, BadOption, Problem
from qualcode.exchange.sources import ImportedText, source_bytes
from qualcode.exchange.sources.plain import tidy
from qualcode.exchange.sources.tables import Row, SourceTable, read_table
from qualcode.files.folder import stamp
from qualcode.files.names_elsewhere import off_devices
from qualcode.index.index import Index
from qualcode.session.case_plans import CasePlan, CaseRow, plan_of_rows
from qualcode.session.import_given import Given
from qualcode.session.import_names import cut, numbered, title_of
from qualcode.session.importing import Already, Plan, Source, look_at, planned_documents
from qualcode.session.known_sources import KnownSources
from qualcode.session.table_columns import Asked, Columns, columns_of, day_of


@dataclass(frozen=True)
class TablePlan:
    """What importing a table would do: its documents, what becomes of cases, and, a sentence each, what was taken for what.

    `there` counts the rows whose document is in the project already, word for word.
    """

    documents: Plan = field(default_factory=Plan)
    cases: CasePlan = field(default_factory=CasePlan)
    remarks: tuple[str, ...] = ()
    there: int = 0


def plan_table(index: Index, path: Path, asked: Asked, given: Given) -> TablePlan:
    """What importing this table would do. Raises BadFile with the lines that do not fit, BadOption."""
    given = given.checked()
    source, data = look_at(path)
    known = KnownSources(index)
    same = None if given.again else known.same_as(source.size, source.hash)
    if same is not None:
        return TablePlan(Plan(already=(Already(path, *same),), given=given))
    table = read_table(data, path.name, str(path), given.encoding, asked.sheet)
    return _Planning(index, source, table, asked, given).plan()


def body_of_row(source: Path, how: Mapping[str, Any]) -> str:
    """The text of a row of a table under sources/, read as it was when it was imported. Raises BadFile, BadOption."""
    encoding, sheet = str(how.get("encoding") or ""), str(how.get("sheet") or "")
    table, rows = _table_of(source, stamp(source), encoding, sheet)
    wanted = how.get("text")
    names = [str(name) for name in wanted] if isinstance(wanted, list) else []
    places = [table.columns.index(name) for name in names if name in table.columns]
    row = rows.get(how.get("row"))
    if row is None or len(places) < len(names) or not places:
        raise BadFile(
            [Problem(str(source), 0, f"row {how.get('row')} is not in it as it was", "bring the file back as it was")]
        )
    return _text(table, row, places)


@lru_cache(maxsize=1)
def _table_of(
    source: Path, _version: tuple[int, int], encoding: str, sheet: str
) -> tuple[SourceTable, dict[object, Row]]:  # fmt: skip
    table = read_table(source_bytes(source), source.name, str(source), encoding, sheet)
    return table, {row.line: row for row in table.rows}


def _text(table: SourceTable, row: Row, places: Sequence[int]) -> str:
    """The body of a row's document: its text; of several, each under the name of its column as a heading. "" for none."""
    given = [(table.columns[at], tidy(row.cells[at])) for at in places if row.cells[at].strip()]
    if len(places) == 1:
        return given[0][1] if given else ""
    return "\n".join(f"## {name}\n\n{text}" for name, text in given)


class _Planning:
    def __init__(self, index: Index, source: Source, table: SourceTable, asked: Asked, given: Given) -> None:
        self._index, self._source, self._table, self._given = index, source, table, given
        known = {name for name in given.facts if not getattr(asked, name, "")}
        if given.case and asked.case:
            raise BadOption("Name one case for all rows (--case), or the column that names each one's (--case-column).")
        self._columns: Columns = columns_of(table, asked, str(source.path), known)
        self._asked = asked
        self._rows = [row for row in table.rows if _text(table, row, self._columns.texts)]
        if not self._rows:
            raise BadFile([Problem(str(source.path), 0, "no row has a text", "name the column with --text-column")])
        if given.title and len(self._rows) > 1:
            raise BadOption(
                "--title fits one document only, and this table has several rows; --title-column names a column."
            )
        self._remarks = [*self._columns.remarks]
        self._numbers: dict[str, int] = {}  # of documents whose id and title would be those of another row

    def plan(self) -> TablePlan:
        of_case, of_document = self._split()
        cases = self._cases(of_case)
        read, there = [], 0
        for row, ident in zip(self._rows, self._idents(), strict=True):
            imported = self._imported(row, ident, cases.ids, of_document)
            if not self._given.again and self._is_there(ident, imported.body):
                there += 1
            else:
                read.append((ident, self._source, imported, self._how(row)))
        plan = planned_documents(self._index, Plan(given=self._given), read)
        self._say_what_was_left_out(there)
        new = {change.case for change in cases.changes if change.new}
        return TablePlan(replace(plan, cases=tuple(case for case in plan.cases if case not in new)), cases,
                         (*self._remarks, *cases.remarks), there)  # fmt: skip

    def _how(self, row: Row) -> dict[str, Any]:
        how: dict[str, Any] = {
            "table": True,
            "row": row.line,
            "text": [self._table.columns[at] for at in self._columns.texts],
        }
        if self._asked.sheet:
            how["sheet"] = self._asked.sheet
        encoding = self._given.encoding or self._table.encoding
        return how | ({"encoding": encoding} if encoding else {})

    # ---------------------------------------------------------------- cases and attributes

    def _case_cell(self, row: Row) -> str:
        at = self._columns.places.get("case")
        return row.cells[at].strip() if at is not None else self._given.case

    def _split(self) -> tuple[list[int], list[int]]:
        """Which attributes are the case's and which the document's."""
        wanted, columns = self._asked.attributes_to, list(self._columns.attributes)
        has_case = "case" in self._columns.places
        if wanted == "case" and not has_case:
            raise BadOption(
                "There is no column that names the case: name it with --case-column, or take --attributes-to document."
            )
        if wanted == "case" or not has_case or wanted == "document":
            of_case = columns if wanted == "case" else []
        else:
            of_case = [at for at in columns if self._is_consistent(at)]
        of_document = [at for at in columns if at not in of_case]
        for whose, places in (("the case", of_case), ("the document", of_document)):
            if places:
                names = ", ".join(repr(shorten(self._table.columns[at], 40)) for at in places[:20])
                self._remarks.append(f"Attributes of {whose}: {names}{' and more' if len(places) > 20 else ''}.")
        return of_case, of_document

    def _is_consistent(self, at: int) -> bool:
        """Whether each case has one value of this column throughout, and no row without a case has any."""
        values: dict[str, str] = {}
        for row in self._rows:
            value = row.cells[at].strip()
            if value and (not self._case_cell(row) or values.setdefault(self._case_cell(row), value) != value):
                return False
        return True

    def _cases(self, of_case: Sequence[int]) -> CasePlan:
        if "case" not in self._columns.places:
            return CasePlan()
        rows = [
            CaseRow(
                row.line, self._case_cell(row), "", {self._table.columns[at]: row.cells[at].strip() for at in of_case}
            )
            for row in self._rows
        ]
        without = sum(not row.case for row in rows)
        if without:
            self._remarks.append(
                f"{without} of {how_many(len(rows), 'row')} {'names' if without == 1 else 'name'} no case."
            )
        return plan_of_rows(self._index, [row for row in rows if row.case], str(self._source.path))

    # ---------------------------------------------------------------- documents

    def _cell(self, row: Row, what: str) -> str:
        at = self._columns.places.get(what)
        return " ".join(row.cells[at].split()) if at is not None else ""

    def _idents(self) -> list[str]:
        """An id for each row: from its id, else its case, else its number, each once."""
        stem = cut(slug(self._source.path.stem), 60) or "row"
        found: list[str] = []
        taken: set[str] = set()
        last: dict[str, int] = {}
        for row in self._rows:
            base = cut(slug(self._cell(row, "id") or self._case_named(row)), 80)
            if base and not any(sign.isalpha() for sign in base):
                base = f"{stem}-{base}"
            ident = off_devices(base, "document") or f"{stem}-{row.line - self._table.rows[0].line + 1:04}"
            if ident in taken:
                plain, ident = ident, numbered(ident, taken.__contains__, last.get(ident, 2))
                self._numbers[ident] = int(ident.rpartition("-")[2])
                last[plain] = self._numbers[ident] + 1
            taken.add(ident)
            found.append(ident)
        return found

    def _case_named(self, row: Row) -> str:
        return self._case_cell(row) if "case" in self._columns.places else ""

    def _imported(self, row: Row, ident: str, cases: Mapping[str, str], of_document: Sequence[int]) -> ImportedText:
        cell = self._case_cell(row)
        named = self._cell(row, "id") or self._case_named(row) or f"row {row.line}"
        again = f" ({self._numbers[ident]})" if ident in self._numbers else ""
        fields: dict[str, Any] = {
            "title": self._cell(row, "title") or f"{title_of(self._source.path)}: {named}{again}",
            "case": cases.get(cell, ""),
            "date": day_of(self._cell(row, "date")),
            "kind": self._cell(row, "kind"),
            "language": self._cell(row, "language"),
            "attributes": {
                self._table.columns[at]: row.cells[at].strip() for at in of_document if row.cells[at].strip()
            },
        }
        kind = f"row {row.line} of a table ({self._table.kind})"
        return ImportedText(_text(self._table, row, self._columns.texts), fields, kind=kind)

    def _is_there(self, ident: str, body: str) -> bool:
        return self._index.folder.transcript(ident).exists() and self._index.body(ident).text == body

    def _say_what_was_left_out(self, there: int) -> None:
        empty = len(self._table.rows) - len(self._rows)
        if empty:
            self._remarks.append(how_many(empty, "row without a text was", "rows without a text were") + " left out.")
        if there:
            self._remarks.append(how_many(there, "row is", "rows are") + " in the project already, word for word.")
        if self._table.encoding:
            other = f" ({self._table.runner_up} is the next likeliest)" if self._table.runner_up else ""
            self._remarks.append(f"The table is not UTF-8; it was read as {self._table.encoding}{other}. Look whether the letters are "
                                 "right, else: qualcode undo, and import again with --encoding.")  # fmt: skip
        self._remarks += [f"{loss[0].upper()}{loss[1:]}." for loss in self._table.losses]
