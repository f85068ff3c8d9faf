"""Pictures: well-formed, accessible, the same bytes each time, with the counts as text."""

from itertools import pairwise

import pytest
from builders import apply, make_project, open_index, transcript, write_events
from lxml import etree

from qualcode.analysis.case_counts import frequencies, over_time
from qualcode.analysis.codeline import codeline
from qualcode.analysis.filters import Filters
from qualcode.analysis.network import network
from qualcode.analysis.table import Table
from qualcode.exchange.pictures import (
    codeline_svg,
    frequencies_svg,
    html_page,
    network_svg,
    over_time_svg,
    saturation_svg,
)  # fmt: skip
from qualcode.exchange.svg import contrast_on_white, filled, hatch, mixed, strong, text, text_width

HOSTILE = '<script>alert("x")&\x1b]0;y\x07\u202e'
BODY = "Mother: I miss them. We phone.\nXiaoya: I miss her.\n"
SVG = "{http://www.w3.org/2000/svg}"
PAIRS = ("code_a", "code_b", "count", "n_a", "n_b", "jaccard", "c")


@pytest.fixture
def index(tmp_path):
    project = make_project(
        tmp_path / "p",
        {
            "l1": transcript(BODY, title=HOSTILE, case="liang", date="2009-01-31"),
            "l2": transcript(BODY, title="Later", case="liang", date="2009-03-31"),
            "z1": transcript(BODY, title="Chat", case="zhao", date="2009-02-01"),
        },
        codes={"emotion": {"color": "#ffff00"}, "emotion/longing": {}, "想念": {"name": "想念的感情和话语" * 8},
               "bad": {"name": HOSTILE}},
        cases=["liang", "zhao"],
    )  # fmt: skip
    write_events(project, "c1", "l1", [apply(n, BODY, quote, code) for n, (quote, code) in enumerate(
        [("I miss them.", "longing"), ("We phone.", "想念"), ("I miss her.", "longing"), ("I miss her.", "bad")])])  # fmt: skip
    write_events(project, "c2", "l1", [apply(8, BODY, "I miss them.")])
    index = open_index(project, in_memory=True)
    yield index
    index.close()


def pairs(*rows):
    return Table(PAIRS, [(*row, 0.25, 0.25) for row in rows])


def all_pictures(index):
    ties = pairs(("emotion/longing", "想念的感情和话语" * 8, 7, 12, 9), ("emotion/longing", HOSTILE, 3, 12, 3))
    table = Table(("number", "new_codes", "codes_so_far", "percent"), [(1, 4, 4, None), (2, 1, 5, 25.0)])
    return {
        "codeline": codeline_svg(codeline(index, "l1")),
        "over time": over_time_svg(over_time(index, rows="code")),
        "frequencies": frequencies_svg(frequencies(index, rows="code")),
        "network": network_svg(network(index.codebook, ties)),
        "saturation": saturation_svg(table, HOSTILE),
    }


NAMES = ("codeline", "over time", "frequencies", "network", "saturation")


