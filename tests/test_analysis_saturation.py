"""Saturation: which documents count, in which order, and what they bring."""

import pytest
from builders import apply, event, make_project, open_index, transcript, write_events

from qualcode.analysis.filters import Filters
from qualcode.analysis.saturation import read_order, saturation
from qualcode.errors import BadFile, BadOption, UnknownName

BODY = "Mei: I miss her and I sew shoes all day.\n"


def study(folder, coded, codes=(), **fields):
    """A project in which each document (by id, in order of its date) has these codes; `fields` by document."""
    documents = {
        name: transcript(BODY, **{"title": f"Talk {name}", "date": f"2020-01-{number:02}", **fields.get(name, {})})
        for number, name in enumerate(coded, 1)
    }
    codes = codes or sorted({code for several in coded.values() for code in several})
    project = make_project(folder / "p", documents, codes=codes, cases=["liang", "zhao"])
    number = 0
    for name, several in coded.items():
        events = [apply(number + at, BODY, "I miss her", code) for at, code in enumerate(several, 1)]
        number += len(several)
        if events:
            write_events(project, "c1", name, events)
    return open_index(project, in_memory=True)


def published(folder):
    """Guest, Namey & Chen (2020): 37 codes in the base of four interviews, then 4, 3, 1 and 0 new ones."""
    new, first, coded = [20, 9, 5, 3, 4, 3, 1, 0], 0, {}
    for number, count in enumerate(new, 1):
        coded[f"i{number}"] = (
            ["k0", *(f"k{first + at}" for at in range(count))] if first else [f"k{at}" for at in range(count)]
        )
        first += count
    return study(folder, coded)


def column(table, name):
    return [row[name] for row in table]


def test_the_published_example_is_told_as_published(tmp_path):
    table = saturation(published(tmp_path))
    assert column(table, "new_codes") == [20, 9, 5, 3, 4, 3, 1, 0]
    assert column(table, "codes_so_far") == [20, 29, 34, 37, 41, 44, 45, 45]
    assert column(table, "run_new") == [None] * 5 + [7, 4, 1]
    assert column(table, "base_codes")[5:] == [37, 37, 37]
    assert [round(percent) for percent in column(table, "percent")[5:]] == [19, 11, 3]
    assert column(table, "saturated") == [""] * 7 + ["yes"]
    assert (
        table.sentence
        == "Saturation at 6+2: interviews 7 to 8 brought 1 new code, 2.7% of the 37 codes in the base of 4 (threshold 5%)."
    )
    assert table.answered


def test_where_it_is_not_reached_the_last_run_is_told(tmp_path):
    table = saturation(published(tmp_path), threshold=2)
    assert table.sentence.startswith(
        "Saturation is not reached: the last run, interviews 7 to 8 brought 1 new code, 2.7%"
    )
    assert table.answered


def test_a_later_run_that_brings_more_again_is_told(tmp_path):
    coded = {"a": ["k1", "k2"], "b": ["k1"], "c": ["k3"]}
    table = saturation(study(tmp_path, coded), base=1, run=1)
    assert table.sentence.startswith("Saturation at 1+1: interview 2 brought 0 new codes")
    assert "brought more again: 50.0%, up to interview 3" in table.sentence


def test_the_new_codes_are_named_in_codebook_order(tmp_path):
    table = saturation(
        study(tmp_path, {"a": ["sewing"], "b": ["work", "longing", "sewing"]}, codes=["longing", "sewing", "work"])
    )
    assert column(table, "which") == ["sewing", "longing; work"]
    assert column(table, "codings") == [1, 3]


def test_too_few_interviews_are_said(tmp_path):
    table = saturation(study(tmp_path, {"a": ["k1"], "b": ["k2"]}))
    assert "there are 2, and a base of 4 with a run of 2 needs 6" in table.sentence
    assert not table.answered
    assert column(table, "new_codes") == [1, 1]


def test_a_base_without_codes_is_said(tmp_path):
    table = saturation(study(tmp_path, {"a": [], "b": ["k1"], "c": []}), base=1, run=1, all_documents=True)
    assert "Nothing is coded in the base" in table.sentence
    assert column(table, "percent") == [None, None, None]
    assert not table.answered


def test_documents_without_codings_are_left_out_or_counted(tmp_path):
    index = study(tmp_path, {"a": ["k1"], "b": [], "c": ["k2"]})
    left_out, counted = saturation(index), saturation(index, all_documents=True)
    assert (column(left_out, "document"), column(counted, "document")) == (["a", "c"], ["a", "b", "c"])
    assert "1 document is without codings, so left out (--all-documents counts them)." in left_out.remarks
    assert "1 document is without codings, counted as bringing no new code." in counted.remarks
    assert column(counted, "new_codes") == [1, 0, 1]


def test_a_filter_by_code_leaves_interviews_that_bring_none_of_it(tmp_path):
    index = study(tmp_path, {"a": ["k1"], "b": ["k2"], "c": ["k2", "k1"]})
    table = saturation(index, Filters(code="k2"))
    assert list(zip(column(table, "document"), column(table, "new_codes"), strict=True)) == [
        ("a", 0),
        ("b", 1),
        ("c", 0),
    ]


