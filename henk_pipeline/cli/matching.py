"""`henk match`: match the rows of a file, without a database; and `henk match train`, train a model from one's own data."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from henk_pipeline.cli.output import DefaultCommand, complain, country_code, print_json, print_line, print_table, read_settings, say

if TYPE_CHECKING:
    import polars as pl

    from henk_pipeline.steps.match import Matched

COUNTRY = typer.Option(metavar="CC", callback=country_code, help="country of phone numbers that name none (ISO 3166-1 alpha-2)")
FILE = typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="a CSV of people, in any shape that `henk import` reads")


class FileFirst(DefaultCommand):
    """The group in which `henk match FILE` is `henk match file FILE`.

    A file with the name of a command is written with its folder: ./train.
    """

    default_command = "file"


app = typer.Typer(
    cls=FileFirst,
    no_args_is_help=True,
    help="Match the people of a file without a database (`henk match FILE`), or train a model from it (`henk match train FILE`).",
)


@app.command("file")
def match_file(
    file: Annotated[Path, FILE],
    *,
    truth: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="a column that is equal for rows of one person, to be judged by")
    ] = None,
    clusters: Annotated[
        Path | None, typer.Option(metavar="OUT.csv", help="write the cluster of each row, and what brought it there")
    ] = None,
    model: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="a model of `henk match train`; else the one that ships")
    ] = None,
    default_country: Annotated[str, COUNTRY] = "US",
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on stdout")] = False,
) -> None:
    """Match the rows of a file as an import would, and report how well. Exit code 1 if the file cannot be read."""
    started = time.perf_counter()
    from henk_pipeline.steps.match import Matching, judged, match_people, peak_mb  # noqa: PLC0415

    people, labels = _read(file, truth, default_country)
    settings = read_settings()
    matched = match_people(people, Matching.of(settings.model_copy(update={"match_model": model}) if model else settings))
    seconds = time.perf_counter() - started
    record = {
        "file": str(file),
        "rows": people.height,
        "people": matched.clusters["person"].n_unique(),
        "pairs_to_review": matched.review_pairs.height,
        **(judged(matched.clusters, labels) if labels is not None else {}),
        "seconds": round(seconds, 2),
        "peak_mb": peak_mb(),
    }
    if clusters is not None:
        _write_clusters(clusters, matched)
    if as_json:
        print_json(record)
        return
    print_line(f"{file}: {record['rows']} rows are {record['people']} people; {record['pairs_to_review']} pairs would be asked about.")
    if labels is not None:
        print_line(f"  pairs      {record['pairs_true']} by {truth}, {record['pairs_found']} found")
        print_line(f"  precision  {record['precision']:.5f}   recall  {record['recall']:.5f}   F1  {record['f1']:.5f}")
    kinds = matched.chains.group_by("kind").len().sort("len", descending=True)
    print_table(["Found by", "Rows"], kinds.rows(), right=["Rows"])
    print_line(f"  {record['seconds']} s, {record['peak_mb']} MB at most")


@app.command("train")
def train_model(
    file: Annotated[Path, FILE],
    *,
    truth: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="a column that is equal for rows of one person; without it by what fits best")
    ] = None,
    out: Annotated[Path, typer.Option(metavar="OUT.json", help="where the model is written")] = Path("matching.json"),
    default_country: Annotated[str, COUNTRY] = "US",
) -> None:
    """Train a model on the people of a file. HENK_MATCH_MODEL makes imports use it."""
    import polars as pl  # noqa: PLC0415

    from henk_pipeline.leads.identity import identities  # noqa: PLC0415
    from henk_pipeline.linkage.model import load_model, write_model  # noqa: PLC0415
    from henk_pipeline.linkage.train import train  # noqa: PLC0415

    people, labels = _read(file, truth, default_country)
    clusters = labels.to_frame("label").select(pl.when(pl.col("label") != "").then("label")).to_series() if labels is not None else None
    try:
        model = train(identities(people, "row"), load_model(), f"{file.name}, {people.height} rows", clusters)
    except ValueError as error:
        complain(f"{file}: {error}.")
        raise typer.Exit(1) from None
    write_model(model, out)
    say(f"{out}: learned from {people.height} rows. Use it with HENK_MATCH_MODEL={out}, or try it with `henk match FILE --model {out}`.")


def _read(file: Path, truth: str | None, country: str) -> tuple["pl.DataFrame", "pl.Series | None"]:
    from henk_pipeline.steps.match import UnknownColumnError, read_people  # noqa: PLC0415
    from henk_pipeline.uploads.unpacking import UnreadableFileError  # noqa: PLC0415

    try:
        return read_people(file, truth, country)
    except UnknownColumnError as error:
        raise typer.BadParameter(str(error), param_hint="--truth") from None
    except UnreadableFileError as error:
        complain(f"{file}: {error}")
        raise typer.Exit(1) from None


def _write_clusters(out: Path, matched: "Matched") -> None:
    rows = matched.clusters.join(matched.chains, on="row", how="left", maintain_order="left")
    rows.select(line="row", cluster="person", matched_with="matched_with", matched_by="kind", probability="probability").write_csv(out)
