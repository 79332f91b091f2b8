import type { Output } from './output.ts'

export type ProgressState = {
  bytesSent: number
  bytesTotal: number
  filesDone: number
  filesTotal: number
  elapsedMs: number
}

export type Progress = {
  /** Counts on top of what was counted before. */
  add: (counts: Partial<Record<'bytesSent' | 'bytesTotal' | 'filesDone', number>>) => void
  /** Writes a line above the bar. */
  line: (text: string) => void
  stop: () => void
}

const redrawEveryMs = 100

/** A bar on a terminal; elsewhere only the lines. */
export function startProgress(
  output: Output,
  totals: Pick<ProgressState, 'bytesTotal' | 'filesTotal'>,
): Progress {
  const startedAt = performance.now()
  const state = { bytesSent: 0, filesDone: 0, ...totals }
  const draw = () =>
    output.redraw(formatProgress({ ...state, elapsedMs: performance.now() - startedAt }, output.columns - 1))
  const timer = output.isTerminal ? setInterval(draw, redrawEveryMs) : undefined
  return {
    add: (counts) => {
      state.bytesSent += counts.bytesSent ?? 0
      state.bytesTotal += counts.bytesTotal ?? 0
      state.filesDone += counts.filesDone ?? 0
    },
    line: (text) => {
      output.redraw('')
      output.line(text)
    },
    stop: () => {
      clearInterval(timer)
      output.redraw('')
    },
  }
}

const barWidth = 24

/** `██████░░░░░░  50 %  3/6 files  1.0 of 2.0 MB  512 kB/s  2 s left`, cut to the width of the terminal. */
export function formatProgress(state: ProgressState, columns: number): string {
  const { bytesSent, bytesTotal, filesDone, filesTotal, elapsedMs } = state
  // The form around a file is sent and counted too: a few hundred bytes more than the files have.
  const share = bytesTotal === 0 ? filesDone / Math.max(1, filesTotal) : Math.min(1, bytesSent / bytesTotal)
  const bytesPerSecond = elapsedMs > 0 ? (bytesSent * 1000) / elapsedMs : 0
  const remaining = share < 1 && bytesPerSecond > 0 ? (bytesTotal - bytesSent) / bytesPerSecond : undefined
  const parts = [
    formatBar(share),
    `${filesDone}/${filesTotal} files`,
    `${formatBytes(Math.min(bytesSent, bytesTotal))} of ${formatBytes(bytesTotal)}`,
    share < 1 ? `${formatBytes(bytesPerSecond)}/s` : 'being read',
    ...(remaining === undefined ? [] : [`${formatDuration(remaining * 1000)} left`]),
  ]
  return parts.join('  ').slice(0, columns)
}

/** `██████░░░░░░  50 %` */
export function formatBar(share: number): string {
  const filled = Math.floor(share * barWidth)
  return `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${String(Math.floor(share * 100)).padStart(3)} %`
}

/** Powers of 1000, as disks and networks are sold. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  // 999.95 would be rounded to "1000.0".
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ''}`
}

export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
