import type { Random } from './random.ts'

type Words = readonly [string, ...string[]]

const common: Words = ['', 'a', 'b', 'ab', 'a,b', 'a.b', 'é', '😀', 'A b C', ' x ', '1', 'foo/bar']

/** Texts that the builtins of a family understand, by the beginning of their names. */
const families: readonly (readonly [prefix: string, words: Words])[] = [
  ['regex', ['a', '[a-c]+', '^a.*b$', '(a)(b)?', '\\d+', 'é|😀', '(', 'a*', '\\bfoo', '[^,]+']],
  ['glob', ['*', 'a*', 'a.*.c', '**', '{a,b}', '[a-c]', '[!a]b', '?b']],
  [
    'net',
    ['10.0.0.0/8', '10.1.2.3', '10.0.0.1/32', '::1/128', 'fe80::/10', '256.1.1.1', '0.0.0.0/0'],
  ],
  ['semver', ['1.2.3', '1.2.3-rc.1', '2.0.0+b1', '1.2', 'v1.2.3', '1.2.3-alpha']],
  [
    'time',
    [
      '1h30m',
      '2020-02-29T12:00:00Z',
      '2024-01-01T00:00:00+02:00',
      'UTC',
      'Europe/Paris',
      '2006-01-02',
    ],
  ],
  ['units', ['10', '1.5K', '10Ki', '3GiB', '5m', '1e3', '-1M', '0.5Gb', 'x']],
  ['json', ['{"a":[1,2.50]}', '[1e400]', '/a/0', 'a/b', '{"a":', 'null']],
  ['yaml', ['a: 1', '- x\n- 2.50', '{a: b}', 'a: [', 'true', '012']],
  ['base64', ['YQ==', 'YWI', 'YQ', '_-8=', '+/8=', '!']],
  ['hex', ['61', '6', 'zz', 'FF']],
  ['url', ['a=b&c=d', 'a%20b', '%zz', 'a+b', 'x=1&x=2']],
  ['uri', ['https://u:p@example.com:8080/a/b?q=1#f', '/a/b', 'mailto:a@b', 'http://[::1]/', '%zz']],
  ['uuid', ['6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'x', '{6ba7b8109dad11d180b400c04fd430c8}']],
  ['sprintf', ['%d', '%s %v', '%5.2f|%x', '%q', '%%', '%-5s|', '%03d', '%t %T', '%d %d', '%e']],
  ['format_int', ['1']],
  ['to_number', ['1', '-2.50', '1e3', '0x10', ' 1', '1_000', 'inf', '']],
]

/** A text for an operand of this builtin. */
export function wordFor(builtin: string, random: Random): string {
  const [, words] = families.find(([prefix]) => builtin.startsWith(prefix)) ?? []
  return random.pick(words && random.chance(0.7) ? words : common)
}
