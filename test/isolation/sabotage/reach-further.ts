import { type Request } from '../../support/tampering-proxy.ts'
import { change, type Sabotages } from './sabotage.ts'

/** Ids, fields and headers that reach further than their key. */
export const reachingFurther: Sabotages = (world) => {
  const { own, stranger } = world
  const ownKeys = [own.tenant.key, own.first.key, own.second.key]
  const asksForStrangersFile = ({ path, key }: Request) =>
    path.includes(stranger.first.file.id) && ownKeys.includes(key)
  return [
    {
      what: 'answers 403 for what is there and somebody else’s',
      statement: 'foreign-ids',
      route: 'GET /v1/files/{id}',
      tamper: () => change(asksForStrangersFile, (answer) => ({ ...answer, status: 403 })),
      finding: /GET \/v1\/files\/\{id\}: tenant key .* a stranger’s \(fil_\w+\): answered 403/,
    },
    {
      what: 'adds a header for what is there',
      statement: 'foreign-ids',
      route: 'GET /v1/files/{id}',
      tamper: () =>
        change(asksForStrangersFile, (answer) => ({
          ...answer,
          headers: { ...answer.headers, 'x-hint': '1' },
        })),
      finding: /a stranger’s .*: answered with another header x-hint/,
    },
    {
      what: 'adds a byte for what is there',
      statement: 'foreign-ids',
      route: 'GET /v1/files/{id}',
      tamper: () =>
        change(asksForStrangersFile, (answer) => ({
          ...answer,
          body: Buffer.concat([answer.body, Buffer.from(' ')]),
        })),
      finding: /a stranger’s .*: answered another body/,
    },
    {
      what: 'does what it says it refuses',
      statement: 'foreign-ids',
      route: 'PATCH /v1/spaces/{id}',
      tamper: () => async (request, forward) => {
        if (request.method === 'PATCH' && request.path.includes(stranger.first.space.id)) {
          await forward({ key: stranger.tenant.key })
        }
        return forward()
      },
      finding: /PATCH \/v1\/spaces\/\{id\}: what the others see .*: something of them has changed/,
    },
    {
      what: 'takes an empty list for everything',
      statement: 'widening',
      route: 'POST /v1/search',
      tamper:
        () =>
        async ({ body }, forward) =>
          forward({ body: Buffer.from(body.toString().replace('"spaces":[]', '"spaces":"*"')) }),
      finding: /POST \/v1\/search body\.spaces = \[\]: was answered with 200/,
    },
    {
      what: 'lets a header say whose request it is',
      statement: 'widening',
      route: 'GET /v1/me',
      tamper:
        () =>
        async ({ headers }, forward) =>
          'x-tenant-id' in headers ? forward({ key: stranger.tenant.key }) : forward(),
      finding: /GET \/v1\/me with headers and cookies .*: answered another body/,
    },
    {
      what: 'has a hole in its catalogue',
      statement: 'catalogue',
      tamper: () =>
        change(
          ({ path }) => path === '/v1/isolation/catalogue',
          (answer) => ({
            ...answer,
            body: Buffer.from(
              answer.body
                .toString()
                .replace('"findings":[]', '"findings":[{"object":"table files","problem":"is open"}]'),
            ),
          }),
        ),
      finding: /leak: I\d\d .* examined\): table files: is open/,
    },
  ]
}
