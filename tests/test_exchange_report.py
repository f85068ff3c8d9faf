"""The report's file: what is in it, that nothing in it can act, and what an anonymous one leaves out."""

import base64
import hashlib
import html
import json
import re
from dataclasses import replace

import pytest
from builders import apply, make_project, open_index, transcript, write_events

from qualcode.analysis.filters import Filters
from qualcode.analysis.report_data import report_data
from qualcode.exchange.report import report_html
from qualcode.exchange.report.displays import displays

HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(2)>&amp;"\u2028\u2029\u202e\x1b]0;x\x07'
SAID = "Mother: I miss him every day.\n\nChild: The phone is quiet on Sundays, as always.\n"
VISIT = "Sunday. The phone lay on the table.\n"


@pytest.fixture
def study(tmp_path):
    """Two cases, two coders (anneliese, bertram), three codings with a note, a memo."""
    project = make_project(
        tmp_path / "study",
        {
            "ann": transcript(SAID, title="Ann at home", case="one", kind="interview", date="2009-03-01"),
            "visit": transcript(VISIT, title="A visit", case="two", kind="field note"),
        },
        cases={"one": {"town": "Wuhan"}, "two": {"town": "Hefei"}},
        participants=[{"id": "c", "name": "Child", "role": "child", "case": "one"},
                      {"id": "m", "name": "Mother", "role": "mother", "case": "one"}],
    )  # fmt: skip
    write_events(project, "bertram", "ann", [apply(2, SAID, "The phone is quiet", "work")])
    write_events(
        project, "anneliese", "ann", [apply(1, SAID, "I miss him", "longing", note="Zartbitter, her own word")]
    )
    write_events(project, "anneliese", "visit", [apply(3, VISIT, "The phone lay", "work")])
    project.memos.mkdir()
    (project.memos / "doubt.md").write_text(
        "---\ntitle: Doubtful\nabout: project\nauthor: anneliese\n---\nPfefferminz\n"
    )
    return project


def page_of(project, filters=Filters(), pictures=True, **options):  # noqa: B008
    index = open_index(project)
    shown = displays(index, filters, anonymous=options.get("anonymous", False)) if pictures else ()
    return report_html(report_data(index, filters, **options), shown).decode()


def embedded(page):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1])


