"""The demonstration projects and codebooks: what the issue and FIELD.md promise of them."""

import unicodedata

import pytest
import yaml
from builders import ROOT

from qualcode.analysis import lists
from qualcode.analysis.check import check
from qualcode.analysis.segments import segments
from qualcode.files.folder import ProjectFolder, transcript_files
from qualcode.files.transcripts import read_transcript
from qualcode.index.index import Index

PROJECTS = {name: ProjectFolder(ROOT / "projects" / name) for name in ("left-behind-children", "left-behind-press")}
BOOKS = {"left-behind-children": "left-behind-children", "left-behind-press": "left-behind-policy"}
FAMILIES, PRESS = PROJECTS.values()
DATED = [
    ("villagers", "2009-01-29", "zhao"),
    ("mother", "2009-02-01", "liang"),
    ("mother", "2009-02-15", "liang"),
    ("mother", "2009-03-01", "liang"),
    ("xiaoya", "2009-03-02", "liang"),
    ("long", "2009-05-07", "zhao"),
    ("long", "2009-06-08", "zhao"),
    ("xiaoya", "2009-07-11", "liang"),
    ("grandmother", "2009-08-06", "zhao"),
    ("xiaoya", "2009-09-01", "liang"),
    ("long", "2009-09-02", "zhao"),
    ("mother", "2009-09-02", "zhao"),
]
THEMES = 9


def transcripts(folder):
    return {
        found.document: read_transcript(found.path, found.document, found.relative)
        for found in transcript_files(folder)
    }


ALL = {(name, document): read for name, folder in PROJECTS.items() for document, read in transcripts(folder).items()}
DOCUMENTS = transcripts(FAMILIES)
INTERVIEWS = {
    name: read for name, read in DOCUMENTS.items() if read.info.kind == "interview" and read.info.language != "zh"
}


@pytest.fixture(scope="module")
def families():
    index = Index(FAMILIES, in_memory=True)
    index.refresh()
    yield index
    index.close()


@pytest.fixture(scope="module")
def codings(families):
    return segments(families).to_dicts()


def codes_of(data):
    """Every code of a codebook file with its path, parents first."""

    def below(codes, above):
        for code in codes or ():
            path = (*above, code["name"])
            yield path, code
            yield from below(code.get("children"), path)

    return list(below(data["codes"], ()))


def codebook(path):
    return yaml.safe_load(path.read_text("utf-8"))


# ------------------------------------------------------------------ both projects


@pytest.mark.parametrize("folder", PROJECTS.values(), ids=PROJECTS)
def test_the_check_finds_nothing(folder):
    assert check(folder)[0] == []


@pytest.mark.parametrize("read", ALL.values(), ids=["/".join(key) for key in ALL])
def test_every_document_says_that_it_is_reconstructed_and_not_verbatim(read):
    assert "reconstructed" in read.info.provenance.lower()
    assert "not verbatim" in read.info.provenance.lower()


@pytest.mark.parametrize("read", ALL.values(), ids=["/".join(key) for key in ALL])
def test_every_document_has_a_title_a_case_and_a_kind(read):
    assert read.info.title != read.info.id
    assert read.info.case
    assert read.info.kind


@pytest.mark.parametrize("read", ALL.values(), ids=["/".join(key) for key in ALL])
def test_every_document_is_plain_utf_8_text_composed_with_lf_and_no_blanks_at_line_ends(read):
    text = read.body.text
    assert "\r" not in text
    assert "\t" not in text
    assert unicodedata.normalize("NFC", text) == text
    assert [line for line in read.body.lines if line != line.rstrip()] == []


@pytest.mark.parametrize("name", PROJECTS)
def test_the_projects_codebook_is_a_copy_of_the_one_to_start_from(name):
    copied = codebook(PROJECTS[name].codebook_yaml)
    assert copied["codes"] == codebook(ROOT / "codebooks" / f"{BOOKS[name]}.yaml")["codes"]


@pytest.mark.parametrize("name", BOOKS.values())
def test_every_code_has_its_four_texts(name):
    for path, code in codes_of(codebook(ROOT / "codebooks" / f"{name}.yaml")):
        missing = [text for text in ("definition", "use_when", "do_not_use_when", "example") if not code.get(text)]
        assert missing == [], "/".join(path)


@pytest.mark.parametrize("name", BOOKS.values())
def test_every_codes_id_is_used_once(name):
    ids = [code["id"] for _, code in codes_of(codebook(ROOT / "codebooks" / f"{name}.yaml"))]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("folder", PROJECTS.values(), ids=PROJECTS)
