import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'vitest'

interface Documented {
  readonly $ref?: string
  readonly headers?: Readonly<Record<string, { readonly $ref: string } | object>>
  readonly content?: Readonly<Record<string, object>>
}

type Operation = { readonly responses: Readonly<Record<string, Documented>> }

export interface OpenApi {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

/** Holds answers against an OpenAPI document, and knows which of its answers there were. */
export interface AnswerCheck {
  /** Fails the test when the document does not know the answer to `operation`, such as `get /metrics`, as it is. */
  check(operation: string, answer: Response): Promise<void>
  /** Documented answers that were not checked. */
  unchecked(): readonly string[]
}

export function createAnswerCheck(document: OpenApi): AnswerCheck {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
  ajv.addSchema(document, 'openapi', undefined, false)
  const checked = new Set<string>()

  function expectValid(pointer: string, value: unknown): void {
    const validate = ajv.compile({ $ref: `openapi#${pointer}/schema` })
    validate(value)
    expect(validate.errors, `${pointer}: ${JSON.stringify(value)}`).toBeNull()
  }

  function resolved(pointer: string): readonly [pointer: string, Documented | undefined] {
    const found = pointer
      .slice(1)
      .split('/')
      .reduce<unknown>(
        (value, key) => (value as Record<string, unknown> | undefined)?.[unescaped(key)],
        document,
      ) as Documented | undefined
    return found?.$ref === undefined ? [pointer, found] : resolved(found.$ref.slice(1))
  }

  return {
    async check(operation, answer) {
      const [method = '', path = ''] = operation.split(' ')
      const [pointer, documented] = resolved(
        `/paths/${escaped(path)}/${method}/responses/${answer.status}`,
      )
      expect(documented, `${operation} answers ${answer.status}`).toBeDefined()
      checked.add(`${operation} ${answer.status}`)
      for (const name of Object.keys(documented?.headers ?? {})) {
        const [header] = resolved(`${pointer}/headers/${name}`)
        expectValid(header, answer.headers.get(name))
      }
      const text = await answer.text()
      const type = answer.headers.get('content-type')?.split(';')[0]
      expect(type, operation).toBe(Object.keys(documented?.content ?? {})[0])
      if (type === undefined) return expect(text).toBe('')
      const body: unknown = type === 'application/json' ? JSON.parse(text) : text
      expectValid(`${pointer}/content/${escaped(type)}`, body)
    },
    unchecked() {
      return Object.entries(document.paths)
        .flatMap(([path, operations]) =>
          Object.entries(operations)
            .filter(([method]) => method !== 'parameters')
            .flatMap(([method, { responses }]) =>
              Object.keys(responses).map((status) => `${method} ${path} ${status}`),
            ),
        )
        .filter((each) => !checked.has(each))
    },
  }
}

function escaped(key: string): string {
  return key.replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')
}

function unescaped(key: string): string {
  return decodeURIComponent(key.replaceAll('~1', '/'))
}
