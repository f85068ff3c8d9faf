"""Changes written into the text of a codebook.yaml: only the lines concerned, so that comments, order and layout stay.

Every change is checked by reading the new text: where that does not give just the codebook that was meant, the file is
written by ruamel.yaml instead, which is slower and may lay long lines out anew; where that fails too nothing is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from qualcode.core.codebook import Code, Codebook
from qualcode.core.codebook_steps import FIELDS, PLACE, Step, apply_steps, code_data, state_of
from qualcode.errors import BadFile, Problem
from qualcode.files.yaml_text import edit_yaml

_WIDTH = 120
_TAB_INDENT = re.compile(r"^ *\t", re.MULTILINE)


def change_codebook_text(text: str, book: Codebook, steps: Sequence[Step], read: Any) -> tuple[str, Codebook]:
    """The text after these steps, and the codebook that it holds.

    `book` is what the text holds now; `read` turns a text into a codebook (None where it cannot be read).
    Raises BadOption or CannotUndo where a step makes no sense, BadFile where the file's layout defeats us.
    """
    wanted = apply_steps(book, steps)
    try:
        changed = _by_lines(text, book, steps)
    except _CannotCut:
        changed = ""
    if changed and _reads_back(changed, wanted, read):
        return changed, wanted
    changed = _by_ruamel(text, book, steps)
    if _same(read(changed), wanted):
        return changed, wanted
    raise BadFile([Problem("codebook.yaml", 0, "its layout cannot be changed safely, so nothing was written",
                           "make this change in a text editor; qualcode takes it over")])  # fmt: skip


def _reads_back(text: str, wanted: Codebook, read: Any) -> bool:
    """Whether the text holds just this codebook: read by its nodes, which is quick, else in full."""
    try:
        if _parsed(text).codes() == wanted.codes:
            return True
    except (_CannotCut, ValueError):
        pass
    return _same(read(text), wanted)


def _same(found: Codebook | None, wanted: Codebook) -> bool:
    return found is not None and found.codes == wanted.codes


class _CannotCut(Exception):
    """The text is not laid out in a way that can be changed line by line."""


def _by_lines(text: str, book: Codebook, steps: Sequence[Step]) -> str:
    for kind, run in groupby(steps, key=_kind):
        group = list(run)
        if kind == "other":
            for step in group:
                text, book = _one_step(text, book, step), apply_steps(book, [step])
            continue
        after = apply_steps(book, group)
        lines = _parsed(text)
        if kind == "fields":
            changed = dict.fromkeys((step.key, name) for step in group for name in step.changes())
            lines.set_fields([(key, name, getattr(after[key], name)) for key, name in changed])
        elif kind == "gone":
            lines.remove_all({step.key for step in group})
        else:
            lines.insert_all({step.key for step in group}, after)
        text, book = lines.text, after
    return text


def _kind(step: Step) -> str:
    """Steps of a kind that can be written in one go: fields of codes that stay in place, new codes, or others."""
    if step.after is None:
        return "gone"
    if step.before is None:
        return "new"
    return "other" if set(step.changes()) & set(PLACE) else "fields"


def _one_step(text: str, before: Codebook, step: Step) -> str:
    lines = _parsed(text)
    after = apply_steps(before, [step])
    if step.key not in before:
        lines.insert_all({step.key}, after)
        return lines.text
    fields = [(step.key, name, getattr(after[step.key], name)) for name in step.changes() if name in FIELDS]
    if fields:
        lines.set_fields(fields)
        lines = _parsed(lines.text)
    place, was = state_of(after, step.key), state_of(before, step.key)
    if any(place[name] != was[name] for name in PLACE):
        lines.move(step.key, place["parent"], place["previous"])
    return lines.text


def _parsed(text: str) -> _Lines:
    """The text with the place of every code, to be changed. What was read back after a change is where the next one begins."""
    return _read_lines(text).copy()


@lru_cache(maxsize=2)
def _read_lines(text: str) -> _Lines:
    return _Lines(text)


class _Entry(NamedTuple):
    """Where a code stands in the text: lines from 0, `end` exclusive; columns of its dash and of its keys."""

    first: int
    end: int
    dash: int
    keys: int
    fields: Mapping[str, tuple[Any, Any]]
    children: tuple[str, ...]


class _Lines:
    """A codebook's text as lines, with the place of every code."""

    def __init__(self, text: str) -> None:
        import yaml

        self.lines = text.split("\n")
        if self.lines and self.lines[-1] == "":
            self.lines.pop()
        self.entries: dict[str, _Entry] = {}
        loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
        try:
            root: Any = yaml.compose(text, Loader=loader)
        except (yaml.YAMLError, RecursionError) as error:
            raise _CannotCut from error
        if root is None or root.id != "mapping" or root.flow_style or _TAB_INDENT.search(text) or _has_anchors(text):
            raise _CannotCut
        self.top = {key.value: (key, value) for key, value in root.value}
        self.tops = self._take_in(self.top["codes"][1]) if "codes" in self.top else ()

    def copy(self) -> _Lines:
        """The same, with lines of its own to change; places are never changed."""
        twin = _Lines.__new__(_Lines)
        twin.__dict__.update(self.__dict__, lines=self.lines.copy())
        return twin

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    def _take_in(self, node: Any) -> tuple[str, ...]:
        """Learn the place of every code in a sequence, and of those below; ids in order."""
        if node.id == "scalar" and node.value in ("", "null", "~"):
            return ()
        if node.id != "sequence":
            raise _CannotCut
        if node.flow_style and node.value:
            raise _CannotCut
        return tuple(self._take_in_code(item) for item in node.value)

    def _take_in_code(self, item: Any) -> str:
        if item.id != "mapping" or item.flow_style:
            raise _CannotCut
        fields = {key.value: (key, value) for key, value in item.value}
        line, keys = item.start_mark.line, item.start_mark.column
        dash = self.lines[line][:keys].rstrip()
        if not dash.endswith("-") or dash.strip() != "-" or "id" not in fields:
            raise _CannotCut
        ident = fields["id"][1].value
        children = self._take_in(fields["children"][1]) if "children" in fields else ()
        end = max(self._last_line(key, value) for key, value in fields.values()) + 1
        self.entries[ident] = _Entry(line, end, len(dash) - 1, keys, fields, children)
        return str(ident)

    def _last_line(self, key: Any, value: Any) -> int:
        """The last line with content of a field."""
        if value.id != "scalar" and value.value:
            last = value.value[-1]
            parts = [part for pair in value.value for part in (pair if isinstance(pair, tuple) else (pair,))]
            if value.flow_style:
                return int(value.end_mark.line)
            return max(self._last_line(part, part) for part in (parts if isinstance(last, tuple) else value.value))
        line, first = int(value.end_mark.line), int(key.start_mark.line)
        if value.end_mark.column == 0:
            line -= 1
        while line > first and not self.lines[line].strip():
            line -= 1
        return max(line, first)

    def codes(self) -> tuple[Code, ...]:
        """The codes as the nodes say, in order. Raises ValueError where a value is not of its kind."""
        found: list[Code] = []

        def walk(idents: tuple[str, ...], parent: str) -> None:
            for ident in idents:
                entry = self.entries[ident]
                values = {name: entry.fields[name][1].value for name in FIELDS if name in entry.fields}
                if any(not isinstance(value, str) for value in values.values()):
                    raise ValueError
                for name in ("retired", "deleted"):
                    if name in values:
                        values[name] = {"true": True, "false": False, "": False}.get(values[name])
                        if values[name] is None:
                            raise ValueError
                if "key" in values:
                    values["key"] = int(values["key"] or 0)
                found.append(Code(id=ident, parent=parent, **values))
                walk(entry.children, ident)

        walk(self.tops, "")
        if len(found) != len(self.entries):
            raise ValueError
        return tuple(found)

    def entry(self, key: str) -> _Entry:
        if key not in self.entries:
            raise _CannotCut
        return self.entries[key]

    def _begin(self, entry: _Entry) -> int:
        """The first line of an entry with the comments right above it that are as far in as its dash."""
        first = entry.first
        while first and self.lines[first - 1].startswith(" " * entry.dash + "#"):
            first -= 1
        return first

    # ---------------------------------------------------------------- changing

    def set_fields(self, changes: Sequence[tuple[str, str, Any]]) -> None:
        """Write fields anew (code, field, value); from the last line up, so that the places of the others hold."""
        order = ("id", *FIELDS)
        places = [(self._line_of(key, name), order.index(name), key, name, value) for key, name, value in changes]
        for _, _, key, name, value in sorted(places, key=lambda place: place[:2], reverse=True):
            self._set_field(key, name, value)

    def _line_of(self, key: str, name: str) -> int:
        """The line on which a field stands, or after which it would be added."""
        entry = self.entry(key)
        if name in entry.fields:
            return int(entry.fields[name][0].start_mark.line) * 2
        return self._room_for(entry, name) * 2 - 1

    def _room_for(self, entry: _Entry, name: str) -> int:
        """The line before which a field that is not there is added: where the field before it in the usual order ends."""
        order = ("id", *FIELDS)
        before = [other for other in order[: order.index(name)] if other in entry.fields]
        at = self._last_line(*entry.fields[before[-1]]) + 1
        if at <= entry.first:
            raise _CannotCut
        return at

    def _set_field(self, key: str, name: str, value: Any) -> None:
        entry = self.entry(key)
        if name in entry.fields:
            self._replace(entry, name, value)
        elif value:
            at = self._room_for(entry, name)
            self.lines[at:at] = field_lines(name, value, entry.keys)

    def _replace(self, entry: _Entry, name: str, value: Any) -> None:
        key, old = entry.fields[name]
        first, last = key.start_mark.line, self._last_line(key, old)
        head = self.lines[first][: key.start_mark.column]
        if not value and name != "name":
            if head.strip():
                raise _CannotCut
            del self.lines[first : last + 1]
            return
        new = field_lines(name, value, entry.keys)
        comment = self._comment_behind(old, first, last)
        if comment and len(new) == 1:
            new[0] += comment
        elif comment:
            new[0] += comment if new[0].endswith(("|-", ">-", "|", ">")) else ""
        new[0] = head + new[0].lstrip()
        self.lines[first : last + 1] = new

    def _comment_behind(self, old: Any, first: int, last: int) -> str:
        """A comment on the line on which the field begins (a block's header) or ends, with the space before it."""
        if old.style in ("|", ">"):
            header = self.lines[old.start_mark.line][old.start_mark.column :]
            found = re.search(r"\s+#.*$", header)
            return found[0] if found else ""
        rest = self.lines[last][old.end_mark.column :] if old.end_mark.line == last else ""
        return rest if rest.lstrip().startswith("#") else ""

    def remove_all(self, keys: set[str]) -> None:
        """Take codes out; those below them are among them."""
        self._drop_children_keys(keys)
        for key in keys:
            entry = self.entry(key)
            for number in range(self._begin(entry), entry.end):
                self.lines[number] = "\0"
        self._sweep()

    def _drop_children_keys(self, going: set[str]) -> None:
        """Where all children of a code go, `children:` goes (blanked here, so that line numbers hold)."""
        for ident, holder in self.entries.items():
            if holder.children and ident not in going and going.issuperset(holder.children):
                mark = holder.fields["children"][0].start_mark
                rest = self.lines[mark.line][mark.column :].rstrip()
                if rest != "children:" or self.lines[mark.line][: mark.column].strip():
                    raise _CannotCut
                self.lines[mark.line] = "\0"
        if self.tops and going.issuperset(self.tops):
            line = self.top["codes"][0].start_mark.line
            if self.lines[line].rstrip() != "codes:":
                raise _CannotCut

    def _sweep(self) -> None:
        self.lines = [line for line in self.lines if line != "\0"]

    def insert_all(self, new: set[str], after: Codebook) -> None:
        """Write new codes, with the new ones below them, where they stand in the codebook that comes out."""
        found: list[tuple[str, str, list[str]]] = []
        waiting = [""]
        while waiting:
            parent = waiting.pop()
            previous = ""
            lines: list[str] = []
            for code in after.children.get(parent, ()):
                if code.id not in new:
                    if lines:
                        found.append((parent, previous, lines))
                    previous, lines = code.id, []
                    waiting.append(code.id)
                    continue
                dash = self._dash_under(parent)
                lines += self._with_children(code, after, dash, dash + self._key_step())
            if lines:
                found.append((parent, previous, lines))
        if not found:
            raise _CannotCut
        places = [(*self._place(parent, previous), lines) for parent, previous, lines in found]
        # from the last line up; at the same line what is further out goes in first, so that what is within ends up above it
        for at, head, lines in sorted(places, key=lambda place: place[0], reverse=True):
            self.lines[at:at] = head + lines

    def _with_children(self, code: Code, book: Codebook, dash: int, keys: int) -> list[str]:
        lines = entry_lines(code_data(code), dash, keys)
        children = book.children.get(code.id, ())
        if children:
            below = keys + (2 if self._indents() else 0)
            lines.append(" " * keys + "children:")
            for child in children:
                lines += self._with_children(child, book, below, below + keys - dash)
        return lines

    def move(self, key: str, parent: str, previous: str) -> None:
        """Take a code with all below it elsewhere, comments included."""
        entry = self.entry(key)
        first = self._begin(entry)
        block = self.lines[first : entry.end]
        self._drop_children_keys({key})
        dash = self._dash_under(parent, but=key)
        shift = dash - entry.dash
        moved = [_shifted(line, shift) for line in block]
        for number in range(first, entry.end):
            self.lines[number] = "\0"
        self._insert_lines(moved, parent, previous, but=key)
        self._sweep()

    def _dash_under(self, parent: str, but: str = "") -> int:
        """The column of the dash of the codes under this parent."""
        siblings = [child for child in (self.entry(parent).children if parent else self.tops) if child != but]
        if siblings:
            return self.entry(siblings[0]).dash
        indented = self._indents()
        return (self.entry(parent).keys if parent else 0) + (2 if indented else 0)

    def _indents(self) -> bool:
        """Whether lists stand further in than the key that holds them."""
        for entry in self.entries.values():
            if entry.children:
                return self.entry(entry.children[0]).dash > entry.keys
        return not self.tops or self.entry(self.tops[0]).dash > 0

    def _key_step(self) -> int:
        for entry in self.entries.values():
            return entry.keys - entry.dash
        return 2

    def _place(self, parent: str, previous: str) -> tuple[int, list[str]]:
        """The line before which codes go under this parent after this sibling, and lines that must go before them."""
        siblings = self.entry(parent).children if parent else self.tops
        if previous in siblings:
            return self.entry(previous).end, []
        if siblings:
            return self._begin(self.entry(siblings[0])), []
        if not parent:
            return self._open_codes(), []
        entry = self.entry(parent)
        if "children" in entry.fields:
            return self._open_children(entry), []
        return entry.end, [" " * entry.keys + "children:"]

    def _insert_lines(self, lines: list[str], parent: str, previous: str, but: str = "") -> None:
        siblings = [child for child in (self.entry(parent).children if parent else self.tops) if child != but]
        if previous and previous in siblings:
            at = self.entry(previous).end
        elif siblings:
            at = self._begin(self.entry(siblings[0]))
        elif parent:
            at = self._open_children(self.entry(parent))
        else:
            at = self._open_codes()
        self.lines[at:at] = lines

    def _open_children(self, entry: _Entry) -> int:
        """Make room for a first child; the line at which it goes."""
        if "children" in entry.fields:
            line = entry.fields["children"][0].start_mark.line
            if self.lines[line] == "\0":  # its only child just went: it comes back at the same place
                self.lines[line] = " " * entry.keys + "children:"
                return int(line) + 1
            head = self.lines[line][: entry.fields["children"][0].start_mark.column]
            if self._last_line(*entry.fields["children"]) != line:
                raise _CannotCut
            self.lines[line] = head + "children:"
            return int(line) + 1
        self.lines[entry.end : entry.end] = [" " * entry.keys + "children:"]
        return entry.end + 1

    def _open_codes(self) -> int:
        if "codes" not in self.top:
            self.lines.append("codes:")
            return len(self.lines)
        line = int(self.top["codes"][0].start_mark.line)
        rest = self.lines[line][len("codes:") :].strip()
        if rest and rest not in ("[]", "null", "~") and not rest.startswith("#"):
            raise _CannotCut
        if not rest.startswith("#"):
            self.lines[line] = "codes:"
        return line + 1


