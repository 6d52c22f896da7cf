import { createHash } from 'node:crypto'

import type { CompileError, Compiler, InspectedModule } from './compile.ts'
import type { Policy } from './policy.ts'

/** What a policy defines and reaches for, as slash paths below `data`, and what it was written as. */
export interface Survey {
  readonly packages: readonly string[]
  /** Rules and functions. */
  readonly rules: readonly string[]
  readonly refs: readonly string[]
  /** Digest of its modules. */
  readonly sources: string
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
      for (const policy of unknown) known.set(policy.tosca, surveyOf(policy, inspected))
      const surveys = policies.map((policy) => [policy, known.get(policy.tosca)] as const)
      return { surveys: new Map(surveys.flatMap(([policy, it]) => (it ? [[policy, it]] : []))) }
    },
  }
}

function surveyOf({ modules }: Policy, inspected: ReadonlyMap<string, InspectedModule>): Survey {
  const found = modules.flatMap(({ file }) => inspected.get(file) ?? [])
  return {
    packages: unique(found.map((module) => module.package)),
    rules: unique(found.flatMap(({ rules, functions }) => [...rules, ...functions])),
    refs: unique(found.flatMap(({ refs }) => refs)),
    sources: digestOf(modules.map(({ file, source }) => [file, source])),
  }
}

/** Names what a unit is made of: the policy's own modules, and those of the policies it reaches. */
export function sourcesOf(own: Survey, reached: readonly Survey[]): string {
  if (reached.length === 0) return own.sources
  return digestOf([own.sources, ...reached.map(({ sources }) => sources).toSorted()])
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}

function unique(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)]
}
