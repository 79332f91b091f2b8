import type { Socket } from 'node:net'
import type { Ids } from '#platform/ids.ts'
import { brokenRequest, headersTooLarge, requestTimeout } from './errors.ts'
import { problemOf } from './problem.ts'

/**
 * Answers what the HTTP parser refuses before it is a request: the framework's own answer has another form than every
 * other failure. A caller that has gone away gets none.
 */
export function answerBrokenRequest(ids: Ids) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy()
      return
    }
    const failure = failureOf(error.code)
    const body = JSON.stringify(problemOf(failure, `req_${ids.uuid().replaceAll('-', '')}`))
    const head = [
      `HTTP/1.1 ${failure.status} ${failure.title}`,
      'content-type: application/problem+json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'cache-control: no-store',
      'connection: close',
    ]
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  }
}

function failureOf(code: string | undefined) {
  if (code === 'HPE_HEADER_OVERFLOW') return headersTooLarge()
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? requestTimeout() : brokenRequest()
}
