import { readConfig } from '#config.ts'
import { createLog } from '#platform/log.ts'
import { startApp } from '../../src/app.ts'
import type { Problem } from './check-files.ts'

/** What `bulkhead doctor` finds in the data of a server that is stopped. */
export async function checkStorage(options: {
  dataDir: string
  settings: Record<string, string>
}): Promise<Problem[]> {
  const config = readConfig({ ...options.settings, BULKHEAD_DATA_DIR: options.dataDir })
  const app = await startApp(config, { http: false, worker: false, log: createLog('silent') })
  try {
    const { findings } = await app.checkIntegrity()
    const unopened = (await app.checkSeals()).findings
    return [
      ...findings.map(({ file, problem }) => ({ file: file ?? 'storage', problem })),
      ...unopened.map(({ tenant, problem }) => ({ file: tenant, problem })),
    ]
  } finally {
    await app.close()
  }
}
