import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ModelServer, type React, sendJson, startModelServer } from './model-server.ts'

export type ChatBody = {
  model: string
  temperature: number
  max_tokens: number
  messages: { role: 'system' | 'user'; content: string }[]
}
export type ChatServer = ModelServer<ChatBody>

export const greeting = 'Nothing of note.'

/** A real server that speaks the protocol for chats. It has one thing to say. */
export function startChatServer(): Promise<ChatServer> {
  return startModelServer(saying(greeting))
}

export function saying(content: string): React<ChatBody> {
  return ({ body }, response) =>
    sendJson(response, {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1,
      model: body.model,
      choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
    })
}

/** What a request was to be written of. */
export function materialOf({ messages }: ChatBody): string {
  return messages.find(({ role }) => role === 'user')?.content ?? ''
}

export const modelKey = 'mk-of-the-operator'

/** A file for `BULKHEAD_MODELS_FILE`: `scribe` is the endpoint at `url`, and what else is given. */
export async function writeModelsFile(url: string, more: Record<string, object> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'bulkhead-models-'))
  const file = join(folder, 'models.json')
  await writeFile(join(folder, 'key'), `${modelKey}\n`, { mode: 0o600 })
  const scribe = { kind: 'openai', url, model: 'scribe-1', key_file: 'key', timeout_ms: 60_000 }
  await writeFile(file, JSON.stringify({ scribe, ...more }))
  return { file, remove: () => rm(folder, { recursive: true }) }
}
