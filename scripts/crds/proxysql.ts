import { boolean, int32, object, oneOf, string, time } from './build';
import { configSecret, configuration, initConfig } from './configuration';
import { type CustomResourceDefinition, type JsonSchema } from './model';
import { monitor } from './monitor';
import { podTemplate } from './pod-template';
import { withRules } from './rules';
import { serviceTemplates } from './service-templates';
import { status } from './status';
import { duration, tls } from './tls';

const authSecret = object(
  'Secret with the account of the admin interface, keys `username` and `password`. `<name>-auth` is made when absent.',
  {
    apiGroup: string('Group of the referenced kind; empty for core Secrets.', { default: '' }),
    kind: string('Kind of the referenced object.', { default: 'Secret' }),
    name: string('Name of the Secret; `<name>-auth` when empty.'),
    externallyManaged: boolean('The Secret exists and is never written.'),
    rotateAfter: duration('How long a password is used before it is rotated.'),
    activeFrom: time('Since when the present password is in use.'),
    secretStoreName: string('Name of the store of a virtual Secret.'),
  },
  { required: ['kind', 'name'], 'x-kubernetes-map-type': 'atomic' },
);

const HEALTH_CHECKER_DEFAULTS = { periodSeconds: 10, timeoutSeconds: 10, failureThreshold: 1 };

const healthChecker = object(
  'How the operator checks that ProxySQL answers.',
  {
    periodSeconds: int32('Seconds from one check to the next.', {
      default: HEALTH_CHECKER_DEFAULTS.periodSeconds,
      minimum: 1,
    }),
    timeoutSeconds: int32('Seconds after which a check has failed.', {
      default: HEALTH_CHECKER_DEFAULTS.timeoutSeconds,
      minimum: 1,
    }),
    failureThreshold: int32('Checks that must fail in a row before ProxySQL counts as failed.', {
      default: HEALTH_CHECKER_DEFAULTS.failureThreshold,
      minimum: 1,
    }),
    disableWriteCheck: boolean('Checks by reading only.'),
  },
  { default: HEALTH_CHECKER_DEFAULTS },
);

const spec: JsonSchema = object(
  'What is wanted.',
  {
    version: string('Version of ProxySQL: the tag of its image.'),
    replicas: int32('Number of pods; more than one form a cluster. 1 when absent.', { minimum: 0 }),
    backend: object(
      'The database.',
      { name: string('Name of its AppBinding, in the same namespace.', { default: '' }) },
      { 'x-kubernetes-map-type': 'atomic' },
    ),
    syncUsers: boolean("Takes the database's users over."),
    authSecret,
    configuration,
    initConfig,
    configSecret,
    tls,
    monitor,
    podTemplate,
    serviceTemplates,
    deletionPolicy: oneOf(
      ['Halt', 'Delete', 'WipeOut', 'DoNotTerminate'],
      'What deleting the ProxySQL takes along: Delete (the usual) keeps the auth Secret, WipeOut removes it too, Halt keeps it, DoNotTerminate refuses the deletion.',
    ),
    healthChecker,
    halted: boolean('Removes the pods and Services and keeps the Secrets.'),
    autoOps: object('Recommendations of operations.', {
      disabled: boolean('Recommends none.'),
    }),
  },
  { required: ['version'] },
);

/** Pods and their labels carry the name, so it is a DNS label that begins with a letter. */
const metadata: JsonSchema = {
  type: 'object',
  properties: { name: { type: 'string', maxLength: 63, pattern: '^[a-z]([-a-z0-9]*[a-z0-9])?$' } },
};

/** `kubedb.com/v1 ProxySQL`. */
export const proxysqlDefinition: CustomResourceDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'proxysqls.kubedb.com' },
  spec: {
    group: 'kubedb.com',
    names: {
      kind: 'ProxySQL',
      listKind: 'ProxySQLList',
      plural: 'proxysqls',
      singular: 'proxysql',
      shortNames: ['prx'],
      categories: ['datastore', 'kubedb', 'appscode', 'all'],
    },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        additionalPrinterColumns: [
          { name: 'Version', type: 'string', jsonPath: '.spec.version' },
          { name: 'Status', type: 'string', jsonPath: '.status.phase' },
          { name: 'Replicas', type: 'integer', jsonPath: '.spec.replicas' },
          {
            name: 'TLS',
            type: 'integer',
            jsonPath: '.status.certificates[?(@.alias=="server")].servedByPods',
            description: 'Pods that were seen to serve the proven server certificate.',
          },
          { name: 'Blocked by', type: 'string', jsonPath: '.status.blockedBy' },
          {
            name: 'Expires',
            type: 'string',
            jsonPath: '.status.certificates[?(@.alias=="server")].notAfter',
            description: 'End of the server certificate.',
            priority: 1,
          },
          { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
        ],
        schema: {
          openAPIV3Schema: withRules(
            object(
              'ProxySQL in front of a MySQL database.',
              { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata, spec, status },
              { required: ['spec'] },
            ),
          ),
        },
        subresources: { status: {} },
      },
    ],
  },
};
