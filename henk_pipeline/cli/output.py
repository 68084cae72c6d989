"""How results look: tables for people on stdout, JSON Lines for machines on stdout, everything else on stderr. And what every command reads."""

import json
import math
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from typer.core import TyperGroup

if TYPE_CHECKING:
    from henk_pipeline.settings import Settings


class DefaultCommand(TyperGroup):
    """A group of commands in which what is no command's name goes to one of them."""

    default_command = ""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - types of typer's own copy of click
        """Call the default command with what is no command's name."""
        return super().resolve_command(ctx, args if args and args[0] in self.commands else [self.default_command, *args])

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - see above
        """Options before a command are those of the default command."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [self.default_command, *args]
        return super().parse_args(ctx, args)


def read_settings() -> "Settings":
    """The settings, as the environment has them. Raises: pydantic.ValidationError."""
    from henk_pipeline.settings import load_settings, restrict_installation  # noqa: PLC0415 - a tenth of a second that `henk --help` need not wait for

    settings = load_settings()
    with suppress(OSError):  # a home that cannot be read is the command's to report, or `henk doctor`'s
        restrict_installation(settings)
    return settings


def complain(message: str) -> None:
    """Tell an error on stderr."""
    _print_to_stderr("[bold red]Error:[/] ", message)


def say(message: str) -> None:
    """Tell something on stderr that is no result."""
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


def print_json(record: Any) -> None:  # noqa: ANN401 - whatever a command reports
    """One JSON value on a line of stdout: numbers of any precision as numbers, what JSON has no form for (NaN, infinity) as null."""
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


def print_line(text: str) -> None:
    """One line on stdout."""
    sys.stdout.write(printable(text) + "\n")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], right: Sequence[str] = (), title: str | None = None) -> None:
    """A table on stdout, as wide as its content where stdout is no terminal. Cells are text, never markup."""
    from rich.console import Console  # noqa: PLC0415 - see above
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(title=None if title is None else Text(printable(title)), title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(Text(printable(column)), justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if cell is None else printable(str(cell))) for cell in row))
    console = Console(highlight=False, emoji=False)
    if not console.is_terminal:
        wide = Console(highlight=False, emoji=False, width=100_000)
        console = Console(highlight=False, width=wide.measure(table).maximum)
    console.print(table)
