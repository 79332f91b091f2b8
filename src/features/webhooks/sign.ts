import { createHmac, randomBytes } from 'node:crypto'

const secretPrefix = 'whsec_'
/** The specification takes 24 to 64. */
const secretBytes = 32

export function createSecret(): string {
  return `${secretPrefix}${randomBytes(secretBytes).toString('base64')}`
}

/** What is sent, as the signature covers it: `at` in whole seconds, the body to the byte. */
export type Message = { id: string; at: Date; body: string }

/** Headers of a message, one signature for each secret (Standard Webhooks 1.0, "Signature scheme"). */
export function headersOf(message: Message, secrets: readonly string[]): Record<string, string> {
  return {
    'content-type': 'application/json',
    'webhook-id': message.id,
    'webhook-timestamp': String(secondsOf(message.at)),
    'webhook-signature': secrets.map((secret) => sign(secret, message)).join(' '),
  }
}

function sign(secret: string, { id, at, body }: Message): string {
  const key = Buffer.from(secret.slice(secretPrefix.length), 'base64')
  return `v1,${createHmac('sha256', key)
    .update(`${id}.${secondsOf(at)}.${body}`)
    .digest('base64')}`
}

function secondsOf(at: Date): number {
  return Math.floor(at.getTime() / 1000)
}
