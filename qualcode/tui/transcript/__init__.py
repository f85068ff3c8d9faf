"""The transcript view: a virtualised text with overlapping codings. Costs follow the screen, not the document."""

from qualcode.tui.transcript.view import Transcript

__all__ = ["Transcript"]
