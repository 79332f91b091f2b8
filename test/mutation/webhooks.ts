import type { Mutation } from './mutation.ts'
import { refusedByExamination } from './start-checks.ts'

const api = ['test/api/webhooks.test.ts']
const migration = 'migrations/0022_alerts.sql'

/** What keeps messages genuine, and what happens in a place within it. */
export const webhookGuards: Mutation[] = [
  {
    guard: 'A message is signed over its id, its time and its body',
    statement: 'I12',
    file: 'src/features/webhooks/sign.ts',
    find: '`${id}.${secondsOf(at)}.${body}`',
    replace: '`${id}.${secondsOf(at)}`',
    tests: ['src/features/webhooks/sign.test.ts'],
  },
  {
    guard: 'Addresses that answer no more hold up none that does',
    statement: 'I20',
    file: 'src/features/webhooks/queue-deliveries.ts',
    find: 'return failures < failsAfter ? deliveryQueue : failingQueue',
    replace: 'return failures < 0 ? failingQueue : deliveryQueue',
    tests: ['test/api/webhook-deliveries.test.ts'],
  },
  {
    guard: 'A webhook is sent only to what the operator allows and what is public',
    statement: 'I28',
    file: 'src/app.ts',
    find: 'const outside = openOutside({ allow: config.outsideAllow })',
    replace: "const outside = openOutside({ allow: ['0.0.0.0/0', '::/0'] })",
    tests: api,
  },
  {
    guard: 'Nobody on the way reads what a webhook is told',
    statement: 'I28',
    file: 'src/features/webhooks/read-url.ts',
    find: "  if (!isSecure && !isAllowed) throw refused('must be https')\n",
    replace: '',
    tests: api,
  },
  {
    guard: 'A webhook of a space is told of that space alone',
    statement: 'I14',
    file: 'src/features/webhooks/queries.ts',
    find: '    ...(space === null ? {} : { spaceId: space }),\n',
    replace: '',
    tests: api,
    // Read under the rights of the space, the events of others would not be there to be sent.
    alone: [
      {
        file: 'src/features/webhooks/queue-deliveries.ts',
        find: 'await enqueue(tx, queueOf({ failures }), inputs, { spaceId })',
        replace: 'await enqueue(tx, queueOf({ failures }), inputs, { spaceId: null })',
      },
    ],
  },
  {
    guard: 'A message is read and sent under the scope of its endpoint',
    statement: 'I20',
    file: 'src/features/webhooks/queue-deliveries.ts',
    find: 'await enqueue(tx, queueOf({ failures }), inputs, { spaceId })',
    replace: 'await enqueue(tx, queueOf({ failures }), inputs, { spaceId: null })',
    alone: [
      {
        file: 'src/features/webhooks/queries.ts',
        find: '    ...(space === null ? {} : { spaceId: space }),\n',
        replace: '',
      },
    ],
    tests: api,
  },
  {
    guard: 'Of the address of a webhook events tell no path and no query',
    statement: 'I21',
    file: 'src/features/webhooks/read-url.ts',
    find: 'return new URL(url).origin',
    replace: 'return url',
    tests: api,
  },
  {
    guard: 'The address and the secrets of a webhook are sealed',
    statement: 'I29',
    file: 'src/features/webhooks/sealed.ts',
    find: '  return sealer.sealText(endpointPlace(id, column), text)',
    replace: '  return Buffer.from(text)',
    // Who could not read them would not get as far as to look.
    alone: [
      {
        file: 'src/features/webhooks/sealed.ts',
        find: "keys.unsealText(endpointPlace(id, 'url'), url)",
        replace: 'url.toString()',
      },
      {
        file: 'src/features/webhooks/sealed.ts',
        find: "keys.unsealText(endpointPlace(id, 'secret'), row.secret)",
        replace: 'row.secret.toString()',
      },
    ],
    tests: ['test/isolation/sealed.test.ts'],
  },
  {
    guard: 'Whoever looks for webhooks sees whose there are only while they look',
    statement: 'I03',
    file: migration,
    find: `create policy whose on webhook_endpoints for select to bulkhead_system
  using (status = 'active' and (select current_setting('app.consumers', true)) = 'on');`,
    replace: `create policy whose on webhook_endpoints for select to bulkhead_system
  using (status = 'active');`,
    tests: ['test/isolation/webhooks.test.ts'],
    atStart: refusedByExamination('policy whose on webhook_endpoints is true whoever asks'),
  },
]
