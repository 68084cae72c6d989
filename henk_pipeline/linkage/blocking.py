"""Which pairs of people are worth comparing: those that share keys. No pair is judged here."""

from collections.abc import Iterator

import polars as pl

# A key that more people share says too little to compare all of them with each other.
LARGEST_BLOCK = 60
# Pairs that share but one weak key are nearly all of two people (of 27 million among a million generated rows 2,000 were not): they are
# compared where there are few people, so that it costs little.
COMPARE_ALL_UP_TO = 20_000
STRONG = 2
# So many rows are joined, and of so many parts of the pairs one after the other is counted, that it needs little memory.
PAIRS_AT_ONCE, PARTS = 4_000_000, 16


def candidate_pairs(people: pl.DataFrame, new: pl.Series | None = None) -> pl.DataFrame:
    """Return the pairs to compare.

    Takes: `row` (Int64) and IDENTITY_SCHEMA; `new`: rows of which each pair must have one. Gives: `left` and `right` (Int64, left < right),
    each pair once.
    """
    row = people["row"]
    numbered = people.with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"))
    is_new = None if new is None else row.is_in(new.implode())
    kinds: Iterator[pl.DataFrame] = (
        keys.with_columns(pl.lit(number, dtype=pl.UInt8).alias("kind"), pl.lit(weight, dtype=pl.UInt8).alias("weight"))
        for number, (weight, keys) in enumerate(_keys(numbered))
    )
    few = people.height <= COMPARE_ALL_UP_TO
    # Of few people all kinds at once, which is quicker; of many one after the other, which needs less memory.
    pairs_by_kind = [_pairs(keys, is_new) for keys in ([pl.concat(kinds)] if few else kinds)]
    packed = pl.concat(pairs_by_kind)["pair"].unique() if few else _shared(pairs_by_kind)
    left, right = row.gather(packed // 2**32), row.gather(packed % 2**32)
    return pl.DataFrame({"left": left, "right": right}).select(
        pl.min_horizontal("left", "right").alias("left"), pl.max_horizontal("left", "right").alias("right")
    )


def _shared(pairs_by_kind: list[pl.DataFrame]) -> pl.Series:
    """Of pairs by kind those that share a strong key or two weak ones, each once. There are millions of which few remain."""
    strong = [pairs["pair"] for pairs in pairs_by_kind if pairs.height and pairs["weight"][0] >= STRONG]
    weak = pl.concat(
        [pairs["pair"] for pairs in pairs_by_kind if pairs.height and pairs["weight"][0] < STRONG] or [pl.Series("pair", [], pl.UInt64)]
    )
    parts = (weak.filter(weak % PARTS == part) for part in range(PARTS))
    return pl.concat([*strong, *(part.filter(part.is_duplicated()) for part in parts)]).unique()


def _pairs(keys: pl.DataFrame, is_new: pl.Series | None) -> pl.DataFrame:
    """Return rows with the same `key` of one `kind` in pairs, once a kind.

    Gives: `weight`, and `pair`, one number (UInt64) of the smaller row's 32 bits, then the larger one's.
    """
    same = ["kind", "key"]
    counted = keys.group_by(same).agg(pl.len().alias("n"))
    counted = counted.filter(pl.col("n").is_between(2, LARGEST_BLOCK))
    small = keys.join(counted.select(same), on=same, how="semi")
    parts = 1 + int((counted["n"].cast(pl.Int64) ** 2).sum()) // PAIRS_AT_ONCE
    return pl.concat([_joined(small.filter(pl.col("key") % parts == part) if parts > 1 else small, is_new) for part in range(parts)])


def _joined(small: pl.DataFrame, is_new: pl.Series | None) -> pl.DataFrame:
    same = ["kind", "key"]
    left = small if is_new is None else small.filter(is_new.gather(small["row"]))
    pairs = left.lazy().join(small.lazy(), on=same, suffix="_right")
    if is_new is None:
        pairs = pairs.filter(pl.col("row") < pl.col("row_right"))
    low, high = pl.min_horizontal("row", "row_right").cast(pl.UInt64), pl.max_horizontal("row", "row_right").cast(pl.UInt64)
    packed = pairs.filter(pl.col("row") != pl.col("row_right")).select((low * 2**32 + high).alias("pair"), "kind", "weight")
    return packed.unique().collect(engine="streaming").drop("kind")


def _keys(people: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    """Kinds of keys, how strong each is, and `row` and `key` (UInt64) of the people that have it."""
    first, last, birth, number, city = (pl.col(name) for name in ("first", "last", "birth", "number", "city"))
    postal, street = pl.col("postal"), pl.col("street").str.replace_all(" ", "")
    people = people.with_columns(
        *(_sound(pl.col(name)).alias(f"{name}_sound") for name in ("first", "last")),
        pl.when(pl.col("mailbox").str.len_chars() >= 6).then("mailbox").alias("mailbox"),
    )
    # Names may stand in each other's place: each is a word of the person, whichever it is.
    sounds = pl.concat_str(pl.min_horizontal("first_sound", "last_sound"), pl.max_horizontal("first_sound", "last_sound"), separator=" ")
    yield STRONG, _of(people, pl.col("email"))
    yield STRONG, _long(people, "phones")
    yield STRONG, _of(people, pl.col("mailbox"))
    yield STRONG, _long(people, "formals", last)
    of_fields: tuple[tuple[pl.Expr, ...], ...] = (
        (pl.when(first.is_not_null() & last.is_not_null()).then(sounds),),
        (last.str.head(4), first.str.head(4)),
        (birth, number),
        (birth, street.str.head(3)),
        (birth, postal),
        (birth, city.str.head(4)),
        (number, street.str.head(4)),
        (number, postal),
        (number, city.str.head(5)),
        (street.str.head(5), postal),
        (street.str.head(5), city.str.head(4)),
        (street.str.head(6), postal.str.head(3)),
    )
    for parts in of_fields:
        yield 1, _of(people, *parts)
    word = pl.col("word")
    of_word: tuple[tuple[pl.Expr, ...], ...] = (
        (word, postal),
        (word, city.str.head(5)),
        (word, number),
        (word, street.str.head(4)),
        (word, birth.str.head(6)),
        (word, birth.str.slice(4)),
        (word.str.head(1), birth),
    )
    # The two are not put together before they are keys: that would copy people.
    words = [people.with_columns(pl.col(f"{name}_sound").alias("word")) for name in ("first", "last")]
    for parts in of_word:
        yield 1, pl.concat([_of(word_of, *parts) for word_of in words])


def _of(people: pl.DataFrame, *parts: pl.Expr) -> pl.DataFrame:
    keys = people.select("row", pl.concat_str(parts, separator="|").alias("key")).drop_nulls()
    return keys.select("row", pl.col("key").hash())


def _long(people: pl.DataFrame, column: str, *parts: pl.Expr) -> pl.DataFrame:
    long = people.select("row", column, *parts).drop_nulls().explode(column)
    return long.select("row", pl.concat_str(column, *parts, separator="|").hash().alias("key"))


def _sound(name: pl.Expr) -> pl.Expr:
    """Return the first letter and the consonants behind it: what typing and hearing change least."""
    return name.str.head(1) + name.str.slice(1).str.replace_all("[aeiouyhw]", "").str.head(3)
