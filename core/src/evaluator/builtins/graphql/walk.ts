import type {
  Argument,
  Directive,
  Field,
  FragmentDefinition,
  FragmentSpread,
  InlineFragment,
  OperationDefinition,
  QueryDocument,
  Selection,
  Type,
  Value,
  VariableDefinition,
} from './nodes.ts'
import { valueKinds } from './nodes.ts'
import type { ArgumentDefinition, Definition, FieldDefinition } from './schema-nodes.ts'
import { isRootOperation, type Schema } from './schema.ts'
import { named, typeName } from './types.ts'

/** What a field is of, and what of that it is; `undefined` for what the schema does not have. */
export interface FieldFacts {
  readonly parent: Definition | undefined
  readonly definition: FieldDefinition | undefined
}

export interface ValueFacts {
  readonly type: Type
  readonly definition: Definition | undefined
  readonly hasDefault: boolean
}

/** What is called when a part of a query has been walked through, its own parts before it. */
export interface Visitor {
  readonly operation?: (operation: OperationDefinition) => void
  readonly variable?: (variable: VariableDefinition) => void
  readonly fragment?: (fragment: FragmentDefinition, type: Definition | undefined) => void
  readonly inline?: (fragment: InlineFragment, parent: Definition | undefined) => void
  readonly spread?: (spread: FragmentSpread, parent: Definition | undefined) => void
  readonly field?: (field: Field, facts: FieldFacts) => void
  readonly directive?: (directive: Directive, location: string) => void
  readonly directives?: (directives: readonly Directive[]) => void
  readonly value?: (value: Value, facts: ValueFacts | undefined) => void
}

/** Goes through a query in gqlparser's order (validator/core/walk.go). */
export class Walk {
  readonly schema: Schema
  readonly document: QueryDocument
  /** The operation that is being walked; none while fragments are walked for themselves. */
  operation: OperationDefinition | undefined
  readonly fields = new Map<Field, FieldFacts>()
  /** The definitions of the variables that values are, in the operation last walked. */
  readonly variables = new Map<Value, VariableDefinition | undefined>()
  readonly used = new Set<VariableDefinition>()
  readonly #values = new Map<Value, ValueFacts>()
  #visitors: readonly Visitor[] = []
  #seen = new Set<string>()

  constructor(schema: Schema, document: QueryDocument) {
    this.schema = schema
    this.document = document
  }

  run(visitors: readonly Visitor[]): void {
    this.#visitors = visitors
    for (const operation of this.document.Operations) this.#operation(operation)
    for (const fragment of this.document.Fragments) this.#fragment(fragment)
  }

  fragment(name: string): FragmentDefinition | undefined {
    return named(this.document.Fragments, name)
  }

