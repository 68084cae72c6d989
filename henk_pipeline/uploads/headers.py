"""Mapping of a file's columns to fields. The synonyms are in schemas/upload/headers.toml; nothing in this module changes a cell."""

import itertools
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, ValidationError

from henk_pipeline.consent.columns import (
    ADDRESSES,
    CHANNELS_OF,
    EMBEDDED,
    PHONE_AND_EMAIL,
    SOURCE,
    STATED,
    ConsentColumn,
    channel_permission,
    field_column,
    is_channel_alone,
    read_column,
)
from henk_pipeline.consent.statements import read_statement
from henk_pipeline.consent.vocabulary import answer_key, answers, columns_of_other_files, email_only_columns
from henk_pipeline.labels import label
from henk_pipeline.settings import load_settings, read_table, schemas_folder, unusable_table
from henk_pipeline.table_errors import describe_mistakes, describe_unknown_key
from henk_pipeline.uploads import phone_columns, roles
from henk_pipeline.uploads.cells import DAY
from henk_pipeline.uploads.manifest import ConsentRule, ManifestError
from henk_pipeline.uploads.phone_names import NumberName, read_number_name

Meaning = Literal["value", "further", "opposite", "present"]
By = Literal["name", "role", "system", "content", "manifest"]
VALUE: Meaning = "value"
CONSENT_FIELDS = {"do_not_call", "dnc", "do_not_email", "email_opt_out"}
# If several columns hold one of these, a later one counts in the rows in which the earlier is empty: a person must not be lost for it.
CONTACT_FIELDS = {"email", "phone", "mobile_phone"}
PHONE_FIELDS = {"phone", "mobile_phone"}
ADDRESS_KINDS = {
    "home",
    "business",
    "work",
    "other",
    "mailing",
    "billing",
    "shipping",
    "primary",
    "preferred",
    "office",
    "privat",
    "geschaftlich",
    "dienstlich",
}
# Groups of fields before one of theirs: "Address: City".
GROUPS = {"address", "name"}
# The use of a column that is named as one of countries and holds calling codes ("44"); kept as a custom field.
CALLING_CODE = "calling code"
EXCHANGE_CELL, LINE_CELL = r"^\s*\d{2,5}(?:\.0)?\s*$", r"^\s*\d{3,4}(?:\.0)?\s*$"
AREA_CELL = r"^\s*\(?(?:\+|00)?\d{1,6}\)?(?:\.0)?\s*$"
MIN_SHARE_OF_AREA_CODES = 0.5  # of a column that is called so
# "12", "12b", "12-14", "12 bis", "S/N" (without a number)
HOUSE_CELL = r"(?i)^\s*(?:\d{1,5}(?:\s?[-/.]\s?\d{1,4})?(?:\s?-?\s?(?:[a-z]|bis|ter|quater|º|°)\.?)?|s\s?/?\s?n\.?[º°]?)\s*$"
MIN_DIGITS = r"(?:\d\D*){5}"  # of a number to call; a house number has fewer
RUNNING = 3  # rows from which numbers that go up by one are those of rows
CODE_CELL = r"^\s*(?:\+|00)?\s*[1-9]\d{0,2}(?:[- ]?\d{3})?(?:\.0)?\s*$"
# Names of columns that hold the family name next to one of given names, and elsewhere the whole name.
NAMES_OF_A_HALF = {"name", "naam", "nom", "nome", "nombre", "navn", "namn", "nimi", "nev", "nume", "numele"}
FIRST_NAMED = "a column named"
SEVERAL = "another column could be it as well"
# Fields whose names ("Contact", "Name") also head columns of addresses.
LOOSELY_NAMED = {
    "full_name",
    "first_name",
    "last_name",
    "company",
    "title",
    "notes",
    "description",
    "street",
    "lead_source",
    "email",
    "phone",
    "mobile_phone",
}
# Fields whose cells may state a refusal, as those of custom fields may.
A_CONTACT = re.compile(r"@|\d{3}")
STATED_FIELDS = {"state", "notes", "description", "tags", "lead_source", "gift_status"}
# Fields whose cells may hold a remark next to the value: "Ada Li (deceased)".
JOB_FIELDS = {"title", "department"}
EMBEDDED_FIELDS = {"full_name", "first_name", "last_name", "company", "title", "department", "street", "city"}
MAX_NAMED = 5  # columns in a note
MAX_KEPT = 100  # characters of a name whose key is kept
MAX_ANSWERS = 12  # distinct cells of a column of yes and no
# A column is an e-mail or phone column by its content when at least this share of its filled cells is one.
CONTENT_SHARE = 0.8
MIN_SHARE_OF_ANSWERS = 0.5
CONTENT_SAMPLE = 1000
# A column is mostly equal, and so of no single person, if one cell fills more than this share of it.
MAX_EQUAL_SHARE = 0.5
SIGNED_CELL = r"^\s*\(?(?:\+|00)"
EMAIL_CELL = r"^\s*(?:[^<@]*<)?[^@\s,;<>]+@[^@\s,;<>]+\.[A-Za-z]{2,}>?\s*$"
PHONE_CELL = r"^\s*\+?\(?\d[\d\s().\-/]{5,18}\d\s*$"
PHONE_DIGITS = r"^\D*(?:\d\D*){7,15}$"
DATE_CELL = r"^\s*\d{1,4}[-./]\d{1,2}[-./]\d{1,4}\s*$"
DATED_CELL = rf"(?i)^\s*{DAY}(?:[T ].*)?$"
TIME_CELL = r"\d{1,2}:\d{2}"
AN_AMOUNT = r"^\s*[-(]?\s*(?:[A-Z]{3}|\p{Sc})?\s*-?\d[\d.,' ]*\s*(?:[A-Z]{3}|\p{Sc})?\s*\)?\s*$"
MAX_CALLING_CODE = 3  # digits
MANY_DIGITS = r"^\D*(?:\d\D*){9,15}$"  # those of a number with its area code
WITH_AREA_CODE = r"^\D*(?:0(?:\d\D*){8,12}|(?:\d\D*){10,15})$"  # a number to which no area code needs to be added
SOME_NUMBER = r"(?:\d\D{0,4}){6}\d"
# Fields whose named columns are looked at: a column of dates is no amount, and one without numbers no phone.
OF_CONTENT = {"last_gift_amount", "total_gifts", *PHONE_FIELDS}
# If a buyer pays for others, these amounts are no gifts of theirs.
PAID_FIELDS = {"gift_amount", "total_gifts", "last_gift_amount"}
# Numbers of orders and invoices, which some systems call names (Shopify's "#1001", "INV-1001").
ORDER_CELL = r"^\s*(?:#\s?[\p{L}\d/_.-]*\d[\p{L}\d/_.-]*|\d[\d\s/_.-]*|(?:\p{Lu}{2,6}|\p{L}{2,6}[\s#/_.:-])[\s#/_.:-]*\d{3,}[\d/_.-]*)\s*$"
MIN_SHARE_OF_ORDERS = 0.9
FREE_TEXT = frozenset({"notes", "tags", "description", "lead_source"})
# Without a header more fields are recognised by content.
FULL_NAME_CELL = r"^\s*\p{L}[\p{L}'’.-]+(?: \p{L}[\p{L}'’.-]*){1,3}\s*$"
NAME_CELL = r"^\s*\p{L}[\p{L}'’. -]*\s*$"
POSTAL_CELL = r"^\s*(?:\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{4} ?[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d)\s*$"
STATE_CELL = r"^\s*(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])\s*$"
COUNTRY_CELL = (
    r"(?i)^\s*(?:US|USA|United States|Canada|GB|UK|United Kingdom|DE|Deutschland|Germany|FR|France|ES|España|Spain"
    r"|NL|Nederland|PT|Portugal|BR|Brasil|AT|CH|BE)\s*$"
)


# How a column of `System.outcomes` is read.
OUTCOME = "Dialer Disposition"
# Tables of headers.toml whose keys are fields.
TABLES_OF_FIELDS = ("fields", "opposites", "present_means_true")


class System(BaseModel):
    """A system that is recognised by its export's columns.

    Attributes:
        signature: The columns that its exports have.
        source_id: The column of its ids of people; None if it exports none.
        of_emails: Columns whose opt-outs name no channel and are about e-mails.
        outcomes: Columns of the outcomes of calls that are not called so.
        consent: Columns whose names have another meaning than the system's.
        fields: Column → field, of columns whose names have no meaning, or another one elsewhere; "" keeps one as a custom field.
        further_signatures: Other columns by which its exports are recognised.
        unless: Columns next to which those of `fields` keep their own meaning.
    """

    model_config = ConfigDict(extra="forbid")

    signature: list[str]
    source_id: str | None = None
    of_emails: list[str] = []
    outcomes: list[str] = []
    consent: dict[str, ConsentRule] = {}
    fields: dict[str, str] = {}
    further_signatures: list[list[str]] = []
    unless: list[str] = []


class Neighbours(BaseModel):
    """Names of a field that count only where the file has a column of one of `next_to`."""

    model_config = ConfigDict(extra="forbid")

    names: list[str]
    next_to: list[str]


class Synonyms(BaseModel):
    """`headers.toml` as it stands."""

    model_config = ConfigDict(extra="forbid")

    fields: dict[str, list[str]]
    next_to: dict[str, Neighbours] = {}
    opposites: dict[str, list[str]]
    present_means_true: dict[str, list[str]]
    systems: dict[str, System]
    own: dict[str, list[str]]
    reports: dict[str, list[str]] = {}


class ColumnUse(BaseModel):
    """The use of a column.

    Attributes:
        column: The column of the file.
        field: The field of a lead; None if the column is kept as a custom field.
        meaning: How a cell becomes the value of the field.
        own: Whether Henk added the column, which is left out then.
        consent: How its cells are read for refusals; None if nothing in them may be one.
        kind_column: The column that names the kind of number it holds.
        kind_in_notes: Whether that is a column of notes about its numbers.
        code_columns: The columns that name the country of its numbers.
        area_column: The column of the area code.
        extension_column: The column of the extension.
        exchange_column: The column of the digits before the last four, if this column holds only the last four.
        rank: Which of several columns of a field counts first.
        by: The reason for the mapping; None for custom fields.
    """

    model_config = ConfigDict(frozen=True)

    column: str
    field: str | None
    meaning: Meaning = "value"
    own: bool = False
    consent: ConsentColumn | None = None
    kind_column: str | None = None
    code_columns: tuple[str, ...] = ()
    area_column: str | None = None
    extension_column: str | None = None
    exchange_column: str | None = None
    kind_in_notes: bool = False
    rank: int = 0
    by: By | None = None


class Candidate(BaseModel):
    """A column that could have been a field and is not, with the reason."""

    model_config = ConfigDict(frozen=True)

    column: str
    field: str
    reason: str


