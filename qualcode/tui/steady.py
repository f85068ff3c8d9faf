"""Places that stay when the disk goes: what a key or a message asked for is refused and said, and the screen goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qualcode.errors import FolderAway, QualcodeError
from qualcode.index.trouble import OUR_MISTAKES, IndexTrouble

if TYPE_CHECKING:
    from textual.message import Message

REFUSALS = (QualcodeError, OSError, IndexTrouble)


class Steady:
    """For screens: Textual ends whatever raises while it handles a message, and with it the application."""

    app: Any

    async def _dispatch_message(self, message: Message) -> None:
        try:
            await super()._dispatch_message(message)  # type: ignore[misc]
        except REFUSALS as error:
            self.app.refuse(error)


def refusal(error: BaseException) -> str:
    """What to tell the user."""
    if isinstance(error, QualcodeError):
        return str(error).replace("\n", " ")
    if isinstance(error, OSError):
        return f"The system refused: {error}. Nothing was changed."
    return f"The index cannot be read ({error}). Nothing was changed; it is built anew as soon as the folder can be reached."


def is_refusal(error: BaseException) -> BaseException | None:
    """The refusal that an error is, or that ended a worker; None for mistakes of our own."""
    inner = getattr(error, "error", error)
    if isinstance(inner, OUR_MISTAKES) and not isinstance(inner, FolderAway):
        return None
    return inner if isinstance(inner, REFUSALS) else None
