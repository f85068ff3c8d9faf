"""Filters by expression, against a small project that was read by hand."""

import pytest
from builders import apply, edit, event, make_project, open_index, transcript, write_events

from qualcode.analysis.choosing import chosen, steps, text_scope, why_empty
from qualcode.analysis.filters import Filters
from qualcode.analysis.frame import frame
from qualcode.analysis.remarks import remarks
from qualcode.analysis.segments import segments
from qualcode.core.query import BadQuery
from qualcode.errors import BadOption, UnknownName

CALL = "Ma: I ring on Sunday.\n\nMei: She asks about food.\n\nMei: I say nothing.\n\nMa: Then we hang up.\n\nMei: I count the days.\n"
ZH = "妹妹: 我没有说话。\n\n妈妈: 电话很短。\n"


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """d1 (zhao, interview, 2009-03-02): phone 1 'I ring on Sunday', food 2 'asks about food', silence 3 'I say nothing',
    longing 4 'I count the days', phone 5 by c2 'She asks about food'; d2 (liang, chat, undated, zh): silence 6, phone 7."""
    project = make_project(
        tmp_path_factory.mktemp("choosing") / "p",
        {
            "d1": transcript(CALL, case="zhao", kind="interview", date="2009-03-02", language="en", title="A call"),
            "d2": transcript(ZH, case="liang", kind="chat", language="zh"),
        },
        codes=["contact", "contact/phone", "contact/food", "feeling", "feeling/silence", "feeling/longing"],
        cases={"zhao": {"income": "900", "place": "village"}, "liang": {"income": "4000", "place": "town"}, "wu": {"income": "none"}},
        participants=[
            {"id": "m", "name": "Mei", "role": "child", "case": "zhao"},
            {"id": "ma", "name": "Ma", "role": "mother", "case": "zhao"},
            {"id": "s", "name": "妹妹", "role": "child", "case": "liang"},
        ],
    )  # fmt: skip
    write_events(
        project, "c1", "d1",
        [apply(1, CALL, "I ring on Sunday", "phone"), apply(2, CALL, "asks about food", "food", note="as always"),
         apply(3, CALL, "I say nothing", "silence"), apply(4, CALL, "I count the days", "longing"),
         event(8, "mark", coding=4, mark="exemplary")],
    )  # fmt: skip
    write_events(project, "c2", "d1", [apply(5, CALL, "She asks about food", "phone")])
    write_events(project, "c1", "d2", [apply(6, ZH, "我没有说话", "silence"), apply(7, ZH, "电话很短", "phone")])
    text = project.project_yaml.read_text("utf-8")
    edit(
        project.project_yaml,
        text + "filters:\n  children: role:child\n  loop: filter:loop\n  quiet: filter:children and code:silence\n",
    )
    found = open_index(project, in_memory=True)
    yield found
    found.close()


