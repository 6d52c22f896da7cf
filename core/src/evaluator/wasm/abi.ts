import type { WasmMemory } from './webassembly.ts'

/** An address in the policy's memory; 0 is "none". */
export type Address = number

/**
 * What OPA's compiler exports, as far as it is used here: ABI 1.2 and later, see
 * https://www.openpolicyagent.org/docs/wasm. Values are addresses of parsed values, texts of bytes.
 */
export interface PolicyExports {
  readonly opa_malloc: (bytes: number) => Address
  readonly opa_heap_ptr_get: () => Address
  /** Frees everything above, and forgets which blocks below are free. */
  readonly opa_heap_ptr_set: (top: Address) => void
  /** Puts the free blocks aside, and takes them up again: only a patch may use those below the heap's top. */
  readonly opa_heap_blocks_stash: () => void
  readonly opa_heap_blocks_restore: () => void
  readonly opa_heap_stash_clear: () => void
  readonly opa_free: (block: Address) => void
  readonly opa_value_free: (value: Address) => void
  /** Adds to an object, or replaces and frees what was there; 0 when it did. */
  readonly opa_value_add_path: (document: Address, path: Address, value: Address) => number
  /** `path` must lead through objects. 0 when it did. */
  readonly opa_value_remove_path: (document: Address, path: Address) => number
  readonly opa_json_parse: (text: Address, bytes: number) => Address
  readonly opa_value_parse: (text: Address, bytes: number) => Address
  readonly opa_json_dump: (value: Address) => Address
  readonly opa_value_dump: (value: Address) => Address
  readonly opa_eval_ctx_new: () => Address
  readonly opa_eval_ctx_set_input: (context: Address, value: Address) => void
  readonly opa_eval_ctx_set_data: (context: Address, value: Address) => void
  readonly opa_eval_ctx_set_entrypoint: (context: Address, entrypoint: number) => void
  readonly opa_eval_ctx_get_result: (context: Address) => Address
  readonly eval: (context: Address) => number
  readonly builtins: () => Address
  readonly entrypoints: () => Address
  readonly opa_wasm_abi_version: { readonly value: number }
}

export type BuiltinCall = (id: number, context: Address, ...values: readonly Address[]) => Address

/** What a policy imports under `env`. */
export interface PolicyImports {
  readonly memory: WasmMemory
  readonly opa_abort: (message: Address) => never
  readonly opa_println: (message: Address) => void
  readonly opa_builtin0: BuiltinCall
  readonly opa_builtin1: BuiltinCall
  readonly opa_builtin2: BuiltinCall
  readonly opa_builtin3: BuiltinCall
  readonly opa_builtin4: BuiltinCall
}
