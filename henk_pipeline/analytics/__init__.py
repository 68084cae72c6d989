"""The DuckDB file that analysts read: built next to the old one, then swapped in. It reads files, never PostgreSQL."""

from henk_pipeline.termination import holding_interrupts

with holding_interrupts():
    import duckdb  # noqa: F401 - before any module of the package
