import { expect } from 'vitest'
import { parseId } from '#platform/ids.ts'
import { type Api, type TestApp, type TestTenant, until } from './app.ts'
import type { TestKeyring } from './keyrings.ts'

export type Rotation = {
  state: string
  sealing_key: number
  oldest_key: number
  pieces: number
  pieces_left: number
}

/** Gives a tenant a new data key. */
export async function rotate(app: TestApp, { tenant }: TestTenant): Promise<void> {
  const { status } = await app.platform.post(`/v1/keyring/tenants/${tenant.id}/rotate`)
  expect(status).toBe(202)
}

export async function rotationOf(app: TestApp, { tenant }: TestTenant): Promise<Rotation> {
  return (await app.platform.get<Rotation>(`/v1/keyring/tenants/${tenant.id}`)).body
}

export function rotated(app: TestApp, tenant: TestTenant): Promise<Rotation> {
  return until('everything is sealed with the new key', async () => {
    const rotation = await rotationOf(app, tenant)
    return rotation.state === 'done' ? rotation : undefined
  })
}

/** The versions of a tenant's data key, as another process finds them in the keyring. */
export function versionsOf(keyring: TestKeyring, { tenant }: TestTenant): Promise<number[]> {
  return keyring.use(async (keys) =>
    (await keys.read(parseId('ten', tenant.id) ?? '')).map(({ version }) => version),
  )
}

export async function retired(keyring: TestKeyring, tenant: TestTenant, left: number[]): Promise<void> {
  await until(`the keyring has only ${left.join()}`, async () =>
    String(await versionsOf(keyring, tenant)) === String(left) ? true : undefined,
  )
}

/** The word is in the file's bytes, text and chunks, and is found. */
export async function expectReadable(api: Api, file: string, word: string): Promise<void> {
  for (const path of ['content', 'text', 'chunks']) {
    const { status, body } = await api.get(`/v1/files/${file}/${path}`)
    const text = body instanceof Uint8Array ? Buffer.from(body).toString() : JSON.stringify(body)
    expect({ path, status, hasWord: text.includes(word) }).toEqual({ path, status: 200, hasWord: true })
  }
  const { body } = await api.post<{ results: { text: string }[] }>('/v1/search', { query: word })
  expect(body.results.map(({ text }) => text).join()).toContain(word)
}
