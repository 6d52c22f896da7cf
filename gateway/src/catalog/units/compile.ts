/** Rego sources in, a compile unit or located errors out: what the catalogue needs of the compiler. */
export interface Compiler {
  /**
   * Compiles modules to the plan of one unit. Only what files of `own` define can be asked; the other modules are what
   * they call. Default: all files.
   */
  plan(modules: readonly RegoModule[], own?: readonly string[]): Promise<CompileResult>
  /** The same as wasm, which takes several times as long. */
  wasm(modules: readonly RegoModule[], own?: readonly string[]): Promise<WasmResult>
  /** Parses modules, each for itself. */
  inspect(modules: readonly RegoModule[]): Promise<InspectResult>
}

export interface RegoModule {
  readonly file: string
  readonly source: string
}

export type CompileResult =
  | { readonly unit: CompiledUnit }
  | { readonly errors: readonly CompileError[] }

export type WasmResult =
  | { readonly wasm: Uint8Array }
  | { readonly errors: readonly CompileError[] }

/** A unit as the manifest lists it, with what it was compiled to. */
export interface CompiledUnit {
  /** OPA's intermediate representation, as JSON. */
  readonly plan?: unknown
  readonly entrypoints: readonly string[]
  readonly packages: readonly string[]
  readonly functions: readonly string[]
  readonly reads: readonly (readonly string[])[]
}

type InspectResult =
  | { readonly modules: readonly InspectedModule[] }
  | { readonly errors: readonly CompileError[] }

/** What a module defines and what it refers to; slash paths below `data`. */
export interface InspectedModule {
  readonly file: string
  readonly package: string
  readonly rules: readonly string[]
  readonly functions: readonly string[]
  /** Ground prefixes of references to `data`, `''` where that is all of it. */
  readonly refs: readonly string[]
}

/** `file` is empty when the error belongs to no module: a deadline, say. Rows and columns count from 1. */
export interface CompileError {
  readonly file: string
  readonly row: number
  readonly column: number
  readonly code: string
  readonly message: string
}
