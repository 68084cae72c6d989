"""Values as DuckDB's statements take them where they take no parameters."""


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
