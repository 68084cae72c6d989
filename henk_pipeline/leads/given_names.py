"""Parts of names that tell people of one name apart: the generation, the middle name, the gender of a given name.

The words stand in schemas/upload/names.toml. schemas/make_name_rules.py writes the same rules as SQL (migration 0038);
tests/integration/database/test_one_rule.py compares both.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

import polars as pl

from henk_pipeline.leads.letters import folded_words
from henk_pipeline.leads.name_words import load_name_words, plain
from henk_pipeline.leads.text import over_distinct

# Words between given names that are no names ("Maria del Carmen", "Ann and Bob").
PARTICLES = "de|del|dela|della|da|do|dos|das|di|du|la|las|le|los|van|von|der|den|y|e|and|und|et"


@lru_cache(maxsize=1)
def generations() -> dict[str, str]:
    """Return the generation that each word or phrase means, in the form of `folded`."""
    words = load_name_words().generations
    pairs = [
        (word, number) for table in (words.anywhere, words.at_the_end, words.before) for number, some in table.items() for word in some
    ]
    folds = folded_words(pl.Series([word for word, _ in pairs], dtype=pl.String))
    return dict(zip(folds, (number for _, number in pairs), strict=True))


@lru_cache(maxsize=1)
def genders() -> dict[str, str]:
    """Return the gender, `m` or `f`, of each given name of the table, in the form of `folded`."""
    names = load_name_words().gendered
    pairs = [(name, "m") for name in names.male] + [(name, "f") for name in names.female]
    folds = folded_words(pl.Series([name for name, _ in pairs], dtype=pl.String))
    return dict(zip(folds, (gender for _, gender in pairs), strict=True))


def generation_of(phrase: str) -> str | None:
    """Return the generation that a word or phrase means, with or without accents."""
    return _written_generations().get(plain(phrase))


def is_name_too(word: str) -> bool:
    """Return whether a word for a generation may be a family name ("Neto", "V")."""
    return plain(word) not in _plain_generations()


@lru_cache(maxsize=1)
def _plain_generations() -> frozenset[str]:
    return frozenset(plain(word) for some in load_name_words().generations.anywhere.values() for word in some)


@lru_cache(maxsize=1)
def _written_generations() -> dict[str, str]:
    words = load_name_words().generations
    tables = (words.anywhere, words.at_the_end, words.before)
    return generations() | {plain(word): number for table in tables for number, some in table.items() for word in some}


def _alternatives(table: dict[str, list[str]]) -> str:
    """Return the words of a table as alternatives of a pattern, the longest first."""
    folds = set(folded_words(pl.Series([word for some in table.values() for word in some], dtype=pl.String)))
    return "|".join(sorted(folds, key=lambda word: (-len(word), word)))


@lru_cache(maxsize=1)
def generation_patterns() -> tuple[str, str, str]:
    """Return patterns of folded names with a generation: of given names, of family names, and of either with a word in front.

    Groups: what stands before the generation; the generation; what stands behind it; of family names the generation at the end. Of
    the pattern of either the generation and the name.
    """
    words = load_name_words().generations
    anywhere, at_the_end, before = (_alternatives(table) for table in (words.anywhere, words.at_the_end, words.before))
    return (
        f"^(.+) ({anywhere})( .*)?$",
        f"^(.+) (?:({anywhere})( .*)?|({at_the_end}))$",
        f"^({before}) (.+)$",
    )


def divide_names(first: pl.Series, last: pl.Series) -> pl.DataFrame:
    """Return folded given and family names without their generation, and it.

    Args:
        first: Given names in the form of `folded`.
        last: Family names in the form of `folded`.

    Returns:
        `first_name`, `last_name` and `generation` (String, as in `names.toml`; null where the name has none). The generation of the family name
        counts before that of the given name.
    """
    given, family, front = generation_patterns()
    first, of_first = _without(first, given)
    last, of_last = _without(last, family)
    first, before_first = _without_front(first, front)
    last, before_last = _without_front(last, front)
    generation_words = pl.DataFrame([of_last.alias("a"), of_first.alias("b"), before_last.alias("c"), before_first.alias("d")])
    generation = generation_words.select(
        pl.coalesce(pl.all()).replace_strict(generations(), default=None, return_dtype=pl.String)
    ).to_series()
    return pl.DataFrame([first.alias("first_name"), last.alias("last_name"), generation.alias("generation")])


def _without(names: pl.Series, pattern: str) -> tuple[pl.Series, pl.Series]:
    """Return names without the generation behind them, and its word."""
    words = pl.Series([None], dtype=pl.String).new_from_index(0, len(names))
    several = names.str.contains(" ", literal=True).fill_null(value=False)
    if not several.any():
        return names, words
    some = names.filter(several)
    parts = some.str.extract_groups(pattern).struct.unnest()
    columns = [pl.col(name) for name in parts.columns]
    word = parts.select(pl.coalesce(columns[1], *columns[3:])).to_series()
    if not word.count():
        return names, words
    bare = parts.select(columns[0] + columns[2].fill_null("")).to_series()
    places = several.arg_true()
    return names.scatter(places, bare.zip_with(word.is_not_null(), some)), words.scatter(places, word)


def _without_front(names: pl.Series, pattern: str) -> tuple[pl.Series, pl.Series]:
    """Return names without the generation in front of them, and its word."""
    word = names.str.extract(pattern, 1)
    if not word.count():
        return names, word
    return names.str.extract(pattern, 2).zip_with(word.is_not_null(), names), word


def with_generations(frame: pl.DataFrame) -> pl.DataFrame:
    """Return people with the generation of `name_suffix` behind the family name, or the given name where there is no other ("Smith Jr.").

    Args:
        frame: first_name, last_name and name_suffix. A suffix that is no generation ("PhD") changes nothing, nor does one of a name that has
            a generation.
    """
    words = over_distinct(frame["name_suffix"], lambda some: pl.Series([written_generation(cell) for cell in some], dtype=pl.String))
    divided = divide_names(_folded(frame["first_name"]), _folded(frame["last_name"]))
    missing = divided["generation"].is_null() & words.is_not_null()
    last, first, word = pl.col("last_name"), pl.col("first_name"), pl.lit(words)
    return frame.with_columns(
        pl.when(missing & last.is_not_null()).then(pl.concat_str(last, word, separator=" ")).otherwise(last).alias("last_name"),
        pl.when(missing & last.is_null()).then(pl.concat_str(first, word, separator=" ")).otherwise(first).alias("first_name"),
    )


def _folded(cells: pl.Series) -> pl.Series:
    return over_distinct(cells, folded_words)


def written_generation(suffix: str | None) -> str | None:
    """Return the generation in a suffix as people write it ("JR" as "Jr", "ii" as "II"); None where there is none."""
    for part in [suffix or "", *re.split(r"[,;/]|\s", suffix or "")]:
        fold = folded_words(pl.Series([part]))[0]
        if fold in generations():
            word = part.strip(" ,;()")
            if word != word.upper() and word != word.lower():
                return word
            return word.upper() if set(fold) <= set("iv") else word.lower() if fold[0].isdigit() else word.capitalize()
    return None


def middle_names(first: pl.Series) -> pl.Series:
    """Return the first word behind the first of folded given names that is a name or an initial; null where there is none."""
    several = first.str.contains(" ", literal=True).fill_null(value=False)
    middles = pl.Series([None], dtype=pl.String).new_from_index(0, len(first))
    if not several.any():
        return middles
    return middles.scatter(several.arg_true(), first.filter(several).str.extract(rf"^[^ ]+ (?:(?:{PARTICLES}) )*([^ 0-9]+)(?: |$)"))


def with_middle_name() -> pl.Expr:
    """Return given names with the middle name of a custom field (`custom_fields`, JSON text) behind them."""
    first, custom = pl.col("first_name"), pl.col("custom_fields")
    middle = custom.str.extract(middle_name_member(), 1)
    return pl.when(middle.is_not_null()).then(pl.concat_str(first, middle, separator=" ")).otherwise(first).alias("first_name")


@lru_cache(maxsize=1)
def middle_name_member() -> str:
    """Return a pattern of the member of a JSON object that holds a middle name; its first group is the first word of that.

    It means the same in PostgreSQL, where postgres/known.py applies it to leads.
    """
    keys = "|".join(column.replace(" ", "[ _./-]{0,3}") for column in load_name_words().words.middle_columns)
    return rf'(?i)"(?:{keys})[.]?" ?: ?" *([^"\\\s0-9][^"\\\s]*)'


def is_of_middle_names(column: str) -> bool:
    """Return whether a column of a file is of middle names."""
    return re.match(middle_name_member(), f'"{column}":"A"') is not None


def comparable_given_names(names: pl.Series) -> pl.Series:
    """Return given names with initials apart ("J.R." as "J. R.") and without the title before them ("Dr. Amos" as "Amos").

    A title of a woman before a name that is not known to be one stays: "Mrs. John" is his wife.
    """
    odd = names.str.contains(_odd_given_name()).fill_null(value=False)
    if not odd.any():
        return names
    some = names.filter(odd)
    distinct = some.unique()
    plain_names = pl.Series([_comparable(name) for name in distinct], dtype=pl.String)
    return names.scatter(odd.arg_true(), some.replace_strict(distinct, plain_names))


@lru_cache(maxsize=1)
def _odd_given_name() -> str:
    titles = "|".join(sorted((re.escape(plain(title)) for title in load_name_words().words.titles), key=lambda word: (-len(word), word)))
    return rf"(?i)^\s*(?:{titles})(?:\.|\s)|\b\p{{L}}\.\p{{L}}"


def _comparable(name: str) -> str:
    words = re.sub(r"\b([^\W\d_])\.(?=[^\W\d_])", r"\1. ", re.sub(r"(?<=[^\W\d_]{2})\.(?=[^\W\d_])", ". ", name)).split()
    table = load_name_words().words
    bare = list(words)
    while len(bare) > 1 and plain(bare[0]) in table.titles and (bare[0].endswith(".") or plain(bare[0]) not in table.also_names):
        bare = bare[1:]
    taken = {plain(word) for word in words[: len(words) - len(bare)]}
    gender = gender_of_name(bare[0])
    is_hers = bool(taken & table.women) and gender != "f"
    is_his = bool(taken & table.men) and gender == "f"
    is_pair = any(plain(word) in table.joints for word in bare)
    return " ".join(words if is_hers or is_his or is_pair else bare)


def gender_of_name(name: str) -> str | None:
    """Return the gender, `m` or `f`, of the first word of a given name as it is written; None where it is not known."""
    return genders().get((folded_words(pl.Series([name]))[0] or "").split(" ")[0])


def title_of_another(titles: Sequence[str], first: str) -> str | None:
    """Return the title that shows that a given name is another person's ("Mrs." before "John": she is his wife); None where there is none.

    "Mr." before "Joan" shows nothing: nobody is called by his wife's name, and "Joan" is a man in some languages.

    Args:
        titles: The words before the given name, as they are written.
        first: The given name.
    """
    hers, his = (
        [word for word in titles if plain(word) in table] for table in (load_name_words().words.women, load_name_words().words.men)
    )
    if bool(hers) == bool(his):  # "Mr. and Mrs."
        return None
    return hers[-1] if hers and gender_of_name(first) == "m" else None


def with_titles_of_others(first: pl.Series, titles: pl.Series) -> pl.Series:
    """Return names with the title of a column of titles before those that are another person's, as `title_of_another` finds them.

    Args:
        first: Names that begin with a given name.
        titles: Forms of address ("Mrs."), row by row; null where there is none.
    """
    pairs = pl.DataFrame([first.alias("first"), titles.alias("titles")])
    distinct = pairs.filter(pl.col("first").is_not_null() & pl.col("titles").is_not_null()).unique()
    added = [title_of_another(words.split(), name.split(" ")[0]) for name, words in distinct.iter_rows()]
    distinct = distinct.with_columns(pl.Series("added", added, dtype=pl.String)).drop_nulls("added")
    if not distinct.height:
        return first
    joined = pairs.join(distinct, on=["first", "titles"], how="left", maintain_order="left")
    return joined.select(pl.concat_str(pl.concat_str("added", pl.lit(" ")).fill_null(""), "first")).to_series().alias(first.name)


@lru_cache(maxsize=1)
def called_by_title() -> str:
    """Return a pattern of comparable given names with the title that shows another person ("Mrs. John"); its group is the name without it."""
    words = load_name_words().words
    titles, also_names = words.women | words.men, set(words.also_names)
    certain, doubtful = ("|".join(sorted(some)) for some in (titles - also_names, titles & also_names))
    return rf"(?i)^(?:(?:{certain})[.]?|(?:{doubtful})[.]) +(.+)$"


def gender_of(first: pl.Expr) -> pl.Expr:
    """Return the gender, `m` or `f`, of first words of folded given names; null where it is not known."""
    return first.replace_strict(genders(), default=None, return_dtype=pl.String)
