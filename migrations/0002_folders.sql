-- Folders within a space.

-- A name is kept as it was given and is taken when another one of the same parent has the same key
-- (src/features/files/folders/read-name.ts). A folder lies one deeper than its parent and names that depth in its foreign
-- key: no chain of parents comes back to where it began or grows past 32, whoever moves what at the same moment, and none
-- leaves its space.
create table folders (
  tenant_id uuid not null,
  id uuid not null,
  space_id uuid not null,
  parent_id uuid,
  parent_depth int,
  depth int not null,
  name text not null check (length(name) between 1 and 255),
  name_key text not null check (length(name_key) between 1 and 1024),
  created_by uuid,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, id),
  unique (tenant_id, space_id, id),
  unique (tenant_id, space_id, id, depth),
  unique nulls not distinct (tenant_id, space_id, parent_id, name_key),
  foreign key (tenant_id, space_id) references spaces,
  -- Cascading for the end of a tenant, whose rows go in batches; files keep their folder from going.
  foreign key (tenant_id, space_id, parent_id, parent_depth)
    references folders (tenant_id, space_id, id, depth) on delete cascade,
  check ((parent_id is null) = (parent_depth is null)),
  check (depth = coalesce(parent_depth, 0) + 1),
  check (depth between 1 and 32)
);
call make_tenant_table('folders', 'space_id');
create index on folders (tenant_id, space_id, parent_id, parent_depth);

-- A foreign key is held against all rows at once, by an owner whom row security would otherwise bind.
alter table files no force row level security;
alter table folders no force row level security;
alter table files
  add column folder_id uuid,
  add foreign key (tenant_id, space_id, folder_id) references folders (tenant_id, space_id, id);
alter table files force row level security;
alter table folders force row level security;
create index on files (tenant_id, space_id, folder_id, created_at, id) where folder_id is not null;
