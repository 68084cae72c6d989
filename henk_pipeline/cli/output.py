"""The output of commands, and the settings they read.

Tables for people and JSON Lines for machines go to stdout, everything else to stderr.
"""

import json
import math
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from henk_pipeline.settings import Settings

MAX_FIELDS = 6


class Commands(TyperGroup):
    """The commands. Names in their usage errors come from the database and may hold what a terminal obeys."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - types of typer's own copy of click
        """Invoke a command; control characters in the message of a wrong parameter are escapes."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = printable(error.message)
            raise


class DefaultCommand(TyperGroup):
    """A group of commands with a default one, which gets arguments that are no command's name."""

    default_command = ""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - types of typer's own copy of click
        """Call the default command with arguments that are no command's name."""
        return super().resolve_command(ctx, args if args and args[0] in self.commands else [self.default_command, *args])

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - see above
        """Parse options before a command as those of the default command."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [self.default_command, *args]
        return super().parse_args(ctx, args)


def read_settings() -> "Settings":
    """Return the settings, as the environment has them, and restrict the installation to its owner.

    Raises:
        pydantic.ValidationError: Variables cannot be used.
    """
    from henk_pipeline.settings import load_settings, restrict_installation  # noqa: PLC0415 - a tenth of a second that `henk --help` need not wait for

    settings = load_settings()
    with suppress(OSError):  # a home that cannot be read is the command's to report, or `henk doctor`'s
        restrict_installation(settings)
    return settings


def country_code(value: str | None) -> str | None:
    """Return an option's country as ISO 3166-1 alpha-2 code; None where the option is not given.

    Raises:
        typer.BadParameter: It is no such code; the message names the code that may be meant.
    """
    if value is None:
        return None
    import pycountry  # noqa: PLC0415 - see read_settings
    import typer  # noqa: PLC0415

    code = value.strip().upper()
    if len(code) == 2 and pycountry.countries.get(alpha_2=code) is not None:
        return code
    from henk_pipeline.leads.places import nearest_country  # noqa: PLC0415

    meant = nearest_country(value)
    hint = f"did you mean {meant}?" if meant else "such as US or DE"
    raise typer.BadParameter(f"{value!r} is no ISO 3166-1 alpha-2 code of a country; {hint}")


def complain(message: str) -> None:
    """Print an error on stderr."""
    _print_to_stderr("[bold red]Error:[/] ", message)


def say(message: str) -> None:
    """Print a message on stderr that is no result."""
    _print_to_stderr("", message)


def _print_to_stderr(before: str, message: str) -> None:
    from rich.console import Console  # noqa: PLC0415 - see above
    from rich.markup import escape  # noqa: PLC0415

    Console(stderr=True, soft_wrap=True, highlight=False, emoji=False).print(before + escape(printable(message)))


# What a terminal obeys instead of showing: control characters (ESC begins colours, titles, the clipboard) and signs that turn the order of a text.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    r"""Return a text with its control characters written as escapes, such as `\x1b`; line feeds and tabs stay."""
    return _CONTROLS.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def print_json(record: Any) -> None:  # noqa: ANN401 - any result of a command
    """Print one JSON value on a line of stdout.

    Numbers of any precision are numbers; values that JSON has no form for (NaN, infinity) are null.
    """
    sys.stdout.write(_as_json(record) + "\n")
    sys.stdout.flush()


def _as_json(value: Any) -> str:  # noqa: ANN401 - one line a type
    if value is None or (isinstance(value, float | Decimal) and not math.isfinite(value)):
        return "null"
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_as_json(str(key))}: {_as_json(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple | set | frozenset):
        return "[" + ", ".join(map(_as_json, value)) + "]"
    text = value.hex() if isinstance(value, bytes) else str(value)
    # json escapes what is below the space, but not what lies above it.
    return _CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))


def print_line(text: str = "") -> None:
    r"""Print one line on stdout; a line feed or tab in it, of a name for example, is written as `\n` or `\t`."""
    sys.stdout.write(printable(text).replace("\n", "\\n").replace("\t", "\\t") + "\n")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], right: Sequence[str] = (), title: str | None = None) -> None:
    """Print a table on stdout, as wide as its content where stdout is no terminal. Cells are text, never markup."""
    from rich.console import Console  # noqa: PLC0415 - see above
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(title=None if title is None else Text(printable(title)), title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(Text(printable(column)), justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if cell is None else printable(str(cell))) for cell in row))
    console = Console(highlight=False, emoji=False)
    if not console.is_terminal:  # a table is no wider than its content; to measure it before takes a quarter of the time of printing
        console = Console(highlight=False, emoji=False, width=100_000)
    console.print(table)


def many_duplicates(record: Mapping[str, Any], limit: float) -> str | None:
    """Return a sentence if a larger share of a file's rows than `limit` was merged into other rows of it.

    Args:
        record: `rows_read` and `rows_duplicate` of the file.
        limit: The share; HENK_WARN_DUPLICATES.
    """
    if not record["rows_read"] or record["rows_duplicate"] <= limit * record["rows_read"]:
        return None
    return (
        f"{record['rows_duplicate']} of {record['rows_read']} rows were merged into other rows of the file. Was the right export sent? "
        "Do several people share one e-mail address, phone number or id in it?"
    )


def describe_changed(counts: Mapping[str, int]) -> str:
    """Return in words in how many leads a field changes: the first six fields."""
    return _describe_fields(counts, "lead")


def describe_discarded(counts: Mapping[str, int]) -> str:
    """Return in words in how many rows the file has a value that its lead does not have, by field: the first six fields."""
    return _describe_fields(counts, "row")


def _describe_fields(counts: Mapping[str, int], noun: str) -> str:
    from henk_pipeline.labels import label  # noqa: PLC0415

    shown = [f"{label(field)} of {count} {noun if count == 1 else noun + 's'}" for field, count in list(counts.items())[:MAX_FIELDS]]
    more = len(counts) - len(shown)
    return ", ".join(shown) + (f" and {more} more fields" if more else "")