def static_text(page):
    """What a reader without scripts sees."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


# ------------------------------------------------------------------ what is in it


def test_the_study_its_cases_codes_memos_and_documents_are_there_without_scripts(study):
    text = static_text(page_of(study))
    for expected in (
        "A study",
        "Wuhan",
        "longing",
        "Doubtful",
        "Pfefferminz",
        "Ann at home",
        "anneliese",
        "2009-03-01",
    ):
        assert expected in text


def test_a_codes_entry_has_its_rules_and_counts(tmp_path):
    codes = {
        "work": {"definition": "Paid work.", "use_when": "Wages.", "do_not_use_when": "Chores.", "example": "I sew."}
    }
    project = make_project(tmp_path / "p", {"ann": transcript(SAID)}, codes)
    write_events(project, "x", "ann", [apply(1, SAID, "phone", "work")])
    text = static_text(page_of(project))
    assert (
        "work 1 coding, in 1 document. Definition Paid work. Use when Wages. Do not use when Chores. Example I sew."
        in text
    )


def test_the_matrix_stands_in_static_html_with_its_totals(study):
    table = re.search(r'<table class="matrix">.*?</table>', page_of(study), re.DOTALL)[0]
    rows = [static_text(row) for row in re.findall(r"<tr.*?</tr>", table)]
    assert rows == ["Code one two Total", "emotion 1 0 1", "longing 1 0 1", "work 1 1 2", "Total 2 1 3"]


def test_without_cases_the_matrix_is_by_document(tmp_path):
    project = make_project(tmp_path / "p", {"ann": transcript(SAID)})
    write_events(project, "x", "ann", [apply(1, SAID, "phone", "work")])
    assert "Codings by code and document" in page_of(project)


def test_a_passage_coded_twice_stands_in_the_data_once(study):
    write_events(study, "carla", "ann", [apply(9, SAID, "I miss him", "emotion")])
    data = embedded(page_of(study))
    assert sorted(data["passages"]["text"]) == ["I miss him", "The phone is quiet", "The phone lay"]
    assert len(data["codings"]["code"]) == 4


def test_a_quote_has_what_stands_around_it_cut_between_words(study):
    data = embedded(page_of(study, context=13))
    at = data["passages"]["text"].index("The phone is quiet")
    assert (data["passages"]["before"][at], data["passages"]["after"][at]) == ("…day.\nChild: ", " on Sundays,…")


def test_no_context_if_not_wanted(study):
    assert set(embedded(page_of(study, context=0))["passages"]["before"]) == {""}


def test_the_appendix_tells_documents_with_the_hashes_of_their_texts(study):
    digest = hashlib.sha256(SAID.encode()).hexdigest()[:16]
    assert f"Ann at home ann one interview 2009-03-01 13 2 {digest}" in static_text(page_of(study))


def test_the_appendix_tells_who_coded_how_much(study):
    assert "bertram 1 1 2024-03-05 2024-03-05" in static_text(page_of(study))


def test_pictures_are_in_the_page(study):
    page = page_of(study)
    assert 'aria-label="Code frequencies by case"' in page
    assert "Codelines" in page


def test_a_title_of_ones_own(study):
    assert "<title>For my supervisor</title>" in page_of(study, title="For my supervisor")


def test_a_study_without_anything_has_a_report(tmp_path):
    page = page_of(make_project(tmp_path / "p", {}, codes=()))
    assert "The codebook is empty." in page
    assert "Nothing is coded." in page


# ------------------------------------------------------------------ a part of the study


def test_a_part_says_so_and_leaves_other_cases_out(study):
    page = page_of(study, Filters(case="one"))
    text = static_text(page)
    assert "This report is about a part of the study: case: one. It shows 2 of 3 codings" in text
    assert "Hefei" not in page
    assert "A visit" not in page


def test_a_filter_on_codes_does_not_narrow_the_documents(study):
    assert "A visit" in page_of(study, Filters(code="longing"))


def test_memos_about_something_outside_the_part_are_left_out(study):
    (study.memos / "two.md").write_text("---\ntitle: Elsewhere\nabout: {case: two}\n---\nx\n")
    assert "Elsewhere" in page_of(study)
    assert "Elsewhere" not in page_of(study, Filters(case="one"))
    assert "Doubtful" in page_of(study, Filters(case="one"))


def test_the_part_is_named_as_it_was_asked_for(study):
    part = page_of(study, Filters(code="work", exact=True, where="kind:interview"))
    assert "part of the study: code: work; where: kind:interview, without sub-codes." in static_text(part)


# ------------------------------------------------------------------ nothing in it can act


def test_the_policy_allows_just_the_script_and_the_style_of_the_page(study):
    page = page_of(study)
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1])

    def digest(element):
        text = re.search(rf"<{element}>(.*?)</{element}>", page, re.DOTALL)[1]
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    assert policy == (
        f"default-src 'none'; script-src 'sha256-{digest('script')}'; style-src 'sha256-{digest('style')}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def test_nothing_is_loaded_from_elsewhere(study):
    page = page_of(study)
    assert (
        re.findall(
            r"""(?:src|href|action|data)\s*=\s*["']?(?!#|data:)[^"'>\s]+""",
            re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL),
        )
        == []
    )
    assert "http:" not in page
    assert "https:" not in page
    assert "@import" not in page
    assert "url(" not in page


def test_no_element_has_a_style_or_a_handler_of_its_own(study):
    static = re.sub(r"<(script|style)\b.*?</\1>", "", page_of(study), flags=re.DOTALL)
    assert not re.search(r"<[^>]*\s(?:style|on\w+)\s*=", static)


