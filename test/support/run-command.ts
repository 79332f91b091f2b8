import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

export type Ended = { code: number | null; out: string; err: string }

const main = join(import.meta.dirname, '../../src/main.ts')

/** The program as a shell starts it, with these settings and no others. */
export function startCommand(args: string[], settings: Record<string, string>, folder: string) {
  return spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env['PATH'], ...settings },
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

export async function runCommand(
  args: string[],
  settings: Record<string, string>,
  folder: string,
): Promise<Ended> {
  const child = startCommand(args, settings, folder)
  const [code, out, err] = await Promise.all([codeOf(child), text(child.stdout), text(child.stderr)])
  return { code, out, err }
}

function codeOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.on('close', resolve))
}
