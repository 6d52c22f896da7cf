import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { startOnapGateway } from '../onap-gateway.ts'
import type { OnapAnswer } from '../onap-gateway.ts'

/** A gateway with policies of its own, for somebody who knows OPAL. */
export interface OpalGateway extends AsyncDisposable {
  call(method: string, path: string, body?: unknown): Promise<OnapAnswer>
  /** Writes a policy's file: what is there is in force a moment later. */
  writePolicy(file: string, source: string): Promise<void>
  probes(): Promise<object>
}

const token = 'the-token'

export async function startOpalGateway(options: {
  /** Folder and file → source. */
  readonly policies: Readonly<Record<string, string>>
  readonly environment: Readonly<Record<string, string>>
}): Promise<OpalGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-opal-'))
  const write = async (file: string, source: string): Promise<void> => {
    await mkdir(join(folder, file, '..'), { recursive: true })
    await writeFile(join(folder, file), source)
  }
  for (const [file, source] of Object.entries(options.policies)) await write(file, source)
  const gateway = await startOnapGateway({
    environment: {
      VEDETTE_TOKEN: token,
      VEDETTE_PRELOAD_DIR: folder,
      VEDETTE_ALLOWED_TARGETS: '127.0.0.0/8',
      ...options.environment,
    },
  })
  const call: OpalGateway['call'] = (method, path, body) =>
    gateway.call(method, path, { body, headers: { authorization: `Bearer ${token}` } })
  return {
    call,
    writePolicy: write,
    async probes() {
      const [healthy, ready] = await Promise.all([call('GET', '/healthy'), call('GET', '/ready')])
      return { healthy: [healthy.status, healthy.body], ready: [ready.status, ready.body] }
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}

/** The policies that OPAL was recorded with. */
export const recordedPolicies = {
  'app.rbac/rbac.rego': `package app.rbac

import rego.v1

import data.utils

default allow := false

version := 0

allow if utils.is_admin(input.user)
`,
  'utils/utils.rego': `package utils

import rego.v1

is_admin(u) if u == "root"
`,
}
