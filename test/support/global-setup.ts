import { dropTemplate, makeTemplate, type Template } from './template.ts'

const variable = 'TEST_TEMPLATE'

/**
 * The projects of one run set up one after the other in one process: the first makes the template, the others find
 * it. Test processes inherit the environment.
 */
export async function setup(): Promise<void> {
  if (process.env[variable] !== undefined) return
  process.env[variable] = JSON.stringify(await makeTemplate(process.env['TEST_DATABASE_URL']))
}

export async function teardown(): Promise<void> {
  const text = process.env[variable]
  if (text === undefined) return
  delete process.env[variable]
  const template: Template = JSON.parse(text)
  await dropTemplate(template)
}
