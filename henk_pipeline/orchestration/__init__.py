"""Dagster: assets, partitions, jobs, resources. They call the steps and report the results; they hold no rule of their own."""

import warnings

import dagster as dg

# Backfill policies have been "beta" since 2023 and are what makes one run of many uploads, and so are the owners of sensors; Dagster is pinned,
# a change would show in tests. An operator who reads the log of `henk ui` can do nothing about a warning to developers.
warnings.filterwarnings("ignore", category=dg.BetaWarning)