  #typeOf(type: Type): Definition | undefined {
    return this.schema.types.get(typeName(type))
  }

  #operation(operation: OperationDefinition): void {
    this.#seen = new Set()
    this.operation = operation
    const { VariableDefinitions, Operation, Directives, SelectionSet } = operation
    for (const variable of VariableDefinitions) {
      for (const visitor of this.#visitors) visitor.variable?.(variable)
      const { Type: type, DefaultValue } = variable
      if (DefaultValue) this.#expect(DefaultValue, type, false)
    }
    for (const { DefaultValue, Directives: own } of VariableDefinitions) {
      if (DefaultValue) this.#value(DefaultValue)
      this.#directives(own, 'VARIABLE_DEFINITION')
    }
    this.#directives(Directives, Operation.toUpperCase())
    const root = isRootOperation(Operation) ? this.schema.roots[Operation] : undefined
    this.#selections(SelectionSet, root)
    for (const visitor of this.#visitors) visitor.operation?.(operation)
    this.operation = undefined
  }

  #fragment(fragment: FragmentDefinition): void {
    this.#seen = new Set()
    const type = this.schema.types.get(fragment.TypeCondition)
    this.#directives(fragment.Directives, 'FRAGMENT_DEFINITION')
    this.#selections(fragment.SelectionSet, type)
    for (const visitor of this.#visitors) visitor.fragment?.(fragment, type)
  }

  #selections(selections: readonly Selection[], parent: Definition | undefined): void {
    for (const selection of selections) {
      if (selection.node === 'Field') this.#field(selection, parent)
      else if (selection.node === 'InlineFragment') this.#inline(selection, parent)
      else this.#spread(selection, parent)
    }
  }

  #field(field: Field, parent: Definition | undefined): void {
    const definition =
      field.Name === '__typename' ? typenameField : parent && named(parent.Fields, field.Name)
    const facts = { parent, definition }
    this.fields.set(field, facts)
    this.#arguments(field.Arguments, definition)
    this.#directives(field.Directives, 'FIELD')
    this.#selections(field.SelectionSet, definition && this.#typeOf(definition.Type))
    for (const visitor of this.#visitors) visitor.field?.(field, facts)
  }

  #inline(fragment: InlineFragment, parent: Definition | undefined): void {
    const { TypeCondition, Directives, SelectionSet } = fragment
    const type = TypeCondition === '' ? parent : this.schema.types.get(TypeCondition)
    this.#directives(Directives, 'INLINE_FRAGMENT')
    this.#selections(SelectionSet, type)
    for (const visitor of this.#visitors) visitor.inline?.(fragment, parent)
  }

  /** A fragment is walked where it is first spread in an operation. */
  #spread(spread: FragmentSpread, parent: Definition | undefined): void {
    const fragment = this.fragment(spread.Name)
    this.#directives(spread.Directives, 'FRAGMENT_SPREAD')
    if (fragment && !this.#seen.has(fragment.Name)) {
      this.#seen.add(fragment.Name)
      this.#directives(fragment.Directives, 'FRAGMENT_DEFINITION')
      this.#selections(fragment.SelectionSet, this.schema.types.get(fragment.TypeCondition))
    }
    for (const visitor of this.#visitors) visitor.spread?.(spread, parent)
  }

  #directives(directives: readonly Directive[], location: string): void {
    for (const directive of directives) {
      this.#arguments(directive.Arguments, this.schema.directives.get(directive.Name))
      for (const visitor of this.#visitors) visitor.directive?.(directive, location)
    }
    for (const visitor of this.#visitors) visitor.directives?.(directives)
  }

  #arguments(
    given: readonly Argument[],
    definition: { readonly Arguments: readonly ArgumentDefinition[] } | undefined,
  ): void {
    for (const { Name, Value: value } of given) {
      this.#expectAs(value, definition && named(definition.Arguments, Name))
      this.#value(value)
    }
  }

  #value(value: Value): void {
    const facts = this.#values.get(value)
    if (value.Kind === valueKinds.variable) this.#variable(value)
    for (const child of value.Children) {
      if (value.Kind === valueKinds.object)
        this.#expectAs(child.Value, facts?.definition && named(facts.definition.Fields, child.Name))
      if (value.Kind === valueKinds.list && facts?.type.Elem)
        this.#expect(child.Value, facts.type.Elem, false)
      this.#value(child.Value)
    }
    for (const visitor of this.#visitors) visitor.value?.(value, facts)
  }

  #variable(value: Value): void {
    if (!this.operation) return
    const definition = this.operation.VariableDefinitions.find(
      ({ Variable }) => Variable === value.Raw,
    )
    this.variables.set(value, definition)
    if (definition) this.used.add(definition)
  }

  #expectAs(value: Value, definition: ArgumentDefinition | undefined): void {
    if (!definition) return
    const { Type: type, DefaultValue } = definition
    this.#expect(value, type, DefaultValue !== null && DefaultValue.Kind !== valueKinds.null)
  }

  #expect(value: Value, type: Type, hasDefault: boolean): void {
    this.#values.set(value, { type, definition: this.#typeOf(type), hasDefault })
  }
}

const typenameField: FieldDefinition = {
  Name: '__typename',
  Type: { NamedType: 'String', Elem: null, NonNull: false },
  Description: '',
  Arguments: [],
  DefaultValue: null,
  Directives: [],
  BeforeDescriptionComment: null,
  AfterDescriptionComment: null,
}
