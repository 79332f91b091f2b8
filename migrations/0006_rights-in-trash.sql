-- Rights in the trash, and below folders that are kept out.
--
-- A file in the trash lies in no folder; it is held to the one it lay in. Where that is gone, nobody can say any more who
-- was let in: it is shown to nobody who is held to parts of spaces. And a new folder, which no list names yet, is kept out
-- where its parent is, so that nothing comes below a folder that its maker may not change.

create or replace function file_predicate(kind text) returns text
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

create or replace function folder_predicate(kind text) returns text
language sql immutable set search_path = pg_catalog, public, pg_temp as $$
  select space_predicate('space_id') || ' and (' || setting_predicate('id', kind)
    || ' or ' || setting_predicate('space_id', kind || '_spaces')
    || ' and not ' || setting_predicate('id', kind || '_not')
    || ' and (parent_id is null or not ' || setting_predicate('parent_id', kind || '_not') || '))'
$$;

do $$
declare
  target text;
  command text;
begin
  foreach target in array array['folders', 'files', 'versions', 'chunks', 'index_blocks', 'index_vectors'] loop
    foreach command in array array['select', 'insert', 'update', 'delete'] loop
      execute format('drop policy part_%s on %I', command, target);
    end loop;
  end loop;
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
