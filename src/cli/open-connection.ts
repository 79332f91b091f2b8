import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { type Config, readConfig } from '../config.ts'
import { connect, type Connection, parseAddress } from './connection.ts'
import { CommandFailure } from './failure.ts'
import { openOutput, type Output } from './output.ts'

/** Whose key file is taken when no key is given. */
export type KeyOwner = 'platform' | 'tenant'

export function addConnectionOptions(command: Command): Command {
  return command
    .option('--url <address>', 'server to talk to (default: BULKHEAD_URL)')
    .option('--key <secret>', 'key to use (default: BULKHEAD_KEY, else the key file in the data directory)')
}

/** What a command needs that talks to the server. @throws ConfigError, CommandFailure */
export async function openConnection(
  command: Command,
  owner: KeyOwner,
): Promise<{ connection: Connection; output: Output }> {
  const { json } = command.optsWithGlobals<{ json?: boolean }>()
  const { url, key } = await findAccess(command, owner)
  return { connection: connect(url, key), output: openOutput(json) }
}

type Given = { url?: string; key?: string }

/** @throws ConfigError, CommandFailure */
export function addressOf(command: Command): string {
  return parseAddress(command.optsWithGlobals<Given>().url ?? readConfig().url).href
}

/** Which server, and which key: the given one, else that of the first start. @throws ConfigError, CommandFailure */
export async function findAccess(command: Command, owner: KeyOwner): Promise<{ url: string; key: string }> {
  const options = command.optsWithGlobals<Given>()
  const config = readConfig()
  const url = addressOf(command)
  const key = options.key ?? config.key ?? (await readKeyFile(config, parseAddress(url), owner))
  return { url, key: key.trim() }
}

async function readKeyFile(config: Config, { hostname }: URL, owner: KeyOwner): Promise<string> {
  if (!isThisMachine(hostname)) {
    throw noKey('The key files in the data directory are sent to no other machine.')
  }
  const file = join(config.dataDir, `${owner}.key`)
  try {
    return await readFile(file, 'utf8')
  } catch {
    throw noKey(`There is no readable ${file} either: the first start of a server makes it.`)
  }
}

/** A first key opens everything: a mistyped or foreign address must not be able to collect it. */
export function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

function noKey(why: string) {
  return new CommandFailure('denied', `No key was given. ${why}`, {
    advice: 'Give one with --key or BULKHEAD_KEY.',
  })
}
