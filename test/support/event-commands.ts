import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { startTestApp } from './app.ts'
import type { Ended } from './run-command.ts'
import { startCommandProcess } from './start-command-process.ts'

/** A server, a folder, and the command line in a process that runs one command after the other in it. */
export async function startEventCommands() {
  const app = await startTestApp()
  const folder = await mkdtemp(join(tmpdir(), 'bulkhead-events-cli-'))
  const program = startCommandProcess(folder)
  const surroundings = (settings: Record<string, string>) => ({
    BULKHEAD_URL: app.url,
    BULKHEAD_KEY: app.keys.tenant,
    ...settings,
  })
  return {
    app,
    folder,
    surroundings,
    bulkhead: (args: string[], settings: Record<string, string> = {}): Promise<Ended> =>
      program.run(args, surroundings(settings)),
    makeSpace: async (slug: string) => {
      const made = await app.tenant.post<{ id: string }>('/v1/spaces', { slug, name: `Space ${slug}` })
      expect(made.status).toBe(201)
      return made.body
    },
    close: async () => {
      await program.end()
      await app.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

type Told = { id: number; type: string; subject: { name: string } }

/** What a command said with `--json`, a document a line. */
export function documents<T = Told>(out: string): T[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)
}
