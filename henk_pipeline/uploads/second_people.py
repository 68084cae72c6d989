"""Names and contacts of the second and further named people of a row, by the mark that their headers share ("Donor 2", "Phone 2") or by their place.

A mark is a number, a letter or a word; those of one place are equal (2, B, Second). They are [marks] of schemas/upload/roles.toml.
By its place a number right behind the name of another person is that person's ("Name", "Phone", "Spouse", "Phone 2").
"""

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Literal, NamedTuple

import polars as pl

from henk_pipeline.consent.statements import read_statement
from henk_pipeline.uploads import roles
from henk_pipeline.uploads.column_contents import CONTENT_SHARE, FULL_NAME_CELL, contents_of, holds_people, sample_of, share_of
from henk_pipeline.uploads.phone_columns import names_owners_of_numbers

FIRST_MARKS = ("", "1")
OTHER = "other"
WITH_LETTERS_ONLY = r"^\D*\p{L}\D*$"
# People of one home, whose number is that of both.
HOUSEHOLD = {"spouse", "partner"}
HOME_WORDS = frozenset(
    {"home", "household", "landline", "privat", "festnetz", "domicile", "fixe", "casa", "fijo", "thuis", "vaste", "fixo"}
)
# People whose number seldom stands behind their names: those who look after the lead for the organisation.
LOOKS_AFTER = {"owner", "rep", "staff", "captain", "fundraiser", "referrer"}
# Which contacts of its mark are those of a name: all, those that stand behind it, or those of the columns of its mark right behind it.
Reach = Literal["all", "behind", "next"]


class Marked(NamedTuple):
    """A header without its mark: `mark` ("" where it has none), the other words, and whether an initial stood before it ("P2 Phone")."""

    mark: str
    base: tuple[str, ...]
    has_initial: bool = False


class SecondPeople(NamedTuple):
    """`excluded`: column of a second person → the reason. `fields`: column of the first one → field, where only the mark says so."""

    excluded: dict[str, str]
    fields: dict[str, str]


@lru_cache(maxsize=1)
def _marks() -> dict[str, str]:
    return {roles.words_of(word)[0]: mark for mark, words in roles.load_roles().marks.items() for word in words}


@lru_cache(maxsize=20_000)
def read_mark(header: str) -> Marked:
    """Divide a header into its mark and its other words. An initial with a number comes first, and "other" last."""
    words = roles.words_of(header)
    parts = [part for word in words for part in (re.findall(r"\D+|\d", word) if re.fullmatch(r"[^\W\d]+\d", word) else [word])]
    marks = _marks()
    for place, (part, following) in enumerate(itertools.pairwise(parts)):
        if len(part) == 1 and part.isalpha() and following.isdigit() and following in marks:
            return Marked(marks[following], (*parts[:place], *parts[place + 2 :]), has_initial=True)
    places = sorted((marks[part] == OTHER, place) for place, part in enumerate(parts) if part in marks)
    if not places:
        return Marked("", tuple(parts))
    place = places[0][1]
    return Marked(marks[parts[place]], (*parts[:place], *parts[place + 1 :]))


def find_second_people(
    table: pl.DataFrame, columns: Sequence[str], exact: Mapping[str, str], by_key: Mapping[str, str], numbers: Mapping[str, str]
) -> SecondPeople:
    """Find the columns of second and further named people, and those of the first that only a mark names.

    Args:
        table: The text table.
        columns: The headers that nothing else has decided.
        exact: Column → field, of the columns whose full name is a field's.
        by_key: Name key of a field's name → field.
        numbers: Column → field, of the columns whose names say word by word that they hold numbers to call.
    """
    reader = _Reader(table, columns, exact, by_key, numbers)
    return SecondPeople({}, {}) if not reader.seconds else SecondPeople(reader.excluded(), reader.fields_of_first())


