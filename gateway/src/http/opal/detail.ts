import type * as v from 'valibot'

/** What is wrong with a body, as OPAL's server spells it. */
export interface Detail {
  readonly loc: readonly (string | number)[]
  readonly msg: string
  readonly type: string
}

export function detailOf(issue: v.BaseIssue<unknown>): Detail {
  const keys = issue.path?.map((item) => item.key as string | number) ?? []
  const loc = ['body', ...keys]
  if (issue.received === 'undefined')
    return { loc, msg: 'field required', type: 'value_error.missing' }
  return { loc, msg: issue.message, type: `value_error.${issue.type}` }
}
