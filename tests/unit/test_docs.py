"""The pages of docs/ that are generated from the code are up to date."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_reference_of_commands_is_what_their_help_says(tmp_path):
    generated = tmp_path / "cli.md"
    command = ["henk_pipeline.cli", "utils", "docs", "--name", "henk", "--title", "The henk command", "--output", str(generated)]
    subprocess.run([sys.executable, "-m", "typer", *command], cwd=ROOT, check=True, capture_output=True)
    assert (ROOT / "docs" / "cli.md").read_text() == generated.read_text(), "run `make cli-reference`"


def test_every_decision_is_in_the_menu_of_the_site():
    menu = (ROOT / "mkdocs.yml").read_text()
    assert [path.name for path in sorted((ROOT / "docs" / "decisions").glob("*.md")) if f"decisions/{path.name}" not in menu] == []