def _has_anchors(text: str) -> bool:
    """Whether a value stands for another one (`&name`, `*name`): lines cannot be moved on their own then."""
    if "&" not in text:
        return False
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    return any(getattr(event, "anchor", None) for event in yaml.parse(text, Loader=loader))


def _shifted(line: str, by: int) -> str:
    if by >= 0:
        return " " * by + line if line.strip() else line
    return line[min(-by, len(line) - len(line.lstrip(" "))) :]


def entry_lines(data: Mapping[str, Any], dash: int, keys: int) -> list[str]:
    """A code as YAML lines: `- id: ...` and its fields below, the dash and the keys in these columns."""
    lines = [line for name, value in data.items() for line in field_lines(name, value, keys)]
    lines[0] = " " * dash + "-" + " " * (keys - dash - 1) + lines[0].lstrip()
    return lines


def field_lines(name: str, value: Any, column: int) -> list[str]:
    """A field as YAML lines: short text on one line, long text folded, text of several lines as a block."""
    indent = " " * column
    if isinstance(value, bool):
        return [f"{indent}{name}: {'true' if value else 'false'}"]
    if isinstance(value, int):
        return [f"{indent}{name}: {value}"]
    text = str(value)
    if not _fit_for_block(text):
        return [f"{indent}{name}: {one_line(text)}"]
    if "\n" in text:
        return [f"{indent}{name}: |-", *(f"{indent}  {line}" if line else "" for line in text.split("\n"))]
    if len(indent) + len(name) + 2 + len(text) <= _WIDTH:
        return [f"{indent}{name}: {one_line(text)}"]
    return [f"{indent}{name}: >-", *(f"{indent}  {line}" for line in _folded(text, _WIDTH - column - 2))]


