"""A bucket that is not there, that refuses us, or whose store cannot be reached is named by every command that uses it, with what to do."""

import boto3
import pytest
from botocore.config import Config
from moto.server import ThreadedMotoServer

from tests.e2e.processes import free_port
from tests.integration.uploading import add_business, upload

NO_CREDENTIALS = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent"}
KEYS = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture(scope="module")
def store():
    """The settings that lead to an object store with the bucket `there`."""
    server = ThreadedMotoServer("127.0.0.1", free_port())
    server.start()
    host, port = server.get_host_and_port()
    environment = {"AWS_ENDPOINT_URL": f"http://{host}:{port}", **KEYS}
    client = boto3.client(
        "s3", endpoint_url=environment["AWS_ENDPOINT_URL"], aws_access_key_id="x", aws_secret_access_key="x", region_name="us-east-1",
        config=Config(retries={"max_attempts": 1}),
    )  # fmt: skip
    client.create_bucket(Bucket="there")
    yield environment
    # None was made by the way; servers of other tests in this process have the same buckets.
    assert "nowhere" not in {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}
    server.stop()


@pytest.fixture
def commands(connection, settings, tmp_path):
    """Every command that uses the landing folder."""
    add_business(connection)
    upload(connection, tmp_path, "Email\nana@example.org\n")
    (tmp_path / "guests.csv").write_text("Email\nbo@example.org\n")
    return {
        "nightly": ["nightly"],
        "import": ["import", tmp_path / "guests.csv", "--business", "acme"],
        "erase": ["erase", "ana@example.org", "--business", "acme", "--yes"],
        "doctor": ["doctor"],
        "demo": ["demo"],
    }


@pytest.mark.long
@pytest.mark.parametrize("command", ["nightly", "import", "erase", "doctor", "demo"])
@pytest.mark.parametrize("case", ["no bucket", "no credentials", "no store"])
def test_a_bucket_that_cannot_be_used_is_named_with_what_to_do(henk, commands, store, connection, command, case):
    environment = {
        "no bucket": {**store, "HENK_LANDING": "s3://nowhere/in"},
        "no credentials": {"AWS_ENDPOINT_URL": store["AWS_ENDPOINT_URL"], **NO_CREDENTIALS, "HENK_LANDING": "s3://there/in"},
        "no store": {**KEYS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}", "HENK_LANDING": "s3://there/in"},
    }[case]
    result = henk(*commands[command], **environment)
    words = " ".join((result.stdout + result.stderr).replace("│", " ").split())
    assert result.returncode == 3, (result.returncode, words)
    assert "Traceback" not in words
    assert "s3://nowhere" in words if case == "no bucket" else "s3://there" in words, words
    assert {"no bucket": "no bucket", "no credentials": "credentials", "no store": "reached"}[case] in words, words
    assert command == "doctor" or "HENK_LANDING" in words
    if command == "erase":  # nothing is half erased: whatever of the person is left is found again when the command is repeated
        assert connection.execute("SELECT count(*) FROM leads WHERE email = 'ana@example.org'").fetchone() == (1,)


@pytest.mark.long
def test_an_empty_bucket_holds_nothing_and_is_no_error(henk, settings, store):
    result = henk("nightly", **store, HENK_LANDING="s3://there/in")
    assert (result.returncode, result.stdout) == (0, "Nothing new has landed.\nThe analytics are published.\n"), result.stderr
