"""Hypothesis for all tests (no deadline: disks differ; no example database beside the code), and commands in process."""

import os

import pytest
from hypothesis import settings

from qualcode.cli.main import run
from qualcode.files import taking_back

settings.register_profile("qualcode", deadline=None, database=None, max_examples=100)
settings.load_profile("qualcode")


@pytest.fixture(autouse=True)
def process_as_it_was():
    """What a test, or what it tries, puts into the environment, or owes to a disk that fails, is not there for the next."""
    before = dict(os.environ)
    yield
    for name in os.environ.keys() - before.keys():
        del os.environ[name]
    os.environ.update(before)
    taking_back._OWED.clear()


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory, monkeypatch):
    """What this machine remembers for its user is remembered apart from the tests."""
    home = tmp_path_factory.mktemp("home", numbered=True)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    return home


@pytest.fixture
def said(capsys):
    """Run a command; returns exit status, standard output and standard error."""

    def command(*argv):
        status = run(list(argv))
        return status, *capsys.readouterr()

    return command
