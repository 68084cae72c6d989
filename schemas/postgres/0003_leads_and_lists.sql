-- migrate:up
-- Leads, the lists they are on, the campaigns the lists are assigned to, and how far each lead has come in a campaign.
--
-- business_id stands in every table, and every foreign key between two of them carries it: a row that would mix two businesses
-- breaks a constraint, whoever writes it.

CREATE TABLE leads (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL REFERENCES businesses (id) ON DELETE RESTRICT,
    first_name text,
    last_name text,
    email text,
    phone text,
    mobile_phone text,
    company text,
    title text,
    department text,
    street text,
    city text,
    state text,
    postal_code text,
    country text,
    timezone text,
    preferred_language text,
    lead_source text,
    description text,
    notes text,
    owner_id uuid,
    status text NOT NULL DEFAULT 'new',
    do_not_call boolean NOT NULL DEFAULT false,     -- the source system's word
    dnc boolean NOT NULL DEFAULT false,             -- said to us
    do_not_email boolean NOT NULL DEFAULT false,
    email_opt_out boolean NOT NULL DEFAULT false,
    lead_score integer DEFAULT 0 CHECK (lead_score BETWEEN 0 AND 100),
    quality_rating varchar(20) NOT NULL DEFAULT 'unrated' CHECK (quality_rating IN ('hot', 'warm', 'cold', 'unrated')),
    score_breakdown jsonb NOT NULL DEFAULT '{}',
    source varchar(50) NOT NULL DEFAULT 'manual',
    source_id varchar(255),
    source_metadata jsonb NOT NULL DEFAULT '{}',
    tags jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(tags) = 'array'),
    custom_fields jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(custom_fields) = 'object'),
    last_activity_at timestamptz,
    last_synced_at timestamptz,
    sync_status text,
    sync_error text,
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid,
    updated_at timestamptz NOT NULL DEFAULT now(),
    updated_by uuid,
    CONSTRAINT leads_have_a_contact CHECK (phone IS NOT NULL OR mobile_phone IS NOT NULL OR email IS NOT NULL),
    UNIQUE (business_id, source, source_id),
    UNIQUE (business_id, id)
);
CREATE INDEX leads_email ON leads (business_id, email) WHERE email IS NOT NULL;
CREATE INDEX leads_phone ON leads (business_id, phone) WHERE phone IS NOT NULL;
CREATE INDEX leads_mobile_phone ON leads (business_id, mobile_phone) WHERE mobile_phone IS NOT NULL;
CREATE INDEX leads_rating ON leads (business_id, quality_rating, lead_score);

CREATE TABLE lead_lists (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL REFERENCES businesses (id) ON DELETE RESTRICT,
    name varchar(255) NOT NULL CHECK (name <> ''),
    description text,
    list_type varchar(50) NOT NULL DEFAULT 'static' CHECK (list_type IN ('static', 'dynamic', 'smart')),
    lead_count integer NOT NULL DEFAULT 0 CHECK (lead_count >= 0),
    is_archived boolean NOT NULL DEFAULT false,
    tags jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(tags) = 'array'),
    metadata jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(metadata) = 'object'),
    source varchar(50) NOT NULL DEFAULT 'manual',
    source_id varchar(255),
    filter_criteria jsonb,
    color text,
    created_at timestamptz NOT NULL DEFAULT now(),
    created_by uuid,
    updated_at timestamptz NOT NULL DEFAULT now(),
    updated_by uuid,
    UNIQUE (business_id, id)
);
CREATE INDEX lead_lists_name ON lead_lists (business_id, name);

CREATE TABLE lead_list_members (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    lead_list_id uuid NOT NULL,
    lead_id uuid NOT NULL,
    added_at timestamptz NOT NULL DEFAULT now(),
    added_by uuid,
    notes text,
    UNIQUE (lead_list_id, lead_id),
    FOREIGN KEY (business_id, lead_list_id) REFERENCES lead_lists (business_id, id) ON DELETE CASCADE,
    FOREIGN KEY (business_id, lead_id) REFERENCES leads (business_id, id) ON DELETE CASCADE
);
CREATE INDEX lead_list_members_lead_id ON lead_list_members (lead_id);