def find_by_place(
    table: pl.DataFrame,
    columns: Sequence[str],
    excluded: Mapping[str, str],
    fields: Mapping[str, str],
    own: Sequence[str],
    is_of_lead: Callable[[str], bool],
) -> dict[str, str]:
    """Find the contacts that stand right behind the names of another person and are that person's, not the lead's.

    "Name, Phone, Spouse, Phone 2": the second number is the spouse's. Where the lead has no other contact of its channel, or has those only
    behind the same names, they are the lead's: "Name, Spouse, Phone, Phone 2".

    Args:
        table: The text table.
        columns: The headers that nothing else has decided.
        excluded: Column → reason, of the columns of other people.
        fields: Column → field, of all columns whose field is known.
        own: The columns of names of the lead.
        is_of_lead: Returns whether a column holds names of the lead.

    Returns:
        Column → reason.
    """
    names = [column for column in columns if column in excluded and _names_another(table, column, fields)]
    names += [column for column in _unknown_people(table, columns, excluded, fields) if not is_of_lead(column)]
    if not names:
        return {}
    order, others = table.columns, {*excluded, *names}
    held = {**contents_of(table, [column for column in order if column not in fields and column not in others]), **fields}
    runs = _Runs(order, held, others, set(columns) - others)
    is_before = _stand_before_their_names(runs, own)
    behind_own = {column for name in own for column in (runs.before(name) if is_before else runs.behind(name))}
    reasons: dict[str, str] = {}
    for name in sorted(names, key=order.index):
        run = runs.before(name) if is_before else runs.behind(name)
        before = [column for column in order[: order.index(name)] if column not in others and column not in reasons and column not in run]
        contacts = [column for column in {*before, *behind_own} - set(run) if held.get(column) in roles.CONTACT_FIELDS]
        for column in run:
            if any(_stands_against(name, column, contact, held) for contact in contacts):
                reasons[column] = f"it is of another person (“{name}”)"
    return reasons


class _Runs(NamedTuple):
    """The columns of a file in order, the fields of those that are known, those of other people, and those that may be taken."""

    order: Sequence[str]
    held: Mapping[str, str]
    others: AbstractSet[str]
    free: AbstractSet[str]

    def _is_contact(self, column: str) -> bool:
        """Return whether a column holds contacts and names no role."""
        is_free = column in self.free and self.held.get(column) in roles.CONTACT_FIELDS
        return is_free and roles.read_heading(column).role == roles.NO_ROLE

    def behind(self, name: str) -> list[str]:
        """Return the contacts that stand right behind the columns of a person's names."""
        role, place = roles.read_heading(name).role, self.order.index(name) + 1
        while place < len(self.order) and self._is_between(self.order[place], role, is_other=name in self.others):
            place += 1
        return list(itertools.takewhile(self._is_contact, self.order[place:]))

    def before(self, name: str) -> list[str]:
        """Return the contacts that stand right before a column of names."""
        return list(itertools.takewhile(self._is_contact, reversed(self.order[: self.order.index(name)])))

    def _is_between(self, column: str, role: str, *, is_other: bool) -> bool:
        """Return whether a column says more of the person before it and is no contact: the other name, the relationship, the day of birth."""
        if self.held.get(column) in roles.CONTACT_FIELDS:
            return False
        if not _words_between().isdisjoint(roles.words_of(column)):
            return True
        is_of_role = roles.read_heading(column).role == role and is_other == (column in self.others)
        return is_of_role and (role != roles.NO_ROLE or self.held.get(column) in roles.NAME_FIELDS)


def _stand_before_their_names(runs: _Runs, own: Sequence[str]) -> bool:
    """Return whether contacts stand before the names in a file ("Phone, Name, Phone 2, Spouse"): it begins with them and ends with a name."""
    first = min(own, key=runs.order.index, default=None)
    if first is None or not runs.before(first) or len(runs.before(first)) != runs.order.index(first):
        return False
    return not any(runs.behind(name) for name in runs.others if name in runs.order)


def _stands_against(name: str, column: str, contact: str, held: Mapping[str, str]) -> bool:
    """Return whether a contact of the lead shows that one behind another name is not the lead's, as a column of the same channel.

    A number of the home is that of both people of a home. What stands behind the name of somebody who only looks after the lead ("Owner") is that
    one's only where its name repeats the lead's ("Phone", "Phone 2").
    """
    if (held[column] == "email") != (held[contact] == "email"):
        return False
    role, (mark, base, _) = roles.read_heading(name).role, read_mark(column)
    if role in HOUSEHOLD and not HOME_WORDS.isdisjoint(base) and mark in FIRST_MARKS:
        return False
    return role not in LOOKS_AFTER or base == read_mark(contact).base


