"""Who is surely the same person: by source id, e-mail and phone, unless the names contradict. And how sure and likely pairs become persons.

Which of their values wins is survivorship's matter.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import polars as pl

from henk_pipeline.leads.beginnings import begins_like
from henk_pipeline.leads.borne_names import is_of_either_kind
from henk_pipeline.leads.cell_words import load_cell_words
from henk_pipeline.leads.details import DETAIL_SCHEMA, details_contradict, generation_lacks, sex_words_contradict
from henk_pipeline.leads.emails import IS_ROLE
from henk_pipeline.leads.identity import HOME_FIELDS, PROVIDERS, email_key, folded, names
from henk_pipeline.leads.nicknames import GIVEN_BY_THEMSELVES, other_readings
from henk_pipeline.leads.slices import SLICE
from henk_pipeline.leads.spellings import (
    are_written_as_one,
    heard_alike_of_two,
    is_one_person_of_two_mailboxes,
    second_families_differ,
    spelled_alike,
    without_umlauts,
)

# An e-mail address or a telephone with more people than this is an office's or a household's: no proof of anything.
SHARED_BY_AT_MOST = 4
# Names of one key that are compared in pairs at most: the number of pairs is their square.
COMPARED_OF_A_KEY = 100


class Proof(NamedTuple):
    """When rows with the same key are not one person. `first`, `last`: the names that contradict; where both are named, both must."""

    first: bool
    last: bool


# A record keeps its id when a person marries or is renamed, but not both at once. An address is a person's, but couples share one. A telephone
# is a household's or an office's: there another family name is another person, too.
PROOFS = {"source_id": Proof(first=True, last=True), "email": Proof(first=True, last=False), "phone": Proof(first=True, last=True)}
BOTH_MUST_CONTRADICT = ("source_id",)
# The surest first.
KINDS = tuple(PROOFS)

# In what else than first and family name rows of one person are equal.
PARTS_OF_ONE = ("birth", "generation", "middle", *DETAIL_SCHEMA)

KEY_SCHEMA: dict[str, Any] = {"row": pl.Int64, "kind": pl.String, "key": pl.String}
EDGE_SCHEMA: dict[str, Any] = {"row": pl.Int64, "node": pl.UInt64, "kind": pl.String, "probability": pl.Float64}


def match_keys(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the keys that rows can be recognised by.

    Takes: `row`, source, source_id, first_name, last_name, email, phone, mobile_phone. Gives: KEY_SCHEMA, one line a key: `<source>:<id>`, the
    e-mail address in its one form, each telephone. The mailbox of a function ("info@") is several people's: a key together with the name only.
    """

    def of(kind: str, key: pl.Expr) -> pl.DataFrame:
        return frame.select("row", pl.lit(kind).alias("kind"), key.alias("key")).drop_nulls("key")

    mobile = pl.when(pl.col("mobile_phone").ne_missing(pl.col("phone"))).then("mobile_phone")
    keys = [of("source_id", pl.concat_str("source", pl.lit(":"), "source_id")), of("phone", pl.col("phone")), of("phone", mobile)]
    address = email_key(_without_nobodys(frame["email"])).alias("key")
    emails = pl.DataFrame([frame["row"], pl.Series("kind", ["email"]).new_from_index(0, frame.height), address])
    is_role = emails["key"].str.contains(IS_ROLE).fill_null(value=False)
    if is_role.any():
        words = pl.DataFrame([folded(frame[name].filter(is_role)).alias(name) for name in ("first_name", "last_name")])
        of_function = words.select(emails["key"].filter(is_role) + pl.lit(" ") + pl.concat_str(pl.all(), separator=" ", ignore_nulls=True))
        emails = emails.with_columns(emails["key"].scatter(is_role.arg_true(), of_function.to_series()))
    return pl.concat([*keys, emails.drop_nulls()]).cast(pl.Schema(KEY_SCHEMA))


def _without_nobodys(emails: pl.Series) -> pl.Series:
    """Return addresses without those that stand for none ("na@na.com")."""
    return (
        emails.to_frame("email").select(pl.when(~pl.col("email").str.contains(load_cell_words().empty.addresses)).then("email")).to_series()
    )


def rows_that_share(pieces: Iterable[pl.DataFrame]) -> pl.Series:
    """Return the rows (`row`) of a table in pieces that share a key with another, and by chance a few others.

    Takes: what `match_keys` takes. A hash stands for a key: the keys of all rows are more than the rows themselves.
    """
    nothing = pl.DataFrame(schema={"row": pl.Int64, "key": pl.UInt64})
    keys = pl.concat([nothing, *(match_keys(piece).select("row", pl.col("key").hash()) for piece in pieces)])
    # Sorted, not counted: a table of all keys takes several times as much as they.
    ordered = keys["key"].sort()
    twice = ordered.filter(ordered == ordered.shift()).unique()
    return keys.filter(pl.col("key").is_in(twice.implode()))["row"].unique()


