"""Likely matches: pairs of people that Splink's model finds probable, with what of them agrees."""

import logging
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

import polars as pl

from henk_pipeline.linkage.blocking import candidate_pairs
from henk_pipeline.linkage.comparisons import CONTRADICT
from henk_pipeline.linkage.model import TYPICAL, Model

if TYPE_CHECKING:
    from splink import Linker

PAIR_SCHEMA: dict[str, Any] = {"left": pl.Int64, "right": pl.Int64, "probability": pl.Float64, "agreement": pl.String}
# Fewer people than this tell nothing of a population: neither how rare a name is, nor how probable it is that two of them are one.
SMALLEST_POPULATION = 1000
# As much as that many people weighs what is typical beside what is counted.
PRIOR_COUNT = 1000
COUNTED = ("first", "last", "birth", "street", "city", "postal")
HELD_BY = ("email", "house")
# Households: so many pairs of one house and family name must be seen, and of them at least this share be of different first names.
HOUSE_PAIRS = 100
HOUSEHOLD_SHARE = 0.1


def likely_pairs(
    people: pl.DataFrame,
    model: Model,
    at_least: float,
    *,
    new: pl.Series | None = None,
    known: pl.DataFrame | None = None,
    population: int = 0,
) -> pl.DataFrame:
    """Pairs of people that are one with a probability of at least `at_least`.

    Takes: `row` (Int64, unique) and IDENTITY_SCHEMA; `new`: the rows of which each pair must have one (None: all are new); `known`: `row` and
    `group` of rows that are known to be one and need not be compared; `population`: how
    many people there are, if more than these. Gives: PAIR_SCHEMA, `left` < `right`, ordered; `agreement` is a JSON object: comparison →
    `level` of agreement and `weight` in bits (log2), those that are missing left out; they sum to the odds of the probability.
    """
    pairs = candidate_pairs(people, new)
    if known is not None and known.height and pairs.height:
        sides = pairs.join(known, left_on="left", right_on="row", how="left").join(
            known, left_on="right", right_on="row", how="left", suffix="_right"
        )
        pairs = sides.filter((pl.col("group") != pl.col("group_right")).fill_null(value=True)).select("left", "right")
    if not pairs.height:
        return pl.DataFrame(schema=PAIR_SCHEMA)
    with Comparing(people, model, population) as comparing:
        return comparing.pairs_above(pairs, at_least)


class Comparing:
    """Splink over a table of people, in a DuckDB of its own that ends with it."""

    def __init__(self, people: pl.DataFrame, model: Model, population: int = 0) -> None:
        self.people = with_sharers(people)
        self.count = max(population, people.height, SMALLEST_POPULATION)
        self.model = model

    def __enter__(self) -> Self:
        # Half a second that a process which compares nobody need not pay.
        import duckdb  # noqa: PLC0415
        from splink.backends.duckdb import DuckDBAPI  # noqa: PLC0415

        logging.getLogger("splink").setLevel(logging.ERROR)
        self.connection = duckdb.connect()
        self.api = DuckDBAPI(self.connection)
        self.table = self._replace("people", self.people)
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def linker(self, settings: dict[str, Any]) -> "Linker":
        """Splink's linker over the people, with how common their values are."""
        from splink import Linker  # noqa: PLC0415

        linker = Linker(self.table, settings, log_level=None, validate_settings=False)
        for column, table in frequencies(self.people, self.count, self.model.common).items():
            linker.table_management.register_term_frequency_lookup(self._replace(f"frequency_{column}", table), column)
        return linker

    def pairs_above(self, pairs: pl.DataFrame, at_least: float) -> pl.DataFrame:
        """PAIR_SCHEMA of the pairs (`left`, `right`) that reach a probability."""
        blocked = self._replace("pairs", _as_blocked(pairs))
        settings = self.model.for_people(self.count, households=self._has_households())
        return _told(self._predicted(blocked, settings, at_least), settings)

    def compared(self, pairs: pl.DataFrame, settings: dict[str, Any]) -> pl.DataFrame:
        """Splink's table of predictions of all pairs (`left`, `right`)."""
        return self._predicted(self._replace("pairs", _as_blocked(pairs)), settings, None)

    def _predicted(self, blocked: Any, settings: dict[str, Any], at_least: float | None) -> pl.DataFrame:  # noqa: ANN401 - Splink's own type
        linker = self.linker(settings)
        linker.table_management.register_blocked_pairs_for_predict(blocked)
        predicted: pl.DataFrame = (
            linker.inference.predict(threshold_match_probability=at_least, warning_mode="never").as_duckdbpyrelation().pl()
        )
        return predicted

    def _has_households(self) -> bool:
        """Whether people of different first names share houses here. Where nearly all pairs of a house are of one, they are one person."""
        sides = ", ".join(f"l.{name} AS {name}_l, r.{name} AS {name}_r" for name in ("first", "last", "formals", "known", "birth"))
        counted = self.connection.execute(
            f"SELECT count(*), count(*) FILTER (WHERE {CONTRADICT}) FROM (SELECT {sides} FROM pairs p JOIN people l ON l.row = p.join_key_l "  # noqa: S608 - our own names
            "JOIN people r ON r.row = p.join_key_r WHERE l.house = r.house AND l.last = r.last AND l.first <> '' AND r.first <> '')"
        ).fetchall()
        together, different = counted[0]
        return bool(together < HOUSE_PAIRS or different > HOUSEHOLD_SHARE * together)

    def _replace(self, name: str, frame: pl.DataFrame) -> Any:  # noqa: ANN401 - Splink's own type
        """A table of the frame, known to Splink, in the place of one of that name."""
        self.connection.register("arriving", frame.to_arrow())
        self.connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM arriving")  # noqa: S608 - our own names
        self.connection.unregister("arriving")
        return self.api.register(name)


