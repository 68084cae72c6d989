"""Which column of a file is which field. The synonyms stand in schemas/upload/headers.toml; nothing here changes a cell."""

import re
import tomllib
import unicodedata
from functools import lru_cache
from typing import Literal

import polars as pl
from pydantic import BaseModel, ConfigDict

from henk_pipeline.settings import schemas_folder
from henk_pipeline.uploads.manifest import ManifestError

Meaning = Literal["value", "opposite", "present"]
CONSENT_FIELDS = {"do_not_call", "dnc", "do_not_email", "email_opt_out"}
# A column is an e-mail or phone column by its content when at least this share of its filled cells is one.
CONTENT_SHARE = 0.8
CONTENT_SAMPLE = 1000
EMAIL_CELL = r"^\s*[^@\s,;]+@[^@\s,;]+\.[A-Za-z]{2,}\s*$"
PHONE_CELL = r"^\s*\+?\(?\d[\d\s().\-/]{5,18}\d\s*$"


class System(BaseModel):
    """A system known by its export's columns."""

    model_config = ConfigDict(extra="forbid")

    signature: list[str]
    source_id: str


class Synonyms(BaseModel):
    """`headers.toml` as it stands."""

    model_config = ConfigDict(extra="forbid")

    fields: dict[str, list[str]]
    opposites: dict[str, list[str]]
    present_means_true: dict[str, list[str]]
    systems: dict[str, System]
    own: dict[str, list[str]]


class ColumnUse(BaseModel):
    """What a column is used for. `field` None: it is kept as a custom field. `own`: it was added by Henk and is left out."""

    model_config = ConfigDict(frozen=True)

    column: str
    field: str | None
    meaning: Meaning = "value"
    own: bool = False


class Mapping(BaseModel):
    """Every column of a file in order, what each is used for, and the system the file comes from (None: not recognised)."""

    model_config = ConfigDict(frozen=True)

    uses: list[ColumnUse]
    system: str | None

    def by_column(self) -> dict[str, str | None]:
        """Column of the file → field, or None where it is kept as a custom field."""
        return {use.column: use.field for use in self.uses}


@lru_cache(maxsize=1)
def load_synonyms() -> Synonyms:
    """The synonyms. Raises: pydantic.ValidationError if the file is not of their shape."""
    return Synonyms.model_validate(tomllib.loads((schemas_folder() / "upload" / "headers.toml").read_text("utf-8")))


def map_columns(table: pl.DataFrame, manifest_columns: dict[str, str], source: str | None = None) -> Mapping:
    """Find each column's field: the manifest's word first, then the synonyms, then what the column holds.

    Takes: the text table; the manifest's `[columns]` and `source`. Each field gets one column, a consent field all that speak of it.
    Raises: ManifestError if the manifest names a column the file lacks or a field that does not exist.
    """
    synonyms = load_synonyms()
    columns = table.columns
    by_name = {name_key(column): column for column in reversed(columns)}
    _check_manifest(manifest_columns, columns, synonyms)
    system = source or _recognise(by_name, synonyms)
    if system is None and "source_id" in manifest_columns.values():
        raise ManifestError(
            "The manifest maps a column to 'source_id' but does not say whose ids they are: add source = \"name_of_the_system\"."
        )
    uses: dict[str, tuple[str, Meaning]] = {column: (field, "value") for column, field in manifest_columns.items() if field}
    settled = set(manifest_columns)

    names: list[tuple[str, Meaning, list[str]]] = [(field, "value", known) for field, known in synonyms.fields.items()]
    names += [(field, "opposite", known) for field, known in synonyms.opposites.items()]
    names += [(field, "present", known) for field, known in synonyms.present_means_true.items()]
    if system in synonyms.systems:
        names.append(("source_id", "value", [synonyms.systems[system].source_id]))
    for field, meaning, known in names:
        columns_named = [by_name[key] for name in known if (key := name_key(name)) in by_name and by_name[key] not in settled]
        named = {named_field for named_field, _ in uses.values()}
        # Beside first or last names a full name says nothing more; it is kept as a custom field.
        if (field, meaning) in uses.values() or (field == "full_name" and named & {"first_name", "last_name"}):
            columns_named = []
        # Every column that may hold an opt-out is heard; of two columns for another field the first name wins.
        for column in columns_named if field in CONSENT_FIELDS else columns_named[:1]:
            uses[column] = (field, meaning)
            settled.add(column)
    for field, column in _by_content(table, settled, {field for field, _ in uses.values()}).items():
        uses[column] = (field, "value")

    own = {name_key(name) for name in synonyms.own["columns"]}
    return Mapping(
        uses=[
            ColumnUse(column=column, field=uses[column][0], meaning=uses[column][1])
            if column in uses
            else ColumnUse(column=column, field=None, own=name_key(column) in own)
            for column in columns
        ],
        system=system,
    )


def name_key(name: str) -> str:
    """A column's name without case, accents, spaces and punctuation; `ß` is `ss`."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[\W_]+", "", "".join(c for c in plain if not unicodedata.combining(c)))


def _check_manifest(manifest_columns: dict[str, str], columns: list[str], synonyms: Synonyms) -> None:
    for column, field in manifest_columns.items():
        if column not in columns:
            raise ManifestError(f"The manifest's [columns] names {column!r}, but the file's columns are: {', '.join(columns)}.")
        if field and field not in synonyms.fields:
            raise ManifestError(f"The manifest maps {column!r} to {field!r}. Known fields: {', '.join(synonyms.fields)}.")


def _recognise(by_name: dict[str, str], synonyms: Synonyms) -> str | None:
    for name, system in synonyms.systems.items():
        if all(name_key(column) in by_name for column in system.signature):
            return name
    return None


def _by_content(table: pl.DataFrame, settled: set[str], known: set[str]) -> dict[str, str]:
    """E-mail and phone columns whose names say nothing, where no named column is one."""
    found: dict[str, str] = {}
    for field, pattern in (("email", EMAIL_CELL), ("phone", PHONE_CELL)):
        if field in known or (field == "phone" and "mobile_phone" in known):
            continue
        for column in table.columns:
            if column in settled or column in found.values():
                continue
            cells = table[column].drop_nulls().head(CONTENT_SAMPLE)
            if len(cells) and (cells.str.contains(pattern).mean() or 0) >= CONTENT_SHARE:  # type: ignore[operator]
                found[field] = column
                break
    return found
