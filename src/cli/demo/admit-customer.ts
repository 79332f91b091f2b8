import { fileURLToPath } from 'node:url'
import examples from '../../../examples/questions.json' with { type: 'json' }
import { connect, type Connection } from '../connection.ts'
import type { Stage } from './open-stage.ts'

type Folder = keyof typeof examples
export type Examples = (typeof examples)[Folder]

export type Customer = {
  name: string
  folder: string
  examples: Examples
  /** Under the customer's own key. */
  connection: Connection
  /** File ids by name, once the documents are loaded. */
  fileIds: Map<string, string>
}

export const exampleFolders: Folder[] = ['northwind-freight', 'cobalt-dental']

/** A tenant, and a key that opens it and nothing else. */
export async function admitCustomer({ platform, url, keepKey }: Stage, folder: Folder): Promise<Customer> {
  const name = folder.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => ` ${letter.toUpperCase()}`).trim()
  const tenant = await platform.post<{ id: string }>('/v1/tenants', { slug: folder, name })
  const key = await platform.post<{ secret: string }>('/v1/keys', { name: 'demo', tenant: tenant.id })
  await keepKey(folder, key.secret)
  return {
    name,
    folder: fileURLToPath(new URL(`../../../examples/${folder}`, import.meta.url)),
    examples: examples[folder],
    connection: connect(url, key.secret),
    fileIds: new Map(),
  }
}
