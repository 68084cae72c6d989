"""Names of columns that are known: the tables of schemas/upload/headers.toml, and how a name is compared with theirs."""

import itertools
import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from henk_pipeline.settings import load_settings, read_table, schemas_folder, unusable_table
from henk_pipeline.table_errors import describe_mistakes, describe_unknown_key
from henk_pipeline.uploads.manifest import ConsentRule

Meaning = Literal["value", "further", "opposite", "present"]
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
MAX_KEPT = 100  # characters of a name whose key is kept
FREE_TEXT = frozenset({"notes", "tags", "description", "lead_source"})
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
        patterns: Regular expression of whole names → field; further columns of a contact count where the earlier are empty.
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
    patterns: dict[str, str] = {}


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

    @cached_property
    def field_of_key(self) -> dict[str, str]:
        """The field of each name by the name's key; the first one of a name that several fields have."""
        return {name_key(name): field for field, names in reversed(self.fields.items()) for name in names}

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys of all names of fields and consents."""
        return frozenset(
            name_key(name)
            for names in itertools.chain(*(part.values() for part in (self.fields, self.opposites, self.present_means_true)))
            for name in names
        )


def load_synonyms() -> Synonyms:
    """Return the synonyms of schemas/upload/headers.toml; names and systems of the table that HENK_HEADERS names come before them.

    Raises:
        InfrastructureError: The operator's table cannot be used.
    """
    return _read_synonyms(load_settings().headers)


def fields_by_key() -> dict[str, str]:
    """Return the field of each known name by the name's key; the last one of a name that several fields have."""
    return _fields_by_key(load_settings().headers)


@lru_cache(maxsize=1)
def _fields_by_key(own: Path | None) -> dict[str, str]:
    return {name_key(name): field for field, names in _read_synonyms(own).fields.items() for name in names}


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


def columns_by_name(columns: Sequence[str], synonyms: Synonyms) -> dict[str, str]:
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


def key_without_copy(column: str) -> str:
    """Return the key of a name, of a second column of one name ("Number (2)") that of the first."""
    return name_key(re.sub(r" \(\d+\)$", "", column))


def names_of_fields(synonyms: Synonyms, system: str | None) -> list[tuple[str, Meaning, list[str]]]:
    """Return each field with the names that say it, in the order in which they count."""
    names: list[tuple[str, Meaning, list[str]]] = [(field, "value", field_names) for field, field_names in synonyms.fields.items()]
    names += [(field, "opposite", field_names) for field, field_names in synonyms.opposites.items()]
    names += [(field, "present", field_names) for field, field_names in synonyms.present_means_true.items()]
    if system in synonyms.systems and (identity := synonyms.systems[system].source_id):
        names.append(("source_id", "value", [identity]))
    return names


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
    return frozenset(name_key(name) for field, _, names in names_of_fields(load_synonyms(), None) if field in of for name in names)


def name_key(name: str) -> str:
    """Return a column's name without case, accents, spaces and punctuation; `ß` is `ss`."""
    return _kept_key(name) if len(name) <= MAX_KEPT else _name_key(name)


@lru_cache(maxsize=20_000)  # every file asks for those of all known names
def _kept_key(name: str) -> str:
    return _name_key(name)


def _name_key(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[\W_]+", "", "".join(c for c in plain if not unicodedata.combining(c)))


def recognise_system(by_name: dict[str, str], synonyms: Synonyms) -> str | None:
    """Return the system whose signature columns (keys of `by_name`) a file has, or None."""
    for name, system in synonyms.systems.items():
        if any(all(name_key(column) in by_name for column in columns) for columns in (system.signature, *system.further_signatures)):
            return name
    return None