def sure_edges(frame: pl.DataFrame, shared_by_at_most: int = SHARED_BY_AT_MOST) -> pl.DataFrame:
    """Return the rows that a key holds together.

    Takes: what `match_keys` and `names` take. Gives: EDGE_SCHEMA: rows with the same `node` are
    surely one person. On a key with people whose names contradict each name is a node of its own; a row without a first name belongs
    to none of several.
    """
    frame = frame.filter(pl.col("row").is_in(rows_that_share(frame.iter_slices(SLICE)).implode()))
    held = match_keys(frame).filter(pl.len().over("kind", "key") > 1)
    held = held.with_columns(pl.struct("kind", "key").rank("dense").cast(pl.UInt64).alias("block"))
    if not held.height:
        return pl.DataFrame(schema=EDGE_SCHEMA)
    people = names(frame, "row")
    # Most keys are held by rows of one name: only the others are looked at name by name.
    parts = [name for name in ("first", "last", *PARTS_OF_ONE) if people[name].count()]  # most files have no details
    people = people.with_columns(pl.struct(parts or ["first"]).rank("dense").alias("name"))
    held = held.join(people.select("row", "name"), on="row")
    name_count = pl.col("name").n_unique().over("block")
    plain = held.filter(name_count == 1).with_columns(pl.lit(0, dtype=pl.Int64).alias("group"))
    mixed = held.filter(name_count > 1)
    own_mailbox = (pl.col("kind") == "email") & ~pl.col("key").str.contains(IS_ROLE)
    variants = mixed.select("block", "kind", "name", own_mailbox.alias("own_mailbox")).unique()
    groups = _agreeing(variants, people.unique("name", keep="any"), _mailboxes_of_telephones(mixed, frame), shared_by_at_most)
    mixed = mixed.join(groups, on=["block", "name"])
    grouped = pl.concat([plain.select("row", "kind", "block", "group"), mixed.select("row", "kind", "block", "group")])
    edges = grouped.select(
        "row", pl.struct("block", "group").rank("dense").cast(pl.UInt64).alias("node"), "kind", pl.lit(1.0).alias("probability")
    )
    edges = _without_namesakes_of_a_function(edges, held, frame)
    edges = _without_others_of_a_telephone(edges, frame, people)
    edges = _without_exchanged_of_a_telephone(edges, frame, people)
    edges = _without_two_of_a_telephone(edges, frame, people)
    return edges.filter(pl.len().over("node") > 1).cast(pl.Schema(EDGE_SCHEMA))


