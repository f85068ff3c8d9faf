"""Cases, participants and attribute types written into project.yaml: nothing else in the file moves, and undo is exact."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualcode.core.codebook_steps import Step
from qualcode.errors import BadFile, CannotUndo
from qualcode.files.project_files import change_project, read_project, steps_with_layout
from qualcode.files.project_states import entries, says_the_same, state_in
from qualcode.files.project_text import change_project_text, with_layout
from qualcode.files.yaml_text import load_yaml
from qualcode.session.starting import _PROJECT

BY_HAND = """\
# The study
title: T   # working title
attributes:            # what is recorded
  age: integer
  sex: text   # as told

cases:
  # the first family
  - id: a   # one
    name: "Family A"
    attributes:
      age: 14      # at the start
      sex: 'girl'

  # the second
  - id: b
    name: B

participants:
  - {id: p1, name: P 1, role: nurse, case: a}   # since March
  - id: p2
# end
"""
LAYOUTS = {
    "by hand": BY_HAND,
    "a new project": _PROJECT.format(title='"T"'),
    "nothing but a title": "title: T\n",
    "no line end": "title: T",
    "empty in brackets": "title: T\ncases: []  # none yet\nparticipants: []\nattributes: {}\n",
    "on one line": "title: T\ncases:\n- {id: a, attributes: {age: 14, sex: girl}}\n- {id: b, attributes: {}}\n- {id: c}\n\n",
    "Chinese": "title: 孩子 👧\ncases:\n    -   id: 张家\n        name: 张\n        attributes:\n            年龄: 十四  # 岁\n# 完\n",
    "long texts": "title: T\ncases:\n- id: a\n  name: >-\n    A long\n    name\n  attributes:\n    sex: |\n      girl\n\n\n",
    "values left empty": "title: T\ncases:\n  - id: a\n    name:\n    attributes:\n      age:   # not asked\n  - id: b\n    attributes:\n",
}


def back(steps):
    return [Step(step.key, step.after, step.before) for step in reversed(steps)]


def states(text, what):
    return {key: state_in(entry, what, key) for key, entry in entries(load_yaml(text, "p").value, what).items()}


def changed_and_back(text, what, steps):
    """The text after the steps, and after they were taken back."""
    noted = with_layout(text, what, steps)
    after = change_project_text(text, what, noted)
    return after, change_project_text(after, what, back(noted))


VALUES = st.one_of(
    st.sampled_from(["14", "no", "2.5", "a: b", "x # y", "", "- z", "[1, 2]", "it's", '"q"', "{", "妈妈", "a\nb", "-", "~", "1,2", " "]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
).map(str.strip)  # fmt: skip
NAMES = st.sampled_from(["age", "sex", "年龄", "born in", "x: y", "no", "name", "attributes"])


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=20)
@given(data=st.data())
def test_what_was_changed_is_taken_back_byte_for_byte(layout, data):
    text = LAYOUTS[layout]
    known = states(text, "case")
    steps = []
    for key, state in known.items():
        if data.draw(st.booleans()):
            values = data.draw(st.dictionaries(NAMES, VALUES, max_size=3))
            after = {**state, "attributes": {**state.get("attributes", {}), **values}}
            if data.draw(st.booleans()):
                after["name"] = data.draw(VALUES) or "N"
            steps.append(Step(key, state, after))
    for key in data.draw(st.lists(st.sampled_from(["n1", "n2", "新"]), unique=True)):
        values = data.draw(st.dictionaries(NAMES, VALUES.filter(bool), max_size=3))
        steps.append(Step(key, None, {"id": key, "name": data.draw(VALUES) or key, "attributes": values}))
    after, again = changed_and_back(text, "case", steps)
    found = states(after, "case")
    assert {step.key: found[step.key].get("attributes", {}) for step in steps} == {
        step.key: step.after["attributes"] for step in steps
    }
    assert {key: found[key] for key in known if key not in {step.key for step in steps}} == {
        key: known[key] for key in known if key not in {step.key for step in steps}
    }
    assert again == text


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=20)
@given(
    names=st.dictionaries(NAMES, st.sampled_from(["text", "integer", "yes/no"])), people=st.lists(VALUES, max_size=3)
)
def test_attribute_types_and_participants_come_and_go_likewise(layout, names, people):
    text = LAYOUTS[layout]
    known = states(text, "attribute")
    steps = [
        Step(name, known.get(name), {"type": kind}) for name, kind in names.items() if known.get(name) != {"type": kind}
    ]
    after, again = changed_and_back(text, "attribute", steps)
    assert states(after, "attribute") == known | {name: {"type": kind} for name, kind in names.items()}
    assert again == text
    new = [
        Step(f"q{n}", None, {"id": f"q{n}", "name": name, "role": name, "case": "a"}) for n, name in enumerate(people)
    ]
    after, again = changed_and_back(text, "participant", new)
    assert [states(after, "participant")[step.key].get("role", "") for step in new] == people
    assert again == text


def test_only_the_lines_concerned_change():
    state = states(BY_HAND, "case")["a"]
    step = Step("a", state, {**state, "attributes": {"age": "15", "sex": "girl", "town": "X"}})
    after = change_project_text(BY_HAND, "case", [step])
    assert after == BY_HAND.replace("age: 14      #", "age: 15      #").replace(
        "sex: 'girl'\n", "sex: 'girl'\n      town: X\n"
    )


def test_a_value_taken_away_leaves_its_place_and_comment():
    state = states(BY_HAND, "case")["a"]
    after = change_project_text(
        BY_HAND, "case", [Step("a", state, {**state, "attributes": {"age": "", "sex": "girl"}})]
    )
    assert after == BY_HAND.replace("age: 14      #", "age:      #")


def test_an_old_log_line_that_has_only_the_id_still_comes_and_goes():
    after = change_project_text(BY_HAND, "case", [Step("c", None, {"id": "c"})])
    assert states(after, "case")["c"] == {"id": "c", "name": "c"}
    assert change_project_text(after, "case", [Step("c", {"id": "c"}, None)]) == BY_HAND


@pytest.mark.parametrize(
    ("step", "message"),
    [
        pytest.param(Step("a", None, {"id": "a"}), "already", id="there already"),
        pytest.param(Step("z", {"id": "z"}, None), "not in project.yaml any more", id="gone"),
        pytest.param(Step("a", {"id": "a"}, None), "changed since in project.yaml .name, age, sex", id="more in it than was made"),
        pytest.param(Step("a", {"id": "a", "name": "Family A", "attributes": {"age": "9"}},
                          {"id": "a", "name": "Family A", "attributes": {"age": "10"}}), "age", id="another value by now"),
    ],
)  # fmt: skip
def test_what_is_not_as_a_step_expects_it_is_left_alone(step, message):
    with pytest.raises(CannotUndo, match=message):
        change_project_text(BY_HAND, "case", [step])


def test_a_field_changed_by_hand_meanwhile_stays_when_another_is_taken_back():
    state = states(BY_HAND, "case")["b"]
    steps = with_layout(BY_HAND, "case", [Step("b", state, {**state, "attributes": {"age": "9"}})])
    after = change_project_text(BY_HAND, "case", steps).replace("name: B\n", "name: Bo  # mended\n")
    assert change_project_text(after, "case", back(steps)) == BY_HAND.replace("name: B\n", "name: Bo  # mended\n")


@pytest.mark.parametrize(
    "text", ["title: T\ncases: [{id: a}, {id: b}]\n", "---\ntitle: T\ncases:\n- id: a\n- id: b\n..."]
)
def test_other_layouts_are_changed_too(text):
    after = change_project_text(
        text, "case", [Step("c", None, {"id": "c"}), Step("a", {"id": "a"}, {"id": "a", "attributes": {"x": "1"}})]
    )
    assert states(after, "case") == {
        "a": {"id": "a", "attributes": {"x": "1"}},
        "b": {"id": "b"},
        "c": {"id": "c", "name": "c"},
    }


def test_a_text_that_stands_for_another_is_not_changed_behind_its_back():
    text = "title: T\ncases:\n- id: a\n  attributes: &x {age: 14}\n- id: b\n  attributes: *x\n"
    steps = [Step("a", states(text, "case")["a"], {"id": "a", "attributes": {"age": "15"}})]
    after = text
    with suppress(BadFile):
        after = change_project_text(text, "case", steps)
    assert states(after, "case")["b"] == states(text, "case")["b"]


@pytest.mark.parametrize("text", ["cases: [\n", "title: T\ncases: {a: b\n", "\t\n"])
def test_a_broken_file_is_not_written_to(tmp_path, text):
    path = tmp_path / "project.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadFile):
        change_project(path, "case", [Step("c", None, {"id": "c"})])
    assert path.read_text("utf-8") == text


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte-order mark"])
def test_windows_line_ends_and_a_byte_order_mark_stay(tmp_path, mark):
    path = tmp_path / "project.yaml"
    data = mark + BY_HAND.replace("\n", "\r\n").encode()
    path.write_bytes(data)
    steps = steps_with_layout(path, "case", [Step("c", None, {"id": "c", "attributes": {"age": "3"}})])
    change_project(path, "case", steps)
    assert path.read_bytes().startswith(mark)
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n")
    assert [case.id for case in read_project(path)[0].cases] == ["a", "b", "c"]
    change_project(path, "case", back(steps))
    assert path.read_bytes() == data


def test_files_that_differ_only_in_what_is_empty_say_the_same():
    one = load_yaml("title: T\ncases: []\n", "p").value
    assert says_the_same(one, load_yaml("title: T\nattributes:\n", "p").value)
    assert not says_the_same(one, load_yaml("title: T\ncases:\n- id: a\n", "p").value)
