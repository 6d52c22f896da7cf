import { messageOf } from '@vedette/core/errors'
import { Command } from 'commander'

import { buildCommand } from './build-command.ts'
import { checkCommand } from './check-command.ts'
import { CompileFault } from './compile-fault.ts'
import { evalCommand } from './eval-command.ts'
import { explainCommand } from './explain-command.ts'
import { healthcheckCommand } from './healthcheck-command.ts'
import { testCommand } from './test-command.ts'

// Whoever reads us may have seen enough: `vedette eval --ndjson | head -1`.
process.stdout.on('error', () => process.exit())

await new Command('vedette')
  .description(
    'Policies from the command line: evaluate, check, test, build, explain; and whether a gateway is healthy.',
  )
  .addCommand(evalCommand)
  .addCommand(checkCommand)
  .addCommand(testCommand)
  .addCommand(buildCommand)
  .addCommand(explainCommand)
  .addCommand(healthcheckCommand)
  .parseAsync()
  .catch((error: unknown) => {
    const message = messageOf(error)
    console.error(error instanceof CompileFault ? message : `vedette: ${message}`)
    process.exitCode = 1
  })
