"""Uploaded CSVs of people to call become leads, lists, campaign leads and analytics tables."""

import os

# polars' allocator, before it is loaded: what is freed goes back to the system. Kept, it was a third of what a process held (docs/benchmarks.md).
os.environ.setdefault("_RJEM_MALLOC_CONF", "background_thread:true,dirty_decay_ms:500,muzzy_decay_ms:0")
