import { takeDown } from './driver/cleanup';
import { readState } from './driver/state';
import { variables } from './harness/environment';

/** Takes down what the global set-up brought up. */
export default async function globalTeardown(): Promise<void> {
  const state = readState(process.env[variables.directory] ?? '');
  if (state !== undefined) {
    await takeDown(state);
  }
}
