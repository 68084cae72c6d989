"""The outcome of an upload in one run, in the words of `henk import --json`, and the remedy of a refusal. PostgreSQL holds the truth."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from henk_pipeline.steps.intake import rejected_path, report_path
from henk_pipeline.uploads.received import ReceivedUpload

# A part of a refusal's reason, and what to do. The first that fits counts.
REMEDIES = (
    (
        "There is no business",
        "Add the business with `henk business add`, or move the file to the folder of the right one; the next night loads it.",
    ),
    (
        "The business has no campaign",
        "Correct the campaign's name in the manifest, or add it with `henk campaign add`; the next night loads the file.",
    ),
    (
        "no lead joins it any more",
        "Reopen the campaign or the list, or name another one in the manifest; the next night loads the file.",
    ),
    (
        "rows were rejected",
        "Send the report to the person who sent the file. Correct the rows, or allow more with max_rejected.",
    ),
    (
        "manifest",
        "Correct the manifest: it lies next to the file in the landing folder, under its name with .toml added; the next night loads the file.",
    ),
    ("alone crashed", "Split the file, or give the process more memory, then materialise the upload's partition again."),
    # The word in records of earlier versions.
    ("died", "Split the file, or give the process more memory, then materialise the upload's partition again."),
    ("failed with it", "Send the log of the run to the maintainers of Henk; the other uploads of the run are loaded without this one."),
)
REMEDY = "Correct the file as the reason says, or ask its sender to export it again, and put it into the landing folder."

OUTCOME_FIELDS = (
    "import_id", "status", "error", "rows_read", "rows_accepted", "rows_rejected", "rows_duplicate", "leads_inserted", "leads_updated",
    "leads_unchanged",
)  # fmt: skip


def describe_outcome(
    uploads: Path,
    upload: ReceivedUpload,
    outcome: Mapping[str, Any],
    campaigns: Sequence[str],
    added: int,
    discarded: Mapping[str, int],
    *,
    notes: Sequence[str],
) -> dict[str, Any]:
    """Return the outcome of an upload's run.

    Args:
        uploads: The folder of uploads.
        upload: The upload.
        outcome: The outcome that `load_upload` returned, as a mapping.
        campaigns: The campaigns its list is assigned to.
        added: The number of campaign leads that were added.
        discarded: By field how many rows have a value that their lead does not have (`count_discarded`).
        notes: What a person should know of its reading and loading (`find_notes`).

    Returns:
        The keys of `henk import --json`, except `seconds`.
    """
    rejected_file, report = rejected_path(uploads, upload), report_path(uploads, upload)
    return {
        "file": upload.file_name,
        "upload": upload.key,
        **{name: outcome[name] for name in OUTCOME_FIELDS},
        "values_discarded": dict(discarded),
        "notes": list(notes),
        "list": upload.list_name,
        "lead_list_id": outcome["lead_list_id"],
        "campaigns": list(campaigns),
        "campaign_leads_added": added,
        "rejected_file": str(rejected_file) if rejected_file.exists() else None,
        "report": str(report) if report.exists() else None,
    }


def remedy_of(reason: str) -> str:
    """Return what to do about the reason of a refusal, as a sentence."""
    return next((remedy for part, remedy in REMEDIES if part in reason), REMEDY)


def state_of_refusal(manifest: str, reason: str) -> str:
    """Return 16 hexadecimal digits that change when a refusal does: with the manifest, or with the first sentence of its reason.

    The rest of a reason names the businesses or campaigns there are, and changes when another one is added.
    """
    return hashlib.sha256(f"{manifest}\0{reason.partition('. ')[0]}".encode()).hexdigest()[:16]
