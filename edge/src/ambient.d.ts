/** Texts travel with the Worker as modules; `dist/isolate.txt` is made by wrangler's build command. */
declare module '*.txt' {
  const text: string
  export default text
}

/** Written by `program.ts` for each program: its units with their texts or compiled modules. */
declare module '*/units.js' {
  import type { Unit } from '@vedette/core/bundle/manifest'

  export const units: readonly (Unit & { readonly module: string | WebAssembly.Module })[]
}
