import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeNew } from '#platform/durable-files.ts'
import { StartRefused } from '#platform/errors.ts'
import { createMasterKey, type MasterKeys, parseMasterKey } from '#platform/vault/index.ts'
import type { Config } from '../config.ts'

/** The master keys as they are configured. @throws StartRefused when there is none and none may be made */
export async function readMasterKeys(config: Config): Promise<MasterKeys> {
  const { masterKey, formerMasterKeys: others } = config
  if (masterKey) return { current: masterKey, others }
  const file = masterKeyFile(config)
  if (!existsSync(file)) await makeFirst(config, file)
  const [first = '', ...rest] = (await readFile(file, 'utf8')).trim().split('\n')
  try {
    return { current: parseMasterKey(first), others: [...rest.map(parseMasterKey), ...others] }
  } catch (error) {
    throw new StartRefused(`Each line of ${file} ${error instanceof Error ? error.message : String(error)}.`)
  }
}

/** The current key, and below it those it replaces while the keyring still needs them. */
export function masterKeyFile({ dataDir }: Pick<Config, 'dataDir'>): string {
  return join(dataDir, 'master.key')
}

/** Made at the very first start on an embedded database and never again: a new one would open nothing that is there. */
async function makeFirst(config: Config, file: string): Promise<void> {
  if (config.databaseUrl !== undefined) {
    throw new StartRefused(
      'Set BULKHEAD_MASTER_KEY to the output of `openssl rand -base64 32`, and keep a copy of it.',
    )
  }
  if (existsSync(join(config.dataDir, 'postgres'))) {
    throw new StartRefused(
      `The master key ${file} is missing. Without it no content can be read: restore it, or set BULKHEAD_MASTER_KEY.`,
    )
  }
  await writeNew(file, `${createMasterKey()}\n`)
}
