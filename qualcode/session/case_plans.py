"""What a table says of cases, as changes of project.yaml: which cases are new, which attributes get which values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from qualcode.core.attribute_types import infer_type, typed
from qualcode.core.codebook_steps import Step
from qualcode.core.how_many import how_many
from qualcode.core.text import fold
from qualcode.core.visible import shorten
from qualcode.errors import BadFile, BadOption, Problem
from qualcode.exchange.sources.tables import SourceTable
from qualcode.files.folder import check_name
from qualcode.files.project_files import states_in_project
from qualcode.files.project_states import attributes_of, value_of
from qualcode.index.index import Index

CASE_NAMES = ("case", "case id", "kase", "fall", "cas", "caso", "个案", "個案", "案例", "id", "name")
_MOST_PROBLEMS = 20
_MOST_VALUES = 150_000  # project.yaml is read up to 200,000


class CaseRow(NamedTuple):
    """What one row says of a case; `values` by attribute, empty ones included. `line` is that of the file."""

    line: int
    case: str
    name: str
    values: Mapping[str, str]


class CaseChange(NamedTuple):
    """What becomes of a case: for each attribute (or "name") what was and what will be, "" for none."""

    case: str
    new: bool
    values: Mapping[str, tuple[str, str]]

    def __str__(self) -> str:
        told = [f"{name} {shorten(after, 40) or 'none'}" if not before else
                f"{name} {shorten(before, 40)} → {shorten(after, 40) or 'none'}"
                for name, (before, after) in self.values.items()]  # fmt: skip
        return f"{self.case}: {'new case' if self.new else 'changed'}" + (f"; {', '.join(told)}" if told else "")


@dataclass(frozen=True)
class CasePlan:
    """What an import of case attributes would do. `attributes` are those to be declared, with their types; `remarks` say, a
    sentence each, what was taken for what and what was left out; `ids` are those of the cases as the table calls them."""

    changes: tuple[CaseChange, ...] = ()
    unchanged: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    steps: tuple[tuple[str, Step], ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict)


def plan_of_table(
    index: Index, table: SourceTable, shown_as: str, case_column: str = "", *, empty_erases: bool = False
) -> CasePlan:
    """The plan for a table with a case a row: the column named, else one that is called case, id or name, else the first
    names the case; the others are attributes. Raises BadFile with the lines that do not fit, BadOption."""
    at = table.column(case_column) if case_column else _guessed(table.columns)
    named = next((place for place, name in enumerate(table.columns) if fold(name) == "name" and place != at), None)
    kept = [place for place in range(len(table.columns)) if place not in (at, named)]
    empty = [place for place in kept if not any(row.cells[place].strip() for row in table.rows)]
    rows = [
        CaseRow(row.line, row.cells[at].strip(), row.cells[named].strip() if named is not None else "",
                {table.columns[place]: row.cells[place].strip() for place in kept if empty_erases or place not in empty})
        for row in table.rows
    ]  # fmt: skip
    remarks = [f"The column {table.columns[at]!r} names the cases."]
    if empty and not empty_erases:
        remarks.append(
            f"Columns without any value were left out: {', '.join(table.columns[place] for place in empty[:8])}."
        )
    plan = plan_of_rows(index, rows, shown_as, empty_erases=empty_erases)
    return CasePlan(plan.changes, plan.unchanged, plan.attributes, (*remarks, *plan.remarks), plan.steps, plan.ids)


def _guessed(columns: Sequence[str]) -> int:
    plain = [fold(name.replace("_", " ")) for name in columns]
    return next((plain.index(name) for name in CASE_NAMES if name in plain), 0)


def plan_of_rows(index: Index, rows: Iterable[CaseRow], shown_as: str, *, empty_erases: bool = False) -> CasePlan:
    """The plan for rows on cases; several rows of one case must not contradict one another. Raises BadFile with the lines
    that do not fit."""
    return _Planning(index, shown_as, empty_erases).plan(list(rows))


class _Planning:
    def __init__(self, index: Index, shown_as: str, empty_erases: bool) -> None:
        path = index.folder.project_yaml
        self._cases = states_in_project(path, "case")
        self._types = {name: state["type"] for name, state in states_in_project(path, "attribute").items()}
        self._shown_as, self._empty_erases = shown_as, empty_erases
        self._problems: list[Problem] = []
        self._remarks: list[str] = []
        self._ids: dict[str, str] = {}
        self._by_name: dict[str, list[str]] = {}
        for key, state in self._cases.items():
            for name in {fold(key), fold(value_of(state, "name"))}:
                self._by_name.setdefault(name, []).append(key)

    def plan(self, rows: Sequence[CaseRow]) -> CasePlan:
        merged = self._merged(rows)
        names = list(dict.fromkeys(name for row in merged.values() for name in row.values))
        renamed = {name: self._attribute(name) for name in names}
        if len(set(renamed.values())) < len(renamed):
            raise BadFile([Problem(self._shown_as, 1, "two columns are the same attribute", "take one of them out")])
        new_types = self._new_types(merged, renamed)
        self._refuse_misfits(rows, renamed, self._types | new_types)
        if self._problems:
            raise BadFile(self._problems[:_MOST_PROBLEMS])
        steps = [("attribute", Step(name, None, {"type": kind})) for name, kind in new_types.items()]
        changes, unchanged = [], []
        for case, row in merged.items():
            step, change = self._step(case, row, renamed, self._types | new_types)
            if step is None:
                unchanged.append(case)
            else:
                steps.append(("case", step))
                changes.append(change)
        self._refuse_too_much(steps)
        return CasePlan(tuple(changes), tuple(unchanged), new_types, tuple(self._remarks), tuple(steps), self._ids)

    def _refuse_too_much(self, steps: Sequence[tuple[str, Step]]) -> None:
        after = self._cases | {step.key: dict(step.after or {}) for what, step in steps if what == "case"}
        if (values := sum(4 + len(attributes_of(state)) for state in after.values())) > _MOST_VALUES:
            raise BadFile([Problem(self._shown_as, 0, f"the cases would have {values:,} values; a project holds {_MOST_VALUES:,}",
                                   "leave columns out that no comparison needs")])  # fmt: skip

    def _merged(self, rows: Sequence[CaseRow]) -> dict[str, CaseRow]:
        """The rows by the id of their case, several of one case in one."""
        found: dict[str, CaseRow] = {}
        without = 0
        for row in rows:
            if not row.case:
                without += 1
                continue
            case = self._ids.get(row.case) or self._case(row)
            self._ids[row.case] = case
            before = found.get(case)
            if before is None:
                found[case] = row
                continue
            for name, value in {**row.values, "name": row.name}.items():
                was = before.name if name == "name" and name not in row.values else before.values.get(name, "")
                if value and was and value != was:
                    self._say(row.line, f"{name} of the case {row.case!r} is {shorten(value, 40)!r} here and "
                                        f"{shorten(was, 40)!r} on line {before.line}", "let a case have one value")  # fmt: skip
            values = {name: before.values.get(name) or value for name, value in row.values.items()}
            found[case] = CaseRow(before.line, before.case, before.name or row.name, {**before.values, **values})
        if without:
            self._remarks.append(f"{how_many(without, 'row without a case was', 'rows without a case were')} left out.")
        return found

    def _case(self, row: CaseRow) -> str:
        """The id of the case that a row is about: one that goes by this id or name, else a new one."""
        if row.case in self._cases:
            return row.case
        alike = self._by_name.get(fold(row.case), [])
        if len(alike) > 1:
            self._say(row.line, f"several cases are called {row.case!r}: {', '.join(alike)}", "write the case's id")
        if alike:
            return alike[0]
        try:
            ident = check_name(row.case, "case")
            self._by_name[fold(row.case)] = [ident]
            return ident
        except BadOption as error:
            self._say(row.line, str(error), "give the case another name")
            return row.case

    def _attribute(self, column: str) -> str:
        """The attribute that a column is about: one that is known by this name, letter case and underscores aside."""
        known = {*self._types, *(name for state in self._cases.values() for name in attributes_of(state))}
        if column in known:
            return column
        plain = fold(column.replace("_", " "))
        alike = sorted(name for name in known if fold(name.replace("_", " ")) == plain)
        if len(alike) == 1:
            self._remarks.append(f"The column {column!r} was taken for the attribute {alike[0]!r}.")
            return alike[0]
        return column

    def _new_types(self, merged: Mapping[str, CaseRow], renamed: Mapping[str, str]) -> dict[str, str]:
        """Types of attributes that are not declared, by all values that they have then."""
        found: dict[str, str] = {}
        for column, name in renamed.items():
            values = [row.values.get(column, "") for row in merged.values()]
            if name in self._types or not any(values):
                continue
            others = [attributes_of(state).get(name, "") for case, state in self._cases.items()
                      if not (case in merged and merged[case].values.get(column))]  # fmt: skip
            found[name] = infer_type([*values, *others])
        return found

    def _refuse_misfits(self, rows: Sequence[CaseRow], renamed: Mapping[str, str], types: Mapping[str, str]) -> None:
        for row in rows:
            for column, value in row.values.items() if row.case else ():
                kind = types.get(renamed.get(column, column), "text")
                trouble = typed(value, kind)[1] if value else ""
                if trouble:
                    self._say(row.line, f"{column}: {shorten(value, 60)!r} is not {trouble}",
                              f"mend the cell, or the type of {renamed[column]} in project.yaml")  # fmt: skip

    def _step(
        self, case: str, row: CaseRow, renamed: Mapping[str, str], types: Mapping[str, str]
    ) -> tuple[Step | None, CaseChange]:
        before = self._cases.get(case)
        was = attributes_of(before)
        becomes, values = dict(was), {}
        for column, value in row.values.items():
            name = renamed.get(column, column)
            now = was.get(name, "")
            kind = types.get(name, "text")
            if (not value and (not self._empty_erases or not now)) or (
                now and value and typed(now, kind) == typed(value, kind)
            ):
                continue
            becomes[name] = value
            values[name] = (now, value)
        after: dict[str, Any] = {"id": case, "name": (row.name or value_of(before, "name")) or case}
        if before is not None and after["name"] != value_of(before, "name"):
            values = {"name": (value_of(before, "name"), after["name"]), **values}
        if becomes:
            after["attributes"] = becomes
        change = CaseChange(case, before is None, values)
        return (None if before is not None and not values else Step(case, before, after)), change

    def _say(self, line: int, message: str, advice: str) -> None:
        if len(self._problems) < _MOST_PROBLEMS:
            self._problems.append(Problem(self._shown_as, line, message, advice))