class Mapping(BaseModel):
    """Every column of a file in order, what each is used for, and the system the file comes from (None: not recognised).

    `notes`: in words, where several columns were for one field, and what was recognised by content only. `candidates`: columns that were
    considered for a field and not taken. `questions`: those of the notes that only a person can answer. `numbers_not_read`: columns of numbers
    to call of which the names do not say whose they are, next to one that is the person's.
    """

    model_config = ConfigDict(frozen=True)

    uses: list[ColumnUse]
    system: str | None
    notes: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    questions: tuple[str, ...] = ()
    numbers_not_read: tuple[str, ...] = ()

    def reasons(self) -> list[dict[str, object]]:
        """Return for every column that is used: column, field, what the mapping rests on, and the candidates that were not taken."""
        return [
            {
                "column": use.column,
                "field": use.field,
                "by": use.by,
                "rejected": [
                    {"column": candidate.column, "reason": candidate.reason}
                    for candidate in self.candidates
                    if candidate.field == use.field
                ],
            }
            for use in self.uses
            if use.field is not None
        ]

    def by_column(self) -> dict[str, str | None]:
        """Return column of the file → field, or None where it is kept as a custom field."""
        return {use.column: use.field for use in self.uses}


def load_synonyms() -> Synonyms:
    """Return the synonyms of schemas/upload/headers.toml; names and systems of the table that HENK_HEADERS names come before them.

    Raises:
        InfrastructureError: The operator's table cannot be used.
    """
    return _read_synonyms(load_settings().headers)


@lru_cache(maxsize=1)
def _read_synonyms(own: Path | None) -> Synonyms:
    shipped = tomllib.loads((schemas_folder() / "upload" / "headers.toml").read_text("utf-8"))
    if own is None:
        return Synonyms.model_validate(shipped)
    table = read_table(own, "HENK_HEADERS")
    try:
        added = Synonyms.model_validate({**{key: {} for key in Synonyms.model_fields}, **table})
    except ValidationError as error:
        raise unusable_table(own, "HENK_HEADERS", describe_mistakes(error, Synonyms, own.read_text("utf-8"))) from error
    unknown = [(name, field) for name in TABLES_OF_FIELDS for field in getattr(added, name) if field not in shipped["fields"]]
    if unknown:
        text, known_fields = own.read_text("utf-8"), sorted(shipped["fields"])
        raise unusable_table(own, "HENK_HEADERS", " ".join(describe_unknown_key(path, known_fields, text) for path in unknown))
    return _with_names(Synonyms.model_validate(shipped), added)


def _with_names(shipped: Synonyms, added: Synonyms) -> Synonyms:
    """Return the synonyms with `added` names first. A name that is added means what it is added to, and no longer another field."""
    taken = {name_key(name) for table in TABLES_OF_FIELDS for names in getattr(added, table).values() for name in names}
    merged: dict[str, dict[str, list[str]]] = {}
    for table in TABLES_OF_FIELDS:
        new: dict[str, list[str]] = getattr(added, table)
        old: dict[str, list[str]] = getattr(shipped, table)
        kept = {field: [name for name in names if name_key(name) not in taken] for field, names in old.items()}
        merged[table] = {field: [*new.get(field, []), *kept.get(field, [])] for field in {**kept, **new}}
    return shipped.model_copy(update={**merged, "systems": {**added.systems, **shipped.systems, **added.systems}})


def map_columns(
    table: pl.DataFrame,
    manifest_columns: dict[str, str],
    source: str | None = None,
    *,
    has_header: bool = True,
    manifest_consent: dict[str, ConsentRule] | None = None,
) -> Mapping:
    """Find each column's field: by the manifest first, then by the synonyms, then by the content of the column.

    Args:
        table: The text table.
        manifest_columns: The manifest's `[columns]`.
        source: The manifest's `source`; None if it names none.
        has_header: Whether the file has a header line.
        manifest_consent: The manifest's `[consent]`.

    Returns:
        The use of every column. Each field gets one column, a consent field all columns that are about it.

    Raises:
        ManifestError: The manifest names a column the file lacks or a field that does not exist.
    """
    synonyms = load_synonyms()
    columns = table.columns
    by_name = {name_key(column): column for column in reversed(columns)}
    _check_manifest(manifest_columns, columns, synonyms)
    _check_consent(manifest_consent or {}, columns)
    system = source or _recognise(by_name, synonyms)
    if system is None and "source_id" in manifest_columns.values():
        raise ManifestError(
            "The manifest maps a column to 'source_id' but does not say whose ids they are: add source = \"name_of_the_system\"."
        )
    mapper = _Mapper(table, synonyms, system, manifest_columns, has_header=has_header)
    mapper.take_of_system()
    mapper.take_lines_of_numbers()
    mapper.leave_out_times_of_reports()
    for field, meaning, field_names in _names_of_fields(synonyms, system):
        mapper.take_named(field, meaning, field_names)
    mapper.take_house_number()
    mapper.take_amount_of_gifts()
    mapper.take_date_of_gifts()
    mapper.take_id_of_gifts()
    mapper.take_parts_of_gifts()
    mapper.take_status_of_gifts()
    mapper.take_refunds_of_gifts()
    mapper.take_kind_of_gifts()
    mapper.note_open_amounts()
    mapper.take_by_content()
    column_uses = _uses_of(
        table, mapper.uses, mapper.matrix, system, manifest_columns, manifest_consent or {}, role=mapper.persons.role, has_header=has_header
    )
    rank = {column: place for place, column in enumerate(mapper.uses)}
    return Mapping(
        uses=[
            use.model_copy(update={"by": mapper.by.get(use.column, "name"), "rank": rank.get(use.column, 0)})
            if use.field is not None
            else use
            for use in column_uses
        ],
        system=system,
        notes=tuple(mapper.notes),
        candidates=tuple(mapper.candidates),
        questions=tuple(mapper.questions),
        numbers_not_read=mapper.numbers_not_read,
    )


