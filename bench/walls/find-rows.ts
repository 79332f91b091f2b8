import type { ClientBase } from 'pg'

/** The rows that the statements are asked for: of one tenant, in its default space. */
export type Rows = {
  tenantId: string
  partnerId: string
  spaceId: string
  fileId: string
  versionId: string
  /** Ten chunks of ten files, as a search finds them. */
  places: { versionId: string; ordinal: number }[]
}

export async function findRows(owner: ClientBase, slug: string): Promise<Rows> {
  const { rows } = await owner.query<Omit<Rows, 'places'>>(
    `select t.id as "tenantId", t.partner_id as "partnerId", s.id as "spaceId", f.id as "fileId",
       f.live_version_id as "versionId"
     from tenants t join spaces s on s.tenant_id = t.id and s.slug = 'default'
       join files f on f.tenant_id = t.id and f.space_id = s.id
     where t.slug = $1 order by f.id offset 5 limit 1`,
    [slug],
  )
  const [found] = rows
  if (!found) throw new Error(`the tenant ${slug} has no file`)
  const chunks = await owner.query<Rows['places'][number]>(
    `select version_id as "versionId", ordinal from chunks
     where tenant_id = $1 and ordinal = 3 order by version_id limit 10`,
    [found.tenantId],
  )
  return { ...found, places: chunks.rows }
}