def _as_blocked(pairs: pl.DataFrame) -> pl.DataFrame:
    return pairs.select(pl.lit("0").alias("match_key"), pl.col("left").alias("join_key_l"), pl.col("right").alias("join_key_r"))


def with_sharers(people: pl.DataFrame) -> pl.DataFrame:
    """`sharers` (String): how many people at most hold one of a person's telephones; null where there is none."""
    held = people.select("row", "phones").explode("phones").drop_nulls()
    most = held.with_columns(pl.len().over("phones").alias("n")).group_by("row").agg(pl.col("n").max().cast(pl.String).alias("sharers"))
    return people.join(most, on="row", how="left", maintain_order="left")


def frequencies(people: pl.DataFrame, count: int, common: Mapping[str, Mapping[str, float]]) -> dict[str, pl.DataFrame]:
    """How common each value is among people: by column its values and `tf_<column>`, a share of 1.

    Names, places and days are counted among these people, with what is typical beside it, so that a few people do not decide (`common`: names
    that many have, and the share of people that does). An address,
    a house, a telephone is as common as those who hold it are among all.
    """
    tables: dict[str, pl.DataFrame] = {}
    for column in COUNTED:
        held = people[column].drop_nulls()
        typical = pl.col(column).replace_strict(common.get(column, {}), default=TYPICAL[column], return_dtype=pl.Float64)
        share = (pl.col("count") + PRIOR_COUNT * typical) / (len(held) + PRIOR_COUNT)
        tables[column] = held.value_counts().select(column, share.alias(f"tf_{column}"))
    for column in HELD_BY:
        tables[column] = people[column].drop_nulls().value_counts().select(column, (pl.col("count").clip(2) / count).alias(f"tf_{column}"))
    sharers = people["sharers"].drop_nulls().unique()
    tables["sharers"] = pl.DataFrame({"sharers": sharers}).with_columns(
        (pl.col("sharers").cast(pl.Float64).clip(2) / count).alias("tf_sharers")
    )
    return tables


def _told(found: pl.DataFrame, settings: dict[str, Any]) -> pl.DataFrame:
    """Splink's table of predictions as PAIR_SCHEMA."""
    parts = []
    for comparison in settings["comparisons"]:
        name = comparison["output_column_name"]
        labels = [level["label_for_charts"] for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        level = pl.col(f"gamma_{name}").replace_strict(dict(enumerate(reversed(labels))), default=None, return_dtype=pl.String)
        adjusted = pl.col(f"mw_tf_adj_{name}").fill_null(0.0) if f"mw_tf_adj_{name}" in found.columns else pl.lit(0.0)
        weight = (pl.col(f"mw_{name}") + adjusted).round(2)
        member = pl.struct(pl.struct(level.alias("level"), weight.alias("weight")).alias(name)).struct.json_encode()
        parts.append(pl.when(level.is_not_null()).then(member.str.strip_prefix("{").str.strip_suffix("}")))
    prior = settings["probability_two_random_records_match"]
    before = pl.lit(f'{{"prior":{{"level":"before anything is compared","weight":{math.log2(prior / (1 - prior)):.2f}}},')
    left, right = pl.col("row_l"), pl.col("row_r")
    return (
        found.select(
            pl.min_horizontal(left, right).cast(pl.Int64).alias("left"),
            pl.max_horizontal(left, right).cast(pl.Int64).alias("right"),
            pl.col("match_probability").alias("probability"),
            pl.concat_str(before, pl.concat_str(parts, separator=",", ignore_nulls=True), pl.lit("}")).alias("agreement"),
        )
        .cast(pl.Schema(PAIR_SCHEMA))
        .sort("left", "right")
    )
