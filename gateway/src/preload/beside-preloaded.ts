import type { Administration } from '../pap/administration.ts'
import type { PolicyIdentifier, ToscaPolicy } from '../pap/tosca-policy.ts'

/**
 * What a PAP sees of a gateway that has policies of its own: none of them. It cannot undeploy or replace them, and they
 * outlast its whole truth.
 */
export function besidePreloaded(
  administration: Administration,
  preloaded: () => readonly ToscaPolicy[],
): Administration {
  /** Tells the PAP's policies from the others. */
  function foreign(): (policy: PolicyIdentifier) => boolean {
    const names = new Set(preloaded().map(({ name }) => name))
    return ({ name }) => !names.has(name)
  }

  return {
    policies: () => administration.policies().filter(foreign()),
    state: () => administration.state(),
    setState: (state) => administration.setState(state),
    async apply({ deploy, undeploy, full }) {
      const isForeign = foreign()
      const outcome = await administration.apply({
        deploy: [...(full ? preloaded() : []), ...deploy.filter(isForeign)],
        undeploy: undeploy.filter(isForeign),
        full,
      })
      const clashing = deploy.filter((policy) => !isForeign(policy))
      return {
        deployed: outcome.deployed.filter(isForeign),
        undeployed: outcome.undeployed.filter(isForeign),
        deployErrors: [...clashing.map(clash), ...outcome.deployErrors],
        undeployErrors: outcome.undeployErrors,
      }
    },
  }
}

/** In the form of the Go PDP's words for names that are in each other's way. */
function clash({ name }: PolicyIdentifier): string {
  return `${name}, policy Validation Failed: Policy-id: ${name} is preloaded by this PDP (VEDETTE_PRELOAD_DIR), cannot be replaced`
}
