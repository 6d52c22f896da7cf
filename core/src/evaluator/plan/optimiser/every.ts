import type { Body, Statement } from '../program.ts'
import { isNode, mapStatement } from './tree.ts'

/** `every` notes an item that does not fit, and OPA looks no further: the loop ends there. */
export function stopEvery(body: Body): Body {
  return body.map((statement) => {
    const inner = mapStatement(statement, { body: stopEvery })
    if (inner[0] !== 'scan' || !endsWithNote(inner[4])) return inner
    const [name, source, key, value, nested, order] = inner
    return [name, source, key, value, [...nested, ['break', 2]], order]
  })
}

/** `… undefined fits; misfit := true` */
function endsWithNote(body: Body): boolean {
  const [test, note] = body.slice(-2)
  return test?.[0] === 'undefined' && isNote(note)
}

function isNote(statement: Statement | undefined): boolean {
  return statement?.[0] === 'copy' && !isNode(statement[2]) && statement[2] === true
}
