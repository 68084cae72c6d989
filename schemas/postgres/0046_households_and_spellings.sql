-- migrate:up
-- Two people of one telephone with an e-mail address each are a household, unless their given names are equal, spellings of one, or short
-- forms that are nobody's whole name. Names are one in every spelling that is heard alike ("Laxmi", "Lakshmi"), also in each other's place
-- ("Müller, Jürgen"). More short forms. schemas/make_name_rules.py writes the functions from henk.genders to henk.short_forms_of_their_own,
-- as long as their lines are.
-- noqa: disable=LT02,LT05

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

CREATE OR REPLACE FUNCTION henk.genders() RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{"abigail": "f", "adrian": "m", "adriana": "f", "adriano": "m", "adrienne": "f", "alan": "m", "alana": "f", "albert": "m", "alberta": "f", "albertina": "f", "albertine": "f", "alberto": "m", "alejandra": "f", "alejandro": "m", "aleksander": "m", "aleksandr": "m", "aleksandra": "f", "alessandra": "f", "alessandro": "m", "alessia": "f", "alessio": "m", "alexander": "m", "alexandra": "f", "alexandre": "m", "alexandria": "f", "alfonsa": "f", "alfonso": "m", "alfred": "m", "alfreda": "f", "alfredo": "m", "alice": "f", "amada": "f", "amadea": "f", "amadeo": "m", "amado": "m", "amanda": "f", "amber": "f", "amy": "f", "andre": "m", "andreas": "m", "andree": "f", "andrew": "m", "angela": "f", "angelina": "f", "angelo": "m", "ann": "f", "anna": "f", "anne": "f", "anthony": "m", "antoine": "m", "antoinette": "f", "anton": "m", "antonia": "f", "antonina": "f", "antonio": "m", "arcadio": "m", "armand": "m", "armanda": "f", "armando": "m", "arnold": "m", "arnolda": "f", "arthur": "m", "august": "m", "augusta": "f", "augustin": "m", "augustina": "f", "augustine": "f", "augusto": "m", "aurelia": "f", "aurelie": "f", "aurelien": "m", "aurelio": "m", "barbara": "f", "benedict": "m", "benedicta": "f", "benita": "f", "benito": "m", "benjamin": "m", "bernadette": "f", "bernard": "m", "bernarda": "f", "bernardine": "f", "bernardo": "m", "bernhard": "m", "betty": "f", "bill": "m", "bob": "m", "bogdan": "m", "bogdana": "f", "brandon": "m", "brenda": "f", "brian": "m", "brittany": "f", "bruce": "m", "bruna": "f", "bruno": "m", "camila": "f", "camilo": "m", "carl": "m", "carla": "f", "carlo": "m", "carlos": "m", "carlotta": "f", "carol": "f", "carola": "f", "carolina": "f", "caroline": "f", "carolyn": "f", "catherine": "f", "celestina": "f", "celestine": "f", "celestino": "m", "cesar": "m", "charlene": "f", "charles": "m", "charlotte": "f", "cheryl": "f", "christa": "f", "christian": "m", "christiana": "f", "christiane": "f", "christina": "f", "christine": "f", "christoph": "m", "christophe": "m", "christopher": "m", "claudette": "f", "claudia": "f", "claudine": "f", "claudio": "m", "clemence": "f", "clement": "m", "clementina": "f", "clementine": "f", "constance": "f", "constantin": "m", "constantina": "f", "cornelia": "f", "cornelius": "m", "cosima": "f", "cosimo": "m", "cristian": "m", "cristiana": "f", "cristiano": "m", "cristina": "f", "cynthia": "f", "cyril": "m", "cyrilla": "f", "damian": "m", "damiana": "f", "damien": "m", "dan": "m", "daniel": "m", "daniela": "f", "daniella": "f", "danielle": "f", "danilo": "m", "daria": "f", "dario": "m", "david": "m", "dean": "m", "deana": "f", "deanna": "f", "deanne": "f", "deborah": "f", "debra": "f", "delfin": "m", "delfina": "f", "denis": "m", "denise": "f", "dennis": "m", "desdemona": "f", "desmond": "m", "diana": "f", "diane": "f", "diego": "m", "domenica": "f", "domenico": "m", "dominga": "f", "domingo": "m", "dominic": "m", "dominica": "f", "dominik": "m", "dominika": "f", "don": "m", "donald": "m", "donalda": "f", "donna": "f", "doris": "f", "dorothy": "f", "edmund": "m", "eduarda": "f", "eduardo": "m", "edward": "m", "edwin": "m", "edwina": "f", "elizabeth": "f", "emil": "m", "emilia": "f", "emilie": "f", "emilio": "m", "emily": "f", "emma": "f", "emmanuel": "m", "emmanuella": "f", "emmanuelle": "f", "enrica": "f", "enrico": "m", "enrique": "m", "enriqueta": "f", "eric": "m", "erica": "f", "erik": "m", "erika": "f", "ernest": "m", "ernesta": "f", "ernestina": "f", "ernestine": "f", "ernesto": "m", "ernst": "m", "esteban": "m", "estefania": "f", "etienne": "m", "eugen": "m", "eugene": "m", "eugenia": "f", "eugenie": "f", "eugenio": "m", "evelyn": "f", "evgenia": "f", "evgeny": "m", "fabia": "f", "fabian": "m", "fabiana": "f", "fabienne": "f", "fabio": "m", "fabrizia": "f", "fabrizio": "m", "federica": "f", "federico": "m", "felicia": "f", "felicity": "f", "felix": "m", "ferdinand": "m", "ferdinanda": "f", "fernanda": "f", "fernando": "m", "filippa": "f", "filippo": "m", "flavia": "f", "flavio": "m", "florian": "m", "floriana": "f", "franca": "f", "frances": "f", "francesca": "f", "francesco": "m", "francine": "f", "francis": "m", "francisca": "f", "francisco": "m", "franco": "m", "francois": "m", "francoise": "f", "frank": "m", "franz": "m", "franziska": "f", "fred": "m", "frederic": "m", "frederica": "f", "frederick": "m", "frederique": "f", "frida": "f", "frieda": "f", "friederike": "f", "friedrich": "m", "fritz": "m", "gabriel": "m", "gabriela": "f", "gabriella": "f", "gabrielle": "f", "gaetana": "f", "gaetano": "m", "gary": "m", "georg": "m", "george": "m", "georges": "m", "georgette": "f", "georgia": "f", "georgina": "f", "gerald": "m", "geraldine": "f", "gerard": "m", "gerarda": "f", "gerhard": "m", "gerharda": "f", "germain": "m", "germana": "f", "gianna": "f", "gianni": "m", "gilbert": "m", "gilberta": "f", "giorgia": "f", "giorgio": "m", "giovanna": "f", "giovanni": "m", "giulia": "f", "giulio": "m", "giuseppa": "f", "giuseppe": "m", "giuseppina": "f", "glen": "m", "glenda": "f", "glenn": "m", "glenna": "f", "glennis": "f", "gloria": "f", "grace": "f", "graziana": "f", "graziano": "m", "greg": "m", "gregory": "m", "guillermina": "f", "guillermo": "m", "gustav": "m", "gustava": "f", "gustavo": "m", "hanna": "f", "hannah": "f", "hans": "m", "harold": "m", "heather": "f", "heinrich": "m", "helen": "f", "henrietta": "f", "henriette": "f", "henrik": "m", "henrike": "f", "henry": "m", "herbert": "m", "herman": "m", "hermann": "m", "hermina": "f", "hermine": "f", "hilaria": "f", "hilario": "m", "howard": "m", "ignacia": "f", "ignacio": "m", "isabella": "f", "ivan": "m", "ivana": "f", "ivanka": "f", "jack": "m", "jacob": "m", "jacoba": "f", "jacqueline": "f", "jacques": "m", "jakob": "m", "jakoba": "f", "james": "m", "jane": "f", "janet": "f", "janice": "f", "jason": "m", "jeffrey": "m", "jennifer": "f", "jerry": "m", "jessica": "f", "jim": "m", "jimena": "f", "joachim": "m", "joachima": "f", "joan": "f", "joanna": "f", "joanne": "f", "joaquin": "m", "joaquina": "f", "johan": "m", "johann": "m", "johanna": "f", "johannes": "m", "john": "m", "jonathan": "m", "jorge": "m", "jose": "m", "josef": "m", "josefa": "f", "josefina": "f", "josefine": "f", "joseph": "m", "josepha": "f", "josephine": "f", "joshua": "m", "joyce": "f", "juan": "m", "juana": "f", "juanita": "f", "judith": "f", "judy": "f", "jules": "m", "julia": "f", "julian": "m", "juliana": "f", "julianna": "f", "julianne": "f", "julie": "f", "julien": "m", "julienne": "f", "juliet": "f", "juliette": "f", "julio": "m", "julius": "m", "justin": "m", "justina": "f", "justine": "f", "justus": "m", "karen": "f", "karl": "m", "karla": "f", "karola": "f", "karoline": "f", "katherine": "f", "kathleen": "f", "kathryn": "f", "kayla": "f", "ken": "m", "kendra": "f", "kenneth": "m", "kenya": "f", "kevin": "m", "kimberly": "f", "konrad": "m", "konrada": "f", "larry": "m", "laura": "f", "lauren": "f", "laurent": "m", "laurentia": "f", "lawrence": "m", "lea": "f", "len": "m", "lena": "f", "lenora": "f", "leon": "m", "leona": "f", "leonard": "m", "leonarda": "f", "leonardo": "m", "leonie": "f", "leonora": "f", "leopold": "m", "leopoldine": "f", "linda": "f", "lisa": "f", "lorenza": "f", "lorenzo": "m", "lori": "f", "louis": "m", "louisa": "f", "louise": "f", "luca": "m", "lucas": "m", "lucia": "f", "lucian": "m", "luciana": "f", "luciano": "m", "lucie": "f", "lucien": "m", "lucienne": "f", "lucio": "m", "lucy": "f", "luigi": "m", "luigia": "f", "luis": "m", "luisa": "f", "luise": "f", "lukas": "m", "manuel": "m", "manuela": "f", "manuella": "f", "marc": "m", "marcel": "m", "marcela": "f", "marceline": "f", "marcella": "f", "marcelle": "f", "marcello": "m", "marcelo": "m", "marcia": "f", "marco": "m", "marcos": "m", "marcus": "m", "margaret": "f", "maria": "f", "mariana": "f", "marianna": "f", "marianne": "f", "mariano": "m", "marie": "f", "marilyn": "f", "marina": "f", "mario": "m", "marius": "m", "mark": "m", "markus": "m", "martha": "f", "martin": "m", "martina": "f", "martine": "f", "martino": "m", "mary": "f", "mathilda": "f", "mattea": "f", "matteo": "m", "matthew": "m", "matthias": "m", "maura": "f", "maurice": "m", "mauricia": "f", "mauricio": "m", "maurizia": "f", "maurizio": "m", "maximilian": "m", "maximiliane": "f", "maxine": "f", "megan": "f", "melissa": "f", "michael": "m", "michaela": "f", "michelle": "f", "miguel": "m", "miguela": "f", "mikhail": "m", "nancy": "f", "natale": "m", "natalia": "f", "natalie": "f", "nathalie": "f", "nathan": "m", "nathaniel": "m", "nicholas": "m", "nicolas": "m", "nicole": "f", "nicoletta": "f", "nicolette": "f", "norbert": "m", "norberta": "f", "norm": "m", "norma": "f", "norman": "m", "octavia": "f", "octavio": "m", "olaf": "m", "oleksandr": "m", "oleksandra": "f", "olga": "f", "olive": "f", "oliver": "m", "olivia": "f", "olivier": "m", "orlanda": "f", "orlando": "m", "oscar": "m", "pablo": "m", "pamela": "f", "paola": "f", "paolo": "m", "pascual": "m", "pascuala": "f", "patricia": "f", "patricio": "m", "patrick": "m", "paul": "m", "paula": "f", "paulina": "f", "pauline": "f", "paulo": "m", "pedro": "m", "peter": "m", "petr": "m", "petra": "f", "phil": "m", "philip": "m", "philipp": "m", "philippa": "f", "philippe": "m", "philippine": "f", "phillis": "f", "phyllis": "f", "piera": "f", "piero": "m", "pierre": "m", "pierrette": "f", "pietro": "m", "rachel": "f", "rafael": "m", "rafaela": "f", "rafaella": "f", "rafaello": "m", "ralph": "m", "ramon": "m", "ramona": "f", "raphael": "m", "raphaela": "f", "raphaelle": "f", "raul": "m", "ray": "m", "raymond": "m", "rayna": "f", "rebecca": "f", "renata": "f", "renato": "m", "rhonda": "f", "ricarda": "f", "ricardo": "m", "riccarda": "f", "riccardo": "m", "richard": "m", "rob": "m", "robert": "m", "roberta": "f", "robertina": "f", "roberto": "m", "rodolfa": "f", "rodolfo": "m", "rodrigo": "m", "roger": "m", "roland": "m", "rolanda": "f", "rolande": "f", "rolando": "m", "romain": "m", "romaine": "f", "roman": "m", "romana": "f", "romano": "m", "romeo": "m", "romina": "f", "ron": "m", "ronald": "m", "ronda": "f", "rosaria": "f", "roy": "m", "rupert": "m", "ruperta": "f", "ruth": "f", "ryan": "m", "samantha": "f", "samuel": "m", "samuela": "f", "sandra": "f", "santino": "m", "sara": "f", "sarah": "f", "scott": "m", "sebastian": "m", "sebastiana": "f", "sebastien": "m", "sebastienne": "f", "serge": "m", "sergia": "f", "sergio": "m", "sharon": "f", "silvia": "f", "silvio": "m", "simon": "m", "simona": "f", "sophia": "f", "stan": "m", "stefan": "m", "stefania": "f", "stefanie": "f", "stefano": "m", "stephan": "m", "stephania": "f", "stephanie": "f", "stephen": "m", "steve": "m", "steven": "m", "susan": "f", "sylvain": "m", "sylvaine": "f", "sylvia": "f", "terence": "m", "teresa": "f", "terrance": "m", "terrence": "m", "theodor": "m", "theodora": "f", "theodore": "m", "theresa": "f", "thomas": "m", "thomasina": "f", "tim": "m", "timothea": "f", "timothy": "m", "tom": "m", "tomas": "m", "tomasa": "f", "ulrica": "f", "ulrich": "m", "ulrike": "f", "valentin": "m", "valentina": "f", "valentino": "m", "valeria": "f", "valerie": "f", "valerio": "m", "victor": "m", "victoria": "f", "victorine": "f", "viktor": "m", "viktoria": "f", "vincent": "m", "vincentia": "f", "vincenza": "f", "vincenzo": "m", "virgilia": "f", "virgilio": "m", "virginia": "f", "vittoria": "f", "vittorio": "m", "vladimir": "m", "vladimira": "f", "walter": "m", "waltraud": "f", "wilhelm": "m", "wilhelmina": "f", "wilhelmine": "f", "willa": "f", "william": "m", "xavier": "m", "xaviera": "f", "yann": "m", "yevgenia": "f", "yevgeny": "m", "yvon": "m", "yvonne": "f"}'::jsonb;

