/** One recorded exchange that is answered otherwise, and why. docs/onap.md has the same table for people. */
export interface Difference {
  /** Of the recording. */
  readonly label: string
  /** Of the list of OPA-PDP's defects; `—` where it is none. */
  readonly defect: string
  readonly reason: string
  /** What is said instead, by dotted path into the recorded answer; the path `` is all of it. */
  readonly said: Readonly<Record<string, unknown>>
}

const otherRules = 'the rules of the sample policy are not those that were recorded'
const compilerWords =
  "the compiler's place and sentence, without a path of our disk, and not cut after 200 bytes"
const decoderWords = 'a sentence of our own instead of the Go decoder’s'

export const differences: readonly Difference[] = [
  {
    label: 'update that would deploy role version 1.0.1 on top of 1.0.0',
    defect: 'P9',
    reason: 'a policy has one version: the new one replaces the old one',
    said: { policies: [{ name: 'role', version: '1.0.1' }] },
  },
  {
    label: 'undeploy role 1.0.1',
    defect: 'P9',
    reason: 'version 1.0.0 was replaced, and does not come back',
    said: { policies: [] },
  },
  {
    label: 'decision role right after 1.0.1 undeployed',
    defect: 'P9',
    reason: 'nothing is deployed, and nothing is said to be',
    said: {
      status: 400,
      'body.errorMessage': 'Policy Name role does not exist',
      'body.policyVersion': '',
      'body.responseCode': 'bad_request',
    },
  },
  {
    label: 'undeploy role 1.0.0 (state after previous)',
    defect: 'P9',
    reason: 'what is not there is undeployed already',
    said: {
      'response.responseStatus': 'SUCCESS',
      'response.responseMessage': 'PDP Update Policies undeployed :,{}',
    },
  },
  {
    label: 'FAIL bad rego',
    defect: '—',
    reason: compilerWords,
    said: {
      'response.responseMessage':
        'PDP Update Failed: [{Deployment Errors:failed to build Rego File for badrego: badrego.rego:3:17: rego_parse_error: unexpected identifier token: expected \\n or ; or }}]',
    },
  },
  {
    label: 'MIXED one good (okpol) + one bad rego',
    defect: '—',
    reason: compilerWords,
    said: {
      'response.responseMessage':
        'PDP Update Failed: [{Deployment Errors:failed to build Rego File for badrego2: badrego2.rego:3:17: rego_parse_error: unexpected identifier token: expected \\n or ; or }}]',
    },
  },
  {
    label: 'FAIL package not on first line',
    defect: 'S10',
    reason: 'comments may stand before the package, as in OPA',
    said: {
      'response.responseStatus': 'SUCCESS',
      'response.responseMessage':
        'PDP Update Successful for all policies: {\n "pkgfirst": "1.0.0"\n}',
      policies: [
        { name: 'role', version: '1.0.0' },
        { name: 'pkgfirst', version: '1.0.0' },
      ],
    },
  },
  {
    label: 'FAIL bad data json',
    defect: '—',
    reason: decoderWords,
    said: {
      'response.responseMessage':
        'PDP Update Failed: [{Deployment Errors:failed to build Rego File for baddata: node.baddata: unexpected "n" at line 1, column 2}]',
    },
  },
  {
    label: 'FAIL type error (timestampMs string)',
    defect: 'R11',
    reason: decoderWords,
    said: {
      'response.responseMessage':
        'PDP Update Failed as failed Unmarshalling: timestampMs: Invalid type: Expected number but received "x"',
    },
  },
  {
    label: 'state change invalid state',
    defect: 'P6',
    reason: 'it is answered FAILURE, where silence made PAP ask again for a minute',
    said: {
      '': {
        messageName: 'PDP_STATUS',
        pdpType: 'opa',
        state: 'ACTIVE',
        healthy: 'HEALTHY',
        description: 'Pdp Status Response Message to Pdp State Change',
        response: {
          responseTo: 'deca66c2-81b4-47f1-a3fb-70143b59e601',
          responseStatus: 'FAILURE',
          responseMessage:
            'PDP State Change Failed: state: Invalid type: Expected ("PASSIVE" | "SAFE" | "TEST" | "ACTIVE" | "TERMINATED") but received "FOO"',
        },
        policies: [],
        name: 'opa-c356fd75-fbab-403e-a4a5-caab75de6698',
        requestId: '',
        pdpGroup: 'opaGroup',
        pdpSubgroup: 'opa',
        timestampMs: '',
        deploymentInstanceInfo: '',
      },
    },
  },
  {
    label: 'decision empty filter [""]',
    defect: '—',
    reason: otherRules,
    said: { 'body.output': { allow: true, roles: ['admin'] } },
  },
  {
    label: 'decision filter not matching',
    defect: '—',
    reason: otherRules,
    said: {
      'body.statusMessage': 'Policy Filter(s) not matching, Valid Filter(s) are: [allow, roles]',
    },
  },
  {
    label: 'decision bad json',
    defect: 'R11',
    reason: decoderWords,
    said: { 'body.errorMessage': 'unexpected "n" at line 1, column 2' },
  },
  {
    label: 'GET /opa/listpolicies',
    defect: 'R16',
    reason: 'the list is the answer, and no source goes to the log',
    said: {
      'headers.content-type': 'application/json',
      body: {
        policies: [
          { name: 'role', version: '1.0.0' },
          { name: 'cell.consistency', version: '1.0.0' },
          { name: 'access_method', version: '1.0.0' },
        ],
      },
    },
  },
  {
    label: 'GET /policy/pdpo/v1/statistics',
    defect: 'R17',
    reason:
      'a GET that finds nothing is no failed update; two refusals less, one policy more (P9, S10)',
    said: {
      'body.deployFailureCount': 9,
      'body.deploySuccessCount': 7,
      'body.undeployFailureCount': 0,
      'body.undeploySuccessCount': 3,
      'body.dynamicDataUpdateFailureCount': 0,
      'body.totalErrorCount': 20,
    },
  },
  {
    label: 'all OPA_PDP_DATA_PATCH_SYNC messages seen',
    defect: '—',
    reason: 'whoever recorded left before the last one, a removal that fits nowhere',
    said: {
      '3': {
        header: {
          messageName: 'OPA_PDP_DATA_PATCH_SYNC',
          'source-id': 'opa-36ad4ae6-7cde-49f4-8061-33ea8820514d',
        },
        patchInfos: [{ Path: ['node', 'role', 'user_roles', 'nobody'], Op: 1, Value: null }],
      },
    },
  },
]
