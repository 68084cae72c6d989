"""Write what the migrations add up to, as PostgreSQL has it: schemas/postgres/schema/, to read and to search.

A file a table, and a file a subject of functions (subjects.toml); types and views have one each.

`python schemas/make_schema.py URL` dumps the database at URL, which has every migration applied, with the pg_dump of the embedded server.
`make schema` does it with a database of its own; a test holds the files equal to the dump. Nothing runs these files: a change of the
schema is a new migration.
"""

import re
import shutil
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from henk_pipeline.postgres import embedded

MIGRATIONS = Path(__file__).parent / "postgres"
FOLDER = MIGRATIONS / "schema"
SUBJECTS = MIGRATIONS / "subjects.toml"
ENTRY = re.compile(r"^--\n-- Name: (?P<name>.+); Type: (?P<kind>[A-Z ]+); Schema: (?P<schema>\S+); Owner: -\n--\n\n", re.MULTILINE)
# What is written of a table, in this order; triggers of one moment fire in the order of their names.
OF_TABLES = (
    "TABLE",
    "COMMENT",
    "SEQUENCE",
    "CONSTRAINT",
    "CHECK CONSTRAINT",
    "FK CONSTRAINT",
    "INDEX",
    "TRIGGER",
    "ROW SECURITY",
    "POLICY",
    "ACL",
)
# Comments and rights name the kind of what they belong to: "COLUMN leads.status", "FUNCTION erase_lead(p_lead_id uuid)".
SUBJECT = re.compile(r"^(?P<schema>\w+\.)?(?:(?P<kind>FUNCTION|TABLE|COLUMN|TYPE|SCHEMA|SEQUENCE|VIEW) )?(?P<name>.+)$", re.DOTALL)
FUNCTION = re.compile(r"^CREATE (?:OR REPLACE )?FUNCTION (?P<name>[\w.]+)", re.MULTILINE)
LINT = re.compile(r"-- (noqa|squawk|migrate)")


class Entry(NamedTuple):
    """A definition of the dump: what it is, its name with the schema, and its text."""

    kind: str
    name: str
    text: str


def describe(url: str) -> dict[str, str]:
    """Return the files: their paths in the folder and their texts.

    Args:
        url: A database with every migration applied.

    Raises:
        ValueError: subjects.toml has no subject for a function, or names one that does not exist.
    """
    dump = subprocess.run(
        [embedded.binaries() / "pg_dump", "--schema-only", "--no-owner", "--restrict-key=henk", url],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    entries = [entry for entry in _entries(dump) if "schema_migrations" not in entry.name]
    reasons = _reasons()
    functions, tables, views, types = [], defaultdict(list), [], []
    for entry in entries:
        parts = SUBJECT.match(entry.name)
        kind, subject = parts["kind"] or entry.kind, (parts["schema"] or "") + parts["name"]
        if kind == "FUNCTION":
            functions.append((subject, entry.kind != "FUNCTION", entry))
        elif kind in {"TYPE", "SCHEMA"}:
            types.append(entry)
        elif entry.kind == "VIEW":
            views.append(entry)
        else:
            tables[_table_of(entry, subject)].append(entry)
    is_view = {view.name for view in views}
    written = {
        "types.sql": _file(entry.text for entry in types),
        "views.sql": _file(text for view in views for text in (view.text, *(part.text for part in tables[view.name]))),
    }
    for table in tables.keys() - is_view:
        parts = sorted(tables[table], key=lambda part: (OF_TABLES.index(part.kind), part.name if part.kind == "TRIGGER" else ""))
        written[f"tables/{table.removeprefix('public.')}.sql"] = _file(part.text for part in parts)
    subjects = _subjects({subject.split("(")[0] for subject, _, _ in functions})
    for name in set(subjects.values()):
        written[f"functions/{name}.sql"] = _file(
            (reasons.get(subject.split("(")[0], "") if not is_more else "") + entry.text
            for subject, is_more, entry in sorted(functions, key=lambda function: function[:2])
            if subjects[subject.split("(")[0]] == name
        )
    return written


def _subjects(functions: set[str]) -> dict[str, str]:
    """Return the subject of each function, by its name with the schema."""
    by_subject = tomllib.loads(SUBJECTS.read_text("utf-8"))
    subjects = {function: subject for subject, names in by_subject.items() for function in names.split()}
    if subjects.keys() != functions:
        raise ValueError(
            f"{SUBJECTS.name}: no subject for {sorted(functions - subjects.keys())}; no function {sorted(subjects.keys() - functions)}"
        )
    return subjects


def _entries(dump: str) -> list[Entry]:
    """Return the definitions of a dump."""
    heads = list(ENTRY.finditer(dump))
    ends = [head.start() for head in heads[1:]] + [dump.index("\n-- PostgreSQL database dump complete") - 2]
    return [
        Entry(
            head["kind"],
            head["name"] if head["schema"] == "-" else f"{head['schema']}.{head['name']}",
            dump[head.end() : end].strip() + "\n",
        )
        for head, end in zip(heads, ends, strict=True)
    ]


def _table_of(entry: Entry, owner: str) -> str:
    """Return the table, with its schema, that a definition belongs to."""
    if entry.kind == "INDEX":
        target = re.search(r" ON (?:ONLY )?([\w.]+)", entry.text)
        return target[1] if target else owner
    schema, name = owner.split(".", 1)
    if entry.kind == "SEQUENCE":
        target = re.search(r"ALTER TABLE ([\w.]+) ALTER COLUMN|OWNED BY ([\w.]+)\.\w+;", entry.text)
        return (target[1] or target[2]) if target else owner
    return f"{schema}.{re.split(r'[ .]', name)[0].removesuffix('_id_seq')}"


def _reasons() -> dict[str, str]:
    """Return the comment that stands above the last definition of each function, and the migrations that define it, by its name."""
    comments: dict[str, list[str]] = {}
    places: dict[str, list[str]] = defaultdict(list)
    for path in sorted(MIGRATIONS.glob("[0-9]*_*.sql")):
        lines = path.read_text("utf-8").split("\n")
        for number, line in enumerate(lines):
            definition = FUNCTION.match(line)
            if definition:
                first = number
                while first and lines[first - 1].startswith("--"):
                    first -= 1
                name = definition["name"] if "." in definition["name"] else f"public.{definition['name']}"
                comments[name] = [text for text in lines[first:number] if not LINT.match(text)] or comments.get(name, [])
                places[name].append(path.stem.split("_", 1)[0])
    return {
        name: "\n".join([*comments[name], f"-- Migrations: {', '.join(dict.fromkeys(numbers))}.", ""]) for name, numbers in places.items()
    }


def _file(texts: Iterable[str]) -> str:
    return "-- Made by `make schema` from a database with every migration applied; nothing runs this file.\n\n" + "\n\n".join(texts)


if __name__ == "__main__":
    shutil.rmtree(FOLDER, ignore_errors=True)
    for name, text in describe(sys.argv[1]).items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
