"""What assets are given: the settings, and connections to PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import psycopg

from henk_pipeline.postgres.connect import connect
from henk_pipeline.settings import Settings, load_settings


class Henk(dg.ConfigurableResource[None]):
    """An installation: its settings, read from the environment of the process that runs, and its database."""

    @property
    def settings(self) -> Settings:
        """The settings of this process."""
        return load_settings()

    @contextmanager
    def database(self) -> Iterator[psycopg.Connection]:
        """An open connection; the embedded server is started if it is the one meant. Closed at the end, uncommitted work rolled back."""
        connection = connect(self.settings)
        try:
            yield connection
        finally:
            connection.close()
