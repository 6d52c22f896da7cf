import * as v from 'valibot'

/** One sentence on a message that is not what it should be: where, and what was expected. */
export function issueText(
  issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]],
): string {
  const [issue] = issues
  const path = v.getDotPath(issue)
  return path === null ? issue.message : `${path}: ${issue.message}`
}
