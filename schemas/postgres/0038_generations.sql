-- migrate:up
-- Different people of one name: generations (senior, junior), middle names and given names of different genders leave a key no proof, as in imports
-- (henk_pipeline/leads/given_names.py, match.py). A generation in a custom field of suffixes counts as one behind the family name.
-- schemas/make_name_rules.py writes the functions from henk.generations to henk.with_generation, as long as their lines are.
-- noqa: disable=LT02,LT05

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

CREATE OR REPLACE FUNCTION henk.generations() RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{"1st": "1", "2nd": "2", "3rd": "3", "4th": "4", "5th": "5", "6th": "6", "d a": "1", "d e": "1", "d j": "2j", "d y": "2j", "den aeldre": "1", "den aldre": "1", "den eldre": "1", "den yngre": "2j", "der altere": "1", "der jungere": "2j", "die altere": "1", "die jungere": "2j", "figlio": "2j", "filho": "2j", "fils": "2j", "hijo": "2j", "id": "1", "idosb": "1", "ifj": "2j", "ifjabb": "2j", "ii": "2", "iii": "3", "iv": "4", "jnr": "2j", "jr": "2j", "jun": "2j", "junior": "2j", "ml": "2j", "mladsi": "2j", "mlodszy": "2j", "neto": "3", "nieto": "3", "padre": "1", "pai": "1", "pere": "1", "sen": "1", "senior": "1", "snr": "1", "sobrinho": "n", "sobrino": "n", "sr": "1", "st": "1", "starsi": "1", "starszy": "1", "the elder": "1", "the fifth": "5", "the first": "1", "the fourth": "4", "the second": "2", "the third": "3", "the younger": "2j", "v": "5", "vi": "6"}'::jsonb;

