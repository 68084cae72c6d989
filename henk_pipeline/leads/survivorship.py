"""The values that survive if several rows, or a row and a known lead, are one person. One rule a field; matching is not done here."""

import json
from collections.abc import Callable
from typing import Literal

import polars as pl

from henk_pipeline.leads.json_text import both_objects, json_object, member
from henk_pipeline.leads.slices import by_groups, by_slices

UpdateMode = Literal["fill", "overwrite", "skip"]
Rule = Literal[
    "newest",
    "longest",
    "most complete",
    "never overwrite",
    "sticky true",
    "latest",
    "earliest",
    "largest",
    "of the latest gift",
    "unless refused",
]

# The choice among several values of one person:
#   newest            of the row with the latest activity or gift; of rows without either, of the one with most filled fields
#   longest           an initial gives way to a name, a short note to a long one
#   most complete     all of these together, from the row that fills most of them: half of one address and half of another is none
#   never overwrite   identifies the record in its own system, and does not change once it is known
#   sticky true       no file undoes an opt-out, in any mode
#   latest, earliest, largest   gifts and activity only move forward; a sum is never added up, for both may count the same gifts; but rows of one
#                     file that are a gift each (`gift_amount`) are: total and count are theirs, in one currency, equal rows counted once,
#                     and of rows of one gift (`gift_id`) each amount once
#   of the latest gift   the amount that goes with it
#   unless refused    unclear consent is dropped if calls are refused for certain
RULES: dict[str, Rule] = {
    "first_name": "longest", "last_name": "longest", "email": "newest", "phone": "newest", "mobile_phone": "newest",
    "street": "most complete", "city": "most complete", "state": "most complete", "postal_code": "most complete", "country": "most complete",
    "company": "newest", "title": "newest", "department": "newest", "timezone": "newest", "preferred_language": "newest",
    "lead_source": "newest", "description": "longest", "notes": "longest", "birth_date": "newest",
    "source": "never overwrite", "source_id": "never overwrite",
    "do_not_call": "sticky true", "dnc": "sticky true", "do_not_email": "sticky true", "email_opt_out": "sticky true",
    "consent_unclear": "unless refused",
    "last_activity_at": "latest", "last_gift_date": "latest", "first_gift_date": "earliest", "total_gifts": "largest", "gift_count": "largest",
    "last_gift_amount": "of the latest gift",
}  # fmt: skip
MERGED_FIELDS = tuple(RULES)
# Fields of rows that are a gift each; summed up, not chosen.
GIFT_ROWS = ("gift_amount", "gift_currency", "gift_id", "gift_time")
SEVERAL_CURRENCIES = "several"
ADDRESS_FIELDS = tuple(field for field, rule in RULES.items() if rule == "most complete")


