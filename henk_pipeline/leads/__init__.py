"""Rules about leads: normalising, the contract, matching, survivorship, score. Polars frames in, polars frames out; no files, no database."""
