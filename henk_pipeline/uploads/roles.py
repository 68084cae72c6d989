"""The role of a person in a header, the field in the rest of it, and the role of the file's person.

The vocabulary is schemas/upload/roles.toml. Nothing in this module looks at cells.
"""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator

from henk_pipeline.settings import schemas_folder

Kind = Literal["own", "further", "other", "adult", "child"]
# A plain header ("Email") has the role "".
NO_ROLE = ""
NAME_FIELDS = {"first_name", "last_name", "full_name"}
CONTACT_FIELDS = {"email", "phone", "mobile_phone"}
PERSON_FIELDS = NAME_FIELDS | CONTACT_FIELDS
# Parts of an address: a second one fills the rows in which the first is empty as a whole.
ADDRESS_FIELDS = {"street", "city", "state", "postal_code", "country"}
# Of a list of children and their adults, what a plain column ("DOB") says of the child.
FIELDS_OF_CHILDREN = {"birth_date", "preferred_language"}
# Words between a role and its field: "Email of Fundraiser", "Name der Mutter".
LINKS = {"of", "the", "s", "der", "des", "du", "de", "del", "della", "la", "le", "van", "het", "do", "da"}
# Words that head a name column and are no prefix of a person ("First Name", "Full Name").
NO_PREFIX = {
    "first",
    "last",
    "full",
    "given",
    "family",
    "middle",
    "name",
    "phone",
    "email",
    "e",
    "mobile",
    "cell",
    "home",
    "work",
    "display",
}
SENDER, RECIPIENT = "sender", "honoree"
PAYERS = {"buyer", SENDER}
# Words for the people a file is about: next to plain names, a number under one of them is no other person's ("Name", "Cell Phone", "Member Phone").
SELF = {"donor", "supporter", "constituent", "member", "subscriber", "customer", "voter"}
CALLERS = {"volunteer"}  # next to plain names theirs are the contacts of who calls, not of who is called
SPONSOR, CHILD = "sponsor", "child"
ATTENDEE, GUEST = "attendee", "guest"
NO_PEOPLE = {"employer", "organisation"}  # roles of which a name is no person's
EMPLOYEES = {"employee", "mitarbeiter", "mitarbeiterin", "empleado", "empleada", "medewerker", "salarie", "funcionario"}  # of gifts at work
HOST = ("host",)  # of the organisation's staff, unless guests come with a host
RUNNERS = {"participant", "attendee", "member"}  # they run, and are no donors if sponsors give
WITHOUT_PLURAL = {"pai"}  # "País" is a country
# Which of several adults a header is about ("Parent 2 Name", "Second Parent").
ORDINALS = {"first": 1, "1st": 1, "1": 1, "second": 2, "2nd": 2, "2": 2, "third": 3, "3rd": 3, "3": 3, "4": 4}
MAX_ORDINAL = 3
MAX_SHOWN = 4  # columns in a note
NUMBERED = re.compile(r"([^\d]*?[^\d\s_.-]?)[\s_.#-]*([1-4])(?!\d)[\s_.-]*([^\d]*)")
STUDENT = "student"
AT_THE_START = (("to",), ("from",), ("head",))  # roles at the start only: "Send to", "Where are you from", "Department head"
# Kinds of people whose columns are the person's only where their role is the person.
OTHERS: frozenset[Kind] = frozenset({"other", "adult", "child"})


class RoleTable(BaseModel):
    """`roles.toml` as it stands: by role the words for it, roles in order of precedence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    own: dict[str, list[str]] = Field(min_length=1)
    neutral: dict[Literal["words", "groups", "contacts", "emails", "person", "between"], list[str]]
    leaders: dict[Literal["by", "led", "things"], list[str]]
    doers: dict[Literal["by", "from", "gives", "whole", "contacts"], list[str]]
    further: dict[str, list[str]]
    other: dict[str, list[str]] = Field(min_length=1)
    adults: dict[str, list[str]] = Field(min_length=1)
    children: dict[str, list[str]] = Field(min_length=1)
    homonyms: dict[str, list[str]]
    addressees: dict[str, list[str]]
    marks: dict[str, list[str]] = Field(min_length=1)

    @model_validator(mode="after")
    def _check_words(self) -> "RoleTable":
        """Raise ValueError where a word is empty or stands for two roles."""
        roles_by_words: dict[tuple[str, ...], str] = {}
        for table in (self.own, self.further, self.other, self.adults, self.children, {"neutral": self.neutral["words"]}):
            for role, phrases in table.items():
                for phrase in phrases:
                    key = words_of(phrase)
                    if not key:
                        raise ValueError(f"role {role!r} has the empty word {phrase!r}")
                    if roles_by_words.setdefault(key, role) != role:
                        raise ValueError(f"{phrase!r} stands for {roles_by_words[key]!r} and for {role!r}")
        return self


class Heading(NamedTuple):
    """A parsed header: `role` (`NO_ROLE` where it names none), `kind` of the role, and the words of its field.

    `plain`: where it names a role, all words but the role's, as the header has them.
    """

    role: str
    kind: Kind
    rest: tuple[str, ...]
    plain: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The field's words as `known_names.name_key` writes them."""
        return "".join(self.rest)


