"""Hypothesis for all tests (no deadline: disks differ; no example database beside the code), and commands in process."""

import pytest
from hypothesis import settings

from qualcode.cli.main import run

settings.register_profile("qualcode", deadline=None, database=None, max_examples=100)
settings.load_profile("qualcode")


@pytest.fixture
def said(capsys):
    """Run a command; returns exit status, standard output and standard error."""

    def command(*argv):
        status = run(list(argv))
        return status, *capsys.readouterr()

    return command