def test_memos_are_markdown_with_front_matter_about_something_that_exists(folder):
    index = Index(folder, in_memory=True)
    index.refresh()
    known = {
        "case": {row["case"] for row in lists.cases(index)},
        "code": {row["code_id"] for row in lists.codes(index)},
        "document": {row["document"] for row in lists.documents(index)},
    }
    memos = sorted(folder.memos.glob("*.md"))
    assert memos
    for path in memos:
        _, matter, text = path.read_text("utf-8").split("---\n", 2)
        fields = yaml.safe_load(matter)
        about = fields["about"]
        assert about == "project" or all(value in known[what] for what, value in about.items()), path.name
        assert fields["title"]
        assert text.strip()
    index.close()


@pytest.mark.parametrize("folder", PROJECTS.values(), ids=PROJECTS)
def test_a_project_brings_what_git_needs_to_know(folder):
    attributes = (folder.root / ".gitattributes").read_text("utf-8")
    assert "merge=union" in attributes
    assert "transcripts/** -text" in attributes
    assert ".qualcode/" in (folder.root / ".gitignore").read_text("utf-8")


# ------------------------------------------------------------------ the two families


def test_there_are_at_least_24_documents_of_both_families():
    assert len(DOCUMENTS) >= 24
    assert {read.info.case for read in DOCUMENTS.values()} == {"liang", "zhao"}


@pytest.mark.parametrize(("speaker", "date", "case"), DATED, ids=[f"{who}-{date}" for who, date, _ in DATED])
def test_every_dated_conversation_of_the_field_is_a_document(speaker, date, case):
    found = [
        name for name, read in INTERVIEWS.items()
        if read.info.date == date and read.info.case == case
        and any(speaker.rstrip("s") in f"{label} {who}".lower() for label, who in read.info.speakers.items())
    ]  # fmt: skip
    assert found


@pytest.mark.parametrize(("date", "case"), [("2009-03-02", "liang"), ("2009-06-08", "zhao")])
def test_two_conversations_of_one_day_are_two_documents(date, case):
    assert len([1 for read in INTERVIEWS.values() if (read.info.date, read.info.case) == (date, case)]) == 2


def test_dates_lie_within_the_ten_months_of_the_study_and_only_undated_talks_have_none():
    dates = sorted(read.info.date for read in DOCUMENTS.values() if read.info.date)
    assert dates[0] >= "2009-01-01"
    assert dates[-1] <= "2009-10-31"
    assert len(DOCUMENTS) - len(dates) <= 3


@pytest.mark.parametrize("name", INTERVIEWS)
def test_an_interview_has_500_to_1500_words(families, name):
    words = families.value("SELECT words FROM document WHERE id = ?", [name])
    assert 500 <= words <= 1500


@pytest.mark.parametrize("name", INTERVIEWS)
def test_an_interview_is_talk_between_the_researcher_and_somebody(name):
    turns = INTERVIEWS[name].body.turns
    speakers = [turn.speaker for turn in turns]
    assert "" not in speakers
    assert "Researcher" in speakers
    assert len(set(speakers)) >= 2
    assert len(turns) >= 8


def test_there_are_field_notes_chats_text_messages_and_talks_with_classmates_too():
    kinds = {read.info.kind for read in DOCUMENTS.values()}
    assert kinds >= {"interview", "field note", "chat", "text message", "informal talk"}


def test_all_roles_of_the_field_speak(families):
    roles = {row[0] for row in families.rows("SELECT DISTINCT role FROM turn WHERE role <> ''")}
    assert roles >= {"researcher", "child", "mother", "father", "grandparent", "peer"}


def test_every_speaker_is_a_participant(families):
    for name, read in DOCUMENTS.items():
        labels = {turn.speaker for turn in read.body.turns} - {""}
        assert labels <= set(read.info.speakers), name
        assert all(read.info.speakers[label] for label in labels), name


def test_two_documents_are_in_chinese_and_linked_as_original_and_translation():
    chinese = {name for name, read in DOCUMENTS.items() if read.info.language == "zh"}
    originals = {read.info.translation_of for read in DOCUMENTS.values()} - {""}
    assert (len(chinese), originals) == (2, chinese)
    for name, read in DOCUMENTS.items():
        if read.info.translation_of:
            original = DOCUMENTS[read.info.translation_of]
            assert read.info.language == "en", name
            assert (original.info.case, original.info.date) == (read.info.case, read.info.date)
            assert len(original.body.turns) == len(read.body.turns), name


def test_cases_have_the_typed_attributes_of_the_field(families):
    liang, zhao = lists.cases(families).to_dicts()
    assert (liang["child_age"], zhao["child_age"]) == (14, 14)
    assert (liang["child_age_when_left"], zhao["child_age_when_left"]) == (3, 6)
    assert (liang["only_child"], zhao["only_child"]) == (True, False)
    assert (liang["who_migrated"], zhao["who_migrated"]) == ("mother", "both parents")
    assert set(families.project.attribute_types.values()) >= {"text", "integer", "yes/no"}


