"""A project, opened for questions: what notebooks and scripts use. Textual is never loaded here."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from qualcode.analysis import lists
from qualcode.analysis.audit import AuditTable, Wanted, audit
from qualcode.analysis.filters import Filters
from qualcode.analysis.matrix import Matrix, matrix
from qualcode.analysis.milestones import milestone_table, when
from qualcode.analysis.search import search
from qualcode.analysis.segments import segments
from qualcode.analysis.table import Table
from qualcode.core.codebook import Codebook
from qualcode.core.how_many import how_many
from qualcode.core.overlay import is_settled, wear
from qualcode.core.project import ProjectInfo
from qualcode.errors import BadOption
from qualcode.files.folder import ProjectFolder, find_project
from qualcode.index.index import Index

if TYPE_CHECKING:
    from qualcode.analysis.comparing import Comparison
    from qualcode.analysis.framework import Framework


class OpenProject:
    """A project and its tables. Every question sees the files as they are at that moment."""

    def __init__(self, folder: ProjectFolder, progress: Callable[[int, int], None] | None = None) -> None:
        self.folder = folder
        self.index = Index(folder, progress=progress)
        self.index.refresh()

    def __enter__(self) -> OpenProject:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        self.index.close()

    def __repr__(self) -> str:
        return f"<qualcode project {self.info.title!r}: {how_many(len(self.documents), 'document')}>"

    @property
    def info(self) -> ProjectInfo:
        """What project.yaml says. Raises BadFile where it is broken."""
        return self._fresh().project

    @property
    def code_tree(self) -> Codebook:
        """The codebook as a tree. Raises BadFile where codebook.yaml is broken."""
        return self._fresh().codebook

    @property
    def documents(self) -> Table:
        """Documents with their counts, in document order."""
        return lists.documents(self._fresh())

    @property
    def cases(self) -> Table:
        """Cases with their counts and attributes, in project order."""
        return lists.cases(self._fresh())

    @property
    def participants(self) -> Table:
        """Participants with name, role and case, in project order."""
        return lists.participants(self._fresh())

    @property
    def codebook(self) -> Table:
        """Codes with definitions and counts, in codebook order (`code_tree` is the same as a tree)."""
        return lists.codes(self._fresh())

    def segments(self, *, translation: bool = False, **filters: Any) -> Table:
        """Coded segments. Filters: code, case, document, speaker, role, kind, coder, text, exact, where. With `translation` also
        what the linked turns of the translation (or original) say.

        >>> open_project("left-behind-children").segments(code="longing", case="zhao").rows   # doctest: +SKIP
        """
        return segments(self._fresh(), _filters(filters), translation=translation)

    @property
    def translations(self) -> Table:
        """Originals with their translations, and how far their turns are linked."""
        from qualcode.analysis.translations import pairs

        return pairs(self._fresh())

    def matrix(
        self, rows: str = "code", cols: str = "case", cell: str = "segments", *, percent: str = "", per: str = "",
        relation: str = "", **filters: Any,
    ) -> Matrix:  # fmt: skip
        """A comparison matrix; rows and cols: code, top-code, case, document, participant, speaker, role, kind, coder, month,
        quarter, year, language, attr:NAME, turn-of:CODE, several joined with +; cell: segments, documents, cases, turns, words,
        chars, coverage, present, quotes, summaries, first-date; percent: row, col, total; per: 1000words; code by code is
        co-occurrence (relation: overlap, same-turn, near:N, contains, follows). Filters as for `segments`.
        `.quotes(row, col)` gives the segments behind a cell, `.long()` all of them."""
        return matrix(self._fresh(), rows, cols, cell, _filters(filters), percent=percent, per=per, relation=relation)

    def compare(self, *names: str, by: str = "case", order: str = "codebook", **filters: Any) -> Comparison:
        """Two to four cases (or documents, roles, months ...: `by`) side by side. `.table()` has a row a code with counts, rates
        and quotes per side, `.sentence(row)` says who has how much. Filters as for `segments`.

        >>> open_project("left-behind-children").compare("liang", "zhao", code="longing").table()   # doctest: +SKIP
        """
        from qualcode.analysis.comparing import comparison

        return comparison(self._fresh(), names, by, _filters(filters), order=order)

    def search(self, text: str, case: str = "", document: str = "") -> Table:
        """Every occurrence of the text in all documents."""
        return search(self._fresh(), text, case=case, document=document)

    def kwic(self, words: str, *, whole: bool = False, width: int = 40, sort: str = "document", **where: str) -> Table:
        """Every place where these words are said (a phrase; child* finds children), with what stands either side and the codes
        there. Narrowed by case, document, speaker, role, kind; sort: document, left, right."""
        from qualcode.analysis.kwic import Wanted as Words
        from qualcode.analysis.kwic import kwic

        unknown = sorted(set(where) - {"case", "document", "speaker", "role", "kind"})
        if unknown:
            raise BadOption(f"A concordance is not narrowed by {', '.join(unknown)}.")
        return kwic(self._fresh(), Words(words, whole, **where), width=width, sort=sort)

    def saturation(self, *, base: int = 4, run: int = 2, threshold: float = 5, order: str | Sequence[str] = "date",
                   top: bool = False, all_documents: bool = False, **filters: Any) -> Table:  # fmt: skip
        """New codes an interview, in order of date, import, or of a list of document ids, and the share of new ones in each run
        (Guest, Namey & Chen 2020); `.sentence` says where saturation is reached. Filters as for `segments`."""
        from qualcode.analysis.saturation import saturation

        return saturation(self._fresh(), _filters(filters), base=base, run=run, threshold=threshold, order=order, top=top,
                          all_documents=all_documents)  # fmt: skip

    def log(self, document: str = "", **filters: str) -> AuditTable:
        """The audit trail, oldest first: who did what when, with before and after. Filters: coder, code, case, since,
        until, kind, batch, text (see `analysis.audit.Wanted`)."""
        unknown = sorted(set(filters) - {field for field in Wanted.__dataclass_fields__ if field != "ids"})
        if unknown:
            raise BadOption(f"The log has no filter {', '.join(unknown)}.")
        return audit(self._fresh(), document=document, **filters)

    @property
    def milestones(self) -> Table:
        """The milestones, oldest first, with how many codings and codes there were then."""
        return milestone_table(self._fresh())

    def difference(self, a: str, b: str) -> Table:
        """Two moments (dates or milestones) side by side: per code what changed, and how far the codings agree."""
        from qualcode.analysis.milestone_diff import difference

        return difference(self._fresh(), a, b)

    def as_of(self, moment: str) -> PastProject:
        """The project as it stood at a date (its end), a local time or a milestone, for reading. Raises BadOption.

        >>> open_project("left-behind-children").as_of("first cycle done").matrix()       # doctest: +SKIP
        """
        return PastProject(self, moment)

    def memos(self, about: str = "", kind: str = "", author: str = "", text: str = "") -> Table:
        """Memos, newest first. `about`: project, case:X, document:D, code:C, coding:ID, `case:X code:C` for a cell."""
        from qualcode.analysis.memos import memos

        return memos(self._fresh(), about, kind, author, text)

    def framework(self, codes: Sequence[str] = (), *, all_codes: bool = False, **filters: Any) -> Framework:
        """Cases by codes (top codes, or these, or all) with summaries and quotes; `.table()` and `.list()` are tables, `.due()`
        are the cells that are missing or outdated. Filters as for `segments`. `Session.summarise` writes a summary."""
        from qualcode.analysis.framework import framework

        return framework(self._fresh(), codes, all_codes=all_codes, filters=_filters(filters))

    @property
    def filters(self) -> Table:
        """The saved filters, with how many codings match."""
        from qualcode.analysis.saved_filters import saved_filters

        return saved_filters(self._fresh())

    def review(self, *, guesses: bool = True, **filters: Any) -> Table:
        """Codings whose words were changed or lost since the text was corrected, with what stands there now (for lost ones a
        guess, if wanted). Filters as for `segments`."""
        from qualcode.analysis.review import review

        return review(self._fresh(), _filters(filters), guesses=guesses)

    def speakers(self, document: str) -> Table:
        """Who speaks in a document: labels, whom they stand for, turns and words."""
        from qualcode.analysis.speakers import speakers

        return speakers(self._fresh(), document)

    def _fresh(self) -> Index:
        self.index.refresh()
        return self.index


class PastProject(OpenProject):
    """A project as it stood at a moment; it does not change any more. `at` is the moment, in UTC.

    Codings, codebook, cases and documents are those of then; the texts are those of today, as are memos.
    """

    def __init__(self, project: OpenProject, moment: str) -> None:
        from qualcode.analysis.as_of import as_of

        now = project._fresh()
        found = when(now, moment)
        self.folder, self.at = project.folder, found.at
        self.index = as_of(now, found)


def _filters(given: dict[str, Any]) -> Filters:
    unknown = sorted(set(given) - set(Filters.__dataclass_fields__))
    if unknown:
        raise BadOption(
            f"There is no filter {', '.join(unknown)}; there are: {', '.join(Filters.__dataclass_fields__)}."
        )
    return Filters(**{name: value for name, value in given.items() if value is not None})


def open_project(
    path: str | os.PathLike[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
    *,
    real_names: bool = False,
) -> OpenProject:
    """Open the project at this path (a folder, or the bare name of one under projects/), or the one around here.

    `progress` is told of how many files were read, of how many, when many changed. Where the project has a key of pseudonyms, tables
    are printed and written under it (values in memory stay as they are) until another project is opened, unless
    `real_names` is said. Raises ProjectNotFound, BadFile and BadOption where the key cannot be used.
    """
    folder = find_project(path)
    if not is_settled():
        from qualcode.files.pseudonym_key import key_of

        wear(None if real_names else key_of(folder))
    return OpenProject(folder, progress)
