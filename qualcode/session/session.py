"""One coder at work: the only writer. Whatever a method did is on disk when it returns."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from qualcode.core.codebook_steps import Step
from qualcode.files.saving import replace_file
from qualcode.session.codebook import CodebookWork
from qualcode.session.history import Change, History
from qualcode.session.memos import MemoWork

if TYPE_CHECKING:
    from qualcode.session.importing import Planned

__all__ = ["Change", "Session"]


class Session(CodebookWork, MemoWork, History):
    """A coder at work on a project.

    >>> with Session("left-behind-children", coder="c1") as session:            # doctest: +SKIP
    ...     coding = session.code("zhao-2009-06-08-long", start=120, end=188, code="hidden emotions/longing")
    ...     session.undo()
    """

    # ---------------------------------------------------------------- documents

    def import_documents(self, files: Sequence[Path], **given: str) -> list[Planned]:
        """Import files as documents; `given` may hold case, kind, date and title. A case that is new is declared.

        Each file is kept byte for byte under sources/. All files are looked at before one is written.
        Raises BadOption, BadFile, CannotSave.
        """
        from qualcode.session.importing import free_source_path, plan_import
        from qualcode.session.state import as_it_was_on_failure, file_hash

        planned = plan_import(self.folder, files, given)
        known = {case.id for case in self.index.project.cases}
        steps: list[tuple[str, Step]] = []
        with self.batch(), ExitStack() as restore:
            for case in dict.fromkeys(str(item.fields.get("case") or "") for item in planned):
                if case and case not in known:
                    steps.append(("case", Step(case, None, {"id": case})))
            for item in planned:
                source = free_source_path(self.folder, item.source_name, item.source)
                if not source.exists():
                    restore.enter_context(as_it_was_on_failure(source))
                    replace_file(source, item.source, make_folder=True)
                fields = dict(item.fields)
                after = {"source": self.folder.relative(source), "fields": fields, "hash": file_hash(item.data)}
                steps.append(("document", Step(item.id, None, after)))
            self._change_all(steps)
        return planned
