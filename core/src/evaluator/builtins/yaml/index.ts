import type { Json } from '../../../json/json.ts'
import type { RegoValue } from '../../value.ts'
import type { Builtin } from '../builtin.ts'
import { BuiltinError, stringOperand } from '../operand.ts'
import { yamlMarshal } from './marshal.ts'
import { readYaml } from './read.ts'

export const builtins: Readonly<Record<string, Builtin>> = {
  'yaml.is_valid': yamlIsValid,
  'yaml.marshal': yamlMarshal,
  'yaml.unmarshal': yamlUnmarshal,
}

function yamlUnmarshal([text]: readonly RegoValue[]): Json {
  return readYaml(stringOperand(text))
}

function yamlIsValid([text]: readonly RegoValue[]): boolean {
  if (typeof text !== 'string') return false
  try {
    readYaml(text)
    return true
  } catch (error) {
    if (error instanceof BuiltinError) return false
    throw error
  }
}