def _unknown_people(table: pl.DataFrame, columns: Sequence[str], excluded: Mapping[str, str], fields: Mapping[str, str]) -> list[str]:
    """Return columns under words that are no role ("Better Half") whose cells name people, right before or behind another column that is known."""
    things = {words_of_thing for thing in roles.load_roles().leaders["things"] for words_of_thing in roles.words_of(thing)}
    unknown = [
        column
        for column in columns
        if column not in fields
        and column not in excluded
        and roles.read_heading(column).role == roles.NO_ROLE
        and things.isdisjoint(roles.words_of(column))
        and read_statement(column).polarity is None
    ]
    return [column for column in unknown if holds_people(sample_of(table, column))]


def _names_another(table: pl.DataFrame, column: str, fields: Mapping[str, str]) -> bool:
    """Return whether a column of another person holds names of people."""
    heading = roles.read_heading(column)
    if fields.get(column, "full_name") not in roles.NAME_FIELDS or heading.role in roles.NO_PEOPLE or names_owners_of_numbers(column):
        return False
    cells = sample_of(table, column)
    return not len(cells) or share_of(cells, WITH_LETTERS_ONLY) >= CONTENT_SHARE / 2


@lru_cache(maxsize=1)
def _words_between() -> frozenset[str]:
    return frozenset(roles.words_of(word)[0] for word in roles.load_roles().neutral["between"])


