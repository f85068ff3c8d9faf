"""The options of `qualcode cases ...` and `qualcode participants ...`."""

from __future__ import annotations

from typing import Any


def add_cases(command: Any, group: Any, project: Any, coder: Any, listing: Any) -> None:
    """`cases` and `participants`, which list, with the verbs that declare and change them."""
    sub = group("cases", "lists:cases", "list the cases, with counts and attributes; import and change attributes",
                "qualcode cases", project, listing)  # fmt: skip
    bring = sub("import", "cases:import_file", "add cases and change their attributes from a table (.csv, .tsv, .xlsx), a row a case",
                "qualcode cases import cases.xlsx --dry-run", project, coder, listing)  # fmt: skip
    bring.add_argument("file", metavar="FILE")
    bring.add_argument(
        "--case-column", metavar="NAME", default="",
        help="the column that names the case (default: one called case, id or name, else the first)",
    )  # fmt: skip
    bring.add_argument("--sheet", metavar="S", default="", help="this sheet of a workbook (default: the first)")
    bring.add_argument("--encoding", metavar="E", default="", help="the encoding of a text file (default: found out)")
    bring.add_argument(
        "--empty-erases", action="store_true", help="an empty cell takes the value away (default: it says nothing)"
    )
    bring.add_argument("--dry-run", action="store_true", help="only show what would change")
    change = sub("set", "cases:set_case", "give a case attributes, or another name",
                 "qualcode cases set liang child_age=14 caregiver='grandmother and father'", project, coder)  # fmt: skip
    change.add_argument("case", metavar="CASE", help="id or name")
    change.add_argument("values", metavar="NAME=VALUE", nargs="*", help="an attribute; NAME= takes its value away")
    change.add_argument("--name", metavar="T", default="", help="the case's name; its id stays")
    change.add_argument("--new", action="store_true", help="declare the case if it is not there")
    people = group(
        "participants",
        "cases:participants",
        "list the participants; add one",
        "qualcode participants",
        project,
        listing,
    )
    add = people("add", "cases:add_participant", "declare a participant: someone who speaks, or is spoken of",
                 "qualcode participants add grandmother-liang --name Grandmother --role grandparent --case liang",
                 project, coder)  # fmt: skip
    add.add_argument("id", metavar="ID")
    add.add_argument(
        "--name", metavar="N", default="", help="the name, as in the labels of transcripts (default: the id)"
    )
    add.add_argument("--role", metavar="R", default="", help="mother, child, teacher ...; comparisons by role go by it")
    add.add_argument("--case", metavar="C", default="", help="the case that they belong to")
