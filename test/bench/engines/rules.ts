import type { JsonObject } from '@vedette/core/json/json'

import type { RegoModule } from '../../../gateway/src/catalog/units/compile.ts'
import { createRandom } from '../../fuzz/random.ts'
import { asReceived, type Policy } from './policy.ts'

const actions = ['read', 'write', 'list', 'delete', 'purge'] as const
const random = createRandom(44)

/** Ten rules of every sort: a default, sets, a negation, a comprehension, an object. */
function tenRules(name: string): string {
  return `package ${name}

default allow := false

allow if {
	not blocked
	count(matching) > 0
}

allow if {
	not blocked
	"admin" in input.subject.roles
}

blocked if input.subject.suspended

blocked if input.action in {"purge", "wipe"}

matching contains permission if {
	some role in input.subject.roles
	some permission in data.roles[role].permissions
	permission.action == input.action
	startswith(input.resource.path, permission.prefix)
}

level := max([data.roles[role].level | some role in input.subject.roles])

obligations contains "log" if input.action in {"write", "delete"}

obligations contains "mfa" if {
	level > 3
	input.action == "delete"
}

decision := {"allow": allow, "obligations": obligations, "user": input.subject.name}
`
}

export const small: Policy = {
  name: 'small',
  entrypoint: 'authz/decision',
  modules: [{ file: 'authz.rego', source: tenRules('authz') }],
  data: roles(),
  inputs: asReceived(numbers(64).map(() => request())),
}

export const medium: Policy = dispatching('medium', 20)

export const large: Policy = dispatching('large', 200)

/** A package of ten rules for each service, and one that knows which to ask. */
function dispatching(name: string, services: number): Policy {
  const modules = numbers(services).map((i): RegoModule => ({
    file: `svc${i}.rego`,
    source: tenRules(`svc${i}.authz`),
  }))
  const cases = numbers(services).map(
    (i) => `allow if {\n\tinput.service == "svc${i}"\n\tdata.svc${i}.authz.allow\n}\n`,
  )
  const source = `package main\n\ndefault allow := false\n\n${cases.join('\n')}`
  return {
    name,
    entrypoint: 'main/allow',
    modules: [{ file: 'main.rego', source }, ...modules],
    data: roles(),
    inputs: asReceived(
      numbers(64).map(() => ({ service: `svc${random.below(services)}`, ...request() })),
    ),
  }
}

function roles(): JsonObject {
  const permissions = (): JsonObject[] =>
    numbers(10).map(() => ({ action: random.pick(actions), prefix: `/area${random.below(40)}/` }))
  const named = numbers(100).map((i) => [roleName(i), { level: i % 6, permissions: permissions() }])
  return asReceived({ roles: Object.fromEntries(named) as JsonObject })
}

function request(): JsonObject {
  return {
    action: random.pick(actions),
    subject: {
      name: `user${random.below(1_000)}`,
      roles: random.times(1, 3, () => roleName(random.below(100))),
      suspended: random.chance(0.1),
    },
    resource: { path: `/area${random.below(40)}/document${random.below(100)}`, owner: 'alice' },
  }
}

function roleName(number: number): string {
  return number === 0 ? 'admin' : `role${number}`
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i)
}
