"""Which rules an upload is read under, as one digest: same bytes under same rules need not be loaded again."""

import hashlib
import json
from functools import lru_cache
from typing import Any

from henk_pipeline.settings import PACKAGE, schemas_folder
from henk_pipeline.steps.load import options_of
from henk_pipeline.uploads.manifest import Manifest


def rules_digest(manifest: Manifest, default_country: str) -> str:
    """16 hexadecimal digits that change with the manifest, the country numbers are read in, the tables in schemas/upload and the code that
    reads and judges rows.
    """
    told: dict[str, Any] = {"manifest": options_of(manifest), "country": default_country, "rules": written_rules()}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


@lru_cache(maxsize=1)
def written_rules() -> str:
    """The digest of the rules alone: tables and code."""
    # The code itself rather than a version number beside it: nobody can forget to raise it.
    code = [path for part in ("uploads", "leads", "linkage", "consent") for path in (PACKAGE / part).glob("*.py")]
    written = [*(schemas_folder() / "upload").glob("*.toml"), schemas_folder() / "upload" / "matching.json", *code]
    digest = hashlib.sha256()
    for path in sorted(written):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
