import { spend } from '../../effort.ts'
import { entriesOf, isArrayValue, isObjectValue, RegoSet, type RegoValue } from '../../value.ts'

type Path = readonly RegoValue[]

/** What is found is kept, with its path. */
const foundCost = 100

/** Every value there is in a value, itself first, with the path to it. */
export function walk([value = null]: readonly RegoValue[]): readonly RegoValue[] {
  const found: RegoValue[] = []
  visit([], value, found)
  return found
}

function visit(path: Path, value: RegoValue, found: RegoValue[]): void {
  spend(foundCost)
  found.push([path, value])
  if (isArrayValue(value)) {
    for (const [at, item] of value.entries()) visit([...path, at], item, found)
  } else if (value instanceof RegoSet) {
    for (const item of value.items) visit([...path, item], item, found)
  } else if (isObjectValue(value)) {
    for (const [key, item] of entriesOf(value)) visit([...path, key], item, found)
  }
}
