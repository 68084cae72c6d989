"""Eight threads that refresh, edit, merge and import at once, and what PostgreSQL ended of them as a deadlock."""

import json
import random
import threading
import time
import uuid
from collections.abc import Callable
from typing import NamedTuple

import psycopg
from psycopg.types.json import Jsonb

HOT = {"field": "lead_score", "op": ">=", "value": 50}
WARM = {"field": "lead_score", "op": ">=", "value": 20}
PHONES = [f"+1212555{number:04}" for number in range(40)]


class World(NamedTuple):
    """A business with people, two smart lists and a static one, all mirrored by a campaign."""

    business: str
    member: str
    leads: list[str]
    lists: list[str]
    static: str
    campaign: str


class Outcome(NamedTuple):
    """What came of it: how often each kind of work was done, and the errors."""

    done: dict[str, int]
    deadlocks: list[str]
    others: list[str]


def make_world(connection: psycopg.Connection, people: int = 200) -> World:
    """Return a business with people, several of a telephone, and lists that a campaign mirrors."""

    def insert(table: str, **values: object) -> str:
        names, marks = ", ".join(values), ", ".join(["%s"] * len(values))
        bound = [Jsonb(value) if isinstance(value, dict) else value for value in values.values()]
        row = connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks}) RETURNING id::text", bound).fetchone()  # type: ignore[arg-type]
        assert row is not None
        return str(row[0])

    business = insert("businesses", name="Acme", slug="acme-at-once")
    member = insert("auth.users", id=str(uuid.uuid4()), email="member@example.org")
    connection.execute(
        "INSERT INTO team_members (business_id, user_id, role, status) VALUES (%s, %s, 'owner', 'active')", [business, member]
    )
    leads = [
        insert("leads", business_id=business, first_name=f"P{n}", email=f"p{n}@example.org", phone=PHONES[n % 40], lead_score=n % 100)
        for n in range(people)
    ]
    campaign = insert("campaigns", business_id=business, name="Year End", status="active", exclude_dnc=True, dedupe_by_phone=True)
    hot = insert("lead_lists", business_id=business, name="Hot", list_type="dynamic", filter_criteria=HOT, max_leave=1)
    named = {"all": [WARM, {"list": hot, "op": "not_in"}]}
    warm = insert("lead_lists", business_id=business, name="Warm", list_type="dynamic", filter_criteria=named, max_leave=1)
    static = insert("lead_lists", business_id=business, name="Import")
    connection.execute(
        "INSERT INTO lead_list_members (business_id, lead_list_id, lead_id) SELECT %s, %s, id FROM unnest(%s::uuid[]) id",
        [business, static, leads[::2]],
    )
    for priority, lead_list in enumerate((hot, warm, static), 1):
        connection.execute("SELECT henk.assign_list(%s, %s, %s)", [campaign, lead_list, priority])
    connection.execute("UPDATE campaign_lead_lists SET follow = 'mirror'")
    return World(business, member, leads, [hot, warm], static, campaign)