CREATE TABLE campaign_lead_lists (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    lead_list_id uuid NOT NULL,
    priority integer NOT NULL DEFAULT 1 CHECK (priority >= 1),
    max_attempts_override integer CHECK (max_attempts_override > 0),
    filter_criteria jsonb,
    total_leads integer NOT NULL DEFAULT 0 CHECK (total_leads >= 0),
    contacted_leads integer NOT NULL DEFAULT 0 CHECK (contacted_leads >= 0),
    successful_leads integer NOT NULL DEFAULT 0 CHECK (successful_leads >= 0),
    is_active boolean NOT NULL DEFAULT true,
    assigned_at timestamptz NOT NULL DEFAULT now(),
    assigned_by uuid,
    completed_at timestamptz,
    UNIQUE (campaign_id, lead_list_id),
    FOREIGN KEY (business_id, campaign_id) REFERENCES campaigns (business_id, id) ON DELETE CASCADE,
    FOREIGN KEY (business_id, lead_list_id) REFERENCES lead_lists (business_id, id) ON DELETE CASCADE
);
CREATE INDEX campaign_lead_lists_priority ON campaign_lead_lists (campaign_id, priority);
CREATE INDEX campaign_lead_lists_lead_list_id ON campaign_lead_lists (lead_list_id);

CREATE TABLE campaign_leads (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    lead_id uuid NOT NULL,
    lead_list_id uuid,
    status varchar(50) NOT NULL DEFAULT 'new'
        CHECK (status IN ('new', 'queued', 'calling', 'contacted', 'converted', 'failed', 'dnc')),
    attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    last_attempt_at timestamptz,
    next_attempt_at timestamptz,
    outcome varchar(100),
    pledged_amount numeric CHECK (pledged_amount >= 0),
    donated_amount numeric CHECK (donated_amount >= 0),
    total_talk_time integer NOT NULL DEFAULT 0 CHECK (total_talk_time >= 0), -- seconds
    last_call_duration integer CHECK (last_call_duration >= 0),              -- seconds
    notes text,
    added_at timestamptz NOT NULL DEFAULT now(),
    contacted_at timestamptz,
    converted_at timestamptz,
    UNIQUE (campaign_id, lead_id),
    FOREIGN KEY (business_id, campaign_id) REFERENCES campaigns (business_id, id) ON DELETE CASCADE,
    FOREIGN KEY (business_id, lead_id) REFERENCES leads (business_id, id) ON DELETE CASCADE,
    FOREIGN KEY (business_id, lead_list_id) REFERENCES lead_lists (business_id, id) ON DELETE SET NULL (lead_list_id)
);
CREATE INDEX campaign_leads_status ON campaign_leads (campaign_id, status);
CREATE INDEX campaign_leads_lead_id ON campaign_leads (lead_id);
CREATE INDEX campaign_leads_lead_list_id ON campaign_leads (lead_list_id);
CREATE INDEX campaign_leads_due ON campaign_leads (campaign_id, next_attempt_at) WHERE status IN ('new', 'queued');

-- The design's own inserts name a list and a lead, or a campaign and a list, and no business. It follows from the first of them;
-- the composite foreign keys then hold the second one to it. The pipeline gives business_id and never pays for this.
CREATE FUNCTION fill_business_id_from_list() RETURNS trigger
LANGUAGE plpgsql SET search_path = ''
AS $$
BEGIN
    SELECT business_id INTO NEW.business_id FROM public.lead_lists WHERE id = NEW.lead_list_id;
    RETURN NEW;
END
$$;

CREATE FUNCTION fill_business_id_from_campaign() RETURNS trigger
LANGUAGE plpgsql SET search_path = ''
AS $$
BEGIN
    SELECT business_id INTO NEW.business_id FROM public.campaigns WHERE id = NEW.campaign_id;
    RETURN NEW;
END
$$;

CREATE TRIGGER fill_business_id BEFORE INSERT ON lead_list_members
FOR EACH ROW WHEN (NEW.business_id IS NULL) EXECUTE FUNCTION fill_business_id_from_list();
CREATE TRIGGER fill_business_id BEFORE INSERT ON campaign_lead_lists
FOR EACH ROW WHEN (NEW.business_id IS NULL) EXECUTE FUNCTION fill_business_id_from_campaign();
CREATE TRIGGER fill_business_id BEFORE INSERT ON campaign_leads
FOR EACH ROW WHEN (NEW.business_id IS NULL) EXECUTE FUNCTION fill_business_id_from_campaign();

-- migrate:down
-- Forward only.
