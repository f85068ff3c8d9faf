"""The audit trail: who did what when, with before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from qualcode.analysis.audit_entries import ACTS, COLUMNS, GROUPS, Entry, Naming, act_of, entry_of, logged_state
from qualcode.analysis.audit_sentences import IN_A_LIST, predicate, sentence
from qualcode.analysis.audit_trails import Logged, Trail
from qualcode.analysis.filters import case_id, document_id, key_of
from qualcode.analysis.milestones import when
from qualcode.analysis.table import Table
from qualcode.core.codebook_steps import Step
from qualcode.core.text import fold
from qualcode.errors import BadOption, UnknownName
from qualcode.index.index import Index

__all__ = ["COLUMNS", "IN_A_LIST", "AuditTable", "Entry", "Wanted", "audit", "entries", "predicate", "sentence"]

_LOGGED = """e.id, e.file, e.at, e.coder, e.op, e.document, coalesce(d.kase, ''), e.batch, e.subject, e.target, e.code, e.start,
  e."end", e.quote, e.note, e.mark, e.what, e."key", e."before", e."after", e.standing"""
_SELECT = f"""SELECT {_LOGGED} FROM event e LEFT JOIN document d ON d.id = e.document {{joins}}
WHERE {{where}} ORDER BY e.id {{order}}, e.file {{limit}}"""
_ROOT = """LEFT JOIN event o ON o.file = e.file AND o.id = e.subject
LEFT JOIN code k ON k.id = coalesce(nullif(e.code, ''), o.code)"""
_MANY = 1500  # trails from which on all events are read in one go
_AT_ONCE = 400


@dataclass(frozen=True)
class Wanted:
    """Which acts: all conditions given must hold, "" means any.

    `since` and `until` take a date, a local time or a milestone's name; `kind` an act as the column says it, or a group
    (coding, note, codebook, memo, document, case, milestone, undo); `code` includes the sub-codes; `text` is words that
    the act must hold; `ids` are event ids.
    """

    coder: str = ""
    document: str = ""
    code: str = ""
    case: str = ""
    since: str = ""
    until: str = ""
    kind: str = ""
    batch: str = ""
    text: str = ""
    ids: tuple[str, ...] = ()


class AuditTable(Table):
    """The audit trail as a table; `entries` has the same acts with what the eleven columns do not say."""

    def __init__(self, acts: Sequence[Entry]) -> None:
        self.entries = acts
        super().__init__(COLUMNS, (entry[: len(COLUMNS)] for entry in acts))


def audit(
    index: Index, coder: str = "", document: str = "", code: str = "", case: str = "", since: str = "", until: str = "",
    kind: str = "", batch: str = "", text: str = "",
) -> AuditTable:  # fmt: skip
    """The audit trail, oldest first; for the conditions see `Wanted`. Raises UnknownName, BadOption."""
    return AuditTable(entries(index, Wanted(coder, document, code, case, since, until, kind, batch, text)))


def entries(
    index: Index, wanted: Wanted | None = None, *, newest_first: bool = False, limit: int = 0, beyond: str = ""
) -> list[Entry]:
    """The acts wanted, oldest or newest first; at most `limit` of them (0: all), from beyond an event's id on."""
    wanted = wanted or Wanted()
    where, values, joins = _where(index, wanted)
    if beyond:
        where, values = f"{where} AND e.id {'<' if newest_first else '>'} ?", [*values, beyond]
    order = "DESC" if newest_first else ""
    sql = _SELECT.format(where=where, joins=joins, order=order, limit=f"LIMIT {limit:d}" if limit else "")
    picked = list(_logged(index, index.rows(sql, values)))
    trails, naming = _trails(index, picked), Naming(index)
    found = [entry_of(event, trails.get((event.file, event.subject)), naming) for event in picked]
    return [entry for entry in found if entry.act == wanted.kind] if wanted.kind in ACTS else found


