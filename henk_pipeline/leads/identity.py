"""What people are compared by: names without accents and case, the names they are short for, one form of e-mail addresses, streets, birth dates.

Nothing here decides who is who; both tiers of matching read these columns.
"""

from functools import lru_cache
from typing import Any

import polars as pl
from nicknames import NickNamer

from henk_pipeline.leads import fields
from henk_pipeline.leads.details import DETAIL_SCHEMA, shortened
from henk_pipeline.leads.given_names import divide_names, gender_of, genders, middle_names
from henk_pipeline.leads.letters import folded_words
from henk_pipeline.leads.name_words import load_name_words
from henk_pipeline.leads.nicknames import customary, formal_names_by_nickname
from henk_pipeline.leads.slices import by_slices
from henk_pipeline.leads.text import over_distinct

# Providers that pass over dots before the @, and their further names. Google: support.google.com/mail/answer/7436150.
DOTS_MEAN_NOTHING = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}
# Providers that deliver name+anything@ to name@ (RFC 5233 calls it a subaddress); elsewhere a plus may be part of the name.
PLUS_TAGS = (
    "gmail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "icloud.com", "me.com", "mac.com", "fastmail.com", "proton.me",
    "protonmail.com", "pm.me", "zoho.com", "yandex.com", "hey.com",
)  # fmt: skip
# Providers at which one person has several mailboxes, numbered by itself.
PROVIDERS = (*PLUS_TAGS, "yahoo.com", "aol.com", "gmx.de", "web.de", "comcast.net")
STREET_WORDS = {
    "street": "st", "str": "st", "strasse": "st", "road": "rd", "avenue": "av", "ave": "av", "drive": "dr", "lane": "ln", "court": "ct",
    "place": "pl", "circuit": "cct", "crescent": "cres", "boulevard": "blvd", "parkway": "pkwy", "highway": "hwy", "terrace": "ter",
    "terr": "ter", "square": "sq", "circle": "cir", "trail": "trl", "apartment": "apt", "suite": "ste", "north": "n", "south": "s",
    "east": "e", "west": "w", "close": "cl", "way": "wy", "grove": "gr", "saint": "st",
}  # fmt: skip

# "Saint Clair" and "St. Clair" are one family name. It means the same in PostgreSQL.
SAINT = "(^| )saint(e?) "

HOME_FIELDS = ("street", "postal_code")
NAMED_BY = ("first_name", "last_name", fields.BIRTH_DATE)
IDENTITY_SCHEMA: dict[str, Any] = {
    "first": pl.String, "last": pl.String, "formals": pl.List(pl.String), "lasts": pl.List(pl.String), "known": pl.Boolean, "email": pl.String,
    "mailbox": pl.String, "phones": pl.List(pl.String), "number": pl.String, "street": pl.String, "house": pl.String, "city": pl.String,
    "postal": pl.String, "birth": pl.String, "generation": pl.String, "middle": pl.String, "gender": pl.String,
    "address": pl.String, **DETAIL_SCHEMA,
}  # fmt: skip


def identities(frame: pl.DataFrame, row: str) -> pl.DataFrame:
    """Return what each person is compared by.

    Takes: `row` (its unique column), first_name, last_name, email, phone, mobile_phone, street, city, postal_code, birth_date. Gives: `row` and
    IDENTITY_SCHEMA: `first` (first word of the given names), `last` (family name as one word), `formals` (names that `first` may stand for,
    itself among them), `lasts` (words of the family name), `known` (whether `first` is no slip of the keys: a name of the table of nicknames,
    or one with a number), `email` (one form of the mailbox), `mailbox` (what stands before its @), `phones`, house `number` and `street`,
    `house` (both), `city`, `postal` (of nine digits the first five), `birth` (eight digits where it is ISO 8601), `generation` ("1" senior, "2j"
    junior, "2" the second, …), `middle` (second given name or initial), `gender` of the first name (`m`, `f`), `address` (all words of
    the street). The names are without the generation.
    """
    return by_slices(frame, lambda some: _identities(some, row))