def test_hostile_texts_stay_texts(tmp_path):
    said = f"Child: {HOSTILE.replace(chr(10), ' ')} end\n"
    project = make_project(
        tmp_path / "p", {"ann": transcript(said, title=HOSTILE, case="one", kind=HOSTILE)},
        {"evil": {"name": HOSTILE.replace("/", ""), "definition": HOSTILE, "example": HOSTILE}}, {"one": {"town": HOSTILE}},
        [{"id": "c", "name": "Child", "role": HOSTILE, "case": "one"}],
    )  # fmt: skip
    quote = said[said.index("</script>") : said.index(" end")]
    write_events(project, "x", "ann", [apply(1, said, quote, "evil", note=HOSTILE)])
    project.memos.mkdir()
    (project.memos / "m.md").write_text(f"---\ntitle: T\nabout: project\n---\n{HOSTILE}\n\n> **{HOSTILE}**\n")
    page = page_of(project, title=HOSTILE)
    assert page.count("<script") == 2
    assert page.count("</script>") == 2
    assert "<img" not in page
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\u202e]", page)
    assert "<script>alert(1)</script><img src=x" in embedded(page)["passages"]["text"][0]


def test_marks_of_direction_in_a_quote_are_kept_and_overrides_shown(tmp_path):
    said = "Child: \u200fשלום\u200f \u202eabc\u202c\n"
    project = make_project(tmp_path / "p", {"ann": transcript(said)})
    write_events(project, "x", "ann", [apply(1, said, said[7:-1], "work")])
    assert embedded(page_of(project))["passages"]["text"] == ["\u200fשלום\u200f \ufffdabc\ufffd"]


def test_the_same_study_gives_the_same_bytes(study):
    assert page_of(study) == page_of(study)


# ------------------------------------------------------------------ anonymous


def test_an_anonymous_report_names_no_coder_and_has_no_note_or_memo(study):
    hidden = ("anneliese", "bertram", "Zartbitter", "Doubtful", "Pfefferminz")
    assert all(word in page_of(study) for word in hidden)
    page = page_of(study, anonymous=True)
    assert [word for word in hidden if word in page] == []


def test_coders_are_numbered_in_the_projects_order_whatever_the_part(study):
    text = study.project_yaml.read_text("utf-8")
    study.project_yaml.write_text(f"{text}coders:\n- {{id: bertram, name: Bertram B.}}\n", "utf-8")
    assert embedded(page_of(study, anonymous=True))["dimensions"][-2]["key"] == ["Coder 1", "Coder 2"]
    part = embedded(page_of(study, Filters(coder="anneliese"), anonymous=True))
    coder = next(dimension for dimension in part["dimensions"] if dimension["id"] == "coder")
    assert coder["key"] == ["Coder 2"]


@pytest.mark.parametrize(
    "filters",
    [Filters(coder="anneliese"), Filters(where="coder:anneliese"), Filters(where='coder:"ANNELIESE" or coder:bertram')],
    ids=["coder", "where", "letter case"],
)
def test_an_anonymous_part_names_no_coder_in_its_filter(study, filters):
    page = page_of(study, filters, anonymous=True)
    assert "anneliese" not in page.lower()
    assert "bertram" not in page
    assert "Coder 1" in static_text(page)


def test_an_anonymous_report_says_so(study):
    assert "Notes, memos and the names of coders are left out." in static_text(page_of(study, anonymous=True))


# ------------------------------------------------------------------ odd studies


def test_codings_of_a_code_that_the_codebook_does_not_know_are_shown_under_its_id(study):
    write_events(study, "carla", "ann", [apply(9, SAID, "every day", "vanished")])
    data = embedded(page_of(study))
    assert data["codes"]["name"][data["codings"]["code"][data["passages"]["text"].index("every day")]] == "vanished"


def test_a_document_without_a_date_is_counted_as_such(study):
    assert "1 of 2 documents have no date." in static_text(page_of(study))


def test_an_attribute_of_documents_goes_before_that_of_their_case(study):
    path = study.transcript("visit")
    path.write_text(path.read_text("utf-8").replace("kind:", "attributes: {town: Xi'an}\nkind:"), "utf-8")
    data = embedded(page_of(study))
    town = next(dimension for dimension in data["dimensions"] if dimension["id"] == "attr:town")
    shown = {text: town["key"][at] for text, at in zip(data["passages"]["text"], town["values"], strict=True)}
    assert shown["The phone lay"] == "Xi'an"
    assert shown["I miss him"] == "Wuhan"


def test_a_part_with_more_to_say_is_not_the_whole(study):
    index = open_index(study)
    data = report_data(index, Filters(role="child"))
    assert len(data.codings) == 1
    assert replace(data, part="").part == ""
