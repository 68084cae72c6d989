"""Training the model on a table of people, with or without labels. What no data tells keeps its weight."""

from typing import Any

import polars as pl

from henk_pipeline.linkage.blocking import candidate_pairs
from henk_pipeline.linkage.likely import Comparing
from henk_pipeline.linkage.model import SET_BY_HAND, TYPICAL, Model, set_weights

# Pairs of random people that tell how often those who are not one agree.
RANDOM_PAIRS = 2_000_000
MIN_PAIRS = 20
# Rounds of expectation and maximisation; after a few the shares of the levels hardly move.
ROUNDS = 5


def train(people: pl.DataFrame, model: Model, source: str, labels: pl.Series | None = None) -> Model:
    """Return a model with weights from these people.

    Takes: `row` and IDENTITY_SCHEMA; the model to start from; what the data is called; `labels`: equal for rows of one person, null where it
    is not known. How often people agree who are not one is estimated from random pairs by Splink; how often rows of one person do, from the
    labels by Splink, or without them by expectation maximisation over the pairs that imports would compare. Gives: the model; a level that
    the data does not show keeps its weight of `model`, as do those that are set by hand. Raises: ValueError if there is nothing to learn from.
    """
    if labels is not None and labels.drop_nulls().is_duplicated().sum() < MIN_PAIRS:
        raise ValueError(f"fewer than {MIN_PAIRS} rows share a label with another: there is nothing to learn from")
    table = people if labels is None else people.with_columns(labels.cast(pl.String).alias("label"))
    with Comparing(table, model) as comparing:
        settings = model.for_people(comparing.count, households=True)
        linker = comparing.linker(settings, comparing.people)
        linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=1)
        if labels is not None:
            linker.training.estimate_m_from_label_column("label")
        learned = linker.misc.save_model_to_json()
        _take_over(settings, learned, with_m=labels is not None)
        if labels is None:
            pairs = candidate_pairs(people)
            for _ in range(ROUNDS):
                _maximise(settings, comparing.compared(pairs, settings))
    settings["probability_two_random_records_match"] = model.settings.get("probability_two_random_records_match", 1e-4)
    return model.model_copy(update={"trained_on": [source], "settings": settings})


def _take_over(settings: dict[str, Any], learned: dict[str, Any], *, with_m: bool) -> None:
    """Copy Splink's estimates into the settings.

    A level that it did not see keeps both shares, for one of them alone would make a weight of nothing.
    """
    for comparison, taught in zip(settings["comparisons"], learned["comparisons"], strict=True):
        for level, estimate in zip(comparison["comparison_levels"], taught["comparison_levels"], strict=True):
            if level.get("is_null_level"):
                continue
            frequency = level.get("tf_adjustment_column")
            u, m = TYPICAL[frequency] if frequency else estimate.get("u_probability"), estimate.get("m_probability")
            if u and with_m and m:
                level["u_probability"], level["m_probability"] = u, m
            elif u and not with_m:
                level["u_probability"] = u
    set_weights(settings, SET_BY_HAND)


def _maximise(settings: dict[str, Any], compared: pl.DataFrame) -> None:
    """Estimate how often each level is seen among matches, each pair counting as much as it is probable."""
    probable = pl.col("match_probability")
    if compared.select(probable.sum()).item() < MIN_PAIRS:
        raise ValueError(f"fewer than {MIN_PAIRS} pairs of rows are probably one person: there is nothing to learn from")
    for comparison in settings["comparisons"]:
        seen = compared.select(pl.col(f"gamma_{comparison['output_column_name']}").alias("level"), probable).filter(pl.col("level") >= 0)
        total = seen["match_probability"].sum()
        shares = dict(seen.group_by("level").agg(probable.sum()).iter_rows())
        weighing = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        for number, level in enumerate(reversed(weighing)):
            if total >= MIN_PAIRS and shares.get(number, 0.0) >= 1:
                level["m_probability"] = shares[number] / total
    set_weights(settings, SET_BY_HAND)
