-- migrate:up
-- A refresh of lists that is killed loses no change: it leaves a note of its own in henk.list_changes (a negative transaction) until it has ended, on
-- which no writer relies. A business that moves to another time zone has other midnights: its lists follow.
-- noqa: disable=LT01,LT02,LT05,RF03

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '2h';
SET LOCAL search_path = 'public';

COMMENT ON COLUMN henk.list_changes.transaction IS 'The transaction that changed something; below zero that of a refresh which is under way, or was killed.';

-- Note that a business has changed; once, until a refresh follows. A note that is there is held until this transaction ends, so that the refresh which
-- takes it begins afterwards; one that is being taken is not seen by SKIP LOCKED.
CREATE OR REPLACE FUNCTION henk.note_change_of(p_business_id uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT henk.follows_changes(p_business_id) THEN
        RETURN;
    ELSIF current_setting('transaction_isolation') = 'read committed' THEN
        PERFORM FROM henk.list_changes c WHERE c.business_id = p_business_id AND c.transaction > 0 LIMIT 1 FOR KEY SHARE SKIP LOCKED;
        IF FOUND THEN
            RETURN;
        END IF;
    END IF;
    INSERT INTO henk.list_changes (business_id) VALUES (p_business_id) ON CONFLICT DO NOTHING;
END
$$;

CREATE FUNCTION henk.note_other_midnight() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM henk.note_change_of(NEW.id);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION henk.note_other_midnight() IS 'Trigger: lists with criteria of the business may have other members, because its days begin at other moments.';
REVOKE EXECUTE ON FUNCTION henk.note_other_midnight() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION henk.note_other_midnight() TO service_role;

CREATE TRIGGER note_other_midnight AFTER UPDATE ON public.businesses FOR EACH ROW
WHEN (old.timezone IS DISTINCT FROM new.timezone OR old.default_country IS DISTINCT FROM new.default_country)
EXECUTE FUNCTION henk.note_other_midnight();

-- migrate:down
-- Forward only.
