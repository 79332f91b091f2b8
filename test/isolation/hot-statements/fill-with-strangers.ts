import type { ClientBase } from 'pg'

const tenants = 2000
const filesPerTenant = 3

/**
 * Thousands of other tenants, so that an index is worth its price and a scan of a table would be everybody's. Their
 * content is nothing that would open; nobody asks for it.
 */
export async function fillWithStrangers(client: ClientBase): Promise<void> {
  await client.query(`
    create temporary table stranger as
      select gen_random_uuid() as tenant, gen_random_uuid() as space, n from generate_series(1, ${tenants}) n;
    create temporary table stranger_file as
      select tenant, space, gen_random_uuid() as file, gen_random_uuid() as version, n, m
      from stranger, generate_series(1, ${filesPerTenant}) m;
    insert into tenants (id, partner_id, slug, name)
      select tenant, (select id from partners limit 1), 'stranger-' || n, 's' from stranger;
    insert into spaces (tenant_id, id, slug, name) select tenant, space, 'default', 's' from stranger;
    insert into space_synonyms (tenant_id, space_id, rules, lookup, updated_at)
      select tenant, space, '[]', '{}', now() from stranger;
    insert into folders (tenant_id, id, space_id, depth, name, name_key, created_at, updated_at)
      select tenant, gen_random_uuid(), space, 1, 'f', 'f', now(), now() from stranger;
    insert into keys (id, level, partner_id, tenant_id, name, hint, secret_hash, permissions)
      select gen_random_uuid(), 'tenant', (select id from partners limit 1), tenant, 'k', 'h',
        decode(md5(n::text), 'hex'), '{}' from stranger;
    insert into files (tenant_id, id, space_id, name, origin, status, media_type, size_bytes, sha256, live_version_id,
        created_at, updated_at)
      select tenant, file, space, 'f' || m, 'upload', case m when 1 then 'queued' else 'ready' end, 'text/plain', 1,
        '\\x00', version, now(), now() from stranger_file;
    insert into versions (tenant_id, id, space_id, file_id, number, blob, blob_key, text, chunk_count, created_at)
      select tenant, version, space, file, 1, version::text, 1, '\\x00', 2, now() from stranger_file;
    insert into chunks (tenant_id, version_id, ordinal, id, space_id, file_id, content, start_offset, end_offset, language)
      select tenant, version, o, gen_random_uuid(), space, file, '\\x00', 0, 1, 'en'
      from stranger_file, generate_series(0, 1) o;
    insert into index_blocks (tenant_id, space_id, version_id, file_id, added_seq, format, chunk_count, data)
      select tenant, space, version, file, m, 1, 2, '\\x00' from stranger_file;
    insert into index_vectors (tenant_id, id, space_id, version_id, embedder, data)
      select tenant, gen_random_uuid(), space, version, 'none', '\\x00' from stranger_file;
    insert into search_records (tenant_id, id, space_id, search_id, asked_at, found, took_ms)
      select tenant, gen_random_uuid(), space, file, now(), 1, 1 from stranger_file;
    insert into users (tenant_id, id, kind, name, created_at, updated_at)
      select tenant, file, 'human', 'u', now(), now() from stranger_file;
    insert into groups (tenant_id, id, name, created_at, updated_at)
      select tenant, file, 'g' || m, now(), now() from stranger_file;
    insert into roles (tenant_id, id, slug, name, permissions, enters_open_spaces, created_at, updated_at)
      select tenant, file, 'r' || m, 'r', '{files:read}', true, now(), now() from stranger_file;
    insert into user_roles (tenant_id, user_id, role_id) select tenant, file, file from stranger_file;
    insert into group_members (tenant_id, id, group_id, user_id, created_at)
      select tenant, gen_random_uuid(), file, file, now() from stranger_file;
    insert into grants (tenant_id, id, effect, permissions, user_id, on_space, created_at)
      select tenant, gen_random_uuid(), 'allow', '{files:read}', file, space, now() from stranger_file;
    insert into invitations (tenant_id, id, email, role_ids, secret_hash, created_at, expires_at)
      select tenant, file, 'a@example.com', '{}', sha256(file::text::bytea), now(), now() from stranger_file;
    insert into portal_tokens (tenant_id, id, hint, secret_hash, subject_external_id, scopes, spaces, folders, files, origins,
        created_by, created_at, expires_at)
      select tenant, file, 'h', sha256(file::text::bytea), 's', '{search}', array[space], '{}', '{}', '{}', file, now(), now()
      from stranger_file;
    insert into idempotency_keys (tenant_id, id, subject_id, name_hash, created_at)
      select tenant, file, file, '\\x00', now() from stranger_file;
    insert into events (tenant_id, id, space_id, file_id, type, subject_type, subject_id, actor_type, actor_id, request_id,
        outcome, details, created_at, number, hash)
      select tenant, gen_random_uuid(), space, file, 'file.uploaded', 'file', 'f', 'key', 'k', 'r', 'done', '{}', now(), m, '\\x00'
      from stranger_file;
    insert into event_chains (tenant_id, number, hash) select tenant, ${filesPerTenant}, '\\x00' from stranger;
    insert into webhook_endpoints (tenant_id, id, space_id, url, secret, types, spaces, position, created_by, created_at,
        updated_at)
      select tenant, file, space, '\\x00', '\\x00', '{}', '{}', ${filesPerTenant}, file, now(), now() from stranger_file;
    insert into webhook_deliveries (tenant_id, id, space_id, endpoint_id, event_number, state, created_at)
      select tenant, gen_random_uuid(), space, file, m, 'failed', now() from stranger_file;
    insert into alerts (tenant_id, id, space_id, name, types, threshold, window_seconds, position, counted_after, created_by,
        created_at, updated_at)
      select tenant, file, space, 'a', '{file.*}', 1, 60, ${filesPerTenant}, 0, file, now(), now() from stranger_file;
    insert into pgboss.job (name, data, state, completed_on)
      select 'ingest', '{}', 'completed', now() from generate_series(1, ${tenants});
    drop table stranger, stranger_file;
    analyze`)
}
