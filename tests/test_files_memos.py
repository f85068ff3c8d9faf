"""Memo files: read whatever stands in them, written so that nothing that people put there is lost."""

import pytest
from builders import COMPOSED, FAMILY, ROOT, make_project
from hypothesis import given
from hypothesis import strategies as st

from qualcode.core.memo import About, Memo, named_things
from qualcode.errors import BadFile, BadOption
from qualcode.files.memos import free_memo_id, memo_bytes, read_memo


@pytest.fixture
def read(tmp_path):
    """Read a memo file that holds this."""

    def reading(content):
        path = tmp_path / "m.md"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_memo(path, "m", "memos/m.md")

    return reading


def said(found):
    return [(problem.line, problem.message) for problem in found.problems]


def test_a_memo_is_read_with_its_fields_and_the_line_of_its_text(read):
    found = read("---\ntitle: T\nabout: {case: liang, code: c}\nkind: to-do\ndate: 2009-01-02\nauthor: c1\n---\nText\n")
    assert found.memo == Memo("m", "T", About("liang", code="c"), "to-do", "2009-01-02", "c1", "Text\n", 8)
    assert found.problems == []


def test_fields_that_do_not_fit_are_left_out_and_reported_and_the_text_loads(read):
    found = read("---\ntitle: T\ndate: May\nabout: [a, b]\n---\nText\n")
    assert (found.memo.title, found.memo.date, found.memo.about, found.memo.text) == ("T", "", About(), "Text\n")
    assert [line for line, _ in said(found)] == [4, 3] or [line for line, _ in said(found)] == [3, 4]


@pytest.mark.parametrize("about", ["everything", "{thing: x}", "{case: [a]}", "{case: ''}", "{case: {a: b}}"])
def test_about_is_the_project_or_names_things(read, about):
    ((line, message),) = said(read(f"---\nabout: {about}\n---\nText\n"))
    assert line >= 2
    assert "a memo is about" in message or "about" in message


def test_broken_front_matter_costs_the_text_nothing(read):
    found = read("---\ntitle: [a\n---\nText\n")
    assert (found.memo.title, found.memo.text) == ("Text", "Text\n")
    assert said(found)


def test_a_memo_without_front_matter_goes_by_its_first_line(read):
    assert read("\n# On **pride**\n\nMore").memo.title == "On **pride"
    assert read("").memo.title == "m"


def test_bytes_that_are_no_text_are_a_problem(read):
    assert said(read(b"---\n---\n\xff\xfe")) == [(3, "not UTF-8 text")]


def test_a_bomb_of_aliases_is_refused_quickly(read):
    bomb = "a: &a [x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
    )
    assert "alias" in said(read(f"---\n{bomb}---\nText\n"))[0][1]


@pytest.mark.parametrize("path", sorted(ROOT.glob("projects/*/memos/*.md")), ids=lambda path: path.stem)
def test_the_demonstration_memos_are_written_as_they_stand(path):
    found = read_memo(path, path.stem, path.name)
    assert found.problems == []
    assert memo_bytes(found.memo) == memo_bytes(found.memo, found.matter) == path.read_bytes()


def test_other_fields_comments_and_order_survive_an_edit(read):
    content = "---\n# mine\nstatus: draft\ntitle:   Old   # why\nabout: {case: zhao}\n---\nText\n"
    found = read(content)
    changed = Memo("m", "New", About("zhao"), "to-do", text="Other")
    assert memo_bytes(changed, found.matter).decode() == (
        "---\n# mine\nstatus: draft\ntitle: New     # why\nabout: {case: zhao}\nkind: to-do\n---\nOther\n"
    )


def test_front_matter_that_is_not_yaml_is_never_written_over(read):
    found = read("---\ntitle: [a\n---\nText\n")
    with pytest.raises(BadFile):
        memo_bytes(found.memo, found.matter)


def test_half_a_character_is_refused():
    with pytest.raises(BadOption):
        memo_bytes(Memo("m", "T", text="\ud83d"))


_words = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=20)


@given(_words.map(str.strip).filter(bool), _words, st.text(alphabet="ab\n-é中 #", max_size=40))
def test_what_is_written_is_read_again(tmp_path_factory, title, case, text):
    title = " ".join(title.split()) or "t"
    memo = Memo("m", title, About(case=case), "analytic", "2024-02-29", "c1", text + "\n")
    path = tmp_path_factory.mktemp("m") / "m.md"
    path.write_bytes(memo_bytes(memo))
    found = read_memo(path, "m", "m")
    assert found.problems == []
    assert (found.memo.title, found.memo.about, found.memo.text) == (title, memo.about, memo.text)


@pytest.mark.parametrize(
    ("title", "ident"),
    [
        ("Two silences!", "two-silences"),
        ("../../etc/passwd", "etc-passwd"),
        ("两种沉默", "两种沉默"),
        (f"Caf{COMPOSED}", f"caf{COMPOSED}"),
        (FAMILY, "memo"),
        ("a " * 200, "a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a-a"),
    ],
)
def test_an_id_is_made_from_the_title(tmp_path, title, ident):
    assert free_memo_id(make_project(tmp_path / "p"), title) == ident


def test_a_title_that_is_taken_is_numbered(tmp_path):
    project = make_project(tmp_path / "p")
    project.memos.mkdir()
    for name in ("a", "a-2"):
        project.memo(name).write_text("x")
    assert free_memo_id(project, "A") == "a-3"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("case:liang code:hidden emotions", {"case": "liang", "code": "hidden emotions"}),
        ("case:liang × code:a/b", {"case": "liang", "code": "a/b"}),
        ("code:x, case: y", {"code": "x", "case": "y"}),
        ("longing", {}),
        ("a case:b", {}),
    ],
)
def test_words_that_say_what_a_memo_is_about(words, expected):
    assert named_things(words) == expected


@pytest.mark.parametrize("words", ["case:", "case:a case:b", "code: case:a"])
def test_words_that_name_nothing_or_twice_are_refused(words):
    with pytest.raises(BadOption):
        named_things(words)