def test_the_codebook_has_the_nine_themes_each_with_sub_codes():
    themes = codebook(ROOT / "codebooks" / "left-behind-children.yaml")["codes"]
    assert len(themes) == THEMES
    assert [theme["name"] for theme in themes if not theme.get("children")] == []


@pytest.mark.parametrize(
    "part",
    [
        "alienation", "forced independence", "hidden emotions", "long-distance communication", "gendered role",
        "peer reference", "academic expectations", "caregivers", "structural context",
        "turning point", "return-home", "then and now", "longing", "what is never said", "implicit affection",
        "substitute mothers", "envy", "belonging", "money as the measure of love", "school choice", "cost",
        "go-between", "caring for", "caring about", "household registration", "fees", "long hours",
    ],
)  # fmt: skip
def test_a_theme_or_sub_code_of_the_field_is_in_the_codebook(part):
    paths = ["/".join(path) for path, _ in codes_of(codebook(ROOT / "codebooks" / "left-behind-children.yaml"))]
    assert any(part in path for path in paths)


# ------------------------------------------------------------------ how they are coded


def test_the_first_coder_coded_every_document(codings):
    assert {row["document"] for row in codings if row["coder"] == "c1"} == set(DOCUMENTS)


def test_the_second_coder_coded_at_least_six_documents(codings):
    assert len({row["document"] for row in codings if row["coder"] == "c2"}) >= 6


def test_there_are_over_300_codings_by_two_coders(codings):
    assert len(codings) > 300
    assert {row["coder"] for row in codings} == {"c1", "c2"}


def test_every_quote_is_in_its_place(codings):
    assert {row["anchor"] for row in codings} == {"exact"}
    for row in codings:
        assert DOCUMENTS[row["document"]].body.text[row["start"] : row["end"]] == row["text"]


def test_codings_of_one_coder_overlap(codings):
    pairs = [
        (one, two) for one in codings for two in codings
        if one["coding_id"] < two["coding_id"] and one["document"] == two["document"] and one["coder"] == two["coder"]
        and one["start"] < two["end"] and two["start"] < one["end"]
    ]  # fmt: skip
    assert len(pairs) >= 10
    assert any((one["start"], one["end"]) != (two["start"], two["end"]) for one, two in pairs)


def test_the_two_coders_agree_often_but_not_always(codings):
    first, second = (
        {(row["document"], row["start"], row["end"], row["code"]) for row in codings if row["coder"] == coder}
        for coder in ("c1", "c2")
    )
    assert 0.2 < len(first & second) / len(second) < 1


def test_no_coder_coded_the_same_passage_with_the_same_code_twice(codings):
    seen = [(row["document"], row["start"], row["end"], row["code_id"], row["coder"]) for row in codings]
    assert len(seen) == len(set(seen))


def test_no_quote_begins_or_ends_in_white_space(codings):
    assert [row["text"] for row in codings if row["text"] != row["text"].strip()] == []


def test_no_quote_begins_or_ends_inside_a_word(codings):
    for row in codings:
        text = DOCUMENTS[row["document"]].body.text
        for at in (row["start"], row["end"]):
            pair = text[max(0, at - 1) : at + 1]
            assert not (pair.isascii() and pair.isalnum() and len(pair) == 2), row["text"]


def test_there_are_some_notes_on_codings(codings):
    assert sum(bool(row["note"]) for row in codings) >= 5


def test_every_code_is_used_and_every_theme_in_both_families(families, codings):
    assert {row["code_id"] for row in codings} >= {row["code_id"] for row in lists.codes(families) if row["parent"]}
    for theme in {row["code_path"].split("/")[0] for row in codings}:
        assert {row["case"] for row in codings if row["code_path"].split("/")[0] == theme} == {"liang", "zhao"}, theme


# ------------------------------------------------------------------ the press


def test_the_press_project_has_six_documents_or_more_of_at_least_three_kinds():
    found = transcripts(PRESS)
    assert len(found) >= 6
    assert {read.info.kind for read in found.values()} >= {"film synopsis", "press feature", "opinion essay"}


def test_the_press_project_is_lightly_coded():
    index = Index(PRESS, in_memory=True)
    index.refresh()
    rows = segments(index)
    index.close()
    assert 0 < len(rows) < 100
    assert {row["anchor"] for row in rows} == {"exact"}


@pytest.mark.parametrize(
    "name",
    [
        "household registration", "economic pressure", "education gap", "mental health", "daughters left behind",
        "repetition across generations", "return migration", "technology and contact", "community substitutes",
    ],
)  # fmt: skip
def test_the_policy_codebook_has_the_codes_of_the_field(name):
    names = {code["name"] for _, code in codes_of(codebook(ROOT / "codebooks" / "left-behind-policy.yaml"))}
    assert name in names
