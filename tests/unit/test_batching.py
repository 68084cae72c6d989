"""Frames batch by batch: nothing is lost, doubled or moved, in memory and on disk."""

import polars as pl
import pytest

from henk_pipeline import batching


def frames(*heights: int) -> list[pl.DataFrame]:
    """Frames with these numbers of rows, which count on from one to the next."""
    starts = [sum(heights[:number]) for number in range(len(heights))]
    return [
        pl.DataFrame({"n": range(start, start + height)}, schema={"n": pl.Int64}) for start, height in zip(starts, heights, strict=True)
    ]


@pytest.mark.parametrize("on_disk", [True, False])
def test_what_is_taken_is_kept_in_its_order(tmp_path, on_disk):
    kept = batching.BatchStore("people", tmp_path if on_disk else None)
    for frame in frames(2, 0, 3):
        kept.take(frame)
    assert kept.all().collect()["n"].to_list() == [0, 1, 2, 3, 4]
    assert sorted(path.name for path in tmp_path.iterdir()) == (["people-000000.parquet", "people-000001.parquet"] if on_disk else [])


@pytest.mark.parametrize("on_disk", [True, False])
def test_where_nothing_is_taken_the_columns_are_those_of_the_schema(tmp_path, on_disk):
    kept = batching.BatchStore("people", tmp_path if on_disk else None, {"n": pl.Int64, "of": pl.String})
    assert kept.all().collect().schema == {"n": pl.Int64, "of": pl.String}


@pytest.mark.parametrize(
    ("heights", "gathered"),
    [((), []), ((0,), [0]), ((1, 1, 1, 1, 1), [3, 2]), ((1, 7, 2), [8, 2]), ((3, 3), [3, 3]), ((0, 0, 1), [1])],
)
def test_frames_are_rebatched_to_at_least_so_many_rows(monkeypatch, heights, gathered):
    monkeypatch.setattr(batching, "BATCH_ROWS", 3)
    found = list(batching.rebatch(frames(*heights)))
    assert [one.height for one in found] == gathered
    assert [n for one in found for n in one["n"]] == list(range(sum(heights)))


@pytest.mark.parametrize("rows", [0, 1, 3, 4, 7])
def test_slices_are_the_rows_in_their_order(monkeypatch, rows):
    monkeypatch.setattr(batching, "BATCH_ROWS", 3)
    found = list(batching.iter_batches(frames(rows)[0].lazy()))
    assert [one.height for one in found] == ([3] * (rows // 3) + [rows % 3] * (rows % 3 > 0) or [0])
    assert [n for one in found for n in one["n"]] == list(range(rows))


@pytest.mark.parametrize("number", [1, 2, 3])
def test_results_of_batches_in_parallel_come_in_their_order(number):
    assert list(batching.map_parallel(lambda piece: piece * piece, range(7), number)) == [0, 1, 4, 9, 16, 25, 36]
