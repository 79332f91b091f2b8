import { createInterface } from 'node:readline/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { Connection } from './connection.ts'
import { CommandFailure, RefusedRequest } from './failure.ts'
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
  if (!isConfirmed) await confirm(tenant, output)
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

async function confirm({ slug }: Tenant, output: Output): Promise<void> {
  if (!output.isTerminal) {
    throw new CommandFailure('usage', 'An erasure cannot be undone, and nobody is here to confirm it.', {
      advice: 'Give --yes.',
    })
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await prompt.question(
      `Everything of "${slug}" will be gone for good, from backups too. Its slug again: `,
    )
    if (answer.trim() !== slug) throw new CommandFailure('usage', 'That is another name: nothing was erased.')
  } finally {
    prompt.close()
  }
}

async function find(connection: Connection, id: string): Promise<Tenant | undefined> {
  return connection.get<Tenant>(pathOf(id)).catch((error: unknown) => {
    if (error instanceof RefusedRequest && error.problem.status === 404) return undefined
    throw error
  })
}
