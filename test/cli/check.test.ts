import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '../../cli/check';
import { temporaryFolder } from '../support/temporary-folder';

/** Runs the check on a file with this text; what it printed, and its exit code. */
function checked(text: string) {
  const file = join(temporaryFolder('check-'), 'proxysql.yaml');
  writeFileSync(file, text);
  const lines: string[] = [];
  const keep = (line: string) => lines.push(line.replace(file, 'proxysql.yaml'));
  jest.spyOn(console, 'log').mockImplementation(keep);
  jest.spyOn(console, 'error').mockImplementation(keep);
  const code = check([file]);
  jest.restoreAllMocks();
  return { code, lines };
}

const SOUND = `
apiVersion: kubedb.com/v1
kind: ProxySQL
metadata: { name: proxy, namespace: demo }
spec:
  version: 3.0.1-debian
  backend: { name: db }
  tls: { issuerRef: { kind: Issuer, name: ca } }
`;

describe('cdk8s-proxysql check', () => {
  test('given sound resources among others, then they pass', () => {
    expect(checked(`${SOUND}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n---\n${SOUND}`)).toEqual({
      code: 0,
      lines: ['2 ProxySQL resources checked, 0 problems found'],
    });
  });

  test('given mistakes, then each is told with its file and resource', () => {
    expect(checked(SOUND.replace('version:', 'versoin:'))).toEqual({
      code: 1,
      lines: [
        expect.stringMatching(/^proxysql\.yaml: ProxySQL proxy: spec\.version/),
        expect.stringMatching(/^proxysql\.yaml: ProxySQL proxy: spec\.versoin.*Did you mean version\?/),
        '1 ProxySQL resources checked, 2 problems found',
      ],
    });
  });

  test.each(['', 'metadata:', 'metadata: { namespace: demo }'])('given no name (%j), then that is told', (metadata) => {
    const { code, lines } = checked(SOUND.replace(/metadata.*/, metadata));
    expect(code).toBe(1);
    expect(lines[0]).toMatch(/^proxysql\.yaml: ProxySQL without a name: metadata/);
    expect(lines).toHaveLength(2);
  });

  test('given text that is no YAML, then that is told', () => {
    const { code, lines } = checked('a: [');
    expect(code).toBe(1);
    expect(lines[0]).toMatch(/^proxysql\.yaml: .*line 1/);
  });
});
