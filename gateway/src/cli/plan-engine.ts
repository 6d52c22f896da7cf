/** Until the plan engine is there, its questions go to wasm. */
export { prepareWasm as preparePlan } from './wasm-engine.ts'
