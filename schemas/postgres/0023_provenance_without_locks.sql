-- migrate:up
-- A file that comes again wrote every lead it names, changed or not: a foreign key locks the row it refers to, and a lock is written into it. With a
-- million known people that was 0.6 GB of WAL and more time than their lines took. Now each statement asks once for all of its lines whether their
-- imports and leads are there and of their business, and who deletes a lead takes its id out of the lines. As before: a lead that is deleted
-- leaves its lines, an import takes them with it, and nobody gives a lead or an import that has lines another id or business.
--
-- What a foreign key does besides, to wait for who deletes one of the leads in that very moment, is not done: of a lead that a client deletes
-- while the last seconds of an import of it run, the line may keep the id, which no lead has again. Undo and merge skip it as they skip no id.

SET LOCAL lock_timeout = '30s';
SET LOCAL statement_timeout = '10min';
SET LOCAL search_path = 'public';

DO $$
DECLARE
    name name;
BEGIN
    FOR name IN SELECT conname FROM pg_constraint WHERE conrelid = 'public.lead_import_rows'::regclass AND contype = 'f' LOOP
        EXECUTE format('ALTER TABLE public.lead_import_rows DROP CONSTRAINT %I', name);
    END LOOP;
END
$$;

CREATE FUNCTION henk.refuse_stranger(p_what text, p_id uuid) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF p_id IS NOT NULL THEN
        RAISE EXCEPTION 'The business has no % %.', p_what, p_id USING ERRCODE = 'foreign_key_violation';
    END IF;
END
$$;

CREATE FUNCTION henk.check_provenance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    strange uuid;
BEGIN
    -- EXECUTE: planned for as many lines as there are, not as a statement before had.
    EXECUTE 'SELECT c.import_id FROM (SELECT DISTINCT import_id, business_id FROM came) c WHERE NOT EXISTS ('
        'SELECT FROM public.lead_imports i WHERE i.id = c.import_id AND i.business_id = c.business_id FOR KEY SHARE) LIMIT 1' INTO strange;
    PERFORM henk.refuse_stranger('import', strange);
    EXECUTE 'SELECT c.lead_id FROM came c WHERE c.lead_id IS NOT NULL AND NOT EXISTS ('
        'SELECT FROM public.leads l WHERE l.id = c.lead_id AND l.business_id = c.business_id) LIMIT 1' INTO strange;
    PERFORM henk.refuse_stranger('lead', strange);
    RETURN NULL;
END
$$;
CREATE TRIGGER check_provenance_inserted AFTER INSERT ON lead_import_rows
REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION henk.check_provenance();

-- Few change what they refer to, and all others are not to be kept for the statement's end.
CREATE FUNCTION henk.check_moved_provenance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM FROM public.lead_imports i WHERE i.id = NEW.import_id AND i.business_id = NEW.business_id FOR KEY SHARE;
    IF NOT FOUND THEN
        PERFORM henk.refuse_stranger('import', NEW.import_id);
    END IF;
    PERFORM FROM public.leads l WHERE l.id = NEW.lead_id AND l.business_id = NEW.business_id;
    IF NOT FOUND THEN
        PERFORM henk.refuse_stranger('lead', NEW.lead_id);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER check_provenance_updated AFTER UPDATE OF import_id, business_id, lead_id ON lead_import_rows FOR EACH ROW
WHEN ((NEW.import_id, NEW.business_id) <> (OLD.import_id, OLD.business_id) OR NEW.lead_id IS DISTINCT FROM OLD.lead_id)
EXECUTE FUNCTION henk.check_moved_provenance();

CREATE FUNCTION henk.leave_provenance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_TABLE_NAME = 'leads' THEN
        EXECUTE 'UPDATE public.lead_import_rows r SET lead_id = NULL FROM went w WHERE r.lead_id = w.id';
    ELSE
        EXECUTE 'DELETE FROM public.lead_import_rows r USING went w WHERE r.import_id = w.id';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER leave_provenance AFTER DELETE ON leads
REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION henk.leave_provenance();
CREATE TRIGGER leave_provenance AFTER DELETE ON lead_imports
REFERENCING OLD TABLE AS went FOR EACH STATEMENT EXECUTE FUNCTION henk.leave_provenance();

CREATE FUNCTION henk.keep_provenance() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF (CASE TG_TABLE_NAME WHEN 'leads' THEN EXISTS (SELECT FROM public.lead_import_rows r WHERE r.lead_id = OLD.id)
        ELSE EXISTS (SELECT FROM public.lead_import_rows r WHERE r.import_id = OLD.id) END) THEN
        RAISE EXCEPTION 'Lines of files refer to % of %: its id and business stay.', OLD.id, TG_TABLE_NAME USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_provenance BEFORE UPDATE OF id, business_id ON leads FOR EACH ROW
WHEN (NEW.id <> OLD.id OR NEW.business_id <> OLD.business_id) EXECUTE FUNCTION henk.keep_provenance();
CREATE TRIGGER keep_provenance BEFORE UPDATE OF id, business_id ON lead_imports FOR EACH ROW
WHEN (NEW.id <> OLD.id OR NEW.business_id <> OLD.business_id) EXECUTE FUNCTION henk.keep_provenance();
REVOKE EXECUTE ON FUNCTION henk.refuse_stranger(text, uuid), henk.check_provenance(), henk.check_moved_provenance(), henk.leave_provenance(),
henk.keep_provenance() FROM PUBLIC;

COMMENT ON COLUMN lead_import_rows.import_id IS 'The import, in lead_imports, with which its lines are deleted.';
COMMENT ON COLUMN lead_import_rows.lead_id IS 'The lead, in leads, that the line became; null when it has been deleted.';

-- migrate:down
-- Forward only.
