/** The part of WebAssembly used here, declared by hand: core is typed without DOM, Workers or Node. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer
}

/** A compiled `policy.wasm`, a `WebAssembly.Module` wherever it comes from. */
export type WasmModule = object

interface WebAssemblyApi {
  readonly Memory: new (size: { initial: number; maximum: number }) => WasmMemory
  readonly Instance: new (module: WasmModule, imports: object) => { readonly exports: object }
  readonly compile: (bytes: Uint8Array) => Promise<WasmModule>
}

export const webAssembly: WebAssemblyApi = (
  globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }
).WebAssembly

/** Compiles a unit's `policy.wasm`. Workers refuse this: there the Worker Loader brings the module. */
export function compileUnit(bytes: Uint8Array): Promise<WasmModule> {
  return webAssembly.compile(bytes)
}

/** A module of nothing but its magic number and version. */
const emptyModule = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)

/** Whether wasm can be compiled here: a page's Content Security Policy may forbid it, and so does workerd. */
export async function isWasmAllowed(): Promise<boolean> {
  try {
    return Boolean(await webAssembly.compile(emptyModule))
  } catch {
    return false
  }
}