class _Mapper:
    """The columns of a file on their way to fields: `uses` says what each is taken for, `by` on what that rests, `settled` which are decided."""

    def __init__(
        self, table: pl.DataFrame, synonyms: Synonyms, system: str | None, manifest_columns: dict[str, str], *, has_header: bool
    ) -> None:
        self.table, self.synonyms, self.system, self.has_header = table, synonyms, synonyms.systems.get(system or ""), has_header
        self.by_name = _by_name(table.columns, synonyms)
        self.uses: dict[str, tuple[str, Meaning]] = {column: (field, VALUE) for column, field in manifest_columns.items() if field}
        self.by: dict[str, By] = dict.fromkeys(self.uses, "manifest")
        self.settled = set(manifest_columns)
        self.matrix, self.asked = _of_consent(table, self.settled) if has_header else (set(), set())
        unsettled = [column for column in table.columns if column not in self.settled | self.matrix] if has_header else []
        self.numbers = _named_numbers(table, unsettled, synonyms, self.asked)
        self.asked -= {column for column in self.asked if _proves_numbers(_sample(table, column)) and read_number_name(column) is not None}
        free = [column for column in table.columns if column not in self.settled | self.asked]
        numbered = _numbered_names(table, free, synonyms) if has_header else []
        self.settled |= set(numbered)
        free = [column for column in free if column not in numbered]
        self.persons = _persons(table, free if has_header else [], synonyms, self.numbers)
        self.has_buyer = any(roles.read_heading(column).role == "buyer" for column in self.persons.excluded)
        if self.has_buyer:
            self.persons.excluded.update(dict.fromkeys(_bills(free), "it is of another person (buyer)"))
        self.notes: list[str] = [*self.persons.notes, *(_describe_numbered(table, column) for column in numbered)]
        self.questions: list[str] = []
        self.numbers_not_read: tuple[str, ...] = ()
        self.full_names: list[str] = []
        self.holds = _contents(table, [column for column in free if not _is_fax(column)])
        self.candidates = [
            Candidate(column=column, field=self.holds.get(column, ""), reason=reason) for column, reason in self.persons.excluded.items()
        ]

    @property
    def fields(self) -> set[str]:
        """The fields that have a column."""
        return {field for field, _ in self.uses.values()}

    def turn_down(self, columns: Iterable[str], field: str, reason: str) -> None:
        """Note columns that could have been a field, and why they are not."""
        self.candidates += [Candidate(column=column, field=field, reason=reason) for column in columns]

    def take_of_system(self) -> None:
        """Use the columns that a recognised system has for fields; others of its table are custom fields."""
        if self.system is None or any(name_key(column) in self.by_name for column in self.system.unless):
            return
        taken = self.settled | self.matrix | self.asked
        names = {name_key(name): field for name, field in self.system.fields.items()}
        present = {self.by_name[key]: field for key, field in names.items() if key in self.by_name and self.by_name[key] not in taken}
        for field in dict.fromkeys(field for field in present.values() if field):
            _take(field, VALUE, [column for column, named in present.items() if named == field], self.uses, self.notes)
        self.settled |= set(present)
        self.by.update({column: "system" for column in self.uses if column not in self.by})

    def take_lines_of_numbers(self) -> None:
        """Use columns of the last digits of numbers ("Line"), where columns of area codes and of exchanges stand next to them."""
        free = [
            column for column in self.table.columns if column not in self.settled | self.matrix | self.asked | self.persons.excluded.keys()
        ]
        lines = _lines_of_numbers(self.table, free, self.synonyms)
        for field in dict.fromkeys(lines.values()):
            columns = [column for column, named in lines.items() if named == field]
            _take(field, VALUE, columns, self.uses, self.notes)
            self.by.update(dict.fromkeys(columns, "name"))
        for line in lines:
            area, exchange = _parts_of_line(self.table, line, free)
            self.notes.append(f"Columns “{area}”, “{exchange}” and “{line}” are joined to one number.")
            self.settled |= {str(area), str(exchange), line}

    def leave_out_times_of_reports(self) -> None:
        """Leave out the time zone of a time of day in the row: it is the report's, not the person's."""
        columns = _report_columns(self.by_name, self.synonyms) | _zones_of_times(self.table, self.by_name, self.synonyms)
        columns -= self.settled
        self.turn_down(columns, "timezone", "it is of the report's times")
        self.settled |= columns

    def take_named(self, field: str, meaning: Meaning, field_names: list[str]) -> None:
        """Use the columns whose names, or roles and names, say a field."""
        taken = self.settled | self.matrix
        exact = [self.by_name[key] for name in field_names if (key := name_key(name)) in self.by_name and self.by_name[key] not in taken]
        if field in PHONE_FIELDS:
            exact = self._with_named_numbers(field, exact, field_names)
        if field == "phone":
            exact = self._with_bare_kinds(exact, field_names)
        if field == "house_number":
            exact = [column for column in exact if not _is_called_number(column) or self._is_house_number(column)]
        by_role = _columns_by_role(field, field_names, self.persons, taken) if meaning == "value" else []
        columns = [column for column in dict.fromkeys([*exact, *by_role]) if not _holds_another(self.holds.get(column), field)]
        if field in roles.PERSON_FIELDS | roles.ADDRESS_FIELDS | roles.FIELDS_OF_CHILDREN:
            columns = [column for column in columns if column not in self.persons.excluded]
        if field in PAID_FIELDS and self.has_buyer:
            self.turn_down(columns, field, "another person (buyer) paid it")
            columns = []
        if field in OF_CONTENT:
            columns = self._that_hold(field, columns)
        if field == "country":
            columns = [column for column in columns if self.holds.get(column) != "email"]  # "CC" of a mail
            columns, codes = _countries_and_codes(self.table, columns)
            self.uses.update(dict.fromkeys(codes, (CALLING_CODE, VALUE)))
        columns.sort(key=lambda column: roles.read_heading(column).role != self.persons.role)
        # Next to first or last names a full name adds nothing, unless one of the two is missing; it is kept as a custom field.
        if field == "full_name":
            self.full_names = columns
        if (field, meaning) in self.uses.values() or (field == "full_name" and self.fields & {"first_name", "last_name"}):
            self.turn_down(columns, field, f"{field} has a better column")
            columns = []
        before = set(self.uses)
        _take(field, meaning, columns, self.uses, self.notes)
        self.turn_down([column for column in columns if column not in self.uses], field, "another name comes first")
        by_this: By = "system" if field == "source_id" else "name"
        new = [column for column in self.uses if column not in before and column not in self.by]
        self.by.update({column: "role" if column in by_role and roles.read_heading(column).role else by_this for column in new})
        self.settled |= self.uses.keys()

    def _that_hold(self, field: str, columns: list[str]) -> list[str]:
        """Return the columns named as a field that hold it; one of last gifts that holds dates is used as one of dates."""
        phones = [column for column, content in self.holds.items() if content == "phone" and column not in self.settled]
        columns, others = _by_their_cells(self.table, field, columns, phones)
        self.turn_down(others, field, f"its cells are no {field}")
        if field == "last_gift_amount" and others and "last_gift_date" not in self.fields:
            self.uses[others[0]], self.by[others[0]] = ("last_gift_date", VALUE), "content"
            self.notes.append(f"Column “{others[0]}” is taken as the {label('last_gift_date')}, by what it holds.")
        return columns

    def _with_bare_kinds(self, exact: list[str], field_names: list[str]) -> list[str]:
        """Return columns of numbers with those of bare words ("Home") that hold numbers, each where its whole name stands in the order."""
        order = {name_key(name): place for place, name in reversed(list(enumerate(field_names)))}
        generic = "|".join(sorted({name_key(word) for word in phone_columns.GENERIC}, key=len, reverse=True))
        bare = {re.sub(rf"^(?:{generic})(?:de)?|(?:{generic})$", "", key): place for key, place in reversed(order.items())}
        names = {name_key(name) for name in phone_columns.load_phone_columns().bare_kinds}
        places = {column: order.get(name_key(column), len(order)) for column in exact}
        for column, holds in self.holds.items():
            key = name_key(column)
            if holds == "phone" and key in names and key in bare and column not in self.settled:
                places.setdefault(column, bare[key])
        return sorted(places, key=lambda column: places[column])

    def _with_named_numbers(self, field: str, exact: list[str], field_names: list[str]) -> list[str]:
        """Return columns of numbers with those whose names say so word by word ("Home Tel"), each where a name of its kind stands in the order."""
        order: dict[frozenset[str], int] = {}
        for place, name in enumerate(field_names):
            if (read := read_number_name(name)) is not None:
                order.setdefault(read.kinds, place)
        keys = {name_key(name): place for place, name in reversed(list(enumerate(field_names)))}
        # A name that is in the list comes before one of its kind that is not; `exact` may hold one under another key ("Phone__c").
        places = {column: (keys.get(name_key(column), len(keys)), 0) for column in exact}
        for column, number in self.numbers.items():
            if number.field == field and column not in self.settled and column not in places:
                places[column] = (order.get(number.kinds, len(field_names)), number.place)
        return sorted(places, key=lambda column: places[column])

    def _is_house_number(self, column: str) -> bool:
        """Return whether a column named "Number" stands next to the street and holds house numbers that the street lacks."""
        columns = self.table.columns
        place = columns.index(column)
        streets = {name_key(name) for name in self.synonyms.fields["street"]}
        neighbours = [columns[near] for near in (place - 1, place + 1) if 0 <= near < len(columns)]
        street = next((near for near in neighbours if name_key(near) in streets), None)
        cells = _sample(self.table, column)
        if (
            street is None
            or _share(cells, HOUSE_CELL) < CONTENT_SHARE
            or _share(_sample(self.table, street), r"\d") >= MIN_SHARE_OF_ANSWERS
        ):
            return False
        numbers = cells.str.strip_chars().str.to_integer(strict=False)
        return not (len(numbers) >= RUNNING and numbers.null_count() == 0 and (numbers.diff().drop_nulls() == 1).all())

    def take_house_number(self) -> None:
        """Use a column named "Number" next to the street for the house number, where it holds such."""
        if "house_number" in self.fields or "street" not in self.fields:
            return
        free = [column for column in self.table.columns if column not in self.settled | self.uses.keys()]
        column = next((column for column in free if _is_called_number(column) and self._is_house_number(column)), None)
        if column is not None:
            self.uses[column], self.by[column] = ("house_number", VALUE), "content"
            self.notes.append(
                f"Column “{column}” is taken as the house number: it stands next to the street, and its cells are house numbers."
            )
            self.settled.add(column)

    def take_amount_of_gifts(self) -> None:
        """Use a column named "Total Amount" for the amount of the gift, in a file with the day or the state of each."""
        names = {name_key(name) for name in self.synonyms.reports.get("amounts", [])}
        totals = [column for column, use in self.uses.items() if use == ("total_gifts", VALUE) and name_key(column) in names]
        if totals and self.fields & {"gift_date", "gift_status"} and not self.fields & {"gift_amount", "gift_count"}:
            self.uses[totals[0]] = ("gift_amount", VALUE)

    def take_date_of_gifts(self) -> None:
        """Use a column named "Date" for the day of the gift, in a file that has a row a gift."""
        column = _date_of_gifts(self.table, self.by_name, self.synonyms, self.uses, self.settled)
        if column is not None:
            self.uses[column], self.by[column] = ("gift_date", VALUE), "name"
            self.settled.add(column)

    def take_id_of_gifts(self) -> None:
        """Use the column of the ids of gifts, in a file that has amounts of gifts."""
        if "gift_amount" in self.fields:
            self._take_of_reports("gift_id", "gift_ids", lambda cells: len(cells) > 0)

    def take_parts_of_gifts(self) -> None:
        """Use the parts of gifts that funds get for the amounts, in a file without ids of gifts: every part repeats the amount of its gift."""
        if self.fields & {"gift_id", "total_gifts"}:
            return
        part = next(iter(self._free_of_reports("parts_of_gifts")), None)
        if part is None or _share(_sample(self.table, part), AN_AMOUNT) < CONTENT_SHARE:
            return
        for column in [column for column, use in self.uses.items() if use == ("gift_amount", VALUE) and self.by.get(column) != "manifest"]:
            del self.uses[column]
            self.notes.append(f"Column “{part}” is taken as the {label('gift_amount')}; “{column}” is kept as a custom field.")
        if "gift_amount" not in self.fields:
            self.uses[part], self.by[part] = ("gift_amount", VALUE), "name"
            self.settled.add(part)

    def take_status_of_gifts(self) -> None:
        """Use a column named "Status" for what became of the gift, in a file that has a row a gift and where its cells say so."""
        if "gift_status" not in self.fields and self.fields & {"gift_amount", "gift_date"}:
            self._take_of_reports("gift_status", "states", lambda cells: _share(cells, _states_of_gifts()) >= CONTENT_SHARE)

    def take_refunds_of_gifts(self) -> None:
        """Use a column named "Refunded" by what it holds: the amounts that went back, or whether the gift did."""
        for column, (field, _) in list(self.uses.items()):
            if field not in ("gift_refunded", "gift_refund") or self.by.get(column) in ("manifest", "system"):
                continue
            cells = _sample(self.table, column)
            if field == "gift_refund" and len(cells) and _share(cells, _words_of_gifts("yes", "no")) == 1 and not _share(cells, r"\d"):
                self.uses[column] = ("gift_refunded", VALUE)
            elif field == "gift_refunded" and _share(cells, AN_AMOUNT) >= CONTENT_SHARE and _share(cells, r"^\s*[01]\s*$") < 1:
                self.uses[column] = ("gift_refund", VALUE)

    def take_kind_of_gifts(self) -> None:
        """Use the columns that say what kind of payment and of gift each row is, in a file that has amounts of gifts."""
        if "gift_amount" not in self.fields:
            return
        if "gift_kind" not in self.fields:
            self._take_of_reports("gift_kind", "kinds", lambda _: True)
        self._take_of_reports("gift_type", "types", lambda _: True)
        tests = _words_of_gifts("yes", "no", "tests", "live")
        self._take_of_reports("gift_test", "tests", lambda cells: _share(cells, tests) >= CONTENT_SHARE)

    def note_open_amounts(self) -> None:
        """Add a note for amounts of which nothing says whether each is a gift. Next to a total they are custom fields."""
        column = next((column for column, use in self.uses.items() if use == ("gift_amount", VALUE)), None)
        if column is None or self.fields & {"gift_date", "gift_id", "gift_status", "gift_count"}:
            return
        if name_key(column) not in {name_key(name) for name in _gift_words()["open_amounts"]}:
            return
        if "total_gifts" not in self.fields:
            self.notes.append(
                f"Column “{column}” has no column of days or ids of gifts next to it: of several rows of a person the largest amount is taken as the "
                f"{label('total_gifts')}. If each row is a gift, name the column “Gift Amount”."
            )
        elif self.by.get(column) == "name":
            del self.uses[column], self.by[column]
            self.settled.add(column)

    def _free_of_reports(self, names: str) -> list[str]:
        """Return the columns that a list of [reports] names and nothing else uses, in the order of the list."""
        keys = [key for name in self.synonyms.reports.get(names, []) if (key := name_key(name)) in self.by_name]
        return [self.by_name[key] for key in dict.fromkeys(keys) if self.by_name[key] not in self.settled | self.uses.keys()]

    def _take_of_reports(self, field: str, names: str, holds_it: Callable[[pl.Series], bool]) -> None:
        """Use the first column that a list of [reports] names, and whose cells are such, for a field."""
        column = next((column for column in self._free_of_reports(names) if holds_it(_sample(self.table, column))), None)
        if column is not None:
            self.uses[column], self.by[column] = (field, VALUE), "content" if field == "gift_status" else "name"
            self.settled.add(column)

    def take_by_content(self) -> None:
        """Use columns by what they hold, where their names say nothing."""
        by_names = dict(self.uses)
        _separate_name_columns(self.table, self.uses, self.settled | set(self.persons.excluded), self.notes)
        self._take_missing_half_of_names()
        self.by.update({column: "content" for column, use in self.uses.items() if by_names.get(column) != use})
        unsettled = self.settled | self.asked | set(self.persons.excluded)
        columns_by_field = _by_content(self.table, self.holds, unsettled, self.uses, self.candidates)
        if not self.has_header:
            columns_by_field |= _by_content_alone(
                self.table, self.settled | set(columns_by_field.values()), self.fields | columns_by_field.keys()
            )
        local = _local_numbers(self.table, [column for column in self.table.columns if column not in unsettled])
        if local is not None and not self.fields & PHONE_FIELDS:
            columns_by_field["phone"] = local
        for field, column in columns_by_field.items():
            self.uses[column], self.by[column] = (field, VALUE), "content"
            self.notes.append(f"Column “{column}” is taken as the {label(field)}, by what it holds.")
        self._take_whom()
        self._note_ids()
        self.questions = _open_questions(self.persons, self.candidates, self.fields)
        self._ask_whose_codes()
        self._note_numbers_not_read()
        self.notes += self.questions
        if not self.has_header:
            self.notes.append(
                "The file has no header line: name its columns (column_1, column_2, …) under [columns] in the manifest to be sure."
            )

    def _ask_whose_codes(self) -> None:
        """Take no column of numbers for which a column of calling codes may be: without its code a number would be another country's."""
        phones = [column for column in self.table.columns if self.uses.get(column, ("",))[0] in PHONE_FIELDS]
        free = [column for column in self.table.columns if column not in self.uses and column not in self.settled]
        for code, numbers in _codes_by_cells(self.table, free, phones).items():
            unclear = [
                column
                for column in numbers
                if self.by.get(column) != "manifest"
                and not phone_columns.code_columns(column, [name for name in self.table.columns if name not in phones])
                and _share(_sample(self.table, column), SIGNED_CELL) < CONTENT_SHARE
            ]
            if len(numbers) == 1 or not unclear:
                continue
            for column in unclear:
                self.candidates.append(
                    Candidate(column=column, field=self.uses.pop(column)[0], reason="the country of its numbers is not certain")
                )
                self.by.pop(column, None)
            shown = ", ".join(f"“{column}”" for column in unclear)
            self.questions.append(
                f"Column “{code}” holds calling codes, and of which numbers is not certain: {shown}. None is taken: name the column of codes "
                "as its column of numbers with “Country Code” behind it."
            )

    def _note_numbers_not_read(self) -> None:
        """Add a note that names the columns of numbers which are not read, because another is named as one of the person."""
        columns = [candidate.column for candidate in self.candidates if candidate.reason == f"{FIRST_NAMED} phone comes first"]
        columns = [column for column in columns if column not in self.uses and phone_columns.may_hold_numbers(column)]
        if columns and self.has_header:
            shown = ", ".join(f"“{column}”" for column in columns[:MAX_NAMED])
            self.numbers_not_read = tuple(columns)
            self.notes.append(
                f"Not read, because their names do not say whose numbers they hold: {shown}. If they are the person's, name them as phone under "
                "[columns] in the manifest."
            )

    def _take_whom(self) -> None:
        """Use a column named "Who", or as a role, for the names of a file that names nobody otherwise; add a note where no column is one."""
        if not self.has_header or self.fields & roles.NAME_FIELDS:
            return
        free = [column for column in self.table.columns if column not in self.settled | self.uses.keys() | self.asked]
        free = [column for column in free if column not in self.persons.excluded]
        names = {name_key(name) for name in self.synonyms.reports.get("whom", [])}
        column = next((column for column in free if name_key(column) in names or roles.names_own_role(column)), None)
        if (
            column is not None
            and _share(_sample(self.table, column), FULL_NAME_CELL) >= CONTENT_SHARE
            and not _is_mostly_equal(self.table, column, [])
        ):
            self.uses[column], self.by[column] = ("full_name", VALUE), "content"
            self.notes.append(f"Column “{column}” is taken as the full name, by what it holds.")
            return
        texts = [column for column in free if _share(_sample(self.table, column), NAME_CELL) >= CONTENT_SHARE]
        if texts and self.fields & CONTACT_FIELDS:
            shown = ", ".join(f"“{column}”" for column in texts[:MAX_NAMED])
            self.notes.append(
                f"No column of the file is a name, so nobody of it has one. If it is one of {shown}, name it under [columns] in the manifest."
            )

    def _note_ids(self) -> None:
        """Add a note for a column of ids of which no system is known: nobody is recognised by them."""
        if "source_id" in self.fields or (self.system is not None and self.system.source_id is not None) or not self.has_header:
            return
        names = {name_key(name) for name in self.synonyms.reports.get("ids", [])}
        free = [column for column in self.table.columns if name_key(column) in names and column not in self.settled | self.uses.keys()]
        column = next(
            (column for column in free if len(_sample(self.table, column)) and _sample(self.table, column).is_unique().all()), None
        )
        if column is not None:
            self.notes.append(
                f'Column “{column}” may hold ids of people. To recognise them by it in other files, write "{column}" = "source_id" under [columns] '
                'in the manifest, and source = "name_of_the_system".'
            )

    def _take_missing_half_of_names(self) -> None:
        """Use a column of full names, in which those of the only column of given or of family names stand, for the other half."""
        of = {field: column for column, (field, _) in self.uses.items()}
        halves = [of[half] for half in ("first_name", "last_name") if half in of]
        column = next((column for column in self.full_names if column not in self.uses and column not in self.settled), None)
        if len(halves) == 2 and column is not None and _names_the_nameless(self.table, halves, column):
            self.uses[column] = ("full_name", VALUE)
            self.notes.append(f"Column “{column}” is taken for the names of rows that have no first and last name.")
        if halves == [of.get("last_name")] and column is not None and _are_given_names(self.table, column, halves[0]):
            self.uses[column] = ("first_name", VALUE)
            self.notes.append(f"Column “{column}” is taken as the first name: its cells do not hold those of “{halves[0]}”.")
        elif len(halves) == 1 and column is not None and _name_one_person(self.table, halves, [column]):
            self.uses[column] = ("full_name", VALUE)
            self.notes.append(f"Column “{column}” is taken for the half of the names that “{halves[0]}” has not.")


