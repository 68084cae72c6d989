"""How results look: tables for people on stdout, JSON Lines for machines on stdout, everything else on stderr. And what every command reads."""

import json
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
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

    Console(stderr=True, soft_wrap=True, highlight=False).print(before + escape(message))


def print_json(record: Any) -> None:  # noqa: ANN401 - whatever a command reports
    """One JSON object on a line of stdout."""
    sys.stdout.write(json.dumps(record, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def print_line(text: str) -> None:
    """One line on stdout, as it is."""
    sys.stdout.write(text + "\n")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], right: Sequence[str] = (), title: str | None = None) -> None:
    """A table on stdout, as wide as its content where stdout is no terminal. Cells are text, never markup."""
    from rich.console import Console  # noqa: PLC0415 - see above
    from rich.markup import escape  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else escape(str(cell)) for cell in row))
    console = Console(highlight=False)
    if not console.is_terminal:
        wide = Console(highlight=False, width=100_000)
        console = Console(highlight=False, width=wide.measure(table).maximum)
    console.print(table)
