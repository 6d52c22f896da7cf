import { BuiltinError } from '../operand.ts'
import { valueKinds, type Directive } from './nodes.ts'
import type { DirectiveDefinition } from './schema-nodes.ts'

interface Place {
  readonly location: string
  /** Whether all were written in one place, where only repeatable ones may come twice. */
  readonly isOnePlace: boolean
  /** The directive in whose definition they are. */
  readonly within?: string | undefined
}

/** Directives in a type system. Throws a `BuiltinError` for one that must not be there. */
export function checkDirectives(
  directives: readonly Directive[],
  schema: { readonly directives: ReadonlyMap<string, DirectiveDefinition> },
  { location, isOnePlace, within }: Place,
): void {
  const seen = new Set<string>()
  for (const directive of directives) {
    const { Name } = directive
    checkName(Name)
    const definition = schema.directives.get(Name)
    if (!definition || Name === within) throw new BuiltinError(`cannot use directive ${Name}`)
    if (isOnePlace && seen.has(Name) && !definition.IsRepeatable)
      throw new BuiltinError(`directive ${Name} comes twice`)
    seen.add(Name)
    if (!definition.Locations.includes(location))
      throw new BuiltinError(`directive ${Name} is not applicable on ${location}`)
    checkArguments(directive, definition)
  }
}

function checkArguments(directive: Directive, definition: DirectiveDefinition): void {
  for (const { Name } of directive.Arguments)
    if (!definition.Arguments.some((argument) => argument.Name === Name))
      throw new BuiltinError(`undefined argument ${Name}`)
  for (const { Name, Type, DefaultValue } of definition.Arguments) {
    if (!Type.NonNull || DefaultValue) continue
    const given = directive.Arguments.find((argument) => argument.Name === Name)
    if (!given || given.Value.Kind === valueKinds.null)
      throw new BuiltinError(`argument ${Name} cannot be null`)
  }
}

export function checkName(name: string): void {
  if (name.startsWith('__')) throw new BuiltinError(`name ${name} is reserved`)
}