def _are_given_names(table: pl.DataFrame, column: str, last: str) -> bool:
    """Return whether a column named as one of full names holds given names: nearly no cell has the family name of its row in it."""
    rows = [
        (words, others)
        for name, family in table.select(column, last).head(CONTENT_SAMPLE).iter_rows()
        if (words := set(roles.words_of(name or ""))) and (others := set(roles.words_of(family or "")))
    ]
    with_family = sum(bool(words & others) for words, others in rows)
    return bool(rows) and with_family <= (1 - CONTENT_SHARE) * len(rows) and not _is_mostly_equal(table, column, [last])


def _names_the_nameless(table: pl.DataFrame, halves: Sequence[str], column: str) -> bool:
    """Return whether a column of full names names rows in which the columns of given and of family names are empty ("Lee Foundation")."""
    filled = [table[name].str.contains(r"\p{L}").fill_null(value=False) for name in (column, *halves)]
    return bool((filled[0] & ~filled[1] & ~filled[2]).any())


def _bills(columns: Sequence[str]) -> set[str]:
    """Return the columns of bills ("Billing City"): of the buyer, where that is another person than the one of the row."""
    return {column for column in columns if (named := roles.read_addressee(column)) is not None and named[0] == "billing"}


def _by_name(columns: Sequence[str], synonyms: Synonyms) -> dict[str, str]:
    """Return name key → column; of a name in which a kind of address or a currency stands behind it, that of the plain name, too.

    "City (Billing)" is the "Billing City", and "Amount (AUD)", "Betrag in EUR" are amounts.
    """
    columns_by_key = {name_key(column): column for column in reversed(columns)}
    for field, neighbours in synonyms.next_to.items():
        names = [key for name in neighbours.names if (key := name_key(name)) in columns_by_key]
        if names and any(name_key(name) in columns_by_key for name in neighbours.next_to):
            columns_by_key.setdefault(name_key(synonyms.fields[field][0]), columns_by_key[names[0]])
    amounts = {name_key(name) for field in ("gift_amount", "total_gifts", "last_gift_amount") for name in synonyms.fields[field]}
    for column in columns:
        for plain in _plain_names(column):
            columns_by_key.setdefault(name_key(plain), column)
        kind = re.fullmatch(r"(.+?)\s*[(\[](\w+)[)\]]\s*", column)
        if kind and kind[2].casefold() in ADDRESS_KINDS:
            columns_by_key.setdefault(name_key(f"{kind[2]} {kind[1]}"), column)
        currency = re.fullmatch(r"(.+?)\s*(?:(?i:\bin)\s+|[(\[]\s*)([A-Z]{3}|[€$£¥])\s*[)\]]?\s*", column)
        if currency and name_key(currency[1]) in amounts:
            columns_by_key.setdefault(name_key(currency[1]), column)
    return columns_by_key


def _plain_names(column: str) -> list[str]:
    """Return what else a name is: without the marks of Salesforce's own fields ("npe01__Home_City__c"), and without the group before or around it.

    "Address: Postcode", "Address (City)" and "Name: First" are the postcode, the city and the first name.
    """
    names = []
    custom = re.fullmatch(r"(?i)(?:\w+?__)?(\w+?)__(?:c|pc)\s*", column)
    if custom is not None and not custom[1].casefold().startswith("preferred"):  # NPSP: which of the person's numbers
        names.append(custom[1])
    grouped = re.fullmatch(r"\s*(\w+)\s*(?:[:(\[]|\s-\s)\s*(.+?)[)\]]?\s*", column)
    if grouped is not None and grouped[1].casefold() in GROUPS:
        names.append(grouped[2])
    return names


@lru_cache(maxsize=1)
def _gift_words() -> dict[str, list[str]]:
    """Return [gifts] of schemas/upload/cells.toml; leads/cell_words.py says which words are which."""
    words: dict[str, list[str]] = tomllib.loads((schemas_folder() / "upload" / "cells.toml").read_text("utf-8"))["gifts"]
    return words


def _words_of_gifts(*lists: str) -> str:
    """Return a pattern of cells that are a word of some lists of [gifts]."""
    return rf"(?i)^\s*(?:{'|'.join(re.escape(word) for name in lists for word in _gift_words()[name])})(?:\s*\(.*\))?\s*$"


def _states_of_gifts() -> str:
    """Return a pattern of the words for what becomes of a gift."""
    return _words_of_gifts("given", "not_given", "refunded", "moved", "moved_without_name")


def _report_columns(by_name: dict[str, str], synonyms: Synonyms) -> set[str]:
    """Return the columns of time zones that belong to a time of day in the row: the report's, not the person's."""
    if not any(name_key(name) in by_name for name in synonyms.reports.get("time_of_day", [])):
        return set()
    return {by_name[key] for name in synonyms.fields["timezone"] if (key := name_key(name)) in by_name}


