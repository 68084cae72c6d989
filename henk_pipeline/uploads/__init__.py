"""From a file somebody dropped to a text table whose line numbers are the file's. No rules about leads, no database, no Dagster."""
