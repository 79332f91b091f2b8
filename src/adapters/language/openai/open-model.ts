import { ModelError } from '../../model/error.ts'
import { refusalOf } from '../../model/post-json.ts'
import { malformed } from '../../model/read-json.ts'
import type { LanguageModel } from '../port.ts'

export type EndpointOptions = {
  /** Below which `/chat/completions` is asked. */
  url: string
  model: string
  key: string | undefined
  timeoutMs: number
}

/** An answer of so many tokens is some hundred times shorter; an endless one is cut off here. */
const maxBytes = 4_000_000

/**
 * Any endpoint that speaks OpenAI's protocol for chats. It is asked once, since somebody waits; one that does not answer in
 * time, or says nothing, is an error.
 */
export async function openLanguageEndpoint(options: EndpointOptions): Promise<LanguageModel> {
  const { url, model, key, timeoutMs } = options
  // Here, because it takes a server longer to read than its other parts: most have no language model.
  const [{ generateText }, { createOpenAICompatible }] = await Promise.all([
    import('ai'),
    import('@ai-sdk/openai-compatible'),
  ])
  const endpoint = createOpenAICompatible({
    name: 'operator',
    baseURL: url.replace(/\/+$/, ''),
    ...(key === undefined ? {} : { apiKey: key }),
    fetch: fetchThere,
  })
  return {
    isRemote: true,
    async write({ instructions, material, maxTokens }, signal) {
      const deadline = AbortSignal.timeout(timeoutMs)
      try {
        const { text } = await generateText({
          model: endpoint(model),
          system: instructions,
          prompt: material,
          temperature: 0,
          maxOutputTokens: maxTokens,
          maxRetries: 0,
          abortSignal: AbortSignal.any([signal, deadline]),
        })
        if (text.trim() === '') throw malformed('is empty')
        return text
      } catch (error) {
        signal.throwIfAborted()
        if (deadline.aborted) throw new ModelError('timeout', 'the model did not answer in time')
        throw ownCause(error) ?? malformed('is none')
      }
    },
  }
}

/** What went wrong, out of what the library says of it: that holds all that was sent. */
function ownCause(error: unknown): ModelError | undefined {
  if (error instanceof ModelError) return error
  return error instanceof Error && error.cause !== undefined ? ownCause(error.cause) : undefined
}

/** Only the configured address is asked: a redirect is a failure. */
async function fetchThere(...[url, init]: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: 'error' }).catch((cause: unknown) => {
    throw new ModelError('unavailable', 'the model cannot be reached', { cause })
  })
  if (!response.ok) throw await refusalOf(response)
  return new Response(response.body?.pipeThrough(cutOff(maxBytes)), response)
}

function cutOff(most: number) {
  let bytes = 0
  return new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, controller) {
      bytes += piece.length
      if (bytes > most) throw malformed('is longer than a right one can be')
      controller.enqueue(piece)
    },
  })
}
