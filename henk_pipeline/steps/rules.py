"""The rules an upload is read under, as one digest: same bytes under same rules need not be loaded again."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from henk_pipeline.leads.score import load_scoring
from henk_pipeline.linkage.model import load_model
from henk_pipeline.settings import PACKAGE, Settings, load_settings, read_table, schemas_folder
from henk_pipeline.steps.load import options_of
from henk_pipeline.uploads.known_names import load_synonyms
from henk_pipeline.uploads.manifest import Manifest

STEPS_OF_ROWS = (
    "validate",
    "validated_upload",
    "outside_table",
    "rejected_rows",
    "stated_refusals",
    "upload_verdict",
    "addressees",
    "adults",
    "consents_of_numbers",
    "others_refusals",
    "match",
    "score",
    "suppress",
)  # the steps that read, judge and match rows; the others only move them


def rules_digest(manifest: Manifest, default_country: str) -> str:
    """Return 16 hexadecimal digits that change with all that decides how an upload is read.

    That is the manifest, the country numbers are read in, the tables in schemas/upload and the code that reads
    and judges rows.
    """
    inputs: dict[str, Any] = {"manifest": options_of(manifest), "country": default_country, "rules": written_rules()}
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()[:16]


def refusal_digest(manifest: Manifest, default_country: str, unusable: str | None = None) -> str:
    """Return 16 hexadecimal digits that change with all that a refusal can depend on: unlike `rules_digest` also with campaigns and their terms.

    Args:
        manifest: The manifest as it was read; the default one if it could not be.
        default_country: The country numbers are read in.
        unusable: The error of a manifest that could not be read.
    """
    parts: dict[str, Any] = {
        "manifest": manifest.model_dump(mode="json", exclude_defaults=True),
        "unusable": unusable,
        "country": default_country,
        "rules": written_rules(),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def written_rules() -> str:
    """Return the digest of the rules alone: tables, those of HENK_SCORING and HENK_HEADERS included, and code.

    Raises:
        InfrastructureError: A file that a setting names cannot be used.
    """
    settings = load_settings()
    check_own_files(settings)
    return _digest_of_rules(settings.scoring, settings.headers)


def check_own_files(settings: Settings) -> None:
    """Refuse files of the operator's that cannot be used before anything is launched: each upload of a night would fail of them.

    Raises:
        InfrastructureError: A file cannot be used; the message names the setting, the file and the mistake.
    """
    if settings.scoring is not None:
        load_scoring()
    if settings.headers is not None:
        load_synonyms()
    if settings.match_model is not None:
        load_model(settings.match_model)


@lru_cache(maxsize=1)
def _digest_of_rules(*own: Path | None) -> str:
    # The code itself rather than a version number next to it, which may be forgotten.
    code = [path for part in ("uploads", "leads", "linkage", "consent") for path in (PACKAGE / part).glob("*.py")]
    code += [PACKAGE / "steps" / f"{name}.py" for name in STEPS_OF_ROWS]
    written = [*(schemas_folder() / "upload").glob("*.toml"), schemas_folder() / "upload" / "matching.json", *code]
    digest = hashlib.sha256()
    for path in sorted(written):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    for setting, table in zip(("HENK_SCORING", "HENK_HEADERS"), own, strict=True):
        if table is not None:
            digest.update(setting.encode() + b"\0" + json.dumps(read_table(table, setting), sort_keys=True, default=str).encode())
    return digest.hexdigest()
