import { type ServiceTemplate } from '../../lib/proxysql-resource';
import { serviceTemplatesProblems } from '../../lib/validation/service-templates';
import { proxysqlResource } from '../support/resource';

const problemsOf = (spec: ServiceTemplate['spec'], alias: ServiceTemplate['alias'] = 'primary') =>
  serviceTemplatesProblems(proxysqlResource({ serviceTemplates: [{ alias, spec }] })).map(({ path }) =>
    path.replace('spec.serviceTemplates[0].spec.', ''),
  );

test.each<[string, ServiceTemplate['spec']]>([
  ['nothing', {}],
  ['what KubeDB takes for nothing', { type: '', clusterIP: '', healthCheckNodePort: 0, externalTrafficPolicy: '' }],
  ['another port', { ports: [{ name: 'db', port: 3306 }] }],
  ['a port of nodes', { type: 'NodePort', ports: [{ name: 'db', port: 3306, nodePort: 30306 }] }],
  ['a port that has no effect', { ports: [{ name: 'http', port: 70000, nodePort: 30306 }] }],
  ['no port of nodes', { ports: [{ name: 'db', port: 3306, nodePort: 0 }] }],
  ['an address of its own', { clusterIP: '10.96.0.7' }],
  ['no address', { clusterIP: 'None' }],
  ['addresses from outside', { externalIPs: ['192.0.2.1', '2001:db8::1'], externalTrafficPolicy: 'Local' }],
  [
    'a load balancer',
    {
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: 30000,
      loadBalancerSourceRanges: ['10.0.0.0/8', ' 2001:db8::/32 '],
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 86400 } },
    },
  ],
])('given a template with %s, then it is accepted', (_, spec) => {
  expect(problemsOf(spec)).toEqual([]);
});

test.each<[string, ServiceTemplate['spec'], string]>([
  ['a type that no Service of pods has', { type: 'ExternalName' }, 'type'],
  ['a port that does not exist', { ports: [{ name: 'db', port: 65536 }] }, 'ports[0].port'],
  ['a port of nodes without the type', { ports: [{ name: 'db', port: 1, nodePort: 30306 }] }, 'ports[0].nodePort'],
  ['an unknown policy', { type: 'NodePort', externalTrafficPolicy: 'local' }, 'externalTrafficPolicy'],
  ['a policy without traffic', { externalTrafficPolicy: 'Local' }, 'externalTrafficPolicy'],
  ['a health check without its policy', { type: 'LoadBalancer', healthCheckNodePort: 30000 }, 'healthCheckNodePort'],
  ['no address', { clusterIP: 'db' }, 'clusterIP'],
  ['a load balancer without an address in the cluster', { type: 'LoadBalancer', clusterIP: 'None' }, 'clusterIP'],
  ['a port of nodes without an address in the cluster', { type: 'NodePort', clusterIP: 'None' }, 'clusterIP'],
  ['a name for an address', { externalIPs: ['192.0.2.1', 'db.example.com'] }, 'externalIPs[1]'],
  ['ranges without a load balancer', { loadBalancerSourceRanges: ['10.0.0.0/8'] }, 'loadBalancerSourceRanges'],
  [
    'an address for a range',
    { type: 'LoadBalancer', loadBalancerSourceRanges: ['10.0.0.0/8', '10.0.0.1'] },
    'loadBalancerSourceRanges[1]',
  ],
  [
    'a range that is too narrow',
    { type: 'LoadBalancer', loadBalancerSourceRanges: ['10.0.0.0/33'] },
    'loadBalancerSourceRanges[0]',
  ],
  [
    'an affinity of more than a day',
    { sessionAffinityConfig: { clientIP: { timeoutSeconds: 86401 } } },
    'sessionAffinityConfig.clientIP.timeoutSeconds',
  ],
])('given a template with %s, then that is told', (_, spec, path) => {
  expect(problemsOf(spec)).toEqual([path]);
  expect(problemsOf(spec, 'standby')).toEqual([]);
});
