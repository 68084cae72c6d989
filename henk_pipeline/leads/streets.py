"""What tells two doors of one street apart: number, units, kind and heading of the street. Reads schemas/upload/streets.toml."""

import re
import tomllib
from functools import lru_cache
from typing import Any, NamedTuple

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from henk_pipeline.settings import schemas_folder

ORDINAL = re.compile(r"^[0-9]+(?:st|nd|rd|th)$")
NUMBERED = re.compile(r"^[a-z]?[0-9]+[a-z]?$")
HOUSE_NUMBER = re.compile(r"^0*([0-9]+)([a-z]?)$")
# Of one word the part before an ending has at least so many letters.
MIN_STEM_LENGTH = 3
DOOR_SCHEMA: dict[str, Any] = {"door_number": pl.String, "units": pl.List(pl.String), "kind": pl.String, "heading": pl.String}


class Units(BaseModel):
    """Words before the number of a flat, a building or a floor, and words that are a unit by themselves."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: frozenset[str] = Field(min_length=1)
    buildings: frozenset[str]
    floors: frozenset[str]
    ends: frozenset[str]


class StreetWords(BaseModel):
    """`streets.toml` as it stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    units: Units
    headings: dict[str, list[str]]
    kinds: dict[str, list[str]]
    endings: dict[str, str]


class Door(NamedTuple):
    """The parts of an address that tell two doors of one street apart; empty where it has none."""

    number: str
    units: tuple[str, ...]
    kind: str
    heading: str


@lru_cache(maxsize=1)
def load_street_words() -> StreetWords:
    """Return the validated table schemas/upload/streets.toml."""
    return StreetWords.model_validate(tomllib.loads((schemas_folder() / "upload" / "streets.toml").read_text("utf-8")))


@lru_cache(maxsize=1)
def _short_forms() -> tuple[dict[str, str], dict[str, str]]:
    """Return the kind and the heading that each word stands for."""
    words = load_street_words()
    kinds, headings = ({word: short for short, some in table.items() for word in some} for table in (words.kinds, words.headings))
    return kinds, headings


def doors(addresses: pl.Series) -> pl.DataFrame:
    """Return the parts (DOOR_SCHEMA) of folded addresses, row by row; null where one has none."""
    distinct = addresses.drop_nulls().unique()
    parts = [parse_door(address) for address in distinct]
    columns = {name: [part[place] or None for part in parts] for place, name in enumerate(DOOR_SCHEMA)}
    table = pl.DataFrame({"address": distinct, **columns}, schema={"address": pl.String, **DOOR_SCHEMA})
    return addresses.to_frame("address").join(table, on="address", how="left", maintain_order="left").select(*DOOR_SCHEMA)


@lru_cache(maxsize=50_000)
def parse_door(address: str) -> Door:
    """Divide a folded address ("500 n main st apt 3") into what tells it from another door of the street.

    A number or letter that is not the house number is a unit's or a numbered street's ("21st"): of both, two addresses
    with different ones are two doors.
    """
    units, words = _units(address.split())
    number, rest = "", []
    for place, word in enumerate(words):
        is_number = HOUSE_NUMBER.match(word)
        if is_number and not number:
            number = is_number[1]
            units.extend(is_number[2])
        elif ORDINAL.match(word):
            units.append(word)
        elif NUMBERED.match(word):
            units.append(word.lstrip("0") or word)
        elif place and HOUSE_NUMBER.match(words[place - 1]) and len(word) == 1 and _is_letter_of(words, place, units):
            # "12 A Elm St", "Hauptstr. 5 a", "# 3 B": the letter belongs to the number.
            if words[place - 1] in units[-1:]:
                units[-1] += word
            else:
                units.append(word)
        else:
            rest.append(word)
    kinds, headings = _short_forms()
    ways = [headings[word] for word in rest if word in headings]
    names = [word for word in rest if word not in headings]
    units.extend(word for word in names if len(word) == 1)
    return Door(number, tuple(sorted(set(units))), _kind(names, kinds), " ".join(sorted(set(ways))) if names else "")


def _units(words: list[str]) -> tuple[list[str], list[str]]:
    """Return the units that words name, and the words that are left."""
    table = load_street_words().units
    units: list[str] = []
    rest: list[str] = []
    place = 0
    while place < len(words):
        word, following = words[place], words[place + 1] if place + 1 < len(words) else ""
        prefix = "" if word in table.words else "building " if word in table.buildings else "floor " if word in table.floors else None
        if prefix is not None and following and (len(following) == 1 or NUMBERED.match(following)):
            unit, place = following.lstrip("0") or following, place + 2
            after = words[place] if place < len(words) else ""
            if unit.isdigit() and len(after) == 1 and after.isalpha():
                unit, place = unit + after, place + 1
            units.append(prefix + unit)
        elif following in table.floors and rest and (ORDINAL.match(word) or NUMBERED.match(word)):
            units.append("floor " + re.sub("[^0-9]", "", word))
            place += 2
        elif word in table.ends and rest and place + 1 >= len(words):
            units.append(word)
            place += 1
        elif word in table.words and units and not following:
            place += 1
        else:
            rest.append(word)
            place += 1
    return units, rest


def _is_letter_of(words: list[str], place: int, units: list[str]) -> bool:
    """Return whether a letter behind a number is no heading of the street: one behind the house number at the end is none ("Hauptstr. 5 e")."""
    _, headings = _short_forms()
    return words[place] not in headings or (place + 1 == len(words) and words[place - 1] not in units)


def _kind(names: list[str], kinds: dict[str, str]) -> str:
    """Return the kind of a street: its last word of one, or the ending of a word ("hauptstr")."""
    named = [kinds[word] for word in names if word in kinds]
    if named and len(names) > 1:
        return named[-1]
    for word in reversed(names):
        for ending, kind in load_street_words().endings.items():
            if word.endswith(ending) and len(word) >= len(ending) + MIN_STEM_LENGTH:
                return kind
    return ""
