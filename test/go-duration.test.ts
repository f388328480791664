import { Duration } from 'cdk8s';
import fc from 'fast-check';
import {
  formatGoDuration,
  formatMilliseconds,
  goDurationProblem,
  parseGoDuration,
  secondsOf,
} from '../lib/go-duration';

describe('parseGoDuration', () => {
  test.each([
    ['0', 0],
    ['2160h', 7_776_000_000],
    ['2160h0m0s', 7_776_000_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['.5s', 500],
    ['250ms', 250],
    ['3us', 0.003],
    ['3µs', 0.003],
    ['-5m', -300_000],
    ['+5m', 300_000],
  ])('reads %s as Go does', (text, milliseconds) => {
    expect(parseGoDuration(text)).toBe(milliseconds);
  });

  test.each(['', '90d', '90', '1w', '1y', '1h 30m', ' 1h', '1H', 'h', '1e3s', '--1h', '.h', '2562048h', 'P90D'])(
    'refuses %j as Go does',
    (text) => {
      expect(parseGoDuration(text)).toBeUndefined();
    },
  );

  test('reads back what was formatted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (milliseconds) => {
        expect(parseGoDuration(formatMilliseconds(milliseconds))).toBe(milliseconds);
      }),
    );
  });

  test('takes no text apart that has anything but terms in it', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parseGoDuration(text);
        expect(parsed === undefined || /^[+-]?[0-9.hmsuµμn]+$/.test(text)).toBe(true);
      }),
    );
  });
});

test('durations of cdk8s are written in the largest units that hold them', () => {
  expect(formatGoDuration(Duration.days(90))).toBe('2160h');
  expect(formatGoDuration(Duration.minutes(90))).toBe('1h30m');
  expect(formatGoDuration(Duration.millis(1500))).toBe('1s500ms');
  expect(formatGoDuration(Duration.seconds(0))).toBe('0s');
});

describe('goDurationProblem', () => {
  test('has nothing to say about a duration', () => {
    expect(goDurationProblem('spec.duration', '2160h')).toBeUndefined();
  });

  test.each([
    ['90d', 'Write 2160h'],
    ['1w', 'Write 168h'],
    ['1y', 'Write 8760h'],
    ['1.5 D', 'Write 36h'],
    ['soon', 'Write a number with its unit, such as 2160h or 90m'],
    [90, 'Write a number with its unit, such as 2160h or 90m'],
  ])('says what to write in place of %j', (value, remedy) => {
    expect(goDurationProblem('spec.duration', value)).toEqual({
      path: 'spec.duration',
      value: JSON.stringify(value),
      message:
        'This is not a duration that Kubernetes reads: it knows hours, minutes and seconds, and no days, weeks or years',
      remedy,
    });
  });
});

test('what is no duration is passed on, for the schema to refuse', () => {
  expect(formatGoDuration('90d' as unknown as Duration)).toBe('90d');
  expect(secondsOf('10s' as unknown as Duration)).toBe('10s');
  expect(secondsOf(Duration.minutes(1))).toBe(60);
  expect(secondsOf(Duration.millis(500))).toBe(0.5);
});