def merge_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Merge rows to one row a person, by RULES; tags and lists are united, and the custom fields of the newest row win.

    The order of the rows has no effect.

    Args:
        frame: Rows as `contract.validate` returns them, with `source`, `person` (Int64, equal for the rows of one person), optionally `lists`
            and, if rows were merged before, `lines`.

    Returns:
        A row a person with the fields, `line` (the first of its lines) and `lines` (List(Int64), all of them, ascending), ordered by `line`.
    """
    merged = by_groups(frame, "person", _merge_rows)
    return merged if merged["line"].is_sorted() else merged.sort("line")


def _merge_rows(frame: pl.DataFrame) -> pl.DataFrame:
    if "lines" not in frame.columns:
        frame = frame.with_columns(pl.concat_list("line").alias("lines"))
    list_fields = [name for name in ("tags", "lists") if name in frame.columns]
    gift_rows = [name for name in GIFT_ROWS if name in frame.columns]
    columns = ["line", "lines", *MERGED_FIELDS, *gift_rows, *list_fields, "custom_fields"]
    if frame["person"].n_unique() == frame.height:
        return frame.select(columns)
    # Most people have one row: only the others are grouped.
    is_single = pl.len().over("person") == 1
    merged_rows = _newest_first(frame.filter(~is_single))
    merged = merged_rows.group_by("person", maintain_order=True).agg(
        pl.col("line").min(),
        pl.col("lines").explode().sort(),
        *(_choose(field, rule) for field, rule in RULES.items()),
        *(pl.col(name).explode().drop_nulls().unique().sort() for name in list_fields),
        *(_sum_gifts(merged_rows) if gift_rows else ()),
        pl.col("custom_fields").filter(pl.col("custom_fields") != "{}"),
    )
    if gift_rows:
        merged = merged.with_columns(_with_sums())
    merged = _with_names_of_one_row(merged, merged_rows)
    merged = merged.with_columns(_one_object(merged["custom_fields"]))
    return pl.concat([frame.filter(is_single).select(columns), merged.select(columns)])


def _with_names_of_one_row(merged: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Return people with both names of one row, where words stand in the first name of one row and in the last name of another.

    "Desmond", "Achterberg" and "Achterberg", "Desmond" would be Achterberg Achterberg. The pair that most rows have comes first, then the longest.
    """
    words = (pl.col(name).str.to_lowercase().str.split(" ").explode().unique().alias(name) for name in ("first_name", "last_name"))
    sides = rows.group_by("person").agg(words)
    shared = pl.col("first_name").list.set_intersection("last_name").list.drop_nulls().list.len() > 0
    named = rows.join(sides.filter(shared), on="person", how="semi").drop_nulls(["first_name", "last_name"])
    if not named.height:
        return merged
    pairs = named.group_by("person", "first_name", "last_name").agg(pl.len().alias("rows"), pl.col("__order").min())
    length = pl.concat_str("first_name", "last_name").str.len_chars().alias("length")
    chosen = (
        pairs.with_columns(length)
        .sort("rows", "length", "__order", descending=[True, True, False])
        .unique("person", keep="first", maintain_order=True)
    )
    joined = merged.join(
        chosen.select("person", "first_name", "last_name"), on="person", how="left", suffix="_of_row", maintain_order="left"
    )
    is_chosen = pl.col("first_name_of_row").is_not_null()
    names = (pl.when(is_chosen).then(f"{name}_of_row").otherwise(name).alias(name) for name in ("first_name", "last_name"))
    return joined.with_columns(names).drop("first_name_of_row", "last_name_of_row")


def _sum_gifts(frame: pl.DataFrame) -> list[pl.Expr]:
    """Return the sum, the currency and the number of the gifts of a person's rows. Two equal rows are one gift, as are rows of one `gift_id`."""
    named = [pl.col(name) if name in frame.columns else pl.lit(None, dtype=pl.String).alias(name) for name in GIFT_ROWS]
    amount, currency, gift_id, time = named
    # Rows without an id are one gift only if they are equal in all they hold.
    text = pl.when(gift_id.is_null()).then(pl.struct("__text", time.alias("time")))
    is_gift = amount.is_not_null() & pl.struct(amount, currency, gift_id, text.alias("text")).is_first_distinct()
    is_counted = is_gift & (gift_id.is_null() | pl.struct(gift_id, pl.col("gift_count") > 0).is_first_distinct())
    currencies = currency.filter(is_gift).fill_null("")
    return [
        amount.filter(is_gift).sum().alias("gift_amount"),
        pl.when(currencies.n_unique() > 1).then(pl.lit(SEVERAL_CURRENCIES)).otherwise(currencies.first()).alias("gift_currency"),
        pl.col("gift_count").filter(is_counted).sum().alias("__gifts"),
        is_gift.any().alias("__has_gifts"),
        *(pl.lit(None, dtype=pl.String).alias(name) for name in ("gift_id", "gift_time") if name in frame.columns),
    ]


