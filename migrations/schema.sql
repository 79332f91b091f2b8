-- Generated from the migrated schema by `npm run generate`. Do not edit: write a migration.

create domain slug as text
  constraint slug_check CHECK ((VALUE ~ '^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$'::text));

CREATE OR REPLACE FUNCTION public.erasing_predicate()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select 'tenant_id = (select id from tenants'
    ' where id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid and status = ''erasing'')'
$function$;
revoke all on function erasing_predicate() from public;

CREATE OR REPLACE FUNCTION public.file_predicate(kind text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select space_predicate('space_id') || ' and (' || setting_predicate('id', kind)
    || ' or not ' || setting_predicate('id', kind || '_not')
    || ' and (' || setting_predicate('coalesce(folder_id, trashed_folder_id)', kind)
    || ' or ' || setting_predicate('space_id', kind || '_spaces')
    || ' and (coalesce(folder_id, trashed_folder_id) is null or not '
    || setting_predicate('coalesce(folder_id, trashed_folder_id)', kind || '_not')
    || ' and (trashed_folder_id is null or exists (select from folders where folders.tenant_id = files.tenant_id'
    || ' and folders.space_id = files.space_id and folders.id = files.trashed_folder_id)))))'
$function$;
revoke all on function file_predicate(kind text) from public;

CREATE OR REPLACE FUNCTION public.folder_predicate(kind text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select space_predicate('space_id') || ' and (' || setting_predicate('id', kind)
    || ' or ' || setting_predicate('space_id', kind || '_spaces')
    || ' and not ' || setting_predicate('id', kind || '_not')
    || ' and (parent_id is null or not ' || setting_predicate('parent_id', kind || '_not') || '))'
$function$;
revoke all on function folder_predicate(kind text) from public;

CREATE OR REPLACE PROCEDURE public.make_part_table(IN target regclass, IN sees text, IN changes text)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $procedure$
begin
  execute format('create policy part_select on %s for select to bulkhead_part using (%s)', target, sees);
  execute format('create policy part_insert on %s for insert to bulkhead_part with check (%s)', target, changes);
  execute format('create policy part_update on %1$s for update to bulkhead_part using (%2$s) with check (%2$s)',
    target, changes);
  execute format('create policy part_delete on %s for delete to bulkhead_part using (%s)', target, changes);
  execute format('grant select, insert, update, delete on %s to bulkhead_part', target);
end
$procedure$;
revoke all on procedure make_part_table(IN target regclass, IN sees text, IN changes text) from public;

CREATE OR REPLACE PROCEDURE public.make_tenant_table(IN target regclass, IN space_column name DEFAULT NULL::name)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $procedure$
declare
  offender text;
begin
  if not exists (
    select from pg_attribute
    where attrelid = target and attname = 'tenant_id' and attnotnull and atttypid = 'uuid'::regtype
  ) then
    raise exception '% needs a column tenant_id uuid not null', target;
  end if;
  select indexrelid::regclass into offender
  from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
  where i.indrelid = target and i.indisunique and a.attname <> 'tenant_id';
  if offender is not null then
    raise exception 'unique index % does not begin with tenant_id', offender;
  end if;
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy tenant_wall on %s to bulkhead_tenant using (%s) with check (%s)',
    target, tenant_predicate(), tenant_predicate());
  execute format('grant select, insert, update, delete on %s to bulkhead_tenant', target);
  -- What lies in no space is nothing to a caller who is held to spaces.
  if space_column is not null then
    execute format('create policy space_wall on %s to bulkhead_space using (%s) with check (%s)',
      target, space_predicate(space_column), space_predicate(space_column));
    execute format('grant select, insert, update, delete on %s to bulkhead_space', target);
  end if;
  execute format('create policy erasure on %s to bulkhead_eraser using (%s) with check (false)',
    target, erasing_predicate());
  -- ctid is where a row lies: enough to delete in batches, and it says nothing of what is in it.
  execute format('grant delete, select (ctid, tenant_id) on %s to bulkhead_eraser', target);
end
$procedure$;
revoke all on procedure make_tenant_table(IN target regclass, IN space_column name) from public;

CREATE OR REPLACE FUNCTION public.of_block_predicate(target name, kind text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select space_predicate('space_id') || format(
    ' and exists (select from index_blocks where index_blocks.tenant_id = %1$I.tenant_id'
    ' and index_blocks.space_id = %1$I.space_id and index_blocks.version_id = %1$I.version_id%2$s)',
    target, case when kind <> 'sees' then ' and ' || of_file_predicate('index_blocks', kind) end)
$function$;
revoke all on function of_block_predicate(target name, kind text) from public;

CREATE OR REPLACE FUNCTION public.of_file_predicate(target name, kind text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select space_predicate('space_id') || format(
    ' and exists (select from files where files.tenant_id = %1$I.tenant_id and files.id = %1$I.file_id%2$s)',
    target, case when kind <> 'sees' then ' and ' || file_predicate(kind) end)
$function$;
revoke all on function of_file_predicate(target name, kind text) from public;

CREATE OR REPLACE FUNCTION public.refuse_renumbering()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  raise exception 'an event that has a number stays as it is';
end
$function$;
revoke all on function refuse_renumbering() from public;

CREATE OR REPLACE FUNCTION public.refuse_return()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  raise exception 'a tenant that is being erased cannot be brought back';
end
$function$;
revoke all on function refuse_return() from public;

CREATE OR REPLACE FUNCTION public.refuse_rewinding()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  id bigint := (new.checkpoint ->> 'id')::bigint;
  id_before bigint := coalesce((old.checkpoint ->> 'id')::bigint, 0);
begin
  if id is null or id > old.number or id < id_before
    or (id = id_before and new.checkpoint -> 'hash' is distinct from old.checkpoint -> 'hash')
  then
    raise exception 'a checkpoint moves towards the end of its chain';
  end if;
  return new;
end
$function$;
revoke all on function refuse_rewinding() from public;

CREATE OR REPLACE FUNCTION public.refuse_rewriting()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  if old.number is null or exists (
    select from jsonb_each(old.details) as o full join jsonb_each(new.details) as n using (key)
    where n.value is distinct from o.value and not (
      coalesce(o.value ? 'salt', false)
      and coalesce(n.value ->> 'commitment' ~ '^[0-9a-f]{64}$', false)
      and n.value = jsonb_build_object('commitment', n.value ->> 'commitment')))
  then
    raise exception 'what an event says can be taken out of it, and stays as it is otherwise';
  end if;
  return new;
end
$function$;
revoke all on function refuse_rewriting() from public;

CREATE OR REPLACE FUNCTION public.setting_predicate(subject text, setting text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select format('%s in (select unnest(nullif(current_setting(''app.%s'', true), '''')::uuid[]))', subject, setting)
$function$;
revoke all on function setting_predicate(subject text, setting text) from public;

CREATE OR REPLACE FUNCTION public.space_predicate(space_column name)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select tenant_predicate() || format(
    ' and %I = any ((select nullif(current_setting(''app.spaces'', true), '''')::uuid[])::uuid[])', space_column)
$function$;
revoke all on function space_predicate(space_column name) from public;

CREATE OR REPLACE FUNCTION public.tenant_predicate()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select 'tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid'
$function$;
revoke all on function tenant_predicate() from public;

create table admin_event_chains (
  chain uuid not null,
  number bigint not null,
  hash bytea not null,
  checkpoint jsonb,
  constraint admin_event_chains_pkey PRIMARY KEY (chain)
);
CREATE TRIGGER checkpoint_moves_on BEFORE UPDATE OF checkpoint ON public.admin_event_chains FOR EACH ROW EXECUTE FUNCTION refuse_rewinding();
alter table admin_event_chains enable row level security;
alter table admin_event_chains force row level security;
create policy archiving on admin_event_chains as permissive for all to bulkhead_archivist
  using ((chain = (NULLIF(current_setting('app.chain'::text, true), ''::text))::uuid))
  with check ((chain = (NULLIF(current_setting('app.chain'::text, true), ''::text))::uuid));
create policy numbering on admin_event_chains as permissive for all to bulkhead_sequencer
  using ((chain = (NULLIF(current_setting('app.chain'::text, true), ''::text))::uuid))
  with check ((chain = (NULLIF(current_setting('app.chain'::text, true), ''::text))::uuid));
create policy partner_wall on admin_event_chains as permissive for all to bulkhead_partner
  using ((chain = ( SELECT (NULLIF(current_setting('app.partner_id'::text, true), ''::text))::uuid AS "nullif")))
  with check ((chain = ( SELECT (NULLIF(current_setting('app.partner_id'::text, true), ''::text))::uuid AS "nullif")));
create policy platform_wall on admin_event_chains as permissive for all to bulkhead_platform
  using ((( SELECT current_setting('app.platform'::text, true) AS current_setting) = 'on'::text))
  with check ((( SELECT current_setting('app.platform'::text, true) AS current_setting) = 'on'::text));
grant select, update (checkpoint) on admin_event_chains to bulkhead_archivist;
grant select on admin_event_chains to bulkhead_partner;
grant select on admin_event_chains to bulkhead_platform;
grant select, insert, update (number, hash) on admin_event_chains to bulkhead_sequencer;

create table admin_events (
  chain uuid not null,
  id uuid not null,
  type text not null,
  subject_type text not null,
  subject_id text not null,
  actor_type text not null,
  actor_id text not null,
  request_id text not null,
  outcome text not null,
  details jsonb not null,
  created_at timestamp with time zone not null,
  number bigint,
  hash bytea,
  constraint admin_events_pkey PRIMARY KEY (chain, id),
  constraint admin_events_chain_number_key UNIQUE (chain, number),
  constraint admin_events_check CHECK (((number IS NULL) = (hash IS NULL))),
  constraint admin_events_number_check CHECK ((number > 0)),
  constraint admin_events_outcome_check CHECK ((outcome = ANY (ARRAY['done'::text, 'refused'::text])))
);
CREATE INDEX admin_events_without_number ON public.admin_events USING btree (chain) WHERE (number IS NULL);
CREATE TRIGGER details_are_final BEFORE UPDATE OF details ON public.admin_events FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER numbers_are_final BEFORE UPDATE OF number, hash ON public.admin_events FOR EACH ROW WHEN ((old.number IS NOT NULL)) EXECUTE FUNCTION refuse_renumbering();
alter table admin_events enable row level security;
alter table admin_events force row level security;
create policy archived on admin_events as permissive for select to bulkhead_archivist
  using ((chain = (NULLIF(current_setting('app.chain'::text, true), ''::text))::uuid));
create policy ending on admin_events as permissive for delete to bulkhead_archivist
  using (((chain = (NULLIF(current_setting('app.chain'::text, true), ''::text))::uuid) AND (number <= ( SELECT ((admin_event_chains.checkpoint ->> 'id'::text))::bigint AS int8
   FROM admin_event_chains
  WHERE (admin_event_chains.chain = admin_events.chain)))));
create policy numbering on admin_events as permissive for all to bulkhead_sequencer
  using ((chain = (NULLIF(current_setting('app.chain'::text, true), ''::text))::uuid))
  with check ((chain = (NULLIF(current_setting('app.chain'::text, true), ''::text))::uuid));
create policy partner_wall on admin_events as permissive for all to bulkhead_partner
  using ((chain = ( SELECT (NULLIF(current_setting('app.partner_id'::text, true), ''::text))::uuid AS "nullif")))
  with check ((chain = ( SELECT (NULLIF(current_setting('app.partner_id'::text, true), ''::text))::uuid AS "nullif")));
create policy platform_wall on admin_events as permissive for all to bulkhead_platform
  using ((( SELECT current_setting('app.platform'::text, true) AS current_setting) = 'on'::text))
  with check ((( SELECT current_setting('app.platform'::text, true) AS current_setting) = 'on'::text));
create policy redacting on admin_events as permissive for update to bulkhead_archivist
  using ((chain = (NULLIF(current_setting('app.chain'::text, true), ''::text))::uuid))
  with check ((chain = (NULLIF(current_setting('app.chain'::text, true), ''::text))::uuid));
create policy without_number on admin_events as permissive for select to bulkhead_system
  using (((number IS NULL) AND (( SELECT current_setting('app.unnumbered'::text, true) AS current_setting) = 'on'::text)));
grant select, update (details), delete on admin_events to bulkhead_archivist;
grant select, insert (chain, id, type, subject_type, subject_id, actor_type, actor_id, request_id, outcome, details, created_at) on admin_events to bulkhead_partner;
grant select, insert (chain, id, type, subject_type, subject_id, actor_type, actor_id, request_id, outcome, details, created_at) on admin_events to bulkhead_platform;
grant select, update (number, hash) on admin_events to bulkhead_sequencer;
grant select (chain) on admin_events to bulkhead_system;

create table alerts (
  tenant_id uuid not null,
  id uuid not null,
  space_id uuid,
  name text not null,
  types text[] not null,
  threshold integer not null,
  window_seconds integer not null,
  status text not null default 'active'::text,
  "position" bigint not null,
  counted_after bigint not null,
  count bigint not null default 0,
  is_raised boolean not null default false,
  raised_at timestamp with time zone,
  created_by uuid not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint alerts_pkey PRIMARY KEY (tenant_id, id),
  constraint alerts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint alerts_tenant_id_space_id_fkey FOREIGN KEY (tenant_id, space_id) REFERENCES spaces(tenant_id, id) ON DELETE CASCADE,
  constraint alerts_check CHECK (((counted_after >= 0) AND (counted_after <= "position"))),
  constraint alerts_check1 CHECK (((NOT is_raised) OR (raised_at IS NOT NULL))),
  constraint alerts_count_check CHECK ((count >= 0)),
  constraint alerts_name_check CHECK (((length(name) >= 1) AND (length(name) <= 255))),
  constraint alerts_position_check CHECK (("position" >= 0)),
  constraint alerts_status_check CHECK ((status = ANY (ARRAY['active'::text, 'disabled'::text]))),
  constraint alerts_threshold_check CHECK (((threshold >= 1) AND (threshold <= 1000000))),
  constraint alerts_types_check CHECK ((cardinality(types) > 0)),
  constraint alerts_window_seconds_check CHECK (((window_seconds >= 60) AND (window_seconds <= 2592000)))
);
CREATE INDEX alerts_active ON public.alerts USING btree (tenant_id) WHERE (status = 'active'::text);
CREATE INDEX alerts_tenant_id_created_at_id_idx ON public.alerts USING btree (tenant_id, created_at, id);
CREATE INDEX alerts_tenant_id_space_id_idx ON public.alerts USING btree (tenant_id, space_id);
alter table alerts enable row level security;
alter table alerts force row level security;
create policy erasure on alerts as permissive for all to bulkhead_eraser
  using ((tenant_id = ( SELECT tenants.id
   FROM tenants
  WHERE ((tenants.id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (tenants.status = 'erasing'::text)))))
  with check (false);
create policy space_wall on alerts as permissive for all to bulkhead_space
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
create policy tenant_wall on alerts as permissive for all to bulkhead_tenant
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
create policy whose on alerts as permissive for select to bulkhead_system
  using (((status = 'active'::text) AND (( SELECT current_setting('app.consumers'::text, true) AS current_setting) = 'on'::text)));
grant select (ctid, tenant_id), delete on alerts to bulkhead_eraser;
grant select, insert, update, delete on alerts to bulkhead_space;
grant select (tenant_id, status, "position") on alerts to bulkhead_system;
grant select, insert, update, delete on alerts to bulkhead_tenant;

create table chunks (
  tenant_id uuid not null,
  version_id uuid not null,
  ordinal integer not null,
  id uuid not null,
  space_id uuid not null,
  file_id uuid not null,
  content bytea not null,
  page integer,
  start_offset integer not null,
  end_offset integer not null,
  language text not null,
  constraint chunks_pkey PRIMARY KEY (tenant_id, version_id, ordinal),
  constraint chunks_tenant_id_id_key UNIQUE (tenant_id, id),
  constraint chunks_tenant_id_space_id_version_id_fkey FOREIGN KEY (tenant_id, space_id, version_id) REFERENCES versions(tenant_id, space_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX chunks_tenant_id_file_id_idx ON public.chunks USING btree (tenant_id, file_id);
CREATE INDEX chunks_tenant_id_space_id_version_id_idx ON public.chunks USING btree (tenant_id, space_id, version_id);
alter table chunks enable row level security;
alter table chunks force row level security;
create policy erasure on chunks as permissive for all to bulkhead_eraser
  using ((tenant_id = ( SELECT tenants.id
   FROM tenants
  WHERE ((tenants.id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (tenants.status = 'erasing'::text)))))
  with check (false);
create policy part_delete on chunks as permissive for delete to bulkhead_part
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (EXISTS ( SELECT
   FROM files
  WHERE ((files.tenant_id = chunks.tenant_id) AND (files.id = chunks.file_id) AND (files.tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (files.space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((NOT (files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((files.space_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_spaces'::text, true), ''::text))::uuid[]) AS unnest)) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IS NULL) OR ((NOT (COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((files.trashed_folder_id IS NULL) OR (EXISTS ( SELECT
           FROM folders
          WHERE ((folders.tenant_id = files.tenant_id) AND (folders.space_id = files.space_id) AND (folders.id = files.trashed_folder_id))))))))))))))));
create policy part_insert on chunks as permissive for insert to bulkhead_part
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (EXISTS ( SELECT
   FROM files
  WHERE ((files.tenant_id = chunks.tenant_id) AND (files.id = chunks.file_id) AND (files.tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (files.space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((NOT (files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((files.space_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_spaces'::text, true), ''::text))::uuid[]) AS unnest)) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IS NULL) OR ((NOT (COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((files.trashed_folder_id IS NULL) OR (EXISTS ( SELECT
           FROM folders
          WHERE ((folders.tenant_id = files.tenant_id) AND (folders.space_id = files.space_id) AND (folders.id = files.trashed_folder_id))))))))))))))));