-- Given names, each with the longer ones that begin with it and may be the same person's: henk_pipeline.leads.beginnings.longer_forms.
CREATE OR REPLACE FUNCTION henk.longer_forms() RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{"aaliyah": "", "aaro": "", "aaron": "", "ab": "abbie abe abel abiel abijah abner abraham abram absalom", "abbe": "abbey", "abbey": "", "abbi": "abbie abbigail abbigale", "abbie": "", "abbigail": "", "abbigale": "", "abby": "", "abd": "", "abdalla": "abdallah", "abdallah": "", "abdel": "", "abdelrahman": "", "abderrahmane": "", "abdul": "", "abdulla": "abdullah", "abdullah": "", "abdulrahman": "", "abdulrehman": "", "abdurrahman": "", "abe": "abel", "abednego": "", "abel": "", "abelardo": "", "abiel": "", "abigail": "", "abigale": "", "abijah": "", "abner": "", "abraham": "", "abram": "", "abril": "", "absalom": "", "achmed": "", "ada": "adaline", "adalberto": "", "adaline": "", "adam": "", "adan": "", "addie": "", "addison": "", "addy": "", "ade": "", "adebayo": "", "adel": "", "adela": "", "adelaida": "", "adelaide": "", "adelbert": "", "adele": "", "adelia": "", "adelina": "", "adeline": "", "adelphia": "", "aden": "", "adena": "", "adeola": "", "adewale": "", "adi": "adie", "adie": "", "adina": "", "ado": "adolph adolphus", "adolf": "", "adolfo": "", "adolph": "adolphus", "adolphus": "", "adri": "", "adrian": "", "adriana": "", "adriane": "", "adrianna": "", "adrianne": "", "adriano": "", "adrien": "adrienn", "adrienn": "adrienne", "adrienne": "", "aga": "agatha", "agata": "", "agatha": "", "agathe": "", "agatka": "", "aggy": "", "agne": "", "agnes": "", "agni": "", "agnieszka": "", "agus": "", "agusia": "", "agustin": "", "agustina": "", "ahmad": "", "ahmed": "", "ai": "", "aicha": "", "aida": "", "aidan": "", "aiden": "", "aika": "", "aiko": "", "aileen": "", "aime": "aimee", "aimee": "", "aina": "", "aischa": "", "aisha": "", "ajai": "", "ajay": "", "ake": "", "akemi": "", "aki": "", "akiko": "", "akira": "", "al": "alan alanson alastair albert alberto aldo alec alejandro alek aleks aleksandr alessandro alex alexander alexandr alfonse alfonso alfred alfredo alik allan allen ally alonzo alyssa", "ala": "", "alain": "", "alan": "", "alana": "", "alanna": "", "alanson": "", "alastair": "", "alazama": "", "alba": "", "albert": "", "alberta": "", "albertina": "", "albertine": "", "alberto": "", "albin": "", "albina": "", "alda": "", "aldo": "", "aldrich": "", "alec": "", "alejandra": "", "alejandro": "", "alek": "aleks aleksandr", "aleks": "aleksandar aleksander aleksandr aleksandra", "aleksandar": "", "aleksander": "", "aleksandr": "", "aleksandra": "", "aleksei": "", "aleksey": "", "alen": "", "alena": "", "ales": "", "alessandra": "", "alessandro": "", "alessia": "", "alessio": "", "aleta": "", "aleva": "", "alex": "alexander alexandr alexandra alexandre alexandria alexandros alexis", "alexa": "", "alexander": "", "alexandr": "", "alexandra": "", "alexandre": "", "alexandria": "", "alexandros": "", "alexei": "", "alexey": "", "alexi": "", "alexia": "", "alexis": "", "alf": "", "alfons": "", "alfonsa": "", "alfonse": "", "alfonso": "", "alfred": "", "alfreda": "", "alfredo": "", "alfy": "", "algernon": "", "algy": "", "ali": "alison", "alia": "", "alice": "", "alicia": "", "alicja": "", "alida": "", "alik": "", "alin": "", "alina": "", "aline": "", "alis": "", "alisa": "", "alisha": "", "alison": "", "alissa": "", "alistair": "", "alix": "alixandra", "alixandra": "", "aliya": "", "alla": "", "allan": "", "allen": "", "allie": "", "allisandra": "", "allison": "", "ally": "allyson allyssa", "allyson": "", "allyssa": "", "alma": "", "almena": "", "almina": "", "almira": "", "alois": "", "alondra": "", "alonso": "", "alonzo": "", "alphinias": "", "alphonse": "", "alphus": "", "althea": "", "alton": "", "alva": "", "alvar": "", "alvaro": "", "alverta": "", "alvin": "", "alwin": "", "aly": "", "alyosha": "", "alyssa": "", "alzada": "", "ama": "", "amabel": "", "amada": "", "amadea": "", "amadeo": "", "amado": "", "amador": "", "amal": "", "amalia": "", "amanda": "", "amar": "", "amara": "", "amber": "", "ambrose": "", "amel": "", "amelia": "", "ami": "amie", "amie": "", "amin": "", "amina": "", "amir": "", "amira": "", "amit": "", "amita": "", "amos": "", "amy": "", "an": "", "ana": "anastasia anastasiya", "anabel": "", "anabela": "", "anais": "", "anand": "", "ananda": "", "ananya": "", "anas": "", "anastacia": "", "anastasia": "", "anastasiya": "", "anatoli": "anatolii anatoliy", "anatolii": "", "anatoliy": "", "anatoly": "", "ance": "", "anders": "", "anderson": "", "andi": "", "andra": "", "andre": "", "andrea": "", "andreas": "", "andree": "", "andrei": "", "andrej": "", "andres": "", "andrew": "", "andrey": "", "andrian": "", "andriane": "", "andrii": "", "andrij": "", "andriy": "", "andrzej": "andrzejek", "andrzejek": "", "andy": "", "ane": "", "aneel": "", "aneta": "", "anett": "", "anette": "", "ange": "", "angel": "angela angelica angelina", "angela": "", "angele": "", "angeles": "", "angelica": "", "angelika": "", "angelina": "", "angeline": "", "angelique": "", "angelita": "", "angelo": "", "angie": "", "angus": "", "anh": "", "ani": "", "ania": "", "anibal": "", "anica": "", "anika": "", "anil": "", "anila": "", "anis": "", "anisa": "", "anissa": "", "anita": "", "anja": "", "anka": "", "anke": "", "ann": "anna anne annie", "anna": "", "annabel": "annabell", "annabell": "annabelle", "annabella": "", "annabelle": "", "annalisa": "", "annalise": "", "annamaria": "", "annamarie": "", "anne": "", "anneli": "annelie", "annelie": "", "annelies": "", "anneliese": "", "annemarie": "", "annett": "", "annetta": "", "annette": "", "anni": "annie", "annick": "", "annie": "", "annika": "", "annita": "", "anny": "", "anouk": "", "anse": "ansel anselm", "ansel": "anselm", "anselm": "", "ant": "anthony antonio", "antek": "", "anthony": "", "antje": "", "anto": "", "antoine": "", "antoinette": "", "anton": "", "antonella": "", "antoni": "antonie", "antonia": "", "antonie": "", "antonietta": "", "antonin": "", "antonina": "", "antonino": "", "antonio": "", "antonius": "", "antony": "", "antos": "", "anya": "", "app": "", "appie": "", "appoline": "", "appy": "", "april": "", "aquilla": "", "ara": "arabella arabelle", "arabella": "", "arabelle": "", "araceli": "", "aracely": "", "araminta": "", "arcadio": "", "archibald": "", "archie": "", "archilles": "", "arda": "", "ari": "ariadne ariana arianna arie ariel arielle", "aria": "", "ariadna": "", "ariadne": "", "arian": "", "ariana": "", "ariane": "", "arianna": "", "arie": "arielle", "ariel": "", "arielle": "", "arif": "", "arilla": "", "aris": "", "aristotle": "", "arizona": "", "arjun": "", "arlene": "", "arlo": "", "arly": "", "armand": "", "armanda": "", "armando": "", "armena": "", "armida": "", "armilda": "", "armin": "", "arminda": "", "arminta": "", "arne": "", "arni": "arnie", "arnie": "", "arno": "", "arnold": "", "arnolda": "", "arnoldo": "", "aron": "", "arry": "", "art": "artemus arthur", "arta": "", "artelepsa": "", "artemus": "", "arthur": "", "arthusa": "", "artur": "", "arturo": "", "arun": "", "aruna": "", "arzada": "", "asa": "asahel asaph", "asahel": "", "asaph": "", "ase": "", "asenath": "", "ash": "ashley ashly", "asha": "", "asher": "", "ashlee": "", "ashleigh": "", "ashley": "", "ashly": "", "ashton": "", "asia": "", "aska": "", "assene": "", "astrid": "", "asuka": "", "athy": "", "atsu": "", "atsuko": "", "atsushi": "", "aubrey": "", "audree": "", "audrey": "", "august": "augustus", "augusta": "", "auguste": "", "augustin": "", "augustina": "", "augustine": "", "augusto": "", "augustus": "", "aurel": "", "aurelia": "", "aurelie": "", "aurelien": "", "aurelio": "", "aurilla": "", "aurora": "", "austin": "", "ava": "", "avarilla": "", "axel": "", "aya": "", "ayaan": "", "ayaka": "", "ayako": "", "ayame": "", "ayesha": "", "ayla": "", "aylin": "", "ayse": "", "aysha": "", "ayu": "", "ayumi": "", "azariah": "", "aze": "", "bab": "babs", "babett": "", "babette": "", "babs": "", "bai": "", "bailey": "", "ban": "", "bao": "", "barbara": "", "barbery": "", "barbie": "", "barby": "", "barna": "", "barnabas": "", "barney": "", "barrett": "", "bart": "bartel bartholomew barticus", "bartek": "", "bartel": "", "bartholomew": "", "barticus": "", "bartlomiej": "", "bas": "", "basia": "", "basil": "", "baska": "", "bat": "", "bazaleel": "", "bea": "beatrice", "beat": "", "beata": "", "beatrice": "", "beatrix": "", "beatriz": "", "beau": "", "becca": "", "beck": "becky", "becky": "", "beda": "", "bedelia": "", "bedney": "", "beedy": "", "bei": "", "bela": "", "belal": "", "belinda": "", "bell": "belle", "bella": "", "belle": "", "ben": "benedict benjamin benjy bennett bennie benny", "benedict": "", "benedicta": "", "benedicte": "", "benedikt": "", "benita": "", "benito": "", "benjamin": "", "benjy": "", "bennett": "", "bennie": "", "benny": "", "benoit": "", "bent": "", "bente": "", "beppe": "", "beppino": "", "berit": "", "bernadett": "", "bernadette": "", "bernard": "", "bernarda": "", "bernardine": "", "bernardo": "", "bernd": "", "berney": "", "bernhard": "", "bernie": "", "berny": "", "berry": "", "bert": "bertha bertie bertram", "berta": "", "bertha": "", "berthe": "", "bertie": "", "bertram": "", "bertrand": "", "bess": "bessie", "bessie": "", "beth": "bethena", "bethany": "", "bethena": "", "beto": "", "betsy": "", "betty": "", "bev": "beverly", "beverley": "", "beverly": "", "bezaleel": "", "bianca": "", "bias": "", "bibi": "", "bibiana": "", "biddie": "", "biddy": "", "bige": "", "bilal": "", "bill": "billy", "billal": "", "billie": "", "billiewilhelm": "", "billy": "", "bin": "", "bina": "", "bing": "", "binh": "", "birdie": "", "birgit": "birgitt", "birgitt": "", "birgitta": "", "birtie": "", "bjorn": "", "blake": "", "blanche": "", "bo": "boetius", "bob": "bobby", "bobbie": "", "bobby": "", "bodo": "", "boetius": "", "bogdan": "", "bogdana": "", "bogus": "boguslaw", "boguslaw": "", "bonita": "", "bonnie": "", "boris": "", "borya": "", "bozena": "", "brad": "bradford bradley", "bradford": "", "bradley": "", "brady": "", "brahim": "", "brandon": "", "brandy": "", "breanna": "", "bree": "breeanna", "breeanna": "", "brenda": "", "brendan": "", "bri": "brianna", "brian": "", "briana": "", "brianna": "", "brice": "", "bridget": "", "bridgie": "", "bridgit": "", "bridie": "", "brigid": "", "brigida": "", "brigita": "", "brigitta": "", "brigitte": "", "brina": "", "brinda": "", "brit": "britt", "britney": "", "britt": "brittany brittney brittnie", "britta": "", "brittany": "", "brittney": "", "brittnie": "", "broderick": "", "brody": "", "brose": "", "bruce": "", "bruna": "", "bruno": "", "bryan": "bryant", "bryanna": "", "bryant": "", "bryce": "", "burak": "", "buren": "", "burt": "", "byung": "", "cage": "", "cai": "", "cait": "caitlin caitlyn caity", "caitlin": "", "caitlyn": "", "caity": "", "cal": "caleb calvin", "caldonia": "", "caleb": "", "cali": "", "california": "", "calista": "", "callie": "", "calliedona": "", "callum": "", "cally": "", "calogero": "", "calpurnia": "", "calvin": "", "cam": "cameron camila camilla camille cammie campbell", "cameron": "", "camil": "", "camila": "", "camile": "", "camilla": "", "camille": "", "camilo": "", "cammie": "", "campbell": "", "can": "", "candace": "", "candela": "", "candelaria": "", "candice": "", "candida": "", "candy": "", "cang": "", "carin": "", "carina": "", "carine": "", "carl": "carlton", "carla": "", "carlo": "", "carlos": "", "carlota": "", "carlotta": "", "carlton": "", "carly": "", "carm": "carmen carmon", "carmel": "", "carmela": "", "carmelita": "", "carmellia": "", "carmelo": "", "carmen": "", "carmina": "", "carmine": "", "carmon": "", "carol": "carolann carole caroline", "carola": "", "carolann": "", "carole": "", "carolin": "", "carolina": "", "caroline": "", "carolyn": "", "carolyne": "", "carri": "carrie", "carrie": "", "carter": "", "carthaette": "", "cas": "cass", "casandra": "", "casey": "", "casper": "", "cass": "cassidy cassie", "cassandra": "", "cassidy": "", "cassie": "", "caswell": "", "catharine": "", "catherine": "", "cathleen": "", "cathy": "", "cecil": "", "cecile": "", "cecilia": "", "ced": "cedric", "cedric": "", "celeste": "", "celestin": "celestine", "celestina": "", "celestine": "", "celestino": "", "celia": "", "celinda": "", "celine": "", "cene": "", "cenia": "", "cesar": "", "chabela": "", "chad": "", "chago": "", "chalo": "", "chan": "", "chandra": "", "chang": "", "chantal": "", "chantel": "", "chantelle": "", "chao": "", "char": "charity charlene charlotte charmaine", "charity": "", "charlene": "", "charles": "", "charlie": "", "charline": "", "charlotta": "", "charlotte": "", "charly": "", "charm": "", "charmaine": "", "charo": "", "chase": "", "chat": "", "chau": "", "chauncey": "", "che": "", "chelle": "", "chelo": "", "chelsea": "", "chelsey": "", "chelsie": "", "chen": "", "cheng": "", "chente": "", "chepe": "", "cher": "cheryl", "cheri": "cherie", "cherie": "", "cheryl": "", "chesley": "", "chester": "", "chet": "", "cheyenne": "", "chi": "chie", "chiara": "", "chick": "", "chidi": "", "chie": "", "chika": "", "chikako": "", "chinedu": "", "chio": "", "chioma": "", "chiyo": "", "chiyoko": "", "chloe": "", "chong": "", "chris": "chrissy christa christian christiana christiane christiano christie christina christine christoffer christoph christophe christopher christy", "chrissy": "", "christa": "", "christel": "", "christelle": "", "christian": "", "christiana": "", "christiane": "", "christiano": "", "christie": "", "christin": "christine", "christina": "", "christine": "", "christof": "", "christoffer": "", "christoph": "christophe christopher", "christophe": "christopher", "christopher": "", "christy": "", "chu": "", "chuan": "", "chucho": "", "chuck": "", "chul": "", "chun": "", "chung": "", "chuy": "", "cicely": "", "cilla": "", "cille": "", "cinderella": "", "cindy": "", "cintha": "", "cissy": "", "claas": "", "claes": "", "clair": "claire", "claire": "", "clara": "", "clare": "clarence", "clarence": "", "clarinda": "", "clarissa": "", "claud": "claude claudette claudia claudine", "claude": "", "claudette": "", "claudia": "", "claudie": "", "claudine": "", "claudio": "", "claus": "", "clay": "", "clayton": "", "cleat": "cleatus", "cleatus": "", "clem": "clemens clement clementina clementine", "clemence": "", "clemens": "", "clement": "", "clemente": "", "clementina": "", "clementine": "", "cliff": "clifford", "clifford": "", "clifton": "", "clint": "", "clinton": "", "clo": "", "cloe": "", "clotilde": "", "clum": "", "coco": "", "cody": "", "cole": "", "coleman": "", "colette": "", "colie": "", "colin": "", "colleen": "", "columbus": "", "con": "conny conrad", "concepcion": "", "concetta": "", "concha": "", "conchi": "conchita", "conchita": "", "cong": "", "connie": "", "connor": "", "conny": "", "conor": "", "conrad": "", "constance": "", "constant": "", "constantin": "", "constantina": "", "constanza": "", "consuela": "", "consuelo": "", "cooper": "", "cora": "", "coral": "", "coralie": "", "cordelia": "", "cordy": "", "corey": "", "corinne": "", "cornel": "", "cornelia": "", "cornelio": "", "cornelius": "", "cornie": "", "corny": "", "cory": "", "cosima": "", "cosimo": "", "court": "courtney", "courtney": "", "crate": "", "creasey": "", "cris": "cristina", "crissy": "", "cristian": "", "cristiana": "", "cristiano": "", "cristina": "", "crys": "crystal", "crystal": "", "cuc": "", "cui": "", "cuong": "", "curg": "", "curro": "", "curt": "curtis", "curtis": "", "cy": "cyrenius cyril cyrus", "cynthia": "", "cyphorus": "", "cyrenius": "", "cyril": "", "cyrilla": "", "cyrus": "", "da": "", "dace": "", "dacey": "", "dacia": "", "dae": "", "dafne": "", "dag": "", "dagmar": "", "dagny": "", "dahl": "", "dai": "", "daiki": "", "daisha": "", "daisuke": "", "daisy": "", "dakota": "", "dal": "dalton", "dale": "", "dalia": "", "dalibor": "", "dallas": "", "dalton": "", "damaris": "", "damian": "", "damiana": "", "damien": "", "damir": "", "damjan": "", "damon": "", "dan": "daniel danilo dann danny", "dana": "", "danae": "", "dane": "", "dani": "daniela daniella danielle", "dania": "", "danica": "", "daniel": "", "daniela": "", "daniele": "", "daniella": "", "danielle": "", "danijel": "", "danijela": "", "danilo": "", "dann": "danny", "danna": "", "danny": "", "dante": "", "dany": "", "dao": "", "daph": "daphie daphne", "daphie": "", "daphne": "", "dara": "", "darcy": "", "daren": "", "daria": "", "dariia": "", "darin": "", "dario": "", "darius": "", "darkey": "", "darko": "", "darla": "", "darlene": "", "darnell": "", "darrel": "darrell", "darrell": "", "darren": "", "darrin": "", "darry": "", "darryl": "", "darwin": "", "darya": "", "daryl": "", "dasha": "", "dat": "", "dave": "davey", "davey": "", "david": "", "davis": "", "dawn": "", "day": "", "dayana": "", "daycia": "", "dayna": "", "de": "dee", "dea": "", "dean": "", "deana": "", "deane": "", "deanna": "", "deanne": "", "deb": "debbie debby debora deborah debra", "debbie": "", "debby": "", "debora": "deborah", "deborah": "", "debra": "", "declan": "", "dee": "", "deedee": "", "deena": "", "deep": "", "deepa": "", "deepak": "", "deepika": "", "deidre": "", "deirdre": "", "dejan": "", "del": "delbert delf dell delphi delphine", "delbert": "", "delf": "", "delfin": "", "delfina": "", "delia": "", "delilah": "", "delius": "", "deliverance": "", "dell": "della", "della": "", "delly": "", "delores": "", "deloris": "", "delpha": "", "delphi": "delphine", "delphia": "", "delphine": "", "demaris": "", "demerias": "", "demetra": "", "demi": "", "democrates": "", "dena": "", "deng": "", "denis": "", "denisa": "", "denise": "", "denisse": "", "dennie": "", "dennis": "dennison", "dennison": "", "denny": "", "derek": "", "derick": "", "derrek": "", "derrick": "", "desdemona": "", "desiree": "", "desmond": "", "destiny": "", "deuteronomy": "", "dev": "", "devi": "", "devin": "", "devon": "", "dewey": "", "dexter": "", "deyanira": "", "di": "dian diana diane dianne dicey didi", "dia": "diah", "diah": "", "diamond": "", "dian": "diane diann dianne", "diana": "", "diane": "", "diann": "dianne", "dianna": "", "dianne": "", "dicey": "", "dicie": "", "dick": "dickson", "dickie": "", "dickon": "", "dickson": "", "dicky": "", "dicy": "", "didi": "", "didier": "", "diego": "", "diem": "", "diep": "", "dieter": "", "dieu": "", "dilara": "", "dileep": "", "dilip": "", "dillon": "", "dilly": "", "dima": "", "dimitri": "", "dimitrios": "", "dina": "dinah", "dinah": "", "ding": "", "dinh": "", "dino": "", "diogo": "", "dion": "", "dionne": "", "dipak": "", "dipika": "", "dirk": "", "dite": "", "ditus": "", "dixie": "", "djamal": "", "djamil": "", "dmitri": "dmitrii dmitrij dmitriy", "dmitrii": "", "dmitrij": "", "dmitriy": "", "dmitry": "", "dmytro": "", "do": "", "doan": "", "dob": "", "dobbin": "", "doda": "", "dolly": "", "dolores": "", "dolph": "", "dom": "domenic domenico domingo dominic dominica dominick dominico dominik dominique", "domenic": "", "domenica": "", "domenico": "", "dominga": "", "domingo": "", "dominic": "dominick", "dominica": "", "dominick": "", "dominico": "", "dominik": "", "dominika": "", "dominique": "", "don": "donald donato donnie donny donovan dony", "dona": "", "donal": "", "donald": "", "donalda": "", "donato": "", "dong": "", "donna": "", "donnie": "", "donny": "", "donovan": "", "dony": "", "dora": "", "dorcas": "", "dorcus": "", "doreen": "", "dori": "", "dorian": "", "dorin": "", "dorina": "", "dorinda": "", "dorine": "", "doris": "", "dorota": "", "dorothe": "dorothee", "dorothea": "", "dorothee": "", "dorothy": "", "dorotka": "", "dortha": "", "dorthy": "", "dosia": "", "dosie": "", "dossie": "", "dot": "dottie dotty", "dotha": "", "dottie": "", "dotty": "", "doug": "douglas", "douglas": "", "doyle": "", "dre": "", "drea": "", "drew": "", "drina": "", "drusilla": "", "du": "", "duan": "", "duane": "", "duc": "", "dudu": "", "dulce": "", "dun": "", "duncan": "", "dung": "", "dunk": "", "duo": "", "duong": "", "dusan": "", "dustin": "", "dutch": "", "duty": "", "duy": "", "duyen": "", "dwight": "", "dyce": "", "dyche": "", "dyer": "", "dylan": "", "earnest": "", "eb": "ebbie eben ebenezer", "ebba": "", "ebbie": "", "eben": "ebenezer", "ebenezer": "", "ebony": "", "ebrahim": "", "ed": "eddie eddy edgar edmond edmund edu eduardo edward edwin", "eda": "", "edda": "", "eddie": "", "eddy": "", "edel": "", "edelmira": "", "eden": "", "edgar": "", "edgard": "", "edgardo": "", "edi": "edie", "edie": "", "edison": "", "edit": "", "edita": "", "edith": "", "edmond": "", "edmund": "", "edmundo": "", "edna": "", "edny": "", "edouard": "", "edu": "eduardo", "eduard": "", "eduarda": "", "eduardo": "", "edvard": "", "edward": "", "edwin": "", "edwina": "", "edye": "", "edyth": "", "edythe": "", "effie": "", "effy": "", "egbert": "", "eighta": "", "eileen": "", "ekaterina": "", "el": "ella", "ela": "", "elaine": "", "elba": "", "elbert": "elbertson", "elbertson": "", "elda": "", "eldon": "", "eldora": "", "elea": "", "eleanor": "", "eleanora": "", "eleazer": "", "elena": "", "eleni": "", "elenor": "", "elenore": "", "eleonor": "", "eleonora": "", "eleonore": "", "elfriede": "", "eli": "elias elie elijah elisha", "elia": "", "elian": "", "eliana": "", "eliane": "", "elias": "", "elie": "", "elif": "", "elijah": "", "elin": "", "elina": "", "eline": "", "elinor": "", "elio": "", "eliphalel": "", "eliphalet": "", "elis": "", "elisa": "", "elisabet": "", "elisabeth": "", "elise": "", "eliseo": "", "elisha": "", "eliza": "elizabeth", "elizabeth": "", "elizaveta": "", "elka": "", "elke": "", "ella": "", "elle": "", "ellen": "ellender", "ellender": "", "elli": "ellie", "ellie": "", "elliot": "elliott", "elliott": "", "ellis": "", "ellswood": "", "elly": "", "elma": "", "elmar": "", "elmer": "", "elminie": "", "elmir": "", "elmira": "", "elmo": "", "elna": "", "elnora": "", "elodia": "", "elodie": "", "eloi": "", "eloisa": "", "eloise": "", "elouise": "", "eloy": "", "elsa": "", "else": "", "elsey": "", "elsie": "", "elswood": "", "elsy": "", "elton": "", "elva": "", "elvi": "elvie", "elvia": "", "elvie": "", "elvin": "", "elvina": "", "elvira": "", "elvis": "", "elwood": "", "elysia": "", "elza": "", "elzbieta": "", "elze": "", "em": "emeline emil emily emma emmy", "ema": "", "emanuel": "", "emanuela": "", "emeka": "", "emelia": "", "emelina": "", "emeline": "", "emely": "", "emer": "", "emerald": "", "emerson": "", "emi": "", "emiko": "", "emil": "", "emile": "", "emilia": "", "emilian": "", "emiliano": "", "emilie": "", "emilija": "", "emilio": "", "emily": "", "emin": "", "emine": "", "emir": "", "emma": "", "emmanuel": "", "emmanuella": "", "emmanuelle": "", "emmet": "emmett", "emmett": "", "emmy": "", "emre": "", "en": "", "encarna": "encarnacion", "encarnacion": "", "encarni": "", "enda": "", "ene": "", "enea": "", "enne": "", "enola": "", "enrica": "", "enrico": "", "enrique": "", "enriqueta": "", "enver": "", "enya": "", "enzo": "", "epaphroditius": "", "eph": "ephraim", "ephraim": "", "eppa": "", "epsey": "", "erasmus": "", "eri": "", "eric": "erick", "erica": "", "erich": "", "erick": "", "ericka": "", "erik": "", "erika": "", "eriko": "", "erin": "", "erna": "", "ernest": "", "ernesta": "", "ernestina": "", "ernestine": "", "ernesto": "", "ernie": "", "ernst": "", "erwin": "", "es": "essy", "eseneth": "", "esmail": "", "esme": "", "esmeralda": "", "esperanza": "", "essa": "", "essie": "", "essy": "", "esteban": "", "estefania": "", "estela": "", "estella": "", "estelle": "", "ester": "", "esther": "", "estrella": "", "ethan": "", "etienne": "", "etta": "", "etty": "", "eudicy": "", "eudora": "", "eudoris": "", "eugen": "", "eugene": "", "eugenia": "", "eugenie": "", "eugenio": "", "eula": "", "eulalia": "", "eun": "", "eunice": "", "euphemia": "", "eurydice": "", "eustacia": "", "ev": "evangeline eve evelina evelyn", "eva": "evaline", "evaline": "", "evan": "evangeline", "evangelina": "", "evangeline": "", "eve": "evelina evelyn", "evelin": "", "evelina": "", "eveline": "", "evelyn": "", "evelyne": "", "everett": "", "evert": "", "evgeni": "evgenii evgenij evgeniy", "evgenia": "", "evgenii": "", "evgenij": "", "evgeniy": "", "evgeniya": "", "evgeny": "", "evi": "evie", "evie": "", "evita": "", "evy": "", "ewa": "", "ewald": "", "ewka": "", "exie": "", "experience": "", "ez": "ezekiel ezideen ezra", "ezekiel": "", "ezequiel": "", "ezideen": "", "ezra": "", "fabia": "", "fabian": "", "fabiana": "", "fabien": "", "fabienne": "", "fabio": "", "fabiola": "", "fabrizia": "", "fabrizio": "", "fai": "", "faith": "", "fal": "falcon fall fallie fallon fally falon", "falcon": "", "fall": "fallie fallon fally", "fallie": "", "fallon": "", "fally": "", "falon": "", "fan": "", "fang": "", "fanni": "fannie", "fannie": "", "fanny": "", "farid": "", "farida": "", "farmboy": "", "fat": "", "fate": "", "fatema": "", "fatemeh": "", "fatima": "fatimah", "fatimah": "", "fatma": "", "fatou": "", "fatoumata": "", "fay": "", "faye": "", "fede": "federico", "federica": "", "federico": "", "fei": "", "fel": "feli felicia", "feli": "felicia", "felice": "", "felicia": "", "felicitas": "", "felicity": "", "felipa": "", "felipe": "", "felix": "", "feltie": "", "felty": "", "fen": "", "feng": "", "fer": "fernando", "ferbie": "", "ferdie": "", "ferdinand": "", "ferdinanda": "", "ferdinando": "", "fern": "", "fernand": "", "fernanda": "", "fernande": "", "fernando": "", "fidel": "", "fidelia": "", "fie": "", "field": "", "fifi": "", "filip": "", "filippa": "", "filippo": "", "fina": "", "finn": "", "fiona": "", "fionna": "", "flavia": "", "flavio": "", "flick": "", "flo": "florence florentine florian flossy", "flor": "", "flora": "", "flore": "", "florence": "", "florencia": "", "florencio": "", "florent": "", "florentin": "", "florentina": "", "florentine": "", "florentino": "", "florian": "", "floriana": "", "florin": "", "florina": "", "florinda": "", "florine": "", "flossy": "", "floyd": "", "ford": "", "fran": "frances francesca francesco francie francine francis francisca francisco francois francoise frank frankie franklin franklind frannie franniey franny franziska", "franca": "", "france": "", "frances": "", "francesca": "", "francesco": "", "francie": "", "francine": "", "francis": "", "francisca": "", "francisco": "", "franciszek": "", "franck": "", "franco": "", "francois": "", "francoise": "", "franek": "", "franjo": "", "frank": "frankie franklin franklind", "frankie": "", "franklin": "", "franklind": "", "franky": "", "frannie": "franniey", "franniey": "", "franny": "", "frans": "", "franta": "", "frantisek": "", "franz": "", "franziska": "", "fred": "freddie freddy frederic frederick fredrick", "freda": "", "freddie": "", "freddy": "", "frederic": "frederick", "frederica": "", "frederick": "", "fredericka": "", "frederik": "", "frederique": "", "fredo": "", "fredric": "fredrick", "fredrick": "", "fredy": "", "freya": "", "frida": "", "frieda": "", "friederike": "", "friedrich": "", "fritz": "", "frona": "", "fronia": "", "frony": "", "fu": "", "fumi": "fumie", "fumie": "", "fumiko": "", "ga": "", "gabby": "", "gabe": "", "gabi": "", "gabor": "", "gabriel": "", "gabriela": "", "gabriele": "", "gabriella": "", "gabrielle": "", "gael": "", "gaelle": "", "gaetana": "", "gaetano": "", "gail": "", "galina": "", "galya": "", "gamal": "", "gang": "", "gao": "", "gare": "gareth", "gareth": "", "garratt": "", "garret": "garrett", "garrett": "", "garri": "garrick", "garrick": "", "garry": "", "gary": "", "gaspar": "", "gaston": "", "gatsy": "", "gavin": "", "gay": "", "gayle": "", "gaylene": "", "ge": "gee", "gee": "", "geeta": "", "geetha": "", "gema": "", "gemma": "", "gen": "", "gena": "", "genaro": "", "gene": "", "genesis": "", "geneva": "", "genevieve": "", "geng": "", "gennadi": "gennadii gennadiy", "gennadii": "", "gennadiy": "", "gennady": "", "genoveva": "", "geoff": "geoffrey", "geoffrey": "", "georg": "", "george": "", "georges": "", "georgette": "", "georgi": "georgie georgii georgiy", "georgia": "georgiana", "georgian": "", "georgiana": "", "georgie": "", "georgii": "", "georgina": "", "georgine": "", "georgiy": "", "georgy": "", "gera": "gerardo", "gerald": "", "geraldine": "", "geraldo": "", "gerard": "", "gerarda": "", "gerardo": "", "gerd": "", "gerda": "", "gerhard": "gerhardt", "gerharda": "", "gerhardt": "", "geri": "", "germain": "", "germaine": "", "german": "", "germana": "", "gero": "", "gerold": "", "geronimo": "", "gerri": "gerrie", "gerrie": "", "gerrit": "", "gerry": "", "gert": "gertie gertrude", "gertie": "", "gertrud": "", "gertrude": "", "ghislain": "", "ghislaine": "", "gi": "", "gia": "", "giacomo": "", "giada": "", "gian": "", "giancarlo": "", "gianfranco": "", "giang": "", "gianna": "", "gianni": "", "gideon": "", "gigi": "", "gil": "gilbert", "gilbert": "", "gilberta": "", "gilberte": "", "gilberto": "", "gilda": "", "gilles": "", "gillian": "", "gina": "", "ginette": "", "ginger": "", "ginny": "", "gino": "", "gio": "giorgia giorgio giovanna giovanni", "giorgia": "", "giorgio": "", "giovanna": "", "giovanni": "", "giovanny": "", "gisela": "", "gisele": "", "giselle": "", "gita": "", "githa": "", "gitte": "", "giulia": "", "giuliana": "", "giuliano": "", "giulio": "", "giuseppa": "", "giuseppe": "", "giuseppina": "", "glen": "glenn", "glenda": "", "glenn": "", "glenna": "", "glennis": "", "gloria": "", "glory": "", "gong": "", "gonza": "gonzalo", "gonzalo": "", "gopaal": "", "gopal": "", "gordon": "", "gory": "", "gosha": "", "gosia": "", "goska": "", "governor": "", "govie": "", "goyo": "", "grace": "", "grant": "", "grazia": "", "graziana": "", "graziano": "", "green": "greenberry", "greenberry": "", "greg": "gregg greggory gregory", "gregg": "greggory", "greggory": "", "gregoire": "", "gregor": "", "gregorio": "", "gregory": "", "greta": "", "gretchen": "", "gretta": "", "grigori": "grigorii grigoriy", "grigorii": "", "grigoriy": "", "grigory": "", "griselda": "", "grisha": "", "grissel": "", "grzegorz": "", "grzes": "grzesiek", "grzesiek": "", "gu": "", "guadalupe": "", "guan": "", "guang": "", "gudrun": "", "gui": "", "guido": "", "guillaume": "", "guille": "guillermo", "guillermina": "", "guillermo": "", "gul": "", "gulay": "", "gum": "", "gun": "gunn", "gunhild": "", "gunn": "", "gunnar": "", "gunter": "", "gunther": "", "guo": "", "gus": "gussie gustav gustavo gustavus", "gussie": "", "gust": "", "gustaf": "", "gustav": "", "gustava": "", "gustavo": "", "gustavus": "", "guy": "", "gwen": "gwendolyn", "gwenda": "", "gwendolyn": "", "gyu": "", "ha": "", "habib": "", "habiba": "", "hae": "", "hai": "", "hailey": "", "hakan": "", "hal": "", "haley": "", "halim": "", "halima": "", "halina": "", "halinka": "", "halley": "", "hallie": "", "halyna": "", "ham": "hamilton", "hamid": "", "hamida": "", "hamilton": "", "hamza": "", "han": "", "hana": "", "hanako": "", "hang": "", "hanh": "", "hank": "", "hanna": "hannah", "hannah": "", "hanne": "", "hannelore": "", "hannes": "", "hans": "", "hao": "", "hap": "haps", "haps": "", "har": "", "harald": "", "hardy": "", "hari": "", "harish": "", "harley": "", "harman": "", "harmony": "", "harold": "", "harri": "", "harriet": "", "harrison": "", "harry": "", "harty": "", "haru": "", "haruka": "", "haruki": "", "haruko": "", "haruto": "", "harvey": "", "hasan": "", "haseltine": "", "hassan": "", "hassie": "", "hattie": "", "hau": "", "haydee": "", "hayden": "", "haylee": "", "haylen": "", "hayley": "", "hazel": "", "he": "hee", "heather": "", "hector": "", "hedda": "", "hedwig": "", "hedy": "", "hee": "", "hei": "", "heidi": "", "heidy": "", "heike": "", "heiko": "", "heinrich": "", "heinz": "", "helen": "helene", "helena": "", "helene": "", "helga": "", "helge": "", "helle": "", "hellen": "", "helma": "", "helmut": "", "heloise": "", "hendrik": "", "heng": "", "heniek": "", "henni": "", "henning": "", "henny": "", "henri": "", "henrietta": "", "henriette": "", "henrik": "", "henrike": "", "henrique": "", "henry": "", "henryk": "", "hephsibah": "", "hepsibah": "", "herb": "herbert", "herbert": "", "heribert": "", "heriberto": "", "herma": "", "herman": "hermann", "hermann": "", "hermie": "", "hermina": "", "hermine": "", "herminia": "", "hermione": "", "hernan": "", "herta": "", "hertha": "", "hessy": "", "hester": "", "hetty": "", "hez": "hezekiah", "hezekiah": "", "hide": "", "hideki": "", "hideko": "", "hiel": "", "hien": "", "hieu": "", "hikari": "", "hikaru": "", "hilaria": "", "hilario": "", "hilary": "", "hilda": "", "hilde": "", "hildegard": "", "hillary": "", "hina": "", "hinata": "", "hipsbibah": "", "hipsie": "", "hiram": "", "hiro": "", "hiroki": "", "hiroko": "", "hiromi": "", "hiroshi": "", "hiroto": "", "hitomi": "", "hitty": "", "ho": "", "hoa": "", "hoai": "", "hoan": "", "hoang": "", "hob": "", "hobkin": "", "hoda": "", "hodge": "", "hodie": "", "hody": "", "holger": "", "hollie": "", "holly": "", "homer": "", "honey": "", "hong": "", "honor": "", "honora": "", "honza": "", "hoon": "", "hop": "hopkins hopp", "hope": "", "hopkins": "", "hopp": "", "horace": "", "horacio": "", "horry": "", "hortense": "", "hortensia": "", "hosea": "", "hosey": "", "hosie": "", "hossein": "", "hou": "", "howard": "", "howie": "", "hu": "", "hua": "", "huai": "", "huan": "", "huang": "", "hub": "hubert", "hubert": "", "hue": "", "hugh": "", "hugo": "", "hugues": "", "huguette": "", "hui": "", "hulda": "", "humberto": "", "humey": "", "hung": "", "hunter": "", "huo": "", "huong": "", "husain": "", "husein": "", "huseyin": "", "hussain": "", "hussein": "", "hussien": "", "huy": "", "huyen": "", "hwa": "", "hy": "", "hye": "", "hyo": "", "hyuk": "", "hyun": "", "hyung": "", "ian": "", "ib": "", "ibra": "", "ibrahim": "", "ibrahima": "", "ida": "", "iggy": "", "ignac": "", "ignacia": "", "ignacio": "", "ignatius": "", "ignatzio": "", "igor": "", "ike": "", "il": "", "ileana": "", "ilias": "", "ilija": "", "ilona": "", "ilse": "", "ilyas": "", "ima": "", "imam": "", "imke": "", "immanuel": "", "in": "", "ina": "", "inaya": "", "india": "", "indie": "", "indira": "", "indra": "", "indy": "", "ine": "", "ines": "", "inez": "", "inga": "", "inge": "", "ingeborg": "", "inger": "", "ingmar": "", "ingo": "", "ingrid": "", "ingrida": "", "ion": "", "iona": "", "ira": "", "iren": "", "irene": "", "irina": "", "iris": "", "irma": "", "irv": "irving", "irvin": "irving", "irving": "", "irwin": "", "iryna": "", "isa": "", "isaac": "", "isabel": "isabell isabelle", "isabela": "", "isabell": "isabelle", "isabella": "", "isabelle": "", "isadora": "", "isadore": "", "isaiah": "", "isaias": "", "isak": "", "isha": "", "isidor": "", "isidore": "", "ismaeel": "", "ismael": "", "ismail": "", "isobel": "", "issy": "", "iuliia": "", "iurii": "", "iva": "", "ivan": "", "ivana": "", "ivanka": "", "ivar": "", "ivo": "", "ivona": "", "ivonne": "", "ivy": "", "izzy": "", "jaap": "", "jack": "jackson", "jackeline": "", "jackie": "", "jackson": "", "jacky": "", "jacob": "jacobus", "jacoba": "", "jacobus": "", "jacqueline": "", "jacques": "", "jacqui": "", "jade": "", "jae": "", "jael": "", "jaelin": "", "jaelyn": "", "jag": "", "jahoda": "", "jai": "", "jailyn": "", "jair": "", "jairo": "", "jake": "", "jakob": "", "jakoba": "", "jakub": "", "jalen": "", "jamaal": "", "jamal": "", "jameel": "", "james": "", "jamey": "", "jamie": "", "jamil": "", "jamila": "", "jan": "janek janet janice", "jana": "", "jane": "", "janek": "", "janelle": "", "janet": "janett", "janeth": "", "janett": "", "janette": "", "jani": "", "janice": "", "janie": "", "janin": "", "janina": "", "janine": "", "janis": "", "janko": "", "jann": "", "janna": "", "janne": "", "jannett": "", "janni": "jannie", "jannie": "", "jannis": "", "janos": "", "janosch": "", "jans": "", "jap": "", "jarda": "", "jared": "", "jaroslav": "", "jas": "jasiek", "jasiek": "", "jasmin": "", "jasmina": "", "jasmine": "", "jason": "", "jasper": "", "javier": "", "jay": "jaye jaylin jaylyn jayme", "jaya": "", "jayden": "", "jaye": "", "jaylin": "", "jaylyn": "", "jayme": "", "jayne": "", "jayson": "", "je": "", "jean": "jeanette jeannie", "jeana": "", "jeanette": "", "jeanine": "", "jeanne": "", "jeannette": "", "jeannie": "", "jeannine": "", "jeb": "jebadiah", "jebadiah": "", "jed": "jedediah jedidiah", "jedediah": "", "jedidiah": "", "jedrek": "", "jeff": "jefferey jefferson jeffery jeffrey", "jefferey": "", "jefferson": "", "jeffery": "", "jeffrey": "", "jehiel": "", "jehu": "", "jelena": "", "jem": "", "jemima": "", "jemma": "", "jen": "jenn jenna jenni jennie jennifer jenny", "jena": "", "jenifer": "", "jeniffer": "", "jenn": "jenna jennet jenni jennie jennifer jenny", "jenna": "", "jennet": "", "jenni": "jennie jennifer", "jennie": "", "jennifer": "", "jenniffer": "", "jenny": "", "jens": "", "jere": "", "jereme": "", "jeremiah": "", "jeremias": "", "jeremie": "", "jeremy": "", "jerica": "", "jerita": "", "jermaine": "", "jerome": "", "jeronimo": "", "jerry": "", "jerzy": "", "jesper": "", "jess": "jessica jessie", "jesse": "", "jessica": "", "jessie": "", "jessika": "", "jessy": "", "jesus": "", "jet": "", "jettie": "", "jewel": "jewell", "jewell": "", "jez": "jezza", "jezza": "", "ji": "jie", "jia": "", "jian": "", "jiang": "", "jiao": "", "jie": "", "jill": "jillian", "jillian": "", "jim": "jimmie jimmy", "jimena": "", "jimmie": "", "jimmy": "", "jin": "", "jincy": "", "jing": "", "jinsy": "", "jiong": "", "jiri": "", "jirka": "", "jiu": "", "jo": "joachim joan joann joanna joanne joasia jodi jody joey johanna johannah johannes johnny jolene joo jos josefa josefina josefine joseph josepha josephine josey josie josophine", "joachim": "", "joachima": "", "joakim": "", "joan": "joann joanna", "joana": "", "joann": "joanne", "joanna": "", "joanne": "", "joao": "", "joaquim": "", "joaquin": "", "joaquina": "", "joasia": "", "job": "", "jocelyn": "", "jocelyne": "", "jochen": "", "jock": "", "jodi": "jodie", "jodie": "", "jody": "", "joe": "joey", "joel": "", "joelle": "", "joey": "", "johan": "johann", "johana": "", "johann": "", "johanna": "johannah", "johannah": "", "johanne": "", "johannes": "", "john": "johnathan johnathon johnny", "johnathan": "", "johnathon": "", "johnnie": "", "johnny": "", "johnson": "", "johny": "", "joi": "", "joke": "", "jolan": "", "jolanda": "", "jolene": "", "jolie": "", "joline": "", "jon": "jonathan jonathon jonnie jonny", "jona": "jonah", "jonah": "", "jonas": "", "jonatan": "", "jonathan": "", "jonathon": "", "jong": "", "joni": "", "jonna": "", "jonnie": "", "jonny": "", "joo": "", "joon": "", "jordan": "", "jordi": "", "jordon": "", "jordy": "", "jorg": "", "jorge": "", "jorgen": "", "joris": "", "jorn": "", "jos": "joseph josh joshua josiah", "jose": "", "josee": "", "josef": "", "josefa": "", "josefin": "", "josefina": "", "josefine": "", "joselyn": "", "josep": "", "joseph": "", "josepha": "", "josephine": "", "josetta": "", "josette": "", "josey": "", "josh": "joshua", "joshua": "", "josiah": "", "josiane": "", "josie": "", "josip": "", "josophine": "", "josue": "", "jothi": "", "jovan": "", "jovita": "", "joy": "joyce", "joyce": "", "jozef": "", "jozek": "", "jr": "", "ju": "", "juan": "", "juana": "", "juanita": "", "jud": "juda judi judie judith judson judy", "juda": "judah", "judah": "", "jude": "", "juder": "", "judi": "judie judith", "judie": "", "judit": "", "judith": "", "judson": "", "judy": "", "jue": "", "jule": "jules", "jules": "", "juli": "julie", "julia": "", "julian": "", "juliana": "", "juliane": "", "julianna": "", "julianne": "", "julias": "", "julie": "", "julien": "", "julienne": "", "juliet": "", "julieta": "", "juliette": "", "julija": "", "julijana": "", "julio": "", "julius": "", "jun": "", "june": "", "jung": "", "juni": "junie", "junichi": "", "junie": "", "junior": "", "junius": "", "junko": "", "jurek": "", "jurgen": "", "juri": "", "jurij": "", "justin": "", "justina": "", "justine": "", "justo": "", "juston": "", "justus": "", "jutta": "", "jyothi": "", "jyoti": "", "k.c.": "", "ka": "", "kai": "", "kait": "kaitie kaitlin kaitlyn kaitlynn", "kaitie": "", "kaitlin": "", "kaitlyn": "kaitlynn", "kaitlynn": "", "kaj": "", "kaja": "", "kala": "", "kaleb": "", "kali": "", "kalli": "", "kam": "kameron", "kamal": "", "kameron": "", "kami": "", "kamil": "", "kamila": "", "kana": "", "kanae": "", "kanako": "", "kane": "", "kang": "", "kaori": "", "kaoru": "", "kara": "", "karan": "", "kare": "", "kareem": "", "karel": "", "karen": "", "kari": "", "karim": "", "karima": "", "karin": "", "karina": "", "karine": "", "karl": "", "karla": "", "karma": "", "karo": "", "karol": "", "karola": "", "karolin": "", "karolina": "", "karoline": "", "karsten": "", "karyn": "", "kasey": "", "kasia": "", "kasienka": "", "kasim": "", "kaska": "", "kaspar": "", "kasper": "", "kassandra": "", "kata": "", "katalin": "", "katarina": "", "katarzyna": "", "kate": "katelin katelyn", "katelin": "", "katelyn": "", "katerina": "", "katerine": "", "kateryna": "", "katharina": "", "katharine": "", "kathe": "", "katherin": "", "katherina": "", "katherine": "", "kathi": "", "kathleen": "", "kathrin": "", "kathryn": "", "kathy": "", "kati": "", "katia": "", "katie": "", "katja": "", "katri": "", "katrin": "", "katrina": "", "katy": "", "katya": "", "kav": "", "kavi": "", "kavita": "", "kavitha": "", "kay": "kaye kayla", "kaye": "", "kayla": "", "kaylee": "", "kayleigh": "", "kazik": "", "kazim": "", "kazimierz": "", "kazu": "", "kazuki": "", "kazuko": "", "kazuya": "", "ke": "", "keely": "", "kei": "", "keiko": "", "keira": "", "keisha": "", "keisuke": "", "keita": "", "keith": "", "kelley": "", "kelli": "kellie", "kellie": "", "kelly": "", "kelsey": "", "kelvin": "", "kemal": "", "ken": "kendall kendrick kendrik kenji kenneth kenny kent", "kenan": "", "kendall": "", "kendra": "", "kendrick": "", "kendrik": "", "kenichi": "", "kenj": "kenji", "kenji": "", "kenna": "", "kennet": "", "kenneth": "", "kenny": "", "kent": "", "kenta": "", "kenya": "", "kenzy": "", "keri": "", "kerri": "kerrie", "kerrie": "", "kerry": "", "kerstin": "", "keung": "", "kev": "kevin", "kevin": "", "kezia": "keziah", "keziah": "", "kha": "", "khadeeja": "", "khadija": "khadijah", "khadijah": "", "khai": "", "khaled": "", "khalid": "", "khalida": "", "khang": "", "khanh": "", "khiem": "", "khoa": "", "khoi": "", "khue": "", "ki": "", "kiah": "", "kian": "", "kiara": "", "kien": "", "kiera": "", "kieran": "", "kieu": "", "kike": "", "kilian": "", "kill": "", "killian": "", "killis": "", "kim": "kimberley kimberli kimberly", "kimberley": "", "kimberli": "", "kimberly": "", "kin": "", "king": "kingsley kingston", "kingsley": "", "kingston": "", "kira": "", "kiran": "", "kirby": "", "kirk": "", "kirsten": "", "kirsti": "kirstie", "kirstie": "", "kirstin": "", "kirsty": "", "kissy": "", "kit": "kittie kitty", "kittie": "", "kitty": "", "kiyo": "", "kiyoko": "", "kiyoshi": "", "kizza": "", "kizzie": "", "ko": "", "koen": "", "kofi": "", "koji": "", "kolya": "", "kong": "", "konrad": "", "konrada": "", "konstantin": "", "kori": "", "kornel": "", "kornelia": "", "kostia": "", "kostya": "", "kota": "", "kris": "kristel kristen kristin kristina kristine kristofer kristoffer kristopher kristy", "krish": "", "krishna": "", "krisna": "", "krista": "", "kristel": "", "kristen": "", "kristi": "kristie", "kristian": "", "kristie": "", "kristijan": "", "kristin": "kristine", "kristina": "", "kristine": "", "kristjan": "", "kristof": "", "kristofer": "", "kristoffer": "", "kristopher": "", "kristy": "", "krushna": "", "krysia": "", "krystyna": "", "krzys": "krzysiek krzysztof", "krzysiek": "", "krzysztof": "", "ksana": "", "ksenia": "", "kseniia": "", "kseniya": "", "ksyusha": "", "kuan": "", "kuba": "", "kui": "", "kumi": "", "kumiko": "", "kun": "", "kurt": "", "kurtis": "", "kwa": "", "kwame": "", "kwan": "", "kwang": "", "kwok": "", "ky": "", "kyara": "", "kyla": "", "kyle": "", "kylie": "", "kym": "kymberly", "kymberly": "", "kyo": "", "kyoko": "", "kyra": "", "kyu": "", "kyung": "", "l.b.": "", "l.r.": "", "lafayette": "", "laffie": "", "lai": "", "laila": "", "lainie": "", "lakshmi": "", "lakshmy": "", "lalita": "", "lalitha": "", "lalo": "", "lam": "", "lamar": "", "lambert": "", "lamont": "", "lan": "", "lana": "", "lance": "", "lang": "", "lanh": "", "lani": "", "lanna": "", "lanny": "", "lanson": "", "laodicia": "", "lara": "", "larisa": "", "larry": "", "lars": "", "larysa": "", "latif": "", "latifa": "", "latisha": "", "laura": "", "laure": "", "laureen": "", "laurel": "", "lauren": "", "laurence": "", "laurent": "", "laurentia": "", "laurenz": "", "lauretta": "", "laurette": "", "lauri": "", "laurie": "", "laurin": "", "laurinda": "", "laurine": "", "lauryn": "", "laveda": "", "laverne": "", "lavina": "", "lavinia": "", "lavonia": "", "lavonne": "", "lawrence": "", "lawrie": "", "laxmi": "", "layla": "", "lazar": "", "lazaro": "", "lea": "leah leanne", "leafa": "", "leah": "", "lean": "", "leana": "", "leander": "", "leandra": "", "leandro": "", "leanne": "", "lecurgus": "", "lee": "", "leena": "", "leet": "", "left": "", "lei": "", "leia": "", "leif": "", "leigh": "", "leila": "", "leilani": "", "lejla": "", "lela": "", "leland": "", "lem": "lemuel", "lemuel": "", "len": "lenn lenny", "lena": "", "lene": "", "leni": "", "lenn": "", "lennie": "", "lenny": "", "lenora": "", "leo": "leon leonard leonardo leonidas leopold", "leon": "leonard leonidas", "leona": "", "leonard": "", "leonarda": "", "leonardo": "", "leone": "", "leonel": "", "leonhard": "", "leonid": "", "leonidas": "", "leonie": "", "leonor": "", "leonora": "", "leonore": "", "leontin": "", "leontina": "", "leontine": "", "leopold": "", "leopoldine": "", "leopoldo": "", "leroy": "", "les": "lesley leslie lester", "lesha": "", "lesia": "", "lesley": "", "leslie": "", "lessie": "", "lester": "", "letitia": "", "lettice": "", "lettie": "", "lev": "", "leve": "", "levi": "", "levicy": "", "levin": "", "levone": "", "levy": "", "lewis": "", "lex": "", "lexi": "", "leyla": "", "li": "lie", "lia": "", "liam": "", "lian": "", "liana": "", "liane": "", "liang": "", "liao": "", "lias": "", "lib": "libby", "libby": "", "lida": "", "lidia": "", "lidija": "", "lie": "", "lien": "", "life": "", "lige": "", "ligia": "", "lil": "lillah lillian lilly lily", "lila": "", "liley": "", "lili": "", "lilia": "", "lilian": "", "liliana": "", "liliane": "", "lilla": "lillah", "lillah": "", "lilli": "lillie", "lillian": "", "lillie": "", "lilly": "", "lily": "", "lin": "", "lina": "", "lincoln": "", "lind": "", "linda": "", "lindsay": "", "lindsey": "", "lindsie": "", "lindsy": "", "lindy": "", "line": "", "lineau": "", "ling": "", "linh": "", "link": "", "linn": "", "linnea": "", "lino": "", "linus": "", "lio": "", "lionel": "", "lisa": "", "lisandro": "", "lisbet": "", "lisbeth": "", "lise": "", "liselotte": "", "lisette": "", "lish": "", "lissa": "", "lissette": "", "lissia": "", "little": "littleberry", "littleberry": "", "liu": "", "liubov": "", "liudmila": "", "liudmyla": "", "liv": "", "livia": "", "livio": "", "liz": "liza lizzie lizzy", "liza": "", "lize": "", "lizeth": "", "lizzie": "", "lizzy": "", "lloyd": "", "loa": "", "loan": "", "loc": "", "lodi": "", "logan": "", "loi": "", "loic": "", "lois": "", "lok": "", "lola": "", "loli": "lolita", "lolita": "", "lolly": "", "lon": "lonny lonzo", "lona": "", "long": "", "loni": "", "lonnie": "", "lonny": "", "lonzo": "", "loomie": "", "lora": "", "loraine": "", "lore": "", "loredana": "", "lorelei": "", "loren": "lorenzo", "lorena": "", "lorene": "", "lorenz": "", "lorenza": "", "lorenzo": "", "loretta": "", "lori": "lorie", "lorie": "", "lorin": "", "lorine": "", "loris": "", "lorne": "", "lorraine": "", "lorrie": "", "lorry": "", "lotta": "", "lotti": "lottie", "lottie": "", "lou": "louella louie louis louisa louise", "louella": "", "louie": "", "louis": "", "louisa": "", "louise": "", "lourdes": "", "louvinia": "", "lu": "lucia lucille lucinda luella luisa lula", "luan": "", "luana": "", "luba": "", "lubov": "", "luc": "", "luca": "", "lucas": "", "luce": "", "lucette": "", "lucho": "", "lucia": "", "lucian": "", "luciana": "", "luciano": "", "lucias": "", "lucie": "", "lucien": "", "lucienne": "", "lucija": "", "lucila": "", "lucile": "", "lucille": "", "lucina": "", "lucinda": "", "lucio": "", "lucius": "", "lucky": "", "lucretia": "", "lucy": "", "luda": "", "ludivine": "", "ludmila": "", "ludo": "", "ludovic": "", "ludvig": "", "ludvik": "", "ludwig": "", "luella": "", "luigi": "", "luigia": "", "luis": "", "luisa": "", "luise": "", "luka": "", "lukas": "", "lukasz": "lukaszek", "lukaszek": "", "luke": "", "lula": "", "lun": "", "luna": "", "lunetta": "", "luo": "", "luong": "", "lupe": "", "lupita": "", "lura": "lurana", "lurana": "", "luther": "", "lutz": "", "luxmi": "", "luyen": "", "luz": "", "ly": "", "lyddy": "", "lydia": "", "lydie": "", "lyle": "", "lynda": "", "lyndon": "", "lyndsay": "", "lyndsey": "", "lynette": "", "lynn": "lynne", "lynne": "", "lynnette": "", "lynsey": "", "lyosha": "", "lyova": "", "lyuba": "", "lyubov": "", "lyuda": "", "lyudmila": "", "lyudmyla": "", "ma": "", "mabel": "", "mable": "", "mac": "mack mackenzie", "maciej": "", "maciek": "", "mack": "mackenzie", "mackenzie": "", "maddi": "maddie maddison", "maddie": "", "maddison": "", "maddy": "", "madeleine": "", "madelene": "", "madeline": "", "madelyn": "", "madge": "", "madie": "", "madison": "", "mads": "", "madzia": "", "mae": "", "maegen": "", "mael": "", "maeve": "", "mafalda": "", "magali": "", "magaly": "", "magda": "magdalena", "magdalena": "", "magdalene": "", "magdelina": "", "maggie": "", "maggy": "", "magnolia": "", "magnus": "", "mahala": "", "mahdi": "", "mahmood": "", "mahmoud": "", "mahmud": "", "mai": "", "maia": "", "maida": "", "maik": "", "maiko": "", "maira": "", "maire": "", "maisie": "", "maite": "", "maj": "", "maja": "", "makayla": "", "maki": "", "makiko": "", "makoto": "", "maksim": "", "maksym": "", "mal": "malc malcolm", "mala": "", "malachi": "", "malc": "malcolm", "malcolm": "", "malena": "", "malgorzata": "", "malgosia": "", "malia": "", "malik": "", "malika": "", "malin": "", "malinda": "", "mallory": "", "mally": "", "malvina": "", "mam": "", "mamadou": "", "mami": "mamie", "mamie": "", "man": "", "mana": "", "manabu": "", "manami": "", "manda": "", "mandie": "", "mandy": "", "manel": "", "manerva": "", "manfred": "", "mang": "", "manh": "", "mani": "", "manish": "", "manisha": "", "manju": "", "manny": "", "manoah": "", "manoj": "", "manola": "", "manoli": "", "manolito": "", "manolo": "", "manon": "", "mantha": "", "manu": "manuel manuela", "manuel": "", "manuela": "", "manuella": "", "mao": "", "mara": "", "marc": "marcus", "marcel": "marcell", "marcela": "", "marcelina": "", "marceline": "", "marcelino": "", "marcell": "", "marcella": "", "marcelle": "", "marcello": "", "marcelo": "", "marcia": "", "marcie": "", "marcin": "", "marco": "", "marcos": "", "marcus": "", "mare": "", "mareczek": "", "marek": "", "maren": "", "marga": "", "margaret": "margaretta", "margareta": "", "margarete": "", "margaretha": "", "margaretta": "", "margarita": "", "margaux": "", "marge": "margery", "margery": "", "margherita": "", "margie": "", "margit": "", "margo": "", "margot": "", "margret": "", "marguerite": "", "margy": "", "mari": "", "maria": "mariah", "mariah": "", "mariam": "", "mariama": "", "marian": "mariann marianna", "mariana": "", "mariane": "", "marianela": "", "mariann": "marianne", "marianna": "", "marianne": "", "mariano": "", "maribel": "", "marica": "", "maricel": "", "maricela": "", "marie": "marietta", "mariela": "", "mariella": "", "marielle": "", "marietta": "", "mariette": "", "mariia": "", "marija": "", "marijan": "", "marijana": "", "marika": "", "mariko": "", "marilyn": "", "marin": "", "marina": "", "marine": "", "marino": "", "mario": "", "marion": "", "maris": "", "marisa": "", "marise": "", "marisela": "", "marisol": "", "marissa": "", "marit": "", "marita": "", "maritza": "", "marius": "", "mariusz": "", "mariya": "", "marja": "", "marjan": "", "marjo": "", "marjorie": "", "mark": "", "marko": "", "markus": "", "marla": "", "marleen": "", "marlen": "marlene", "marlena": "", "marlene": "", "marlies": "", "marlin": "", "marlis": "", "marlon": "", "marni": "marnie", "marnie": "", "marsha": "", "marshall": "", "mart": "", "marta": "", "marte": "", "marten": "", "martha": "", "marthe": "", "marti": "", "martin": "", "martina": "", "martine": "", "martino": "", "martusia": "", "marty": "", "marv": "marvin", "marvin": "", "mary": "", "maryam": "", "maryann": "maryanne", "maryanne": "", "maryline": "", "maryse": "", "masa": "masayuki", "masaki": "", "masako": "", "masami": "", "masao": "", "masaru": "", "masashi": "", "masato": "", "masayuki": "", "masha": "", "mason": "", "massimo": "", "mat": "mateo mathew mathias matt matteo matthew mattie matty maty", "mate": "", "matej": "", "mateo": "", "mateusz": "", "matheo": "", "mathew": "", "mathias": "", "mathieu": "", "mathilda": "", "mathilde": "", "mathis": "", "mati": "", "matias": "", "matilda": "", "matilde": "", "mato": "", "mats": "", "matt": "matteo matthew matthews matthias mattie matty", "mattea": "", "matteo": "", "matthew": "", "matthews": "", "matthias": "", "matthieu": "", "matti": "", "mattia": "", "mattias": "", "mattie": "", "matty": "", "maty": "", "maud": "", "maude": "", "maura": "", "maureen": "", "maurice": "", "mauricia": "", "mauricio": "", "maurine": "", "maurizia": "", "maurizio": "", "mauro": "", "mave": "mavery", "mavery": "", "mavine": "", "max": "maxi maximilian maximiliane maximiliano maximillian maximo maxine maxwell", "maxi": "maximilian maximiliane", "maxim": "", "maxima": "", "maxime": "", "maximilian": "", "maximiliane": "", "maximiliano": "", "maximillian": "", "maximo": "", "maxine": "", "maxwell": "", "may": "", "maya": "", "mayra": "", "mayte": "", "mayu": "", "mayuko": "", "mayumi": "", "mc": "", "mckenna": "", "mckenzie": "", "meaka": "", "medora": "", "mees": "", "meg": "megan meghan", "megan": "", "megha": "", "meghan": "", "megu": "", "megumi": "", "mehitabel": "", "mehmet": "", "mehmood": "", "mei": "", "meike": "", "mel": "melanie melinda melissa mellie melody melvin melvina", "melania": "", "melanie": "", "melany": "", "melba": "", "melchizedek": "", "melia": "", "melina": "", "melinda": "", "melisa": "", "melissa": "", "melita": "", "mellia": "", "mellie": "", "mellony": "", "melly": "", "melo": "", "melodie": "", "melody": "", "melvin": "", "melvina": "", "memo": "", "men": "", "mena": "", "menaalmena": "", "meng": "", "mercedes": "", "merche": "", "merci": "", "mercy": "", "mert": "", "merv": "mervin mervyn", "mervi": "", "mervin": "", "mervyn": "", "metta": "", "meus": "", "mi": "mie", "mia": "", "mian": "", "miao": "", "micael": "", "micaela": "", "micah": "", "micajah": "", "micha": "", "michael": "", "michaela": "", "michaele": "", "michal": "michalek", "michalek": "", "micheal": "", "michel": "michell", "michele": "", "micheline": "", "michell": "michelle", "michelle": "", "mick": "mickey micky", "mickey": "", "micky": "", "middie": "", "middy": "", "midge": "", "mie": "", "mieczyslaw": "", "mieko": "", "mietek": "", "miggy": "", "miguael": "miguaell", "miguaell": "", "miguail": "miguaill", "miguaill": "", "miguayl": "miguayll", "miguayll": "", "miguel": "miguell", "miguela": "", "miguell": "", "miha": "", "mihael": "", "mihaela": "", "mihail": "", "mik": "", "mika": "", "mikael": "", "mikaela": "", "mikako": "", "mikayla": "", "mike": "mikey", "mikey": "", "mikhail": "", "miki": "", "mikiko": "", "mikolaj": "", "mikus": "", "miky": "", "mila": "", "milagros": "", "milan": "", "milda": "", "mildred": "", "mile": "", "milena": "", "milica": "", "milka": "", "milla": "", "millicent": "", "millie": "", "milly": "", "milo": "", "milos": "", "milton": "", "mima": "", "mimi": "", "mimmo": "", "min": "", "mina": "", "minako": "", "mindie": "", "mindy": "", "minerva": "", "ming": "", "minh": "", "minite": "", "minna": "", "minnie": "", "minty": "", "mio": "", "mir": "", "mira": "miranda", "miran": "", "miranda": "", "mirco": "", "mireille": "", "mirella": "", "mireya": "", "miriam": "", "mirja": "", "mirjam": "", "mirjana": "", "mirko": "", "mirna": "", "miro": "", "miroslav": "", "miroslava": "", "mirta": "", "misa": "", "misael": "", "misaki": "", "misako": "", "misha": "", "missy": "", "misty": "", "mitch": "mitchell", "mitchel": "mitchell", "mitchell": "", "mitsu": "", "mitsuko": "", "mitsuru": "", "mittie": "", "mitty": "", "mitya": "", "mitzi": "mitzie", "mitzie": "", "miyu": "", "miyuki": "", "mo": "", "mock": "", "modesto": "", "mohamad": "", "mohamed": "", "mohammad": "", "mohammed": "", "mohammod": "", "mohd": "", "moira": "", "moises": "", "mollie": "", "molly": "", "momo": "", "momoka": "", "momoko": "", "mona": "", "monet": "", "monica": "", "monika": "", "monique": "", "monna": "", "monnie": "", "monte": "monteleon", "monteleon": "", "montesque": "", "montgomery": "", "montse": "montserrat", "montserrat": "", "monty": "", "moon": "", "mora": "", "morena": "", "morey": "", "morgan": "", "morgane": "", "moritz": "", "morris": "", "mort": "mortimer", "mortimer": "", "mose": "moses", "moses": "", "moss": "", "mostafa": "", "moustafa": "", "moustapha": "", "mu": "", "muhammad": "", "muhammed": "", "mur": "muriel", "murat": "", "muriel": "", "murielle": "", "murray": "", "musa": "", "mustafa": "", "mustapha": "", "my": "", "mya": "", "mykhailo": "", "mykhaylo": "", "mykola": "", "myles": "", "myra": "", "myriam": "", "myrna": "", "myron": "", "myrt": "myrti myrtle", "myrta": "", "myrti": "", "myrtle": "", "myung": "", "na": "", "nabby": "", "nabil": "", "nabila": "", "nace": "", "nacho": "", "nada": "", "nadege": "", "nadezda": "", "nadezhda": "", "nadia": "", "nadiia": "", "nadin": "", "nadine": "", "nadir": "", "nadiya": "", "nadja": "", "nadya": "", "nae": "", "nael": "", "naim": "", "naldo": "", "nam": "", "nan": "nancy nanny", "nana": "", "nanako": "", "nanami": "", "nancy": "", "nando": "", "nanna": "", "nanni": "", "nanny": "", "nao": "", "naoki": "", "naoko": "", "naomi": "", "naoto": "", "nap": "napoleon nappy", "napoleon": "", "nappy": "", "narcisa": "", "nasir": "", "nasira": "", "nastia": "", "nastya": "", "nat": "natalia natalie nataliia nataliya natalya natasha nate nathalie nathan nathaniel natty", "natacha": "", "natale": "", "natali": "natalie", "natalia": "", "natalie": "", "nataliia": "", "natalija": "", "nataliya": "", "nataly": "", "natalya": "", "natan": "", "natanael": "", "natasa": "", "natascha": "", "natasha": "", "nate": "", "nathalie": "", "nathan": "nathaniel", "nathanael": "", "nathaniel": "", "nati": "natividad", "natius": "", "natividad": "", "natsu": "", "natsuki": "", "natsuko": "", "natsumi": "", "natty": "", "nav": "", "naveen": "", "naz": "", "ned": "", "neeraj": "", "neil": "", "nel": "nell", "nelia": "", "nell": "nelle nellie nelly", "nella": "", "nelle": "", "nelli": "nellie", "nellie": "", "nelly": "", "nels": "nelson", "nelson": "", "neng": "", "nerva": "", "nervie": "", "nessa": "", "netta": "", "nettie": "", "newt": "newton", "newton": "", "nga": "", "ngan": "", "nghia": "", "ngo": "", "ngoc": "", "ngozi": "", "nguyen": "", "nguyet": "", "nha": "", "nhan": "", "nhat": "", "nhi": "", "nhien": "", "nhu": "", "nhung": "", "ni": "", "nia": "", "niamh": "", "nian": "", "nib": "", "nibby": "", "nic": "nicholas nick nicki nickie nicky nico nicodemus nicola nicolas nicole nicolette", "nicey": "", "nicholas": "", "nichole": "nicholette", "nicholette": "", "nicie": "", "nick": "nickie nickolas nicky", "nickey": "", "nicki": "nickie", "nickie": "", "nickolas": "", "nicky": "", "niclas": "", "nico": "nicodemus nicola nicolas", "nicodemus": "", "nicol": "", "nicola": "", "nicolai": "", "nicolas": "", "nicole": "", "nicoletta": "", "nicolette": "", "nidia": "", "niel": "", "niels": "", "nieves": "", "nigel": "", "nik": "niko nikola nikolai nikolas nikolaus nikolay", "nika": "", "nikita": "", "nikki": "", "niklas": "", "niko": "nikolai nikolas nikolaus nikolay", "nikol": "", "nikola": "", "nikolai": "", "nikolaj": "", "nikolas": "", "nikolaus": "", "nikolay": "", "nikole": "", "nikolina": "", "nil": "", "nilda": "", "nilesh": "", "nils": "", "nina": "", "ning": "", "ninh": "", "nino": "", "niraj": "", "nita": "", "niu": "", "noa": "", "noah": "", "noam": "", "nobu": "", "nobuko": "", "nobuo": "", "noe": "", "noel": "", "noelia": "", "noella": "", "noelle": "", "noemi": "noemie", "noemie": "", "nola": "", "nolan": "", "nole": "", "nollie": "", "nonie": "", "nonnie": "", "noor": "", "nora": "norah", "norah": "", "norbert": "", "norberta": "", "norberto": "", "norbu": "norbusamte", "norbusamte": "", "norby": "", "nori": "", "noriko": "", "norm": "norman", "norma": "", "norman": "", "norry": "", "nour": "", "nowell": "", "nuno": "", "nuo": "", "nuong": "", "nur": "", "nura": "", "nuri": "", "oanh": "", "obadiah": "", "obed": "obedience", "obediah": "", "obedience": "", "obie": "", "octavia": "", "octavio": "", "ode": "", "odell": "", "odette": "", "odo": "", "oksana": "", "ola": "", "olaf": "", "olav": "", "ole": "", "oleg": "", "olek": "", "oleksandr": "", "oleksandra": "", "oleksiy": "", "olena": "", "olga": "", "olha": "", "oli": "oliver olivia", "olive": "", "oliver": "", "olivia": "", "olivie": "", "olivier": "", "ollie": "", "olph": "", "olu": "", "oluwaseun": "", "oluwatobi": "", "olya": "", "omar": "", "omara": "", "omer": "", "omi": "", "ona": "", "one": "", "onicyphorous": "", "onie": "", "onni": "onnie", "onnie": "", "opal": "", "ophi": "", "ora": "", "orilla": "", "orla": "", "orlanda": "", "orlando": "", "orphelia": "", "osa": "", "osaforum": "", "osaforus": "", "osama": "", "oscar": "", "osman": "", "ossy": "", "oswald": "", "oswaldo": "", "ote": "", "otha": "", "othman": "", "otis": "", "otto": "", "ou": "", "oualid": "", "oum": "", "oumar": "", "oumou": "", "ousmane": "", "oussama": "", "owen": "", "ozzy": "", "pablo": "", "paca": "", "paco": "", "paddy": "", "paige": "", "pam": "pamela", "pamela": "", "pan": "", "pancho": "", "pandora": "", "paola": "", "paolo": "", "paqui": "paquita", "paquita": "", "paquito": "", "parmelia": "", "parsuny": "", "parthenia": "", "pascal": "", "pascale": "", "pascual": "", "pascuala": "", "pasha": "", "pasoonie": "", "pat": "pate patience patrice patricia patricio patrick patrizia patsy patti patty", "pate": "", "patience": "", "patric": "patrick", "patrica": "", "patrice": "", "patricia": "", "patricio": "", "patrick": "", "patrik": "", "patrizia": "", "patsy": "", "patti": "", "patty": "", "pau": "", "paul": "", "paula": "", "paule": "", "paulette": "", "pauli": "", "paulina": "", "pauline": "", "paulo": "", "pavel": "", "pavlo": "", "pawel": "pawelek", "pawelek": "", "pearl": "", "pedro": "", "peg": "peggy", "peggie": "", "peggy": "", "pei": "", "pelegrine": "", "penelope": "", "peng": "", "penie": "", "penny": "", "pepa": "", "pepe": "", "pepita": "", "pepito": "", "peppe": "", "peppino": "", "per": "", "percival": "", "percy": "", "peregrine": "", "perico": "", "perla": "", "permelia": "", "pernetta": "", "pero": "", "perry": "", "persephone": "", "pete": "peter", "peter": "", "petr": "petro", "petra": "", "petrina": "", "petro": "", "petronella": "", "petya": "", "phat": "", "phelia": "", "phena": "", "pheney": "", "phenie": "", "pherbia": "", "pheriba": "", "phi": "", "phil": "philetus philip philipp philippe phillip", "philadelphia": "", "philander": "", "philetus": "", "philinda": "", "philip": "philipp", "philipina": "", "philipp": "", "philippa": "", "philippe": "", "philippine": "", "phillip": "", "phillis": "", "philly": "", "philomena": "", "phoebe": "", "phong": "", "phu": "", "phuc": "", "phung": "", "phuoc": "", "phuong": "", "phyllis": "", "pia": "", "pier": "", "piera": "", "piero": "", "pierre": "", "pierrette": "", "piet": "", "pietro": "", "pilar": "", "pili": "", "pin": "", "pinckney": "", "ping": "", "pink": "", "pino": "", "pio": "", "piotr": "piotrek piotrus", "piotrek": "", "piotrus": "", "pip": "", "piper": "", "pleasant": "", "ples": "", "pocahontas": "", "pokey": "", "pol": "", "polina": "", "polly": "", "polya": "", "poncho": "", "pooja": "", "poonam": "", "posthuma": "", "pradeep": "", "pradip": "", "pres": "prescott", "prescott": "", "preston": "", "pri": "", "priscilla": "", "prissy": "", "priya": "", "priyanka": "", "providence": "", "provy": "", "prudence": "", "prudy": "", "prue": "", "pu": "", "pui": "", "puja": "", "punam": "", "pyotr": "", "qi": "", "qian": "", "qiang": "", "qiao": "", "qin": "", "qing": "", "qiong": "", "qiu": "", "qu": "", "quan": "", "quang": "", "que": "", "queen": "", "quentin": "", "quil": "", "quilla": "", "quillie": "", "quincy": "", "quinn": "", "quino": "", "quinten": "", "quique": "", "qun": "", "quoc": "", "quy": "", "quyen": "", "quynh": "", "rachael": "", "rachel": "", "rachelle": "", "rachid": "", "rae": "", "raf": "rafa rafael", "rafa": "rafael rafaela", "rafael": "", "rafaela": "", "rafaella": "", "rafaello": "", "rafal": "rafalek", "rafalek": "", "ragna": "", "ragnar": "", "raj": "", "raja": "", "rajan": "", "rajeev": "", "rajender": "", "rajendra": "", "rajesh": "", "rajinder": "", "rajiv": "", "raju": "", "ralph": "", "ram": "", "rama": "", "raman": "", "ramesh": "", "ramon": "", "ramona": "", "ran": "", "rana": "", "randal": "randall", "randall": "", "randi": "", "randolf": "", "randolph": "", "randy": "", "rani": "", "rania": "", "raphael": "", "raphaela": "", "raphaelle": "", "rasheed": "", "rashid": "", "rashida": "", "rasmus": "", "raul": "", "rav": "", "ravi": "", "ravindar": "", "ravinder": "", "ravindra": "", "ray": "raymond", "rayan": "", "raymond": "", "raymonde": "", "rayna": "", "raze": "", "rea": "", "reagan": "", "reba": "", "rebecca": "", "rebeka": "rebekah", "rebekah": "", "ree": "", "reece": "", "reg": "reggie reginald", "regan": "", "reggie": "", "regina": "", "reginald": "", "regine": "", "regis": "", "rei": "", "reiko": "", "rein": "", "reina": "", "reinaldo": "", "reinhold": "", "relief": "", "rella": "", "reme": "remedios", "remedios": "", "ren": "", "rena": "", "renata": "", "renate": "", "renato": "", "rene": "", "renee": "", "reni": "", "renius": "", "renny": "", "renzo": "", "retta": "", "reuben": "", "rex": "", "reyna": "", "reynaldo": "", "reynold": "", "rhett": "", "rhoda": "", "rhodella": "", "rhonda": "", "rhyna": "", "rhynie": "", "ria": "", "riah": "", "rian": "", "riane": "", "ricarda": "", "ricardo": "", "riccarda": "", "riccardo": "", "rich": "richard richie", "richard": "", "riche": "", "richi": "richie", "richie": "", "rick": "ricky", "ricka": "", "rickey": "", "rickie": "", "ricky": "", "rie": "", "rieko": "", "rienne": "", "rik": "", "rika": "", "rikako": "", "riko": "", "rilla": "", "rilly": "", "rim": "", "rin": "", "rina": "", "rio": "", "risa": "", "risako": "", "rissa": "", "rit": "", "rita": "", "ritika": "", "ritu": "", "rob": "robby robert roberto", "robbie": "", "robby": "", "robert": "", "roberta": "", "robertina": "", "roberto": "", "robin": "", "robinson": "", "roby": "", "robyn": "", "rocio": "", "rod": "roddy roderick rodger rodney rodolfo rodrigo", "roddy": "", "roderick": "", "rodger": "", "rodie": "", "rodney": "", "rodolfa": "", "rodolfo": "", "rodrigo": "", "roge": "roger", "rogelio": "", "roger": "", "rohan": "", "rohini": "", "rohit": "", "roland": "", "rolanda": "", "rolande": "", "rolando": "", "rolf": "", "rollo": "", "rolly": "", "romain": "", "romaine": "", "roman": "", "romana": "", "romano": "", "romeo": "", "romina": "", "ron": "ronald ronnie ronny", "rona": "", "ronald": "", "ronaldo": "", "ronan": "", "ronda": "", "rong": "", "ronie": "", "ronja": "", "ronna": "", "ronnie": "", "ronny": "", "rosa": "rosabel rosabella rosalinda rosalyn", "rosabel": "", "rosabella": "", "rosaenn": "", "rosaenna": "", "rosalba": "", "rosalia": "", "rosalie": "", "rosalind": "", "rosalinda": "", "rosalyn": "", "rosanna": "", "rosanne": "", "rosaria": "", "rosario": "", "roscoe": "", "rose": "roseann roseanna roseanne rosemarie rosemary", "roseann": "roseanne", "roseanna": "", "roseanne": "", "roseline": "", "roselyn": "", "rosemarie": "", "rosemary": "", "rosendo": "", "rosetta": "", "rosey": "", "rosi": "rosie", "rosie": "", "rosina": "", "ross": "", "rossana": "", "rou": "", "rox": "roxane roxanna roxanne roxie", "roxana": "", "roxane": "", "roxanna": "", "roxanne": "", "roxie": "", "roy": "", "royal": "", "roz": "", "roza": "", "rozalia": "", "ru": "", "rube": "", "ruben": "", "ruby": "", "rudi": "", "rudolf": "", "rudolph": "", "rudolphus": "", "rudy": "", "rufus": "", "rui": "", "ruminta": "", "run": "", "rune": "", "ruo": "", "rupert": "", "ruperta": "", "russ": "russell", "russell": "", "rusty": "", "rut": "", "ruth": "", "ry": "ryan", "ryan": "", "ryo": "", "ryoko": "", "ryosuke": "", "ryota": "", "rysiek": "", "rysio": "", "ryszard": "", "ryu": "", "sabin": "", "sabine": "", "sabri": "", "sabrina": "", "sachi": "sachie", "sachie": "", "sachiko": "", "sadie": "", "saeed": "", "saeid": "", "safie": "safieel", "safieel": "", "said": "", "saida": "", "sakari": "", "saki": "", "sakiko": "", "sakura": "", "sal": "sally salvador salvatore", "salam": "", "saleem": "", "sali": "", "salim": "", "salima": "", "salina": "", "sallie": "", "sally": "", "salma": "", "salman": "", "salmon": "", "salome": "", "salomon": "", "salvador": "", "salvatore": "", "sam": "samantha sammy sampson samson samuel samyra", "samanta": "", "samantha": "", "sameer": "", "sami": "", "samir": "", "samira": "", "sammy": "", "sampson": "", "samson": "", "samu": "", "samuel": "", "samuela": "", "samy": "", "samyra": "", "san": "", "sandeep": "", "sander": "", "sandhya": "", "sandi": "", "sandip": "", "sandra": "", "sandrine": "", "sandro": "", "sandy": "", "sanford": "", "sang": "", "sanja": "", "sanjai": "", "sanjay": "", "sanjeev": "", "sanjiv": "", "sanna": "", "sanne": "", "santa": "", "santi": "santiago", "santiago": "", "santino": "", "santos": "", "sara": "sarah", "sarah": "", "sarai": "", "sarasvati": "", "saraswathi": "", "saraswati": "", "sari": "", "sarilla": "", "sarina": "", "sarita": "", "sascha": "", "sasha": "", "sato": "", "satoko": "", "satomi": "", "satoru": "", "satoshi": "", "saul": "", "sava": "", "savanna": "savannah", "savannah": "", "saya": "", "sayaka": "", "sayeed": "", "sayuri": "", "scarlet": "scarlett", "scarlett": "", "sceeter": "", "scot": "scott", "scott": "scottie scotty", "scottie": "", "scotty": "", "sean": "", "seb": "sebas sebastian sebastien sebby", "sebas": "sebastian", "sebastian": "", "sebastiana": "", "sebastiano": "", "sebastien": "", "sebastienne": "", "sebby": "", "see": "", "seema": "", "seeta": "", "seetha": "", "sei": "", "seiji": "", "seiko": "", "sek": "", "sekou": "", "selma": "", "sen": "", "sena": "", "sene": "", "senie": "", "seo": "", "seok": "", "seon": "", "seong": "", "seph": "", "sephy": "", "serena": "", "serene": "", "serezha": "", "serge": "", "sergei": "", "sergej": "", "sergey": "", "sergia": "", "sergio": "", "sergiy": "", "serhii": "", "serhiy": "", "serilla": "", "seryozha": "", "seth": "", "seung": "", "severin": "", "severine": "", "seymour": "", "sha": "shaina sharon shay", "shaina": "", "shakira": "", "shan": "", "shana": "", "shane": "", "shang": "", "shani": "", "shania": "", "shanice": "", "shanna": "", "shannan": "", "shannon": "", "shao": "", "shari": "", "sharlene": "", "sharon": "", "shaun": "", "shauna": "", "shawn": "", "shawna": "", "shay": "", "shayne": "", "sheila": "sheilah", "sheilah": "", "shel": "sheldon shelley shelly shelton", "shelby": "", "sheldon": "", "shelia": "", "shelley": "", "shellie": "", "shelly": "", "shelton": "", "shely": "", "shen": "", "sheng": "", "sher": "sheri sheridan sherri sherry sherryl sheryl", "sheree": "", "sheri": "", "sheridan": "", "sherman": "", "sherri": "sherrie", "sherrie": "", "sherry": "sherryl", "sherryl": "", "sheryl": "", "shi": "", "shiam": "", "shiela": "", "shige": "", "shigeko": "", "shiho": "", "shin": "", "shing": "", "shinichi": "", "shinji": "", "shirl": "shirley", "shirley": "", "shiv": "", "shiva": "", "shivani": "", "shizu": "", "shizuka": "", "shizuko": "", "sho": "", "shohei": "", "shona": "", "shota": "", "shou": "", "shrinivas": "", "shu": "", "shuai": "", "shuang": "", "shui": "", "shuk": "", "shun": "", "shuo": "", "shura": "", "shyam": "", "si": "silas silvester simeon simon sion", "sibbell": "", "sibbie": "", "sibbilla": "", "sid": "sidney", "siddharth": "", "sidney": "", "sien": "", "sienna": "", "sierra": "", "sig": "sigismund", "sigfired": "", "sigfrid": "", "sigismund": "", "signe": "", "sigrid": "", "sigurd": "", "sik": "", "sila": "", "silas": "", "silence": "", "silja": "", "silke": "", "silla": "", "silva": "", "silvana": "", "silvester": "", "silvia": "", "silvio": "", "sima": "", "sime": "", "simeon": "", "simo": "", "simon": "", "simona": "", "simone": "", "simonetta": "", "simonne": "", "sin": "", "sina": "sinah", "sinah": "", "sinead": "", "sinh": "", "siobhan": "", "sion": "", "sis": "", "sita": "", "sitara": "", "sitha": "", "siu": "", "siv": "", "skye": "", "slava": "", "sly": "", "smith": "", "smitty": "", "so": "soo", "socorro": "", "socrates": "", "sofi": "sofia sofie sofiia sofiya", "sofia": "", "sofie": "", "sofiia": "", "sofiya": "", "sofya": "", "sol": "solly solomon", "sola": "", "solange": "", "soledad": "", "soleiman": "", "solly": "", "solomon": "", "solveig": "", "son": "", "sona": "", "sonal": "", "sonali": "", "sondra": "", "song": "", "sonia": "", "sonja": "", "sonnie": "", "sonny": "", "sonya": "", "soo": "", "sook": "", "soon": "", "sophia": "", "sophie": "", "sophronia": "", "sora": "", "soraya": "", "soren": "", "souleymane": "", "squat": "", "sreenivas": "", "srinivas": "srinivasa", "srinivasa": "", "stacey": "", "stach": "", "staci": "stacie", "stacia": "", "stacie": "", "stacy": "", "stal": "", "stan": "", "stanislav": "", "stanislava": "", "stanislaw": "", "stanley": "", "stas": "staszek", "stasya": "", "staszek": "", "stef": "stefan stefania stefanie stefano stefek", "stefan": "", "stefani": "stefanie", "stefania": "", "stefanie": "", "stefano": "", "stefek": "", "steffi": "steffie", "steffie": "", "stella": "", "steph": "stephan stephani stephania stephanie stephany stephen stephie stephine", "stephan": "", "stephane": "", "stephani": "stephanie", "stephania": "", "stephanie": "", "stephany": "", "stephen": "", "stephie": "", "stephine": "", "steve": "steven", "steven": "", "stevie": "", "stu": "stuart", "stuart": "", "su": "", "sudeep": "", "sudesh": "", "sudip": "", "sue": "", "suet": "", "sui": "", "suk": "", "sukey": "", "suki": "", "sula": "", "sulaiman": "", "sulayman": "", "suleiman": "", "suleyman": "", "sulie": "", "sullivan": "", "sully": "", "sum": "", "sumi": "", "sumiko": "", "summer": "", "sun": "", "suneel": "", "suneeta": "", "sung": "", "sunil": "", "sunita": "", "sunitha": "", "suo": "", "suong": "", "sur": "", "suraj": "", "surender": "", "surendra": "", "suresh": "", "surinder": "", "susan": "susann", "susana": "", "susann": "susanne", "susanna": "susannah", "susannah": "", "susanne": "", "susi": "susie", "susie": "", "suzana": "", "suzanna": "", "suzanne": "", "suze": "", "suzette": "", "suzie": "", "suzy": "", "sven": "", "svenja": "", "sveta": "", "svetlana": "", "svitlana": "", "swathi": "", "swati": "", "swen": "", "swene": "", "sy": "syl sylvester", "sybill": "", "syd": "", "sydney": "", "syl": "sylvain sylvanus sylvester sylvia", "sylvain": "", "sylvaine": "", "sylvanus": "", "sylvester": "", "sylvia": "", "sylviane": "", "sylvie": "", "syphorous": "", "szymek": "", "szymon": "", "tabby": "", "tabitha": "", "tad": "", "tadek": "", "tadeusz": "", "tae": "", "tai": "", "taina": "", "tak": "", "taka": "", "takahiro": "", "takako": "", "takashi": "", "takeshi": "", "taku": "", "takuma": "", "takumi": "", "takuya": "", "tal": "", "tali": "", "talia": "", "tam": "", "tama": "", "tamaki": "", "tamar": "", "tamara": "", "tamarra": "", "tami": "", "tamika": "", "tamiko": "", "tammie": "", "tammy": "", "tamzine": "", "tan": "", "tanafra": "", "tang": "", "tania": "", "tanja": "", "tanner": "", "tanny": "", "tanvi": "", "tanya": "", "tao": "", "tara": "", "tarek": "", "tareq": "", "tarik": "", "tariq": "", "tash": "tasha tashie", "tasha": "", "tashie": "", "tatiana": "", "tatsu": "", "tatsuya": "", "tatyana": "", "tave": "", "tavia": "", "tavo": "", "ted": "teddy", "teddy": "", "teeny": "", "telly": "", "temperance": "", "tempy": "", "teng": "", "tensey": "", "teo": "teodor teodoro", "teodor": "", "teodora": "", "teodoro": "", "tere": "teresa teresita", "terence": "", "teresa": "", "teresita": "", "teri": "", "terrance": "", "terrence": "", "terri": "terrie", "terrie": "", "terry": "", "tess": "tessa tessie", "tessa": "", "tessie": "", "tetiana": "", "tetyana": "", "thach": "", "thad": "thaddeus", "thaddeus": "", "thai": "", "tham": "", "than": "", "thaney": "", "thang": "", "thanh": "", "thao": "", "the": "", "thea": "", "theda": "", "thelma": "", "theo": "theodor theodora theodore theodosia theodosius theophile", "theodor": "", "theodora": "", "theodore": "", "theodosia": "", "theodosius": "", "theophile": "", "theophilus": "", "theotha": "", "theres": "", "theresa": "", "therese": "", "theresia": "", "thi": "", "thiago": "", "thias": "", "thibault": "", "thibaut": "", "thien": "", "thierry": "", "thinh": "", "thirza": "", "tho": "", "thoa": "", "thom": "thomas", "thomas": "", "thomasa": "", "thomasina": "", "thong": "", "thor": "", "thora": "", "thu": "", "thuan": "", "thuc": "", "thuong": "", "thursa": "", "thuy": "", "thuyet": "", "thys": "", "ti": "tie", "tia": "", "tiago": "", "tian": "", "tiana": "", "tiara": "", "tibbie": "", "tibor": "", "tick": "", "tie": "", "tien": "", "tiff": "tiffany tiffy", "tiffany": "", "tiffy": "", "tilda": "", "tilford": "", "till": "", "tilla": "", "tillie": "", "tilly": "", "tim": "timm timmy timothee timothy", "tima": "", "timea": "", "timm": "", "timmy": "", "timo": "", "timofei": "", "timofey": "", "timon": "", "timothea": "", "timothee": "", "timothy": "", "tin": "", "tina": "", "tine": "", "ting": "", "tinh": "", "tisa": "", "tish": "tisha", "tisha": "", "titia": "", "tito": "", "titus": "", "tiziana": "", "tiziano": "", "toai": "", "toan": "", "tobias": "", "toby": "", "tolya": "", "tom": "tomas tomasz tomek tommy tomus", "toma": "", "tomas": "", "tomasa": "", "tomasz": "", "tomek": "", "tomi": "", "tomislav": "", "tommie": "", "tommy": "", "tomo": "", "tomoko": "", "tomomi": "", "tomoya": "", "tomus": "", "tong": "", "toni": "", "tonia": "", "tono": "", "tony": "", "tonya": "", "tor": "", "tori": "torie", "torie": "", "torri": "torrie", "torrie": "", "torsten": "", "tory": "", "toshi": "", "toshiko": "", "toto": "", "traci": "tracie", "tracie": "", "tracy": "", "tram": "", "tran": "", "trang": "", "trannie": "", "tranquilla": "", "trent": "", "tri": "", "tricia": "", "trieu": "", "trina": "", "trine": "", "trinh": "", "trini": "trinidad", "trinidad": "", "trinity": "", "trish": "trisha", "trisha": "", "tristan": "", "trix": "trixie", "trixie": "", "troy": "", "truc": "", "trudy": "", "trung": "", "truong": "", "tryphena": "", "tsubasa": "", "tsz": "", "tu": "", "tuan": "", "tuo": "", "tuyen": "", "tuyet": "", "ty": "", "tyler": "", "tyra": "", "tyrone": "", "tyson": "", "udo": "", "uk": "", "ulf": "", "ulla": "", "ulrica": "", "ulrich": "", "ulrik": "", "ulrike": "", "uma": "", "umar": "", "umer": "", "umesh": "", "un": "", "una": "", "unice": "", "uriah": "", "urs": "", "ursula": "", "usama": "", "usha": "", "usman": "", "uta": "", "uthman": "", "uwe": "", "uyen": "", "val": "valentin valentina valentine valentino valeri valeria valerie valerio valery vallie valya", "valdemar": "", "valentin": "", "valentina": "", "valentine": "", "valentino": "", "valeri": "valerie", "valeria": "", "valerie": "", "valerio": "", "valery": "", "vallie": "", "valter": "", "valya": "", "van": "", "vanburen": "", "vanda": "", "vandalia": "", "vanesa": "", "vanessa": "", "vangie": "", "vania": "", "vanna": "", "vanni": "vannie", "vannie": "", "vanya": "", "vasant": "vasanth", "vasanth": "", "vasili": "vasilii vasiliy", "vasilii": "", "vasiliy": "", "vasily": "", "vasya": "", "vasyl": "", "veda": "", "venkat": "venkatesh", "venkatesh": "", "venky": "", "vera": "", "verna": "", "vernisee": "", "vernon": "", "vero": "veronica veronika", "veronica": "", "veronika": "", "vert": "", "vessie": "", "vest": "", "vester": "", "vet": "", "veta": "", "vi": "viola violet viv vivi vivian", "viacheslav": "", "vic": "vicki vickie vicky victor victoria", "vicente": "", "vicki": "vickie", "vickie": "", "vicky": "", "victor": "", "victoria": "", "victoriano": "", "victorine": "", "vicy": "", "vida": "", "vidar": "", "viet": "", "vij": "vijai vijay", "vijai": "", "vijay": "", "vijaya": "", "vik": "", "vika": "", "vikas": "", "vikram": "", "viktor": "", "viktoria": "", "viktoriia": "", "viktoriya": "", "vilhelm": "", "vilma": "", "vin": "vince vincent vincenzo vinnie vinny vinson", "vina": "", "vinay": "", "vince": "vincent vincenzo", "vincent": "", "vincentia": "", "vincenza": "", "vincenzo": "", "viney": "", "vinh": "", "vinnie": "", "vinny": "", "vinod": "vinodh", "vinodh": "", "vinson": "", "viola": "", "violet": "", "violeta": "", "violetta": "", "violette": "", "virdie": "", "virgil": "", "virgilia": "", "virgilio": "", "virginia": "", "virginie": "", "virgy": "", "vit": "", "vita": "", "vito": "", "vitor": "", "vittoria": "", "vittorio": "", "vitya": "", "viv": "vivi vivian viviana viviane vivienne", "viveck": "", "vivek": "", "vivi": "vivian viviana", "vivian": "", "viviana": "", "viviane": "", "vivien": "", "vivienne": "", "vlad": "vladimir vladislav vladyslav", "vladimir": "", "vladimira": "", "vladislav": "", "vladyslav": "", "volodya": "", "volodymyr": "", "von": "", "vonna": "", "vonnie": "", "vova": "", "vu": "", "vuong": "", "vy": "", "vyacheslav": "", "wade": "", "wah": "", "wai": "", "waldek": "", "waldemar": "", "waldo": "", "waleed": "", "walid": "", "walida": "", "wallace": "", "wally": "", "walt": "walter", "walter": "", "waltraud": "", "wan": "", "wanda": "", "wang": "", "warren": "", "wasant": "", "wash": "washington", "washington": "", "wayne": "", "webb": "", "webster": "", "wei": "", "wen": "wendy", "wendell": "", "wendy": "", "wenzel": "", "werner": "", "wes": "wesley west westley", "wesley": "", "west": "westley", "westley": "", "wiesiek": "", "wieslaw": "", "wijay": "", "wil": "wilbur wilfred wilhelm will william willie willy", "wilber": "", "wilbert": "", "wilbur": "", "wilda": "", "wilfred": "", "wilfredo": "", "wilfried": "", "wilhelm": "", "wilhelmina": "", "wilhelmine": "", "will": "william willie willy", "willa": "", "willard": "", "william": "", "williams": "", "willian": "", "willie": "", "willis": "", "willow": "", "willy": "", "wilma": "", "wilmer": "", "wilson": "", "wim": "", "win": "winfield winifred winnet winnie winny", "winfield": "", "winfred": "", "wing": "", "winifred": "", "winnet": "", "winnie": "", "winnifred": "", "winny": "", "wint": "winton", "winton": "", "wojciech": "", "wojtek": "", "wolf": "wolfgang", "wolfgang": "", "won": "", "woo": "", "wood": "woodrow woody", "woodrow": "", "woody": "", "wu": "", "wyncha": "", "xander": "", "xavi": "xavier", "xavier": "", "xaviera": "", "xenia": "", "xi": "xie", "xia": "", "xian": "", "xiang": "", "xiao": "", "xie": "", "ximena": "", "ximo": "", "xin": "", "xing": "", "xiomara": "", "xiong": "", "xiu": "", "xu": "", "xuan": "", "xue": "", "xun": "", "ya": "", "yadira": "", "yael": "", "yahia": "", "yahya": "", "yan": "", "yang": "", "yanis": "", "yann": "", "yannick": "", "yao": "", "yara": "", "yaroslav": "", "yaseen": "", "yasin": "", "yasmin": "", "yasmina": "", "yasmine": "", "yassin": "yassine", "yassine": "", "yasu": "", "yasuko": "", "yasuo": "", "ye": "yee", "yee": "", "yehia": "", "yekaterina": "", "yelena": "", "yelizaveta": "", "yelyzaveta": "", "yen": "", "yeon": "", "yeona": "", "yeong": "", "yesenia": "", "yesica": "", "yessenia": "", "yessica": "", "yevgeni": "yevgeniy", "yevgenia": "", "yevgeniy": "", "yevgeniya": "", "yevgeny": "", "yevhen": "", "yevheniia": "", "yi": "", "yik": "", "yin": "", "ying": "", "yiu": "", "yo": "yoo", "yohan": "", "yohana": "", "yoko": "", "yolanda": "", "yolande": "", "yong": "", "yoo": "", "yoon": "", "yoshi": "yoshie yoshihiko", "yoshie": "", "yoshihiko": "", "yoshiko": "", "yosuke": "", "you": "", "youcef": "", "younes": "", "young": "", "yousef": "", "youssef": "", "youssouf": "", "yousuf": "", "yu": "", "yua": "", "yuan": "", "yue": "", "yui": "", "yuichi": "", "yuk": "", "yuka": "", "yukari": "", "yuki": "yukie", "yukie": "", "yukiko": "", "yukio": "", "yuko": "", "yul": "yulan", "yulan": "", "yuli": "", "yulia": "", "yuliana": "", "yuliia": "", "yuliya": "", "yulya": "", "yuma": "", "yumi": "", "yumiko": "", "yun": "", "yuna": "", "yura": "", "yuri": "yurii yuriy", "yurii": "", "yuriko": "", "yuriy": "", "yury": "", "yusef": "", "yusuf": "", "yusuke": "", "yuta": "", "yuto": "", "yuya": "", "yvette": "", "yvon": "", "yvonne": "", "zac": "zach zachariah zachary zachery zachy zack", "zacarias": "", "zach": "zachariah zachary zachery zachy", "zachariah": "", "zacharie": "", "zachary": "", "zachery": "", "zachy": "", "zack": "", "zada": "", "zaddi": "", "zadie": "", "zadock": "", "zah": "", "zahir": "", "zahra": "", "zainab": "", "zak": "zakk", "zakaria": "", "zakk": "", "zara": "", "zay": "", "zaynab": "", "zbigniew": "", "zbyszek": "", "zdzisiek": "", "zdzislaw": "", "ze": "", "zeb": "zebedee", "zebedee": "", "zed": "zedediah", "zedediah": "", "zeely": "", "zehra": "", "zeinab": "", "zeke": "", "zelda": "", "zeljko": "", "zelma": "", "zeng": "", "zeno": "", "zenobia": "", "zeph": "zephaniah", "zephaniah": "", "zeynab": "", "zeynep": "", "zhan": "", "zhang": "", "zhao": "", "zhe": "", "zhen": "", "zheng": "", "zhenya": "", "zhi": "", "zhong": "", "zhora": "", "zhou": "", "zhu": "", "zhuang": "", "zhuo": "", "zi": "", "zina": "", "zita": "", "zoe": "", "zoey": "", "zofia": "", "zolly": "", "zoltan": "", "zong": "", "zora": "", "zoraida": "", "zoran": "", "zosia": "", "zoska": "", "zu": "", "zuo": "", "zuzana": "", "zuzanna": "", "zuzia": ""}'::jsonb;

