/** Rego sources in, one compile unit or located errors out: what the catalogue needs of the compiler. */
export interface Compiler {
  compile(modules: readonly RegoModule[]): Promise<CompileResult>
}

export interface RegoModule {
  readonly file: string
  readonly source: string
}

export type CompileResult =
  | { readonly unit: CompiledUnit }
  | { readonly errors: readonly CompileError[] }

/** A unit as the manifest lists it, with its bytes. */
export interface CompiledUnit {
  readonly wasm: Uint8Array
  readonly entrypoints: readonly string[]
  readonly packages: readonly string[]
  readonly functions: readonly string[]
  readonly reads: readonly (readonly string[])[]
}

/** `file` is empty when the error belongs to no module: a deadline, say. Rows and columns count from 1. */
export interface CompileError {
  readonly file: string
  readonly row: number
  readonly column: number
  readonly code: string
  readonly message: string
}
