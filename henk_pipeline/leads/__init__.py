"""What a lead is: normalising, the contract, matching, survivorship, score. Polars frames in, polars frames out; no files, no database."""
