"""Alerts on entries of the landing folder that no night receives until somebody acts. The page `night` and `henk doctor` list them, too."""

import posixpath
from collections.abc import Sequence
from datetime import UTC, datetime

import dagster as dg

from henk_pipeline.orchestration.heartbeat import Kind, Problem, report_problems
from henk_pipeline.orchestration.previews import without_contacts
from henk_pipeline.settings import Settings
from henk_pipeline.uploads.landing import IgnoredEntry, by_paths

MAX_NAMED = 10
REMEDY = (
    "Do what the reason says, or take it out of the landing folder; the next night receives what can be received. `henk doctor` lists all."
)


def report_left_aside(instance: dg.DagsterInstance, settings: Settings, left: Sequence[IgnoredEntry] | None) -> list[Problem]:
    """Report entries that are left aside to the log and to HENK_NOTIFY, a problem a folder, once until they change.

    Args:
        instance: Dagster's instance, which keeps what was reported.
        settings: The settings.
        left: `Discovery.left`; None where the whole folder was not looked at, and nothing is reported.

    Returns:
        The problems that were reported now.
    """
    if left is None:
        return []
    by_folder: dict[str, list[str]] = {}
    for entry in by_paths(settings.landing, left):
        folder = posixpath.dirname(entry.location).partition("/")[0]
        by_folder.setdefault(folder, []).append(f"{without_contacts(entry.location)}: {without_contacts(entry.reason)}")
    problems = [
        Problem(Kind.LEFT_ASIDE, f"landing folder of {folder}" if folder else "landing folder", datetime.now(UTC), _listed(lines), REMEDY)
        for folder, lines in sorted(by_folder.items())
    ]
    return report_problems(instance, settings, problems, kinds=[Kind.LEFT_ASIDE])


def _listed(lines: Sequence[str]) -> str:
    named = "; ".join(sorted(lines)[:MAX_NAMED])
    return named if len(lines) <= MAX_NAMED else f"{named}; and {len(lines) - MAX_NAMED} more"
