"""Night after night, with everybody at work in between: what was true stays true, and nothing but the data grows."""

import os
from pathlib import Path

import pytest

from tests.conftest import HENK
from tests.faults.harness import assert_at_the_end, run, seed_of
from tests.integration.database.acting import acting_as, add_user, column
from tests.integration.uploading import add_business

# Thirty nights of twenty businesses take a quarter of an hour (docs/reliability.md says when they were run last); CI has less time.
NIGHTS = int(os.environ.get("HENK_NIGHTS", "8"))
BUSINESSES = int(os.environ.get("HENK_BUSINESSES", "6"))
PEOPLE = 240  # a business's; each file has some of them, so that after a while everybody is known
REACHED = ("contacted", "converted")


class World:
    """Businesses with a member and an owner each, what the dialer has written, and who must not be called any more."""

    def __init__(self, connection, settings, chance):
        self.connection, self.settings, self.chance = connection, settings, chance
        self.slugs = [f"b{n:02d}" for n in range(BUSINESSES)]
        self.businesses, self.members, self.owners = {}, {}, {}
        for slug in self.slugs:
            business = self.businesses[slug] = add_business(connection, slug, "Year End")
            self.members[slug], self.owners[slug] = (add_user(connection, business, role) for role in ("member", "owner"))
        self.told = {}  # campaign lead → what the dialer has written of it
        self.never = {}  # slug → numbers that are suppressed, or whose people have said no in a call

    def of(self, slug, statement, *values):
        """A column of a business, whose id comes first."""
        return column(self.connection, statement, [self.businesses[slug], *values])

    def land(self, night):
        """Files of some businesses, half of them people of files before; some rows are bad, some opt out."""
        for slug in self.chance.sample(self.slugs, max(BUSINESSES // 2, 1)):
            folder = Path(self.settings.landing) / slug
            folder.mkdir(parents=True, exist_ok=True)
            lines = ["First Name,Last Name,Email,Phone,City,Do Not Call\n"]
            for number in self.chance.sample(range(PEOPLE), 60):
                # Some write another address, or none, of whom the telephone tells who they are.
                email = "" if self.chance.random() < 0.1 else f"p{number}@{slug}.example.org"
                city = self.chance.choice(["Boston", "Salem", ""])
                stop = "yes" if self.chance.random() < 0.02 else ""
                lines.append(f"Fay{number},Lee{number},{email},(212) 555-{number:04d},{city},{stop}\n")
            lines.append("Bad,Row,none,,,\n")
            path = folder / f"night{night}.csv"
            path.write_text("".join(lines))
            path.with_name(f"{path.name}.toml").write_text(f'list = "List {night % 5}"\n[[campaigns]]\ncampaign = "Year End"\n')

    def night(self):
        """What the schedule does. Gives: peak memory of the process in MB."""
        script = (
            "import resource, sys; from henk_pipeline.cli import main; sys.argv = ['henk', 'nightly', '--json']\n"
            "try:\n    main()\nexcept SystemExit as ended: code = ended.code\nelse: code = 0\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024); sys.exit(code)"
        )
        done = run([HENK.with_name("python"), "-c", script])
        assert done.returncode == 0, (done.stdout[-500:], done.stderr[-2000:])
        return int(done.stdout.split()[-1])

    def call(self, slug):
        """The dialer, a member like any other: calls some, some of whom say no more, some give."""
        with acting_as(self.connection, self.members[slug]) as acting:
            open_ones = column(acting, "SELECT id FROM campaign_leads WHERE status = 'new' ORDER BY id LIMIT 200")
            for one in self.chance.sample(open_ones, min(8, len(open_ones))):
                status = self.chance.choice([*REACHED, "dnc"])
                amount = 25 if status == "converted" else None
                acting.execute(
                    "UPDATE campaign_leads SET status = %s, attempts = attempts + 1, donated_amount = %s WHERE id = %s",
                    [status, amount, one],
                )
                self.told[one] = (status, amount)
                if status == "dnc":
                    said = "SELECT l.phone FROM campaign_leads c JOIN leads l ON l.id = c.lead_id WHERE c.id = %s AND l.phone IS NOT NULL"
                    self.never.setdefault(slug, set()).update(column(acting, said, [one]))

    def suppress(self, slug):
        number = f"+1212555{self.chance.randrange(PEOPLE):04d}"
        assert run([HENK, "suppress", number, "--business", slug]).returncode == 0
        self.never.setdefault(slug, set()).add(number)

    def undo(self, slug):
        """Somebody takes one of the last imports back."""
        ids = self.of(slug, "SELECT id FROM lead_imports WHERE business_id = %s AND status = 'partial' ORDER BY started_at")
        if ids:
            done = run([HENK, "undo", str(ids[-1])])
            assert done.returncode in (0, 1), done.stderr

    def merge(self, slug):
        leads = self.of(slug, "SELECT id FROM leads WHERE business_id = %s ORDER BY id")
        if len(leads) > 1:
            with acting_as(self.connection, self.owners[slug]) as acting:
                acting.execute("SELECT merge_leads(%s, %s)", self.chance.sample(leads, 2))

    def erase(self, slug):
        emails = self.of(slug, "SELECT email FROM leads WHERE business_id = %s AND email IS NOT NULL ORDER BY id")
        if emails:
            email = self.chance.choice(emails)
            done = run([HENK, "erase", email, "--business", slug, "--yes"])
            assert done.returncode == 0, done.stderr

    def again(self, slug):
        """A backfill of an old file, by its own name: what was taken back stays taken back, what is loaded changes nothing."""
        files = sorted((Path(self.settings.landing) / slug).glob("*.csv"))
        if files:
            done = run([HENK, "import", self.chance.choice(files), "--business", slug])
            assert done.returncode in (0, 1), done.stderr

    def assert_kept(self):
        """What the dialer has written stands, but of leads that are gone; nobody who must not be called waits for a call."""
        rows = self.connection.execute("SELECT id, status, donated_amount FROM campaign_leads").fetchall()
        now = {one: (status, amount) for one, status, amount in rows}
        ranks = {"dnc": {"dnc"}, "contacted": {"contacted", "converted", "dnc"}, "converted": {"converted"}}
        for one, (status, amount) in self.told.items():
            if one in now:
                # Of two leads that were merged the further one stays; a lead that says no more is called no more.
                assert now[one][0] in ranks[status] | {"dnc"}, (one, status, now[one])
                assert amount is None or (now[one][1] or 0) >= amount
        for slug, numbers in self.never.items():
            waiting = self.of(
                slug,
                """SELECT l.phone FROM campaign_leads c JOIN leads l ON l.id = c.lead_id
                WHERE c.business_id = %s AND l.phone = ANY (%s) AND c.status IN ('new', 'queued', 'calling')""",
                sorted(numbers),
            )
            assert waiting == []

    def sizes(self):
        """Bytes of what must not grow by itself."""
        folders = {"analytics": self.settings.analytics, "dagster": self.settings.dagster_home}
        return {
            name: sum(path.stat().st_size for path in ([place] if place.is_file() else place.rglob("*")) if path.is_file())
            for name, place in folders.items()
        }


@pytest.mark.long
@pytest.mark.timeout(3000)
def test_nights_on_end(settings, connection):
    chance = seed_of("soak")
    world = World(connection, settings, chance)
    memory, sizes = [], []
    for night in range(NIGHTS):
        world.land(night)
        memory.append(world.night())
        for slug in world.slugs:
            world.call(slug)
        for deed in ("suppress", "undo", "merge", "erase", "again"):
            getattr(world, deed)(chance.choice(world.slugs))
        assert_at_the_end(connection, settings, published=False)
        world.assert_kept()
        sizes.append(world.sizes())
    assert run([HENK, "analytics", "build"]).returncode == 0
    assert_at_the_end(connection, settings)
    print({"memory": memory, "sizes": sizes, "leads": column(connection, "SELECT count(*) FROM leads")})
    if NIGHTS >= 12:
        middle, end = slice(NIGHTS // 3, NIGHTS // 2), slice(-NIGHTS // 6, None)
        assert max(memory[end]) < 1.2 * max(memory[middle])
        # Each night has its rows of imports and rejections in the file, and its runs in Dagster: so much and no more.
        for name in sizes[0]:
            grown = (sizes[-1][name] - sizes[NIGHTS // 2][name]) / (NIGHTS - 1 - NIGHTS // 2)
            before = max(sizes[NIGHTS // 2][name] - sizes[1][name], 0) / (NIGHTS // 2 - 1)  # a file built anew may be smaller than before
            assert grown < 1.5 * before + 100_000, name
