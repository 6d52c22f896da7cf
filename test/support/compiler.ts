import { ensureHelper } from '../../gateway/src/compiler/build.ts'

/** Before any test: the Go helper, built once instead of by every file that needs it. */
export default async function buildHelper(): Promise<void> {
  await ensureHelper({ onProgress: (line) => process.stdout.write(`${line}\n`) })
}