CREATE OR REPLACE FUNCTION henk.genders() RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{"adrian": "m", "adriana": "f", "adriano": "m", "adrienne": "f", "albert": "m", "alberta": "f", "albertina": "f", "albertine": "f", "alberto": "m", "alejandra": "f", "alejandro": "m", "alessandra": "f", "alessandro": "m", "alessia": "f", "alessio": "m", "alexander": "m", "alexandra": "f", "alexandre": "m", "alexandria": "f", "alfonsa": "f", "alfonso": "m", "alfred": "m", "alfreda": "f", "alfredo": "m", "amada": "f", "amadea": "f", "amadeo": "m", "amado": "m", "andre": "m", "andreas": "m", "andree": "f", "angela": "f", "angelina": "f", "angelo": "m", "antoine": "m", "antoinette": "f", "anton": "m", "antonia": "f", "antonina": "f", "antonio": "m", "arcadio": "m", "armand": "m", "armanda": "f", "armando": "m", "arnold": "m", "arnolda": "f", "august": "m", "augusta": "f", "augustin": "m", "augustina": "f", "augustine": "f", "augusto": "m", "aurelia": "f", "aurelie": "f", "aurelien": "m", "aurelio": "m", "benedict": "m", "benedicta": "f", "benita": "f", "benito": "m", "bernadette": "f", "bernard": "m", "bernarda": "f", "bernardine": "f", "bernardo": "m", "bernhard": "m", "bruna": "f", "bruno": "m", "camila": "f", "camilo": "m", "carl": "m", "carla": "f", "carlo": "m", "carlos": "m", "carlotta": "f", "carola": "f", "carolina": "f", "caroline": "f", "celestina": "f", "celestine": "f", "celestino": "m", "cesar": "m", "charlene": "f", "charles": "m", "charlotte": "f", "christa": "f", "christian": "m", "christiana": "f", "christiane": "f", "christina": "f", "christine": "f", "christoph": "m", "christophe": "m", "christopher": "m", "claudette": "f", "claudia": "f", "claudine": "f", "claudio": "m", "clemence": "f", "clement": "m", "clementina": "f", "clementine": "f", "constance": "f", "constantin": "m", "constantina": "f", "cornelia": "f", "cornelius": "m", "cosima": "f", "cosimo": "m", "cristian": "m", "cristiana": "f", "cristiano": "m", "cristina": "f", "cyril": "m", "cyrilla": "f", "damian": "m", "damiana": "f", "damien": "m", "daniel": "m", "daniela": "f", "daniella": "f", "danielle": "f", "danilo": "m", "daria": "f", "dario": "m", "dean": "m", "deana": "f", "deanna": "f", "deanne": "f", "delfin": "m", "delfina": "f", "denis": "m", "denise": "f", "dennis": "m", "desdemona": "f", "desmond": "m", "diego": "m", "domenica": "f", "domenico": "m", "dominga": "f", "domingo": "m", "dominic": "m", "dominica": "f", "dominik": "m", "dominika": "f", "donald": "m", "donalda": "f", "donna": "f", "edmund": "m", "eduarda": "f", "eduardo": "m", "edward": "m", "edwin": "m", "edwina": "f", "emil": "m", "emilia": "f", "emilie": "f", "emilio": "m", "emily": "f", "emma": "f", "emmanuel": "m", "emmanuella": "f", "emmanuelle": "f", "enrica": "f", "enrico": "m", "enrique": "m", "enriqueta": "f", "eric": "m", "erica": "f", "erik": "m", "erika": "f", "ernest": "m", "ernesta": "f", "ernestina": "f", "ernestine": "f", "ernesto": "m", "ernst": "m", "esteban": "m", "estefania": "f", "etienne": "m", "eugen": "m", "eugene": "m", "eugenia": "f", "eugenie": "f", "eugenio": "m", "fabia": "f", "fabian": "m", "fabiana": "f", "fabienne": "f", "fabio": "m", "fabrizia": "f", "fabrizio": "m", "federica": "f", "federico": "m", "felicia": "f", "felicity": "f", "felix": "m", "ferdinand": "m", "ferdinanda": "f", "fernanda": "f", "fernando": "m", "filippa": "f", "filippo": "m", "flavia": "f", "flavio": "m", "florian": "m", "floriana": "f", "franca": "f", "frances": "f", "francesca": "f", "francesco": "m", "francine": "f", "francis": "m", "francisca": "f", "francisco": "m", "franco": "m", "francois": "m", "francoise": "f", "frank": "m", "franz": "m", "franziska": "f", "frederic": "m", "frederica": "f", "frederick": "m", "frederique": "f", "frida": "f", "frieda": "f", "friederike": "f", "friedrich": "m", "fritz": "m", "gabriel": "m", "gabriela": "f", "gabriella": "f", "gabrielle": "f", "gaetana": "f", "gaetano": "m", "georg": "m", "george": "m", "georges": "m", "georgette": "f", "georgia": "f", "georgina": "f", "gerald": "m", "geraldine": "f", "gerard": "m", "gerarda": "f", "gerhard": "m", "gerharda": "f", "germain": "m", "germana": "f", "gianna": "f", "gianni": "m", "gilbert": "m", "gilberta": "f", "giorgia": "f", "giorgio": "m", "giovanna": "f", "giovanni": "m", "giulia": "f", "giulio": "m", "giuseppa": "f", "giuseppe": "m", "giuseppina": "f", "graziana": "f", "graziano": "m", "guillermina": "f", "guillermo": "m", "gustav": "m", "gustava": "f", "gustavo": "m", "hanna": "f", "hannah": "f", "hans": "m", "heinrich": "m", "henrietta": "f", "henriette": "f", "henrik": "m", "henrike": "f", "henry": "m", "herbert": "m", "herman": "m", "hermann": "m", "hermina": "f", "hermine": "f", "hilaria": "f", "hilario": "m", "ignacia": "f", "ignacio": "m", "ivan": "m", "ivana": "f", "ivanka": "f", "jacob": "m", "jacoba": "f", "jacqueline": "f", "jacques": "m", "jakob": "m", "jakoba": "f", "james": "m", "jane": "f", "janet": "f", "joachim": "m", "joachima": "f", "joanna": "f", "joanne": "f", "joaquin": "m", "joaquina": "f", "johan": "m", "johann": "m", "johanna": "f", "johannes": "m", "john": "m", "jonathan": "m", "jorge": "m", "jose": "m", "josef": "m", "josefa": "f", "josefina": "f", "josefine": "f", "joseph": "m", "josepha": "f", "josephine": "f", "juan": "m", "juana": "f", "juanita": "f", "jules": "m", "julia": "f", "julian": "m", "juliana": "f", "julianna": "f", "julianne": "f", "julie": "f", "julien": "m", "julienne": "f", "juliet": "f", "juliette": "f", "julio": "m", "julius": "m", "justin": "m", "justina": "f", "justine": "f", "justus": "m", "karl": "m", "karla": "f", "karola": "f", "karoline": "f", "konrad": "m", "konrada": "f", "laura": "f", "laurent": "m", "laurentia": "f", "lawrence": "m", "lea": "f", "leon": "m", "leona": "f", "leonard": "m", "leonarda": "f", "leonardo": "m", "leonie": "f", "leopold": "m", "leopoldine": "f", "lorenza": "f", "lorenzo": "m", "louis": "m", "louisa": "f", "louise": "f", "luca": "m", "lucas": "m", "lucia": "f", "lucian": "m", "luciana": "f", "luciano": "m", "lucie": "f", "lucien": "m", "lucienne": "f", "lucio": "m", "lucy": "f", "luigi": "m", "luigia": "f", "luis": "m", "luisa": "f", "luise": "f", "lukas": "m", "manuel": "m", "manuela": "f", "manuella": "f", "marc": "m", "marcel": "m", "marcela": "f", "marceline": "f", "marcella": "f", "marcelle": "f", "marcello": "m", "marcelo": "m", "marcia": "f", "marco": "m", "marcos": "m", "marcus": "m", "maria": "f", "mariana": "f", "marianna": "f", "marianne": "f", "mariano": "m", "marina": "f", "mario": "m", "marius": "m", "mark": "m", "markus": "m", "martha": "f", "martin": "m", "martina": "f", "martine": "f", "martino": "m", "mathilda": "f", "mattea": "f", "matteo": "m", "matthew": "m", "matthias": "m", "maura": "f", "maurice": "m", "mauricia": "f", "mauricio": "m", "maurizia": "f", "maurizio": "m", "maximilian": "m", "maximiliane": "f", "maxine": "f", "michael": "m", "michaela": "f", "michelle": "f", "miguel": "m", "miguela": "f", "mikhail": "m", "natale": "m", "natalia": "f", "natalie": "f", "nathalie": "f", "nathan": "m", "nathaniel": "m", "nicholas": "m", "nicolas": "m", "nicole": "f", "nicoletta": "f", "nicolette": "f", "norbert": "m", "norberta": "f", "octavia": "f", "octavio": "m", "olaf": "m", "olga": "f", "olive": "f", "oliver": "m", "olivia": "f", "olivier": "m", "orlanda": "f", "orlando": "m", "oscar": "m", "pablo": "m", "paola": "f", "paolo": "m", "pascual": "m", "pascuala": "f", "patricia": "f", "patricio": "m", "patrick": "m", "paul": "m", "paula": "f", "paulina": "f", "pauline": "f", "paulo": "m", "pedro": "m", "peter": "m", "petr": "m", "petra": "f", "philip": "m", "philipp": "m", "philippa": "f", "philippe": "m", "philippine": "f", "piera": "f", "piero": "m", "pierre": "m", "pierrette": "f", "pietro": "m", "rafael": "m", "rafaela": "f", "rafaella": "f", "rafaello": "m", "ramon": "m", "ramona": "f", "raphael": "m", "raphaela": "f", "raphaelle": "f", "raul": "m", "renata": "f", "renato": "m", "ricarda": "f", "ricardo": "m", "riccarda": "f", "riccardo": "m", "richard": "m", "robert": "m", "roberta": "f", "robertina": "f", "roberto": "m", "rodolfa": "f", "rodolfo": "m", "rodrigo": "m", "roger": "m", "roland": "m", "rolanda": "f", "rolande": "f", "rolando": "m", "romain": "m", "romaine": "f", "roman": "m", "romana": "f", "romano": "m", "romeo": "m", "romina": "f", "rosaria": "f", "rupert": "m", "ruperta": "f", "samantha": "f", "samuel": "m", "samuela": "f", "santino": "m", "sebastian": "m", "sebastiana": "f", "sebastien": "m", "sebastienne": "f", "serge": "m", "sergia": "f", "sergio": "m", "silvia": "f", "silvio": "m", "simon": "m", "simona": "f", "stefan": "m", "stefania": "f", "stefanie": "f", "stefano": "m", "stephan": "m", "stephania": "f", "stephanie": "f", "stephen": "m", "steven": "m", "sylvain": "m", "sylvaine": "f", "sylvia": "f", "theodor": "m", "theodora": "f", "theodore": "m", "thomas": "m", "thomasina": "f", "tomas": "m", "tomasa": "f", "ulrica": "f", "ulrich": "m", "ulrike": "f", "valentin": "m", "valentina": "f", "valentino": "m", "valeria": "f", "valerie": "f", "valerio": "m", "victor": "m", "victoria": "f", "victorine": "f", "viktor": "m", "viktoria": "f", "vincent": "m", "vincentia": "f", "vincenza": "f", "vincenzo": "m", "virgilia": "f", "virgilio": "m", "virginia": "f", "vittoria": "f", "vittorio": "m", "vladimir": "m", "vladimira": "f", "walter": "m", "waltraud": "f", "wilhelm": "m", "wilhelmina": "f", "wilhelmine": "f", "willa": "f", "william": "m", "xavier": "m", "xaviera": "f", "yann": "m", "yvon": "m", "yvonne": "f"}'::jsonb;

