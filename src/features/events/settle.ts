import { chainOf } from '#platform/events/index.ts'
import type { Scope } from '#platform/scope/index.ts'
import type { LaterRecorder } from './record-later.ts'
import type { Sequencer } from './sequence.ts'

/** What was answered before somebody asks is in what they are shown. */
export async function settle(
  scope: Scope,
  { later, sequencer }: { later: LaterRecorder; sequencer: Sequencer },
): Promise<void> {
  await later.written(chainOf(scope))
  await sequencer.settle(chainOf(scope))
}
