"""One module a step of an upload's way, composed of uploads, leads, postgres and analytics. Everything a step does can be called without Dagster."""
