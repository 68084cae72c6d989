"""What Splink compares two people by: for each part of them the levels of agreement, from the surest down. What a level weighs is the model's.

A household shares its family name, address, landline and often an e-mail address; there these say nothing about who of it a row is. So where
two first names contradict each other, and no birth date says otherwise, what a household shares has a level of its own with little weight.
"""

from typing import Any

from henk_pipeline.leads.identity import PROVIDERS
from henk_pipeline.leads.name_words import load_name_words
from henk_pipeline.leads.nicknames import GIVEN_BY_THEMSELVES
from henk_pipeline.leads.spellings import names_heard_alike

Level = dict[str, Any]


def _alike(left: str, right: str) -> str:
    return f"(length(least({left}, {right})) > 2 AND (damerau_levenshtein({left}, {right}) <= 1 OR jaro_winkler_similarity({left}, {right}) >= 0.92))"


# Numbers tell accounts and test people apart: one of them is no slip.
_NUMBERED = "(regexp_matches(last_l, '[0-9]') AND regexp_matches(last_r, '[0-9]'))"
_OTHER_LETTERS = "regexp_replace(email_l, '[0-9]', '', 'g') <> regexp_replace(email_r, '[0-9]', '', 'g')"
# Other names of one e-mail address and telephone that may be one person's: in another script ("Иван", "Ivan"), the second given name as the first
# ("Katherine Grace", "Grace"), and initials as a name ("AJ" and "Anthony"). They are reviewed, however
# little they weigh; that merges none of them.
_IN_LATIN = tuple(f"regexp_matches(concat(first_{side}, last_{side}), '[a-z]')" for side in "lr")
_AS_INITIALS = " OR ".join(
    f"length(first_{side}) = 2 AND NOT known_{side} AND length(first_{other}) > 2 AND starts_with(first_{other}, first_{side}[1])"
    for side, other in ("lr", "rl")
)
NAMED_OTHERWISE = (
    "coalesce(email_l = email_r AND list_has_any(phones_l, phones_r) AND first_l <> first_r "
    f"AND ({_IN_LATIN[0]} <> {_IN_LATIN[1]} OR last_l = last_r AND (coalesce(first_l = middle_r, false) OR coalesce(first_r = middle_l, false) "
    f"OR {_AS_INITIALS})), false)"
)
# A slip of the keys, unless both are names of their own ("Maria" and "Mario").
_SOUND_ALIKE = (
    "(regexp_replace(first_l, '[aeiouyhw]', '', 'g') = regexp_replace(first_r, '[aeiouyhw]', '', 'g') AND length(least(first_l, first_r)) > 3 "
    "AND jaro_winkler_similarity(first_l, first_r) >= 0.8)"
)
# Two names that people bear, at one telephone or e-mail address of one family: letters exchanged ("Michael", "Micheal"), pairs that are heard
# alike ("Toni", "Tony"), and with two equal telephones any slip ("Lodi", "Lori"). Either may be a slip or a relative: they are reviewed, whatever
# they weigh.
_HEARD_ALIKE = ", ".join(map(repr, names_heard_alike()))
BORNE_AND_ALIKE = (
    "coalesce(known_l AND known_r AND last_l = last_r AND first_l <> first_r AND (list_has_any(phones_l, phones_r) OR email_l = email_r) AND ("
    "(damerau_levenshtein(first_l, first_r) = 1 AND (levenshtein(first_l, first_r) = 2 OR len(list_intersect(phones_l, phones_r)) > 1)) "
    f"OR concat(least(first_l, first_r), ' ', greatest(first_l, first_r)) IN ({_HEARD_ALIKE})), false)"
)
_ALIKE_FIRST = f"(({_alike('first_l', 'first_r')} OR {_SOUND_ALIKE}) AND NOT (known_l AND known_r))"
_HALF_EXCHANGED = "(first_l = last_r OR last_l = first_r)"
_EXCHANGED = f"((first_l = last_r AND {_alike('last_l', 'first_r')}) OR (last_l = first_r AND {_alike('first_l', 'last_r')}))"
_DAY_FOR_MONTH = "(birth_l[1:4] = birth_r[1:4] AND birth_l[5:6] = birth_r[7:8] AND birth_l[7:8] = birth_r[5:6])"


def _digits(*values: str) -> str:
    """Return SQL for the digits of columns, one after the other."""
    return f"regexp_replace(concat({', '.join(values)}), '[^0-9]', '', 'g')"


def _numbers_differ(*columns: str) -> str:
    """Return SQL for: both sides hold digits, and these differ."""
    left, right = (_digits(*(f"{name}_{side}" for name in columns)) for side in "lr")
    return f"({left} <> '' AND {right} <> '' AND {left} <> {right})"


