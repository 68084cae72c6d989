"""The manifest of an upload, `<file>.toml` next to it: its list, its campaigns, how to read and merge it. No look into the file itself."""

import json
import math
import re
import tomllib
from functools import lru_cache
from typing import Annotated, Any, Literal

import tomlkit
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from henk_pipeline.consent.columns import CHANNELS_OF, PHONE_AND_EMAIL, ConsentColumn
from henk_pipeline.consent.vocabulary import answer_key
from henk_pipeline.failures import UploadDataError
from henk_pipeline.settings import schemas_folder
from henk_pipeline.uploads.criteria_mistakes import describe_clause_mistake, find_impossible

UpdateMode = Literal["fill", "overwrite", "skip"]
NUL_IN_TOML = re.compile(r"\\u0000|\\U00000000|\\x00")
RESERVED_COUNTRIES = ("UK", "EU")  # no countries of ISO 3166-1, which keeps the codes free because locales are written with them
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]


def _known_country(code: str) -> str:
    """Return `code`, if it is one of ISO 3166-1 alpha-2.

    Raises:
        ValueError: It is none; the message has the code that may be meant.
    """
    import pycountry  # noqa: PLC0415 - a tenth of a second, and only where a manifest names a country

    if pycountry.countries.get(alpha_2=code) is not None:
        return code
    try:
        meant = f" Did you mean {pycountry.countries.lookup(code).alpha_2!r}?"
    except LookupError:
        meant = ""
    raise ValueError(f"it must be an ISO 3166-1 code of two letters, such as US or DE.{meant}")


def _known_locale(locale: str) -> str:
    """Return `locale`, if it is a language of ISO 639-1, or one with a country of ISO 3166-1.

    Raises:
        ValueError: It is none; the message has the locale that may be meant.
    """
    import pycountry  # noqa: PLC0415 - see _known_country

    form = 'it must be a language, or a language and a country, such as "en-GB" or "de"'
    language, *countries = re.split(r"[-_]", locale.strip())
    meant = "-".join((language.lower(), *(country.upper() for country in countries)))
    if not re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", meant):
        try:
            meant = getattr(pycountry.languages.lookup(meant), "alpha_2", "")
        except LookupError:
            meant = ""
        raise ValueError(f"{form}.{f' Did you mean {meant!r}?' if meant else ''}")
    language, _, country = meant.partition("-")
    if pycountry.languages.get(alpha_2=language) is None:
        raise ValueError(f"there is no language {language!r} (ISO 639-1); {form}")
    if country and country not in RESERVED_COUNTRIES and pycountry.countries.get(alpha_2=country) is None:
        raise ValueError(f"there is no country {country!r} (ISO 3166-1); {form}")
    if meant != locale:
        raise ValueError(f"{form}. Did you mean {meant!r}?")
    return locale


def _as_list(value: Any) -> Any:  # noqa: ANN401 - what TOML holds
    """Return a single text or table as a list of it: `campaigns = "Year End"`, and `[campaigns]` for `[[campaigns]]`."""
    return [value] if isinstance(value, str | dict) else value


def _as_assignment(value: Any) -> Any:  # noqa: ANN401 - what TOML holds
    """Return a campaign that is named alone as an assignment without terms."""
    return {"campaign": value} if isinstance(value, str) else value


Country = Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True), AfterValidator(_known_country)]


class ManifestError(UploadDataError):
    """A manifest that cannot be used; the message names each key, its value and what would be right."""


MAX_DEPTH, MAX_CHARACTERS = 30, 100_000  # of criteria; a level of clauses is up to four of JSON
MAX_PATH_LENGTH = 100  # of the place of a mistake, in characters


