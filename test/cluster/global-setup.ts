import { adminKubeconfig, up } from './driver/cluster';
import { ownIdentity } from './driver/processes';
import { chooseTier, judge } from './driver/tiers';
import { variables } from './harness/environment';

const say = (message: string): void => console.error(`cluster: ${message}`);

/** Brings the cluster up that all tests of the run share, or says in one line why there is none. */
export default async function globalSetup(): Promise<void> {
  const given = process.env[variables.kubeconfig];
  if (given !== undefined && given !== '') {
    say(`testing on the cluster of ${given}.`);
    return;
  }
  const { tier, missing } = chooseTier(process.env[variables.tier]);
  if (missing.length > 0) {
    process.env[variables.skipped] = missing.join(' ');
    say(`skipped, the ${tier} tier cannot run here. ${missing.join(' ')}`);
    if (process.env[variables.required] === '1') {
      throw new Error(`${variables.required} is 1, but the ${tier} tier cannot run here. ${missing.join(' ')}`);
    }
    return;
  }
  if (tier === 'control-plane') {
    say(`testing without a node. ${judge('node').missing.join(' ')}`);
  }
  const started = Date.now();
  // Named after the process, so that runs at the same moment do not meet.
  const state = await up({ name: `jest-${process.pid}`, tier, owner: ownIdentity(), say });
  process.env[variables.directory] = state.directory;
  say(`${tier} up after ${((Date.now() - started) / 1000).toFixed(1)} s; KUBECONFIG=${adminKubeconfig(state)}`);
}
