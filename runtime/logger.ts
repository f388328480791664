import pino, { type DestinationStream, type Logger } from 'pino';

export type { Logger } from 'pino';

/** How much is logged, from nothing to everything. */
export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** What a logger can be told. */
export interface LoggerOptions {
  /** Which program speaks. */
  readonly name: string;

  /**
   * @default 'info'
   */
  readonly level?: LogLevel;

  /**
   * Where the lines go.
   *
   * @default - standard output
   */
  readonly destination?: DestinationStream;
}

/** Field names whose value is never written, at the top of a log line and up to two levels below. */
const SECRET_FIELDS = [
  'password',
  'token',
  'authorization',
  'Authorization',
  'privateKey',
  'data',
  'stringData',
  'tls',
];

/** A logger that writes one JSON object a line, with what must stay secret left out. */
export function createLogger(options: LoggerOptions): Logger {
  return pino(
    {
      name: options.name,
      level: options.level ?? 'info',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
        censor: '[redacted]',
      },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
}

/** A logger that says nothing. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' });
}
