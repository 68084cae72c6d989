"""The settings of Henk and the places of its files. One class reads the environment; no other module does."""

import grp
import re
import tomllib
import zoneinfo
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import platformdirs
from pydantic import BeforeValidator, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from henk_pipeline.failures import InfrastructureError
from henk_pipeline.file_modes import restrict_home

ESCAPES = (
    "Write it as postgresql://user:password@host:5432/database, with %25 for % in the password, "
    "%2F for /, %40 for @, %3A for :, %23 for #, %3F for ?."
)
PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parent if (PACKAGE.parent / "pyproject.toml").exists() else None


def schemas_folder() -> Path:
    """Return the folder `schemas/`: the checkout's, or the copy inside an installed wheel."""
    return CHECKOUT / "schemas" if CHECKOUT else PACKAGE / "schemas"


@lru_cache(maxsize=4)
def word_list(name: str) -> frozenset[str]:
    """Return the words of a file of schemas/upload/ that lists words between blanks; lines that begin with `#` are comments."""
    lines = (schemas_folder() / "upload" / name).read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def examples_folder() -> Path:
    """Return the folder of the example uploads: the checkout's, or the copy inside an installed wheel."""
    return (CHECKOUT or PACKAGE) / "examples" / "uploads"


def default_home() -> Path:
    """Return the default folder of everything that Henk keeps: .henk in the checkout; the user's data folder for an installed wheel.

    The current folder is no such place: in a second one the same command would meet a second, empty database.
    """
    return CHECKOUT / ".henk" if CHECKOUT else platformdirs.user_data_path("henk", appauthor=False)


# Schemes of URLs of the landing folder; fsspec knows those of files and of memory, too, which need no bucket.
STORES = ("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss")
WITHOUT_BUCKET = ("file", "memory")


def _absolute(value: Any) -> Any:  # noqa: ANN401 - pydantic hands over any value of the environment
    if "://" in str(value):
        raise ValueError("it is a path of this machine, not a URL")
    return Path(value).expanduser().absolute()


def _absolute_unless_store(value: Any) -> Any:  # noqa: ANN401
    """Return the URL of an object store as it is, and a path absolute.

    Raises:
        ValueError: The URL cannot be used; the message has nothing of it but its scheme.
    """
    # A drive of Windows is one letter.
    url = re.match(r"([A-Za-z][A-Za-z0-9+.-]+):(/+)([^/]*)", str(value))
    if url is None:
        return str(_absolute(value))
    scheme, slashes, bucket = url.groups()
    if scheme in WITHOUT_BUCKET:
        return str(value)
    if scheme not in STORES:
        raise ValueError(
            f"{scheme}: is no store that is known: it is a path, or s3://bucket/folder, gs://bucket/folder, az://container/folder"
        )
    if slashes != "//" or not bucket or "@" in bucket:
        raise ValueError(f"it is written as {scheme}://bucket/folder; credentials are not part of it")
    return str(value)


def _words(value: Any) -> Any:  # noqa: ANN401
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


AbsolutePath = Annotated[Path, BeforeValidator(_absolute)]
PathOrUrl = Annotated[str, BeforeValidator(_absolute_unless_store)]
# Several in one variable, between commas or spaces.
Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)]


