import * as v from 'valibot'
import { expect, test } from 'vitest'

import { kafkaConfigOf, kafkaVariables } from './kafka-config.ts'
import type { KafkaConfig } from './kafka-config.ts'

const kafka = (env: Readonly<Record<string, string>>): KafkaConfig | undefined =>
  kafkaConfigOf(v.parse(v.object(kafkaVariables), { KAFKA_URL: 'kafka:9092', ...env }))

test('without a broker there is no Kafka', () => {
  expect(kafka({ KAFKA_URL: '' })).toBeUndefined()
  expect(kafka({})).toEqual({ url: 'kafka:9092', sasl: undefined, tls: undefined })
})

test('SASL is on only when the variable says exactly true', () => {
  const sasl = (UseSASLForKAFKA: string): KafkaConfig['sasl'] =>
    kafka({ JAASLOGIN: 'login', UseSASLForKAFKA })?.sasl
  expect(sasl('true')).toMatchObject({ jaasLogin: 'login', mechanism: undefined })
  expect(sasl('True')).toBeUndefined()
})

test('a mechanism is written in any case', () => {
  const named = { UseSASLForKAFKA: 'true', VEDETTE_KAFKA_SASL_MECHANISM: 'SCRAM-SHA-256' }
  expect(kafka(named)?.sasl?.mechanism).toBe('scram-sha-256')
})

test('TLS is on when it is asked for or a certificate is named; set but empty is not set', () => {
  const here = import.meta.filename
  for (const yes of ['true', 'TRUE', '1'])
    expect(kafka({ VEDETTE_KAFKA_TLS: yes })?.tls).toEqual({})
  expect(kafka({ VEDETTE_KAFKA_CA_FILE: here })?.tls).toEqual({ ca: here })
  expect(kafka({ VEDETTE_KAFKA_TLS: '', VEDETTE_KAFKA_CA_FILE: '' })?.tls).toBeUndefined()
})
