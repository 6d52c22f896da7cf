import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

import { build } from 'esbuild'
import type { BuildOptions } from 'esbuild'

/** As it is shipped: what is only loaded when it is needed lies in files of its own. */
const shipped = {
  bundle: true,
  minify: true,
  splitting: true,
  format: 'esm',
  target: 'es2023',
  outdir: 'out',
  entryNames: 'entry',
  metafile: true,
  write: false,
  logLevel: 'silent',
} satisfies BuildOptions

/** `source` is a path from the repository, or a package. Bytes of the entry and of what it imports at once. */
export async function gzippedBytes(source: string): Promise<number> {
  const entry = source.endsWith('.ts') ? inRepository(source) : source
  const { outputFiles, metafile } = await build({
    ...shipped,
    platform: 'browser',
    entryPoints: [entry],
    absWorkingDir: inRepository('.'),
  })
  const needed = new Set(['out/entry.js'])
  // A set is walked to its end, also while that moves.
  for (const name of needed)
    for (const { path, kind } of metafile.outputs[name]?.imports ?? [])
      if (kind === 'import-statement') needed.add(path)
  const files = outputFiles.filter(({ path }) => [...needed].some((name) => path.endsWith(name)))
  return files.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0)
}

/** Writes a program of the benchmark as plain JavaScript, so that no reading of TypeScript is measured. */
export async function bundleProcess(source: URL, outdir: string): Promise<void> {
  const { write: _, ...options } = shipped
  await build({
    ...options,
    platform: 'node',
    entryPoints: [fileURLToPath(source)],
    outdir,
    outExtension: { '.js': '.mjs' },
  })
}

function inRepository(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url))
}
