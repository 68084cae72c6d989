"""Checks deploy/ without an engine: against Dagster, the Compose schema, the Helm chart, hadolint, and what has to agree."""

import configparser
import importlib.resources
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest
import yaml
from dagster._core.instance.config import dagster_instance_config
from dagster._grpc import utils as grpc_timeouts

from henk_pipeline.settings import Settings

CHECKOUT = Path(__file__).parents[2]
DEPLOY = CHECKOUT / "deploy"
SETTINGS = {f"HENK_{name.upper()}" for name in Settings.model_fields}
TICK_TIMEOUTS = {"DAGSTER_SCHEDULE_GRPC_TIMEOUT_SECONDS": "3600", "DAGSTER_SENSOR_GRPC_TIMEOUT_SECONDS": "3600"}
HENK_SERVICES = ("migrate", "webserver", "daemon", "worker")


def load(name):
    return yaml.safe_load((DEPLOY / name).read_text())


def env_file(text):
    """Return the variables of a file for `env_file`; a commented assignment counts as its documentation."""
    return dict(re.findall(r"^#?([A-Z][A-Z0-9_]*)=(.*)$", text, re.MULTILINE))


def locked(name):
    return dict(re.findall(r"^([a-z0-9.-]+)(?:\[[^]]*\])?==(\S+)", (CHECKOUT / name).read_text(), re.MULTILINE))


def test_the_instance_is_one_that_dagster_takes():
    config, _ = dagster_instance_config(str(DEPLOY))
    assert config["run_launcher"]["class"] == "CeleryRunLauncher"
    assert config["concurrency"]["pools"] == {"granularity": "run", "default_limit": 1}


def test_redis_hands_out_nothing_twice():
    timeouts = {
        load("dagster.yaml")["run_launcher"]["config"]["config_source"]["broker_transport_options"]["visibility_timeout"],
        load("celery.yaml")["execution"]["config"]["config_source"]["broker_transport_options"]["visibility_timeout"],
    }
    assert timeouts == {43200}


def test_the_timeouts_of_ticks_are_those_dagster_reads(monkeypatch):
    for name, value in TICK_TIMEOUTS.items():
        monkeypatch.setenv(name, value)
    assert grpc_timeouts.default_schedule_grpc_timeout() == grpc_timeouts.default_sensor_grpc_timeout() == 3600


# Compose


def test_compose_is_valid():
    schema = importlib.resources.files("check_jsonschema.builtin_schemas.vendor") / "compose-spec.json"
    validator = jsonschema.Draft7Validator(json.loads(schema.read_text()))
    validator.validate(load("compose.yaml"))
    broken = load("compose.yaml")
    broken["services"]["daemon"]["depends_on"]["redis"]["condition"] = "service_ready"
    assert list(validator.iter_errors(broken))


@pytest.mark.parametrize("name", HENK_SERVICES)
def test_every_setting_reaches_each_container(name):
    service = load("compose.yaml")["services"][name]
    assert service["env_file"] == ["henk.env"]
    # `environment` wins over `env_file`: it holds only what must be the same in all containers, and needs no shell variable.
    assert set(service["environment"]) & SETTINGS == {"HENK_HOME"}
    assert "${" not in json.dumps(service["environment"])
    assert service["environment"].items() >= TICK_TIMEOUTS.items()
    read = re.findall(r"env: (\w+)", (DEPLOY / "dagster.yaml").read_text() + (DEPLOY / "celery.yaml").read_text())
    documented = env_file((DEPLOY / "henk.env.example").read_text())
    assert set(read) <= set(service["environment"]) | set(documented)


