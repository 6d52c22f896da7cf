import { isJsonNumber } from '@vedette/core/json/equal'
import * as v from 'valibot'

/** A number in a document that keeps every digit: Python writes `3.0`, which is none of JavaScript's. */
export const NumberSchema: v.GenericSchema<unknown, number> = v.pipe(
  v.unknown(),
  v.check(isJsonNumber, 'is no number'),
  v.transform(Number),
)
