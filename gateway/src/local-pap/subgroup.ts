import type { PolicyIdentifier, ToscaPolicy } from '../pap/tosca-policy.ts'

/** What one PDP_UPDATE asks for. */
export interface Change {
  readonly deploy: readonly ToscaPolicy[]
  readonly undeploy: readonly PolicyIdentifier[]
  /** By name, what a policy of `deploy` takes the place of: it stays when the new one is refused. */
  readonly replaced: ReadonlyMap<string, ToscaPolicy>
}

/** The policies that the PDPs of the subgroup are to hold. */
export class Subgroup {
  #offered = new Map<string, ToscaPolicy>()
  #assigned = new Map<string, ToscaPolicy>()

  policies(): readonly ToscaPolicy[] {
    return [...this.#assigned.values()]
  }

  /** Makes these the policies; what the PDPs have to be told, in order. A refused one is not offered again as it is. */
  assign(policies: readonly ToscaPolicy[]): readonly Change[] {
    const next = new Map(policies.map((policy) => [policy.name, policy]))
    const changed = policies.filter((policy) => !isSame(policy, this.#offered.get(policy.name)))
    const going = this.policies().filter(({ name }) => !next.has(name) || isNamed(changed, name))
    const reissued = going.filter((policy) => isListed(changed, policy))
    const undeploy = going.filter((policy) => !reissued.includes(policy))
    this.#offered = next
    for (const { name } of going) if (!next.has(name)) this.#assigned.delete(name)
    for (const policy of changed) this.#assigned.set(policy.name, policy)
    return [change([], reissued), change(changed, undeploy)].filter(isSomething)
  }

  /** Gives up a policy that a PDP does not hold after an update, for the one before if it still has that. */
  refuse(policy: ToscaPolicy, before: ToscaPolicy | undefined): void {
    if (this.#assigned.get(policy.name) !== policy) return
    if (before === undefined) this.#assigned.delete(policy.name)
    else this.#assigned.set(policy.name, before)
  }

  /** What makes a PDP that holds `held` hold what it should. */
  difference(held: readonly PolicyIdentifier[]): Change {
    const deploy = this.policies().filter((policy) => !isListed(held, policy))
    return change(
      deploy,
      held.filter((policy) => !isListed(this.policies(), policy)),
    )
  }
}

export function isListed(list: readonly PolicyIdentifier[], policy: PolicyIdentifier): boolean {
  return list.some(({ name, version }) => name === policy.name && version === policy.version)
}

export function isSomething({ deploy, undeploy }: Change): boolean {
  return deploy.length > 0 || undeploy.length > 0
}

function change(
  deploy: readonly ToscaPolicy[],
  undeploy: readonly (PolicyIdentifier | ToscaPolicy)[],
): Change {
  const before = undeploy.filter((policy): policy is ToscaPolicy => 'properties' in policy)
  return {
    deploy,
    undeploy: undeploy.map(({ name, version }) => ({ name, version })),
    replaced: new Map(before.map((policy) => [policy.name, policy])),
  }
}

function isNamed(policies: readonly PolicyIdentifier[], wanted: string): boolean {
  return policies.some(({ name }) => name === wanted)
}

function isSame(a: ToscaPolicy, b: ToscaPolicy | undefined): boolean {
  return b !== undefined && JSON.stringify(a) === JSON.stringify(b)
}
