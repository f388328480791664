import { boolean, freeForm, int32, list, object, string } from './build';
import { type CustomResourceDefinition, type JsonSchema } from './model';

function secretReference(description: string): JsonSchema {
  return object(
    description,
    {
      apiGroup: string('Group of the referenced kind; empty for core Secrets.', { default: '' }),
      kind: string('Kind of the referenced object.', { default: 'Secret' }),
      name: string('Name of the Secret, in the namespace of the AppBinding.'),
    },
    { required: ['kind', 'name'], 'x-kubernetes-map-type': 'atomic' },
  );
}

const key = string('A key in the Secret.');

const secretTransforms = list(
  'How the keys of the Secret are turned into those that the reader expects, one step after another.',
  object('One step; exactly one of its fields is given.', {
    renameKey: object(
      'Gives a key another name.',
      { from: string('Present name of the key.'), to: string('New name of the key.') },
      { required: ['from', 'to'] },
    ),
    addKey: object(
      'Adds a key with a value.',
      {
        key,
        value: { type: 'string', format: 'byte', description: 'The value, base64.' },
        stringValue: string('The value as text; wins over `value`.'),
      },
      { required: ['key'] },
    ),
    addKeysFrom: object('Adds the keys of another Secret.', {
      secretRef: object(
        'The other Secret.',
        { name: string('Its name.', { default: '' }) },
        { 'x-kubernetes-map-type': 'atomic' },
      ),
    }),
    removeKey: object('Drops a key.', { key }, { required: ['key'] }),
  }),
);

const clientConfig = object('How to connect: by `service`, or by `url`.', {
  url: string('Address as `tcp(host:port)/`, for what is not a Service of this cluster.'),
  service: object(
    'A Service of this cluster.',
    {
      scheme: string('URL scheme, `mysql` for databases.'),
      namespace: string('Namespace of the Service; that of the AppBinding when absent.'),
      name: string('Name of the Service.'),
      port: int32('Port of the Service.'),
      path: string('Path of the URL.'),
      query: string('Query of the URL.'),
    },
    { required: ['name', 'port', 'scheme'] },
  ),
  caBundle: {
    type: 'string',
    format: 'byte',
    description: 'PEM certificates, base64, that the server is checked against. Its presence asks for TLS.',
  },
  insecureSkipTLSVerify: boolean('Does not check the server certificate.'),
  serverName: string('The name that the server certificate must have, when it is not the host.'),
});

/** `appcatalog.appscode.com/v1alpha1 AppBinding`: where an application is and how to log in to it. */
export const appBindingDefinition: CustomResourceDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'appbindings.appcatalog.appscode.com' },
  spec: {
    group: 'appcatalog.appscode.com',
    names: {
      kind: 'AppBinding',
      listKind: 'AppBindingList',
      plural: 'appbindings',
      singular: 'appbinding',
      categories: ['catalog', 'appscode', 'all'],
    },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        additionalPrinterColumns: [
          { name: 'Type', type: 'string', jsonPath: '.spec.type' },
          { name: 'Version', type: 'string', jsonPath: '.spec.version' },
          { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
        ],
        schema: {
          openAPIV3Schema: object('Tells where an application is and how to log in to it.', {
            apiVersion: { type: 'string' },
            kind: { type: 'string' },
            metadata: { type: 'object' },
            spec: object(
              'The application.',
              {
                type: string('Kind of application, as `<group>/<resource>` or a bare word such as `mysql`.'),
                version: string('Version of the application.'),
                appRef: object(
                  'The resource that runs the application.',
                  {
                    apiGroup: string('Group of the resource.'),
                    kind: string('Kind of the resource.'),
                    namespace: string('Namespace of the resource.'),
                    name: string('Name of the resource.'),
                  },
                  { required: ['name'] },
                ),
                clientConfig,
                secret: secretReference('Secret with the keys `username` and `password`.'),
                tlsSecret: secretReference('Secret with the keys `ca.crt`, `tls.crt` and `tls.key` of a client.'),
                secretTransforms,
                parameters: {
                  ...freeForm('Settings in a form that the application defines.'),
                  'x-kubernetes-embedded-resource': true,
                },
              },
              { required: ['clientConfig'] },
            ),
          }),
        },
      },
    ],
  },
};
