"""The lines of a TOML text at which its keys and tables stand. tomllib and pydantic name keys, and people look for lines."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

KEY = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
PATH = rf"{KEY}(?:\s*\.\s*{KEY})*"
HEADER = re.compile(rf"\s*(\[\[?)\s*({PATH})\s*\]")
ASSIGNMENT = re.compile(rf"\s*({PATH})\s*=")
MULTILINE = re.compile(r'"""|' + "'''")

Path = tuple[str | int, ...]


class Place(NamedTuple):
    """A line that sets a key, or begins a table: `path` holds the number of each element of an array of tables, too."""

    line: int
    path: Path
    is_table: bool


def iter_places(text: str) -> Iterator[Place]:
    """Yield the keys and tables of a TOML text, which need not be valid, in the order of its lines. Keys of inline tables are not among them."""
    counts: dict[Path, int] = {}
    table: Path = ()
    is_in_text = False
    for number, line in enumerate(text.splitlines(), 1):
        was_in_text, is_in_text = is_in_text, is_in_text ^ bool(len(MULTILINE.findall(line)) % 2)
        if was_in_text:
            continue
        if header := HEADER.match(line):
            table = ()
            *parents, last = _parts(header[2])
            for parent in parents:
                table += (parent,)
                table += (counts[table] - 1,) if table in counts else ()
            table += (last,)
            if header[1] == "[[":
                counts[table] = counts.get(table, 0) + 1
                table += (counts[table] - 1,)
            yield Place(number, table, is_table=True)
        elif assignment := ASSIGNMENT.match(line):
            yield Place(number, table + _parts(assignment[1]), is_table=False)


def find_place(path: Sequence[str | int], text: str) -> Place | None:
    """Return the place of a value: of its key, else of the nearest table or key that holds it; None if there is none."""
    places = list(iter_places(text))
    for length in range(len(path), 0, -1):
        wanted = tuple(path[:length])
        # One table may stand in place of an array of tables: [campaigns] for [[campaigns]].
        for form in dict.fromkeys((wanted, without_numbers(wanted))):
            for place in places:
                if place.path == form:
                    return place
    return None


def without_numbers(path: Path) -> Path:
    """Return a path without the numbers of elements."""
    return tuple(part for part in path if not isinstance(part, int))


def _parts(written: str) -> tuple[str, ...]:
    """Return the keys of a dotted key as TOML reads them."""
    try:
        value = tomllib.loads(f"{written} = 0")
    except tomllib.TOMLDecodeError:
        return (written,)
    parts: tuple[str, ...] = ()
    while isinstance(value, dict):
        ((part, value),) = value.items()
        parts += (part,)
    return parts
