"""Search in all documents."""

import pytest
from builders import DECOMPOSED, FAMILY, make_project, open_index, transcript

from qualcode.analysis.search import hits, places, search
from qualcode.core.phrase import Phrase
from qualcode.errors import BadOption, UnknownName

DOCUMENTS = {
    "d1": transcript(f"Mei: I miss Mother.\nLing: 我想妈妈，妈妈不在。{FAMILY} Mother\n", case="zhao", title="At home"),
    "d2": transcript(f"Straße, caf{DECOMPOSED}, İzmir.\n", case="liang"),
    "d3": transcript("ليلى: أمي بعيدة، أمي!\n"),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    people = [{"id": "p1", "name": "Ling", "role": "mother"}]
    project = make_project(
        tmp_path_factory.mktemp("search") / "p", DOCUMENTS, cases=["zhao", "liang"], participants=people
    )
    return open_index(project, in_memory=True)


def spans(found):
    return [(row["document"], row["start"], row["end"]) for row in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("mother", [("d1", 12, 18), ("d1", 42, 48)], id="in both lines, behind Chinese and emoji"),
        pytest.param("妈妈", [("d1", 28, 30), ("d1", 31, 33)], id="a Chinese word of two signs"),
        pytest.param(FAMILY, [("d1", 36, 41)], id="emoji with joiners"),
        pytest.param("STRASSE", [("d2", 0, 6)], id="sharp s"),
        pytest.param("caf\u00e9", [("d2", 8, 13)], id="composed for decomposed"),
        pytest.param("cafe", [], id="no letter without its accent"),
        pytest.param("ızmir", [], id="dotless i is another letter"),
        pytest.param("İzmir", [("d2", 15, 20)], id="dotted capital I"),
        pytest.param("İZMIR", [("d2", 15, 20)], id="dotted capital I among capitals"),
        pytest.param("أمي", [("d3", 6, 9), ("d3", 17, 20)], id="Arabic"),
        pytest.param(".\nLing", [("d1", 18, 24)], id="across lines"),
        pytest.param("nowhere", [], id="nowhere"),
    ],
)
def test_every_occurrence_is_found_where_it_stands(index, text, expected):
    assert spans(search(index, text)) == expected


def test_a_hit_shows_who_says_it_and_what_stands_around_it(index):
    row = search(index, "妈妈不在")[0]
    assert (row["case"], row["title"], row["line"], row["speaker"], row["role"]) == (
        "zhao",
        "At home",
        2,
        "Ling",
        "mother",
    )
    assert (row["before"], row["match"], row["after"]) == ("Ling: 我想妈妈，", "妈妈不在", f"。{FAMILY} Mother")


def test_the_surroundings_stay_within_the_line_and_the_length_asked_for(index):
    row = search(index, "miss", context=2)[0]
    assert (row["before"], row["after"]) == ("I ", " M")


@pytest.mark.parametrize(
    ("where", "expected"),
    [({"case": "liang"}, []), ({"document": "At home"}, ["d1", "d1"]), ({"case": "zhao", "document": "d2"}, [])],
    ids=["another case", "document by title", "document of another case"],
)
def test_a_search_can_be_narrowed(index, where, expected):
    assert [row["document"] for row in search(index, "mother", **where)] == expected


def test_front_matter_is_not_searched(index):
    assert len(search(index, "At home")) == 0


@pytest.mark.parametrize("text", ["", " ", "\n\t"], ids=ascii)
def test_a_search_for_nothing_is_refused(index, text):
    with pytest.raises(BadOption, match="text to search for"):
        search(index, text)


def test_a_search_in_an_unknown_document_is_refused(index):
    with pytest.raises(UnknownName):
        search(index, "mother", document="nothing")


def test_documents_are_read_only_when_their_hits_are_asked_for(index, monkeypatch):
    read = []
    body = index.body
    monkeypatch.setattr(index, "body", lambda document: read.append(document) or body(document))
    found = hits(index, Phrase("i"), places(index))
    first = next(found)
    assert (first.place.document, read) == ("d1", [first.place.document])


def test_a_hit_knows_its_turn(index):
    hit = next(hits(index, Phrase("妈妈"), places(index)))
    assert (hit.turn.label, hit.text[hit.turn.text_start : hit.turn.text_start + 3], hit.line) == ("Ling", "我想妈", 2)


def test_accents_elsewhere_in_a_text_do_not_move_hits_in_other_lines(tmp_path):
    body = f"İ caf{DECOMPOSED} ß\nhome\nß home {DECOMPOSED} home\n"
    index = open_index(make_project(tmp_path / "p", {"d1": transcript(body)}), in_memory=True)
    assert spans(search(index, "home")) == [("d1", 10, 14), ("d1", 17, 21), ("d1", 25, 29)]
    assert [row["match"] for row in search(index, "home")] == ["home"] * 3