-- Folded given and family names without their generation, and it: henk_pipeline.leads.given_names.divide_names.
CREATE OR REPLACE FUNCTION henk.divide_name(INOUT p_first text, INOUT p_last text, OUT generation text)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    given text[] := CASE WHEN strpos(p_first, ' ') > 0 THEN regexp_match(p_first, '^(.+) (the younger|the fourth|the second|the elder|the fifth|the first|the third|junior|senior|1st|2nd|3rd|4th|5th|6th|iii|jnr|snr|ii|iv|jr|sr)( .*)?$') END;
    family text[] := CASE WHEN strpos(p_last, ' ') > 0 THEN regexp_match(p_last, '^(.+) (?:(the younger|the fourth|the second|the elder|the fifth|the first|the third|junior|senior|1st|2nd|3rd|4th|5th|6th|iii|jnr|snr|ii|iv|jr|sr)( .*)?|(der jungere|die jungere|den aeldre|der altere|die altere|den aldre|den eldre|den yngre|sobrinho|mlodszy|sobrino|starszy|figlio|mladsi|senior|starsi|filho|nieto|padre|fils|hijo|neto|pere|d a|d e|d j|d y|jun|pai|sen|ml|st|vi|v))$') END;
    front_given text[];
    front_family text[];
BEGIN
    p_first := CASE WHEN given IS NULL THEN p_first ELSE given[1] || coalesce(given[3], '') END;
    p_last := CASE WHEN family IS NULL THEN p_last ELSE family[1] || coalesce(family[3], '') END;
    front_given := regexp_match(p_first, '^(ifjabb|idosb|ifj|id) (.+)$');
    front_family := regexp_match(p_last, '^(ifjabb|idosb|ifj|id) (.+)$');
    p_first := coalesce(front_given[2], p_first);
    p_last := coalesce(front_family[2], p_last);
    generation := henk.generations() ->> coalesce(family[2], family[4], given[2], front_family[1], front_given[1]);
