"""The two meanings of a failure for an upload: its data or its environment is at fault; and what an operator does about it."""

from typing import ClassVar

READ_ONLY_SERVER = "The server is read-only, as a standby is: point HENK_DATABASE_URL to the primary."


class InfrastructureError(RuntimeError):
    """The machine, a server, the disk or a setting is at fault, not the data. `henk` ends with exit code 3; uploads stay pending.

    `remedy`: what an operator does about it; None where only the log of the run tells the cause. `exit_code`: 2 for a mistake in a setting.
    """

    remedy: ClassVar[str | None] = None
    exit_code: ClassVar[int] = 3


def remedies() -> dict[str, str]:
    """Return the remedy of each exception class that has one, by the name of the class.

    Dagster keeps an error as text: the name of its class and its message.
    """
    classes, remedy_by_name = [InfrastructureError], dict[str, str]()
    while classes:
        error = classes.pop()
        classes += error.__subclasses__()
        if error.remedy is not None:
            remedy_by_name[error.__name__] = error.remedy
    return remedy_by_name


class UploadDataError(ValueError):
    """An upload itself cannot be used: it is refused with this message, and tried again when it or its manifest changes."""
