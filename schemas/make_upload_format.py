"""Writes what the code knows of uploads: schemas/upload/lead_upload.schema.json and the generated part of docs/upload-format.md.

`make upload-format` does it; a test holds both equal to what this says.
"""

import json
import re
from pathlib import Path
from typing import Any

from henk_pipeline.leads.contract import RULES, LeadUpload
from henk_pipeline.uploads.known_names import load_synonyms
from henk_pipeline.uploads.manifest import CampaignAssignment, ConsentRule, ListSplit, Manifest

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "schemas" / "upload" / "lead_upload.schema.json"
DOCUMENT = ROOT / "docs" / "upload-format.md"
BEGIN, END = "<!-- made by schemas/make_upload_format.py: begin -->\n", "<!-- end -->\n"
TYPES = {"String": "string", "Boolean": "boolean", "Int64": "integer", "Float64": "number", "Date": "string", "Datetime": "string"}
FORMATS = {"Date": "date", "Datetime": "date-time"}
NAMES_SHOWN = 6
TOLD_ANEW = """Told otherwise later (in the manifest of an upload that has been imported, or by `henk import` again), `priority`, `where` and
`max_attempts_override` go to the campaign, and what is not said any more is taken back; who is in the campaign already stays in it. What somebody has
changed in the campaign itself stays until the manifest says something else. A campaign that is left out keeps the list and
who is in it; people who are new in the file join the list, but a campaign only where the manifest names it.
"""


def json_schema() -> dict[str, Any]:
    """Return a normalised row as JSON Schema (draft 2020-12), from the pandera model; the rules stand under `x-rules`."""
    properties = {
        name: _property(name, column) for name, column in LeadUpload.to_schema().columns.items() if not name.startswith("unread_")
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A row of an upload that becomes a lead",
        "type": "object",
        "properties": properties,
        "required": ["line"],
        "anyOf": [{"required": [contact], "properties": {contact: {"type": "string"}}} for contact in ("phone", "mobile_phone", "email")],
        "x-rules": [rule._asdict() for rule in RULES.values()],
    }


def _property(name: str, column: Any) -> dict[str, Any]:  # noqa: ANN401 - pandera's column
    dtype = re.match(r"\w+", str(column.dtype))
    kind = dtype.group() if dtype else ""
    told: dict[str, Any] = {"description": column.description, "type": [TYPES[kind], "null"] if column.nullable else TYPES[kind]}
    if kind in FORMATS:
        told["format"] = FORMATS[kind]
    for check in column.checks:
        values = check.statistics or {}
        if "pattern" in values:
            told["pattern"] = str(getattr(values["pattern"], "pattern", values["pattern"]))
        if "max_value" in values and check.name == "str_length":
            told["maxLength"] = values["max_value"]
        if check.name in ("greater_than_or_equal_to", "greater_than"):
            told["minimum" if check.name == "greater_than_or_equal_to" else "exclusiveMinimum"] = values["min_value"]
    if name == "email":
        told["format"] = "email"
    return told


def describe() -> str:
    """Return the tables of the document, as Markdown."""
    parts = ["## The manifest, `<file>.toml` beside the file", "", *_keys(Manifest), "A further list, `[[lists]]`:", "", *_keys(ListSplit)]
    parts += ["A campaign, `[[campaigns]]` or `[[lists.campaigns]]`:", "", *_keys(CampaignAssignment), TOLD_ANEW]
    parts += ["", "A column of consent, under `[consent]`:", "", *_keys(ConsentRule)]
    parts += ["## The fields of a lead, and what their columns may be called", ""]
    parts += ["| field | what it is | known names, among others |", "| --- | --- | --- |"]
    synonyms = load_synonyms()
    for name, told in json_schema()["properties"].items():
        known = synonyms.fields.get(name, [])
        more = f" and {len(known) - NAMES_SHOWN} more" if len(known) > NAMES_SHOWN else ""
        if name != "line":
            parts.append(f"| `{name}` | {told['description']} | {', '.join(known[:NAMES_SHOWN])}{more} |")
    parts += ["", "## Why a row may be rejected", "", "| rule | what it says | what to do |", "| --- | --- | --- |"]
    parts += [
        f"| `{rule.code}` | {rule.message.replace('{value}', '…').replace('{column}', '…')} | {rule.remedy} |" for rule in RULES.values()
    ]
    return "\n".join(parts)


def _keys(model: Any) -> list[str]:  # noqa: ANN401 - a pydantic class
    rows = ["| key | what it says | default |", "| --- | --- | --- |"]
    for name, info in model.model_fields.items():
        default = (
            "" if info.is_required() or info.get_default(call_default_factory=True) in (None, (), {}) else f"`{json.dumps(info.default)}`"
        )
        rows.append(f"| `{name}` | {info.description} | {default} |")
    return [*rows, ""]


def fill(document: str, generated: str) -> str:
    """`document` with its generated part replaced."""
    head, rest = document.split(BEGIN)
    return head + BEGIN + "\n" + generated + "\n\n" + END + rest.split(END)[1]


def schema_text() -> str:
    """Return the schema as it is written."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(schema_text(), "utf-8")
    DOCUMENT.write_text(fill(DOCUMENT.read_text("utf-8"), describe()), "utf-8")