-- Whether a folded name may be the same as one that it begins like; null where one is missing: henk_pipeline.leads.beginnings.begins_like.
CREATE OR REPLACE FUNCTION henk.begins_like(p_one text, p_other text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT
AS $$
DECLARE
    shorter text := CASE WHEN length(p_one) <= length(p_other) THEN p_one ELSE p_other END;
    longer text := CASE WHEN length(p_one) <= length(p_other) THEN p_other ELSE p_one END;
BEGIN
    IF p_one = p_other OR NOT starts_with(longer, shorter) THEN
        RETURN p_one = p_other;
    END IF;
    RETURN length(shorter) = 1 AND shorter COLLATE "C" < U&'\2E80'
        OR coalesce(longer = ANY (string_to_array(henk.longer_forms() ->> shorter, ' ')), false)
        OR longer <> shorter || 'a' AND NOT henk.longer_forms() ? shorter
            AND (henk.longer_forms() ? longer OR length(shorter) >= 6);
END
$$;

-- Folded names with the letters that henk.folded makes of umlauts: henk_pipeline.leads.spellings.without_umlauts.
CREATE OR REPLACE FUNCTION henk.without_umlauts(p_name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN length(p_name) >= 5 THEN regexp_replace(p_name, '(^|[^xyq])([aou])e', '\1\2', 'g') ELSE p_name END;

-- Folded given names in one spelling of those that are heard alike: henk_pipeline.leads.spellings.heard.
CREATE OR REPLACE FUNCTION henk.heard(p_name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN henk.without_umlauts(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(p_name, 'ph', 'f', 'g'), 'ck|qu|q', 'k', 'g'), 'cc', 'c', 'g'), 'c([^eiyh]|$)', 'k\1', 'g'), 'x', 'ks', 'g'), 'ksh', 'ks', 'g'), '([kgtdbr])h', '\1', 'g'), 'h([bdfgklmnprstvz])', '\1', 'g'), 'ah$', 'a', 'g'), '(ey|ie|ee|ei|y)$', 'i', 'g'), 'ay', 'ai', 'g'), 'ey', 'ei', 'g'), 'ee', 'i', 'g'), 'oo|ou', 'u', 'g'), 'w', 'v', 'g'), 'z$', 's', 'g'), '([abdfgklmnprstvz])\1+', '\1', 'g'));