END
$$;

-- The first word behind the first of folded given names that is a name or an initial.
CREATE OR REPLACE FUNCTION henk.middle_name(p_first text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN strpos(p_first, ' ') > 0 THEN substring(p_first FROM '^[^ ]+ (?:(?:de|del|dela|della|da|do|dos|das|di|du|la|las|le|los|van|von|der|den|y|e|and|und|et) )*([^ 0-9]+)(?: |$)') END;

-- A family name with the generation that a custom field of suffixes names behind it, unless it has one.
CREATE OR REPLACE FUNCTION henk.with_generation(p_last text, p_custom jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found text;
BEGIN
    IF p_last IS NULL OR p_custom IS NULL OR p_custom::text !~ '[Ss][Uu][Ff]|[Gg][Ee][Nn][Ee][Rr]|[Zz][Uu][Ss][Aa]|[Aa][Cc][Hh][Tt][Ee][Rr]' THEN
        RETURN p_last;
    END IF;
    IF (henk.divide_name(NULL, henk.folded(p_last))).generation IS NOT NULL THEN
        RETURN p_last;
    END IF;
    SELECT henk.folded(w.word) INTO found FROM jsonb_each_text(p_custom) f
    CROSS JOIN LATERAL (SELECT f.value AS word, 0 AS place UNION ALL
        SELECT s.word, s.place FROM regexp_split_to_table(f.value, '[,;/]|\s') WITH ORDINALITY s (word, place)) w
    WHERE regexp_replace(henk.folded(f.key), '[^a-z0-9]', '', 'g') = ANY ('{achtervoegsel,cnbiosuffix1,constituentsuffix,contactsuffix,donorsuffix,generation,generationalsuffix,generationqualifier,generationsuffix,generationszusatz,namenszusatz,namesuffix,personalsuffix,primarysuffix,suffix,suffix1,suffixe,suffixname,sufijo,sufixo}') AND henk.generations() ? henk.folded(w.word)
    ORDER BY f.key COLLATE "C", w.place LIMIT 1;
    RETURN p_last || coalesce(' ' || found, '');
END
$$;

ALTER TYPE henk.compared_name ADD ATTRIBUTE generation text, ADD ATTRIBUTE middle text, ADD ATTRIBUTE gender text;

-- The names of a person as imports compare them.
CREATE OR REPLACE FUNCTION henk.compared_name(p_first_name text, p_last_name text, p_birth_date text) RETURNS henk.compared_name
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
    name henk.compared_name;
    divided record := henk.divide_name(henk.folded(p_first_name), henk.folded(p_last_name));
BEGIN
    name.first := henk.first_name_key(divided.p_first);
    name.last := replace(divided.p_last, ' ', '');
    name.last_words := string_to_array(divided.p_last, ' ');
    name.formals := ARRAY[name.first] || coalesce((SELECT g.formal_names FROM henk.given_names g WHERE g.nickname = name.first), '{}');
    name.birth := nullif(regexp_replace(p_birth_date, '[^0-9]', '', 'g'), '');
    name.generation := divided.generation;
    name.middle := henk.middle_name(divided.p_first);
    name.gender := henk.genders() ->> name.first;
    RETURN name;
END
$$;

-- Whether names (and birth dates) leave a key its proof: henk_pipeline.leads.match.agrees. p_kind: 0 a source id, 1 an e-mail address, 2 a telephone.
CREATE OR REPLACE FUNCTION henk.names_agree(p_kind integer, p_one henk.compared_name, p_other henk.compared_name) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT coalesce((p_one).generation = (p_other).generation, true) AND CASE p_kind WHEN 0 THEN n.first_agrees OR n.last_agrees
        WHEN 1 THEN n.first_agrees AND n.rest_agrees ELSE n.first_agrees AND n.last_agrees AND n.rest_agrees END
    FROM (SELECT
        e.exchanged OR coalesce((p_one).formals && (p_other).formals OR starts_with((p_one).first, (p_other).first)
            OR starts_with((p_other).first, (p_one).first), true) AND NOT henk.numbers_contradict((p_one).first, (p_other).first)
            AND coalesce((p_one).gender = (p_other).gender, true) AS first_agrees,
        (e.exchanged OR coalesce((p_one).last = (p_other).last OR (p_one).last_words && (p_other).last_words, true))
            AND NOT henk.numbers_contradict((p_one).last, (p_other).last) AS last_agrees,
        coalesce((p_one).birth = (p_other).birth, true)
            AND (coalesce(starts_with((p_one).middle, (p_other).middle) OR starts_with((p_other).middle, (p_one).middle), true)
                OR coalesce((p_one).birth = (p_other).birth, false))
            AND NOT henk.numbers_contradict(concat((p_one).first, (p_one).last), concat((p_other).first, (p_other).last)) AS rest_agrees
        FROM (SELECT coalesce((p_one).first = (p_other).last AND (p_one).last = (p_other).first, false) AS exchanged) e) n
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
            THEN ' ' || concat_ws(' ', henk.folded(p.first_name), henk.folded(p.last_name)) ELSE '' END),
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
        henk.compared_name(p.first_name, henk.with_generation(p.last_name, p.custom_fields), p.custom_fields ->> 'birth_date') AS name
    FROM (SELECT k.*, count(*) OVER (PARTITION BY k.kind, k.key) AS rows FROM pg_temp.henk_keys k) t
    JOIN pg_temp.henk_people p ON p.place = t.place WHERE t.rows > 1;
    PERFORM henk.divide_keys();
    DELETE FROM pg_temp.henk_shared WHERE node IS NULL;
    ANALYZE pg_temp.henk_shared (place, node);
    LOOP
        -- Each row takes the smallest number of those it shares a key with, and then that one's: a chain of n rows takes about log n rounds.
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
    DROP TABLE pg_temp.henk_shared;
END
$$;

-- `node` of each row of a shared key: the names of a key that may be one person have one (henk_pipeline.leads.match). Where more than four names
-- share an address or a telephone, only equal names are one person; a row that is nobody's of them has none.
CREATE OR REPLACE FUNCTION henk.divide_keys() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    CREATE TEMP TABLE henk_names ON COMMIT DROP AS
    SELECT row_number() OVER (ORDER BY d.block, d.name) AS id, d.block, d.kind, d.name, NULL::bigint AS node, true AS leads, false AS is_crowded,
        count(*) OVER (PARTITION BY d.block) AS names
    FROM (SELECT DISTINCT s.block, s.kind, s.name FROM pg_temp.henk_shared s) d;
    CREATE INDEX ON henk_names (block);
    ANALYZE pg_temp.henk_names (id, block, names);
    UPDATE pg_temp.henk_names n SET node = n.id, is_crowded = b.firsts > CASE n.kind WHEN 0 THEN 50 ELSE 4 END,
        leads = coalesce(length((n.name).first) > 1, false) OR NOT b.has_whole
    FROM (SELECT block, count(DISTINCT ((name).first, (name).last)) FILTER (WHERE (name).first IS NOT NULL) AS firsts,
        bool_or(coalesce(length((name).first) > 1, false)) AS has_whole FROM pg_temp.henk_names GROUP BY block) b
    WHERE b.block = n.block AND n.names > 1;
    UPDATE pg_temp.henk_names SET node = id WHERE node IS NULL;
    UPDATE pg_temp.henk_names SET node = NULL WHERE is_crowded;
    UPDATE pg_temp.henk_names n SET node = o.node
    FROM (SELECT block, (name).first AS first, (name).last AS last, coalesce((name).generation, '') AS generation, coalesce((name).middle, '') AS middle,
        coalesce((name).birth, '') AS birth, min(id) AS node FROM pg_temp.henk_names WHERE is_crowded GROUP BY 1, 2, 3, 4, 5, 6) o
    WHERE n.is_crowded AND o.block = n.block AND o.first = (n.name).first AND o.last = (n.name).last
        AND o.generation = coalesce((n.name).generation, '') AND o.middle = coalesce((n.name).middle, '') AND o.birth = coalesce((n.name).birth, '');

    CREATE TEMP TABLE henk_name_pairs ON COMMIT DROP AS
    SELECT a.id, b.id AS other, a.leads AND b.leads AS leading, henk.names_agree(a.kind, a.name, b.name) AS agree
    FROM pg_temp.henk_names a JOIN pg_temp.henk_names b ON b.block = a.block AND b.id <> a.id
    WHERE a.names > 1 AND NOT a.is_crowded;
    ANALYZE pg_temp.henk_name_pairs (id, other);
    LOOP
        UPDATE pg_temp.henk_names n SET node = t.node
        FROM (SELECT p.id, min(o.node) AS node FROM pg_temp.henk_name_pairs p JOIN pg_temp.henk_names o ON o.id = p.other
            WHERE p.agree AND p.leading GROUP BY p.id) t
        WHERE t.id = n.id AND t.node < n.node;
        EXIT WHEN NOT FOUND;
    END LOOP;
    -- Where two of a node contradict each other by way of a third, only equal first names, generations and middle names are one.
    UPDATE pg_temp.henk_names n SET node = (SELECT min(o.id) FROM pg_temp.henk_names o WHERE o.block = n.block AND o.node = n.node AND o.leads
        AND coalesce((o.name).first, '') = coalesce((n.name).first, '') AND coalesce((o.name).birth, '') = coalesce((n.name).birth, '')
        AND coalesce((o.name).generation, '') = coalesce((n.name).generation, '') AND coalesce((o.name).middle, '') = coalesce((n.name).middle, ''))
    WHERE n.leads AND n.node IN (SELECT a.node FROM pg_temp.henk_name_pairs p JOIN pg_temp.henk_names a ON a.id = p.id
        JOIN pg_temp.henk_names b ON b.id = p.other WHERE p.leading AND NOT p.agree AND a.node = b.node);
    -- An initial or no name belongs to the one person of the key whom it fits.
    UPDATE pg_temp.henk_names n SET node = f.node
    FROM (SELECT p.id, min(o.node) AS node FROM pg_temp.henk_name_pairs p JOIN pg_temp.henk_names o ON o.id = p.other AND o.leads
        WHERE p.agree GROUP BY p.id HAVING count(DISTINCT o.node) = 1) f
    WHERE f.id = n.id AND NOT n.leads;
    UPDATE pg_temp.henk_shared s SET node = n.node FROM pg_temp.henk_names n
    WHERE n.block = s.block AND n.name = s.name;  -- record equality: nulls of the same field are equal, and rows can be hashed
    DROP TABLE pg_temp.henk_names, pg_temp.henk_name_pairs;
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
    ), lead_names AS MATERIALIZED ( -- a name is read once, however many pairs it is in
        SELECT l.id, l.created_at, henk.compared_name(l.first_name, henk.with_generation(l.last_name, l.custom_fields), l.custom_fields ->> 'birth_date') AS name,
            henk.is_role_mailbox(l.email) AS is_role
        FROM public.leads l WHERE l.id IN (SELECT o.id FROM of_persons o)
    ), person_names AS MATERIALIZED (
        SELECT p.person, henk.compared_name(p.first_name, henk.with_generation(p.last_name, p.custom_fields), p.custom_fields ->> 'birth_date') AS name
        FROM pg_temp.henk_people p WHERE p.place = p.person AND p.person IN (SELECT o.person FROM of_persons o)
    ), pairs AS MATERIALIZED (
        SELECT o.person, o.kind, o.id, l.created_at, l.name, f.name AS person_name, o.kind = 1 AND l.is_role AS is_role
        FROM of_persons o JOIN lead_names l ON l.id = o.id JOIN person_names f ON f.person = o.person
    ), counted AS (
        SELECT p.person, p.kind, count(DISTINCT ((p.name).first, (p.name).last)) FILTER (WHERE (p.name).first IS NOT NULL) AS names,
            count(DISTINCT (p.name).generation) AS generations
        FROM pairs p GROUP BY p.person, p.kind
    ), chosen AS (
        SELECT DISTINCT ON (p.person) p.person, p.kind, p.id, p.person_name
        FROM pairs p JOIN counted c ON c.person = p.person AND c.kind = p.kind
        WHERE henk.names_agree(p.kind, p.name, p.person_name)
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
        SELECT c.*, first_value(c.person_name) OVER (PARTITION BY c.id ORDER BY c.kind, c.person) AS surest_name FROM chosen c
    ), one_lead AS (
        -- Two persons of the array may turn out to be one lead.
        SELECT s.person, s.id, min(s.person) OVER (PARTITION BY s.id) AS first_person FROM surest s
        WHERE henk.names_agree(s.kind, s.person_name, s.surest_name)
    )
    UPDATE pg_temp.henk_people p SET lead_id = o.id, known = true, person = o.first_person FROM one_lead o WHERE o.person = p.person;
