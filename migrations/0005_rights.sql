-- Who may do what in which place.
--
-- One more serving role (src/platform/db/roles.ts):
--   bulkhead_part      work within parts of spaces    sees what the settings of its transaction name, changes what others name
--
-- A place is decided by the nearest grant that says something: of a file, its folder, a folder above, its space. The
-- program reads a caller's grants at each request (src/features/access/rights) and hands their outcome over in settings;
-- here every statement is held to it. `kind` is sees or changes:
--   app.<kind>_spaces  spaces that are let in
--   app.<kind>         folders and files that are let in, folders with all below them
--   app.<kind>_not     folders and files that are kept out
-- A missing setting lets nothing in.

create table grants (
  tenant_id uuid not null references tenants,
  id uuid not null,
  effect text not null check (effect in ('allow', 'deny')),
  permissions text[] not null check (cardinality(permissions) > 0),
  user_id uuid,
  group_id uuid,
  role_id uuid,
  on_space uuid,
  on_folder uuid,
  on_file uuid,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, user_id) references users on delete cascade,
  foreign key (tenant_id, group_id) references groups on delete cascade,
  foreign key (tenant_id, role_id) references roles on delete cascade,
  foreign key (tenant_id, on_space) references spaces on delete cascade,
  foreign key (tenant_id, on_folder) references folders on delete cascade,
  foreign key (tenant_id, on_file) references files on delete cascade,
  check (num_nonnulls(user_id, group_id, role_id) = 1),
  check (num_nonnulls(on_space, on_folder, on_file) = 1)
);
call make_tenant_table('grants');
create index on grants (tenant_id, created_at, id);
create index on grants (tenant_id, user_id) where user_id is not null;
create index on grants (tenant_id, group_id) where group_id is not null;
create index on grants (tenant_id, role_id) where role_id is not null;
create index on grants (tenant_id, on_space) where on_space is not null;
create index on grants (tenant_id, on_folder) where on_folder is not null;
create index on grants (tenant_id, on_file) where on_file is not null;

-- A list in a setting as a set. Hashed once a statement; a list that is compared by `= any` is gone through for each row.
create function setting_predicate(subject text, setting text) returns text
language sql immutable set search_path = pg_catalog, public, pg_temp as $$
  select format('%s in (select unnest(nullif(current_setting(''app.%s'', true), '''')::uuid[]))', subject, setting)
$$;

-- A file by its own id, else by its folder, else by its space; a deny of a folder is told with all folders below it. A file
-- in the trash lies in no folder; it is held to the one it lay in. Where that is gone, nobody can say any more who was let
-- in: it is shown to nobody who is held to parts of spaces.
create function file_predicate(kind text) returns text
language sql immutable set search_path = pg_catalog, public, pg_temp as $$
  select space_predicate('space_id') || ' and (' || setting_predicate('id', kind)
    || ' or not ' || setting_predicate('id', kind || '_not')
    || ' and (' || setting_predicate('coalesce(folder_id, trashed_folder_id)', kind)
    || ' or ' || setting_predicate('space_id', kind || '_spaces')
    || ' and (coalesce(folder_id, trashed_folder_id) is null or not '
    || setting_predicate('coalesce(folder_id, trashed_folder_id)', kind || '_not')
    || ' and (trashed_folder_id is null or exists (select from folders where folders.tenant_id = files.tenant_id'
    || ' and folders.space_id = files.space_id and folders.id = files.trashed_folder_id)))))'
$$;

-- A new folder, which no list names yet, is kept out where its parent is, so that nothing comes below a folder that its
-- maker may not change.
create function folder_predicate(kind text) returns text
language sql immutable set search_path = pg_catalog, public, pg_temp as $$
  select space_predicate('space_id') || ' and (' || setting_predicate('id', kind)
    || ' or ' || setting_predicate('space_id', kind || '_spaces')
    || ' and not ' || setting_predicate('id', kind || '_not')
    || ' and (parent_id is null or not ' || setting_predicate('parent_id', kind || '_not') || '))'
$$;

-- What is made of a file, as the file: asked under row security, which shows the caller's files alone.
create function of_file_predicate(target name, kind text) returns text
language sql immutable set search_path = pg_catalog, public, pg_temp as $$
  select space_predicate('space_id') || format(
    ' and exists (select from files where files.tenant_id = %1$I.tenant_id and files.id = %1$I.file_id%2$s)',
    target, case when kind <> 'sees' then ' and ' || file_predicate(kind) end)
$$;

-- Vectors know their block alone.
create function of_block_predicate(target name, kind text) returns text
language sql immutable set search_path = pg_catalog, public, pg_temp as $$
  select space_predicate('space_id') || format(
    ' and exists (select from index_blocks where index_blocks.tenant_id = %1$I.tenant_id'
    ' and index_blocks.space_id = %1$I.space_id and index_blocks.version_id = %1$I.version_id%2$s)',
    target, case when kind <> 'sees' then ' and ' || of_file_predicate('index_blocks', kind) end)
$$;

-- Lets who is held to parts of spaces into a tenant table.
create procedure make_part_table(target regclass, sees text, changes text)
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  execute format('create policy part_select on %s for select to bulkhead_part using (%s)', target, sees);
  execute format('create policy part_insert on %s for insert to bulkhead_part with check (%s)', target, changes);
  execute format('create policy part_update on %1$s for update to bulkhead_part using (%2$s) with check (%2$s)',
    target, changes);
  execute format('create policy part_delete on %s for delete to bulkhead_part using (%s)', target, changes);
  execute format('grant select, insert, update, delete on %s to bulkhead_part', target);
end
$$;

call make_part_table('folders', folder_predicate('sees'), folder_predicate('changes'));
call make_part_table('files', file_predicate('sees'), file_predicate('changes'));
call make_part_table('versions', of_file_predicate('versions', 'sees'), of_file_predicate('versions', 'changes'));
call make_part_table('chunks', of_file_predicate('chunks', 'sees'), of_file_predicate('chunks', 'changes'));
call make_part_table('index_blocks', of_file_predicate('index_blocks', 'sees'),
  of_file_predicate('index_blocks', 'changes'));
call make_part_table('index_vectors', of_block_predicate('index_vectors', 'sees'),
  of_block_predicate('index_vectors', 'changes'));

-- The spaces they enter. Who takes a file out of the index numbers the change, and who writes locks the tenant's record
-- against a change of key.
do $$
declare
  own_tenant text := replace(tenant_predicate(), 'tenant_id =', 'id =');
begin
  execute format('create policy part_select on spaces for select to bulkhead_part using (%s)', space_predicate('id'));
  execute format('create policy part_update on spaces for update to bulkhead_part using (%1$s) with check (%1$s)',
    space_predicate('id'));
  execute format('create policy part_select on space_synonyms for select to bulkhead_part using (%s)',
    space_predicate('space_id'));
  execute format('create policy part_select on tenants for select to bulkhead_part using (%s)', own_tenant);
  execute format('create policy part_update on tenants for update to bulkhead_part using (%1$s) with check (%1$s)',
    own_tenant);
end
$$;
grant select, update (index_seq) on spaces to bulkhead_part;
grant select on space_synonyms to bulkhead_part;
grant select, update (rotation_left) on tenants to bulkhead_part;

revoke all on function setting_predicate, file_predicate, folder_predicate, of_file_predicate, of_block_predicate
  from public;
revoke all on procedure make_part_table from public;
