/** Until the plan engine is there, its questions go to wasm. */
export { evaluateByWasm as evaluateByPlan } from './wasm-engine.ts'