def run_at_once(url: str, world: World, seconds: float, seed: int = 0, only: tuple[str, ...] = ()) -> Outcome:
    """Return what eight threads did in so many seconds: two each of refresh, edit, merge and import (`only`: the kinds that run)."""
    ends = time.monotonic() + seconds
    done: dict[str, int] = {}
    deadlocks: list[str] = []
    others: list[str] = []

    def work(kind: str, number: int) -> None:
        chance = random.Random(f"{seed} {number}")
        with psycopg.connect(url, autocommit=True) as connection:
            while time.monotonic() < ends:
                step = WORK[kind]
                try:
                    step(connection, world, chance)
                    done[kind] = done.get(kind, 0) + 1
                except psycopg.errors.DeadlockDetected as error:
                    deadlocks.append(f"{kind}: {error}")
                except psycopg.Error as error:
                    if error.sqlstate not in EXPECTED:
                        others.append(f"{kind}: {error.sqlstate} {error}")

    kinds = [kind for kind in ("refresh", "edit", "merge", "import") if not only or kind in only]
    threads = [threading.Thread(target=work, args=(kind, number)) for number, kind in enumerate(kinds * 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Outcome(done, deadlocks, others)


# A lead that another thread has just merged away: no record, no member, a merge after which another came.
EXPECTED = ("P0002", "42501", "55000", "23503")


def _refresh(connection: psycopg.Connection, world: World, chance: random.Random) -> None:
    if chance.random() < 0.2:
        connection.execute("SELECT henk.follow_static_lists(%s)", [world.business])
    else:
        connection.execute("SELECT refresh_lead_list_now(%s, true)", [chance.choice(world.lists)])


def _edit(connection: psycopg.Connection, world: World, chance: random.Random) -> None:
    lead, lead_list = chance.choice(world.leads), chance.choice([*world.lists, world.static])
    claims = json.dumps({"role": "authenticated", "sub": world.member})
    with connection.transaction():
        connection.execute("SET LOCAL ROLE authenticated")
        connection.execute("SELECT set_config('request.jwt.claims', %s, true)", [claims])
        match chance.randrange(10):
            case 0 | 1:
                connection.execute("UPDATE leads SET lead_score = %s WHERE id = %s", [chance.randrange(100), lead])
            case 2:
                connection.execute("UPDATE leads SET phone = %s WHERE id = %s", [chance.choice(PHONES), lead])
            case 3:
                connection.execute(
                    "INSERT INTO lead_list_members (lead_list_id, lead_id) SELECT %s, id FROM leads WHERE id = %s ON CONFLICT DO NOTHING",
                    [lead_list, lead],
                )
            case 4:
                connection.execute("DELETE FROM lead_list_members WHERE lead_list_id = %s AND lead_id = %s", [lead_list, lead])
            case 5:
                connection.execute(
                    "INSERT INTO lead_list_exclusions (lead_list_id, lead_id) SELECT %s, id FROM leads WHERE id = %s ON CONFLICT DO NOTHING",
                    [lead_list, lead],
                )
            case 6:
                connection.execute(
                    "UPDATE campaign_leads SET status = 'contacted', attempts = attempts + 1 WHERE lead_id = %s AND status <> 'dnc'", [lead]
                )
            case 7:
                connection.execute("UPDATE leads SET do_not_call = NOT do_not_call WHERE id = %s", [lead])
            case 8:
                connection.execute(
                    "UPDATE campaign_leads SET status = 'calling' WHERE lead_id = %s AND status IN ('new', 'queued')", [lead]
                )
            case _:
                connection.execute(
                    "UPDATE campaign_lead_lists SET priority = %s WHERE lead_list_id = %s", [chance.randint(1, 3), lead_list]
                )


def _merge(connection: psycopg.Connection, world: World, chance: random.Random) -> None:
    if chance.random() < 0.5:
        keep, drop = chance.sample(world.leads, 2)
        connection.execute("SELECT merge_leads(%s, %s)", [keep, drop])
    else:
        connection.execute(
            "SELECT unmerge_leads((SELECT id FROM lead_merges WHERE taken_apart_at IS NULL AND business_id = %s ORDER BY merged_at DESC LIMIT 1))",
            [world.business],
        )


def _import(connection: psycopg.Connection, world: World, chance: random.Random) -> None:
    some = chance.sample(world.leads, 30)
    with connection.transaction():
        connection.execute("SELECT henk.lock_business(%s)", [world.business])
        connection.execute("SET LOCAL henk.importing = 'on'")
        connection.execute("SELECT FROM leads WHERE id = ANY (%s::uuid[]) ORDER BY id FOR NO KEY UPDATE", [some])
        connection.execute("UPDATE leads SET lead_score = (random() * 100)::integer WHERE id = ANY (%s::uuid[])", [some])
        connection.execute("SELECT henk.lock_lists(%s)", [world.business])
        connection.execute(
            "INSERT INTO lead_list_members (business_id, lead_list_id, lead_id) SELECT business_id, %s, id FROM leads WHERE id = ANY (%s::uuid[]) "
            "ORDER BY id ON CONFLICT DO NOTHING",
            [world.static, some],
        )
        connection.execute("SELECT henk.assign_list(%s, %s, 3)", [world.campaign, world.static])


WORK: dict[str, Callable[[psycopg.Connection, World, random.Random], None]] = {
    "refresh": _refresh,
    "edit": _edit,
    "merge": _merge,
    "import": _import,
}
