import { type Decision } from '../../lib/graph/decide';
import { type Condition } from '../../lib/kubernetes';
import { statusNotes } from '../../operator/events';

const NOTHING_HELD = { steps: [] } as unknown as Decision;
const served = (status: Condition['status'], reason: string, message = ''): { conditions: Condition[] } => ({
  conditions: [{ type: 'CertificatesServed', status, reason, message }],
});

test.each(['True', 'False'] as const)(
  'given that pods do not answer while CertificatesServed is %s, then that is one event, however many follow',
  (status) => {
    const one = served(status, 'PodsNotAnswering', 'Pod a');
    expect(statusNotes(served('True', 'CertificatesServed'), one, NOTHING_HELD)).toEqual([
      { type: 'Warning', reason: 'PodsNotAnswering', message: 'Pod a', action: 'Report' },
    ]);
    expect(statusNotes(one, served(status, 'PodsNotAnswering', 'Pod a and 1 more'), NOTHING_HELD)).toEqual([]);
  },
);
