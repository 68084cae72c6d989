"""What reading and validating costs: `python benchmarks/intake.py [--smoke]`.

Prints ratios of two things measured in turn in one run (the machine is noisy; a median of several turns says more than one), peak memory of a
process that does nothing else, and exits 1 where one is above its bound in `--smoke`'s sizes. The numbers are kept in docs/benchmarks.md.
"""

import argparse
import json
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import phonenumbers
import polars as pl

from henk_pipeline.leads.phones import normalise_phones
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest

FIRST = [
    "James",
    "Mary",
    "Robert",
    "Patricia",
    "John",
    "Jennifer",
    "Michael",
    "Linda",
    "David",
    "Elizabeth",
    "José",
    "Zoë",
    "Anaïs",
    "Björn",
]
LAST = [
    "Smith",
    "Johnson",
    "Williams",
    "Brown",
    "Jones",
    "Garcia",
    "Miller",
    "O'Brien",
    "McDonald",
    "Müller",
    "Hernandez",
    "Lopez",
    "Wilson",
]
AREA_CODES = [212, 213, 312, 415, 617, 718, 305, 404, 503, 702, 206, 303, 512, 602, 614]
COUNTRIES = ["US", "CA", "DE", "GB", "FR", "ES", "NL", "PT", "BR", "MX", "BE", "AT", "CH", "IT", "AU", "NZ", "IE", "IN", "ZA", "SE"]


def write_people(rows: int, path: Path, *, quoted: bool = False) -> None:
    """Write a file of people, 12 columns, about 130 bytes a row, in the shapes people write."""

    def drawn(seed: int, below: int) -> pl.Expr:
        return (pl.int_range(rows).hash(seed) % below).cast(pl.Int64)

    def one_of(seed: int, values: list[object]) -> pl.Expr:
        return drawn(seed, len(values)).replace_strict(dict(enumerate(values)))

    people = pl.select(
        i=pl.int_range(rows), first=one_of(1, FIRST), last=one_of(2, LAST), area=one_of(3, AREA_CODES), exchange=drawn(4, 799) + 200,
        line=drawn(5, 10_000).cast(pl.String).str.zfill(4), zip=(drawn(6, 99_000) + 501).cast(pl.String).str.zfill(5), cents=drawn(7, 499_900) + 100,
        day=drawn(8, 3000), house=drawn(9, 9998) + 1,
    )  # fmt: skip
    number = [pl.col("area"), pl.col("exchange"), pl.col("line")]
    shape = pl.col("i") % 3
    people.select(
        pl.col("first").alias("First Name"),
        pl.col("last").alias("Last Name"),
        pl.format("{}.{}@example.org", pl.col("first").str.to_lowercase().str.replace_all("[^a-z]", ""), "i").alias("Email"),
        pl.when(shape == 0)
        .then(pl.format("({}) {}-{}", *number))
        .when(shape == 1)
        .then(pl.format("{}-{}-{}", *number))
        .otherwise(pl.format("+1 {} {} {}", *number))
        .alias("Phone"),
        pl.format("{} Main Street", "house").alias("Street"),
        pl.lit("Springfield").alias("City"),
        pl.when(shape == 0).then(pl.lit("NY")).otherwise(pl.lit("California")).alias("State"),
        pl.col("zip").alias("ZIP"),
        pl.lit("USA").alias("Country"),
        pl.format("${}", pl.col("cents") / 100).alias("Last Gift Amount"),
        (pl.date(2017, 1, 1) + pl.duration(days="day")).dt.strftime("%m/%d/%Y").alias("Last Gift Date"),
        pl.when(pl.col("i") % 50 == 0).then(pl.lit("yes")).otherwise(pl.lit("no")).alias("Do Not Call"),
    ).write_csv(path, quote_style="always" if quoted else "necessary")


def validate_beside_read_csv(path: Path, turns: int) -> dict[str, float]:
    """Seconds of reading, mapping, normalising and validating, of `polars.read_csv` of the same file, and the ratio: medians of turns."""
    ours, theirs = [], []
    for _ in range(turns):
        started = time.perf_counter()
        pl.read_csv(path)
        theirs.append(time.perf_counter() - started)
        started = time.perf_counter()
        upload = validate_file(path, Manifest(), "US", keep_leads=False)
        ours.append(time.perf_counter() - started)
        if upload.error or upload.rows_rejected:
            raise RuntimeError(f"the file is good, but: {upload.error or upload.reasons}")
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    return {"rows": upload.rows_read, "seconds": statistics.median(ours), "read_csv": statistics.median(theirs), "ratio": ratio}


