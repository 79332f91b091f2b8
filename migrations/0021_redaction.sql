-- What an event says about somebody can be taken out of it: each piece is hashed with a salt of its own, which goes too, and
-- its hash stays, so that the chain does.
--
-- One more serving role (src/platform/db/roles.ts):
--   bulkhead_archivist  while a trail is redacted   puts hashes in the place of pieces of one chain's events

grant select, update (details) on events, admin_events to bulkhead_archivist;

do $$
declare
  own_chain text := 'chain = nullif(current_setting(''app.chain'', true), '''')::uuid';
begin
  execute format('create policy archived on events for select to bulkhead_archivist using (%s)', tenant_predicate());
  execute format('create policy archived on admin_events for select to bulkhead_archivist using (%s)', own_chain);
  execute format('create policy redacting on events for update to bulkhead_archivist using (%1$s) with check (%1$s)',
    tenant_predicate());
  execute format('create policy redacting on admin_events for update to bulkhead_archivist using (%1$s) with check (%1$s)',
    own_chain);
end
$$;

-- Of an event that is in its chain a piece may become its hash, and nothing else may change.
create function refuse_rewriting() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
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
$$;
revoke all on function refuse_rewriting from public;
create trigger details_are_final before update of details on events
  for each row execute function refuse_rewriting();
create trigger details_are_final before update of details on admin_events
  for each row execute function refuse_rewriting();
