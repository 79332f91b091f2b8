// Takes messages of a Bulkhead webhook. Nothing but Node.js 22.18 or newer is needed:
//
//   WEBHOOK_SECRET=whsec_… node webhook-receiver.ts 8000
//
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'

/** Messages that are older or newer than this, in seconds, are somebody's recording. */
const tolerance = 300

/** Whether somebody who knows the secret sent exactly this, not long ago (Standard Webhooks). */
function isGenuine(secret: string, headers: Record<string, unknown>, body: string): boolean {
  const id = String(headers['webhook-id'])
  const timestamp = String(headers['webhook-timestamp'])
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= tolerance)) return false
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest()
  // Two while a secret is being changed, separated by a blank.
  return String(headers['webhook-signature'])
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => Buffer.from(signature.slice(3), 'base64'))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected))
}

/** Ids of messages that were taken; keep these where a restart does not lose them. */
const taken = new Set<string>()

createServer(async (request, response) => {
  const body = await text(request)
  if (!isGenuine(process.env['WEBHOOK_SECRET'] ?? '', request.headers, body)) {
    response.writeHead(401).end()
    return
  }
  const id = String(request.headers['webhook-id'])
  if (!taken.has(id)) {
    const event = JSON.parse(body) as { id: number; type: string }
    // Put it where your own work finds it, and answer at once: there are fifteen seconds.
    console.log(`${event.id} ${event.type}`)
    taken.add(id)
  }
  response.writeHead(204).end()
}).listen(Number(process.argv[2] ?? 8000), '127.0.0.1')
