import { X509Certificate } from 'node:crypto';
import { decideTrust, type TrustInput } from '../../sidecar/trust';
import { authority, leaf } from './support/pki';

describe('decideTrust', () => {
  const overlapMs = 1000;
  let old: X509Certificate;
  let current: X509Certificate;
  let input: TrustInput;

  beforeAll(async () => {
    old = new X509Certificate((await authority('Old')).pem);
    current = new X509Certificate((await authority('Current')).pem);
  });

  beforeEach(() => {
    input = { installed: [old], server: [current], client: [], former: [], overlapMs, now: Date.now() };
  });

  it('keeps the authority that was replaced, for the overlap', () => {
    const trust = decideTrust(input);

    expect(trust).toEqual({
      further: [old.toString()],
      former: [{ pem: old.toString(), since: input.now }],
      nextChange: input.now + overlapMs,
    });
    // What is installed by now has both; nothing changes until the overlap is over.
    const later = { ...input, installed: [current, old], former: trust.former };
    expect(decideTrust({ ...later, now: input.now + overlapMs - 1 })).toEqual(trust);
    expect(decideTrust({ ...later, installed: [current], now: input.now + overlapMs }).further).toEqual([]);
  });

  it('does not begin the overlap anew when the set with both is still installed at its end', () => {
    const { former } = decideTrust(input);
    const end = { ...input, installed: [current, old], former, now: input.now + overlapMs };

    expect(decideTrust(end)).toEqual({ further: [], former: [] });
  });

  it('keeps it as long as the client certificate comes with it', () => {
    const trust = decideTrust({ ...input, client: [old], now: input.now + 10 * overlapMs });

    expect(trust).toEqual({ further: [old.toString()], former: [] });
  });

  it('never keeps it beyond its own end', () => {
    const notAfter = Date.parse(old.validTo);

    expect(decideTrust({ ...input, overlapMs: Infinity }).nextChange).toBe(notAfter);
    expect(decideTrust({ ...input, now: notAfter }).further).toEqual([]);
  });

  it('changes when the first of several is no longer needed', async () => {
    const former = [{ pem: (await authority('Older')).pem, since: input.now - 400 }];

    const trust = decideTrust({ ...input, former });

    expect(trust.former).toHaveLength(2);
    expect(trust.nextChange).toBe(input.now + 600);
  });

  it('forgets it when it is named again', () => {
    const former = [{ pem: old.toString(), since: input.now }];

    expect(decideTrust({ ...input, server: [old], installed: [current], former }).former).toEqual([
      { pem: current.toString(), since: input.now },
    ]);
  });

  it('never trusts what is no authority', async () => {
    const issued = new X509Certificate((await leaf(await authority('Root'))).pem);

    expect(decideTrust({ ...input, installed: [issued] }).further).toEqual([]);
  });
});
