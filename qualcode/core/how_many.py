"""Counted things in words: "1 coding", "3 codings", "2 memories"."""

from __future__ import annotations


def how_many(number: int, one: str, many: str = "", form: str = "") -> str:
    """The number and what is counted, which may take its verb along; the plural is `one` with an s where it is not given.

    `form` is how the number is written, as "," for thousands set apart.

    >>> how_many(1, "coding"), how_many(1234, "coding", form=","), how_many(2, "name is", "names are")
    ('1 coding', '1,234 codings', '2 names are')
    """
    return f"{number:{form}} {one if number == 1 else many or one + 's'}"
