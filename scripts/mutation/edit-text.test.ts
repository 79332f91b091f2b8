import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { editText, whileEdited } from './edit-text.ts'

const edit = { file: 'wall.ts', find: 'tenant', replace: '$& stranger' }

test('replaces what stands there once, to the letter', () => {
  expect(editText('the tenant’s', edit)).toBe('the $& stranger’s')
})

test('refuses a text that is gone, stands there twice, or is replaced by itself', () => {
  expect(() => editText('nobody', edit)).toThrow('is no longer there')
  expect(() => editText('tenant, tenant', edit)).toThrow('is there 2 times')
  expect(() => editText('tenant', { ...edit, replace: 'tenant' })).toThrow('by itself')
})

test('makes several edits of one file, and mends it even when the work fails', async () => {
  const tree = await mkdtemp(join(tmpdir(), 'bulkhead-edit-'))
  const read = () => readFile(join(tree, edit.file), 'utf8')
  try {
    await writeFile(join(tree, edit.file), 'tenant and space')
    const second = { file: edit.file, find: 'space', replace: 'all' }
    const seen = await whileEdited(tree, [edit, second], read)
    expect(seen).toBe('$& stranger and all')
    const failing = whileEdited(tree, [edit], () => Promise.reject(new Error('no')))
    await expect(failing).rejects.toThrow('no')
    expect(await read()).toBe('tenant and space')
  } finally {
    await rm(tree, { recursive: true })
  }
})
