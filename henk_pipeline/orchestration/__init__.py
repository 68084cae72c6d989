"""Dagster: assets, partitions, jobs, resources. It calls the steps and reports what they did; it holds no rule of its own."""
