import type { Engine } from '@vedette/core/evaluator/evaluator'
import type { JsonObject } from '@vedette/core/json/json'
import { sourceOfValue } from '@vedette/core/json/source'

import type { Ask } from './engine.ts'

/** Loads the data into one of core's engines. */
export function askOf(engine: Engine, data: JsonObject): Ask {
  engine.setData(sourceOfValue(data))
  return async (entrypoint, input) =>
    engine.evaluate(entrypoint, input === undefined ? undefined : sourceOfValue(input))
}
