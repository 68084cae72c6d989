"""Businesses and their campaigns: look up, add. An id or a name of another business is never found."""

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import class_row, dict_row
from psycopg.types.json import Jsonb

UUID_FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
BLANKS = " \t\n\r\x0b\x0c\u00a0\u2028\u2029"  # around a name


class Business(NamedTuple):
    """An organisation that calls."""

    id: UUID
    slug: str
    name: str
    default_country: str


class Campaign(NamedTuple):
    """A campaign of a business."""

    id: UUID
    name: str
    status: str

    @property
    def has_ended(self) -> bool:
        """Whether no lead joins it any more."""
        return self.status in ("completed", "cancelled")


class UnknownBusinessError(LookupError):
    """There is no business of that slug; the message names those there are."""


class UnknownCampaignError(LookupError):
    """The business has no such campaign; the message names its campaigns. `phrase` is the part that does not change with those."""

    def __init__(self, campaign: str, slug: str, names: Sequence[str]) -> None:
        self.phrase = f"no campaign {campaign!r}."
        others = f"It has: {', '.join(names)}." if names else "It has none yet."
        super().__init__(f"The business has {self.phrase} {others} {_campaign_remedy(campaign, slug, names)}")


def _campaign_remedy(campaign: str, slug: str, names: Sequence[str]) -> str:
    """Return what to do about a campaign that is not there: the name that is meant, else the command that adds it."""
    add = f'henk campaign add "{campaign}" --business {slug}'
    same = next((name for name in names if _name_key(name) == _name_key(campaign)), None)
    if same is not None:
        return f"Did you mean {same!r}?"
    if UUID_FORM.fullmatch(campaign.strip()):  # an id of another business or database: no name for a campaign
        return "Name one of these." if names else f'Add one with: henk campaign add "NAME" --business {slug}'
    close = difflib.get_close_matches(_name_key(campaign), [_name_key(name) for name in names], 1, 0.8)
    meant = next((name for name in names if close and _name_key(name) == close[0]), None)
    return f"Did you mean {meant!r}? If it is another one, add it with: {add}" if meant else f"Add it with: {add}"


def _name_key(name: str) -> str:
    return " ".join(name.casefold().split())


class NameTakenError(ValueError):
    """Another campaign or list of the business has the name."""


def find_business(connection: psycopg.Connection, slug: str) -> Business:
    """Return the business of a slug.

    Raises:
        UnknownBusinessError: No business has the slug.
    """
    with connection.cursor(row_factory=class_row(Business)) as cursor:
        business = cursor.execute("SELECT id, slug, name, default_country FROM businesses WHERE slug = %s", [slug]).fetchone()
    if business is None:
        slugs = connection.execute("SELECT string_agg(slug, ', ' ORDER BY slug) FROM businesses").fetchone()
        others = f"There are: {slugs[0]}." if slugs and slugs[0] else "There is none yet."
        raise UnknownBusinessError(f"There is no business {slug!r}. {others} Add it with: henk business add {slug}")
    return business


def list_slugs(connection: psycopg.Connection) -> list[str]:
    """Return the slugs of all businesses, in order."""
    return [slug for (slug,) in connection.execute("SELECT slug FROM businesses ORDER BY slug")]


def add_business(connection: psycopg.Connection, slug: str, name: str, country: str, timezone: str) -> tuple[UUID, bool]:
    """Add a business, unless one has the slug; that one stays as it is.

    Returns:
        The id of the business, and whether it is new.

    Raises:
        psycopg.errors.CheckViolation: The slug or country is not valid.
    """
    row = connection.execute(
        """INSERT INTO businesses (slug, name, default_country, timezone) VALUES (%s, %s, %s, %s)
        ON CONFLICT (slug) DO NOTHING RETURNING id""",
        [slug, name, country, timezone],
    ).fetchone()
    return (row[0], True) if row else (find_business(connection, slug).id, False)


def add_campaign(connection: psycopg.Connection, business_id: UUID, name: str) -> tuple[UUID, bool]:
    """Add a campaign as a draft, unless one has the name; that one stays as it is.

    Returns:
        The id of the campaign, and whether it is new.
    """
    with connection.transaction():
        connection.execute("SELECT FROM businesses WHERE id = %s FOR NO KEY UPDATE", [business_id])
        campaigns = _campaigns(connection, business_id, name)
        if campaigns:
            return campaigns[0].id, False
        row = connection.execute("INSERT INTO campaigns (business_id, name) VALUES (%s, %s) RETURNING id", [business_id, name]).fetchone()
    if row is None:
        raise RuntimeError("INSERT … RETURNING gave no row")
    return row[0], True


def find_campaign(connection: psycopg.Connection, business_id: UUID, name_or_id: str) -> Campaign:
    """Return the campaign of an id or name, with or without the blanks around it; the oldest of several with one name.

    Raises:
        UnknownCampaignError: The business has no such campaign.
    """
    campaigns = _campaigns(connection, business_id, name_or_id)
    if not campaigns:
        rows = connection.execute("SELECT name FROM campaigns WHERE business_id = %s ORDER BY name", [business_id]).fetchall()
        row = connection.execute("SELECT slug FROM businesses WHERE id = %s", [business_id]).fetchone()
        raise UnknownCampaignError(name_or_id, str(row[0]) if row else "…", [str(name) for (name,) in rows])
    return campaigns[0]


def _campaigns(connection: psycopg.Connection, business_id: UUID, name_or_id: str) -> list[Campaign]:
    with connection.cursor(row_factory=class_row(Campaign)) as cursor:
        return cursor.execute(
            """SELECT id, name, status::text AS status FROM campaigns
            WHERE business_id = %(business)s AND (btrim(name, %(blanks)s) = btrim(%(wanted)s, %(blanks)s) OR id::text = lower(%(wanted)s))
            ORDER BY (id::text = lower(%(wanted)s)) DESC, name = %(wanted)s DESC, created_at, id""",
            {"business": business_id, "wanted": name_or_id, "blanks": BLANKS},
        ).fetchall()


