import { expect, test } from 'vitest'
import { readOrigin } from './read-origin.ts'

test.each([
  ['https://app.example.com', 'https://app.example.com'],
  ['HTTPS://App.Example.com:443', 'https://app.example.com'],
  ['http://localhost:3000', 'http://localhost:3000'],
  ['https://bücher.example', 'https://xn--bcher-kva.example'],
])('%s is what a browser sends as %s', (text, origin) => {
  expect(readOrigin(text)).toBe(origin)
})

test.each([
  '',
  '*',
  'null',
  'app.example.com',
  'https://app.example.com/',
  'https://app.example.com/portal',
  'https://app.example.com?a',
  'https://app.example.com#a',
  'https://user@app.example.com',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'https://*.example.com',
])('%j is no origin', (text) => {
  expect(() => readOrigin(text)).toThrow(/must be like/)
})
