import { setTimeout as pause } from 'node:timers/promises'
import { confirm } from './confirm.ts'
import type { Connection } from './connection.ts'
import { RefusedRequest } from './failure.ts'
import type { Output } from './output.ts'

type Tenant = { id: string; slug: string; erasure: { left: number | null } | null }

const askEveryMs = 500

/**
 * Erases a tenant and waits for the end. Cut off, the server goes on by itself.
 * @throws CommandFailure when nobody confirms it
 */
export async function eraseTenant(
  { connection, output }: { connection: Connection; output: Output },
  reference: string,
  isConfirmed: boolean,
): Promise<void> {
  const tenant = await connection.get<Tenant>(pathOf(reference))
  if (!isConfirmed) {
    const question = `Everything of "${tenant.slug}" will be gone for good, from backups too. Its slug again: `
    await confirm(output, question, tenant.slug)
  }
  // By id from here on: the slug may belong to another tenant once this one is gone.
  await connection.delete(pathOf(tenant.id))
  for (let now: Tenant | undefined; (now = await find(connection, tenant.id));) {
    const left = now.erasure?.left ?? null
    output.redraw(left === null ? 'erasing' : `erasing, ${left} rows left`)
    await pause(askEveryMs)
  }
  output.redraw('')
  output.json({ id: tenant.id, slug: tenant.slug, erased: true })
  output.line(`${tenant.slug} is erased.`)
}

const pathOf = (reference: string) => `/v1/tenants/${encodeURIComponent(reference)}`

async function find(connection: Connection, id: string): Promise<Tenant | undefined> {
  return connection.get<Tenant>(pathOf(id)).catch((error: unknown) => {
    if (error instanceof RefusedRequest && error.problem.status === 404) return undefined
    throw error
  })
}
