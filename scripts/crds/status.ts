import { int32, int64, list, object, oneOf, string, strings, time } from './build';
import { type JsonSchema } from './model';

const PHASES = ['Provisioning', 'DataRestoring', 'Ready', 'Critical', 'NotReady', 'Halted', 'Unknown'];

/**
 * An entry is written as a whole by whoever has it. The API server then has one owner to keep for an entry, and not one for each of its
 * fields: with fourteen conditions a write of the status costs it a fifth less.
 */
const ATOMIC = { 'x-kubernetes-map-type': 'atomic' } as const;

const condition = object(
  'One condition.',
  {
    type: string('What it is about.'),
    status: string('True, False or Unknown.'),
    lastTransitionTime: time('When it last changed.'),
    reason: string('Why, in one word.'),
    message: string('Why, in a sentence.'),
    observedGeneration: int64('The generation that it is about.'),
    severity: string('Error, Warning or Info; only with status False.'),
  },
  { required: ['lastTransitionTime', 'status', 'type'], ...ATOMIC },
);

const certificate = object(
  'One certificate: what was issued, and what pods serve.',
  {
    alias: string('What it is for.'),
    secretName: string('Secret that it is in.'),
    fingerprint: string('SHA-256 of the certificate in DER, lower-case hexadecimal.'),
    notBefore: time('Start of its life.'),
    notAfter: time('End of its life.'),
    renewalTime: time('When it is to be renewed.'),
    issuer: string('Distinguished name of its issuer.'),
    servedByPods: int32('Number of pods that were seen to serve exactly this certificate.', { minimum: 0 }),
  },
  { required: ['alias', 'secretName'], ...ATOMIC },
);

/** `status`, written by the operator. */
export const status: JsonSchema = object('What was observed. Written by the operator.', {
  phase: oneOf(PHASES, 'The state in one word.'),
  observedGeneration: int64('The generation of the ProxySQL that this status is about.'),
  conditions: list('What holds and what does not, one entry for a type.', condition, {
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['type'],
  }),
  authSecret: object('The account of the admin interface.', {
    lastUpdateTimestamp: time('When its Secret was made or last rotated.'),
  }),
  certificates: list('The certificates, one entry for an alias.', certificate, {
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['alias'],
  }),
  blockedBy: string('The object that the next step waits for. Absent when nothing blocks.'),
  nextRetryTime: time('When a step that failed is tried again.'),
  unsupportedFields: strings('Paths of fields that are given but not acted on.'),
});
