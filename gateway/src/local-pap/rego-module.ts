/** One Rego file, brought into the form every OPA-PDP takes: `package <name>` is all of its first line. */
export interface RegoModule {
  readonly packageName: string
  readonly text: string
}

const PACKAGE_LINE = /^\s*package\s+(?<name>[^\s#]+)\s*(?:#.*)?$/

/**
 * Undefined without a package declaration. Comments above it become empty lines, so that the rows of
 * everything below stay what the author sees in the file.
 */
export function readRegoModule(source: string): RegoModule | undefined {
  const lines = source.replace(/^\uFEFF/, '').split(/\r?\n/)
  const row = lines.findIndex((line) => !/^\s*(?:#.*)?$/.test(line))
  const packageName = PACKAGE_LINE.exec(lines[row] ?? '')?.groups?.['name']
  if (packageName === undefined) return undefined
  const above = Array.from({ length: row }, () => '')
  return {
    packageName,
    text: [`package ${packageName}`, ...above, ...lines.slice(row + 1)].join('\n'),
  }
}

/** A TOSCA policy has one module a package: further files of the package follow the first, imports once. */
export function joinRegoModules(first: RegoModule, next: RegoModule): RegoModule {
  const present = new Set(first.text.split('\n').filter(isImport))
  const lines = next.text.split('\n').slice(1)
  const fresh = lines.map((line) => (present.has(line) ? '' : line))
  return { packageName: first.packageName, text: [first.text, ...fresh].join('\n') }
}

function isImport(line: string): boolean {
  return line.startsWith('import ')
}
