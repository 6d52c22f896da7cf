import { describe, expect, it } from 'vitest'

import { answer, checkCases } from '../cases.support.ts'
import { loadBuiltins } from '../table.ts'

describe('templates', () => {
  it('are rendered as OPA does', async () => {
    const { count, wrong } = await checkCases('templates.cases.jsonl')
    expect(wrong).toEqual([])
    expect(count).toBeGreaterThan(1000)
  })

  it.each([
    '{{len .a}}',
    '{{.a | len}}',
    '{{"x"}}',
    '{{template "x"}}',
    '{{if eq .a 1}}{{end}}',
    '{{break}}',
  ])('refuse what is beyond fields, variables, and blocks: %s', async (template) => {
    const builtins = await loadBuiltins(['strings.render_template'])
    const operands = JSON.stringify([template, { a: 1 }])
    expect(() => answer(builtins, 'strings.render_template', operands)).toThrow(RangeError)
  })
})
