import { NODE_ENVIRONMENT, SIDECAR_NODE_FLAGS } from '../../lib/objects/programs';
import { type ProxySQLSpec } from '../../lib/proxysql-resource';
import { readSettings } from '../../sidecar/settings';
import { field, pick, rendered } from '../support/render';

interface Container {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

const sidecar = (spec: Partial<ProxySQLSpec> = {}): Container =>
  field(pick(rendered(spec), 'StatefulSet'), 'spec.template.spec.initContainers.0') as Container;
const environment = ({ env }: Container): Record<string, string> =>
  Object.fromEntries(env.map(({ name, value }) => [name, value]));

describe('the container of the sidecar', () => {
  test('then it starts Node as the sidecar was measured', () => {
    expect(sidecar().command.slice(1, -1)).toEqual(SIDECAR_NODE_FLAGS);
    expect(environment(sidecar())).toMatchObject(NODE_ENVIRONMENT);
  });

  test('then it starts the entry point of the image, and the sidecar by it', () => {
    const { command, args } = sidecar();
    expect([command[0], command.at(-1), ...args]).toEqual(['node', '/opt/cdk8s-proxysql/entry.js', 'sidecar']);
  });

  test('then its environment is what the sidecar reads', () => {
    expect(readSettings(environment(sidecar()))).toMatchObject({
      expected: { server: { dnsNames: expect.arrayContaining(['localhost']) as unknown } },
      allowPlaintext: false,
      drainBudgetMs: 30_000,
    });
  });

  test.each([
    [600, 585],
    [45, 30],
    [30, 20],
    [10, 6],
    [0, 0],
  ])('given a grace period of %i s, then clients get %i s of it', (terminationGracePeriodSeconds, seconds) => {
    const container = sidecar({ podTemplate: { spec: { terminationGracePeriodSeconds } } });
    expect(readSettings(environment(container)).drainBudgetMs).toBe(seconds * 1000);
  });
});
