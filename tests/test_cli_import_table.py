"""`qualcode import --table`: a row a document, attributes where they belong, one step."""

import io
import json

import pytest
from builders import events_on_disk, fresh_answers, make_project
from openpyxl import Workbook

from qualcode.errors import BadOption
from qualcode.files.transcripts import read_transcript
from qualcode.session import Session
from qualcode.session.table_columns import day_of

SURVEY = """\
respondent,age,date,answer,mood
liang,14,2009-03-02,"She rings every two days, and I have to be called.",sad
liang,14,2009/4/3,Now it is better.,glad
zhao,15,,=he only asks about food and money,
,,,,
wang,9,2009-05-01,,sad
"""


@pytest.fixture
def study(tmp_path, monkeypatch):
    project = make_project(tmp_path / "study", cases=["zhao"], attributes={"age": "integer"})
    monkeypatch.chdir(project.root)
    monkeypatch.setenv("QUALCODE_CODER", "c1")
    return project


@pytest.fixture
def survey(study):
    return written(study, SURVEY)


def written(study, content, name="survey.csv"):
    path = study.root.parent / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def read(study, document):
    return read_transcript(study.transcript(document), document, document)


def ids(study):
    return sorted(path.stem for path in study.transcripts.glob("*.md"))


def test_each_row_with_a_text_is_a_document_with_its_facts(study, survey, said):
    status, out, err = said("import", "--table", survey)
    assert (status, ids(study)) == (0, ["liang", "liang-2", "zhao"])
    info = read(study, "liang").info
    assert (info.case, info.date, dict(info.attributes)) == ("liang", "2009-03-02", {"mood": "sad"})
    second = read(study, "liang-2").info
    assert (second.title, second.date) == ("survey: liang (2)", "2009-04-03")
    assert read(study, "zhao").body.text == "=he only asks about food and money\n"
    assert len(out.splitlines()) == 3
    for words in (
        "Text: the column 'answer'.",
        "Case: the column 'respondent'.",
        "Date: the column 'date'.",
        "Attributes of the case: 'age'.",
        "Attributes of the document: 'mood'.",
        "1 row without a text was left out.",
    ):
        assert words in err


def test_attributes_with_one_value_a_case_are_the_cases(study, survey, said):
    said("import", "--table", survey)
    cases = {row["case"]: row["age"] for row in json.loads(said("cases", "-f", "json")[1])}
    assert cases == {"zhao": 15, "liang": 14}


def test_attributes_go_where_one_asks(study, survey, said):
    said("import", "--table", survey, "--attributes-to", "document")
    assert dict(read(study, "liang").info.attributes) == {"age": "14", "mood": "sad"}
    said("undo")
    status, _, err = said("import", "--table", survey, "--attributes-to", "case")
    assert status == 2
    assert "mood of the case 'liang' is 'glad' here and 'sad' on line 2" in err
    assert ids(study) == []


def test_all_is_one_step_that_is_taken_back_and_made_again(study, survey, said):
    before = study.project_yaml.read_bytes()
    said("import", "--table", survey)
    after = fresh_answers(study)["documents"], study.project_yaml.read_bytes()
    assert said("undo")[0] == 0
    assert (ids(study), study.project_yaml.read_bytes()) == ([], before)
    assert said("redo")[0] == 0
    assert (fresh_answers(study)["documents"], study.project_yaml.read_bytes()) == after


def test_the_table_is_kept_once_byte_for_byte(study, survey, said):
    said("import", "--table", survey)
    assert [(path.name, path.read_text("utf-8")) for path in study.sources.iterdir()] == [("survey.csv", SURVEY)]
    made = [event for event in events_on_disk(study, "c1", "") if event.what == "document"]
    assert [event.after["how"] for event in made] == [
        {"table": True, "row": row, "text": ["answer"]} for row in (2, 3, 4)
    ]


def test_the_same_table_again_is_noticed(study, survey, said):
    said("import", "--table", survey)
    status, out, err = said("import", "--table", survey)
    assert (status, out) == (1, "")
    assert "the same file as sources/survey.csv" in err
    assert said("import", "--table", survey, "--again")[0] == 0
    assert len(ids(study)) == 6


def test_a_table_that_has_grown_brings_only_its_new_rows(study, survey, said):
    said("import", "--table", survey)
    grown = written(study, SURVEY + "sun,13,,My mother brings me lunch every day.,\n", "survey-may.csv")
    status, out, err = said("import", "--table", grown)
    assert (status, [line.partition(":")[0] for line in out.splitlines()]) == (0, ["sun"])
    assert "3 rows are in the project already" in err


def test_several_text_columns_stand_under_their_names(study, said):
    path = written(study, "id,q1,q2\n7,I miss her very much.,\nx1,No,Because of the fees\n")
    assert said("import", "--table", path, "--text-column", "q1,q2")[0] == 0
    assert ids(study) == ["survey-7", "x1"]
    assert read(study, "x1").body.text == "## q1\n\nNo\n\n## q2\n\nBecause of the fees\n"
    assert read(study, "survey-7").body.text == "## q1\n\nI miss her very much.\n"


def test_rows_without_id_or_case_are_numbered(study, said):
    said("import", "--table", written(study, "Comment;x\nI miss her very much.;1\n;2\nIt is as it is, always.;2\n"))
    assert ids(study) == ["survey-0001", "survey-0003"]


