import { expression, list, type Fragment } from './fragment.ts'
import { deeper, type Scope } from './scope.ts'
import type { Type } from './signatures.ts'
import { object, reference, setOf, term } from './terms.ts'
import { wordFor } from './words.ts'

export function builtinCall(scope: Scope): Fragment {
  const { name, operands } = scope.random.pick(scope.signatures)
  const made = operands.map((type) => operand(type, name, deeper(scope)))
  return expression(`${name}(`, ...list(made), ')')
}

/** Half of the time what the builtin wants, else whatever a document holds. */
function operand(type: Type, builtin: string, scope: Scope): Fragment {
  const { random } = scope
  if (random.chance(0.4)) return reference(scope)
  if (type.type === 'any' && Array.isArray(type.of) && type.of.length > 0)
    return operand(random.pick(type.of as [Type, ...Type[]]), builtin, scope)
  return madeFor(type, builtin, scope)
}

function madeFor(type: Type, builtin: string, scope: Scope): Fragment {
  const { random } = scope
  const items = (): readonly Fragment[] =>
    random.times(0, 3, () => operand(itemType(type), builtin, deeper(scope)))
  switch (type.type) {
    case 'number':
      return number(scope)
    case 'string':
      return expression(JSON.stringify(wordFor(builtin, random)))
    case 'boolean':
      return expression(random.pick(['true', 'false']))
    case 'array':
      return expression('[', ...list(items()), ']')
    case 'set':
      return setOf(items())
    case 'object':
      return object(scope)
    default:
      return term(scope)
  }
}

function itemType({ of, dynamic }: Type): Type {
  const item = (of ?? dynamic) as Type | undefined
  return typeof item?.type === 'string' ? item : { type: 'any' }
}

function number({ random }: Scope): Fragment {
  return expression(
    random.pick(['0', '1', '2', '3', '-1', '10', '0.5', '2.75', '1e3', '9007199254740993']),
  )
}

export function arithmetic(scope: Scope): Fragment {
  const side = (): Fragment => operand({ type: 'number' }, 'plus', deeper(scope))
  return expression(
    '(',
    side(),
    scope.random.pick([' + ', ' - ', ' * ', ' / ', ' % ']),
    side(),
    ')',
  )
}

export function setOperation(scope: Scope): Fragment {
  const side = (): Fragment => operand({ type: 'set' }, 'union', deeper(scope))
  return expression('(', side(), scope.random.pick([' | ', ' & ', ' - ']), side(), ')')
}