def _with_sums() -> list[pl.Expr]:
    """Return total and count of people with rows that are a gift each. A total is never below zero, even if more was refunded than given."""
    has_gifts, one_currency = pl.col("__has_gifts"), pl.col("gift_currency") != SEVERAL_CURRENCIES
    total = pl.when(one_currency).then(pl.col("gift_amount").round(2).clip(0))
    return [
        pl.when(has_gifts).then(total).otherwise("total_gifts").alias("total_gifts"),
        pl.when(has_gifts).then("__gifts").otherwise("gift_count").cast(pl.Int64).alias("gift_count"),
        pl.when(has_gifts).then("gift_amount").alias("gift_amount"),
        pl.when(has_gifts & (pl.col("gift_currency") != "")).then("gift_currency").alias("gift_currency"),
    ]


def lost_values(rows: pl.DataFrame, merged: pl.DataFrame) -> pl.DataFrame:
    """Return the values of rows that were discarded in the merge.

    Args:
        rows: The argument of `merge_rows`.
        merged: Its result.

    Returns:
        `line` and `lost` (String, a JSON object), of rows with discarded values only.
    """
    merged_rows = merged.filter(pl.col("lines").list.len() > 1)
    first_of = merged_rows.select(pl.col("line").alias("first"), pl.col("lines").alias("line")).explode("line")
    merged_values = merged_rows.select(pl.col("line").alias("first"), *MERGED_FIELDS, "custom_fields")

    def lost(some: pl.DataFrame) -> pl.DataFrame:
        pairs = some.join(first_of, on="line").join(merged_values, on="first", suffix="_new")
        custom = _lost_custom_fields(pairs["custom_fields"], pairs["custom_fields_new"])
        values = pairs.select("line", _lost("", "_new").alias("lost"), custom.alias("custom"))
        return values.select("line", both_objects(pl.col("lost"), pl.col("custom")).alias("lost")).filter(pl.col("lost") != "{}")

    return by_slices(rows, lost)


def merge_existing(frame: pl.DataFrame, existing: pl.DataFrame, mode: UpdateMode, *, decided: bool = False) -> pl.DataFrame:
    """Merge people of an upload into known leads.

    An address is kept or replaced as a unit if the two contradict each other.

    Args:
        frame: People of an upload with `lead_id`, none null.
        existing: The leads by `id` with every field of RULES.
        mode: `fill` fills empty fields and moves gifts and activity forward, `overwrite` prefers the values of the file if they are filled,
            `skip` keeps all fields but opt-outs.
        decided: Whether a person has decided on the columns of consent, so that a row in which nothing is unclear clears the lead.

    Returns:
        `frame` with the merged values, `changed` (Boolean), `replaced`: a JSON object with the old values of the fields that change, null
        included, `{}` for none; `lost`: a JSON object of the values of the file that are discarded; and `agreed`: a JSON object with `fields`,
        the names of the values of the file that the lead has already, null for none.
    """
    old = existing.select("id", *MERGED_FIELDS)
    return by_slices(frame, lambda some: _merge_existing(some, old, mode, decided=decided))


def _merge_existing(frame: pl.DataFrame, old: pl.DataFrame, mode: UpdateMode, *, decided: bool) -> pl.DataFrame:
    pairs = frame.join(old, left_on="lead_id", right_on="id", how="left", suffix="_old", maintain_order="left")
    pairs = pairs.with_columns(_keep_second_id(mode))
    merged = pairs.with_columns(_merge_field(field, rule, mode).alias(f"{field}_new") for field, rule in RULES.items())
    merged = merged.with_columns(_consent(decided=decided))
    change = {field: pl.col(f"{field}_new").ne_missing(pl.col(f"{field}_old")) for field in MERGED_FIELDS}
    # A field that did not change is no key of the object: null there would read as "was empty".
    replaced = json_object(pl.when(changed).then(member(f"{field}_old", field)) for field, changed in change.items())
    return merged.with_columns(
        pl.any_horizontal(*change.values()).alias("changed"),
        replaced.alias("replaced"),
        _lost("", "_new").alias("lost"),
        _agreed("", "_old").alias("agreed"),
        *(pl.col(f"{field}_new").alias(field) for field in MERGED_FIELDS),
    ).drop(*(f"{field}_{suffix}" for field in MERGED_FIELDS for suffix in ("old", "new")))


