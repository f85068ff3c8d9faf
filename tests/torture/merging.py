"""Two copies of a project in which two people go on working at random, merged either way round, also when killed on the way."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

from copies import AtWork, copied, counted, event_ids, made, two_copies

from qualcode.files.folder import ProjectFolder
from qualcode.session import Session
from qualcode.session.merging import work

ROUNDS = 300
_MOST_ACTS = 30
_NAMED = ("codes",)  # a new code called like another one is told apart on either side by itself


def run(seed: int, scale: float, say: Callable[[str], None]) -> dict[str, int]:
    """Rounds of random work in both copies; what is missing or differs after merging counts as lost."""
    rounds = max(1, round(ROUNDS * scale))
    counts = dict.fromkeys(("rounds", "acknowledged", "conflicts", "left out", "faults", "lost", "crashes"), 0)
    for number in range(rounds):
        rng = Random(f"{seed} {number}")
        lost = counts["lost"]
        try:
            with tempfile.TemporaryDirectory() as folder:
                for name, count in _round(Path(folder), rng).items():
                    counts[name] += count
        except Exception as error:
            counts["crashes"] += 1
            say(f"round {number}: {type(error).__name__}: {error}")
        counts["rounds"] += 1
        if counts["lost"] > lost:
            say(f"round {number}: {counts['lost'] - lost} lost or not the same")
        if (number + 1) % max(1, rounds // 10) == 0:
            say(
                f"{number + 1} rounds, {counts['acknowledged']} acts, {counts['conflicts']} conflicts, {counts['lost']} lost"
            )
    return counts


def _round(folder: Path, rng: Random) -> Mapping[str, int]:
    here, there = two_copies(folder, rng)
    people = [AtWork(here, "anna", rng, folder), AtWork(there, rng.choice(["bella", "bella", "anna"]), rng, folder)]
    for person in people:
        person.go_on(rng.randrange(1, _MOST_ACTS))
    first, second = copied(here, folder / "first"), copied(there, folder / "second")
    acts = event_ids(here) | event_ids(there)
    faults = _killed_merge(here, second, rng)
    plans = [_merged(here, second, "anna"), _merged(there, first, "bella")]
    lost = len(acts - event_ids(here)) + len(acts - event_ids(there)) + (made(here) != made(there))
    if not faults and not any(plan.undecided for plan in plans):
        lost += _differ(counted(here), counted(there), _NAMED)
    lost += _merged(here, second, "anna").brings  # twice brings nothing
    _merged(second, here, "bella")  # one after the other: the same in everything
    lost += _differ(counted(here), counted(second))
    _merged(there, here, "bella")  # both had merged on their own: they become the same as well
    _merged(here, there, "anna")
    lost += _differ(counted(here), counted(there))
    return {
        "acknowledged": sum(person.done for person in people), "lost": lost, "faults": faults,
        "conflicts": sum("conflict" in item.outcome for plan in plans for item in plan.items),
        "left out": sum(item.outcome == "left out" for plan in plans for item in plan.items),
    }  # fmt: skip


def _merged(project: ProjectFolder, other: ProjectFolder, coder: str) -> Any:
    with Session(project, coder) as session:
        return session.merge(other.root)[0]


def _differ(one: Mapping[str, Any], other: Mapping[str, Any], but: tuple[str, ...] = ()) -> int:
    return sum(one[name] != other[name] for name in one if name not in but)


def _killed_merge(here: ProjectFolder, other: ProjectFolder, rng: Random) -> int:
    """In one of three rounds a merge is killed at a random place before the one that counts."""
    if rng.random() > 0.33 or not hasattr(os, "fork"):
        return 0
    child = os.fork()
    if not child:
        with suppress(BaseException):
            _die_at(rng.randrange(1, 60))
            _merged(here, other, "anna")
        os._exit(0)
    return int(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9)


def _die_at(count: int) -> None:
    """Die at the so-many-th system call that writes, flushes, renames or removes, once the merge has begun to write."""
    left = [count]

    def dying(function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **kwargs: Any) -> Any:
            left[0] -= 1
            if left[0] <= 0:
                os._exit(9)
            return function(*args, **kwargs)

        return called

    carry_out = work.MergeWork._carry_out_merge

    def begin(self: Any, *args: Any) -> None:
        for name in ("fsync", "replace", "unlink", "link", "ftruncate", "write", "open", "mkdir"):
            setattr(os, name, dying(getattr(os, name)))
        carry_out(self, *args)

    work.MergeWork._carry_out_merge = begin  # type: ignore[method-assign]