def _fit_for_block(text: str) -> bool:
    """Whether a block holds the text as it is: nothing invisible, no space at the ends of lines."""
    lines = text.split("\n")
    return all(line == line.strip() and line.isprintable() for line in lines) and bool(lines[0]) and bool(lines[-1])


def _folded(text: str, width: int) -> Iterator[str]:
    """The text cut at single spaces, which folding turns back into spaces."""
    line = ""
    for word in text.split(" "):
        if line and word and len(line) + 1 + len(word) > width and not line.endswith(" "):
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def one_line(text: str) -> str:
    """The text as a scalar on one line, in quotes where YAML needs them."""
    import yaml

    dumped: str = yaml.safe_dump(text, allow_unicode=True, width=1 << 30)
    dumped = dumped.removesuffix("\n").removesuffix("\n...")
    if not any(line_end in dumped for line_end in "\n\x85\u2028\u2029"):
        return dumped
    quoted: str = yaml.safe_dump(text, allow_unicode=True, width=1 << 30, default_style='"')
    return quoted.removesuffix("\n")


def _by_ruamel(text: str, book: Codebook, steps: Sequence[Step]) -> str:
    """The same by way of a YAML library; for files written in other styles (`{id: x, name: y}`)."""

    def change(document: Any) -> None:
        now = book
        for step in steps:
            after = apply_steps(now, [step])
            _change_document(document, step, now, after)
            now = after

    return edit_yaml(text, change)


