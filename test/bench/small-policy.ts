import { oneModule } from '../support/tosca.ts'

const name = 'bench'

/** Says which version of it decides, and what the data is: `bench/version`, `bench/counter`. */
export function smallPolicy(version: number): object {
  const rego = `version := ${version}\n\ncounter := data.node.counter`
  return oneModule(name, rego, versionText(version))
}

/** A PDP_UPDATE that puts this version in the place of the one before. */
export function nextVersion(version: number): object {
  return {
    policiesToBeDeployed: [smallPolicy(version)],
    policiesToBeUndeployed: [{ name, version: versionText(version - 1) }],
  }
}

function versionText(version: number): string {
  return `1.0.${version}`
}
