import { stringifyJson } from '@vedette/core/json/stringify'
import { Command, Option } from 'commander'

import { BadRequestError } from './bad-request-error.ts'
import { engineNames, type EngineName } from './engine.ts'
import { readEntrypoint } from './entrypoint.ts'
import { answer, evaluate } from './evaluate.ts'
import { serveNdjson } from './ndjson.ts'
import type { EvaluationRequest } from './request.ts'
import { readData, readJson, readPolicies } from './sources.ts'
import { withToolchain } from './toolchain.ts'

interface Options {
  readonly engine: EngineName
  readonly data?: string
  readonly input?: string
  readonly entrypoint?: string
  readonly ndjson?: true
  readonly v0?: true
  readonly strict?: true
}

const examples = `
Examples:
  vedette eval -d data.json -i input.json -e authz/allow authz.rego
  vedette eval --engine native -i input.json -e documents/allow policies/
  echo '{"id":1,"modules":{"a.rego":"package a\\np := input.x"},"entrypoint":"a/p","input":{"x":1}}' | vedette eval --ndjson

The result is printed as JSON, nothing when it is undefined; a failure is told on standard error, with exit 1.
Without -d, a folder's data.json is at data.node.<folder>, where a deployment puts it. Tests in folders are left out.
A line of --ndjson has id, modules, entrypoint, and if wanted input, data, engine, regoVersion (0 or 1) and
strictErrors; its answer, in the same order, has the id and either a result, absent when undefined, or an error.`

export const evalCommand: Command = new Command('eval')
  .description('evaluate a rule, or a stream of requests')
  .argument('[files...]', '.rego files, and folders of them')
  .addOption(new Option('--engine <name>', 'what evaluates').choices(engineNames).default('plan'))
  .option('-d, --data <file>', 'JSON file of the data document')
  .option('-i, --input <file>', 'JSON file of the input; - is standard input')
  .option('-e, --entrypoint <path>', 'package and rule: authz/allow', readEntrypoint)
  .option('--v0', 'the files are Rego v0')
  .option('--strict', "an error of a builtin is the evaluation's")
  .option('--ndjson', 'one request a line on standard input, one answer a line')
  .addHelpText('after', examples)
  .action(run)

function run(files: readonly string[], options: Options): Promise<void> {
  if (options.ndjson) return serve()
  return evaluateOnce(files, options)
}

function serve(): Promise<void> {
  return withToolchain((toolchain) =>
    serveNdjson({
      input: process.stdin,
      output: process.stdout,
      answer: (request) => answer(request, toolchain),
    }),
  )
}

async function evaluateOnce(files: readonly string[], options: Options): Promise<void> {
  const request = await readRequest(files, options)
  const result = await withToolchain((toolchain) => evaluate(request, toolchain))
  if (result === undefined) process.stderr.write('undefined\n')
  else process.stdout.write(`${stringifyJson(result)}\n`)
}

async function readRequest(
  files: readonly string[],
  { engine, entrypoint, data, input, v0, strict }: Options,
): Promise<EvaluationRequest> {
  if (entrypoint === undefined) throw new BadRequestError('say what to evaluate: -e package/rule')
  return {
    modules: await readPolicies(files),
    entrypoint,
    engine,
    regoVersion: v0 ? 0 : 1,
    strictErrors: strict ?? false,
    data: await readData(data, files),
    ...(input !== undefined && { input: await readJson(input) }),
  }
}
