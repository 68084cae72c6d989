"""The DuckDB file that analysts read: built next to the old one, then swapped in. It reads files, never PostgreSQL."""
