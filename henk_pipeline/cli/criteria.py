"""Criteria in words, for a person who does not read JSON: `henk list show`, `henk list explain`."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    import psycopg

OPERATORS = {
    "=": "is", "!=": "is not", "<": "is less than", "<=": "is at most", ">": "is more than", ">=": "is at least", "in": "is one of",
    "contains": "contains", "starts_with": "starts with", "between": "is between",
}  # fmt: skip
TIME_OPERATORS = {"<": "is before", "<=": "is not after", ">": "is after", ">=": "is not before", "=": "is", "!=": "is not"}
MEMBERSHIPS = {"in": "is on the list", "not_in": "is not on the list"}
FILES = {"in": "came with the file", "not_in": "did not come with the file"}
CALLS = {True: "may be called", False: "may not be called (no telephone, opted out or suppressed)"}
SUPPRESSED = {True: "has opted out or is suppressed", False: "has not opted out and is not suppressed"}
INDENT = "  "
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def names_in(connection: "psycopg.Connection", criteria: dict[str, Any] | None) -> dict[str, str]:
    """Return the names of the lists, imports and campaigns that criteria name, by id; an import's is that of its file."""
    ids = [identifier for identifier in _ids(criteria) if identifier is not None]
    rows = connection.execute(
        """SELECT id::text, name::text FROM lead_lists WHERE id = ANY (%(ids)s) UNION ALL
        SELECT id::text, name::text FROM campaigns WHERE id = ANY (%(ids)s) UNION ALL
        SELECT id::text, file_name FROM lead_imports WHERE id = ANY (%(ids)s)""",
        {"ids": ids},
    )
    return dict(rows.fetchall())


def _ids(part: Any) -> Iterator[UUID | None]:  # noqa: ANN401 - JSON
    if isinstance(part, list):
        for item in part:
            yield from _ids(item)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key in ("list", "import", "campaign") and isinstance(value, str) and value not in ("any", "active"):
                yield UUID(value)
            elif key in ("all", "any", "not"):
                yield from _ids(value)


def describe_criteria(criteria: dict[str, Any], names: Mapping[str, str], depth: int = 0) -> list[str]:
    """Return criteria as lines of plain English, what is within others indented.

    Args:
        criteria: Valid criteria (schemas/filter_criteria.schema.json).
        names: Of lists, imports and campaigns, by id.
        depth: How far the lines are indented.
    """
    for word, heading in (("all", "all of these:"), ("any", "at least one of these:")):
        if word in criteria:
            if len(criteria[word]) == 1:
                return describe_criteria(criteria[word][0], names, depth)
            return [INDENT * depth + heading, *(line for part in criteria[word] for line in describe_criteria(part, names, depth + 1))]
    if "not" in criteria:
        return [f"{INDENT * depth}not:", *describe_criteria(criteria["not"], names, depth + 1)]
    return [INDENT * depth + describe_clause(criteria, names)]


def describe_clause(clause: dict[str, Any], names: Mapping[str, str]) -> str:
    """Return one comparison of criteria in plain English."""
    if "callable" in clause:
        return CALLS[clause["callable"]]
    if "suppressed" in clause:
        return SUPPRESSED[clause["suppressed"]]
    for key, words in (("list", MEMBERSHIPS), ("import", FILES)):
        if key in clause:
            return f"{words[clause['op']]} {_quoted(names, clause[key])}"
    if "campaign" in clause:
        where = {"any": "in any campaign", "active": "in an active campaign"}.get(clause["campaign"])
        return f"{clause['measure'].replace('_', ' ')} {_comparison(clause)} {where or 'in the campaign ' + _quoted(names, clause['campaign'])}"
    subject = clause["field"].replace("_", " ") if "field" in clause else repr(clause["custom_field"])
    return f"{subject} {_comparison(clause)}"


def _quoted(names: Mapping[str, str], identifier: str) -> str:
    return repr(names[identifier]) if identifier in names else f"{identifier} (which is no more)"


def _comparison(clause: dict[str, Any]) -> str:
    op, value = clause["op"], clause.get("value", True)
    if op == "is_null":
        return "is empty" if value else "is not empty"
    if op == "anniversary_within":
        days = value["days_ahead"]
        return "has its anniversary today" if days == 0 else f"has its anniversary within {days} {'day' if days == 1 else 'days'}"
    words = OPERATORS
    if isinstance(value, dict) or (isinstance(value, str) and op in ("<", "<=", ">", ">=") and DAY.match(value)):
        words = TIME_OPERATORS
    return f"{words[op]} {_described(value, ' and ' if op == 'between' else ', ')}"


def _described(value: Any, joined_by: str) -> str:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        ((key, number),) = value.items()
        unit = key.removesuffix("_ago")
        return f"{number} {unit if number != 1 else unit.removesuffix('s')} ago"
    if isinstance(value, list):
        return joined_by.join(_described(item, joined_by) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) and not DAY.match(value) else str(value)
