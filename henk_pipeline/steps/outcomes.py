"""What became of an upload in one run, in the words of `henk import --json`. PostgreSQL holds the truth; this is how it is told."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from henk_pipeline.steps.intake import rejected_path, report_path
from henk_pipeline.uploads.received import ReceivedUpload

TOLD = (
    "import_id", "status", "error", "rows_read", "rows_accepted", "rows_rejected", "rows_duplicate", "leads_inserted", "leads_updated",
    "leads_unchanged",
)  # fmt: skip


def describe_outcome(
    uploads: Path, upload: ReceivedUpload, outcome: Mapping[str, Any], campaigns: Sequence[str], added: int
) -> dict[str, Any]:
    """The outcome of an upload's run.

    Takes: what `load_upload` gave, as a mapping; the campaigns its list is assigned to, and how many campaign leads that added.
    Gives: the keys of `henk import --json`, but for `seconds`.
    """
    rejected_file, report = rejected_path(uploads, upload), report_path(uploads, upload)
    return {
        "file": upload.file_name,
        "upload": upload.key,
        **{name: outcome[name] for name in TOLD},
        "list": upload.list_name,
        "lead_list_id": outcome["lead_list_id"],
        "campaigns": list(campaigns),
        "campaign_leads_added": added,
        "rejected_file": str(rejected_file) if rejected_file.exists() else None,
        "report": str(report) if report.exists() else None,
    }
