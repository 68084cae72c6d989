"""Keys of uploads, of both forms, and the tags of runs."""

from datetime import UTC, datetime

import dagster as dg
import pytest

from henk_pipeline.orchestration.maintenance import _is_before
from henk_pipeline.orchestration.partitions import outcome_tag, range_tags, register
from henk_pipeline.uploads.fingerprint import parse_key, upload_key

NEW = "harbor-light_gala.guests-2026_1f0c9a2b_2026-11-22T0204"
OLD = "2026-11-21T0204_harbor-light_gala.guests-2026_1f0c9a2b"


def test_a_key_begins_with_business_and_file_and_ends_with_the_minute():
    key = upload_key(datetime(2026, 11, 22, 2, 4, tzinfo=UTC), "harbor-light", "Gala.Guests 2026.csv", "1f0c9a2b" + "0" * 56)
    assert key == NEW


@pytest.mark.parametrize("key", [NEW, OLD])
def test_keys_of_both_forms_are_understood(key):
    parts = parse_key(key)
    assert (parts.business, parts.stem, parts.identity) == ("harbor-light", "gala.guests-2026", "1f0c9a2b")
    assert parts.received == ("2026-11-22T0204" if key == NEW else "2026-11-21T0204")
    assert _is_before(key, datetime(2026, 11, 23, tzinfo=UTC))
    assert not _is_before(key, datetime(2026, 11, 21, tzinfo=UTC))


@pytest.mark.parametrize("name", [".lock", ".incoming", "notes", "2026-11*", "a_b_c_d", f"{NEW}x", ""])
def test_other_names_are_no_keys_and_no_upkeep_removes_them(name):
    assert parse_key(name) is None
    assert not _is_before(name, datetime(2099, 1, 1, tzinfo=UTC))


def test_partitions_are_registered_in_the_order_of_receipt():
    first, second = "zoo_a_00000000_2026-11-21T0100", "acme_b_00000001_2026-11-22T0100"
    with dg.DagsterInstance.ephemeral() as instance:
        register(instance, [second, OLD, first])
        assert instance.get_dynamic_partitions("uploads") == [first, OLD, second]
        register(instance, [NEW, second])
        assert instance.get_dynamic_partitions("uploads") == [first, OLD, second, NEW]


def test_a_run_is_tagged_with_businesses_files_and_outcome():
    keys = [f"{slug}_f_00000000_2026-11-21T0100" for slug in ("b", "a", "b", "c", "d")]
    tags = range_tags(keys)
    assert (tags["henk/businesses"], tags["henk/files"]) == ("a, b, c, and 1 more", "5")
    assert (tags["dagster/asset_partition_range_start"], tags["dagster/asset_partition_range_end"]) == (keys[0], keys[-1])
    assert outcome_tag(["loaded", "rejected", "loaded"]) == {"henk/outcome": "2 loaded, 1 rejected"}
