import { join } from 'node:path'
import { createConfig, lint } from '@redocly/openapi-core'
import type { Finding } from './run-tool.ts'

const document = join(import.meta.dirname, '../../docs/reference/openapi.json')

/** Where we differ from the recommended rules, and why. */
const exceptions = {
  // Every route that takes a key describes its problems; a public one without input has none.
  'operation-4xx-response': 'off',
} as const

/** Redocly's recommended rules on the generated document. */
export async function lintOpenApi(): Promise<Finding> {
  const config = await createConfig({ extends: ['recommended'], rules: exceptions })
  const problems = await lint({ ref: document, config })
  const lines = problems.map(
    ({ ruleId, message, location }) => `${ruleId}: ${message} at ${location[0]?.pointer ?? '#'}`,
  )
  return { ok: problems.length === 0, output: lines.join('\n') }
}
