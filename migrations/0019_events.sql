-- What happened. An event is written in the transaction whose effect it tells of, or not at all, and stays as it was
-- written: nobody who serves requests may change or remove one. It has no number until its transaction was committed; then
-- the sequencer numbers those of one chain, one after the other and without gaps, and ties each to the one before it.
-- A tenant has a chain, a partner has one, and so has the platform.
--
-- One more serving role (src/platform/db/roles.ts):
--   bulkhead_sequencer  between requests        gives events of one chain numbers and hashes, once each
--
-- details holds what may say who somebody is, each piece with a salt of its own: {"address": {"salt": …, "value": …}}. The
-- chain is made of hashes of these, so that a piece can be taken out and its hash stays: {"address": {"commitment": …}}.

create table events (
  tenant_id uuid not null references tenants,
  id uuid not null,
  -- Where it happened. The places may be gone by now. Events of no space are of the tenant as a whole.
  space_id uuid,
  folder_id uuid,
  file_id uuid,
  type text not null,
  subject_type text not null,
  subject_id text not null,
  actor_type text not null,
  actor_id text not null,
  -- For whom the actor acted.
  user_id uuid,
  request_id text not null,
  outcome text not null check (outcome in ('done', 'refused')),
  details jsonb not null,
  created_at timestamptz not null,
  number bigint check (number > 0),
  hash bytea,
  primary key (tenant_id, id),
  unique (tenant_id, number),
  check ((number is null) = (hash is null))
);
create index events_without_number on events (tenant_id) where number is null;
create index on events (tenant_id, space_id, number);
create index on events (tenant_id, file_id, number) where file_id is not null;
create index on events (tenant_id, user_id, number) where user_id is not null;

-- The end of a tenant's chain, which is what the next event is tied to.
create table event_chains (
  tenant_id uuid not null references tenants,
  number bigint not null,
  hash bytea not null,
  primary key (tenant_id)
);

-- chain is the partner's id, or 00000000-0000-0000-0000-000000000000 for the platform.
create table admin_events (
  chain uuid not null,
  id uuid not null,
  type text not null,
  subject_type text not null,
  subject_id text not null,
  actor_type text not null,
  actor_id text not null,
  request_id text not null,
  outcome text not null check (outcome in ('done', 'refused')),
  details jsonb not null,
  created_at timestamptz not null,
  number bigint check (number > 0),
  hash bytea,
  primary key (chain, id),
  unique (chain, number),
  check ((number is null) = (hash is null))
);
create index admin_events_without_number on admin_events (chain) where number is null;

create table admin_event_chains (
  chain uuid not null primary key,
  number bigint not null,
  hash bytea not null
);

call make_tenant_table('events', 'space_id');
call make_tenant_table('event_chains');
alter table admin_events enable row level security;
alter table admin_events force row level security;
alter table admin_event_chains enable row level security;
alter table admin_event_chains force row level security;

-- Of what make_tenant_table grants, to read and to add; what has a number is added by nobody.
revoke all on events, event_chains from bulkhead_tenant, bulkhead_space;
grant select on events, event_chains to bulkhead_tenant;
grant select on events to bulkhead_space, bulkhead_part;
grant insert (tenant_id, id, space_id, folder_id, file_id, type, subject_type, subject_id, actor_type, actor_id, user_id,
  request_id, outcome, details, created_at) on events to bulkhead_tenant, bulkhead_space, bulkhead_part;
grant select on admin_events, admin_event_chains to bulkhead_platform, bulkhead_partner;
grant insert (chain, id, type, subject_type, subject_id, actor_type, actor_id, request_id, outcome, details, created_at)
  on admin_events to bulkhead_platform, bulkhead_partner;

do $$
declare
  spaces text := space_predicate('space_id');
  own_partner text := 'chain = (select nullif(current_setting(''app.partner_id'', true), '''')::uuid)';
  own_platform text := '(select current_setting(''app.platform'', true)) = ''on''';
  own_chain text := 'chain = nullif(current_setting(''app.chain'', true), '''')::uuid';
  numbered text;
begin
  -- Who is held to spaces also tells of what is of none, a refused request for instance, and reads nothing of it.
  drop policy space_wall on events;
  execute format('create policy space_wall on events for select to bulkhead_space using (%s)', spaces);
  execute format('create policy space_record on events for insert to bulkhead_space with check (%s and (space_id is null'
    ' or %s))', tenant_predicate(), setting_predicate('space_id', 'spaces'));
  -- Who is held to parts of spaces reads of what they see now: of a file as the file, of a folder as the folder.
  execute format('create policy part_select on events for select to bulkhead_part using (%s and case'
    ' when file_id is not null then exists (select from files where files.tenant_id = events.tenant_id and files.id = events.file_id)'
    ' when folder_id is not null then exists (select from folders where folders.tenant_id = events.tenant_id and folders.id = events.folder_id)'
    ' else %s end)', spaces, setting_predicate('space_id', 'sees_spaces'));
  execute format('create policy part_insert on events for insert to bulkhead_part with check (%s and (space_id is null'
    ' or %s))', tenant_predicate(), setting_predicate('space_id', 'spaces'));

  foreach numbered in array array['events', 'event_chains'] loop
    execute format('create policy numbering on %1$s to bulkhead_sequencer using (%2$s) with check (%2$s)',
      numbered, tenant_predicate());
  end loop;
  foreach numbered in array array['admin_events', 'admin_event_chains'] loop
    execute format('create policy numbering on %1$s to bulkhead_sequencer using (%2$s) with check (%2$s)',
      numbered, own_chain);
    execute format('create policy platform_wall on %1$s to bulkhead_platform using (%2$s) with check (%2$s)',
      numbered, own_platform);
    execute format('create policy partner_wall on %1$s to bulkhead_partner using (%2$s) with check (%2$s)',
      numbered, own_partner);
  end loop;
end
$$;
-- Whoever finds chains with events that still lack a number, after a crash, sees which chains, and nothing of the events.
create policy without_number on events for select to bulkhead_system
  using (number is null and (select current_setting('app.unnumbered', true)) = 'on');
create policy without_number on admin_events for select to bulkhead_system
  using (number is null and (select current_setting('app.unnumbered', true)) = 'on');
grant select (tenant_id) on events to bulkhead_system;
grant select (chain) on admin_events to bulkhead_system;

grant select, update (number, hash) on events, admin_events to bulkhead_sequencer;
grant select, insert, update (number, hash) on event_chains, admin_event_chains to bulkhead_sequencer;

-- A number is given once, whatever statement is forgotten in the program.
create function refuse_renumbering() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  raise exception 'an event that has a number stays as it is';
end
$$;
revoke all on function refuse_renumbering from public;
create trigger numbers_are_final before update of number, hash on events
  for each row when (old.number is not null) execute function refuse_renumbering();
create trigger numbers_are_final before update of number, hash on admin_events
  for each row when (old.number is not null) execute function refuse_renumbering();

-- Whether reading is recorded too: not, with others a moment later, or before it is answered.
alter table tenants add column records_reads text not null default 'soon'
  check (records_reads in ('off', 'soon', 'first'));
grant update (records_reads) on tenants to bulkhead_tenant;
