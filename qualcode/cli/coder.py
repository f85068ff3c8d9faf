"""Who is coding."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from qualcode.core.codebook import slug
from qualcode.files.folder import check_name


def who_codes(given: str | None) -> str:
    """The coder's id: as given, from QUALCODE_CODER, git's user name, or the login. Raises BadOption."""
    if named := given or os.environ.get("QUALCODE_CODER", ""):
        return check_name(named, "coder")
    return slug(_git_user()) or slug(_login()) or "coder"


def _git_user() -> str:
    try:
        answer = subprocess.run(["git", "config", "user.name"], capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.strip()


def _login() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return Path.home().name
