import {
  getMember,
  isEqual,
  isObjectValue,
  type RegoObjectValue,
  type RegoValue,
} from '../../value.ts'
import { arrayOperand, BuiltinError, stringOperand } from '../operand.ts'
import { createPatchNode, type PatchNode } from './patch-tree.ts'
import { pathFrom, type Path } from './pointer.ts'

/** What is patched; undefined when the whole of it has been removed. */
type Document = { root: PatchNode | undefined }

/** JSON Patch (RFC 6902), where a path may also be an array, and lead into sets by their items. */
export function jsonPatch([source = null, operations]: readonly RegoValue[]): RegoValue {
  const document: Document = { root: createPatchNode(source) }
  for (const operation of arrayOperand(operations)) apply(document, operation)
  return rootOf(document).render()
}

function apply(document: Document, operation: RegoValue): void {
  if (!isObjectValue(operation)) throw new BuiltinError('operation must be an object')
  const path = pathFrom(attribute(operation, 'path'))
  switch (stringOperand(attribute(operation, 'op'))) {
    case 'add':
      return insertAt(document, path, attribute(operation, 'value'))
    case 'remove':
      return removeAt(document, path)
    case 'replace':
      removeAt(document, path)
      return insertAt(document, path, attribute(operation, 'value'))
    case 'move':
      return move(document, pathFrom(attribute(operation, 'from')), path)
    case 'copy':
      return insertAt(
        document,
        path,
        nodeAt(document, pathFrom(attribute(operation, 'from'))).render(),
      )
    case 'test':
      if (isEqual(nodeAt(document, path).render(), attribute(operation, 'value'))) return
      throw new BuiltinError('test failed')
    default:
      throw new BuiltinError('unrecognized op')
  }
}

function attribute(operation: RegoObjectValue, name: string): RegoValue {
  const value = getMember(operation, name)
  if (value === undefined) throw new BuiltinError(`missing required attribute '${name}'`)
  return value
}

function rootOf({ root }: Document): PatchNode {
  if (!root) throw new BuiltinError('the whole document has been removed')
  return root
}

function nodeAt(document: Document, path: Path): PatchNode {
  return path.reduce<PatchNode>((node, key) => node.child(key), rootOf(document))
}

function insertAt(document: Document, path: Path, value: RegoValue): void {
  const key = path.at(-1)
  if (key === undefined) document.root = createPatchNode(value)
  else nodeAt(document, path.slice(0, -1)).insert(key, value)
}

function removeAt(document: Document, path: Path): void {
  const key = path.at(-1)
  const parent = nodeAt(document, path.slice(0, -1))
  if (key === undefined) document.root = undefined
  else parent.remove(key)
}

function move(document: Document, from: Path, path: Path): void {
  const value = nodeAt(document, from).render()
  removeAt(document, from)
  insertAt(document, path, value)
}
