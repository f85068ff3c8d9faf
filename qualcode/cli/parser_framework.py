"""The options of `qualcode filters ...` and `qualcode framework ...`."""

from __future__ import annotations

from typing import Any


def add_filters(group: Any, project: Any, coder: Any, listing: Any) -> None:
    """`filters`, which lists the saved ones, with the verbs that save and delete them."""
    sub = group("filters", "saved_filters:show", "list the saved filters, with how many codings match; save and delete them",
                "qualcode filters", project, listing)  # fmt: skip
    save = sub("save", "saved_filters:save", "save an expression of --where under a name, to be used as filter:NAME",
               "qualcode filters save children 'role:child and not kind:chat'", project, coder)  # fmt: skip
    save.add_argument("name", metavar="NAME")
    save.add_argument("expression", metavar="EXPR", help="as for --where; a filter of this name is changed")
    delete = sub("delete", "saved_filters:delete", "delete a saved filter", "qualcode filters delete children",
                 project, coder)  # fmt: skip
    delete.add_argument("name", metavar="NAME")
