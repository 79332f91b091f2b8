import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { findSandbox } from './find-sandbox.ts'

const directory = mkdtempSync(join(tmpdir(), 'sandbox-test-'))
afterAll(() => rmSync(directory, { recursive: true }))

test('what is told to be on is on: no network, no privileges, bounded files', () => {
  const { command, guards } = findSandbox(512, [directory])
  const isOn = (name: string) => guards.some((guard) => guard.name === name && guard.isOn)
  const script = 'tail -n +3 /proc/net/dev | cut -d: -f1; grep NoNewPrivs /proc/self/status; ulimit -f; id -u'
  const [program, ...args] = [...command, 'sh', '-c', script]
  const { stdout } = spawnSync(program, args, { encoding: 'utf8' })
  const [interfaces = '', rest = ''] = stdout.split('NoNewPrivs:')
  expect(interfaces.trim() === 'lo' || !isOn('network')).toBe(true)
  expect(rest.trim().startsWith('1') || !isOn('privileges')).toBe(true)
  expect(!rest.includes('unlimited') || !isOn('limits')).toBe(true)
  expect(rest.trim().endsWith('65534') || !isOn('user')).toBe(true)
  expect(guards.length).toBeGreaterThan(0)
})

test('where the platform offers nothing, nothing goes before the process, and that is said', () => {
  const { command, guards } = findSandbox(512, [directory], 'win32')
  expect(command).toEqual([])
  expect(guards).toMatchObject([{ isOn: false }])
})
