"""Which rules an upload is read under, as one digest: same bytes under same rules need not be loaded again."""

import hashlib
import json
from functools import lru_cache
from typing import Any

from henk_pipeline.settings import schemas_folder
from henk_pipeline.uploads.manifest import Manifest

# Raised when a change of the code makes another lead of the same row.
CODE_VERSION = "1"


def rules_digest(manifest: Manifest, default_country: str) -> str:
    """16 hexadecimal digits that change with the manifest, the country numbers are read in, the tables in schemas/upload and the code."""
    told: dict[str, Any] = {"manifest": manifest.model_dump(mode="json"), "country": default_country, "tables": _tables(), "code": CODE_VERSION}
    # Which campaigns a list is assigned to changes no lead: assignments are made sure of on every run.
    told["manifest"].pop("campaigns")
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


@lru_cache(maxsize=1)
def _tables() -> str:
    digest = hashlib.sha256()
    for path in sorted((schemas_folder() / "upload").glob("*.toml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