def _consent(*, decided: bool) -> list[pl.Expr]:
    """Return do_not_call and consent_unclear of known leads: a lead whose consent is unclear has the flag, too."""
    refused = pl.col("do_not_call") | (pl.col("do_not_call_old") & pl.col("consent_unclear_old").is_null())
    before = pl.lit(None, dtype=pl.String) if decided else pl.col("consent_unclear_old")
    unclear = pl.when(~(refused | pl.col("dnc_new"))).then(pl.coalesce("consent_unclear", before))
    return [(refused | unclear.is_not_null()).alias("do_not_call_new"), unclear.alias("consent_unclear_new")]


def _newest_first(frame: pl.DataFrame) -> pl.DataFrame:
    """Sort rows by their content alone: the latest activity or gift first, then the most filled fields, then the text."""
    moment = pl.max_horizontal("last_activity_at", pl.col("last_gift_date").cast(pl.Datetime("us", "UTC")))
    filled = pl.sum_horizontal(pl.col(field).is_not_null() for field in MERGED_FIELDS)
    text = pl.struct(*MERGED_FIELDS, "custom_fields").struct.json_encode()
    address = pl.sum_horizontal(pl.col(field).is_not_null() for field in ADDRESS_FIELDS)
    return (
        frame.with_columns(moment.alias("__moment"), filled.alias("__filled"), text.alias("__text"), address.alias("__address"))
        .sort("__moment", "__filled", "__text", descending=[True, True, False], nulls_last=True)
        .with_row_index("__order")
    )


def _choose(field: str, rule: Rule) -> pl.Expr:
    value = pl.col(field)
    expressions: dict[Rule, Callable[[], pl.Expr]] = {
        "longest": lambda: value.sort_by(value.str.len_chars(), "__order", descending=[True, False], nulls_last=True).first(),
        "most complete": lambda: value.sort_by("__address", "__order", descending=[True, False]).first(),
        "sticky true": value.any,
        "unless refused": lambda: pl.when(~(pl.col("do_not_call").any() | pl.col("dnc").any())).then(value.drop_nulls().first()),
        "latest": value.max,
        "earliest": value.min,
        "largest": value.max,
        "of the latest gift": lambda: (
            value.sort_by("last_gift_date", "__order", descending=[True, False], nulls_last=True).drop_nulls().first()
        ),
    }
    return expressions.get(rule, lambda: value.drop_nulls().first())()


def _lost(ours: str, theirs: str) -> pl.Expr:
    """Return a JSON object of the values of `<field><ours>` that are not those of `<field><theirs>`; with a source id its system's name.

    Flags are left out: a row without an opt-out has no value that could be discarded.
    """
    kept = [field for field, rule in RULES.items() if rule not in ("sticky true", "unless refused") and field != "source"]
    discarded = {field: pl.col(f"{field}{ours}").is_not_null() & _differ(field, ours, theirs) for field in kept}
    discarded["source_id"] = pl.col(f"source_id{ours}").is_not_null() & (
        _differ("source_id", ours, theirs) | _differ("source", ours, theirs)
    )
    discarded["source"] = discarded["source_id"]
    return json_object(pl.when(is_lost).then(member(pl.col(f"{field}{ours}"), field)) for field, is_lost in discarded.items())


def _agreed(ours: str, theirs: str) -> pl.Expr:
    """Return a JSON object with the names of the fields of which two have the same value, but for flags and ids; null if there is none."""
    compared = [field for field, rule in RULES.items() if rule not in ("sticky true", "unless refused", "never overwrite")]
    names = [pl.when(pl.col(f"{field}{ours}") == pl.col(f"{field}{theirs}")).then(pl.lit(f'"{field}"')) for field in compared]
    joined = pl.concat_str(names, separator=",", ignore_nulls=True)
    return pl.when(joined != "").then(pl.concat_str(pl.lit('{"fields":['), joined, pl.lit("]}")))


