"""What a cell says, as a word for calls and one for e-mails. No reading of cells."""

from typing import Literal, NamedTuple

import polars as pl

from henk_pipeline.consent.columns import ConsentColumn
from henk_pipeline.consent.statements import Statement

Word = Literal["refused", "permitted", "unclear"]
VERDICT_SCHEMA: dict[str, pl.DataType] = {"phone": pl.String(), "email": pl.String(), "empty": pl.Boolean()}


class Verdict(NamedTuple):
    """What a cell says about calls and about e-mails; None: nothing. `empty`: nothing is written there."""

    phone: Word | None = None
    email: Word | None = None
    empty: bool = False

    def __or__(self, other: object) -> "Verdict":
        """Return both together: a refusal wins, then what is unclear."""
        assert isinstance(other, Verdict)  # noqa: S101 - for the type checker
        return Verdict(_stronger(self.phone, other.phone), _stronger(self.email, other.email))


NOTHING = Verdict()
EMPTY = Verdict(empty=True)


def _stronger(left: Word | None, right: Word | None) -> Word | None:
    return next((word for word in ("refused", "unclear", "permitted") if word in (left, right)), None)


def answered(column: ConsentColumn, *, yes: bool) -> Verdict:
    """Return what a yes or a no says in a column."""
    if column.direction == "either":
        return of_column(column, "unclear")
    refused = yes == (column.direction in ("refusal", "stated"))
    return of_column(column, "refused" if refused else "permitted")


def of_column(column: ConsentColumn, word: Word) -> Verdict:
    """Return a word about the channels of a column."""
    return about(column.channels, word)


def about(channels: frozenset[str], word: Word) -> Verdict:
    """Return a word about calls and e-mails, as far as `channels` has them; `contact` is both."""
    is_contact = "contact" in channels
    return Verdict(word if is_contact or "phone" in channels else None, word if is_contact or "email" in channels else None)


def named_channels(statement: Statement) -> frozenset[str]:
    """Return the channels that a statement names; of a death contact of any kind."""
    return statement.channels or frozenset({"contact"} if statement.has("dead") else ())