def check_criteria(criteria: dict[str, Any]) -> dict[str, Any]:
    """Return `criteria`, if schemas/filter_criteria.schema.json allows them.

    Raises:
        ValueError: It does not; the message has the place of the mistake.
    """
    _check_values(criteria)
    mistakes = list(_criteria_validator().iter_errors(criteria))
    if mistakes:
        clearest = _nearest(mistakes)[2]
        place = clearest.absolute_path[-1] if clearest.absolute_path else None
        if place == "field" and clearest.validator == "enum" and clearest.instance not in _filter_fields():
            raise ValueError(f"at {clearest.json_path}, there is no field {clearest.instance!r}. There are: {', '.join(_filter_fields())}")
        if described := describe_clause_mistake(criteria, clearest.absolute_path):
            raise ValueError("at {}, {}".format(*described))
        raise ValueError(f"at {clearest.json_path}, {clearest.message} (schemas/filter_criteria.schema.json shows the grammar)")
    if (impossible := find_impossible(criteria)) is not None:
        raise ValueError("at {}, {}".format(*impossible))
    return criteria


def _check_values(criteria: dict[str, Any]) -> None:
    """Refuse values that PostgreSQL cannot hold, and criteria that are too deep or too long for it (schemas/postgres, henk.check_filter)."""
    waiting: list[tuple[str, int, Any]] = [("$", 0, criteria)]
    characters = 0
    while waiting:
        path, depth, part = waiting.pop()
        if depth > MAX_DEPTH:
            raise ValueError(f"at {_shortened(path)}, criteria go eight levels deep at most")
        if isinstance(part, dict):
            waiting += [(f"{path}.{key}", depth + 1, value) for key, value in part.items()]
            characters += sum(len(key) for key in part)
        elif isinstance(part, list):
            waiting += [(f"{path}[{number}]", depth + 1, value) for number, value in enumerate(part)]
        elif isinstance(part, float) and not math.isfinite(part):
            raise ValueError(f"at {path}, {part} is no number that can be compared")
        elif isinstance(part, str) and re.search(r"[\x00\ud800-\udfff]", part):
            raise ValueError(f"at {path}, the text holds a character that no database keeps")
        characters += len(str(part)) if not isinstance(part, dict | list) else 2
        if characters > MAX_CHARACTERS:
            raise ValueError(f"at $, criteria have {MAX_CHARACTERS:,} characters at most")


def _shortened(path: str) -> str:
    """Return the beginning of a path that a terminal shows on a line."""
    return path if len(path) <= MAX_PATH_LENGTH else path[:MAX_PATH_LENGTH] + "…"


@lru_cache(maxsize=1)
def _filter_fields() -> tuple[str, ...]:
    """Return the fields that criteria may name, in the order of the schema."""
    text = (schemas_folder() / "filter_criteria.schema.json").read_text("utf-8")
    fields: dict[str, None] = {}

    def collect(part: dict[str, Any]) -> dict[str, Any]:
        fields.update(dict.fromkeys(part.get("properties", {}).get("field", {}).get("enum", ())))
        return part

    json.loads(text, object_hook=collect)
    return tuple(fields)


def _nearest(mistakes: list[Any]) -> tuple[int, int, Any]:
    """Return the distance of criteria from a form, and the mistake to report.

    Returns:
        How many mistakes there are, how basic the worst of them is, and the first of them.
    """
    clearest = [_clearest(mistake) for mistake in mistakes]
    return sum(count for count, _, _ in clearest), max(rank for _, rank, _ in clearest), clearest[0][2]


def _clearest(mistake: Any) -> tuple[int, int, Any]:  # noqa: ANN401 - jsonschema's ValidationError
    forms: dict[Any, list[Any]] = {}
    for inner in mistake.context:
        forms.setdefault(inner.schema_path[0], []).append(inner)
    if forms:  # it fits none of several: of the one it is nearest to
        return min((_nearest(form) for form in forms.values()), key=lambda candidate: candidate[:2])
    # As far from two forms: the one that knows the field, then the one that knows the comparison.
    place = mistake.absolute_path[-1] if mistake.absolute_path else None
    return 1, {"field": 2, "custom_field": 2, "op": 1}.get(str(place), 0), mistake


@lru_cache(maxsize=1)
def _criteria_validator() -> Any:  # noqa: ANN401 - jsonschema's own protocol class
    from jsonschema import Draft202012Validator  # noqa: PLC0415

    return Draft202012Validator(json.loads((schemas_folder() / "filter_criteria.schema.json").read_text("utf-8")))


Criteria = Annotated[dict[str, Any], AfterValidator(check_criteria)]


