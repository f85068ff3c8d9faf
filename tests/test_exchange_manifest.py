"""What an export was made from."""

import hashlib
import json

import pytest
from builders import apply, make_project, open_index, transcript, write_events

import qualcode
from qualcode.analysis.lists import documents
from qualcode.analysis.matrix import matrix
from qualcode.analysis.segments import segments
from qualcode.analysis.table import Table
from qualcode.core.text import body_hash
from qualcode.exchange.manifest import counts_of, manifest, manifest_bytes

BODY = "Mei: I miss her. 我想妈妈。\n"


@pytest.fixture
def project(tmp_path):
    made = make_project(tmp_path / "p", {"d1": transcript(BODY, case="zhao"), "d2": BODY}, cases=["zhao"])
    write_events(made, "c1", "d1", [apply(1, BODY, "I miss", "longing"), apply(2, BODY, "her", "longing")])
    return made


def made(project, **options):
    return manifest(open_index(project), "qualcode segments", options, "/home/ann/segments.csv", "00", {"rows": 2})


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_manifest_has_the_hash_of_everything_that_was_read(project):
    found = made(project)
    assert found["project"] == {
        "project.yaml": sha256(project.project_yaml), "codebook.yaml": sha256(project.codebook_yaml),
    }  # fmt: skip
    assert found["transcripts"] == {"d1": body_hash(BODY), "d2": body_hash(BODY)}
    assert found["events"] == {"codings/c1/d1.jsonl": sha256(project.coding_file("c1", "d1"))}


def test_memos_have_their_hashes_too(project):
    project.memos.mkdir()
    (project.memos / "two.md").write_text("---\ntitle: Two\n---\nText.\n")
    assert made(project)["memos"] == {"memos/two.md": sha256(project.memos / "two.md")}


def test_versions_command_and_options_are_told(project):
    found = made(project, code="longing", exact=True)
    assert (found["manifest"], found["qualcode"], found["command"], found["options"], found["output"], found["counts"]) == (
        1, qualcode.__version__, "qualcode segments", {"code": "longing", "exact": True}, {"file": "segments.csv", "sha256": "00"},
        {"rows": 2},
    )  # fmt: skip


def test_no_folder_of_this_machine_is_told(project, tmp_path):
    found = manifest_bytes(made(project, order=str(tmp_path / "order.txt")))
    assert b"order.txt" in found
    assert str(tmp_path).encode() not in found
    assert b"/home" not in found


def test_a_change_of_one_coding_is_seen_in_its_file_only(project):
    before = made(project)
    write_events(project, "c1", "d1", [apply(1, BODY, "I miss", "longing")])
    after = made(project)
    assert {name for name in before if before[name] != after[name]} == {"events"}


def test_a_manifest_is_json_with_letters_as_themselves(project):
    data = manifest_bytes(made(project, text="妈妈"))
    assert "妈妈".encode() in data
    assert json.loads(data)["options"] == {"text": "妈妈"}


@pytest.mark.parametrize(
    ("table", "counts"),
    [
        (segments, {"rows": 2, "codings": 2, "documents": 1}), (documents, {"rows": 2, "documents": 2}),
        (matrix, {"rows": 3, "codings": 2, "documents": 1}), (lambda index: Table(["a"], [(1,)]), {"rows": 1}),
    ],
    ids=["segments", "documents", "matrix", "other"],
)  # fmt: skip
def test_rows_codings_and_documents_are_counted(project, table, counts):
    assert counts_of(table(open_index(project))) == counts
