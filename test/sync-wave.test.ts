import { type ApiObjectMetadataDefinition, App, Chart } from 'cdk8s';
import { AppBinding, Issuer, ProxySQL, type ProxySQLProps, Runtime, ServiceAlias } from '../lib';
import { SYNC_WAVE_ANNOTATION } from '../lib/sync-wave';

const waves = (props: Partial<ProxySQLProps>): { readonly [object: string]: unknown } => {
  const chart = new Chart(new App(), 'shop', { namespace: 'shop' });
  const { objects } = new ProxySQL(chart, 'proxy', {
    version: '3.0.1',
    backend: AppBinding.externalMysql(chart, 'db', { host: 'db.example.com', secretName: 'db-login' }),
    tls: { issuer: Issuer.fromName('ca') },
    authSecret: { name: 'admin' },
    ...props,
  });
  return Object.fromEntries(objects.map((object) => [`${object.kind} ${object.name}`, waveOf(object.metadata)]));
};

const waveOf = (metadata: ApiObjectMetadataDefinition): unknown =>
  (metadata.toJson() as { readonly annotations?: { readonly [key: string]: string } }).annotations?.[
    SYNC_WAVE_ANNOTATION
  ];

test('given no word about waves, then each object has that of its step', () => {
  expect(waves({})).toEqual({ 'ProxySQL proxy': '1' });
  expect(waves({ runtime: Runtime.standalone() })).toMatchObject({
    'Service proxy': '2',
    'Certificate proxy-server-cert': '3',
    'StatefulSet proxy': '5',
  });
});

test('given a wave for an object, as in an app with more waves, then the object has that one', () => {
  const annotations = { [SYNC_WAVE_ANNOTATION]: '20' };
  expect(waves({ metadata: { annotations } })).toEqual({ 'ProxySQL proxy': '20' });
  expect(
    waves({
      runtime: Runtime.standalone(),
      pod: { controllerAnnotations: annotations },
      services: [{ alias: ServiceAlias.PRIMARY, annotations }],
    }),
  ).toMatchObject({ 'Service proxy': '20', 'Certificate proxy-server-cert': '3', 'StatefulSet proxy': '20' });
});
