import { Writable } from 'node:stream';
import { createLogger, silentLogger } from '../../runtime/logger';

function capture(): { lines: string[]; destination: Writable } {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  return { lines, destination };
}

test('a line is one JSON object', () => {
  const { lines, destination } = capture();
  createLogger({ name: 'operator', destination }).info({ key: 'demo/p' }, 'Ready.');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', name: 'operator', key: 'demo/p', msg: 'Ready.' });
});

test('what is secret is left out, at any of three levels', () => {
  const { lines, destination } = capture();
  createLogger({ name: 'operator', destination }).info({
    password: 'hunter2',
    secret: { data: { password: 'hunter2' } },
    request: { headers: { authorization: 'Bearer hunter2' } },
  });
  expect(lines[0]).toContain('[redacted]');
  expect(lines[0]).not.toContain('hunter2');
});

test('below its level a logger is silent', () => {
  const { lines, destination } = capture();
  createLogger({ name: 'operator', level: 'warn', destination }).info('not this');
  expect(lines).toEqual([]);
  expect(silentLogger().isLevelEnabled('fatal')).toBe(false);
});
