import type { Builtin } from '../builtin.ts'
import { randomInteger, randomUuid } from './random.ts'
import { semverCompare, semverIsValid } from './semver.ts'
import { uuidParse } from './uuid.ts'

export const builtins: Readonly<Record<string, Builtin>> = {
  'rand.intn': randomInteger,
  'semver.compare': semverCompare,
  'semver.is_valid': semverIsValid,
  'uuid.parse': uuidParse,
  'uuid.rfc4122': randomUuid,
}
