import type { Api } from '#isolation/server/client.ts'
import { expectStatus } from '../server/create-tenant.ts'
import { listAll } from '../server/list-files.ts'
import type { Problem } from './check-files.ts'
import type { Expected } from './upload-until-cut.ts'

type Event = { id: number; type: string; file_id: string | null }

/** No effect without its event, no event without its effect, and no gap: whatever was cut off. */
export async function checkEvents(api: Api, expected: readonly Expected[]): Promise<Problem[]> {
  const events = await listAll<Event>(api, '/v1/events?order=oldest')
  const problems: Problem[] = []
  const gap = events.findIndex(({ id }, i) => id !== i + 1)
  if (gap >= 0) problems.push({ file: 'events', problem: `have no number ${gap + 1}` })
  const { is_valid } = expectStatus(200, await api.get<{ is_valid: boolean }>('/v1/audit/verify'))
  if (!is_valid) problems.push({ file: 'audit', problem: 'is broken' })
  for (const type of ['file.uploaded', 'file.ready']) {
    const told = Map.groupBy(
      events.filter((event) => event.type === type),
      (event) => event.file_id ?? '',
    )
    for (const { id = '', externalId } of expected) {
      const times = told.get(id)?.length ?? 0
      if (times !== 1) problems.push({ file: externalId, problem: `was told ${times} times: ${type}` })
      told.delete(id)
    }
    for (const id of told.keys()) problems.push({ file: id, problem: `was told and is not there: ${type}` })
  }
  return problems
}