def names(frame: pl.DataFrame, row: str) -> pl.DataFrame:
    """Of `identities` what the sure tier compares: `row`, `first`, `last`, `formals`, `lasts`, `birth`, `generation`, `middle`, `gender`.
    Takes: `row`, NAMED_BY and perhaps DETAIL_SCHEMA, which is null where it is missing. Where there is no given name, the words of the family name
    are written in short as an organisation's.
    """
    return by_slices(frame, lambda some: _names(some, row))


def _names(frame: pl.DataFrame, row: str) -> pl.DataFrame:
    last, birth = pl.col("last_name"), pl.col("birth_date").str.replace_all(r"[^0-9]", "")
    divided = divide_names(folded(frame["first_name"]), folded(frame["last_name"]))
    middle = middle_names(divided["first_name"]).alias("middle")
    details = [_or_nothing(frame, name) for name in DETAIL_SCHEMA]
    people = pl.DataFrame([frame[row], *divided, middle, frame["birth_date"], *details])
    is_bare = people["first_name"].is_null() & people["last_name"].str.contains(" ", literal=True).fill_null(value=False)
    if is_bare.any():
        people = people.with_columns(pl.when(is_bare).then(shortened(pl.col("last_name"))).otherwise("last_name").alias("last_name"))
    is_saint = people["last_name"].str.contains(SAINT).fill_null(value=False)
    if is_saint.any():
        people = people.with_columns(last.str.replace_all(SAINT, "${1}st${2} "))
    people = people.select(
        row,
        _first_word().alias("first"),
        last.str.replace_all(" ", "").alias("last"),
        last.str.split(" ").alias("lasts"),
        pl.when(birth != "").then(birth).alias("birth"),
        "generation",
        "middle",
        *DETAIL_SCHEMA,
    )
    return people.with_columns(formal_names(people["first"]).alias("formals"), gender_of(pl.col("first")).alias("gender"))


def _or_nothing(frame: pl.DataFrame, name: str) -> pl.Series:
    if name in frame.columns:
        return frame[name]
    return pl.Series(name, [None], dtype=DETAIL_SCHEMA[name]).new_from_index(0, frame.height)


def _first_word() -> pl.Expr:
    """Return the first word of the given names with the digits of the others: "Donor 1" and "Donor 2" are different names."""
    name = pl.col("first_name")
    word = name.str.extract(r"^(\S+)")
    return pl.when(name.str.contains(" .*[0-9]")).then(word + name.str.extract(" (.*)$").str.replace_all("[^0-9]", "")).otherwise(word)


def _identities(frame: pl.DataFrame, row: str) -> pl.DataFrame:
    folds = [folded(frame[name]).alias(name) for name in ("street", "city")]
    email, postal = email_key(frame["email"]), _postal(frame["postal_code"])
    people = pl.DataFrame([*_names(frame, row), *folds, email.alias("email"), postal.alias("postal"), *frame.select(fields.PHONE_FIELDS)])
    phones = pl.concat_list(*fields.PHONE_FIELDS).list.drop_nulls().list.unique().list.sort()
    people = people.with_columns(
        pl.col("email").str.extract(r"^([^@]*)@").alias("mailbox"),
        pl.when(phones.list.len() > 0).then(phones).alias("phones"),
        pl.col("street").alias("address"),
        pl.col("street").str.extract("([0-9]+)").alias("number"),
        street_name(folds[0]).alias("street"),
        pl.col("city").str.replace_all(" ", "").alias("city"),
    )
    return people.with_columns(
        is_known_name().alias("known"),
        pl.concat_str("number", "street", separator=" ").alias("house"),
    ).select(row, *IDENTITY_SCHEMA)


def homes(frame: pl.DataFrame) -> pl.DataFrame:
    """Return `number` and `postal` of IDENTITY_SCHEMA, row by row; null where the frame has no HOME_FIELDS."""
    if "street" not in frame.columns:
        return pl.DataFrame({name: pl.Series([None], dtype=pl.String).new_from_index(0, frame.height) for name in ("number", "postal")})
    return pl.DataFrame([frame["street"].str.extract("([0-9]+)").alias("number"), _postal(frame["postal_code"])])


