import { messageOf } from '@vedette/core/errors'
import type { Json } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import * as v from 'valibot'

import type { ExampleFile } from '../catalog/policies/checks.ts'
import { issueText } from '../pap/issue-text.ts'
import type { Findings, Question, Sides } from './parity.ts'
import { compare, isSame, told } from './parity.ts'
import type { TestTools } from './tests.ts'

/** A question and, if it says so, how it is to be answered. */
export interface Example {
  readonly question: Question
  readonly result?: Json
}

const json = v.custom<Json>((value) => value !== undefined, 'Expected a value')
const ExampleSchema = v.object({
  entrypoint: v.string(),
  input: v.exactOptional(json),
  result: v.exactOptional(json),
})

/** Reads `{"entrypoint", "input"?, "result"?}`. Throws a sentence on anything else. */
export function readExample(text: string): Example {
  const { success, output, issues } = v.safeParse(ExampleSchema, parseJson(text))
  if (!success) throw new Error(issueText(issues))
  const { result, ...question } = output
  return { question, ...(result !== undefined && { result }) }
}

export interface ExampleOptions {
  readonly sides: Sides
  /** What may be asked. */
  readonly entrypoints: readonly string[]
  readonly tools: TestTools
}

/** Asks what a policy's examples ask. Undefined where none could be compared. */
export async function compareExamples(
  files: readonly ExampleFile[],
  { sides, entrypoints, tools }: ExampleOptions,
): Promise<Findings | undefined> {
  const examples = files.flatMap((each) => askable(each, entrypoints, tools))
  if (examples.length === 0) return undefined
  const questions = examples.map(({ question }) => question)
  const findings = await compare(questions, sides, tools)
  for (const [at, { file, question, result }] of examples.entries()) {
    const outcome = findings.outcomes[at]
    const wanted = { value: result }
    if (result === undefined || !outcome || isSame(wanted, outcome)) continue
    tools.complain(`${file}: ${question.entrypoint}: ${told(outcome)} instead of ${told(wanted)}`)
  }
  return findings
}

function askable(
  { file, source }: ExampleFile,
  entrypoints: readonly string[],
  { complain }: TestTools,
): readonly (Example & { readonly file: string })[] {
  try {
    const example = readExample(source)
    const { entrypoint } = example.question
    if (entrypoints.includes(entrypoint)) return [{ file, ...example }]
    complain(`${file}: the policy has no ${JSON.stringify(entrypoint)}`)
  } catch (error) {
    complain(`${file}: ${messageOf(error)}`)
  }
  return []
}