class Persons(NamedTuple):
    """Which columns are the person's, and which are another's.

    `excluded`: column → why it is no column of the person. `fields`: column → field, of columns that a role and a field name together.
    `role`: of the person, `NO_ROLE` where no header names one. `notes`: what a person should know, in words.
    """

    role: str
    excluded: dict[str, str]
    fields: dict[str, str]
    notes: tuple[str, ...]


@lru_cache(maxsize=1)
def load_roles() -> RoleTable:
    """Return the validated table schemas/upload/roles.toml."""
    return RoleTable.model_validate(tomllib.loads((schemas_folder() / "upload" / "roles.toml").read_text("utf-8")))


@lru_cache(maxsize=50_000)
def words_of(header: str) -> tuple[str, ...]:
    """Return the words of a header in small letters, without accents: camel case, underscores and punctuation divide them."""
    divided = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", re.sub(r"['’`]s\b", "", header))
    divided = re.sub(r"(?i)\b(?:del)?l['’`](?=\w{2})", " ", divided)  # "Prénom de l'adhérent"
    plain = unicodedata.normalize("NFKD", divided.casefold())
    return tuple(re.findall(r"[^\W_]+", "".join(c for c in plain if not unicodedata.combining(c) and c not in "'’")))


@lru_cache(maxsize=1)
def _phrases() -> list[tuple[tuple[str, ...], str, Kind]]:
    """Return the words of every role, those of several words first, other people's before the person's own, adults' before their children's."""
    table = load_roles()
    kinds: list[tuple[Kind, dict[str, list[str]]]] = [
        ("other", table.other), ("adult", table.adults), ("child", table.children), ("own", table.own), ("further", table.further),
    ]  # fmt: skip
    role_phrases = [(words_of(phrase), role, kind) for kind, roles in kinds for role, phrases in roles.items() for phrase in phrases]
    role_phrases += [
        ((*words[:-1], f"{words[-1]}s"), role, kind)
        for words, role, kind in role_phrases
        if not words[-1].endswith("s") and words[-1] not in WITHOUT_PLURAL
    ]
    rank = {"other": 0, "adult": 1, "child": 2}
    return sorted(role_phrases, key=lambda phrase: (rank.get(phrase[2], len(rank)), -len(phrase[0])))


@lru_cache(maxsize=50_000)
def read_addressee(header: str) -> tuple[str, str] | None:
    """Return the addressee that a header names and the key of its field: "Billing Phone" gives billing, phone; None where it names none."""
    words = tuple(word for word in words_of(header) if word not in LINKS)
    for addressee, phrases in load_roles().addressees.items():
        for phrase in map(words_of, phrases):
            size = len(phrase)
            if words[:size] == phrase and len(words) > size:
                return addressee, "".join(words[size:])
            if words[-size:] == phrase and len(words) > size:
                return addressee, "".join(words[:-size])
            if size == 1 and words and words[0].startswith(phrase[0]) and (rest := words[0].removeprefix(phrase[0]).removeprefix("s")):
                return addressee, "".join((rest, *words[1:]))  # "Rechnungstelefon"
    return None


def may_be_one_name(words: AbstractSet[str], others: AbstractSet[str]) -> bool:
    """Return whether the words of two names may be one person's: those of one are among those of the other, or two are equal."""
    return words <= others or others <= words or len(words & others) > 1


def _without_groups(header: str) -> str:
    """Return a header without the groups of fields before it ("Name / First Name", "phones.primaryPhoneNumber")."""
    above, _, rest = header.partition(" - ")
    if rest and words_of(above) in {("person",), ("people",), ("contact",)}:  # Pipedrive: "Person - Phone - Mobile"
        header = rest
    *groups, name = re.split(r"\s/\s|(?<=[A-Za-z])\.(?=[A-Za-z])", header)
    known_groups = _groups()
    return name if groups and all(words_of(group) in known_groups for group in groups) else header


@lru_cache(maxsize=50_000)
def read_heading(header: str) -> Heading:
    """Parse a header. Another person's role counts at any place, the person's own only at the start or the end."""
    words = words_of(_without_groups(header))
    neutral = _neutral_words()
    if (adult := _read_adult(words, neutral)) is not None:
        return adult
    for phrase, role, kind in _phrases_of(words):
        size = len(phrase)
        start = next((place for place, word in enumerate(words) if word not in neutral), 0)  # "Primary Member Email"
        places = range(len(words) - size + 1) if kind in OTHERS else sorted({0, start, len(words) - size})
        places = [place for place in places if place >= 0 and (place == 0 or phrase not in AT_THE_START)]
        place = next((place for place in places if words[place : place + size] == phrase), None)
        if place is not None:
            plain = (*words[:place], *words[place + size :])
            return Heading(role, kind, _field_words(plain, neutral), plain)
    return Heading(NO_ROLE, "own", _field_words(words, neutral))


def names_own_role(header: str) -> bool:
    """Return whether a header is the word for a person the file may be about, and nothing else ("Volunteer")."""
    heading = read_heading(header)
    return heading.kind == "own" and heading.role != NO_ROLE and not heading.rest


def names_doer(header: str) -> bool:
    """Return whether a header says who did something to the row, or where a message came from ("Added By", "Erfasst von", "Sent From", "CC").

    Such a person, or line, is another one than the row's, unless what was done is giving ("Donated By", "Gift From").
    """
    words, doers, heading = words_of(header), load_roles().doers, read_heading(header)
    if heading.kind == "own" and heading.role != NO_ROLE and heading.rest:
        return False  # "Ordered By Phone": of a buyer, who may be the person
    if words in map(words_of, doers["whole"]):
        return True
    contacts = {words_of(word)[0] for word in doers["contacts"]}
    if not words or not {words_of(word)[0] for word in doers["gives"]}.isdisjoint(words):
        return False
    for link, place in ((link, place) for link in ("by", "from") for place, word in enumerate(words) if word in doers[link]):
        after = words[place + 1 :]
        is_deed = link == "from" or words[place - 1].endswith("ed") or words[place - 1] == "up"
        if place and (not after or (is_deed and contacts.issuperset(after))):
            return contacts.isdisjoint(words[place - 1 : place]) or link == "from"
    return False


def _read_adult(words: Sequence[str], neutral: AbstractSet[str]) -> Heading | None:
    """Return the heading of an adult of a list of children, whose number and child are no words of the field; None for any other heading.

    "Parent 2 Name", "Parent2 Name" and "Second Parent Name" are of the role `parent 2`.
    """
    parts = [part for word in words for part in (re.findall(r"\D+|\d+", word) if re.fullmatch(r"\D+\d", word) else [word])]
    for phrase, role, kind in _phrases_of(parts):
        size = len(phrase)
        place = next((place for place in range(len(parts) - size + 1) if tuple(parts[place : place + size]) == phrase), None)
        if place is None or (place > 0 and phrase in AT_THE_START):
            continue
        if kind != "adult":
            return None
        before, after = parts[:place], parts[place + size :]
        number = 1
        if after and after[0].isdigit() and after[0] in ORDINALS:
            number, after = ORDINALS[after[0]], after[1:]
        elif before and before[-1] in ORDINALS:
            number, before = ORDINALS[before[-1]], before[:-1]
        rest = _field_words((*before, *after), neutral | _words_of_children())
        return Heading(role if number == 1 else f"{role} {number}", kind, rest, (*before, *after))
    return None


def _phrases_of(words: Sequence[str]) -> list[tuple[tuple[str, ...], str, Kind]]:
    """Return the phrases of roles that may stand in some words, in the order of `_phrases`."""
    of_word = _places_by_first_word()
    words = [word for word, following in zip(words, [*words[1:], ""], strict=False) if following not in _homonyms().get(word, ())]
    return [_phrases()[place] for place in sorted({place for word in words for place in of_word.get(word, ())})]


@lru_cache(maxsize=1)
def _homonyms() -> dict[str, frozenset[str]]:
    """Return by a word of a role the words before which it is another word."""
    return {words_of(word)[0]: frozenset(words_of(other)[0] for other in others) for word, others in load_roles().homonyms.items()}


@lru_cache(maxsize=1)
def _places_by_first_word() -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, (phrase, _, _) in enumerate(_phrases()):
        places.setdefault(phrase[0], []).append(place)
    return places


@lru_cache(maxsize=1)
def _neutral_words() -> frozenset[str]:
    return frozenset(words_of(word)[0] for word in load_roles().neutral["words"])


@lru_cache(maxsize=1)
def _groups() -> frozenset[tuple[str, ...]]:
    return frozenset(words_of(group) for group in load_roles().neutral["groups"])


@lru_cache(maxsize=1)
def _words_of_children() -> frozenset[str]:
    return frozenset(phrase[0] for phrase, _, kind in _phrases() if kind == "child" and len(phrase) == 1)


def _field_words(words: Sequence[str], neutral: AbstractSet[str]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in neutral and word not in LINKS)


def find_persons(
    columns: Sequence[str],
    exact: Mapping[str, str],
    by_key: Mapping[str, str],
    name_one_person: Callable[[Sequence[str], Sequence[str]], bool],
) -> Persons:
    """Find the person's role, and the columns of other people.

    Args:
        columns: The headers of the file.
        exact: Column → field, of the columns whose full name is a field's.
        by_key: Name key of a field's name → field.
        name_one_person: Returns whether the cells of some name columns name the same people as those of some others.

    Returns:
        The person's columns and the others'. Columns of other people keep an exact name of a field that is neither a name nor a contact
        of a person ("Employer" stays the company).
    """
    headings = {column: read_heading(column) for column in columns}
    headings |= _numbered_people({c: h for c, h in headings.items() if h.kind not in OTHERS}, exact, by_key)
    if not any(heading.kind == "adult" for heading in headings.values()):
        headings = {c: h._replace(kind="own") if h.role == STUDENT else h for c, h in headings.items()}
    headings = _with_addressees(headings, exact, by_key)
    fields = {column: field for column, heading in headings.items() if (field := _field_of(column, heading, exact, by_key)) is not None}
    headings = _with_bills(_with_sponsors(headings, fields), fields)
    headings, of_work = _with_employees(headings, fields)
    headings, notes = _with_guests(_with_hosts(headings, fields, by_key), fields, by_key)
    roles = _roles_of(headings, fields)
    person = _person(roles)
    notes += of_work
    if person is None:
        headings = _divided_by_words(headings, fields)
        roles = _roles_of(headings, fields)
        person, note = _only_role(roles, _unknown_people(headings, exact, by_key))
        notes += [note] if note else []
    elif roles.get(person, _Holdings("own")).kind == "adult":
        notes += _notes_on_adults(person, roles)
    elif person == SENDER and (recipient := roles.get(RECIPIENT)) is not None and recipient.names and recipient.contacts:
        notes.append(
            "The file names senders and recipients: the sender is taken for the person to call, the recipient's columns are custom fields."
        )
    same = _same_person(person, headings, fields, name_one_person)
    notes += _notes_on_choice(person, same, roles) if not notes else []
    excluded: dict[str, str] = {}
    persons_fields = {fields.get(column) for column, heading in headings.items() if heading.role == person}
    for column, heading in headings.items():
        if (
            heading.kind == "own"
            and fields.get(column) in {"first_name", "last_name"} - persons_fields
            and "full_name" not in persons_fields
        ):
            continue  # "Donor First Name" next to "Last Name"
        if heading.role in same:
            continue
        if (reason := _why_not(heading, fields.get(column), person, roles)) is not None and fields.get(
            column, "full_name"
        ) in PERSON_FIELDS:
            excluded[column] = reason
    of_anybody = _of_anybody(person, same, headings, fields, roles)
    excluded |= {column: reason for column, reason in of_anybody.items() if column not in excluded}
    if unclear := [column for column in of_anybody if fields[column] in CONTACT_FIELDS]:
        shown = ", ".join(f"“{column}”" for column in unclear)
        notes.append(f"Whose {shown} is, the {_shown(person)}'s or the buyer's, is not certain: map it under [columns] in the manifest.")
    of_person = {column: field for column, field in fields.items() if column not in exact and column not in excluded}
    return Persons(
        person, excluded, {c: f for c, f in of_person.items() if headings[c].kind not in OTHERS or headings[c].role == person}, tuple(notes)
    )


def _numbered_people(headings: Mapping[str, Heading], exact: Mapping[str, str], by_key: Mapping[str, str]) -> dict[str, Heading]:
    """Return the headings of columns of numbered people ("First Name 1", "Email 2") without their numbers, from the second on of another person.

    People are numbered if a given or full name has a number above one and another column has the same one with a smaller number or none.
    """
    numbered: dict[str, tuple[int, Heading]] = {}
    for column in headings:
        match = NUMBERED.fullmatch(column.strip())
        if match is not None and (match[1] + match[3]).strip(" _-."):
            numbered[column] = (int(match[2]), read_heading(f"{match[1]} {match[3]}".strip(" _-.")))
    people = {(by_key.get(heading.key), number) for number, heading in numbered.values()}
    named = {"first_name", "full_name"}
    firsts = {field for field, number in people if field in named and number == 1} | (named & set(exact.values()))
    others = {number for field, number in people if field in firsts and number > 1}
    if not others:
        return {}
    plain = {column: heading for column, (number, heading) in numbered.items() if number == 1 and by_key.get(heading.key) in PERSON_FIELDS}
    return plain | {
        column: heading._replace(role="second person" if number < MAX_ORDINAL else "further person", kind="other")
        for column, (number, heading) in numbered.items()
        if number in others and by_key.get(heading.key) in PERSON_FIELDS
    }


def _with_sponsors(headings: dict[str, Heading], fields: dict[str, str]) -> dict[str, Heading]:
    """Return the headings with sponsors as the donors of a file that names no other: they give for a runner, or for a child.

    They do where the file has a row a gift and they have names and contacts, and where it has children and they have names. `fields` gets the
    column of nothing but the role ("Sponsor") as their names.
    """
    of_sponsor = {column for column, heading in headings.items() if heading.role == SPONSOR}
    if any(heading.role in load_roles().own and heading.role not in RUNNERS for heading in headings.values()):
        return headings
    has_children = any(heading.role == CHILD for heading in headings.values())
    bare = {column: "full_name" for column in of_sponsor if not headings[column].rest and column not in fields} if has_children else {}
    holds = _roles_of({column: headings[column] for column in of_sponsor}, {**fields, **bare}).get(SPONSOR)
    if holds is None or not holds.names or not (has_children or (holds.contacts and "gift_amount" in fields.values())):
        return headings
    plain = _roles_of({c: h for c, h in headings.items() if h.role == NO_ROLE}, fields).get(NO_ROLE)
    has_adults = any(heading.kind == "adult" for heading in headings.values())
    if not holds.contacts and (has_adults or plain is None or plain.names or not plain.contacts):
        return headings  # of "Child, Mom, Phone, Sponsor" the number is the mother's
    fields |= bare
    return {c: h._replace(role="donor", kind="own") if c in of_sponsor else h for c, h in headings.items()}


def _with_employees(headings: dict[str, Heading], fields: Mapping[str, str]) -> tuple[dict[str, Heading], list[str]]:
    """Return the headings with employees as the people of a file that names nobody else, and has their names and contacts; and a note."""
    employees = {c for c, h in headings.items() if h.kind == "other" and not EMPLOYEES.isdisjoint(words_of(c))}
    held = {fields[column] for column in employees if column in fields}
    others = {fields.get(column) for column, heading in headings.items() if column not in employees and heading.role not in NO_PEOPLE}
    if not held & NAME_FIELDS or not held & CONTACT_FIELDS or others & NAME_FIELDS:
        return headings, []
    changed = {c: h._replace(role="constituent", kind="own") if c in employees else h for c, h in headings.items()}
    return changed, ["The file names nobody but employees: their columns are taken for the person to call."]


def _with_hosts(headings: dict[str, Heading], fields: dict[str, str], by_key: Mapping[str, str]) -> dict[str, Heading]:
    """Return the headings of a file with guests in which somebody else has names and contacts under a word that is no role ("Winner"), or is a host.

    That one brings the guests, and is the person where no own role and no plain column names one. `fields` gets the columns.
    """
    roles = _roles_of(headings, fields)
    own = {role for role, holds in roles.items() if holds.kind == "own" and holds.names and role not in {GUEST, *PAYERS}}
    if GUEST not in roles or own:
        return headings
    things = {words_of(thing)[0] for thing in load_roles().leaders["things"]}
    held: dict[tuple[str, ...], dict[str, str]] = {}
    for column, heading in headings.items():
        words = tuple(word for word in words_of(column) if word not in LINKS)
        for place in range(1, len(words)) if heading.role == NO_ROLE or words[:1] == HOST else ():
            field = by_key.get("".join(words[place:]))
            if field in PERSON_FIELDS and not set(words[:place]) & (NO_PREFIX | things):
                held.setdefault(words[:place], {}).setdefault(column, str(field))
    hosts = [named for named in held.values() if NAME_FIELDS & {*named.values()} and CONTACT_FIELDS & {*named.values()}]
    if len(hosts) != 1:
        return headings
    fields |= hosts[0]
    return headings | {column: Heading(ATTENDEE, "own", words_of(column)[1:], words_of(column)[1:]) for column in hosts[0]}


def _with_guests(headings: dict[str, Heading], fields: dict[str, str], by_key: Mapping[str, str]) -> tuple[dict[str, Heading], list[str]]:
    """Return the headings with guests as other people where somebody else who can be reached brings them, and a note about that.

    "Attendee 1" next to "Registrant" is a guest, too. Who only paid brings nobody. Of several words of the role of attendees ("Bidder", "Registrant")
    those of the first with names and contacts are the person's.
    """
    words = {column: _words_of_role(column, heading) for column, heading in headings.items() if heading.role in (ATTENDEE, GUEST)}
    numbered = {c for c in words if headings[c].role == ATTENDEE and any(word.isdigit() for word in headings[c].rest)}
    groups: dict[tuple[str, ...], set[str]] = {}
    for column, words_of_role in words.items():
        if headings[column].role == ATTENDEE and column not in numbered:
            groups.setdefault(words_of_role, set()).add(column)
    numbered = numbered if any(fields.get(column) in NAME_FIELDS for group in groups.values() for column in group) else set()
    guests = {column for column in words if headings[column].role == GUEST} | numbered
    plain = _roles_of({c: h for c, h in headings.items() if h.role == NO_ROLE}, fields).get(NO_ROLE, _Holdings("own"))
    others = _roles_of({c: h for c, h in headings.items() if c not in guests and h.kind == "own"}, fields)
    if guests and any(holds.names and (holds.contacts or plain.contacts) for role, holds in others.items() if role not in PAYERS):
        changed = {
            c: headings[c]._replace(role=GUEST, kind="other", rest=tuple(w for w in headings[c].rest if not w.isdigit())) for c in guests
        }
        fields |= {c: field for c, heading in changed.items() if c not in fields and (field := by_key.get(heading.key)) in PERSON_FIELDS}
        headings = headings | changed
    else:
        guests = set()
    held = [{fields[column] for column in group if column in fields} for group in groups.values()]
    named = [place for place, of_group in enumerate(held) if of_group & NAME_FIELDS]
    first = next((place for place in named if held[place] & CONTACT_FIELDS), 0)
    if len(named) > 1:
        apart = {
            c: " ".join(word) for place, (word, group) in enumerate(groups.items()) if place != first and place in named for c in group
        }
        headings = headings | {column: headings[column]._replace(role=f"other {role}", kind="other") for column, role in apart.items()}
        guests |= apart.keys()
    reached = [column for column in headings if column in guests and fields.get(column) in PERSON_FIELDS]
    shown = ", ".join(f"“{column}”" for column in reached[:MAX_SHOWN])
    kept = (
        " and others are custom fields" if len(reached) > MAX_SHOWN else " are custom fields" if len(reached) > 1 else " is a custom field"
    )
    return headings, [f"Next to those who bring them, guests are not called: {shown}{kept}."] if reached else []


def _words_of_role(column: str, heading: Heading) -> tuple[str, ...]:
    """Return the words of a header that name its role."""
    left = list(heading.plain)
    words = []
    for word in words_of(_without_groups(column)):
        if word in left:
            left.remove(word)
        else:
            words.append(word)
    return tuple(words)


def _with_addressees(headings: dict[str, Heading], exact: Mapping[str, str], by_key: Mapping[str, str]) -> dict[str, Heading]:
    """Return the headings of a file that names nobody but addressees: who gets the bill is the person, who gets the parcel another one.

    Where only one of the two has names, its columns are the person's.
    """
    addressed = {column: read for column in headings if (read := _read_addressee_alone(column)) is not None}
    fields = {column: by_key.get(key) for column, (_, key) in addressed.items()}
    if not addressed or any(
        heading.kind not in OTHERS and column not in addressed and _field_of(column, heading, exact, by_key) in NAME_FIELDS
        for column, heading in headings.items()
    ):
        return headings
    named = {addressed[column][0] for column, field in fields.items() if field in NAME_FIELDS}
    bare = {column: addressee for column, (addressee, key) in addressed.items() if not key and addressee not in named}
    reached = {addressed[column][0] for column, field in fields.items() if field in CONTACT_FIELDS}
    named |= {addressee for addressee in bare.values() if addressee in reached}
    named = named if len(named) > 1 else named & reached
    person = next((addressee for addressee in load_roles().addressees if addressee in named), None)
    if person is None:
        return headings
    changed: dict[str, Heading] = {}
    for column, (addressee, key) in addressed.items():
        field = "full_name" if column in bare else fields[column]
        if addressee == person and column not in exact and field is not None:
            changed[column] = Heading(NO_ROLE, "own", ("name",) if column in bare else (key,))
        elif addressee != person and field in PERSON_FIELDS:
            changed[column] = Heading(addressee, "other", (key,), (key,))
    return headings | changed


def _read_addressee_alone(header: str) -> tuple[str, str] | None:
    """Return what `read_addressee` does, and of a header of nothing but the addressee ("Ship To") an empty key."""
    words = tuple(word for word in words_of(header) if word not in LINKS)
    phrases = load_roles().addressees
    bare = next((name for name in phrases if any(len(phrase) > 1 and phrase == words for phrase in map(words_of, phrases[name]))), None)
    return read_addressee(header) if bare is None else (bare, "")


def _with_bills(headings: dict[str, Heading], fields: Mapping[str, str]) -> dict[str, Heading]:
    """Return the headings with the name of a bill as another's where the person has names of an own role ("Supporter First Name")."""
    roles = _roles_of(headings, fields)
    own = [role for role in (*load_roles().own,) if role not in PAYERS and role in roles and roles[role].names]
    if not own:
        return headings
    return {
        c: h._replace(role="billing")
        if h.role == NO_ROLE and fields.get(c) in NAME_FIELDS and (named := read_addressee(c)) is not None and named[0] == "billing"
        else h
        for c, h in headings.items()
    }


def _field_of(column: str, heading: Heading, exact: Mapping[str, str], by_key: Mapping[str, str]) -> str | None:
    if heading.role != NO_ROLE and heading.rest and (field := by_key.get(heading.key)) is not None:
        return field
    if heading.kind in ("adult", "further") and not heading.rest and column not in exact:
        return "full_name"  # "Parent, Child, Phone", "Secondary Contact"
    if column in exact or not heading.rest:
        return exact.get(column)
    # "City - Home" is the home city.
    field_words, _, kind = _without_groups(column).rpartition(" - ")
    field = by_key.get(heading.key) or (by_key.get("".join((*words_of(kind), *words_of(field_words)))) if field_words else None)
    if field is None and kind.casefold() == "home":
        field = by_key.get("".join(words_of(field_words)))
    return field or _numbered(heading.key, by_key)


def _numbered(key: str, by_key: Mapping[str, str]) -> str | None:
    """Return the field of one of several columns of numbers or addresses ("Phone 3", "Phone 4 - Value", "mobile2")."""
    base = re.fullmatch(r"(\D+?)\d{1,2}(?:value|number|address)?", key)
    field = by_key.get(base[1]) if base else None
    return field if field in CONTACT_FIELDS else None


def _same_person(
    person: str,
    headings: Mapping[str, Heading],
    fields: Mapping[str, str],
    name_one_person: Callable[[Sequence[str], Sequence[str]], bool],
) -> set[str]:
    """Return the roles that are the person's own, under another word or none: their names are those of the person."""
    names: dict[str, dict[str, str]] = {}
    for column, heading in headings.items():
        if (heading.kind == "own" or heading.role == person) and (field := fields.get(column)) in NAME_FIELDS:
            names.setdefault(heading.role, {}).setdefault(str(field), column)
    of_person = names.pop(person, {})
    same = {person}
    for role, columns in names.items():
        # "Donor First Name" and "Last Name" are one name.
        is_one_name = len({*columns, *of_person}) > 1 and {*columns, *of_person} == {"first_name", "last_name"}
        if of_person and (
            (is_one_name and not columns.keys() & of_person.keys()) or name_one_person([*of_person.values()], [*columns.values()])
        ):
            same.add(role)
    return same


class _Holdings(NamedTuple):
    """The columns of a role: its kind, whether it has names, its channels of contact, and `parts`: its fields of names."""

    kind: Kind
    names: bool = False
    contacts: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()


def _roles_of(headings: Mapping[str, Heading], fields: Mapping[str, str]) -> dict[str, _Holdings]:
    holdings: dict[str, _Holdings] = {}
    for column, heading in headings.items():
        before = holdings.get(heading.role, _Holdings(heading.kind))
        field = fields.get(column)
        channel = {"email"} if field == "email" else {"phone"} if field in CONTACT_FIELDS else set()
        parts = {str(field)} & NAME_FIELDS
        holdings[heading.role] = _Holdings(heading.kind, before.names or bool(parts), before.contacts | channel, before.parts | parts)
    return holdings


def _person(roles: Mapping[str, _Holdings]) -> str | None:
    """Return the person's role: an own role with names and contacts, else plain names, else an own role with names; None where all are others'."""
    own = [role for role in (*load_roles().own, STUDENT) if role in roles and roles[role].kind == "own"]
    adult = _adult(roles)
    plain = roles.get(NO_ROLE, _Holdings("own"))
    # Next to a guest with a name and an address the buyer is only who paid.
    is_plain_complete = plain.names and bool(plain.contacts)
    complete = [role for role in own if roles[role].names and roles[role].contacts and not (is_plain_complete and role in PAYERS | {GUEST})]
    if complete:
        return complete[0]
    # "Child First Name, Parent First Name, Last Name": the family name is of both.
    is_shared = plain.parts == {"last_name"} and adult is not None and roles[adult].parts == {"first_name"}
    if plain.names and not is_shared:
        return NO_ROLE
    named = next((role for role in own if roles[role].names), None)
    if named is None and adult is not None:
        return adult
    if named is not None or plain.contacts:
        return named or NO_ROLE
    return next((role for role in own if roles[role].contacts), None)


def _adult(roles: Mapping[str, _Holdings]) -> str | None:
    """Return the adult of a list of children to call: one with names and contacts, else with names, else with contacts; None where there is none."""
    order = {role: number for number, role in enumerate(load_roles().adults)}
    adults = [role for role, holds in roles.items() if holds.kind == "adult" and (holds.names or holds.contacts)]
    adults.sort(
        key=lambda role: (not roles[role].names, not roles[role].contacts, role[-1].isdigit(), order[re.sub(r" \d$", "", role)], role)
    )
    return adults[0] if adults else None


def _notes_on_adults(person: str, roles: Mapping[str, _Holdings]) -> list[str]:
    children = [role for role, holds in roles.items() if holds.kind == "child"]
    others = [role for role, holds in roles.items() if holds.kind == "adult" and role != person and (holds.names or holds.contacts)]
    notes = [f"The file is of adults and their children: the {person} is taken for the person to call."] if children else []
    if others:
        notes.append(
            f"Of several adults the {person} is taken for the person to call; columns of the {', '.join(others)} are custom fields."
        )
    return notes


def _notes_on_choice(person: str, same: set[str], roles: Mapping[str, _Holdings]) -> list[str]:
    """Return a note where somebody else, whom the file might be about as well, has names and contacts: "Purchaser" next to "Ticket Holder"."""
    others = [
        role
        for role, holds in roles.items()
        if role not in same
        and holds.names
        and holds.contacts
        and ((holds.kind == "own" and person != NO_ROLE) or role in PAYERS or (role == RECIPIENT and person != NO_ROLE))
    ]
    if not others:
        return []
    taken, *shown = (f"the {_shown(role)}" if role != NO_ROLE else "the one without a role" for role in (person, *others))
    note = (
        f"The file names people of several kinds: {taken} is taken for the person to call, columns of {', '.join(shown)} are custom fields. "
        "If another one is to be called, map that one's columns under [columns] in the manifest."
    )
    return [note]


def _divided_by_words(headings: dict[str, Heading], fields: Mapping[str, str]) -> dict[str, Heading]:
    """Return the headings with two people of one role as two roles, if their words have none in common ("Doctor Phone", "Coach Name").

    The role keeps the first of them with a name and a contact; "Gift Recipient" and "Recipient" are the same.
    """
    words = {
        column: frozenset(word.removesuffix("s") for word in words_of(column)) - {word.removesuffix("s") for word in heading.plain}
        for column, heading in headings.items()
        if heading.kind == "other" and fields.get(column) in PERSON_FIELDS
    }
    changed = dict(headings)
    for role in {headings[column].role for column in words}:
        groups: list[tuple[frozenset[str], list[str]]] = []
        for column in (column for column in words if headings[column].role == role):
            same = [group for group in groups if group[0] & words[column]]
            groups = [group for group in groups if group not in same]
            groups.append((words[column].union(*(group[0] for group in same)), [*(c for group in same for c in group[1]), column]))
        held = [{fields[column] for column in columns} for _, columns in groups]
        kept = next((place for place, named in enumerate(held) if named & NAME_FIELDS and named & CONTACT_FIELDS), 0)
        for place, (of_group, columns) in enumerate(groups):
            if place != kept:
                changed |= {column: changed[column]._replace(role=" ".join(sorted(of_group))) for column in columns}
    return changed


def _unknown_people(headings: Mapping[str, Heading], exact: Mapping[str, str], by_key: Mapping[str, str]) -> list[str]:
    """Return the words, known as no role, under which a file has names and contacts ("Walker Name", "Walker Phone")."""
    things = {words_of(thing)[0] for thing in load_roles().leaders["things"]}
    fields: dict[tuple[str, ...], set[str]] = {}
    for column, heading in headings.items():
        if heading.role != NO_ROLE or column in exact:
            continue
        words = tuple(word for word in words_of(column) if word not in LINKS)
        fields.setdefault(words, set()).add("full_name")
        for place in range(1, len(words)):
            for before, after in ((words[:place], words[place:]), (words[place:], words[:place])):
                if (field := by_key.get("".join(after))) in PERSON_FIELDS:
                    fields.setdefault(before, set()).add(str(field))
    return [
        " ".join(words)
        for words, named in fields.items()
        if named & NAME_FIELDS and named & CONTACT_FIELDS and not set(words) & (NO_PREFIX | things)
    ]


def _only_role(roles: Mapping[str, _Holdings], unknown: Sequence[str]) -> tuple[str, str | None]:
    """Return the role of a file that has no column of the person's own: the only other one with names and contacts, if there is just one.

    People of a role that leads do not count next to those whom they lead; `unknown` people may be those to call.
    """
    complete = [role for role, holds in roles.items() if holds.kind != "own" and holds.names and holds.contacts]
    leaders = load_roles().leaders
    if set(complete) & set(leaders["led"]):
        complete = [role for role in complete if role not in leaders["by"]]
    if complete and unknown:
        complete += unknown
    if len(complete) == 1:
        shown = complete[0].replace("_", " ")
        return complete[0], f"The file names only one kind of person: its columns of the {shown} are taken for the person to call."
    if len(complete) > 1:
        shown = ", ".join(role.replace("_", " ") for role in complete)
        return NO_ROLE, (
            f"The file has people of several kinds ({shown}) and does not say whom to call: map the person's columns under [columns] in"
            " the manifest."
        )
    return NO_ROLE, None


def _why_not(heading: Heading, field: str | None, person: str, roles: Mapping[str, _Holdings]) -> str | None:
    """Return why a column is not the person's, None where it may be."""
    # "Head of Household, Phone" may name the person.
    may_name = heading.kind == "own" and not heading.rest and field is None and not any(holds.names for holds in roles.values())
    if heading.role == person or may_name:
        return None
    reason = f"it is of another person ({heading.role.replace('_', ' ') or 'no role named'})"
    of_caller = person == NO_ROLE and heading.role in CALLERS and roles.get(NO_ROLE, _Holdings("own")).names
    if heading.kind in OTHERS or of_caller:
        return reason
    holds = roles[heading.role]
    if heading.role == NO_ROLE:
        # Plain columns are the person's, unless a role and plain columns both have names: then they are two people.
        return reason if holds.names and holds.contacts else None
    if heading.kind == "further":
        return reason if holds.names else None
    # Without a name of its own it may be the person, where nothing else says how to reach the person ("Name" and "From Email Address").
    # Who paid for somebody with an address is another person ("Name", "Email" and "Buyer Phone" of a list of guests).
    channel = "email" if field == "email" else "phone"
    contacts = roles.get(person, _Holdings("own")).contacts
    if person == NO_ROLE and heading.role in SELF and channel == "phone" and not holds.names:
        return None
    return reason if holds.names or channel in contacts or (heading.role in PAYERS and contacts) else None


def _of_anybody(
    person: str, same: set[str], headings: Mapping[str, Heading], fields: Mapping[str, str], roles: Mapping[str, _Holdings]
) -> dict[str, str]:
    """Return the plain columns that are another's by where they stand, or may be, with the reason: two people are in each row.

    Next to names of a buyer and of a guest, contacts and addresses without a role are of the one whose columns they follow, as are addresses next to
    plain names of another person; next to names of a child, plain birth dates are the child's.
    """
    if person == NO_ROLE or NO_ROLE in same:
        return {}
    plain = roles.get(NO_ROLE, _Holdings("own"))
    taken: set[str] = set()
    if plain.names and plain.contacts:
        taken |= ADDRESS_FIELDS
    if not plain.names and any(role in roles and roles[role].names for role in PAYERS - same):
        taken |= ADDRESS_FIELDS | CONTACT_FIELDS
    if roles.get(person, plain).kind == "adult" and not plain.names and any(some.kind == "child" and some.names for some in roles.values()):
        taken |= FIELDS_OF_CHILDREN
    if any(SPONSOR in words_of(column) for column in headings) and any(heading.role == CHILD for heading in headings.values()):
        taken |= ADDRESS_FIELDS | FIELDS_OF_CHILDREN
    of_anybody: dict[str, str] = {}
    before: str | None = None
    for column, heading in headings.items():
        field = fields.get(column)
        if heading.role != NO_ROLE or (plain.names and field in PERSON_FIELDS):
            names_somebody = heading.role == NO_ROLE or field in PERSON_FIELDS or (heading.kind == "child" and not heading.rest)
            before = heading.role if names_somebody else before
        elif field in taken and (before not in same or field in FIELDS_OF_CHILDREN):
            of_anybody[column] = "it may be of another person"
    return of_anybody


def _shown(role: str) -> str:
    return role.replace("_", " ")


def prefix_of(column: str) -> str | None:
    """Return the first word of a header of several, where it can name a person or a thing ("Client Name" → client)."""
    words = words_of(column)
    return words[0] if len(words) > 1 and words[0] not in NO_PREFIX else None
