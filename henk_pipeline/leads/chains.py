"""Chains of probable pairs between two that must not become one person: which pairs of them go."""

from typing import Any

import polars as pl

from henk_pipeline.leads.match import as_certain, as_edges, connected

NODE_PAIR_SCHEMA: dict[str, Any] = {"left": pl.Int64, "right": pl.Int64, "weight": pl.Float64}
# Bits by which a pair must be more probable than the others of its chain to stay: 32 times.
CLEAR_LEAD = 5.0


def pairs_to_leave(pairs: pl.DataFrame, conflicts: pl.DataFrame, labels: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs that go, so that no two conflicting nodes are connected: the least probable of each chain, and those nearly as probable.

    A node between two conflicting ones keeps the pair that is more probable by CLEAR_LEAD, or none. Neither rows nor their order decide.

    Args:
        pairs: NODE_PAIR_SCHEMA, `left` < `right`; each pair of nodes once.
        conflicts: `left` and `right`, nodes of two people.
        labels: `node` and `label`: nodes with other labels are of two people, too.

    Returns:
        `left` and `right` of the pairs.
    """
    kept = pairs
    while True:
        group = connected(as_edges(as_certain(kept)))
        torn, ends = _conflicts_in(group, conflicts, labels)
        if not torn.len():
            return pairs.join(kept, on=["left", "right"], how="anti").select("left", "right")
        inside = kept.join(group, left_on="left", right_on="row").filter(pl.col("group").is_in(torn.implode()))
        between = _between(inside, ends)
        weakest = between.filter(pl.col("weight") <= pl.col("weight").min().over("group") + CLEAR_LEAD)
        direct = _direct(between, conflicts, labels)
        # A pair of two conflicting nodes says nothing about the others.
        leaving = direct if direct.height else weakest
        kept = kept.join(leaving, on=["left", "right"], how="anti")


def _conflicts_in(group: pl.DataFrame, conflicts: pl.DataFrame, labels: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Return the groups in which conflicting nodes meet, and the conflicting nodes of these."""
    labelled = labels.join(group, left_on="node", right_on="row")
    several = labelled.filter(pl.col("label").n_unique().over("group") > 1)
    met = conflicts.join(group, left_on="left", right_on="row").join(group, left_on="right", right_on="row", suffix="_right")
    met = met.filter(pl.col("group") == pl.col("group_right"))
    return pl.concat([several["group"], met["group"]]).unique(), pl.concat([several["node"], met["left"], met["right"]]).unique()


def _between(inside: pl.DataFrame, ends: pl.Series) -> pl.DataFrame:
    """Return pairs without those that hang on a node that leads to no other conflicting one."""
    while True:
        nodes = pl.concat([inside["left"], inside["right"]])
        hanging = nodes.filter(nodes.is_unique() & ~nodes.is_in(ends.implode()))
        if not hanging.len():
            return inside
        inside = inside.filter(~(pl.col("left").is_in(hanging.implode()) | pl.col("right").is_in(hanging.implode())))


def _direct(pairs: pl.DataFrame, conflicts: pl.DataFrame, labels: pl.DataFrame) -> pl.DataFrame:
    sides = pairs.join(labels, left_on="left", right_on="node", how="left").join(
        labels, left_on="right", right_on="node", how="left", suffix="_right"
    )
    is_labelled = (pl.col("label") != pl.col("label_right")).fill_null(value=False)
    return pl.concat(
        [sides.filter(is_labelled).select("left", "right"), pairs.join(conflicts, on=["left", "right"], how="semi").select("left", "right")]
    )
