-- The oldest entries of a trail may end after a time. What they leave is a checkpoint: the number and the hash of the last one
-- that went, signed by the server, from where the chain goes on.

alter table tenants add column audit_days int check (audit_days between 1 and 36500);
grant update (audit_days) on tenants to bulkhead_tenant;

alter table event_chains add column checkpoint jsonb;
alter table admin_event_chains add column checkpoint jsonb;
grant select, update (checkpoint) on event_chains, admin_event_chains to bulkhead_archivist;
grant delete on events, admin_events to bulkhead_archivist;

do $$
declare
  own_chain text := 'chain = nullif(current_setting(''app.chain'', true), '''')::uuid';
begin
  execute format('create policy archiving on event_chains to bulkhead_archivist using (%1$s) with check (%1$s)',
    tenant_predicate());
  execute format('create policy archiving on admin_event_chains to bulkhead_archivist using (%1$s) with check (%1$s)',
    own_chain);
  -- What goes is what the checkpoint stands for, and nothing after it.
  execute format('create policy ending on events for delete to bulkhead_archivist using (%s and number <= (select'
    ' (checkpoint ->> ''id'')::bigint from event_chains where event_chains.tenant_id = events.tenant_id))', tenant_predicate());
  execute format('create policy ending on admin_events for delete to bulkhead_archivist using (%s and number <= (select'
    ' (checkpoint ->> ''id'')::bigint from admin_event_chains where admin_event_chains.chain = admin_events.chain))', own_chain);
end
$$;

-- A checkpoint lies within its chain, and moves towards its end.
create function refuse_rewinding() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
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
$$;
revoke all on function refuse_rewinding from public;
create trigger checkpoint_moves_on before update of checkpoint on event_chains
  for each row execute function refuse_rewinding();
create trigger checkpoint_moves_on before update of checkpoint on admin_event_chains
  for each row execute function refuse_rewinding();
