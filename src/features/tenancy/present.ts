import type { Selectable } from 'kysely'
import { formatId } from '#platform/ids.ts'
import type { PartnerRow, SpaceRow, TenantRow } from './queries.ts'

export function presentPartner(row: Selectable<PartnerRow>) {
  return { id: formatId('ptn', row.id), slug: row.slug, name: row.name, status: row.status, ...times(row) }
}

export function presentTenant(row: Selectable<TenantRow>) {
  return {
    id: formatId('ten', row.id),
    partner_id: formatId('ptn', row.partner_id),
    slug: row.slug,
    name: row.name,
    external_id: row.external_id,
    embedder: row.embedder,
    reranker: row.reranker,
    model: row.model,
    status: row.status,
    erasure: row.erasure_requested_at && {
      requested_at: row.erasure_requested_at.toISOString(),
      left: row.erasure_left,
    },
    ...times(row),
  }
}

export function presentSpace(row: Selectable<SpaceRow>) {
  return {
    id: formatId('spc', row.id),
    tenant_id: formatId('ten', row.tenant_id),
    slug: row.slug,
    name: row.name,
    external_id: row.external_id,
    status: row.status,
    intelligence: row.intelligence,
    chunking: presentChunking(row),
    embedder: row.embedder,
    reranker: row.reranker,
    model: row.model,
    visibility: row.visibility,
    mode: row.mode,
    trash_days: row.trash_days,
    ...times(row),
  }
}

/** Only what was chosen; null when nothing was. */
function presentChunking({ chunk_by: by, chunk_chars: chars, chunk_overlap: overlap }: Selectable<SpaceRow>) {
  const chosen = Object.entries({ by, chars, overlap }).filter(([, value]) => value !== null)
  return chosen.length === 0 ? null : Object.fromEntries(chosen)
}

function times(row: { created_at: Date; updated_at: Date }) {
  return { created_at: row.created_at.toISOString(), updated_at: row.updated_at.toISOString() }
}
