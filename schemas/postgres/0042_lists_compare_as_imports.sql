-- migrate:up
-- Lists that clients send compare people as imports do: middle names of a column of their own, initials, titles, the contacts of a row without a
-- first name, chains by way of a third row, and what merged leads were known by. Two given names that are only short for a third are two.
-- schemas/make_name_rules.py writes the functions from henk.genders to henk.comparable_given_name, as long as their lines are.
-- noqa: disable=LT02,LT05

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

CREATE OR REPLACE FUNCTION henk.genders() RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{"abigail": "f", "adrian": "m", "adriana": "f", "adriano": "m", "adrienne": "f", "alan": "m", "alana": "f", "albert": "m", "alberta": "f", "albertina": "f", "albertine": "f", "alberto": "m", "alejandra": "f", "alejandro": "m", "alessandra": "f", "alessandro": "m", "alessia": "f", "alessio": "m", "alexander": "m", "alexandra": "f", "alexandre": "m", "alexandria": "f", "alfonsa": "f", "alfonso": "m", "alfred": "m", "alfreda": "f", "alfredo": "m", "alice": "f", "amada": "f", "amadea": "f", "amadeo": "m", "amado": "m", "amanda": "f", "amber": "f", "amy": "f", "andre": "m", "andreas": "m", "andree": "f", "andrew": "m", "angela": "f", "angelina": "f", "angelo": "m", "ann": "f", "anna": "f", "anne": "f", "anthony": "m", "antoine": "m", "antoinette": "f", "anton": "m", "antonia": "f", "antonina": "f", "antonio": "m", "arcadio": "m", "armand": "m", "armanda": "f", "armando": "m", "arnold": "m", "arnolda": "f", "arthur": "m", "august": "m", "augusta": "f", "augustin": "m", "augustina": "f", "augustine": "f", "augusto": "m", "aurelia": "f", "aurelie": "f", "aurelien": "m", "aurelio": "m", "barbara": "f", "benedict": "m", "benedicta": "f", "benita": "f", "benito": "m", "benjamin": "m", "bernadette": "f", "bernard": "m", "bernarda": "f", "bernardine": "f", "bernardo": "m", "bernhard": "m", "betty": "f", "bill": "m", "bob": "m", "brandon": "m", "brenda": "f", "brian": "m", "brittany": "f", "bruce": "m", "bruna": "f", "bruno": "m", "camila": "f", "camilo": "m", "carl": "m", "carla": "f", "carlo": "m", "carlos": "m", "carlotta": "f", "carol": "f", "carola": "f", "carolina": "f", "caroline": "f", "carolyn": "f", "catherine": "f", "celestina": "f", "celestine": "f", "celestino": "m", "cesar": "m", "charlene": "f", "charles": "m", "charlotte": "f", "cheryl": "f", "christa": "f", "christian": "m", "christiana": "f", "christiane": "f", "christina": "f", "christine": "f", "christoph": "m", "christophe": "m", "christopher": "m", "claudette": "f", "claudia": "f", "claudine": "f", "claudio": "m", "clemence": "f", "clement": "m", "clementina": "f", "clementine": "f", "constance": "f", "constantin": "m", "constantina": "f", "cornelia": "f", "cornelius": "m", "cosima": "f", "cosimo": "m", "cristian": "m", "cristiana": "f", "cristiano": "m", "cristina": "f", "cynthia": "f", "cyril": "m", "cyrilla": "f", "damian": "m", "damiana": "f", "damien": "m", "dan": "m", "daniel": "m", "daniela": "f", "daniella": "f", "danielle": "f", "danilo": "m", "daria": "f", "dario": "m", "david": "m", "dean": "m", "deana": "f", "deanna": "f", "deanne": "f", "deborah": "f", "debra": "f", "delfin": "m", "delfina": "f", "denis": "m", "denise": "f", "dennis": "m", "desdemona": "f", "desmond": "m", "diana": "f", "diane": "f", "diego": "m", "domenica": "f", "domenico": "m", "dominga": "f", "domingo": "m", "dominic": "m", "dominica": "f", "dominik": "m", "dominika": "f", "don": "m", "donald": "m", "donalda": "f", "donna": "f", "doris": "f", "dorothy": "f", "edmund": "m", "eduarda": "f", "eduardo": "m", "edward": "m", "edwin": "m", "edwina": "f", "elizabeth": "f", "emil": "m", "emilia": "f", "emilie": "f", "emilio": "m", "emily": "f", "emma": "f", "emmanuel": "m", "emmanuella": "f", "emmanuelle": "f", "enrica": "f", "enrico": "m", "enrique": "m", "enriqueta": "f", "eric": "m", "erica": "f", "erik": "m", "erika": "f", "ernest": "m", "ernesta": "f", "ernestina": "f", "ernestine": "f", "ernesto": "m", "ernst": "m", "esteban": "m", "estefania": "f", "etienne": "m", "eugen": "m", "eugene": "m", "eugenia": "f", "eugenie": "f", "eugenio": "m", "evelyn": "f", "fabia": "f", "fabian": "m", "fabiana": "f", "fabienne": "f", "fabio": "m", "fabrizia": "f", "fabrizio": "m", "federica": "f", "federico": "m", "felicia": "f", "felicity": "f", "felix": "m", "ferdinand": "m", "ferdinanda": "f", "fernanda": "f", "fernando": "m", "filippa": "f", "filippo": "m", "flavia": "f", "flavio": "m", "florian": "m", "floriana": "f", "franca": "f", "frances": "f", "francesca": "f", "francesco": "m", "francine": "f", "francis": "m", "francisca": "f", "francisco": "m", "franco": "m", "francois": "m", "francoise": "f", "frank": "m", "franz": "m", "franziska": "f", "fred": "m", "frederic": "m", "frederica": "f", "frederick": "m", "frederique": "f", "frida": "f", "frieda": "f", "friederike": "f", "friedrich": "m", "fritz": "m", "gabriel": "m", "gabriela": "f", "gabriella": "f", "gabrielle": "f", "gaetana": "f", "gaetano": "m", "gary": "m", "georg": "m", "george": "m", "georges": "m", "georgette": "f", "georgia": "f", "georgina": "f", "gerald": "m", "geraldine": "f", "gerard": "m", "gerarda": "f", "gerhard": "m", "gerharda": "f", "germain": "m", "germana": "f", "gianna": "f", "gianni": "m", "gilbert": "m", "gilberta": "f", "giorgia": "f", "giorgio": "m", "giovanna": "f", "giovanni": "m", "giulia": "f", "giulio": "m", "giuseppa": "f", "giuseppe": "m", "giuseppina": "f", "glen": "m", "glenda": "f", "glenn": "m", "glenna": "f", "glennis": "f", "gloria": "f", "grace": "f", "graziana": "f", "graziano": "m", "greg": "m", "gregory": "m", "guillermina": "f", "guillermo": "m", "gustav": "m", "gustava": "f", "gustavo": "m", "hanna": "f", "hannah": "f", "hans": "m", "harold": "m", "heather": "f", "heinrich": "m", "helen": "f", "henrietta": "f", "henriette": "f", "henrik": "m", "henrike": "f", "henry": "m", "herbert": "m", "herman": "m", "hermann": "m", "hermina": "f", "hermine": "f", "hilaria": "f", "hilario": "m", "howard": "m", "ignacia": "f", "ignacio": "m", "isabella": "f", "ivan": "m", "ivana": "f", "ivanka": "f", "jacob": "m", "jacoba": "f", "jacqueline": "f", "jacques": "m", "jakob": "m", "jakoba": "f", "james": "m", "jane": "f", "janet": "f", "janice": "f", "jason": "m", "jeffrey": "m", "jennifer": "f", "jerry": "m", "jessica": "f", "jim": "m", "jimena": "f", "joachim": "m", "joachima": "f", "joan": "f", "joanna": "f", "joanne": "f", "joaquin": "m", "joaquina": "f", "johan": "m", "johann": "m", "johanna": "f", "johannes": "m", "john": "m", "jonathan": "m", "jorge": "m", "jose": "m", "josef": "m", "josefa": "f", "josefina": "f", "josefine": "f", "joseph": "m", "josepha": "f", "josephine": "f", "joshua": "m", "joyce": "f", "juan": "m", "juana": "f", "juanita": "f", "judith": "f", "judy": "f", "jules": "m", "julia": "f", "julian": "m", "juliana": "f", "julianna": "f", "julianne": "f", "julie": "f", "julien": "m", "julienne": "f", "juliet": "f", "juliette": "f", "julio": "m", "julius": "m", "justin": "m", "justina": "f", "justine": "f", "justus": "m", "karen": "f", "karl": "m", "karla": "f", "karola": "f", "karoline": "f", "katherine": "f", "kathleen": "f", "kathryn": "f", "kayla": "f", "ken": "m", "kendra": "f", "kenneth": "m", "kenya": "f", "kevin": "m", "kimberly": "f", "konrad": "m", "konrada": "f", "larry": "m", "laura": "f", "lauren": "f", "laurent": "m", "laurentia": "f", "lawrence": "m", "lea": "f", "len": "m", "lena": "f", "lenora": "f", "leon": "m", "leona": "f", "leonard": "m", "leonarda": "f", "leonardo": "m", "leonie": "f", "leonora": "f", "leopold": "m", "leopoldine": "f", "linda": "f", "lisa": "f", "lorenza": "f", "lorenzo": "m", "lori": "f", "louis": "m", "louisa": "f", "louise": "f", "luca": "m", "lucas": "m", "lucia": "f", "lucian": "m", "luciana": "f", "luciano": "m", "lucie": "f", "lucien": "m", "lucienne": "f", "lucio": "m", "lucy": "f", "luigi": "m", "luigia": "f", "luis": "m", "luisa": "f", "luise": "f", "lukas": "m", "manuel": "m", "manuela": "f", "manuella": "f", "marc": "m", "marcel": "m", "marcela": "f", "marceline": "f", "marcella": "f", "marcelle": "f", "marcello": "m", "marcelo": "m", "marcia": "f", "marco": "m", "marcos": "m", "marcus": "m", "margaret": "f", "maria": "f", "mariana": "f", "marianna": "f", "marianne": "f", "mariano": "m", "marie": "f", "marilyn": "f", "marina": "f", "mario": "m", "marius": "m", "mark": "m", "markus": "m", "martha": "f", "martin": "m", "martina": "f", "martine": "f", "martino": "m", "mary": "f", "mathilda": "f", "mattea": "f", "matteo": "m", "matthew": "m", "matthias": "m", "maura": "f", "maurice": "m", "mauricia": "f", "mauricio": "m", "maurizia": "f", "maurizio": "m", "maximilian": "m", "maximiliane": "f", "maxine": "f", "megan": "f", "melissa": "f", "michael": "m", "michaela": "f", "michelle": "f", "miguel": "m", "miguela": "f", "mikhail": "m", "nancy": "f", "natale": "m", "natalia": "f", "natalie": "f", "nathalie": "f", "nathan": "m", "nathaniel": "m", "nicholas": "m", "nicolas": "m", "nicole": "f", "nicoletta": "f", "nicolette": "f", "norbert": "m", "norberta": "f", "norm": "m", "norma": "f", "norman": "m", "octavia": "f", "octavio": "m", "olaf": "m", "olga": "f", "olive": "f", "oliver": "m", "olivia": "f", "olivier": "m", "orlanda": "f", "orlando": "m", "oscar": "m", "pablo": "m", "pamela": "f", "paola": "f", "paolo": "m", "pascual": "m", "pascuala": "f", "patricia": "f", "patricio": "m", "patrick": "m", "paul": "m", "paula": "f", "paulina": "f", "pauline": "f", "paulo": "m", "pedro": "m", "peter": "m", "petr": "m", "petra": "f", "phil": "m", "philip": "m", "philipp": "m", "philippa": "f", "philippe": "m", "philippine": "f", "phillis": "f", "phyllis": "f", "piera": "f", "piero": "m", "pierre": "m", "pierrette": "f", "pietro": "m", "rachel": "f", "rafael": "m", "rafaela": "f", "rafaella": "f", "rafaello": "m", "ralph": "m", "ramon": "m", "ramona": "f", "raphael": "m", "raphaela": "f", "raphaelle": "f", "raul": "m", "ray": "m", "raymond": "m", "rayna": "f", "rebecca": "f", "renata": "f", "renato": "m", "rhonda": "f", "ricarda": "f", "ricardo": "m", "riccarda": "f", "riccardo": "m", "richard": "m", "rob": "m", "robert": "m", "roberta": "f", "robertina": "f", "roberto": "m", "rodolfa": "f", "rodolfo": "m", "rodrigo": "m", "roger": "m", "roland": "m", "rolanda": "f", "rolande": "f", "rolando": "m", "romain": "m", "romaine": "f", "roman": "m", "romana": "f", "romano": "m", "romeo": "m", "romina": "f", "ron": "m", "ronald": "m", "ronda": "f", "rosaria": "f", "roy": "m", "rupert": "m", "ruperta": "f", "ruth": "f", "ryan": "m", "samantha": "f", "samuel": "m", "samuela": "f", "sandra": "f", "santino": "m", "sara": "f", "sarah": "f", "scott": "m", "sebastian": "m", "sebastiana": "f", "sebastien": "m", "sebastienne": "f", "serge": "m", "sergia": "f", "sergio": "m", "sharon": "f", "silvia": "f", "silvio": "m", "simon": "m", "simona": "f", "sophia": "f", "stan": "m", "stefan": "m", "stefania": "f", "stefanie": "f", "stefano": "m", "stephan": "m", "stephania": "f", "stephanie": "f", "stephen": "m", "steve": "m", "steven": "m", "susan": "f", "sylvain": "m", "sylvaine": "f", "sylvia": "f", "teresa": "f", "theodor": "m", "theodora": "f", "theodore": "m", "theresa": "f", "thomas": "m", "thomasina": "f", "tim": "m", "timothea": "f", "timothy": "m", "tom": "m", "tomas": "m", "tomasa": "f", "ulrica": "f", "ulrich": "m", "ulrike": "f", "valentin": "m", "valentina": "f", "valentino": "m", "valeria": "f", "valerie": "f", "valerio": "m", "victor": "m", "victoria": "f", "victorine": "f", "viktor": "m", "viktoria": "f", "vincent": "m", "vincentia": "f", "vincenza": "f", "vincenzo": "m", "virgilia": "f", "virgilio": "m", "virginia": "f", "vittoria": "f", "vittorio": "m", "vladimir": "m", "vladimira": "f", "walter": "m", "waltraud": "f", "wilhelm": "m", "wilhelmina": "f", "wilhelmine": "f", "willa": "f", "william": "m", "xavier": "m", "xaviera": "f", "yann": "m", "yvon": "m", "yvonne": "f"}'::jsonb;

