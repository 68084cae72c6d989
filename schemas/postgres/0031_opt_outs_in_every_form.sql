-- migrate:up
-- Opt-outs hold in every written form of a contact, in every country a number may be read in, and for every contact of an erased person.
-- Decision record: docs/decisions/0019-opt-outs-are-state.md.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '60min';
SET LOCAL search_path = 'public';

-- Written forms ------------------------------------------------------------------------------------------------------------------

-- Calling codes: the trunk prefix that is dialled before a national number, the possible lengths of a national number (libphonenumber 9.0.43),
-- and whether a national number may begin with 0.
CREATE TABLE henk.calling_codes (
    calling_code text PRIMARY KEY,
    trunk_prefix text,
    lengths bigint[] NOT NULL,
    may_begin_with_zero boolean NOT NULL
);
COMMENT ON TABLE henk.calling_codes IS 'Calling codes with their trunk prefix and the possible lengths of their national numbers.';
GRANT SELECT ON henk.calling_codes TO service_role;
INSERT INTO henk.calling_codes (calling_code, trunk_prefix, lengths, may_begin_with_zero)
VALUES
('1', '1', '{10}', false), ('20', '0', '{8,9,10}', false), ('211', '0', '{9}', false), ('212', '0', '{9}', false), ('213', '0', '{8,9}', false),
('216', NULL, '{8}', false), ('218', '0', '{9}', false), ('220', NULL, '{7,9}', false), ('221', NULL, '{9}', false), ('222', NULL, '{8}', false),
('223', NULL, '{8}', false), ('224', NULL, '{8,9}', false), ('225', NULL, '{10}', true), ('226', NULL, '{8}', true), ('227', NULL, '{8}', true),
('228', NULL, '{8}', false), ('229', NULL, '{10}', true), ('230', NULL, '{7,8,10}', false), ('231', '0', '{7,8,9}', false),
('232', '0', '{8}', false), ('233', '0', '{8,9}', false), ('234', '0', '{10,11,12,13,14}', false), ('235', NULL, '{8}', false),
('236', NULL, '{8}', false), ('237', NULL, '{8,9}', false), ('238', NULL, '{7}', false), ('239', NULL, '{7}', false), ('240', NULL, '{9}', false),
('241', NULL, '{7,8}', true), ('242', NULL, '{9}', true), ('243', '0', '{7,8,9,10}', false), ('244', NULL, '{9}', false),
('245', NULL, '{7,9}', false), ('246', NULL, '{7}', false), ('247', NULL, '{5,6}', true), ('248', NULL, '{7}', false), ('249', '0', '{9}', false),
('250', '0', '{8,9}', true), ('251', '0', '{9}', false), ('252', '0', '{6,7,8,9}', false), ('253', NULL, '{8}', false),
('254', '0', '{7,8,9,10}', false), ('255', '0', '{9}', false), ('256', '0', '{9}', false), ('257', NULL, '{8}', false),
('258', NULL, '{8,9}', false), ('260', '0', '{9}', false), ('261', '0', '{9}', false), ('262', '0', '{9}', false),
('263', '0', '{7,9,10}', false), ('264', '0', '{8,9}', false), ('265', '0', '{7,9}', false), ('266', NULL, '{8}', false),
('267', NULL, '{7,8,10}', true), ('268', NULL, '{8,9}', true), ('269', NULL, '{7}', false), ('27', '0', '{5,6,7,8,9,10}', false),
('290', NULL, '{4,5}', false), ('291', '0', '{7}', false), ('297', NULL, '{7}', false), ('298', NULL, '{6}', false), ('299', NULL, '{6}', false),
('30', NULL, '{10,11,12}', false), ('31', '0', '{5,6,7,8,9,10,11}', false), ('32', '0', '{8,9}', false), ('33', '0', '{9}', false),
('34', NULL, '{9}', false), ('350', NULL, '{8}', false), ('351', NULL, '{9}', false), ('352', NULL, '{4,5,6,7,8,9,10,11}', false),
('353', '0', '{7,8,9,10}', false), ('354', NULL, '{7,9}', false), ('355', '0', '{6,7,8,9}', false), ('356', NULL, '{8}', false),
('357', NULL, '{8}', false), ('358', '0', '{5,6,7,8,9,10,11,12}', false), ('359', '0', '{6,7,8,9,12}', false), ('36', '06', '{8,9}', false),
('370', '0', '{8}', false), ('371', NULL, '{8}', false), ('372', NULL, '{7,8,10}', false), ('373', '0', '{8}', false), ('374', '0', '{8}', false),
('375', '8', '{6,7,8,9,10,11}', false), ('376', NULL, '{6,8,9}', false), ('377', '0', '{8,9}', false), ('378', NULL, '{8,10}', true),
('380', '0', '{9,10}', false), ('381', '0', '{6,7,8,9,10,11,12}', false), ('382', '0', '{8,9}', false), ('383', '0', '{8,9,10,11,12}', false),
('385', '0', '{7,8,9}', false), ('386', '0', '{5,6,7,8}', false), ('387', '0', '{8,9}', false), ('389', '0', '{8}', false),
('39', NULL, '{6,7,8,9,10,11,12}', true), ('40', '0', '{6,9}', false), ('41', '0', '{9,12}', false), ('420', NULL, '{9,10,11,12}', false),
('421', '0', '{6,7,9}', false), ('423', '0', '{7,9}', false), ('43', '0', '{4,5,6,7,8,9,10,11,12,13}', false), ('44', '0', '{7,9,10}', false),
('45', NULL, '{8}', false), ('46', '0', '{6,7,8,9,10,12}', false), ('47', NULL, '{5,8}', true), ('48', NULL, '{6,7,8,9,10}', false),
('49', '0', '{4,5,6,7,8,9,10,11,12,13,14,15}', false), ('500', NULL, '{5}', false), ('501', NULL, '{7,11}', true), ('502', NULL, '{8,11}', false),
('503', NULL, '{7,8,11}', false), ('504', NULL, '{8,11}', false), ('505', NULL, '{8}', false), ('506', NULL, '{8,10}', false),
('507', NULL, '{7,8,10,11}', false), ('508', '0', '{6,9}', false), ('509', NULL, '{8}', false), ('51', '0', '{8,9}', false),
('52', NULL, '{10}', false), ('53', '0', '{6,7,8,10}', false), ('54', '0', '{10,11}', false), ('55', '0', '{8,9,10,11}', false),
('56', NULL, '{9,10,11}', false), ('57', '0', '{8,10,11}', false), ('58', '0', '{10}', false), ('590', '0', '{9}', false),
('591', '0', '{8,9}', false), ('592', NULL, '{7}', false), ('593', '0', '{8,9,10,11}', false), ('594', '0', '{9}', false),
('595', '0', '{6,7,8,9,10,11}', false), ('596', '0', '{9}', false), ('597', NULL, '{6,7}', false),
('598', '0', '{4,5,6,7,8,9,10,11,12,13}', true), ('599', NULL, '{7,8}', false), ('60', '0', '{8,9,10}', false),
('61', '0', '{5,6,7,8,9,10,12}', false), ('62', '0', '{7,8,9,10,11,12,13,14,15,16,17}', true), ('63', '0', '{6,8,9,10,11,12,13}', false),
('64', '0', '{5,6,7,8,9,10}', false), ('65', NULL, '{8,10,11}', false), ('66', '0', '{8,9,10,13}', false), ('670', NULL, '{7,8}', false),
('672', NULL, '{6}', false), ('673', NULL, '{7}', false), ('674', NULL, '{7}', false), ('675', NULL, '{7,8}', false),
('676', NULL, '{5,7}', true), ('677', NULL, '{5,7}', false), ('678', NULL, '{5,7}', false), ('679', NULL, '{7,11}', true),
('680', NULL, '{7}', false), ('681', NULL, '{6,9}', false), ('682', NULL, '{5}', false), ('683', NULL, '{4,7}', false),
('685', NULL, '{5,6,7,10}', false), ('686', '0', '{5,8}', false), ('687', NULL, '{6}', true), ('688', NULL, '{5,6,7}', false),
('689', NULL, '{6,8,9}', false), ('690', NULL, '{4,5,6,7}', false), ('691', NULL, '{7}', false), ('692', '1', '{7}', false),
('7', '8', '{10,14}', false), ('81', '0', '{8,9,10,11,12,13,14,15,16,17}', true), ('82', '0', '{5,6,8,9,10,11,12,13,14}', true),
('84', '0', '{7,8,9,10}', false), ('850', '0', '{8,10}', false), ('852', NULL, '{5,6,7,8,9,11}', false), ('853', NULL, '{7,8}', true),
('855', '0', '{8,9,10}', false), ('856', '0', '{8,9,10}', false), ('86', '0', '{7,8,9,10,11,12}', false), ('880', '0', '{6,7,8,9,10}', false),
('886', '0', '{7,8,9,10,11}', false), ('90', '0', '{7,10,12,13}', false), ('91', '0', '{8,9,10,11,12,13}', false),
('92', '0', '{8,9,10,11,12}', false), ('93', '0', '{9}', false), ('94', '0', '{9}', false), ('95', '0', '{6,7,8,9,10}', false),
('960', NULL, '{7,10}', false), ('961', '0', '{7,8}', false), ('962', '0', '{8,9}', false), ('963', '0', '{8,9}', false),
('964', '0', '{8,9,10}', false), ('965', NULL, '{7,8}', false), ('966', '0', '{9,10}', false), ('967', '0', '{7,8,9}', false),
('968', NULL, '{7,8,9}', false), ('970', '0', '{8,9,10}', false), ('971', '0', '{5,6,7,8,9,10,11,12}', false),
('972', '0', '{7,8,9,10,11,12}', false), ('973', NULL, '{8}', false), ('974', NULL, '{7,8,9,11}', true), ('975', NULL, '{7,8}', false),
('976', '0', '{8,9,10}', false), ('977', '0', '{8,10,11}', false), ('98', '0', '{4,5,6,7,10}', false), ('992', NULL, '{9}', true),
('993', '8', '{8}', false), ('994', '0', '{9}', false), ('995', '0', '{9}', false), ('996', '0', '{9,10}', false), ('998', NULL, '{9}', false);
-- Without characters that cannot be seen, with compatibility forms (full-width letters and digits) as ASCII, and the digits of every script as 0–9.
CREATE FUNCTION henk.plain_text(p_text text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN p_text ~ '[^ -~]' THEN translate(
    regexp_replace(
        translate(
            normalize(p_text, nfkc),
            U&'\0660\0661\0662\0663\0664\0665\0666\0667\0668\0669\06F0\06F1\06F2\06F3\06F4\06F5\06F6\06F7\06F8\06F9'
            '\0966\0967\0968\0969\096A\096B\096C\096D\096E\096F\09E6\09E7\09E8\09E9\09EA\09EB\09EC\09ED\09EE\09EF'
            '\0E50\0E51\0E52\0E53\0E54\0E55\0E56\0E57\0E58\0E59\17E0\17E1\17E2\17E3\17E4\17E5\17E6\17E7\17E8\17E9',
            '012345678901234567890123456789012345678901234567890123456789'
        ),
        U&'[\00AD\061C\180E\200B-\200F\202A-\202E\2060-\2064\2066-\2069\FEFF]', '', 'g'
    ),
    U&'\2010\2011\2012\2013\2014\2015\2212\00A0\2018\2019\201C\201D', '------- ''''""'
) ELSE p_text END;
COMMENT ON FUNCTION henk.plain_text(text) IS 'A text without invisible characters, full-width forms as ASCII, digits of every script as 0–9.';

-- What 0007 asks of every row without a call, stricter: no quotes, brackets, labels or invisible characters around an address.
CREATE OR REPLACE FUNCTION henk.is_plain_email(p_email text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(
    p_email ~ (
        '^[^[:upper:]\s<>,;:"()''@\u0080-\u00BF\u2000-\u206F\uFEFF][^[:upper:]\s<>,;:"()@\u0080-\u00BF\u2000-\u206F\uFEFF]*@'
        '([^[:upper:]\s<>,;:"()''/@\u0080-\u00BF\u2000-\u206F\uFEFF]*[^[:upper:]\s<>,;:"()''/@.\u0080-\u00BF\u2000-\u206F\uFEFF])$'
    ),
    true
);

-- Every address in a text, in lower case, each once.
CREATE FUNCTION henk.addresses_in(p_text text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN array(
    SELECT DISTINCT btrim(m[1], '.''/?=&+-*') || '@' || btrim(m[2], '.-')
    FROM regexp_matches(lower(henk.plain_text(p_text)), '([^\s<>()\[\],;:"@]+)@([^\s<>()\[\],;:"''@/?&=|]+)', 'g') AS m
);
COMMENT ON FUNCTION henk.addresses_in(text) IS 'Every e-mail address in a text, in lower case, without what is written around it.';

-- A text with one address is that address, whatever is written around it; any other as 0007 has it. Never null for a filled text.
CREATE OR REPLACE FUNCTION henk.normalise_email(p_email text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
    WHEN cardinality(henk.addresses_in(p_email)) = 1 THEN (henk.addresses_in(p_email))[1]
    ELSE btrim(regexp_replace(regexp_replace(lower(btrim(henk.plain_text(p_email), E' \t\r\n')), '^(mailto:)?(.*<)?', ''), '>?[,;.]?$', ''))
END;

-- Fingerprints under which an address is kept: of the address and of its mailbox (henk.email_key); of a text with several addresses of each.
CREATE FUNCTION henk.address_prints(p_business_id uuid, p_email text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN p_email IS NULL THEN '{}'
    WHEN henk.is_plain_email(p_email) AND p_email !~ '[+].*@|@g(oogle)?mail[.]com$' THEN ARRAY[henk.fingerprint(p_business_id, p_email)]
    ELSE array(
        SELECT henk.fingerprint(p_business_id, p_email)
        UNION
        SELECT henk.fingerprint(p_business_id, a.address) FROM unnest(henk.addresses_in(p_email)) AS a (address)
        UNION
        SELECT henk.fingerprint(p_business_id, henk.email_key(a.address)) FROM unnest(henk.addresses_in(p_email)) AS a (address)
    )
END;
COMMENT ON FUNCTION henk.address_prints(uuid, text) IS 'The fingerprints of an address, of its mailbox, and of every address in the text.';

-- E.164 that needs no reading: no trunk prefix stands after the calling code ("+440…", "+11…", "+78…" with a digit too many).
CREATE FUNCTION henk.is_final_phone(p_phone text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(
    p_phone ~ '^\+[1-9]\d{6,14}$' -- two expressions: a lookahead costs four times as much
    AND p_phone !~ (
        '^\+(1[01]|7\d{11}$|3606|521\d{10}$|(7|2[07]|3[0-46]|4[013-689]|5[1-8]|6[013-6]|84|86|9[0-58]|2(1\d|2[0-13-8]|3\d|4[03-689]|5\d|6[0-79]|9\d)'
        '|3(5\d|7[0-79]|8\d)|42\d|5[09]\d|6[789]\d|8[05678]\d|9[679]\d)0)'
    ),
    true
);
COMMENT ON FUNCTION henk.is_final_phone(text) IS 'Whether a phone is E.164 without a trunk prefix after the calling code, or null.';

-- The pieces of a text that may each be a phone number: seven digits or more, with at most three separators between two of them.
CREATE FUNCTION henk.numbers_in(p_phone text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN array(
    SELECT m[1] FROM regexp_matches(henk.plain_text(left(p_phone, 1000)), '((?:\+[ ]?)?\(?[0-9](?:[ ().-]{0,3}[0-9]){6,})', 'g') AS m
);
COMMENT ON FUNCTION henk.numbers_in(text) IS 'The pieces of a text that may each be a phone number, as written.';

-- The last seven digits of each number in two texts, by which unread numbers are found from a suppression.
CREATE FUNCTION henk.phone_tails(p_phone text, p_mobile_phone text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array(
    SELECT DISTINCT right(regexp_replace(n.number, '[^0-9]', '', 'g'), 7)
    FROM
        unnest(
            henk.numbers_in(coalesce(p_phone, '')) || henk.numbers_in(coalesce(p_mobile_phone, ''))
            || ARRAY[coalesce(henk.call_key(p_phone), ''), coalesce(henk.call_key(p_mobile_phone), '')]
        ) AS n (number)
    WHERE n.number <> ''
);
COMMENT ON FUNCTION henk.phone_tails(text, text) IS 'The last seven digits of each number in two texts.';

-- A number in E.164 as henk.normalise_phone reads it. Digits that are too few or too many for the region are not asked about: normalise_phone tries
-- every region of a calling code, for the United States eight milliseconds (measured with PostgreSQL 18).
CREATE FUNCTION henk.read_phone(p_phone text, p_region text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    written text := henk.plain_text(p_phone);
    amount integer;
BEGIN
    IF written ~ '^[0-9 ().-]*$' THEN
        amount := length(translate(written, ' ().-', ''));
        PERFORM FROM henk.phone_regions r JOIN henk.calling_codes c ON c.calling_code = r.calling_code
        WHERE r.region = upper(p_region) AND (r.national_transform IS NOT NULL OR (written ~ '^[ (]*0' AND amount > 8)
            OR amount = ANY (c.lengths) OR amount - length(c.trunk_prefix) = ANY (c.lengths) OR amount - length(c.calling_code) = ANY (c.lengths)
            OR amount - length(c.calling_code || c.trunk_prefix) = ANY (c.lengths));
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
    END IF;
    RETURN henk.normalise_phone(written, p_region);
END
$$;
COMMENT ON FUNCTION henk.read_phone(text, text) IS 'A written number in E.164 by the rules of a region, null where it cannot be read.';

-- Keys under which an opt-out of a written number is kept: E.164 where the region's rules read it, else its digits. A text with several numbers has
-- several keys; a text that is no number has none.
CREATE FUNCTION henk.phone_keys(p_phone text, p_region text) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    keys text[] := '{}';
    pieces text[];
    parts text[];
    piece text;
    number text;
    is_read boolean;
BEGIN
    IF p_phone IS NULL THEN
        RETURN keys;
    ELSIF henk.is_final_phone(p_phone) THEN
        RETURN ARRAY[p_phone];
    END IF;
    number := henk.read_phone(p_phone, p_region);
    IF number IS NOT NULL THEN
        RETURN ARRAY[number];
    END IF;
    pieces := henk.numbers_in(p_phone);
    FOREACH piece IN ARRAY pieces LOOP
        parts := (string_to_array(btrim(piece), ' '))[1:8];
        number := CASE WHEN piece <> btrim(p_phone) THEN henk.read_phone(piece, p_region) END;
        is_read := number IS NOT NULL;
        IF is_read THEN
            keys := keys || number;
        ELSIF cardinality(parts) > 1 THEN
            -- Several numbers with nothing but blanks between them, or a digit that belongs to a word ("after 5 212-555-0101").
            FOR first_part IN 1..cardinality(parts) LOOP
                FOR last_part IN first_part..cardinality(parts) LOOP
                    CONTINUE WHEN last_part - first_part = cardinality(parts) - 1;
                    number := henk.read_phone(array_to_string(parts[first_part:last_part], ' '), p_region);
                    IF number IS NOT NULL THEN
                        keys := keys || number;
                        is_read := true;
                    END IF;
                END LOOP;
            END LOOP;
        END IF;
        IF NOT is_read AND henk.call_key(piece) IS NOT NULL THEN
            keys := keys || henk.call_key(piece);
        END IF;
    END LOOP;
    IF keys = '{}' AND p_phone ~ '^[ (]*\+?[0-9]' AND p_phone ~* '^[0-9a-z ().+-]*$' AND p_phone ~* '[a-z]{3}' THEN
        -- Letters of a keypad: 1-800-FLOWERS.
        number := henk.read_phone(translate(upper(p_phone), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '22233344455566677778889999'), p_region);
        keys := CASE WHEN number IS NULL THEN keys ELSE ARRAY[number] END;
    END IF;
    IF keys = '{}' AND henk.call_key(p_phone) IS NOT NULL THEN
        keys := ARRAY[henk.call_key(p_phone)];
    END IF;
    RETURN ARRAY(SELECT DISTINCT k FROM unnest(keys) k);
END
$$;
COMMENT ON FUNCTION henk.phone_keys(text, text) IS
'The keys under which an opt-out of a written number is kept: E.164 where it can be read in the region, else digits; of several numbers several.';

-- Every number in E.164 that these digits may be, whatever the country: without and with calling code, trunk and international prefix.
CREATE FUNCTION henk.readings(p_digits text) RETURNS text[]
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    abroad text := regexp_replace(p_digits, '^(00|011|0011|810)', '');
BEGIN
    IF p_digits !~ '^[0-9]{7,17}$' THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(
        -- A national number, with or without its trunk prefix.
        SELECT '+' || c.calling_code || n.national
        FROM (VALUES (p_digits, NULL), (substr(p_digits, 2), left(p_digits, 1)), (substr(p_digits, 3), left(p_digits, 2))) n (national, trunk_prefix)
        JOIN henk.calling_codes c ON length(n.national) = ANY (c.lengths) AND (n.trunk_prefix IS NULL OR c.trunk_prefix = n.trunk_prefix)
        WHERE length(n.national) >= 7 AND (c.may_begin_with_zero OR n.national NOT LIKE '0%')
        UNION
        -- A number with its calling code, after the prefix that is dialled before one or after nothing.
        SELECT '+' || c.calling_code || n.national
        FROM unnest(ARRAY[1, 2, 3]) l (amount) JOIN henk.calling_codes c ON c.calling_code = left(abroad, l.amount)
        CROSS JOIN unnest(ARRAY[substr(abroad, l.amount + 1), regexp_replace(substr(abroad, l.amount + 1), '^' || coalesce(c.trunk_prefix, ''), '')]) n (national)
        WHERE length(n.national) >= 7 AND length(n.national) = ANY (c.lengths) AND (c.may_begin_with_zero OR n.national NOT LIKE '0%'));
END
$$;
COMMENT ON FUNCTION henk.readings(text) IS 'Every number in E.164 that digits without a country may be.';

-- The keys under which a lead's numbers may be suppressed: those of its own region, of the business's, and every reading of what stays digits.
CREATE FUNCTION henk.possible_keys(p_business_id uuid, p_country text, p_phone text, p_mobile_phone text) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    home text := (SELECT b.default_country FROM public.businesses b WHERE b.id = p_business_id);
    region text := henk.region_of(p_country, home);
BEGIN
    RETURN ARRAY(
        SELECT DISTINCT k.key FROM unnest(ARRAY[p_phone, p_mobile_phone]) w (written)
        CROSS JOIN LATERAL unnest(
            henk.phone_keys(w.written, region) || CASE WHEN region IS DISTINCT FROM home THEN henk.phone_keys(w.written, home) ELSE '{}' END
            || ARRAY[henk.call_key(w.written)]
            || ARRAY(SELECT r FROM unnest(henk.phone_keys(w.written, NULL) || henk.call_key(w.written)) d CROSS JOIN LATERAL unnest(henk.readings(d)) r)
        ) k (key)
        WHERE w.written IS NOT NULL AND k.key IS NOT NULL);
END
$$;
COMMENT ON FUNCTION henk.possible_keys(uuid, text, text, text) IS 'Every key under which numbers that cannot be read for certain may be suppressed.';

-- The keys that an opt-out of a lead suppresses.
CREATE FUNCTION henk.keys_of_lead(p_lead public.leads) RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE
        WHEN henk.is_final_phone((p_lead).phone) AND henk.is_final_phone((p_lead).mobile_phone)
            THEN array_remove(ARRAY[(p_lead).phone, (p_lead).mobile_phone], NULL)
        ELSE (
            SELECT henk.phone_keys((p_lead).phone, r.region) || henk.phone_keys((p_lead).mobile_phone, r.region)
            FROM henk.region_of((p_lead).country, (SELECT b.default_country FROM public.businesses b WHERE b.id = (p_lead).business_id)) r (region))
    END
$$;
COMMENT ON FUNCTION henk.keys_of_lead(public.leads) IS 'The keys that an opt-out of a lead suppresses.';

-- Numbers that are blocked beside suppressions. Suppressed digits that no rule could read, in every country they may be a number of: a number typed
-- without its country is not called in any. And numbers whose suppression a member took away while a lead that has them keeps its flag.
CREATE TABLE henk.blocked_numbers (
    business_id uuid NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
    number text NOT NULL,
    of_value text NOT NULL,
    PRIMARY KEY (business_id, number, of_value)
);
CREATE INDEX blocked_numbers_of_value ON henk.blocked_numbers (business_id, of_value);
COMMENT ON TABLE henk.blocked_numbers IS
'Numbers not to call: what suppressed digits may be in any country, and numbers of leads with a flag whose suppression was taken away.';
REVOKE ALL ON henk.blocked_numbers FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE, DELETE ON henk.blocked_numbers TO service_role;

-- Whether numbers that cannot be read for certain may be ones that must not be called.
CREATE FUNCTION henk.unread_is_blocked(p_business_id uuid, p_country text, p_phone text, p_mobile_phone text) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    keys text[] := henk.possible_keys(p_business_id, p_country, p_phone, p_mobile_phone);
BEGIN
    RETURN EXISTS (SELECT FROM public.suppressions s WHERE s.business_id = p_business_id AND s.channel = 'phone' AND s.value = ANY (keys))
        OR EXISTS (SELECT FROM henk.blocked_numbers r WHERE r.business_id = p_business_id AND r.number = ANY (keys))
        OR (EXISTS (SELECT FROM henk.erasures e WHERE e.business_id = p_business_id AND e.channel = 'phone') AND EXISTS (
            SELECT FROM henk.erasures e WHERE e.business_id = p_business_id AND e.channel = 'phone'
                AND e.fingerprint = ANY (ARRAY(SELECT henk.fingerprint(p_business_id, k) FROM unnest(keys) k))));
END
$$;
COMMENT ON FUNCTION henk.unread_is_blocked(
    uuid, text, text, text
) IS 'Whether one of two numbers that cannot be read for certain may be one not to call.';

-- THE rule, as in 0026, for every written form. The fingerprint of a plain address stands here: calling henk.address_prints costs ten times as much.
CREATE OR REPLACE VIEW henk.leads_not_to_call AS
SELECT
    l.id,
    l.business_id
FROM leads AS l
WHERE
    l.do_not_call OR l.dnc
    OR EXISTS (
        SELECT FROM suppressions AS s
        WHERE s.business_id = l.business_id AND s.channel = 'phone' AND s.value = henk.call_key(l.phone)
    )
    OR EXISTS (
        SELECT FROM suppressions AS s
        WHERE s.business_id = l.business_id AND s.channel = 'phone' AND s.value = henk.call_key(l.mobile_phone)
    )
    OR CASE
        WHEN NOT (henk.is_e164(l.phone) AND henk.is_e164(l.mobile_phone))
            THEN henk.unread_is_blocked(l.business_id, l.country, l.phone, l.mobile_phone)
    END
    OR CASE WHEN (SELECT exists(SELECT FROM henk.blocked_numbers)) THEN EXISTS (
        SELECT FROM henk.blocked_numbers AS r
        WHERE r.business_id = l.business_id AND r.number IN (l.phone, l.mobile_phone)
    ) END
    OR CASE WHEN (SELECT exists(SELECT FROM henk.no_calls)) AND l.email IS NOT NULL THEN EXISTS (
        SELECT FROM henk.no_calls AS n
        WHERE n.business_id = l.business_id AND n.address = any(
            CASE
                WHEN henk.is_plain_email(l.email) AND l.email !~ '[+].*@|@g(oogle)?mail[.]com$' THEN ARRAY[henk.fingerprint(l.business_id, l.email)]
                ELSE henk.address_prints(l.business_id, l.email)
            END
        )
    ) END
    OR CASE WHEN (SELECT exists(SELECT FROM henk.erasures)) THEN EXISTS (
        SELECT FROM henk.erasures AS e
        WHERE e.business_id = l.business_id AND e.channel = 'email' AND e.fingerprint = any(
            CASE
                WHEN henk.is_plain_email(l.email) AND l.email !~ '[+].*@|@g(oogle)?mail[.]com$' THEN ARRAY[henk.fingerprint(l.business_id, l.email)]
                ELSE henk.address_prints(l.business_id, l.email)
            END
        )
    ) OR EXISTS (
        SELECT FROM henk.erasures AS e
        WHERE e.business_id = l.business_id AND e.channel = 'phone' AND e.fingerprint = henk.fingerprint(l.business_id, l.phone)
    ) OR EXISTS (
        SELECT FROM henk.erasures AS e
        WHERE e.business_id = l.business_id AND e.channel = 'phone' AND e.fingerprint = henk.fingerprint(l.business_id, l.mobile_phone)
    ) END;

-- Contacts get their written form after every trigger of the installation, of an insert as of an update. Words of a refusal beside a number
-- ("DNC 212-555-0101") are an opt-out.
CREATE OR REPLACE FUNCTION henk.normalised(p_lead public.leads) RETURNS public.leads
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    region text := henk.region_of(p_lead.country, (SELECT b.default_country FROM public.businesses b WHERE b.id = p_lead.business_id));
BEGIN
    IF concat_ws(' ', p_lead.phone, p_lead.mobile_phone) ~* henk.refusing_words() THEN
        p_lead.do_not_call := true;
        p_lead.consent_unclear := NULL;
    END IF;
    p_lead.email := nullif(henk.normalise_email(p_lead.email), '');
    p_lead.phone := coalesce(henk.read_phone(p_lead.phone, region), nullif(btrim(p_lead.phone), ''));
    p_lead.mobile_phone := coalesce(henk.read_phone(p_lead.mobile_phone, region), nullif(btrim(p_lead.mobile_phone), ''));
    RETURN p_lead;
END
$$;
CREATE FUNCTION henk.refusing_words() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '(?<!not )(?<!no )\m(dnc|do[ _-]*not[ _-]*(call|contact|phone|ring|solicit)|don.?t[ _-]*(call|contact|phone)'
'|no[ _-]*(more[ _-]*)?(phone[ _-]*)?calls?'
'|never[ _-]*call|opt(ed)?[ _-]*out|deceased|passed away|nicht anrufen|keine anrufe|ne pas appeler|no llamar|niet bellen|n[aã]o ligar)\M';
COMMENT ON FUNCTION henk.refusing_words() IS 'Words, in a cell or beside a number, that refuse calls: a regular expression, compared without case.';

CREATE OR REPLACE TRIGGER zzz_normalise_inserted BEFORE INSERT ON leads FOR EACH ROW
WHEN (NOT (henk.is_plain_email(NEW.email) AND henk.is_final_phone(NEW.phone) AND henk.is_final_phone(NEW.mobile_phone)))
EXECUTE FUNCTION henk.normalise_lead();
CREATE OR REPLACE TRIGGER normalise_updated BEFORE UPDATE ON leads FOR EACH ROW
WHEN (
    (NEW.email IS DISTINCT FROM OLD.email OR NEW.phone IS DISTINCT FROM OLD.phone OR NEW.mobile_phone IS DISTINCT FROM OLD.mobile_phone)
    AND NOT (henk.is_plain_email(NEW.email) AND henk.is_final_phone(NEW.phone) AND henk.is_final_phone(NEW.mobile_phone))
)
EXECUTE FUNCTION henk.normalise_lead();
CREATE OR REPLACE TRIGGER normalise_written AFTER UPDATE ON leads FOR EACH ROW
WHEN (
    (NEW.email IS DISTINCT FROM OLD.email OR NEW.phone IS DISTINCT FROM OLD.phone OR NEW.mobile_phone IS DISTINCT FROM OLD.mobile_phone)
    AND NOT (henk.is_plain_email(NEW.email) AND henk.is_final_phone(NEW.phone) AND henk.is_final_phone(NEW.mobile_phone))
)
EXECUTE FUNCTION henk.normalise_written_lead();
CREATE TRIGGER normalise_written_insert AFTER INSERT ON leads FOR EACH ROW
WHEN (NOT (henk.is_plain_email(NEW.email) AND henk.is_final_phone(NEW.phone) AND henk.is_final_phone(NEW.mobile_phone)))
EXECUTE FUNCTION henk.normalise_written_lead();

-- Suppressions: a text with several numbers suppresses each; digits that cannot be read, every number they may be.
CREATE OR REPLACE FUNCTION henk.normalise_suppression() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    region text;
    keys text[];
BEGIN
    IF NEW.channel <> 'phone' THEN
        NEW.value := henk.normalise_email(NEW.value);
        RETURN NEW;
    END IF;
    SELECT default_country INTO region FROM public.businesses WHERE id = NEW.business_id;
    keys := henk.phone_keys(NEW.value, region);
    NEW.value := coalesce(keys[1], btrim(NEW.value));
    IF cardinality(keys) > 1 AND TG_OP = 'INSERT' THEN
        INSERT INTO public.suppressions (business_id, channel, value, reason, source)
        SELECT NEW.business_id, 'phone', k, NEW.reason, NEW.source FROM unnest(keys[2:]) k
        ON CONFLICT (business_id, channel, value) DO NOTHING;
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER zzz_normalise_value BEFORE INSERT OR UPDATE ON suppressions FOR EACH ROW
WHEN (NEW.value !~ '^sha256:' AND (NEW.channel <> 'phone' OR NOT henk.is_final_phone(NEW.value)))
EXECUTE FUNCTION henk.normalise_suppression();

-- As all BEFORE triggers have left it: a trigger of the installation whose name sorts last could write another form.
CREATE FUNCTION henk.refuse_unread_suppression() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    keys text[];
BEGIN
    IF NEW.channel = 'phone' THEN
        keys := henk.phone_keys(NEW.value, (SELECT b.default_country FROM public.businesses b WHERE b.id = NEW.business_id));
    ELSE
        keys := ARRAY[henk.normalise_email(NEW.value)];
    END IF;
    IF cardinality(keys) > 0 AND NEW.value <> ALL (keys) THEN
        RAISE EXCEPTION 'A trigger on suppressions writes a value in a form that no lead is compared with.'
            USING ERRCODE = 'check_violation', HINT = 'Change the trigger: write phone numbers as E.164 and e-mail addresses in lower case.';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION henk.refuse_unread_suppression() IS 'Trigger: refuse a suppression whose value a trigger has written in another form.';
CREATE TRIGGER refuse_unread AFTER INSERT OR UPDATE ON suppressions FOR EACH ROW
WHEN (
    NEW.value !~ '^(sha256:|[0-9]+$)'
    AND NOT CASE NEW.channel WHEN 'phone' THEN henk.is_final_phone(NEW.value) ELSE henk.is_plain_email(NEW.value) END
)
EXECUTE FUNCTION henk.refuse_unread_suppression();

CREATE FUNCTION henk.keep_readings() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM henk.blocked_numbers r WHERE r.business_id = OLD.business_id AND r.of_value = OLD.value;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.channel = 'phone' AND NEW.value ~ '^[0-9]+$' THEN
        INSERT INTO henk.blocked_numbers (business_id, number, of_value)
        SELECT NEW.business_id, r, NEW.value FROM unnest(henk.readings(NEW.value)) r ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION henk.keep_readings() IS 'Trigger: keep henk.blocked_numbers as suppressions of unread digits come and go.';
CREATE TRIGGER keep_readings_inserted AFTER INSERT ON suppressions FOR EACH ROW
WHEN (NEW.channel = 'phone' AND NEW.value ~ '^[0-9]+$') EXECUTE FUNCTION henk.keep_readings();
CREATE TRIGGER keep_readings_updated AFTER UPDATE ON suppressions FOR EACH ROW
WHEN (NEW.value <> OLD.value OR NEW.channel <> OLD.channel) EXECUTE FUNCTION henk.keep_readings();
CREATE TRIGGER keep_readings_deleted AFTER DELETE ON suppressions FOR EACH ROW
WHEN (OLD.channel = 'phone' AND OLD.value ~ '^[0-9]+$') EXECUTE FUNCTION henk.keep_readings();

-- Planned once in a session: with a table that was empty then, without this, each row of a file of suppressions would scan the table.
ALTER FUNCTION henk.note_restated() SET enable_seqscan = off;

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX leads_unread_phones ON leads USING gin (henk.phone_tails(phone, mobile_phone))
WHERE NOT (henk.is_e164(phone) AND henk.is_e164(mobile_phone));
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX IF EXISTS leads_unreadable_phone, leads_unreadable_mobile_phone;

CREATE OR REPLACE FUNCTION henk.end_calls_of_numbers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off -- without statistics, too
AS $$
DECLARE
    lead_ids uuid[];
    unread uuid[];
BEGIN
    SELECT array_agg(t.id) INTO lead_ids FROM (
        SELECT l.id FROM came s JOIN public.leads l ON l.business_id = s.business_id AND l.phone = s.value WHERE s.channel = 'phone'
        UNION
        SELECT l.id FROM came s JOIN public.leads l ON l.business_id = s.business_id AND l.mobile_phone = s.value WHERE s.channel = 'phone'
        UNION
        SELECT l.id FROM came s JOIN henk.blocked_numbers r ON r.business_id = s.business_id AND r.of_value = s.value
        JOIN public.leads l ON l.business_id = r.business_id AND l.phone = r.number WHERE s.channel = 'phone' AND s.value ~ '^[0-9]+$'
        UNION
        SELECT l.id FROM came s JOIN henk.blocked_numbers r ON r.business_id = s.business_id AND r.of_value = s.value
        JOIN public.leads l ON l.business_id = r.business_id AND l.mobile_phone = r.number WHERE s.channel = 'phone' AND s.value ~ '^[0-9]+$') t;
    IF (SELECT count(*) FROM came) <= 1000 THEN
        SELECT array_agg(DISTINCT l.id) INTO unread FROM came s
        JOIN public.leads l ON henk.phone_tails(l.phone, l.mobile_phone) @> ARRAY[right(s.value, 7)] AND l.business_id = s.business_id
            AND NOT (henk.is_e164(l.phone) AND henk.is_e164(l.mobile_phone))
        WHERE s.channel = 'phone' AND s.value NOT LIKE 'sha256:%';
    ELSE -- a file of suppressions: one look at the leads, not one a line
        EXECUTE 'WITH tails AS MATERIALIZED (SELECT l.id, l.business_id, t.tail FROM public.leads l '
            'CROSS JOIN LATERAL unnest(henk.phone_tails(l.phone, l.mobile_phone)) t (tail) '
            'WHERE NOT (henk.is_e164(l.phone) AND henk.is_e164(l.mobile_phone)) AND l.business_id = ANY (ARRAY(SELECT DISTINCT b.business_id FROM came b))), '
            'ends AS MATERIALIZED (SELECT s.business_id, right(s.value, 7) AS tail FROM came s WHERE s.channel = ''phone'') '
            'SELECT array_agg(DISTINCT t.id) FROM tails t JOIN ends e ON e.business_id = t.business_id AND e.tail = t.tail' INTO unread;
    END IF;
    IF unread IS NOT NULL THEN
        SELECT lead_ids || array_agg(u.id) INTO lead_ids FROM henk.leads_not_to_call u WHERE u.id = ANY (unread);
    END IF;
    IF lead_ids IS NOT NULL THEN
        PERFORM henk.end_calls(lead_ids);
    END IF;
    RETURN NULL;
END
$$;

-- Leads with a flag ------------------------------------------------------------------------------------------------------------------

-- Fingerprints of every contact of a lead.
CREATE FUNCTION henk.prints_of_lead(p_lead public.leads) RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT ARRAY(SELECT henk.fingerprint((p_lead).business_id, k) FROM unnest(henk.keys_of_lead(p_lead)) k)
        || henk.address_prints((p_lead).business_id, (p_lead).email)
$$;
COMMENT ON FUNCTION henk.prints_of_lead(
    public.leads
) IS 'The fingerprints of every contact of a lead, as henk.said_no and henk.restated_opt_outs keep them.';

-- The leads with an address, in any form of its mailbox, each once. By index; leads with several addresses in one cell are few.
CREATE FUNCTION henk.leads_with_address(p_business_id uuid, p_email text) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS $$
DECLARE
    addresses text[] := CASE WHEN henk.is_plain_email(p_email) THEN ARRAY[p_email] ELSE henk.addresses_in(p_email) END;
    address text;
    keys bigint[];
BEGIN
    RETURN QUERY SELECT l.id FROM public.leads l WHERE l.business_id = p_business_id AND l.email = ANY (addresses || p_email);
    FOREACH address IN ARRAY addresses LOOP
        CONTINUE WHEN address !~ '[+].*@|@(g(oogle)?mail|outlook|hotmail|live|msn|icloud|me|mac|fastmail|proton|protonmail|pm|zoho|yandex|hey)[.](com|me)$';
        keys := henk.match_keys(p_business_id, NULL, NULL, henk.email_key(address), NULL, NULL, NULL, NULL);
        RETURN QUERY SELECT l.id FROM public.leads l
            WHERE henk.match_keys(l.business_id, l.first_name, l.last_name, l.email, l.street, l.city, l.postal_code, l.custom_fields ->> 'birth_date')
                @> keys AND l.business_id = p_business_id AND l.email <> address AND henk.email_key(l.email) = henk.email_key(address);
    END LOOP;
    RETURN QUERY SELECT l.id FROM public.leads l WHERE l.business_id = p_business_id AND NOT henk.is_plain_email(l.email)
        AND l.email <> p_email AND henk.addresses_in(l.email) && addresses;
END
$$;
COMMENT ON FUNCTION henk.leads_with_address(uuid, text) IS 'The ids of the leads with an address, in any written form of its mailbox.';
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX leads_unread_email ON leads (business_id) WHERE NOT henk.is_plain_email(email);

CREATE OR REPLACE FUNCTION henk.keep_opt_outs(p_lead_ids uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    opted_out uuid[] := ARRAY(SELECT l.id FROM public.leads l
        WHERE l.id = ANY (p_lead_ids) AND ((l.do_not_call AND l.consent_unclear IS NULL) OR l.dnc) ORDER BY l.id);
    sharing uuid[];
BEGIN
    INSERT INTO public.suppressions (business_id, channel, value, reason, source)
    SELECT DISTINCT l.business_id, 'phone', k.key, 'a lead with this number opted out', 'lead'
    FROM public.leads l CROSS JOIN LATERAL unnest(henk.keys_of_lead(l)) k (key)
    WHERE l.id = ANY (opted_out) AND NOT EXISTS (SELECT FROM public.suppressions s WHERE s.business_id = l.business_id AND s.channel = 'phone'
        AND s.value IN (k.key, henk.fingerprint(l.business_id, k.key)))
    ORDER BY 1, 3 ON CONFLICT (business_id, channel, value) DO NOTHING;
    INSERT INTO henk.restated_opt_outs (business_id, fingerprint)
    SELECT DISTINCT l.business_id, p.print FROM public.leads l CROSS JOIN LATERAL unnest(henk.prints_of_lead(l)) p (print)
    WHERE l.id = ANY (opted_out)
    ORDER BY 1, 2 ON CONFLICT (business_id, fingerprint) DO UPDATE SET stated_at = now() WHERE restated_opt_outs.stated_at < now();
    INSERT INTO henk.no_calls (business_id, address)
    SELECT DISTINCT l.business_id, p.print FROM public.leads l CROSS JOIN LATERAL unnest(henk.address_prints(l.business_id, l.email)) p (print)
    WHERE l.id = ANY (opted_out)
    ORDER BY 1, 2 ON CONFLICT (business_id, address) DO NOTHING;
    -- As henk.leads_with_address, in one statement: that function takes milliseconds for each of thousands of leads that a file opts out.
    WITH mine AS MATERIALIZED (
        SELECT DISTINCT l.business_id, l.email FROM public.leads l WHERE l.id = ANY (opted_out) AND l.email IS NOT NULL)
    SELECT array_agg(f.id) INTO sharing FROM (
        SELECT o.id FROM mine m JOIN public.leads o ON o.business_id = m.business_id AND o.email = m.email
        UNION
        SELECT o.id FROM mine m CROSS JOIN LATERAL (
            SELECT o.id FROM public.leads o
            WHERE henk.match_keys(o.business_id, o.first_name, o.last_name, o.email, o.street, o.city, o.postal_code, o.custom_fields ->> 'birth_date')
                    @> henk.match_keys(m.business_id, NULL, NULL, henk.email_key(m.email), NULL, NULL, NULL, NULL)
                AND o.business_id = m.business_id AND o.email <> m.email AND henk.email_key(o.email) = henk.email_key(m.email) OFFSET 0) o
        WHERE m.email ~ '[+].*@|@(g(oogle)?mail|outlook|hotmail|live|msn|icloud|me|mac|fastmail|proton|protonmail|pm|zoho|yandex|hey)[.](com|me)$'
        UNION
        SELECT o.id FROM mine m CROSS JOIN LATERAL henk.leads_with_address(m.business_id, m.email) o (id) WHERE NOT henk.is_plain_email(m.email)
        UNION
        SELECT o.id FROM public.leads o CROSS JOIN LATERAL unnest(henk.addresses_in(o.email)) a (address)
        JOIN mine m ON m.business_id = o.business_id AND m.email = a.address WHERE NOT henk.is_plain_email(o.email)) f;
    IF sharing IS NOT NULL THEN
        PERFORM henk.end_calls(sharing);
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION henk.keep_no(p_lead_ids uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO public.suppressions (business_id, channel, value, reason, source)
    SELECT DISTINCT l.business_id, 'phone', k.key, 'said in a call', 'campaign'
    FROM public.leads l CROSS JOIN LATERAL unnest(henk.keys_of_lead(l)) k (key)
    WHERE l.id = ANY (p_lead_ids)
    ORDER BY 1, 3 ON CONFLICT (business_id, channel, value) DO UPDATE SET source = 'campaign', reason = 'said in a call'
        WHERE suppressions.source <> 'campaign' AND suppressions.added_at < now();
    INSERT INTO henk.said_no (business_id, fingerprint)
    SELECT DISTINCT l.business_id, p.print FROM public.leads l CROSS JOIN LATERAL unnest(henk.prints_of_lead(l)) p (print)
    WHERE l.id = ANY (p_lead_ids)
    ORDER BY 1, 2 ON CONFLICT (business_id, fingerprint) DO NOTHING;
    INSERT INTO henk.restated_opt_outs (business_id, fingerprint)
    SELECT DISTINCT l.business_id, p.print FROM public.leads l CROSS JOIN LATERAL unnest(henk.prints_of_lead(l)) p (print)
    WHERE l.id = ANY (p_lead_ids)
    ORDER BY 1, 2 ON CONFLICT (business_id, fingerprint) DO UPDATE SET stated_at = now() WHERE restated_opt_outs.stated_at < now();
    UPDATE public.leads SET dnc = true WHERE id = ANY (p_lead_ids) AND NOT dnc;
END
$$;

-- As in 0030; and a lead that said no in a call said so under the contacts that it gets later.
CREATE OR REPLACE FUNCTION henk.end_calls_of_leads() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    changed uuid[];
    flagged uuid[];
BEGIN
    SELECT array_agg(n.id), array_agg(n.id) FILTER (WHERE n.do_not_call OR n.dnc) INTO changed, flagged
    FROM went o JOIN came n ON n.id = o.id
    WHERE ((n.do_not_call OR n.dnc) AND NOT (o.do_not_call OR o.dnc)) OR n.phone IS DISTINCT FROM o.phone
        OR n.mobile_phone IS DISTINCT FROM o.mobile_phone OR n.email IS DISTINCT FROM o.email
        OR (n.country IS DISTINCT FROM o.country AND NOT (henk.is_e164(n.phone) AND henk.is_e164(n.mobile_phone)));
    IF flagged IS NOT NULL THEN
        PERFORM henk.keep_opt_outs(flagged);
        INSERT INTO henk.said_no (business_id, fingerprint)
        SELECT DISTINCT n.business_id, p.print FROM went o JOIN came n ON n.id = o.id
        JOIN public.leads l ON l.id = n.id CROSS JOIN LATERAL unnest(henk.prints_of_lead(l)) p (print)
        WHERE n.id = ANY (flagged) AND n.dnc AND EXISTS (
            SELECT FROM unnest(henk.prints_of_lead(jsonb_populate_record(NULL::public.leads, to_jsonb(o)))) q (print)
            JOIN henk.said_no s ON s.business_id = o.business_id AND s.fingerprint = q.print)
        ON CONFLICT (business_id, fingerprint) DO NOTHING;
    END IF;
    IF changed IS NOT NULL THEN
        EXECUTE 'SELECT array_agg(u.id) FROM henk.leads_not_to_call u WHERE u.id = ANY ($1)' INTO changed USING changed;
    END IF;
    IF changed IS NOT NULL THEN
        PERFORM henk.end_calls(changed);
        -- A number that comes into a call under way is no longer the one that is called.
        UPDATE public.campaign_leads cl SET status = 'dnc', next_attempt_at = NULL
        FROM went o JOIN came n ON n.id = o.id JOIN public.campaigns c ON c.business_id = n.business_id AND c.exclude_dnc
        WHERE cl.lead_id = n.id AND cl.campaign_id = c.id AND cl.status = 'calling' AND n.id = ANY (changed)
            AND (n.phone IS DISTINCT FROM o.phone OR n.mobile_phone IS DISTINCT FROM o.mobile_phone);
    END IF;
    RETURN NULL;
END
$$;

-- A contact is free again when no lead that has it, in any form, has a flag: the address, and the number whose suppression was taken away.
CREATE OR REPLACE FUNCTION henk.forget_no() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM henk.no_calls WHERE business_id = OLD.business_id AND address = ANY (henk.address_prints(OLD.business_id, OLD.email))
        AND NOT EXISTS (SELECT FROM henk.leads_with_address(OLD.business_id, OLD.email) a (id) JOIN public.leads l ON l.id = a.id
            WHERE (l.do_not_call AND l.consent_unclear IS NULL) OR l.dnc);
    IF EXISTS (SELECT FROM henk.blocked_numbers r WHERE r.business_id = OLD.business_id AND r.of_value = ANY (henk.keys_of_lead(OLD))) THEN
        DELETE FROM henk.blocked_numbers r WHERE r.business_id = OLD.business_id AND r.of_value = ANY (henk.keys_of_lead(OLD))
            AND NOT EXISTS (SELECT FROM public.suppressions s WHERE s.business_id = r.business_id AND s.channel = 'phone' AND s.value = r.of_value)
            AND NOT EXISTS (SELECT FROM public.leads l WHERE l.business_id = r.business_id AND ((l.do_not_call AND l.consent_unclear IS NULL) OR l.dnc)
                AND r.of_value = ANY (henk.keys_of_lead(l)));
    END IF;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER forget_no AFTER UPDATE ON leads FOR EACH ROW
WHEN ((OLD.do_not_call OR OLD.dnc) AND NOT (NEW.do_not_call OR NEW.dnc)) EXECUTE FUNCTION henk.forget_no();

-- A member takes the suppression of a number away while a lead that has it keeps its flag: the number stays blocked, for every other lead, too, until
-- the flag is taken away (henk.forget_no).
CREATE FUNCTION henk.keep_suppressed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS $$
BEGIN
    INSERT INTO henk.blocked_numbers (business_id, number, of_value)
    SELECT DISTINCT w.business_id, n.number, w.value
    FROM went w JOIN public.businesses b ON b.id = w.business_id -- of a business that is deleted nothing stays
    CROSS JOIN LATERAL (
        SELECT l.id FROM public.leads l WHERE l.business_id = w.business_id AND l.phone = w.value
        UNION ALL SELECT l.id FROM public.leads l WHERE l.business_id = w.business_id AND l.mobile_phone = w.value
        UNION ALL SELECT l.id FROM public.leads l WHERE l.business_id = w.business_id AND NOT (henk.is_e164(l.phone) AND henk.is_e164(l.mobile_phone))
            AND henk.phone_tails(l.phone, l.mobile_phone) @> ARRAY[right(w.value, 7)] AND w.value = ANY (henk.keys_of_lead(l))) o
    JOIN public.leads l ON l.id = o.id AND ((l.do_not_call AND l.consent_unclear IS NULL) OR l.dnc)
    CROSS JOIN LATERAL unnest(w.value || henk.readings(w.value)) n (number)
    WHERE w.channel = 'phone' AND w.value NOT LIKE 'sha256:%'
        AND NOT EXISTS (SELECT FROM public.suppressions s WHERE s.business_id = w.business_id AND s.channel = 'phone' AND s.value = w.value)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION henk.keep_suppressed() IS 'Trigger: a number stays blocked as long as a lead that has it keeps its flag.';
CREATE TRIGGER keep_suppressed_deleted AFTER DELETE ON suppressions
REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION henk.keep_suppressed();
CREATE TRIGGER keep_suppressed_updated AFTER UPDATE ON suppressions
REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION henk.keep_suppressed();

-- Campaign leads -----------------------------------------------------------------------------------------------------------------

-- A client that inserts a row as `dnc` says so of the person, whatever blocked the person before. It names no business (see fill_business_id).
CREATE FUNCTION henk.keep_stated_no() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM public.leads l JOIN public.campaigns c ON c.business_id = l.business_id WHERE l.id = NEW.lead_id AND c.id = NEW.campaign_id
        AND (henk.is_service() OR l.business_id = ANY (henk.my_businesses('{owner,admin,member}')))) THEN
        PERFORM henk.keep_no(ARRAY[NEW.lead_id]);
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION henk.keep_stated_no() IS 'Trigger: a campaign lead that a client inserts as dnc opts its lead out, as if it was said in a call.';
CREATE TRIGGER aaa_keep_stated_no BEFORE INSERT ON campaign_leads FOR EACH ROW
WHEN (NEW.business_id IS NULL AND NEW.status = 'dnc' AND NEW.lead_id IS NOT NULL) EXECUTE FUNCTION henk.keep_stated_no();

-- A row that a merge taken apart brings back says nothing new.
DO $$
DECLARE
    body text := pg_get_functiondef('henk.hold_campaign_leads()'::regprocedure);
    place text := 'AND (n.attempts > 0 OR NOT henk.must_not_call(n.lead_id));';
BEGIN
    IF strpos(body, place) = 0 THEN
        RAISE EXCEPTION 'henk.hold_campaign_leads is not as migration 0030 made it.';
    END IF;
    EXECUTE replace(body, place, 'AND (n.attempts > 0 OR NOT henk.must_not_call(n.lead_id))
        AND NOT EXISTS (SELECT FROM public.lead_merges m WHERE m.business_id = n.business_id AND m.dropped_lead_id = n.lead_id
            AND m.taken_apart_at IS NULL AND m.rows_before -> ''campaign_leads'' @> jsonb_build_array(jsonb_build_object(''id'', n.id)));');
END
$$;

-- Merges -------------------------------------------------------------------------------------------------------------------------

-- Of a merge with a lead whose consent is unclear the kept lead is unclear, unless one of the two refused for certain.
DO $$
DECLARE
    body text := pg_get_functiondef('henk.merge_into(uuid, uuid)'::regprocedure);
    place text := $place$'source = CASE WHEN l.source_id IS NULL$place$;
BEGIN
    IF strpos(body, place) = 0 THEN
        RAISE EXCEPTION 'henk.merge_into is not as migration 0011 made it.';
    END IF;
    EXECUTE replace(body, place, $place$'consent_unclear = CASE WHEN NOT ((l.do_not_call AND l.consent_unclear IS NULL) '
        'OR (($2).do_not_call AND ($2).consent_unclear IS NULL)) THEN coalesce(l.consent_unclear, ($2).consent_unclear) END, '
        $place$ || place);
END
$$;

CREATE OR REPLACE FUNCTION henk.keep_merged_opt_outs() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.moved := NEW.moved || jsonb_build_object('suppressions', (
        SELECT coalesce(jsonb_agg(DISTINCT s.value), '[]')
        FROM jsonb_populate_recordset(NULL::public.leads, NEW.rows_before -> 'leads') l
        CROSS JOIN LATERAL unnest(henk.keys_of_lead(l)) k (key)
        JOIN public.suppressions s ON s.business_id = NEW.business_id AND s.channel = 'phone' AND s.value = k.key
        WHERE s.added_at = now() AND s.source IN ('lead', 'campaign') AND NOT (l.dnc OR (l.do_not_call AND l.consent_unclear IS NULL))
    ), 'no_calls', (
        SELECT coalesce(jsonb_agg(DISTINCT c.address), '[]')
        FROM jsonb_populate_recordset(NULL::public.leads, NEW.rows_before -> 'leads') l
        JOIN henk.no_calls c ON c.business_id = NEW.business_id AND c.address = ANY (henk.address_prints(NEW.business_id, l.email))
        WHERE c.said_at = now() AND NOT (l.dnc OR (l.do_not_call AND l.consent_unclear IS NULL))));
    RETURN NEW;
END
$$;

-- As in 0030, for every written form; after both leads are as they were.
CREATE OR REPLACE FUNCTION henk.lift_merged_opt_outs(p_merge public.lead_merges) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    restated text[] := coalesce((SELECT array_agg(r.fingerprint) FROM henk.restated_opt_outs r
        WHERE r.business_id = p_merge.business_id AND r.stated_at > p_merge.merged_at AND r.stated_at < now()), '{}');
BEGIN
    IF EXISTS (SELECT FROM public.leads l WHERE l.id = p_merge.kept_lead_id AND ((l.dnc AND NOT (p_merge.rows_after -> 'leads' -> 0 ->> 'dnc')::boolean)
        OR (l.do_not_call AND NOT (p_merge.rows_after -> 'leads' -> 0 ->> 'do_not_call')::boolean))) THEN
        RETURN;
    END IF;
    -- The merge ended calls; nobody said anything in them.
    DELETE FROM henk.said_no n WHERE n.business_id = p_merge.business_id AND n.fingerprint <> ALL (restated)
        AND (p_merge.moved -> 'no_calls' ? n.fingerprint OR n.fingerprint IN (
            SELECT henk.fingerprint(p_merge.business_id, v) FROM jsonb_array_elements_text(p_merge.moved -> 'suppressions') v));
    -- A number of a lead with a flag stays blocked (henk.keep_suppressed).
    DELETE FROM public.suppressions s WHERE s.business_id = p_merge.business_id AND s.channel = 'phone' AND s.source IN ('lead', 'campaign')
        AND p_merge.moved -> 'suppressions' ? s.value AND henk.fingerprint(s.business_id, s.value) <> ALL (restated);
    DELETE FROM henk.no_calls c WHERE c.business_id = p_merge.business_id AND p_merge.moved -> 'no_calls' ? c.address
        AND c.address <> ALL (restated) AND NOT EXISTS (
            SELECT FROM public.leads l WHERE l.business_id = p_merge.business_id AND (l.dnc OR (l.do_not_call AND l.consent_unclear IS NULL))
                AND c.address = ANY (henk.address_prints(l.business_id, l.email)));
END
$$;

-- Taking a merge apart is no word about an address: what was kept of it before the kept lead lost its flag is kept, and then what the merge caused
-- is lifted, before campaign leads go back.
DO $$
DECLARE
    body text := pg_get_functiondef('henk.unmerge(uuid)'::regprocedure);
    before_lift text := '    PERFORM henk.lift_merged_opt_outs(merge);';
    after_leads text := '    -- Campaign leads: what went over goes back;';
BEGIN
    IF strpos(body, before_lift) = 0 OR strpos(body, after_leads) = 0 THEN
        RAISE EXCEPTION 'henk.unmerge is not as migration 0027 made it.';
    END IF;
    body := replace(body, before_lift, $place$    addresses := ARRAY(SELECT c.address FROM public.leads l JOIN henk.no_calls c ON c.business_id = l.business_id
        AND c.address = ANY (henk.address_prints(l.business_id, l.email)) WHERE l.id = merge.kept_lead_id);$place$);
    body := replace(body, after_leads, $place$    INSERT INTO henk.no_calls (business_id, address) SELECT merge.business_id, a FROM unnest(addresses) a ON CONFLICT DO NOTHING;
    PERFORM henk.lift_merged_opt_outs(merge);
$place$ || after_leads);
    EXECUTE replace(body, '    merge public.lead_merges;', E'    merge public.lead_merges;\n    addresses text[];');
END
$$;

-- Erasing ------------------------------------------------------------------------------------------------------------------------

-- Contacts in the custom fields of a person: addresses, and numbers that are written as numbers or stand under a name of one. Not those of another
-- person ("Spouse Phone").
CREATE FUNCTION henk.contacts_in_fields(p_fields jsonb, p_region text) RETURNS TABLE (channel text, value text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT c.channel, c.value
    FROM jsonb_each_text(CASE jsonb_typeof(p_fields) WHEN 'object' THEN p_fields ELSE '{}' END) f (name, cell)
    CROSS JOIN LATERAL (
        SELECT 'email' AS channel, a AS value FROM unnest(henk.addresses_in(f.cell)) a WHERE a ~ '^\S+@\S+\.\S+$'
        UNION ALL
        SELECT 'phone', k FROM unnest(henk.phone_keys(left(f.cell, 1000), p_region)) k
        WHERE k LIKE '+%' AND (f.name ~* '(phone|tel|mobil|cell|fax|handy|sms|whatsapp|movil|móvil|numéro|portable)'
            OR (f.cell ~ '(\+|\(\d|\d[ .-]+\d)' AND f.cell !~ '\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?!\d)'))) c
    WHERE f.name !~* ('(spouse|partner|husband|wife|emergency|assistant|secretary|parent|mother|father|guardian|child|sibling|referr|recruit|captain'
        '|agent|manager|owner|assigned|fundraiser|solicitor|caller|employer|company|organi[sz]ation|office|branch)')
$$;
COMMENT ON FUNCTION henk.contacts_in_fields(
    jsonb, text
) IS 'Addresses and numbers (E.164) in the custom fields of a person, but for those of another person.';

CREATE OR REPLACE FUNCTION henk.contacts_of(p_lead_id uuid) RETURNS TABLE (channel text, value text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    WITH region AS (
        SELECT henk.region_of(l.country, b.default_country) AS region FROM public.leads l JOIN public.businesses b ON b.id = l.business_id WHERE l.id = p_lead_id
    ), descriptions AS (
        SELECT to_jsonb(l) AS description FROM public.leads l WHERE l.id = p_lead_id
        UNION ALL SELECT t.description FROM public.lead_import_rows r CROSS JOIN unnest(ARRAY[r.lost, r.replaced, r.written]) t (description)
        WHERE r.lead_id = p_lead_id
        UNION ALL SELECT d.lead FROM public.lead_merges m CROSS JOIN jsonb_array_elements(m.rows_before -> 'leads') d (lead)
        WHERE m.kept_lead_id = p_lead_id AND m.taken_apart_at IS NULL
    )
    SELECT DISTINCT c.channel, c.value FROM descriptions d CROSS JOIN LATERAL (
        VALUES ('email', d.description ->> 'email'), ('phone', d.description ->> 'phone'), ('phone', d.description ->> 'mobile_phone')) c (channel, value)
    WHERE c.value IS NOT NULL
    UNION
    SELECT c.channel, c.value FROM descriptions d CROSS JOIN region r
    CROSS JOIN LATERAL henk.contacts_in_fields(d.description -> 'custom_fields', r.region) c
$$;

-- Keep contacts as those of an erased person, in every written form, and take their suppressions away: nobody is to read who it was.
CREATE FUNCTION henk.keep_erased(p_business_id uuid, p_emails text[], p_phones text[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    keys text[] := ARRAY(SELECT DISTINCT k FROM unnest(p_phones) p (phone) CROSS JOIN LATERAL unnest(
        henk.phone_keys(p.phone, (SELECT b.default_country FROM public.businesses b WHERE b.id = p_business_id)) || henk.call_key(p.phone) || p.phone) k
        WHERE k IS NOT NULL);
BEGIN
    -- All at once: each statement looks through the open campaign leads of the business.
    INSERT INTO henk.erasures (business_id, channel, fingerprint)
    SELECT p_business_id, 'email', f FROM unnest(p_emails) e (email) CROSS JOIN LATERAL unnest(henk.address_prints(p_business_id, e.email)) f
    UNION SELECT p_business_id, 'phone', henk.fingerprint(p_business_id, k) FROM unnest(keys) k
    UNION SELECT p_business_id, 'phone', henk.fingerprint(p_business_id, r) FROM unnest(keys) k CROSS JOIN LATERAL unnest(henk.readings(k)) r
    ORDER BY 2, 3 ON CONFLICT (business_id, channel, fingerprint) DO UPDATE SET erased_at = now();
    INSERT INTO public.suppressions (business_id, channel, value, reason, source)
    SELECT p_business_id, 'email', f, 'erased', 'erasure' FROM unnest(p_emails) e (email) CROSS JOIN LATERAL unnest(henk.address_prints(p_business_id, e.email)) f
    UNION SELECT p_business_id, 'phone', henk.fingerprint(p_business_id, k), 'erased', 'erasure' FROM unnest(keys) k
    ORDER BY 2, 3 ON CONFLICT (business_id, channel, value) DO NOTHING;
    DELETE FROM public.suppressions s WHERE s.business_id = p_business_id
        AND ((s.channel = 'phone' AND s.value = ANY (keys)) OR (s.channel = 'email' AND s.value = ANY (p_emails)));
    DELETE FROM henk.blocked_numbers r WHERE r.business_id = p_business_id AND r.of_value = ANY (keys);
END
$$;
COMMENT ON FUNCTION henk.keep_erased(uuid, text[], text[]) IS 'Keep contacts as those of an erased person, and take their suppressions away.';

-- A regular expression, compared without case, that finds one of these contacts in a text: phones by their last nine digits.
CREATE FUNCTION henk.contact_pattern(p_emails text[], p_phones text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    SELECT string_agg(p.pattern, '|')
    FROM (
        SELECT '(?<![[:alnum:]._%+-])' || regexp_replace(e.email, '([^[:alnum:]@])', '\\\1', 'g') || '(?![[:alnum:]-]|[.][[:alnum:]])' AS pattern
        FROM unnest(p_emails) AS e (email)
        WHERE e.email ~ '@'
        UNION
        SELECT
            '(?<![0-9])(?:[+]?[0-9(]{1,5}[ ()./-]{0,3}){0,3}'
            || regexp_replace(right(regexp_replace(p.phone, '[^0-9]', '', 'g'), 9), '([0-9])(?=[0-9])', '\1[ ()./-]{0,3}', 'g') || '(?![0-9])'
        FROM unnest(p_phones) AS p (phone)
        WHERE length(regexp_replace(p.phone, '[^0-9]', '', 'g')) >= 9
    ) AS p
);
COMMENT ON FUNCTION henk.contact_pattern(
    text[], text[]
) IS 'A regular expression that finds one of these contacts in a text; null where there is none.';

-- JSON without what a pattern finds, in names as in values.
CREATE FUNCTION henk.without_contacts(p_json jsonb, p_pattern text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN CASE jsonb_typeof(p_json)
        WHEN 'object' THEN (SELECT coalesce(jsonb_object_agg(regexp_replace(key, p_pattern, '[erased]', 'gi'), henk.without_contacts(value, p_pattern)), '{}')
            FROM jsonb_each(p_json))
        WHEN 'array' THEN (SELECT coalesce(jsonb_agg(henk.without_contacts(e, p_pattern) ORDER BY n), '[]')
            FROM jsonb_array_elements(p_json) WITH ORDINALITY a (e, n))
        WHEN 'string' THEN to_jsonb(regexp_replace(p_json #>> '{}', p_pattern, '[erased]', 'gi'))
        WHEN 'number' THEN CASE WHEN p_json #>> '{}' ~* p_pattern THEN '0'::jsonb ELSE p_json END
        ELSE p_json END;
END
$$;
COMMENT ON FUNCTION henk.without_contacts(jsonb, text) IS 'JSON without what a pattern finds in its names and values.';

-- Remove contacts of an erased person from the texts of other rows: notes, custom fields, filters of lists, reasons, mappings. A lead that shares the
-- contact as its own keeps its texts. Returns: table → rows that were changed.
CREATE FUNCTION henk.remove_contacts(p_business_id uuid, p_emails text[], p_phones text[]) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    pattern text := henk.contact_pattern(p_emails, p_phones);
    -- Asked first: the expression costs a hundred times as much.
    like_emails text[] := ARRAY(SELECT '%' || regexp_replace(lower(e), '([\\%_])', '\\\1', 'g') || '%' FROM unnest(p_emails) e);
    like_phones text[] := ARRAY(SELECT '%' || right(regexp_replace(p, '[^0-9]', '', 'g'), 9) || '%' FROM unnest(p_phones) p);
    target record;
    n integer;
    changed jsonb := '{}';
BEGIN
    IF pattern IS NULL THEN
        RETURN changed;
    END IF;
    FOR target IN
        SELECT t.name, t.mine, t.but,
            string_agg(format(CASE WHEN a.atttypid = 'jsonb'::regtype THEN '%1$I = henk.without_contacts(t.%1$I, $2)'
                ELSE '%1$I = regexp_replace(t.%1$I, $2, ''[erased]'', ''gi'')' END, a.attname), ', ' ORDER BY a.attnum) AS columns,
            string_agg(format('t.%I::text', a.attname), ', ' ORDER BY a.attnum) AS texts
        FROM (VALUES
            ('public.leads', 't.business_id = $1', 't.email = ANY ($3) OR t.phone = ANY ($4) OR t.mobile_phone = ANY ($4)',
                '{notes,description,custom_fields,tags,source_metadata,first_name,last_name,company,title,consent_unclear}'::text[]),
            ('public.campaign_leads', 't.business_id = $1', 'false', '{notes,outcome}'),
            ('public.campaigns', 't.business_id = $1', 'false', '{name,description,script,notes,settings}'),
            ('public.lead_lists', 't.business_id = $1', 'false', '{name,description,tags,filter_criteria,notes}'),
            ('public.campaign_lead_lists', 't.business_id = $1', 'false', '{filter_criteria,notes}'),
            ('public.suppressions', 't.business_id = $1', 'false', '{reason,source}'),
            ('public.lead_imports', 't.business_id = $1', 'false', '{mapping,options,reading,error,undo_report,checks,assigned,report}'),
            ('public.lead_merges', 't.business_id = $1', 'false', '{rows_before,rows_after,lost}'),
            ('henk.lifted_suppressions', 't.business_id = $1', 'false', '{reason}'),
            ('henk.refused_uploads', 't.business = (SELECT b.slug FROM public.businesses b WHERE b.id = $1)', 'false', '{reason}')
        ) t (name, mine, but, columns)
        JOIN pg_attribute a ON a.attrelid = to_regclass(t.name) AND a.attname = ANY (t.columns) AND NOT a.attisdropped
            AND a.atttypid IN ('jsonb'::regtype, 'text'::regtype, 'varchar'::regtype)
        GROUP BY t.name, t.mine, t.but ORDER BY t.name
    LOOP
        EXECUTE format('UPDATE %s t SET %s WHERE %s AND (%s) IS NOT TRUE AND CASE WHEN lower(concat_ws('' '', %5$s)) LIKE ANY ($5) '
            'OR translate(concat_ws('' '', %5$s), '' ()./-'', '''') LIKE ANY ($6) THEN concat_ws('' '', %5$s) ~* $2 END',
            target.name, target.columns, target.mine, target.but, target.texts) USING p_business_id, pattern, p_emails, p_phones, like_emails, like_phones;
        GET DIAGNOSTICS n = ROW_COUNT;
        IF n > 0 THEN
            changed := changed || jsonb_build_object(regexp_replace(target.name, '^public\.', ''), n);
        END IF;
    END LOOP;
    RETURN changed;
END
$$;
COMMENT ON FUNCTION henk.remove_contacts(
    uuid, text[], text[]
) IS 'Remove contacts of an erased person from the texts of other rows; table → rows changed.';

-- As in 0026; nothing is looked through where every contact was kept already.
DO $$
DECLARE
    body text := pg_get_functiondef('henk.end_calls_of_erased()'::regprocedure);
    place text := '    EXECUTE ''SELECT array_agg(DISTINCT u.id)';
BEGIN
    IF strpos(body, place) = 0 THEN
        RAISE EXCEPTION 'henk.end_calls_of_erased is not as migration 0026 made it.';
    END IF;
    EXECUTE replace(body, place, E'    IF NOT EXISTS (SELECT FROM came) THEN\n        RETURN NULL;\n    END IF;\n' || place);
END
$$;

-- A person without a lead, as in 0027.
CREATE OR REPLACE FUNCTION henk.erase_contacts(p_business_id uuid, p_emails text[], p_phones text[]) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    traces uuid[];
    elsewhere jsonb;
BEGIN
    PERFORM henk.lock_business(p_business_id);
    PERFORM henk.keep_erased(p_business_id, p_emails, p_phones);
    traces := henk.blank_traces(p_business_id, p_emails, p_phones);
    elsewhere := henk.remove_contacts(p_business_id, p_emails, p_phones);
    RETURN jsonb_build_object('lead_id', NULL, 'campaign_leads_kept_without_name', 0, 'rejections_blanked', cardinality(traces), 'uploads',
        (SELECT coalesce(jsonb_agg(DISTINCT i.upload), '[]') FROM public.lead_imports i WHERE i.id = ANY (traces)), 'rows_of_other_tables', elsewhere);
END
$$;

DO $$
DECLARE
    body text := pg_get_functiondef('henk.erase(uuid)'::regprocedure);
    first_place integer := strpos(body, '    -- Nobody is to call or write this person again');
    next_place integer := strpos(body, '    -- What was said and given stays counted');
    last_place text := '    DELETE FROM public.leads WHERE id = p_lead_id;';
BEGIN
    IF 0 IN (first_place, next_place, strpos(body, last_place)) THEN
        RAISE EXCEPTION 'henk.erase is not as migration 0027 made it.';
    END IF;
    body := left(body, first_place - 1) || substr(body, next_place);
    EXECUTE replace(body, last_place, last_place || $place$
    -- When the lead is gone: a number of a lead with a flag would stay blocked as it is written.
    PERFORM henk.keep_erased(person.business_id, emails, phones);
    elsewhere := elsewhere || henk.remove_contacts(person.business_id, emails, phones);$place$);
END
$$;
-- Lists that a client sends --------------------------------------------------------------------------------------------------------

-- What a key of a sent element says of calls: 'refusal' (yes refuses), 'permission' (no refuses), 'unclear' (it is about consent, not understood),
-- 'words' (a status or code: words that refuse count, others do not); null where it is about something else, or about e-mail or post alone.
CREATE FUNCTION henk.consent_direction(p_key text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    words text := regexp_replace(henk.plain_text(p_key), '([a-z0-9])([A-Z])', '\1 \2', 'g');
BEGIN
    words := lower(regexp_replace(words, '([A-Z]+)([A-Z][a-z])', '\1 \2', 'g'));
    words := btrim(regexp_replace(regexp_replace(words, '[^[:alnum:]]+', ' ', 'g'), ' (flag|status|indicator|yn|y n|c)$', ''));
    RETURN CASE
        WHEN words ~ '\m(e ?mails?|newsletter|sms|texts?|texting|mail|mailing|post|postal|letter|brief|fax)\M'
            AND words !~ '\m(calls?|calling|phone|telephone|tel|voice|dnc|all|contact)\M' THEN NULL
        WHEN words ~ ('\m(preferred|best|last|next|first|number of|total|count) (\w+ )?(calls?|contact|phone)\M'
            '|\mcalls? (time|date|count|notes?|back|result|id)\M') THEN NULL
        WHEN words ~ ('\m(dnc|do not (call|contact|phone|ring|solicit|disturb)|donot(call|contact)|don ?t (call|contact|phone)|no (phone )?calls?'
            '|never call|no contact|no (phone )?solicit\w*|opt(ed)? ?out|unsubscribed?|suppress\w*|blocklist\w*|blacklist\w*|deceased|tps|ctps'
            '|telefonsperre|anrufsperre|werbesperre|nicht anrufen|ne pas appeler|no llamar|niet bellen|nao ligar|revoked|withdrawn)\M') THEN 'refusal'
        WHEN words ~ ('\m(opt(ed)? ?in|accepts? (phone )?calls?|accepts? contact|(may|can|ok|okay|allowed|happy) (we |to |be )*(call|contact|phone|called|contacted)'
            '|callable|contactable|allow (phone )?calls?|call ok|phone ok|darf angerufen werden|telefonerlaubnis|consent\w*|permissions?|einwilligung'
            '|consentement|consentimiento|toestemming)\M') THEN 'permission'
        WHEN words ~ '\m(opt|gdpr|tcpa|do not|donot|sperre|privacy preferences?)\M' THEN 'unclear'
        WHEN words ~ '\m(restrictions?|preferences?|solicit|status|dispositions?|segments?|codes?|types?|category|tags?|labels?)\M' THEN 'words' END;
END
$$;
COMMENT ON FUNCTION henk.consent_direction(text) IS
'What a key that a client sends says of calls: refusal, permission, unclear, words; null where it is not about calls.';

-- What a cell under such a key means: 'no calls', 'calls', 'unclear'; null where it is empty. Words that name a state hold whatever the key.
CREATE FUNCTION henk.consent_of(p_direction text, p_cell text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    cell text := coalesce(lower(btrim(henk.plain_text(p_cell))), '');
BEGIN
    RETURN CASE
        WHEN cell IN ('', '-', 'n/a', 'null', '[]', '{}', 'not specified') THEN NULL
        WHEN cell ~ henk.refusing_words() THEN 'no calls'
        WHEN p_direction = 'words' THEN NULL
        WHEN cell ~ '(?<!not )\m(unsubscribed?|withdrawn|revoked|declined|refused|denied|died)\M' THEN 'no calls'
        WHEN cell ~ '\m(opt(ed)?[ _-]*in|subscribed|granted|allowed?|permitted|consented|agreed|ok|okay|callable)\M' AND cell !~ '\m(not|no|never)\M' THEN 'calls'
        WHEN p_direction = 'unclear' THEN CASE WHEN cell NOT IN ('none', 'unknown', 'no restriction', 'no restrictions') THEN 'unclear' END
        WHEN cell ~ ('^(true|t|yes|y|1|on|x|ja|j|oui|o|si|sí|sim|s|checked|✓|✔|1\.0|\d{4}-\d{2}-\d{2}([t ].*)?|\d{1,2}[/.]\d{1,2}[/.]\d{2,4})$')
            THEN CASE p_direction WHEN 'refusal' THEN 'no calls' ELSE 'calls' END
        WHEN cell ~ '^(false|f|no|n|0|off|nein|non|nee|não|nao|unchecked|none|never|0\.0)$' THEN CASE p_direction WHEN 'refusal' THEN 'calls' ELSE 'no calls' END
        ELSE 'unclear' END;
END
$$;
COMMENT ON FUNCTION henk.consent_of(text, text) IS 'What a cell under a key of consent means: no calls, calls, unclear; null where it is empty.';

-- Keys about consent that are no fields of leads go to custom_fields; what they say of calls is heard. Sets do_not_call of pg_temp.henk_people, and
-- leaves what is unclear in pg_temp.henk_unclear (place, consent).
CREATE FUNCTION henk.hear_consent() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE pg_temp.henk_people p SET do_not_call = true WHERE p.tags <> '[]' AND p.tags::text ~* henk.refusing_words();
    DROP TABLE IF EXISTS pg_temp.henk_unclear, pg_temp.henk_consent;
    CREATE TEMP TABLE henk_unclear (place integer NOT NULL, consent text NOT NULL) ON COMMIT DROP;
    CREATE TEMP TABLE henk_consent ON COMMIT DROP AS
    SELECT k.key, henk.consent_direction(k.key) AS direction
    FROM (SELECT DISTINCT k.key FROM pg_temp.henk_people p CROSS JOIN LATERAL jsonb_object_keys(p.custom_fields) k (key)) k
    WHERE henk.consent_direction(k.key) IS NOT NULL;
    IF NOT EXISTS (SELECT FROM pg_temp.henk_consent) THEN
        RETURN;
    END IF;
    INSERT INTO pg_temp.henk_unclear (place, consent)
    SELECT p.place, left(string_agg(c.key || ': ' || (p.custom_fields ->> c.key), '; ' ORDER BY c.key), 1000)
    FROM pg_temp.henk_people p JOIN pg_temp.henk_consent c ON p.custom_fields ? c.key
    WHERE henk.consent_of(c.direction, p.custom_fields ->> c.key) = 'unclear' GROUP BY p.place;
    UPDATE pg_temp.henk_people p SET do_not_call = true
    FROM pg_temp.henk_consent c
    WHERE p.custom_fields ? c.key AND henk.consent_of(c.direction, p.custom_fields ->> c.key) = 'no calls';
END
$$;
COMMENT ON FUNCTION henk.hear_consent() IS 'Hear what keys of sent elements that are no fields of leads say of calls.';

-- People whose consent is unclear are not called until a person decides; a refusal that is certain stays one.
CREATE FUNCTION henk.keep_unclear() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE public.leads l SET do_not_call = true, consent_unclear = u.consent
    FROM (
        SELECT f.lead_id, string_agg(DISTINCT u.consent, '; ') AS consent FROM pg_temp.henk_unclear u
        JOIN pg_temp.henk_people p ON p.place = u.place JOIN pg_temp.henk_people f ON f.place = p.person
        GROUP BY f.lead_id) u
    WHERE l.id = u.lead_id AND NOT l.do_not_call;
END
$$;
COMMENT ON FUNCTION henk.keep_unclear() IS 'Set consent_unclear of the leads that a sent list leaves unclear.';

DO $$
DECLARE
    body text := pg_get_functiondef('henk.create_list(uuid, text, jsonb)'::regprocedure);
    reads text := '    PERFORM henk.read_people(p_business_id, p_leads);';
    writes text := '    PERFORM henk.write_people(p_business_id);';
    reading text := pg_get_functiondef('henk.read_people(uuid, jsonb)'::regprocedure);
    word text;
BEGIN
    IF 0 IN (strpos(body, reads), strpos(body, writes)) THEN
        RAISE EXCEPTION 'henk.create_list is not as migration 0010 made it.';
    END IF;
    body := replace(body, reads, reads || E'\n    PERFORM henk.hear_consent();');
    EXECUTE replace(body, writes, writes || E'\n    PERFORM henk.keep_unclear();');
    reading := replace(reading, 'henk.normalise_phone(phone,', 'henk.read_phone(phone,');
    reading := replace(reading, 'henk.normalise_phone(mobile_phone,', 'henk.read_phone(mobile_phone,');
    EXECUTE reading;
END
$$;
-- Rights, and what is there already ------------------------------------------------------------------------------------------------

REVOKE EXECUTE ON FUNCTION henk.plain_text(text), henk.addresses_in(text), henk.address_prints(uuid, text), henk.is_final_phone(text),
henk.numbers_in(text), henk.phone_tails(text, text), henk.read_phone(text, text), henk.phone_keys(text, text), henk.readings(text),
henk.possible_keys(uuid, text, text, text),
henk.keys_of_lead(public.leads), henk.unread_is_blocked(uuid, text, text, text), henk.refusing_words(), henk.keep_readings(),
henk.refuse_unread_suppression(),
henk.prints_of_lead(public.leads), henk.leads_with_address(uuid, text), henk.keep_suppressed(), henk.keep_stated_no(),
henk.contacts_in_fields(jsonb, text), henk.keep_erased(uuid, text[], text[]), henk.contact_pattern(text[], text[]),
henk.without_contacts(jsonb, text), henk.remove_contacts(uuid, text[], text[]), henk.consent_direction(text), henk.consent_of(text, text),
henk.hear_consent(), henk.keep_unclear() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.plain_text(text), henk.addresses_in(text), henk.address_prints(uuid, text), henk.is_final_phone(text),
henk.numbers_in(text), henk.phone_tails(text, text), henk.read_phone(text, text), henk.phone_keys(text, text), henk.readings(text),
henk.possible_keys(uuid, text, text, text),
henk.keys_of_lead(public.leads), henk.unread_is_blocked(uuid, text, text, text), henk.refusing_words(), henk.prints_of_lead(public.leads),
henk.leads_with_address(uuid, text), henk.contacts_in_fields(jsonb, text), henk.keep_erased(uuid, text[], text[]),
henk.contact_pattern(text[], text[]), henk.without_contacts(jsonb, text), henk.remove_contacts(uuid, text[], text[]),
henk.consent_direction(text), henk.consent_of(text, text), henk.hear_consent(), henk.keep_unclear() TO service_role;
-- An index and the condition of a trigger call them as the role that writes.
GRANT EXECUTE ON FUNCTION henk.plain_text(text), henk.is_final_phone(text), henk.numbers_in(text), henk.phone_tails(text, text) TO authenticated;

-- Contacts in a form that is read from now on.
UPDATE leads AS l SET email = f.email, phone = f.phone, mobile_phone = f.mobile_phone
FROM (
    SELECT
        n.id,
        (n.lead).email AS email,
        (n.lead).phone AS phone,
        (n.lead).mobile_phone AS mobile_phone
    FROM (
        SELECT
            o.id,
            henk.normalised(o) AS lead
        FROM leads AS o
        WHERE NOT (henk.is_plain_email(o.email) AND henk.is_final_phone(o.phone) AND henk.is_final_phone(o.mobile_phone))
    ) AS n
) AS f
WHERE f.id = l.id AND (l.email, l.phone, l.mobile_phone) IS DISTINCT FROM (f.email, f.phone, f.mobile_phone);
INSERT INTO suppressions (business_id, channel, value, reason, source, added_at)
SELECT
    s.business_id,
    s.channel,
    s.value,
    s.reason,
    s.source,
    s.added_at
FROM suppressions AS s
WHERE s.channel = 'phone' AND s.value NOT LIKE 'sha256:%' AND NOT henk.is_final_phone(s.value)
ON CONFLICT (business_id, channel, value) DO NOTHING;
INSERT INTO henk.blocked_numbers (business_id, number, of_value)
SELECT
    s.business_id,
    r.number,
    s.value
FROM suppressions AS s
CROSS JOIN LATERAL unnest(henk.readings(s.value)) AS r (number)
WHERE s.channel = 'phone' AND s.value ~ '^[0-9]+$'
ON CONFLICT DO NOTHING;
-- Flags and open calls. Statistics first, as in 0017.
ANALYZE leads, campaign_leads, campaigns, suppressions;
SELECT henk.keep_opt_outs(array_agg(l.id))
FROM leads AS l
WHERE l.do_not_call OR l.dnc;
UPDATE campaign_leads AS cl SET status = 'dnc', next_attempt_at = NULL
FROM campaigns AS c, henk.leads_not_to_call AS u
WHERE c.id = cl.campaign_id AND c.exclude_dnc AND u.id = cl.lead_id AND cl.status IN ('new', 'queued', 'contacted', 'failed');

-- migrate:down
-- Forward only.