def _zones_of_times(table: pl.DataFrame, by_name: dict[str, str], synonyms: Synonyms) -> set[str]:
    """Return the columns of time zones that follow a column of the times of orders, calls and the like: the zone is that of these times."""
    words = [word for name in ("gifts", "days", "further_words", "events") for word in synonyms.reports.get(name, [])]
    zones = {by_name[key] for name in synonyms.fields["timezone"] if (key := name_key(name)) in by_name}
    before = {zone: table.columns[table.columns.index(zone) - 1] for zone in zones if zone != table.columns[0]}
    return {zone for zone, column in before.items() if _is_of(column, words) and _share(_sample(table, column), TIME_CELL) >= CONTENT_SHARE}


def _is_of(column: str, words: Iterable[str]) -> bool:
    """Return whether a column's name has words and only those of `words`; of "CreatedAt" each part is one."""
    allowed = {name_key(word) for word in words}
    parts = re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column))
    return bool(parts) and all(name_key(part) in allowed for part in parts)


def _date_of_gifts(
    table: pl.DataFrame, by_name: dict[str, str], synonyms: Synonyms, uses: dict[str, tuple[str, Meaning]], settled: set[str]
) -> str | None:
    """Return the column of the days of gifts of a file that has a row a gift: it has amounts of gifts and no other date of theirs.

    One whose name says so ("Close Date") comes before one named "Date".
    """
    named = {field for field, _ in uses.values()}
    if "gift_amount" not in named or named & {"gift_date", "last_gift_date"}:
        return None
    days, gifts, further = (synonyms.reports.get(name, []) for name in ("days", "gifts", "further_words"))
    free = [column for column in table.columns if column not in settled]
    of_days = [column for column in free if _is_of(column, [*days, *gifts, *further]) and not _is_of(column, [*gifts, *further])]
    of_gifts = [column for column in of_days if not _is_of(column, [*days, *further])]
    dates = [
        by_name[key] for name in synonyms.reports.get("date", []) if (key := name_key(name)) in by_name and by_name[key] not in settled
    ]
    columns = dict.fromkeys([*of_gifts, *dates, *of_days])
    return next((column for column in columns if _share(_sample(table, column), DATED_CELL) >= CONTENT_SHARE), None)


def _by_their_cells(table: pl.DataFrame, field: str, columns: list[str], phones: list[str]) -> tuple[list[str], list[str]]:
    """Return which columns named as a field hold it, and which plainly hold something else.

    A column of dates is no amount. A column of numbers to call holds none only where another one does (`phones`).
    """
    if field in PHONE_FIELDS:
        others = [
            c
            for c in columns
            if c not in phones and set(phones) - {c} and len(_sample(table, c)) and not _share(_sample(table, c), SOME_NUMBER)
        ]
    else:
        others = [column for column in columns if _share(_sample(table, column), DATED_CELL) >= CONTENT_SHARE]
    return [column for column in columns if column not in others], others


def _countries_and_codes(table: pl.DataFrame, columns: list[str]) -> tuple[list[str], list[str]]:
    """Return which columns named as one of countries hold them, and which hold calling codes."""
    codes = [column for column in columns if _share(_sample(table, column), CODE_CELL) >= CONTENT_SHARE]
    return [column for column in columns if column not in codes and not phone_columns.code_columns("Phone", [column])], codes


def _holds_kinds(table: pl.DataFrame, column: str) -> bool:
    """Return whether a column named as one of calling codes ("Phone Code") holds the kinds of numbers: "H", "M", "W", perhaps a "DNC"."""
    cells = _sample(table, column)
    if not len(cells) or _share(cells, r"\d"):
        return False
    kinds = {cell.lower() for cell in phone_columns.load_phone_columns().kind_cells}
    return sum(cell.strip(" .").lower() in kinds or read_statement(cell).polarity == "refusal" for cell in cells) >= CONTENT_SHARE * len(
        cells
    )


def _kind_columns(
    table: pl.DataFrame, phone: str, phones: Sequence[str], uses: dict[str, tuple[str, Meaning]]
) -> tuple[str | None, str | None]:
    """Return the column of the kinds of the numbers of `phone`, and that of notes about them where there is none."""
    columns = table.columns
    kind = phone_columns.kind_column(phone, columns) or (phone_columns.line_kind_column(columns) if phones == [phone] else None)
    kind = kind or phone_columns.kind_column_by_beginning(phone, [column for column in columns if column not in uses])
    if kind is not None:
        return kind, None
    if (notes := phone_columns.kind_notes_column(phone, columns)) is not None or phones != [phone]:
        return None, notes
    named = [column for column in columns if uses.get(column, ("tags",))[0] == "tags"]
    return next((column for column in named if _holds_kinds_of_numbers(table, column)), None), None


def _holds_kinds_of_numbers(table: pl.DataFrame, column: str) -> bool:
    """Return whether most filled cells of a column named "Type" or alike are kinds of telephones, a mobile, a fax or another's among them."""
    if not phone_columns.may_be_of_kinds(column):
        return False
    cells = [cell for cell in _sample(table, column) if len(cell) > 1]  # "M" and "F" are genders
    are_kinds = [phone_columns.is_kind_of_number(cell) for cell in cells]
    return sum(are_kinds) >= CONTENT_SHARE * max(len(cells), 1) and any(map(phone_columns.tells_of_number, cells))


def _area_columns(table: pl.DataFrame, columns: list[str]) -> list[str]:
    """Return which columns are of area codes by their names and their cells."""
    endings = phone_columns.load_phone_columns().area_codes
    named = [column for column in columns if phone_columns.is_part(column, endings)]
    return [column for column in named if _share(_sample(table, column), AREA_CELL) >= MIN_SHARE_OF_AREA_CODES]


def _codes_by_cells(table: pl.DataFrame, columns: list[str], phones: list[str]) -> dict[str, list[str]]:
    """Return the columns of calling codes by their cells ("+44", "0044"; plain digits under a word for a prefix), and the columns of their numbers.

    They are the only column of numbers, or the next to the right, else to the left; two where a code stands between two columns and so may be
    either's; all where none is next to it. A column of codes with a subject of its own ("fax_cc") is of no other's.
    """
    codes = {
        column: phone_columns.subject_of_code(column)
        for column in columns
        if phones and _holds_codes(_sample(table, column), is_named=_may_be_codes(table, column, phones))
    }
    numbers_by_code = {}
    for code, subject in codes.items():
        of = [phone for phone in phones if roles.read_heading(phone).role == roles.read_heading(code).role]
        named = [phone for phone in of if subject is not None and phone_columns.subject_of_number(phone) == subject]
        if subject and not named:
            if of == phones and len(phones) == 1 and phone_columns.is_of_any_number(subject):
                numbers_by_code[code] = of  # "mobile_cc" in a file with no numbers but those of "Phone"
            continue  # "fax_cc"
        place = table.columns.index(code)
        left, right = (table.columns[near] if 0 <= near < table.width else "" for near in (place - 1, place + 1))
        # Codes stand before their numbers, unless the first of them stands behind one.
        near = [column for column in (right, left) if column in of]
        numbers_by_code[code] = named or (near if near and (len(near) < len(of) or len(near) == 1) else of)
    return _one_by_one(numbers_by_code, table.columns)


def _may_be_codes(table: pl.DataFrame, column: str, phones: list[str]) -> bool:
    """Return whether plain digits in a column may be calling codes: by its name, or because the only numbers of the file have their area codes.

    "Vorwahl" is as often the area code.
    """
    if phone_columns.may_be_codes(column):
        return True
    if len(phones) != 1 or not phone_columns.is_part(column, phone_columns.load_phone_columns().area_codes):
        return False
    rows = table.select(pl.col(column).str.strip_chars().alias("code"), pl.col(phones[0]).str.replace_all(r"\D", "").alias("number"))
    repeats = rows.head(CONTENT_SAMPLE).select(pl.col("number").str.strip_chars_start("0").str.starts_with(pl.col("code")).mean()).item()
    return _share(_sample(table, phones[0]), WITH_AREA_CODE) >= CONTENT_SHARE and (repeats or 0) < MIN_SHARE_OF_AREA_CODES


def _one_by_one(numbers_by_code: dict[str, list[str]], columns: Sequence[str]) -> dict[str, list[str]]:
    """Return codes and their numbers, where each of several codes stands on one side of a number of its own (cc, phone, cc_2, mobile)."""
    for step in (1, -1):
        places = {code: columns.index(code) + step for code in numbers_by_code}
        neighbours = {code: columns[place] if 0 <= place < len(columns) else "" for code, place in places.items()}
        if len(neighbours) > 1 and all(column in numbers_by_code[code] for code, column in neighbours.items()):
            return {code: [column] for code, column in neighbours.items()}
    return numbers_by_code


def _holds_codes(cells: pl.Series, *, is_named: bool) -> bool:
    """Return whether cells are calling codes: with a plus or 00 before them, without where the column may be named as one of codes.

    Three digits alone may be an area code (212 is Morocco's code and New York's area).
    """
    signs = "(?:\\+|00)" if not is_named else "(?:\\+|00)?"
    digits = cells.str.extract(rf"^\s*\(?{signs}\s?([1-9]\d{{0,2}})\)?(?:\.0)?\s*$", 1)
    is_code = digits.is_in(list(phone_columns.calling_codes())).fill_null(value=False)
    is_short = (digits.str.len_chars() < MAX_CALLING_CODE).any() or _share(cells, r"^\s*\(?(?:\+|00)") == 1
    return len(cells) > 0 and bool(is_short) and float(is_code.mean() or 0) >= CONTENT_SHARE  # type: ignore[arg-type]


def _exchange_columns(table: pl.DataFrame, columns: list[str]) -> list[str]:
    """Return which columns are of exchanges by their names and their cells."""
    endings = phone_columns.load_phone_columns().exchanges
    named = [column for column in columns if phone_columns.is_part(column, endings)]
    return [column for column in named if _share(_sample(table, column), EXCHANGE_CELL) >= CONTENT_SHARE]


def _line_columns(table: pl.DataFrame, columns: list[str]) -> list[str]:
    """Return which columns hold the last digits of numbers and no more."""
    return [column for column in columns if _share(_sample(table, column), LINE_CELL) >= CONTENT_SHARE]


def _parts_of_line(table: pl.DataFrame, line: str, columns: list[str]) -> tuple[str | None, str | None]:
    """Return the columns of the area code and of the exchange of a column of last digits."""
    endings = phone_columns.load_phone_columns()
    lines = [column for column in columns if phone_columns.is_part(column, endings.lines)]
    exchanges = [column for column in _exchange_columns(table, columns) if column != line]
    areas = [column for column in _area_columns(table, columns) if column not in exchanges and column != line]
    return (
        phone_columns.part_column(line, columns, areas, lines, endings.area_codes),
        phone_columns.part_column(line, columns, exchanges, lines, endings.exchanges),
    )


