"""YAML in and out: text stays text, trouble has a line, comments survive."""

import difflib
import subprocess
import sys

import pytest
from builders import ROOT, make_project

from qualcode.core.codebook import Code
from qualcode.core.codebook_steps import Step
from qualcode.errors import BadFile
from qualcode.files.project_files import (
    change_codebook,
    change_project,
    code_data,
    codebook_in,
    read_codebook,
    read_project,
)
from qualcode.files.yaml_text import edit_yaml, load_yaml

CODEBOOK = """\
# Our codebook. Agreed on in March.
title: "Emotions"   # working title

codes:
  - id: emotion
    name: emotion      # the parent
    color: "#5aa9e6"
    definition: >-
      What is felt, by whom,
      and towards whom.
    children:
      # the two that matter
      - id: longing
        name: 'longing'
        key: 1

  - {id: work, name: work}   # see memo
# the end
"""


def problem_of(text):
    (problem,) = load_yaml(text, "project.yaml").problems
    return problem


def written(path, content):
    path.write_text(content, encoding="utf-8")
    return path


def codebook_problems(tmp_path, content):
    codebook, problems = codebook_in(content)
    assert codebook is None
    return [(problem.path, problem.line, problem.message) for problem in problems]


# ------------------------------------------------------------------------------------ in


@pytest.mark.parametrize("value", ["no", "yes", "on", "off", "1.10", "012", "1e3", "null", "~", "2024-01-01", "12:30"])
def test_every_value_is_the_text_that_stands_there(value):
    assert load_yaml(f"country: {value}", "project.yaml").value == {"country": value}


def test_norway_stays_norway(tmp_path):
    path = written(
        tmp_path / "project.yaml", "title: T\ncases:\n  - id: no\n    name: no\n    attributes: {country: no}\n"
    )
    project, problems = read_project(path)
    assert problems == []
    assert (project.cases[0].id, project.cases[0].name, project.cases[0].attributes) == ("no", "no", {"country": "no"})


def test_lines_are_counted_from_1():
    loaded = load_yaml("title: T\ncases:\n  - id: a\n  - id: b\n    name: B\n", "project.yaml")
    assert (loaded.line(("title",)), loaded.line(("cases", 1, "name"))) == (1, 5)


def test_a_missing_value_has_the_line_of_what_is_around_it():
    loaded = load_yaml("title: T\ncases:\n  - id: a\n  - id: b\n", "project.yaml")
    assert loaded.line(("cases", 1, "name")) == 4


def test_the_first_line_may_be_another():
    assert load_yaml("title: T\ncase: c\n", "d1.md", first_line=2).line(("case",)) == 3


def test_a_key_that_stands_twice_is_reported_with_its_line():
    problem = problem_of("title: a\ncases: []\ntitle: b\n")
    assert (problem.line, problem.message) == (3, "the key 'title' stands here twice")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("title: T\ncases: [a, b\n", 2, id="an open bracket"),
        pytest.param('title: T\nname: "open\n', 2, id="an open quote"),
        pytest.param("title: T\n\tcases: []\n", 2, id="a tab"),
        pytest.param("title: T\nnote: a: b\n", 2, id="a colon too many"),
        pytest.param("title: T\nnote: \x07\n", 2, id="a control character"),
    ],
)
def test_broken_yaml_is_reported_with_file_and_line(text, line):
    problem = problem_of(text)
    assert (problem.path, problem.line) == ("project.yaml", line)
    assert problem.message.startswith("not valid YAML: ")


def test_a_bomb_of_aliases_costs_nothing():
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
    )
    loaded = load_yaml(bomb, "project.yaml")
    assert loaded.problems or len(loaded.value) == 30


def test_a_project_with_a_bomb_of_aliases_is_read_or_refused_at_once(tmp_path):
    bomb = "title: T\nx0: &x0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]\n" for n in range(1, 30)
    )
    script = (
        "import sys; from pathlib import Path; from qualcode.files.project_files import read_project\n"
        "assert any(read_project(Path(sys.argv[1])))"
    )
    path = written(tmp_path / "project.yaml", bomb)
    subprocess.run([sys.executable, "-c", script, str(path)], cwd=ROOT, timeout=4, check=True)


def test_an_alias_that_contains_itself_is_refused():
    assert problem_of("a: &a [*a]\n").line == 1


def test_nesting_beyond_reading_is_refused():
    assert load_yaml("[" * 5000, "project.yaml").problems


