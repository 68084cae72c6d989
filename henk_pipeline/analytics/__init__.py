"""The DuckDB file that analysts read: built next to the old one, then swapped in. It reads files, never PostgreSQL.

What commands load first takes `duckdb` from here, where Ctrl-C does not interrupt its import.
"""

from henk_pipeline.termination import holding_interrupts

with holding_interrupts():
    import duckdb

__all__ = ["duckdb"]
