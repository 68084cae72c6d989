"""The figures of the night's page."""

from datetime import UTC, datetime, timedelta

import pytest

from henk_pipeline.orchestration.night import Night
from henk_pipeline.postgres.last_night import EndedImport


def imported(start, end):
    midnight = datetime(2026, 11, 27, tzinfo=UTC)
    finished = None if end is None else midnight + timedelta(minutes=end)
    return EndedImport("acme", "a.csv", "a", "loaded", None, 1, 1, 0, 0, 1, 0, midnight + timedelta(minutes=start), finished)


@pytest.mark.parametrize(
    ("spans", "minutes"),
    [
        ([], 0),
        ([(0, 2)], 2),
        ([(0, 2), (60, 63)], 5),
        ([(0, 10), (2, 4), (8, 12)], 12),
        ([(5, 6), (0, 1), (0, 1)], 2),
        ([(0, None), (3, 4)], 1),
    ],
)
def test_the_duration_is_the_time_in_which_something_was_imported(spans, minutes):
    assert Night([imported(*span) for span in spans], [], []).duration == timedelta(minutes=minutes)
