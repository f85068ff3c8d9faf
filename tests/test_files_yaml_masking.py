"""Words replaced in YAML that people wrote: values, comments and names change, ids, order and layout do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualcode.files.yaml_masking import masked_value, masked_yaml
from qualcode.files.yaml_text import load_yaml


def mei(text):
    return text.replace("Anna", "Mei: x")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: Anna  # of Anna\n", 'a: "Mei: x"  # of Mei: x\n'),
        ("# Anna\nid: Anna\n", "# Mei: x\nid: Anna\n"),
        ("speakers:\n  Anna: Anna\n", 'speakers:\n  "Mei: x": Anna\n'),
        ("speakers: [Anna, B]\n", 'speakers: ["Mei: x", B]\n'),
        ("a: |\n  x\n  Anna\nb: 1\n", "a: |\n  x\n  Mei: x\nb: 1\n"),
        ("b: 'no Ann'\n", "b: 'no Ann'\n"),
    ],
    ids=["comment", "id", "labels", "list", "block", "nothing"],
)
def test_yaml_is_masked_in_place(before, after):
    assert masked_yaml(before, mei) == after


def test_names_stay_where_only_what_is_written_about_things_is_masked():
    assert masked_yaml("name: Anna\nexample: Anna\n", mei, names=False) == 'name: Anna\nexample: "Mei: x"\n'


def test_other_ids_are_put_where_things_are_named():
    text = "cases:\n- {id: anna, name: A}\nfilters: {a: case:anna and code:anna-s}\nabout: {case: anna, code: anna}\n"

    loaded = load_yaml(masked_yaml(text, mei, ids={"anna": "mei"}), "").value

    assert loaded["cases"][0]["id"] == "mei"
    assert loaded["filters"] == {"a": "case:mei and code:anna-s"}
    assert loaded["about"] == {"case": "mei", "code": "anna"}


TEXTS = st.lists(st.sampled_from(["Anna", "x", " ", "\n", "#", ": ", "'", '"', "- ", "é", "生"]), max_size=8).map(
    "".join
)


@given(st.dictionaries(st.sampled_from(["title", "note", "id", "name"]), TEXTS, min_size=1))
def test_whatever_the_layout_it_says_what_it_should(data):
    import yaml

    text = yaml.safe_dump(data, allow_unicode=True)

    assert load_yaml(masked_yaml(text, mei), "").value == masked_value(load_yaml(text, "").value, mei)