create policy part_select on chunks as permissive for select to bulkhead_part
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (EXISTS ( SELECT
   FROM files
  WHERE ((files.tenant_id = chunks.tenant_id) AND (files.id = chunks.file_id))))));
create policy part_update on chunks as permissive for update to bulkhead_part
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (EXISTS ( SELECT
   FROM files
  WHERE ((files.tenant_id = chunks.tenant_id) AND (files.id = chunks.file_id) AND (files.tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (files.space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((NOT (files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((files.space_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_spaces'::text, true), ''::text))::uuid[]) AS unnest)) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IS NULL) OR ((NOT (COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((files.trashed_folder_id IS NULL) OR (EXISTS ( SELECT
           FROM folders
          WHERE ((folders.tenant_id = files.tenant_id) AND (folders.space_id = files.space_id) AND (folders.id = files.trashed_folder_id))))))))))))))))
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (EXISTS ( SELECT
   FROM files
  WHERE ((files.tenant_id = chunks.tenant_id) AND (files.id = chunks.file_id) AND (files.tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (files.space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((NOT (files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((files.space_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_spaces'::text, true), ''::text))::uuid[]) AS unnest)) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IS NULL) OR ((NOT (COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((files.trashed_folder_id IS NULL) OR (EXISTS ( SELECT
           FROM folders
          WHERE ((folders.tenant_id = files.tenant_id) AND (folders.space_id = files.space_id) AND (folders.id = files.trashed_folder_id))))))))))))))));
create policy space_wall on chunks as permissive for all to bulkhead_space
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
create policy tenant_wall on chunks as permissive for all to bulkhead_tenant
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant select (ctid, tenant_id), delete on chunks to bulkhead_eraser;
grant select, insert, update, delete on chunks to bulkhead_part;
grant select, insert, update, delete on chunks to bulkhead_space;
grant select, insert, update, delete on chunks to bulkhead_tenant;

create table event_chains (
  tenant_id uuid not null,
  number bigint not null,
  hash bytea not null,
  checkpoint jsonb,
  constraint event_chains_pkey PRIMARY KEY (tenant_id),
  constraint event_chains_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id)
);
CREATE TRIGGER checkpoint_moves_on BEFORE UPDATE OF checkpoint ON public.event_chains FOR EACH ROW EXECUTE FUNCTION refuse_rewinding();
alter table event_chains enable row level security;
alter table event_chains force row level security;
create policy archiving on event_chains as permissive for all to bulkhead_archivist
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
create policy erasure on event_chains as permissive for all to bulkhead_eraser
  using ((tenant_id = ( SELECT tenants.id
   FROM tenants
  WHERE ((tenants.id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (tenants.status = 'erasing'::text)))))
  with check (false);
create policy how_far on event_chains as permissive for select to bulkhead_system
  using ((( SELECT current_setting('app.consumers'::text, true) AS current_setting) = 'on'::text));
create policy numbering on event_chains as permissive for all to bulkhead_sequencer
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
create policy tenant_wall on event_chains as permissive for all to bulkhead_tenant
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant select, update (checkpoint) on event_chains to bulkhead_archivist;
grant select (ctid, tenant_id), delete on event_chains to bulkhead_eraser;
grant select, insert, update (number, hash) on event_chains to bulkhead_sequencer;
grant select (tenant_id, number) on event_chains to bulkhead_system;
grant select on event_chains to bulkhead_tenant;

create table events (
  tenant_id uuid not null,
  id uuid not null,
  space_id uuid,
  folder_id uuid,
  file_id uuid,
  type text not null,
  subject_type text not null,
  subject_id text not null,
  actor_type text not null,
  actor_id text not null,
  user_id uuid,
  request_id text not null,
  outcome text not null,
  details jsonb not null,
  created_at timestamp with time zone not null,
  number bigint,
  hash bytea,
  constraint events_pkey PRIMARY KEY (tenant_id, id),
  constraint events_tenant_id_number_key UNIQUE (tenant_id, number),
  constraint events_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint events_check CHECK (((number IS NULL) = (hash IS NULL))),
  constraint events_number_check CHECK ((number > 0)),
  constraint events_outcome_check CHECK ((outcome = ANY (ARRAY['done'::text, 'refused'::text])))
);
CREATE INDEX events_by_time ON public.events USING btree (tenant_id, created_at);
CREATE INDEX events_tenant_id_file_id_number_idx ON public.events USING btree (tenant_id, file_id, number) WHERE (file_id IS NOT NULL);
CREATE INDEX events_tenant_id_space_id_number_idx ON public.events USING btree (tenant_id, space_id, number);
CREATE INDEX events_tenant_id_user_id_number_idx ON public.events USING btree (tenant_id, user_id, number) WHERE (user_id IS NOT NULL);
CREATE INDEX events_without_number ON public.events USING btree (tenant_id) WHERE (number IS NULL);
CREATE TRIGGER details_are_final BEFORE UPDATE OF details ON public.events FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER numbers_are_final BEFORE UPDATE OF number, hash ON public.events FOR EACH ROW WHEN ((old.number IS NOT NULL)) EXECUTE FUNCTION refuse_renumbering();
alter table events enable row level security;
alter table events force row level security;
create policy archived on events as permissive for select to bulkhead_archivist
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
create policy ending on events as permissive for delete to bulkhead_archivist
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (number <= ( SELECT ((event_chains.checkpoint ->> 'id'::text))::bigint AS int8
   FROM event_chains
  WHERE (event_chains.tenant_id = events.tenant_id)))));
