"""The figures of the night's page."""

from datetime import UTC, datetime, timedelta

import pytest

from henk_pipeline.orchestration.night import Night, night_page, read_left_aside
from henk_pipeline.postgres.last_night import EndedImport
from henk_pipeline.settings import Settings
from henk_pipeline.uploads.landing import IgnoredEntry


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


def test_the_page_lists_what_the_landing_folder_holds_that_no_night_receives(tmp_path):
    for name in ("loose.csv", "Delta Corp/x.csv", "acme/sub/x.csv", "acme/swap.csv", "acme/swap.toml", "acme/good.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    settings = Settings(landing=str(tmp_path), settle_seconds=0)
    left = read_left_aside(settings)
    assert [entry.location for entry in left] == ["Delta Corp", "acme/sub", "acme/swap.csv", "acme/swap.toml", "loose.csv"]
    page = night_page(Night([], [], [], left), settings)
    assert "Left aside in the landing folder: 5." in page.splitlines()[0]
    assert "### Left aside in the landing folder" in page
    assert "| loose.csv | it lies in no business's folder: move it to &lt;landing>/&lt;business slug>/ |" in page
    assert "rename that to swap.csv.toml" in page
    assert "good.csv" not in page
    assert "Left aside" not in night_page(Night([], [], []), settings)


def test_names_of_what_is_left_aside_are_masked_and_escaped():
    left = [IgnoredEntry("acme/<b>ana@example.org|+12125550101.toml", "there is no file ana@example.org")]
    page = night_page(Night([], [], [], left), Settings())
    assert "ana@" not in page
    assert "2125550101" not in page
    assert "acme/&lt;b>…@example.org\\|" in page


def test_a_landing_folder_that_cannot_be_listed_does_not_hide_the_rest_of_the_page(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("henk_pipeline.orchestration.night.list_left_aside", refuse)
    (entry,) = read_left_aside(Settings(landing=str(tmp_path)))
    assert "cannot be listed" in entry.reason
