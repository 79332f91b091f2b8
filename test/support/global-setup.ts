import { dropTemplate, makeTemplate, type Template } from './template.ts'

const variable = 'TEST_TEMPLATE'
let isMadeHere = false

/**
 * The projects of one run set up one after the other in one process: the first makes the template, the others find
 * it. Test processes inherit the environment, and whoever starts many runs may give them all one template.
 */
export async function setup(): Promise<void> {
  if (process.env[variable] !== undefined) return
  const { TEST_DATABASE_URL: url, TEST_EMPTY_DATABASE: empty } = process.env
  process.env[variable] = JSON.stringify(await makeTemplate(url, empty))
  isMadeHere = true
}

export async function teardown(): Promise<void> {
  const text = process.env[variable]
  if (!isMadeHere || text === undefined) return
  delete process.env[variable]
  const template: Template = JSON.parse(text)
  await dropTemplate(template)
}