def _logged(index: Index, rows: Iterable[Sequence[Any]]) -> Iterator[Logged]:
    """The events, their quotes with the whole of a name that a bound of theirs cuts."""
    whole = index.whole_quotes
    for event in map(Logged._make, rows):
        yield event._replace(quote=whole.get((event.id, event.quote), event.quote)) if whole else event


def _trails(index: Index, picked: Sequence[Logged]) -> dict[tuple[int, str], Trail]:
    """The events about the same coding or change, for those of which what was before must be known."""
    needed = {(event.file, event.subject) for event in picked if event.op not in ("apply", "change")}
    return {key: Trail(group) for key, group in _groups(index, needed)}


def _groups(index: Index, needed: set[tuple[int, str]]) -> Iterator[tuple[tuple[int, str], Iterable[Logged]]]:
    def key(event: Logged) -> tuple[int, str]:
        return event.file, event.subject

    sql = f"""SELECT {_LOGGED.replace("coalesce(d.kase, '')", "''")} FROM event e {{source}}
    ORDER BY e.file, e.subject, e.id"""
    if len(needed) > _MANY:
        rows = _logged(index, index.db.execute(sql.format(source="")))
        yield from ((name, group) for name, group in groupby(rows, key) if name in needed)
        return
    waiting = sorted(needed)
    for at in range(0, len(waiting), _AT_ONCE):
        some = waiting[at : at + _AT_ONCE]
        marks = ", ".join(["(?, ?)"] * len(some))
        source = f"JOIN (WITH w(file, subject) AS (VALUES {marks}) SELECT * FROM w) w ON w.file = e.file AND w.subject = e.subject"
        rows = _logged(index, index.rows(sql.format(source=source), [value for pair in some for value in pair]))
        yield from groupby(rows, key)


# ---------------------------------------------------------------- conditions


def _where(index: Index, wanted: Wanted) -> tuple[str, list[Any], str]:
    """The condition on events, its values, and what must be joined for it."""
    parts, values, joins = ["1"], list[Any](), ""
    index.db.create_function("memo_about", 3, _memo_about, deterministic=True)

    def condition(sql: str, *given: Any) -> None:
        parts.append(sql)
        values.extend(given)

    if wanted.coder:
        # the plus keeps SQLite to the order of ids, in which a page is found at once
        condition("+e.coder = ?", key_of(index, "coder", wanted.coder))
    if wanted.document:
        document = _document_id(index, wanted.document)
        condition(f"(e.document = ? OR {_about('document', '?')})", document, document, "document", document)
    if wanted.code:
        codes = _code_ids(index, wanted.code)
        marks = ", ".join("?" * len(codes))
        condition(
            f"""((e.file, e.subject) IN (SELECT file, subject FROM event WHERE code IN ({marks}))
            OR {_about("code", marks)})""",
            *codes, *codes, "code", *codes,
        )  # fmt: skip
    if wanted.case:
        case = case_id(index, wanted.case)
        condition(
            f"""(e.document IN (SELECT id FROM document WHERE kase = ?) OR {_about("case", "?")}
            OR (e.document = '' AND (e.file, e.subject) IN (SELECT file, subject FROM event WHERE what = 'document'
              AND "key" IN (SELECT id FROM document WHERE kase = ?))))""",
            case, case, "case", case, case,
        )  # fmt: skip
    if wanted.since:
        start = when(index, wanted.since, end_of_day=False)
        condition("(e.at > ? OR (e.at = ? AND e.id >= ?))", start.at, start.at, start.id if start.id != "~" else "")
    if wanted.until:
        end = when(index, wanted.until)
        condition("(e.at < ? OR (e.at = ? AND e.id <= ?))", end.at, end.at, end.id)
    if wanted.kind:
        condition(_kind(wanted.kind))
    if wanted.kind != "noted codebook" and not wanted.ids:  # nobody's act: it is shown to those who ask for it
        condition("NOT (e.op = 'change' AND e.what = 'codebook')")
    if wanted.batch:
        condition("e.batch = ?", wanted.batch)
    if wanted.ids:
        condition(f"e.id IN ({', '.join('?' * len(wanted.ids))})", *wanted.ids)
    if wanted.text.split():
        joins = _ROOT
        index.db.create_function("act_has", -1, _has, deterministic=True)
        condition(
            """act_has(?, e.op, coalesce(nullif(e.what, ''), o.what), coalesce(nullif(e."before", ''), o."before", ''),
            coalesce(nullif(e."after", ''), o."after", ''), e.coder, e.document, e.quote, e.note, e.what, e."key", e."before",
            e."after", o.quote, o."key", o."before", o."after", k.path)""",
            fold(wanted.text),
        )
    return " AND ".join(parts), values, joins


