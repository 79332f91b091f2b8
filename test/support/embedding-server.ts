import { type ModelServer, type React, type Sent, sendJson, startModelServer } from './model-server.ts'

type Body = { model: string; input: string[]; dimensions?: number }

export type SentRequest = Sent<Body>
export type Misbehave = React<Body>
export type EmbeddingServer = ModelServer<Body>

const letters = 'abcdefghijklmnopqrstuvwxyz'
export const letterCount = letters.length

/** How often a text has each letter: vectors that anybody can check. */
export function lettersOf(text: string): number[] {
  return Array.from(letters, (letter) => text.toLowerCase().split(letter).length - 1)
}

/** A real server that speaks the embeddings protocol. */
export function startEmbeddingServer(): Promise<EmbeddingServer> {
  return startModelServer((request, response) => sendJson(response, { data: vectorsOf(request) }))
}

export function vectorsOf({ body }: SentRequest) {
  return body.input.map((text, index) => ({ object: 'embedding', index, embedding: lettersOf(text) }))
}

/** Answers with other vectors than it should. */
export function answering(change: (vectors: ReturnType<typeof vectorsOf>) => unknown): Misbehave {
  return (request, response) => sendJson(response, { data: change(vectorsOf(request)) })
}
