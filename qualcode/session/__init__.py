"""One coder at work: the only door through which anything in a project is changed."""

from qualcode.session.session import Change, Session

__all__ = ["Change", "Session"]
