"""New files written by several threads: whole, with the usual permissions, or not there."""

import hashlib
import os

import pytest

from qualcode.errors import BadFile, CannotSave
from qualcode.files.copying import copy_checked, write_new

DATA = bytes(range(256)) * 9_000


def digest(data):
    return hashlib.sha256(data).hexdigest()


def test_a_copy_is_the_file_byte_for_byte(tmp_path):
    (tmp_path / "from").write_bytes(DATA)
    copy_checked(tmp_path / "from", tmp_path / "new" / "to", digest(DATA))
    assert (tmp_path / "new" / "to").read_bytes() == DATA
    assert os.listdir(tmp_path / "new") == ["to"]


@pytest.mark.parametrize(("folder", "file"), [(0o700, 0o600), (0o770, 0o660), (0o755, 0o644)])
def test_a_copy_has_the_permissions_that_its_project_gives(tmp_path, folder, file):
    tmp_path.chmod(folder)
    (tmp_path / "project.yaml").touch()
    write_new(tmp_path / "sources" / "ours", [b"x"])
    assert (tmp_path / "sources" / "ours").stat().st_mode & 0o777 == file


def test_a_file_with_other_bytes_than_expected_is_not_copied(tmp_path):
    (tmp_path / "from").write_bytes(DATA)
    with pytest.raises(BadFile, match="changed while it was being imported"):
        copy_checked(tmp_path / "from", tmp_path / "to", digest(b"else"))
    assert os.listdir(tmp_path) == ["from"]


def test_a_file_that_is_gone_is_said_to_be(tmp_path):
    with pytest.raises(BadFile, match="gone: cannot be read"):
        copy_checked(tmp_path / "gone", tmp_path / "to", digest(b""))
    assert os.listdir(tmp_path) == []


def test_where_a_folder_cannot_be_made_nothing_is_saved(tmp_path):
    (tmp_path / "in the way").touch()
    with pytest.raises(CannotSave):
        write_new(tmp_path / "in the way" / "file", [b"x"])
