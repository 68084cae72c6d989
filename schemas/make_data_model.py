"""Writes the generated part of docs/data-model.md from a database's catalog: `python schemas/make_data_model.py URL`.

`make data-model` does it with a database of its own; a test holds the file equal to what this says.
"""

import sys
from pathlib import Path

import psycopg

DOCUMENT = Path(__file__).parents[1] / "docs" / "data-model.md"
BEGIN, END = "<!-- made by schemas/make_data_model.py: begin -->\n", "<!-- end -->\n"

TABLES = """
SELECT c.relname, obj_description(c.oid, 'pg_class'), c.relkind FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v') AND c.relname <> 'schema_migrations' ORDER BY c.relkind, c.relname
"""
COLUMNS = """
SELECT a.attname, replace(replace(format_type(a.atttypid, a.atttypmod), 'timestamp with time zone', 'timestamptz'), 'character varying', 'varchar'),
    EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = a.attrelid AND k.contype = 'p' AND a.attnum = ANY (k.conkey)),
    EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = a.attrelid AND k.contype = 'f' AND a.attnum = ANY (k.conkey))
FROM pg_attribute a WHERE a.attrelid = format('public.%%I', %s::text)::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
# A composite key names the business first; what it is about is its last column.
KEYS = """
SELECT DISTINCT k.confrelid::regclass::text, k.conrelid::regclass::text, a.attname, NOT a.attnotnull
FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[cardinality(k.conkey)]
WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace ORDER BY 1, 2, 3
"""
# What triggers keep instead of a foreign key (migration 0023), as KEYS gives it.
KEPT_BY_TRIGGERS = [("lead_imports", "lead_import_rows", "import_id", False), ("leads", "lead_import_rows", "lead_id", True)]
FUNCTIONS = """
SELECT p.proname, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), obj_description(p.oid, 'pg_proc') FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace AND p.prorettype <> 'trigger'::regtype ORDER BY p.proname
"""
# Boxes of dozens of columns show nothing: the picture has the keys and what the tables are about.
LEFT_OUT_OF_THE_PICTURE = {
    "created_at",
    "created_by",
    "updated_at",
    "updated_by",
    "added_at",
    "added_by",
    "settings",
    "metadata",
    "source_metadata",
}
MAX_COLUMNS = 14


def describe(connection: psycopg.Connection) -> str:
    """Return the picture, the tables and the functions, as Markdown."""
    tables = connection.execute(TABLES).fetchall()
    names = [name for name, _, kind in tables if kind == "r"]
    parts = ["```mermaid", "erDiagram"]
    for parent, child, column, optional in sorted(connection.execute(KEYS).fetchall() + KEPT_BY_TRIGGERS):
        parts.append(f'    {parent.replace("auth.users", "auth_users")} {"|o" if optional else "||"}--o{{ {child} : "{column}"')
    for name in names:
        parts += [f"    {name} {{", *_boxed(connection, name), "    }"]
    parts += ["```", "", "## Tables and views", ""]
    for name, purpose, _ in tables:
        columns = ", ".join(f"`{column}` {kind}" for column, kind, _, _ in connection.execute(COLUMNS, [name]).fetchall())
        parts += [f"**`{name}`**: {purpose}", "", f"<details><summary>columns</summary>{columns}</details>", ""]
    parts += ["## Functions", ""]
    for name, arguments, result, contract in connection.execute(FUNCTIONS).fetchall():
        parts += [f"### `{name}({arguments}) → {result}`", "", contract, ""]
    return "\n".join(parts)


def _boxed(connection: psycopg.Connection, table: str) -> list[str]:
    rows = [row for row in connection.execute(COLUMNS, [table]).fetchall() if row[0] not in LEFT_OUT_OF_THE_PICTURE]
    keys = [row for row in rows if row[2] or row[3]]
    shown = [row for row in rows if row in keys or row in [other for other in rows if other not in keys][: MAX_COLUMNS - len(keys)]]
    marks = {(True, True): " PK,FK", (True, False): " PK", (False, True): " FK", (False, False): ""}
    return [f"        {kind.split('(')[0].replace('[]', '_list').replace(' ', '_')} {name}{marks[pk, fk]}" for name, kind, pk, fk in shown]


def fill(document: str, generated: str) -> str:
    """`document` with its generated part replaced."""
    head, rest = document.split(BEGIN)
    return head + BEGIN + "\n" + generated + "\n" + END + rest.split(END)[1]


def main() -> None:
    """Rewrite the document."""
    with psycopg.connect(sys.argv[1]) as connection:
        DOCUMENT.write_text(fill(DOCUMENT.read_text("utf-8"), describe(connection)), "utf-8")


if __name__ == "__main__":
    main()