def _about(what: str, marks: str) -> str:
    """The condition that an event of a log is about one of these things, or a memo that is (values: things, what, things)."""
    kinds = "'document', 'matter', 'text'" if what == "document" else f"'{what}'"
    return f"""(e.document = '' AND (e.file, e.subject) IN (SELECT file, subject FROM event WHERE (what IN ({kinds}) AND "key" IN ({marks}))
      OR (what = 'memo' AND memo_about("before", "after", ?) IN ({marks}))))"""


def _memo_about(before: str, after: str, thing: str) -> str:
    about = (logged_state(after) or logged_state(before) or {}).get("about")
    return str(about.get(thing) or "") if isinstance(about, dict) else ""


_OPS = {"coded": "apply", "removed coding": "remove", "noted": "note", "marked": "mark", "recoded": "recode", "moved coding": "move",
        "kept": "keep"}  # fmt: skip


def _kind(kind: str) -> str:
    """The condition that an event is of this kind; of acts that only their before and after tell apart, all of them."""
    group = kind if kind in GROUPS else next((name for name, acts in GROUPS.items() if kind in acts), "")
    if not group:
        raise BadOption(f"There is no kind of act {kind!r}; there are: {', '.join([*GROUPS, *ACTS])}.")
    if kind in _OPS:
        return f"e.op = '{_OPS[kind]}'"
    if group == "undo":
        return "e.op = 'revert'"
    if group == "coding":
        return "e.op NOT IN ('revert', 'change', 'note')"
    if group == "note":
        return "e.op = 'note'"
    whats = {"codebook": "'code', 'codebook'", "document": "'document', 'matter', 'text'"}.get(group, f"'{group}'")
    return f"e.op = 'change' AND e.what IN ({whats})"


def _document_id(index: Index, wanted: str) -> str:
    """The document's id; one that is gone can still be asked for."""
    try:
        return document_id(index, wanted)
    except UnknownName:
        if index.value(
            """SELECT 1 FROM event WHERE document = ? OR (what = 'document' AND "key" = ?) LIMIT 1""", [wanted, wanted]
        ):
            return wanted
        raise


def _code_ids(index: Index, wanted: str) -> list[str]:
    """The code with its sub-codes and all that were merged into them; one that is gone goes by its last name."""
    book = index.codebook
    try:
        top = book.find(wanted).id
    except UnknownName:
        naming = Naming(index)
        gone = [code for code, state in naming.gone.items() if code not in book or book.is_gone(code)
                if fold(wanted) in (fold(code), fold(str(state.get("name") or "")), fold(naming(code)))]  # fmt: skip
        if not gone and not index.value("SELECT 1 FROM event WHERE code = ? LIMIT 1", [wanted]):
            raise
        return gone or [wanted]
    below = set(book.with_descendants(top))
    return sorted(below | {code.id for code in book.codes if code.merged_into and book.resolve_merge(code.id) in below})


_WORDS = {"apply": "coded", "remove": "removed coding", "note": "noted", "mark": "marked exemplary", "recode": "recoded", "move": "moved",
          "keep": "kept", "revert": "undid redid", "change": "changed"}  # fmt: skip


def _has(wanted: str, op: str, what: str, before: str, after: str, *texts: str | None) -> bool:
    words = [_WORDS.get(op, op)]
    if what:
        words.append(act_of(what, Step("", logged_state(before), logged_state(after))))
    text = fold("\n".join([*words, *filter(None, texts)]))
    return all(word in text for word in wanted.split())
