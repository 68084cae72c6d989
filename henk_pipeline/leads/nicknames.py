"""Nicknames that count as the same given name: the table of the package `nicknames` without its doubtful pairs.

The package pairs names of different people (Bill with Robert, Lisa with Elizabeth, Lee with Shirley). A pair counts if both names
share their first two letters, or if it is one of `customary`.
"""

from functools import lru_cache

from nicknames import NickNamer

from henk_pipeline.leads.given_names import genders
from henk_pipeline.leads.name_words import load_name_words

SHARED_LETTERS = 2
# Customary short forms that begin otherwise than the formal name, and spellings of one name.
CUSTOMARY: dict[str, str] = {
    "abigail": "gail", "alan": "allan allen", "albert": "bert", "alberto": "al", "alejandro": "al", "aleksandar": "aleks", "aleksander": "aleks",
    "aleksandr": "al aleks", "aleksandra": "aleks", "alessandro": "al", "alexander": "sandy xander", "alexandra": "sandra sandy",
    "alexandre": "alex", "alexandros": "alex", "alfonso": "al", "alfred": "fred freddy", "alfredo": "al", "amanda": "mandy manda",
    "amelia": "millie milly", "andrea": "drea", "andrew": "drew", "angelina": "lina", "ann": "nan nancy", "anthony": "tony", "antonio": "tony",
    "arabella": "bella", "ariana": "ari", "arianna": "ari", "ariel": "ari", "arielle": "ari", "augustine": "gus", "augustus": "gus",
    "belinda": "linda", "benjamin": "benj", "bennett": "ben", "brian": "bryan", "bridget": "biddy", "camila": "cam", "camilla": "cam",
    "camille": "cam",
    "carl": "karl", "carmen": "carm", "cassandra": "sandra", "catherine": "kathy katy kate kit kathryn catharine katie", "charity": "char",
    "charlene": "char", "charles": "chas", "charlotte": "lottie", "charmaine": "char", "christiane": "chris", "christina": "kris tina christie",
    "christine": "kris tina kristine christie", "christophe": "chris", "christopher": "kit kris kristopher christoph christophe", "claude": "claud",
    "claudette": "claud", "claudine": "claud", "clemens": "clem", "clementina": "clem", "cornelius": "neil", "cynthia": "cindy", "cyril": "cy",
    "daniel": "danl", "daniela": "dani", "daniella": "dani", "danilo": "dan", "deborah": "deb debbie debra", "delbert": "bert",
    "domenico": "dom", "domingo": "dom",
    "dominica": "dom", "dominick": "nick", "dominik": "dom", "dominique": "dom", "edmund": "ned ted", "edward": "ned ted teddy edw",
    "eleanor": "nell nellie nelly nora", "elizabeth": "bess bessie beth betsy betty lib libby liz liza lizzie lizzy eliz", "eric": "erik",
    "ernestine": "tina", "estella": "stella", "eugene": "gene", "evangeline": "vangie", "ferdinand": "fred", "florentine": "flo",
    "florian": "flo", "frances": "fanny", "francesca": "fran", "francesco": "fran", "francisca": "fran", "francisco": "fran", "francois": "fran",
    "francoise": "fran", "franziska": "fran", "frederick": "rick frederic fredrick", "geoffrey": "jeff jeffrey", "george": "geo", "gerald": "jerry",
    "gertrude": "trudy",
    "gilbert": "bert", "giorgia": "gio", "giorgio": "gio", "giovanna": "gio", "gregory": "greggory", "gustav": "gus", "gustavo": "gus",
    "gwendolyn": "wendy", "helen": "nell nellie", "helena": "lena", "henrietta": "etta hank", "henry": "hal hank harry", "herbert": "bert",
    "honora": "nora", "hubert": "bert", "isaac": "ike", "isabel": "bella belle isobel", "isabella": "bella belle", "isabelle": "isabel",
    "james": "jem jim jimmie jimmy jas", "jenna": "jen jenn", "joachim": "jo", "johannes": "jo", "john": "jack", "jolene": "jo", "jonathan": "nathan",
    "josefa": "jo", "josefina": "jo", "josefine": "jo", "joseph": "jo jos", "josepha": "jo", "josephine": "fina", "judith": "jud", "judy": "jud",
    "katherine": "cathy kit kittie kitty trina catherine kathryn catharine katharine katie", "kathleen": "cathy kit kittie kitty cathleen katie",
    "kenji": "ken", "kristen": "kris", "kristin": "kris", "kristina": "kris", "kristine": "chris tina", "kristopher": "chris", "latisha": "tisha",
    "lawrence": "lon lonny laurence", "leonardo": "leo", "leonidas": "leo", "leonora": "nora", "leopold": "leo", "leroy": "roy",
    "loretta": "etta retta", "louella": "lou", "louis": "lewis", "lucia": "lu", "luisa": "lu", "magdalena": "lena magda", "manuel": "manu",
    "manuela": "manu", "marc": "mark", "margaret": "daisy meg peg peggy rita", "marissa": "rissa", "martina": "tina", "mary": "molly polly",
    "mateo": "mat", "mathias": "mat", "matilda": "tilly tillie", "matteo": "mat matt", "matthew": "mat", "maximilian": "maxi",
    "maximiliane": "max maxi", "maximiliano": "max", "maximo": "max", "melanie": "mel", "melinda": "mindy lindy", "melissa": "missy lissa",
    "melody": "mel", "melvina": "mel", "michelle": "shelly shelley chelle", "miranda": "mandy randi", "natalia": "nat", "natalie": "nat",
    "natasha": "tasha", "nathalie": "nat", "nathaniel": "than", "nicholas": "claus nicolas", "nickolas": "nick", "nicola": "nic nico",
    "nicole": "nic", "nicolette": "nic", "nikola": "nik", "nikolai": "nik niko", "nikolas": "nik niko", "nikolaus": "nik niko", "norbert": "bert",
    "oliver": "oli", "olivia": "livia oli", "oswald": "ozzy", "patrice": "pat", "patricia": "tricia trish trisha", "patricio": "pat",
    "patrizia": "pat", "paulina": "lina", "philip": "pip phillip", "philipp": "phil", "philippe": "phil", "priscilla": "cilla",
    "rafael": "rafa raf", "ramona": "mona", "rebecca": "becca becky", "regina": "gina", "richard": "dick richd", "robert": "bob bobby rupert robt",
    "roberta": "bobbie", "roderick": "rick", "rodolfo": "rod", "rodrigo": "rod", "roseanne": "rose", "rosemarie": "rose", "roxanna": "rox",
    "roxanne": "rox", "rudolph": "dolph", "sabrina": "brina", "salvatore": "sal", "samantha": "mantha", "samuel": "saml", "sean": "shaun shawn",
    "sebastien": "seb",
    "serena": "rena", "sheldon": "shel", "shelley": "shel", "sidney": "syd", "sofia": "sofi", "stefan": "stef", "stefania": "stef",
    "stefanie": "stef", "stefano": "stef", "stephan": "steph", "stephania": "steph", "stephen": "steven", "sydney": "sid", "sylvain": "syl",
    "sylvia": "syl", "teodor": "teo", "teodoro": "teo", "theodor": "theo", "theodora": "theo", "theodore": "ted teddy", "theophile": "theo",
    "theresa": "tess tessa tracy terry teresa", "thomas": "tom tommy thos", "timothee": "tim", "tomas": "tom", "tomasz": "tom", "trinidad": "trini",
    "valentin": "val", "valentine": "val", "valentino": "val", "valeria": "val", "valerio": "val", "valery": "val", "vanessa": "nessa",
    "veronica": "ronnie vero", "veronika": "vero", "victoria": "tori tory", "violet": "vi", "virginia": "ginger ginny", "vivian": "vivi",
    "viviana": "viv vivi", "viviane": "viv", "vivienne": "viv", "vladimir": "vlad", "vladislav": "vlad", "wilbur": "wil", "wilfred": "fred",
    "wilhelmina": "minnie mina", "william": "bill billy wm", "winifred": "freddie win", "wolfgang": "wolf", "xavier": "xavi",
}  # fmt: skip