def test_an_alias_may_repeat_a_value():
    assert load_yaml("a: &x 1\nb: *x\n", "project.yaml").value == {"a": "1", "b": "1"}


# ------------------------------------------------------------------------------------ project.yaml, codebook.yaml


def test_attributes_have_the_types_that_the_project_declares(tmp_path):
    path = written(
        tmp_path / "project.yaml",
        "title: T\nattributes: {age: integer, income: number, left: yes/no, since: date, home: text}\n"
        "cases:\n  - id: a\n    attributes: {age: 14, income: 1.5, left: no, since: 2009-01-31, home: 007}\n",
    )
    project, _ = read_project(path)
    assert project.cases[0].attributes == {
        "age": 14,
        "income": 1.5,
        "left": False,
        "since": "2009-01-31",
        "home": "007",
    }


def test_an_attribute_of_the_wrong_type_is_reported_with_its_line(tmp_path):
    path = written(
        tmp_path / "project.yaml",
        "title: T\nattributes:\n  age: integer\ncases:\n  - id: a\n    attributes:\n      age: old\n",
    )
    project, (problem,) = read_project(path)
    assert (project, str(problem)) == (None, "project.yaml:7: age: 'old' is not a whole number")


def test_all_that_is_wrong_is_reported_at_once(tmp_path):
    found = codebook_problems(
        tmp_path, "codes:\n  - id: a\n  - id: ../b\n    name: b\n  - id: c\n    name: c\n    color: red\n    key: 12\n"
    )
    assert [line for _, line, _ in found] == [2, 3, 7, 8]


def test_a_code_id_that_stands_twice_is_reported_with_its_line(tmp_path):
    found = codebook_problems(
        tmp_path, "codes:\n- id: a\n  name: a\n  children:\n  - id: b\n    name: b\n- id: b\n  name: c\n"
    )
    assert found == [("codebook.yaml", 7, "the code id 'b' stands twice (first on line 5, which is read)")]


def test_a_codebook_is_read_with_parents_before_children(tmp_path):
    codebook, problems = read_codebook(written(tmp_path / "codebook.yaml", CODEBOOK))
    assert problems == []
    assert [(code.id, code.parent, code.key) for code in codebook.codes] == [
        ("emotion", "", 0), ("longing", "emotion", 1), ("work", "", 0),
    ]  # fmt: skip
    assert codebook["emotion"].definition == "What is felt, by whom, and towards whom."


def test_a_missing_codebook_is_an_empty_one(tmp_path):
    codebook, problems = read_codebook(tmp_path / "codebook.yaml")
    assert (codebook.codes, problems) == ((), [])


@pytest.mark.parametrize("content", ["", "codes:\n", "codes: []\n", "# nothing yet\n"], ids=ascii)
def test_an_empty_codebook_is_no_error(tmp_path, content):
    codebook, problems = read_codebook(written(tmp_path / "codebook.yaml", content))
    assert problems == []
    assert codebook.codes == ()


def test_text_that_is_not_utf_8_is_reported_with_its_line(tmp_path):
    (tmp_path / "project.yaml").write_bytes(b"title: T\ndescription: caf\xe9\n")
    _, (problem,) = read_project(tmp_path / "project.yaml")
    assert str(problem) == "project.yaml:2: not UTF-8 text (save it as UTF-8)"


def test_byte_order_mark_and_windows_line_ends_are_no_trouble(tmp_path):
    (tmp_path / "project.yaml").write_bytes(b"\xef\xbb\xbftitle: T\r\ncases:\r\n  - id: a\r\n")
    project, problems = read_project(tmp_path / "project.yaml")
    assert (project.title, project.cases[0].id, problems) == ("T", "a", [])


# ------------------------------------------------------------------------------------ out


def add_code_to_yaml(path, code):
    change_codebook(path, [Step(code.id, None, {**code_data(code), "parent": code.parent})])


def remove_code_from_yaml(path, code_id):
    change_codebook(path, [Step(code_id, {}, None)])


def changed_lines(old, new):
    return [line for line in difflib.ndiff(old.splitlines(), new.splitlines()) if line[0] in "+-"]


def test_a_change_of_nothing_changes_no_sign():
    assert edit_yaml(CODEBOOK, lambda document: None) == CODEBOOK