def words(svg):
    """All text that is drawn, piece by piece."""
    root = etree.fromstring(svg.encode())
    return ["".join(part.itertext()) for part in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_well_formed_and_says_what_it_is(index, name):
    root = etree.fromstring(all_pictures(index)[name].encode())
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == root.get("aria-label")
    assert root[1].tag == f"{SVG}desc"
    assert len(root[1].text) > 20
    assert (root[2].tag, root[2].get("fill")) == (f"{SVG}rect", "#ffffff")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_a_picture_reaches_outside_it(index, name):
    root = etree.fromstring(all_pictures(index)[name].encode())
    assert {etree.QName(part).localname for part in root.iter()} <= {
        "svg", "title", "desc", "rect", "text", "tspan", "line", "path", "circle",
    }  # fmt: skip
    attributes = {name for part in root.iter() for name in part.attrib}
    assert not attributes & {"id", "class", "href", "onload", "onclick"}


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_are_text_and_control_characters_signs(index, name):
    svg = all_pictures(index)[name]
    assert "<script" not in svg
    assert "\x1b" not in svg
    assert "\u202e" not in svg
    assert any("<script>" in part and "␛" in part for part in etree.fromstring(svg.encode()).itertext())


@pytest.mark.parametrize("name", NAMES)
def test_the_same_data_give_the_same_bytes(index, name):
    assert all_pictures(index)[name] == all_pictures(index)[name]


@pytest.mark.parametrize("name", NAMES)
def test_all_text_stands_within_the_picture(index, name):
    root = etree.fromstring(all_pictures(index)[name].encode())
    width, height = float(root.get("width")), float(root.get("height"))
    for part in root.iter(f"{SVG}text"):
        shown = "".join(piece for piece in part.itertext() if piece != (part.findtext(f"{SVG}title") or ""))
        size = text_width(shown, float(part.get("font-size")))
        left = float(part.get("x")) - size * {"end": 1, "middle": 0.5}.get(part.get("text-anchor"), 0)
        assert left >= 0
        assert left + size <= width
        assert 0 < float(part.get("y")) <= height


def test_a_codeline_has_a_bar_for_each_coding_at_its_place(index):
    root = etree.fromstring(codeline_svg(codeline(index, "l1")).encode())
    bars = [part for part in root.iter(f"{SVG}rect") if part.find(f"{SVG}title") is not None]
    told = [bar.findtext(f"{SVG}title") for bar in bars]
    assert told.count("emotion/longing, line 1, Mother, c1") == 1
    assert len(told) == 5
    first, second = (
        bar for bar, said in zip(bars, told, strict=True) if said.startswith("emotion/longing") and "c1" in said
    )
    scale = (float(second.get("x")) - float(first.get("x"))) / (BODY.index("I miss her.") - BODY.index("I miss them."))
    assert float(first.get("width")) == pytest.approx(len("I miss them.") * scale, abs=0.02)


def test_a_codeline_names_its_codes_with_their_counts_and_who_speaks(index):
    found = words(codeline_svg(codeline(index, "l1")))
    assert found[found.index("longing") + 1] == "3"
    assert {"Mother", "Xiaoya", "c1", "emotion"} <= set(found)


def test_over_time_says_counts_zeros_and_what_has_no_data(index):
    svg = over_time_svg(over_time(index, rows="emotion"))
    found = words(svg)
    assert {"liang", "zhao", "Jan", "Feb", "Mar", "2009"} <= set(found)
    assert found.count("3") == 1
    root = etree.fromstring(svg.encode())
    told = [part.text for part in root.iter(f"{SVG}title")]
    assert told.count("liang: no document") == 1  # February
    assert told.count("zhao: no document") == 2  # January and March
    assert "emotion, liang, 2009-01: 3" in told
    assert found.count("–") == 3


def test_frequencies_say_every_number_and_how_many_codes_have_none(index):
    found = words(frequencies_svg(frequencies(index, rows="emotion")))
    assert found[-2:] == ["3", "0"]
    every = frequencies(index, Filters(case="zhao"))
    assert "3 codes without any left out" in words(frequencies_svg(every))[1]


def test_a_case_without_documents_has_no_data_rather_than_zero(tmp_path):
    project = make_project(tmp_path / "q", {"d": transcript(BODY, case="liang")}, cases=["liang", "zhao"])
    write_events(project, "c1", "d", [apply(1, BODY, "We phone.")])
    assert words(frequencies_svg(frequencies(open_index(project, in_memory=True), rows="emotion")))[-2:] == [
        "1",
        "no data",
    ]


def test_more_than_four_cases_have_a_column_each(tmp_path):
    cases = [f"case-{n}" for n in range(10)]
    project = make_project(
        tmp_path / "q", {f"d{n}": transcript(BODY, case=case) for n, case in enumerate(cases)}, cases=cases
    )
    write_events(project, "c1", "d9", [apply(1, BODY, "We phone.")])
    found = words(frequencies_svg(frequencies(open_index(project, in_memory=True), rows="emotion")))
    assert [word for word in found if word.startswith("case-")] == cases
    assert found.count("0") == 9


def test_cases_are_told_apart_by_fills_without_colour():
    shapes = [filled(kind, 0, 0, 40, 10, "#2f81f7") for kind in range(4)]
    assert len({shape.replace("#2f81f7", "") for shape in shapes}) == 4


def test_a_network_names_the_strongest_pairs_with_their_numbers(index):
    made = network(index.codebook, pairs(("emotion", "emotion/longing", 7, 12, 9), ("emotion", HOSTILE, 3, 12, 3)))
    found = words(network_svg(made))
    assert found[found.index("Strongest pairs") + 2 :][:2] == ["7", "emotion – longing"]
    assert "emotion (12)" in found


def test_a_network_leaves_out_what_is_weaker_than_asked_for_and_says_so(index):
    ties = pairs(("emotion", "emotion/longing", 7, 12, 9), ("emotion", HOSTILE, 3, 12, 3))
    made = network(index.codebook, ties, least=4)
    assert ([row.name for row, _ in made.nodes], made.left_out) == (["emotion", "longing"], 1)
    assert "at least 4 times (overlap); 1 weaker pairs left out" in words(network_svg(made))[1]


def test_of_very_many_pairs_only_so_many_are_drawn_as_can_be_read(tmp_path):
    codes = [f"c{n:02d}" for n in range(40)]
    project = make_project(tmp_path / "q", codes=codes)
    ties = pairs(
        *((a, b, 1 + (n * 7) % 50, 60, 60) for n, (a, b) in enumerate((a, b) for a in codes for b in codes if a < b))
    )
    made = network(open_index(project, in_memory=True).codebook, ties)
    assert 30 <= len(made.ties) <= 60
    assert made.left_out == 780 - len(made.ties)
    assert min(tie.times for tie in made.ties) >= made.least > 1


def test_no_two_labels_of_a_network_touch(tmp_path):
    codes = [f"c{n:02d}" for n in range(40)]
    project = make_project(tmp_path / "q", codes=codes)
    ties = pairs(*((codes[n], codes[(n + 11) % 40], 2, 5, 5) for n in range(40)))
    root = etree.fromstring(network_svg(network(open_index(project, in_memory=True).codebook, ties)).encode())
    labels = [part for part in root.iter(f"{SVG}text") if part.find(f"{SVG}tspan") is not None]
    assert len(labels) == 40
    for anchor in (None, "end"):
        heights = sorted(float(part.get("y")) for part in labels if part.get("text-anchor") == anchor)
        assert min(b - a for a, b in pairwise(heights)) >= 14


def test_saturation_shows_the_published_example():
    # Guest, Namey & Chen (2020): 37 codes in the base of four, then 4, 3, 1, 0 new ones: 19%, 11%, 3%
    new = [20, 9, 5, 3, 4, 3, 1, 0]
    percents = [None] * 5 + [18.9, 10.8, 2.7]
    rows = [(n + 1, new[n], sum(new[: n + 1]), percents[n]) for n in range(8)]
    found = words(saturation_svg(Table(("number", "new_codes", "codes_so_far", "percent"), rows), "T"))
    assert [word for word in found if word.endswith("%")] == ["19%", "11%", "3%"]
    assert {"37", "41", "44", "45"} <= set(found)


def test_pictures_of_nothing_are_pictures(tmp_path):
    project = make_project(tmp_path / "q", {"d": transcript("")})
    index = open_index(project, in_memory=True)
    for svg in (
        codeline_svg(codeline(index, "d")), over_time_svg(over_time(index)), frequencies_svg(frequencies(index)),
        network_svg(network(index.codebook, pairs())),
        saturation_svg(Table(("number", "new_codes", "codes_so_far", "percent"), []), "T"),
    ):  # fmt: skip
        assert etree.fromstring(svg.encode()).get("role") == "img"


@pytest.mark.parametrize("color", ["#ffff00", "#e5c07b", "#fff", "#98c379", "nonsense", "#000000"])
def test_colours_are_made_dark_enough_for_white_paper(color):
    assert contrast_on_white(strong(color)) >= 3


def test_contrast_is_that_of_wcag():
    assert contrast_on_white("#000000") == pytest.approx(21)
    assert contrast_on_white("#767676") == pytest.approx(
        4.54, abs=0.01
    )  # the grey that WCAG examples give as just enough
    assert mixed("#000000", 0.5) == "#808080"


def test_a_text_that_is_too_long_is_cut_and_told_in_full():
    shown = text(0, 0, "想念" * 30, room=100)
    assert "…" in shown
    assert f"<title>{'想念' * 30}</title>" in shown


def test_a_hatched_area_stays_within_its_edges():
    numbers = [
        tuple(map(float, part.split())) for part in hatch(10, 20, 30, 40).split('"')[1][1:].replace("L", "M").split("M")
    ]
    assert all(10 <= x <= 40 and 20 <= y <= 60 for x, y in numbers)


def test_a_page_has_its_title_escaped_and_no_scripts(index):
    page = html_page(HOSTILE, codeline_svg(codeline(index, "l1")))
    assert page.startswith("<!DOCTYPE html>")
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
