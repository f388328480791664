import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { goDirectory } from './paths';

function required(module: string): Map<string, string> {
  const text = readFileSync(join(goDirectory, module, 'go.mod'), 'utf8');
  const lines = [...text.matchAll(/^\t(\S+) (v\S+)/gm)];
  return new Map(lines.map(([, path, version]) => [path as string, version as string]));
}

/** What CoreDNS needs in newer versions than Kubernetes has, and nothing large depends on. */
const newer = [
  'github.com/prometheus/client_golang',
  'github.com/prometheus/common',
  'github.com/prometheus/procfs',
  'google.golang.org/genproto/googleapis/rpc',
  // Only tools that nothing here runs.
  'golang.org/x/mod',
  'golang.org/x/tools',
];

test('what CoreDNS shares with Kubernetes has the same version, so that it is compiled once', () => {
  const kubernetes = required('control-plane');
  const shared = [...required('coredns')].filter(([path]) => kubernetes.has(path) && !newer.includes(path));

  expect(shared.map(([path]) => path)).toContain('k8s.io/client-go');
  expect(Object.fromEntries(shared)).toEqual(Object.fromEntries(shared.map(([path]) => [path, kubernetes.get(path)])));
});