def _differ(field: str, ours: str, theirs: str) -> pl.Expr:
    return pl.col(f"{field}{ours}").ne_missing(pl.col(f"{field}{theirs}"))


def _lost_custom_fields(ours: pl.Series, theirs: pl.Series) -> pl.Series:
    """Return a JSON object with the member `custom_fields`: the custom fields of a row whose values differ from its person's; `{}` for none."""
    return pl.Series([_lost_members(own, other) for own, other in zip(ours, theirs, strict=True)], dtype=pl.String)


def _lost_members(ours: str, theirs: str) -> str:
    # The last of equal keys counts: the last object of the merged text has lost nothing. Most rows are such.
    if ours == "{}" or (theirs.endswith(ours[1:]) and theirs[-len(ours)] in "{,"):
        return "{}"
    person = json.loads(theirs)
    lost = {name: value for name, value in json.loads(ours).items() if person.get(name) != value}
    return json.dumps({"custom_fields": lost}, ensure_ascii=False) if lost else "{}"


def _keep_second_id(mode: UpdateMode) -> pl.Expr:
    """Keep the id of a second system as a custom field, `<system>_id`, of a lead that has the id of another one already."""
    if mode == "skip":
        return pl.col("custom_fields")
    other = (pl.col("source") != pl.col("source_old")) | (pl.col("source_id") != pl.col("source_id_old"))
    second = pl.col("source_id").is_not_null() & pl.col("source_id_old").is_not_null() & other
    kept = json_object([pl.concat_str(pl.lit('"'), "source", pl.lit("_"), member("source_id", "id").str.strip_prefix('"'))])
    return pl.when(second).then(both_objects(kept, pl.col("custom_fields"))).otherwise("custom_fields").alias("custom_fields")


def _merge_field(field: str, rule: Rule, mode: UpdateMode) -> pl.Expr:  # noqa: C901, PLR0911 - a line a rule
    ours, theirs = pl.col(field), pl.col(f"{field}_old")
    if rule == "sticky true":
        return ours | theirs
    if rule == "unless refused":
        return pl.coalesce(ours, theirs)
    if mode == "skip":
        return theirs
    if rule == "never overwrite":
        first_id = pl.col("source_id").is_not_null() & pl.col("source_id_old").is_null()
        return pl.when(first_id).then(ours).otherwise(theirs)
    if field == "last_activity_at":
        return pl.max_horizontal(ours, theirs)
    if rule == "most complete":
        agree = pl.all_horizontal(
            (pl.col(part).is_null() | pl.col(f"{part}_old").is_null() | (pl.col(part) == pl.col(f"{part}_old"))) for part in ADDRESS_FIELDS
        )
        together = pl.coalesce(theirs, ours)
        return pl.when(agree).then(together).otherwise(theirs if mode == "fill" else ours)
    if mode == "overwrite":
        return pl.coalesce(ours, theirs)
    if rule in ("latest", "largest"):
        return pl.max_horizontal(ours, theirs)
    if rule == "earliest":
        return pl.min_horizontal(ours, theirs)
    if rule == "of the latest gift":
        newer = (pl.col("last_gift_date") > pl.col("last_gift_date_old")).fill_null(pl.col("last_gift_date_old").is_null())
        return pl.when(newer).then(pl.coalesce(ours, theirs)).otherwise(pl.coalesce(theirs, ours))
    return pl.coalesce(theirs, ours)


def _one_object(objects: pl.Series) -> pl.Series:
    """Join each list of JSON objects to one object: of equal keys PostgreSQL's jsonb keeps the last, so the first row's come last."""
    inner = objects.list.eval(pl.element().str.strip_prefix("{").str.strip_suffix("}")).list.reverse().list.join(",")
    return inner.to_frame("inner").select(pl.concat_str(pl.lit("{"), "inner", pl.lit("}")).alias("custom_fields")).to_series()