def lock_business(connection: psycopg.Connection, business_id: UUID) -> None:
    """Wait until no other transaction loads for this business, then keep others out until the end of this one."""
    connection.execute("SELECT henk.lock_business(%s)", [business_id])


def list_businesses(connection: psycopg.Connection) -> list[dict[str, Any]]:
    """Return every business, by slug, with how many leads, lists that are not archived and campaigns it has."""
    return _rows(
        connection,
        """SELECT b.slug, b.name, b.default_country::text AS country, b.timezone, b.status,
            (SELECT count(*) FROM leads l WHERE l.business_id = b.id) AS leads,
            (SELECT count(*) FROM lead_lists l WHERE l.business_id = b.id AND NOT l.is_archived) AS lists,
            (SELECT count(*) FROM campaigns c WHERE c.business_id = b.id) AS campaigns, b.id FROM businesses b ORDER BY b.slug""",
        [],
    )


def list_campaigns(connection: psycopg.Connection, business_id: UUID) -> list[dict[str, Any]]:
    """Return the campaigns of a business, by name, with how many leads each has and the lists that are assigned to it."""
    return _rows(
        connection,
        """SELECT c.name::text, c.status, henk.publishable(c.start_date) AS "start", henk.publishable(c.end_date) AS "end",
            (SELECT count(*) FROM campaign_leads cl WHERE cl.campaign_id = c.id) AS leads,
            ARRAY(SELECT l.name::text FROM campaign_lead_lists a JOIN lead_lists l ON l.id = a.lead_list_id
                WHERE a.campaign_id = c.id ORDER BY a.priority, 1) AS lists, c.id
        FROM campaigns c WHERE c.business_id = %s ORDER BY c.name, c.created_at, c.id""",
        [business_id],
    )


def list_lead_lists(connection: psycopg.Connection, business_id: UUID) -> list[dict[str, Any]]:
    """Return the lead lists of a business, by name, with how many leads each has and the campaigns that it is assigned to."""
    return _rows(
        connection,
        """SELECT l.name::text, l.list_type AS type, CASE WHEN l.is_archived THEN 'archived' WHEN l.held IS NOT NULL THEN 'held'
            WHEN l.refresh_error IS NOT NULL THEN 'failed' WHEN l.list_type <> 'static' AND l.refresh <> 'frozen' AND l.filter_criteria IS NOT NULL
            AND (l.refreshed_at IS NULL OR l.criteria_changed_at > l.refreshed_at) THEN 'stale' ELSE 'in use' END AS state, l.lead_count AS leads,
            ARRAY(SELECT c.name::text FROM campaign_lead_lists a JOIN campaigns c ON c.id = a.campaign_id
                WHERE a.lead_list_id = l.id ORDER BY 1) AS campaigns, l.id
        FROM lead_lists l WHERE l.business_id = %s ORDER BY l.name, l.created_at, l.id""",
        [business_id],
    )


def change_business(connection: psycopg.Connection, business_id: UUID, values: Mapping[str, Any]) -> None:
    """Set these columns of a business. The caller commits."""
    _change(connection, "businesses", business_id, values)


def change_campaign(connection: psycopg.Connection, campaign_id: UUID, values: Mapping[str, Any]) -> None:
    """Set these columns of a campaign. The caller commits.

    Raises:
        NameTakenError: Another campaign of the business has the name.
        psycopg.errors.CheckViolation: A value that no campaign has.
    """
    _require_free_name(connection, "campaigns", campaign_id, values.get("name"))
    _change(connection, "campaigns", campaign_id, values)


def change_list(connection: psycopg.Connection, list_id: UUID, values: Mapping[str, Any]) -> None:
    """Set these columns of a lead list. The caller commits.

    Raises:
        NameTakenError: Another list of the business that is in use has the name.
    """
    row = connection.execute("SELECT name, is_archived FROM lead_lists WHERE id = %s FOR UPDATE", [list_id]).fetchone()
    if row is not None and not values.get("is_archived", row[1]):
        _require_free_name(connection, "lead_lists", list_id, values.get("name", row[0]), " AND NOT other.is_archived")
    _change(connection, "lead_lists", list_id, values)


def _require_free_name(connection: psycopg.Connection, table: str, row_id: UUID, name: str | None, among: LiteralString = "") -> None:
    query = sql.SQL("""SELECT other.id FROM {0} this JOIN {0} other ON other.business_id = this.business_id AND other.id <> this.id
        WHERE this.id = %s AND other.name = %s""").format(sql.Identifier(table)) + sql.SQL(among)
    row = connection.execute(query, [row_id, name]).fetchone()
    if row is not None:
        raise NameTakenError(
            f"Another {'campaign' if table == 'campaigns' else 'list'} of the business is named {name!r} already: {row[0]}."
        )


def _change(connection: psycopg.Connection, table: str, row_id: UUID, values: Mapping[str, Any]) -> None:
    assignments = sql.SQL(", ").join(sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in values)
    statement = sql.SQL("UPDATE {} SET {}, updated_at = now() WHERE id = %(_id)s").format(sql.Identifier(table), assignments)
    bound = {name: Jsonb(value) if isinstance(value, list | dict) else value for name, value in values.items()}
    connection.execute(statement, {**bound, "_id": row_id})


def _rows(connection: psycopg.Connection, query: LiteralString, bound: Sequence[Any]) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, bound).fetchall()