def test_the_example_documents_every_setting():
    documented = env_file((DEPLOY / "henk.env.example").read_text())
    assert {name for name in documented if name.startswith("HENK_")} == SETTINGS - {"HENK_HOME"}
    assert {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL", "DAGSTER_POSTGRES_URL"} <= set(documented)


def test_the_defaults_of_the_example_are_the_settings_defaults(monkeypatch):
    plain = Settings()
    for name, value in env_file((DEPLOY / "henk.env.example").read_text()).items():
        monkeypatch.setenv(name, value)
    example = Settings()
    differing = {name for name in Settings.model_fields if getattr(plain, name) != getattr(example, name)}
    assert differing - {"warn_duplicates"} == {"database_url"}  # a third has no end in decimals
    assert example.warn_duplicates == pytest.approx(plain.warn_duplicates, abs=1e-3)


def test_services_wait_for_redis_and_the_migration():
    services = load("compose.yaml")["services"]
    assert services["redis"]["healthcheck"]["test"] == ["CMD", "redis-cli", "ping"]
    for name in ("webserver", "daemon", "worker"):
        assert services[name]["depends_on"] == {
            "redis": {"condition": "service_healthy"},
            "migrate": {"condition": "service_completed_successfully"},
        }
    assert services["migrate"]["restart"] == "no"
    assert not services["migrate"]["depends_on"]


@pytest.mark.parametrize("missing", ["HENK_DATABASE_URL", "DAGSTER_POSTGRES_URL"])
def test_the_migration_stops_without_a_database(missing, tmp_path):
    # Without the check each container would start an embedded server of its own.
    command = [part.replace("$$", "$") for part in load("compose.yaml")["services"]["migrate"]["command"]]
    given = {"HENK_DATABASE_URL": "x", "DAGSTER_POSTGRES_URL": "x", "PATH": "/usr/bin:/bin"}
    del given[missing]
    stopped = subprocess.run(command, env=given, capture_output=True, text=True, cwd=tmp_path, timeout=20, check=False)
    assert stopped.returncode != 0
    assert f"{missing}: set it in henk.env" in stopped.stderr


# The image


def test_hadolint_finds_nothing():
    lint = subprocess.run(
        [Path(sys.executable).with_name("hadolint"), "--no-color", DEPLOY / "Dockerfile"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert lint.returncode == 0, lint.stdout


def instructions():
    """Return the Dockerfile's instructions as pairs of keyword and arguments, continued lines joined."""
    text = re.sub(r"^#.*\n", "", (DEPLOY / "Dockerfile").read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    return [tuple(line.split(maxsplit=1)) for line in text.splitlines() if line.strip()]


def test_the_image_runs_unprivileged_and_checks_its_health():
    stages = [n for n, (keyword, _) in enumerate(instructions()) if keyword == "FROM"]
    final = dict(instructions()[stages[-1] :])
    assert len(stages) == 2
    assert final["USER"] == "1000:1000"
    assert final["HEALTHCHECK"].endswith('CMD ["henk", "doctor"]')


def test_the_image_has_what_compose_names():
    copied = " ".join(arguments for keyword, arguments in instructions() if keyword == "COPY")
    services = load("compose.yaml")["services"]
    assert "deploy/celery.yaml /deploy/celery.yaml" in copied
    assert "/deploy/celery.yaml" in services["worker"]["command"]
    assert "deploy/dagster.yaml /dagster/dagster.yaml" in copied
    assert services["daemon"]["environment"]["DAGSTER_HOME"] == "/dagster"
    scripts = {"henk", "dagster", "dagster-webserver", "dagster-daemon", "dagster-celery"}
    assert all(Path(sys.executable).with_name(script).exists() for script in scripts)
    assert {services[name]["command"][0] for name in ("webserver", "daemon", "worker")} <= scripts


def test_what_the_image_copies_exists_and_is_not_ignored():
    allowed = {line[1:] for line in (CHECKOUT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for keyword, arguments in instructions():
        if keyword == "COPY" and "--from" not in arguments:
            *sources, _ = (word for word in arguments.split() if not word.startswith("--"))
            assert set(sources) <= allowed, sources
            assert all((CHECKOUT / source).exists() for source in sources)


def test_the_image_has_the_versions_that_are_tested():
    image, tested = locked("deploy/requirements.lock"), locked("requirements.lock")
    assert {name: version for name, version in image.items() if name in tested and tested[name] != version} == {}
    assert {"dagster", "dagster-postgres", "dagster-celery", "dagster-k8s", "s3fs", "hatchling"} <= set(image)
    assert not {"pytest", "mypy", "moto", "playwright"} & set(image)
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    needed = {re.match(r"[a-z0-9-]+", line)[0] for line in project["dependencies"]}
    assert needed <= set(image)


# Helm


def merged(default, given):
    """Merge values as Helm does: maps by key, everything else replaced."""
    if isinstance(default, dict) and isinstance(given, dict):
        return default | {key: merged(default.get(key), value) for key, value in given.items()}
    return given


def without_remote(schema):
    """Return the schema without references to Kubernetes' own schemas, which lie elsewhere."""
    if isinstance(schema, dict):
        return {
            key: without_remote(value) for key, value in schema.items() if not (key == "$ref" and isinstance(value, str) and "://" in value)
        }
    return [without_remote(item) for item in schema] if isinstance(schema, list) else schema


def chart_errors(chart, values):
    """Return the errors of `values` over the chart's defaults, by the schemas of the chart and its subchart."""
    sub = "dagster-user-deployments"
    errors = []
    for folder, given in ((chart, values), (chart / "charts" / sub, values[sub])):
        schema = without_remote(json.loads((folder / "values.schema.json").read_text()))
        complete = merged(yaml.safe_load((folder / "values.yaml").read_text()), given)
        errors += [error.message for error in jsonschema.validators.validator_for(schema)(schema).iter_errors(complete)]
    return errors


@pytest.fixture
def chart():
    """The unpacked chart: `helm pull dagster/dagster --untar`, its folder in DAGSTER_CHART."""
    if "DAGSTER_CHART" not in os.environ:
        pytest.skip("needs Dagster's Helm chart: helm pull dagster/dagster --untar, then DAGSTER_CHART=dagster")
    return Path(os.environ["DAGSTER_CHART"])


def test_the_chart_takes_the_values(chart):
    assert chart_errors(chart, load("values.yaml")) == []
    for path, wrong in ((("postgresql", "postgresqlHost"), 5), (("concurrency", "pool"), {}), (("dagsterDaemon", "environment"), {})):
        broken = load("values.yaml")
        broken[path[0]][path[1]] = wrong
        assert chart_errors(chart, broken), path


def test_the_chart_has_every_section_of_the_values(chart):
    # The schema lets unknown sections pass: a misspelt one would be ignored in silence.
    assert set(load("values.yaml")) <= set(yaml.safe_load((chart / "values.yaml").read_text()))


def test_values_hold_what_dagster_yaml_holds():
    values, instance = load("values.yaml"), load("dagster.yaml")
    pools, runs = instance["concurrency"]["pools"], instance["concurrency"]["runs"]
    assert values["concurrency"] == {
        "enabled": True,
        "runs": {"maxConcurrentRuns": runs["max_concurrent_runs"]},
        "pools": {"granularity": pools["granularity"], "defaultLimit": pools["default_limit"]},
    }
    # The chart refuses limits in both places.
    assert "maxConcurrentRuns" not in values["dagsterDaemon"]["runCoordinator"]["config"]["queuedRunCoordinator"]
    monitoring = {re.sub(r"_(\w)", lambda found: found[1].upper(), key): value for key, value in instance["run_monitoring"].items()}
    assert values["dagsterDaemon"]["runMonitoring"].items() >= monitoring.items()
    assert values["retention"]["sensor"]["purgeAfterDays"] == instance["retention"]["sensor"]["purge_after_days"]
    assert values["telemetry"] == instance["telemetry"]
    assert values["additionalInstanceConfig"]["nux"] == instance["nux"]


def test_values_name_the_database_and_keep_its_password_out():
    values = load("values.yaml")
    assert values["postgresql"]["postgresqlHost"]
    assert not values["postgresql"]["enabled"]
    # With an own secret the chart must not write its default password over it.
    assert values["generatePostgresqlPasswordSecret"] is False
    assert "postgresqlPassword" not in values["postgresql"]


def test_values_give_ticks_time_and_pods_the_home():
    values = load("values.yaml")
    for section in ("dagsterDaemon", "dagsterWebserver"):
        assert {entry["name"]: entry["value"] for entry in values[section]["env"]} == TICK_TIMEOUTS
    (deployment,) = values["dagster-user-deployments"]["deployments"]
    launcher = values["runLauncher"]["config"]["k8sRunLauncher"]
    assert {entry["name"] for entry in deployment["env"]} <= SETTINGS
    assert deployment["volumeMounts"] == launcher["volumeMounts"]
    assert deployment["envSecrets"] == launcher["envSecrets"]
    (migration,) = deployment["initContainers"]
    assert migration["command"] == ["henk", "migrate"]
    assert migration["image"] == f"{deployment['image']['repository']}:{deployment['image']['tag']}"
    assert deployment["podSecurityContext"] == launcher["runK8sConfig"]["podSpecConfig"]["securityContext"]


def test_the_unit_starts_what_there_is():
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(DEPLOY / "henk.service")
    assert unit["Service"]["ExecStart"].endswith("/bin/henk ui")
    assert unit["Service"]["ExecStartPre"].endswith("/bin/henk migrate")
