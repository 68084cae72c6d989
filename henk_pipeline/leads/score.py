"""The score of a lead: points from schemas/upload/scoring.toml, and their reasons. No decision on calls is made in this module."""

import math
import tomllib
from collections.abc import Mapping
from copy import deepcopy
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Self

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from henk_pipeline.leads import fields
from henk_pipeline.leads.slices import by_slices
from henk_pipeline.settings import load_settings, read_table, schemas_folder, unusable_table
from henk_pipeline.table_errors import describe_mistakes

Points = Annotated[int, Field(ge=0, le=100)]

MAX_DAYS_AHEAD = 366


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Recency(_Table):
    """`points` for today, none for a day `none_after_days` ago or more, between them falling with the logarithm of the days."""

    points: Points
    unit_days: float = Field(gt=0)
    none_after_days: float = Field(gt=0)


class Growth(_Table):
    """`points` for `most` or more, below growing with the logarithm."""

    points: Points
    most: float = Field(gt=0)


class Reachability(_Table):
    """Points for each channel that may be used, and for knowing when."""

    phone: Points
    email: Points
    timezone: Points


class Giving(_Table):
    """Recency, frequency and amount."""

    recency: Recency
    frequency: Growth
    amount: Growth


class Source(_Table):
    """Points by words of `lead_source`, the first that it holds; `otherwise` for another source, nothing where there is none."""

    otherwise: Points
    words: dict[str, Points]


class Outcome(_Table):
    """Points for the furthest that an earlier campaign came."""

    converted: Points
    contacted: Points


class Rating(_Table):
    """Smallest score of each rating; below `warm` is cold."""

    hot: Points
    warm: Points


class Scoring(_Table):
    """`scoring.toml`. The most a lead can earn is 100."""

    reachability: Reachability
    completeness: dict[str, Points]
    giving: Giving
    engagement: Recency
    source: Source
    outcome: Outcome
    rating: Rating

    @model_validator(mode="after")
    def _is_usable(self) -> Self:
        reach, giving = self.reachability, self.giving
        most = reach.phone + reach.email + reach.timezone + sum(self.completeness.values())
        most += giving.recency.points + giving.frequency.points + giving.amount.points + self.engagement.points
        most += max(self.source.otherwise, *self.source.words.values()) + max(self.outcome.converted, self.outcome.contacted)
        if most != 100:
            raise ValueError(f"the most that a lead can earn must be 100 points, and is {most}")
        if self.rating.hot <= self.rating.warm:
            raise ValueError("rating.hot must be above rating.warm")
        unknown = sorted(set(self.completeness) - {*fields.TEXT_FIELDS, "email", *fields.PHONE_FIELDS})
        if unknown:
            raise ValueError(f"completeness names what is no field of a lead: {', '.join(unknown)}")
        return self

    def with_changes(self, changes: Mapping[str, Any]) -> "Scoring":
        """Return the weights with those of a business in place of the same keys.

        Raises:
            pydantic.ValidationError: They cannot be used.
        """
        return Scoring.model_validate(_merge(self.model_dump(), changes))


def load_scoring() -> Scoring:
    """Return the weights: those of schemas/upload/scoring.toml, replaced by those of the table that HENK_SCORING names.

    Raises:
        InfrastructureError: The operator's table cannot be used.
    """
    return _read_scoring(load_settings().scoring)


@lru_cache(maxsize=1)
def _read_scoring(own: Path | None) -> Scoring:
    shipped = Scoring.model_validate(tomllib.loads((schemas_folder() / "upload" / "scoring.toml").read_text("utf-8")))
    if own is None:
        return shipped
    try:
        return shipped.with_changes(read_table(own, "HENK_SCORING"))
    except ValidationError as error:
        raise unusable_table(own, "HENK_SCORING", describe_mistakes(error, Scoring, own.read_text("utf-8"))) from error


def score(frame: pl.DataFrame, scoring: Scoring, today: date) -> pl.DataFrame:
    """Score every row as of `today`.

    Args:
        frame: The fields of a lead and the gift fields, typed as `normalise` returns them; optionally `outcome` (the furthest status of an
            earlier campaign) and `suppressed` (Boolean: the number must not be called).
        scoring: The weights.
        today: The day from which gifts and activity are old.

    Returns:
        `frame` with `lead_score` (Int32, 0–100), `quality_rating` (hot, warm, cold, unrated) and `score_breakdown` (JSON object as text:
        part → points; the parts sum to the score).
    """
    return by_slices(frame, lambda some: _score(some, scoring, today))


