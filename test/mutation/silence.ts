import type { Mutation } from './mutation.ts'

const log = 'src/platform/log.ts'
const logTests = ['src/platform/log.test.ts']
const errors = ['test/isolation/errors.test.ts']

/** What is not said: in answers of the database, in logs of content. */
export const silence: Mutation[] = [
  {
    guard: 'A failure that nobody expected is answered bare',
    statement: 'I22',
    file: 'src/http/problem.ts',
    find: 'return isRefusedForm(error) ? unreadableForm(error) : internalError(undefined, { cause: error })',
    replace:
      'return isRefusedForm(error) ? unreadableForm(error) : internalError(error.message, { cause: error })',
    tests: errors,
  },
  {
    guard: 'A database that does not answer is not quoted',
    statement: 'I22',
    file: 'src/platform/db/failures.ts',
    find: 'upstreamUnavailable(detail, {',
    replace: 'upstreamUnavailable(String(error), {',
    tests: errors,
  },
  {
    guard: 'A conflict is told in words of ours, not as the name of a constraint',
    statement: 'I22',
    file: 'src/features/tenancy/spaces.ts',
    find: "throw taken ? spaceConflict('Another space has this slug or external id.') : error",
    replace: 'throw taken ? spaceConflict(String(error)) : error',
    tests: errors,
  },
  {
    guard: 'An answer that does not match its schema is not sent',
    statement: 'I22',
    file: 'src/http/server.ts',
    find: 'if (!check.Check(data)) {',
    replace: 'if (data === undefined) {',
    tests: ['src/http/server.test.ts'],
  },
  {
    guard: 'The message of a database error is not logged',
    statement: 'I21',
    file: log,
    find: 'message: fromDatabase ? undefined : error.message',
    replace: 'message: error.message',
    tests: errors,
  },
  {
    guard: 'The first line of a database error’s stack is not logged',
    statement: 'I21',
    file: log,
    find: 'stack: fromDatabase ? frames(error.stack) : error.stack',
    replace: 'stack: error.stack',
    tests: logTests,
  },
  {
    guard: 'Errors are logged by name and place, not with all they carry',
    statement: 'I21',
    file: log,
    find: '    serializers: { err: withoutContent },\n',
    replace: '',
    tests: logTests,
  },
  {
    guard: 'Secrets are struck out of the log',
    statement: 'I21',
    file: log,
    find: "'*.secret', '*.token'",
    replace: "'*.other'",
    tests: logTests,
  },
]
