"""Which value stays where several rows, or a row and a known lead, are one person. One rule a field; no decision who is one person."""

from typing import Literal

import polars as pl

from henk_pipeline.leads import fields

UpdateMode = Literal["fill", "overwrite", "skip"]

# Kept with the lead in every mode: nobody's opt-out is taken back by a file, and activity only moves forward.
STICKY_FIELDS = fields.CONSENT_FIELDS
LATEST_FIELDS = fields.TIME_FIELDS
# Recognises the record in its own system: a pair, and once known it does not change hands.
IDENTITY_FIELDS = ("source", "source_id")
CHOSEN_FIELDS = tuple(
    field for field in (*fields.SCALAR_FIELDS, *fields.GIFT_FIELDS) if field not in (*STICKY_FIELDS, *LATEST_FIELDS, *IDENTITY_FIELDS)
)
MERGED_FIELDS = (*CHOSEN_FIELDS, *STICKY_FIELDS, *LATEST_FIELDS, *IDENTITY_FIELDS)


def merge_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """One row a person: of each field the first filled cell in the order of the file, opt-outs of any, the latest activity, all tags and
    lists.

    Takes: rows as `contract.validate` gives them, with `source`, perhaps `lists`, `person` (Int64, equal for the rows of one person) and, if
    rows were merged before, `lines`. Gives: a row a person with the fields, `line` (the first of its lines) and `lines` (List(Int64), all of
    them, ascending).
    """
    if "lines" not in frame.columns:
        frame = frame.with_columns(pl.concat_list("line").alias("lines"))
    gathered = [name for name in ("tags", "lists") if name in frame.columns]
    columns = ["line", "lines", *MERGED_FIELDS, *gathered, "custom_fields"]
    # Most people stand once: only the others are grouped.
    alone = pl.len().over("person") == 1
    merged = (
        frame.filter(~alone)
        .sort("line")
        .group_by("person", maintain_order=True)
        .agg(
            pl.col("line").min(),
            pl.col("lines").explode().sort(),
            *(pl.col(field).drop_nulls().first() for field in (*CHOSEN_FIELDS, *IDENTITY_FIELDS)),
            *(pl.col(field).any() for field in STICKY_FIELDS),
            *(pl.col(field).max() for field in LATEST_FIELDS),
            *(pl.col(name).explode().drop_nulls().unique(maintain_order=True) for name in gathered),
            pl.col("custom_fields").filter(pl.col("custom_fields") != "{}"),
        )
    )
    merged = merged.with_columns(_one_object(merged["custom_fields"]))
    return pl.concat([frame.filter(alone).select(columns), merged.select(columns)]).sort("line")


def merge_existing(frame: pl.DataFrame, existing: pl.DataFrame, mode: UpdateMode) -> pl.DataFrame:
    """What known leads become.

    Takes: people of an upload with `lead_id`, none null; the leads by `id` with every scalar and gift field; the update mode. `fill` fills
    what is empty, `overwrite` lets the file win where it says something, `skip` leaves all but opt-outs. Gives: `frame` with the merged
    values, `changed` (Boolean), and `replaced`: a JSON object with the old values of the fields that change, null included, `{}` for none.
    """
    old = existing.select("id", *MERGED_FIELDS)
    both = frame.join(old, left_on="lead_id", right_on="id", how="left", suffix="_old", maintain_order="left")
    both = both.with_columns(_keep_second_id(mode))
    merged = both.with_columns(_merged(field, mode).alias(f"{field}_new") for field in MERGED_FIELDS)
    change = {field: pl.col(f"{field}_new").ne_missing(pl.col(f"{field}_old")) for field in MERGED_FIELDS}
    # What did not change is no key of the object: null there would read as "was empty".
    entries = [pl.when(changed).then(json_member(f"{field}_old", field)) for field, changed in change.items()]
    return merged.with_columns(
        pl.any_horizontal(*change.values()).alias("changed"),
        pl.concat_str(pl.lit("{"), pl.concat_str(entries, separator=",", ignore_nulls=True), pl.lit("}")).alias("replaced"),
        *(pl.col(f"{field}_new").alias(field) for field in MERGED_FIELDS),
    ).drop(*(f"{field}_{suffix}" for field in MERGED_FIELDS for suffix in ("old", "new")))


def json_member(column: str, key: str) -> pl.Expr:
    """`"key":value` of a JSON object, as text; a null cell gives `"key":null`."""
    return pl.struct(pl.col(column).alias(key)).struct.json_encode().str.strip_prefix("{").str.strip_suffix("}")


def _keep_second_id(mode: UpdateMode) -> pl.Expr:
    """A lead that another system knows already keeps this one's id as a custom field, `<system>_id`."""
    if mode == "skip":
        return pl.col("custom_fields")
    other = (pl.col("source") != pl.col("source_old")) | (pl.col("source_id") != pl.col("source_id_old"))
    second = pl.col("source_id").is_not_null() & pl.col("source_id_old").is_not_null() & other
    value = pl.struct(pl.col("source_id").alias("v")).struct.json_encode().str.strip_prefix('{"v":').str.strip_suffix("}")
    member = pl.concat_str(pl.lit('"'), "source", pl.lit('_id":'), value)
    rest = pl.col("custom_fields").str.strip_prefix("{").str.strip_suffix("}")
    joined = pl.when(rest == "").then(member).otherwise(pl.concat_str(member, pl.lit(","), rest))
    return pl.when(second).then(pl.concat_str(pl.lit("{"), joined, pl.lit("}"))).otherwise("custom_fields").alias("custom_fields")


def _merged(field: str, mode: UpdateMode) -> pl.Expr:
    ours, theirs = pl.col(field), pl.col(f"{field}_old")
    if field in STICKY_FIELDS:
        return ours | theirs
    if mode == "skip":
        return theirs
    if field in IDENTITY_FIELDS:
        first_id = pl.col("source_id").is_not_null() & pl.col("source_id_old").is_null()
        return pl.when(first_id).then(ours).otherwise(theirs)
    if field in LATEST_FIELDS:
        return pl.max_horizontal(ours, theirs)
    if mode == "fill":
        return pl.coalesce(theirs, ours)
    return pl.coalesce(ours, theirs)


def _one_object(objects: pl.Series) -> pl.Series:
    """Lists of JSON objects, each list as one object: of equal keys PostgreSQL's jsonb keeps the last, so the first row's come last."""
    inner = objects.list.eval(pl.element().str.strip_prefix("{").str.strip_suffix("}")).list.reverse().list.join(",")
    return inner.to_frame("inner").select(pl.concat_str(pl.lit("{"), "inner", pl.lit("}")).alias("custom_fields")).to_series()
