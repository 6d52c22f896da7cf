import { RE2JS, RE2JSSyntaxException } from 're2js'

import { spend } from '../../effort.ts'
import { BuiltinError } from '../operand.ts'
import { createPatterns } from '../patterns.ts'
import { dependsOnUnicode, hasChangedCharacters, spellClasses } from './unicode.ts'

/** Where the match and each group begin and end, in turn; -1 for a group that took no part. */
export type Match = readonly number[]

/** A regular expression of Go's `regexp`. */
export interface Pattern {
  /** Numbers of groups by name. */
  readonly groups: Readonly<Record<string, number>>
  matches(text: string): boolean
  /** Up to `limit` matches, all if it is negative. */
  findAll(text: string, limit: number): readonly Match[]
}

/** A repetition makes a short pattern a large one. */
const patternCost = 50_000

/** As in OPA; each may come to 8 MB when it has met many texts. */
const patterns = createPatterns<Pattern>(100)

/** Throws `BuiltinError` where Go does not compile it. */
export function patternOf(source: string): Pattern {
  const known = patterns.get(source)
  if (known) return known
  const pattern = createPattern(source)
  patterns.set(source, pattern)
  return pattern
}

function createPattern(source: string): Pattern {
  spend(patternCost + source.length)
  const compiled = compile(spellClasses(source)).re2()
  const check = dependsOnUnicode(source) ? refuseChangedCharacters : undefined
  return {
    groups: compiled.namedGroups,
    matches: (text) => {
      check?.(text)
      return compiled.match(text)
    },
    findAll: (text, limit) => {
      check?.(text)
      return (compiled.findAllSubmatchIndex(text, limit) as readonly Match[] | null) ?? []
    },
  }
}

function compile(source: string): RE2JS {
  try {
    return RE2JS.compile(source)
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error
    if (error.getDescription().startsWith('duplicate'))
      throw new RangeError('regular expressions with two groups of one name are not known here')
    throw new BuiltinError(`error parsing regexp: ${error.getDescription()}`)
  }
}

export function refuseChangedCharacters(text: string): void {
  if (hasChangedCharacters(text))
    throw new RangeError(
      'regular expressions do not know characters that are newer than Unicode 15 here',
    )
}
