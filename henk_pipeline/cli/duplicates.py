"""`henk duplicates`: pairs of leads that may be one person, side by side; decide on them; undo a merge."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from henk_pipeline.cli.output import DefaultCommand, print_json, print_line, print_table, read_settings, say

if TYPE_CHECKING:
    import psycopg

    from henk_pipeline.postgres.merge_candidates import Candidate

BUSINESS = typer.Option("--business", metavar="SLUG", help="whose leads")
JSON = typer.Option("--json", help="JSON Lines on stdout")


class Decision(StrEnum):
    """A person's decision on a pair."""

    SAME = "same"
    DIFFERENT = "different"


class ListFirst(DefaultCommand):
    """The group in which `henk duplicates --business SLUG` lists."""

    default_command = "list"


app = typer.Typer(cls=ListFirst, help="List pairs of leads that may be one person, decide on them, and unmerge.")


@app.command("list")
def list_pairs(
    *,
    business: Annotated[str, BUSINESS],
    limit: Annotated[int, typer.Option(min=1, help="how many pairs, the most probable first")] = 20,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List the open pairs: both leads side by side, what agrees and how much each part weighs."""
    from henk_pipeline.postgres.merge_candidates import list_candidates  # noqa: PLC0415

    with _of_business(business) as (connection, identifier):
        pairs = list_candidates(connection, identifier, limit)
    if as_json:
        for pair in pairs:
            print_json(pair._asdict())
        return
    if not pairs:
        print_line(f"Nothing to decide for {business}.")
        return
    for pair in pairs:
        _show(pair)
    print_line("Decide with: henk duplicates decide ID same|different")


@app.command("decide")
def decide_pair(
    pair_id: Annotated[str, typer.Argument(metavar="ID", help="of the pair, or its first characters")],
    decision: Annotated[Decision, typer.Argument(metavar="same|different")],
    *,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Decide whether two leads are one person. The decision is kept; `same` merges them, and `henk duplicates unmerge` undoes it."""
    from henk_pipeline.postgres.merge_candidates import UnknownPairError, decide, find_candidate  # noqa: PLC0415

    with _connection() as connection:
        try:
            pair = find_candidate(connection, pair_id)
            connection.rollback()
            merge = decide(connection, pair, decision.value)
        except UnknownPairError as error:
            raise typer.BadParameter(f"{error} `henk duplicates --business SLUG` lists them.") from None
    if as_json:
        print_json({"id": pair.id, "decision": decision.value, "merge_id": merge})
    elif merge is None:
        say("They stay two, and are not asked about again.")
    else:
        say(f"They are one lead now. Undo it with: henk duplicates unmerge {merge}")


@app.command("merges")
def merges(
    *,
    business: Annotated[str, BUSINESS],
    limit: Annotated[int, typer.Option(min=1, help="how many, the latest first")] = 20,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List the merges of imports and people that were not undone."""
    from henk_pipeline.postgres.merge_candidates import list_merges  # noqa: PLC0415

    with _of_business(business) as (connection, identifier):
        listed = list_merges(connection, identifier, limit)
    if as_json:
        for merge in listed:
            print_json(merge._asdict())
        return
    rows = [
        (
            str(merge.id)[:8],
            f"{merge.merged_at:%Y-%m-%d %H:%M}",
            merge.kept,
            merge.dropped,
            merge.file_name or "a person decided",
            "" if merge.match_probability is None else f"{merge.match_probability:.1%}",
        )
        for merge in listed
    ]
    print_table(["Merge", "When", "Kept", "Merged into it", "By", "Probability"], rows, right=["Probability"])


@app.command("apart", hidden=True)  # the old name
@app.command("unmerge")
def unmerge(
    merge_id: Annotated[str, typer.Argument(metavar="ID", help="of the merge, or its first characters")],
    *,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Undo a merge: both leads return, each with its own lists, calls and opt-outs, and count as different from then on."""
    import psycopg  # noqa: PLC0415

    from henk_pipeline.postgres.merge_candidates import UnknownPairError, find_merge, take_apart  # noqa: PLC0415

    with _connection() as connection:
        try:
            merge = find_merge(connection, merge_id)
            connection.rollback()
            lead = take_apart(connection, merge.id)
        except UnknownPairError as error:
            raise typer.BadParameter(f"{error} `henk duplicates merges --business SLUG` lists them.") from None
        except psycopg.errors.ObjectNotInPrerequisiteState as error:
            raise typer.BadParameter(error.diag.message_primary or str(error)) from None
    if as_json:
        print_json({"merge_id": merge.id, "kept_lead_id": merge.kept_lead_id, "lead_id": lead})
    else:
        say(f"The lead {lead} exists again, next to {merge.kept_lead_id}. They are not merged again automatically.")


@contextmanager
def _connection() -> Iterator["psycopg.Connection"]:
    from henk_pipeline.postgres.connect import connect  # noqa: PLC0415

    with connect(read_settings()) as connection:
        yield connection


@contextmanager
def _of_business(slug: str) -> Iterator[tuple["psycopg.Connection", Any]]:
    from henk_pipeline.postgres.businesses import UnknownBusinessError, find_business  # noqa: PLC0415

    with _connection() as connection:
        try:
            yield connection, find_business(connection, slug).id
        except UnknownBusinessError as error:
            raise typer.BadParameter(str(error), param_hint="--business") from None


def _show(pair: "Candidate") -> None:
    rows = []
    weighed = dict(pair.agreement)
    before = weighed.pop("prior", None)
    for field in pair.lead:
        ours, theirs = pair.lead[field], pair.other[field]
        part = weighed.pop("phone" if field == "mobile_phone" and pair.lead.get("phone") is None else field, None)
        if ours is not None or theirs is not None or part:
            rows.append((field, ours, theirs, part and part["level"], part and f"{part['weight']:+.1f}"))
    rows += [(name, None, None, part["level"], f"{part['weight']:+.1f}") for name, part in weighed.items()]
    if before:
        rows.append(("", None, None, before["level"], f"{before['weight']:+.1f}"))
    title = f"{str(pair.id)[:8]}   {pair.match_probability:.1%} probable"
    print_table(
        ["", f"Lead …{str(pair.lead_id)[-8:]}", f"Lead …{str(pair.other_lead_id)[-8:]}", "How they agree", "Bits"],
        rows,
        right=["Bits"],
        title=title,
    )