def test_a_filter_by_case_takes_only_its_interviews(tmp_path):
    index = study(tmp_path, {"a": ["k1"], "b": ["k2"]}, a={"case": "liang"}, b={"case": "zhao"})
    assert column(saturation(index, Filters(case="zhao")), "document") == ["b"]


def test_a_filter_by_coder_takes_the_interviews_that_this_coder_has_coded(tmp_path):
    index = study(tmp_path, {"a": ["k1"], "b": ["k2"], "c": []})
    write_events(index.folder, "c2", "b", [apply(50, BODY, "shoes", "k1")])
    index.refresh()
    assert column(saturation(index, Filters(coder="c2")), "document") == ["b"]
    assert column(saturation(index, Filters(coder="c2"), all_documents=True), "new_codes") == [0, 1, 0]


def test_an_expression_on_documents_narrows_the_interviews_one_on_codes_only_the_codes(tmp_path):
    index = study(tmp_path, {"a": ["k1"], "b": ["k2"]}, a={"kind": "chat"}, b={"kind": "interview"})
    assert column(saturation(index, Filters(where="kind:interview")), "document") == ["b"]
    assert column(saturation(index, Filters(where="code:k2")), "new_codes") == [0, 1]


def test_themes_are_counted_with_top(tmp_path):
    coded = {"a": ["longing"], "b": ["joy", "work"], "c": ["emotion"]}
    index = study(tmp_path, coded, codes=["emotion", "emotion/longing", "emotion/joy", "work"])
    assert column(saturation(index), "new_codes") == [1, 2, 1]
    assert column(saturation(index, top=True), "new_codes") == [1, 1, 0]
    assert column(saturation(index, top=True), "which") == ["emotion", "work", ""]


def test_documents_without_a_date_stand_last_and_that_is_said(tmp_path):
    table = saturation(study(tmp_path, {"a": ["k1"], "b": ["k2"]}, a={"date": ""}))
    assert column(table, "document") == ["b", "a"]
    assert "1 document is without a date, so last in order." in table.remarks


def test_an_original_and_its_translation_are_one_interview(tmp_path):
    coded = {"zh": ["k1"], "a": ["k3"], "en": ["k1", "k2"]}
    table = saturation(study(tmp_path, coded, en={"translation_of": "zh"}))
    assert column(table, "document") == ["zh", "a"]
    assert (column(table, "new_codes"), column(table, "codings"), column(table, "also")) == ([2, 1], [3, 1], ["en", ""])
    assert "1 translation counts as one interview with the original." in table.remarks


def test_the_pair_stands_where_the_earlier_of_the_two_does(tmp_path):
    coded = {"en": ["k1"], "a": ["k3"], "zh": ["k2"]}
    table = saturation(study(tmp_path, coded, en={"translation_of": "zh"}))
    assert (column(table, "document"), column(table, "which")) == (["zh", "a"], ["k1; k2", "k3"])


def test_documents_that_are_said_to_translate_one_another_are_one(tmp_path):
    index = study(tmp_path, {"a": ["k1"], "b": ["k2"]}, a={"translation_of": "b"}, b={"translation_of": "a"})
    assert column(saturation(index), "document") == ["a"]


def test_in_order_of_import_those_without_a_log_come_first(tmp_path):
    index = study(tmp_path, {"a": ["k1"], "b": ["k2"], "d": ["k3"], "c": ["k4"]})
    changes = [
        event(90, "change", what="document", key="b", after={"source": ""}),
        event(80, "change", what="document", key="a", after={}),
    ]
    write_events(index.folder, "c1", "", changes)
    index.refresh()
    assert column(saturation(index, order="import"), "document") == ["c", "d", "a", "b"]


def test_only_listed_documents_count_in_the_order_of_the_list(tmp_path):
    index = study(tmp_path, {"a": ["k1"], "b": ["k2"], "c": ["k3"]})
    (tmp_path / "order.txt").write_text("c\n\nTalk a\n")
    table = saturation(index, order=read_order(index, tmp_path / "order.txt"))
    assert column(table, "document") == ["c", "a"]
    assert "1 document is not in the list, so left out." in table.remarks


def test_an_unknown_name_in_the_list_is_said_with_its_line(tmp_path):
    index = study(tmp_path, {"a": ["k1"]})
    (tmp_path / "order.txt").write_text("a\n\nnobody\n")
    with pytest.raises(UnknownName, match=r"order\.txt:3: No document is called 'nobody'"):
        read_order(index, tmp_path / "order.txt")


def test_a_document_listed_twice_is_refused(tmp_path):
    index = study(tmp_path, {"a": ["k1"]})
    (tmp_path / "order.txt").write_text("a\nTalk a\n")
    with pytest.raises(BadOption, match=r"order\.txt:2: 'a' stands in line 1"):
        read_order(index, tmp_path / "order.txt")


def test_a_list_that_is_not_there_or_empty_is_refused(tmp_path):
    index = study(tmp_path, {"a": ["k1"]})
    with pytest.raises(BadFile):
        read_order(index, tmp_path / "none.txt")
    (tmp_path / "order.txt").write_text("\n")
    with pytest.raises(BadOption, match="names no document"):
        read_order(index, tmp_path / "order.txt")
