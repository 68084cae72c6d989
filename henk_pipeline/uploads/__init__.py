"""From a landed file to a text table whose line numbers are the file's. No rules about leads, no database, no Dagster."""
