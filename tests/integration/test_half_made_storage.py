"""Dagster's SQLite files of which the process that made them was killed before they were whole."""

import sqlite3

import pytest

from henk_pipeline.orchestration.runs import open_instance


def drop(file, table):
    with sqlite3.connect(file) as half:
        half.execute(f"DROP TABLE {table}")
    half.close()


@pytest.mark.parametrize(("file", "table"), [("history/runs/index.db", "dynamic_partitions"), ("history/runs.db", "runs")])
def test_files_that_are_not_whole_are_set_apart_and_made_again(settings, file, table):
    with open_instance(settings):
        pass
    home = settings.dagster_home
    drop(home / file, table)
    (home / "storage-is-whole").unlink()  # the process was killed before it had seen them whole
    for _ in range(2):
        with open_instance(settings) as instance:
            instance.add_dynamic_partitions("uploads", ["a"])
            assert instance.get_dynamic_partitions("uploads") == ["a"]
            assert instance.get_runs() == []
            assert instance.all_instigator_state() == []
    assert len(list(home.glob("unusable-*"))) == 1


def test_files_that_are_whole_stay(settings):
    with open_instance(settings) as instance:
        instance.add_dynamic_partitions("uploads", ["a"])
    (settings.dagster_home / "storage-is-whole").unlink()  # of a version that did not note it
    with open_instance(settings) as instance:
        assert instance.get_dynamic_partitions("uploads") == ["a"]
    assert list(settings.dagster_home.glob("unusable-*")) == []
