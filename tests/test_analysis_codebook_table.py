"""The codebook as a table, and the differences between two as one."""

from builders import AT, FAMILY, apply, event, event_id, make_project, open_index, transcript, write_events

from qualcode.analysis.codebook_table import codebook_table, difference_table
from qualcode.core.codebook import Code, Codebook
from qualcode.core.codebook_diff import differences
from qualcode.core.events import Event

TEXT = "A: I miss my mother.\nB: I work.\n"


def change(number, key, before, after, at=AT):
    return Event(event_id(number), at, "change", what="code", key=key, before=before, after=after)


def table_of(tmp_path, events=(), log=(), **kwargs):
    project = make_project(tmp_path / "p", {"d": transcript(TEXT, case="liang")}, cases=["liang"], **kwargs)
    if events:
        write_events(project, "ann", "d", events)
    if log:
        write_events(project, "ann", "", log)
    return codebook_table(open_index(project, in_memory=True))


def test_a_code_has_its_names_from_the_top_in_level_columns(tmp_path):
    table = table_of(tmp_path)
    assert table.columns == (
        "code_id", "code", "code_path", "parent", "level_1", "level_2", "definition", "use_when", "do_not_use_when",
        "example", "color", "segments", "documents", "cases", "coders", "created_at", "modified_at",
    )  # fmt: skip
    assert [(row["code_path"], row["parent"], row["level_1"], row["level_2"]) for row in table] == [
        ("emotion", "", "emotion", ""),
        ("emotion/longing", "emotion", "emotion", "longing"),
        ("work", "", "work", ""),
    ]


def test_an_empty_codebook_has_one_level_column(tmp_path):
    table = table_of(tmp_path, codes=())
    assert (len(table), "level_1" in table.columns, "level_2" in table.columns) == (0, True, False)


def test_segments_are_the_codes_own_and_reach_counts_sub_codes_too(tmp_path):
    table = table_of(tmp_path, [apply(1, TEXT, "I miss my mother"), apply(2, TEXT, "I work", code="work")])
    counts = [tuple(row[name] for name in ("segments", "documents", "cases", "coders")) for row in table]
    assert counts == [(0, 1, 1, "ann"), (1, 1, 1, "ann"), (1, 1, 1, "ann")]


def test_times_come_from_the_log_and_are_empty_where_it_does_not_know(tmp_path):
    later = "2024-04-01T10:00:00.000Z"
    log = [
        change(1, "longing", None, {"id": "longing", "name": "longing"}),
        change(2, "longing", {"id": "longing", "name": "longing"}, {"id": "longing", "name": "missing"}, later),
        change(3, "work", {"id": "work", "name": "w"}, {"id": "work", "name": "work"}, later),
    ]
    times = {row["code_id"]: (row["created_at"], row["modified_at"]) for row in table_of(tmp_path, log=log)}
    assert times == {"emotion": ("", ""), "longing": (AT, later), "work": ("", later)}


def test_what_was_undone_does_not_count_as_a_change(tmp_path):
    later = "2024-04-01T10:00:00.000Z"
    log = [
        change(1, "longing", None, {"id": "longing", "name": "longing"}),
        change(2, "longing", {"id": "longing", "name": "longing"}, {"id": "longing", "name": "x"}, later),
        event(3, "revert", target=2),
    ]
    assert table_of(tmp_path, log=log)[1]["modified_at"] == AT


def test_merged_and_deleted_codes_are_left_out(tmp_path):
    codes = {
        "a": {},
        "b": {"merged_into": "a"},
        "b/under-b": {},
        "c": {"deleted": True},
        "c/under-c": {},
    }
    assert [row["code_path"] for row in table_of(tmp_path, codes=codes)] == ["a", "a/under-b"]


def test_a_colour_is_the_codes_own(tmp_path):
    table = table_of(tmp_path, codes={"a": {"color": "#112233"}, "a/b": {}})
    assert [row["color"] for row in table] == ["#112233", ""]


def test_names_of_any_script_stand_as_they_are(tmp_path):
    table = table_of(tmp_path, codes={"x": {"name": "妈妈"}, "x/y": {"name": f"שלום {FAMILY}"}})
    assert table[1]["code_path"] == f"妈妈/שלום {FAMILY}"


def test_differences_come_as_a_table():
    found = differences(Codebook((Code("a", "x"),)), Codebook((Code("a", "y"),)))
    assert difference_table(found).to_dicts() == [
        {
            "change": "renamed",
            "code_id": "a",
            "code_before": "x",
            "code_after": "y",
            "field": "name",
            "before": "x",
            "after": "y",
        }
    ]
