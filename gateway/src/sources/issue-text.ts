import * as v from 'valibot'

/** Where something is wrong, and what: not what stands there, which may be a secret. */
export function issueText(issue: v.BaseIssue<unknown>): string {
  const message = issue.message.replace(/:? (?:but received|Received) .*$/s, '')
  return [v.getDotPath(issue), message].filter(Boolean).join(': ')
}
