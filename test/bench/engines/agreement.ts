import { isDeepStrictEqual } from 'node:util'

/** The time of who answers otherwise is of no interest. */
export function checkAgreement<Asked>(
  name: string,
  questions: readonly Asked[],
  [expected, actual]: readonly [(question: Asked) => unknown, (question: Asked) => unknown],
): void {
  const wrong = questions.filter(
    (question) => !isDeepStrictEqual(unordered(expected(question)), unordered(actual(question))),
  )
  if (wrong.length > 0)
    throw new Error(
      `${name}: ${wrong.length} of ${questions.length} answers differ, ${JSON.stringify(wrong[0])}`,
    )
}

/** OPA's SDK leaves sets as they come. */
function unordered(answer: unknown): unknown {
  const value = typeof answer === 'string' ? (JSON.parse(answer) as unknown) : answer
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value), sorted)
}

function sorted(_key: string, value: unknown): unknown {
  return Array.isArray(value) ? value.map((item) => JSON.stringify(item)).toSorted() : value
}
