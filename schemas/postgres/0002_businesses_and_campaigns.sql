-- migrate:up
-- Who calls (businesses, their members) and what for (campaigns).

CREATE TABLE businesses (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL CHECK (name <> ''),
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]*$'),
    default_country char(2) NOT NULL DEFAULT 'US' CHECK (default_country ~ '^[A-Z]{2}$'),
    timezone text NOT NULL DEFAULT 'UTC',
    status text NOT NULL DEFAULT 'active',
    settings jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE team_members (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL REFERENCES businesses (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    role text NOT NULL DEFAULT 'member' CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'invited', 'suspended', 'left')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (business_id, user_id)
);
CREATE INDEX team_members_user_id ON team_members (user_id);

CREATE TABLE campaigns (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    business_id uuid NOT NULL REFERENCES businesses (id) ON DELETE RESTRICT,
    name varchar(255) NOT NULL CHECK (name <> ''),
    description text,
    status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'active', 'paused', 'completed', 'cancelled')),
    max_attempts integer NOT NULL DEFAULT 3 CHECK (max_attempts > 0),
    daily_call_cap integer CHECK (daily_call_cap >= 0),
    budget numeric CHECK (budget >= 0),
    goal_metric text,
    dedupe_by_phone boolean NOT NULL DEFAULT false,
    exclude_dnc boolean NOT NULL DEFAULT true,
    call_window_start time, -- in the lead's own time zone
    call_window_end time,
    start_date date,
    end_date date,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK (end_date >= start_date),
    -- What composite foreign keys point at: a row that names a campaign names its business with it. Serves business_id, too.
    UNIQUE (business_id, id)
);

-- migrate:down
-- Forward only.
