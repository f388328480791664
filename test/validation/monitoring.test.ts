import { describeProblem } from '../../lib/problem';
import { type MonitorSpec } from '../../lib/proxysql-resource';
import { RuntimeKind } from '../../lib/runtime';
import { validateProxySQL } from '../../lib/validation/validate';
import { proxysqlResource } from '../support/resource';

const problemsOf = (interval: string, agent: MonitorSpec['agent'] = 'prometheus.io/operator') =>
  validateProxySQL(proxysqlResource({ monitor: { agent, prometheus: { serviceMonitor: { interval } } } }), {
    isAcme: () => false,
    runtime: RuntimeKind.OPERATOR,
  }).map(describeProblem);

test.each(['10s', '1m30s', '1d', '500ms', '0', ''])('given the interval "%s", then it is accepted', (interval) => {
  expect(problemsOf(interval)).toEqual([]);
});

test.each(['30', '1.5m', '30s1m', '10 s', '1ns'])('given the interval "%s", then that is told', (interval) => {
  expect(problemsOf(interval)).toEqual([
    `spec.monitor.prometheus.serviceMonitor.interval (given: "${interval}"): Prometheus knows no such duration, and the ServiceMonitor would be refused. Write whole numbers with units, the largest first, as in 30s or 1m30s.`,
  ]);
});

test('given another agent, then there is no ServiceMonitor that could be refused', () => {
  expect(problemsOf('30', 'prometheus.io/builtin')).toEqual([]);
});
