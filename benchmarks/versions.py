"""Two versions of the code on one file, from file to persons: `python benchmarks/versions.py BEFORE [--rows 300000] [--pairs 5]`.

`BEFORE` is a folder with a checkout of the commit to compare with. Each version runs in processes of its own, in turn (A B B A …); CPU seconds
of reading, validating and sure matching are medians of the pairs, peak memory that of a process that does it once. Prints both ratios.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ONCE = """
import json, resource, sys, time
from pathlib import Path
from henk_pipeline.leads.match import persons, sure_edges
from henk_pipeline.steps.match import read_people
from henk_pipeline.steps.validate import validate_file
from henk_pipeline.uploads.manifest import Manifest
import polars as pl

path, turns = Path(sys.argv[1]), int(sys.argv[2])
seconds = []
for _ in range(turns):
    started = time.process_time()
    leads = validate_file(path, Manifest(), "US").leads
    leads = leads.collect() if isinstance(leads, pl.LazyFrame) else leads
    people = leads.rename({"line": "row"})
    count = persons(sure_edges(people), people)["person"].n_unique()
    seconds.append(time.process_time() - started)
print(json.dumps({"seconds": min(seconds[-3:]), "persons": count, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""


def run_once(code: Path, path: Path, turns: int) -> dict[str, float]:
    """Return CPU seconds, persons found and peak memory (MB) of one process with the code of a folder."""
    finished = subprocess.run(
        [sys.executable, "-P", "-c", ONCE, str(path), str(turns)],
        check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(code)},
    )  # fmt: skip
    measured: dict[str, float] = json.loads(finished.stdout)
    return measured


def main() -> None:
    """Measure and print."""
    here = Path(__file__).resolve().parents[1]
    sys.path.insert(0, str(here))
    from benchmarks.intake import write_people

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before", type=Path)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--pairs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="henk-benchmark-") as folder:
        path = Path(folder) / "people.csv"
        write_people(options.rows, path)
        for what, turns in (("seconds", 4), ("peak", 1)):
            pairs = []
            for turn in range(options.pairs):
                order = [options.before, here] if turn % 2 == 0 else [here, options.before]
                measured = {code: run_once(code, path, turns) for code in order}
                pairs.append((measured[options.before][what], measured[here][what]))
                print(turn, what, *(round(value, 2) for value in pairs[-1]), flush=True)
            print(f"{what}: {statistics.median(after / before for before, after in pairs):.3f} times that of {options.before.name}")


if __name__ == "__main__":
    main()
