import { expect, test } from 'vitest'
import { decodeText } from './decode-text.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')

test.each([
  [
    'Shift_JIS',
    '8cf08d82 82cd 8f49 97b9 82b7 82e9 8142 93fa 967b 8cea 82cc 95b6 8f91 82c5 82b7 8142',
    '日本語の文書です。',
  ],
  [
    'KOI8-R',
    'e4cfc7cfd7cfd220d7d3d4d5d0c1c5d420d720d3c9ccd520d320d0c5d2d7cfc7cf20d1ced7c1d2d1',
    'Договор вступает в силу с первого января',
  ],
  [
    'Windows-1251',
    'c4eee3eee2eef020e2f1f2f3efe0e5f220e220f1e8ebf320f120efe5f0e2eee3ee20ffede2e0f0ff',
    'Договор вступает в силу с первого января',
  ],
  ['Windows-1252', '4465722056657274 7261672065 6e646574206 16d2033312e20 4de4727a', 'März'],
])('%s is told by its bytes', (_, bytes, expected) => {
  expect(decodeText(hex(bytes))).toContain(expected)
})
