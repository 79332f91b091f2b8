import type { Mutation } from './mutation.ts'

const addresses = ['src/adapters/outside/refused-addresses.test.ts']
const imports = ['test/api/files-import.test.ts']
const calls = ['src/adapters/outside/open-outside.test.ts']

/** What keeps calls to addresses that somebody else chose out of this machine and its network. */
export const outside: Mutation[] = [
  {
    guard: 'An address that is not public is not called',
    statement: 'I28',
    file: 'src/adapters/outside/is-public.ts',
    find: "  if (found.range() !== 'unicast') return false\n",
    replace: '',
    tests: addresses,
  },
  {
    guard: 'IPv4 within IPv6 is not called, in no spelling',
    statement: 'I28',
    file: 'src/adapters/outside/is-public.ts',
    find: "return found.kind() === 'ipv4' || (found as ipaddr.IPv6).match(globalUnicast)",
    replace: 'return true',
    tests: addresses,
  },
  {
    guard: 'The inside of a cloud that has a public number is not called',
    statement: 'I28',
    file: 'src/adapters/outside/is-public.ts',
    find: ' || inside.includes(address)',
    replace: '',
    tests: addresses,
  },
  {
    guard: 'A name with one address inside is not called at all',
    statement: 'I28',
    file: 'src/adapters/outside/find-addresses.ts',
    find: '!addresses.every(mayBeCalled)',
    replace: '!addresses.some(mayBeCalled)',
    tests: addresses,
  },
  {
    guard: 'The public addresses of this machine are not called',
    statement: 'I28',
    file: 'src/adapters/outside/find-addresses.ts',
    find: ' && !own.includes(address)',
    replace: '',
    tests: addresses,
  },
  {
    guard: 'What parsers read differently is not read',
    statement: 'I28',
    file: 'src/adapters/outside/read-target.ts',
    find: "    authority.includes('@') ||\n",
    replace: '',
    tests: addresses,
  },
  {
    guard: 'A connection goes to the address that was looked at, whatever the name says by then',
    statement: 'I28',
    file: 'src/adapters/outside/send.ts',
    find: '    lookup: lookupIn(addresses),\n',
    replace: '',
    tests: calls,
  },
  {
    guard: 'Where a redirect leads is looked at like the first address',
    statement: 'I28',
    file: 'src/adapters/outside/open-outside.ts',
    find: 'await findAddresses(target, reach, limits.signal)',
    replace: 'await findAddresses(first, reach, limits.signal)',
    tests: calls,
  },
  {
    guard: 'Nobody is taken for another without a certificate',
    statement: 'I28',
    file: 'src/adapters/outside/send.ts',
    find: 'rejectUnauthorized: true',
    replace: 'rejectUnauthorized: false',
    tests: ['src/adapters/outside/certificates.test.ts'],
  },
  {
    guard: 'An answer without end is cut off',
    statement: 'I28',
    file: 'src/adapters/outside/open-outside.ts',
    find: "      if (bytes > maxBytes) throw new OutsideError('too_large')\n",
    replace: '',
    tests: calls,
  },
  {
    guard: 'An import calls what the operator allows and what is public, and nothing else',
    statement: 'I28',
    file: 'src/app.ts',
    find: 'openOutside({ allow: config.outsideAllow })',
    replace: "openOutside({ allow: ['0.0.0.0/0', '::/0'] })",
    tests: imports,
  },
  {
    guard: 'Bytes that nobody waits for any more are not kept',
    statement: 'I19',
    file: 'src/features/files/imports/end.ts',
    find: '  if (!isKept) await discard()\n',
    replace: '',
    tests: imports,
  },
  {
    guard: 'One tenant’s slow addresses hold up nobody else',
    statement: 'I20',
    file: 'src/jobs/worker.ts',
    find: '...(waiting ? { groupConcurrency: waiting.ofOneTenant } : {}),',
    replace: '',
    tests: imports,
  },
  {
    guard: 'The address that a file is fetched from is sealed',
    statement: 'I29',
    file: 'src/features/files/content.ts',
    find: "sealer.sealText(versionPlace(versionId, 'url'), url)",
    replace: 'Buffer.from(url)',
    alone: [
      {
        file: 'src/features/files/content.ts',
        find: "keys.unsealText(versionPlace(versionId, 'url'), sealed)",
        replace: 'sealed.toString()',
      },
    ],
    tests: ['test/isolation/sealed.test.ts'],
  },
]
