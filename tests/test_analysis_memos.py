"""Memos by what they are about; links to their places; what leads nowhere."""

import pytest
from builders import apply, edit, event, make_project, open_index, transcript, write_events

import qualcode
from qualcode.analysis.check import check
from qualcode.analysis.memo_links import dead_links, link_to_coding, memos_at, resolve
from qualcode.analysis.memo_names import about_from
from qualcode.analysis.memos import memo, memos, memos_about
from qualcode.core.links import links
from qualcode.core.memo import About
from qualcode.errors import UnknownName

BODY = "Mei: I miss her.\nLing: I sew.\nMei: 我想她。\n"


def write_memo(project, name, text="Text\n", **fields):
    project.memos.mkdir(exist_ok=True)
    lines = "".join(f"{field}: {value}\n" for field, value in fields.items())
    edit(project.memos / f"{name}.md", f"---\n{lines}---\n{text}")


@pytest.fixture
def project(tmp_path):
    found = make_project(
        tmp_path / "p", {"d1": transcript(BODY, title="At home", case="liang"), "d2": transcript("Long: Yes.\n", case="zhao")},
        codes=("emotion", "emotion/longing", "work"), cases=["liang", "zhao"],
    )  # fmt: skip
    write_events(
        found, "c1", "d1", [apply(1, BODY, "I miss her"), apply(2, BODY, "I sew", "work"), apply(102, BODY, "想")]
    )
    write_memo(found, "whole", about="project", kind="reflexive", date="2009-01-01", author="c1")
    write_memo(found, "cell", about="{case: liang, code: longing}", kind="summary", date="2009-03-01", author="c2")
    write_memo(
        found, "family", about="{case: liang}", kind="analytic", date="2009-02-01", author="c1", text="Les Éléphants\n"
    )
    write_memo(found, "talk", about="{document: d1}", kind="to-do", date="2009-04-01", author="c1", title="On the talk")
    return found


def listed(project, **filters):
    return [row["memo"] for row in memos(open_index(project, in_memory=True), **filters)]


def lead(project, text):
    (link,) = links(text)
    return resolve(open_index(project, in_memory=True), link)


# ------------------------------------------------------------------ the list


def test_memos_come_newest_first(project):
    assert listed(project) == ["talk", "cell", "family", "whole"]


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ("project", ["whole"]),
        ("case:liang", ["cell", "family"]),
        ("code:longing", ["cell"]),
        ("emotion/longing", ["cell"]),
        ("code:emotion", []),
        ("case:liang code:longing", ["cell"]),
        ("case:liang × code:emotion/longing", ["cell"]),
        ("code:longing, case:LIANG", ["cell"]),
        ("d1", ["talk"]),
        ("document:At home", ["talk"]),
        ("zhao", []),
    ],
)
def test_memos_by_what_they_are_about(project, about, expected):
    assert listed(project, about=about) == expected


def test_a_name_that_several_things_go_by_must_say_which(project):
    edit(project.project_yaml, "title: A\ncases: [{id: work}]\n")
    with pytest.raises(UnknownName, match="case:work or code:work"):
        listed(project, about="work")


@pytest.mark.parametrize("about", ["case:nobody", "code:nothing", "document:d9", "coding:zzzz", "nobody"])
def test_an_unknown_name_is_said(project, about):
    with pytest.raises(UnknownName):
        listed(project, about=about)


def test_kind_author_and_text_narrow_the_list(project):
    assert listed(project, kind="To-Do") == ["talk"]
    assert listed(project, author="c2") == ["cell"]
    assert listed(project, text="e\u0301le\u0301PHANTS") == ["family"]
    assert listed(project, text="the TALK") == ["talk"]
    with pytest.raises(UnknownName, match="analytic"):
        listed(project, kind="poem")


def test_what_a_memo_is_about_is_shown_in_words_that_the_filter_understands(project):
    index = open_index(project, in_memory=True)
    for row in memos(index):
        assert row["memo"] in [other["memo"] for other in memos(index, about=row["about"])]


def test_a_memo_on_a_code_that_was_merged_is_found_under_the_other(project):
    edit(project.codebook_yaml, "codes:\n- {id: longing, name: longing, merged_into: work}\n- {id: work, name: work}\n")
    assert listed(project, about="code:work") == ["cell"]


def test_memos_about_just_this(project):
    index = open_index(project, in_memory=True)
    assert memos_about(index, About("liang", code="longing")) == ["cell"]
    assert memos_about(index, About("liang")) == ["family"]
    assert memos_about(index, About("zhao", code="longing")) == []


def test_about_a_coding_knows_its_document(project):
    assert about_from(open_index(project, in_memory=True), "coding:0001") == About(document="d1", coding=f"{1:018d}")


def test_a_memo_goes_by_id_file_name_and_title(project):
    index = open_index(project, in_memory=True)
    assert {memo(index, name).id for name in ("talk", "memos/talk.md", "on the TALK")} == {"talk"}
    with pytest.raises(UnknownName, match="Did you mean: talk"):
        memo(index, "tolk")


def test_the_index_forgets_a_memo_that_is_gone_and_reads_one_that_changed(project):
    index = open_index(project)
    (project.memos / "cell.md").unlink()
    write_memo(project, "talk", about="{document: d2}", text="[[d2]]\n")
    index.refresh()
    assert index.rows("SELECT memo, line, target FROM memo_link") == [("talk", 4, "d2")]
    assert "cell" not in [row["memo"] for row in memos(index)]


