import type { FleetMember } from './fleet.ts'

/** The accounts of the fleet, the one heard last at the end. Those of browsers are bounded, in number and size. */
export interface Members {
  get(replica: string): FleetMember | undefined
  all(): readonly FleetMember[]
  /** Takes a replica's latest account; gives the browsers that are forgotten for it. */
  put(member: FleetMember): readonly string[]
}

/** A page says of itself what it likes: this is more than all those of an installation have to say. */
const mostCharacters = 64 * 1024 * 1024

/**
 * Beyond `most`, or when they are too large, the browser not heard for longest goes. Only browsers do: whatever they
 * report, nobody loses sight of the gateway or a hub, or can take its name.
 */
export function createMembers(most: number): Members {
  const members = new Map<string, FleetMember>()
  /** Characters of each browser's account, in the order they were heard. */
  const sizes = new Map<string, number>()
  let characters = 0

  function drop(replica: string): void {
    members.delete(replica)
    characters -= sizes.get(replica) ?? 0
    sizes.delete(replica)
  }

  function measure(member: FleetMember): void {
    const size = JSON.stringify(member).length
    sizes.set(member.replica, size)
    characters += size
  }

  return {
    get: (replica) => members.get(replica),
    all: () => [...members.values()],
    put(member) {
      drop(member.replica)
      members.set(member.replica, member)
      if (member.kind === 'browser') measure(member)
      const forgotten: string[] = []
      for (const browser of sizes.keys()) {
        if (members.size <= most && characters <= mostCharacters) break
        drop(browser)
        forgotten.push(browser)
      }
      return forgotten
    },
  }
}
