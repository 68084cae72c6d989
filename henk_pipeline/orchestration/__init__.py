"""Dagster: assets, partitions, jobs, resources. It calls the steps and reports what they did; it holds no rule of its own."""

import warnings

import dagster as dg

# Backfill policies have been "beta" since 2023 and are what makes one run of many uploads; Dagster is pinned, a change would show in tests.
warnings.filterwarnings("ignore", message=".*backfill_policy.*", category=dg.BetaWarning)
