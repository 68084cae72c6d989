"""Writes a migration with libphonenumber's rules of every region, for henk.normalise_phone: `python schemas/make_phone_regions.py > FILE`.

Run it when a newer libphonenumber makes the test that compares the two fail, into a new migration: a migration is never changed.
"""

import phonenumbers
from phonenumbers import PhoneMetadata

from henk_pipeline.leads.phones import country_codes

# The kinds of number that make a number valid, as phonenumbers.is_valid_number judges.
KINDS = ("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager", "uan", "voicemail")
HEAD = """-- migrate:up
-- libphonenumber's rules, one row a region, as of version {version}: written by schemas/make_phone_regions.py, read by henk.normalise_phone.
-- A region that shares its calling code stands after the main one (rank 0). Patterns are regular expressions over digits.
-- A program writes these lines, as long as they are.
-- noqa: disable=LT02,LT05

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '10min';

CREATE TABLE IF NOT EXISTS henk.phone_regions (
    region text PRIMARY KEY, -- ISO 3166-1 alpha-2
    calling_code text NOT NULL,
    rank bigint NOT NULL,
    international_prefix text NOT NULL, -- what is dialled before a calling code
    national_prefix text, -- what is dialled before a national number
    national_transform text, -- what the national prefix becomes, where it is not just left out
    possible text NOT NULL, -- looks like a number of the region
    valid text NOT NULL, -- is one
    country_names text[] NOT NULL -- in lower case, in the languages that the pipeline knows
);
DELETE FROM henk.phone_regions;
INSERT INTO henk.phone_regions
    (region, calling_code, rank, international_prefix, national_prefix, national_transform, possible, valid, country_names)
VALUES"""


def _quoted(text: str | None) -> str:
    return "NULL" if text is None else "'" + text.replace("'", "''") + "'"


def _row(region: str) -> str:
    rules = PhoneMetadata.metadata_for_region(region)
    kinds = [getattr(rules, kind) for kind in KINDS]
    valid = "|".join(dict.fromkeys(kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern))
    rank = phonenumbers.region_codes_for_country_code(rules.country_code).index(region)
    told = [
        region, str(rules.country_code), rules.international_prefix or "00", rules.national_prefix_for_parsing,
        rules.national_prefix_transform_rule, rules.general_desc.national_number_pattern, valid,
    ]  # fmt: skip
    names = sorted(name for name, code in country_codes().items() if code == region and name != region.lower())
    told.append("{" + ",".join('"' + name.replace('"', r"\"") + '"' for name in names) + "}")
    cells = [_quoted(cell) for cell in told]
    return "(" + ", ".join([*cells[:2], str(rank), *cells[2:]]) + ")"


def main() -> None:
    """Print the migration."""
    rows = ",\n".join(_row(region) for region in sorted(phonenumbers.SUPPORTED_REGIONS))
    print(f"{HEAD.format(version=phonenumbers.__version__)}\n{rows};\n\n-- migrate:down\n-- Forward only.")


if __name__ == "__main__":
    main()
