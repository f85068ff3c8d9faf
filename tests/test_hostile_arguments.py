"""Arguments that nobody would type: each is carried out or refused in words, and nothing changes where it is refused."""

from __future__ import annotations

import sys

import pytest
from builders import ROOT

from qualcode.cli.main import run

sys.path.insert(0, str(ROOT))
from tests.torture.hostile_arguments import DRIVING, commands, failures


def test_some_commands_take_odd_arguments_as_they_should():
    found, trials = failures(7, 1, every=6)
    assert found == []
    assert sum(trials.statuses.values()) >= len(commands()) // 6


@pytest.mark.parametrize("odd", ["over\rwritten", "\x1b[2J", "\x9b2J", "\u202e"], ids=ascii)
def test_what_is_wrong_with_arguments_is_said_without_driving_the_terminal(odd, capsys):
    assert run(["codes", odd]) == 2
    assert not DRIVING.search(capsys.readouterr().err)