class CampaignAssignment(BaseModel):
    """One campaign that the upload's list is assigned to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    campaign: Name = Field(description="name or id of a campaign of the same business")
    priority: int = Field(default=1, ge=1, le=2**31 - 1, description="1 is called first")
    where: Criteria | None = Field(
        default=None, description="who of the list is called in this campaign: schemas/filter_criteria.schema.json"
    )
    max_attempts_override: int | None = Field(
        default=None,
        ge=1,
        le=2**31 - 1,
        description="how often a lead of this list is called at most, instead of the campaign's own number",
    )
    follow: Literal["frozen", "enter", "mirror"] | None = Field(
        default=None,
        description="what later refreshes of the list, and narrower criteria, do to the campaign: nothing; who joins enters; "
        "and who leaves goes, unless worked on. Left out: as it is, at first enter",
    )


Campaigns = Annotated[tuple[Annotated[CampaignAssignment, BeforeValidator(_as_assignment)], ...], BeforeValidator(_as_list)]
Tags = Annotated[tuple[Name, ...], BeforeValidator(_as_list)]


class ListSplit(BaseModel):
    """A further list, for those leads of the upload that meet criteria."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    list: Name = Field(description="name of the list")
    where: Criteria = Field(description="which leads: schemas/filter_criteria.schema.json")
    refresh: Literal["auto"] | None = Field(
        default=None,
        description="auto: the list is made with these criteria and follows them among all leads of the business, not those of the upload alone",
    )
    description: str | None = Field(default=None, description="what the list is, kept with it when it is made")
    tags: Tags = Field(default=(), description="tags of the list when it is made")
    campaigns: Campaigns = Field(default=(), description="campaigns this list is assigned to")


class ConsentRule(BaseModel):
    """The meaning of a column about consent, decided by a person."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    meaning: Literal["refusal", "permission", "ignore"] = Field(
        description="refusal: yes means no contact; permission: no means no contact; ignore: the column says nothing about it"
    )
    channel: Literal["phone", "email", "sms", "post", "all"] | None = Field(
        default=None, description="what the column is about; left out: what its name says, else as of any opt-out without a channel"
    )
    yes: tuple[str, ...] = Field(default=(), description="further cells that mean yes")
    no: tuple[str, ...] = Field(default=(), description="further cells that mean no; what is in neither stays unclear")

    @model_validator(mode="before")
    @classmethod
    def _meaning_alone(cls, value: object) -> object:
        return {"meaning": value} if isinstance(value, str) else value

    def column(self, read: ConsentColumn | None) -> ConsentColumn | None:
        """Return the column that this rule makes of it, where its name was `read` otherwise."""
        if self.meaning == "ignore":
            return None
        named_column = read if read is not None and read.named else None
        channels = CHANNELS_OF[self.channel] if self.channel else named_column.channels if named_column else PHONE_AND_EMAIL
        return ConsentColumn(
            self.meaning, channels, named=self.channel is not None or named_column is not None, unnamed=channels, strict=True,
            present=named_column is not None and named_column.present and self.meaning == "refusal" and named_column.direction == "refusal",
            register=named_column is not None and named_column.register, dead=named_column is not None and named_column.dead,
            yes=frozenset(map(answer_key, self.yes)), no=frozenset(map(answer_key, self.no)),
        )  # fmt: skip


class Manifest(BaseModel):
    """The settings of an upload, by a person. Every key has a default; an upload needs no manifest."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    list: Name | None = Field(default=None, description="name of the list; by default the file's name without its ending")
    description: str | None = Field(default=None, description="what the list is, kept with it when it is made")
    tags: Tags = Field(default=(), description="tags of the list when it is made")
    campaigns: Campaigns = Field(
        default=(), description="campaigns the list is assigned to: their names or ids, or a table [[campaigns]] each"
    )
    lists: tuple[ListSplit, ...] = Field(default=(), description="further lists, each for those leads of the upload that meet its `where`")
    list_column: str | None = Field(
        default=None, description="column of the file whose cells name a further list for the row, which is made if it is new"
    )
    columns: dict[str, str] = Field(default_factory=dict, description='column of the file → field, or "" to keep it as a custom field')
    consent: dict[str, ConsentRule] = Field(
        default_factory=dict,
        description='column of the file → what it says about consent: "refusal", "permission", "ignore", or a table of meaning, channel, yes, no',
    )
    hidden_rows: bool = Field(default=False, description="true: rows that are hidden in a workbook are read, too")
    default_country: Country | None = Field(default=None, description="country of phone numbers that name none (ISO 3166-1 alpha-2)")
    locale: Annotated[str, AfterValidator(_known_locale)] | None = Field(
        default=None, description='how dates and amounts are written where the file itself does not tell, as "en-GB" or "de"'
    )
    do_not_call: bool | None = Field(
        default=None,
        description="true: nobody of this file may be called; false: its name or title says so and does not mean it; "
        "left out: where its name or title says so, nobody is called until true or false stands here",
    )
    suppressions: bool = Field(
        default=False,
        description="true: the file lists who must not be called or mailed; its phones and e-mails are suppressed, nobody becomes a lead",
    )
    update: UpdateMode = Field(default="fill", description="what happens to values a known lead already has")
    max_rejected: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description=(
            "share of rows that may be rejected before the file is refused; "
            "left out: 0.25; a file of fewer than 40 rows is refused only if no row is good"
        ),
    )
    source: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,50}$")] | None = Field(
        default=None, description="the system the file comes from; makes its ids usable to recognise people"
    )

    @model_validator(mode="after")
    def _suppressions_call_nobody(self) -> "Manifest":
        if self.suppressions and (self.campaigns or self.lists or self.list_column):
            raise ValueError("suppressions = true makes no leads, so there is nobody for campaigns, lists or list_column: leave them out")
        return self

    def assignments(self) -> tuple[tuple[str | None, CampaignAssignment], ...]:
        """Return the campaigns of the upload's list (None), then those of its further lists, by their names."""
        own = tuple((None, assignment) for assignment in self.campaigns)
        return own + tuple((split.list, assignment) for split in self.lists for assignment in split.campaigns)


