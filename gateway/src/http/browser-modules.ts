import { fileURLToPath } from 'node:url'

const sources = {
  sdk: '../../../web-sdk/src/index.ts',
  page: '../console/page.ts',
  'service-worker': '../console/service-worker.ts',
}

/** A script for browsers, bundled out of this project's sources. */
export type BrowserModule = keyof typeof sources

/** Gives the text of a module. All are bundled when the first is asked for; a failure is tried again. */
export function createBrowserModules(): (name: BrowserModule) => Promise<string> {
  let bundling: Promise<ReadonlyMap<string, string>> | undefined
  return async (name) => {
    bundling ??= bundle()
    const texts = await bundling.catch((error: unknown) => {
      bundling = undefined
      throw error
    })
    return texts.get(name) ?? ''
  }
}

async function bundle(): Promise<ReadonlyMap<string, string>> {
  const { build, stop } = await import('esbuild')
  const entryPoints = Object.entries(sources).map(([out, source]) => ({
    out,
    in: fileURLToPath(new URL(source, import.meta.url)),
  }))
  try {
    const { outputFiles } = await build({
      entryPoints,
      outdir: '/',
      write: false,
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2023',
      logLevel: 'silent',
    })
    return new Map(outputFiles.map(({ path, text }) => [path.slice(1, -'.js'.length), text]))
  } finally {
    // esbuild keeps a process waiting for more.
    await stop()
  }
}
