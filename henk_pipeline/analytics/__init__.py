"""The DuckDB file analysts read: built beside the old one, then swapped in. It reads files, never PostgreSQL."""
