import type { QueryDocument } from './nodes.ts'
import { directiveRules } from './rules/directives.ts'
import { fieldRules, introspectionRules } from './rules/fields.ts'
import { checkCycles, fragmentRules, usageRules } from './rules/fragments.ts'
import { checkNames, operationRules } from './rules/operations.ts'
import { overlapRules } from './rules/overlap.ts'
import { valueRules } from './rules/values.ts'
import { variableRules } from './rules/variables.ts'
import type { Schema } from './schema.ts'
import { Walk } from './walk.ts'

/** Whether a query can be asked of a schema, by gqlparser's default rules. Throws a `BuiltinError` when it cannot. */
export function validateQuery(schema: Schema, document: QueryDocument): void {
  checkNames(document)
  checkCycles(document)
  const walk = new Walk(schema, document)
  walk.run([
    operationRules(walk),
    fieldRules(walk),
    introspectionRules(walk),
    fragmentRules(walk),
    usageRules(),
    directiveRules(walk),
    variableRules(walk),
    valueRules(),
    overlapRules(walk),
  ])
}
