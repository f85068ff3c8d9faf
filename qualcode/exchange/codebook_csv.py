"""Codebooks as CSV: the columns of qualcode's own export, of Taguette's and of MAXQDA's codebooks.

    qualcode   code_path, or level_1, level_2 ...; code_id; definition, use_when, do_not_use_when, example, color
    Taguette   tag, name or path (levels by /, dots are part of a name); parent; description
    MAXQDA     Code (levels by > or \\); Parent code; Memo; Color

Other columns are left alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from qualcode.core.codebook_plan import Draft, path_key, with_parents
from qualcode.core.visible import quoted
from qualcode.errors import BadFile, Problem
from qualcode.exchange.csv_records import Record, read_records

_UNDERSTOOD = (
    "qualcode reads `code_path` or `level_1`, `level_2` ... (its own), `tag`, `name` or `path` with `description` "
    "(Taguette), `Code` with `Memo` (MAXQDA); name the columns so in the first line"
)
_DEFINITIONS = ("definition", "description", "memo", "comment")
_OWN_TEXTS = ("use_when", "do_not_use_when", "example")
_MOST_LEVELS = 40  # what codebook.yaml can hold when it is read back (two levels of YAML for each)
_MOST_PROBLEMS = 20
_LEVELS = re.compile(r"(?<![-=<])>(?!=)|\\")  # an arrow in a name is no level
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_ESCAPED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
_UNSEEN = frozenset(("Zs", "Zl", "Zp", "Cc", "Cf"))
_BREAKS = re.compile("[ \t\r\n\u2028\u2029]+")


class _Row(NamedTuple):
    """A row of the file. `above` is what it says about its parent, in the file's own words."""

    line: int
    path: tuple[str, ...]
    above: tuple[str, ...]
    id: str
    fields: Mapping[str, str]


def csv_drafts(text: str, shown_as: str) -> list[Draft]:
    """Drafts from the text of a CSV file; parents that it only implies are added. Raises BadFile with the lines."""
    records = read_records(text, shown_as)
    if not records:
        raise BadFile([Problem(shown_as, 0, "the file is empty")])
    sheet = _Sheet(records[0], shown_as)
    rows = [sheet.row(record) for record in records[1:]]
    sheet.stop_at_problems()
    placed = _under_parents(rows, sheet)
    sheet.stop_at_problems()
    _refuse_repeated(placed, sheet)
    return with_parents(Draft(row.path, row.id, row.fields) for row in placed)


class _Sheet:
    """The columns of one file, and the trouble with its rows."""

    def __init__(self, header: Record, shown_as: str) -> None:
        self._shown_as = shown_as
        names = [name.strip().casefold().replace(" ", "_") for name in header.cells]
        self._columns = {name: at for at, name in reversed(list(enumerate(names))) if name}
        self._levels = sorted((name for name in self._columns if re.fullmatch(r"level_[1-9]\d?", name)),
                              key=lambda name: int(name[6:]))  # fmt: skip
        self._problems: list[Problem] = []
        self._own = "code_path" in self._columns or "level_1" in self._columns
        self._named_by = next((name for name in ("tag", "path", "code", "name") if name in self._columns), "")
        if not self._own and not self._named_by:
            found = ", ".join(quoted(name, 24) for name in header.cells[:8] if name.strip())
            message = f"none of its columns names codes (it has {found or 'no named columns'})"
            raise BadFile([Problem(shown_as, header.line, message, _UNDERSTOOD)])
        for name in ("code_path", "code_id", *self._levels, *([] if self._own else [self._named_by])):
            if names.count(name) > 1:
                self.trouble(header.line, f"the column {name!r} stands there twice", "leave one of them out")
        self._parent = "" if self._own else next((n for n in ("parent_code", "parent") if n in self._columns), "")
        self._definition = next((name for name in _DEFINITIONS if name in self._columns), "")

    def trouble(self, line: int, message: str, advice: str = "") -> None:
        self._problems.append(Problem(self._shown_as, line, message, advice))

    def stop_at_problems(self) -> None:
        """Raise BadFile with all that was found so far, if anything was."""
        if more := self._problems[_MOST_PROBLEMS:]:
            self._problems[_MOST_PROBLEMS:] = [Problem(self._shown_as, 0, f"and {len(more)} more like these")]
        if self._problems:
            raise BadFile(self._problems)

    def row(self, record: Record) -> _Row:
        def cell(name: str) -> str:
            if name not in self._columns:
                return ""
            text = record.cells[self._columns[name]]
            return text[1:] if self._own and _ESCAPED.match(text) else text

        path, above = self._path(cell), self._split(cell(self._parent)) if self._parent else ()
        if message := _what_is_wrong_with(path):
            self.trouble(record.line, message)
        elif self._own:
            self._compare(record.line, path, cell)
        return _Row(
            record.line, path, above, cell("code_id").strip() if self._own else "", self._texts(record.line, cell)
        )

    def _path(self, cell: Callable[[str], str]) -> tuple[str, ...]:
        if "code_path" in self._columns:
            return _names(cell("code_path").split("/"))
        return self._level_names(cell) if self._own else self._split(cell(self._named_by))

    def _level_names(self, cell: Callable[[str], str]) -> tuple[str, ...]:
        names = _names(cell(name).replace("/", "-") for name in self._levels)
        while names and not names[-1]:
            names = names[:-1]
        return names

    def _split(self, text: str) -> tuple[str, ...]:
        """A path as the other program writes it. A slash in a name of MAXQDA's would part levels here: a hyphen instead."""
        if not text.strip():
            return ()
        return _names(_LEVELS.split(text.replace("/", "-")) if self._named_by == "code" else text.split("/"))

    def _texts(self, line: int, cell: Callable[[str], str]) -> dict[str, str]:
        fields = {"definition": cell(self._definition), **{name: cell(name) for name in _OWN_TEXTS}}
        color = cell("color").strip().lower()
        if _COLOR.fullmatch(color):
            fields["color"] = color
        elif color and self._own:
            self.trouble(line, f"{quoted(color, 24)} is not a colour", 'a colour is written as "#rrggbb"')
        return {name: text.strip() for name, text in fields.items() if text.strip()}

    def _compare(self, line: int, path: tuple[str, ...], cell: Callable[[str], str]) -> None:
        """Our own file says a code's place several times over: somebody may have changed only one of them."""
        said = [("code", path[-1:], _names([cell("code")]))]
        if "code_path" in self._columns:
            said.append(("level_1, level_2 ...", path, self._level_names(cell)))
        for column, expected, names in said:
            if any(names) and path_key(names) != path_key(expected):
                self.trouble(line, f"{column}: {quoted('/'.join(names))} is not what the path says, {quoted('/'.join(path))}",
                             "change both, or leave out the column that you do not keep up")  # fmt: skip


