"""One way to divide codings and turns: keys, and which of them each coding and each turn has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from qualcode.analysis.frame import Ints, Longs, unique
from qualcode.errors import BadOption


class Axis(NamedTuple):
    """One way to divide codings. Every coding and, where it is a matter of text, every turn has the number of one key.

    `spread` is there for codes whose sub-codes are rolled up: for each key the numbers of the keys that its codings count for.
    `natural` is how many keys are shown even where nothing is coded.
    """

    name: str
    keys: tuple[str, ...]
    labels: tuple[str, ...]
    natural: int
    of_coding: Ints
    of_turn: Callable[[], Ints] | None = None
    spread: tuple[Longs, Longs] | None = None

    def expand(self, chosen: Longs) -> tuple[Longs, Longs]:
        """The chosen codings with their keys; a coding comes once for every key that it counts for."""
        which, key = self.spread_out(self.of_coding[chosen].astype(np.int64))
        return chosen[which], key

    def spread_out(self, key: Longs) -> tuple[Longs, Longs]:
        """Positions in `key`, and the keys that each counts for."""
        if self.spread is None:
            return np.arange(len(key)), key
        starts, targets = self.spread
        count = (starts[1:] - starts[:-1])[key]
        within = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
        return np.repeat(np.arange(len(key)), count), targets[np.repeat(starts[key], count) + within]

    def counting_for(self, key: int) -> Longs:
        """The keys whose codings count for this one: itself and, where they are rolled up, its sub-codes."""
        if self.spread is None:
            return np.array([key])
        starts, targets = self.spread
        owner = np.repeat(np.arange(len(starts) - 1), starts[1:] - starts[:-1])
        found: Longs = owner[targets == key]
        return found


def from_names(
    spec: str, numbers: Ints, names: Sequence[str], natural: Sequence[str],
    of_turn: Callable[[], Ints] | None, label: Callable[[str], str],
) -> Axis:  # fmt: skip
    """An axis from texts by number; keys beyond the natural ones follow sorted."""
    others = set(names) - set(natural)
    keys = (*natural, *sorted(others))
    at = {key: position for position, key in enumerate(keys)}
    position = np.array([at[name] for name in names], np.int32)
    labels = tuple(label(key) if key else nothing(spec) for key in keys)
    return Axis(spec, keys, labels, len(natural), position[numbers],
                _placed(at, names, of_turn))  # fmt: skip


def _placed(at: dict[str, int], names: Sequence[str], numbers: Callable[[], Ints] | None) -> Callable[[], Ints] | None:
    """The keys of all turns, found when they are first asked for: reading turns costs time that most matrices can do without.
    `names` may grow while they are read; what is no key then counts as none."""
    if numbers is None:
        return None
    found: list[Ints] = []

    def of_turn() -> Ints:
        if not found:
            turn_numbers = numbers()
            found.append(np.array([at.get(name, at[""]) for name in names], np.int32)[turn_numbers])
        return found[0]

    return of_turn


def nothing(spec: str) -> str:
    """What to call the key that stands for "none"."""
    return f"(no {spec.removeprefix('attr:')})"


def combined(spec: str, parts: Sequence[Axis]) -> Axis:
    """Several axes as one: a key for every combination that occurs, in the order of the parts."""
    if sum(part.spread is not None for part in parts) > 1 or len({part.name for part in parts}) < len(parts):
        raise BadOption(f"{spec!r} joins the same dimension twice; join different ones, such as case+role.")
    sizes = [len(part.keys) for part in parts]
    of_turn = None
    if all(part.of_turn is not None for part in parts):
        of_turn = _mixed([part.of_turn() for part in parts if part.of_turn is not None], sizes)
    mixed = _mixed([part.of_coding for part in parts], sizes)
    used, spread = _used(parts, sizes, mixed, of_turn)
    keys = tuple(
        "\x1f".join(part.keys[at] for part, at in zip(parts, _unmixed(value, sizes), strict=True)) for value in used
    )
    labels = tuple(
        " · ".join(part.labels[at] for part, at in zip(parts, _unmixed(value, sizes), strict=True)) for value in used
    )
    turn_keys = np.searchsorted(used, of_turn).astype(np.int32) if of_turn is not None else None
    return Axis(spec, keys, labels, len(keys) if of_turn is not None else 0, np.searchsorted(used, mixed).astype(np.int32),
                (lambda: turn_keys) if turn_keys is not None else None, spread)  # fmt: skip


def _mixed(columns: Sequence[Ints], sizes: Sequence[int]) -> Longs:
    value = np.zeros(len(columns[0]), np.int64)
    for column, size in zip(columns, sizes, strict=True):
        value = value * size + column
    return value


def _unmixed(value: int, sizes: Sequence[int]) -> list[int]:
    found = []
    for size in reversed(sizes):
        value, at = divmod(value, size)
        found.append(int(at))
    return found[::-1]


def _used(
    parts: Sequence[Axis], sizes: Sequence[int], mixed: Longs, of_turn: Longs | None
) -> tuple[Longs, tuple[Longs, Longs] | None]:
    """The combinations that occur, ascending, and how they spread where one part is a code with its sub-codes."""
    used = unique(mixed if of_turn is None else np.concatenate([mixed, of_turn]))
    rolled = next((number for number, part in enumerate(parts) if part.spread is not None), None)
    if rolled is None:
        return used, None
    starts, targets = parts[rolled].spread or (np.zeros(1, np.int64), np.zeros(0, np.int64))
    step = int(np.prod(sizes[rolled + 1 :], dtype=np.int64))
    spread: list[list[int]] = []
    for value in used.tolist():
        code = value // step % sizes[rolled]
        above = targets[starts[code] : starts[code + 1]].tolist()
        spread.append([value + (upper - code) * step for upper in above])
    every = unique(np.concatenate([used, np.array([v for found in spread for v in found], np.int64)]))
    at = {value: position for position, value in enumerate(every.tolist())}
    known = dict(zip(used.tolist(), spread, strict=True))
    lists = [
        [at[v] for v in known[value]] if value in known else [position] for position, value in enumerate(every.tolist())
    ]
    return every, (np.concatenate([[0], np.cumsum([len(found) for found in lists])]).astype(np.int64),
                   np.array([v for found in lists for v in found], np.int64))  # fmt: skip