def _without_namesakes_of_a_function(edges: pl.DataFrame, held: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """Return edges in which the mailbox of a function and one name do not hold rows with several telephones and several postal codes.

    Two John Smiths may read office@: they are compared as namesakes are.
    """
    of_function = held.filter((pl.col("kind") == "email") & pl.col("key").str.contains(IS_ROLE)).select("row")
    if not of_function.height or "postal_code" not in frame.columns:
        return edges
    contacts = frame.select("row", pl.coalesce("phone", "mobile_phone").alias("phone"), "postal_code")
    nodes = edges.filter(pl.col("kind") == "email").join(of_function, on="row", how="semi").join(contacts, on="row")
    several = nodes.group_by("node").agg(pl.col("phone", "postal_code").drop_nulls().n_unique())
    return edges.join(several.filter((pl.col("phone") > 1) & (pl.col("postal_code") > 1)), on="node", how="anti")


def _without_others_of_a_telephone(edges: pl.DataFrame, frame: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Return edges in which a telephone does not hold a row without a first name that has another e-mail address or mobile phone than its people.

    Of such pairs in a table of households none was one person (docs/benchmarks.md): somebody else of the house answers the telephone, too.
    """
    bare = people.filter(pl.col("first").is_null()).select("row")
    if not bare.height:
        return edges
    held = edges.filter(pl.col("kind") == "phone").select("row", "node").join(_contacts(frame), on="row")
    sides = held.join(bare, on="row", how="semi").join(held.join(bare, on="row", how="anti"), on="node", suffix="_other")
    return edges.join(_of_other_contacts(sides, "row", "node"), on=["row", "node"], how="anti")


def _without_exchanged_of_a_telephone(edges: pl.DataFrame, frame: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Return edges in which a telephone does not hold two whose names stand in each other's place and who have other e-mail addresses or mobiles.

    Min Kim and Kim Min are a couple. Of the two orders one gets a node of its own, and rows without a first name belong to neither.
    """
    held = edges.filter(pl.col("kind") == "phone").select("row", "node")
    named = held.join(people.select("row", "first", "last"), on="row")
    several = named.filter(pl.col("first") != pl.col("last")).filter(pl.col("first").n_unique().over("node") > 1)
    pair = pl.min_horizontal("first", "last").alias("low"), pl.max_horizontal("first", "last").alias("high")
    several = several.with_columns(*pair, (pl.col("first") < pl.col("last")).alias("ordered"))
    exchanged = several.filter(pl.col("ordered").n_unique().over("node", "low", "high") > 1)
    if not exchanged.height:
        return edges
    # Counted, not paired: thousands of rows may hold either order.
    contacts = (
        exchanged.join(_contacts(frame), on="row")
        .group_by("node", "low", "high")
        .agg(
            pl.col(name).filter(side).drop_nulls().n_unique().alias(f"{name}_{label}")
            for name in ("email", "mobile")
            for label, side in (("one", pl.col("ordered")), ("other", ~pl.col("ordered")), ("all", pl.lit(value=True)))
        )
    )
    counts = [[pl.col(f"{name}_{label}").cast(pl.Int64) for label in ("one", "other", "all")] for name in ("email", "mobile")]
    differ = pl.any_horizontal((first > 0) & (second > 0) & (total > 1) for first, second, total in counts)
    equal = pl.any_horizontal(first + second > total for first, second, total in counts)
    parted = contacts.filter(differ & ~equal).select("node", pl.col("high").alias("first"), pl.col("low").alias("last"))
    own = pl.col("node") + pl.lit(2**39, dtype=pl.UInt64)
    moved = named.join(parted, on=["node", "first", "last"], how="semi").select("row", "node", own.alias("own"))
    nobodys = named.filter(pl.col("first").is_null()).join(parted, on="node", how="semi").select("row", "node")
    left = edges.join(nobodys, on=["row", "node"], how="anti").join(moved, on=["row", "node"], how="left", maintain_order="left")
    return left.with_columns(pl.coalesce("own", "node").cast(pl.UInt64).alias("node")).drop("own")


def _without_two_of_a_telephone(edges: pl.DataFrame, frame: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Return edges in which a telephone does not hold two of an office ("jsmith1@", "jsmith2@") or of a house ("Toni", "Tony") together.

    The mailboxes of an office are numbered because two people have one name. Both kinds are one person's with an equal birth date or a second equal
    telephone, numbered mailboxes also with an equal home, and given names with an equal e-mail address. Rows that may be of either get no node.
    Of more people than COMPARED_OF_A_KEY a mailbox of one's own is all that shows who is one.
    """
    held = edges.filter(pl.col("kind") == "phone").select("row", "node")
    domain = pl.col("email").str.extract("@(.*)$")
    own = pl.when(domain.is_in(PROVIDERS).not_()).then("email")
    numbered = own.str.replace("@.*", "").str.replace_all("[0-9]", "") + pl.lit("@") + domain
    columns = [name for name in (*HOME_FIELDS, "phone", "mobile_phone") if name in frame.columns]
    described = held.join(_contacts(frame).select("row", "email", own.alias("own"), numbered.alias("numbered")), on="row").join(
        people.select("row", "first", "birth"), on="row"
    )
    several = pl.any_horizontal(pl.col(name).drop_nulls().n_unique().over("node") > 1 for name in ("own", "first"))
    described = described.filter(several).join(frame.select("row", *columns), on="row")
    if not described.height:
        return edges
    different = described.drop("row").unique(maintain_order=True).with_row_index("one")
    many = pl.len().over("node") > COMPARED_OF_A_KEY
    sides = different.filter(~many)
    sides = sides.join(sides, on="node", suffix="_other").filter(pl.col("one") < pl.col("one_other"))
    equal = {name: (pl.col(name) == pl.col(f"{name}_other")).fill_null(value=False) for name in ("email", "birth", *columns)}
    phones = [pl.concat_list(f"phone{side}", f"mobile_phone{side}").list.drop_nulls() for side in ("", "_other")]
    of_one = equal["birth"] | (phones[0].list.set_intersection(phones[1]).list.len() > 1)
    home = pl.all_horizontal(equal[name] for name in HOME_FIELDS) if set(HOME_FIELDS) <= set(columns) else pl.lit(value=False)
    of_office = (pl.col("numbered") == pl.col("numbered_other")) & (pl.col("own") != pl.col("own_other")) & ~home
    of_house = heard_alike_of_two(pl.col("first"), pl.col("first_other")) & ~equal["email"]
    switchboards = different.filter(many).select("node").unique()
    for part, of_two in (("own", of_office), ("first", of_house)):
        parted = pl.concat([sides.filter((of_two & ~of_one).fill_null(value=False)).select("node").unique(), switchboards])
        inside = described.join(parted, on="node", how="semi").select("row", "node", pl.col(part).alias("part"))
        nodes = inside.drop_nulls("part").with_columns(
            (pl.struct("node", "part").rank("dense").cast(pl.UInt64) + pl.lit(2**38 if part == "own" else 2**37, dtype=pl.UInt64)).alias(
                "own"
            )
        )
        nobodys = inside.filter(pl.col("part").is_null()).select("row", "node")
        edges = edges.join(nobodys, on=["row", "node"], how="anti").join(
            nodes.select("row", "node", "own"), on=["row", "node"], how="left", maintain_order="left"
        )
        edges = edges.with_columns(pl.coalesce("own", "node").cast(pl.UInt64).alias("node")).drop("own")
        described = described.join(parted, on="node", how="anti")
        sides, switchboards = (some.join(parted, on="node", how="anti") for some in (sides, switchboards))
    return edges


def _mailboxes_of_telephones(held: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """Return `block`, `name` and `emails` (list) of the names that telephones hold and that have an e-mail address."""
    emails = _contacts(frame).select("row", "email").drop_nulls()
    with_email = held.filter(pl.col("kind") == "phone").join(emails, on="row")
    return with_email.group_by("block", "name").agg(pl.col("email").unique().alias("emails"))


def _mailboxes_contradict() -> pl.Expr:
    """Return whether a telephone is that of a household: no mailbox of either (`emails`) is the other's, and the given names may be two people's.

    Names that stand in each other's place are `_without_exchanged_of_a_telephone`'s.
    """
    differ = (pl.col("emails").list.set_intersection("emails_other").list.len() == 0).fill_null(value=False)
    first, other, last, last_other = (pl.col(name) for name in ("first", "first_other", "last", "last_other"))
    exchanged = ((first == last_other) & (last == other)).fill_null(value=False)
    return differ & ~exchanged & ~is_one_person_of_two_mailboxes(("", "_other"))


def _contacts(frame: pl.DataFrame) -> pl.DataFrame:
    """Return `row`, `email` and `mobile` of people; mailboxes of functions are left out."""
    contacts = pl.DataFrame(
        [frame["row"], email_key(_without_nobodys(frame["email"])).alias("email"), frame["mobile_phone"].alias("mobile")]
    )
    return contacts.with_columns(pl.when(~pl.col("email").str.contains(IS_ROLE)).then("email").alias("email"))


def _of_other_contacts(sides: pl.DataFrame, *by: str) -> pl.DataFrame:
    """Return the groups of pairs of people (`email`, `mobile`, `email_other`, …) in which some contacts differ and none is equal: `by`."""
    differ = (pl.col("email") != pl.col("email_other")) | (pl.col("mobile") != pl.col("mobile_other"))
    equal = (pl.col("email") == pl.col("email_other")) | (pl.col("mobile") == pl.col("mobile_other"))
    others = sides.group_by(by).agg(differ.fill_null(value=False).any().alias("differ"), equal.fill_null(value=False).any().alias("equal"))
    return others.filter(pl.col("differ") & ~pl.col("equal")).select(by)


def without_shared(people: pl.DataFrame, shared_by_at_most: int = SHARED_BY_AT_MOST) -> pl.DataFrame:
    """`identities` without the addresses and telephones that prove nothing: those of a function, and those of too many people."""
    named = people.select("row", pl.struct("first", "last").alias("name"))
    held = people.select("row", pl.col("phones").alias("key")).explode("key").drop_nulls()
    emails = people.select("row", pl.col("email").alias("key")).drop_nulls()

    def crowded(keys: pl.DataFrame) -> pl.Series:
        shared = keys.filter(pl.col("key").is_duplicated()).join(named, on="row")
        return shared.group_by("key").agg(pl.col("name").n_unique().alias("n")).filter(pl.col("n") > shared_by_at_most)["key"]

    phones = crowded(held)
    if phones.len():
        left = pl.col("phones").list.set_difference(phones.to_list())
        people = people.with_columns(pl.when(left.list.len() > 0).then(left.list.sort()).alias("phones"))
    nobodys = (
        pl.col("email").str.contains(IS_ROLE)
        | pl.col("email").str.contains(load_cell_words().empty.addresses)
        | pl.col("email").is_in(crowded(emails).implode())
    )
    return people.with_columns(pl.when(~nobodys.fill_null(value=False)).then(name).alias(name) for name in ("email", "mailbox"))


def _agreeing(variants: pl.DataFrame, named: pl.DataFrame, mailboxes: pl.DataFrame, shared_by_at_most: int) -> pl.DataFrame:
    """`block`, `name` and `group`: the names of a block that may be one person have one group. Where too many share one, only equal names are."""
    parts = named.select("name", "first", "last", "formals", "lasts", "birth", "generation", "middle", "gender", *DETAIL_SCHEMA)
    described = variants.join(parts, on="name").join(mailboxes, on=["block", "name"], how="left")
    many = described.filter(pl.col("kind") != "source_id").drop_nulls("first")
    crowded = many.group_by("block").agg(pl.struct("first", "last").n_unique().alias("n")).filter(pl.col("n") > shared_by_at_most)
    crowded = pl.concat(
        [crowded.select("block"), described.group_by("block").len().filter(pl.col("len") > COMPARED_OF_A_KEY).select("block")]
    )
    # What many share proves nothing of different names, but whoever has the whole of a name there is one person.
    same_names = described.join(crowded, on="block", how="semi").drop_nulls(["first", "last"])
    # An initial or no name at all may be several people's: where there are whole names they come first.
    is_full = (pl.col("first").str.len_chars() > 1).fill_null(value=False)
    described = described.join(crowded, on="block", how="anti").with_columns(is_full.alias("whole"))
    described = described.with_columns((pl.col("whole") | ~pl.col("whole").any().over("block")).alias("leads"))
    described = described.with_columns(pl.struct("block", "name").rank("dense").cast(pl.Int64).alias("row"))
    pairs = (
        described.join(described, on=["block", "kind"], suffix="_other")
        .filter(pl.col("row") < pl.col("row_other"))
        .lazy()  # the verdicts of kinds share most of what they ask
        .with_columns((agrees() & ~_mailboxes_contradict()).alias("agree"))
        .collect()
    )
    leading_pairs = pairs.filter("leads", "leads_other")
    read = _read_as_two(leading_pairs)
    of_two = pl.col("row").is_in(read.implode()) | pl.col("row_other").is_in(read.implode())
    links = leading_pairs.filter(pl.col("agree") & ~of_two).with_row_index("node").select("node", "row", "row_other")
    links = links.unpivot(["row", "row_other"], index="node", value_name="end").rename({"end": "row"}).select("row", "node")
    group = described.join(connected(links), on="row", how="left").with_columns(pl.coalesce("group", "row").alias("group"))
    # Where two of a group contradict each other by way of a third, only equal names are sure.
    sides = group.select("row", "group")
    wrong = (
        leading_pairs.filter(~pl.col("agree"))
        .join(sides, on="row")
        .join(sides.rename({"row": "row_other"}), on="row_other", suffix="_other")
    )
    torn = wrong.filter(pl.col("group") == pl.col("group_other"))["group"].unique()
    by_name = pl.col("row").min().over("block", *(pl.col(part).cast(pl.String).fill_null("") for part in ("first", "last", *PARTS_OF_ONE)))
    group = group.with_columns(
        pl.when(pl.col("group").is_in(torn.implode()) & pl.col("leads")).then(by_name).otherwise("group").alias("group")
    )
    # The others belong to the one person of their key whom they fit.
    ends = [
        pairs.filter("agree").select(pl.col(left).alias("row"), pl.col(right).alias("with"))
        for left, right in (("row", "row_other"), ("row_other", "row"))
    ]
    leading = group.filter("leads").select(pl.col("row").alias("with"), pl.col("group").alias("fits"))
    fits = pl.concat(ends).join(leading, on="with").group_by("row").agg(pl.col("fits").unique())
    group = group.join(fits.filter(pl.col("fits").list.len() == 1).select("row", pl.col("fits").list.first()), on="row", how="left")
    group = group.select("block", "name", pl.when(~pl.col("leads")).then(pl.coalesce("fits", "group")).otherwise("group").alias("group"))
    return pl.concat([group, same_names.select("block", "name", pl.col("name").cast(pl.Int64).alias("group"))])


def _read_as_two(pairs: pl.DataFrame) -> pl.Series:
    """Return the rows whose short first name agrees with one of a key and may be read as another's of it ("Fred" of Frederick and Frederica).

    Args:
        pairs: `row`, `row_other` and `agree`, each pair of names of a key once, with the columns that `agrees` takes.
    """
    is_short, is_short_other = may_be_read("first", "first_other"), may_be_read("first_other", "first")
    some = pairs.filter(~pl.col("agree") & (is_short | is_short_other)).with_columns(is_short.alias("is_short"))
    if not some.height:
        return pairs["row"].clear()
    # As if it were written so: everything but the first names is compared.
    same = [pl.col(name).alias(f"{name}_other") for name in ("first", "formals", "gender")]
    some = some.filter(some.with_columns(same).select(agrees()).to_series())
    short, name = pl.when("is_short").then("row").otherwise("row_other"), pl.when("is_short").then("row_other").otherwise("row")
    readings = some.select(short.alias("row"), name.alias("read"))
    ends = (("row", "row_other"), ("row_other", "row"))
    sides = [pairs.filter("agree").select(pl.col(end).alias("row"), pl.col(other).alias("fits")) for end, other in ends]
    fits = pl.concat(sides).join(readings, on="row")
    differ = [pairs.filter(~pl.col("agree")).select(pl.col(end).alias("fits"), pl.col(other).alias("read")) for end, other in ends]
    return fits.join(pl.concat(differ), on=["fits", "read"], how="semi")["row"].unique()


def may_be_read(short: str, name: str) -> pl.Expr:
    """Return whether the folded first name of a column may be read as that of another, though it is not taken for it."""
    return pl.concat_str(short, pl.lit(" "), name).is_in(pl.Series(sorted(other_readings())).implode()).fill_null(value=False)


def agrees() -> pl.Expr:
    """Return whether `first`, `last`, `birth`, … and `first_other`, … leave a key (`kind`) its proof, by PROOFS.

    Two birth dates, middle names or second family names take it from any but a source id, so do a generation that one lacks, words in names and
    custom fields of a man and a woman, and two ages; two generations take it from any: parents and children are called the same. At an e-mail address
    given names vouch for another family name: where one is missing, the family names decide.
    """
    sides = ("", "_other")
    first, other = pl.col("first"), pl.col("first_other")
    last, last_other = pl.col("last"), pl.col("last_other")
    names_of = [pl.concat_str(f"first{side}", pl.col(f"middle{side}").fill_null("")) for side in ("", "_other")]
    exchanged = (
        _exchange(first, last_other) & _exchange(other, last)
        | _exchange(names_of[0], last_other) & _exchange(names_of[1], last)
    ).fill_null(value=False)  # fmt: skip
    # Kim Lee and Lee Kim of one telephone are a couple, or one person.
    exchanged &= ~((pl.col("kind") == "phone") & _may_be_either() & ~(pl.col("birth") == pl.col("birth_other")).fill_null(value=False))
    first_agrees = (first_names_agree() & ~((pl.col("kind") == "phone") & _is_unproven_initial())) | exchanged | are_written_as_one(sides)
    last_agrees = (
        last.is_null()
        | last_other.is_null()
        | (without_umlauts(last) == without_umlauts(last_other))
        | (pl.col("lasts").list.set_intersection("lasts_other").list.len() > 0)
        | exchanged
    ).fill_null(value=True) & ~_numbers_contradict("last")
    numbers_agree = ~_numbers_contradict("first", "last")
    born_alike = (pl.col("birth") == pl.col("birth_other")).fill_null(value=True)
    rest = (
        born_alike, numbers_agree, _middle_names_agree(), ~second_families_differ(sides), ~generation_lacks(sides), ~sex_words_contradict(sides),
        ~details_contradict(sides, pl.col("own_mailbox")), last_agrees | (first.is_not_null() & other.is_not_null()),
    )  # fmt: skip
    verdict = pl.lit(value=True)
    for kind, proof in PROOFS.items():
        needed = [agree for agree, wanted in ((first_agrees, proof.first), (last_agrees, proof.last)) if wanted]
        held = pl.any_horizontal(needed) if kind in BOTH_MUST_CONTRADICT else pl.all_horizontal(*needed, *rest)
        verdict = pl.when(pl.col("kind") == kind).then(held).otherwise(verdict)
    return verdict & (pl.col("generation") == pl.col("generation_other")).fill_null(value=True)


def _is_unproven_initial() -> pl.Expr:
    """Return whether one first name is an initial of the other, and neither the birth date nor the middle name agrees.

    "J. Smith" of a family's telephone is John or Jane, also where only one of them is known by now.
    """
    first, other = pl.col("first"), pl.col("first_other")
    is_initial = (pl.min_horizontal(first.str.len_chars(), other.str.len_chars()) == 1) & (first != other)
    equal = pl.col("birth") == pl.col("birth_other"), begins_like(pl.col("middle"), pl.col("middle_other"))
    return is_initial.fill_null(value=False) & ~pl.any_horizontal(some.fill_null(value=False) for some in equal)


def _may_be_either() -> pl.Expr:
    """Return whether of names in each other's place either word may be the given name ("James Taylor", "Taylor James")."""
    names_of = [(f"first{side}", f"last{side}") for side in ("", "_other")]
    either = [pl.all_horizontal(is_of_either_kind(pl.col(name)) for name in some) for some in names_of]
    return pl.any_horizontal(either).fill_null(value=False)


def _exchange(given: pl.Expr, family: pl.Expr) -> pl.Expr:
    """Return whether a given name stands in the place of the other's family name."""
    return without_umlauts(given) == without_umlauts(family)


def _middle_names_agree() -> pl.Expr:
    """Return whether two middle names may be one: one is missing, or begins like the other.

    An equal birth date is a twin's ("Mary Ann", "Mary Jane").
    """
    return begins_like(pl.col("middle"), pl.col("middle_other")).fill_null(value=True)


def first_names_agree() -> pl.Expr:
    """Return whether two first names may be one.

    They may if one is missing, the same, another spelling, short for the other or for a third that both are short for, or begins like it
    (`begins_like`), and they are not of different genders. A name that people bear by itself is not short for a third.
    """
    first, other = pl.col("first"), pl.col("first_other")
    is_short = ~(first.is_in(GIVEN_BY_THEMSELVES) | other.is_in(GIVEN_BY_THEMSELVES))
    return (
        (first == other)
        | pl.col("formals").list.contains(other)
        | pl.col("formals_other").list.contains(first)
        | (is_short & (pl.col("formals").list.set_intersection("formals_other").list.len() > 0))
        | spelled_alike(first, other)
        | begins_like(first, other)
    ).fill_null(value=True) & ~(_numbers_contradict("first") | (pl.col("gender") != pl.col("gender_other")).fill_null(value=False))


def _numbers_contradict(*columns: str) -> pl.Expr:
    """Return whether both names hold digits and these differ: the number is part of the name."""
    sides = (pl.concat_str([pl.col(f"{name}{side}") for name in columns], ignore_nulls=True) for side in ("", "_other"))
    digits, others = (side.str.replace_all("[^0-9]", "") for side in sides)
    return ((digits != "") & (others != "") & (digits != others)).fill_null(value=False)


def persons(edges: pl.DataFrame, frame: pl.DataFrame, apart: pl.DataFrame | None = None) -> pl.DataFrame:
    """Group rows into persons, by way of others too.

    Takes: EDGE_SCHEMA of sure and likely matches; what `names` takes; `apart`: pairs (`left`, `right`) that somebody has
    decided are different. Gives: `row` and `person` (Int64): the smallest row of the person; a row that stands alone is its own.

    Two first names that contradict each other do not become one person through a row without a first name, or with one that is short for both:
    it goes with its surest match only. A row without a generation that matches a senior and a junior goes with the surer match, and with neither of
    two that are equally sure.
    """
    people = names(frame.filter(pl.col("row").is_in(edges["row"].unique().implode())), "row")
    edges = _without_generationless(edges, people)
    group = connected(edges)
    torn = _contradicting(group, people, edges)
    if torn.height:
        edges = _without_bridges(edges, group, torn, people)
        group = connected(edges)
    if apart is not None and apart.height:
        edges = _kept_apart(edges, apart)
        group = connected(edges)
    all_rows = frame.select("row").join(group, on="row", how="left", maintain_order="left")
    return all_rows.select("row", pl.coalesce("group", "row").alias("person"))


def explain(edges: pl.DataFrame, group: pl.DataFrame) -> pl.DataFrame:
    """Return how each row came to its person.

    Takes: EDGE_SCHEMA; `row` and `person`. Gives: for every row but a person's smallest: `row`, `matched_with` (the row it was found by, one
    nearer to the person's smallest), `kind` (source_id, email, phone, likely) and `probability`. Following `matched_with` is the chain.
    """
    reached = group.filter(pl.col("row") == pl.col("person")).select("row")
    matches: list[pl.DataFrame] = []
    # Not by way of another person: an edge that parts two is among them, too.
    edges = edges.join(group.select("row", "person"), on="row")
    left = edges.join(reached, on="row", how="anti")
    while left.height:
        from_reached = edges.join(reached, on="row").select("node", "person", pl.col("row").alias("matched_with"))
        steps = left.join(from_reached, on=["node", "person"]).sort(
            "row", "probability", _rank(), "matched_with", descending=[False, True, False, False]
        )
        nearest = steps.unique("row", keep="first", maintain_order=True)
        if not nearest.height:
            break
        matches.append(nearest.select("row", "matched_with", "kind", "probability"))
        reached = nearest.select("row")
        left = left.join(reached, on="row", how="anti")
    schema = {"row": pl.Int64, "matched_with": pl.Int64, "kind": pl.String, "probability": pl.Float64}
    return pl.concat(matches).sort("row") if matches else pl.DataFrame(schema=schema)


def as_certain(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return `left`, `right` and `probability` (1.0) of pairs that are known to be one person."""
    return pairs.select("left", "right", pl.lit(1.0).alias("probability"))


def as_edges(pairs: pl.DataFrame) -> pl.DataFrame:
    """Likely pairs (`left`, `right`, `probability`) as EDGE_SCHEMA; their nodes are none of those of sure matches."""
    numbered = pairs.with_columns((pl.int_range(pl.len()).cast(pl.UInt64) + pl.lit(2**40, dtype=pl.UInt64)).alias("node"))
    sides = [
        numbered.select(pl.col(side).alias("row"), "node", pl.lit("likely").alias("kind"), "probability") for side in ("left", "right")
    ]
    return pl.concat(sides).cast(pl.Schema(EDGE_SCHEMA))


def connected(edges: pl.DataFrame) -> pl.DataFrame:
    """`row` and `group`, the smallest row it is connected to through shared nodes.

    Label propagation with the label's own label taken along, so that a chain of n rows takes about log n rounds.
    """
    labels = edges.select("row").unique().with_columns(pl.col("row").alias("group")).sort("row")
    while labels.height:
        through_nodes = edges.join(labels, on="row").with_columns(pl.col("group").min().over("node"))
        nearer = through_nodes.group_by("row").agg(pl.col("group").min())
        jumped = nearer.join(nearer.rename({"row": "group", "group": "further"}), on="group", how="left")
        following = jumped.select("row", pl.min_horizontal("group", "further").alias("group")).sort("row")
        if following.equals(labels):
            break
        labels = following
    return labels.with_columns(pl.col("group").cast(pl.Int64))


def _rank() -> pl.Expr:
    return pl.col("kind").replace_strict({kind: number for number, kind in enumerate(KINDS)}, default=len(KINDS), return_dtype=pl.Int64)


def fits_another(pairs: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of which one may as well be a third one's, who contradicts the other: `left`, `right`.

    The third has a telephone, an e-mail address or a house of one of the two ("Mary" of Mary E. and Mary A., "Sam" of Samuel and Samantha, "Fred" of
    Frederick and Frederica). Not if the e-mail address or the birth date of the two is equal, and the third's is not.

    Args:
        pairs: `left` and `right`, rows of people.
        people: `row` and IDENTITY_SCHEMA.
    """
    parts = people.select("row", *NAMED_PARTS, "email", "birth")
    sides = pairs.select("left", "right").join(parts, left_on="left", right_on="row").join(
        parts, left_on="right", right_on="row", suffix="_other"
    )  # fmt: skip
    # Two of equal names fit and contradict the same.
    equal = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_other")) for name in ("first", "middle", "generation"))
    some = sides.filter(~equal).select("left", "right")
    held = _held(people)
    ends = [some.with_columns(pl.col(side).alias("row")).join(held, on="row") for side in ("left", "right")]
    near = (
        pl.concat(ends)
        .select("left", "right", "key")
        .join(held.rename({"row": "third"}), on="key")
        .select("left", "right", "third")
        .unique()
    )
    near = near.filter((pl.col("third") != pl.col("left")) & (pl.col("third") != pl.col("right")))
    if not near.height:
        return some.clear()
    orders = [
        near.select(pl.col(end).alias("one"), pl.col(other).alias("other"), "third")
        for end, other in (("left", "right"), ("right", "left"))
    ]
    thirds = pl.concat(orders)
    for end in ("one", "other", "third"):
        thirds = thirds.join(parts.rename({name: f"{name}_{end}" for name in parts.columns if name != "row"}), left_on=end, right_on="row")
    decides = pl.any_horizontal(
        (pl.col(f"{name}_one") == pl.col(f"{name}_other")) & pl.col(f"{name}_one").ne_missing(pl.col(f"{name}_third"))
        for name in ("email", "birth")
    )
    of_both = _may_be_one(thirds, "one", "other") & _may_be_one(thirds, "one", "third")  # a slip of the keys fits nobody by its name
    of_third = of_both & ~_may_be_one(thirds, "other", "third") & _are_relatives(thirds)
    fitting = thirds.filter(of_third & ~thirds.select(decides.fill_null(value=False)).to_series())
    return fitting.select(pl.min_horizontal("one", "other").alias("left"), pl.max_horizontal("one", "other").alias("right")).unique()


# A house of more people than this is a building of many.
MAX_HOUSEHOLD = 12
NAMED_PARTS = ("first", "last", "formals", "lasts", "middle", "generation", "gender")


def _held(people: pl.DataFrame) -> pl.DataFrame:
    """Return `row` and `key` of telephones, e-mail addresses and houses of several people, and of not too many."""
    house = pl.when(pl.col("house").is_not_null()).then(pl.concat_str("house", "postal", "city", separator="|", ignore_nulls=True))
    held = pl.concat([
        people.select("row", pl.col("phones").alias("key")).explode("key"), people.select("row", pl.col("email").alias("key")),
        people.select("row", house.alias("key")),
    ]).drop_nulls()  # fmt: skip
    return held.filter(pl.len().over("key").is_between(2, MAX_HOUSEHOLD))


def _may_be_one(thirds: pl.DataFrame, left: str, right: str) -> pl.Series:
    """Return whether the given names, generations and birth dates of two sides of a table may be one person's."""
    renamed = {f"{name}_{side}": f"{name}{end}" for name in (*NAMED_PARTS, "birth") for side, end in ((left, ""), (right, "_other"))}
    sides = thirds.select(list(renamed)).rename(renamed)
    given = (first_names_agree() & pl.col("first").is_not_null() & pl.col("first_other").is_not_null()) | may_be_read(
        "first", "first_other"
    )
    born_alike = (pl.col("birth") == pl.col("birth_other")).fill_null(value=True)
    generation = (pl.col("generation") == pl.col("generation_other")).fill_null(value=True)
    return sides.select(given & _middle_names_agree() & generation & born_alike).to_series()


def _are_relatives(thirds: pl.DataFrame) -> pl.Series:
    """Return whether the third has the family name of the first, or one of them has none."""
    shared = pl.col("lasts_one").list.set_intersection("lasts_third").list.len() > 0
    return thirds.select(shared.fill_null(value=True)).to_series()


def _contradicting(group: pl.DataFrame, people: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """Return `group`, `first`, `first_other`: pairs of first names of a group that contradict each other and that no edge holds together."""
    firsts = group.join(people.select("row", "first", "formals", "gender"), on="row").drop_nulls("first")
    several = firsts.filter(pl.col("first").n_unique().over("group") > 1)
    if not several.height:
        return pl.DataFrame(schema={"group": pl.Int64, "first": pl.String, "first_other": pl.String})
    pairs = several.unique(["group", "first"], keep="any").select("group", "first", "formals", "gender")
    torn = pairs.join(pairs, on="group", suffix="_other").filter((pl.col("first") < pl.col("first_other")) & ~first_names_agree())
    side = edges.join(firsts.select("row", "group", "first"), on="row").filter(pl.col("group").is_in(torn["group"].unique().implode()))
    held = side.join(side, on=["node", "group"], suffix="_other").filter(pl.col("first") < pl.col("first_other"))
    return torn.join(held, on=["group", "first", "first_other"], how="anti").select("group", "first", "first_other").unique()


def _short_for_both(group: pl.DataFrame, torn: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of a group whose first name may be either of two that contradict each other ("Sam" of Samantha and Samuel): `row`, `first`."""
    firsts = group.join(torn.select("group").unique(), on="group", how="semi").join(
        people.select("row", "first", "formals", "gender"), on="row"
    )
    firsts = firsts.filter(pl.col("first").str.len_chars() > 1)
    named = firsts.unique(["group", "first"], keep="any").select("group", "first", "formals", "gender")
    pairs = named.join(named, on="group", suffix="_other").filter(pl.col("first") != pl.col("first_other"))
    agreeing = pairs.filter(first_names_agree()).select("group", "first", pl.col("first_other").alias("with"))
    sides = agreeing.join(agreeing, on=["group", "first"], suffix="_other")
    ambiguous = sides.join(torn, left_on=["group", "with", "with_other"], right_on=["group", "first", "first_other"], how="semi")
    return firsts.join(ambiguous.select("group", "first").unique(), on=["group", "first"], how="semi").select("row", "first")


def _without_bridges(edges: pl.DataFrame, group: pl.DataFrame, torn: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Return edges in which, in torn groups, a row without a whole first name keeps its surest match only.

    So does a row whose first name is short for both of two, and none if two are equally sure.
    """
    edges = _without_short_bridges(edges, _short_for_both(group, torn, people), people)
    torn = torn.select("group").unique()
    weak = people.filter(pl.col("first").is_null() | (pl.col("first").str.len_chars() == 1)).select("row")
    bridging = group.join(torn, on="group", how="semi").join(weak, on="row", how="semi").select("row")
    loose = edges.join(bridging, on="row", how="semi")
    # Of its nodes the surest that holds somebody with a name; equally sure ones by what they are, not by where they stand.
    named = (
        edges.join(people.drop_nulls("first").select("row"), on="row", how="semi")
        .select("node")
        .unique()
        .with_columns(pl.lit(value=True).alias("named"))
    )
    ranked = loose.join(named, on="node", how="left").sort(
        "row", pl.col("named").fill_null(value=False), "probability", _rank(), "node", descending=[False, True, True, False, False]
    )
    surest = ranked.unique("row", keep="first", maintain_order=True).select(edges.columns)
    return pl.concat([edges.join(bridging, on="row", how="anti"), surest])


def _without_short_bridges(edges: pl.DataFrame, shorts: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    if not shorts.height:
        return edges
    # What is decided to be one person is surest (match_people gives it this probability).
    is_decided = (pl.col("kind") == "likely") & (pl.col("probability") == 1.0)
    loose = edges.join(shorts, on="row").with_columns(pl.when(is_decided).then(-1).otherwise(_rank()).alias("rank"))
    best = loose.filter(pl.col("probability") == pl.col("probability").max().over("row"))
    best = best.filter(pl.col("rank") == pl.col("rank").min().over("row"))
    partners = best.join(edges.select("node", "row").join(people.select("row", "first"), on="row"), on="node", suffix="_other")
    several = partners.filter(pl.col("first") != pl.col("first_other")).group_by("row").agg(pl.col("first_other").n_unique().alias("n"))
    surest = best.join(several.filter(pl.col("n") > 1), on="row", how="anti").select(edges.columns)
    return pl.concat([edges.join(shorts, on="row", how="anti"), surest])


def _without_generationless(edges: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Return edges in which a row without a generation that meets several goes with its surest match, or with none of equally sure ones."""
    if people["generation"].n_unique() <= 2:
        return edges
    held = edges.join(people.select("row", "generation"), on="row")
    bare, bearing = held.filter(pl.col("generation").is_null()), held.drop_nulls("generation")
    meets = bare.select("row", "node").join(bearing.select("node", "generation", "probability", "kind"), on="node")
    meets = meets.with_columns((pl.col("probability") - _rank() / 100).alias("surety"))
    best = meets.group_by("row", "generation").agg(pl.col("surety").max())
    several = best.filter(pl.len().over("row") > 1)
    if not several.height:
        return edges
    surest = several.filter(pl.col("surety") == pl.col("surety").max().over("row")).filter(pl.len().over("row") == 1)
    wrong = meets.join(several.select("row").unique(), on="row").join(surest, on=["row", "generation"], how="anti")
    return edges.join(wrong.select("row", "node").unique(), on=["row", "node"], how="anti")


def _kept_apart(edges: pl.DataFrame, apart: pl.DataFrame) -> pl.DataFrame:
    """Edges without those that bring together two rows that somebody said are different, the least sure ones first to go."""
    while True:
        group = connected(edges)
        joined = apart.join(group, left_on="left", right_on="row").join(group, left_on="right", right_on="row", suffix="_right")
        wrong = joined.filter(pl.col("group") == pl.col("group_right")).select("group").unique()
        if not wrong.height:
            return edges
        inside = edges.join(group, on="row").join(wrong, on="group", how="semi")
        weakest = inside.sort("group", "probability", _rank(), "node", descending=[False, False, True, True]).unique(
            "group", keep="first", maintain_order=True
        )
        edges = edges.join(weakest.select("node"), on="node", how="anti")
