import { countBacklog, readAgain } from '#features/files/index.ts'
import { withdrawFiles } from '#features/search/index.ts'
import type { JobRun } from '#jobs/index.ts'
import type { Clock } from '#platform/clock.ts'
import type { Db, TenantTx } from '#platform/db/index.ts'
import type { Ids } from '#platform/ids.ts'
import type { TenantScope } from '#platform/scope/index.ts'
import type { UploadDeps } from '#features/files/index.ts'
import { deleteChunksOfFile, listFilesToSwitch, setFileStatus } from './queries.ts'

export type SwitchDeps = {
  db: Db
  clock: Clock
  ids: Ids
  queueIngestion: UploadDeps['queueIngestion']
}

/**
 * Makes the files of a space what its switch says, a few in each short transaction: all of them read, or none of them searched. It looks
 * at the switch anew each time, so that a change of mind ends in what was said last, and cut off anywhere it goes on.
 */
export async function switchIntelligence(
  scope: TenantScope,
  spaceId: string,
  run: Pick<JobRun, 'signal'>,
  deps: SwitchDeps,
): Promise<void> {
  let left = true
  while (left) {
    run.signal.throwIfAborted()
    left = await deps.db.tenant(scope, (tx) => switchSome(tx, spaceId, deps))
  }
}

async function switchSome(tx: TenantTx, spaceId: string, deps: SwitchDeps): Promise<boolean> {
  tx.unrecorded('derived')
  const space = await tx.kysely
    .selectFrom('spaces')
    .select('intelligence')
    .where('id', '=', spaceId)
    .executeTakeFirst()
  if (!space) return false
  const files = await listFilesToSwitch(tx, spaceId, space.intelligence)
  const backlog = await countBacklog(tx)
  for (const [i, { id }] of files.entries()) {
    const file = { id, space_id: spaceId }
    if (space.intelligence) await readAgain(tx, file, -(backlog + i), deps)
    else await withdraw(tx, file, deps)
  }
  return files.length > 0
}

/** What is being read at this moment is not published: that holds the file's row too, and finds it only stored. */
async function withdraw(
  tx: TenantTx,
  { id, space_id: spaceId }: { id: string; space_id: string },
  { clock }: SwitchDeps,
) {
  await withdrawFiles(tx, spaceId, [id])
  await deleteChunksOfFile(tx, id)
  await setFileStatus(tx, id, { status: 'stored', live_version_id: null }, clock.now())
}
