import { type Condition } from '../kubernetes';
import { hasCondition } from './conditions';

/** The phases of a ProxySQL that KubeDB knows; empty before anything was done. */
export type Phase = '' | 'Provisioning' | 'DataRestoring' | 'Ready' | 'Critical' | 'NotReady' | 'Halted' | 'Unknown';

/** The phase that conditions amount to, by KubeDB's rules in KubeDB's order: the first that holds wins. */
export function phaseOf(conditions: readonly Condition[]): Phase {
  const is = (type: string, status: Condition['status']) => hasCondition(conditions, type, status);
  if (is('HealthCheckPaused', 'True')) {
    return 'Unknown';
  }
  if (is('Halted', 'True')) {
    return 'Halted';
  }
  if (is('DataRestoreStarted', 'True') && !conditions.some(({ type }) => type === 'DataRestored')) {
    return 'DataRestoring';
  }
  if (is('DataRestored', 'False')) {
    return 'NotReady';
  }
  if (is('Provisioned', 'True')) {
    if (is('AcceptingConnection', 'False')) {
      return 'NotReady';
    }
    if (is('ReplicaReady', 'False') || is('Ready', 'False')) {
      return 'Critical';
    }
    if (is('Ready', 'True')) {
      return 'Ready';
    }
  }
  return is('ProvisioningStarted', 'True') ? 'Provisioning' : '';
}