create policy erasure on events as permissive for all to bulkhead_eraser
  using ((tenant_id = ( SELECT tenants.id
   FROM tenants
  WHERE ((tenants.id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (tenants.status = 'erasing'::text)))))
  with check (false);
create policy numbering on events as permissive for all to bulkhead_sequencer
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
create policy part_insert on events as permissive for insert to bulkhead_part
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((space_id IS NULL) OR (space_id IN ( SELECT unnest((NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[]) AS unnest)))));
create policy part_select on events as permissive for select to bulkhead_part
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND
CASE
    WHEN (file_id IS NOT NULL) THEN (EXISTS ( SELECT
       FROM files
      WHERE ((files.tenant_id = events.tenant_id) AND (files.id = events.file_id))))
    WHEN (folder_id IS NOT NULL) THEN (EXISTS ( SELECT
       FROM folders
      WHERE ((folders.tenant_id = events.tenant_id) AND (folders.id = events.folder_id))))
    ELSE (space_id IN ( SELECT unnest((NULLIF(current_setting('app.sees_spaces'::text, true), ''::text))::uuid[]) AS unnest))
END));
create policy redacting on events as permissive for update to bulkhead_archivist
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
create policy space_record on events as permissive for insert to bulkhead_space
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND ((space_id IS NULL) OR (space_id IN ( SELECT unnest((NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[]) AS unnest)))));
create policy space_wall on events as permissive for select to bulkhead_space
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
create policy tenant_wall on events as permissive for all to bulkhead_tenant
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
create policy without_number on events as permissive for select to bulkhead_system
  using (((number IS NULL) AND (( SELECT current_setting('app.unnumbered'::text, true) AS current_setting) = 'on'::text)));
grant select, update (details), delete on events to bulkhead_archivist;
grant select (ctid, tenant_id), delete on events to bulkhead_eraser;
grant select, insert (tenant_id, id, space_id, folder_id, file_id, type, subject_type, subject_id, actor_type, actor_id, user_id, request_id, outcome, details, created_at) on events to bulkhead_part;
grant select, update (number, hash) on events to bulkhead_sequencer;
grant select, insert (tenant_id, id, space_id, folder_id, file_id, type, subject_type, subject_id, actor_type, actor_id, user_id, request_id, outcome, details, created_at) on events to bulkhead_space;
grant select (tenant_id) on events to bulkhead_system;
grant select, insert (tenant_id, id, space_id, folder_id, file_id, type, subject_type, subject_id, actor_type, actor_id, user_id, request_id, outcome, details, created_at) on events to bulkhead_tenant;

create table files (
  tenant_id uuid not null,
  id uuid not null,
  space_id uuid not null,
  name text not null,
  external_id text,
  origin text not null,
  metadata jsonb not null default '{}'::jsonb,
  status text not null,
  failure text,
  failure_detail text,
  media_type text not null,
  size_bytes bigint not null,
  sha256 bytea not null,
  live_version_id uuid,
  created_by uuid,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  folder_id uuid,
  trashed_at timestamp with time zone,
  trashed_version_id uuid,
  trashed_folder_id uuid,
  trashed_path text,
  pages_done integer,
  pages_total integer,
  constraint files_pkey PRIMARY KEY (tenant_id, id),
  constraint files_tenant_id_space_id_id_key UNIQUE (tenant_id, space_id, id),
  constraint files_tenant_id_space_id_fkey FOREIGN KEY (tenant_id, space_id) REFERENCES spaces(tenant_id, id),
  constraint files_tenant_id_space_id_folder_id_fkey FOREIGN KEY (tenant_id, space_id, folder_id) REFERENCES folders(tenant_id, space_id, id),
  constraint files_check CHECK (((status = 'trashed'::text) = (trashed_at IS NOT NULL))),
  constraint files_check1 CHECK (((status <> 'trashed'::text) OR ((live_version_id IS NULL) AND (folder_id IS NULL)))),
  constraint files_external_id_check CHECK (((length(external_id) >= 1) AND (length(external_id) <= 255))),
  constraint files_name_check CHECK (((length(name) >= 1) AND (length(name) <= 1024))),
  constraint files_origin_check CHECK (((length(origin) >= 1) AND (length(origin) <= 255))),
  constraint files_status_check CHECK ((status = ANY (ARRAY['queued'::text, 'extracting'::text, 'indexing'::text, 'ready'::text, 'failed'::text, 'stored'::text, 'trashed'::text])))
);
CREATE UNIQUE INDEX files_external_id ON public.files USING btree (tenant_id, space_id, external_id) WHERE (trashed_at IS NULL);
CREATE INDEX files_tenant_id_idx ON public.files USING btree (tenant_id) WHERE (status = 'queued'::text);
CREATE INDEX files_tenant_id_space_id_created_at_id_idx ON public.files USING btree (tenant_id, space_id, created_at, id);
CREATE INDEX files_tenant_id_space_id_folder_id_created_at_id_idx ON public.files USING btree (tenant_id, space_id, folder_id, created_at, id) WHERE (folder_id IS NOT NULL);
CREATE INDEX files_tenant_id_space_id_trashed_at_id_idx ON public.files USING btree (tenant_id, space_id, trashed_at, id) WHERE (trashed_at IS NOT NULL);
alter table files enable row level security;
alter table files force row level security;
create policy erasure on files as permissive for all to bulkhead_eraser
  using ((tenant_id = ( SELECT tenants.id
   FROM tenants
  WHERE ((tenants.id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (tenants.status = 'erasing'::text)))))
  with check (false);
create policy part_delete on files as permissive for delete to bulkhead_part
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((id IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((NOT (id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((COALESCE(folder_id, trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((space_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_spaces'::text, true), ''::text))::uuid[]) AS unnest)) AND ((COALESCE(folder_id, trashed_folder_id) IS NULL) OR ((NOT (COALESCE(folder_id, trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((trashed_folder_id IS NULL) OR (EXISTS ( SELECT
   FROM folders
  WHERE ((folders.tenant_id = files.tenant_id) AND (folders.space_id = files.space_id) AND (folders.id = files.trashed_folder_id)))))))))))));
create policy part_insert on files as permissive for insert to bulkhead_part
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((id IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((NOT (id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((COALESCE(folder_id, trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((space_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_spaces'::text, true), ''::text))::uuid[]) AS unnest)) AND ((COALESCE(folder_id, trashed_folder_id) IS NULL) OR ((NOT (COALESCE(folder_id, trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((trashed_folder_id IS NULL) OR (EXISTS ( SELECT
   FROM folders
  WHERE ((folders.tenant_id = files.tenant_id) AND (folders.space_id = files.space_id) AND (folders.id = files.trashed_folder_id)))))))))))));
create policy part_select on files as permissive for select to bulkhead_part
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((id IN ( SELECT unnest((NULLIF(current_setting('app.sees'::text, true), ''::text))::uuid[]) AS unnest)) OR ((NOT (id IN ( SELECT unnest((NULLIF(current_setting('app.sees_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((COALESCE(folder_id, trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.sees'::text, true), ''::text))::uuid[]) AS unnest)) OR ((space_id IN ( SELECT unnest((NULLIF(current_setting('app.sees_spaces'::text, true), ''::text))::uuid[]) AS unnest)) AND ((COALESCE(folder_id, trashed_folder_id) IS NULL) OR ((NOT (COALESCE(folder_id, trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.sees_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((trashed_folder_id IS NULL) OR (EXISTS ( SELECT
   FROM folders
  WHERE ((folders.tenant_id = files.tenant_id) AND (folders.space_id = files.space_id) AND (folders.id = files.trashed_folder_id)))))))))))));
create policy part_update on files as permissive for update to bulkhead_part
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((id IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((NOT (id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((COALESCE(folder_id, trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((space_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_spaces'::text, true), ''::text))::uuid[]) AS unnest)) AND ((COALESCE(folder_id, trashed_folder_id) IS NULL) OR ((NOT (COALESCE(folder_id, trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((trashed_folder_id IS NULL) OR (EXISTS ( SELECT
   FROM folders
  WHERE ((folders.tenant_id = files.tenant_id) AND (folders.space_id = files.space_id) AND (folders.id = files.trashed_folder_id)))))))))))))
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((id IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((NOT (id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((COALESCE(folder_id, trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((space_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_spaces'::text, true), ''::text))::uuid[]) AS unnest)) AND ((COALESCE(folder_id, trashed_folder_id) IS NULL) OR ((NOT (COALESCE(folder_id, trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((trashed_folder_id IS NULL) OR (EXISTS ( SELECT
   FROM folders
  WHERE ((folders.tenant_id = files.tenant_id) AND (folders.space_id = files.space_id) AND (folders.id = files.trashed_folder_id)))))))))))));
create policy space_wall on files as permissive for all to bulkhead_space
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
create policy tenant_wall on files as permissive for all to bulkhead_tenant
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant select (ctid, tenant_id), delete on files to bulkhead_eraser;
grant select, insert, update, delete on files to bulkhead_part;
grant select, insert, update, delete on files to bulkhead_space;
grant select, insert, update, delete on files to bulkhead_tenant;