def _lines_of_numbers(table: pl.DataFrame, columns: list[str], synonyms: Synonyms) -> dict[str, str]:
    """Return the columns of the last digits of numbers that have an area code and an exchange of their own, and their fields."""
    named = [column for column in columns if phone_columns.is_part(column, phone_columns.load_phone_columns().lines)]
    if not named or not _exchange_columns(table, columns):
        return {}
    fields = {name_key(name): field for field in ("phone", "mobile_phone") for name in synonyms.fields[field]}
    fields_by_line = {}
    for line in _line_columns(table, named):
        key = "".join(sorted(phone_columns.subject_of_line(line)))
        field = fields.get(f"{key}phone", fields.get(key)) if key else "phone"
        if field is not None and all(_parts_of_line(table, line, columns)):
            fields_by_line[line] = field
    return fields_by_line


def _local_numbers(table: pl.DataFrame, columns: list[str]) -> str | None:
    """Return the column of numbers without their area codes ("Number"), where one of area codes stands in the file."""
    names = [name_key(name) for name in phone_columns.load_phone_columns().local_numbers]
    named = [column for column in columns if _is_called_number(column) and _share(_sample(table, column), MIN_DIGITS) >= CONTENT_SHARE]
    named.sort(key=lambda column: names.index(_key_without_copy(column)))
    return named[0] if named and _area_columns(table, columns) else None


def _key_without_copy(column: str) -> str:
    """Return the key of a name, of a second column of one name ("Number (2)") that of the first."""
    return name_key(re.sub(r" \(\d+\)$", "", column))


def _is_called_number(column: str) -> bool:
    """Return whether a column is called a number and does not name its subject."""
    return _key_without_copy(column) in {name_key(name) for name in phone_columns.load_phone_columns().local_numbers}


def _names_of_fields(synonyms: Synonyms, system: str | None) -> list[tuple[str, Meaning, list[str]]]:
    """Return each field with the names that say it, in the order in which they count."""
    names: list[tuple[str, Meaning, list[str]]] = [(field, "value", field_names) for field, field_names in synonyms.fields.items()]
    names += [(field, "opposite", field_names) for field, field_names in synonyms.opposites.items()]
    names += [(field, "present", field_names) for field, field_names in synonyms.present_means_true.items()]
    if system in synonyms.systems and (identity := synonyms.systems[system].source_id):
        names.append(("source_id", "value", [identity]))
    return names


def _proves_numbers(cells: pl.Series) -> bool:
    """Return whether cells are plainly numbers to call with their area codes, whatever the name of their column."""
    return _share(cells, PHONE_CELL) >= CONTENT_SHARE and _share(cells, MANY_DIGITS) >= CONTENT_SHARE


def _named_numbers(table: pl.DataFrame, columns: list[str], synonyms: Synonyms, asked: set[str]) -> dict[str, NumberName]:
    """Return the columns whose names say word by word that they hold numbers to call, where no synonym is their name and the cells agree.

    Args:
        table: The text table.
        columns: The columns that may be some.
        synonyms: The names of all fields.
        asked: Columns that are named as ones of consent: only numbers in nearly all cells prove that they are none ("Subscriber Phone").
    """
    taken_names = {name_key(name) for names in (*synonyms.fields.values(), *synonyms.opposites.values()) for name in names}
    taken_names |= {name_key(name) for names in synonyms.present_means_true.values() for name in names}
    numbers: dict[str, NumberName] = {}
    for before, column in itertools.pairwise(["", *table.columns]):
        name = read_number_name(column) if column in columns and ("#" in column or name_key(column) not in taken_names) else None
        if name is None or (name.is_of_contact and roles.read_heading(before).kind in roles.OTHERS):
            continue
        heading, cells = roles.read_heading(column), _sample(table, column)
        if heading.role and heading.key in taken_names:
            continue  # "Donor Phone"
        if column in asked or not name.is_plain:
            is_held = _proves_numbers(cells)
        else:
            is_held = _share(cells, SOME_NUMBER) >= MIN_SHARE_OF_ANSWERS and _share(cells, EMAIL_CELL) < MIN_SHARE_OF_ANSWERS
        if is_held and _share(cells, DATED_CELL) < MIN_SHARE_OF_ANSWERS:
            numbers[column] = name
    return numbers


def _persons(table: pl.DataFrame, columns: list[str], synonyms: Synonyms, numbers: dict[str, NumberName]) -> roles.Persons:
    """Return which of the columns are the person's, by the roles in their names."""
    exact = {name_key(name): field for field, names in reversed(synonyms.fields.items()) for name in names}
    named = [(name, field) for field, names in synonyms.fields.items() if field not in CONSENT_FIELDS for name in names]
    by_key = {roles.read_heading(name).key: field for name, field in reversed(named)}
    # A whole name comes before one without its neutral words: "Name" is no given name, though "Preferred Name" is one.
    by_key |= {name_key(name): field for name, field in reversed(named)}
    by_key.pop("", None)
    fields_by_column = {column: exact[key] for column in columns if (key := name_key(column)) in exact}
    fields_by_column |= {column: numbers[column].field for column in columns if column in numbers}
    return roles.find_persons(columns, fields_by_column, by_key, partial(_name_one_person, table))


def _name_one_person(table: pl.DataFrame, columns: Sequence[str], others: Sequence[str]) -> bool:
    """Return whether two groups of name columns are one person's: in nearly all rows the words of one are among those of the other.

    Single words next to a column of given names are the surnames. A column of mostly equal cells ("Spring Gala") is of no person's names, unless
    its own says whose it is: one buyer may pay for every guest.
    """
    has_role = len(others) == 1 and roles.read_heading(others[0]).role != roles.NO_ROLE
    if len(others) == 1 and not has_role and _is_mostly_equal(table, others[0], []) and not _is_mostly_equal(table, columns[0], []):
        return True
    rows = [
        (words, other)
        for row in table.head(CONTENT_SAMPLE).select(
            pl.concat_str(columns, separator=" ", ignore_nulls=True).alias("name"),
            pl.concat_str(others, separator=" ", ignore_nulls=True).alias("other"),
        ).iter_rows()
        if (words := set(roles.words_of(row[0]))) and (other := set(roles.words_of(row[1])))
    ]  # fmt: skip
    if not rows:
        return False
    is_surname = [len(others) == 1 and max(len(words), len(other)) == 1 and words != other for words, other in rows]
    agree = [roles.may_be_one_name(words, other) for words, other in rows]
    return max(sum(agree), sum(is_surname)) >= CONTENT_SHARE * len(rows)


def _columns_by_role(field: str, field_names: list[str], persons: roles.Persons, settled: set[str]) -> list[str]:
    """Return the columns whose role and field together say a field ("Supporter Email"), the better names first."""
    order = {name_key(name): number for number, name in reversed(list(enumerate(field_names)))}
    columns = [column for column, named in persons.fields.items() if named == field and column not in settled]
    return sorted(columns, key=lambda column: order.get(roles.read_heading(column).key, len(order)))


def _open_questions(persons: roles.Persons, candidates: list[Candidate], fields: set[str]) -> list[str]:
    """Return in words which columns could be the person's, where nothing says so and no column has been taken."""
    notes = []
    unclear = [candidate for candidate in candidates if candidate.reason == SEVERAL and candidate.field not in fields]
    for field in dict.fromkeys(candidate.field for candidate in unclear):
        columns = ", ".join(f"“{candidate.column}”" for candidate in unclear if candidate.field == field)
        notes.append(
            f"Which column is the person's {label(field)} is not certain: {columns}. "
            f"None is taken: name it as {field} under [columns] in the manifest."
        )
    of_others = [candidate.column for candidate in candidates if candidate.column in persons.excluded and candidate.field in CONTACT_FIELDS]
    if of_others and not fields & CONTACT_FIELDS:
        columns = ", ".join(f"“{column}”" for column in of_others)
        notes.append(
            f"Not taken, because their names are of other people: {columns}. Map them under [columns] in the manifest if they are not."
        )
    return notes


def _uses_of(
    table: pl.DataFrame,
    uses: dict[str, tuple[str, Meaning]],
    matrix: set[str],
    system_name: str | None,
    manifest_columns: dict[str, str],
    manifest_consent: dict[str, ConsentRule],
    *,
    role: str,
    has_header: bool,
) -> list[ColumnUse]:
    """Return what every column is used for, where their fields are known: which are of consent, and about what."""
    synonyms, columns = load_synonyms(), table.columns
    continued = _find_continued(table, {*uses, *manifest_columns, *manifest_consent}) if has_header else {}
    own = {name_key(name) for name in synonyms.own["columns"]}
    system = synonyms.systems.get(system_name or "")
    rules = (system.consent if system else {}) | manifest_consent
    calling_codes = tuple(column for column, (field, _) in uses.items() if field == CALLING_CODE)
    has_emails = "email" in {field for field, _ in uses.values()}
    unnamed = PHONE_AND_EMAIL if has_emails else CHANNELS_OF["phone"]  # what an opt-out that names no channel is about
    parts, phones = phone_columns.load_phone_columns(), [column for column in columns if uses.get(column, ("",))[0] in PHONE_FIELDS]
    free = [column for column in columns if column not in uses]
    codes_by_cells, lone_codes = _codes_by_cells(table, free, phones), phone_columns.codes_of_the_only_number(free, phones)
    areas = [column for column in _area_columns(table, free) if column not in codes_by_cells]
    extensions = [column for column in free if phone_columns.is_part(column, parts.extensions)]
    exchanges = _exchange_columns(table, free) if areas else []
    short = set(_line_columns(table, phones)) if exchanges else set()
    of_emails = email_only_columns(columns) | _named_by(system, "of_emails", columns) if has_emails else frozenset()
    continued |= dict.fromkeys(_named_by(system, "outcomes", columns) - {*manifest_columns, *rules}, OUTCOME)
    of_other_files = columns_of_other_files(columns)

    def use_of(column: str) -> ColumnUse:
        if name_key(column) in own:
            return ColumnUse(column=column, field=None, own=True)
        field, meaning = uses.get(column, (None, VALUE))
        field = None if field == CALLING_CODE else field
        consent = _consent_of(
            continued.get(column, column),
            field,
            meaning,
            rules.get(column),
            manifest_columns.get(column),
            in_matrix=column in matrix,
            has_header=has_header,
        )
        if consent is not None and consent.direction == "stated" and column in of_other_files and column not in rules:
            consent = STATED
        if (consent is None or consent.direction == "stated") and role and has_header and field is None:
            consent = consent_of_role(column, role) or consent
        if consent is not None:
            is_of_emails = column in of_emails and column not in manifest_consent
            if is_of_emails and consent.channels == PHONE_AND_EMAIL and not consent.dead:
                consent = replace(consent, named=False)  # "Marketing status" names contact of any kind
            consent = consent.with_channels(CHANNELS_OF["email"] if is_of_emails else unnamed)
        if consent is not None and consent.direction != "stated":
            field = consent.field
        elif field in CONSENT_FIELDS:
            field = None
        use = ColumnUse(column=column, field=field, meaning=meaning, consent=consent)
        if field not in PHONE_FIELDS:
            return use
        kind, notes = _kind_columns(table, column, phones, uses)
        codes = phone_columns.code_columns(column, [name for name in columns if uses.get(name, (None,))[0] in (None, CALLING_CODE)])
        codes = codes or tuple(code for code, of in codes_by_cells.items() if column in of) or lone_codes.get(column, ())
        kind = kind or next((code for code in codes if _holds_kinds(table, code)), None)
        codes = tuple(code for code in codes if not _holds_kinds(table, code) and not _share(_sample(table, code), "@"))  # "CC": copies
        area = phone_columns.part_column(column, columns, areas, phones, parts.area_codes)
        extension = phone_columns.part_column(column, columns, extensions, phones, parts.extensions)
        exchange = phone_columns.part_column(column, columns, exchanges, phones, parts.exchanges) if area and column in short else None
        codes = tuple(code for code in codes if code != exchange)
        related = {
            "kind_column": kind or notes,
            "kind_in_notes": notes is not None,
            "code_columns": codes or calling_codes,
            "area_column": area,
            "extension_column": extension,
            "exchange_column": exchange,
        }
        return use.model_copy(update=related)

    return _with_labels([use_of(column) for column in columns], columns)


