"""Acts of several processes one after the other: what an act reads and decides by is still so when it writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from qualcode.files.reach import reach
from qualcode.files.saving import locked_folder

if TYPE_CHECKING:
    from qualcode.session.writing import Writing

Verb = TypeVar("Verb", bound=Callable[..., Any])


@contextmanager
def coding_alone(session: Writing) -> Iterator[None]:
    """Be the only process that acts for this coder. Raises CannotSave.

    Their folder is held; the project's, as long as they have none.
    """
    reach(session.folder)
    own = session.folder.codings / session.coder
    with locked_folder(own if own.is_dir() else session.folder.root):
        yield


@contextmanager
def changing_alone(session: Writing) -> Iterator[None]:
    """Be the only process that acts for this coder, and that changes what all coders share. Raises CannotSave.

    Always in this order, or two processes of one coder would wait for each other for ever.
    """
    with coding_alone(session), locked_folder(session.folder.root):
        yield


def codes_alone(verb: Verb) -> Verb:
    """A verb that changes only the coder's own codings: other processes of the same coder wait for its end."""
    return _within(coding_alone, verb)


def changes_alone(verb: Verb) -> Verb:
    """A verb that changes what all share, or takes acts back: whoever does so too waits for its end."""
    return _within(changing_alone, verb)


def _within(held: Callable[[Writing], AbstractContextManager[None]], verb: Verb) -> Verb:
    @wraps(verb)
    def act(session: Writing, *args: Any, **kwargs: Any) -> Any:
        with held(session):
            return verb(session, *args, **kwargs)

    return cast(Verb, act)
