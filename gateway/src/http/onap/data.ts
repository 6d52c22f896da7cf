import { randomUUID } from 'node:crypto'

import { formatRevision } from '@vedette/core/bundle/revision'
import { revisionHeader } from '@vedette/core/door/at-least'
import { codeOf, messageOf } from '@vedette/core/errors'
import { Hono } from 'hono'
import type { Context } from 'hono'

import type { Catalog } from '../../catalog/catalog.ts'
import { lookUp } from '../../catalog/data/document.ts'
import type { DataTopic } from '../../data-topic/data-topic.ts'
import type { Required } from '../../health/required.ts'
import { limitBody } from '../body.ts'
import { preferenceApplied, whenPreferred } from '../prefer.ts'
import { emptyAnswer, jsonAnswer } from './json-answer.ts'
import { PatchRequestError } from './patch-error.ts'
import { readPatch } from './patch-request.ts'
import { responseHeaders } from './response-headers.ts'

export interface DataDoorOptions {
  readonly catalog: Pick<Catalog, 'document' | 'dataPaths' | 'patchData'>
  /** Where patches are told to all PDPs instead of being applied here at once; absent: applied here. */
  readonly dataTopic?: DataTopic
  readonly required: Pick<Required, 'settled'>
}

/** In the words of the Go PDP. */
const acceptedBody = {
  message:
    'Patch request accepted for processing via kafka. Use the GET data url to fetch the latest data. In case of errors, check logs.',
  uri: '/policy/pdpo/v1/data/',
}

const bodyBytes = 10 * 1024 * 1024

/**
 * `/policy/pdpo/v1/data/…`: the document, and changes of what policies keep in it, as the Go PDP answers; beside that,
 * the revision of what was changed, and `Prefer: wait=applied`.
 */
export function dataDoor({ catalog, dataTopic, required }: DataDoorOptions): Hono {
  const door = new Hono()
  door.on(['GET', 'PATCH'], '/*', responseHeaders('Unknown'))
  door.get('/*', (c) => {
    try {
      const path = pathOf(c)
      const isWhole = path.length === 1 && path[0] === ''
      return jsonAnswer(c, 200, { data: lookUp(catalog.document(), isWhole ? [] : path) })
    } catch (error) {
      return refuse(c, error, 'Error in getting data')
    }
  })
  door.patch('/*', limitBody(bodyBytes, tooLarge), async (c) => {
    try {
      const { policyName, operations } = readPatch(await c.req.text(), pathOf(c), catalog)
      c.set('policyName', policyName)
      if (dataTopic) {
        await dataTopic.publish(operations)
        return jsonAnswer(c, 202, acceptedBody)
      }
      const revision = await catalog.patchData({ id: randomUUID(), operations })
      const standing = await whenPreferred(c, revision, required)
      return emptyAnswer(c, {
        [revisionHeader]: formatRevision(revision),
        ...(standing && preferenceApplied(standing)),
      })
    } catch (error) {
      return refuse(c, error, 'Error in updating data')
    }
  })
  door.all('/*', (c) =>
    invalid(c, `${c.req.method}MethodNotAllowed - Only PATCH and GET Method Allowed`),
  )
  return door
}

/** What follows `/policy/pdpo/v1/data/`. As in the Go PDP an encoded slash separates like any other. */
function pathOf(c: Context): readonly string[] {
  const encoded = c.req.path.split('/').slice(5).join('/')
  try {
    return decodeURIComponent(encoded).split('/')
  } catch (cause) {
    throw new PatchRequestError(`invalid data path: /${encoded}`, { cause })
  }
}

function refuse(c: Context, error: unknown, attempt: string): Response {
  const message = messageOf(error)
  switch (codeOf(error, '')) {
    case 'ERR_PATCH_REQUEST':
      return invalid(c, message)
    case 'ERR_NOT_DELIVERED':
    case 'ERR_CLOSED':
      return fail(c, 500, message)
    case 'ERR_NOT_FOUND':
      return fail(c, 404, `${attempt} - storage_not_found_error: ${message}`)
    case 'ERR_INVALID_PATH':
    case 'ERR_RESERVED_PATH':
      return invalid(c, `Error in checking patch path - ${message}`)
    default:
      return fail(c, 500, `${attempt} - ${message}`)
  }
}

const responseCodes = {
  400: 'invalid_parameter',
  404: 'resource_not_found',
  500: 'internal_error',
} as const

function invalid(c: Context, errorMessage: string): Response {
  return fail(c, 400, errorMessage)
}

function tooLarge(c: Context): Response {
  return invalid(c, 'error in decoding request data: http: request body too large')
}

function fail(c: Context, status: keyof typeof responseCodes, errorMessage: string): Response {
  return jsonAnswer(c, status, {
    errorMessage,
    policyName: '',
    responseCode: responseCodes[status],
  })
}
