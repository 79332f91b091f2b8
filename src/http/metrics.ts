import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = ReturnType<typeof createMetrics>

/** One registry an app, so that two apps in one process (tests, the demo) do not share counters. No tenant is a label. */
export function createMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'bulkhead_http_request_seconds',
    help: 'Time to answer a request, by route, method and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
    registers: [registry],
  })
  return {
    requests,
    text: () => registry.metrics(),
    contentType: registry.contentType,
    counter: (name: string, help: string) =>
      new Counter({ name: `bulkhead_${name}`, help, registers: [registry] }),
    gauge: (name: string, help: string, read: () => number) =>
      new Gauge({
        name: `bulkhead_${name}`,
        help,
        registers: [registry],
        collect() {
          this.set(read())
        },
      }),
  }
}

export function measureRequests(app: FastifyInstance, metrics: Metrics) {
  app.addHook('onResponse', (request, reply, done) => {
    const labels = {
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: String(reply.statusCode),
    }
    metrics.requests.observe(labels, reply.elapsedTime / 1000)
    done()
  })
}
