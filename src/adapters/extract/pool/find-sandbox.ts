import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync } from 'node:fs'
import { childEntry } from './child-flags.ts'

/**
 * What the machine offers to keep a reading process from everything but its document, beyond what Node itself refuses it. Native
 * code runs in it, the PDF parser, which Node's own permissions do not bind.
 */
export type Sandbox = {
  /** Goes before the command of the process; each part ends by running the rest in its own place. */
  command: string[]
  /** Lets the user whom the process runs as have its directory. */
  giveTo: (directory: string) => void
  /** What is there and what is not, for people. */
  guards: Guard[]
}

export type Guard = { name: string; isOn: boolean; detail: string }

/** User and group of that name have this number on every Linux. */
const nobody = 65_534
const maxFileBytes = 512 * 1024 ** 2
const maxOpenFiles = 256
/** Address space that Node and the PDF parser reserve and hardly touch. The kernel counts it all the same. */
const reservedBytes = 3 * 2 ** 30

/**
 * Finds out by trying, once for each server process: what is missing or not allowed is left out and said.
 * @param maxMemoryMb the kernel refuses memory far above it, should the watch from outside be late
 * @param directories what a process has to pass through to its own and to its data
 */
export function findSandbox(
  maxMemoryMb: number,
  directories: string[],
  platform: string = process.platform,
): Sandbox {
  const firstThatWorks = (...commands: string[][]) => commands.find((command) => works(command, directories))
  if (platform !== 'linux') return { command: [], giveTo: () => {}, guards: offElsewhere(platform) }
  const limits = [
    'prlimit',
    `--fsize=${maxFileBytes}`,
    `--nofile=${maxOpenFiles}`,
    '--core=0',
    `--data=${reservedBytes + maxMemoryMb * 2 * 2 ** 20}`,
    '--',
  ]
  const network = firstThatWorks(
    ['unshare', '--net', '--ipc', '--uts'],
    ['unshare', '--user', '--map-current-user', '--net', '--ipc', '--uts'],
  )
  const isRoot = process.getuid?.() === 0
  const privileges = ['setpriv', '--no-new-privs', '--bounding-set=-all', '--inh-caps=-all']
  const user = isRoot
    ? firstThatWorks([...privileges, `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'])
    : undefined
  const plain = user ?? firstThatWorks(['setpriv', '--no-new-privs'])
  const bound = firstThatWorks(limits)
  return {
    command: [...(network ?? []), ...(bound ?? []), ...(plain ?? [])],
    giveTo: (directory) => user && give(directory),
    guards: describe({ network, bound, plain, user, isRoot }),
  }
}

type Found = {
  network?: string[] | undefined
  bound?: string[] | undefined
  plain?: string[] | undefined
  user?: string[] | undefined
  isRoot: boolean
}

function describe({ network, bound, plain, user, isRoot }: Found): Guard[] {
  return [
    {
      name: 'network',
      isOn: network !== undefined,
      detail: network
        ? 'a network of its own with nobody in it'
        : 'refused by Node alone: `unshare` is missing or not allowed',
    },
    {
      name: 'limits',
      isOn: bound !== undefined,
      detail: bound
        ? 'files, open files and memory bounded by the kernel'
        : 'memory and time watched from outside alone: `prlimit` is missing',
    },
    {
      name: 'privileges',
      isOn: plain !== undefined,
      detail: plain ? 'it can gain none' : '`setpriv` is missing',
    },
    ...(isRoot
      ? [
          {
            name: 'user',
            isOn: user !== undefined,
            detail: user
              ? 'runs as nobody, though the server runs as root'
              : 'runs as root, as the server does',
          },
        ]
      : []),
  ]
}

function offElsewhere(platform: string): Guard[] {
  return [
    {
      name: 'platform',
      isOn: false,
      detail: `on ${platform} Node's permissions, a time limit and a heap limit stand alone`,
    },
  ]
}

/** Whether a command can start something that reaches the code and the directories: another user may not. */
function works([program = '', ...args]: string[], directories: string[]): boolean {
  const look = ['test', '-r', childEntry, ...directories.flatMap((directory) => ['-a', '-x', directory])]
  return spawnSync(program, [...args, ...look], { stdio: 'ignore' }).status === 0
}

function give(directory: string): void {
  chownSync(directory, nobody, nobody)
  chmodSync(directory, 0o700)
}
