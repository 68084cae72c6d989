"""JSON objects as text, a row an object: what PostgreSQL takes for jsonb."""

from collections.abc import Iterable

import polars as pl


def member(value: str | pl.Expr, key: str) -> pl.Expr:
    """`"key":value` of an object; a null cell gives `"key":null`. Takes: a column's name or an expression."""
    cell = pl.col(value) if isinstance(value, str) else value
    return pl.struct(cell.alias(key)).struct.json_encode().str.strip_prefix("{").str.strip_suffix("}")


def filled(value: str, key: str | None = None) -> pl.Expr:
    """The same of a column, by default under its own name; a null cell gives null, which is no member."""
    return pl.when(pl.col(value).is_not_null()).then(member(value, key or value))


def json_object(members: Iterable[pl.Expr]) -> pl.Expr:
    """An object of members, null ones left out."""
    return pl.concat_str(pl.lit("{"), pl.concat_str(list(members), separator=",", ignore_nulls=True), pl.lit("}"))


def both_objects(first: pl.Expr, second: pl.Expr) -> pl.Expr:
    """The members of two objects; of a key that both have jsonb takes the second's."""
    joined = pl.concat_str(first.str.strip_suffix("}"), pl.lit(","), second.str.strip_prefix("{"))
    return pl.when(first == "{}").then(second).when(second == "{}").then(first).otherwise(joined)