def peak(path: Path) -> float:
    """Peak memory in MB of a process that validates the file and does nothing else."""
    told = subprocess.run([sys.executable, __file__, "--alone", str(path)], check=True, capture_output=True, text=True)
    return float(json.loads(told.stdout)["peak_mb"])


def alone(path: Path) -> None:
    """Run what `peak` starts."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        validate_file(path, Manifest(), "US", scratch=Path(scratch))
    told = {"seconds": time.perf_counter() - started, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    print(json.dumps(told))


def common_numbers(count: int) -> list[tuple[str, str]]:
    """Return valid numbers of twenty countries as people write them: in national and international form, with and without signs."""
    draw = random.Random(5)
    forms = [phonenumbers.PhoneNumberFormat.E164, phonenumbers.PhoneNumberFormat.INTERNATIONAL, phonenumbers.PhoneNumberFormat.NATIONAL]
    kinds = [phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE]
    examples = {
        country: [number for kind in kinds if (number := phonenumbers.example_number_for_type(country, kind))] for country in COUNTRIES
    }
    found: list[tuple[str, str]] = []
    while len(found) < count:
        country = draw.choice(COUNTRIES)
        example = draw.choice(examples[country])
        national = str(example.national_number)
        changed = phonenumbers.PhoneNumber(
            country_code=example.country_code, national_number=int(national[:-5] + f"{draw.randrange(100_000):05}"),
            italian_leading_zero=example.italian_leading_zero,
        )  # fmt: skip
        text = phonenumbers.format_number(changed, draw.choice(forms))
        if draw.random() < 0.3:
            text = re.sub(r"[ ]", draw.choice(["-", ".", ""]), text)
        if by_library(text, country) is not None:
            found.append((text, country))
    return found


def by_library(cell: str, country: str) -> str | None:
    """Return what libphonenumber says of a cell."""
    try:
        number = phonenumbers.parse(cell, country)
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if phonenumbers.is_valid_number(number) else None


def phones_beside_library(count: int) -> dict[str, float]:
    """CPU seconds (both cores counted) of our numbers and the library's, on numbers of common shapes; how many differ; medians of three turns."""
    numbers = common_numbers(count)
    frame = pl.DataFrame(numbers, schema=["phone", "country"], orient="row")
    normalise_phones(frame.head(1000), "phone", "US")  # the tables are read once a process
    ratios = []
    for _ in range(3):
        started = time.process_time()
        ours = normalise_phones(frame, "phone", "US")["phone"].to_list()
        own = time.process_time() - started
        started = time.process_time()
        theirs = [by_library(cell, country) for cell, country in numbers]
        ratios.append((time.process_time() - started) / own)
    return {"numbers": count, "differing": sum(a != b for a, b in zip(ours, theirs, strict=True)), "times": statistics.median(ratios)}


def main() -> int:
    """Measure and print; exit code 1 if a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="small sizes, for CI")
    parser.add_argument("--large", action="store_true", help="ten million rows, too (1.2 GB of disk)")
    parser.add_argument("--alone", type=Path, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.alone:
        alone(told.alone)
        return 0
    sizes = [50_000] if told.smoke else [1_000_000, *([10_000_000] if told.large else [])]
    failed = False
    with tempfile.TemporaryDirectory(prefix="henk-benchmark-") as folder:
        path = Path(folder) / "people.csv"
        for rows in sizes:
            for quoted in (False, True) if rows < 10_000_000 else (False,):
                write_people(rows, path, quoted=quoted)
                validate_beside_read_csv(path, 1)
                measured = validate_beside_read_csv(path, 5 if rows < 10_000_000 else 1)
                print(
                    f"{rows:>10,} rows{' all quoted' if quoted else ''} ({path.stat().st_size / 1e6:,.0f} MB): {measured['seconds']:.2f} s, "
                    f"{measured['ratio']:.1f} times polars.read_csv ({measured['read_csv']:.2f} s), {measured['seconds'] / rows * 1e6:.2f} µs a row, "
                    f"peak {peak(path):,.0f} MB"
                )
    for count in [20_000] if told.smoke else [200_000, 1_000_000]:
        measured = phones_beside_library(count)
        print(
            f"{count:>10,} phone numbers of {len(COUNTRIES)} countries: {measured['times']:.1f} times the library's speed, {measured['differing']} differ"
        )
        failed = failed or measured["differing"] > 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
