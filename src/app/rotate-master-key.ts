import type { MasterRotation } from '#features/rotation/index.ts'
import { replaceFile } from '#platform/durable-files.ts'
import type { Log } from '#platform/log.ts'
import { createMasterKey, parseMasterKey, rewrapKeys, type Vault } from '#platform/vault/index.ts'
import type { OpenKeyring } from './open-keyring.ts'

export type MasterRotationOptions = Pick<OpenKeyring, 'kind' | 'keyring'> & {
  vault: Vault
  /** Where this process alone keeps the master keys; undefined where the settings give them, or several processes. */
  file: string | undefined
  log: Log
}

export type RunningMasterRotation = MasterRotation & {
  /** Goes on with one that a crash or a stop has cut off. */
  resume: () => Promise<void>
  stop: () => Promise<void>
}

/** Changes the master key: everything in the keyring is sealed with the current one, in the background. */
export function createMasterRotation(options: MasterRotationOptions): RunningMasterRotation {
  const { kind, keyring, vault, file, log } = options
  const stopping = new AbortController()
  let work: Promise<void> | undefined
  let making: Promise<void> | undefined

  const replaceFrom = async (from: string) => {
    const { current, others } = vault.masters()
    if (file !== undefined && from === current.id && others.length === 0) await makeNewMaster(vault, file)
  }
  const begin = () => {
    work ??= rewrapAll(options, stopping.signal)
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) log.error({ err: error }, 'the keyring could not be sealed anew')
      })
      .finally(() => {
        work = undefined
      })
  }
  return {
    async status() {
      const { current } = vault.masters()
      const counts = await keyring.countByMaster()
      const others = [...counts].filter(([id]) => id !== current.id).map(([id, keys]) => ({ id, keys }))
      const left = others.reduce((sum, { keys }) => sum + keys, 0)
      return {
        kind,
        master_key: current.id,
        keys: left + (counts.get(current.id) ?? 0),
        keys_left: left,
        other_master_keys: others,
        is_rewrapping: work !== undefined,
      }
    },
    async start(from) {
      // One at a time: of two new keys in the file the second would drop the first, which may have sealed something.
      making ??= replaceFrom(from).finally(() => {
        making = undefined
      })
      await making
      begin()
    },
    async resume() {
      if (file !== undefined && vault.masters().others.length > 0) begin()
    },
    async stop() {
      stopping.abort()
      await work
    },
  }
}

/** The file has both before anything is sealed with the new one, and until nothing is with the old one. */
async function makeNewMaster(vault: Vault, file: string): Promise<void> {
  const { current } = vault.masters()
  const next = createMasterKey()
  await replaceFile(file, `${next}\n${current.secret.toString('base64')}\n`)
  await vault.changeMasters({ current: parseMasterKey(next), others: [current] })
}

async function rewrapAll(
  { keyring, vault, file, log }: MasterRotationOptions,
  signal: AbortSignal,
): Promise<void> {
  const { current } = vault.masters()
  await rewrapKeys(keyring, vault.masters(), signal)
  const counts = await keyring.countByMaster()
  if ([...counts.keys()].some((id) => id !== current.id)) return
  if (file !== undefined) {
    await replaceFile(file, `${current.secret.toString('base64')}\n`)
    await vault.changeMasters({ current, others: [] })
  }
  log.info({ master_key: current.id }, 'every key in the keyring is sealed with this master key')
}
