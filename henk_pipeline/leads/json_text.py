"""JSON objects as text, a row an object, in the form that PostgreSQL accepts for jsonb."""

from collections.abc import Iterable

import polars as pl


def member(value: str | pl.Expr, key: str) -> pl.Expr:
    """Return a member of an object, `"key":value`; a null cell gives `"key":null`.

    Args:
        value: A column's name or an expression.
        key: The key.
    """
    cell = pl.col(value) if isinstance(value, str) else value
    return pl.struct(cell.alias(key)).struct.json_encode().str.strip_prefix("{").str.strip_suffix("}")


def filled(value: str, key: str | None = None) -> pl.Expr:
    """Return a member of an object, by default under the column's own name; a null cell gives null, which is no member."""
    return pl.when(pl.col(value).is_not_null()).then(member(value, key or value))


def json_object(members: Iterable[pl.Expr]) -> pl.Expr:
    """Return an object of members, null ones left out."""
    return pl.concat_str(pl.lit("{"), pl.concat_str(list(members), separator=",", ignore_nulls=True), pl.lit("}"))


def both_objects(first: pl.Expr, second: pl.Expr) -> pl.Expr:
    """Return an object with the members of two objects; for a key of both jsonb keeps the second value."""
    joined = pl.concat_str(first.str.strip_suffix("}"), pl.lit(","), second.str.strip_prefix("{"))
    return pl.when(first == "{}").then(second).when(second == "{}").then(first).otherwise(joined)
