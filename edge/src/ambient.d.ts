/** Texts travel with the Worker as modules; `dist/isolate.txt` is made by wrangler's build command. */
declare module '*.txt' {
  const text: string
  export default text
}

/** Written by `program.ts` for each program: its units with their compiled modules. */
declare module '*/units.js' {
  export const units: readonly (import('@vedette/core/bundle/manifest').Unit & {
    readonly module: WebAssembly.Module
  })[]
}
