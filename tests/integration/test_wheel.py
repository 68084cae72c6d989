"""The wheel: what an installed package needs is in it, and it keeps its data in one place wherever it is called from."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with the wheel's content alone, as an installer unpacks it."""
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = out.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(out / "site")
    return out / "site"


def run(installed, folder, *arguments):
    """Run `henk` of the unpacked wheel in a folder, with a user's data folder of its own and no settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HENK_")}
    data = installed.parent / "data"
    code = "import sys; from henk_pipeline.cli import main; sys.argv[0] = 'henk'; main()"
    return subprocess.run(
        [sys.executable, "-P", "-c", code, *arguments], cwd=folder, capture_output=True, text=True, check=False,
        env={**kept, "PYTHONPATH": str(installed), "XDG_DATA_HOME": str(data)},
    )  # fmt: skip


@pytest.mark.long
def test_the_demo_runs_from_the_wheel_and_its_data_is_the_same_in_every_folder(installed, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    try:
        shown = run(installed, first, "demo")
        assert shown.returncode in (0, 1), shown.stderr
        assert "Harbor" in run(installed, second, "business", "list").stdout
        assert list(first.iterdir()) == list(second.iterdir()) == []
        assert (installed.parent / "data" / "henk" / "analytics" / "henk.duckdb").exists()
        assert "henk ui" in shown.stdout
        assert ".venv" not in shown.stdout
    finally:
        run(installed, first, "db", "stop")