# Given names that many people bear by themselves though a longer one has them for a short form, too. That one of these and another name are both
# short for a third ("Nathan" and "John" for Jonathan, "Roy" and "Lee" for Leroy) shows nothing; "Bob" and "Rob" are both Robert.
GIVEN_IN_FULL = frozenset({
    "adele", "alexander", "andrew", "angel", "angelica", "angelika", "angelique", "august", "austin", "bella", "briana", "brianna",
    "carole", "caroline", "casey", "charlotte", "clara", "daisy", "dora", "elaine", "eliza", "ellen", "ernest", "evan", "flora", "frank",
    "gary", "gina", "irene", "jamie", "jean", "jeffrey", "jessie", "joan", "joe", "john", "jonathan", "jude", "judith", "julia", "june",
    "justina", "kelly", "lee", "lena", "leo", "leon", "linda", "lindsey", "lindsy", "louis", "louise", "lucius", "lucy", "madeline",
    "madelyn", "marcia", "margery", "maria", "mariah", "marianna", "marie", "marion", "mary", "maud", "maureen", "may", "mercy", "micah",
    "michael", "mina", "mira", "nathan", "nicole", "nora", "rita", "rosa", "rose", "rosemarie", "roy", "rudy", "rupert", "sandra", "sara",
    "stella", "tina", "tracy", "victor", "wendy", "wilma",
})  # fmt: skip