-- Whether two folded names are spellings of one; null where one is missing: henk_pipeline.leads.spellings.spelled_alike.
CREATE OR REPLACE FUNCTION henk.spelled_alike(p_one text, p_other text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN least(length(p_one), length(p_other)) >= 4 AND NOT starts_with(p_one, p_other) AND NOT starts_with(p_other, p_one)
    AND henk.heard(p_one) = henk.heard(p_other);

-- Short forms of names of men and of women: henk_pipeline.leads.spellings.short_forms_of_both.
CREATE OR REPLACE FUNCTION henk.short_forms_of_both() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{aleks,alex,chris,clem,corny,dom,em,fran,frankie,freddie,freddy,gabby,gerry,gio,gus,hank,jo,jody,joey,jule,kenny,kit,kris,lou,manu,marty,mat,mattie,max,maxi,mickey,nat,natty,nic,nicky,oli,ollie,pat,patsy,pepa,rafa,sam,sammy,sandy,sascha,sasha,shura,stef,steph,stevie,syl,terry,theo,val,valya,vic,willie,zhenya}'::text[];

-- Short forms that are the whole name of other people: henk_pipeline.leads.spellings.short_forms_of_their_own.
CREATE OR REPLACE FUNCTION henk.short_forms_of_their_own() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{adele,alexander,andrew,angel,angelica,angelika,angelique,ania,ann,anna,anne,asia,august,austin,bella,briana,brianna,carol,carole,caroline,casey,charlotte,clara,conchita,daisy,dora,elaine,eliza,ellen,emily,emma,ernest,evan,flora,gary,gina,gino,ira,irene,jackie,jamie,jean,jessie,joan,joanna,john,jonathan,jude,judith,julia,julie,june,justina,katia,katya,kelly,lara,lee,lena,leon,linda,lindsey,lindsy,liza,lola,lolita,louis,louise,lucius,lucy,madeline,madelyn,marcia,margery,maria,mariah,marianna,marie,marion,mark,mary,maud,maureen,may,mercy,micah,michael,mina,mira,nadia,nancy,natasha,nathan,nicole,nora,ralph,rita,rosa,rose,rosemarie,roy,rupert,sandra,sara,stella,tania,tanya,teresa,terry,tina,tracy,victor,wendy,wilma}'::text[];

-- Short forms and spellings that imports have come to know since 0044. A name of a man is short for none of a woman.
DELETE FROM henk.given_names
WHERE nickname IN ('clement', 'edwin', 'ernest', 'felix', 'frederick', 'justina');
INSERT INTO henk.given_names (nickname, formal_names) VALUES
('abdalla', '{abdallah}'),
('abdelrahman', '{abdulrahman}'),
('abderrahmane', '{abdulrahman}'),
('abdulla', '{abdallah}'),
('abdullah', '{abdallah}'),
('abdulrehman', '{abdulrahman}'),
('abdurrahman', '{abdulrahman}'),
('achmed', '{ahmad}'),
('aga', '{agatha,agnieszka}'),
('agatka', '{agata}'),
('agusia', '{agnieszka}'),
('ahmed', '{ahmad}'),
('aicha', '{aisha}'),
('aischa', '{aisha}'),
('ajai', '{ajay}'),
('ala', '{alicja}'),
('aleksey', '{aleksei}'),
('alexander', '{aleksandr}'),
('alexandr', '{aleksandr}'),
('alexandra', '{aleksandra}'),
('alexei', '{aleksei}'),
('alexey', '{aleksei}'),
('alik', '{aleksandr}'),
('alyosha', '{aleksei}'),
('anastasiya', '{anastasia}'),
('anatoli', '{anatoly}'),
('anatolii', '{anatoly}'),
('anatoliy', '{anatoly}'),
('andrey', '{andrei}'),
('andrii', '{andrei}'),
('andrij', '{andrei}'),
('andriy', '{andrei}'),
('andrzejek', '{andrzej}'),
('aneel', '{anil}'),
('ania', '{anna}'),
('antek', '{antoni}'),
('antos', '{antoni}'),
('anya', '{anna}'),
('asia', '{joanna}'),
('aska', '{joanna}'),
('august', '{augustus}'),
('ayesha', '{aisha}'),
('aysha', '{aisha}'),
('bartek', '{bartlomiej}'),
('basia', '{barbara}'),
('baska', '{barbara}'),
('belal', '{bilal}'),
('beppe', '{giuseppe}'),
('beppino', '{giuseppe}'),
('beto', '{alberto,roberto}'),
('billal', '{bilal}'),
('bogus', '{boguslaw}'),
('borya', '{boris}'),
('brahim', '{ibrahim}'),
('chabela', '{isabel}'),
('chago', '{santiago}'),
('chalo', '{gonzalo}'),
('charo', '{rosario}'),
('chelo', '{consuelo}'),
('chente', '{vicente}'),
('chepe', '{jose}'),
('chio', '{rocio}'),
('chucho', '{jesus}'),
('chuy', '{jesus}'),
('concha', '{concepcion}'),
('conchi', '{concepcion}'),
('conchita', '{concepcion}'),
('cris', '{cristina}'),
('curro', '{francisco}'),
('dariia', '{daria}'),
('darya', '{daria}'),
('dasha', '{daria}'),
('dileep', '{dilip}'),
('dima', '{dmitry}'),
('dipak', '{deepak}'),
('dipika', '{deepika}'),
('djamal', '{jamal}'),
('djamil', '{jamil}'),
('dmitri', '{dmitry}'),
('dmitrii', '{dmitry}'),
('dmitrij', '{dmitry}'),
('dmitriy', '{dmitry}'),
('dmytro', '{dmitry}'),
('dorotka', '{dorota}'),
('dudu', '{eduardo}'),
('ebrahim', '{ibrahim}'),
('edu', '{eduardo}'),
('ela', '{elzbieta}'),
('elka', '{elzbieta}'),
('emily', '{emeline}'),
('encarna', '{encarnacion}'),
('encarni', '{encarnacion}'),
('esmail', '{ismail}'),
('evgeni', '{evgeny}'),
('evgenii', '{evgeny}'),
('evgenij', '{evgeny}'),
('evgeniy', '{evgeny}'),
('evgeniya', '{evgenia}'),
('ewka', '{ewa}'),
('fatema', '{fatima}'),
('fatemeh', '{fatima}'),
('fatimah', '{fatima}'),
('fatma', '{fatima}'),
('fede', '{federico}'),
('fer', '{fernando}'),
('franek', '{franciszek}'),
('franta', '{frantisek}'),
('fred', '{alfred,ferdinand,frederick,wilfred}'),
('fredo', '{alfredo}'),
('gabi', '{gabriela}'),
('galya', '{galina}'),
('gamal', '{jamal}'),
('geetha', '{geeta}'),
('gena', '{gennady}'),
('gennadi', '{gennady}'),
('gennadii', '{gennady}'),
('gennadiy', '{gennady}'),
('georgi', '{georgy}'),
('georgii', '{georgy}'),
('georgiy', '{georgy}'),
('gera', '{gerardo}'),
('gianni', '{giovanni}'),
('gigi', '{luigi}'),
('gino', '{luigi}'),
('gita', '{geeta}'),
('githa', '{geeta}'),
('gonza', '{gonzalo}'),
('gopaal', '{gopal}'),
('gosha', '{georgy}'),
('gosia', '{malgorzata}'),
('goska', '{malgorzata}'),
('goyo', '{gregorio}'),
('grigori', '{grigory}'),
('grigorii', '{grigory}'),
('grigoriy', '{grigory}'),
('grisha', '{grigory}'),
('grzes', '{grzegorz}'),
('grzesiek', '{grzegorz}'),
('guille', '{guillermo}'),
('halinka', '{halina}'),
('halyna', '{galina}'),
('hassan', '{hasan}'),
('heniek', '{henryk}'),
('honza', '{jan}'),
('hossein', '{husain}'),
('husein', '{husain}'),
('huseyin', '{husain}'),
('hussain', '{husain}'),
('hussein', '{husain}'),
('hussien', '{husain}'),
('ira', '{irina}'),
('iryna', '{irina}'),
('ismaeel', '{ismail}'),
('ismael', '{ismail}'),
('iuliia', '{yulia}'),
('iurii', '{yuri}'),
('jack', '{jackson,john}'),
('jamaal', '{jamal}'),
('jameel', '{jamil}'),
('janek', '{jan}'),
('jarda', '{jaroslav}'),
('jas', '{jan}'),
('jasiek', '{jan}'),
('jedrek', '{andrzej}'),
('jirka', '{jiri}'),
('joasia', '{joanna}'),
('jothi', '{jyoti}'),
('jozek', '{jozef}'),
('jules', '{julian,julias}'),
('jurek', '{jerzy}'),
('jurij', '{yuri}'),
('jyothi', '{jyoti}'),
('kareem', '{karim}'),
('kasia', '{katarzyna}'),
('kasienka', '{katarzyna}'),
('kaska', '{katarzyna}'),
('katerina', '{ekaterina}'),
('kateryna', '{ekaterina}'),
('katia', '{ekaterina}'),
('katya', '{ekaterina}'),
('kavitha', '{kavita}'),
('kazik', '{kazimierz}'),
('khadeeja', '{khadija}'),
('khadijah', '{khadija}'),
('khalid', '{khaled}'),
('kike', '{enrique}'),
('kolya', '{nikolai}'),
('kostia', '{konstantin}'),
('kostya', '{konstantin}'),
('krisna', '{krishna}'),
('krushna', '{krishna}'),
('krysia', '{krystyna}'),
('krzys', '{krzysztof}'),
('krzysiek', '{krzysztof}'),
('ksana', '{oksana}'),
('kseniia', '{ksenia}'),
('kseniya', '{ksenia}'),
('ksyusha', '{ksenia}'),
('kuba', '{jakub}'),
('laila', '{layla}'),
('lakshmy', '{lakshmi}'),
('lalitha', '{lalita}'),
('lalo', '{eduardo}'),
('lara', '{larisa}'),
('larysa', '{larisa}'),
('laxmi', '{lakshmi}'),
('leila', '{layla}'),
('lejla', '{layla}'),
('lena', '{elena,helena,magdalena}'),
('lesha', '{aleksei}'),
('leyla', '{layla}'),
('liubov', '{lyubov}'),
('liudmila', '{lyudmila}'),
('liudmyla', '{lyudmila}'),
('liza', '{elizabeth,elizaveta}'),
('lola', '{dolores}'),
('loli', '{dolores}'),
('lolita', '{dolores}'),
('louise', '{lois}'),
('luba', '{lyubov}'),
('lubov', '{lyubov}'),
('lucho', '{luis}'),
('luda', '{lyudmila}'),
('ludmila', '{lyudmila}'),
('lukaszek', '{lukasz}'),
('lupe', '{guadalupe}'),
('lupita', '{guadalupe}'),
('luxmi', '{lakshmi}'),
('lyosha', '{aleksei}'),
('lyova', '{lev}'),
('lyuba', '{lyubov}'),
('lyuda', '{lyudmila}'),
('lyudmyla', '{lyudmila}'),
('maciek', '{maciej}'),
('madzia', '{magdalena}'),
('mahmood', '{mahmud}'),
('mahmoud', '{mahmud}'),
('maksym', '{maksim}'),
('malgosia', '{malgorzata}'),
('manel', '{manuel}'),
('manoli', '{manuela}'),
('manolito', '{manuel}'),
('manolo', '{manuel}'),
('mareczek', '{marek}'),
('mariia', '{maria}'),
('mariya', '{maria}'),
('martusia', '{marta}'),
('masha', '{maria}'),
('mati', '{mateusz}'),
('maxim', '{maksim}'),
('mehmood', '{mahmud}'),
('memo', '{guillermo}'),
('merche', '{mercedes}'),
('michalek', '{michal}'),
('mietek', '{mieczyslaw}'),
('mihail', '{mikhail}'),
('mikus', '{mikolaj}'),
('mimmo', '{domenico}'),
('misha', '{mikhail}'),
('mitya', '{dmitry}'),
('mohamad', '{muhammad}'),
('mohamed', '{muhammad}'),
('mohammad', '{muhammad}'),
('mohammed', '{muhammad}'),
('mohammod', '{muhammad}'),
('mohd', '{muhammad}'),
('montse', '{montserrat}'),
('mostafa', '{mustafa}'),
('moustafa', '{mustafa}'),
('moustapha', '{mustafa}'),
('muhammed', '{muhammad}'),
('mustapha', '{mustafa}'),
('mykhailo', '{mikhail}'),
('mykhaylo', '{mikhail}'),
('mykola', '{nikolai}'),
('nacho', '{ignacio}'),
('nadia', '{nadezhda}'),
('nadiia', '{nadezhda}'),
('nadiya', '{nadezhda}'),
('nadya', '{nadezhda}'),
('nando', '{fernando}'),
('nanni', '{giovanni}'),
('nastia', '{anastasia}'),
('nastya', '{anastasia}'),
('nataliia', '{natalia}'),
('nataliya', '{natalia}'),
('natalya', '{natalia}'),
('natasha', '{natalia}'),
('nati', '{natividad}'),
('nikolay', '{nikolai}'),
('niraj', '{neeraj}'),
('noor', '{nur}'),
('nour', '{nur}'),
('olek', '{aleksander}'),
('oleksandr', '{aleksandr}'),
('oleksandra', '{aleksandra}'),
('oleksiy', '{aleksei}'),
('olena', '{elena}'),
('olha', '{olga}'),
('olya', '{olga}'),
('omer', '{omar}'),
('osman', '{usman}'),
('othman', '{usman}'),
('oualid', '{walid}'),
('ousmane', '{usman}'),
('oussama', '{osama}'),
('paca', '{francisca}'),
('paco', '{francisco}'),
('pancho', '{francisco}'),
('paqui', '{francisca}'),
('paquita', '{francisca}'),
('paquito', '{francisco}'),
('pasha', '{pavel}'),
('pavlo', '{pavel}'),
('pawelek', '{pawel}'),
('pepa', '{josef,josefa}'),
('pepe', '{jose}'),
('pepita', '{josefa}'),
('pepito', '{jose}'),
('peppe', '{giuseppe}'),
('peppino', '{giuseppe}'),
('perico', '{pedro}'),
('petro', '{petr}'),
('petya', '{petr}'),
('pili', '{pilar}'),
('pino', '{giuseppe}'),
('piotrek', '{piotr}'),
('piotrus', '{piotr}'),
('polya', '{polina}'),
('poncho', '{alfonso}'),
('pradip', '{pradeep}'),
('puja', '{pooja}'),
('punam', '{poonam}'),
('pyotr', '{petr}'),
('quino', '{joaquin}'),
('quique', '{enrique}'),
('rachid', '{rashid}'),
('rafalek', '{rafal}'),
('rajender', '{rajinder}'),
('rajendra', '{rajinder}'),
('rajiv', '{rajeev}'),
('rasheed', '{rashid}'),
('ravindar', '{ravindra}'),
('ravinder', '{ravindra}'),
('reme', '{remedios}'),
('richi', '{ricardo}'),
('rysiek', '{ryszard}'),
('rysio', '{ryszard}'),
('saeid', '{saeed}'),
('said', '{saeed}'),
('saleem', '{salim}'),
('sameer', '{samir}'),
('sandip', '{sandeep}'),
('sanjai', '{sanjay}'),
('sanjiv', '{sanjeev}'),
('santi', '{santiago}'),
('sarasvati', '{saraswati}'),
('saraswathi', '{saraswati}'),
('sascha', '{aleksandr,aleksandra,alexander,alexandra}'),
('sasha', '{aleksandr,aleksandra,alexander,alexandra}'),
('sayeed', '{saeed}'),
('sebas', '{sebastian}'),
('seeta', '{sita}'),
('seetha', '{sita}'),
('serezha', '{sergei}'),
('sergej', '{sergei}'),
('sergey', '{sergei}'),
('sergiy', '{sergei}'),
('serhii', '{sergei}'),
('serhiy', '{sergei}'),
('seryozha', '{sergei}'),
('shiam', '{shyam}'),
('shrinivas', '{srinivas}'),
('shura', '{aleksandr,aleksandra}'),
('sima', '{seema}'),
('sitha', '{sita}'),
('slava', '{stanislav,vladislav,vyacheslav,yaroslav}'),
('sofiia', '{sofia}'),
('sofiya', '{sofia}'),
('sofya', '{sofia}'),
('soleiman', '{sulaiman}'),
('sonya', '{sofia}'),
('souleymane', '{sulaiman}'),
('sreenivas', '{srinivas}'),
('srinivasa', '{srinivas}'),
('stach', '{stanislaw}'),
('stas', '{stanislav,stanislaw}'),
('stasya', '{anastasia}'),
('staszek', '{stanislaw}'),
('stefek', '{stefan}'),
('sudip', '{sudeep}'),
('sulayman', '{sulaiman}'),
('suleiman', '{sulaiman}'),
('suleyman', '{sulaiman}'),
('suneeta', '{sunita}'),
('sunil', '{suneel}'),
('sunitha', '{sunita}'),
('surender', '{surinder}'),
('surendra', '{surinder}'),
('sveta', '{svetlana}'),
('svitlana', '{svetlana}'),
('swathi', '{swati}'),
('szymek', '{szymon}'),
('tadek', '{tadeusz}'),
('tania', '{tatiana}'),
('tanya', '{tatiana}'),
('tarek', '{tariq}'),
('tareq', '{tariq}'),
('tarik', '{tariq}'),
('tatyana', '{tatiana}'),
('tavo', '{gustavo}'),
('tere', '{teresa}'),
('teresita', '{teresa}'),
('tetiana', '{tatiana}'),
('tetyana', '{tatiana}'),
('tima', '{timofei}'),
('timofey', '{timofei}'),
('tito', '{roberto}'),
('tolya', '{anatoly}'),
('tomek', '{tomasz}'),
('tomus', '{tomasz}'),
('tono', '{antonio}'),
('toto', '{salvatore}'),
('umar', '{omar}'),
('umer', '{omar}'),
('usama', '{osama}'),
('uthman', '{usman}'),
('valya', '{valentin,valentina}'),
('vanni', '{giovanni}'),
('vanya', '{ivan}'),
('vasanth', '{vasant}'),
('vasili', '{vasily}'),
('vasilii', '{vasily}'),
('vasiliy', '{vasily}'),
('vasya', '{vasily}'),
('vasyl', '{vasily}'),
('venkat', '{venkatesh}'),
('venky', '{venkatesh}'),
('viacheslav', '{vyacheslav}'),
('vijai', '{vijay}'),
('vika', '{victoria,viktoria}'),
('viktor', '{victor}'),
('viktoria', '{victoria}'),
('viktoriia', '{viktoria}'),
('viktoriya', '{viktoria}'),
('vinodh', '{vinod}'),
('vitya', '{viktor}'),
('viveck', '{vivek}'),
('vladyslav', '{vladislav}'),
('volodya', '{vladimir,volodymyr}'),
('volodymyr', '{vladimir}'),
('vova', '{vladimir,volodymyr}'),
('waldek', '{waldemar}'),
('waleed', '{walid}'),
('wasant', '{vasant}'),
('wiesiek', '{wieslaw}'),
('wijay', '{vijay}'),
('wojtek', '{wojciech}'),
('xenia', '{ksenia}'),
('ximo', '{joaquin}'),
('yahia', '{yahya}'),
('yaseen', '{yasin}'),
('yassin', '{yasin}'),
('yassine', '{yasin}'),
('yehia', '{yahya}'),
('yekaterina', '{ekaterina}'),
('yelena', '{elena}'),
('yelizaveta', '{elizaveta}'),
('yelyzaveta', '{elizaveta}'),
('yevgeni', '{evgeny}'),
('yevgenia', '{evgenia}'),
('yevgeniy', '{evgeny}'),
('yevgeniya', '{evgenia}'),
('yevgeny', '{evgeny}'),
('yevhen', '{evgeny}'),
('yevheniia', '{evgenia}'),
('youcef', '{yusuf}'),
('yousef', '{yusuf}'),
('youssef', '{yusuf}'),
('youssouf', '{yusuf}'),
('yousuf', '{yusuf}'),
('yuliia', '{yulia}'),
('yuliya', '{yulia}'),
('yulya', '{yulia}'),
('yura', '{yuri}'),
('yurii', '{yuri}'),
('yuriy', '{yuri}'),
('yury', '{yuri}'),
('yusef', '{yusuf}'),
('zainab', '{zaynab}'),
('zbyszek', '{zbigniew}'),
('zdzisiek', '{zdzislaw}'),
('ze', '{jose}'),
('zeinab', '{zaynab}'),
('zeynab', '{zaynab}'),
('zhenya', '{evgenia,evgeny}'),
('zhora', '{georgy}'),
('zosia', '{zofia}'),
('zoska', '{zofia}'),
('zuzia', '{zuzanna}')
ON CONFLICT (nickname) DO UPDATE SET formal_names = excluded.formal_names;

-- noqa: disable=CP03,LT01,LT06
-- Whether two first names may be one: henk_pipeline.leads.match.first_names_agree.
CREATE OR REPLACE FUNCTION henk.first_names_agree(p_one henk.compared_name, p_other henk.compared_name) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce((p_one).first = (p_other).first OR (p_other).first = ANY ((p_one).formals) OR (p_one).first = ANY ((p_other).formals)
        OR ((p_one).formals && (p_other).formals AND (p_one).first <> ALL (henk.given_by_themselves()) AND (p_other).first <> ALL (henk.given_by_themselves()))
        OR henk.begins_like((p_one).first, (p_other).first) OR henk.spelled_alike((p_one).first, (p_other).first), true)
    AND NOT henk.numbers_contradict((p_one).first, (p_other).first) AND coalesce((p_one).gender = (p_other).gender, true);

-- Whether two first names stand in the place of each other's family name, in any spelling, in one word or with the middle name as the second.
CREATE FUNCTION henk.names_are_exchanged(p_one henk.compared_name, p_other henk.compared_name) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(henk.without_umlauts((p_one).first) = henk.without_umlauts((p_other).last)
        AND henk.without_umlauts((p_other).first) = henk.without_umlauts((p_one).last), false)
    OR coalesce(henk.without_umlauts((p_one).first || coalesce((p_one).middle, '')) = henk.without_umlauts((p_other).last)
        AND henk.without_umlauts((p_other).first || coalesce((p_other).middle, '')) = henk.without_umlauts((p_one).last), false);

-- Whether the names leave a key its proof: henk_pipeline.leads.match.agrees.
CREATE OR REPLACE FUNCTION henk.names_agree(p_kind integer, p_one henk.compared_name, p_other henk.compared_name) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT coalesce((p_one).generation = (p_other).generation, true) AND CASE p_kind WHEN 0 THEN n.first_agrees OR n.last_agrees
        WHEN 1 THEN n.first_agrees AND n.rest_agrees ELSE n.first_agrees AND n.last_agrees AND n.rest_agrees END
    FROM (SELECT
        e.exchanged OR henk.first_names_agree(p_one, p_other) AS first_agrees,
        (e.exchanged OR coalesce(henk.without_umlauts((p_one).last) = henk.without_umlauts((p_other).last) OR (p_one).last_words && (p_other).last_words, true))
            AND NOT henk.numbers_contradict((p_one).last, (p_other).last) AS last_agrees,
        coalesce((p_one).birth = (p_other).birth, true)
            AND henk.middle_names_agree(p_one, p_other)
            AND NOT henk.numbers_contradict(concat((p_one).first, (p_one).last), concat((p_other).first, (p_other).last)) AS rest_agrees
        FROM (SELECT henk.names_are_exchanged(p_one, p_other) AS exchanged) e) n
$$;

-- noqa: enable=CP03,LT01,LT06
-- Whether given names are one person's where the e-mail addresses differ: henk_pipeline.leads.spellings.is_one_person_of_two_mailboxes.
CREATE FUNCTION henk.is_one_person_of_two_mailboxes(p_one henk.compared_name, p_other henk.compared_name) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    of_both text[] := henk.short_forms_of_both();
    doubtful text[] := of_both || henk.short_forms_of_their_own();
    one_is_clear boolean := (p_one).first <> ALL (doubtful);
    other_is_clear boolean := (p_other).first <> ALL (doubtful);
BEGIN
    IF (p_one).first IS NOT NULL AND (p_other).first IS NOT NULL AND (p_one).first <> (p_other).first
        AND NOT (one_is_clear AND (p_other).first = ANY ((p_one).formals)) AND NOT (other_is_clear AND (p_one).first = ANY ((p_other).formals))
        AND NOT (one_is_clear AND other_is_clear AND (p_one).formals && (p_other).formals)
        AND NOT (regexp_replace(henk.heard((p_one).first), 'e$', '') = regexp_replace(henk.heard((p_other).first), 'e$', '')
            AND (p_one).first <> ALL (of_both) AND (p_other).first <> ALL (of_both)) THEN
        RETURN false;
    END IF;
    RETURN (p_one).middle IS NOT DISTINCT FROM (p_other).middle
        OR coalesce(length((p_one).middle) = 1, false) OR coalesce(length((p_other).middle) = 1, false)
        OR coalesce((p_one).birth = (p_other).birth, false)
        OR coalesce(regexp_replace(henk.heard((p_one).middle), 'e$', '') = regexp_replace(henk.heard((p_other).middle), 'e$', ''), false);
END
$$;

-- Whether a telephone (2) is that of a household: no mailbox of either is the other's, and the given names may be two people's. Names that stand in
-- each other's place are henk.part_exchanged's. henk_pipeline.leads.match does the same.
CREATE FUNCTION henk.mailboxes_contradict(
    p_kind integer, p_one henk.compared_name, p_other henk.compared_name, p_emails text[], p_other_emails text[]
) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
    IF p_kind <> 2 OR p_emails[1] IS NULL OR p_other_emails[1] IS NULL
        OR coalesce((p_one).first = (p_other).last AND (p_one).last = (p_other).first, false)
        OR henk.is_one_person_of_two_mailboxes(p_one, p_other) THEN
        RETURN false;
    END IF;
    RETURN NOT p_emails && p_other_emails;
END
$$;

DO $$
DECLARE
    changes CONSTANT text[] := ARRAY[
        ['henk.divide_keys()', 'AS names
    FROM (SELECT DISTINCT', 'AS names, NULL::text[] AS emails
    FROM (SELECT DISTINCT'],
        ['henk.divide_keys()', 'ANALYZE pg_temp.henk_names (id, block, names);', 'ANALYZE pg_temp.henk_names (id, block, names);
    UPDATE pg_temp.henk_names n SET emails = e.emails
    FROM (SELECT s.block, s.name, array_agg(DISTINCT henk.email_key(p.email)) AS emails FROM pg_temp.henk_shared s JOIN pg_temp.henk_people p ON p.place = s.place
        WHERE s.kind = 2 AND p.email IS NOT NULL AND NOT henk.is_role_mailbox(p.email)
            AND s.block IN (SELECT m.block FROM pg_temp.henk_names m WHERE m.names > 1) GROUP BY s.block, s.name) e
    WHERE e.block = n.block AND e.name = n.name;'],
        ['henk.divide_keys()', 'henk.names_agree(a.kind, a.name, b.name) AS agree', 'henk.names_agree(a.kind, a.name, b.name)
        AND NOT henk.mailboxes_contradict(a.kind, a.name, b.name, a.emails, b.emails) AS agree'],
        ['henk.find_known(uuid)', 'AS is_another
', 'AS is_another, k.email, k.other_email
'],
        ['henk.find_known(uuid)', 'p.kind, p.id, p.person_name, p.is_other_name', 'p.kind, p.id, p.person_name, p.is_other_name, p.other_email'],
        ['henk.find_known(uuid)', 'AND NOT p.is_another', 'AND NOT p.is_another
            AND NOT henk.mailboxes_contradict(p.kind, p.name, p.person_name, ARRAY[p.email], ARRAY[p.other_email])'],
        ['henk.find_known(uuid)', 'AS surest_name FROM chosen c', 'AS surest_name,
            first_value(c.other_email) OVER (PARTITION BY c.id ORDER BY c.is_other_name, c.kind, c.person) AS surest_email FROM chosen c'],
        ['henk.find_known(uuid)', 'WHERE s.is_other_name OR henk.names_agree(s.kind, s.person_name, s.surest_name)', 'WHERE s.is_other_name OR henk.names_agree(s.kind, s.person_name, s.surest_name)
            AND NOT henk.mailboxes_contradict(s.kind, s.person_name, s.surest_name, ARRAY[s.other_email], ARRAY[s.surest_email])']
    ];
    body text;
BEGIN
    FOR n IN 1 .. array_length(changes, 1) LOOP
        body := pg_get_functiondef(changes[n][1]::regprocedure);
        IF strpos(body, changes[n][2]) = 0 THEN
            RAISE EXCEPTION '% is not as migration 0044 made it: %', changes[n][1], changes[n][2];
        END IF;
        EXECUTE replace(body, changes[n][2], changes[n][3]);
    END LOOP;
END
$$;

REVOKE EXECUTE ON FUNCTION henk.without_umlauts(text), henk.heard(text), henk.spelled_alike(text, text), henk.short_forms_of_both(),
henk.short_forms_of_their_own(), henk.names_are_exchanged(henk.compared_name, henk.compared_name),
henk.is_one_person_of_two_mailboxes(henk.compared_name, henk.compared_name),
henk.mailboxes_contradict(integer, henk.compared_name, henk.compared_name, text[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.without_umlauts(text), henk.heard(text), henk.spelled_alike(text, text), henk.short_forms_of_both(),
henk.short_forms_of_their_own(), henk.names_are_exchanged(henk.compared_name, henk.compared_name),
henk.is_one_person_of_two_mailboxes(henk.compared_name, henk.compared_name),
henk.mailboxes_contradict(integer, henk.compared_name, henk.compared_name, text[], text[]) TO service_role;

-- migrate:down
-- Forward only.