# Names with different numbers ("Donor 1", "Donor 2") are names of different people.
_NUMBERS_APART = _numbers_differ("first", "last")
# "Francis" and "Frances" are two people's names, however alike they are.
_GENDERS_DIFFER = "coalesce(gender_l <> gender_r, false)"
_FIRST_CONTRADICTS = (
    "(first_l IS NOT NULL AND first_r IS NOT NULL AND first_l <> first_r AND ("
    f"{_numbers_differ('first')} OR ((NOT list_has_any(formals_l, formals_r) AND NOT {_ALIKE_FIRST} "
    f"AND NOT starts_with(first_l, first_r) AND NOT starts_with(first_r, first_l) OR {_GENDERS_DIFFER}) AND NOT coalesce({_EXCHANGED}, false))))"
)
# Names written in each other's place, one of them misspelt or replaced, are no other names.
_WORD_IN_BOTH = f"coalesce({_HALF_EXCHANGED} OR {_alike('first_l', 'last_r')} OR {_alike('last_l', 'first_r')}, false)"
LAST_CONTRADICTS = (
    "(last_l IS NOT NULL AND last_r IS NOT NULL AND last_l <> last_r AND ("
    f"{_numbers_differ('last')} OR (NOT list_has_any(lasts_l, lasts_r) AND NOT {_alike('last_l', 'last_r')} "
    f"AND NOT starts_with(last_l, last_r) AND NOT starts_with(last_r, last_l) "
    f"AND NOT {_WORD_IN_BOTH})))"
)
# Weighs only: of other first and last names it excuses nothing (NEVER_ONE).
_BORN_TOGETHER = "coalesce(birth_l = birth_r, false)"
CONTRADICT = f"({_FIRST_CONTRADICTS} AND NOT {_BORN_TOGETHER})"
_BORN_ALIKE = f"(damerau_levenshtein(birth_l, birth_r) <= 1 OR {_DAY_FOR_MONTH})"
_YEARS_APART = "(try_cast(birth_l[1:4] AS INTEGER) - try_cast(birth_r[1:4] AS INTEGER))"
# A birth date is typed wrong in one digit, with two digits or day and month exchanged, by one year, or in another century ("1925", "2025"); a part
# of one is no other one.
_BORN_LIKELY_ALIKE = (
    f"({_BORN_ALIKE} OR birth_l[3:] = birth_r[3:] OR (birth_l[5:] = birth_r[5:] AND abs({_YEARS_APART}) = 1) "
    "OR starts_with(birth_l, birth_r) OR starts_with(birth_r, birth_l))"
)
# As many years as there are between a parent and a child are no slip where people share houses: of one name they are two people's.
_YEARS_OF_A_PARENT = f"(abs({_YEARS_APART}) BETWEEN 15 AND 99)"
BIRTHS_CONTRADICT = f"coalesce(NOT {_BORN_LIKELY_ALIKE}, false)"
BIRTHS_OF_TWO = f"({BIRTHS_CONTRADICT} OR coalesce({_YEARS_OF_A_PARENT}, false))"
_MAILBOXES_ALIKE = "damerau_levenshtein(mailbox_l, mailbox_r) <= CASE WHEN length(least(mailbox_l, mailbox_r)) >= 8 THEN 2 ELSE 1 END"
# Of a row without a first name it cannot be said which of a household it is, unless its birth date or its mailbox says so.
_DOUBTFUL = (
    f"({CONTRADICT} OR ((first_l IS NULL) <> (first_r IS NULL) AND NOT coalesce({_BORN_ALIKE}, false) "
    f"AND NOT coalesce({_MAILBOXES_ALIKE}, false)))"
)
_NAMES_AGREE = (
    f"(first_l IS NOT NULL AND last_l IS NOT NULL AND NOT {_FIRST_CONTRADICTS} AND NOT {LAST_CONTRADICTS} AND NOT {_NUMBERS_APART})"
)
_CITY_ALIKE = "(city_l = city_r OR jaro_winkler_similarity(city_l, city_r) >= 0.88)"
_STREET_ALIKE = "(street_l = street_r OR jaro_winkler_similarity(street_l, street_r) >= 0.88)"
_SAME_CONTACT = "(coalesce(email_l = email_r, false) OR coalesce(list_has_any(phones_l, phones_r), false))"
# Two numbers of one block: the rest is equal and the last two digits are not exchanged. Neighbouring extensions are more often of
# two people than a typing error is.
_NEIGHBOURS = " OR ".join(
    f"(phones_l[{end}][:-3] = phones_r[{end}][:-3] AND phones_l[{end}][-2:] <> reverse(phones_r[{end}][-2:]))" for end in (1, -1)
)
_ONE_EDIT = "(damerau_levenshtein(phones_l[1], phones_r[1]) <= 1 OR damerau_levenshtein(phones_l[-1], phones_r[-1]) <= 1)"
_DOMAINS_ALIKE = "damerau_levenshtein(split_part(email_l, '@', 2), split_part(email_r, '@', 2)) <= 2"
_BARE_MAILBOXES = tuple(f"regexp_replace(mailbox_{side}, '[._-]', '', 'g')" for side in "lr")
_MAILBOX_ALIKE = (
    f"({_DOMAINS_ALIKE} AND damerau_levenshtein({_BARE_MAILBOXES[0]}, {_BARE_MAILBOXES[1]}) <= "
    "CASE WHEN length(least(mailbox_l, mailbox_r)) >= 8 THEN 2 ELSE 1 END)"
)
# Mailboxes of an office that differ in a number only ("jsmith1", "jsmith2") are numbered because two people have one name. At a provider one
# person has several.
_PROVIDERS = ", ".join(f"'{domain}'" for domain in PROVIDERS)
# One telephone is the office's; a second one, or the home, is one person's.
NUMBERED_MAILBOXES = (
    f"(coalesce(split_part(email_l, '@', 2) = split_part(email_r, '@', 2), false) AND split_part(email_l, '@', 2) NOT IN ({_PROVIDERS}) "
    f"AND coalesce(mailbox_l <> mailbox_r AND NOT {_OTHER_LETTERS}, false) AND NOT coalesce(len(list_intersect(phones_l, phones_r)) > 1, false) "
    "AND NOT coalesce(list_has_any(phones_l, phones_r) AND number_l = number_r AND street_l = street_r, false) "
    "AND NOT coalesce(birth_l = birth_r, false))"
)
# Addresses of a household are alike because its names are ("hamid@", "hamida@"; "jpike@", "hpike@"): those are no slip of the keys.
_AFTER_THE_NAMES = (
    "(mailbox_l <> mailbox_r AND (contains(mailbox_l, first_l) AND contains(mailbox_r, first_r) OR (mailbox_l[1] = first_l[1] "
    "AND mailbox_r[1] = first_r[1] AND first_l[1] <> first_r[1])))"
)
MAILBOXES_DIFFER = (
    f"coalesce(email_l <> email_r AND NOT ({_MAILBOX_ALIKE} AND {_OTHER_LETTERS} AND length(least(mailbox_l, mailbox_r)) >= 5 "
    f"AND NOT {_AFTER_THE_NAMES}), false)"
)
# A name with two neighbouring letters exchanged is a slip of the keys, unless both are names that people bear.
LETTERS_EXCHANGED, LAST_EXCHANGED = (
    f"coalesce(damerau_levenshtein({name}_l, {name}_r) = 1 AND levenshtein({name}_l, {name}_r) = 2, false)" for name in ("first", "last")
)
LAST_MISSPELT = "coalesce(damerau_levenshtein(last_l, last_r) <= 1, false)"
PHONES_DIFFER = (
    f"coalesce(NOT list_has_any(phones_l, phones_r) AND ({_NEIGHBOURS} OR NOT {_ONE_EDIT}), false) "
    "AND NOT coalesce(email_l = email_r, false)"
)
_GENERATIONS_DIFFER = "coalesce(generation_l <> generation_r, false)"
# A junior may be called the second.
_GENERATION_UNCLEAR = "coalesce(generation_l <> generation_r AND generation_l[1] = generation_r[1], false)"
_NAMES_CONTRADICT = f"(({_FIRST_CONTRADICTS} AND {LAST_CONTRADICTS}) OR {_NUMBERS_APART})"
STRANGERS = f"coalesce({_NAMES_CONTRADICT} OR {_GENERATIONS_DIFFER}, false)"
# Other middle names or initials, neither short for the other nor a slip of the keys. Twins are called Mary Ann and Mary Jane.
MIDDLES_CONTRADICT = (
    "coalesce(middle_l <> middle_r AND NOT starts_with(middle_l, middle_r) AND NOT starts_with(middle_r, middle_l) "
    f"AND NOT {_alike('middle_l', 'middle_r')}, false)"
)
# A father and a son share name, home and telephone: a generation that one of two names lacks is another person's unless the birth date is equal.
_GENERATION_LACKS = (
    "((generation_l IS NULL) <> (generation_r IS NULL) AND NOT coalesce(birth_l = birth_r, false) "
    "AND NOT coalesce(first_l = last_r OR last_l = first_r, false))"
)
# Pairs that are neither merged nor reviewed, whatever they weigh.
NEVER_ONE = f"coalesce(({_NAMES_CONTRADICT} OR ({_GENERATIONS_DIFFER} AND NOT {_GENERATION_UNCLEAR})) AND NOT {_SAME_CONTACT}, false)"
# In a file that shows that nobody in it shares a house with another, the home or the birth date is one damaged person's.
SAME_HOME_OR_BIRTH = (
    "((coalesce(damerau_levenshtein(birth_l, birth_r) <= 1, false) OR coalesce(number_l = number_r AND postal_l = postal_r, false)) "
    f"AND NOT {_NUMBERS_APART} AND NOT {_GENERATIONS_DIFFER})"
)
# There an equal birth date with an equal home is a key as strong as an address, and so is one with an equal town where both are rare: where
# fewer than a hundredth of a person is expected to share them by chance ({count}: how many people there are). People of other names with such a
# key are reviewed; they are one only in a file whose names are often replaced (REPLACED_NAMES).
SAME_HOME_AND_BIRTH = (
    f"(coalesce(birth_l = birth_r, false) AND NOT {_NUMBERS_APART} AND NOT {_GENERATIONS_DIFFER} "
    f"AND (coalesce(number_l = number_r AND {_STREET_ALIKE}, false) "
    f"OR coalesce(postal_l = postal_r AND {_CITY_ALIKE} AND tf_birth_l * tf_postal_l * {{count}} < 0.01, false)))"
)
# In a file that shows that birth dates are damaged (Population.damaged_births) those of one person lie within some months; of two namesakes one pair
# in a hundred does. Farther apart they are one person's with the same e-mail address only, or one with slips.
_DAYS_APART = "abs(date_diff('day', try_strptime(birth_l, '%Y%m%d'), try_strptime(birth_r, '%Y%m%d')))"
_BORN_NEAR = f"coalesce({_BORN_ALIKE} OR {_DAYS_APART} <= 100, false)"
BORN_WITH_DAMAGE = f"({_BORN_NEAR} AND NOT {_NUMBERS_APART} AND NOT {_GENERATIONS_DIFFER})"
_BORN_NEAR_IN_TOWN = f"coalesce(birth_l = birth_r OR {_BORN_NEAR} AND {_CITY_ALIKE}, false)"
_WRITTEN_ALIKE = f"({_MAILBOX_ALIKE} AND {_OTHER_LETTERS})"
BORN_AND_WRITTEN_APART = f"(NOT {_BORN_NEAR_IN_TOWN} AND NOT coalesce(email_l = email_r OR {_WRITTEN_ALIKE}, false))"
# Two names that people bear, and not alike: twins and others of a family; and two families with an address each.
_FIRST_UNLIKE = f"({_GENDERS_DIFFER} OR jaro_winkler_similarity(first_l, first_r) < 0.8)"
OF_TWO_GIVEN_NAMES = f"coalesce({_FIRST_CONTRADICTS} AND known_l AND known_r AND {_FIRST_UNLIKE}, false)"
OF_TWO_FAMILIES = f"coalesce(({LAST_CONTRADICTS} OR {_HALF_EXCHANGED}) AND email_l <> email_r AND NOT {_WRITTEN_ALIKE}, false)"
# Of two with one e-mail address: one name and two birth dates.
OTHER_BIRTH = f"(coalesce({_NAMES_AGREE}, false) AND coalesce(birth_l <> birth_r, false))"
# Where nobody shares a house with another, one name in one home is one person, whose birth date has been replaced: there another birth date
# counts with an equal e-mail address or telephone, which a parent and a child share, and with another home.
BIRTHS_APART_FROM_HOME = (
    f"({BIRTHS_CONTRADICT} AND ({_SAME_CONTACT} OR coalesce(NOT ({_STREET_ALIKE} OR number_l = number_r "
    "OR damerau_levenshtein(postal_l, postal_r) <= 1), false)))"
)
# A contact that differs and none that is equal shows two people in any file: damaged copies of one person have no other e-mail address.
OTHER_CONTACTS = f"((coalesce(email_l <> email_r, false) OR coalesce(NOT list_has_any(phones_l, phones_r), false)) AND NOT {_SAME_CONTACT})"
# What pairs of one house and family name show: a parent and a child, twins, or one person who was copied with mistakes.
OF_PARENTS = f"coalesce({_YEARS_OF_A_PARENT}, false)"
OF_TWINS = f"({_FIRST_CONTRADICTS} AND {_BORN_TOGETHER})"
DAMAGED_COPIES = f"(NOT {_FIRST_CONTRADICTS} AND {_BORN_TOGETHER} AND NOT {OTHER_CONTACTS})"
# One e-mail address and birth date with a damaged given name, or a name in the other's place. Twins with their parents' address have two names.
_DAMAGED_FIRST = (
    f"(NOT {_GENDERS_DIFFER} AND email_l = email_r AND ({_WORD_IN_BOTH} OR (birth_l = birth_r AND NOT (known_l AND known_r) "
    "AND jaro_winkler_similarity(first_l, first_r) >= 0.7)))"
)
# "Nathan" and "John" are both short for Jonathan, "Roy" and "Lee" for Leroy: that alone is no proof that two names are one. An equal e-mail address
# or telephone is one for short forms ("Bob" and "Rob"), but none for names that people bear by themselves: those are a couple's.
_SHORT_FOR_A_THIRD = (
    "coalesce(first_l <> first_r AND list_has_any(formals_l, formals_r) AND NOT list_contains(formals_l, first_r) "
    f"AND NOT list_contains(formals_r, first_l) AND NOT {_ALIKE_FIRST}, false)"
)
_ONE_BY_ITSELF = " OR ".join(f"first_{side} IN ({', '.join(map(repr, sorted(GIVEN_BY_THEMSELVES)))})" for side in "lr")
TWO_NAMES = f"({_SHORT_FOR_A_THIRD} AND ({_ONE_BY_ITSELF}) AND NOT starts_with(first_l, first_r) AND NOT starts_with(first_r, first_l))"
_FAMILIES = ", ".join(map(repr, load_name_words().borne.families))
_TWO_FAMILIES = (
    f"(last_l <> last_r AND last_l IN ({_FAMILIES}) AND last_r IN ({_FAMILIES}) AND NOT coalesce(email_l = email_r, false) "
    "AND NOT coalesce(birth_l = birth_r, false))"
)
# Pairs that are reviewed at most, whatever they weigh.
REVIEW_AT_MOST = f"coalesce({STRANGERS} OR {MIDDLES_CONTRADICT} OR {_GENERATION_LACKS} OR {TWO_NAMES} OR {BORNE_AND_ALIKE}, false)"
# What shows that two rows of one name and town are one person. A town has namesakes: of 125 new people of a town 8 were merged with one of 300 whom
# the business had, on name, town and a postal code that differs in one digit, as nearly all codes of a town do.
# The parts are columns that rules read, each computed once: written out in one expression they take DuckDB seconds to plan.
# A slip of the keys in an e-mail address: one letter of the mailbox, or of a domain that is no provider's. Namesakes have mailboxes that differ in
# numbers, in what stands between the names, and in the provider ("mary.smith14@aol.com", "mary_smith77@aol.com", "mary.smith14@gmail.com").
_SAME_DIGITS = "regexp_replace(email_l, '[^0-9]', '', 'g') = regexp_replace(email_r, '[^0-9]', '', 'g')"
_BOTH_PROVIDERS = " AND ".join(f"split_part(email_{side}, '@', 2) IN ({_PROVIDERS}, 'ymail.com', 'mail.com')" for side in "lr")
_SAME_DOMAIN = "split_part(email_l, '@', 2) = split_part(email_r, '@', 2)"
_NEAR_MAILBOX = (
    f"({_SAME_DIGITS} AND length(least(mailbox_l, mailbox_r)) >= 5 AND CASE WHEN {_SAME_DOMAIN} "
    f"THEN damerau_levenshtein({_BARE_MAILBOXES[0]}, {_BARE_MAILBOXES[1]}) = 1 "
    f"ELSE {_BARE_MAILBOXES[0]} = {_BARE_MAILBOXES[1]} AND {_DOMAINS_ALIKE} AND NOT ({_BOTH_PROVIDERS}) END)"
)
CONTACT_PARTS = (
    f"{_SAME_CONTACT} AS same_contact, coalesce(birth_l = birth_r, false) AS born_together, "
    f"coalesce({_NEAR_MAILBOX}, false) AND names_agree AS near_email, "
    f"coalesce({_ONE_EDIT} AND NOT ({_NEIGHBOURS}), false) AND names_agree AS near_phone, "
    "coalesce(email_l <> email_r, false) AS other_email, coalesce(NOT list_has_any(phones_l, phones_r), false) AS other_phone"
)
NAMES_AGREE = f"coalesce({_NAMES_AGREE}, false) AS names_agree"
# Each has an e-mail address and a telephone, and none of them is the other's, or a slip of it.
CONTACTS_OF_TWO = "(other_email AND NOT near_email AND other_phone AND NOT near_phone AND NOT born_together)"
CONTACTS_OF_ONE = "(same_contact OR near_email OR near_phone OR born_together)"
# Another number, flat, kind or heading of a street ("500 N Main St Apt 3", "500 S Main St", "500 Main Ave") is another home; one that one side
# lacks is none. The parts are those of `streets.doors`.
_OTHER_UNITS = "NOT list_has_all(units_l, units_r) AND NOT list_has_all(units_r, units_l)"
OTHER_DOOR = (
    "(coalesce(door_number_l <> door_number_r, false) OR coalesce(kind_l <> kind_r, false) OR coalesce(heading_l <> heading_r, false) "
    f"OR coalesce({_OTHER_UNITS}, false))"
)
# Two of one building who live at two doors and of whom a contact is another one are two people's, unless another contact is equal.
CONTACTS_OF_DOORS = f"({OTHER_DOOR} AND (other_email OR other_phone) AND NOT same_contact AND NOT born_together)"
# A place in which hardly any of the people compared live, who are many ({count}): in a list of a whole country two rows of one name and code are
# rarely two people's. The people of one town, or of a small file, are no such list.
SPARSE_PLACE, PEOPLE_OF_A_COUNTRY = 0.005, 1000
BUILDING_PARTS = (
    f"coalesce({_BORN_ALIKE}, false) AS born_alike, "
    f"coalesce(number_l = number_r AND {_STREET_ALIKE}, false) "
    f"AND coalesce(damerau_levenshtein(postal_l, postal_r) <= 1 OR {_CITY_ALIKE}, true) AS same_building"
)
PLACE_PARTS = (
    f"{BUILDING_PARTS}, "
    f"same_building AND NOT {OTHER_DOOR} AS same_house, "
    "street_l IS NOT NULL AND street_r IS NOT NULL AS two_streets, "
    f"coalesce(postal_l = postal_r AND {_CITY_ALIKE} "
    f"AND greatest(tf_city_l, tf_city_r, tf_postal_l, tf_postal_r) <= {SPARSE_PLACE}, false) "
    f"AND {{count}} >= {PEOPLE_OF_A_COUNTRY} AS rare_there, {{count}} < {PEOPLE_OF_A_COUNTRY} AS few_people, "
    f"coalesce(postal_l[1] <> postal_r[1], false) AND NOT coalesce({_CITY_ALIKE}, false) AS far_apart, "
    "CASE WHEN first_l IS NOT NULL AND first_r IS NOT NULL AND last_l IS NOT NULL AND last_r IS NOT NULL "
    "THEN greatest(tf_first_l - {own}, tf_first_r - {own}, 0) * greatest(tf_last_l - {own}, tf_last_r - {own}, 0) END AS name_share"
)
NAMESAKES = f"({CONTACTS_OF_TWO} AND two_streets AND NOT same_house)"
# The share of the others that has a name. Of namesakes of whom nothing is alike but the name and the town nobody is asked if it is common (of 100,000
# people one more has it then). Two of one house with other contacts are one person only if it is rare, which no file of a few people shows.
COMMON_NAME, RARE_NAME = 1e-5, 5e-6
COMMON_NAMESAKES = f"({NAMESAKES} AND NOT same_building AND coalesce(name_share > {COMMON_NAME}, false))"
# A common name and a birth date in two regions, by the first character of their postal codes, are namesakes' as often as somebody's who has moved,
# unless a contact is equal or a slip of the other's.
FAR_NAMESAKES = (
    f"(far_apart AND born_together AND NOT (same_contact OR near_email OR near_phone) AND coalesce(name_share > {COMMON_NAME}, false))"
)
# A slip in one contact proves as much as the contact, unless the other contact or the home is another one. Two people of a common name have numbers
# that differ in two digits exchanged (1 of 24 generated towns of 425 people).
_NEAR_CONTACT = (
    "(near_email AND NOT (other_phone AND NOT near_phone) "
    f"OR near_phone AND NOT (other_email AND NOT near_email) AND coalesce(name_share <= {COMMON_NAME}, false))"
)
UNPROVEN = (
    f"({FAR_NAMESAKES} OR NOT same_contact AND NOT born_together AND NOT (born_alike AND NOT {NAMESAKES}) "
    f"AND NOT (same_house AND (NOT {CONTACTS_OF_TWO} OR coalesce(name_share <= {RARE_NAME}, false))) "
    f"AND NOT (({_NEAR_CONTACT} OR rare_there AND NOT {CONTACTS_OF_TWO}) AND (same_house OR NOT two_streets)))"
)
# A name and a birth date that have no contact in common are a namesake's as often as somebody's who has changed everything; the 1st of January stands
# for an unknown day in many systems. A slip in an address, or its mailbox at another provider, is no other address, nor is a misspelt town.
_BOTH_JANUARY = "(coalesce(birth_l[5:8] = '0101' AND birth_r[5:8] = '0101', false))"
_SAME_ADDRESS = (
    "(near_email OR coalesce(damerau_levenshtein(email_l, email_r) <= 1, false) "
    f"OR coalesce({_BARE_MAILBOXES[0]} = {_BARE_MAILBOXES[1]} AND length({_BARE_MAILBOXES[0]}) >= 5, false))"
)
_SAME_STREET = (
    f"(same_building OR coalesce({_STREET_ALIKE} AND coalesce(damerau_levenshtein(number_l, number_r) <= 1, true) "
    f"AND coalesce(damerau_levenshtein(postal_l, postal_r) <= 1 OR {_CITY_ALIKE}, true), false))"
)
_SAME_TOWN = (
    f"(coalesce({_CITY_ALIKE} OR damerau_levenshtein(city_l, city_r) <= 1, postal_l = postal_r, false) "
    "AND NOT coalesce(postal_l[1] <> postal_r[1], false))"
)
_BOTH_HAVE_CONTACTS = " AND ".join(f"(email_{side} IS NOT NULL OR phones_{side} IS NOT NULL)" for side in "lr")
# No file of a few people shows that a name is rare. In a list of many a rare name and a birth date are one person's who has moved: all 44
# such pairs of two files of 20,000 generated rows were.
BORN_APART = (
    f"(born_alike AND NOT same_contact AND NOT near_phone AND NOT {_SAME_STREET} AND "
    f"({_BOTH_JANUARY} AND NOT near_email OR NOT {_SAME_ADDRESS} AND "
    f"(other_email AND other_phone OR {_BOTH_HAVE_CONTACTS} AND NOT {_SAME_TOWN})))"
)
NAMESAKES_OF_A_DAY = f"((few_people OR coalesce(name_share > {COMMON_NAME}, false)) AND {BORN_APART})"
# Another day of one month ("19", "20") is a slip if the e-mail address is equal, or all of it but a slip in the domain.
_BORN_IN_ONE_MONTH = (
    f"coalesce(birth_l[1:6] = birth_r[1:6] AND mailbox_l = mailbox_r AND length(mailbox_l) >= 6 AND {_DOMAINS_ALIKE} "
    f"AND (email_l = email_r OR NOT ({_BOTH_PROVIDERS})), false)"
)
# Where people share houses: twins (two given names, one birth date), and colleagues (one given name and house, other family names).
# For colleagues an equal e-mail address, a telephone and a birth date, or two equal telephones, say that they are one person, who has married; one
# telephone is an office's, or that of a mother-in-law, and one birth date a namesake's.
HOUSEHOLD_REVIEW = (
    f"({NUMBERED_MAILBOXES} OR ({BIRTHS_OF_TWO} AND NOT {_BORN_IN_ONE_MONTH}) OR coalesce({_TWO_FAMILIES}, false) OR "
    f"({_SHORT_FOR_A_THIRD} AND NOT {_SAME_CONTACT}) OR "
    f"coalesce({_FIRST_CONTRADICTS} AND NOT coalesce({_DAMAGED_FIRST}, false), false) OR "
    f"coalesce({LAST_CONTRADICTS} AND NOT coalesce(email_l = email_r, false) "
    "AND NOT coalesce(len(list_intersect(phones_l, phones_r)) > 1 AND coalesce(birth_l = birth_r, true), false) "
    "AND NOT coalesce(birth_l = birth_r AND list_has_any(phones_l, phones_r), false), false))"
)


