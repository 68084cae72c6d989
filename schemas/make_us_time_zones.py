"""Writes henk_pipeline/leads/us_time_zones.csv, the time zones of US postal codes: `python schemas/make_us_time_zones.py`.

Run it when a newer zipcodes makes the test that compares the two fail. The library itself takes half a second and 80 MB to tell of one code.
"""

from itertools import groupby
from pathlib import Path

import zipcodes

TABLE = Path(__file__).parents[1] / "henk_pipeline/leads/us_time_zones.csv"


def ranges() -> list[tuple[str, str, str]]:
    """First and last postal code and time zone of every run of codes that follow one another; a code that does not exist ends it."""
    zones = sorted((int(place["zip_code"]), str(place["timezone"])) for place in zipcodes.list_all() if place["timezone"])
    runs = [[place for _, place in run] for _, run in groupby(enumerate(zones), key=lambda at: (at[1][0] - at[0], at[1][1]))]
    return [(f"{run[0][0]:05}", f"{run[-1][0]:05}", run[0][1]) for run in runs]


if __name__ == "__main__":
    lines = [",".join(one) for one in ranges()]
    head = [f"# Of the Python package zipcodes {zipcodes.__version__} (MIT), by schemas/make_us_time_zones.py.", "first,last,time_zone"]
    TABLE.write_text("\n".join([*head, *lines]) + "\n")
