#!/usr/bin/env node
// Runs a TypeScript entry of this repository on the Node.js version that the lock file pins, installing first
// when what is installed is not what the lock file says. Plain JavaScript, for whatever Node.js is at hand.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stampFile = join(root, 'node_modules', '.installed-lock')

installIfNeeded()
const [entry, ...args] = process.argv[2] === '--bin' ? binEntry(process.argv.slice(3)) : process.argv.slice(2)
runPinned(entry, args)

function installIfNeeded() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lock) return
  process.stderr.write('Installing dependencies (only when the lock file has changed) …\n')
  // Not `npm ci`: it refuses a lock file without the optional binaries of other platforms.
  const npm = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (npm.status !== 0) {
    process.stderr.write(
      'npm install failed: see above. Bulkhead needs Node.js 20.19 or newer, npm and a package registry.\n',
    )
    process.exit(1)
  }
  writeFileSync(stampFile, lock)
}

function binEntry([name, ...rest]) {
  return [join(root, 'node_modules', '.bin', name), ...rest]
}

function runPinned(script, rest) {
  const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  const child = spawn(
    existsSync(node) ? node : process.execPath,
    ['--disable-warning=ExperimentalWarning', script, ...rest],
    {
      cwd: root,
      stdio: 'inherit',
      // glibc keeps a heap for each thread otherwise: 40 MB of resident memory for nothing.
      env: { MALLOC_ARENA_MAX: '2', ...process.env },
    },
  )
  // A terminal sends Ctrl-C to the whole group; a supervisor signals this process only: pass that on.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
}