def comparisons() -> list[dict[str, Any]]:
    """Return Splink's comparisons over the columns of a prepared table, without weights."""
    return [
        _comparison("first_name", [
            _missing("first_l IS NULL AND first_r IS NULL"),
            _level("first_l IS NULL OR first_r IS NULL", "one has none"),
            _level("first_l = first_r", "the same", tf="first"),
            _level(_EXCHANGED, "exchanged with the last name"),
            _level(f"list_has_any(formals_l, formals_r) AND length(first_l) > 1 AND NOT {_GENDERS_DIFFER}", "one is short for the other"),
            _level(f"{_ALIKE_FIRST} AND NOT {_GENDERS_DIFFER}", "alike"),
            _level(_HALF_EXCHANGED, "half exchanged with the last name"),
            _level(
                f"(starts_with(first_l, first_r) OR starts_with(first_r, first_l)) AND NOT {_numbers_differ('first')} AND NOT {_GENDERS_DIFFER}",
                "one begins like the other",
            ),
            _level(
                f"jaro_winkler_similarity(first_l, first_r) >= 0.8 AND NOT {_numbers_differ('first')} AND NOT {_GENDERS_DIFFER}", "a little alike"
            ),
            _level(_BORN_TOGETHER, "another, but born on the same day"),
            _level("birth_l IS NULL OR birth_r IS NULL", "another"),
            _other("another, and born on another day"),
        ]),
        _comparison("last_name", [
            _missing("last_l IS NULL OR last_r IS NULL"),
            _level(f"last_l = last_r AND NOT {_DOUBTFUL}", "the same", tf="last"),
            _level("last_l = last_r", "the same, of other first names"),
            _level(_EXCHANGED, "exchanged with the first name"),
            _level(f"{_alike('last_l', 'last_r')} AND NOT {_NUMBERED}", "alike"),
            _level(_HALF_EXCHANGED, "half exchanged with the first name"),
            _level(f"list_has_any(lasts_l, lasts_r) AND NOT {_numbers_differ('last')}", "one word is the same"),
            _level(f"jaro_winkler_similarity(last_l, last_r) >= 0.8 AND NOT {_numbers_differ('last')}", "a little alike"),
            _other(),
        ]),
        _comparison("email", [
            _missing("email_l IS NULL OR email_r IS NULL"),
            _level(f"email_l = email_r AND NOT {CONTRADICT}", "the same", tf="email"),
            _level("email_l = email_r", "the same, of other first names"),
            _level("mailbox_l = mailbox_r AND length(mailbox_l) >= 5", "the same before the @"),
            _level(f"{_MAILBOX_ALIKE} AND {_OTHER_LETTERS} AND {_NAMES_AGREE}", "alike"),
            _other(),
        ]),
        _comparison("phone", [
            _missing("phones_l IS NULL OR phones_r IS NULL"),
            _level(f"list_has_any(phones_l, phones_r) AND NOT {CONTRADICT}", "the same", tf="sharers"),
            _level("list_has_any(phones_l, phones_r)", "the same, of other first names"),
            _level(f"{_ONE_EDIT} AND ({_NEIGHBOURS}) AND {_NAMES_AGREE}", "a neighbouring number"),
            _level(f"{_ONE_EDIT} AND {_NAMES_AGREE}", "one digit differs"),
            _other(),
        ]),
        _comparison("birth_date", [
            _missing("birth_l IS NULL OR birth_r IS NULL"),
            _level("birth_l = birth_r", "the same", tf="birth"),
            _level(f"damerau_levenshtein(birth_l, birth_r) <= 1 OR {_DAY_FOR_MONTH}", "one digit differs, or day and month are exchanged"),
            _level("damerau_levenshtein(birth_l, birth_r) <= 2", "two digits differ"),
            _level("birth_l[1:4] = birth_r[1:4] OR birth_l[5:8] = birth_r[5:8]", "the same year, or the same day"),
            _other(),
        ]),
        _comparison("street", [
            _missing("street_l IS NULL OR street_r IS NULL"),
            _level(f"{_STREET_ALIKE} AND number_l = number_r AND {_DOUBTFUL}", "the same house, of other first names"),
            _level("house_l = house_r", "the same house", tf="house"),
            _level(f"{_STREET_ALIKE} AND number_l = number_r", "the same number, the street alike"),
            _level(f"street_l = street_r AND NOT {_DOUBTFUL}", "the same street, another number", tf="street"),
            _level(f"{_STREET_ALIKE} AND NOT {_DOUBTFUL}", "the street alike"),
            _level(f"number_l = number_r AND length(number_l) > 1 AND NOT {_DOUBTFUL}", "the same number"),
            _level("postal_l <> postal_r", "another, with another postal code"),
            _other(),
        ]),
        _comparison("city", [
            _missing("city_l IS NULL OR city_r IS NULL"),
            _level(f"{_CITY_ALIKE} AND postal_l = postal_r", "the same or alike, as the postal code"),
            _level(f"city_l = city_r AND NOT {_DOUBTFUL}", "the same", tf="city"),
            _level("city_l = city_r", "the same, of other first names"),
            _level(_CITY_ALIKE, "alike"),
            _level("postal_l <> postal_r", "another, with another postal code"),
            _other(),
        ]),
        _comparison("postal_code", [
            _missing("postal_l IS NULL OR postal_r IS NULL"),
            _level(f"postal_l = postal_r AND NOT {_DOUBTFUL}", "the same", tf="postal"),
            _level("postal_l = postal_r", "the same, of other first names"),
            _level("damerau_levenshtein(postal_l, postal_r) <= 1", "one digit differs"),
            _level("postal_l[1:3] = postal_r[1:3]", "the same region"),
            _other(),
        ]),
    ]  # fmt: skip


def _comparison(name: str, levels: list[Level]) -> dict[str, Any]:
    return {"output_column_name": name, "comparison_description": name.replace("_", " "), "comparison_levels": levels}


def _level(condition: str, label: str, tf: str | None = None) -> Level:
    level: Level = {"sql_condition": condition, "label_for_charts": label}
    if tf:
        level |= {"tf_adjustment_column": tf, "tf_adjustment_weight": 1.0, "disable_tf_exact_match_detection": True}
    return level


def _missing(condition: str) -> Level:
    return {"sql_condition": condition, "label_for_charts": "missing", "is_null_level": True}


def _other(label: str = "another") -> Level:
    return {"sql_condition": "ELSE", "label_for_charts": label}
