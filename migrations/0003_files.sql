-- What people expect of files: versions that know their own bytes, a trash, moves to another space.

alter table files no force row level security;
alter table versions no force row level security;
alter table chunks no force row level security;

-- A file's versions and chunks lie in its space and go with it when it moves: whoever still reads it for the former space
-- can add nothing to it.
alter table files add unique (tenant_id, space_id, id);
alter table versions
  drop constraint versions_tenant_id_file_id_fkey,
  add unique (tenant_id, space_id, id),
  add foreign key (tenant_id, space_id, file_id)
    references files (tenant_id, space_id, id) on update cascade on delete cascade;
alter table chunks
  drop constraint chunks_tenant_id_version_id_fkey,
  add foreign key (tenant_id, space_id, version_id)
    references versions (tenant_id, space_id, id) on update cascade on delete cascade;
create index on versions (tenant_id, space_id, file_id);
create index on chunks (tenant_id, space_id, version_id);

-- What of an older version was not written down is unknown. One that replaces takes the earlier ones with it once it is live.
alter table versions
  add column media_type text,
  add column size_bytes bigint,
  add column sha256 bytea,
  add column created_by uuid,
  add column replaces boolean not null default false;
update versions v set media_type = f.media_type, size_bytes = f.size_bytes, sha256 = f.sha256
  from files f
  where f.tenant_id = v.tenant_id and f.id = v.file_id and not exists (
    select from versions newer where newer.tenant_id = v.tenant_id and newer.file_id = v.file_id
      and newer.number > v.number and newer.blob <> v.blob);
alter table files force row level security;
alter table versions force row level security;
alter table chunks force row level security;

-- What is in the trash has no live version and lies in no folder, so that whatever goes by these does not meet it.
-- trashed_version_id and the folder, by id and by path, are what it gets back.
alter table files
  add column trashed_at timestamptz,
  add column trashed_version_id uuid,
  add column trashed_folder_id uuid,
  add column trashed_path text,
  drop constraint files_status_check,
  add check (status in ('queued', 'extracting', 'indexing', 'ready', 'failed', 'stored', 'trashed')),
  add check ((status = 'trashed') = (trashed_at is not null)),
  add check (status <> 'trashed' or (live_version_id is null and folder_id is null)),
  drop constraint files_tenant_id_space_id_external_id_key;
create unique index files_external_id on files (tenant_id, space_id, external_id) where trashed_at is null;
create index on files (tenant_id, space_id, trashed_at, id) where trashed_at is not null;

-- Days in the trash; null for the server's setting, 0 for no trash.
alter table spaces add column trash_days int check (trash_days between 0 and 3650);
