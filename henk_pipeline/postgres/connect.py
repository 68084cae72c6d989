"""From settings to an open PostgreSQL connection. The only place that decides which server is meant."""

import psycopg

from henk_pipeline.postgres import embedded
from henk_pipeline.settings import Settings


class DatabaseUnavailableError(RuntimeError):
    """PostgreSQL cannot be reached; the message names the server without its password."""


def database_url(settings: Settings) -> str:
    """The URL to connect to: `HENK_DATABASE_URL`, or the embedded server's, which is started if needed.

    Raises: embedded.EmbeddedServerError.
    """
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return embedded.start(settings.postgres_data)


def connect(settings: Settings) -> psycopg.Connection:
    """An open connection, UTC, not in a transaction. The caller closes it.

    Raises: DatabaseUnavailableError; embedded.EmbeddedServerError.
    """
    url = database_url(settings)
    try:
        return psycopg.connect(url, options="-c timezone=UTC", application_name="henk", connect_timeout=15)
    except psycopg.Error as error:
        raise DatabaseUnavailableError(f"PostgreSQL at {masked(url)} cannot be reached: {error}") from error


def masked(url: str) -> str:
    """`url` with its password replaced by ***, for people to read."""
    try:
        known = psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.Error:
        return "(a URL that libpq cannot read)"
    return " ".join(f"{key}={'***' if 'pass' in key else value}" for key, value in known.items())
