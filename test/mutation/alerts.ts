import type { Mutation } from './mutation.ts'
import { refusedByExamination } from './start-checks.ts'

const api = ['test/api/alerts.test.ts']

/** What keeps alerts to the place that they count in. */
export const alertGuards: Mutation[] = [
  {
    guard: 'An alert of a space counts what happens in that space alone',
    statement: 'I14',
    file: 'src/features/alerts/queries.ts',
    find: '    ...(space === null ? {} : { spaceId: space }),\n',
    replace: '',
    tests: api,
  },
  {
    guard: 'That an alert of a space was raised is told in that space',
    statement: 'I14',
    file: 'src/features/alerts/tell.ts',
    find: '    ...(row.space_id === null ? {} : { place: { space: row.space_id } }),\n',
    replace: '',
    tests: api,
  },
  {
    guard: 'Whoever looks for alerts sees whose there are only while they look',
    statement: 'I03',
    file: 'migrations/0022_alerts.sql',
    find: `create policy whose on alerts for select to bulkhead_system
  using (status = 'active' and (select current_setting('app.consumers', true)) = 'on');`,
    replace: `create policy whose on alerts for select to bulkhead_system
  using (status = 'active');`,
    tests: ['test/isolation/alerts.test.ts'],
    atStart: refusedByExamination('policy whose on alerts is true whoever asks'),
  },
]
