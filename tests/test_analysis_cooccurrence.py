"""Which codes occur together: by hand, and against counting every pair one by one on seeded random projects."""

import random

import pytest
from builders import apply, event_id, make_project, open_index, transcript, write_events

from qualcode.analysis.cooccurrence import cooccurrence
from qualcode.analysis.filters import Filters
from qualcode.analysis.matrix import matrix
from qualcode.analysis.relations import meeting
from qualcode.core.anchors import make_anchor
from qualcode.core.document import Body
from qualcode.core.events import Event
from qualcode.core.text import body_hash
from qualcode.errors import BadOption

TALK = "Ma: I ring on Sunday and ask.\n\nMei: I say little.\n\nMa: Then silence.\n\nMei: I count the days.\n"


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """phone: 'I ring on Sunday and ask' (1), 'I say little' (5); food: 'ask' (2); silence: 'I say little' (3), 'Then silence' (4)."""
    project = make_project(
        tmp_path_factory.mktemp("pairs") / "p",
        {"d1": transcript(TALK, case="zhao"), "d2": transcript("Ma: Then silence.\n", case="liang")},
        codes=["contact", "contact/phone", "contact/food", "silence"],
        cases=["zhao", "liang"],
    )
    write_events(
        project, "c1", "d1",
        [apply(1, TALK, "I ring on Sunday and ask", "phone"), apply(2, TALK, "ask", "food"),
         apply(3, TALK, "I say little", "silence"), apply(4, TALK, "Then silence", "silence"), apply(5, TALK, "I say little", "phone")],
    )  # fmt: skip
    found = open_index(project, in_memory=True)
    yield found
    found.close()


def body(made):
    return [[*row] for row in made.values]


def test_overlaps_are_counted_in_pairs_with_the_codings_on_the_diagonal(index):
    made = cooccurrence(index)
    assert made.columns == ("code", "contact", "contact/phone", "contact/food", "silence", "codings")
    assert body(made) == [[3, 1, 1, 1], [1, 2, 1, 1], [1, 1, 1, 0], [1, 1, 0, 2]]
    assert made.row_totals == [3, 2, 1, 2]
    assert made.grand_total == 5


def test_sub_codes_left_out(index):
    assert body(cooccurrence(index, Filters(exact=True)))[0] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("relation", "phone_silence", "silence_phone"),
    [("overlap", 1, 1), ("same-turn", 1, 1), ("near:1", 3, 3), ("near:2", 4, 4), ("contains", 1, 1), ("follows", 0, 2),
     ("follows:2", 0, 3)],
)  # fmt: skip
def test_relations(index, relation, phone_silence, silence_phone):
    made = cooccurrence(index, relation=relation)
    assert (made.values[1][3], made.values[3][1]) == (phone_silence, silence_phone)


def test_the_c_coefficient_says_nothing_where_there_are_as_many_pairs_as_codings(index):
    made = cooccurrence(index, relation="near:2", cell="c-coefficient")  # phone and silence: 4 pairs of 2 + 2 codings
    assert (made.values[1][3], made.values[3][1]) == (None, None)
    pairs = {(row["code_a"], row["code_b"]): row["c"] for row in made.pairs_table()}
    assert pairs["contact/phone", "silence"] is None


def test_the_c_coefficient_is_that_of_the_formula(index):
    """n12 / (n1 + n2 - n12): phone has 2 codings, silence 2, one pair: 1/3."""
    assert cooccurrence(index, cell="c-coefficient").values[1][3] == pytest.approx(1 / 3, abs=0.001)


def test_jaccard_is_the_share_of_turns_with_either_that_have_both(index):
    """phone stands in turns 1 and 2, silence in 2 and 3: one of three."""
    assert cooccurrence(index, cell="jaccard").values[1][3] == pytest.approx(1 / 3, abs=0.001)
    assert cooccurrence(index, cell="jaccard").values[3][3] == 1


def test_documents_and_cases_with_a_pair_are_counted_once(index):
    assert cooccurrence(index, relation="near:2", cell="documents").values[1][3] == 1
    assert cooccurrence(index, relation="near:2", cell="cases").values[1][3] == 1


def test_a_pair_across_two_cases_of_a_focus_group_is_in_both(tmp_path):
    talk = "An: I ring.\n\nBo: Silence.\n"
    project = make_project(
        tmp_path / "p", {"group": transcript(talk, speakers={"An": "an", "Bo": "bo"})}, codes=["a", "b"], cases=["x", "y"],
        participants=[{"id": "an", "name": "An", "case": "x"}, {"id": "bo", "name": "Bo", "case": "y"}],
    )  # fmt: skip
    write_events(project, "c1", "group", [apply(1, talk, "I ring", "a"), apply(2, talk, "Silence", "b")])
    made = cooccurrence(open_index(project, in_memory=True), relation="near:1", cell="cases")
    assert made.values[0][1] == made.values[1][0] == 2


def test_quotes_of_a_cell_are_the_rows_codings_that_meet_the_columns(index):
    made = cooccurrence(index)
    assert [row["text"] for row in made.quotes(1, 3)] == ["I say little"]
    assert [row["code"] for row in made.quotes(3, 1)] == ["silence"]
    assert [row["code"] for row in made.quotes(3, 3)] == ["silence", "silence"]
    assert [row["code"] for row in made.quotes(0, None)] == ["phone", "food", "phone"]


def test_behind_a_cell_are_the_codings_whose_quotes_it_has(index):
    made = cooccurrence(index)
    idents = dict(index.rows("SELECT row, id FROM coding"))
    assert [idents[row] for row in made.rows_behind(1, 3).tolist()] == [row["coding_id"] for row in made.quotes(1, 3)]
    assert len(made.rows_behind(1, 3)) == 1


