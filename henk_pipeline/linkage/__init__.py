"""Likely matches of people: which pairs are compared, by what, what agreement weighs, and learning it. Splink over DuckDB."""
