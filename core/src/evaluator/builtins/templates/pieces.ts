import { BuiltinError } from '../operand.ts'

/** Text as it is, or what stands between `{{` and `}}`, without space at both ends. */
export type Piece = { readonly kind: 'text' | 'action'; readonly content: string }

const comment = /^\{\{(?:-[ \t\r\n])?\/\*(?:(?!\*\/)[^])*\*\/(?:[ \t\r\n]-)?\}\}/
const commentStart = /^\{\{(?:-[ \t\r\n])?\/\*/
const action = /^\{\{[^]*?\}\}/
const [spaceAfter, spaceBefore] = [/^[ \t\r\n]+/, /[ \t\r\n]+$/]

/** Cuts a template where its delimiters are; `{{- ` and ` -}}` take the space of the text beside them. */
export function cut(template: string): readonly Piece[] {
  const pieces: Piece[] = []
  for (let rest = template; rest !== '';) {
    const begin = rest.indexOf('{{')
    const delimited = begin < 0 ? '' : delimitedAt(rest.slice(begin))
    const text = begin < 0 ? rest : rest.slice(0, begin)
    const isTrimmed = /^\{\{-[ \t\r\n]/.test(delimited)
    pieces.push({ kind: 'text', content: isTrimmed ? text.replace(spaceBefore, '') : text })
    if (delimited !== '' && !comment.test(delimited)) pieces.push(actionOf(delimited))
    rest = rest.slice(text.length + delimited.length)
    if (/[ \t\r\n]-\}\}$/.test(delimited)) rest = rest.replace(spaceAfter, '')
  }
  return pieces
}

function delimitedAt(rest: string): string {
  const [found] = (commentStart.test(rest) ? comment : action).exec(rest) ?? []
  if (found === undefined) throw new BuiltinError('template: unclosed action or comment')
  return found
}

function actionOf(delimited: string): Piece {
  const inner = delimited.slice(2, -2)
  const content = inner.replace(/^-(?=[ \t\r\n])/, '').replace(/(?<=[ \t\r\n])-$/, '')
  return { kind: 'action', content: content.replace(spaceAfter, '').replace(spaceBefore, '') }
}