def _with_labels(column_uses: list[ColumnUse], columns: list[str]) -> list[ColumnUse]:
    """Return the uses with what a column of words says of numbers only: the kind of another column's, or that its own is wrong.

    A column named as one of numbers that holds none ("Home Phone": "wrong number" in each row) speaks of its number, not of the person.
    """
    synonyms = load_synonyms()
    labels = phone_columns.label_columns(columns) | {use.kind_column for use in column_uses if not use.kind_in_notes}
    names = {name_key(name) for field in PHONE_FIELDS for name in synonyms.fields[field]}
    for_numbers = {use.column for use in column_uses if use.field is None and name_key(use.column) in names}
    return [
        use.model_copy(update={"consent": replace(use.consent, labels=use.column in labels, for_number=use.column in for_numbers)})
        if use.column in labels | for_numbers and use.consent is not None and use.consent.direction == "stated"
        else use
        for use in column_uses
    ]


def consent_of_role(column: str, role: str) -> ConsentColumn | None:
    """Return how a column about the consent of people in a role is read; None where it is none, or about others.

    Args:
        column: Its name: where the mother is the person, "Mother Do Not Call" is "Do Not Call".
        role: As `roles.read_heading` gives it.
    """
    heading = roles.read_heading(column)
    if heading.role != role or not heading.plain:
        return None
    consent = read_column(" ".join(heading.plain))
    if consent is None or consent.direction == "stated":
        return None
    # "Parent Consent" may be to a journey of the child.
    return consent if consent.named or consent.direction == "refusal" else None


def _named_by(system: System | None, names: Literal["of_emails", "outcomes"], columns: Sequence[str]) -> frozenset[str]:
    """Return the columns of a file that a system names in one of its lists."""
    keys = set(map(name_key, getattr(system, names))) if system is not None else set()
    return frozenset(column for column in columns if name_key(column) in keys)


def _of_consent(table: pl.DataFrame, settled: set[str]) -> tuple[set[str], set[str]]:
    """Return the columns of a matrix of channels, and all columns of consent, the matrix included.

    A column of a matrix has a channel alone for a name, and its cells are yes and no ("Phone: yes"). None of these columns holds numbers,
    addresses or names, even if its name is that of such a field.
    """
    matrix = {name for name in table.columns if name not in settled and is_channel_alone(name) and _holds_answers(table[name])}
    return matrix, matrix | {name for name in table.columns if is_asked(name)}


def _is_fax(column: str) -> bool:
    """Return whether a name says that a column holds numbers of faxes."""
    return column.strip(" .:").upper() == "F" or read_statement(column).has("fax")


def _find_continued(table: pl.DataFrame, settled: set[str]) -> dict[str, str]:
    """Return the nameless columns that hold answers to the question of the column before them, whose name was merged over both, and that column."""
    question_columns: dict[str, str] = {}
    for place, (before, column) in enumerate(itertools.pairwise(table.columns), start=2):
        asked = question_columns.get(before, before)
        if column == f"column_{place}" and column not in settled and is_asked(asked) and _holds_answers(table[column]):
            question_columns[column] = asked
    return question_columns


def is_asked(column: str) -> bool:
    """Return whether a name is plainly that of a column of consent."""
    consent = read_column(column)
    return consent is not None and consent.direction != "stated"


def is_answer(cell: str) -> bool:
    """Return whether a cell is a bare yes or no in words, or states a refusal: what only columns of answers hold."""
    key = answer_key(cell)
    return not key.isdigit() and (
        key in answers()["yes"] | answers()["no"] | answers()["never"] or read_statement(cell).polarity == "refusal"
    )


def _holds_answers(cells: pl.Series) -> bool:
    """Return whether half of the filled cells of a column are a yes or a no: one odd cell is unclear, and leaves the others what they are."""
    answer_words = answers()
    counts = cells.drop_nulls().head(CONTENT_SAMPLE).value_counts()
    if counts.height > MAX_ANSWERS:
        return False
    filled = [(cell, count) for cell, count in counts.rows() if answer_key(cell) not in answer_words["empty"]]
    numbers = [int(cell) for cell, _ in filled if re.fullmatch(r"\d{1,6}", cell)]
    if len(numbers) == len(filled) and max(numbers, default=0) > 1:
        return False  # counts: "Phone calls" next to "Meetings"
    least = MIN_SHARE_OF_ANSWERS * sum(count for _, count in filled)
    plain_words = answer_words["yes"] | answer_words["no"] | answer_words["never"]
    plain = sum(count for cell, count in filled if answer_key(cell) in plain_words)
    if any(A_CONTACT.search(cell) for cell, _ in filled):  # "declined" where an address should stand is none
        return bool(filled) and plain >= least
    words = answer_words["granted"] | answer_words["refused"]
    return bool(filled) and plain + sum(n for cell, n in filled if answer_key(cell) in words or read_statement(cell).polarity) >= least


def _consent_of(  # noqa: PLR0911 - a line a case, the surest first
    column: str,
    field: str | None,
    meaning: Meaning,
    rule: ConsentRule | None,
    manifest_field: str | None,
    *,
    in_matrix: bool,
    has_header: bool,
) -> ConsentColumn | None:
    """Return how the cells of a column are read for refusals."""
    if rule is not None:
        return rule.column(read_column(column))
    if manifest_field is not None:
        if field in CONSENT_FIELDS:
            return field_column(field, meaning)
        return STATED if not field or field in STATED_FIELDS else _of_field(field)
    if in_matrix and not read_statement(column).has("device"):
        return channel_permission(column)
    if field is not None and field not in CONSENT_FIELDS:
        return _stated_only(column) if field in STATED_FIELDS else _of_field(field)
    read = read_column(column) if has_header else STATED
    if field in CONSENT_FIELDS and (read is None or read.direction == "stated"):
        return field_column(field, meaning)
    return read


def _of_field(field: str) -> ConsentColumn | None:
    """Return how a column of a field of a lead is read for refusals in place of its values; None for numbers, which are read elsewhere."""
    if field == "email":
        return ADDRESSES
    if field in EMBEDDED_FIELDS:
        return _embedded(field)
    if field == "lead_source":
        return SOURCE
    return None if field in PHONE_FIELDS else STATED


def _embedded(field: str) -> ConsentColumn:
    """Return how a column of names or of parts of addresses is read."""
    return replace(EMBEDDED, organisation=field == "company", job=field in JOB_FIELDS, people=field in roles.NAME_FIELDS)


def _stated_only(column: str) -> ConsentColumn | None:
    """Return how a column of text or tags is read: only its cells may say something."""
    read = read_column(column)
    return read if read is None or read.direction == "stated" else STATED


def _take(field: str, meaning: Meaning, columns: list[str], uses: dict[str, tuple[str, Meaning]], notes: list[str]) -> None:
    """Use the columns whose names say a field: of several for one the first name wins."""
    if not columns:
        return
    first, *others = columns
    uses[first] = (field, meaning)
    other_names = ", ".join(f"“{column}”" for column in others)
    if others and field in CONSENT_FIELDS:
        # Every column that may hold an opt-out is heard.
        uses.update(dict.fromkeys(others, (field, meaning)))
    elif others and field in CONTACT_FIELDS:
        uses.update(dict.fromkeys(others, (field, "further")))
        notes.append(f"Several columns hold the {label(field)}: “{first}” counts, where it is empty {other_names}.")
    elif others and field in roles.ADDRESS_FIELDS:
        second = next((column for column in others if _address_of(column) != _address_of(first)), None)
        uses.update({second: (field, "further")} if second is not None else {})
        used = f", where that address is empty “{second}”" if second is not None else ""
        kept = ", ".join(f"“{column}”" for column in others if column != second)
        notes.append(
            f"Several columns hold the {label(field)}: “{first}” counts{used}" + (f"; kept as custom fields: {kept}." if kept else ".")
        )
    elif others:
        notes.append(f"Several columns hold the {label(field)}: “{first}” counts; kept as custom fields: {other_names}.")


def _address_of(column: str) -> str:
    """Return which of a person's addresses a column is of ("Business City", "City - Work"): its first or last word, where that names a kind."""
    words = roles.words_of(column)
    return next((word for word in (*words[:1], *words[-1:]) if word in ADDRESS_KINDS), "")


@lru_cache(maxsize=1)
def _known_keys() -> set[str]:
    synonyms = load_synonyms()
    tables = (synonyms.fields, synonyms.opposites, synonyms.present_means_true)
    systems = {column for system in synonyms.systems.values() for column in (*system.signature, system.source_id or "")} - {""}
    return {name_key(name) for table in tables for names in table.values() for name in names} | {name_key(column) for column in systems}


def is_known_name(cell: str) -> bool:
    """Return whether some export has a column of this name."""
    return len(cell) < 60 and name_key(cell) in _known_keys()


@lru_cache(maxsize=50_000)
def names_free_text(cell: str) -> bool:
    """Return whether a cell is the name of a column of free text: notes, tags, descriptions."""
    return name_key(cell) in _keys_of(FREE_TEXT)


def names_contact(cell: str) -> bool:
    """Return whether a cell is the name of a column of addresses or numbers."""
    return name_key(cell) in _keys_of(frozenset({"email", *PHONE_FIELDS}))


@lru_cache(maxsize=4)
def _keys_of(of: frozenset[str]) -> frozenset[str]:
    return frozenset(name_key(name) for field, _, names in _names_of_fields(load_synonyms(), None) if field in of for name in names)