UNREADABLE = "\ufffd"  # stands in a text for bytes that are not UTF-8


def parse_manifest(text: str) -> Manifest:
    """Return the manifest in `text` (TOML).

    Raises:
        ManifestError: The manifest cannot be used; one sentence a mistake, with its line and a line that is right.
    """
    from henk_pipeline.uploads.manifest_errors import describe_syntax_error  # noqa: PLC0415 - only where there is one

    text = text.removeprefix("\ufeff")
    if UNREADABLE in text:
        line = text[: text.index(UNREADABLE)].count("\n") + 1
        raise ManifestError(
            f"Line {line} holds a character that is not UTF-8. Save the manifest as UTF-8; names with umlauts or accents are kept then."
        )
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ManifestError(describe_syntax_error(str(error), text)) from error
    return check_manifest(values, text)


def check_manifest(values: dict[str, Any], text: str = "") -> Manifest:
    """Return the manifest of these keys.

    Args:
        values: The keys and their values.
        text: The TOML they were read from; empty if they come from another source.

    Raises:
        ManifestError: A key or value cannot be used; the message has one sentence a mistake.
    """
    if _holds_nul(values):
        lines = [number for number, line in enumerate(text.split("\n"), 1) if NUL_IN_TOML.search(line)]
        where = f"Line {lines[0]}" if lines else "The manifest"
        raise ManifestError(f"{where} holds the character U+0000 (written \\u0000), which no database keeps. Remove it.")
    try:
        return Manifest.model_validate(values)
    except ValidationError as error:
        from henk_pipeline.uploads.manifest_errors import describe_mistake  # noqa: PLC0415

        raise ManifestError("\n".join(dict.fromkeys(describe_mistake(dict(mistake), text) for mistake in error.errors()))) from error


def _holds_nul(value: object) -> bool:
    """Return whether a text in a value of TOML, or the name of a key, holds U+0000."""
    if isinstance(value, dict):
        return any("\0" in str(key) or _holds_nul(inner) for key, inner in value.items())
    if isinstance(value, list):
        return any(map(_holds_nul, value))
    return isinstance(value, str) and "\0" in value


def write_manifest(manifest: Manifest) -> str:
    """Return `manifest` as TOML, without the keys that have their default."""
    return tomlkit.dumps(manifest.model_dump(mode="json", exclude_defaults=True))
