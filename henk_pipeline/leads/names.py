"""Names as they are written: all capitals and all small letters mended, full names told apart. Nothing here guesses a name from another field."""

import re

import polars as pl

from henk_pipeline.leads.text import over_distinct

# Particles of family names; small in the middle of a name, and at its start where the whole name shouts ("VAN DER BERG").
PARTICLES = {
    "van", "von", "der", "den", "de", "het", "ter", "ten", "te", "zu", "zum", "zur", "vom", "am", "la", "le", "du", "des", "da", "das",
    "do", "dos", "di", "del", "della", "dei", "y", "e", "af", "av", "bin", "ibn", "al", "el",
}  # fmt: skip
GENERATIONS = {"jr", "sr", "ii", "iii", "iv"}
NUMERALS = {"ii", "iii", "iv", "vi", "vii"}
WORD = re.compile(r"[^\W\d_]+")
SHOUTED_OR_WHISPERED = r"^(?:[^\p{Ll}]*\p{Lu}[^\p{Ll}]+|[^\p{Lu}]*\p{Ll}[^\p{Lu}]*)$"
# "Ana Silva", "Silva, Ana": names that are told apart without asking the library.
TWO_WORDS = r"^(\p{L}[\p{L}'’-]+) (\p{L}[\p{L}'’-]+)$"
LAST_FIRST = r"^(\p{L}[\p{L}'’ -]+), ?(\p{L}[\p{L}'’-]+)$"
TITLES = r"(?i)\b(?:mr|mrs|ms|miss|mx|dr|prof|rev|sir|herr|frau|hr|fr|mme|mlle|sr|sra|dhr|mevr|jr|sr|ii|iii|iv|phd|md|esq)\b"


def mended_case(names: pl.Series, *, family: bool) -> pl.Series:
    """Names in all capitals or all small letters as people write them ("McDonald", "van der Berg", "O'Brien"); others as they are.

    `family`: of a family name a particle at the start is written small.
    """

    def of(some: pl.Series) -> pl.Series:
        odd = some.str.contains(SHOUTED_OR_WHISPERED)
        if not odd.any():
            return some
        mended = pl.Series([mend(name, family=family) for name in some.filter(odd)], dtype=pl.String)
        return some.scatter(odd.arg_true(), mended)

    return over_distinct(names, of)


def mend(name: str, *, family: bool) -> str:
    """One name in all capitals or all small letters as people write it. Initials ("J.R.", "JR") stay."""
    if len(name) <= 2 or re.fullmatch(r"(?:\w\.\s?)+\w?\.?", name):
        return name.upper() if len(name) == 1 else name
    words = name.split(" ")
    return " ".join(_mend_word(word, first=number == 0, family=family, alone=len(words) == 1) for number, word in enumerate(words))


def _mend_word(word: str, *, first: bool, family: bool, alone: bool) -> str:
    low = word.lower()
    if low in NUMERALS and not first:
        return word.upper()
    if low in PARTICLES and not alone and (not first or family):
        return low
    capital = WORD.sub(lambda found: found.group()[0].upper() + found.group()[1:].lower(), word)
    # "o'brien", "d'angelo", "mcdonald"; an s after the apostrophe is no name.
    capital = re.sub(r"(['’])S\b", r"\1s", capital)
    return re.sub(r"\bMc([a-z])(?=[a-z])", lambda found: "Mc" + found.group(1).upper(), capital)


def split_full_names(names: pl.Series) -> pl.DataFrame:
    """`first_name` and `last_name` of full names: "Ana Silva", "Silva, Ana", "Dr. Ana María van der Berg Jr."; titles are left out.

    A single word is a last name. By nameparser, the two commonest forms without it.
    """
    frame = pl.DataFrame({"name": names})
    name = pl.col("name")
    plain = frame.select(
        pl.coalesce(name.str.extract(TWO_WORDS, 1), name.str.extract(LAST_FIRST, 2)).alias("first_name"),
        pl.coalesce(name.str.extract(TWO_WORDS, 2), name.str.extract(LAST_FIRST, 1)).alias("last_name"),
        name.str.contains(TITLES).alias("titled"),
    )
    hard = frame.select(name.is_not_null() & (plain["first_name"].is_null() | plain["titled"])).to_series()
    distinct = names.filter(hard).unique()
    told = [_parsed(one) for one in distinct]
    by_library = pl.DataFrame(
        {"name": distinct, "first": [first for first, _ in told], "last": [last for _, last in told]},
        schema={"name": pl.String, "first": pl.String, "last": pl.String},
    )
    joined = frame.with_columns(plain["first_name"], plain["last_name"], hard.alias("hard")).join(
        by_library, on="name", how="left", maintain_order="left"
    )
    return joined.select(
        pl.when("hard").then("first").otherwise("first_name").alias("first_name"),
        pl.when("hard").then("last").otherwise("last_name").alias("last_name"),
    )


def _parsed(name: str) -> tuple[str | None, str | None]:
    from nameparser import HumanName  # noqa: PLC0415 - most files have first and last names apart, and need not wait for it

    parts = HumanName(name)
    first = " ".join(part for part in (parts.first, parts.middle) if part)
    generation = [part for part in parts.suffix.split(", ") if part.strip(".").lower() in GENERATIONS]
    last = " ".join(part for part in (parts.last, *generation) if part)
    if not first and not last:
        return None, name
    return (first or None, last or None) if last else (None, first)
