import { request } from 'node:http'
import { json } from 'node:stream/consumers'

export type SlowUpload = {
  /** More of the file. */
  send: (text: string) => void
  /** Ends the file and begins a field after it. */
  goOnWith: (field: string) => void
  /** The last of the file or field; resolves with the answer. */
  end: (text: string) => Promise<{ status: number; body: { id: string; code?: string } }>
}

const boundary = 'slow-upload'

/** An upload whose body comes as its caller sends it, for as long as the caller likes. */
export function beginUpload({ url }: { url: string }, key: string, name: string): SlowUpload {
  const outgoing = request(new URL('/v1/files', url), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': `multipart/form-data; boundary=${boundary}`,
    },
  })
  const answered = new Promise<Awaited<ReturnType<SlowUpload['end']>>>((resolve, reject) => {
    outgoing.on('error', reject).on('response', (incoming) => {
      const status = incoming.statusCode ?? 0
      void json(incoming).then((body) => resolve({ status, body: body as { id: string } }), reject)
    })
  })
  // Whoever never ends it hears of no failure either.
  answered.catch(() => {})
  outgoing.write(
    `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: text/markdown\r\n\r\n`,
  )
  return {
    send: (text) => void outgoing.write(text),
    goOnWith: (field) =>
      void outgoing.write(`\r\n--${boundary}\r\ncontent-disposition: form-data; name="${field}"\r\n\r\n`),
    end: (text) => {
      outgoing.end(`${text}\r\n--${boundary}--\r\n`)
      return answered
    },
  }
}
