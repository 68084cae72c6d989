"""Rows that are gifts: amounts, days, refunds, and what of them counts."""

import re
from collections.abc import Sequence

import polars as pl

from henk_pipeline.leads import fields, text
from henk_pipeline.leads.cell_words import load_cell_words
from henk_pipeline.leads.column_meaning import ColumnMeaning

TIME_OF_DAY = r"\d{1,2}:\d{2}"


def has_row_a_gift(table: pl.DataFrame, columns: Sequence[ColumnMeaning]) -> bool:
    """Return whether each row is a gift: its amounts have days, ids or states next to them, or are named as amounts of gifts."""
    filled = {use.field: use.column for use in columns if use.field is not None and table[use.column].count()}
    if filled.keys() & {"gift_date", "gift_id", "gift_status"}:
        return True
    open_names = {_plain(name) for name in load_cell_words().gifts.open_amounts}
    # Next to a number of gifts an amount is that of all of them (NationBuilder).
    return "gift_amount" in filled and "gift_count" not in filled and _plain(filled["gift_amount"]) not in open_names


def _plain(column: str) -> str:
    """Return the name of a column without case, punctuation and a currency behind it ("Amount (USD)")."""
    return re.sub(r"[\W_]+", "", re.sub(r"\s*(?:\bin\s+|[(\[]\s*)(?:[A-Z]{3}|[€$£¥])\s*[)\]]?\s*$", "", column).casefold())


def with_times_of_gifts(frame: pl.DataFrame, table: pl.DataFrame, columns: Sequence[ColumnMeaning]) -> pl.DataFrame:
    """Add the time of day of each gift to `gift_time`, as written, and the day of the gift to `gift_id`.

    A gift that recurs may keep its id, and two of one day are told apart by their times.
    """
    column = next((use.column for use in columns if use.field == "gift_date"), None)
    if column is None:
        return frame
    cell = text.cleaned(table[column])
    times = pl.when(pl.lit(cell).str.contains(TIME_OF_DAY)).then(pl.lit(cell))
    day = pl.coalesce(pl.col("gift_date").cast(pl.String), pl.lit(cell))
    return frame.with_columns(
        times.alias("gift_time"), pl.concat_str("gift_id", pl.coalesce(day, pl.lit("")), separator=" ").alias("gift_id")
    )


def read_gifts(frame: pl.DataFrame, *, has_gifts: bool) -> pl.DataFrame:
    """Fill the fields of all gifts from those of the row's one gift.

    Of a file that has a row a gift (`has_gifts`) `gift_amount` stays, signed, for the sum of the person's rows; elsewhere it is the total and its
    date the latest.
    """
    words = load_cell_words().gifts

    def is_one_of(column: str, *lists: list[str]) -> pl.Expr:
        return _without_brackets(pl.col(column)).is_in([word for words in lists for word in words]).fill_null(value=False)

    amount, day = pl.col("gift_amount"), pl.col("gift_date")
    is_sent_back = is_one_of("gift_kind", words.refunds) | is_one_of("gift_type", words.refunds)
    frame = frame.with_columns(pl.when(is_sent_back).then(-amount.abs()).otherwise(amount).alias("gift_amount"))
    is_promised = pl.any_horizontal(is_one_of(name, words.promised, words.adjustments) for name in ("gift_kind", "gift_type"))
    is_back = (amount < 0).fill_null(value=False) & ~is_promised
    # The row of a refund is sent by the organisation; its person is who gets it.
    frame = frame.with_columns(
        pl.when(is_back & pl.col("refund_email").is_not_null()).then("refund_email").otherwise("email").alias("email")
    )
    refund = pl.col("gift_refund").abs()
    # A refund that has a row of its own is counted there.
    sent_back = -frame.filter(is_back)["gift_amount"]
    is_counted = amount.is_in(sent_back.implode()).fill_null(value=False)
    is_in_part = ((refund > 0) & (refund < amount)).fill_null(value=False)
    is_flagged = is_one_of("gift_refunded", words.yes)
    is_dated_refund = pl.col("gift_refunded").is_not_null() & ~is_one_of("gift_refunded", words.yes, words.no)
    is_refunded = is_one_of("gift_status", words.refunded) | (is_flagged & ~is_in_part)
    is_none = (is_dated_refund & ~is_in_part) | (is_refunded & ~is_counted)
    is_none = is_none | is_one_of("gift_status", words.not_given)
    is_none = is_none | is_promised | is_one_of("gift_test", words.tests, words.yes)
    amount = (
        pl.when((is_none & (amount > 0)) | (is_promised & amount.is_not_null()))  # a promise below zero is one that is given up
        .then(0.0)
        .when((amount > 0) & ~is_counted)
        .then(pl.max_horizontal(amount - refund.fill_null(0.0), 0.0))
        .otherwise(amount)
    )
    is_gift = amount > 0
    if not has_gifts or not frame["gift_amount"].count() or frame["total_gifts"].count():
        # The amount of a row that has the total, too, is that of the latest gift.
        is_latest = is_gift & pl.lit(has_gifts and frame["total_gifts"].count() > 0)
        nothing = [pl.lit(None, dtype=pl.String).alias(name) for name in ("gift_currency", "gift_id", "gift_time")]
        return frame.with_columns(
            pl.coalesce("total_gifts", pl.when(pl.col("gift_amount") >= 0).then(amount)).alias("total_gifts"),
            pl.coalesce("last_gift_date", pl.when(~is_none).then(day)).alias("last_gift_date"),
            pl.coalesce("last_gift_amount", pl.when(is_latest).then(amount)).alias("last_gift_amount"),
            pl.lit(None, dtype=pl.Float64).alias("gift_amount"),
            *nothing,
        )
    dates = [pl.coalesce(name, pl.when(is_gift | amount.is_null()).then(day)).alias(name) for name in fields.DATE_FIELDS]
    amounts = [pl.coalesce(name, pl.when(is_gift).then(amount)).alias(name) for name in fields.AMOUNT_FIELDS]
    count = pl.coalesce("gift_count", pl.when(amount.is_not_null()).then(is_gift.cast(pl.Int64))).alias("gift_count")
    return frame.with_columns(*dates, *amounts, count, amount.alias("gift_amount"))


def _without_brackets(cell: pl.Expr) -> pl.Expr:
    """Return cells in lower case without what stands in brackets behind them: CiviCRM explains a state there ("Pending (Pay Later)")."""
    return cell.str.to_lowercase().str.strip_chars().str.replace(r"\s*\(.*\)$", "")
