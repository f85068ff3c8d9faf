"""Damaged, exchanged and outdated indexes: every question is answered as by one that was built anew."""

import os
import random
import shutil
import time

import pytest
from builders import answers, apply, fresh_answers, open_index, write_events
from torture import index_faults, log_faults

from qualcode.index.index import Index

NAMES = ["cut to 100 bytes", "garbage behind the head", "schema 17", "schema 999", "no table event", "other columns", "zeros",
         "another word in every quote", "a folder in its place", "another project's -wal and -shm", "deleted"]  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A project with its index, and the index of another with its log of changes beside it, as a copy in use has it."""
    folder = tmp_path_factory.mktemp("index")
    project, other = log_faults.study(folder / "p"), log_faults.study(folder / "other")
    write_events(other, "c2", "d1", [apply(number, log_faults.BODY, "sew", code="work") for number in range(1, 90)])
    index = open_index(other)
    foreign = shutil.copytree(other.index_db.parent, folder / "foreign") / "index.db"
    index.close()
    good = index_faults.indexed(project)
    faults = {fault.name: fault for fault in index_faults.faults(good, random.Random(1), foreign)}
    return project, good, faults, index_faults.answers(project)


@pytest.mark.parametrize("name", NAMES)
def test_whatever_became_of_the_index_the_answers_are_the_same(made, name):
    project, good, faults, before = made
    assert index_faults.trial(project, good, faults[name], before, NAMES.index(name) % 8) == []


@pytest.mark.parametrize(
    "name",
    ["cut to 4096 bytes", "page 9 garbage", "no table event", "another word in every quote", "another project's index"],
)
def test_after_a_kill_damage_is_mended_too(made, name):
    project, good, faults, before = made
    assert index_faults.trial(project, good, faults[name], before, 4, killed=True) == []


def test_a_page_that_was_exchanged_is_noticed_though_sqlite_would_answer(made):
    project, good, faults, before = made
    swapped = next(fault for name, fault in faults.items() if name.startswith("page 36 is page"))
    assert index_faults.trial(project, good, swapped, before) == []


def test_a_sound_index_is_not_built_again(made):
    project, *_ = made
    open_index(project).close()
    index = Index(project)
    assert index.refresh() is False
    index.close()


def test_another_version_of_a_file_with_the_same_size_and_date_is_read(made, tmp_path):
    project = type(made[0])(shutil.copytree(made[0].root, tmp_path / "p"))
    index = open_index(project)
    path = project.root / log_faults.CODINGS
    status, other = path.stat(), path.read_bytes().replace("三 of 30".encode(), "四 of 30".encode())
    lines = [line[: line.index(b', "sum"')] + b"}" for line in other.splitlines()]
    path.write_bytes(
        b"".join(line.ljust(len(was)) + b"\n" for line, was in zip(lines, other.splitlines(), strict=True))
    )
    time.sleep(0.02)  # the system's clock of files ticks in milliseconds
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (status.st_size, status.st_mtime_ns)
    index.refresh()
    assert answers(index) == fresh_answers(project)
    assert index.value("SELECT count(*) FROM coding WHERE note = '四 of 30'") == 1
    index.close()


def test_a_state_of_the_codebook_that_rotted_is_read_anew(made, tmp_path):
    project = type(made[0])(shutil.copytree(made[0].root, tmp_path / "p"))
    index = open_index(project)
    names = [code.name for code in index.codebook.codes]
    with index.db:
        index.db.execute("UPDATE state SET value = replace(value, 'hope', 'rope') WHERE name = 'codebook'")
    index._cached.clear()
    assert [code.name for code in index.codebook.codes] == names
    index.close()
