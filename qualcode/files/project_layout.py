"""Where everything stands in the text of a project.yaml, so that single values and entries can be cut out and put in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qualcode.core.codebook_steps import Step
from qualcode.files.codebook_text import one_line
from qualcode.files.project_scalars import (
    MISSING,
    as_written,
    between_braces,
    entry_lines,
    field_as_written,
    for_braces,
    value_as_written,
)  # fmt: skip
from qualcode.files.project_states import (
    MAPPINGS,
    SECTIONS,
    attributes_of,
    changed_attributes,
    changed_fields,
    new_entry,
    value_of,
)
from qualcode.files.yaml_text import indents_sequences


class CannotCut(Exception):
    """The text is not laid out in a way that can be changed place by place."""


class Layout:
    """A project.yaml's text with the place of every value; splices are gathered and then made in one go."""

    def __init__(self, text: str) -> None:
        import yaml

        self._text = text
        self._splices: list[tuple[int, int, str]] = []
        self._entries: dict[str, dict[str, Any]] = {}
        try:
            root: Any = yaml.compose(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
        except (yaml.YAMLError, RecursionError) as error:
            raise CannotCut from error
        if root is None or root.id != "mapping" or root.flow_style:
            raise CannotCut
        self._root = _pairs(root)

    # ---------------------------------------------------------------- what is done

    def after(self, what: str, steps: Sequence[Step]) -> str:
        gone = [step for step in steps if step.after is None]
        new = [step for step in steps if step.before is None]
        if what in MAPPINGS:
            self._set_all(self._root, SECTIONS[what], 0, {
                step.key: None if step.after is None else value_as_written(step.after, MAPPINGS[what]) for step in steps
            }, _layout_note(gone, "section"))  # fmt: skip
        else:
            for step in steps:
                if step.before is not None and step.after is not None:
                    self._change_entry(what, step)
            self._remove_entries(what, gone)
            self._add_entries(what, new)
        return self._spliced()

    def noted(self, what: str, step: Step, first: bool) -> Step:
        if step.before is None:
            key, value = self._root.get(SECTIONS[what], (None, None))
            stood = MISSING if key is None else self._after_colon(key, value) if not value.value else ""
            return (
                step._replace(after={**(step.after or {}), "matter": {"section": stood}}) if first and stood else step
            )
        matter: dict[str, Any] = {}
        if what in MAPPINGS:
            raws = self._raw_values(self._root.get(SECTIONS[what]), [step.key])
            matter = {MAPPINGS[what]: raws.get(step.key, "")}
        elif step.after is not None:
            fields = _pairs(self._entry(what, step.key))
            matter = {name: self._after_colon(*fields[name]) if name in fields else MISSING
                      for name in changed_fields(what, step.before, step.after)}  # fmt: skip
            changed = list(changed_attributes(step.before, step.after)) if what == "case" else []
            if changed:
                matter["attributes"] = (
                    self._raw_values(fields["attributes"], changed) if "attributes" in fields else MISSING
                )
        kept = {name: value for name, value in matter.items() if value and not _is_usual(step.before, name, value)}
        return step._replace(before={**step.before, "matter": kept}) if kept else step

    def _raw_values(self, pair: Any, names: Sequence[str]) -> dict[str, str]:
        values = _pairs(pair[1]) if pair is not None and pair[1].id == "mapping" else {}
        return {name: self._after_colon(*values[name]) for name in names if name in values}

    # ---------------------------------------------------------------- entries of a list

    def _entry(self, what: str, key: str) -> Any:
        if what not in self._entries:
            pair = self._root.get(SECTIONS[what])
            listed = pair[1].value if pair is not None and pair[1].id == "sequence" else []
            known = ((_pairs(node).get("id"), node) for node in listed)
            self._entries[what] = {pair[1].value: node for pair, node in known if pair is not None}
        if key not in self._entries[what]:
            raise CannotCut
        return self._entries[what][key]

    def _change_entry(self, what: str, step: Step) -> None:
        node = self._entry(what, step.key)
        if what == "case" and (changed := changed_attributes(step.before, step.after)):
            matter = (step.after or {}).get("matter")
            raws = matter.get("attributes") if isinstance(matter, dict) else None
            known = raws if isinstance(raws, dict) else {}
            self._set_all(_pairs(node), "attributes", node.start_mark.column, {
                name: None if value is None else known.get(name) or as_written(value) for name, value in changed.items()
            }, MISSING if raws == MISSING else "", node)  # fmt: skip
        for name in changed_fields(what, step.before, step.after):
            raw = field_as_written(step.after, name)
            if raw or name in _pairs(node):
                self._set(node, name, raw)

    def _remove_entries(self, what: str, gone: Sequence[Step]) -> None:
        if not gone:
            return
        key, section = self._root[SECTIONS[what]]
        if section.flow_style:
            raise CannotCut
        nodes = [self._entry(what, step.key) for step in gone]
        stood = _layout_note(gone, "section")
        if len(nodes) == len(section.value) and stood == MISSING:
            self._cut_lines(key.start_mark.index, section)
            return
        for node in nodes:
            self._cut_lines(self._dash(node), node)
        if len(nodes) == len(section.value) and stood:
            self._splices.append((self._colon(key), self._colon(key), stood))

    def _dash(self, node: Any) -> int:
        """Where the dash of a list's entry stands."""
        at = self._text.rfind("-", 0, node.start_mark.index)
        if at < 0 or self._text[at + 1 : node.start_mark.index].strip():
            raise CannotCut
        return at

    def _add_entries(self, what: str, new: Sequence[Step]) -> None:
        if not new:
            return
        key, section = self._root.get(SECTIONS[what], (None, None))
        listed = section.value if section is not None and section.id == "sequence" else []
        if section is not None and ((listed and section.flow_style) or (section.id != "sequence" and section.value)):
            raise CannotCut
        column = section.start_mark.column if listed else 2 if indents_sequences(self._text) else 0
        on_one_line = listed[-1].flow_style if listed and listed[-1].id == "mapping" else what == "participant"
        data = [new_entry(what, step.key, step.after or {}) for step in new]
        lines = [line for entry in data for line in entry_lines(entry, column, bool(on_one_line))]
        if key is None:
            end = len(self._text) - self._text.endswith("\n")
            lines = [f"{SECTIONS[what]}:", *lines]
        elif listed:
            end = self._line_end(self._end(section))
        else:
            self._splices.append((self._colon(key), max(self._colon(key), section.end_mark.index), ""))
            end = self._line_end(max(self._colon(key), section.end_mark.index))
        self._splices.append((end, end, "".join(f"\n{line}" for line in lines)))

    # ---------------------------------------------------------------- values of a mapping

    def _set_all(
        self, above: Mapping[str, Any], name: str, column: int, values: Mapping[str, str | None], stood: str,
        holder: Any = None,
    ) -> None:  # fmt: skip
        """Set, add and remove values (as written after the colon; None: remove) of the mapping `name`, which stands in the
        mapping `above` (its node is `holder`; None: the whole file), and may be missing or empty."""
        key, node = above.get(name, (None, None))
        if node is None:
            kept = {given: raw for given, raw in values.items() if raw is not None}
            self._add_mapping(name, kept, column, holder)
            return
        if node.id == "scalar" and node.value:
            raise CannotCut
        there = _pairs(node) if node.id == "mapping" else {}
        gone = [given for given, raw in values.items() if raw is None and given in there]
        if there and len(gone) == len(there) == len(values) and stood:
            if stood == MISSING and holder is not None and holder.flow_style:
                self._cut_from_flow(holder, name)
            elif stood == MISSING:
                self._cut_lines(key.start_mark.index, node)
            else:
                raise CannotCut
            return
        if there and len(gone) == len(there) == len(values) and node.flow_style:
            self._splices.append((node.value[0][0].start_mark.index, self._end(node.value[-1][1]), ""))
            return
        if node.id == "mapping":
            for given, raw in values.items():
                self._set(node, given, raw)
            return
        if any(raw is None for raw in values.values()):
            raise CannotCut
        end = self._line_end(self._colon(key))
        indent = " " * (column + 2)
        self._splices.append((end, end, "".join(f"\n{indent}{one_line(given)}:{raw}" for given, raw in values.items())))

    def _add_mapping(self, name: str, values: Mapping[str, str], column: int, holder: Any) -> None:
        if holder is not None and holder.flow_style:
            inside = ", ".join(f"{between_braces(given)}:{for_braces(raw)}" for given, raw in values.items())
            at = holder.end_mark.index - 1
            self._splices.append((at, at, f"{', ' if holder.value else ''}{name}: {{{inside}}}"))
            return
        indent = " " * column
        lines = [f"{indent}{name}:", *(f"{indent}  {one_line(given)}:{raw}" for given, raw in values.items())]
        end = len(self._text) - self._text.endswith("\n") if holder is None else self._line_end(self._end(holder))
        self._splices.append((end, end, "".join(f"\n{line}" for line in lines)))

    def _set(self, node: Any, name: str, raw: str | None) -> None:
        """Set one value of a mapping to what is written after its colon, add it, or (None) take it out."""
        there = _pairs(node)
        if name in there and raw is None:
            if node.flow_style:
                self._cut_from_flow(node, name)
            else:
                self._cut_lines(there[name][0].start_mark.index, there[name][1])
        elif name in there and raw is not None:
            key, value = there[name]
            start = self._colon(key)
            end = max(start, self._end(value))
            self._splices.append((start, end, for_braces(raw) if node.flow_style else raw))
        elif raw is not None and node.flow_style:
            at = node.end_mark.index - 1
            comma = ", " if node.value or any(splice[0] == at for splice in self._splices) else ""
            self._splices.append((at, at, f"{comma}{between_braces(name)}:{for_braces(raw)}"))
        elif raw is not None:
            end = self._line_end(self._end(node))
            self._splices.append((end, end, f"\n{' ' * node.start_mark.column}{one_line(name)}:{raw}"))

    def _cut_from_flow(self, node: Any, name: str) -> None:
        names = [key.value for key, _ in node.value]
        at = names.index(name)
        key, value = node.value[at]
        if at:
            self._splices.append((self._end(node.value[at - 1][1]), self._end(value), ""))
        elif len(names) == 1:
            self._splices.append((key.start_mark.index, self._end(value), ""))
        else:
            self._splices.append((key.start_mark.index, node.value[1][0].start_mark.index, ""))

    # ---------------------------------------------------------------- places in the text

    def _cut_lines(self, start: int, node: Any) -> None:
        """Take out the lines from that of `start` to that on which the node ends, and the line end before them."""
        before = self._text.rfind("\n", 0, start)
        if before < 0 or self._text[before + 1 : start].strip():
            raise CannotCut
        end = max(self._line_end(self._end(node)), self._line_end(start))
        self._splices.append((before, end, ""))

    def _end(self, node: Any) -> int:
        """Where the last sign of a value stands, trailing comments and blank lines left out."""
        if node.id == "scalar":
            start, end = node.start_mark.index, node.end_mark.index
            return start + len(self._text[start:end].rstrip()) if node.style in ("|", ">") else int(end)
        if node.flow_style or not node.value:
            return int(node.end_mark.index)
        last = node.value[-1]
        key, value = last if isinstance(last, tuple) else (last, last)
        return max(self._colon(key) if key is not value else 0, self._end(value))

    def _line_end(self, at: int) -> int:
        found = self._text.find("\n", at)
        return len(self._text) if found < 0 else found

    def _colon(self, key: Any) -> int:
        """The place behind a key's colon."""
        at = self._text.find(":", key.end_mark.index)
        if at < 0 or self._text[key.end_mark.index : at].strip():
            raise CannotCut
        return at + 1

    def _after_colon(self, key: Any, value: Any) -> str:
        start = self._colon(key)
        return self._text[start : max(start, self._end(value))]

    def _spliced(self) -> str:
        parts, done = [], 0
        for start, end, new in sorted(self._splices, key=lambda splice: splice[:2]):
            if start < done:
                raise CannotCut
            parts += [self._text[done:start], new]
            done = end
        return "".join(parts) + self._text[done:]


def _pairs(node: Any) -> dict[str, Any]:
    """Keys and value nodes of a mapping by key; {} for anything else."""
    return {key.value: (key, value) for key, value in node.value} if node.id == "mapping" else {}


def _is_usual(state: Mapping[str, Any], name: str, matter: Any) -> bool:
    """Whether the text is laid out as qualcode would write it anyway."""
    if name == "attributes" and isinstance(matter, dict):
        values = attributes_of(state)
        return all(raw == as_written(values.get(given, "")) for given, raw in matter.items())
    return bool(matter == as_written(value_of(state, name)))


def _layout_note(steps: Sequence[Step], name: str) -> str:
    """What the states that go say about the layout before they came."""
    notes = [step.before.get("matter") for step in steps if step.before is not None]
    return next((str(note[name]) for note in notes if isinstance(note, dict) and note.get(name)), "")
