"""How promising a lead is: points from schemas/upload/scoring.toml, and why. Who may be called is not decided here."""

import tomllib
from datetime import date
from functools import lru_cache
from typing import Annotated, Self

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, model_validator

from henk_pipeline.leads import fields
from henk_pipeline.settings import schemas_folder

Points = Annotated[int, Field(ge=0, le=100)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Band(_Table):
    """Points for a value of at least `at_least`."""

    at_least: float
    points: Points


class Recency(_Table):
    """Points for a day not longer ago than `within_days`."""

    within_days: int
    points: Points


class Reachability(_Table):
    """Points for each channel that may be used."""

    phone: Points
    email: Points


class Giving(_Table):
    """Bands of recency, frequency and amount."""

    recency: list[Recency]
    frequency: list[Band]
    amount: list[Band]


class Activity(_Table):
    """Bands of the last activity's recency."""

    recency: list[Recency]


class Rating(_Table):
    """Smallest score of each rating; below `warm` is cold."""

    hot: Points
    warm: Points


class Scoring(_Table):
    """`scoring.toml`. The most a lead can earn is 100."""

    reachability: Reachability
    completeness: dict[str, Points]
    giving: Giving
    activity: Activity
    rating: Rating

    @model_validator(mode="after")
    def _at_most_100(self) -> Self:
        most = self.reachability.phone + self.reachability.email + sum(self.completeness.values())
        most += sum(max(band.points for band in bands) for bands in (self.giving.recency, self.activity.recency))
        most += sum(max(band.points for band in bands) for bands in (self.giving.frequency, self.giving.amount))
        if most != 100:
            raise ValueError(f"the most that a lead can earn must be 100 points, and is {most}")
        if self.rating.hot <= self.rating.warm:
            raise ValueError("rating.hot must be above rating.warm")
        return self


@lru_cache(maxsize=1)
def load_scoring() -> Scoring:
    """The weights. Raises: pydantic.ValidationError if the table cannot be used."""
    return Scoring.model_validate(tomllib.loads((schemas_folder() / "upload" / "scoring.toml").read_text("utf-8")))


def score(frame: pl.DataFrame, scoring: Scoring, today: date) -> pl.DataFrame:
    """Score every row as of `today`.

    Takes: the fields of a lead and the gift fields, typed as `normalise` gives them. Gives: `frame` with `lead_score` (Int32, 0–100),
    `quality_rating` (hot, warm, cold, unrated) and `score_breakdown` (JSON object as text: part → points; the parts sum to the score).
    """
    parts = {
        "reachable_by_phone": _points_if(_callable(), scoring.reachability.phone),
        "reachable_by_email": _points_if(_mailable(), scoring.reachability.email),
        **{f"has_{field}": _points_if(pl.col(field).is_not_null(), points) for field, points in scoring.completeness.items()},
        "gift_recency": _recency(pl.col("last_gift_date"), scoring.giving.recency, today),
        "gift_frequency": _bands(pl.col("gift_count"), scoring.giving.frequency),
        "gift_amount": _bands(pl.coalesce("total_gifts", "last_gift_amount"), scoring.giving.amount),
        "activity_recency": _recency(pl.col("last_activity_at").dt.date(), scoring.activity.recency, today),
    }
    evidence = pl.any_horizontal(pl.col(*fields.GIFT_FIELDS, *fields.TIME_FIELDS).is_not_null())
    total = pl.sum_horizontal(*parts.values()).cast(pl.Int32)
    rating = (
        pl.when(~evidence)
        .then(pl.lit("unrated"))
        .when(total >= scoring.rating.hot)
        .then(pl.lit("hot"))
        .when(total >= scoring.rating.warm)
        .then(pl.lit("warm"))
        .otherwise(pl.lit("cold"))
    )
    breakdown = pl.struct(*(points.cast(pl.Int32).alias(part) for part, points in parts.items())).struct.json_encode()
    return frame.with_columns(total.alias("lead_score"), rating.alias("quality_rating"), breakdown.alias("score_breakdown"))


def _callable() -> pl.Expr:
    return pl.any_horizontal(pl.col(*fields.PHONE_FIELDS).is_not_null()) & ~pl.any_horizontal(pl.col(*fields.NO_CALL))


def _mailable() -> pl.Expr:
    return pl.col("email").is_not_null() & ~pl.any_horizontal(pl.col(*fields.NO_EMAIL))


def _points_if(condition: pl.Expr, points: int) -> pl.Expr:
    return pl.when(condition).then(points).otherwise(0)


def _bands(value: pl.Expr, bands: list[Band]) -> pl.Expr:
    reached = [pl.when(value >= band.at_least).then(band.points).otherwise(0) for band in bands]
    return pl.max_horizontal(reached)


def _recency(day: pl.Expr, bands: list[Recency], today: date) -> pl.Expr:
    days = (pl.lit(today) - day).dt.total_days()
    # A day in the future (another time zone, a post-dated gift) counts as today.
    reached = [pl.when(days <= band.within_days).then(band.points).otherwise(0) for band in bands]
    return pl.max_horizontal(reached)
