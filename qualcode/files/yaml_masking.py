"""Words replaced in YAML that people wrote: in values and comments, while ids, keys, order and layout stay."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from qualcode.files.yaml_text import load_yaml

IDENTITIES = frozenset({
    "id", "parent", "previous", "merged_into", "case", "document", "code", "coding", "about", "hash", "v", "op", "batch",
    "translation_of", "aligned", "color", "key", "date", "duration", "recording", "source", "how", "type", "kind", "author",
    "language", "retired", "deleted", "speakers", "coders", "tail",
})  # fmt: skip
NAMED = frozenset({"speakers", "filters"})  # mappings whose keys are names that people gave
REFERENCES = frozenset(
    {"id", "case", "document", "translation_of"}
)  # fields that hold the ids of things that may get others
Mask = Callable[[str], str]
Ids = Mapping[str, str]  # old to new
_NO_IDS: Ids = MappingProxyType({})
_ID = re.compile(r"[\w-]+")
_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\n]*", re.MULTILINE)


def masked_value(value: Any, mask: Mask, name: str = "", *, names: bool = True, ids: Ids = _NO_IDS) -> Any:
    """A value as JSON or YAML has it with its texts masked, ids left alone save those in `ids`; of mappings of names the keys too.

    `names`: also the names of things (of codes, cases, participants), not only what is written about them.
    """
    if isinstance(value, str):
        if name in REFERENCES:
            return ids.get(value, value)
        return value if name in IDENTITIES or (name == "name" and not names) else mask(value)
    if isinstance(value, list):
        if name in IDENTITIES and not (name in NAMED and names):
            return list(value)
        return [masked_value(item, mask, "", names=names, ids=ids) for item in value]
    if isinstance(value, dict):
        return _masked_mapping(value, mask, name, names, ids)
    return value


def _masked_mapping(value: Mapping[Any, Any], mask: Mask, name: str, names: bool, ids: Ids) -> dict[Any, Any]:
    if name == "about":
        return {
            key: ids.get(item, item) if key in REFERENCES and isinstance(item, str) else item
            for key, item in value.items()
        }
    if name in NAMED:
        found: dict[Any, Any] = {}
        for key, item in value.items():
            as_masked = mask(key) if isinstance(key, str) and names else key
            kept = ids.get(item, item) if isinstance(item, str) else item
            found.setdefault(
                as_masked, kept if name == "speakers" else masked_value(_expression(item, ids), mask, names=names)
            )
        return found
    return {key: masked_value(item, mask, str(key), names=names, ids=ids) for key, item in value.items()}


def _expression(text: Any, ids: Ids) -> Any:
    """A filter's expression with other ids in it."""
    return _ID.sub(lambda match: ids.get(match[0], match[0]), text) if isinstance(text, str) else text


def masked_yaml(text: str, mask: Mask, *, names: bool = True, ids: Ids = _NO_IDS) -> str:
    """The YAML text with its values and comments masked; as it is where it is no YAML or nothing changes.

    Where a value is laid out so that it cannot be changed in place it is written anew, in quotes.
    """
    loaded = load_yaml(text, "")
    if loaded.problems or not isinstance(loaded.value, dict):
        return mask(text) if loaded.problems else text
    wanted = masked_value(loaded.value, mask, names=names, ids=ids)
    scalars = _scalars(text, loaded.value, wanted)
    for plain in (True, False):
        changed = _put_in(text, scalars, mask, plain=plain)
        again = load_yaml(changed, "")
        if not again.problems and again.value == wanted:
            return changed
    return _anew(wanted)


def _put_in(text: str, scalars: list[tuple[int, int, str, str]], mask: Mask, *, plain: bool) -> str:
    pieces, at = [], 0
    for start, end, value, masked in scalars:
        pieces += [_comments(text[at:start], mask), _written(text[start:end], value, masked, mask, plain=plain)]
        at = end
    return "".join([*pieces, _comments(text[at:], mask)])


def _comments(gap: str, mask: Mask) -> str:
    return _COMMENT.sub(lambda match: mask(match[0]), gap) if "#" in gap else gap


def _scalars(text: str, value: Any, wanted: Any) -> list[tuple[int, int, str, str]]:
    """Every scalar: its span in the text, what it says and what it shall say."""
    import yaml

    found: dict[int, tuple[int, int, str, str]] = {}

    def walk(node: Any, now: Any, then: Any) -> None:
        if node.id == "scalar":
            found[node.start_mark.index] = (node.start_mark.index, node.end_mark.index, node.value, str(then))
        elif node.id == "sequence":
            for item, was, becomes in zip(node.value, now, then, strict=True):
                walk(item, was, becomes)
        else:
            keys = list(then) if len(then) == len(now) else list(now)
            for (key, item), becomes in zip(node.value, keys, strict=True):
                walk(key, key.value, becomes)
                walk(item, now[key.value], then.get(becomes, now[key.value]))

    node = yaml.compose(text, Loader=yaml.BaseLoader)
    walk(node, value, wanted)
    return [found[start] for start in sorted(found)]


def _written(raw: str, value: str, masked: str, mask: Mask, *, plain: bool) -> str:
    """The scalar as written with its new value: changed where it stands if it may be `plain`, else in quotes."""
    if value == masked:
        return raw
    changed = mask(raw)
    for way in (changed, masked) if plain else ():
        if "\n" not in way and _reads(way) == masked and raw[:1] not in "|>":
            return way
    if raw[:1] in "|>":
        return _block(raw, masked)
    return json.dumps(masked, ensure_ascii=False)


def _block(raw: str, masked: str) -> str:
    """A block scalar written anew as a literal one, or in quotes where its indent cannot be told."""
    lines = raw.split("\n")
    indent = next((len(line) - len(line.lstrip(" ")) for line in lines[1:] if line.strip()), 0)
    trail = raw[len(raw.rstrip("\n")) :]
    if not indent or masked[:1].isspace() or not masked.strip():
        return json.dumps(masked, ensure_ascii=False) + ("\n" if trail else "")
    chomp = "" if masked.endswith("\n") and not masked.endswith("\n\n") else "-" if not masked.endswith("\n") else "+"
    body = "\n".join(" " * indent + line if line else "" for line in masked.removesuffix("\n").split("\n"))
    return f"|{chomp}\n{body}\n"


def _reads(scalar: str) -> str | None:
    loaded = load_yaml(f"- {scalar}\n", "")
    if loaded.problems or not isinstance(loaded.value, list) or not isinstance(loaded.value[0], str):
        return None
    return loaded.value[0]


def _anew(value: Any) -> str:
    import yaml

    return str(yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=4096))