def test_adding_a_code_leaves_every_other_line_as_it_was(tmp_path):
    path = written(tmp_path / "codebook.yaml", CODEBOOK)
    add_code_to_yaml(path, Code("pride-1", "pride", "emotion"))
    assert changed_lines(CODEBOOK, path.read_text("utf-8")) == ["+       - id: pride-1", "+         name: pride"]


def test_adding_a_top_code_leaves_every_other_line_as_it_was(tmp_path):
    path = written(tmp_path / "codebook.yaml", CODEBOOK)
    add_code_to_yaml(path, Code("school-1", "school", color="#8cc265"))
    assert [line[0] for line in changed_lines(CODEBOOK, path.read_text("utf-8"))] == ["+", "+", "+"]
    assert read_codebook(path)[0].codes[-1] == Code("school-1", "school", color="#8cc265")


def test_a_code_added_and_removed_leaves_the_file_as_it_was(tmp_path):
    path = written(tmp_path / "codebook.yaml", CODEBOOK)
    add_code_to_yaml(path, Code("pride-1", "pride", "emotion"))
    remove_code_from_yaml(path, "pride-1")
    assert path.read_text("utf-8") == CODEBOOK


def test_lists_that_stand_flush_stay_flush(tmp_path):
    flush = "codes:\n- id: a   # one\n  name: a\n- id: b\n  name: b\n"
    path = written(tmp_path / "codebook.yaml", flush)
    add_code_to_yaml(path, Code("c", "c"))
    assert path.read_text("utf-8") == flush + "- id: c\n  name: c\n"


def test_a_first_sub_code_is_written_below_its_parent(tmp_path):
    path = written(tmp_path / "codebook.yaml", CODEBOOK)
    add_code_to_yaml(path, Code("deep", "deep", "longing"))
    assert read_codebook(path)[0].path("deep") == "emotion/longing/deep"


@pytest.mark.parametrize(
    "name", ["no", "yes", "2024", "1.10", "null", "a: b", "# x", "妈妈", "cafe\u0301", "- x", "'", '"']
)
def test_a_code_may_be_called_anything(tmp_path, name):
    path = written(tmp_path / "codebook.yaml", CODEBOOK)
    add_code_to_yaml(path, Code("new-1", name, "emotion"))
    assert read_codebook(path)[0]["new-1"].name == name


@pytest.mark.parametrize("content", ["", "# our codes\n", "title: T\n", "codes:\n", "codes: []\n"], ids=ascii)
def test_a_first_code_is_written_line_by_line(tmp_path, content):
    path = written(tmp_path / "codebook.yaml", content)
    add_code_to_yaml(path, Code("work-1", "work"))
    assert "  - id: work-1\n    name: work\n" in path.read_text("utf-8")
    assert content.startswith("codes") or path.read_text("utf-8").startswith(content)


def test_a_code_can_be_added_below_one_whose_id_is_a_number(tmp_path):
    path = written(tmp_path / "codebook.yaml", "codes:\n  - id: 1\n    name: one\n")
    add_code_to_yaml(path, Code("new", "new", "1"))
    assert read_codebook(path)[0].path("new") == "one/new"


def test_a_broken_codebook_is_not_written_to(tmp_path):
    path = written(tmp_path / "codebook.yaml", "codes: [\n")
    with pytest.raises(BadFile):
        add_code_to_yaml(path, Code("work-1", "work"))
    assert path.read_text("utf-8") == "codes: [\n"


def test_a_case_is_added_with_comments_kept(tmp_path):
    text = "# study\ntitle: T   # working title\ncases:\n  - id: a   # first\n    name: A\n# end\n"
    path = written(tmp_path / "project.yaml", text)
    change_project(path, "case", [Step("b", None, {"id": "b"})])
    assert [case.id for case in read_project(path)[0].cases] == ["a", "b"]
    assert all(comment in path.read_text("utf-8") for comment in ("# study", "# working title", "# first", "# end"))


def test_the_builders_write_what_is_read(tmp_path):
    project = make_project(tmp_path / "p", codes={"a": {"key": 1}, "a/b": {"merged_into": "a"}})
    codebook, problems = read_codebook(project.codebook_yaml)
    assert problems == []
    assert codebook.codes == (Code("a", "a", key=1), Code("b", "b", "a", merged_into="a"))


def test_nesting_without_end_is_a_problem_and_no_crash():
    (problem,) = load_yaml("title: T\nx: " + "[" * 30_000, "project.yaml").problems
    assert problem.line == 2
    assert "levels" in problem.message or "depth" in problem.message  # newer versions of libyaml stop by themselves
