"""The wheel as pipx and `uv tool run` install it: in a clean home, outside a clone, henk runs and keeps its data in the user's data folder."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UPLOAD = "Email,Phone\nana@example.org,(212) 555-0101\nbo@example.org,\n"
# How this machine reaches its package index, which a clean home does not say.
KEPT = (
    "PATH",
    "LANG",
    "TMPDIR",
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out], cwd=ROOT, check=True, capture_output=True)
    (built,) = out.glob("*.whl")
    return built


def pip_settings():
    """The configuration of pip: its name without the section → its value."""
    shown = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True).stdout
    pairs = (line.split("=", 1) for line in shown.splitlines() if "=" in line)
    return {name.rpartition(".")[2]: value.strip("'\"").replace("\\n", " ") for name, value in pairs}


@pytest.fixture
def clean(tmp_path):
    """The environment of a user whose home is empty, apart from how packages are found; and an empty folder to work in."""
    for name in ("home", "work"):
        (tmp_path / name).mkdir()
    kept = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith(("PIP_", "UV_"))}
    found = pip_settings()
    kept |= {f"PIP_{name.upper().replace('-', '_')}": value for name, value in found.items()}
    names = {"extra-index-url": "UV_INDEX", "index-url": "UV_DEFAULT_INDEX", "find-links": "UV_FIND_LINKS", "cert": "SSL_CERT_FILE"}
    kept |= {names[name]: value for name, value in found.items() if name in names and names[name] not in kept}
    return {
        **kept, "HOME": str(tmp_path / "home"), "PIPX_HOME": str(tmp_path / "pipx"), "PIPX_BIN_DIR": str(tmp_path / "bin"),
        "UV_CACHE_DIR": str(tmp_path / "cache"), "UV_TOOL_DIR": str(tmp_path / "tools"), "UV_PYTHON_DOWNLOADS": "never",
        "UV_INDEX_STRATEGY": "unsafe-best-match",  # as pip does: the newest of all indexes
    }  # fmt: skip


def run(environment, folder, *command):
    result = subprocess.run([*map(str, command)], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert "Traceback" not in result.stderr, result.stderr
    return result


def use_it(environment, home, folder, *henk):
    """What a newcomer does: the version, a check-up, a file checked and imported. Everything is kept in the data folder of the user."""
    assert run(environment, folder, *henk, "--version").stdout.startswith("henk ")
    (folder / "guests.csv").write_text(UPLOAD)
    try:
        assert "2 read = 2 accepted" in run(environment, folder, *henk, "check", "guests.csv").stdout
        doctor = run(environment, folder, *henk, "doctor")
        assert doctor.returncode == 0, doctor.stdout + doctor.stderr
        assert run(environment, folder, *henk, "business", "add", "acme").returncode == 0
        loaded = run(environment, folder, *henk, "import", "guests.csv", "--business", "acme")
        assert (loaded.returncode, "2 inserted" in loaded.stdout) == (0, True), loaded.stdout + loaded.stderr
        asked = run(environment, folder, *henk, "sql", "SELECT count(*) AS leads FROM dim_lead")
        assert asked.returncode == 0, asked.stderr
    finally:
        run(environment, folder, *henk, "db", "stop")
    assert [path.name for path in folder.iterdir()] == ["guests.csv"]
    assert (home / ".local" / "share" / "henk" / "analytics" / "henk.duckdb").exists()


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_pipx_installs_it_and_it_runs(wheel, clean, tmp_path):
    venv.create(tmp_path / "installer", with_pip=True)
    python = tmp_path / "installer" / "bin" / "python"
    made = run(clean, tmp_path, python, "-m", "pip", "install", "--quiet", "pipx")
    assert made.returncode == 0, made.stderr
    installed = run(clean, tmp_path, python, "-m", "pipx", "install", "--python", sys.executable, wheel)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    use_it(clean, tmp_path / "home", tmp_path / "work", tmp_path / "bin" / "henk")
    assert run(clean, tmp_path, python, "-m", "pipx", "uninstall", "henk-pipeline").returncode == 0
    assert not (tmp_path / "bin" / "henk").exists()
    assert (tmp_path / "home" / ".local" / "share" / "henk").exists()  # what a user has imported is the user's


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_uv_tool_run_runs_it(wheel, clean, tmp_path):
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv is None:
        pytest.skip("uv is not on this machine; CI has it")
    use_it(clean, tmp_path / "home", tmp_path / "work", uv, "tool", "run", "--python", sys.executable, "--from", wheel, "henk")
