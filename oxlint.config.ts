import { defineConfig } from 'oxlint'

/** Features in order: a feature may import only the features before it, and only their index.ts. */
const features = [
  'tenancy',
  'access',
  'events',
  'alerts',
  'metering',
  'files',
  'webhooks',
  'grants',
  'portal',
  'search',
  'ingestion',
  'answers',
  'rotation',
  'lifecycle',
]
const rooms = ['platform', 'adapters', 'http', 'jobs', 'features', 'isolation', 'cli', 'app', 'config']

/** Who may import whom across rooms. What is not listed is refused. */
const mayImport: Record<string, string[]> = {
  platform: ['platform'],
  adapters: ['adapters', 'platform'],
  http: ['http', 'platform'],
  jobs: ['jobs', 'platform'],
  features: ['features', 'http', 'jobs', 'adapters', 'platform'],
  isolation: ['isolation', 'platform'],
  cli: ['isolation', 'app', 'cli', 'config', 'features', 'http', 'jobs', 'adapters', 'platform'],
}

const doorOnly = [
  {
    regex: `^#features/[a-z]+/(.*/|${anythingBut('index.ts')}$)`,
    message: 'A feature has one door: index.ts.',
  },
  {
    regex: `^(\\.\\./)+(${features.join('|')})/`,
    message: 'Reach another feature by #features/<name>/index.ts.',
  },
  {
    regex: `^\\.\\.?/(.*/)?(${rooms.slice(0, 5).join('|')})/`,
    message: 'Reach another room by its #name, so that the table in oxlint.config.ts can see it.',
  },
]
const portOnly = {
  regex: `^#adapters/[a-z]+/(.*/|${anythingBut('port.ts')}$)`,
  message: 'Only app.ts and tests import an implementation: use the port.',
}
/** The check looks at a server as anybody does; knowing its insides, it could share its mistakes. */
const outsideOnly = {
  regex: `^#platform/${anythingBut('ids.ts')}$`,
  message: 'The isolation check asks a running server, and knows nothing but how ids are written.',
}
const noDriver = {
  regex: '^(pg|pg-protocol|pg-pool|@electric-sql/.*)$',
  message: 'Only platform/db imports a database driver.',
}

function restrict(patterns: { regex: string; message: string }[]) {
  return { 'no-restricted-imports': ['error', { patterns }] as ['error', { patterns: typeof patterns }] }
}

function refusedRooms(room: string) {
  const refused = rooms.filter((r) => !mayImport[room]?.includes(r))
  return { regex: `^#(${refused.join('|')})[./]`, message: `${room} may not import that room.` }
}

function refusedFeatures(index: number) {
  return {
    regex: `^#features/(${features.slice(index).join('|')})/`,
    message: 'A feature imports only the features above it in the list of oxlint.config.ts.',
  }
}

/** A regular expression for every string but this one; the linter's engine has no look-ahead. */
function anythingBut(word: string) {
  const escaped = (s: string) => s.replace(/\./g, '\\.')
  const differs = word.split('').map((c, i) => `${escaped(word.slice(0, i))}([^${c}].*)?`)
  return `(${[...differs, `${escaped(word)}.+`].join('|')})`
}

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error' },
  options: { typeAware: true },
  ignorePatterns: ['node_modules', 'data', '**/*.generated.ts', 'examples'],
  rules: {
    'no-console': 'error',
    'no-shadow': 'off',
    'no-await-in-loop': 'off',
    // Boundaries narrow by assertion after a check; `as any` and `as unknown as` stay forbidden.
    'typescript/no-unsafe-type-assertion': 'off',
    'typescript/consistent-return': 'off',
    // vitest takes a message as second argument, and assertions may stand in a named helper.
    'vitest/valid-expect': ['error', { maxArgs: 2 }],
    'vitest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*', 'assert*'] }],
    'import/no-unassigned-import': 'off',
    'unicorn/no-array-sort': 'off',
    'unicorn/no-array-reverse': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': 'error',
    'no-restricted-properties': [
      'error',
      { object: 'process', property: 'env', message: 'Only config.ts reads the environment.' },
    ],
    'import/no-cycle': 'error',
    'no-eval': 'error',
  },
  overrides: [
    ...['adapters', 'http', 'jobs', 'cli'].map((room) => ({
      files: [`src/${room}/**/*.ts`],
      rules: restrict([refusedRooms(room), ...doorOnly, portOnly, noDriver]),
    })),
    ...features.map((name, i) => ({
      files: [`src/features/${name}/**/*.ts`],
      rules: restrict([refusedRooms('features'), refusedFeatures(i), ...doorOnly, portOnly, noDriver]),
    })),
    {
      files: ['src/isolation/**/*.ts'],
      rules: restrict([refusedRooms('isolation'), outsideOnly, ...doorOnly, noDriver]),
    },
    { files: ['src/platform/**/*.ts'], rules: restrict([refusedRooms('platform'), ...doorOnly, noDriver]) },
    { files: ['src/platform/db/**/*.ts'], rules: restrict([refusedRooms('platform'), ...doorOnly]) },
    { files: ['src/app.ts', 'src/app/**/*.ts', 'src/main.ts'], rules: restrict([...doorOnly, noDriver]) },
    {
      // A unit test may use another room's real part: nothing is mocked.
      files: ['src/**/*.test.ts'],
      rules: { 'no-restricted-imports': 'off' },
    },
    {
      files: ['src/config.ts', 'scripts/**', 'test/**', 'bench/**', 'docs/**'],
      rules: { 'no-restricted-properties': 'off' },
    },
    { files: ['scripts/**', 'bench/**', 'bin/**', 'docs/**'], rules: { 'no-console': 'off' } },
  ],
})