def name_key(name: str) -> str:
    """Return a column's name without case, accents, spaces and punctuation; `ß` is `ss`."""
    return _kept_key(name) if len(name) <= MAX_KEPT else _name_key(name)


@lru_cache(maxsize=20_000)  # every file asks for those of all known names
def _kept_key(name: str) -> str:
    return _name_key(name)


def _name_key(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[\W_]+", "", "".join(c for c in plain if not unicodedata.combining(c)))


def _check_manifest(manifest_columns: dict[str, str], columns: list[str], synonyms: Synonyms) -> None:
    for column, field in manifest_columns.items():
        if column not in columns:
            raise ManifestError(f"The manifest's [columns] names {column!r}, but the file's columns are: {', '.join(columns)}.")
        if field and field not in synonyms.fields:
            raise ManifestError(f"The manifest maps {column!r} to {field!r}. Known fields: {', '.join(synonyms.fields)}.")


def _check_consent(rules: dict[str, ConsentRule], columns: list[str]) -> None:
    for column in rules:
        if column not in columns:
            raise ManifestError(f"The manifest's [consent] names {column!r}, but the file's columns are: {', '.join(columns)}.")


def _recognise(by_name: dict[str, str], synonyms: Synonyms) -> str | None:
    for name, system in synonyms.systems.items():
        if any(all(name_key(column) in by_name for column in columns) for columns in (system.signature, *system.further_signatures)):
            return name
    return None


def _separate_name_columns(table: pl.DataFrame, uses: dict[str, tuple[str, Meaning]], settled: set[str], notes: list[str]) -> None:
    """Decide by the cells which of a column of given names and a column called "Name" hold family names or full names.

    Next to "Vorname" a "Name" is the family name; "Nome" or "Nombre" alone is the full name.
    """
    of = {field: column for column, (field, _) in uses.items()}
    if "last_name" in of or "first_name" not in of:
        return
    first = table[of["first_name"]].head(CONTENT_SAMPLE)
    name_column = next(
        (column for column in table.columns if column not in uses and column not in settled and name_key(column) in NAMES_OF_A_HALF),
        None,
    )
    if name_column is not None:
        cells = (
            pl.DataFrame({"first": first, "name": table[name_column].head(CONTENT_SAMPLE)})
            .drop_nulls()
            .filter(pl.col("first") != "", pl.col("name") != "")
        )
        holds_first = cells.select(pl.col("name").str.contains(pl.col("first"), literal=True).mean()).item() if cells.height else None
        if holds_first is not None and holds_first < 0.2:
            uses[name_column] = ("last_name", "value")
            notes.append(f"Column “{name_column}” is taken as last_name: its cells do not hold those of “{of['first_name']}”.")
    elif _share(first.drop_nulls(), r"\S\s+\S") >= 0.6:
        uses[of["first_name"]] = ("full_name", "value")
        notes.append(
            f"Column “{of['first_name']}” is taken as full_name: its cells hold several words, and there is no column of last names."
        )


def _contents(table: pl.DataFrame, columns: list[str]) -> dict[str, str]:
    """Return column → "email" or "phone", of columns that hold such in nearly all of their filled cells."""
    contents: dict[str, str] = {}
    for column in columns:
        cells = table[column].drop_nulls().head(CONTENT_SAMPLE)
        if not len(cells):
            continue
        if _share(cells, EMAIL_CELL) >= CONTENT_SHARE:
            contents[column] = "email"
        elif _share(cells, PHONE_CELL) >= CONTENT_SHARE and _share(cells, PHONE_DIGITS) >= CONTENT_SHARE and _share(cells, DATE_CELL) < 0.5:
            contents[column] = "phone"
    return contents


def _numbered_names(table: pl.DataFrame, columns: Sequence[str], synonyms: Synonyms) -> list[str]:
    """Return the columns called names in which nearly every cell is a number of an order or an invoice."""
    keys = {name_key(name) for field, _, names in _names_of_fields(synonyms, None) if field in roles.NAME_FIELDS for name in names}
    contacts = _contents(table, [column for column in columns if name_key(column) in keys])
    named = [column for column in columns if name_key(column) in keys and column not in contacts]
    return [column for column in named if _share(_sample(table, column), ORDER_CELL) >= MIN_SHARE_OF_ORDERS]


def _describe_numbered(table: pl.DataFrame, column: str) -> str:
    return f"Column “{column}” holds numbers such as “{_sample(table, column)[0]}” and no names: it is kept as a custom field."


def _sample(table: pl.DataFrame, column: str) -> pl.Series:
    """Return the first filled cells of a column."""
    cells = table[column].drop_nulls().head(CONTENT_SAMPLE)
    return cells.filter(cells != "")


def _share(cells: pl.Series, pattern: str) -> float:
    return float(cells.str.contains(pattern).mean() or 0)  # type: ignore[arg-type]


def _holds_another(holds: str | None, field: str) -> bool:
    """Return whether a column so plainly holds something else that its name must be wrong."""
    if holds is None or field not in LOOSELY_NAMED:
        return False
    if holds == "email":
        return field != "email"
    return field in ("full_name", "first_name", "last_name", "email")


def _by_content(
    table: pl.DataFrame, holds: dict[str, str], settled: set[str], uses: dict[str, tuple[str, Meaning]], turned_down: list[Candidate]
) -> dict[str, str]:
    """Return the e-mail and phone column whose names say nothing, where no named column is one; add those not taken to `turned_down`.

    A column of mostly equal cells is of one other person (the one that looks after all of them). Among several, the one whose name begins as
    those of the name columns do is the person's; if none does, it is not certain and none is taken.
    """
    named = {field for field, _ in uses.values()}
    name_columns = [column for column, (field, _) in uses.items() if field in roles.NAME_FIELDS]
    prefixes = {prefix for column in name_columns if (prefix := roles.prefix_of(column)) is not None}
    others = [column for column in table.columns if column not in holds]
    of_others = {prefix for column in others if (prefix := roles.prefix_of(column)) is not None}
    prefixes |= of_others if len(of_others) == 1 and not name_columns else set()  # "Ward Name", "Ward Phone", "Ward City"
    taken: dict[str, str] = {}
    for field in ("email", "phone"):
        columns = [column for column, content in holds.items() if content == field and column not in settled]
        if field in named or (field == "phone" and "mobile_phone" in named):
            turned_down += [Candidate(column=column, field=field, reason=f"{FIRST_NAMED} {field} comes first") for column in columns]
            continue
        unknown = [column for column in columns if roles.prefix_of(column) not in prefixes and _is_of_unknown(column)]
        turned_down += [Candidate(column=column, field=field, reason=SEVERAL) for column in unknown]
        columns = [column for column in columns if column not in unknown]
        equal = {column for column in columns if _is_mostly_equal(table, column, name_columns)}
        turned_down += [Candidate(column=column, field=field, reason="its cells are mostly equal") for column in columns if column in equal]
        columns = [column for column in columns if column not in equal]
        alike = [column for column in columns if roles.prefix_of(column) in prefixes]
        chosen = alike[0] if alike else columns[0] if len(columns) == 1 or (columns and not name_columns and _is_unnamed(columns)) else None
        if chosen is not None:
            taken[field] = chosen
        reason = SEVERAL if chosen is None else f"“{chosen}” is nearer to the person's name"
        turned_down += [Candidate(column=column, field=field, reason=reason) for column in columns if column != chosen]
    return taken


def _is_of_unknown(column: str) -> bool:
    """Return whether a header names a contact and a word that may be somebody else ("Warden Phone"): the cells do not say whose it is."""
    contacts, neutral = _words_of_contacts()
    heading = roles.read_heading(column)
    words = [word for word in heading.rest if not word.isdigit()]
    return not contacts.isdisjoint(words) and not neutral.issuperset(words) and _neutral("person").isdisjoint(words)


@lru_cache(maxsize=4)
def _words_of_contacts() -> tuple[frozenset[str], frozenset[str]]:
    """Return the words that are names of contacts by themselves ("phone"), and all words that stand in names of contacts ("home")."""
    names = [roles.words_of(name) for field in CONTACT_FIELDS for name in load_synonyms().fields[field]]
    return frozenset(words[0] for words in names if len(words) == 1), frozenset(word for words in names for word in words) | _neutral(
        "contacts"
    )


def _neutral(kind: Literal["contacts", "person"]) -> frozenset[str]:
    return frozenset(roles.load_roles().neutral[kind])


def _is_unnamed(columns: list[str]) -> bool:
    """Return whether columns have no names but those that reading gave them (`column_3`)."""
    return all(re.fullmatch(r"column_\d+", column) for column in columns)


def _is_mostly_equal(table: pl.DataFrame, column: str, name_columns: list[str]) -> bool:
    """Return whether more than half of the people in a column have one cell. Rows of one name count once: a person may have several."""
    cells = table.select(
        pl.col(column).str.strip_chars().alias("cell"), *(pl.col(name).alias(f"n{i}") for i, name in enumerate(name_columns))
    )
    cells = cells.filter(pl.col("cell").is_not_null() & (pl.col("cell") != "")).head(CONTENT_SAMPLE).unique()
    if not name_columns:
        # Nothing tells one person's rows from two people's.
        cells = table.select(pl.col(column).str.strip_chars().alias("cell")).filter(pl.col("cell") != "").head(CONTENT_SAMPLE)
    if cells.height < 2:
        return False
    return int(cells["cell"].value_counts()["count"].max() or 0) > MAX_EQUAL_SHARE * cells.height  # type: ignore[arg-type]


def _by_content_alone(table: pl.DataFrame, settled: set[str], taken_fields: set[str]) -> dict[str, str]:
    """Return field → column of names, states, postal codes and countries in a file without header."""
    columns_by_field: dict[str, str] = {}
    samples = {column: table[column].drop_nulls().head(CONTENT_SAMPLE) for column in table.columns if column not in settled}
    for field, pattern in (("country", COUNTRY_CELL), ("state", STATE_CELL), ("postal_code", POSTAL_CELL)):
        column = next(
            (
                c
                for c, cells in samples.items()
                if c not in columns_by_field.values() and len(cells) and _share(cells, pattern) >= CONTENT_SHARE
            ),
            None,
        )
        if column is not None and field not in taken_fields:
            columns_by_field[field] = column
    names = [
        c for c, cells in samples.items() if c not in columns_by_field.values() and len(cells) and _share(cells, NAME_CELL) >= CONTENT_SHARE
    ]
    if taken_fields & {"first_name", "last_name", "full_name"} or not names:
        return columns_by_field
    full_name_column = next((column for column in names[:2] if _share(samples[column], FULL_NAME_CELL) >= CONTENT_SHARE), None)
    if full_name_column is not None:
        return columns_by_field | {"full_name": full_name_column}
    order = table.columns
    if len(names) >= 2 and order.index(names[1]) == order.index(names[0]) + 1:
        return columns_by_field | {"first_name": names[0], "last_name": names[1]}
    return columns_by_field | {"full_name": names[0]}
