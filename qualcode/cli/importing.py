"""Transcripts in: what is said of an import before, while and after it is done."""

from __future__ import annotations

import shlex
from argparse import Namespace
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from qualcode.cli.coder import who_codes
from qualcode.cli.output import talk, tell_progress
from qualcode.core.how_many import how_many
from qualcode.core.visible import visible
from qualcode.errors import BadOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qualcode.session.import_files import Failed
    from qualcode.session.importing import Plan, Planned
    from qualcode.session.imports import Imported

_FACTS = ("case", "kind", "date", "language", "title", "speakers", "encoding",
          "comments_as_codes", "add_participants", "again")  # fmt: skip
_OF_TABLES = ("text_column", "case_column", "id_column", "date_column", "title_column", "sheet", "attributes_to")
_NAMED = 8


def import_files(args: Namespace) -> int:
    """Exit status: 0 all imported, 1 some, or all were there already, 2 none."""
    from qualcode.cli.lists import opened
    from qualcode.session import Session

    if args.table or any(getattr(args, name) for name in _OF_TABLES):
        from qualcode.cli.import_table import import_table

        return import_table(args, {name: getattr(args, name) for name in _FACTS})
    if not args.files:
        raise BadOption(
            "Say what to import (usage: qualcode import FILE|FOLDER...; a folder stands for all files in it)."
        )
    given = {name: getattr(args, name) for name in _FACTS}
    with opened(args) as project, Session(project, who_codes(args.coder)) as session:
        try:
            plan = session.plan([Path(file) for file in args.files], given, tell_progress("Reading files"))
            if args.dry_run:
                from qualcode.session.import_preview import preview

                for number, item in enumerate(plan.planned):
                    print(*[""] * bool(number), preview(item, project.info), sep="\n")
                tell_plan(plan, plan.failed)
                return status(plan, len(plan.planned), plan.failed)
            done = session.carry_out(plan, tell_progress("Writing documents"))
        except KeyboardInterrupt:
            talk("Stopped: nothing was imported, and the project is as it was.")
            return 130
    for item in done.documents:
        print(summary(item))
    failed = (*plan.failed, *done.failed)
    tell_done(plan, done)
    tell_plan(plan, failed)
    return status(plan, len(done.documents), failed)


def summary(item: Planned) -> str:
    """A document in one line."""
    labels = [speaker.label for speaker in item.speakers]
    more = f" and {len(labels) - _NAMED} more" if len(labels) > _NAMED else ""
    speakers = f"speakers: {', '.join(labels[:_NAMED])}{more}" if labels else "no speaker labels found"
    return visible(f"{item.id}: {how_many(item.turns, 'turn')}, {how_many(item.words, 'word')}, {speakers}")


def status(plan: Plan, imported: int, failed: Sequence[Failed]) -> int:
    if failed and not imported and not plan.already:
        return 2
    return 1 if failed or plan.already else 0


def tell_done(plan: Plan, done: Imported) -> None:
    """What came into the project besides the documents themselves."""
    for case in done.cases:
        talk(visible(f"Case {case!r} is new: it was added to project.yaml. If that was a slip: qualcode undo"))
    if done.participants:
        talk(visible(f"New participants in project.yaml: {', '.join(done.participants)}."))
    _tell_unknown_speakers(done.documents)
    for memo in done.memos:
        talk(visible(f"Comments are kept for review in the memo {memo!r}: qualcode memo show {memo}"))
    if done.codings:
        talk(
            f"{how_many(done.codings, 'comment or highlight became a coding', 'comments and highlights became codings')}."
        )
    if len(done.documents) > 1:
        words = sum(item.words for item in done.documents)
        talk(f"Imported {len(done.documents)} documents, {how_many(words, 'word')}. To take all back: qualcode undo")


def _tell_unknown_speakers(documents: Sequence[Planned]) -> None:
    from qualcode.session.import_speakers import participant_id

    unknown = dict.fromkeys(
        (speaker.participant or participant_id(speaker.label, item.case), speaker.label, item.case)
        for item in documents for speaker in item.speakers if not speaker.known
    )  # fmt: skip
    if not unknown:
        return
    talk("No participant is known for these speakers; to add them:")
    for ident, label, case in list(unknown)[:_NAMED]:
        of_case = f" --case {shlex.quote(case)}" if case else ""
        talk(visible(f"  qualcode participants add {shlex.quote(ident)} --name {shlex.quote(label)}{of_case}"))
    if len(unknown) > _NAMED:
        more = len(unknown) - _NAMED
        talk(f"  and {more} more; for all at once: qualcode undo, then the same import with --add-participants")


def tell_plan(plan: Plan, failed: Sequence[Failed]) -> None:
    """What the reader must know of the files themselves: guesses, losses, and which are not there."""
    for failure in failed:
        for problem in failure.problems:
            talk(visible(f"qualcode: {problem}"))
    if failed and plan.planned:
        talk(f"{len(failed)} could not be imported; the others were not held up by that.")
    for same in plan.already:
        talk(visible(str(same)))
    if plan.passed_over:
        kinds = ", ".join(f"{count} {kind or 'without ending'}" for kind, count in sorted(plan.passed_over.items()))
        talk(visible(f"Files of other kinds were passed over: {kinds}."))
    for label in plan.unheard:
        talk(visible(f"No turn begins with the label {label!r} that --speakers names."))
    if not plan.given.encoding:
        _tell_guesses(plan.planned)
    _tell_losses(plan.planned)


def _tell_guesses(planned: Sequence[Planned]) -> None:
    guesses: dict[tuple[str, str], list[str]] = {}
    for item in planned:
        if item.imported.encoding:
            guesses.setdefault((item.imported.encoding, item.imported.runner_up), []).append(item.source.name)
    for (encoding, runner_up), names in guesses.items():
        which = f"{names[0]} is" if len(names) == 1 else f"{_some(names)} are"
        other = f" ({runner_up} is the next likeliest)" if runner_up else ""
        was = "it was" if len(names) == 1 else "they were"
        talk(visible(
            f"{which} not UTF-8; {was} read as {encoding}{other}. Look whether the letters are right, "
            "else: qualcode undo, and import again with --encoding"
        ))  # fmt: skip


def _tell_losses(planned: Sequence[Planned]) -> None:
    lost: dict[str, list[str]] = {}
    for item in planned:
        for sentence, count in Counter(item.imported.losses).items():
            lost.setdefault(sentence, []).append(item.source.name + (f" ({count} times)" if count > 1 else ""))
    if lost:
        talk("What could not be kept (the files themselves are in sources/):")
    for sentence, names in lost.items():
        talk(visible(f"  {_some(names)}: {sentence}"))


def _some(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= 3 else f"{len(names)} files ({', '.join(names[:3])}, ...)"
