import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isPublic } from './is-public.ts'
import { openOutside } from './open-outside.ts'
import { OutsideError } from './port.ts'
import { countConnections } from './receiver.fixture.ts'
import { insideHosts, unreadableUrls } from './spellings.fixture.ts'

const limits = { timeoutMs: 2000, maxBytes: 1000 }
/** Every name leads inside. */
const outside = openOutside({ allow: [], resolve: () => Promise.resolve(['127.0.0.1']) })
const outcomeOf = (url: string, through = outside) =>
  through.call({ url, ...limits }).then(
    ({ status }) => String(status),
    (error: unknown) => (error instanceof OutsideError ? error.reason : error),
  )

test('no spelling of an address inside is connected to, and all are refused alike', async () => {
  expect(
    await countConnections(async () => {
      for (const host of insideHosts) {
        expect(await outcomeOf(`http://${host}/`), host).toBe('refused')
        expect(await outcomeOf(`https://${host}:8443/x?y#z`), host).toBe('refused')
      }
    }),
  ).toBe(0)
})

test('what parsers read differently is not read at all', async () => {
  expect(
    await countConnections(async () => {
      for (const url of unreadableUrls) expect(await outcomeOf(url), JSON.stringify(url)).toBe('invalid')
    }),
  ).toBe(0)
})

const payloads = join(import.meta.dirname, '../../../../shared/eval/security/payloads')

test.skipIf(!existsSync(payloads))(
  'nor any of a well-known collection (skipped where ../shared/eval/security/payloads is not there)',
  async () => {
    const urls = [
      'Server Side Request Forgery/README.md',
      'Server Side Request Forgery/SSRF-Cloud-Instances.md',
      'DNS Rebinding/README.md',
    ].flatMap((name) => urlsIn(readFileSync(join(payloads, name), 'utf8')))
    expect(urls.length).toBeGreaterThan(200)
    expect(
      await countConnections(async () => {
        for (const url of urls) expect(await outcomeOf(url), url).toMatch(/^(refused|invalid)$/)
      }),
    ).toBe(0)
  },
)

/** All that looks like an address, and whole lines as they stand. */
function urlsIn(text: string): string[] {
  const pieces = text.match(/[a-z]{2,10}:\/{0,2}[^\s"'`)>|]+/gi) ?? []
  const lines = text.split('\n').map((line) => line.trim().replace(/ = .*/, ''))
  // The one in the collection that is public.
  return [...pieces, ...lines.filter((line) => /^[a-z]+:/i.test(line))].filter(
    (url) => url !== 'http://1.1.1.1',
  )
}

describe('a name', () => {
  const to = (...addresses: string[]) => openOutside({ allow: [], resolve: () => Promise.resolve(addresses) })

  test.each([
    [[]],
    [['']],
    [['127.0.0.1']],
    [['::1']],
    [['93.184.215.14', '10.0.0.1']],
    [['2606:2800:21f:cb07:6820:80da:af6b:8b2c', '::ffff:93.184.215.14']],
    [['fe80::1%eth0']],
    [['93.184.215.014']],
    [['0x5d.1']],
    [['elsewhere.example']],
  ])('with the addresses %j is refused', async (addresses) => {
    expect(
      await countConnections(async () => {
        expect(await outcomeOf('http://a.example/', to(...addresses))).toBe('refused')
      }),
    ).toBe(0)
  })

  test('is asked for without a dot at its end, and once', async () => {
    const asked: string[] = []
    const listening = openOutside({ allow: [], resolve: (name) => Promise.resolve((asked.push(name), [])) })
    await outcomeOf('http://LOCALHOST./', listening)
    expect(asked).toEqual(['localhost'])
  })

  test('of this machine is refused by the usual resolver too', async () => {
    expect(await outcomeOf('http://localhost/', openOutside({ allow: [] }))).toBe('refused')
  })
})

test('a public address of this machine is refused', async () => {
  const own = openOutside({ allow: [], ownAddresses: () => ['93.184.215.14', '2606:4700::1'] })
  expect(await outcomeOf('http://93.184.215.14/', own)).toBe('refused')
  expect(await outcomeOf('http://[2606:4700:0::1]/', own)).toBe('refused')
})

test.each([
  '1.1.1.1',
  '93.184.215.14',
  '172.15.0.1',
  '172.32.0.1',
  '100.128.0.1',
  '2606:4700::1111',
  '2a00:1450:4001::1',
])('the public address %s is one', (address) => expect(isPublic(address)).toBe(true))

test('what the operator allows may be called, and nothing beside it', async () => {
  const allowing = openOutside({ allow: ['127.0.0.0/8'] })
  expect(await outcomeOf('http://127.0.0.1:1/', allowing)).toBe('unavailable')
  expect(await outcomeOf('http://10.0.0.1:1/', allowing)).toBe('refused')
  expect(await outcomeOf('http://[::1]:1/', allowing)).toBe('refused')
})
