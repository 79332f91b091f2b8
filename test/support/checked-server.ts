import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Report } from '#isolation/index.ts'
import { startTestApp, type TestApp } from './app.ts'
import { type Ended, runCommand } from './run-command.ts'
import { startTamperingProxy } from './tampering-proxy.ts'

/** A whole check asks some thousand questions. */
export const checkTimeout = { timeout: 600_000 }
/** As few as there can be. */
export const quick = ['--probes', '1']

/** A server to run `bulkhead isolation` against, behind a proxy that may change what it says. */
export async function startCheckedServer() {
  const app = await startTestApp()
  const proxy = await startTamperingProxy(app.url)
  const folder = await mkdtemp(join(tmpdir(), 'bulkhead-isolation-'))
  const settings = { BULKHEAD_URL: proxy.url, BULKHEAD_KEY: app.keys.platform }
  return {
    app,
    proxy,
    folder,
    settings,
    bulkhead: (args: string[], more: Record<string, string> = {}): Promise<Ended> =>
      runCommand(args, { ...settings, ...more }, folder),
    leftBehind: () => leftOn(app),
    close: async () => {
      await proxy.close()
      await app.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The report stands on the last line. */
export function reportIn(out: string): Report {
  const { report }: { report: Report } = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '')
  return report
}

/** Everything of a check that is on the server. */
async function leftOn(app: TestApp): Promise<string[]> {
  const lists = await Promise.all([
    app.platform.get('/v1/partners?limit=200'),
    app.platform.get('/v1/tenants?limit=200'),
    app.platform.get('/v1/keys?limit=200'),
    ...['spaces', 'users', 'groups', 'roles', 'grants'].map((list) =>
      app.tenant.get(`/v1/${list}?limit=200`),
    ),
    // What has ended stays listed for a while, as that.
    ...['invitations', 'portal/tokens'].map(async (list) => {
      const { body } = await app.tenant.get<{ data: { status: string }[] }>(`/v1/${list}?limit=200`)
      return { body: body.data.filter(({ status }) => status === 'open' || status === 'active') }
    }),
  ])
  return JSON.stringify(lists.map(({ body }) => body)).match(/isolation-check-[\w-]+/g) ?? []
}
