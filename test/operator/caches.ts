import { Caches } from '../../operator/caches';
import { Client } from '../../operator/kubernetes/client';
import { Transport } from '../../operator/kubernetes/transport';
import { systemClock } from '../../runtime/clock';
import { silentLogger } from '../../runtime/logger';
import { connectTo } from '../cluster/operator-through';

/** Caches that nothing fills but the test: there is no API server. */
export function cachesOfNobody(): Caches {
  const transport = new Transport(connectTo({ server: 'https://127.0.0.1:1', ca: '', token: '' }));
  return new Caches({
    client: new Client({ transport }),
    clock: systemClock,
    random: () => 0,
    logger: silentLogger(),
  });
}
