import { setTimeout as pause } from 'node:timers/promises'
import type { Api } from '../server/client.ts'

const timeoutMs = 120_000

/** Waits until the files can be found. @throws Error when reading one failed, or takes minutes */
export async function waitForFiles(files: { api: Api; file: { id: string } }[]): Promise<void> {
  await Promise.all(files.map(({ api, file }) => waitForFile(api, file.id)))
}

async function waitForFile(api: Api, id: string): Promise<void> {
  const deadline = performance.now() + timeoutMs
  for (let waitMs = 10; ; waitMs = Math.min(500, waitMs * 2)) {
    const { status, body } = await api.get<{ status: string }>(`/v1/files/${id}`)
    if (status === 200 && body.status === 'ready') return
    if (status !== 200 || body.status === 'failed')
      throw new Error(`${id} was not read: ${JSON.stringify(body)}`)
    if (performance.now() > deadline) throw new Error(`${id} was not read within ${timeoutMs / 1000} s.`)
    await pause(waitMs)
  }
}