def _change_document(document: Any, step: Step, before: Codebook, after: Codebook) -> None:
    holder, entry = _find(document, step.key)
    if step.after is None or step.key not in before:
        if holder is not None:
            _take_out(document, holder, step.key)
        if step.after is None:
            return
        entry = code_data(after[step.key])
        _put_in(document, entry, state_of(after, step.key))
        return
    changes = step.changes()
    for name in FIELDS:
        if name in changes:
            value = getattr(after[step.key], name)
            if value:
                entry[name] = value
            else:
                entry.pop(name, None)
    if set(changes) & set(PLACE):
        _take_out(document, holder, step.key)
        _put_in(document, entry, state_of(after, step.key))


def _find(holder: Any, key: str) -> tuple[Any, Any]:
    """The list that holds a code's entry, and the entry."""
    entries = holder.get("codes" if "codes" in holder else "children") or []
    for entry in entries:
        if str(entry.get("id")) == key:
            return entries, entry
        found = _find({"children": entry.get("children")}, key)
        if found[0] is not None:
            return found
    return None, None


def _take_out(document: Any, holder: Any, key: str) -> None:
    at = next(number for number, entry in enumerate(holder) if str(entry.get("id")) == key)
    del holder[at]


def _put_in(document: Any, entry: Any, place: Mapping[str, Any]) -> None:
    above = _find(document, place["parent"])[1] if place["parent"] else document
    field = "children" if place["parent"] else "codes"
    if not above.get(field):
        above[field] = []
    siblings = above[field]
    ids = [str(sibling.get("id")) for sibling in siblings]
    siblings.insert(ids.index(place["previous"]) + 1 if place["previous"] in ids else 0, entry)
