export interface Credentials {
  readonly username: string
  readonly password: string
}

/**
 * Reads the user and password of a JAAS line, as OPA-PDP does: when one of them is missing, both are empty.
 * SCRAM-SHA-512 is the only mechanism.
 */
export function parseJaasLogin(line: string): Credentials {
  const username = /username=["'](.+?)["']/.exec(line)?.[1]
  const password = /password=["'](.+?)["']/.exec(line)?.[1]
  if (username === undefined || password === undefined) return { username: '', password: '' }
  return { username, password }
}
