// Generated from the migrated schema by `npm run generate`. Do not edit.
import type { ColumnType, Generated } from 'kysely'

export type Tables = {
  admin_event_chains: {
    chain: string
    number: number
    hash: Buffer
    checkpoint: ColumnType<Record<string, unknown> | null, string | null, string | null>
  }
  admin_events: {
    chain: string
    id: string
    type: string
    subject_type: string
    subject_id: string
    actor_type: string
    actor_id: string
    request_id: string
    outcome: string
    details: ColumnType<Record<string, unknown>, string, string>
    created_at: Date
    number: Generated<number | null>
    hash: Generated<Buffer | null>
  }
  alerts: {
    tenant_id: string
    id: string
    space_id: Generated<string | null>
    name: string
    types: string[]
    threshold: number
    window_seconds: number
    status: Generated<string>
    position: number
    counted_after: number
    count: Generated<number>
    is_raised: Generated<boolean>
    raised_at: Generated<Date | null>
    created_by: string
    created_at: Date
    updated_at: Date
  }
  chunks: {
    tenant_id: string
    version_id: string
    ordinal: number
    id: string
    space_id: string
    file_id: string
    content: Buffer
    page: Generated<number | null>
    start_offset: number
    end_offset: number
    language: string
  }
  event_chains: {
    tenant_id: string
    number: number
    hash: Buffer
    checkpoint: ColumnType<Record<string, unknown> | null, string | null, string | null>
  }
  events: {
    tenant_id: string
    id: string
    space_id: Generated<string | null>
    folder_id: Generated<string | null>
    file_id: Generated<string | null>
    type: string
    subject_type: string
    subject_id: string
    actor_type: string
    actor_id: string
    user_id: Generated<string | null>
    request_id: string
    outcome: string
    details: ColumnType<Record<string, unknown>, string, string>
    created_at: Date
    number: Generated<number | null>
    hash: Generated<Buffer | null>
  }
  files: {
    tenant_id: string
    id: string
    space_id: string
    name: string
    external_id: Generated<string | null>
    origin: string
    metadata: ColumnType<Record<string, unknown>, string, string>
    status: string
    failure: Generated<string | null>
    failure_detail: Generated<string | null>
    media_type: string
    size_bytes: number
    sha256: Buffer
    live_version_id: Generated<string | null>
    created_by: Generated<string | null>
    created_at: Date
    updated_at: Date
    folder_id: Generated<string | null>
    trashed_at: Generated<Date | null>
    trashed_version_id: Generated<string | null>
    trashed_folder_id: Generated<string | null>
    trashed_path: Generated<string | null>
    pages_done: Generated<number | null>
    pages_total: Generated<number | null>
  }
  folders: {
    tenant_id: string
    id: string
    space_id: string
    parent_id: Generated<string | null>
    parent_depth: Generated<number | null>
    depth: number
    name: string
    name_key: string
    created_by: Generated<string | null>
    created_at: Date
    updated_at: Date
  }
  grants: {
    tenant_id: string
    id: string
    effect: string
    permissions: string[]
    user_id: Generated<string | null>
    group_id: Generated<string | null>
    role_id: Generated<string | null>
    on_space: Generated<string | null>
    on_folder: Generated<string | null>
    on_file: Generated<string | null>
    created_at: Date
  }
  group_members: {
    tenant_id: string
    id: string
    group_id: string
    user_id: Generated<string | null>
    member_group_id: Generated<string | null>
    created_at: Date
  }
  groups: {
    tenant_id: string
    id: string
    name: string
    external_id: Generated<string | null>
    created_at: Date
    updated_at: Date
  }
  idempotency_keys: {
    tenant_id: string
    id: string
    space_id: Generated<string | null>
    subject_id: string
    name_hash: Buffer
    request_hash: Generated<Buffer | null>
    status: Generated<number | null>
    answer: Generated<Buffer | null>
    created_at: Date
  }
  index_blocks: {
    tenant_id: string
    space_id: string
    version_id: string
    file_id: string
    added_seq: number
    removed_seq: Generated<number | null>
    removed_at: Generated<Date | null>
    format: number
    chunk_count: number
    data: Generated<Buffer | null>
  }
  index_vectors: {
    tenant_id: string
    id: string
    space_id: string
    version_id: string
    embedder: string
    data: Buffer
  }
  invitations: {
    tenant_id: string
    id: string
    email: string
    name: Generated<string | null>
    role_ids: string[]
    secret_hash: Buffer
    invited_by: Generated<string | null>
    created_at: Date
    expires_at: Date
    revoked_at: Generated<Date | null>
    accepted_at: Generated<Date | null>
    user_id: Generated<string | null>
  }
  keys: {
    id: string
    level: string
    partner_id: Generated<string | null>
    tenant_id: Generated<string | null>
    space_id: Generated<string | null>
    name: string
    hint: string
    secret_hash: Buffer
    permissions: string[]
    created_by: Generated<string | null>
    created_at: Generated<Date>
    expires_at: Generated<Date | null>
    revoked_at: Generated<Date | null>
    user_id: Generated<string | null>
    mode: Generated<string>
    allowed_addresses: Generated<string[]>
    last_used_at: Generated<Date | null>
    replaces: Generated<string | null>
  }
  partners: {
    id: string
    slug: string
    name: string
    status: Generated<string>
    created_at: Generated<Date>
    updated_at: Generated<Date>
  }
  portal_tokens: {
    tenant_id: string
    id: string
    hint: string
    secret_hash: Buffer
    subject_external_id: string
    subject_name: Generated<string | null>
    scopes: string[]
    spaces: string[]
    folders: string[]
    files: string[]
    origins: string[]
    max_uses: Generated<number | null>
    uses: Generated<number>
    created_by: string
    created_at: Date
    expires_at: Date
    revoked_at: Generated<Date | null>
    last_used_at: Generated<Date | null>
  }
  roles: {
    tenant_id: string
    id: string
    slug: string
    name: string
    is_built_in: Generated<boolean>
    permissions: string[]
    enters_open_spaces: boolean
    created_at: Date
    updated_at: Date
  }
  search_records: {
    tenant_id: string
    id: string
    space_id: string
    search_id: string
    asked_at: Date
    fingerprint: Generated<string | null>
    query: Generated<Buffer | null>
    found: number
    took_ms: number
    clicks: Generated<number>
    best_click: Generated<number | null>
  }
  space_synonyms: {
    tenant_id: string
    space_id: string
    rules: ColumnType<Record<string, unknown>, string, string>
    lookup: ColumnType<Record<string, unknown>, string, string>
    updated_at: Date
  }
  spaces: {
    tenant_id: string
    id: string
    slug: string
    name: string
    external_id: Generated<string | null>
    status: Generated<string>
    intelligence: Generated<boolean>
    embedder: Generated<string | null>
    serving_embedder: Generated<string | null>
    index_seq: Generated<number>
    has_synonyms: Generated<boolean>
    created_at: Generated<Date>
    updated_at: Generated<Date>
    trash_days: Generated<number | null>
    visibility: Generated<string>
    mode: Generated<string>
    reranker: Generated<string | null>
    chunk_by: Generated<string | null>
    chunk_chars: Generated<number | null>
    chunk_overlap: Generated<number | null>
    model: Generated<string | null>
  }
  tenants: {
    id: string
    partner_id: string
    slug: string
    name: string
    external_id: Generated<string | null>
    embedder: Generated<string | null>
    status: Generated<string>
    erasure_requested_at: Generated<Date | null>
    erasure_left: Generated<number | null>
    created_at: Generated<Date>
    updated_at: Generated<Date>
    sealing_key: Generated<number>
    oldest_key: Generated<number>
    rotation_started_at: Generated<Date | null>
    rotation_finished_at: Generated<Date | null>
    rotation_pieces: Generated<number>
    rotation_left: Generated<number>
    reranker: Generated<string | null>
    keeps_queries: Generated<boolean>
    records_reads: Generated<string>
    audit_days: Generated<number | null>
    model: Generated<string | null>
  }
  user_roles: {
    tenant_id: string
    user_id: string
    role_id: string
  }
  users: {
    tenant_id: string
    id: string
    kind: string
    email: Generated<string | null>
    name: string
    external_id: Generated<string | null>
    status: Generated<string>
    created_at: Date
    updated_at: Date
  }
  versions: {
    tenant_id: string
    id: string
    space_id: string
    file_id: string
    number: number
    blob: string
    blob_key: number
    text: Generated<Buffer | null>
    title: Generated<Buffer | null>
    language: Generated<string | null>
    page_count: Generated<number | null>
    page_starts: Generated<number[] | null>
    chunk_count: Generated<number | null>
    created_at: Date
    media_type: Generated<string | null>
    size_bytes: Generated<number | null>
    sha256: Generated<Buffer | null>
    created_by: Generated<string | null>
    replaces: Generated<boolean>
    password: Generated<Buffer | null>
    layout: Generated<Buffer | null>
    url: Generated<Buffer | null>
  }
  webhook_deliveries: {
    tenant_id: string
    id: string
    space_id: Generated<string | null>
    endpoint_id: string
    event_number: number
    state: Generated<string>
    attempts: Generated<number>
    next_attempt_at: Generated<Date | null>
    last_status: Generated<number | null>
    failure: Generated<string | null>
    answer: Generated<Buffer | null>
    created_at: Date
    delivered_at: Generated<Date | null>
  }
  webhook_endpoints: {
    tenant_id: string
    id: string
    space_id: Generated<string | null>
    url: Buffer
    secret: Buffer
    previous_secret: Generated<Buffer | null>
    previous_until: Generated<Date | null>
    types: string[]
    spaces: string[]
    description: Generated<string | null>
    status: Generated<string>
    disabled_reason: Generated<string | null>
    disabled_at: Generated<Date | null>
    position: number
    created_by: string
    created_at: Date
    updated_at: Date
    failures: Generated<number>
  }
}

/** Those that point at others come first: in this order their rows can be deleted. */
export const tenantTables = [
  'alerts',
  'chunks',
  'event_chains',
  'events',
  'grants',
  'group_members',
  'idempotency_keys',
  'index_vectors',
  'invitations',
  'portal_tokens',
  'search_records',
  'space_synonyms',
  'user_roles',
  'webhook_deliveries',
  'groups',
  'index_blocks',
  'roles',
  'users',
  'versions',
  'webhook_endpoints',
  'files',
  'folders',
  'spaces',
] as const
