import type { RegoValue } from '../../value.ts'
import type { Builder, Read } from './builder.ts'
import { reader } from './expressions.ts'
import { getterOf, keyed, keyedStored } from './keyed.ts'
import { slotOf, type Member } from './nodes.ts'

/** What stays the same until there is other data is read once. */
export function settledReader(read: Read, { run }: Builder): Read {
  let version = 0
  let value: RegoValue | undefined
  run.release.push(() => {
    value = undefined
  })
  return () => {
    if (run.data !== run.document) return read()
    if (version !== run.version) {
      value = read()
      version = run.version
    }
    return value
  }
}

/** V8 finds names by their hash in an object of more members than this that came as JSON; in others it looks for them. */
const manyMembers = 128

/** What keys that are texts read of it is remembered as well, where it has not many members. */
export function rememberingReader(member: Member, builder: Builder): Read {
  const [, source, key] = member
  const { run, frame } = builder
  const [read, readKey] = [reader(source, builder), reader(key, builder)]
  const get = getterOf(member, builder)
  const keySlot = slotOf(key)
  const known = new Map<string, RegoValue>()
  let object: RegoValue | undefined
  let version = 0
  let isLarge = false
  run.release.push(() => {
    object = undefined
    if (known.size > 0) known.clear()
  })

  function find(name: string): RegoValue | undefined {
    const member = keyed(object, name, get)
    if (member !== undefined) known.set(name, member)
    isLarge = known.size > manyMembers
    return member
  }

  return () => {
    const isSettled = run.data === run.document
    if (version !== run.version && isSettled) {
      object = read()
      version = run.version
    }
    const from = isSettled ? object : read()
    if (from === undefined) return undefined
    const name = keySlot === undefined ? readKey() : frame[keySlot]
    if (typeof name !== 'string' || !isSettled) return keyed(from, name, get)
    return isLarge ? keyedStored(from, name, get) : (known.get(name) ?? find(name))
  }
}