def _names(parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(_BREAKS.sub(" ", part).strip() for part in parts)


def _what_is_wrong_with(path: tuple[str, ...]) -> str:
    shown = quoted("/".join(path))
    if not path or not any(path):
        return "there is no code in this row"
    if any(all(unicodedata.category(char) in _UNSEEN for char in name) for name in path):
        return f"a level without a name in {shown}"
    if any(unicodedata.category(char) == "Cc" for name in path for char in name):
        return f"a control character in the name {shown}"
    if len(path) > _MOST_LEVELS:
        return f"{quoted('/'.join(path), 24)} is more than {_MOST_LEVELS} levels deep"
    return ""


def _under_parents(rows: Sequence[_Row], sheet: _Sheet) -> list[_Row]:
    """The rows with full paths where a column names the parent: another row's code, or a path of its own."""
    parents = _parent_rows(rows)
    full: dict[int, tuple[str, ...]] = {}
    for number in range(len(rows)):
        way: dict[int, None] = {}
        at = number
        while at >= 0 and at not in full and at not in way:
            way[at] = None
            at = parents[at]
        if at in way:
            sheet.trouble(rows[at].line, f"{quoted('/'.join(rows[at].path))} stands under itself")
            full[at] = rows[at].path
        for each in reversed(way):
            base = full[parents[each]] if parents[each] >= 0 else () if _holds(rows[each]) else rows[each].above
            full.setdefault(each, (*base, *rows[each].path)[: _MOST_LEVELS + 1])
    placed = [row._replace(path=full[number]) for number, row in enumerate(rows)]
    for row in placed:
        if message := _what_is_wrong_with(row.path):
            sheet.trouble(row.line, message)
    return placed


def _parent_rows(rows: Sequence[_Row]) -> list[int]:
    """For each row the number of the row that is its parent by name, the nearest one before it if there are several;
    -1 where there is none, or the row's own path says all."""
    named: dict[tuple[str, ...], int] = {}
    for number in reversed(range(len(rows))):
        named[path_key(rows[number].path)] = number
    found = []
    for number, row in enumerate(rows):
        found.append(-1 if _holds(row) else named.get(path_key(row.above), -1))
        named[path_key(row.path)] = number
    return found


def _holds(row: _Row) -> bool:
    """Whether the row's own path begins with its parent's, or no parent is named."""
    above = path_key(row.above)
    return len(above) < len(row.path) and path_key(row.path[: len(above)]) == above


def _refuse_repeated(rows: Sequence[_Row], sheet: _Sheet) -> None:
    """Two codes of one path pass only where each has an id of its own."""
    paths: dict[tuple[str, ...], _Row] = {}
    ids: dict[str, _Row] = {}
    for row in rows:
        key, path = path_key(row.path), quoted("/".join(row.path))
        if row.id and (other := ids.setdefault(row.id, row)) is not row:
            sheet.trouble(row.line, f"the code_id {quoted(row.id)} stands on line {other.line} already",
                          "clear it in the row that is a new code")  # fmt: skip
        elif (other := paths.setdefault(key, row)) is not row and not (row.id and other.id):
            sheet.trouble(row.line, f"the code {path} stands on line {other.line} already", "keep one of the two")
    sheet.stop_at_problems()
