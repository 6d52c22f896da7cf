import { createHash } from 'node:crypto'

import { createBreath } from '@vedette/core/breath'

import type { Policy } from '../policies/policy.ts'
import type { CompileError, Compiler, InspectedModule } from './compile.ts'

/** Slash paths below `data`, each once. */
export interface Paths {
  readonly packages: readonly string[]
  /** Rules and functions. */
  readonly rules: readonly string[]
  /** What lies above packages and rules. */
  readonly above: readonly string[]
}

/** What a policy is to the others, computed once. */
export interface Survey {
  readonly has: Paths
  /** Where another policy would concern it, by what that one has there. */
  readonly looks: Paths
  /** Digest of its modules. */
  readonly sources: string
  /** Digest of its tests and examples. */
  readonly checks: string
}

export type Surveys = ReadonlyMap<Policy, Survey>

export interface Surveyor {
  /** A survey of each policy; errors when a module cannot be parsed. */
  survey(
    policies: readonly Policy[],
  ): Promise<{ readonly surveys: Surveys } | { readonly errors: readonly CompileError[] }>
}

/** Looks at a policy once, and at all that are new to it in one go. */
export function createSurveyor(compiler: Pick<Compiler, 'inspect'>): Surveyor {
  const known = new WeakMap<Policy['tosca'], Survey>()
  return {
    async survey(policies) {
      const unknown = policies.filter(({ tosca }) => !known.has(tosca))
      const modules = unknown.flatMap((policy) => policy.modules)
      const result = modules.length === 0 ? { modules: [] } : await compiler.inspect(modules)
      if ('errors' in result) return result
      const inspected = new Map(result.modules.map((module) => [module.file, module]))
      const breathe = createBreath()
      for (const policy of unknown) {
        known.set(policy.tosca, surveyOf(policy, inspected))
        await breathe()
      }
      const surveys = policies.map((policy) => [policy, known.get(policy.tosca)] as const)
      return { surveys: new Map(surveys.flatMap(([policy, it]) => (it ? [[policy, it]] : []))) }
    },
  }
}

function surveyOf(
  { modules, checks }: Policy,
  inspected: ReadonlyMap<string, InspectedModule>,
): Survey {
  const found = modules.flatMap(({ file }) => inspected.get(file) ?? [])
  const packages = found.map((module) => module.package)
  const rules = found.flatMap((module) => [...module.rules, ...module.functions])
  const refs = found.flatMap((module) => module.refs)
  return {
    has: {
      packages: unique(packages),
      rules: unique(rules),
      above: above([...packages, ...rules]),
    },
    looks: looksOf({ packages, rules, refs }),
    sources: digestOf(modules.map(({ file, source }) => [file, source])),
    checks: digestOf(checks),
  }
}

interface Named {
  readonly packages: readonly string[]
  readonly rules: readonly string[]
  readonly refs: readonly string[]
}

/**
 * A reference meets what is at its path or below, and a rule above, whose value it looks into. A rule is in the way of
 * the same, a package in the way of its equal and of a rule there or above.
 */
function looksOf({ packages, rules, refs }: Named): Paths {
  const paths = unique([...refs, ...rules])
  return {
    packages: unique([...paths, ...packages]),
    rules: unique([...paths, ...packages, ...above([...paths, ...packages])]),
    above: paths,
  }
}

/** Of `a/b/c`: `a/b`, `a`, and all of `data`. */
function above(paths: readonly string[]): readonly string[] {
  const found = new Set<string>()
  for (const path of paths) {
    const segments = path === '' ? [] : path.split('/')
    for (let depth = 0; depth < segments.length; depth++)
      found.add(segments.slice(0, depth).join('/'))
  }
  return [...found]
}

/** Names what a unit is made of, the policy's own modules and those of the policies it reaches, and what it is held to. */
export function sourcesOf(own: Survey, reached: readonly Survey[]): string {
  return digestOf([own.sources, own.checks, ...reached.map(({ sources }) => sources).toSorted()])
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}

function unique(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)]
}
