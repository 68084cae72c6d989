"""One module for each step of an upload, composed of uploads, leads, postgres and analytics. Every step can be called without Dagster."""