def test_the_longest_column_is_the_text_where_no_name_tells(study, said):
    path = written(study, "kod,what they told us\n1,She rings every two days and I have to be called.\n")
    assert "Text: the column 'what they told us'." in said("import", "--table", path)[2]
    status, _, err = said("import", "--table", written(study, "a,b\n1,2\n", "short.csv"))
    assert status == 2
    assert "--text-column" in err


def test_chinese_names_of_columns_are_known(study, said):
    path = written(study, "受访者,日期,回答\n龙,2009年6月8日,打了一个，问了吃饭和钱的事。\n".encode("gb18030"))
    assert said("import", "--table", path, "--encoding", "gb18030")[0] == 0
    found = read(study, "龙")
    assert (found.info.case, found.info.date, found.body.text) == ("龙", "2009-06-08", "打了一个，问了吃饭和钱的事。\n")
    said("undo")
    assert said("redo")[0] == 0
    assert read(study, "龙").body.text == found.body.text


def test_a_sheet_of_a_workbook_is_read_and_read_again(study, said):
    book = Workbook()
    book.active.append(["not this"])
    sheet = book.create_sheet("Answers")
    for row in (["case", "answer", "age"], ["zhao", "Mother: rings.\nLong: and asks about food.", 15]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    path = written(study, out.getvalue(), "survey.xlsx")
    assert said("import", "--table", path, "--sheet", "answers", "--speakers", "Mother=mother,Long=long")[0] == 0
    assert [turn.speaker for turn in read(study, "zhao").body.turns] == ["Mother", "Long"]
    said("undo")
    assert said("redo")[0] == 0
    assert read(study, "zhao").body.text == "Mother: rings.\nLong: and asks about food.\n"


def test_a_dry_run_shows_and_writes_nothing(study, survey, said):
    before = study.project_yaml.read_bytes()
    status, out, err = said("import", "--table", survey, "--dry-run")
    assert status == 0
    assert "row 2 of a table (CSV)" in out
    assert "liang: new case; age 14" in err
    assert (ids(study), study.sources.exists(), study.log.exists()) == ([], False, False)
    assert study.project_yaml.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "argv", "words"),
    [
        pytest.param(
            "case,text\na,b\n",
            ["--text-column", "answer"],
            "no column 'answer'; its columns: case, text",
            id="no such column",
        ),
        pytest.param(
            "case,text\na,b\n",
            ["--text-column", "text", "--case-column", "text"],
            "cannot be two things",
            id="one for two",
        ),
        pytest.param(
            "case,text,when\na,b,soon\n", ["--date-column", "when"], "survey.csv:2: 'soon' is not a date", id="no date"
        ),
        pytest.param(
            "text\nb\n", ["--attributes-to", "case"], "no column that names the case", id="attributes of no case"
        ),
        pytest.param(
            "case,text,age\na,b,old\n", [], "survey.csv:2: age: 'old' is not a whole number", id="not of its type"
        ),
        pytest.param("case,text\na,\n", [], "no row has a text", id="no texts"),
        pytest.param("case,text\na,b\n", ["other.txt"], "not both", id="files too"),
        pytest.param("case,text\na,b\nc,d\n", ["--title", "T"], "--title-column", id="one title for many"),
        pytest.param(
            "case,text\na/../b,c\n", [], "cannot be used as the name of a case", id="a case that leaves its folder"
        ),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(study, said, content, argv, words):
    status, out, err = said("import", "--table", written(study, content), *argv)
    assert (status, out) == (2, "")
    assert words in err
    assert (ids(study), study.sources.exists()) == ([], False)


def test_options_of_tables_need_a_table(study, said):
    status, _, err = said("import", "x.txt", "--text-column", "a")
    assert status == 2
    assert "--table FILE" in err


def test_a_column_called_date_that_holds_none_is_an_attribute(study, said):
    said("import", "--table", written(study, "text,date\nShe rings every two days.,soon\n"))
    assert dict(read(study, "survey-0001").info.attributes) == {"date": "soon"}


def test_an_import_that_cannot_be_written_leaves_the_cases_as_they_were(study, survey):
    before = study.project_yaml.read_bytes()
    with Session(study, coder="c1") as session:
        plan = session.plan_table(survey)
        written(study, SURVEY + "x,1,,changed meanwhile,\n")
        done = session.carry_out_table(plan)
    assert (done.documents, len(done.failed)) == ((), 3)
    assert (study.project_yaml.read_bytes(), ids(study)) == (before, [])


def test_scripts_import_tables_too(study, survey):
    with Session(study, coder="c1") as session:
        assert [item.id for item in session.import_table(survey, text="answer", kind="survey").documents] == [
            "liang",
            "liang-2",
            "zhao",
        ]
        with pytest.raises(BadOption):
            session.import_table(survey, nonsense="x")
    assert read(study, "zhao").info.kind == "survey"


@pytest.mark.parametrize(
    ("text", "day"),
    [("2009-03-02", "2009-03-02"), ("2009/3/2", "2009-03-02"), ("2009-03-02T10:05:00Z", "2009-03-02"), ("2009-03-02 10:05", "2009-03-02"),
     ("2009年3月2日", "2009-03-02"), ("2.3.2009", ""), ("2009-13-02", ""), ("soon", "")],
)  # fmt: skip
def test_days_are_read_as_people_write_them_year_first(text, day):
    assert day_of(text) == day
