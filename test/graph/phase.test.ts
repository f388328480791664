import { phaseOf } from '../../lib/graph/phase';
import { type Condition } from '../../lib/kubernetes';

test.each([
  [[], ''],
  [['+ProvisioningStarted'], 'Provisioning'],
  [['+ProvisioningStarted', '-AcceptingConnection', '-ReplicaReady', '+Ready'], 'Provisioning'],
  [['+HealthCheckPaused', '+Halted'], 'Unknown'],
  [['+Halted', '+Provisioned', '+Ready'], 'Halted'],
  [['+DataRestoreStarted'], 'DataRestoring'],
  [['+DataRestoreStarted', '-DataRestored'], 'NotReady'],
  [['-DataRestored'], 'NotReady'],
  [['+Provisioned', '-AcceptingConnection', '-ReplicaReady'], 'NotReady'],
  [['+Provisioned', '-ReplicaReady', '+Ready'], 'Critical'],
  [['+Provisioned', '-Ready'], 'Critical'],
  [['+Provisioned', '+Ready'], 'Ready'],
])('conditions %j make phase %s', (given, phase) => {
  const conditions = given.map((text): Condition => ({
    type: text.slice(1),
    status: text[0] === '+' ? 'True' : 'False',
  }));
  expect(phaseOf(conditions)).toBe(phase);
});
