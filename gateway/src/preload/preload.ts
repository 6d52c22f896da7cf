import { isDeepStrictEqual } from 'node:util'

import type { Logger } from 'pino'

import type { CatalogStore } from '../catalog/store.ts'
import { createTurns } from '../catalog/turns.ts'
import type { Administration, PolicyUpdate } from '../pap/administration.ts'
import type { PolicyIdentifier, ToscaPolicy } from '../pap/tosca-policy.ts'
import { besidePreloaded } from './beside-preloaded.ts'

export interface PreloadOptions {
  /** A folder of policies, as the local PAP reads it. Absent: what was preloaded before goes. */
  readonly dir?: string | undefined
  readonly administration: Administration
  /** Remembers over restarts which policies are not the PAP's. */
  readonly store: Pick<CatalogStore, 'setting' | 'putSetting'>
  readonly log: Pick<Logger, 'info' | 'error'>
}

/** Policies in force beside the PAP's. */
export interface Preload {
  /** The PAP's side of the gateway, which knows nothing of them. */
  readonly administration: Administration
  /** Ends the watch on the folder. */
  close(): Promise<void>
}

const settingName = 'preloaded'

/**
 * Brings the folder's policies in force, and follows it from then on. A policy that cannot be, because it is broken or
 * a policy of the PAP has its name, is logged; the rest goes on. Throws when there is no such folder.
 */
export async function startPreload(options: PreloadOptions): Promise<Preload> {
  const { dir, administration, store, log } = options
  const turns = createTurns()
  let known = JSON.parse((await store.setting(settingName)) ?? '[]') as readonly ToscaPolicy[]

  function inForce(): readonly ToscaPolicy[] {
    const present = administration.policies()
    return known.filter((policy) => present.some((other) => isSame(policy, other)))
  }

  async function bring(wanted: readonly ToscaPolicy[]): Promise<void> {
    const own = inForce()
    const update = updateTo(wanted, own, administration.policies(), log)
    if (update.deploy.length + update.undeploy.length === 0) return
    // Noted before they are in force: what a crash leaves behind must not pass for the PAP's.
    known = [...own.filter((policy) => !isListed(update.undeploy, policy)), ...update.deploy]
    await store.putSetting(settingName, JSON.stringify(known))
    const { deployed, undeployed, ...errors } = await administration.apply(update)
    for (const error of [...errors.deployErrors, ...errors.undeployErrors])
      log.error({ error }, 'a preloaded policy is not in force')
    log.info({ deployed, undeployed }, 'preloaded policies')
  }

  /** Reading policies takes YAML and more, that a gateway without a folder does without. */
  async function follow(adopt: typeof bring): Promise<() => Promise<void>> {
    if (dir !== undefined) return (await import('./folder.ts')).followFolder(dir, adopt, log)
    await adopt([])
    return () => Promise.resolve()
  }

  const stop = await follow((wanted) => turns.run(() => bring(wanted)))
  const shared = besidePreloaded(administration, inForce)
  return {
    administration: { ...shared, apply: (update) => turns.run(() => shared.apply(update)) },
    close: stop,
  }
}

/** Where the PAP was first with a name, its policy stays. */
function updateTo(
  wanted: readonly ToscaPolicy[],
  own: readonly ToscaPolicy[],
  present: readonly PolicyIdentifier[],
  log: PreloadOptions['log'],
): PolicyUpdate {
  const foreign = present.filter((policy) => !isListed(own, policy)).map(({ name }) => name)
  for (const { name } of wanted.filter((policy) => foreign.includes(policy.name)))
    log.error({ policy: name }, 'a preloaded policy has the name of one of the PAP and is left out')
  const accepted = wanted.filter(({ name }) => !foreign.includes(name))
  const deploy = accepted.filter((policy) => !own.some((other) => isDeepStrictEqual(policy, other)))
  const isGone = ({ name }: ToscaPolicy): boolean => accepted.every((other) => other.name !== name)
  // One version with another content is taken away first, or it would count as deployed.
  const undeploy = own.filter((policy) => isGone(policy) || isListed(deploy, policy))
  return { deploy, undeploy, full: false }
}

function isListed(list: readonly PolicyIdentifier[], policy: PolicyIdentifier): boolean {
  return list.some((other) => isSame(other, policy))
}

function isSame(a: PolicyIdentifier, b: PolicyIdentifier): boolean {
  return a.name === b.name && a.version === b.version
}