# Short forms of which two people of a family have two ("Betsy" and "Betty", "Hans" and "Hannes", "Molly" and "Polly"): of two that do not begin
# alike the third says nothing. "Beth" and "Liz" are not among them: both are Elizabeth, and of one contact one person.
OF_SEVERAL = frozenset({
    "betsy", "betty", "ellie", "emily", "emma", "hal", "hannes", "hans", "harry", "jan", "kit", "libby", "lisa", "millie",
    "molly", "ned", "nell", "nelly", "polly",
})  # fmt: skip
GIVEN_BY_THEMSELVES = GIVEN_IN_FULL | OF_SEVERAL

# A short form and the longer ones of the package that are no such thing: two people of a family bear both, each in full, though they may be the
# same person's ("Jack" and "Jackson", "Max" and "Maxine", "Andrew" and "Andrea", "Emma" and "Emily", "Mary" and "Marilyn").
_OF_TWO_PEOPLE = {
    "abbie": "absalom", "al": "alyssa", "andrew": "andrea", "andy": "andrea", "austin": "augustus", "betty": "beth", "clair": "clarence",
    "clara": "claire clare clarinda clarissa", "clare": "clarence", "dora": "dorinda doris", "elaine": "eleanor", "ellen": "eleanor ella",
    "emma": "emily", "evan": "evangeline", "gary": "gareth garrett", "george": "georgine", "jack": "jackson", "jan": "janet janice",
    "jean": "jeanette", "jessie": "jeanette jennet", "jude": "judah judith", "june": "junior", "justus": "justin", "lawrence": "laurinda",
    "lee": "lenora leonidas levi", "leon": "leo leonard leonidas", "liz": "lisa", "louise": "lois", "lucius": "lucia", "maria": "marietta",
    "mariah": "marietta", "marie": "marietta mary", "mary": "mariah marie marietta marilyn marion marsha maureen", "maud": "madeline",
    "maureen": "marietta", "max": "maxine", "may": "marietta", "micah": "michael", "obed": "obedience", "reggie": "regina",
    "rose": "roxanna roxanne", "sally": "salvador", "shelly": "sheldon shelton", "sophia": "sophronia", "tillie": "tilford",
    "william": "wilma",
}  # fmt: skip
OF_TWO_PEOPLE = frozenset((short, longer) for short, some in _OF_TWO_PEOPLE.items() for longer in some.split())

