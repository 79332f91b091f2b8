type Frame = { id: number; type: string } & Record<string, unknown>

/** Follows a stream of events as a client would: the frames as they come, and the problem it may end with. */
export function follow(url: string, key: string, query: string, headers: Record<string, string> = {}) {
  const response = fetch(new URL(`/v1/events/stream${query}`, url), {
    headers: { authorization: `Bearer ${key}`, ...headers },
  })
  let problem: unknown
  const frames = read()

  async function* read(): AsyncGenerator<Frame> {
    const { body, status } = await response
    if (status !== 200 || !body) throw new Error(`the stream was answered with ${status}`)
    let text = ''
    for await (const bytes of body.pipeThrough(new TextDecoderStream())) {
      text += bytes
      const parts = text.split('\n\n')
      text = parts.pop() ?? ''
      for (const part of parts) {
        const data = /^data: (.*)$/m.exec(part)?.[1]
        if (data === undefined) continue
        if (part.startsWith('event: error')) problem = JSON.parse(data)
        else yield JSON.parse(data) as Frame
      }
    }
  }
  return {
    next: async () => (await frames.next()).value as Frame | undefined,
    all: async () => {
      const all: Frame[] = []
      for await (const frame of frames) all.push(frame)
      return all
    },
    error: () => problem,
  }
}
