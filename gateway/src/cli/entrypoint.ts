import { InvalidArgumentError } from 'commander'

/**
 * The path of a rule as typed after `-e`. A package begins with a plain name, so a dot there is Rego's own spelling
 * (`data.authz.allow`): a path to nothing, whose answer would be `undefined` with no word of why.
 */
export function readEntrypoint(text: string): string {
  const [first = ''] = text.split('/')
  if (!first.includes('.')) return text
  const path = text.replace(/^data\./, '').replaceAll('.', '/')
  throw new InvalidArgumentError(`An entrypoint is a path: ${path}`)
}