END
$$;

-- Nicknames and spellings that imports have come to know since 0032.
INSERT INTO henk.given_names (nickname, formal_names) VALUES
('allan', '{alan,allen}'),
('allen', '{alan,allan}'),
('bert', '{albert,bertha,bertram,delbert,gilbert,herbert,hubert,norbert}'),
('brina', '{sabrina}'),
('catharine', '{catherine,katherine}'),
('catherine', '{cathy,katherine}'),
('cathleen', '{cathy,kathleen}'),
('chelle', '{michelle}'),
('debra', '{debbie,deborah}'),
('dolph', '{rudolph}'),
('erik', '{eric}'),
('etta', '{henrietta,loretta}'),
('fred', '{alfred,ferdinand,frederick,frieda,wilfred}'),
('frederic', '{frederick}'),
('fredrick', '{frederick}'),
('isobel', '{isabel}'),
('jeffrey', '{geoffrey}'),
('karl', '{carl}'),
('katharine', '{katherine}'),
('kathryn', '{catherine,katherine}'),
('kristine', '{christine}'),
('kristopher', '{christopher}'),
('laurence', '{larry,lawrence}'),
('lena', '{helena,magdalena}'),
('lina', '{angelina,paulina}'),
('linda', '{belinda}'),
('manda', '{amanda}'),
('mark', '{marc,marcus}'),
('mona', '{ramona}'),
('nick', '{dominick,nicholas,nicodemus,nicolas,nikolas}'),
('nicolas', '{nicholas}'),
('nora', '{eleanor,honora,leonora}'),
('phillip', '{philip}'),
('rena', '{serena}'),
('retta', '{loretta}'),
('rissa', '{marissa}'),
('sandra', '{alexandra,cassandra,sandy}'),
('shaun', '{sean,shawn}'),
('shawn', '{sean,shaun}'),
('stella', '{estella}'),
('steven', '{stephen}'),
('teresa', '{tess,tessa,theresa}'),
('tisha', '{latisha}')
ON CONFLICT (nickname) DO UPDATE SET formal_names = excluded.formal_names;

REVOKE EXECUTE ON FUNCTION henk.generations(), henk.genders(), henk.divide_name(text, text), henk.middle_name(text),
henk.with_generation(text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.generations(), henk.genders(), henk.divide_name(text, text), henk.middle_name(text),
henk.with_generation(text, jsonb) TO service_role;

-- migrate:down
-- Forward only.
