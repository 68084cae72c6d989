"""Who is the same person: sure matches only, by e-mail, phone and source id. Which of their values wins is survivorship's matter."""

import polars as pl

from henk_pipeline.leads import fields

# A household or an office shares a telephone: there, another first name is another person.
SHARED_CHANNELS = fields.PHONE_FIELDS


def match_keys(frame: pl.DataFrame, row: str) -> pl.DataFrame:
    """What a row can be recognised by.

    Takes: `row` (its unique column), source, source_id, email, phone, mobile_phone, first_name. Gives: `row`, `kind` (source_id, email or
    phone), `key`, `name` (first word of the first name in lower case, null where there is none), one line a key.
    """
    name = pl.col("first_name").str.to_lowercase().str.extract(r"^(\S+)")
    keyed = [
        frame.select(
            row, pl.lit("source_id").alias("kind"), pl.concat_str("source", pl.lit(":"), "source_id").alias("key"), name.alias("name")
        ),
        frame.select(row, pl.lit("email").alias("kind"), pl.col("email").alias("key"), name.alias("name")),
        *(frame.select(row, pl.lit("phone").alias("kind"), pl.col(phone).alias("key"), name.alias("name")) for phone in SHARED_CHANNELS),
    ]
    return pl.concat(keyed).drop_nulls("key").unique(maintain_order=True)


def match_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Find rows of one upload that are the same person, also by way of a third row.

    Takes: a row an accepted record: line, source, source_id, email, phone, mobile_phone, first_name. Gives: `frame` with `person` (Int64):
    the smallest line among the rows of the same person. A row is a duplicate where `person` differs from `line`.
    """
    keys = match_keys(frame, "line")
    # On a shared phone each first name is a person; a row without a name belongs to the first of them.
    first = pl.col("name").drop_nulls().first().over("kind", "key")
    told_apart = pl.when(pl.col("kind") == "phone").then(pl.coalesce("name", first))
    edges = keys.with_columns(told_apart.fill_null("").alias("name")).select(
        "line", pl.struct("kind", "key", "name").rank("dense").alias("node")
    )
    person = _smallest_connected(edges)
    return frame.join(person, on="line", how="left", maintain_order="left").with_columns(pl.coalesce("person", "line").alias("person"))


def match_existing(frame: pl.DataFrame, existing: pl.DataFrame) -> pl.DataFrame:
    """Find the lead each person already is.

    Takes: people of an upload (line and what `match_keys` takes); leads of the same business that share a key with one of them (`id` and
    the same columns). Gives: `frame` with `lead_id` (String), null for a new person. A source id decides before an e-mail, an e-mail
    before a phone; of several leads with the same key the smallest id, the oldest, is taken.
    """
    pairs = match_keys(frame, "line").join(match_keys(existing, "id"), on=["kind", "key"], suffix="_theirs")
    another_person = (pl.col("kind") == "phone") & (pl.col("name") != pl.col("name_theirs"))
    sureness = pl.col("kind").replace_strict({"source_id": 0, "email": 1, "phone": 2})
    chosen = (
        pairs.filter(~another_person.fill_null(value=False)).sort(sureness, "id", "line").unique("line", keep="first", maintain_order=True)
    )
    # A known lead without a name cannot contradict: of several people who share its phone it is the first, not all of them.
    surest_name = pl.col("name").first().over("id")
    someone_else = (pl.col("kind") == "phone") & (pl.col("name") != surest_name)
    known = chosen.filter(~someone_else.fill_null(value=False)).select("line", pl.col("id").alias("lead_id"))
    return frame.join(known, on="line", how="left", maintain_order="left")


def _smallest_connected(edges: pl.DataFrame) -> pl.DataFrame:
    """For each `line` the smallest line it is connected to through shared `node`s, as `person`.

    Label propagation with the label's own label taken along, so that a chain of n rows takes about log n rounds.
    """
    labels = edges.select("line").unique().with_columns(pl.col("line").alias("person"))
    while True:
        through_nodes = edges.join(labels, on="line").with_columns(pl.col("person").min().over("node"))
        nearer = through_nodes.group_by("line").agg(pl.col("person").min())
        jumped = nearer.join(nearer.rename({"line": "person", "person": "further"}), on="person", how="left")
        following = jumped.select("line", pl.min_horizontal("person", "further").alias("person")).sort("line")
        if following.equals(labels.sort("line")):
            return following
        labels = following
