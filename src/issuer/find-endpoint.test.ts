import { expect, test } from 'vitest'
import { finderOf } from './find-endpoint.ts'
import type { Methods } from './handler.ts'

const answer = () => new Response()
const ONE: Methods = { GET: answer }
const BELOW: Methods = { DELETE: answer }
const DEEPER: Methods = { PUT: answer }
const find = finderOf(
  new Map([
    ['/a', ONE],
    ['/a/*', BELOW],
    ['/a/b/*', DEEPER],
  ]),
)

const paths: { path: string; methods: Methods | undefined; rest?: string }[] = [
  { path: '/a', methods: ONE, rest: '' },
  { path: '/a/', methods: BELOW, rest: '' },
  { path: '/a/x', methods: BELOW, rest: 'x' },
  { path: '/a/x/y', methods: BELOW, rest: 'x/y' },
  { path: '/a/b', methods: BELOW, rest: 'b' },
  { path: '/a/b/c', methods: DEEPER, rest: 'c' },
  { path: '/a/%2e%2e/b', methods: BELOW, rest: '%2e%2e/b' },
  { path: '/a/*', methods: BELOW, rest: '*' },
  { path: '/ab', methods: undefined },
  { path: '/', methods: undefined },
  { path: '', methods: undefined },
]

test.each(paths)('$path is found where it belongs, and the rest of it as it was sent', ({ path, methods, rest }) => {
  const found = find(path)
  expect(found?.methods).toBe(methods)
  expect(found?.rest).toBe(rest)
})
