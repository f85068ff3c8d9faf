"""Declaring and changing cases and participants: every change is one undo step, and project.yaml keeps its layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from qualcode.core.codebook_steps import Step
from qualcode.core.project import Participant
from qualcode.core.visible import is_printable, shorten
from qualcode.errors import BadFile, BadOption, UnknownName
from qualcode.files.folder import check_name
from qualcode.files.project_files import states_in_project, steps_with_layout
from qualcode.session.alone import changes_alone
from qualcode.session.writing import Writing

if TYPE_CHECKING:
    from qualcode.session.case_plans import CasePlan

_LONGEST = 200


class CaseWork(Writing):
    """The verbs on cases and participants."""

    def plan_cases(
        self,
        file: str | Path,
        *,
        case_column: str = "",
        encoding: str = "",
        sheet: str = "",
        empty_erases: bool = False,
    ) -> CasePlan:
        """What a table with a case a row (.csv, .tsv, .xlsx) would change; nothing is written.

        An empty cell says nothing, or takes the value away with `empty_erases`. Raises BadFile, BadOption.
        """
        from qualcode.exchange.sources import source_bytes
        from qualcode.exchange.sources.tables import read_table
        from qualcode.session.case_plans import CasePlan, plan_of_table

        self._refuse_broken_project()
        path = Path(file)
        table = read_table(source_bytes(path), path.name, str(path), encoding, sheet)
        plan = plan_of_table(self.index, table, str(path), case_column, empty_erases=empty_erases)
        read_as = [f"Read as {table.encoding}; look whether the letters are right."] if table.encoding else []
        losses = [f"{loss[0].upper()}{loss[1:]}." for loss in table.losses]
        return CasePlan(plan.changes, plan.unchanged, plan.attributes, (*plan.remarks, *read_as, *losses), plan.steps,
                        plan.ids)  # fmt: skip

    def carry_out_cases(self, plan: CasePlan) -> None:
        """Write what a plan holds, as one step. Raises CannotSave, BadFile, and CannotUndo where project.yaml changed since."""
        if plan.steps:
            self._change_project(plan.steps)

    @changes_alone
    def import_cases(self, file: str | Path, **options: str | bool) -> CasePlan:
        """Import the attributes of cases from a table; options as of `plan_cases`. Raises BadFile, BadOption, CannotSave."""
        plan = self.plan_cases(file, **options)  # type: ignore[arg-type]
        self.carry_out_cases(plan)
        return plan

    @changes_alone
    def set_case(self, case: str, values: Mapping[str, str], *, name: str = "", new: bool = False) -> CasePlan:
        """Give a case these attributes ("" takes one away), or another name; `new` declares it where it is not there.

        Raises UnknownName, BadOption, CannotSave.
        """
        from qualcode.analysis.filters import case_id
        from qualcode.session.case_plans import CaseRow, plan_of_rows

        self._refuse_broken_project()
        try:
            ident = case_id(self.index, case)
        except UnknownName as error:
            if not new:
                raise UnknownName(f"{error} To declare a new case: --new.") from error
            ident = check_name(case.strip(), "case")
        row = CaseRow(
            0, ident, _line(name, "name"), {_attribute(key): _line(value, key) for key, value in values.items()}
        )
        try:
            plan = plan_of_rows(self.index, [row], "project.yaml", empty_erases=True)
        except BadFile as error:
            raise BadOption(
                "; ".join(problem.message for problem in error.problems) + ". Nothing was changed."
            ) from error
        self.carry_out_cases(plan)
        return plan

    @changes_alone
    def add_participant(self, ident: str, name: str = "", role: str = "", case: str = "") -> Participant:
        """Declare a participant of the study. Raises BadOption where the id is taken, UnknownName, CannotSave."""
        from qualcode.analysis.filters import case_id

        self._refuse_broken_project()
        ident = check_name(ident.strip(), "participant")
        known = states_in_project(self.folder.project_yaml, "participant")
        if ident in known:
            raise BadOption(f"There is a participant {ident!r} already: `qualcode participants` lists them.")
        person = Participant(
            ident, _line(name, "name") or ident, _line(role, "role"), case_id(self.index, case) if case else ""
        )
        state = {"id": ident, "name": person.name, "role": person.role, "case": person.case}
        self._change_project([("participant", Step(ident, None, state))])
        return person

    def _change_project(self, steps: Sequence[tuple[str, Step]]) -> None:
        self._change_all(self._with_layout(steps))

    def _with_layout(self, steps: Sequence[tuple[str, Step]]) -> list[tuple[str, Step]]:
        """Steps of project.yaml that log how it is laid out, so that undoing them brings the file back byte for byte."""
        noted: list[tuple[str, Step]] = []
        for what, group in groupby(steps, key=lambda step: step[0]):
            of_kind = steps_with_layout(self.folder.project_yaml, what, [step for _, step in group])
            noted += [(what, step) for step in of_kind]
        return noted

    def _refuse_broken_project(self) -> None:
        self.index.refresh()
        if problems := self.index.problems("project.yaml"):
            raise BadFile(problems)


def _attribute(name: str) -> str:
    name = " ".join(name.split())
    if not name or not is_printable(name) or len(name) > _LONGEST:
        raise BadOption(f"{shorten(name, 60)!r} cannot be an attribute's name: it is one line of visible signs.")
    return name


def _line(value: str, what: str) -> str:
    value = value.strip()
    if not is_printable(value):
        raise BadOption(f"The {what} {shorten(value, 60)!r} cannot be used: it is one line of visible signs.")
    return value
