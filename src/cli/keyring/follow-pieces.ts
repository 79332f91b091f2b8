import { setTimeout as pause } from 'node:timers/promises'
import type { Output } from '../output.ts'
import { formatBar } from '../progress.ts'

export type Pieces = { total: number; left: number; isDone: boolean; label: string }

export type Followed<Status> = {
  ask: () => Promise<Status>
  describe: (status: Status) => Pieces
}

const longestWaitMs = 1000

/** Asks how far the server is until it is done, and draws a bar meanwhile. */
export async function followPieces<Status>(
  output: Output,
  { ask, describe }: Followed<Status>,
): Promise<Status> {
  try {
    for (let waitMs = 50; ; waitMs = Math.min(longestWaitMs, waitMs * 1.5)) {
      const status = await ask()
      const pieces = describe(status)
      if (pieces.isDone) return status
      output.redraw(formatPieces(pieces).slice(0, output.columns - 1))
      await pause(waitMs)
    }
  } finally {
    output.redraw('')
  }
}

/** `██████░░░░░░  50 %  300/600 pieces` */
export function formatPieces({ total, left, label }: Pieces): string {
  const share = total === 0 ? 0 : (total - left) / total
  return `${formatBar(share)}  ${total - left}/${total} ${label}`
}
