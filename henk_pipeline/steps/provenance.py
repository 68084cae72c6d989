"""The provenance of each line of an upload: how it came to its lead, and its discarded values."""

import json
from collections.abc import Iterator
from typing import Any

import polars as pl

from henk_pipeline.batching import iter_batches
from henk_pipeline.leads.json_text import filled, json_object


def found_by(rows: pl.DataFrame, leads: pl.DataFrame, chains: pl.DataFrame, lines: pl.DataFrame, lost: pl.DataFrame) -> pl.DataFrame:
    """Return how each line of the upload came to its lead.

    Args:
        rows: The rows of the upload with their `found`.
        leads: `row` and `id` of the known leads.
        chains: As `explain` returns them.
        lines: `line` and `lines` of every person.
        lost: As `lost_values` returns it.

    Returns:
        `line` of the person and `found`, as `score_rows` returns it, with `with_lead`.
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
    steps_of_all = pl.concat([before.select(steps.columns), steps])
    of_person = lines.select(pl.col("line").alias("first_line"), pl.col("lines").alias("line")).explode("line")
    provenance_of_persons = (
        steps_of_all.join(of_person, on="line").group_by("first_line").agg(pl.struct(steps_of_all.columns).alias("found"))
    )
    return provenance_of_persons.rename({"first_line": "line"})


def provenance(loaded: pl.DataFrame, lost_to_leads: pl.LazyFrame, updated: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    """Yield the provenance of every line, batch by batch; lines after a person's first are `merged`.

    Args:
        loaded: As of People, ordered by line.
        lost_to_leads: `line`, `lost` and `agreed`, perhaps several of a line.
        updated: As `update_leads` returns it.

    Yields:
        `line`, `lead_id`, `action`, `replaced` and `written` (as `update_leads` returns them), `matched_by`
            (JSON: by which key or how probably, with which line or lead), `lost` (JSON) and `agreed` (JSON).
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
    for batch in iter_batches(loaded.lazy()):
        # The other batches of both frames need not be in memory.
        in_batch = pl.col("line").is_between(batch["line"].min(), batch["line"].max())
        of_lead, written = (frame.filter(in_batch).collect() for frame in (lost_to_leads, updated))
        lines = batch.select("lead_id", "known", pl.col("lines").alias("line"), pl.col("line").alias("first")).explode("line")
        matches = batch.select(pl.col("found").explode()).drop_nulls().unnest("found").with_columns(pl.col("probability").round(5))
        lost = _spread_discarded(lines, pl.concat([matches.select("line", "lost"), of_lead.select("line", "lost")]))
        # One object of the fields of a lead and one of its custom fields and tags.
        agreed = (
            of_lead.drop_nulls("agreed").group_by("line").agg(pl.col("agreed").str.strip_prefix("{").str.strip_suffix("}").str.join(","))
        )
        agreed = agreed.with_columns(pl.concat_str(pl.lit("{"), "agreed", pl.lit("}")).alias("agreed"))
        for more in (matches.drop("lost").drop_nulls("kind"), written, lost, agreed):
            lines = lines.join(more, on="line", how="left", maintain_order="left")
        yield lines.select(
            "line",
            "lead_id",
            action.alias("action"),
            "replaced",
            "written",
            pl.when(pl.col("kind").is_not_null()).then(by).alias("matched_by"),
            "lost",
            "agreed",
        )


def _spread_discarded(lines: pl.DataFrame, lost: pl.DataFrame) -> pl.DataFrame:
    """Return the discarded values of the lines of persons, one row a line.

    A field that a line has lost already is recorded for another line of the person: each line has at most one
    value of a field, of all the values of a person's lines.

    Args:
        lines: `line` and `first` (of the person) of every line.
        lost: `line` and `lost` (JSON object or null), perhaps several of a line: the values lost to another
            row, then those lost with that row to another person or to the lead.

    Returns:
        `line` and `lost`.
    """
    lost = lost.drop_nulls("lost")
    crowded = lines.join(lost.filter(pl.col("line").is_duplicated()), on="line", how="semi").select("first").unique()
    if not crowded.height:
        return lost
    of_crowded = lines.join(crowded, on="first", how="semi")
    lines_of: dict[int, list[int]] = dict(of_crowded.group_by("first").agg("line").rows())
    values_of: dict[int, dict[str, Any]] = {line: {} for line in of_crowded["line"]}
    for first, line, text in of_crowded.join(lost, on="line", maintain_order="left").select("first", "line", "lost").rows():
        for name, value in json.loads(text).items():
            if name == "custom_fields":
                values_of[line][name] = value | values_of[line].get(name, {})
                continue
            free = (other for other in (line, *lines_of[first]) if values_of[other].get(name, value) == value)
            values_of[next(free, line)][name] = value
    spread = [(line, json.dumps(fields, ensure_ascii=False)) for line, fields in values_of.items() if fields]
    rest = lost.join(of_crowded, on="line", how="anti").select("line", "lost")
    return pl.concat([rest, pl.DataFrame(spread, schema=rest.schema, orient="row")])
