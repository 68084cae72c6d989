-- The old shape as an installation has it (Supabase, PostgreSQL 15): a lead belongs to one campaign. Structure only, and the policies,
-- triggers, functions and tables of others that stand around it.

CREATE SCHEMA auth;
CREATE TABLE auth.users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email text);
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE
AS $$ SELECT (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;
CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE
AS $$ SELECT nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role' $$;
GRANT USAGE ON SCHEMA auth TO anon, authenticated, service_role;

CREATE TYPE campaign_status AS ENUM ('draft', 'active', 'paused', 'completed', 'cancelled');
CREATE TYPE team_role AS ENUM ('owner', 'admin', 'member', 'viewer');
CREATE TYPE team_status AS ENUM ('active', 'invited', 'suspended', 'left');
CREATE TYPE business_status AS ENUM ('trial', 'active', 'closed');

CREATE TABLE accounts (id uuid PRIMARY KEY DEFAULT gen_random_uuid());
CREATE TABLE businesses (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    account_id uuid NOT NULL REFERENCES accounts,
    name varchar(255) NOT NULL,
    status business_status DEFAULT 'active',
    website text,
    created_at timestamptz DEFAULT now()
);
CREATE TABLE team_members (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL REFERENCES businesses ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES auth.users ON DELETE CASCADE,
    role team_role NOT NULL DEFAULT 'member',
    status team_status NOT NULL DEFAULT 'active',
    invited_by uuid
);
CREATE TABLE campaigns (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL REFERENCES businesses ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    description text,
    script text NOT NULL,
    agent_id uuid,
    retry_logic jsonb DEFAULT '{}',
    status campaign_status NOT NULL DEFAULT 'draft',
    max_attempts integer,
    budget numeric,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now()
);
CREATE TABLE leads (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL REFERENCES businesses ON DELETE CASCADE,
    campaign_id uuid REFERENCES campaigns ON DELETE SET NULL,
    first_name varchar(100),
    last_name varchar(100),
    email varchar(255),
    phone varchar(50),
    mobile_phone varchar(50),
    company varchar(255),
    title varchar(255),
    department varchar(255),
    street text,
    city varchar(100),
    state varchar(100),
    postal_code varchar(20),
    country varchar(100),
    timezone varchar(50),
    preferred_language varchar(10),
    lead_source varchar(100),
    description text,
    owner_id uuid,
    status varchar(50) DEFAULT 'new',
    notes text,
    attempts integer DEFAULT 0,
    last_contact_date timestamptz,
    pledged_amount numeric(12, 2),
    donated_amount numeric(12, 2),
    do_not_call boolean DEFAULT false,
    dnc boolean DEFAULT false,
    do_not_email boolean DEFAULT false,
    email_opt_out boolean DEFAULT false,
    tags jsonb DEFAULT '[]',
    custom_fields jsonb DEFAULT '{}',
    source varchar(50),
    source_id varchar(255),
    source_metadata jsonb DEFAULT '{}',
    last_synced_at timestamptz,
    sync_status varchar(50),
    sync_error text,
    created_at timestamptz DEFAULT now(),
    created_by uuid,
    updated_at timestamptz DEFAULT now(),
    updated_by uuid
);
CREATE INDEX idx_leads_campaign ON leads (campaign_id);
CREATE INDEX idx_leads_campaign_status ON leads (campaign_id, status);
CREATE TABLE lead_lists (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL REFERENCES businesses ON DELETE CASCADE,
    name varchar(255) NOT NULL,
    description text,
    list_type varchar(50) DEFAULT 'static',
    lead_count integer DEFAULT 0,
    color varchar(20),
    source varchar(50),
    source_id varchar(255),
    filter_criteria jsonb,
    created_at timestamptz DEFAULT now(),
    created_by uuid,
    last_updated_at timestamptz DEFAULT now()
);
CREATE TABLE lead_list_members (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    lead_list_id uuid NOT NULL REFERENCES lead_lists ON DELETE CASCADE,
    lead_id uuid NOT NULL REFERENCES leads ON DELETE CASCADE,
    added_at timestamptz DEFAULT now(),
    added_by uuid,
    notes text
);

-- Others'.
CREATE TABLE call_logs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    lead_id uuid NOT NULL REFERENCES leads ON DELETE CASCADE,
    campaign_id uuid REFERENCES campaigns,
    transcript text
);
CREATE TABLE conversations (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), lead_id uuid REFERENCES leads ON DELETE SET NULL);
CREATE TABLE audit_log (id bigint GENERATED ALWAYS AS IDENTITY, table_name text, at timestamptz DEFAULT now());

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at = now(); RETURN NEW; END $$;
CREATE TRIGGER touch_leads BEFORE UPDATE ON leads FOR EACH ROW EXECUTE FUNCTION touch();
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN INSERT INTO audit_log (table_name) VALUES (TG_TABLE_NAME); RETURN NULL; END $$;
CREATE TRIGGER audit_leads AFTER INSERT OR UPDATE OR DELETE ON leads FOR EACH ROW EXECUTE FUNCTION audit();
CREATE FUNCTION recount(p_list uuid) RETURNS void LANGUAGE sql
AS $$ UPDATE lead_lists SET lead_count = (SELECT count(*) FROM lead_list_members WHERE lead_list_id = p_list) WHERE id = p_list $$;
CREATE FUNCTION members_changed() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN PERFORM recount(coalesce(NEW.lead_list_id, OLD.lead_list_id)); RETURN NULL; END $$;
CREATE TRIGGER update_count AFTER INSERT OR DELETE ON lead_list_members FOR EACH ROW EXECUTE FUNCTION members_changed();
ALTER TABLE lead_list_members DISABLE TRIGGER update_count;
CREATE FUNCTION campaign_changed() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE NOTICE 'lead % goes to %', NEW.id, NEW.campaign_id; RETURN NEW; END $$;
CREATE TRIGGER campaign_changed BEFORE UPDATE OF campaign_id ON leads FOR EACH ROW EXECUTE FUNCTION campaign_changed();
CREATE FUNCTION campaign_totals(p_campaign uuid) RETURNS numeric LANGUAGE sql
AS $$ SELECT sum(pledged_amount) FROM leads WHERE campaign_id = p_campaign $$;

ALTER TABLE leads ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Everybody reads leads" ON leads FOR SELECT USING (true);
CREATE POLICY "By campaign" ON leads FOR ALL TO authenticated USING (campaign_id IS NOT NULL);
ALTER TABLE lead_lists ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Everybody writes lists" ON lead_lists USING (true) WITH CHECK (true);
GRANT ALL ON ALL TABLES IN SCHEMA public TO anon, authenticated, service_role;
