"""Contacts that are none ("12345", "dan@@x"): the next column of the field counts, and the row stays where the person can be reached otherwise."""

from collections.abc import Callable, Sequence

import polars as pl

from henk_pipeline.leads.column_meaning import ColumnMeaning
from henk_pipeline.leads.contact_cells import JUDGED_FIELDS
from henk_pipeline.leads.text import cleaned

NOT_READ = "(not read)"  # behind the field of a contact that is kept as written


def with_next_contacts(
    frame: pl.DataFrame,
    name: str,
    table: pl.DataFrame,
    columns: Sequence[ColumnMeaning],
    read: Callable[[pl.DataFrame], pl.DataFrame],
) -> pl.DataFrame:
    """Fill a contact that is none from the next column of its field ("Home Phone: 12345", "Work Phone: 212-555-0102").

    Args:
        frame: Rows with `name` (String) as read, `unread_<name>` (Boolean), and what `read` needs and adds.
        name: A field of contacts.
        table: The file's rows as written.
        columns: What the file's columns are used for.
        read: Reads `name` of some rows of `frame` as written.

    Returns:
        `frame`; `unread_<name>` is still true where it was.
    """
    uses = sorted((use for use in columns if use.field == name), key=lambda use: (use.meaning == "further", use.rank))
    if len(uses) < 2 or not frame[f"unread_{name}"].any() or any(use.code_columns or use.area_column for use in uses):
        return frame
    for use in uses:
        rows = frame.select((pl.col(f"unread_{name}") & pl.col(name).is_null()).arg_true()).to_series()
        cells = cleaned(table[use.column]).gather(rows)
        if not cells.count():
            continue
        again = read(frame[rows].with_columns(cells.alias(name)))
        is_read = again[name].is_not_null()
        added = [column for column in again.columns if column.startswith(name) and column in frame.columns]
        frame = frame.with_columns(
            frame[column].cast(again.schema[column]).scatter(rows.filter(is_read), again[column].filter(is_read)) for column in added
        )
    return frame


def without_contacts_not_read(frame: pl.DataFrame, written: dict[str, pl.Series]) -> tuple[pl.DataFrame, list[pl.Series]]:
    """Keep contacts that are none as text where the row has another one.

    Args:
        frame: Rows with the contacts (String) and `unread_<contact>` (Boolean).
        written: By field of contacts its cells as written.

    Returns:
        `frame` with `unread_<contact>` true only where the row has no contact, and the cells that are kept.
    """
    has_contact = pl.any_horizontal(pl.col(JUDGED_FIELDS).is_not_null())
    kept: list[pl.Series] = []
    for name in JUDGED_FIELDS:
        if not frame[f"unread_{name}"].any():
            continue
        is_kept = frame.select(pl.col(f"unread_{name}") & has_contact).to_series()
        if is_kept.any():
            nothing = pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
            kept.append(written[name].zip_with(is_kept, nothing).alias(f"{name} {NOT_READ}"))
            frame = frame.with_columns((frame[f"unread_{name}"] & ~is_kept).alias(f"unread_{name}"))
    return frame, kept