def test_a_notebook_lists_memos_too(project):
    with qualcode.open_project(project.root) as opened:
        assert [row["memo"] for row in opened.memos(about="case:liang code:longing")] == ["cell"]


def test_a_file_name_that_no_memo_can_have_is_reported(project):
    edit(project.memos / "a:b.md", "Text\n")
    with open(bytes(project.memos) + b"/\xff.md", "w") as file:
        file.write("x")
    assert [(problem.path, problem.advice) for problem in check(project)[0]] == [
        ("memos/a:b.md", "rename the file"),
        ("memos/\ufffd.md", "rename it"),
    ]


# ------------------------------------------------------------------ where links lead


def test_a_coding_is_found_by_the_end_of_its_id_the_oldest_first(project):
    assert lead(project, "[[d1#02]]").coding == f"{2:018d}"
    assert lead(project, "[[d1#102]]").coding == f"{102:018d}"
    place = lead(project, "[[At home#0001]]")
    assert (place.kind, place.document, BODY[place.start : place.end], place.code) == (
        "coding",
        "d1",
        "I miss her",
        "longing",
    )


def test_digits_are_a_line_where_no_coding_ends_so_and_always_after_l(project):
    for text, line in (("[[d1#3]]", 3), ("[[d1#L02]]", 2), ("[[d1#L3]]", 3)):
        place = lead(project, text)
        assert (place.kind, BODY[place.start : place.end]) == ("line", BODY.split("\n")[line - 1])


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("[[d1]]", "document", "d1"),
        ("[[code:LONGING|x]]", "code", "longing"),
        ("[[case:zhao]]", "case", "zhao"),
        ("[[memo:cell]]", "memo", "cell"),
        ("[[coding:0002]]", "coding", f"{2:018d}"),
    ],
)
def test_a_link_leads_to_what_it_names(project, text, field, value):
    assert getattr(lead(project, text), field) == value


@pytest.mark.parametrize(
    "text", ["[[d9]]", "[[d9#02]]", "[[d1#zz]]", "[[d1#L99]]", "[[d1#x]]", "[[code:nix]]", "[[memo:nix]]", "[[coding:02]]"]
)  # fmt: skip
def test_a_link_to_nothing_is_refused(project, text):
    with pytest.raises(UnknownName):
        lead(project, text)


def test_the_link_that_cites_a_coding_leads_to_it(project):
    index = open_index(project, in_memory=True)
    for number in (1, 2, 102):
        (link,) = links(link_to_coding(index, "d1", f"{number:018d}"))
        assert resolve(index, link).coding == f"{number:018d}"


def test_a_coding_that_fell_together_with_another_answers_by_it(project):
    write_events(project, "c2", "d1", [apply(11, BODY, "I sew", "longing"), apply(12, BODY, "I sew", "work")])
    edit(project.codebook_yaml, "codes:\n- {id: longing, name: longing, merged_into: work}\n- {id: work, name: work}\n")
    assert lead(project, "[[d1#12]]").coding == f"{11:018d}"


# ------------------------------------------------------------------ the margin and the check


def test_the_places_of_a_document_that_memos_are_about_or_point_to(project):
    write_memo(project, "m1", about=f"{{document: d1, coding: '{1:018d}'}}", title="One", text="Text\n")
    write_memo(project, "m2", title="Two", text="[[d1#0002]] [[d1#L3]] [[d2#L1]] [[d1#zz]] [[coding:0002]]\n")
    found = memos_at(open_index(project, in_memory=True), "d1")
    assert [tuple(place) for place in found] == [
        ("m1", "One", f"{1:018d}", 0), ("m2", "Two", f"{2:018d}", 0), ("m2", "Two", "", 3),
    ]  # fmt: skip


def test_dead_links_are_problems_with_file_line_and_the_nearest_name(project):
    write_memo(project, "m", kind="to-do", text="Fine: [[case:liang]]\n\n[[code:longin]] and [[d1#L99]]\n")
    found = [(problem.path, problem.line, problem.message, problem.advice) for problem in check(project)[0]]
    assert found == [
        ("memos/m.md", 6, "the link [[code:longin]] leads nowhere: No code is called 'longin'.", "did you mean: emotion/longing?"),
        ("memos/m.md", 6, "the link [[d1#L99]] leads nowhere: d1 has no line 99; it ends with line 4.",
         "mend the link, or take it out"),
    ]  # fmt: skip


def test_a_link_to_a_coding_that_was_removed_is_dead(project):
    write_memo(project, "m", text="[[d1#0001]]\n")
    write_events(project, "c1", "d1", [apply(1, BODY, "I miss her"), event(3, "remove", coding=1)])
    assert [problem.line for problem in check(project)[0]] == [3]


def test_memos_about_what_is_gone_are_problems_at_their_line(project):
    write_memo(project, "m", title="T", about="{case: liamg, code: longing}")
    (problem,) = dead_links(open_index(project, in_memory=True))
    assert (problem.line, problem.message) == (3, "is about case 'liamg', which is not there")
    assert "liang" in problem.advice


def test_a_memo_that_cannot_be_read_is_reported_by_check(project):
    (project.memos / "bad.md").write_bytes(b"---\ntitle: [\n---\n")
    assert [problem.path for problem in check(project)[0]] == ["memos/bad.md"]
