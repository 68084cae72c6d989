"""What became of an upload, in `<home>/uploads/<key>/outcome.json`: the contract of `henk import --json`. PostgreSQL holds the truth."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from henk_pipeline.steps.intake import rejected_path
from henk_pipeline.uploads.received import ReceivedUpload

OUTCOME = "outcome.json"


def write_outcome(uploads: Path, upload: ReceivedUpload, outcome: Mapping[str, Any], campaigns: Sequence[str], added: int) -> None:
    """Write the outcome of an upload's last run, whole or not at all."""
    rejected_file = rejected_path(uploads, upload)
    told = {
        "file": upload.file_name,
        "upload": upload.key,
        **{
            name: outcome[name]
            for name in (
                "import_id", "status", "error", "rows_read", "rows_accepted", "rows_rejected", "rows_duplicate", "leads_inserted",
                "leads_updated", "leads_unchanged",
            )
        },
        "list": upload.list_name,
        "lead_list_id": outcome["lead_list_id"],
        "campaigns": list(campaigns),
        "campaign_leads_added": added,
        "rejected_file": str(rejected_file) if rejected_file.exists() else None,
    }  # fmt: skip
    path = uploads / upload.key / OUTCOME
    temporary = path.with_name(f".{OUTCOME}")
    temporary.write_text(json.dumps(told, indent=2, ensure_ascii=False))
    temporary.replace(path)


def read_outcome(uploads: Path, key: str) -> dict[str, Any] | None:
    """The outcome of an upload's last run, None if it has never come to an end."""
    path = uploads / key / OUTCOME
    return json.loads(path.read_text()) if path.exists() else None