def _score(frame: pl.DataFrame, scoring: Scoring, today: date) -> pl.DataFrame:
    outcome = pl.col("outcome") if "outcome" in frame.columns else pl.lit(None, dtype=pl.String)
    suppressed = pl.col("suppressed") if "suppressed" in frame.columns else pl.lit(value=False)
    unclear = pl.col(fields.CONSENT_UNCLEAR).is_not_null() if fields.CONSENT_UNCLEAR in frame.columns else pl.lit(value=False)
    not_callable = pl.any_horizontal(pl.col(*fields.NO_CALL)) | suppressed | unclear
    exact = {
        "reachable_by_phone": _points_if(pl.any_horizontal(pl.col(*fields.PHONE_FIELDS).is_not_null()), scoring.reachability.phone),
        "reachable_by_email": _points_if(_mailable(), scoring.reachability.email),
        "has_timezone": _points_if(pl.col("timezone").is_not_null(), scoring.reachability.timezone),
        **{f"has_{field}": _points_if(pl.col(field).is_not_null(), points) for field, points in scoring.completeness.items()},
        "gift_recency": _recency(pl.col("last_gift_date"), scoring.giving.recency, today),
        "gift_frequency": _growth(_number("gift_count"), scoring.giving.frequency),
        "gift_amount": _growth(pl.coalesce(_number("total_gifts"), _number("last_gift_amount")), scoring.giving.amount),
        "engagement": _recency(pl.col("last_activity_at").dt.date(), scoring.engagement, today),
        "source": _source(scoring.source),
        "earlier_campaigns": outcome.replace_strict(scoring.outcome.model_dump(), default=0, return_dtype=pl.Float64).fill_null(0),
    }
    frame = frame.with_columns(_rounded_points(exact))
    parts = [pl.col(f"__{name}") for name in exact]
    earned = pl.sum_horizontal(parts)
    frame = frame.with_columns(
        pl.when(not_callable).then(-earned).otherwise(0).cast(pl.Int32).alias("__not_callable"), earned.alias("__earned")
    )
    total = (pl.col("__earned") + pl.col("__not_callable")).cast(pl.Int32)
    evidence = pl.any_horizontal(pl.col(*fields.GIFT_FIELDS, *fields.TIME_FIELDS).is_not_null()) | outcome.is_in(["contacted", "converted"])
    rating = (
        pl.when(~evidence.fill_null(value=False))
        .then(pl.lit("unrated"))
        .when(total >= scoring.rating.hot)
        .then(pl.lit("hot"))
        .when(total >= scoring.rating.warm)
        .then(pl.lit("warm"))
        .otherwise(pl.lit("cold"))
    )
    named = [part.alias(name) for part, name in zip(parts, exact, strict=True)]
    breakdown = pl.struct(*named).struct.json_encode()
    # Most may be called: only the others have the part that removes all their points.
    with_not_callable = pl.struct(*named, pl.col("__not_callable").alias("not_callable")).struct.json_encode()
    return frame.with_columns(
        total.alias("lead_score"),
        rating.alias("quality_rating"),
        pl.when(not_callable).then(with_not_callable).otherwise(breakdown).alias("score_breakdown"),
    ).select(pl.exclude("^__.*$"))


def _rounded_points(parts: Mapping[str, pl.Expr]) -> list[pl.Expr]:
    """Return integer points of each part, as `__<part>`, that sum to the rounded sum of the exact ones.

    Each part gets the difference of the rounded sum up to it and the one before.
    """
    rounded_points: list[pl.Expr] = []
    before, sum_before = pl.lit(0, dtype=pl.Int32), pl.lit(0.0)
    for name, points in parts.items():
        exact = sum_before + points
        rounded = exact.round(0, mode="half_away_from_zero").cast(pl.Int32)
        rounded_points.append((rounded - before).alias(f"__{name}"))
        before, sum_before = rounded, exact
    return rounded_points


def _mailable() -> pl.Expr:
    return pl.col("email").is_not_null() & ~pl.any_horizontal(pl.col(*fields.NO_EMAIL))


def _points_if(condition: pl.Expr, points: int) -> pl.Expr:
    return pl.when(condition).then(float(points)).otherwise(0.0)


def _number(name: str) -> pl.Expr:
    """Return a column of numbers without those that are none: a client may write "NaN" into a custom field."""
    return pl.col(name).cast(pl.Float64).fill_nan(None)


def _growth(value: pl.Expr, growth: Growth) -> pl.Expr:
    share = value.clip(0, growth.most).log1p() / math.log1p(growth.most)
    return (share * growth.points).fill_null(0.0)


def _recency(day: pl.Expr, recency: Recency, today: date) -> pl.Expr:
    # A day in the future (another time zone, a post-dated gift) counts as today; one of a far year stands for none.
    day = pl.when(day <= pl.lit(today + timedelta(days=MAX_DAYS_AHEAD))).then(day)
    days = (pl.lit(today) - day).dt.total_days().cast(pl.Float64).clip(0, recency.none_after_days)
    share = 1 - (days / recency.unit_days).log1p() / math.log1p(recency.none_after_days / recency.unit_days)
    return (share * recency.points).fill_null(0.0)


def _source(source: Source) -> pl.Expr:
    lead_source = pl.col("lead_source").str.to_lowercase()
    points: pl.Expr = pl.lit(float(source.otherwise))
    for word, word_points in reversed(source.words.items()):
        points = pl.when(lead_source.str.contains(word.lower(), literal=True)).then(float(word_points)).otherwise(points)
    return pl.when(lead_source.is_not_null()).then(points).otherwise(0.0)


def _merge(table: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = deepcopy(dict(table))
    for key, value in changes.items():
        merged[key] = _merge(merged[key], value) if isinstance(value, Mapping) and isinstance(merged.get(key), Mapping) else value
    return merged
