"""A node between two people keeps its clearly better pair or none, and no other pair is lost."""

import polars as pl
import pytest

from henk_pipeline.leads.chains import NODE_PAIR_SCHEMA, pairs_to_leave


def leaving(pairs: list[tuple[int, int, float]], conflicts: list[tuple[int, int]], leads: tuple[int, ...] = ()) -> set[tuple[int, ...]]:
    frame = pl.DataFrame(pairs, schema=NODE_PAIR_SCHEMA, orient="row")
    apart = pl.DataFrame(conflicts, schema={"left": pl.Int64, "right": pl.Int64}, orient="row")
    labels = pl.DataFrame([(lead, lead) for lead in leads], schema={"node": pl.Int64, "label": pl.Int64}, orient="row")
    return set(pairs_to_leave(frame, apart, labels).rows())


@pytest.mark.parametrize(
    ("pairs", "left"),
    [
        ([(1, 3, 20.0), (2, 3, 9.0)], {(2, 3)}), ([(1, 3, 9.0), (2, 3, 20.0)], {(1, 3)}), ([(1, 3, 12.0), (2, 3, 12.0)], {(1, 3), (2, 3)}),
        ([(1, 3, 12.0), (2, 3, 9.0)], {(1, 3), (2, 3)}), ([(1, 2, 30.0)], {(1, 2)}), ([(1, 3, 20.0), (3, 4, 9.0)], set()),
        # What hangs on one of them stays, however improbable it is.
        ([(1, 3, 20.0), (2, 3, 9.0), (1, 5, 7.0), (2, 6, 7.0), (6, 7, 7.0)], {(2, 3)}),
        # A pair of the two says nothing of the third.
        ([(1, 2, 8.0), (1, 3, 10.0)], {(1, 2)}),
        # Two rows between them stay one.
        ([(1, 3, 12.0), (1, 4, 12.0), (2, 3, 12.0), (2, 4, 12.0), (3, 4, 30.0)], {(1, 3), (1, 4), (2, 3), (2, 4)}),
        ([], set()),
    ],
)  # fmt: skip
def test_pairs_between_two_people_go(pairs: list[tuple[int, int, float]], left: set[tuple[int, ...]]) -> None:
    assert leaving(pairs, [(1, 2)]) == left
    assert leaving(pairs, [], leads=(1, 2)) == left
    assert leaving(pairs[::-1], [(1, 2)], leads=(1, 2)) == left


def test_without_a_conflict_nothing_goes() -> None:
    assert leaving([(1, 3, 12.0), (2, 3, 12.0)], []) == leaving([(1, 3, 12.0), (2, 3, 12.0)], [(1, 9)], leads=(1,)) == set()


def test_three_leads_of_one_row_are_three() -> None:
    assert leaving([(1, 9, 30.0), (2, 9, 12.0), (3, 9, 11.0)], [], leads=(1, 2, 3)) == {(2, 9), (3, 9)}