class Settings(BaseSettings):
    """Settings from `HENK_…` variables. Paths come out absolute, so that they mean the same in every child process."""

    model_config = SettingsConfigDict(env_prefix="HENK_", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True)

    home: AbsolutePath = Field(
        default_factory=default_home,
        description="everything Henk keeps; by default .henk in the checkout, for an installed package the user's data folder (~/.local/share/henk)",
    )
    database_url: SecretStr | None = Field(default=None, description="PostgreSQL to use; without it an embedded server under the home")
    landing: PathOrUrl = Field(
        default_factory=lambda data: str(data["home"] / "landing"),
        description="where files arrive: <business slug>/<file>, its manifest next to it as <file>.toml; a path, or s3://, gs://, az://…",
    )
    analytics: AbsolutePath = Field(
        default_factory=lambda data: data["home"] / "analytics" / "henk.duckdb", description="the DuckDB file analysts read"
    )
    analytics_personal: Literal["keep", "hash", "drop"] = Field(
        default="keep",
        description="names and contacts in the DuckDB file: as they are, contacts as keyed hashes and no names, or nothing",
    )
    analytics_per_business: bool = Field(
        default=False,
        description="also publish a DuckDB file for each business, businesses/<slug>.duckdb, for analysts who may see only one",
    )
    analytics_group: str | None = Field(
        default=None,
        description="group of this machine whose members may read the DuckDB file, its history and the dashboard; none: the owner",
    )
    analytics_keep: int = Field(default=3, ge=0, description="older versions of the DuckDB file that stay, in versions/")
    settle_seconds: int = Field(default=10, ge=0, description="a landed file written to in the last seconds waits for the next round")
    batch_uploads: int = Field(default=200, ge=1, description="uploads in one run, at most")
    batch_bytes: int = Field(default=512 * 2**20, ge=1, description="bytes of uploads in one run, at most (a bigger file runs alone)")
    nightly_at: str = Field(default="0 2 * * *", description="when the night's import starts, as cron writes it")
    timezone: str = Field(default="UTC", description="IANA time zone in which it starts then")
    at_once: Words = Field(
        default=(),
        description="slugs of businesses whose files are imported immediately, or *; a file .at-once in its folder does the same",
    )
    loaders: int = Field(
        default=2, ge=1, description="import runs at a time (Dagster's pool postgres_loaders, where none is set in the UI)"
    )
    notify: Words = Field(
        default=(),
        description="where failures are reported, as Apprise URLs: https://… (a webhook), slack://…, mailtos://…; empty: the log alone",
    )
    statement_seconds: float = Field(
        default=7200, ge=0, description="a statement of an import that takes longer is ended, and its file is isolated; 0: no limit"
    )
    warn_rejected: float = Field(default=0.1, ge=0, le=1, description="a larger share of a file's rows rejected is a warning")
    warn_duplicates: float = Field(default=1 / 3, ge=0, le=1, description="a larger share of a file's rows duplicate is a warning")
    keep_days: int = Field(
        default=400, ge=1, description="partitions and runs in Dagster that are older are removed; PostgreSQL keeps the history"
    )
    keep_staging_days: int = Field(
        default=30, ge=1, description="Parquet between assets that is older is removed; a backfill makes it again"
    )
    match_merge_from: float = Field(default=0.99, gt=0.5, le=1, description="two people are merged from this probability on")
    match_review_from: float = Field(
        default=0.80, gt=0, le=1, description="from this probability on a person decides whether two people are one (henk duplicates)"
    )
    match_likely: bool = Field(default=True, description="look for probabilistic matches, too; off: only for deterministic ones")
    match_shared_by_at_most: int = Field(default=4, ge=1, description="an e-mail or a phone of more people than this proves nothing")
    match_model: AbsolutePath | None = Field(default=None, description="a model of `henk match train`; without it the one that ships")
    scoring: AbsolutePath | None = Field(
        default=None, description="a TOML with weights that take the place of those in schemas/upload/scoring.toml; names what differs only"
    )
    headers: AbsolutePath | None = Field(
        default=None,
        description="a TOML with names of columns that count before those in schemas/upload/headers.toml; names what is added only",
    )
    reports_port: int = Field(
        default=3001, ge=1, le=65535, description="port on 127.0.0.1 at which `henk ui` serves the reports on uploads and the dashboard"
    )
    reports_url: str | None = Field(
        default=None,
        description="where a web server of yours serves the folder uploads/ of the home; reports are links to it, not to HENK_REPORTS_PORT",
    )
    ui_port: int = Field(default=3000, ge=1, le=65535, description="port of `henk ui` on 127.0.0.1")

    @field_validator("database_url")
    @classmethod
    def _readable_url(cls, value: SecretStr | None) -> SecretStr | None:
        """Refuse a URL that libpq cannot read, or would read in another sense than its author's.

        No message holds any part of the URL, because all of it may be the password.
        """
        if value is None:
            return None
        url = value.get_secret_value().strip()
        if "://" not in url:
            if "=" not in url:
                raise ValueError(f"it is neither a URL nor key=value. {ESCAPES}")
            return SecretStr(url)
        if not url.startswith(("postgresql://", "postgres://")):
            raise ValueError("it must begin with postgresql:// (without a driver's name such as +psycopg2)")
        authority, _, rest = re.sub(r"[/?]", " ", url.split("://", 1)[1], count=1).partition(" ")
        # libpq ends a password at the first @ and takes the rest for the host, which its messages show.
        if re.search(r"%(?![0-9A-Fa-f]{2})", url) or "@" in rest.split("?", 1)[0] or authority.count("@") > 1:
            raise ValueError(f"a sign in it has a meaning in a URL. {ESCAPES}")
        hosts = re.sub(r"\[[^\]]*\]", "", authority.rpartition("@")[2]).split(",")
        if any(port and not port.isdigit() for port in (host.partition(":")[2] for host in hosts)):
            raise ValueError(f"its port is no number. {ESCAPES}")
        return SecretStr(url)

    @field_validator("analytics_group")
    @classmethod
    def _known_group(cls, value: str | None) -> str | None:
        try:
            return value if value is None else grp.getgrnam(value).gr_name
        except KeyError:
            raise ValueError(f"there is no group {value!r} on this machine; `getent group` lists them") from None

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        if value not in zoneinfo.available_timezones():
            raise ValueError(f"{value!r} is no IANA time zone, such as America/New_York")
        return value

    @model_validator(mode="after")
    def _analytics_apart(self) -> Self:
        """Refuse a DuckDB file for analysts in a folder that holds what they must not see."""
        if not {self.private, self.uploads, self.staging, self.dagster_home, self.postgres_data}.isdisjoint(self.analytics.parents):
            raise ValueError(f"HENK_ANALYTICS must not lie in {self.analytics.parent}, which holds files that analysts must not see")
        return self

    @model_validator(mode="after")
    def _review_below_merge(self) -> Self:
        if self.match_review_from > self.match_merge_from:
            raise ValueError("HENK_MATCH_REVIEW_FROM must not be above HENK_MATCH_MERGE_FROM")
        return self

    @property
    def uploads(self) -> Path:
        """A folder for each upload: its bytes as received, its manifest, its facts, its rejected rows."""
        return self.home / "uploads"

    @property
    def private(self) -> Path:
        """The sources of the published files that analysts must not see: the DuckDB file with every name."""
        return self.home / "private"

    @property
    def staging(self) -> Path:
        """The Parquet between assets: <asset>/<upload>.parquet."""
        return self.home / "staging"

    @property
    def dagster_home(self) -> Path:
        """Dagster's own storage and configuration."""
        return self.home / "dagster"

    @property
    def postgres_data(self) -> Path:
        """Data directory of the embedded server."""
        return self.home / "postgres"


def restrict_installation(settings: Settings) -> None:
    """Restrict the home to its owner, except where other users need access below it."""
    restrict_home(settings.home, None if "://" in settings.landing else Path(settings.landing), settings.analytics_group)


def read_table(path: Path, setting: str) -> dict[str, Any]:
    """Return the TOML that a setting names.

    Raises:
        InfrastructureError: The file cannot be read; the message names the setting.
    """
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InfrastructureError(f"{setting} names {path}, which cannot be used: {error}. Correct the file or unset {setting}.") from error


def unusable_table(path: Path, setting: str, mistakes: str) -> InfrastructureError:
    """Return the error of a TOML that a setting names and whose keys or values cannot be used."""
    return InfrastructureError(f"{setting} names {path}, which cannot be used: {mistakes} Correct the file or unset {setting}.")


def masked_address(address: str) -> str:
    """Return an address of HENK_NOTIFY as it may be shown: its scheme. Passwords and tokens may be any other part of it."""
    scheme, separator, _ = address.partition("://")
    return f"{scheme}://…" if separator else "…"


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """Return the settings of this process, read from the environment once.

    Raises:
        pydantic.ValidationError: Variables cannot be used; the message names each.
    """
    return Settings()
