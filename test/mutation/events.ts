import type { Mutation } from './mutation.ts'

const events = ['test/isolation/events.test.ts']
const api = ['test/api/events.test.ts']
const migration = 'migrations/0019_events.sql'

/** What keeps the record whole, and what of it is whose. */
export const eventGuards: Mutation[] = [
  {
    guard: 'A change that records no event is not committed',
    statement: 'I21',
    file: 'src/platform/db/check-out.ts',
    find: "const sql = mustBeUnchanged ? `${unchangedSql}; commit` : 'commit'",
    replace: "const sql = 'commit'",
    tests: ['src/platform/db/unrecorded.test.ts'],
  },
  {
    guard: 'An event is written into the chain of whoever did it, and into no other',
    statement: 'I21',
    file: 'src/platform/events/event.ts',
    find: "  if (chainOf(scope).id !== chainOf(own).id) throw new TypeError('an event of another chain')\n",
    replace: '',
    tests: ['src/platform/db/unrecorded.test.ts'],
  },
  {
    guard: 'Who is held to spaces adds events of these, or of none, and of no other space',
    statement: 'I03',
    file: migration,
    find: "to bulkhead_space with check (%s and (space_id is null'\n    ' or %s))'",
    replace:
      "to bulkhead_space with check (%s and (space_id is null'\n    ' or space_id is not null or %s))'",
    tests: events,
  },
  {
    guard: 'Who is held to parts of spaces sees events of files that they see now',
    statement: 'I02',
    file: migration,
    find: 'then exists (select from files where files.tenant_id = events.tenant_id and files.id = events.file_id)',
    replace: 'then true',
    tests: api,
  },
  {
    guard: 'Nobody who serves requests changes an event or takes one away',
    statement: 'I03',
    file: migration,
    find: 'revoke all on events, event_chains from bulkhead_tenant, bulkhead_space;\n',
    replace: '',
    tests: events,
  },
  {
    guard: 'A number is given once',
    statement: 'I21',
    file: migration,
    find: "  raise exception 'an event that has a number stays as it is';",
    replace: '  return new;',
    tests: events,
  },
  {
    guard: 'Whoever looks for events without a number sees them only while they look',
    statement: 'I03',
    file: migration,
    find: "create policy without_number on events for select to bulkhead_system\n  using (number is null and (select current_setting('app.unnumbered', true)) = 'on');",
    replace: 'create policy without_number on events for select to bulkhead_system using (number is null);',
    tests: events,
  },
  {
    guard: 'A stream reads its credential anew',
    statement: 'I12',
    file: 'src/features/events/feed.ts',
    find: '!isOver(following); scope = await following.renew()) {',
    replace: '!isOver(following); scope = following.scope) {',
    tests: api,
  },
  {
    guard: 'A refusal tells nothing of what was asked for',
    statement: 'I21',
    file: 'src/http/server.ts',
    find: '    route: route ? `${route.method} ${route.path}` : request.method,',
    replace: '    route: `${request.method} ${request.url}`,',
    tests: api,
  },
  {
    guard: 'A tenant is not told with which key its partner or the platform came',
    statement: 'I11',
    file: 'src/features/access/operator.ts',
    find: '    subject: subjectIn(admin),',
    replace: '    subject: admin.subject,',
    tests: api,
  },
  {
    guard: 'What a killed process left without a number gets one',
    statement: 'I21',
    file: 'src/features/events/sequence.ts',
    find: '  void recover()\n',
    replace: '',
    tests: ['test/api/events-recovery.test.ts'],
  },
  {
    guard: 'Who is held to spaces is not told from which other place something came',
    statement: 'I14',
    file: 'src/features/events/present.ts',
    find: '.filter(([name]) => !places.has(name))',
    replace: '',
    tests: api,
  },
  {
    guard: 'Who is held to spaces is not told of keys of the tenant',
    statement: 'I14',
    file: 'src/features/events/may-name.ts',
    find: "return scope.spaces === 'all' || actorId === actorIdOf(scope)",
    replace: 'return true',
    tests: api,
  },
]