class _Reader:
    """The headers of a file with their marks, and which of them name people."""

    def __init__(
        self,
        table: pl.DataFrame,
        columns: Sequence[str],
        exact: Mapping[str, str],
        by_key: Mapping[str, str],
        numbers: Mapping[str, str],
    ) -> None:
        self.table, self.columns, self.exact, self.by_key, self.numbers = table, columns, exact, by_key, numbers
        self.marked = {column: read_mark(column) for column in columns}
        # Most files name nobody under a mark: their cells are not looked at.
        self.seconds: dict[str, Reach] = {}
        if all(marked.mark in FIRST_MARKS for marked in self.marked.values()):
            return
        self.holds = contents_of(table, list(columns))
        self.plain_names = {column for column, field in exact.items() if field in roles.NAME_FIELDS and not roles.read_heading(column).role}
        reaches = {column: reach for column in columns if (reach := self._reach(column)) is not None}
        leads = {column for column, reach in reaches.items() if reach != "next"} | self.plain_names
        if not leads:
            reaches = dict.fromkeys(reaches, "all")
        if any(self.marked[column].mark in FIRST_MARKS or column in self.plain_names for column in leads or reaches):
            self.seconds = {column: reach for column, reach in reaches.items() if self.marked[column].mark not in FIRST_MARKS}

    def _reach(self, column: str) -> Reach | None:
        """Return which contacts are those of the person whom a column names; None where it names nobody."""
        if not self._may_name_people(column):
            return None
        base = self.marked[column].base
        heading = roles.read_heading(" ".join(base))
        # "Second Name" is a family name, though "Name" is a full one.
        field = self.exact.get(column) or self.by_key.get(heading.key if heading.role else "".join(base))
        if heading.role:
            return self._reach_of_role(base, heading) if not heading.rest or field in roles.NAME_FIELDS else None
        if field is None and heading.rest:
            return "next" if self._is_one_of_several(column) else None
        if not base or field not in {*roles.NAME_FIELDS, None}:
            return None
        is_doubtful = field == "last_name" or self.marked[column].mark == OTHER
        return self._reach_next_to_plain(base) if not is_doubtful or self._is_full_name(column) else None

    def _may_name_people(self, column: str) -> bool:
        """Return whether neither the name nor the cells of a column speak against names of people."""
        if column in self.holds or column in self.numbers or self.exact.get(column, "full_name") not in roles.NAME_FIELDS:
            return False
        cells = sample_of(self.table, column)
        return not len(cells) or share_of(cells, WITH_LETTERS_ONLY) >= CONTENT_SHARE / 2

    def _reach_of_role(self, base: tuple[str, ...], heading: roles.Heading) -> Reach | None:
        if heading.role in roles.NO_PEOPLE:
            return None
        if heading.kind in ("adult", "further"):
            return "all"
        return self._reach_next_to_plain(base) if heading.kind == "own" else "next"

    def _reach_next_to_plain(self, base: tuple[str, ...]) -> Reach:
        """Return the reach of a name that may be of a companion of the person ("Name, Phone, Phone 2, Guest 1, Guest 2")."""
        bases = {self.marked[column].base for column in self.plain_names}
        return "behind" if bases and base not in bases else "all"

    def _is_full_name(self, column: str) -> bool:
        """Return whether a column holds full names, in a file that has no columns of given names ("Surname", "Other Names")."""
        halves = {"first_name"} if self.exact.get(column) == "last_name" else {"first_name", "last_name"}
        base = self.marked[column].base
        # The first of two people may be called as one half is ("Nom", "Nom 2"), and "First Name" is one.
        others = {
            self.exact[other] for other in self.exact if other != column and (self.marked[other].mark or self.marked[other].base != base)
        }
        return not halves & others and share_of(sample_of(self.table, column), FULL_NAME_CELL) >= CONTENT_SHARE

    def _is_one_of_several(self, column: str) -> bool:
        """Return whether columns of full names differ in their marks only, under a word that is no role ("Walker", "Walker 2")."""
        base = self.marked[column].base
        alike = [other for other, marked in self.marked.items() if marked.base == base]
        things = {roles.words_of(thing)[0] for thing in roles.load_roles().leaders["things"]}
        return (
            len(alike) > 1
            and things.isdisjoint(base)
            and all(share_of(sample_of(self.table, other), FULL_NAME_CELL) >= CONTENT_SHARE for other in alike)
        )

    def _contact(self, column: str) -> str | None:
        """Return the field of contacts that a header names without its mark, else what its cells hold; None where it is none."""
        base = self.marked[column].base
        heading = roles.read_heading(" ".join(base))
        field = self.by_key.get("".join(base)) or self.by_key.get(heading.key) or self.numbers.get(column)
        return field if field in roles.CONTACT_FIELDS else self.holds.get(column)

    def _owner(self, column: str) -> str | None:
        """Return the column of names of the second person whose contacts a column holds; None where it is nobody's of them."""
        role = roles.read_heading(" ".join(self.marked[column].base)).role
        mark, place = self.marked[column].mark, self.columns.index(column)
        run = place
        while run and self.marked[self.columns[run - 1]].mark == mark:
            run -= 1
        for name, reach in self.seconds.items():
            at = self.columns.index(name)
            is_reached = {"all": True, "behind": at < place, "next": run <= at < place}[reach]
            of_name = roles.read_heading(" ".join(self.marked[name].base)).role
            if self.marked[name].mark == mark and is_reached and role in (roles.NO_ROLE, of_name):
                return name
        return None

    def excluded(self) -> dict[str, str]:
        """Return column → reason, of names and contacts of second people."""
        owners = {column: self._owner(column) for column in self.columns if column not in self.seconds and self._contact(column)}
        reasons = {column: f"it is of another person (“{owner}”)" for column, owner in owners.items() if owner is not None}
        return dict.fromkeys(self.seconds, "it is of another person (second person)") | reasons

    def fields_of_first(self) -> dict[str, str]:
        """Return column → field, of names and contacts of the first person that have a mark and no other name ("Donor 1", "D1 Phone")."""
        bases = {self.marked[column].base for column in self.seconds}
        fields: dict[str, str] = {}
        for column, (mark, base, has_initial) in self.marked.items():
            if mark != "1" or column in self.exact:
                continue
            if base in bases and not self.plain_names:
                heading = roles.read_heading(" ".join(base))
                field = self.by_key.get(heading.key) or "full_name"
                # Without a role, a column of family names got here because it holds full names ("Nom 1").
                fields[column] = "full_name" if field == "last_name" and not heading.role else field
            elif (contact := self._contact(column)) and (has_initial or not re.search(r"\d", column)):
                fields[column] = contact
        return fields
