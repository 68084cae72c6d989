"""deploy/ as text, where no engine runs: what it names is there, and what belongs together agrees."""

import configparser
from pathlib import Path

import yaml
from dagster._core.instance.config import dagster_instance_config

from henk_pipeline.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"


def load(name):
    return yaml.safe_load((DEPLOY / name).read_text())


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


def test_compose_and_values_name_settings_that_there_are():
    compose = load("compose.yaml")
    known = {f"HENK_{name.upper()}" for name in Settings.model_fields} | {"HENK_CELERY_BROKER", "HENK_CELERY_BACKEND"}
    for service in ("webserver", "daemon", "worker"):
        told = compose["services"][service]
        assert {name for name in told["environment"] if name.startswith("HENK_")} <= known
        assert "./dagster.yaml:/dagster/dagster.yaml:ro" in told["volumes"]
    values = load("values.yaml")
    (deployment,) = values["dagster-user-deployments"]["deployments"]
    assert {one["name"] for one in deployment["env"]} <= known
    assert deployment["volumeMounts"] == values["runLauncher"]["config"]["k8sRunLauncher"]["volumeMounts"]


def test_the_unit_starts_what_there_is():
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(DEPLOY / "henk.service")
    assert unit["Service"]["ExecStart"].endswith("/bin/henk ui")
    assert unit["Service"]["ExecStartPre"].endswith("/bin/henk migrate")
