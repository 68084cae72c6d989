"""How each line of an upload came to which lead, and what it said in vain."""

import json
from collections.abc import Iterator
from typing import Any

import polars as pl

from henk_pipeline.leads.json_text import filled, json_object
from henk_pipeline.steps.pieces import slices


def found_by(rows: pl.DataFrame, leads: pl.DataFrame, chains: pl.DataFrame, lines: pl.DataFrame, lost: pl.DataFrame) -> pl.DataFrame:
    """How each line of the upload came to its lead: `line` of the person and `found`, as `score_rows` gives it, with `with_lead`.

    Takes: `lines`: `line` and `lines` of every person; `lost` as `lost_values` gives it.
    """
    numbers = rows.select("row", "line")
    steps = chains.join(numbers, on="row").join(
        numbers.select(pl.col("row").alias("matched_with"), pl.col("line").alias("with_line")), on="matched_with", how="left"
    )
    steps = steps.join(leads.select(pl.col("row").alias("matched_with"), pl.col("id").alias("with_lead")), on="matched_with", how="left")
    steps = steps.select("line", pl.col("with_line").alias("matched_with"), "with_lead", "kind", "probability")
    steps = steps.join(lost, on="line", how="full", coalesce=True)
    before = rows.filter(pl.col("found").list.len() > 0).select(pl.col("found").explode()).unnest("found")
    before = before.with_columns(pl.lit(None, dtype=pl.String).alias("with_lead"))
    every = pl.concat([before.select(steps.columns), steps])
    of_person = lines.select(pl.col("line").alias("first_line"), pl.col("lines").alias("line")).explode("line")
    told = every.join(of_person, on="line").group_by("first_line").agg(pl.struct(every.columns).alias("found"))
    return told.rename({"first_line": "line"})


def provenance(loaded: pl.DataFrame, lost_to_leads: pl.LazyFrame, updated: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    """`line`, `lead_id`, `action`, `replaced` and `written` (as `update_leads` gives them), `matched_by` (JSON: by which key or how probably, with
    which line or lead) and `lost` (JSON) of every line, piece by piece; lines after a person's first are `merged`.

    Takes: `loaded`: as of People, ordered by line; `lost_to_leads`: `line` and `lost`; `updated`: as `update_leads` gives it.
    """
    by = json_object([filled("kind", "by"), filled("matched_with", "line"), filled("with_lead", "lead_id"), filled("probability")])
    action = (
        pl.when(pl.col("line") != pl.col("first"))
        .then(pl.lit("merged"))
        .when(~pl.col("known"))
        .then(pl.lit("inserted"))
        .when(pl.col("replaced").is_not_null())
        .then(pl.lit("updated"))
        .otherwise(pl.lit("unchanged"))
    )
    for piece in slices(loaded.lazy()):
        # All others of them need not be in memory.
        here = pl.col("line").is_between(piece["line"].min(), piece["line"].max())
        of_lead, written = (frame.filter(here).collect() for frame in (lost_to_leads, updated))
        told = piece.select("lead_id", "known", pl.col("lines").alias("line"), pl.col("line").alias("first")).explode("line")
        found = piece.select(pl.col("found").explode()).drop_nulls().unnest("found").with_columns(pl.col("probability").round(5))
        lost = _said_in_vain(told, pl.concat([found.select("line", "lost"), of_lead]))
        for more in (found.drop("lost").drop_nulls("kind"), written, lost):
            told = told.join(more, on="line", how="left", maintain_order="left")
        yield told.select(
            "line",
            "lead_id",
            action.alias("action"),
            "replaced",
            "written",
            pl.when(pl.col("kind").is_not_null()).then(by).alias("matched_by"),
            "lost",
        )


def _said_in_vain(lines: pl.DataFrame, lost: pl.DataFrame) -> pl.DataFrame:
    """What the lines of persons said in vain, once a line: `line` and `lost`.

    Takes: `line` and `first` (of the person) of every line; `line` and `lost` (JSON object or null), of a line perhaps several: what lost to
    another row, then what that lost with to another person or to the lead. A field that a line has lost already is told of another line of
    the person: of all that a person's lines say there is at most one value a line.
    """
    lost = lost.drop_nulls("lost")
    crowded = lines.join(lost.filter(pl.col("line").is_duplicated()), on="line", how="semi").select("first").unique()
    if not crowded.height:
        return lost
    of_crowded = lines.join(crowded, on="first", how="semi")
    lines_of: dict[int, list[int]] = dict(of_crowded.group_by("first").agg("line").rows())
    told: dict[int, dict[str, Any]] = {line: {} for line in of_crowded["line"]}
    for first, line, text in of_crowded.join(lost, on="line", maintain_order="left").select("first", "line", "lost").rows():
        for name, value in json.loads(text).items():
            if name == "custom_fields":
                told[line][name] = value | told[line].get(name, {})
                continue
            free = (one for one in (line, *lines_of[first]) if told[one].get(name, value) == value)
            told[next(free, line)][name] = value
    spread = [(line, json.dumps(fields, ensure_ascii=False)) for line, fields in told.items() if fields]
    rest = lost.join(of_crowded, on="line", how="anti").select("line", "lost")
    return pl.concat([rest, pl.DataFrame(spread, schema=rest.schema, orient="row")])
