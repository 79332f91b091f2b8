import type { FastifyInstance, FastifyRequest } from 'fastify'

const preflight = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers': 'authorization, content-type, idempotency-key',
  'access-control-max-age': '7200',
}
const exposed = 'x-request-id, retry-after, idempotency-replayed, content-disposition, content-range'

/**
 * Lets pages of other origins read what they ask for with a portal token. A browser asks beforehand without saying with what;
 * that is allowed to all, since nothing here is done by a cookie. Answers to keys stay closed to pages: a key does not belong
 * into a browser. Which pages a token is good for is seen to where it is presented.
 */
export function answerOtherOrigins(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers
    if (origin === undefined) return done()
    void reply.header('vary', 'Authorization, Origin')
    if (isPreflight(request)) return void reply.status(204).headers(preflight).send()
    if (/^Bearer +bhp_/i.test(request.headers.authorization ?? ''))
      void reply.headers({ 'access-control-allow-origin': origin, 'access-control-expose-headers': exposed })
    done()
  })
}

function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
}
