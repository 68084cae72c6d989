"""What an alert is called, and what it says is to be done."""

import errno
import os
import sys

import dagster as dg
import psycopg
import pytest
from dagster._utils.error import serializable_error_info_from_exc_info

from henk_pipeline.failures import InfrastructureError, remedies
from henk_pipeline.orchestration.assets import UnknownUploadError
from henk_pipeline.orchestration.io_manager import MissingStagingError
from henk_pipeline.orchestration.notifications import MAKE_ROOM, REMEDY, job_of, remedy_of
from henk_pipeline.postgres.connect import DatabaseUnavailableError, SchemaBehindError
from henk_pipeline.uploads.landing import LandingError


@pytest.mark.parametrize(
    ("job", "name"), [("__ASSET_JOB", "materialize assets"), ("__ASSET_JOB_0", "materialize assets"), ("import_uploads", "import_uploads")]
)
def test_a_backfill_has_a_name_that_an_operator_knows(job: str, name: str) -> None:
    assert job_of(dg.DagsterRun(job_name=job)) == name


def wrap(error: BaseException) -> None:
    raise InfrastructureError(f"{error}. Some words.") from error


def kept(error: BaseException) -> object:
    """Return an error as Dagster keeps it, raised from a wrapper as `retries` does."""
    try:
        wrap(error)
    except InfrastructureError:
        return serializable_error_info_from_exc_info(sys.exc_info())
    return None


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (DatabaseUnavailableError("PostgreSQL at x cannot be reached"), "Start PostgreSQL"),
        (SchemaBehindError("The database lacks 2 migrations"), "henk migrate"),
        (UnknownUploadError("There is no upload 'x'."), "Launch the job again"),
        (MissingStagingError("scored_leads has not been made for x"), "whole chain"),
        (psycopg.errors.DiskFull("could not extend file"), MAKE_ROOM),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), MAKE_ROOM),
        (RuntimeError(f"IO Error: {os.strerror(errno.ENOSPC)}"), MAKE_ROOM),
        (ValueError("a cell that lacks a word"), REMEDY),
    ],
)
def test_the_remedy_follows_from_the_class_of_the_error(error: BaseException, words: str) -> None:
    assert words in remedy_of([kept(ValueError("a first step")), kept(error)])


def test_a_store_that_cannot_be_reached_is_no_matter_of_postgresql() -> None:
    assert remedy_of([kept(LandingError("the store of bucket cannot be reached"))]) == REMEDY


def test_no_two_classes_with_a_remedy_have_one_name() -> None:
    classes, names = [InfrastructureError], list[str]()
    while classes:
        error = classes.pop()
        classes += error.__subclasses__()
        names += [error.__name__] if error.remedy is not None else []
    assert sorted(names) == sorted(remedies())
