"""Training the model on a table of people, with or without labels. Splink's own estimators; what no data tells keeps its weight."""

import polars as pl

from henk_pipeline.linkage.likely import Comparing
from henk_pipeline.linkage.model import SET_BY_HAND, TYPICAL, Model, set_weights

# Pairs of random people that tell how often those who are not one agree.
RANDOM_PAIRS = 2_000_000
# Blocks in which matches are learned without labels; what a block is made by is not learned in it.
LEARNING_BLOCKS = (("last", "first"), ("birth",), ("email",), ("house", "postal"))
FEWEST_PAIRS = 20


def train(people: pl.DataFrame, model: Model, source: str, labels: pl.Series | None = None) -> Model:
    """A model with weights from these people.

    Takes: `row` and IDENTITY_SCHEMA; the model to start from; what the data is called; `labels`: equal for rows of one person, null where it
    is not known. Gives: the model; a level that the data does not show keeps its weight of `model`, as do those that are set by hand.
    Raises: ValueError if there is nothing to learn from.
    """
    from splink import block_on  # noqa: PLC0415 - costs half a second

    table = people if labels is None else people.with_columns(labels.cast(pl.String).alias("label"))
    with Comparing(table, model) as comparing:
        settings = model.for_people(comparing.count, households=True)
        if labels is not None:
            _check_labels(labels)
        linker = comparing.linker(households=True)
        linker.training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=1)
        if labels is not None:
            linker.training.estimate_m_from_label_column("label")
        else:
            for columns in LEARNING_BLOCKS:
                if _pairs_in(people, columns) >= FEWEST_PAIRS:
                    linker.training.estimate_parameters_using_expectation_maximisation(block_on(*columns), fix_u_probabilities=True)
        learned = linker.misc.save_model_to_json()
    for comparison, taught in zip(settings["comparisons"], learned["comparisons"], strict=True):
        for level, told in zip(comparison["comparison_levels"], taught["comparison_levels"], strict=True):
            if level.get("is_null_level"):
                continue
            frequency = level.get("tf_adjustment_column")
            u = TYPICAL[frequency] if frequency else told.get("u_probability")
            if u and told.get("m_probability"):
                level["u_probability"], level["m_probability"] = u, told["m_probability"]
    set_weights(settings, SET_BY_HAND)
    settings["probability_two_random_records_match"] = model.settings.get("probability_two_random_records_match", 1e-4)
    return Model(trained_on=[source], duplicates=model.duplicates, settings=settings)


def _check_labels(labels: pl.Series) -> None:
    if labels.drop_nulls().is_duplicated().sum() < FEWEST_PAIRS:
        raise ValueError(f"fewer than {FEWEST_PAIRS} rows share a label with another: there is nothing to learn from")


def _pairs_in(people: pl.DataFrame, columns: tuple[str, ...]) -> int:
    sizes = people.drop_nulls(columns).group_by(columns).len()["len"]
    return int((sizes * (sizes - 1) // 2).sum())
