"""Errors as Dagster may keep them: without cells of persons, which PostgreSQL, polars and pandera write into their messages."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import psycopg

from henk_pipeline.failures import InfrastructureError
from henk_pipeline.orchestration.previews import without_contacts

QUOTED = re.compile(r"""“[^”]*”|"[^"]*"|'[^']*'|`[^`]*`|\[[^\]]*\]""")
DATA_ERRORS = "22"  # SQLSTATE class: the primary message quotes the value; in all others values stand in the detail only
KEPT = (InfrastructureError, OSError, dg.DagsterError)  # messages of our own, which name files and settings


class StepError(RuntimeError):
    """A failure of a step whose own error makes its text from rows, as pandera's does; this one has the text without them."""


@contextmanager
def errors_without_cells() -> Iterator[None]:
    """Remove cells from the message of an error that passes, and of those it was raised from.

    The type of the error stays, because it decides what follows.

    Raises:
        StepError: In place of an error that makes its text itself.
    """
    try:
        yield
    except Exception as error:
        unclean = [link for link in _chain(error) if not _is_clean(link)]
        if not unclean:
            raise
        text = f"{type(error).__name__}: {_without_quoted(str(error))}"
        raise StepError(text).with_traceback(error.__traceback__) from None


def _chain(error: BaseException) -> list[BaseException]:
    links: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        link = waiting.pop()
        if link is not None and link not in links:
            links.append(link)
            waiting += [link.__cause__, link.__context__]
    return links


def _is_clean(error: BaseException) -> bool:
    """Clean the message of an error where that can be done; return whether it is clean now."""
    if isinstance(error, KEPT):
        return True
    if isinstance(error, psycopg.Error):
        error.args = (_of_postgres(error) if error.sqlstate else without_contacts(str(error)),)
        return True
    text = _without_quoted(str(error))
    if str(error) != text:
        error.args = (text,)
    return str(error) == text


def _of_postgres(error: psycopg.Error) -> str:
    """Return the primary message with table, column and constraint; DETAIL and CONTEXT hold rows and are left out."""
    primary = error.diag.message_primary or type(error).__name__
    text = _without_quoted(primary) if (error.sqlstate or "").startswith(DATA_ERRORS) else (without_contacts(primary) or "")
    where = {"table": error.diag.table_name, "column": error.diag.column_name, "constraint": error.diag.constraint_name}
    named = ", ".join(f"{kind} {name}" for kind, name in where.items() if name and name not in text)
    return f"{text} ({named})" if named else text


def _without_quoted(text: str) -> str:
    return without_contacts(QUOTED.sub("…", text)) or ""
