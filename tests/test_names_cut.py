"""Codings that end within a name, made before there was a key: nobody reads half of a name, and nothing on disk changes."""

import json
import re

import pytest
from builders import make_project, transcript

from qualcode.notebook import open_project
from qualcode.session import Session

TEXT = """\
Ann: I saw Quibblethorpe Zanzibarova yesterday in town. 我昨天见到欧阳桂花了。 Lily Young left.

Quibblethorpe Zanzibarova: Ann came to Quibblethorpe
Zanzibarova. Lilies are white, and Lily was young.
"""
CUT = {
    "I saw Quibblet": "I saw Xu Li",
    "ethorpe Zanz": "Xu Li",
    "anzibarova yesterday": "Xu Li yesterday",
    "我昨天见到欧阳桂": "我昨天见到徐丽",
    "桂花了": "徐丽了",
    "to Quibblethorpe\nZan": "to Xu\nLi",
    "Young left.": "Nora Pym left.",
    "Lily was young": "Lily was young",
}
HALVES = re.compile("(?i)uibb|thorpe|anzi|barova|欧|桂")


@pytest.fixture
def study(tmp_path, said):
    project = make_project(tmp_path / "p", {"one": transcript(TEXT, title="One", speakers={"Ann": ""})})
    session = Session(project, "a")
    for words in CUT:
        at = TEXT.index(words)
        session.code("one", at, at + len(words), "work")
    moved = session.code("one", TEXT.index("town"), TEXT.index("town") + 4, "emotion")
    session.rebind(moved.id, TEXT.index("Quibb"), TEXT.index("lethorpe"))
    where = ("-p", str(project.root))
    assert said("pseudonyms", "add", "Quibblethorpe Zanzibarova", "Xu Li", "--variant", "欧阳桂花=徐丽", *where)[0] == 0
    assert said("pseudonyms", "add", "Lily Young", "Nora Pym", *where)[0] == 0
    return project


def test_quotes_have_the_whole_pseudonym(study, said):
    _, out, _ = said("segments", "--code", "work", "-f", "json", "-p", str(study.root))
    rows = json.loads(out)
    assert {row["text"] for row in rows} == set(CUT.values())
    assert {TEXT[row["start"] : row["end"]] for row in rows} == set(CUT), "spans stay where they are"


@pytest.mark.parametrize(
    "words",
    [("segments",), ("segments", "-f", "csv"), ("log",), ("log", "-f", "json"), ("show", "one"), ("matrix", "--cell", "quotes"),
     ("kwic", "yesterday", "--width", "12"), ("kwic", "came", "--width", "29"), ("report", "--context", "7", "-o", "-")],
    ids=" ".join,
)  # fmt: skip
def test_nobody_reads_half_of_a_name(study, said, tmp_path, words):
    target = tmp_path / "out.html"
    words = tuple(str(target) if word == "-" else word for word in words)
    status, out, err = said(*words, "-p", str(study.root))
    assert status == 0, err
    assert HALVES.findall(out + err + (target.read_text(encoding="utf-8") if target.exists() else "")) == []


def test_without_the_key_quotes_are_as_they_were_coded(study, said):
    with open_project(study.root, real_names=True) as project:
        assert {row["text"] for row in project.segments(code="work")} == set(CUT)
    before = {path: path.read_bytes() for path in study.root.rglob("*.jsonl")}
    assert said("segments", "--text", "Xu Li", "-p", str(study.root))[1].count("Xu Li") >= 4
    assert {path: path.read_bytes() for path in study.root.rglob("*.jsonl")} == before
