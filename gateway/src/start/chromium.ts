import { spawn } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

import { VedetteError } from '@vedette/core/errors'

/** No Chromium where one is looked for; the message holds the command to type. */
class ChromiumError extends VedetteError<'ERR_CHROMIUM_MISSING'> {
  override readonly name = 'ChromiumError'
}

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const macPaths = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]
const updateCommand = ['apt-get', 'update']
const installCommand = ['apt-get', 'install', '-y', '--no-install-recommends', 'chromium']

/** The Chromium of this machine: `VEDETTE_CHROMIUM`, one on the PATH, or one of macOS's applications. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const { VEDETTE_CHROMIUM: named, PATH = '' } = environment
  if (named) return isExecutable(named) ? named : undefined
  const paths = [...PATH.split(delimiter), '/usr/bin'].flatMap((folder) =>
    names.map((name) => join(folder, name)),
  )
  return [...paths, ...macPaths].find(isExecutable)
}

export interface ChromiumOptions {
  /** Told what is about to take a while. */
  readonly onProgress: (line: string) => void
}

/**
 * The path of a Chromium, installed first where that is possible: on Debian and Ubuntu, as root. Elsewhere
 * `ERR_CHROMIUM_MISSING` says what to type.
 */
export async function ensureChromium({ onProgress }: ChromiumOptions): Promise<string> {
  const found = findChromium()
  if (found) return found
  if (process.env['VEDETTE_CHROMIUM'] || !mayInstall()) throw missing()
  onProgress(`installing Chromium: ${installCommand.join(' ')}`)
  await run(updateCommand)
  await run(installCommand)
  const installed = findChromium()
  if (!installed) throw missing()
  return installed
}

/** How to start it, for playwright-core's `launch`: also as root, and without a word to anyone. */
export function launchOptions(executablePath: string): {
  executablePath: string
  args: string[]
} {
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ]
  return { executablePath, args }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function mayInstall(): boolean {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
}

function missing(cause?: unknown): ChromiumError {
  const remedy =
    process.platform === 'darwin'
      ? 'brew install --cask chromium'
      : `sudo ${updateCommand.join(' ')} && sudo ${installCommand.join(' ')}`
  const message = `Chromium was not found. Install it (${remedy}), or name it in VEDETTE_CHROMIUM`
  return new ChromiumError('ERR_CHROMIUM_MISSING', message, { cause })
}

function run([program = '', ...args]: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
    child.on('error', (error) => reject(missing(error)))
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(missing(new Error(`${program} ended with ${code}`))),
    )
  })
}
