import type { PolicyIdentifier, ToscaPolicy } from '../pap/tosca-policy.ts'

/** What one PDP_UPDATE asks for. */
export interface Change {
  readonly deploy: readonly ToscaPolicy[]
  readonly undeploy: readonly PolicyIdentifier[]
  /**
   * By name, the version that a policy of `deploy` takes the place of. It is undeployed only once the new
   * one is accepted, so that a mistake in an edit leaves everyone with what they had.
   */
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
    const before = changed.flatMap(({ name }) => this.#assigned.get(name) ?? [])
    const reissued = before.filter((policy) => isListed(changed, policy))
    const gone = this.policies().filter(({ name }) => !next.has(name))
    this.#offered = next
    for (const { name } of gone) this.#assigned.delete(name)
    for (const policy of changed) this.#assigned.set(policy.name, policy)
    const replaced = before.filter((policy) => !reissued.includes(policy))
    return [undeploying(reissued), change(changed, gone, replaced)].filter(isSomething)
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

export function undeploying(policies: readonly PolicyIdentifier[]): Change {
  return change([], policies)
}

function change(
  deploy: readonly ToscaPolicy[],
  undeploy: readonly PolicyIdentifier[],
  replaced: readonly ToscaPolicy[] = [],
): Change {
  return {
    deploy,
    undeploy: undeploy.map(({ name, version }) => ({ name, version })),
    replaced: new Map(replaced.map((policy) => [policy.name, policy])),
  }
}

function isSame(a: ToscaPolicy, b: ToscaPolicy | undefined): boolean {
  return b !== undefined && JSON.stringify(a) === JSON.stringify(b)
}
