import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '#config.ts'
import { errorCatalogue } from '#platform/errors.ts'
import { type App, startApp } from '../../src/app.ts'
import { generateErrors } from './errors.ts'
import { generatePermissions } from './permissions.ts'
import { generateRoutes } from './routes.ts'

/** What is made from the definitions that only a started application has together, by path. */
export async function describeApp(): Promise<Record<string, string>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bulkhead-generate-'))
  const config = readConfig({
    BULKHEAD_DATA_DIR: dataDir,
    BULKHEAD_PORT: '0',
    BULKHEAD_LOG_LEVEL: 'warn',
  })
  try {
    const app = await startApp(config, { worker: false })
    try {
      return {
        'docs/reference/routes.md': generateRoutes(app.routes),
        'docs/reference/permissions.md': generatePermissions(app.routes),
        'docs/reference/errors.md': generateErrors(errorCatalogue()),
        'docs/reference/openapi.json': await readOpenApi(app),
      }
    } finally {
      await app.close()
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function readOpenApi({ url }: App): Promise<string> {
  const response = await fetch(new URL('/v1/openapi.json', url))
  if (!response.ok) throw new Error(`the OpenAPI document was answered with ${response.status}`)
  return `${JSON.stringify(await response.json(), undefined, 2)}\n`
}
