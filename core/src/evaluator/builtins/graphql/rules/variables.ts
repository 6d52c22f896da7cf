import { valueKinds, type Value } from '../nodes.ts'
import { isCompatible, isInputType, named, typeName } from '../types.ts'
import type { ValueFacts, Visitor, Walk } from '../walk.ts'
import { invalid } from './invalid.ts'

/** KnownTypeNames, VariablesAreInputTypes, NoUnusedVariables, NoUndefinedVariables, VariablesInAllowedPosition. */
export function variableRules(walk: Walk): Visitor {
  return {
    variable: ({ Type }) => {
      const definition = walk.schema.types.get(typeName(Type))
      if (!definition || !isInputType(definition)) throw invalid(`type ${typeName(Type)}`)
    },
    operation: ({ VariableDefinitions }) => {
      for (const variable of VariableDefinitions)
        if (!variable.Used && !walk.used.has(variable))
          throw invalid(`variable ${variable.Variable} is never used`)
    },
    value: (value, facts) => {
      if (value.Kind === valueKinds.variable) checkUse(value, facts, walk)
      if (value.Kind === valueKinds.object && isOneOf(facts)) checkOneOf(value, walk)
    },
  }
}

function checkUse(value: Value, facts: ValueFacts | undefined, walk: Walk): void {
  if (!walk.operation) return
  const variable = walk.variables.get(value)
  if (!variable) throw invalid(`variable ${value.Raw} is not defined`)
  if (!facts) return
  const { DefaultValue } = variable
  const hasDefault = DefaultValue !== null && DefaultValue.Kind !== valueKinds.null
  const expected = facts.hasDefault || hasDefault ? { ...facts.type, NonNull: false } : facts.type
  if (!isCompatible(variable.Type, expected)) throw invalid(`type of variable ${value.Raw}`)
}

function isOneOf(facts: ValueFacts | undefined): boolean {
  return named(facts?.definition?.Directives ?? [], 'oneOf') !== undefined
}

function checkOneOf({ Children }: Value, { variables }: Walk): void {
  for (const { Value: value } of Children)
    if (variables.get(value)?.Type.NonNull === false) throw invalid('variable must not be null')
}