def ids(index, where, **filters):
    """The last figures of the ids of the codings that are left, ascending."""
    return sorted(int(row["coding_id"]) for row in segments(index, Filters(where=where, **filters)))


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("code:phone", [1, 5, 7]),
        ("code:contact", [1, 2, 5, 7]),
        ("code:feeling and role:child", [3, 4, 6]),
        ("role:mother or kind:chat", [1, 6, 7]),
        ("not role:child", [1, 7]),
        ("role!=child", [1, 7]),
        ("case:zhao and not (code:phone or code:food)", [3, 4]),
        ("top-code:feeling", [3, 4, 6]),
        ("document:d2", [6, 7]),
        ("title:call", [1, 2, 3, 4, 5]),
        ("speaker:Mei", [2, 3, 4, 5]),
        ("participant:ma", [1]),
        ("participant:妹妹", [6]),
        ("language:zh", [6, 7]),
        ("coder:c2", [5]),
        ("text:FOOD", [2, 5]),
        ("text:说话", [6]),
        ("note:always", [2]),
        ("note:*", [2]),
        ("exemplary:yes", [4]),
        ("exemplary:no and case:zhao", [1, 2, 3, 5]),
        ("anchor:exact and coder:c2", [5]),
        ("words>3", [1, 4, 5, 6, 7]),
        ("chars<=5", [6, 7]),
        ("date>=2009-03", [1, 2, 3, 4, 5]),
        ("date<=2009-03", [1, 2, 3, 4, 5]),
        ("date>2009-03", []),
        ("date:2009", [1, 2, 3, 4, 5]),
        ("month:2009-03", [1, 2, 3, 4, 5]),
        ("quarter:2009-Q1", [1, 2, 3, 4, 5]),
        ("year<2009", []),
        ("not date:*", [6, 7]),
        ("attr.income>1000", [6, 7]),
        ("attr.income=900", [1, 2, 3, 4, 5]),
        ("attr.place:TOWN", [6, 7]),
        ("attr.place!=town", [1, 2, 3, 4, 5]),
        ("created>=2024-03", [1, 2, 3, 4, 5, 6, 7]),
        ("created<2024", []),
        ("filter:children", [2, 3, 4, 5, 6]),
        ("filter:quiet", [3, 6]),
        ("not filter:children and code:phone", [1, 7]),
    ],
)
def test_what_an_expression_lets_through(index, where, expected):
    assert ids(index, where) == expected


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("overlaps(code:phone, code:food)", [5]),
        ("overlaps(code:food)", [5]),
        ("near(code:phone, code:silence, 1)", [5, 7]),
        ("near(code:phone, code:silence, 2)", [1, 5, 7]),
        ("near(code:silence, code:phone, 1)", [3, 6]),
        ("near(code:longing, 0)", []),
        ("within(code:food, code:phone)", [2]),
        ("contains(code:phone, code:food)", [5]),
        ("follows(code:silence, code:food)", [3]),
        ("follows(code:longing, code:silence)", []),
        ("follows(code:longing, code:silence, 2)", [4]),
        ("within(coder:c1, coder:c2)", [2]),
    ],
)
def test_relations_to_other_codings(index, where, expected):
    assert ids(index, where) == expected


def test_a_relation_beside_another_code_is_asked_of_the_passage(index):
    assert ids(index, "code:food and near(code:phone, code:silence, 1)") == [2]
    assert ids(index, "near(code:phone, code:silence, 1) and role:child") == [5]


def test_rows_of_the_index_are_a_filter_like_any_other(index):
    found = frame(index)
    mask = chosen(index, Filters(code="contact"))
    again = chosen(index, Filters(rows=found.row[mask].tolist()))
    assert mask.sum() == 4
    assert again.tolist() == mask.tolist()
    assert chosen(index, Filters(rows=found.row[mask].tolist(), where="not role:child")).sum() == 2
    assert not chosen(index, Filters(rows=[])).any()


def test_an_expression_goes_together_with_the_other_filters(index):
    assert ids(index, "role:child", case="zhao", code="contact") == [2, 5]


@pytest.mark.parametrize(
    ("where", "at", "message"),
    [
        ("role:child and role:chidl", 15, "Did you mean: child"),
        ("code:phon", 0, "phone"),
        ("attr.incom>3", 0, "income"),
        ("participant:nobody", 0, "there are: m, ma, s"),
        ("language:fr", 0, "there are: en, zh"),
        ("date>yesterday", 0, "no date"),
        ("role:child and filter:none", 15, "there are: children, loop, quiet"),
        ("filter:loop", 0, "refers to itself"),
    ],
)
def test_an_unknown_name_is_pointed_at(index, where, at, message):
    with pytest.raises(BadQuery, match=message) as caught:
        chosen(index, Filters(where=where))
    assert caught.value.at == at


def saving(tmp_path, **filters):
    """The index of a project with these saved filters."""
    project = make_project(tmp_path / "p", {"d1": transcript(CALL)})
    edit(project.project_yaml, project.project_yaml.read_text("utf-8") + "filters:\n" + "".join(
        f"  {name}: {text}\n" for name, text in filters.items()))  # fmt: skip
    return open_index(project, in_memory=True)


def test_saved_filters_that_double_one_another_are_refused_at_once(tmp_path):
    doubled = {f"f{n}": f"filter:f{n - 1} or filter:f{n - 1}" for n in range(1, 40)}
    with pytest.raises(BadQuery, match="refer to one another more than 1,000 times"):
        chosen(saving(tmp_path, f0="kind:chat or text:a", **doubled), Filters(where="filter:f39"))


def test_a_long_chain_of_saved_filters_is_refused(tmp_path):
    chain = {f"f{n}": f"filter:f{n - 1}" for n in range(1, 3000)}
    with pytest.raises(BadQuery, match="nested more than 100 deep"):
        chosen(saving(tmp_path, f0="text:a", **chain), Filters(where="filter:f2999"))