# Names that a short form may be read as, besides those that it is taken for: where one of these and one of those are people of one telephone or
# e-mail address, it is neither's ("Fred" of Frederick and Frederica).
OTHER_READINGS: dict[str, str] = {
    "adrie": "adrienne", "alek": "aleksandra", "ali": "alison alice alistair alicia", "andy": "andrea", "ant": "antoinette antonia",
    "ash": "asher ashton", "ben": "benedicta benita", "bert": "alberta bertha robert roberta", "beth": "bethany", "betty": "bettina",
    "bobbie": "robert", "bobby": "roberta", "bri": "brian", "cal": "callum", "cam": "camilo", "cass": "cassandra", "charlie": "charlotte",
    "claud": "claudio", "clem": "clementina clementine", "con": "connor constance constantin", "cris": "cristian cristiano",
    "dan": "dana daniela danielle", "dani": "daniel danilo", "danny": "dana daniela danielle", "del": "delia delores",
    "dom": "domenica dominika", "drew": "andrea", "edu": "eduarda", "eli": "elisa elisabeth elizabeth", "em": "emil", "fede": "federica",
    "fel": "felicity felix", "fer": "fernanda", "ferdi": "ferdinanda", "flo": "floriana", "frank": "frances",
    "fred": "frederica fredericka frederika winifred", "freddie": "frederica fredericka frederika",
    "freddy": "frederica fredericka frederika", "gabby": "gabriel", "gabe": "gabriela gabriella gabrielle", "gene": "eugenia genevieve",
    "george": "georgia georgina", "georgie": "georgia georgina", "gil": "gillian", "guille": "guillermina", "gus": "augusta augustine",
    "hank": "henrietta", "harry": "harriet harriett", "hein": "heinrich", "jack": "jackson jacqueline", "jackie": "jack john",
    "jan": "janet janice", "jess": "jesse", "jo": "joan joanna joe", "joe": "joan joanna josephine", "joey": "josephine", "jon": "jonas",
    "jos": "josef josefa josephine", "jules": "julia julie juliet juliette julius", "kate": "caitlin", "kenny": "kendra",
    "leo": "leona leonie leonora", "liz": "lisa", "mal": "malachi malik", "marty": "martha", "mat": "mathilda matilda matthias",
    "mati": "matilda", "matt": "matthias", "max": "maxine", "maxi": "maxine", "mick": "michelle", "mickey": "michelle",
    "nick": "nicola nicole", "nico": "nicolette", "nik": "nikole", "niko": "nikole", "oli": "olive olivier", "patty": "patrick",
    "phil": "philippa phillipa", "pip": "philippa phillipa", "raf": "rafaela rafaella", "rafa": "rafaela rafaella", "reg": "regina",
    "reggie": "regina", "rob": "roberta robin", "robbie": "robert roberta robin", "robby": "roberta robin", "sam": "samir samuela",
    "santi": "santino", "seb": "sebastiana", "shelly": "sheldon", "sig": "sigrid", "stevie": "stephanie stephen steven",
    "teddy": "theodora", "terri": "terence", "toni": "anthony antoinette antonia antonio", "tony": "antonia", "vic": "victorine",
    "vicky": "victor", "walt": "waltraud", "wil": "wilhelmina", "will": "wilhelmina wilma", "willie": "wilhelmina",
    "win": "winfried winston", "xavi": "xaviera",
}  # fmt: skip


@lru_cache(maxsize=1)
def customary() -> dict[str, list[str]]:
    """Return formal names with their customary short forms and spellings: CUSTOMARY, and those of other languages of names.toml."""
    table = {formal: shorts.split() for formal, shorts in CUSTOMARY.items()}
    for formal, shorts in load_name_words().short_forms.items():
        table[formal] = [*table.get(formal, []), *shorts]
    return table


@lru_cache(maxsize=1)
def formal_names_by_nickname() -> dict[str, list[str]]:
    """Return for each nickname the formal names that it may stand for, sorted.

    A name of a man is short for none of a woman ("Jack" for Jacqueline).
    """
    pairs = {(short, formal) for formal, shorts in customary().items() for short in shorts}
    for short, formals in NickNamer().canonical_lookup.items():
        pairs |= {(short, formal) for formal in formals if short[:SHARED_LETTERS] == formal[:SHARED_LETTERS]} - OF_TWO_PEOPLE
    gender = genders()
    table: dict[str, list[str]] = {}
    for short, formal in sorted(pairs):
        if {gender.get(short), gender.get(formal)} != {"m", "f"}:
            table.setdefault(short, []).append(formal)
    return table


@lru_cache(maxsize=1)
def other_readings() -> frozenset[str]:
    """Return a short form and a name that it may be read as, by OTHER_READINGS, as one word each with a space between them ("fred frederica")."""
    return frozenset(f"{short} {name}" for short, some in OTHER_READINGS.items() for name in some.split())
