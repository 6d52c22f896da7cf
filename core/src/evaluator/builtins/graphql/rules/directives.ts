import type { Visitor, Walk } from '../walk.ts'
import { checkKnownArguments, checkRequiredArguments, checkUniqueArguments } from './fields.ts'
import { invalid } from './invalid.ts'

/** KnownDirectives, UniqueDirectivesPerLocation, and the rules on arguments. */
export function directiveRules({ schema }: Walk): Visitor {
  return {
    directive: ({ Name, Arguments: given }, location) => {
      const definition = schema.directives.get(Name)
      if (!definition?.Locations.includes(location)) throw invalid(`directive ${Name}`)
      checkUniqueArguments(given)
      checkKnownArguments(given, definition.Arguments)
      checkRequiredArguments(given, definition.Arguments)
    },
    directives: (directives) => {
      const seen = new Set<string>()
      for (const { Name } of directives) {
        if (seen.has(Name) && schema.directives.get(Name)?.IsRepeatable !== true)
          throw invalid(`directive ${Name} comes twice`)
        seen.add(Name)
      }
    },
  }
}
