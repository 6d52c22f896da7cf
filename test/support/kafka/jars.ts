import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const pom = join(import.meta.dirname, 'pom.xml')

/** The class path of a Kafka broker; Maven fetches it once into the user's cache. */
export async function findKafkaJars(): Promise<string> {
  await needs('java', '-version', 'apt-get install openjdk-17-jre-headless')
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'vedette')
  const jars = join(cache, `kafka-${await versionInPom()}`)
  if (!existsSync(jars)) await install(cache, jars)
  return join(jars, '*')
}

async function install(cache: string, jars: string): Promise<void> {
  await needs('mvn', '-version', 'apt-get install maven')
  process.stderr.write(`kafka: fetching the broker (45 MB) into ${jars}\n`)
  await mkdir(cache, { recursive: true })
  const fresh = await mkdtemp(join(cache, 'kafka-'))
  const goal = [
    'dependency:copy-dependencies',
    '-DincludeScope=runtime',
    `-DoutputDirectory=${fresh}`,
  ]
  try {
    await run('mvn', ['-B', '-ntp', '-q', '-f', pom, ...goal])
    await rename(fresh, jars)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    // Somebody else's tests may have been quicker; a directory that is there is complete, the rename made it so.
    if (!existsSync(jars)) throw error
  }
}

async function versionInPom(): Promise<string> {
  const version = /kafka_2\.13<\/artifactId>\s*<version>([\d.]+)</.exec(
    await readFile(pom, 'utf8'),
  )?.[1]
  if (version === undefined) throw new Error(`No Kafka version in ${pom}`)
  return version
}

async function needs(command: string, argument: string, remedy: string): Promise<void> {
  await run(command, [argument]).catch(() => {
    throw new Error(`The Kafka tests need ${command}: ${remedy}`)
  })
}
