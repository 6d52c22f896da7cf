import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { BuildOptions, Metafile } from 'esbuild'

/** A script for browsers, and the name it is asked for by: `index.js`, `regex-K4LLMFRR.js`, `page.js`. */
type Scripts = ReadonlyMap<string, string>

/** Scripts for browsers, bundled out of this project's sources. */
export interface BrowserModules {
  /** The SDK: `index.js`, and the chunks that it loads, with their content's hash in their names. */
  readonly sdk: Scripts
  /** `page.js` and `service-worker.js`. */
  readonly console: Scripts
}

/** Bundles when it is first asked; a failure is tried again. */
export function createBrowserModules(): () => Promise<BrowserModules> {
  let bundling: Promise<BrowserModules> | undefined
  return () =>
    (bundling ??= bundle().catch((error: unknown) => {
      bundling = undefined
      throw error
    }))
}

const entry = 'index.js'

const common = {
  outdir: '/',
  write: false,
  bundle: true,
  minify: true,
  metafile: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2023',
  logLevel: 'silent',
} satisfies BuildOptions

async function bundle(): Promise<BrowserModules> {
  const { build, stop } = await import('esbuild')
  try {
    const sdk = await build({
      ...common,
      splitting: true,
      chunkNames: '[name]-[hash]',
      entryPoints: [entryPoint('index', '../../../web-sdk/src/index.ts')],
    })
    const page = await build({
      ...common,
      entryPoints: [
        entryPoint('page', '../console/page.ts'),
        entryPoint('service-worker', '../console/service-worker.ts'),
      ],
      define: { SDK: JSON.stringify(pathsOf(sdk.metafile)) },
    })
    return { sdk: scriptsOf(sdk.outputFiles), console: scriptsOf(page.outputFiles) }
  } finally {
    // esbuild keeps a process waiting for more.
    await stop()
  }
}

function entryPoint(out: string, source: string): { readonly in: string; readonly out: string } {
  return { out, in: fileURLToPath(new URL(source, import.meta.url)) }
}

function scriptsOf(files: readonly { readonly path: string; readonly text: string }[]): Scripts {
  return new Map(files.map(({ path, text }) => [basename(path), text]))
}

/** What the service worker must know of the SDK. */
function pathsOf({ outputs }: Metafile): Readonly<Record<string, string | readonly string[]>> {
  const imports = new Map(
    Object.entries(outputs).map(([path, output]) => [basename(path), output.imports]),
  )
  const chunks = [...imports.keys()].filter((name) => name !== entry)
  const needed = new Set([entry])
  // A set is walked to its end, also while that moves.
  for (const name of needed)
    for (const { path, kind } of imports.get(name) ?? [])
      if (kind === 'import-statement') needed.add(basename(path))
  const [, ...others] = needed
  return { entry: inSdk(entry), needed: others.map(inSdk), chunks: chunks.map(inSdk) }
}

function inSdk(name: string): string {
  return `/sdk/${name}`
}
