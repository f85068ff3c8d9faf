"""Importing a table of texts: its documents and what it says of their cases, in one step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualcode.session.cases import CaseWork
from qualcode.session.imports import Imported, ImportWork

if TYPE_CHECKING:
    from qualcode.session.import_given import Given
    from qualcode.session.importing import Progress
    from qualcode.session.table_columns import Asked
    from qualcode.session.tables import TablePlan


class TableWork(ImportWork, CaseWork):
    """The verbs that bring a table of texts in."""

    def plan_table(
        self,
        file: str | Path,
        asked: Asked | Mapping[str, str] | None = None,
        given: Given | Mapping[str, Any] | None = None,
    ) -> TablePlan:
        """What importing a table (.csv, .tsv, .xlsx), a row a document, would do; nothing is written.

        `asked` names the columns: text (several parted by commas), case, id, date, title; the sheet; attributes_to (case,
        document). `given` is as in `plan`. Raises BadFile with the lines that do not fit, BadOption.
        """
        from qualcode.session.import_given import Given
        from qualcode.session.table_columns import Asked
        from qualcode.session.tables import plan_table

        self._refuse_broken_project()
        columns = asked if isinstance(asked, Asked) else Asked.of(asked or {})
        return plan_table(self.index, Path(file), columns, given if isinstance(given, Given) else Given.of(given or {}))

    def carry_out_table(
        self, plan: TablePlan, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
    ) -> Imported:
        """Write what a plan holds, as one step, all or nothing; the table is kept once under sources/, byte for byte.

        Raises Cancelled, KeyboardInterrupt, CannotSave, BadFile.
        """
        steps = tuple(self._with_layout(plan.cases.steps))
        return self.carry_out(replace(plan.documents, steps=steps), progress, cancelled)

    def import_table(
        self, file: str | Path, *, text: str = "", case: str = "", id: str = "", date: str = "", title: str = "",
        sheet: str = "", attributes_to: str = "", **given: Any,
    ) -> Imported:  # fmt: skip
        """Import a table with a row a document; each option names a column, where its usual name does not tell.

        `given` holds facts of all documents, as kind and language. Raises BadFile, BadOption, CannotSave.
        """
        asked = {"text": text, "case": case, "id": id, "date": date, "title": title, "sheet": sheet}
        return self.carry_out_table(self.plan_table(file, {**asked, "attributes_to": attributes_to}, given))