def test_of_saved_filters_in_one_another_the_one_at_fault_is_named(tmp_path):
    with pytest.raises(
        BadQuery, match=r"character 8: the saved filter 'inner' cannot be read: there is no field 'rol'"
    ):
        chosen(saving(tmp_path, outer="text:a or filter:inner", inner="rol:x"), Filters(where="not    filter:outer"))


def test_an_unknown_name_in_a_plain_filter_says_the_nearest(index):
    with pytest.raises(UnknownName, match="child"):
        chosen(index, Filters(role="chlid"))


@pytest.mark.parametrize(
    ("filters", "sentence"),
    [
        (Filters(where="code:food and kind:chat"), "kind:chat is true of none of the 1 coding left by code:food"),
        (Filters(code="longing", case="liang"), "case:liang is true of none of the 1 coding left by code:longing"),
        (Filters(where="code:phone and code:food"), "A coding has one code"),
        (Filters(where="date>2010"), "date>2010 is true of none of the 7 codings"),
        (Filters(where="role:child"), ""),
    ],
    ids=["expression", "plain", "two codes", "alone", "something is left"],
)
def test_the_filter_that_leaves_nothing_is_named(index, filters, sentence):
    assert sentence in why_empty(index, filters)
    assert bool(why_empty(index, filters)) == bool(sentence)


def test_what_each_condition_leaves_is_told_in_turn(index):
    assert [(step.condition, step.left) for step in steps(index, Filters(case="zhao", where="role:child and coder:c1"))] == [
        ("", 7), ("case:zhao", 5), ("role:child", 4), ("coder:c1", 3),
    ]  # fmt: skip


def test_values_that_are_no_numbers_and_missing_dates_are_remarked_upon(index):
    assert remarks(index, Filters(where="attr.income>1000 and date>2009")) == [
        "attr.income: 'none' (wu) is no number and matches no comparison.",
        "1 document has no date and matches no date.",
    ]
    assert remarks(index, Filters(where="role:child")) == []


def test_what_the_dimensions_of_a_matrix_leave_out_is_remarked_upon(index):
    assert remarks(index, Filters(), ("month", "attr:income:0,1000")) == [
        "1 document has no date and stands under (no month).", "attr.income: 'none' (wu) is no number and falls into no range.",
    ]  # fmt: skip
    assert remarks(index, Filters(), ("code", "case+role")) == [
        "No document belongs to wu: its numbers are 0 for that reason."
    ]
    assert remarks(index, Filters(case="wu")) == ["No document belongs to wu: its numbers are 0 for that reason."]


@pytest.mark.parametrize(
    ("filters", "turns"),
    [
        (Filters(), 7),
        (Filters(case="zhao"), 5),
        (Filters(where="role:child"), 4),
        (Filters(where="role:child and code:phone"), 4),
        (Filters(where="role:child or code:phone"), 7),
        (Filters(coder="c2", where="not kind:chat"), 5),
    ],
    ids=["none", "case", "role", "codes do not narrow text", "not in an or", "coders do not"],
)
def test_the_text_that_is_measured_against_is_narrowed_by_what_is_said_of_texts(index, filters, turns):
    assert text_scope(index, filters).sum() == turns


def test_the_frame_follows_what_is_coded_removed_and_undone(tmp_path):
    from qualcode.analysis.frame import Frame
    from qualcode.session import Session

    project = make_project(tmp_path / "p", {"d1": CALL, "d2": ZH}, cases=["zhao"])
    with Session(project, "c1") as session:
        frame(session.index)
        session.code("d1", quote="I say nothing", code="work")
        session.code("d2", quote="我没有说话", code="longing")
        removed = session.code("d1", quote="I count the days", code="longing")
        session.uncode(removed.id)
        session.correct_text("d1", CALL.replace("on Sunday", "on Sundays"))
        now, anew = frame(session.index), Frame(session.index)
        for column in ("row", "start", "end", "words", "lost"):
            assert getattr(now, column).tolist() == getattr(anew, column).tolist()
        for column in ("coder", "document", "code", "case", "speaker", "role"):
            texts = [[found.names[column].texts[n] for n in getattr(found, column)] for found in (now, anew)]
            assert texts[0] == texts[1]
        assert len(now) == 2
        session.undo(2)  # the correction, and the removal
        assert len(frame(session.index)) == 3


def test_a_bad_expression_is_a_bad_option_and_so_exit_status_2(index):
    with pytest.raises(BadOption):
        segments(index, Filters(where="role:"))