create table folders (
  tenant_id uuid not null,
  id uuid not null,
  space_id uuid not null,
  parent_id uuid,
  parent_depth integer,
  depth integer not null,
  name text not null,
  name_key text not null,
  created_by uuid,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint folders_pkey PRIMARY KEY (tenant_id, id),
  constraint folders_tenant_id_space_id_id_depth_key UNIQUE (tenant_id, space_id, id, depth),
  constraint folders_tenant_id_space_id_id_key UNIQUE (tenant_id, space_id, id),
  constraint folders_tenant_id_space_id_parent_id_name_key_key UNIQUE NULLS NOT DISTINCT (tenant_id, space_id, parent_id, name_key),
  constraint folders_tenant_id_space_id_fkey FOREIGN KEY (tenant_id, space_id) REFERENCES spaces(tenant_id, id),
  constraint folders_tenant_id_space_id_parent_id_parent_depth_fkey FOREIGN KEY (tenant_id, space_id, parent_id, parent_depth) REFERENCES folders(tenant_id, space_id, id, depth) ON DELETE CASCADE,
  constraint folders_check CHECK (((parent_id IS NULL) = (parent_depth IS NULL))),
  constraint folders_check1 CHECK ((depth = (COALESCE(parent_depth, 0) + 1))),
  constraint folders_depth_check CHECK (((depth >= 1) AND (depth <= 32))),
  constraint folders_name_check CHECK (((length(name) >= 1) AND (length(name) <= 255))),
  constraint folders_name_key_check CHECK (((length(name_key) >= 1) AND (length(name_key) <= 1024)))
);
CREATE INDEX folders_tenant_id_space_id_parent_id_parent_depth_idx ON public.folders USING btree (tenant_id, space_id, parent_id, parent_depth);
alter table folders enable row level security;
alter table folders force row level security;
create policy erasure on folders as permissive for all to bulkhead_eraser
  using ((tenant_id = ( SELECT tenants.id
   FROM tenants
  WHERE ((tenants.id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (tenants.status = 'erasing'::text)))))
  with check (false);
create policy part_delete on folders as permissive for delete to bulkhead_part
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((id IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((space_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_spaces'::text, true), ''::text))::uuid[]) AS unnest)) AND (NOT (id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((parent_id IS NULL) OR (NOT (parent_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))))))));
create policy part_insert on folders as permissive for insert to bulkhead_part
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((id IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((space_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_spaces'::text, true), ''::text))::uuid[]) AS unnest)) AND (NOT (id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((parent_id IS NULL) OR (NOT (parent_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))))))));
create policy part_select on folders as permissive for select to bulkhead_part
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((id IN ( SELECT unnest((NULLIF(current_setting('app.sees'::text, true), ''::text))::uuid[]) AS unnest)) OR ((space_id IN ( SELECT unnest((NULLIF(current_setting('app.sees_spaces'::text, true), ''::text))::uuid[]) AS unnest)) AND (NOT (id IN ( SELECT unnest((NULLIF(current_setting('app.sees_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((parent_id IS NULL) OR (NOT (parent_id IN ( SELECT unnest((NULLIF(current_setting('app.sees_not'::text, true), ''::text))::uuid[]) AS unnest))))))));
create policy part_update on folders as permissive for update to bulkhead_part
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((id IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((space_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_spaces'::text, true), ''::text))::uuid[]) AS unnest)) AND (NOT (id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((parent_id IS NULL) OR (NOT (parent_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))))))))
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((id IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((space_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_spaces'::text, true), ''::text))::uuid[]) AS unnest)) AND (NOT (id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((parent_id IS NULL) OR (NOT (parent_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))))))));
create policy space_wall on folders as permissive for all to bulkhead_space
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
create policy tenant_wall on folders as permissive for all to bulkhead_tenant
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant select (ctid, tenant_id), delete on folders to bulkhead_eraser;
grant select, insert, update, delete on folders to bulkhead_part;
grant select, insert, update, delete on folders to bulkhead_space;
grant select, insert, update, delete on folders to bulkhead_tenant;

create table grants (
  tenant_id uuid not null,
  id uuid not null,
  effect text not null,
  permissions text[] not null,
  user_id uuid,
  group_id uuid,
  role_id uuid,
  on_space uuid,
  on_folder uuid,
  on_file uuid,
  created_at timestamp with time zone not null,
  constraint grants_pkey PRIMARY KEY (tenant_id, id),
  constraint grants_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint grants_tenant_id_group_id_fkey FOREIGN KEY (tenant_id, group_id) REFERENCES groups(tenant_id, id) ON DELETE CASCADE,
  constraint grants_tenant_id_on_file_fkey FOREIGN KEY (tenant_id, on_file) REFERENCES files(tenant_id, id) ON DELETE CASCADE,
  constraint grants_tenant_id_on_folder_fkey FOREIGN KEY (tenant_id, on_folder) REFERENCES folders(tenant_id, id) ON DELETE CASCADE,
  constraint grants_tenant_id_on_space_fkey FOREIGN KEY (tenant_id, on_space) REFERENCES spaces(tenant_id, id) ON DELETE CASCADE,
  constraint grants_tenant_id_role_id_fkey FOREIGN KEY (tenant_id, role_id) REFERENCES roles(tenant_id, id) ON DELETE CASCADE,
  constraint grants_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES users(tenant_id, id) ON DELETE CASCADE,
  constraint grants_check CHECK ((num_nonnulls(user_id, group_id, role_id) = 1)),
  constraint grants_check1 CHECK ((num_nonnulls(on_space, on_folder, on_file) = 1)),
  constraint grants_effect_check CHECK ((effect = ANY (ARRAY['allow'::text, 'deny'::text]))),
  constraint grants_permissions_check CHECK ((cardinality(permissions) > 0))
);
CREATE INDEX grants_tenant_id_created_at_id_idx ON public.grants USING btree (tenant_id, created_at, id);
CREATE INDEX grants_tenant_id_group_id_idx ON public.grants USING btree (tenant_id, group_id) WHERE (group_id IS NOT NULL);
CREATE INDEX grants_tenant_id_on_file_idx ON public.grants USING btree (tenant_id, on_file) WHERE (on_file IS NOT NULL);
CREATE INDEX grants_tenant_id_on_folder_idx ON public.grants USING btree (tenant_id, on_folder) WHERE (on_folder IS NOT NULL);
CREATE INDEX grants_tenant_id_on_space_idx ON public.grants USING btree (tenant_id, on_space) WHERE (on_space IS NOT NULL);
CREATE INDEX grants_tenant_id_role_id_idx ON public.grants USING btree (tenant_id, role_id) WHERE (role_id IS NOT NULL);
CREATE INDEX grants_tenant_id_user_id_idx ON public.grants USING btree (tenant_id, user_id) WHERE (user_id IS NOT NULL);
alter table grants enable row level security;
alter table grants force row level security;
create policy erasure on grants as permissive for all to bulkhead_eraser
  using ((tenant_id = ( SELECT tenants.id
   FROM tenants
  WHERE ((tenants.id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (tenants.status = 'erasing'::text)))))
  with check (false);
create policy tenant_wall on grants as permissive for all to bulkhead_tenant
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant select (ctid, tenant_id), delete on grants to bulkhead_eraser;
grant select, insert, update, delete on grants to bulkhead_tenant;

create table group_members (
  tenant_id uuid not null,
  id uuid not null,
  group_id uuid not null,
  user_id uuid,
  member_group_id uuid,
  created_at timestamp with time zone not null,
  constraint group_members_pkey PRIMARY KEY (tenant_id, id),
  constraint group_members_tenant_id_group_id_user_id_member_group_id_key UNIQUE NULLS NOT DISTINCT (tenant_id, group_id, user_id, member_group_id),
  constraint group_members_tenant_id_group_id_fkey FOREIGN KEY (tenant_id, group_id) REFERENCES groups(tenant_id, id) ON DELETE CASCADE,
  constraint group_members_tenant_id_member_group_id_fkey FOREIGN KEY (tenant_id, member_group_id) REFERENCES groups(tenant_id, id) ON DELETE CASCADE,
  constraint group_members_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES users(tenant_id, id) ON DELETE CASCADE,
  constraint group_members_check CHECK ((num_nonnulls(user_id, member_group_id) = 1)),
  constraint group_members_check1 CHECK ((member_group_id <> group_id))
);
CREATE INDEX group_members_tenant_id_member_group_id_idx ON public.group_members USING btree (tenant_id, member_group_id) WHERE (member_group_id IS NOT NULL);
CREATE INDEX group_members_tenant_id_user_id_idx ON public.group_members USING btree (tenant_id, user_id) WHERE (user_id IS NOT NULL);
alter table group_members enable row level security;
alter table group_members force row level security;
create policy erasure on group_members as permissive for all to bulkhead_eraser
  using ((tenant_id = ( SELECT tenants.id
   FROM tenants
  WHERE ((tenants.id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (tenants.status = 'erasing'::text)))))
  with check (false);
create policy tenant_wall on group_members as permissive for all to bulkhead_tenant
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant select (ctid, tenant_id), delete on group_members to bulkhead_eraser;
grant select, insert, update, delete on group_members to bulkhead_tenant;

create table groups (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  external_id text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint groups_pkey PRIMARY KEY (tenant_id, id),
  constraint groups_tenant_id_external_id_key UNIQUE (tenant_id, external_id),
  constraint groups_tenant_id_name_key UNIQUE (tenant_id, name),
  constraint groups_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint groups_external_id_check CHECK (((length(external_id) >= 1) AND (length(external_id) <= 255))),
  constraint groups_name_check CHECK (((length(name) >= 1) AND (length(name) <= 255)))
);
alter table groups enable row level security;
alter table groups force row level security;
create policy erasure on groups as permissive for all to bulkhead_eraser
  using ((tenant_id = ( SELECT tenants.id
   FROM tenants
  WHERE ((tenants.id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (tenants.status = 'erasing'::text)))))
  with check (false);
create policy tenant_wall on groups as permissive for all to bulkhead_tenant
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant select (ctid, tenant_id), delete on groups to bulkhead_eraser;
grant select, insert, update, delete on groups to bulkhead_tenant;

create table idempotency_keys (
  tenant_id uuid not null,
  id uuid not null,
  space_id uuid,
  subject_id uuid not null,
  name_hash bytea not null,
  request_hash bytea,
  status integer,
  answer bytea,
  created_at timestamp with time zone not null,
  constraint idempotency_keys_pkey PRIMARY KEY (tenant_id, id),
  constraint idempotency_keys_tenant_id_subject_id_name_hash_key UNIQUE (tenant_id, subject_id, name_hash),
  constraint idempotency_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint idempotency_keys_tenant_id_space_id_fkey FOREIGN KEY (tenant_id, space_id) REFERENCES spaces(tenant_id, id) ON DELETE CASCADE,
  constraint idempotency_keys_check CHECK ((((status IS NULL) = (answer IS NULL)) AND ((status IS NULL) = (request_hash IS NULL))))
);
CREATE INDEX idempotency_keys_tenant_id_created_at_idx ON public.idempotency_keys USING btree (tenant_id, created_at);
CREATE INDEX idempotency_keys_tenant_id_space_id_idx ON public.idempotency_keys USING btree (tenant_id, space_id) WHERE (space_id IS NOT NULL);
alter table idempotency_keys enable row level security;
alter table idempotency_keys force row level security;
create policy erasure on idempotency_keys as permissive for all to bulkhead_eraser
  using ((tenant_id = ( SELECT tenants.id
   FROM tenants
  WHERE ((tenants.id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (tenants.status = 'erasing'::text)))))
  with check (false);
create policy space_wall on idempotency_keys as permissive for all to bulkhead_space
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
create policy tenant_wall on idempotency_keys as permissive for all to bulkhead_tenant
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant select (ctid, tenant_id), delete on idempotency_keys to bulkhead_eraser;
grant select, insert, update, delete on idempotency_keys to bulkhead_space;
grant select, insert, update, delete on idempotency_keys to bulkhead_tenant;

create table index_blocks (
  tenant_id uuid not null,
  space_id uuid not null,
  version_id uuid not null,
  file_id uuid not null,
  added_seq bigint not null,
  removed_seq bigint,
  removed_at timestamp with time zone,
  format smallint not null,
  chunk_count integer not null,
  data bytea,
  constraint index_blocks_pkey PRIMARY KEY (tenant_id, space_id, version_id),
  constraint index_blocks_tenant_id_space_id_fkey FOREIGN KEY (tenant_id, space_id) REFERENCES spaces(tenant_id, id),
  constraint index_blocks_check CHECK (((removed_seq IS NULL) = (data IS NOT NULL)))
);
alter table index_blocks alter column data set storage external;
CREATE INDEX index_blocks_tenant_id_file_id_idx ON public.index_blocks USING btree (tenant_id, file_id);
CREATE INDEX index_blocks_tenant_id_space_id_added_seq_idx ON public.index_blocks USING btree (tenant_id, space_id, added_seq);
CREATE INDEX index_blocks_tenant_id_space_id_removed_seq_idx ON public.index_blocks USING btree (tenant_id, space_id, removed_seq) WHERE (removed_seq IS NOT NULL);
alter table index_blocks enable row level security;
alter table index_blocks force row level security;
create policy erasure on index_blocks as permissive for all to bulkhead_eraser
  using ((tenant_id = ( SELECT tenants.id
   FROM tenants
  WHERE ((tenants.id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (tenants.status = 'erasing'::text)))))
  with check (false);
create policy part_delete on index_blocks as permissive for delete to bulkhead_part
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (EXISTS ( SELECT
   FROM files
  WHERE ((files.tenant_id = index_blocks.tenant_id) AND (files.id = index_blocks.file_id) AND (files.tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (files.space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((NOT (files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((files.space_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_spaces'::text, true), ''::text))::uuid[]) AS unnest)) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IS NULL) OR ((NOT (COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((files.trashed_folder_id IS NULL) OR (EXISTS ( SELECT
           FROM folders
          WHERE ((folders.tenant_id = files.tenant_id) AND (folders.space_id = files.space_id) AND (folders.id = files.trashed_folder_id))))))))))))))));
create policy part_insert on index_blocks as permissive for insert to bulkhead_part
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (EXISTS ( SELECT
   FROM files
  WHERE ((files.tenant_id = index_blocks.tenant_id) AND (files.id = index_blocks.file_id) AND (files.tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (files.space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((NOT (files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((files.space_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_spaces'::text, true), ''::text))::uuid[]) AS unnest)) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IS NULL) OR ((NOT (COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((files.trashed_folder_id IS NULL) OR (EXISTS ( SELECT
           FROM folders
          WHERE ((folders.tenant_id = files.tenant_id) AND (folders.space_id = files.space_id) AND (folders.id = files.trashed_folder_id))))))))))))))));
create policy part_select on index_blocks as permissive for select to bulkhead_part
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (EXISTS ( SELECT
   FROM files
  WHERE ((files.tenant_id = index_blocks.tenant_id) AND (files.id = index_blocks.file_id))))));
create policy part_update on index_blocks as permissive for update to bulkhead_part
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (EXISTS ( SELECT
   FROM files
  WHERE ((files.tenant_id = index_blocks.tenant_id) AND (files.id = index_blocks.file_id) AND (files.tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (files.space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((NOT (files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((files.space_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_spaces'::text, true), ''::text))::uuid[]) AS unnest)) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IS NULL) OR ((NOT (COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((files.trashed_folder_id IS NULL) OR (EXISTS ( SELECT
           FROM folders
          WHERE ((folders.tenant_id = files.tenant_id) AND (folders.space_id = files.space_id) AND (folders.id = files.trashed_folder_id))))))))))))))))
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (EXISTS ( SELECT
   FROM files
  WHERE ((files.tenant_id = index_blocks.tenant_id) AND (files.id = index_blocks.file_id) AND (files.tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (files.space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((NOT (files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((files.space_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_spaces'::text, true), ''::text))::uuid[]) AS unnest)) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IS NULL) OR ((NOT (COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((files.trashed_folder_id IS NULL) OR (EXISTS ( SELECT
           FROM folders
          WHERE ((folders.tenant_id = files.tenant_id) AND (folders.space_id = files.space_id) AND (folders.id = files.trashed_folder_id))))))))))))))));
create policy space_wall on index_blocks as permissive for all to bulkhead_space
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
create policy tenant_wall on index_blocks as permissive for all to bulkhead_tenant
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant select (ctid, tenant_id), delete on index_blocks to bulkhead_eraser;
grant select, insert, update, delete on index_blocks to bulkhead_part;
grant select, insert, update, delete on index_blocks to bulkhead_space;
grant select, insert, update, delete on index_blocks to bulkhead_tenant;

create table index_vectors (
  tenant_id uuid not null,
  id uuid not null,
  space_id uuid not null,
  version_id uuid not null,
  embedder text not null,
  data bytea not null,
  constraint index_vectors_pkey PRIMARY KEY (tenant_id, id),
  constraint index_vectors_tenant_id_space_id_version_id_embedder_key UNIQUE (tenant_id, space_id, version_id, embedder),
  constraint index_vectors_tenant_id_space_id_version_id_fkey FOREIGN KEY (tenant_id, space_id, version_id) REFERENCES index_blocks(tenant_id, space_id, version_id) ON DELETE CASCADE
);
alter table index_vectors alter column data set storage external;
alter table index_vectors enable row level security;
alter table index_vectors force row level security;
create policy erasure on index_vectors as permissive for all to bulkhead_eraser
  using ((tenant_id = ( SELECT tenants.id
   FROM tenants
  WHERE ((tenants.id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (tenants.status = 'erasing'::text)))))
  with check (false);
create policy part_delete on index_vectors as permissive for delete to bulkhead_part
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (EXISTS ( SELECT
   FROM index_blocks
  WHERE ((index_blocks.tenant_id = index_vectors.tenant_id) AND (index_blocks.space_id = index_vectors.space_id) AND (index_blocks.version_id = index_vectors.version_id) AND (index_blocks.tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (index_blocks.space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (EXISTS ( SELECT
           FROM files
          WHERE ((files.tenant_id = index_blocks.tenant_id) AND (files.id = index_blocks.file_id) AND (files.tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (files.space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((NOT (files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((files.space_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_spaces'::text, true), ''::text))::uuid[]) AS unnest)) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IS NULL) OR ((NOT (COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((files.trashed_folder_id IS NULL) OR (EXISTS ( SELECT
                   FROM folders
                  WHERE ((folders.tenant_id = files.tenant_id) AND (folders.space_id = files.space_id) AND (folders.id = files.trashed_folder_id)))))))))))))))))));
create policy part_insert on index_vectors as permissive for insert to bulkhead_part
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (EXISTS ( SELECT
   FROM index_blocks
  WHERE ((index_blocks.tenant_id = index_vectors.tenant_id) AND (index_blocks.space_id = index_vectors.space_id) AND (index_blocks.version_id = index_vectors.version_id) AND (index_blocks.tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (index_blocks.space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (EXISTS ( SELECT
           FROM files
          WHERE ((files.tenant_id = index_blocks.tenant_id) AND (files.id = index_blocks.file_id) AND (files.tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (files.space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((NOT (files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((files.space_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_spaces'::text, true), ''::text))::uuid[]) AS unnest)) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IS NULL) OR ((NOT (COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((files.trashed_folder_id IS NULL) OR (EXISTS ( SELECT
                   FROM folders
                  WHERE ((folders.tenant_id = files.tenant_id) AND (folders.space_id = files.space_id) AND (folders.id = files.trashed_folder_id)))))))))))))))))));
create policy part_select on index_vectors as permissive for select to bulkhead_part
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (EXISTS ( SELECT
   FROM index_blocks
  WHERE ((index_blocks.tenant_id = index_vectors.tenant_id) AND (index_blocks.space_id = index_vectors.space_id) AND (index_blocks.version_id = index_vectors.version_id))))));
create policy part_update on index_vectors as permissive for update to bulkhead_part
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (EXISTS ( SELECT
   FROM index_blocks
  WHERE ((index_blocks.tenant_id = index_vectors.tenant_id) AND (index_blocks.space_id = index_vectors.space_id) AND (index_blocks.version_id = index_vectors.version_id) AND (index_blocks.tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (index_blocks.space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (EXISTS ( SELECT
           FROM files
          WHERE ((files.tenant_id = index_blocks.tenant_id) AND (files.id = index_blocks.file_id) AND (files.tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (files.space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((NOT (files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((files.space_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_spaces'::text, true), ''::text))::uuid[]) AS unnest)) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IS NULL) OR ((NOT (COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((files.trashed_folder_id IS NULL) OR (EXISTS ( SELECT
                   FROM folders
                  WHERE ((folders.tenant_id = files.tenant_id) AND (folders.space_id = files.space_id) AND (folders.id = files.trashed_folder_id)))))))))))))))))))
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (EXISTS ( SELECT
   FROM index_blocks
  WHERE ((index_blocks.tenant_id = index_vectors.tenant_id) AND (index_blocks.space_id = index_vectors.space_id) AND (index_blocks.version_id = index_vectors.version_id) AND (index_blocks.tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (index_blocks.space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (EXISTS ( SELECT
           FROM files
          WHERE ((files.tenant_id = index_blocks.tenant_id) AND (files.id = index_blocks.file_id) AND (files.tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (files.space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((NOT (files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((files.space_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_spaces'::text, true), ''::text))::uuid[]) AS unnest)) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IS NULL) OR ((NOT (COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((files.trashed_folder_id IS NULL) OR (EXISTS ( SELECT
                   FROM folders
                  WHERE ((folders.tenant_id = files.tenant_id) AND (folders.space_id = files.space_id) AND (folders.id = files.trashed_folder_id)))))))))))))))))));
create policy space_wall on index_vectors as permissive for all to bulkhead_space
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
create policy tenant_wall on index_vectors as permissive for all to bulkhead_tenant
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant select (ctid, tenant_id), delete on index_vectors to bulkhead_eraser;
grant select, insert, update, delete on index_vectors to bulkhead_part;
grant select, insert, update, delete on index_vectors to bulkhead_space;
grant select, insert, update, delete on index_vectors to bulkhead_tenant;

create table invitations (
  tenant_id uuid not null,
  id uuid not null,
  email text not null,
  name text,
  role_ids uuid[] not null,
  secret_hash bytea not null,
  invited_by uuid,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  accepted_at timestamp with time zone,
  user_id uuid,
  constraint invitations_pkey PRIMARY KEY (tenant_id, id),
  constraint invitations_tenant_id_secret_hash_key UNIQUE (tenant_id, secret_hash),
  constraint invitations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint invitations_tenant_id_invited_by_fkey FOREIGN KEY (tenant_id, invited_by) REFERENCES users(tenant_id, id) ON DELETE CASCADE,
  constraint invitations_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES users(tenant_id, id) ON DELETE SET NULL (user_id),
  constraint invitations_email_check CHECK (((length(email) >= 3) AND (length(email) <= 320))),
  constraint invitations_name_check CHECK (((length(name) >= 1) AND (length(name) <= 255)))
);
CREATE INDEX invitations_secret_hash_idx ON public.invitations USING btree (secret_hash);
CREATE INDEX invitations_tenant_id_created_at_id_idx ON public.invitations USING btree (tenant_id, created_at, id);
CREATE INDEX invitations_tenant_id_invited_by_idx ON public.invitations USING btree (tenant_id, invited_by) WHERE (invited_by IS NOT NULL);
CREATE INDEX invitations_tenant_id_user_id_idx ON public.invitations USING btree (tenant_id, user_id) WHERE (user_id IS NOT NULL);
alter table invitations enable row level security;
alter table invitations force row level security;
create policy erasure on invitations as permissive for all to bulkhead_eraser
  using ((tenant_id = ( SELECT tenants.id
   FROM tenants
  WHERE ((tenants.id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (tenants.status = 'erasing'::text)))))
  with check (false);
create policy presented_invitation on invitations as permissive for select to bulkhead_system
  using ((secret_hash = ( SELECT decode(NULLIF(current_setting('app.secret_hash'::text, true), ''::text), 'hex'::text) AS decode)));
create policy tenant_wall on invitations as permissive for all to bulkhead_tenant
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant select (ctid, tenant_id), delete on invitations to bulkhead_eraser;
grant select (tenant_id, id, secret_hash) on invitations to bulkhead_system;
grant select, insert, update, delete on invitations to bulkhead_tenant;

create table keys (
  id uuid not null,
  level text not null,
  partner_id uuid,
  tenant_id uuid,
  space_id uuid,
  name text not null,
  hint text not null,
  secret_hash bytea not null,
  permissions text[] not null,
  created_by uuid,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  user_id uuid,
  mode text not null default 'live'::text,
  allowed_addresses text[] not null default '{}'::text[],
  last_used_at timestamp with time zone,
  replaces uuid,
  constraint keys_pkey PRIMARY KEY (id),
  constraint keys_secret_hash_key UNIQUE (secret_hash),
  constraint keys_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES partners(id) ON DELETE CASCADE,
  constraint keys_partner_id_tenant_id_fkey FOREIGN KEY (partner_id, tenant_id) REFERENCES tenants(partner_id, id),
  constraint keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint keys_tenant_id_space_id_fkey FOREIGN KEY (tenant_id, space_id) REFERENCES spaces(tenant_id, id) ON DELETE CASCADE,
  constraint keys_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES users(tenant_id, id) ON DELETE CASCADE,
  constraint keys_check CHECK (((level = 'platform'::text) = (partner_id IS NULL))),
  constraint keys_check1 CHECK (((level = ANY (ARRAY['tenant'::text, 'space'::text])) = (tenant_id IS NOT NULL))),
  constraint keys_check2 CHECK (((level = 'space'::text) = (space_id IS NOT NULL))),
  constraint keys_check3 CHECK (((tenant_id IS NOT NULL) OR ((user_id IS NULL) AND (mode = 'live'::text)))),
  constraint keys_level_check CHECK ((level = ANY (ARRAY['platform'::text, 'partner'::text, 'tenant'::text, 'space'::text]))),
  constraint keys_mode_check CHECK ((mode = ANY (ARRAY['live'::text, 'test'::text]))),
  constraint keys_name_check CHECK (((length(name) >= 1) AND (length(name) <= 255)))
);
CREATE INDEX keys_partner_id_created_at_id_idx ON public.keys USING btree (partner_id, created_at, id);
CREATE INDEX keys_tenant_id_created_at_id_idx ON public.keys USING btree (tenant_id, created_at, id);
CREATE INDEX keys_tenant_id_space_id_idx ON public.keys USING btree (tenant_id, space_id) WHERE (space_id IS NOT NULL);
CREATE INDEX keys_tenant_id_user_id_idx ON public.keys USING btree (tenant_id, user_id) WHERE (user_id IS NOT NULL);
alter table keys enable row level security;
alter table keys force row level security;
create policy erasure on keys as permissive for all to bulkhead_eraser
  using ((tenant_id = ( SELECT tenants.id
   FROM tenants
  WHERE ((tenants.id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (tenants.status = 'erasing'::text)))))
  with check (false);
create policy partner_wall on keys as permissive for all to bulkhead_partner
  using ((partner_id = ( SELECT (NULLIF(current_setting('app.partner_id'::text, true), ''::text))::uuid AS "nullif")))
  with check ((partner_id = ( SELECT (NULLIF(current_setting('app.partner_id'::text, true), ''::text))::uuid AS "nullif")));
create policy platform_wall on keys as permissive for all to bulkhead_platform
  using ((( SELECT current_setting('app.platform'::text, true) AS current_setting) = 'on'::text))
  with check ((( SELECT current_setting('app.platform'::text, true) AS current_setting) = 'on'::text));
create policy presented_key on keys as permissive for select to bulkhead_system
  using ((secret_hash = ( SELECT decode(NULLIF(current_setting('app.secret_hash'::text, true), ''::text), 'hex'::text) AS decode)));
create policy presented_key_use on keys as permissive for update to bulkhead_system
  using ((secret_hash = ( SELECT decode(NULLIF(current_setting('app.secret_hash'::text, true), ''::text), 'hex'::text) AS decode)))
  with check ((secret_hash = ( SELECT decode(NULLIF(current_setting('app.secret_hash'::text, true), ''::text), 'hex'::text) AS decode)));
create policy space_wall on keys as permissive for all to bulkhead_space
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
create policy tenant_wall on keys as permissive for all to bulkhead_tenant
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant select (ctid, tenant_id), delete on keys to bulkhead_eraser;
grant select (id, level, partner_id, tenant_id, space_id, name, hint, permissions, created_by, created_at, expires_at, revoked_at, user_id, mode, allowed_addresses, last_used_at, replaces), insert, update (expires_at, revoked_at) on keys to bulkhead_partner;
grant select (id, level, partner_id, tenant_id, space_id, name, hint, permissions, created_by, created_at, expires_at, revoked_at, user_id, mode, allowed_addresses, last_used_at, replaces), insert, update (expires_at, revoked_at) on keys to bulkhead_platform;
grant select (id, level, partner_id, tenant_id, space_id, name, hint, permissions, created_by, created_at, expires_at, revoked_at, user_id, mode, allowed_addresses, last_used_at, replaces), insert, update (expires_at, revoked_at) on keys to bulkhead_space;
grant select, update (last_used_at) on keys to bulkhead_system;
grant select (id, level, partner_id, tenant_id, space_id, name, hint, permissions, created_by, created_at, expires_at, revoked_at, user_id, mode, allowed_addresses, last_used_at, replaces), insert, update (expires_at, revoked_at) on keys to bulkhead_tenant;

create table partners (
  id uuid not null,
  slug slug not null,
  name text not null,
  status text not null default 'active'::text,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint partners_pkey PRIMARY KEY (id),
  constraint partners_slug_key UNIQUE (slug),
  constraint partners_name_check CHECK (((length(name) >= 1) AND (length(name) <= 255))),
  constraint partners_status_check CHECK ((status = ANY (ARRAY['active'::text, 'suspended'::text])))
);
alter table partners enable row level security;
alter table partners force row level security;
create policy of_presented_tenant on partners as permissive for select to bulkhead_system
  using ((id IN ( SELECT tenants.partner_id
   FROM tenants)));
create policy partner_wall on partners as permissive for select to bulkhead_partner
  using ((id = ( SELECT (NULLIF(current_setting('app.partner_id'::text, true), ''::text))::uuid AS "nullif")));
create policy platform_wall on partners as permissive for all to bulkhead_platform
  using ((( SELECT current_setting('app.platform'::text, true) AS current_setting) = 'on'::text))
  with check ((( SELECT current_setting('app.platform'::text, true) AS current_setting) = 'on'::text));
create policy presented_key on partners as permissive for select to bulkhead_system
  using ((id IN ( SELECT keys.partner_id
   FROM keys)));
grant select on partners to bulkhead_partner;
grant select, insert, update, delete on partners to bulkhead_platform;
grant select on partners to bulkhead_system;

create table portal_tokens (
  tenant_id uuid not null,
  id uuid not null,
  hint text not null,
  secret_hash bytea not null,
  subject_external_id text not null,
  subject_name text,
  scopes text[] not null,
  spaces uuid[] not null,
  folders uuid[] not null,
  files uuid[] not null,
  origins text[] not null,
  max_uses integer,
  uses integer not null default 0,
  created_by uuid not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  last_used_at timestamp with time zone,
  constraint portal_tokens_pkey PRIMARY KEY (tenant_id, id),
  constraint portal_tokens_tenant_id_secret_hash_key UNIQUE (tenant_id, secret_hash),
  constraint portal_tokens_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint portal_tokens_max_uses_check CHECK ((max_uses > 0)),
  constraint portal_tokens_scopes_check CHECK ((cardinality(scopes) > 0)),
  constraint portal_tokens_spaces_check CHECK ((cardinality(spaces) > 0)),
  constraint portal_tokens_subject_external_id_check CHECK (((length(subject_external_id) >= 1) AND (length(subject_external_id) <= 255))),
  constraint portal_tokens_subject_name_check CHECK (((length(subject_name) >= 1) AND (length(subject_name) <= 255)))
);
CREATE INDEX portal_tokens_secret_hash_idx ON public.portal_tokens USING btree (secret_hash);
CREATE INDEX portal_tokens_tenant_id_created_at_id_idx ON public.portal_tokens USING btree (tenant_id, created_at, id);
CREATE INDEX portal_tokens_tenant_id_subject_external_id_created_at_id_idx ON public.portal_tokens USING btree (tenant_id, subject_external_id, created_at, id);
alter table portal_tokens enable row level security;
alter table portal_tokens force row level security;
create policy erasure on portal_tokens as permissive for all to bulkhead_eraser
  using ((tenant_id = ( SELECT tenants.id
   FROM tenants
  WHERE ((tenants.id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (tenants.status = 'erasing'::text)))))
  with check (false);
create policy presented_token on portal_tokens as permissive for select to bulkhead_system
  using ((secret_hash = ( SELECT decode(NULLIF(current_setting('app.secret_hash'::text, true), ''::text), 'hex'::text) AS decode)));
create policy presented_token_use on portal_tokens as permissive for update to bulkhead_system
  using ((secret_hash = ( SELECT decode(NULLIF(current_setting('app.secret_hash'::text, true), ''::text), 'hex'::text) AS decode)))
  with check ((secret_hash = ( SELECT decode(NULLIF(current_setting('app.secret_hash'::text, true), ''::text), 'hex'::text) AS decode)));
create policy tenant_wall on portal_tokens as permissive for all to bulkhead_tenant
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant select (ctid, tenant_id), delete on portal_tokens to bulkhead_eraser;
grant select (tenant_id, id, secret_hash, subject_external_id, subject_name, scopes, spaces, folders, files, origins, max_uses, uses, created_by, expires_at, revoked_at, last_used_at), update (uses, last_used_at) on portal_tokens to bulkhead_system;
grant select, insert, update, delete on portal_tokens to bulkhead_tenant;

create table roles (
  tenant_id uuid not null,
  id uuid not null,
  slug slug not null,
  name text not null,
  is_built_in boolean not null default false,
  permissions text[] not null,
  enters_open_spaces boolean not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint roles_pkey PRIMARY KEY (tenant_id, id),
  constraint roles_tenant_id_slug_key UNIQUE (tenant_id, slug),
  constraint roles_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint roles_name_check CHECK (((length(name) >= 1) AND (length(name) <= 255)))
);
alter table roles enable row level security;
alter table roles force row level security;
create policy erasure on roles as permissive for all to bulkhead_eraser
  using ((tenant_id = ( SELECT tenants.id
   FROM tenants
  WHERE ((tenants.id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (tenants.status = 'erasing'::text)))))
  with check (false);
create policy tenant_wall on roles as permissive for all to bulkhead_tenant
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant select (ctid, tenant_id), delete on roles to bulkhead_eraser;
grant select, insert, update, delete on roles to bulkhead_tenant;

create table search_records (
  tenant_id uuid not null,
  id uuid not null,
  space_id uuid not null,
  search_id uuid not null,
  asked_at timestamp with time zone not null,
  fingerprint text,
  query bytea,
  found integer not null,
  took_ms double precision not null,
  clicks integer not null default 0,
  best_click integer,
  constraint search_records_pkey PRIMARY KEY (tenant_id, id),
  constraint search_records_tenant_id_space_id_search_id_key UNIQUE (tenant_id, space_id, search_id),
  constraint search_records_tenant_id_space_id_fkey FOREIGN KEY (tenant_id, space_id) REFERENCES spaces(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX search_records_tenant_id_space_id_asked_at_idx ON public.search_records USING btree (tenant_id, space_id, asked_at);
alter table search_records enable row level security;
alter table search_records force row level security;
create policy erasure on search_records as permissive for all to bulkhead_eraser
  using ((tenant_id = ( SELECT tenants.id
   FROM tenants
  WHERE ((tenants.id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (tenants.status = 'erasing'::text)))))
  with check (false);
create policy space_wall on search_records as permissive for all to bulkhead_space
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
create policy tenant_wall on search_records as permissive for all to bulkhead_tenant
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant select (ctid, tenant_id), delete on search_records to bulkhead_eraser;
grant select, insert, update, delete on search_records to bulkhead_space;
grant select, insert, update, delete on search_records to bulkhead_tenant;

create table space_synonyms (
  tenant_id uuid not null,
  space_id uuid not null,
  rules jsonb not null,
  lookup jsonb not null,
  updated_at timestamp with time zone not null,
  constraint space_synonyms_pkey PRIMARY KEY (tenant_id, space_id),
  constraint space_synonyms_tenant_id_space_id_fkey FOREIGN KEY (tenant_id, space_id) REFERENCES spaces(tenant_id, id) ON DELETE CASCADE
);
alter table space_synonyms enable row level security;
alter table space_synonyms force row level security;
create policy erasure on space_synonyms as permissive for all to bulkhead_eraser
  using ((tenant_id = ( SELECT tenants.id
   FROM tenants
  WHERE ((tenants.id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (tenants.status = 'erasing'::text)))))
  with check (false);
create policy part_select on space_synonyms as permissive for select to bulkhead_part
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
create policy space_wall on space_synonyms as permissive for all to bulkhead_space
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
create policy tenant_wall on space_synonyms as permissive for all to bulkhead_tenant
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant select (ctid, tenant_id), delete on space_synonyms to bulkhead_eraser;
grant select on space_synonyms to bulkhead_part;
grant select, insert, update, delete on space_synonyms to bulkhead_space;
grant select, insert, update, delete on space_synonyms to bulkhead_tenant;

create table spaces (
  tenant_id uuid not null,
  id uuid not null,
  slug slug not null,
  name text not null,
  external_id text,
  status text not null default 'active'::text,
  intelligence boolean not null default true,
  embedder text,
  serving_embedder text,
  index_seq bigint not null default 0,
  has_synonyms boolean not null default false,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  trash_days integer,
  visibility text not null default 'open'::text,
  mode text not null default 'live'::text,
  reranker text,
  chunk_by text,
  chunk_chars integer,
  chunk_overlap integer,
  model text,
  constraint spaces_pkey PRIMARY KEY (tenant_id, id),
  constraint spaces_tenant_id_external_id_key UNIQUE (tenant_id, external_id),
  constraint spaces_tenant_id_slug_key UNIQUE (tenant_id, slug),
  constraint spaces_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint spaces_chunk_by_check CHECK ((chunk_by = ANY (ARRAY['structure'::text, 'size'::text]))),
  constraint spaces_chunk_chars_check CHECK (((chunk_chars >= 200) AND (chunk_chars <= 4000))),
  constraint spaces_chunk_overlap_check CHECK (((chunk_overlap >= 0) AND (chunk_overlap <= 1000))),
  constraint spaces_embedder_check CHECK (((length(embedder) >= 1) AND (length(embedder) <= 64))),
  constraint spaces_external_id_check CHECK (((length(external_id) >= 1) AND (length(external_id) <= 255))),
  constraint spaces_mode_check CHECK ((mode = ANY (ARRAY['live'::text, 'test'::text]))),
  constraint spaces_model_check CHECK (((length(model) >= 1) AND (length(model) <= 64))),
  constraint spaces_name_check CHECK (((length(name) >= 1) AND (length(name) <= 255))),
  constraint spaces_reranker_check CHECK (((length(reranker) >= 1) AND (length(reranker) <= 64))),
  constraint spaces_status_check CHECK ((status = ANY (ARRAY['active'::text, 'archived'::text]))),
  constraint spaces_trash_days_check CHECK (((trash_days >= 0) AND (trash_days <= 3650))),
  constraint spaces_visibility_check CHECK ((visibility = ANY (ARRAY['open'::text, 'restricted'::text])))
);
alter table spaces enable row level security;
alter table spaces force row level security;
create policy erasure on spaces as permissive for all to bulkhead_eraser
  using ((tenant_id = ( SELECT tenants.id
   FROM tenants
  WHERE ((tenants.id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (tenants.status = 'erasing'::text)))))
  with check (false);
create policy part_select on spaces as permissive for select to bulkhead_part
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
create policy part_update on spaces as permissive for update to bulkhead_part
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
create policy space_wall on spaces as permissive for all to bulkhead_space
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
create policy tenant_wall on spaces as permissive for all to bulkhead_tenant
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant select (ctid, tenant_id), delete on spaces to bulkhead_eraser;
grant select, update (index_seq) on spaces to bulkhead_part;
grant select, insert, update, delete on spaces to bulkhead_space;
grant select, insert, update, delete on spaces to bulkhead_tenant;

create table tenants (
  id uuid not null,
  partner_id uuid not null,
  slug slug not null,
  name text not null,
  external_id text,
  embedder text,
  status text not null default 'active'::text,
  erasure_requested_at timestamp with time zone,
  erasure_left bigint,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  sealing_key integer not null default 1,
  oldest_key integer not null default 1,
  rotation_started_at timestamp with time zone,
  rotation_finished_at timestamp with time zone,
  rotation_pieces integer not null default 0,
  rotation_left integer not null default 0,
  reranker text,
  keeps_queries boolean not null default false,
  records_reads text not null default 'soon'::text,
  audit_days integer,
  model text,
  constraint tenants_pkey PRIMARY KEY (id),
  constraint tenants_partner_id_external_id_key UNIQUE (partner_id, external_id),
  constraint tenants_partner_id_id_key UNIQUE (partner_id, id),
  constraint tenants_partner_id_slug_key UNIQUE (partner_id, slug),
  constraint tenants_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES partners(id),
  constraint tenants_audit_days_check CHECK (((audit_days >= 1) AND (audit_days <= 36500))),
  constraint tenants_check CHECK (((status = 'erasing'::text) = (erasure_requested_at IS NOT NULL))),
  constraint tenants_check1 CHECK (((oldest_key >= 1) AND (oldest_key <= sealing_key))),
  constraint tenants_embedder_check CHECK (((length(embedder) >= 1) AND (length(embedder) <= 64))),
  constraint tenants_external_id_check CHECK (((length(external_id) >= 1) AND (length(external_id) <= 255))),
  constraint tenants_model_check CHECK (((length(model) >= 1) AND (length(model) <= 64))),
  constraint tenants_name_check CHECK (((length(name) >= 1) AND (length(name) <= 255))),
  constraint tenants_records_reads_check CHECK ((records_reads = ANY (ARRAY['off'::text, 'soon'::text, 'first'::text]))),
  constraint tenants_reranker_check CHECK (((length(reranker) >= 1) AND (length(reranker) <= 64))),
  constraint tenants_status_check CHECK ((status = ANY (ARRAY['active'::text, 'suspended'::text, 'archived'::text, 'erasing'::text])))
);
CREATE TRIGGER erasure_is_final BEFORE UPDATE ON public.tenants FOR EACH ROW WHEN (((old.status = 'erasing'::text) AND (new.status <> 'erasing'::text))) EXECUTE FUNCTION refuse_return();
alter table tenants enable row level security;
alter table tenants force row level security;
create policy erasure on tenants as permissive for all to bulkhead_eraser
  using (((id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (status = 'erasing'::text)))
  with check (((id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (status = 'erasing'::text)));
create policy part_select on tenants as permissive for select to bulkhead_part
  using ((id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
create policy part_update on tenants as permissive for update to bulkhead_part
  using ((id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
create policy partner_wall on tenants as permissive for all to bulkhead_partner
  using ((partner_id = ( SELECT (NULLIF(current_setting('app.partner_id'::text, true), ''::text))::uuid AS "nullif")))
  with check ((partner_id = ( SELECT (NULLIF(current_setting('app.partner_id'::text, true), ''::text))::uuid AS "nullif")));
create policy platform_wall on tenants as permissive for all to bulkhead_platform
  using ((( SELECT current_setting('app.platform'::text, true) AS current_setting) = 'on'::text))
  with check ((( SELECT current_setting('app.platform'::text, true) AS current_setting) = 'on'::text));
create policy presented_invitation on tenants as permissive for select to bulkhead_system
  using ((id IN ( SELECT invitations.tenant_id
   FROM invitations)));
create policy presented_key on tenants as permissive for select to bulkhead_system
  using ((id IN ( SELECT keys.tenant_id
   FROM keys)));
create policy presented_token on tenants as permissive for select to bulkhead_system
  using ((id IN ( SELECT portal_tokens.tenant_id
   FROM portal_tokens)));
create policy space_wall on tenants as permissive for all to bulkhead_space
  using ((id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
create policy tenant_wall on tenants as permissive for all to bulkhead_tenant
  using ((id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant select (id, status), update (erasure_left), delete on tenants to bulkhead_eraser;
grant select, update (rotation_left) on tenants to bulkhead_part;
grant select, insert, update on tenants to bulkhead_partner;
grant select, insert, update on tenants to bulkhead_platform;
grant select, update (rotation_left) on tenants to bulkhead_space;
grant select on tenants to bulkhead_system;
grant select, update (sealing_key, oldest_key, rotation_finished_at, rotation_pieces, rotation_left, keeps_queries, records_reads, audit_days) on tenants to bulkhead_tenant;

create table user_roles (
  tenant_id uuid not null,
  user_id uuid not null,
  role_id uuid not null,
  constraint user_roles_pkey PRIMARY KEY (tenant_id, user_id, role_id),
  constraint user_roles_tenant_id_role_id_fkey FOREIGN KEY (tenant_id, role_id) REFERENCES roles(tenant_id, id) ON DELETE CASCADE,
  constraint user_roles_tenant_id_user_id_fkey FOREIGN KEY (tenant_id, user_id) REFERENCES users(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX user_roles_tenant_id_role_id_idx ON public.user_roles USING btree (tenant_id, role_id);
alter table user_roles enable row level security;
alter table user_roles force row level security;
create policy erasure on user_roles as permissive for all to bulkhead_eraser
  using ((tenant_id = ( SELECT tenants.id
   FROM tenants
  WHERE ((tenants.id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (tenants.status = 'erasing'::text)))))
  with check (false);
create policy tenant_wall on user_roles as permissive for all to bulkhead_tenant
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant select (ctid, tenant_id), delete on user_roles to bulkhead_eraser;
grant select, insert, update, delete on user_roles to bulkhead_tenant;

create table users (
  tenant_id uuid not null,
  id uuid not null,
  kind text not null,
  email text,
  name text not null,
  external_id text,
  status text not null default 'active'::text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint users_pkey PRIMARY KEY (tenant_id, id),
  constraint users_tenant_id_email_key UNIQUE (tenant_id, email),
  constraint users_tenant_id_external_id_key UNIQUE (tenant_id, external_id),
  constraint users_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint users_email_check CHECK (((length(email) >= 3) AND (length(email) <= 320))),
  constraint users_external_id_check CHECK (((length(external_id) >= 1) AND (length(external_id) <= 255))),
  constraint users_kind_check CHECK ((kind = ANY (ARRAY['human'::text, 'service'::text]))),
  constraint users_name_check CHECK (((length(name) >= 1) AND (length(name) <= 255))),
  constraint users_status_check CHECK ((status = ANY (ARRAY['active'::text, 'deactivated'::text])))
);
CREATE INDEX users_tenant_id_created_at_id_idx ON public.users USING btree (tenant_id, created_at, id);
alter table users enable row level security;
alter table users force row level security;
create policy erasure on users as permissive for all to bulkhead_eraser
  using ((tenant_id = ( SELECT tenants.id
   FROM tenants
  WHERE ((tenants.id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (tenants.status = 'erasing'::text)))))
  with check (false);
create policy tenant_wall on users as permissive for all to bulkhead_tenant
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant select (ctid, tenant_id), delete on users to bulkhead_eraser;
grant select, insert, update, delete on users to bulkhead_tenant;

create table versions (
  tenant_id uuid not null,
  id uuid not null,
  space_id uuid not null,
  file_id uuid not null,
  number integer not null,
  blob text not null,
  blob_key integer not null,
  text bytea,
  title bytea,
  language text,
  page_count integer,
  page_starts integer[],
  chunk_count integer,
  created_at timestamp with time zone not null,
  media_type text,
  size_bytes bigint,
  sha256 bytea,
  created_by uuid,
  replaces boolean not null default false,
  password bytea,
  layout bytea,
  url bytea,
  constraint versions_pkey PRIMARY KEY (tenant_id, id),
  constraint versions_tenant_id_file_id_number_key UNIQUE (tenant_id, file_id, number),
  constraint versions_tenant_id_space_id_id_key UNIQUE (tenant_id, space_id, id),
  constraint versions_tenant_id_space_id_file_id_fkey FOREIGN KEY (tenant_id, space_id, file_id) REFERENCES files(tenant_id, space_id, id) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX versions_tenant_id_space_id_file_id_idx ON public.versions USING btree (tenant_id, space_id, file_id);
alter table versions enable row level security;
alter table versions force row level security;
create policy erasure on versions as permissive for all to bulkhead_eraser
  using ((tenant_id = ( SELECT tenants.id
   FROM tenants
  WHERE ((tenants.id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (tenants.status = 'erasing'::text)))))
  with check (false);
create policy part_delete on versions as permissive for delete to bulkhead_part
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (EXISTS ( SELECT
   FROM files
  WHERE ((files.tenant_id = versions.tenant_id) AND (files.id = versions.file_id) AND (files.tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (files.space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((NOT (files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((files.space_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_spaces'::text, true), ''::text))::uuid[]) AS unnest)) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IS NULL) OR ((NOT (COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((files.trashed_folder_id IS NULL) OR (EXISTS ( SELECT
           FROM folders
          WHERE ((folders.tenant_id = files.tenant_id) AND (folders.space_id = files.space_id) AND (folders.id = files.trashed_folder_id))))))))))))))));
create policy part_insert on versions as permissive for insert to bulkhead_part
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (EXISTS ( SELECT
   FROM files
  WHERE ((files.tenant_id = versions.tenant_id) AND (files.id = versions.file_id) AND (files.tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (files.space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((NOT (files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((files.space_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_spaces'::text, true), ''::text))::uuid[]) AS unnest)) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IS NULL) OR ((NOT (COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((files.trashed_folder_id IS NULL) OR (EXISTS ( SELECT
           FROM folders
          WHERE ((folders.tenant_id = files.tenant_id) AND (folders.space_id = files.space_id) AND (folders.id = files.trashed_folder_id))))))))))))))));
create policy part_select on versions as permissive for select to bulkhead_part
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (EXISTS ( SELECT
   FROM files
  WHERE ((files.tenant_id = versions.tenant_id) AND (files.id = versions.file_id))))));
create policy part_update on versions as permissive for update to bulkhead_part
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (EXISTS ( SELECT
   FROM files
  WHERE ((files.tenant_id = versions.tenant_id) AND (files.id = versions.file_id) AND (files.tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (files.space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((NOT (files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((files.space_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_spaces'::text, true), ''::text))::uuid[]) AS unnest)) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IS NULL) OR ((NOT (COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((files.trashed_folder_id IS NULL) OR (EXISTS ( SELECT
           FROM folders
          WHERE ((folders.tenant_id = files.tenant_id) AND (folders.space_id = files.space_id) AND (folders.id = files.trashed_folder_id))))))))))))))))
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (EXISTS ( SELECT
   FROM files
  WHERE ((files.tenant_id = versions.tenant_id) AND (files.id = versions.file_id) AND (files.tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (files.space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((NOT (files.id IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes'::text, true), ''::text))::uuid[]) AS unnest)) OR ((files.space_id IN ( SELECT unnest((NULLIF(current_setting('app.changes_spaces'::text, true), ''::text))::uuid[]) AS unnest)) AND ((COALESCE(files.folder_id, files.trashed_folder_id) IS NULL) OR ((NOT (COALESCE(files.folder_id, files.trashed_folder_id) IN ( SELECT unnest((NULLIF(current_setting('app.changes_not'::text, true), ''::text))::uuid[]) AS unnest))) AND ((files.trashed_folder_id IS NULL) OR (EXISTS ( SELECT
           FROM folders
          WHERE ((folders.tenant_id = files.tenant_id) AND (folders.space_id = files.space_id) AND (folders.id = files.trashed_folder_id))))))))))))))));
create policy space_wall on versions as permissive for all to bulkhead_space
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
create policy tenant_wall on versions as permissive for all to bulkhead_tenant
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant select (ctid, tenant_id), delete on versions to bulkhead_eraser;
grant select, insert, update, delete on versions to bulkhead_part;
grant select, insert, update, delete on versions to bulkhead_space;
grant select, insert, update, delete on versions to bulkhead_tenant;

create table webhook_deliveries (
  tenant_id uuid not null,
  id uuid not null,
  space_id uuid,
  endpoint_id uuid not null,
  event_number bigint not null,
  state text not null default 'pending'::text,
  attempts integer not null default 0,
  next_attempt_at timestamp with time zone,
  last_status integer,
  failure text,
  answer bytea,
  created_at timestamp with time zone not null,
  delivered_at timestamp with time zone,
  constraint webhook_deliveries_pkey PRIMARY KEY (tenant_id, id),
  constraint webhook_deliveries_tenant_id_endpoint_id_fkey FOREIGN KEY (tenant_id, endpoint_id) REFERENCES webhook_endpoints(tenant_id, id) ON DELETE CASCADE,
  constraint webhook_deliveries_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint webhook_deliveries_attempts_check CHECK ((attempts >= 0)),
  constraint webhook_deliveries_check CHECK (((state = 'pending'::text) = (next_attempt_at IS NOT NULL))),
  constraint webhook_deliveries_check1 CHECK (((state = 'delivered'::text) = (delivered_at IS NOT NULL))),
  constraint webhook_deliveries_event_number_check CHECK ((event_number > 0)),
  constraint webhook_deliveries_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text])))
);
CREATE INDEX webhook_deliveries_tenant_id_endpoint_id_created_at_id_idx ON public.webhook_deliveries USING btree (tenant_id, endpoint_id, created_at, id);
CREATE INDEX webhook_deliveries_tenant_id_endpoint_id_delivered_at_idx ON public.webhook_deliveries USING btree (tenant_id, endpoint_id, delivered_at) WHERE (delivered_at IS NOT NULL);
alter table webhook_deliveries enable row level security;
alter table webhook_deliveries force row level security;
create policy erasure on webhook_deliveries as permissive for all to bulkhead_eraser
  using ((tenant_id = ( SELECT tenants.id
   FROM tenants
  WHERE ((tenants.id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (tenants.status = 'erasing'::text)))))
  with check (false);
create policy space_wall on webhook_deliveries as permissive for all to bulkhead_space
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
create policy tenant_wall on webhook_deliveries as permissive for all to bulkhead_tenant
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
grant select (ctid, tenant_id), delete on webhook_deliveries to bulkhead_eraser;
grant select, insert, update, delete on webhook_deliveries to bulkhead_space;
grant select, insert, update, delete on webhook_deliveries to bulkhead_tenant;

create table webhook_endpoints (
  tenant_id uuid not null,
  id uuid not null,
  space_id uuid,
  url bytea not null,
  secret bytea not null,
  previous_secret bytea,
  previous_until timestamp with time zone,
  types text[] not null,
  spaces uuid[] not null,
  description text,
  status text not null default 'active'::text,
  disabled_reason text,
  disabled_at timestamp with time zone,
  "position" bigint not null,
  created_by uuid not null,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  failures integer not null default 0,
  constraint webhook_endpoints_pkey PRIMARY KEY (tenant_id, id),
  constraint webhook_endpoints_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id),
  constraint webhook_endpoints_tenant_id_space_id_fkey FOREIGN KEY (tenant_id, space_id) REFERENCES spaces(tenant_id, id) ON DELETE CASCADE,
  constraint webhook_endpoints_check CHECK (((previous_secret IS NULL) = (previous_until IS NULL))),
  constraint webhook_endpoints_check1 CHECK (((status = 'disabled'::text) = (disabled_at IS NOT NULL))),
  constraint webhook_endpoints_description_check CHECK (((length(description) >= 1) AND (length(description) <= 255))),
  constraint webhook_endpoints_failures_check CHECK ((failures >= 0)),
  constraint webhook_endpoints_position_check CHECK (("position" >= 0)),
  constraint webhook_endpoints_status_check CHECK ((status = ANY (ARRAY['active'::text, 'disabled'::text])))
);
CREATE INDEX webhook_endpoints_active ON public.webhook_endpoints USING btree (tenant_id) WHERE (status = 'active'::text);
CREATE INDEX webhook_endpoints_tenant_id_created_at_id_idx ON public.webhook_endpoints USING btree (tenant_id, created_at, id);
CREATE INDEX webhook_endpoints_tenant_id_space_id_idx ON public.webhook_endpoints USING btree (tenant_id, space_id);
alter table webhook_endpoints enable row level security;
alter table webhook_endpoints force row level security;
create policy erasure on webhook_endpoints as permissive for all to bulkhead_eraser
  using ((tenant_id = ( SELECT tenants.id
   FROM tenants
  WHERE ((tenants.id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (tenants.status = 'erasing'::text)))))
  with check (false);
create policy space_wall on webhook_endpoints as permissive for all to bulkhead_space
  using (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))
  with check (((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid) AND (space_id = ANY (( SELECT (NULLIF(current_setting('app.spaces'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));
create policy tenant_wall on webhook_endpoints as permissive for all to bulkhead_tenant
  using ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid))
  with check ((tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid));
create policy whose on webhook_endpoints as permissive for select to bulkhead_system
  using (((status = 'active'::text) AND (( SELECT current_setting('app.consumers'::text, true) AS current_setting) = 'on'::text)));
grant select (ctid, tenant_id), delete on webhook_endpoints to bulkhead_eraser;
grant select, insert, update, delete on webhook_endpoints to bulkhead_space;
grant select (tenant_id, status, "position") on webhook_endpoints to bulkhead_system;
grant select, insert, update, delete on webhook_endpoints to bulkhead_tenant;
