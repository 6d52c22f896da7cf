import type { Json } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'

import type { RegoModule } from '../catalog/compile.ts'
import { startHelper } from './helper.ts'

const DEADLINE_MS = 30_000

interface Evaluation {
  readonly modules: readonly RegoModule[]
  /** `data.role.allow` */
  readonly query: string
  /** JSON text; the default is `{}`. */
  readonly data?: string
  /** JSON text; absent is no input. */
  readonly input?: string
}

export interface Oracle {
  /** The value, `undefined` when there is none. Throws what went wrong, with OPA's code in the message. */
  evaluate(evaluation: Evaluation): Promise<Json | undefined>
  close(): Promise<void>
}

/** Go OPA's own evaluator, to hold others against; one evaluation at a time. */
export function createOracle(helperPath: string): Oracle {
  const helper = startHelper(helperPath)
  return {
    evaluate: async (evaluation) => {
      const answer = parseJson(await helper.ask(membersOf(evaluation), DEADLINE_MS))
      if (!isRecord(answer)) throw new Error('the oracle answered nonsense')
      const { result, error, errors } = answer
      if (error !== undefined || errors !== undefined) throw new Error(JSON.stringify(answer))
      return result
    },
    close: () => helper.stop(),
  }
}

function membersOf({ modules, query, data = '{}', input }: Evaluation): string {
  const rest = input === undefined ? '' : `,"input":${input}`
  const asked = `"modules":${JSON.stringify(modules)},"query":${JSON.stringify(query)}`
  return `"op":"eval",${asked},"data":${oneLine(data)}${oneLine(rest)}`
}

/** A line break in JSON text can only be white space: inside a string it is escaped. */
function oneLine(json: string): string {
  return json.replaceAll(/[\r\n]/g, ' ')
}

function isRecord(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
