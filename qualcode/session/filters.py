"""Named filters in project.yaml: saved and deleted, each one undo step."""

from __future__ import annotations

from qualcode.analysis.saved_filters import names_in, refers_to
from qualcode.core.codebook_steps import Step
from qualcode.core.visible import is_printable, shorten
from qualcode.errors import BadOption, UnknownName
from qualcode.files.project_files import states_in_project
from qualcode.session.alone import changes_alone
from qualcode.session.cases import CaseWork

_LONGEST = 60


class FilterWork(CaseWork):
    """The verbs on saved filters."""

    @changes_alone
    def save_filter(self, name: str, expression: str) -> None:
        """Save an expression under a name, so that it can be used as `filter:NAME`; a filter of that name is changed.

        Raises BadQuery where the expression cannot be read, UnknownName where it refers to a filter that is not there,
        BadOption, BadFile, CannotSave.
        """
        name, expression = _name(name), " ".join(expression.split("\n")).strip()
        used = names_in(expression)
        saved = self._saved_filters()
        for other in used:
            if other not in saved and other != name:
                raise UnknownName(f"There is no saved filter {other!r}. {_there_are(saved)}")
        if refers_to(name, expression, saved):
            raise BadOption(f"The filter {name!r} would refer to itself; nothing was saved.")
        before, after = saved.get(name), {"expression": expression}
        if before != expression:
            state = None if before is None else {"expression": before}
            self._change_project([("filter", Step(name, state, after))])

    @changes_alone
    def delete_filter(self, name: str) -> None:
        """Delete a saved filter. Raises UnknownName, BadOption where another one refers to it, BadFile, CannotSave."""
        saved = self._saved_filters()
        if name not in saved:
            raise UnknownName(f"There is no saved filter {name!r}. {_there_are(saved)}")
        users = [other for other in saved if other != name and refers_to(name, saved[other], {})]
        if users:
            raise BadOption(f"The filter {users[0]!r} refers to {name!r}: change or delete that one first.")
        self._change_project([("filter", Step(name, {"expression": saved[name]}, None))])

    def _saved_filters(self) -> dict[str, str]:
        self._refuse_broken_project()
        states = states_in_project(self.folder.project_yaml, "filter")
        return {name: state["expression"] for name, state in states.items()}


def _there_are(saved: dict[str, str]) -> str:
    return f"Saved are: {', '.join(saved)}." if saved else "None is saved yet: qualcode filters save NAME EXPRESSION."


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name or not is_printable(name) or len(name) > _LONGEST or '"' in name:
        raise BadOption(
            f"{shorten(name, _LONGEST)!r} cannot be a filter's name: it is one line of visible signs, "
            f'at most {_LONGEST}, without ".'
        )
    return name