def test_a_transposed_matrix_of_a_direction_keeps_its_cells_and_quotes(index):
    made = cooccurrence(index, relation="contains")
    turned = made.transposed()
    assert made.values[1][2] == turned.values[2][1] == 1
    assert [row["text"] for row in made.quotes(1, 2)] == ["I ring on Sunday and ask"]
    assert [row["text"] for row in turned.quotes(2, 1)] == ["ask"]


def test_the_table_of_pairs_leaves_out_a_code_with_its_own_sub_code(index):
    assert [tuple(row) for row in cooccurrence(index).pairs_table()] == [
        ("contact", "silence", 1, 3, 2, pytest.approx(1 / 3, abs=0.001), 0.25),
        ("contact/phone", "contact/food", 1, 2, 1, 0.5, 0.5),
        ("contact/phone", "silence", 1, 2, 2, pytest.approx(1 / 3, abs=0.001), pytest.approx(1 / 3, abs=0.001)),
    ]


def test_code_by_code_of_the_matrix_is_co_occurrence(index):
    assert body(matrix(index, "code", "code")) == body(cooccurrence(index))


@pytest.mark.parametrize("relation", ["near", "near:x", "touches", "near:-1", ""])
def test_only_near_has_a_number_and_there_is_a_list_of_relations(relation):
    if relation == "near":
        assert str(meeting("near")) == "near:1"
    else:
        with pytest.raises(BadOption, match="overlap, same-turn"):
            meeting(relation)


@pytest.mark.parametrize("cell", ["words", "coverage", "nothing"])
def test_a_measure_that_makes_no_sense_is_refused(index, cell):
    with pytest.raises(BadOption, match="c-coefficient"):
        cooccurrence(index, cell=cell)


# ------------------------------------------------------------------------------------ one by one


def random_project(folder, seed):
    rng = random.Random(seed)
    texts = {}
    for number in range(4):
        turns = []
        for _ in range(rng.randint(1, 8)):
            said = [rng.choice(["silence", "电话", "wir", "e\u0301t\u00e9"]) for _ in range(rng.randint(1, 9))]
            turns.append(f"{rng.choice(['Ma', 'Mei'])}: {' '.join(said)}")
        texts[f"d{number}"] = "\n\n".join(turns) + "\n"
    codes = ["a", "a/b", "a/b/c", "a/d", "e", "e/f"]
    project = make_project(
        folder,
        {name: transcript(text, case=rng.choice(["x", "y"])) for name, text in texts.items()},
        codes=codes,
        cases=["x", "y"],
    )
    number = 0
    for coder in ("c1", "c2"):
        for name, text in texts.items():
            events = []
            for _ in range(rng.randint(0, 9)):
                number += 1
                start = rng.randrange(len(text) - 1)
                anchor = make_anchor(text, body_hash(text), start, min(len(text), start + rng.randint(1, 30)))
                events.append(Event(event_id(number), "2024-03-05T10:00:00.000Z", "apply", code=rng.choice("abcdef"),
                                    start=anchor.start, end=anchor.end, quote=anchor.quote, body=anchor.body))  # fmt: skip
            write_events(project, coder, name, events)
    return project, texts


def meets(one, other, relation, turns, n):
    if one["document"] != other["document"]:
        return False
    (a, b), (c, d) = ((row["start"], row["end"]) for row in (one, other))
    first, last = turns(one)
    first2, last2 = turns(other)
    if relation == "overlap":
        return a < d and c < b
    if relation == "contains":
        return a <= c and b >= d
    if relation == "follows":
        return a >= d and first - last2 <= n
    return max(first, first2) - min(last, last2) <= n


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(
    ("relation", "n"), [("overlap", 0), ("same-turn", 0), ("near", 2), ("contains", 0), ("follows", 1)]
)
def test_counts_are_those_of_looking_at_every_pair(tmp_path, seed, relation, n):
    project, texts = random_project(tmp_path / "p", seed)
    index = open_index(project, in_memory=True)
    rows = list(matrix(index, "code", "case").quotes(None, None))
    bodies = {name: Body(text) for name, text in texts.items()}

    def turns(row):
        found = bodies[row["document"]]
        first = max(0, found.turn_index(row["start"]))
        return first, max(first, found.turn_index(row["end"] - 1))

    book = index.codebook
    below = {code.id: set(book.with_descendants(code.id)) for code in book.live}
    for exact in (False, True):
        made = cooccurrence(
            index, Filters(exact=exact), f"{relation}:{n}" if relation in ("near", "follows") else relation
        )
        for r, key in enumerate(made.row_keys):
            for c, other in enumerate(made.col_keys):
                if r == c:
                    continue
                left, right = ({key}, {other}) if exact else (below[key], below[other])
                pairs = set()
                for i, one in enumerate(rows):
                    for j, two in enumerate(rows):
                        if (
                            i != j
                            and one["code_id"] in left
                            and two["code_id"] in right
                            and meets(one, two, relation, turns, n)
                        ):
                            pairs.add((i, j) if relation in ("contains", "follows") else frozenset((i, j)))
                assert made.values[r][c] == len(pairs), (key, other)
                met = {p[0] for p in pairs} if relation in ("contains", "follows") else None
                if met is not None:
                    assert len(made.quotes(r, c)) == len(met)
        behind = [(row["row"], row["col"], row["coding_id"]) for row in made.all_quotes()]
        assert behind == [
            (r, c, quote["coding_id"]) for r in range(len(made.row_keys)) for c in range(len(made.col_keys)) for quote in made.quotes(r, c)
        ]  # fmt: skip
        turned = made.transposed()
        assert len(turned.all_quotes()) == sum(
            len(turned.quotes(r, c)) for r in range(len(turned.row_keys)) for c in range(len(turned.col_keys))
        )