-- Given names that are no short form of a third name: henk_pipeline.leads.nicknames.GIVEN_BY_THEMSELVES.
CREATE OR REPLACE FUNCTION henk.given_by_themselves() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{adele,alexander,andrew,angel,angelica,angelika,angelique,august,austin,bella,briana,brianna,carole,caroline,casey,charlotte,clara,daisy,dora,elaine,eliza,ellen,ernest,evan,flora,gary,gina,irene,jamie,jean,jeffrey,jessie,joan,joe,john,jude,judith,julia,june,justina,kelly,lee,lena,leo,leon,linda,lindsey,lindsy,louis,louise,lucius,lucy,madeline,madelyn,marcia,margery,maria,mariah,marianna,marie,marion,mary,maud,maureen,may,mercy,micah,michael,mina,mira,nathan,nicole,nora,rita,rosa,rose,rosemarie,roy,rudy,rupert,sandra,sara,stella,tina,tracy,victor,wendy,wilma}'::text[];

-- Given names with the middle name of a custom field behind them: henk_pipeline.leads.given_names.compared_columns.
CREATE OR REPLACE FUNCTION henk.with_middle_name(p_first text, p_custom jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN p_custom = '{}' THEN p_first ELSE p_first || coalesce(' ' || substring(p_custom::text FROM '(?i)"(?:Middle[ _./-]{0,3}Name|Middle[ _./-]{0,3}Names|Middle|Middle[ _./-]{0,3}Initial|Middle[ _./-]{0,3}Initials|Middle[ _./-]{0,3}Init|Mid[ _./-]{0,3}Name|M[ _./-]{0,3}I|MI|MName|Second[ _./-]{0,3}Given[ _./-]{0,3}Name|Additional[ _./-]{0,3}Name|Additional[ _./-]{0,3}Names|Contact[ _./-]{0,3}Middle[ _./-]{0,3}Name|Donor[ _./-]{0,3}Middle[ _./-]{0,3}Name|Primary[ _./-]{0,3}Middle[ _./-]{0,3}Name|Constituent[ _./-]{0,3}Middle[ _./-]{0,3}Name|CnBio[ _./-]{0,3}Middle[ _./-]{0,3}Name|Member[ _./-]{0,3}Middle[ _./-]{0,3}Name|Name[ _./-]{0,3}Middle[ _./-]{0,3}Name|Zweiter[ _./-]{0,3}Vorname|Weitere[ _./-]{0,3}Vornamen|Deuxième[ _./-]{0,3}prénom|Autres[ _./-]{0,3}prénoms|Segundo[ _./-]{0,3}nombre|Tweede[ _./-]{0,3}voornaam|Segundo[ _./-]{0,3}nome|Nome[ _./-]{0,3}do[ _./-]{0,3}meio)[.]?" ?: ?" *([^"\\\s0-9][^"\\\s]*)'), '') END;

-- Given names with initials apart ("J.R." as "J. R.") and without the title before them; "Mrs." before a name that is not
-- known to be a woman's stays: henk_pipeline.leads.given_names.comparable_given_names.
CREATE OR REPLACE FUNCTION henk.comparable_given_name(p_first text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    words text[];
    bare integer := 1;
    taken text[];
    is_woman boolean;
BEGIN
    IF p_first !~ '[. \u0009-\u000d]|[^\u0001-~]' OR henk.lowered(p_first) !~ '^[\s\u001c-\u001f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*(representative|congresswoman|councilwoman|mademoiselle|congressman|ambassador|archbishop|councilman|honourable|lieutenant|commander|honorable|monsignor|professor|cardinal|fräulein|governor|monsieur|reverend|sergeant|señorita|admiral|brother|captain|colonel|general|justice|mevrouw|senator|senhora|bishop|cantor|deacon|doctor|father|madame|messrs|mister|pastor|senhor|señora|sister|judge|rabbi|right|señor|capt|cmdr|dame|frau|heer|herr|imam|lady|lord|mevr|miss|mlle|msgr|prof|srta|adm|amb|col|cpt|dhr|gen|gov|hon|ltc|maj|mme|mrs|rep|ret|rev|sen|sgt|sir|sra|the|br|dr|fr|hr|lt|mr|ms|mw|mx|sr)(\.|[\s\u001c-\u001f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000])'
        AND p_first !~ '(?<![0-9_A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u0482\u048a-\u0590\u05d0-\u1aaf\u1b00-\u1fff\u2c00-\u2dff\u3040-\ud7ff])[A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u0482\u048a-\u0590\u05d0-\u1aaf\u1b00-\u1fff\u2c00-\u2dff\u3040-\ud7ff]\.[A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u0482\u048a-\u0590\u05d0-\u1aaf\u1b00-\u1fff\u2c00-\u2dff\u3040-\ud7ff]' THEN
        RETURN p_first;
    END IF;
    words := regexp_split_to_array(regexp_replace(regexp_replace(regexp_replace(p_first, '(?<=[A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u0482\u048a-\u0590\u05d0-\u1aaf\u1b00-\u1fff\u2c00-\u2dff\u3040-\ud7ff][A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u0482\u048a-\u0590\u05d0-\u1aaf\u1b00-\u1fff\u2c00-\u2dff\u3040-\ud7ff])\.(?=[A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u0482\u048a-\u0590\u05d0-\u1aaf\u1b00-\u1fff\u2c00-\u2dff\u3040-\ud7ff])', '. ', 'g'),
        '(?<![0-9_A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u0482\u048a-\u0590\u05d0-\u1aaf\u1b00-\u1fff\u2c00-\u2dff\u3040-\ud7ff])([A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u0482\u048a-\u0590\u05d0-\u1aaf\u1b00-\u1fff\u2c00-\u2dff\u3040-\ud7ff])\.(?=[A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u0482\u048a-\u0590\u05d0-\u1aaf\u1b00-\u1fff\u2c00-\u2dff\u3040-\ud7ff])', '\1. ', 'g'), '^[\s\u001c-\u001f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\s\u001c-\u001f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$', '', 'g'), '[\s\u001c-\u001f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+');
    WHILE bare < cardinality(words) AND btrim(replace(henk.case_folded(words[bare]), '.', ''), ',;()') = ANY ('{adm,admiral,amb,ambassador,archbishop,bishop,br,brother,cantor,capt,captain,cardinal,cmdr,col,colonel,commander,congressman,congresswoman,councilman,councilwoman,cpt,dame,deacon,dhr,doctor,dr,father,fr,frau,fräulein,gen,general,gov,governor,heer,herr,hon,honorable,honourable,hr,imam,judge,justice,lady,lieutenant,lord,lt,ltc,madame,mademoiselle,maj,messrs,mevr,mevrouw,miss,mister,mlle,mme,monsieur,monsignor,mr,mrs,ms,msgr,mw,mx,pastor,prof,professor,rabbi,rep,representative,ret,rev,reverend,right,sen,senator,senhor,senhora,sergeant,señor,señora,señorita,sgt,sir,sister,sr,sra,srta,the}')
        AND (right(words[bare], 1) = '.' OR btrim(replace(henk.case_folded(words[bare]), '.', ''), ',;()') <> ALL ('{admiral,bishop,br,brother,cantor,captain,cardinal,colonel,commander,dame,deacon,doctor,father,gen,general,governor,heer,hon,imam,judge,justice,lady,lieutenant,lord,maj,miss,pastor,rabbi,representative,ret,right,senator,sergeant,sir,sister,sr,the}')) LOOP
        taken := taken || btrim(replace(henk.case_folded(words[bare]), '.', ''), ',;()');
        bare := bare + 1;
    END LOOP;
    is_woman := coalesce(henk.genders() ->> split_part(henk.folded(words[bare]), ' ', 1) = 'f', false);
    IF taken && '{dame,frau,fräulein,lady,madame,mademoiselle,mevr,mevrouw,miss,mlle,mme,mrs,ms,mw,senhora,señora,señorita,sister,sra,srta}' AND NOT is_woman OR taken && '{br,brother,dhr,father,fr,heer,herr,hr,lord,mister,monsieur,mr,senhor,señor,sir}' AND is_woman
        OR EXISTS (SELECT FROM unnest(words[bare:]) w WHERE btrim(replace(henk.case_folded(w), '.', ''), ',;()') = ANY ('{&,+,and,en,et,plus,und}')) THEN
        bare := 1;
    END IF;
    RETURN array_to_string(words[bare:], ' ');
END
$$;

-- The names of a person with custom fields as imports compare them.
CREATE FUNCTION henk.compared_person(p_first_name text, p_last_name text, p_custom jsonb) RETURNS henk.compared_name
LANGUAGE sql STABLE PARALLEL SAFE
RETURN henk.compared_name(henk.comparable_given_name(henk.with_middle_name(p_first_name, p_custom)), henk.with_generation(p_last_name, p_custom),
    p_custom ->> 'birth_date');

-- noqa: disable=CP03,LT01,LT06
-- Whether two first names may be one: henk_pipeline.leads.match.first_names_agree.
CREATE FUNCTION henk.first_names_agree(p_one henk.compared_name, p_other henk.compared_name) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce((p_one).first = (p_other).first OR (p_other).first = ANY ((p_one).formals) OR (p_one).first = ANY ((p_other).formals)
        OR ((p_one).formals && (p_other).formals AND (p_one).first <> ALL (henk.given_by_themselves()) AND (p_other).first <> ALL (henk.given_by_themselves()))
        OR starts_with((p_one).first, (p_other).first) OR starts_with((p_other).first, (p_one).first), true)
    AND NOT henk.numbers_contradict((p_one).first, (p_other).first) AND coalesce((p_one).gender = (p_other).gender, true);

-- noqa: enable=CP03,LT01,LT06
-- Whether two middle names may be one: one is missing, or begins like the other, or both are born on one day.
CREATE FUNCTION henk.middle_names_agree(p_one henk.compared_name, p_other henk.compared_name) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(starts_with((p_one).middle, (p_other).middle) OR starts_with((p_other).middle, (p_one).middle), true)
    OR coalesce((p_one).birth = (p_other).birth, false);

-- Whether names (and birth dates) leave a key its proof: henk_pipeline.leads.match.agrees. p_kind: 0 a source id, 1 an e-mail address, 2 a telephone.
CREATE OR REPLACE FUNCTION henk.names_agree(p_kind integer, p_one henk.compared_name, p_other henk.compared_name) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT coalesce((p_one).generation = (p_other).generation, true) AND CASE p_kind WHEN 0 THEN n.first_agrees OR n.last_agrees
        WHEN 1 THEN n.first_agrees AND n.rest_agrees ELSE n.first_agrees AND n.last_agrees AND n.rest_agrees END
    FROM (SELECT
        e.exchanged OR henk.first_names_agree(p_one, p_other) AS first_agrees,
        (e.exchanged OR coalesce((p_one).last = (p_other).last OR (p_one).last_words && (p_other).last_words, true))
            AND NOT henk.numbers_contradict((p_one).last, (p_other).last) AS last_agrees,
        coalesce((p_one).birth = (p_other).birth, true)
            AND henk.middle_names_agree(p_one, p_other)
            AND NOT henk.numbers_contradict(concat((p_one).first, (p_one).last), concat((p_other).first, (p_other).last)) AS rest_agrees
        FROM (SELECT coalesce((p_one).first = (p_other).last AND (p_one).last = (p_other).first, false) AS exchanged) e) n
$$;

-- Rows as persons, by way of others too: each takes the smallest number of those it shares a node with, and then that one's: a chain of n rows takes
-- about log n rounds.
CREATE FUNCTION henk.connect_rows() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    ANALYZE pg_temp.henk_shared (place, node);
    UPDATE pg_temp.henk_people SET person = place WHERE person <> place;
    LOOP
        WITH node AS (
            SELECT s.node, min(p.person) AS person FROM pg_temp.henk_shared s JOIN pg_temp.henk_people p ON p.place = s.place GROUP BY s.node
        ), nearest AS (
            SELECT s.place, min(n.person) AS person FROM pg_temp.henk_shared s JOIN node n ON n.node = s.node GROUP BY s.place
        )
        UPDATE pg_temp.henk_people p SET person = least(n.person, further.person)
        FROM nearest n JOIN pg_temp.henk_people further ON further.place = n.person
        WHERE n.place = p.place AND least(n.person, further.person) < p.person;
        EXIT WHEN NOT FOUND;
    END LOOP;
END
$$;

-- A telephone does not hold a row without a first name that has another e-mail address or mobile phone than its people.
CREATE FUNCTION henk.part_nameless() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    WITH held AS (
        SELECT s.place, s.node, (s.name).first IS NULL AS is_bare, CASE WHEN NOT henk.is_role_mailbox(p.email) THEN henk.email_key(p.email) END AS email,
            p.mobile_phone AS mobile
        FROM pg_temp.henk_shared s JOIN pg_temp.henk_people p ON p.place = s.place WHERE s.kind = 2
    ), named AS (
        SELECT DISTINCT h.node, h.email, h.mobile FROM held h WHERE NOT h.is_bare
    ), others AS (
        SELECT b.place, b.node FROM held b JOIN named n ON n.node = b.node WHERE b.is_bare GROUP BY b.place, b.node
        HAVING bool_or(coalesce(b.email <> n.email, false) OR coalesce(b.mobile <> n.mobile, false))
            AND NOT bool_or(coalesce(b.email = n.email, false) OR coalesce(b.mobile = n.mobile, false))
    )
    DELETE FROM pg_temp.henk_shared s USING others o WHERE s.place = o.place AND s.node = o.node;
END
$$;

-- A row without a generation that meets several goes with its surest match, or with none of equally sure ones.
CREATE FUNCTION henk.part_generations() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    WITH bearing AS MATERIALIZED (
        SELECT DISTINCT s.node, (s.name).generation AS generation FROM pg_temp.henk_shared s WHERE (s.name).generation IS NOT NULL
    ), meets AS MATERIALIZED (
        SELECT s.place, s.node, s.kind, b.generation FROM pg_temp.henk_shared s JOIN bearing b ON b.node = s.node WHERE (s.name).generation IS NULL
    ), best AS (
        SELECT m.place, m.generation, min(m.kind) AS kind FROM meets m GROUP BY m.place, m.generation
    ), several AS (
        SELECT b.*, count(*) OVER (PARTITION BY b.place) AS generations, min(b.kind) OVER (PARTITION BY b.place) AS surest_kind FROM best b
    ), surest AS (
        SELECT t.place, min(t.generation) AS generation FROM several t WHERE t.kind = t.surest_kind GROUP BY t.place HAVING count(*) = 1
    ), wrong AS (
        SELECT m.place, m.node FROM meets m WHERE m.place IN (SELECT t.place FROM several t WHERE t.generations > 1)
            AND NOT EXISTS (SELECT FROM surest u WHERE u.place = m.place AND u.generation = m.generation)
    )
    DELETE FROM pg_temp.henk_shared s USING wrong w WHERE s.place = w.place AND s.node = w.node;
END
$$;

-- Where two first names of a person contradict each other that no key of their own holds together, a row without a whole first name keeps its
-- surest match only. Returns whether anything was parted.
CREATE FUNCTION henk.part_bridges() RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    WITH firsts AS MATERIALIZED (
        SELECT p.person, s.place, s.node, s.kind, s.name FROM pg_temp.henk_shared s JOIN pg_temp.henk_people p ON p.place = s.place
        WHERE p.person IN (SELECT q.person FROM pg_temp.henk_shared t JOIN pg_temp.henk_people q ON q.place = t.place
            GROUP BY q.person HAVING count(DISTINCT (t.name).first) > 1 AND count(DISTINCT t.node) > 1)
    ), names AS MATERIALIZED (
        SELECT DISTINCT ON (f.person, (f.name).first) f.person, f.name FROM firsts f WHERE (f.name).first IS NOT NULL ORDER BY f.person, (f.name).first
    ), held AS MATERIALIZED (
        SELECT DISTINCT a.person, (a.name).first AS first, (b.name).first AS other FROM firsts a JOIN firsts b ON b.node = a.node
        WHERE (a.name).first < (b.name).first
    ), torn AS MATERIALIZED (
        SELECT DISTINCT a.person FROM names a JOIN names b ON b.person = a.person AND (a.name).first < (b.name).first
        WHERE NOT henk.first_names_agree(a.name, b.name) AND NOT EXISTS (SELECT FROM held h WHERE h.person = a.person
            AND h.first = (a.name).first AND h.other = (b.name).first)
    ), named AS MATERIALIZED (
        SELECT DISTINCT f.node FROM firsts f WHERE (f.name).first IS NOT NULL
    ), ranked AS (
        SELECT f.place, f.node, row_number() OVER (PARTITION BY f.place ORDER BY f.node IN (SELECT n.node FROM named n) DESC, f.kind, f.node) AS rank
        FROM firsts f WHERE f.person IN (SELECT t.person FROM torn t) AND coalesce(length((f.name).first) = 1, true)
    )
    DELETE FROM pg_temp.henk_shared s USING ranked r WHERE s.place = r.place AND s.node = r.node AND r.rank > 1;
    RETURN FOUND;
END
$$;

-- Whether two people whom no key of their own holds together are two: generations, numbers, middle names, birth dates (but for a slip) or both names
-- contradict each other.
CREATE FUNCTION henk.are_strangers(p_one henk.compared_name, p_other henk.compared_name) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce((p_one).generation <> (p_other).generation, false) OR NOT henk.middle_names_agree(p_one, p_other)
    OR NOT henk.first_names_agree(p_one, p_other) AND coalesce((p_one).last <> (p_other).last AND NOT (p_one).last_words && (p_other).last_words, false)
        AND NOT coalesce((p_one).first = (p_other).last OR (p_one).last = (p_other).first, false)
    OR henk.numbers_contradict(concat((p_one).first, (p_one).last), concat((p_other).first, (p_other).last))
    OR coalesce((
        SELECT count(*) > 1 FROM generate_series(1, 8) AS i
        WHERE substr((p_one).birth, i, 1) <> substr((p_other).birth, i, 1))
        AND substr((p_one).birth, 3) <> substr((p_other).birth, 3), false);

-- Two of a person who are strangers and meet by way of a third only are parted, the least sure key of the chain first.
CREATE FUNCTION henk.part_strangers() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    CREATE TEMP TABLE henk_chained ON COMMIT DROP AS
    SELECT p.person, s.place, s.node, s.kind, s.name FROM pg_temp.henk_shared s JOIN pg_temp.henk_people p ON p.place = s.place
    WHERE p.person IN (SELECT q.person FROM pg_temp.henk_shared t JOIN pg_temp.henk_people q ON q.place = t.place
        GROUP BY q.person HAVING count(DISTINCT t.name) > 1 AND count(DISTINCT t.node) > 1);
    CREATE TEMP TABLE henk_strangers ON COMMIT DROP AS
    WITH names AS MATERIALIZED (
        -- Of a person of very many rows one of each name is compared.
        SELECT c.person, c.name, min(c.place) AS place, array_agg(DISTINCT c.node) AS nodes
        FROM (SELECT r.*, count(*) OVER (PARTITION BY r.person) AS rows FROM pg_temp.henk_chained r) c
        GROUP BY c.person, c.name, CASE WHEN c.rows <= 300 THEN c.place END
    )
    SELECT a.place, b.place AS other FROM names a JOIN names b ON b.person = a.person AND a.name < b.name
    WHERE NOT a.nodes && b.nodes AND henk.are_strangers(a.name, b.name);
    LOOP
        WITH torn AS (
            SELECT DISTINCT p.person FROM pg_temp.henk_strangers t JOIN pg_temp.henk_people p ON p.place = t.place
            JOIN pg_temp.henk_people o ON o.place = t.other WHERE o.person = p.person
        ), weakest AS (
            SELECT DISTINCT ON (p.person) s.node FROM pg_temp.henk_shared s JOIN pg_temp.henk_people p ON p.place = s.place
            WHERE p.person IN (SELECT t.person FROM torn t) ORDER BY p.person, s.kind DESC, s.node DESC
        )
        DELETE FROM pg_temp.henk_shared s USING weakest w WHERE s.node = w.node;
        EXIT WHEN NOT FOUND;
        PERFORM henk.connect_rows();
    END LOOP;
    DROP TABLE pg_temp.henk_chained, pg_temp.henk_strangers;
END
$$;

-- Step two: rows that are one person get one number in `person`, the smallest of their places. The rule is henk_pipeline.leads.match's.
CREATE OR REPLACE FUNCTION henk.find_persons() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DROP TABLE IF EXISTS pg_temp.henk_keys;
    CREATE TEMP TABLE henk_keys ON COMMIT DROP AS
    SELECT k.place, k.kind, k.key FROM pg_temp.henk_people p CROSS JOIN LATERAL (VALUES
        (p.place, 0, CASE WHEN p.source_id IS NOT NULL THEN length(p.source) || ':' || p.source || ':' || p.source_id END),
        (p.place, 1, henk.email_key(p.email) || CASE WHEN henk.is_role_mailbox(p.email)
            THEN ' ' || concat_ws(' ', henk.folded(henk.comparable_given_name(henk.with_middle_name(p.first_name, p.custom_fields))),
                henk.folded(henk.with_generation(p.last_name, p.custom_fields))) ELSE '' END),
        (p.place, 2, CASE WHEN henk.call_key(p.phone) IS NOT NULL THEN p.phone END),
        (p.place, 2, CASE WHEN henk.call_key(p.mobile_phone) IS NOT NULL AND p.mobile_phone IS DISTINCT FROM p.phone THEN p.mobile_phone END))
        AS k (place, kind, key)
    WHERE k.key IS NOT NULL;
    ANALYZE pg_temp.henk_keys (place, kind, key);
    IF NOT EXISTS (SELECT FROM pg_temp.henk_keys GROUP BY kind, key HAVING count(*) > 1) THEN
        RETURN;
    END IF;
    DROP TABLE IF EXISTS pg_temp.henk_shared;
    CREATE TEMP TABLE henk_shared ON COMMIT DROP AS
    SELECT t.place, t.kind, dense_rank() OVER (ORDER BY t.kind, t.key) AS block, NULL::bigint AS node,
        henk.compared_person(p.first_name, p.last_name, p.custom_fields) AS name
    FROM (SELECT k.*, count(*) OVER (PARTITION BY k.kind, k.key) AS rows FROM pg_temp.henk_keys k) t
    JOIN pg_temp.henk_people p ON p.place = t.place WHERE t.rows > 1;
    PERFORM henk.divide_keys();
    DELETE FROM pg_temp.henk_shared WHERE node IS NULL;
    PERFORM henk.part_nameless();
    PERFORM henk.part_generations();
    PERFORM henk.connect_rows();
    IF henk.part_bridges() THEN
        PERFORM henk.connect_rows();
    END IF;
    PERFORM henk.part_strangers();
    DROP TABLE pg_temp.henk_shared;
END
$$;

-- Leads that files or merges have known by a telephone or e-mail address of a row, with the name and contacts they had then: `place`, `kind`, `id`, `name`,
-- `email`, `mobile`.
CREATE FUNCTION henk.find_by_lost_contacts(p_business_id uuid)
RETURNS TABLE (place integer, kind integer, id uuid, name henk.compared_name, email text, mobile text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET enable_seqscan = off -- the functions of the indexes are not to be called row by row
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH sought AS MATERIALIZED (
        SELECT p.place, 1 AS kind, henk.email_key(p.email) AS key, 'e' || henk.email_key(p.email) AS hashed FROM pg_temp.henk_people p WHERE p.email IS NOT NULL
        UNION ALL SELECT k.place, 2, k.key, 'p' || k.key FROM pg_temp.henk_keys k WHERE k.kind = 2
    ), found AS MATERIALIZED (
        SELECT s.place, s.kind, s.key, f.id, f.lost FROM (SELECT t.*, ARRAY[hashtextextended(t.hashed, hashtextextended(p_business_id::text, 0))] AS keys FROM sought t) s
        CROSS JOIN LATERAL (
            SELECT m.kept_lead_id AS id, m.lost FROM public.lead_merges m WHERE henk.lost_keys(m.business_id, m.lost) @> s.keys AND m.lost IS NOT NULL
                AND m.business_id = p_business_id AND m.taken_apart_at IS NULL
            UNION ALL SELECT r.lead_id, r.lost FROM public.lead_import_rows r WHERE henk.lost_keys(r.business_id, r.lost) @> s.keys AND r.lost IS NOT NULL
                AND r.business_id = p_business_id AND NOT r.taken_back OFFSET 0) f
        WHERE CASE s.kind WHEN 1 THEN henk.email_key(f.lost ->> 'email') = s.key ELSE s.key IN (f.lost ->> 'phone', f.lost ->> 'mobile_phone') END
    )
    SELECT f.place, f.kind, f.id, henk.compared_person(coalesce(f.lost ->> 'first_name', l.first_name), coalesce(f.lost ->> 'last_name', l.last_name),
            l.custom_fields || jsonb_strip_nulls(jsonb_build_object('birth_date', f.lost -> 'birth_date'))
            || CASE jsonb_typeof(f.lost -> 'custom_fields') WHEN 'object' THEN f.lost -> 'custom_fields' ELSE '{}' END),
        coalesce(f.lost ->> 'email', l.email), coalesce(f.lost ->> 'mobile_phone', l.mobile_phone)
    FROM found f CROSS JOIN LATERAL (SELECT o.* FROM public.leads o WHERE o.id = f.id AND o.business_id = p_business_id OFFSET 0) l;
END
$$;

-- Step three: the lead that a person is already. A source id decides before an e-mail, an e-mail before a phone, then the oldest lead; names that
-- contradict leave a key no proof.
CREATE OR REPLACE FUNCTION henk.find_known(p_business_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    WITH found AS (
        SELECT p.place, 0 AS kind, l.id FROM pg_temp.henk_people p JOIN public.leads l
            ON l.business_id = p_business_id AND l.source = p.source AND l.source_id = p.source_id
        UNION SELECT t.place, 0, t.id FROM henk.find_by_lost_ids(p_business_id) t
        UNION SELECT p.place, 1, l.id FROM pg_temp.henk_people p JOIN public.leads l ON l.business_id = p_business_id AND l.email = p.email
        UNION SELECT t.place, 1, t.id FROM henk.find_by_mailbox(p_business_id) t
        UNION SELECT k.place, 2, l.id FROM pg_temp.henk_keys k
        JOIN public.leads l ON l.business_id = p_business_id AND l.phone = k.key WHERE k.kind = 2
        UNION SELECT k.place, 2, l.id FROM pg_temp.henk_keys k
        JOIN public.leads l ON l.business_id = p_business_id AND l.mobile_phone = k.key WHERE k.kind = 2
    ), of_persons AS MATERIALIZED (
        SELECT DISTINCT p.person, t.kind, t.id FROM found t JOIN pg_temp.henk_people p ON p.place = t.place
    ), lost AS MATERIALIZED (
        SELECT DISTINCT p.person, t.kind, t.id, t.name, t.email, t.mobile FROM henk.find_by_lost_contacts(p_business_id) t
        JOIN pg_temp.henk_people p ON p.place = t.place
    ), lead_names AS MATERIALIZED ( -- a name is read once, however many pairs it is in
        SELECT l.id, l.created_at, henk.compared_person(l.first_name, l.last_name, l.custom_fields) AS name, l.email, l.mobile_phone AS mobile
        FROM public.leads l WHERE l.id IN (SELECT o.id FROM of_persons o UNION ALL SELECT o.id FROM lost o)
    ), person_names AS MATERIALIZED (
        SELECT p.person, henk.compared_person(p.first_name, p.last_name, p.custom_fields) AS name, p.email, p.mobile_phone AS mobile
        FROM pg_temp.henk_people p WHERE p.place = p.person AND p.person IN (SELECT o.person FROM of_persons o UNION ALL SELECT o.person FROM lost o)
    ), pairs AS MATERIALIZED (
        SELECT o.person, o.kind, o.id, l.created_at, o.name, f.name AS person_name, o.kind = 1 AND henk.is_role_mailbox(o.email) AS is_role,
            -- A lead that somebody merged has both names.
            coalesce((o.name).first <> (l.name).first, false) AS is_other_name,
            -- Somebody else of the house answers the telephone, too: henk.part_nameless.
            o.kind = 2 AND ((o.name).first IS NULL) <> ((f.name).first IS NULL) AND (coalesce(k.email <> k.other_email, false) OR coalesce(o.mobile <> f.mobile, false))
                AND NOT (coalesce(k.email = k.other_email, false) OR coalesce(o.mobile = f.mobile, false)) AS is_another
        FROM (SELECT t.person, t.kind, t.id, n.name, n.email, n.mobile FROM of_persons t JOIN lead_names n ON n.id = t.id
            UNION ALL SELECT t.person, t.kind, t.id, t.name, t.email, t.mobile FROM lost t) o
        JOIN lead_names l ON l.id = o.id JOIN person_names f ON f.person = o.person
        CROSS JOIN LATERAL (SELECT CASE WHEN NOT henk.is_role_mailbox(o.email) THEN henk.email_key(o.email) END AS email,
            CASE WHEN NOT henk.is_role_mailbox(f.email) THEN henk.email_key(f.email) END AS other_email) k
    ), counted AS (
        SELECT p.person, p.kind, count(DISTINCT ((p.name).first, (p.name).last)) FILTER (WHERE (p.name).first IS NOT NULL) AS names,
            count(DISTINCT (p.name).generation) AS generations
        FROM pairs p GROUP BY p.person, p.kind
    ), chosen AS (
        SELECT DISTINCT ON (p.person) p.person, p.kind, p.id, p.person_name, p.is_other_name
        FROM pairs p JOIN counted c ON c.person = p.person AND c.kind = p.kind
        WHERE henk.names_agree(p.kind, p.name, p.person_name) AND NOT p.is_another
            -- Of a senior and a junior a row without a generation is nobody's.
            AND ((p.person_name).generation IS NOT NULL OR (p.name).generation IS NULL OR c.generations <= 1)
            -- Of several people a row without a first name is nobody's; of many only one of the same name.
            AND (p.kind = 0 OR c.names <= 1 OR (p.person_name).first IS NOT NULL OR p.name IS NOT DISTINCT FROM p.person_name)
            AND (NOT p.is_role AND (p.kind = 0 OR c.names <= 4)
                OR ((p.name).first, (p.name).last) IS NOT DISTINCT FROM ((p.person_name).first, (p.person_name).last))
        ORDER BY p.person, p.kind, (p.name).first IS NULL AND (p.person_name).first IS NOT NULL,
            (p.name).generation IS DISTINCT FROM (p.person_name).generation, p.created_at, p.id
    ), surest AS (
        -- A known lead without a name cannot contradict: of several people who share its key it is the first, not all of them.
        SELECT c.*, first_value(c.person_name) OVER (PARTITION BY c.id ORDER BY c.is_other_name, c.kind, c.person) AS surest_name FROM chosen c
    ), one_lead AS (
        -- Two persons of the array may turn out to be one lead.
        SELECT s.person, s.id, min(s.person) OVER (PARTITION BY s.id) AS first_person FROM surest s
        WHERE s.is_other_name OR henk.names_agree(s.kind, s.person_name, s.surest_name)
    )
    UPDATE pg_temp.henk_people p SET lead_id = o.id, known = true, person = o.first_person FROM one_lead o WHERE o.person = p.person;
END
$$;

-- Step four and a half: a source id whose lead or other person has another name is that one's; the new lead keeps it as a custom field. The call
-- failed with a unique violation.
CREATE FUNCTION henk.release_taken_ids(p_business_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_seqscan = off -- a lead is looked up by its key, whatever the statistics say
AS $$
BEGIN
    WITH own AS MATERIALIZED (
        SELECT p.place, p.source, p.source_id, row_number() OVER (PARTITION BY p.source, p.source_id ORDER BY p.place) AS turn
        FROM pg_temp.henk_people p WHERE p.place = p.person AND NOT p.known AND p.source_id IS NOT NULL
    ), taken AS MATERIALIZED (
        SELECT o.place FROM own o LEFT JOIN LATERAL (
            SELECT l.id FROM public.leads l WHERE l.business_id = p_business_id AND l.source = o.source AND l.source_id = o.source_id OFFSET 0) l ON true
        WHERE o.turn > 1 OR l.id IS NOT NULL
    )
    UPDATE pg_temp.henk_people p SET source_id = NULL, custom_fields = jsonb_build_object('source_id_as_sent', p.source_id) || p.custom_fields
    FROM taken t WHERE t.place = p.place;
END
$$;

DO $$
DECLARE
    body text := pg_get_functiondef('henk.create_list(uuid, text, jsonb)'::regprocedure);
    step text := 'PERFORM henk.write_people(p_business_id);';
BEGIN
    IF strpos(body, step) = 0 THEN
        RAISE EXCEPTION 'henk.create_list has no step %', step;
    END IF;
    EXECUTE replace(body, step, 'PERFORM henk.release_taken_ids(p_business_id);' || chr(10) || '    ' || step);
END
$$;

REVOKE EXECUTE ON FUNCTION henk.given_by_themselves(), henk.with_middle_name(text, jsonb), henk.comparable_given_name(text),
henk.compared_person(text, text, jsonb), henk.first_names_agree(henk.compared_name, henk.compared_name),
henk.middle_names_agree(henk.compared_name, henk.compared_name), henk.are_strangers(henk.compared_name, henk.compared_name), henk.connect_rows(),
henk.part_nameless(), henk.part_generations(), henk.part_bridges(), henk.part_strangers(), henk.find_by_lost_contacts(uuid), henk.release_taken_ids(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.given_by_themselves(), henk.with_middle_name(text, jsonb), henk.comparable_given_name(text),
henk.compared_person(text, text, jsonb), henk.first_names_agree(henk.compared_name, henk.compared_name),
henk.middle_names_agree(henk.compared_name, henk.compared_name), henk.are_strangers(henk.compared_name, henk.compared_name), henk.connect_rows(),
henk.part_nameless(), henk.part_generations(), henk.part_bridges(), henk.part_strangers(), henk.find_by_lost_contacts(uuid), henk.release_taken_ids(uuid) TO service_role;

-- migrate:down
-- Forward only.