def _postal(codes: pl.Series) -> pl.Series:
    code = folded(codes).str.replace_all(" ", "", literal=True).to_frame("postal")
    return code.select(
        pl.when(pl.col("postal").str.contains("^[0-9]{9}$")).then(pl.col("postal").str.head(5)).otherwise("postal")
    ).to_series()


def folded(cells: pl.Series) -> pl.Series:
    """Words in small letters without accents and punctuation, one space between them; null where nothing is left. As henk.folded in PostgreSQL."""
    return over_distinct(cells, folded_words)


def email_key(emails: pl.Series) -> pl.Series:
    """One form of each mailbox: without dots and tags where its provider passes over them."""
    frame = pl.DataFrame({"email": emails}).select(
        pl.col("email"),
        pl.col("email").str.extract(r"^([^@]*)@").alias("name"),
        pl.col("email").str.extract(r"@((?s:.*))$").alias("domain"),
    )
    plain = pl.col("domain").replace(DOTS_MEAN_NOTHING)
    untagged = pl.when(plain.is_in(PLUS_TAGS)).then(pl.col("name").str.replace(r"(?s)^(.[^+]*)\+.*$", "$1")).otherwise("name")
    undotted = (
        pl.when(pl.col("domain").is_in(list(DOTS_MEAN_NOTHING))).then(untagged.str.replace_all(".", "", literal=True)).otherwise(untagged)
    )
    return frame.select(pl.coalesce(undotted + "@" + plain, "email").alias("email")).to_series()


def formal_names(first: pl.Series) -> pl.Series:
    """Return the names that each name may stand for, itself among them, by the table of nicknames ("bob": bob, robert)."""
    nicknames = formal_names_by_nickname()
    distinct = first.drop_nulls().unique()
    short = distinct.filter(distinct.is_in(list(nicknames)))
    lists = pl.DataFrame(
        {"first": short, "more": [nicknames[name] for name in short]}, schema={"first": pl.String, "more": pl.List(pl.String)}
    )
    joined = first.to_frame("first").join(lists, on="first", how="left", maintain_order="left")
    own = pl.concat_list("first")
    return joined.select(
        pl.when(pl.col("first").is_null())
        .then(None)
        .when(pl.col("more").is_null())
        .then(own)
        .otherwise(own.list.concat("more"))
        .alias("formals")
    ).to_series()


def is_known_name() -> pl.Expr:
    """Return whether `first` is no slip of the keys: one that people bear, or one with a number."""
    return (pl.col("first").is_in(list(known_names())) | pl.col("first").str.contains("[0-9]")).fill_null(value=False)


@lru_cache(maxsize=1)
def known_names() -> frozenset[str]:
    """Return given names that are no slip of the keys."""
    return (
        frozenset(NickNamer().nickname_lookup)
        | frozenset(NickNamer().canonical_lookup)
        | frozenset(genders())
        | frozenset(load_name_words().borne.names)
        | frozenset(short for shorts in customary().values() for short in shorts)
    )


def street_name(streets: pl.Series) -> pl.Series:
    """Return the words of a street without its numbers, its kind ("street") in its short form."""

    def name(some: pl.Series) -> pl.Series:
        words = some.str.replace(r"\b\d+\w*\b", "").str.replace_all(r"(\p{L}{3,})str(?:asse)?\b", "${1}st").str.strip_chars()
        frame = words.to_frame("s").with_row_index()
        exploded = (
            frame.with_columns(pl.col("s").str.split(" "))
            .explode("s")
            .with_columns(pl.col("s").replace(STREET_WORDS))
            .filter(pl.col("s") != "")
        )
        joined = exploded.group_by("index", maintain_order=True).agg(pl.col("s").str.join(" "))
        return frame.select("index").join(joined, on="index", how="left", maintain_order="left")["s"]

    return over_distinct(streets, name)
