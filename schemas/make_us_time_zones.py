"""Write the time zones of US postal codes and of North American area codes: `python schemas/make_us_time_zones.py`.

Run it when a newer zipcodes makes the test that compares the two fail. The library itself takes half a second and 80 MB to tell of one code.
"""

import datetime as dt
import zoneinfo
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import zipcodes
from phonenumbers.tzdata import TIMEZONE_DATA

LEADS = Path(__file__).parents[1] / "henk_pipeline/leads"
POSTAL_CODES, AREA_CODES = LEADS / "us_time_zones.csv", LEADS / "area_code_time_zones.csv"
SOURCE = f"# Of the Python package zipcodes {zipcodes.__version__} (MIT), by schemas/make_us_time_zones.py."
# zipcodes 3.0.0 has "Napakiak" for a place in Alaska.
MISTAKES = {"Napakiak": "America/Anchorage"}
# An area code has a time zone if at least this share of its postal codes keeps that time: 689 is Orlando's, 850 is in two zones.
MIN_SHARE = 0.95
# Canadian area codes, of which zipcodes knows the places across the border only. Those in two zones (807, 867, 306) are left out.
CANADA = {
    "America/Halifax": ("902", "782"),
    "America/Moncton": ("506", "428"),
    "America/St_Johns": ("709", "879"),
    "America/Toronto": (
        "226", "249", "263", "289", "343", "354", "365", "367", "382", "416", "418", "437", "438", "450", "468", "514", "519", "548", "579",
        "581", "613", "647", "683", "705", "742", "753", "819", "873", "905",
    ),
    "America/Winnipeg": ("204", "431", "584"),
    "America/Edmonton": ("368", "403", "587", "780", "825"),
    "America/Vancouver": ("604", "236", "250", "672", "778"),
    "": ("306", "474", "639", "807", "867"),
}  # fmt: skip


def _places() -> Iterator[tuple[dict[str, Any], str]]:
    """Yield each postal code with its time zone, if it has one."""
    for place in zipcodes.list_all():
        if place["timezone"]:
            yield place, MISTAKES.get(str(place["timezone"]), str(place["timezone"]))


def postal_code_ranges() -> list[tuple[str, str, str]]:
    """Return first and last postal code and time zone of every run of codes that follow one another; a code that does not exist ends it."""
    zones = sorted((int(place["zip_code"]), zone) for place, zone in _places())
    runs = [[place for _, place in run] for _, run in groupby(enumerate(zones), key=lambda at: (at[1][0] - at[0], at[1][1]))]
    return [(f"{run[0][0]:05}", f"{run[-1][0]:05}", run[0][1]) for run in runs]


@lru_cache
def _clock(zone: str) -> tuple[dt.timedelta | None, ...]:
    """Return what a zone's clocks show in each month, so that Detroit and New York are one."""
    moments = [dt.datetime(2026, month, 15, tzinfo=dt.UTC) for month in range(1, 13)]
    return tuple(moment.astimezone(zoneinfo.ZoneInfo(zone)).utcoffset() for moment in moments)


def area_codes() -> list[tuple[str, str]]:
    """Return each area code with its time zone, empty where it is in several."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for place, zone in _places():
        for code in place["area_codes"]:
            counts[code][zone] += 1
    found: dict[str, str] = {}
    for code, zones in counts.items():
        clocks: Counter[tuple[dt.timedelta | None, ...]] = Counter()
        for zone, count in zones.items():
            clocks[_clock(zone)] += count
        clock, most = clocks.most_common(1)[0]
        commonest = next(zone for zone, _ in zones.most_common() if _clock(zone) == clock)
        found[code] = commonest if most >= MIN_SHARE * zones.total() else ""
    # The Caribbean and the Pacific, one island and one zone an area code.
    found |= {code[1:]: zones[0] for code, zones in TIMEZONE_DATA.items() if _is_of_an_island(code, zones, found)}
    found |= {code: zone for zone, codes in CANADA.items() for code in codes}
    return sorted(found.items())


def _is_of_an_island(code: str, zones: tuple[str, ...], known: dict[str, str]) -> bool:
    return len(code) == 4 and code[0] == "1" and code[1:] not in known and len(zones) == 1


def _write(path: Path, header: str, rows: list[Any]) -> None:
    path.write_text("\n".join([SOURCE, header, *(",".join(row) for row in rows)]) + "\n")


if __name__ == "__main__":
    _write(POSTAL_CODES, "first,last,time_zone", postal_code_ranges())
    _write(AREA_CODES, "area_code,time_zone", area_codes())
